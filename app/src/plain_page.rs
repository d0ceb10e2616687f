//! The document around a page that the server renders alone: no script comes with it, and nothing of
//! it is in the browser's program.

use email_agent_api::PageLanguage;
use leptos::prelude::*;

use crate::language;

/// What the browser may do on such a page: read our style, send our forms, nothing else.
pub const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The whole document.
pub(crate) fn render<V: IntoView>(
    title: impl FnOnce() -> String,
    content: impl FnOnce() -> V,
) -> String {
    let owner = Owner::new();
    let html = owner.with(|| {
        let language = language::provide();
        document(language, title(), content()).to_html()
    });
    // The marks between texts are for a script that wakes a page up; in a title they would be seen.
    // Text cannot hold one, because its `<` is written `&lt;`.
    html.replace("<!>", "")
}

/// A part of a page that is open already, in the language of the request.
pub(crate) fn fragment<V: IntoView>(content: impl FnOnce() -> V) -> String {
    let owner = Owner::new();
    let html = owner.with(|| {
        language::provide();
        content().into_view().to_html()
    });
    html.replace("<!>", "")
}

fn document(language: PageLanguage, title: String, content: impl IntoView) -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html lang=language.code() dir=language.direction()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <title>{title}</title>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="stylesheet" href="/pkg/email-agent.css" />
            </head>
            <body>{content}</body>
        </html>
    }
}
