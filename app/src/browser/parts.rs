//! What the server has left in the page to be woken up.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, NodeList};

/// An element of [`crate::alive::Part`] as it stands in the page.
pub(crate) struct PartElement {
    /// What holds the view.
    pub(crate) root: HtmlElement,
    /// Which part.
    pub(crate) name: String,
    /// Its data.
    pub(crate) json: String,
}

/// All parts of the page, in its order.
pub(crate) fn parts() -> Vec<PartElement> {
    let part = |element: Element| {
        Some(PartElement {
            name: element.get_attribute("data-part")?,
            json: element.previous_element_sibling()?.text_content()?,
            root: element.dyn_into().ok()?,
        })
    };
    elements("[data-part]").filter_map(part).collect()
}

/// What fits the selector, in the order of the page.
pub(super) fn elements(selector: &str) -> impl Iterator<Item = Element> {
    let found: Option<NodeList> = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.query_selector_all(selector).ok());
    found
        .into_iter()
        .flat_map(|found| (0..found.length()).filter_map(move |index| found.item(index)))
        .filter_map(|node| node.dyn_into().ok())
}
