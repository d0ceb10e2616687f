//! One request to the server. On the server itself the calls are functions.

/// What came back.
pub(crate) struct Reply {
    /// Whether the status says so.
    pub(crate) is_ok: bool,
    /// The text.
    pub(crate) body: String,
}

#[cfg(feature = "hydrate")]
mod imp {
    use wasm_bindgen::{JsCast, JsValue};
    use wasm_bindgen_futures::JsFuture;
    use web_sys::{AbortController, FormData, Headers, RequestInit, Response};

    use super::Reply;

    /// Sends JSON and waits for the answer; none if there is none. To stop waiting ends the request.
    pub(crate) async fn post(path: &str, json: String) -> Option<Reply> {
        send(path, &JsValue::from_str(&json), true).await.ok()
    }

    /// The same with a form. Its type, with the line between its parts, is the browser's to say.
    pub(crate) async fn post_form(path: &str, form: &FormData) -> Option<Reply> {
        send(path, form, false).await.ok()
    }

    async fn send(path: &str, body: &JsValue, is_json: bool) -> Result<Reply, JsValue> {
        let headers = Headers::new()?;
        headers.set("accept", "application/json")?;
        if is_json {
            headers.set("content-type", "application/json")?;
        }
        let unless_dropped = AbortOnDrop(AbortController::new()?);
        let request = RequestInit::new();
        request.set_method("POST");
        request.set_headers(&headers);
        request.set_body(body);
        request.set_signal(Some(&unless_dropped.0.signal()));
        let window = web_sys::window().ok_or(JsValue::UNDEFINED)?;
        let sent = window.fetch_with_str_and_init(path, &request);
        let response: Response = JsFuture::from(sent).await?.dyn_into()?;
        let body = JsFuture::from(response.text()?).await?;
        Ok(Reply {
            is_ok: response.ok(),
            body: body.as_string().unwrap_or_default(),
        })
    }

    /// A browser keeps few connections to one server: a request nobody waits for must not hold one.
    struct AbortOnDrop(AbortController);

    impl Drop for AbortOnDrop {
        fn drop(&mut self) {
            self.0.abort();
        }
    }
}

#[cfg(not(feature = "hydrate"))]
mod imp {
    use super::Reply;

    pub(crate) async fn post(_path: &str, _json: String) -> Option<Reply> {
        None
    }
}

pub(crate) use imp::post;
#[cfg(feature = "hydrate")]
pub(crate) use imp::post_form;
