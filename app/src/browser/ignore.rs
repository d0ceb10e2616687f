//! Events that nobody hears for a while.

use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::Event;

/// What the page listens to and a person may do at any time.
const EVENTS: [&str; 5] = ["click", "submit", "input", "change", "keydown"];

/// While this exists, events reach no listener of ours; links and forms do what they do without script.
pub(crate) struct Ignored(Closure<dyn FnMut(Event)>);

/// Begins to ignore them.
pub(crate) fn ignore_events() -> Ignored {
    let stop = Closure::new(|event: Event| event.stop_immediate_propagation());
    if let Some(window) = web_sys::window() {
        for name in EVENTS {
            let listener = stop.as_ref().unchecked_ref();
            let _ = window.add_event_listener_with_callback_and_bool(name, listener, true);
        }
    }
    Ignored(stop)
}

impl Drop for Ignored {
    fn drop(&mut self) {
        if let Some(window) = web_sys::window() {
            for name in EVENTS {
                let listener = self.0.as_ref().unchecked_ref();
                let _ = window.remove_event_listener_with_callback_and_bool(name, listener, true);
            }
        }
    }
}
