//! Says that the server does not answer. Slim, in place, and gone by itself.

use leptos::prelude::*;

use crate::{language::say, live::Live};

/// The note; nothing while the server answers.
#[component]
pub(crate) fn ConnectionNote(
    /// The email.
    live: Live,
) -> impl IntoView {
    view! {
        <div class="connection" role="status">
            {move || {
                live.is_lost
                    .get()
                    .then(|| view! { <p>{say("Not connected. What you type is kept on this device. Trying again…")}</p> }.into_any())
            }}
        </div>
    }
}
