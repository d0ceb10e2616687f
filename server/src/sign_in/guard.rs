//! Lets nobody in who must sign in first.

use axum::{
    Json, Router,
    extract::{Request, State},
    middleware::{self, Next},
    response::{IntoResponse, Redirect, Response},
};
use email_agent_api::{AgentError, ErrorCode, to_say};
use http::{HeaderValue, Method, StatusCode, header};

use super::{
    SignIn, Standing,
    calls::SIGN_IN,
    forms::{self, PAGE},
};
use crate::{
    errors::{self, API_PREFIX},
    settings,
};

/// Puts the guard in front of everything in `router`, also in front of what is not found.
pub(crate) fn guard(router: Router, sign_in: &SignIn) -> Router {
    router.layer(middleware::from_fn_with_state(sign_in.clone(), check))
}

async fn check(State(sign_in): State<SignIn>, request: Request, next: Next) -> Response {
    if is_open(request.uri().path()) {
        return next.run(request).await;
    }
    match sign_in.standing(request.headers()).await {
        Ok(Standing::Off | Standing::In) => next.run(request).await,
        Ok(Standing::Out) => refuse(&request),
        Err(error) if is_call(&request) => settings::answer::<()>(Err(error)),
        Err(error) => errors::page(&error, "/"),
    }
}

/// What says nothing about the emails: the way in, the files of the program, and whether it lives.
fn is_open(path: &str) -> bool {
    path == PAGE
        || path.strip_prefix(API_PREFIX) == Some(SIGN_IN)
        || matches!(path, "/favicon.svg" | "/healthz" | "/readyz")
        || path.starts_with("/pkg/")
        || path.starts_with("/words/")
}

fn is_call(request: &Request) -> bool {
    request.uri().path().starts_with(API_PREFIX)
}

fn refuse(request: &Request) -> Response {
    if is_call(request) {
        let error = AgentError::new(
            ErrorCode::SignedOut,
            to_say(
                "You are signed out, so nothing was done. Sign in in another tab (a program: with the call sign_in), then try again: what you typed is kept.",
            ),
        );
        let challenge = [(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))];
        return (StatusCode::UNAUTHORIZED, challenge, Json(error)).into_response();
    }
    if request.method() == Method::GET || request.method() == Method::HEAD {
        let wanted = request.uri().path_and_query();
        let wanted = wanted.map_or("/", http::uri::PathAndQuery::as_str);
        return Redirect::to(&forms::address_for(wanted)).into_response();
    }
    // What was typed is still in the form that the browser goes back to.
    let error = AgentError::new(
        ErrorCode::SignedOut,
        to_say(
            "You are signed out, so nothing was done. Go back in your browser: what you typed is still there. Sign in in another tab, then press again.",
        ),
    );
    errors::page(&error, PAGE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_tells_nothing_is_open() {
        for path in [
            "/sign-in",
            "/api/ai-agent/sign_in",
            "/pkg/email-agent.css",
            "/healthz",
        ] {
            assert!(is_open(path), "{path}");
        }
        for path in [
            "/",
            "/sign-in/x",
            "/sign-out",
            "/settings/sign-in",
            "/pkg",
            "//pkg/x",
            "/e/pkg/",
            "/api/ai-agent/list",
            "/api/ai-agent/sign_in/",
        ] {
            assert!(!is_open(path), "{path}");
        }
    }
}
