//! The Content-Security-Policy of the pages: no script but ours, by nonce; nothing from elsewhere.

use http::{HeaderValue, header::CONTENT_SECURITY_POLICY};
use leptos::{nonce::use_nonce, prelude::*};
use leptos_axum::ResponseOptions;

/// Puts the policy on the answer that is being rendered.
pub(crate) fn set_policy(options: &LeptosOptions) {
    // Neither is there when cargo asks for the list of routes instead of a page.
    let (Some(response), Some(nonce)) = (use_context::<ResponseOptions>(), use_nonce()) else {
        return;
    };
    // Set by `cargo leptos watch`; its reload script listens on a port of its own.
    let reload_port = std::env::var("LEPTOS_WATCH")
        .is_ok()
        .then_some(options.reload_port);
    if let Ok(policy) = HeaderValue::from_str(&policy(&nonce.to_string(), reload_port)) {
        response.insert_header(CONTENT_SECURITY_POLICY, policy);
    }
}

fn policy(nonce: &str, reload_port: Option<u32>) -> String {
    let reload = reload_port.map_or_else(String::new, |port| {
        format!(" ws://127.0.0.1:{port} ws://localhost:{port}")
    });
    format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; \
         style-src 'self'; img-src 'self'; connect-src 'self'{reload}; form-action 'self'; \
         base-uri 'none'; frame-ancestors 'none'"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_watch_mode_may_listen_for_reloads() {
        assert!(policy("n", None).contains("connect-src 'self';"));
        assert!(policy("n", Some(3001)).contains("connect-src 'self' ws://127.0.0.1:3001 "));
        assert!(policy("abc", None).contains("'nonce-abc'"));
    }
}
