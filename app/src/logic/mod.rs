//! What the pages decide, without touching a browser: every rule here is a plain function or struct
//! with tests that run anywhere. Time comes in as a number.

mod actions;
mod again;
mod bulk;
pub(crate) mod chips;
mod edit;
mod history;
mod marks;
mod note;
mod notice;
mod place;
mod poll;
mod quick;
mod words;

pub(crate) use actions::{Act, Offer, form_fields, offers};
pub(crate) use again::{can_ask_again, put_back};
pub(crate) use bulk::bulk_buttons;
#[cfg(feature = "ssr")]
pub(crate) use bulk::bulk_done;
pub(crate) use edit::{EmailForm, Field, changed_field_label};
pub(crate) use history::{chip, fields, marked, undoable, version_name};
pub(crate) use marks::{Mark, Marked, marked_recipients};
pub(crate) use note::{LocalNote, Note, NoteState};
pub(crate) use notice::deserves_notice;
pub(crate) use place::Place;
pub(crate) use poll::{Connection, Pace, is_newer, next_poll_ms};
pub(crate) use quick::{LANGUAGES, Quick, offers_quick, primary, translate_words};
pub(crate) use words::{
    blocking_warning, countdown_announcement, page_title, pill, sentence, title, utc_text,
    window_title,
};
