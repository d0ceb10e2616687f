//! The WebAssembly entry: wakes up the page that the server has rendered. Everything else is in `app`.

use wasm_bindgen::prelude::wasm_bindgen;

/// Called by the script in the page's head.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    app::wake();
}
