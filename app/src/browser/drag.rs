//! Files that are dragged over the page and dropped on it.

/// What a page must hear of, with [`dragged`].
pub(crate) const DRAG_EVENTS: [&str; 3] = ["dragover", "dragleave", "drop"];

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(
    not(feature = "hydrate"),
    expect(dead_code, reason = "nothing is dragged on a server")
)]
pub(crate) enum Dragged {
    /// Nothing was dropped yet, or no files.
    Nothing,
    /// Files are in the field now, as if they had been chosen there.
    Taken,
    /// Files were dropped, and there is no field for them.
    Refused,
}

#[cfg(feature = "hydrate")]
mod imp {
    use wasm_bindgen::JsCast;
    use web_sys::{DataTransfer, DragEvent, Event, EventInit, HtmlInputElement};

    use super::Dragged;

    /// On the page while files are over it, for the style.
    const MARK: &str = "data-dragging";

    /// Takes dropped files into the field with this id. Without this, a browser would leave the page and
    /// show the file instead.
    pub(crate) fn dragged(event: &Event, field_id: &str) -> Dragged {
        let Some(files) = event
            .dyn_ref()
            .and_then(DragEvent::data_transfer)
            .filter(|data| data.types().includes(&"Files".into(), 0))
        else {
            return Dragged::Nothing;
        };
        event.prevent_default();
        let document = web_sys::window().and_then(|window| window.document());
        let field: Option<HtmlInputElement> = document
            .as_ref()
            .and_then(|document| document.get_element_by_id(field_id))
            .and_then(|element| element.dyn_into().ok());
        if field.is_none() {
            files.set_drop_effect("none");
        }
        if let Some(page) = document.and_then(|document| document.document_element()) {
            let is_over = event.type_() == "dragover" && field.is_some();
            let _ = if is_over {
                page.set_attribute(MARK, "")
            } else {
                page.remove_attribute(MARK)
            };
        }
        match field {
            _ if event.type_() != "drop" => Dragged::Nothing,
            Some(field) => choose(&field, &files),
            None => Dragged::Refused,
        }
    }

    /// Puts the files into the field, and lets it say so as after a choice by hand.
    fn choose(field: &HtmlInputElement, files: &DataTransfer) -> Dragged {
        field.set_files(files.files().as_ref());
        let about = EventInit::new();
        about.set_bubbles(true);
        if let Ok(change) = Event::new_with_event_init_dict("change", &about) {
            let _ = field.dispatch_event(&change);
        }
        Dragged::Taken
    }
}

#[cfg(not(feature = "hydrate"))]
mod imp {
    use super::Dragged;

    pub(crate) fn dragged(_event: &leptos::web_sys::Event, _field_id: &str) -> Dragged {
        Dragged::Nothing
    }
}

pub(crate) use imp::dragged;
