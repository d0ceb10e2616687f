//! The only place that touches the browser: clock, zone, storage, timers, focus.
//!
//! Every function exists on both sides, so that no view needs a `cfg`. On the server they do nothing
//! and are never reached: callers sit in effects and event handlers, which run in the browser only.

mod clock;
mod drag;
#[cfg(feature = "hydrate")]
mod ignore;
mod list;
pub(crate) mod notice;
mod others;
mod page;
#[cfg(feature = "hydrate")]
mod parts;
#[cfg(not(feature = "ssr"))]
mod post;
mod storage;
mod upload;
#[cfg(feature = "hydrate")]
mod words;

pub(crate) use clock::{Preset, language, local_time, now_ms, preset, sleep_ms, time_zone};
pub(crate) use drag::{DRAG_EVENTS, Dragged, dragged};
#[cfg(feature = "hydrate")]
pub(crate) use ignore::ignore_events;
pub(crate) use list::{
    Press, click, focused_id, is_in_menu, is_typing, open_row, pressed, step_row, tick_all,
};
pub(crate) use others::refresh_others;
pub(crate) use page::{
    beacon, copy, focus, go_to, has_lost_focus, is_hidden, is_touch_only, key_is_composing,
    scroll_to_end, set_address, set_title,
};
#[cfg(feature = "hydrate")]
pub(crate) use page::{is_screen, mark_hydrated};
#[cfg(feature = "hydrate")]
pub(crate) use parts::parts;
#[cfg(not(feature = "ssr"))]
pub(crate) use post::{Reply, post};
pub(crate) use storage::Storage;
pub(crate) use upload::{Chosen, chosen};
#[cfg(feature = "hydrate")]
pub(crate) use words::{get, words_address};

use email_agent_api::IdempotencyKey;

/// A new key: made once for each thing a person does.
pub(crate) fn random_key() -> IdempotencyKey {
    use std::fmt::Write;

    let hex = random_bytes().iter().fold(String::new(), |mut hex, byte| {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    });
    #[expect(clippy::expect_used, reason = "32 hexadecimal digits are a key")]
    hex.parse().expect("32 hexadecimal digits are a key")
}

#[cfg(feature = "hydrate")]
fn random_bytes() -> [u8; 16] {
    let mut bytes = [0; 16];
    let filled = web_sys::window()
        .and_then(|window| window.crypto().ok())
        .and_then(|crypto| crypto.get_random_values_with_u8_array(&mut bytes).ok());
    if filled.is_none() {
        // A browser without it is older than WebAssembly; a key only has to differ from others.
        let seed = js_sys::Math::random().to_bits() ^ js_sys::Date::now().to_bits();
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
    }
    bytes
}

#[cfg(all(feature = "ssr", not(feature = "hydrate")))]
fn random_bytes() -> [u8; 16] {
    *uuid::Uuid::new_v4().as_bytes()
}

#[cfg(not(any(feature = "ssr", feature = "hydrate")))]
fn random_bytes() -> [u8; 16] {
    [0; 16]
}
