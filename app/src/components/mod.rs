//! One file per component: values and signals in, a view out. No component loads anything by itself.
//!
//! Optional and repeated parts end in `into_any()`, and what changes is a closure written inside
//! `view!`: leptos then treats them all alike. Each type of its own would cost the browser 2 KB of code.
//! What is on the server alone (`cfg`) costs it nothing.

mod again;
mod attach_form;
#[cfg(feature = "ssr")]
mod banner;
mod cancel_form;
mod changed_by_agent;
mod checklist;
mod choices;
mod command_button;
mod compare;
mod composer;
mod connection_note;
mod conversation;
mod edit_fields;
mod edit_time;
mod email_card;
mod email_editor;
mod email_list;
mod email_screen;
#[cfg(feature = "ssr")]
mod failure;
#[cfg(feature = "ssr")]
mod fault_drill;
mod files;
#[cfg(feature = "ssr")]
mod frame;
mod list_bulk;
mod list_empty;
mod list_filters;
mod list_row;
mod local_time;
mod notices;
#[cfg(feature = "ssr")]
mod others;
mod proof;
mod queue;
mod quick_chips;
mod reading;
mod recipient_field;
mod recipients;
mod save_note;
mod side_nav;
mod stage_class;
mod start_form;
mod status_bar;
mod tabs;
mod timeline;
mod versions;
mod warnings;

pub(crate) use checklist::Checklist;
pub(crate) use email_list::EmailListView;
pub(crate) use email_screen::EmailScreen;
#[cfg(feature = "ssr")]
pub(crate) use failure::Failure;
#[cfg(feature = "ssr")]
pub(crate) use fault_drill::FaultDrill;
#[cfg(feature = "ssr")]
pub(crate) use frame::Frame;
#[cfg(feature = "ssr")]
pub(crate) use others::Others;
#[cfg(feature = "ssr")]
pub use others::render as render_others;
pub(crate) use start_form::StartForm;
