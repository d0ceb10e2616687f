//! Where the translations of the page are, and getting them.

/// The code of the page's language and the address of its translations; none in English.
#[cfg(feature = "hydrate")]
pub(crate) fn words_address() -> Option<(String, String)> {
    let link = web_sys::window()?.document()?.get_element_by_id("words")?;
    Some((
        link.get_attribute("data-language")?,
        link.get_attribute("href")?,
    ))
}

/// The text at an address of ours; none if it cannot be had, or if the answer is a page to sign in at.
#[cfg(feature = "hydrate")]
pub(crate) async fn get(address: &str) -> Option<String> {
    use wasm_bindgen::JsCast;
    use wasm_bindgen_futures::JsFuture;

    let sent = web_sys::window()?.fetch_with_str(address);
    let response: web_sys::Response = JsFuture::from(sent).await.ok()?.dyn_into().ok()?;
    if !response.ok() || response.redirected() {
        return None;
    }
    JsFuture::from(response.text().ok()?)
        .await
        .ok()?
        .as_string()
}
