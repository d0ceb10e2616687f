//! The HTML document around every page, and the route table. The server's alone: the browser follows
//! links by itself and gets the next page from here.

use leptos::prelude::*;
use leptos_meta::{MetaTags, Stylesheet, Title, provide_meta_context};
use leptos_router::{
    ParamSegment, SsrMode, StaticSegment,
    components::{Route, Router, Routes},
};

use crate::{
    language::{self, say},
    logic::window_title,
    pages::{EmailPage, HomePage, NotFoundPage},
    security,
};

/// The HTML document around the application. Also sets the page's security policy.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    security::set_policy(&options);
    // For the script of those pages that have one.
    provide_context(options.clone());
    let language = language::provide();
    view! {
        <!DOCTYPE html>
        <html lang=language.code() dir=language.direction()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <meta name="description" content=say("An AI email agent you can trust with the send button.") />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <Stylesheet id="leptos" href="/pkg/email-agent.css" />
                <AutoReload options />
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}

/// The application: the route table.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Title formatter=|text: String| window_title(&text) />
        <Router>
            <Routes fallback=NotFoundPage>
                // Rendered in one sweep, so that everything can be read without script.
                <Route path=StaticSegment("") view=HomePage ssr=SsrMode::Async />
                <Route path=(StaticSegment("e"), ParamSegment("id")) view=EmailPage ssr=SsrMode::Async />
            </Routes>
        </Router>
    }
}
