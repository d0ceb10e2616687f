//! Whether the server has what is typed. It says "saved" only when that is so.

use leptos::prelude::*;
use tr::tr;

use crate::{
    browser,
    erased::{effect, memo, redrawn},
    keeper::Keeper,
    language::{known, say},
    logic::{Note, NoteState},
};

/// The note beside the composer.
#[component]
pub(crate) fn SaveNote(
    /// The composer's memory.
    keeper: Keeper,
) -> impl IntoView {
    let state = memo(move || keeper.note.with(Note::state));
    // The clock of the person is known in the browser only.
    let is_awake = RwSignal::new(false);
    effect(move || is_awake.set(true));
    let text = move || {
        if !is_awake.get() {
            return String::new();
        }
        match state.get() {
            NoteState::Quiet => String::new(),
            NoteState::Unsaved => say("Not saved yet").to_owned(),
            NoteState::Saving => say("Saving draft…").to_owned(),
            NoteState::Saved { at_ms } => {
                tr!("Saved {time}", time = browser::local_time(at_ms).clock)
            }
            NoteState::TooLong { chars } => {
                let limit = email_agent_api::limits::REQUEST_CHARS_MAX;
                tr!(
                    "Kept on this device only: {n} character, the limit is {limit}"
                        | "Kept on this device only: {n} characters, the limit is {limit}" % chars,
                    limit
                )
            }
            NoteState::Failed { reason } => {
                tr!("Not saved: {reason}", reason = known(&reason))
            }
        }
    };
    view! { <p class="save-note" role="status">{redrawn(text)}</p> }
}
