//! The list on the page: what is known of it, and what the person does to it.
//!
//! What is shown follows from the address; a search that is being typed changes both without loading
//! the page again ([`ListLive::search`]). [`ListLive::keep_up`] asks again every few seconds, and
//! [`ListLive::act`] hands a press of a row's button to the server. Answers that were overtaken are
//! dropped, equal ones change nothing, and the keyboard stays where it was.

use std::borrow::Cow;

use email_agent_api::{Arrange, EmailList};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    CallError,
    alive::ListData,
    browser::{self, Press},
    language::{known, say},
    live::{with_retries, with_timeout},
    logic::Place,
    server_fns,
};

/// How often the list is read again while somebody can see it.
const REFRESH_MS: u32 = 5_000;

/// What was done last, and how to undo it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Done {
    /// The email with this id was deleted.
    Deleted(String),
    /// It was put away.
    Archived(String),
    /// Nothing to undo; a sentence.
    Said(Cow<'static, str>),
}

/// The signals of the list.
#[derive(Clone, Copy)]
pub(crate) struct ListLive {
    /// The page of it that is shown.
    pub(crate) list: RwSignal<EmailList>,
    /// Where in the list the address leads.
    pub(crate) place: RwSignal<Place>,
    /// Where in the list the rows are from; a moment behind the address.
    pub(crate) shown: RwSignal<Place>,
    /// What was done last.
    pub(crate) done: RwSignal<Option<Done>>,
    /// What went wrong last.
    pub(crate) problem: RwSignal<Option<String>>,
    /// And it was that nobody is signed in: an answer tells that this is over.
    is_signed_out: StoredValue<bool>,
    /// The first part of the keys of plain forms.
    pub(crate) form_key: StoredValue<String>,
    /// Counts the questions, so that an overtaken answer is known.
    asked: StoredValue<u32>,
}

impl ListLive {
    /// The list as first rendered.
    pub(crate) fn new(data: ListData) -> Self {
        let ListData {
            list,
            place,
            undo,
            said,
            form_key,
            single_keys_off: _,
        } = data;
        Self {
            list: RwSignal::new(list),
            shown: RwSignal::new(place.clone()),
            place: RwSignal::new(place),
            done: RwSignal::new(
                undo.map(Done::Deleted)
                    .or(said.map(|text| Done::Said(text.into()))),
            ),
            problem: RwSignal::new(None),
            is_signed_out: StoredValue::new(false),
            form_key: StoredValue::new(form_key),
            asked: StoredValue::new(0),
        }
    }

    /// Shows what is found for other words, and names it in the address.
    pub(crate) fn search(self, words: String) {
        let before = self.place.get_untracked();
        let place = before.searching(words);
        if place.search == before.search {
            return;
        }
        // Not a step of the way back: that would be one for each pause in typing.
        browser::set_address(&place.address());
        self.place.set(place);
        self.done.set(None);
        self.problem.set(None);
        spawn_local(self.look());
    }

    /// Follows the clock for as long as the page is open. In an effect, once.
    pub(crate) fn keep_up(self) {
        spawn_local(async move {
            loop {
                browser::sleep_ms(REFRESH_MS).await;
                if self.asked.try_get_value().is_none() {
                    break;
                }
                if !browser::is_hidden() && !browser::is_in_menu() {
                    self.look().await;
                }
            }
        });
    }

    /// Reads the list again.
    pub(crate) async fn look(self) {
        let Some(place) = self.place.try_get_untracked() else {
            return;
        };
        let number = self.asked.try_update_value(|asked| {
            *asked += 1;
            *asked
        });
        let Place { show, search, page } = place.clone();
        let answer = with_timeout(server_fns::list(page, show, search)).await;
        // Another question has been asked meanwhile, or the page has been left.
        if number.is_none() || self.asked.try_get_value() != number {
            return;
        }
        match answer {
            Ok(list) => {
                if self.is_signed_out.get_value() {
                    self.is_signed_out.set_value(false);
                    self.problem.set(None);
                }
                self.show(list);
                if self.shown.with_untracked(|shown| *shown != place) {
                    self.shown.set(place);
                }
            }
            // It is asked again in a moment; what is shown stays.
            Err(error) if error.is_temporary() && !error.is_signed_out() => {}
            Err(error) => {
                self.is_signed_out.set_value(error.is_signed_out());
                self.problem.set(Some(known(&error.to_string())));
            }
        }
    }

    fn show(self, list: EmailList) {
        if self.list.with_untracked(|shown| *shown == list) {
            return;
        }
        let focused = browser::focused_id();
        self.list.set(list);
        // A row that moved or changed was taken out of the page for a moment.
        request_animation_frame(move || {
            if let (true, Some(id)) = (browser::has_lost_focus(), focused) {
                browser::focus(&id);
            }
        });
    }

    /// Does what a button of a row says.
    pub(crate) fn act(self, press: Press) {
        let Some(id) = press
            .action
            .strip_prefix("/e/")
            .and_then(|rest| rest.strip_suffix("/arrange"))
            .map(str::to_owned)
        else {
            return;
        };
        self.problem.set(None);
        self.done.set(None);
        spawn_local(async move {
            let done = if press.button == "duplicate" {
                let key = browser::random_key();
                let started =
                    with_retries(|| server_fns::duplicate(id.clone(), key.as_str().to_owned()))
                        .await;
                started.map(|started| {
                    browser::go_to(&format!("/e/{}", started.id));
                    None
                })
            } else {
                self.arrange(id, &press).await
            };
            if self.done.try_get_untracked().is_none() {
                return;
            }
            match done {
                Ok(done) => self.done.set(done),
                Err(error) => self.problem.set(Some(known(&error.to_string()))),
            }
            self.look().await;
            // The row has gone, and the pressed button with it.
            request_animation_frame(move || {
                if browser::has_lost_focus() {
                    browser::focus("list-done");
                }
            });
        });
    }

    async fn arrange(self, id: String, press: &Press) -> Result<Option<Done>, CallError> {
        let (change, done) = match press.button.as_str() {
            "rename" => (
                Arrange::Rename {
                    name: press.name.clone(),
                },
                Done::Said(say("Renamed.").into()),
            ),
            "pin" => (Arrange::Pin, Done::Said(say("Pinned to the top.").into())),
            "unpin" => (Arrange::Unpin, Done::Said(say("No longer pinned.").into())),
            "archive" => (Arrange::Archive, Done::Archived(id.clone())),
            "unarchive" => (
                Arrange::Unarchive,
                Done::Said(say("Back in your list.").into()),
            ),
            "delete" => (Arrange::Delete, Done::Deleted(id.clone())),
            "restore" => (
                Arrange::Restore,
                Done::Said(say("Back in your list. If it was scheduled, approve it again.").into()),
            ),
            "erase" => (Arrange::Erase, Done::Said(say("Erased for good.").into())),
            _ => return Ok(None),
        };
        with_retries(|| server_fns::arrange(id.clone(), change.clone())).await?;
        Ok(Some(done))
    }
}
