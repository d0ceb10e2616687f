//! Whether the server has what is typed. It says "saved" only when that is so.

use leptos::prelude::*;

use crate::{
    browser,
    keeper::Keeper,
    logic::{Note, NoteState},
};

/// The note beside the composer.
#[component]
pub(crate) fn SaveNote(
    /// The composer's memory.
    keeper: Keeper,
) -> impl IntoView {
    let state = Memo::new(move |_| keeper.note.with(Note::state));
    // The clock of the person is known in the browser only.
    let is_awake = RwSignal::new(false);
    Effect::new(move |_| is_awake.set(true));
    let text = move || {
        if !is_awake.get() {
            return String::new();
        }
        match state.get() {
            NoteState::Quiet => String::new(),
            NoteState::Unsaved => "Not saved yet".to_owned(),
            NoteState::Saving => "Saving draft…".to_owned(),
            NoteState::Saved { at_ms } => format!("Saved {}", browser::local_time(at_ms).clock),
            NoteState::TooLong { chars } => {
                let limit = email_agent_api::limits::REQUEST_CHARS_MAX;
                format!("Kept on this device only: {chars} characters, the limit is {limit}")
            }
            NoteState::Failed { reason } => format!("Not saved: {reason}"),
        }
    };
    view! { <p class="save-note" role="status">{move || text()}</p> }
}
