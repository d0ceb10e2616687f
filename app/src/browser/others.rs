//! The emails beside the one that is open: markup of the server that takes the place of older markup.

#[cfg(feature = "hydrate")]
mod imp {
    use crate::browser::{focus, focused_id, get, is_hidden, is_screen};

    /// The width from which they are shown, as the style has it.
    const WIDE: &str = "(min-width: 1100px)";

    /// Gets them, if they can be seen, and shows them if they are not as they were.
    pub(crate) async fn refresh_others(address: &str, shown: &mut Option<String>) {
        if is_hidden() || !is_screen(WIDE) {
            return;
        }
        let Some(markup) = get(address)
            .await
            .filter(|markup| shown.as_ref() != Some(markup))
        else {
            return;
        };
        let document = web_sys::window().and_then(|window| window.document());
        let Some(place) = document.and_then(|document| document.get_element_by_id("others")) else {
            return;
        };
        // Whoever is in it with the keyboard stays there.
        let focused = focused_id().filter(|id| id.starts_with("other"));
        place.set_inner_html(&markup);
        if let Some(id) = focused {
            focus(&id);
        }
        *shown = Some(markup);
    }
}

#[cfg(not(feature = "hydrate"))]
mod imp {
    pub(crate) async fn refresh_others(_address: &str, _shown: &mut Option<String>) {}
}

pub(crate) use imp::refresh_others;
