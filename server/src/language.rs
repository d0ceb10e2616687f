//! In which language a request is answered: the one of the settings, else the first of the browser's
//! that we have, else English. Also hands out the translations for the browser's side of a page.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, Request, State},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::get,
};
use email_agent_api::{EmailAgent, PageLanguage};
use http::{HeaderMap, HeaderValue, StatusCode, header};

/// Everything of `router` answers in the language of the person.
pub(crate) fn speak(router: Router, agent: Arc<dyn EmailAgent>) -> Router {
    router.layer(middleware::from_fn_with_state(agent, choose))
}

/// The translations for the browser's side of a page.
pub(crate) fn router() -> Router {
    Router::new().route("/words/{name}", get(words))
}

async fn choose(
    State(agent): State<Arc<dyn EmailAgent>>,
    request: Request,
    next: Next,
) -> Response {
    let language = agent
        .info()
        .page_language
        .unwrap_or_else(|| of_browser(request.headers()));
    let mut response = app::language::for_request(language, next.run(request)).await;
    response
        .headers_mut()
        .append(header::VARY, HeaderValue::from_static("accept-language"));
    response
}

/// The first of the languages that the browser asks for, by its order, of which we have any variety.
fn of_browser(headers: &HeaderMap) -> PageLanguage {
    headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .into_iter()
        .flat_map(accept_language::parse)
        .find_map(|tag| {
            let primary = tag.split('-').next().unwrap_or_default();
            PageLanguage::of_code(&primary.to_lowercase())
        })
        .unwrap_or_default()
}

/// `GET /words/{name}`: the name tells the content, so it never changes.
async fn words(Path(name): Path<String>) -> Response {
    let Some(json) = app::language::words_file(&name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    (headers, json).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(accept: &'static str) -> PageLanguage {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static(accept));
        of_browser(&headers)
    }

    #[test]
    fn the_browser_says_what_its_person_reads() {
        assert_eq!(chosen("pt-BR,pt;q=0.9,en;q=0.8"), PageLanguage::Pt);
        assert_eq!(chosen("fr, de-AT;q=0.7, en;q=0.3"), PageLanguage::De);
        assert_eq!(chosen("en;q=0.2, zh-Hans-CN;q=0.9"), PageLanguage::Zh);
        assert_eq!(chosen("ar"), PageLanguage::Ar);
    }

    #[test]
    fn what_we_do_not_have_is_english() {
        for accept in ["tlh", "", "*", ";;;q=x,-", "fr;q=1.5"] {
            assert_eq!(chosen(accept), PageLanguage::En);
        }
        assert_eq!(of_browser(&HeaderMap::new()), PageLanguage::En);
    }
}
