//! The face of a page that could not be loaded.

use email_agent_api::ErrorCode;
use leptos::prelude::*;

use super::frame::Frame;
use crate::{
    CallError,
    language::{known, say},
};

/// What happened, and where to go from here.
#[component]
pub(crate) fn Failure(
    /// Why there is no page.
    error: CallError,
) -> impl IntoView {
    let heading = match error.error.code {
        ErrorCode::NotFound => say("Not found"),
        _ => say("This did not work"),
    };
    view! {
        <Frame info=None>
            <main class="failure">
                <h1>{heading}</h1>
                <p>{known(&error.to_string())}</p>
                <p>
                    <a class="button" href="/">{say("Show all emails")}</a>
                </p>
            </main>
        </Frame>
    }
}
