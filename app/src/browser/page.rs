//! The document: focus, visibility, and the last message before it goes away.

#[cfg(feature = "hydrate")]
mod imp {
    use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
    use web_sys::{Blob, BlobPropertyBag, Document, HtmlElement, KeyboardEvent, VisibilityState};

    /// One column, as the style has it.
    const NARROW: &str = "(max-width: 699.98px)";

    fn document() -> Option<Document> {
        web_sys::window()?.document()
    }

    /// Marks the document as alive: tests and style wait for it.
    pub(crate) fn mark_hydrated() {
        if let Some(root) = document().and_then(|document| document.document_element()) {
            let _ = root.set_attribute("data-hydrated", "");
        }
    }

    /// Goes on to another page of ours.
    pub(crate) fn go_to(path: &str) {
        if let Some(window) = web_sys::window() {
            let _ = window.location().assign(path);
        }
    }

    /// Names what is shown now in the address bar, without loading it.
    pub(crate) fn set_address(path: &str) {
        if let Some(history) = web_sys::window().and_then(|window| window.history().ok()) {
            let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(path));
        }
    }

    /// Names the page in the browser's tab and history.
    pub(crate) fn set_title(title: &str) {
        if let Some(document) = document() {
            document.set_title(title);
        }
    }

    /// Whether nobody can see the page.
    pub(crate) fn is_hidden() -> bool {
        document().is_some_and(|document| document.visibility_state() == VisibilityState::Hidden)
    }

    /// Whether the device has nothing but a touch screen: there Enter makes a new line.
    pub(crate) fn is_touch_only() -> bool {
        is_screen("(hover: none) and (pointer: coarse)")
    }

    /// Whether the screen is of this kind.
    pub(crate) fn is_screen(query: &str) -> bool {
        web_sys::window()
            .and_then(|window| window.match_media(query).ok().flatten())
            .is_some_and(|query| query.matches())
    }

    /// Whether a key press belongs to an input method that is still composing a character.
    pub(crate) fn key_is_composing(event: &KeyboardEvent) -> bool {
        event.is_composing() || event.key_code() == 229
    }

    /// Moves the focus to the element with this id.
    pub(crate) fn focus(id: &str) {
        let element = document().and_then(|document| document.get_element_by_id(id));
        if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
            let _ = element.focus();
        }
    }

    /// Whether the focused element has vanished, so that the keyboard is nowhere.
    pub(crate) fn has_lost_focus() -> bool {
        document().is_some_and(|document| {
            let body = document.body().map(JsValue::from);
            document.active_element().map(JsValue::from) == body
        })
    }

    /// Shows the newest end of an element that scrolls, or with which the page does, as on a phone.
    pub(crate) fn scroll_to_end(id: &str) {
        let Some(element) = document().and_then(|document| document.get_element_by_id(id)) else {
            return;
        };
        element.set_scroll_top(element.scroll_height());
        if let (true, Some(last)) = (is_screen(NARROW), element.last_element_child()) {
            last.scroll_into_view_with_bool(false);
        }
    }

    /// Puts text on the clipboard; `done` hears whether the browser allowed it.
    pub(crate) fn copy(text: &str, done: impl Fn(bool) + Clone + 'static) {
        // Asked for by name: a page that is not served safely has no clipboard, and its types would
        // say that it always has.
        let copied = web_sys::window()
            .map(JsValue::from)
            .and_then(|window| get(&window, "navigator"))
            .and_then(|navigator| get(&navigator, "clipboard"))
            .and_then(|clipboard| {
                let write = get(&clipboard, "writeText")?;
                let write = write.dyn_into::<js_sys::Function>().ok()?;
                let promise = write.call1(&clipboard, &JsValue::from_str(text)).ok()?;
                promise.dyn_into::<js_sys::Promise>().ok()
            });
        let Some(promise) = copied else {
            return done(false);
        };
        let refused = done.clone();
        let refused = Closure::<dyn FnMut(JsValue)>::new(move |_| refused(false));
        let done = Closure::<dyn FnMut(JsValue)>::new(move |_| done(true));
        let _ = promise.then2(&done, &refused);
        // One of them is called later, by the browser.
        done.forget();
        refused.forget();
    }

    fn get(object: &JsValue, name: &str) -> Option<JsValue> {
        let value = js_sys::Reflect::get(object, &JsValue::from_str(name)).ok()?;
        (!value.is_undefined() && !value.is_null()).then_some(value)
    }

    /// Sends JSON in a way that outlives the page. Whether the browser took it.
    pub(crate) fn beacon(url: &str, json: &str) -> bool {
        let options = BlobPropertyBag::new();
        options.set_type("application/json");
        let parts = js_sys::Array::of1(&JsValue::from_str(json));
        let Ok(blob) = Blob::new_with_str_sequence_and_options(&parts, &options) else {
            return false;
        };
        web_sys::window().is_some_and(|window| {
            window
                .navigator()
                .send_beacon_with_opt_blob(url, Some(&blob))
                .unwrap_or(false)
        })
    }
}

#[cfg(not(feature = "hydrate"))]
mod imp {
    use leptos::ev::KeyboardEvent;

    pub(crate) fn go_to(_path: &str) {}

    pub(crate) fn set_address(_path: &str) {}

    pub(crate) fn set_title(_title: &str) {}

    pub(crate) fn is_hidden() -> bool {
        false
    }

    pub(crate) fn is_touch_only() -> bool {
        false
    }

    pub(crate) fn key_is_composing(_event: &KeyboardEvent) -> bool {
        false
    }

    pub(crate) fn focus(_id: &str) {}

    pub(crate) fn has_lost_focus() -> bool {
        false
    }

    pub(crate) fn scroll_to_end(_id: &str) {}

    pub(crate) fn copy(_text: &str, _done: impl Fn(bool) + Clone + 'static) {}

    pub(crate) fn beacon(_url: &str, _json: &str) -> bool {
        false
    }
}

pub(crate) use imp::{
    beacon, copy, focus, go_to, has_lost_focus, is_hidden, is_touch_only, key_is_composing,
    scroll_to_end, set_address, set_title,
};
#[cfg(feature = "hydrate")]
pub(crate) use imp::{is_screen, mark_hydrated};
