//! The list in the document: which row has the focus, and which button of which row was pressed.

/// A press of a button in a plain form.
pub(crate) struct Press {
    /// Where the form leads.
    pub(crate) action: String,
    /// The value of the button.
    pub(crate) button: String,
    /// What stands in its field `name`.
    pub(crate) name: String,
}

#[cfg(feature = "hydrate")]
mod imp {
    use wasm_bindgen::JsCast;
    use web_sys::{Document, Element, HtmlElement, HtmlInputElement, KeyboardEvent, SubmitEvent};

    use super::Press;
    use crate::browser::parts::elements;

    fn document() -> Option<Document> {
        web_sys::window()?.document()
    }

    fn find(selector: &str) -> Option<Element> {
        document()?.query_selector(selector).ok().flatten()
    }

    /// The button that has sent this form.
    pub(crate) fn pressed(event: &SubmitEvent) -> Option<Press> {
        let form = event.target()?.dyn_into::<Element>().ok()?;
        let name = form.query_selector("[name=name]").ok().flatten();
        let name = name.and_then(|field| field.dyn_into::<HtmlInputElement>().ok());
        Some(Press {
            action: form.get_attribute("action")?,
            button: event.submitter()?.get_attribute("value")?,
            name: name.map(|field| field.value()).unwrap_or_default(),
        })
    }

    /// Ticks every box that belongs to this form.
    pub(crate) fn tick_all(form_id: &str) {
        for element in elements(&format!("input[type=checkbox][form={form_id}]")) {
            if let Ok(input) = element.dyn_into::<HtmlInputElement>() {
                input.set_checked(true);
            }
        }
    }

    /// Whether a key press writes something.
    pub(crate) fn is_typing(event: &KeyboardEvent) -> bool {
        let target = event
            .target()
            .and_then(|target| target.dyn_into::<HtmlElement>().ok());
        target.is_some_and(|target| {
            target.is_content_editable()
                || ["INPUT", "TEXTAREA", "SELECT"].contains(&target.tag_name().as_str())
        })
    }

    /// Whether somebody is in the open menu of a row.
    pub(crate) fn is_in_menu() -> bool {
        find(".list__menu[open]:focus-within").is_some()
    }

    /// The id of what has the focus.
    pub(crate) fn focused_id() -> Option<String> {
        let id = document()?.active_element()?.id();
        (!id.is_empty()).then_some(id)
    }

    /// Presses the first element that fits.
    pub(crate) fn click(selector: &str) {
        let element = find(selector).and_then(|element| element.dyn_into::<HtmlElement>().ok());
        if let Some(element) = element {
            element.click();
        }
    }

    /// The list item in which the focus is.
    fn row() -> Option<Element> {
        let focused = document()?.active_element()?;
        focused.closest(".list__item").ok().flatten()
    }

    fn link_of(row: &Element) -> Option<HtmlElement> {
        let link = row.query_selector(".list__row").ok().flatten();
        link.and_then(|link| link.dyn_into().ok())
    }

    /// Moves the focus to the next row, or the one before; to the first one from elsewhere.
    pub(crate) fn step_row(forward: bool) {
        let next = match (row(), forward) {
            (Some(row), true) => row.next_element_sibling(),
            (Some(row), false) => row.previous_element_sibling(),
            (None, _) => find(".list__item"),
        };
        if let Some(link) = next.and_then(|row| link_of(&row)) {
            let _ = link.focus();
        }
    }

    /// Opens the row that has the focus.
    pub(crate) fn open_row() {
        if let Some(link) = row().and_then(|row| link_of(&row)) {
            link.click();
        }
    }
}

#[cfg(not(feature = "hydrate"))]
mod imp {
    use leptos::ev::{KeyboardEvent, SubmitEvent};

    use super::Press;

    pub(crate) fn pressed(_event: &SubmitEvent) -> Option<Press> {
        None
    }

    pub(crate) fn is_typing(_event: &KeyboardEvent) -> bool {
        false
    }

    pub(crate) fn tick_all(_form_id: &str) {}

    pub(crate) fn is_in_menu() -> bool {
        false
    }

    pub(crate) fn focused_id() -> Option<String> {
        None
    }

    pub(crate) fn click(_selector: &str) {}

    pub(crate) fn step_row(_forward: bool) {}

    pub(crate) fn open_row() {}
}

pub(crate) use imp::{
    click, focused_id, is_in_menu, is_typing, open_row, pressed, step_row, tick_all,
};
