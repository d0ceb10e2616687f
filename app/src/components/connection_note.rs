//! Says that the server does not answer, or not to this browser. Slim, in place, and gone by itself.

use leptos::prelude::*;

use crate::{
    erased::redrawn,
    language::say,
    live::{CutOff, Live},
};

/// The note; nothing while the server answers.
#[component]
pub(crate) fn ConnectionNote(
    /// The email.
    live: Live,
) -> impl IntoView {
    view! {
        <div class="connection" role="status">
            {redrawn(move || {
                Some(match live.cut_off.get()? {
                    CutOff::Unreachable => view! {
                        <p>{say("Not connected. What you type is kept on this device. Trying again…")}</p>
                    }
                    .into_any(),
                    // In a tab of its own: what is typed here stays, and goes on once that is done.
                    CutOff::SignedOut => view! {
                        <p>
                            {say("You are signed out. What you type is kept on this device. ")}
                            <a href="/sign-in" target="_blank">{say("Sign in, in a new tab")}</a>
                        </p>
                    }
                    .into_any(),
                })
            })}
        </div>
    }
}
