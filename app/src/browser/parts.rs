//! What the server has left in the page to be woken up: parts, and times to be told in the person's zone.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, NodeList};

use super::local_time;

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
    all("[data-part]").filter_map(part).collect()
}

/// Puts the times that belong to no part into the person's zone.
pub(crate) fn show_local_times() {
    for element in all("time[data-quiet]") {
        let at = element.get_attribute("datetime");
        let at_ms = at.map_or(f64::NAN, |at| js_sys::Date::parse(&at));
        if at_ms.is_finite() {
            #[expect(
                clippy::cast_possible_truncation,
                reason = "a date has less than 53 bits"
            )]
            let local = local_time(at_ms as i64);
            element.set_text_content(Some(&local.date_time));
        }
    }
}

fn all(selector: &str) -> impl Iterator<Item = Element> {
    let found: Option<NodeList> = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.query_selector_all(selector).ok());
    found
        .into_iter()
        .flat_map(|found| (0..found.length()).filter_map(move |index| found.item(index)))
        .filter_map(|node| node.dyn_into().ok())
}
