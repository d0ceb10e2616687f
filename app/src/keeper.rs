//! The composer's memory: takes what is typed, keeps a copy in the browser at once and on the server
//! every five seconds, and hands it over as a request.
//!
//! The rules are `logic::note`; this is their clockwork.

use email_agent_api::{IdempotencyKey, RequestDraft};
use leptos::{prelude::*, task::spawn_local};
use tr::tr;

use crate::{
    browser::{self, Storage},
    json,
    language::{known, say},
    live::{Live, with_retries, with_timeout},
    logic::{LocalNote, Note},
    server_fns,
};

/// While somebody types, the server is never further behind than this.
const SAVE_EVERY_MS: u32 = 5_000;

/// The composer's text and its clockwork.
#[derive(Clone, Copy)]
pub(crate) struct Keeper {
    /// The text and where it stands.
    pub(crate) note: RwSignal<Note>,
    /// A request is on its way.
    pub(crate) is_sending: RwSignal<bool>,
    /// Why the last request was not accepted.
    pub(crate) problem: RwSignal<Option<String>>,
    live: Live,
    /// A save is due; it is not put off by further typing.
    is_due: StoredValue<bool>,
    /// A request that got lost keeps its key for the next try.
    unsettled: StoredValue<Option<(String, IdempotencyKey)>>,
}

impl Keeper {
    /// The composer of this email, as the server has it.
    pub(crate) fn new(live: Live) -> Self {
        Self {
            note: RwSignal::new(
                live.view
                    .with_untracked(|view| Note::loaded(&view.request_draft)),
            ),
            is_sending: RwSignal::new(false),
            problem: RwSignal::new(None),
            live,
            is_due: StoredValue::new(false),
            unsettled: StoredValue::new(None),
        }
    }

    /// Finds what was typed before the script was there, or kept when the page was last closed.
    pub(crate) fn wake_up(self, typed: Option<String>) {
        if let Some(typed) =
            typed.filter(|typed| self.note.with_untracked(|note| note.text() != typed))
        {
            self.typed(typed);
        } else if let Some(kept) = Storage::Device.load::<LocalNote>(&self.storage_key()) {
            let restored = self
                .note
                .try_update(|note| note.restore(&kept))
                .unwrap_or(false);
            if restored {
                self.save_now();
            } else {
                Storage::Device.remove(&self.storage_key());
            }
        }
    }

    /// The person has typed.
    pub(crate) fn typed(self, text: String) {
        let kept = self
            .note
            .try_update(|note| note.typed(text, browser::now_ms()));
        if let Some(kept) = kept {
            Storage::Device.store(&self.storage_key(), &kept);
        }
        if self.problem.with_untracked(Option::is_some) {
            self.problem.set(None);
        }
        self.save_after(SAVE_EVERY_MS);
    }

    /// Another tab or device may have stored something. Whether the text has changed.
    pub(crate) fn seen(self, draft: &RequestDraft, is_focused: bool) -> bool {
        let changes = self
            .note
            .with_untracked(|note| note.clone().seen(draft, is_focused));
        self.note.update(|note| {
            note.seen(draft, is_focused);
        });
        changes
    }

    fn save_after(self, ms: u32) {
        if self.is_due.get_value() {
            return;
        }
        self.is_due.set_value(true);
        spawn_local(async move {
            browser::sleep_ms(ms).await;
            if self.is_due.try_set_value(false).is_none() {
                self.save_now();
            }
        });
    }

    /// Saves at once, if there is anything to save.
    pub(crate) fn save_now(self) {
        let Some(Some(draft)) = self
            .note
            .try_update(|note| note.begin_save(browser::now_ms()))
        else {
            return;
        };
        let id = self.live.id();
        spawn_local(async move {
            let answer = with_timeout(server_fns::save_draft(id, draft.text, draft.sequence)).await;
            let next_ms = self.note.try_update(|note| match answer {
                Ok(saved) => {
                    note.saved(&saved);
                    SAVE_EVERY_MS
                }
                Err(error) => {
                    note.save_failed(known(&error.to_string()));
                    note.retry_after_ms()
                }
            });
            let Some(next_ms) = next_ms else {
                return;
            };
            if self.note.with_untracked(Note::is_unsaved) {
                self.save_after(next_ms);
            } else {
                Storage::Device.remove(&self.storage_key());
            }
        });
    }

    /// The page is going away: the browser delivers this even when it has gone.
    pub(crate) fn last_words(self) {
        let words = self
            .note
            .try_update(|note| note.last_words(browser::now_ms()));
        if let Some(Some(draft)) = words {
            let call = server_fns::SaveDraft {
                id: self.live.id(),
                text: draft.text,
                sequence: draft.sequence,
            };
            browser::beacon("/api/ai-agent/save_draft", &json::write(&call));
        }
    }

    /// Hands the text over as a request. It stays in the composer until the server has accepted it;
    /// one that is pressed meanwhile follows.
    pub(crate) fn send(self) {
        if self.is_sending.get_untracked() {
            let kept = self
                .note
                .try_update(|note| note.press_again(browser::now_ms()));
            if let Some(Some(kept)) = kept {
                Storage::Device.store(&self.storage_key(), &kept);
            }
            return;
        }
        if let Some(text) = self.note.with_untracked(refusal) {
            self.problem.set(Some(text));
            browser::focus("request");
            return;
        }
        let Some(sent) = self
            .note
            .try_update(|note| note.begin_request(browser::now_ms()))
        else {
            return;
        };
        self.problem.set(None);
        self.is_sending.set(true);
        Storage::Device.store(&self.storage_key(), &sent);
        spawn_local(async move {
            let mut next = Some(sent);
            while let Some(sent) = next {
                next = self.deliver(sent).await;
            }
        });
    }

    /// Brings one request to the server. The answer is the one to bring next.
    async fn deliver(self, sent: LocalNote) -> Option<LocalNote> {
        let key = self
            .unsettled
            .with_value(|unsettled| match unsettled {
                Some((text, key)) if *text == sent.text => Some(key.clone()),
                _ => None,
            })
            .unwrap_or_else(browser::random_key);
        let (id, zone) = (self.live.id(), browser::time_zone());
        let answer = with_retries(|| {
            server_fns::send_request(
                id.clone(),
                key.as_str().to_owned(),
                sent.text.clone(),
                zone.clone(),
                sent.sequence,
            )
        })
        .await;
        let is_accepted = answer.is_ok();
        // None: the page has been left meanwhile.
        let next = self.note.try_update(|note| {
            if is_accepted {
                note.request_accepted(&sent, browser::now_ms())
            } else {
                note.request_failed();
                None
            }
        })?;
        self.is_sending.set(next.is_some());
        match answer {
            Ok(_) => {
                self.unsettled.set_value(None);
                if self.note.with_untracked(Note::is_unsaved) {
                    self.typed(self.note.with_untracked(|note| note.text().to_owned()));
                } else if next.is_none() {
                    Storage::Device.remove(&self.storage_key());
                }
            }
            Err(error) => {
                self.unsettled
                    .set_value(error.lost.then_some((sent.text, key)));
                self.problem.set(Some(tr!(
                    "Not sent: {reason}",
                    reason = known(&error.to_string())
                )));
                self.save_after(SAVE_EVERY_MS);
            }
        }
        self.live.look_now();
        next
    }

    fn storage_key(self) -> String {
        storage_key(&self.live.id())
    }
}

/// Where the browser keeps the unsent request of an email.
fn storage_key(id: &str) -> String {
    format!("email-agent:request:{id}")
}

/// Puts words into the composer of an email that is about to be opened.
pub(crate) fn prefill(id: &str, text: &str) {
    let sequence = u64::try_from(browser::now_ms()).unwrap_or(1);
    Storage::Device.store(
        &storage_key(id),
        &LocalNote {
            text: text.to_owned(),
            sequence,
        },
    );
}

/// Why this text cannot be a request.
fn refusal(note: &Note) -> Option<String> {
    if note.text().trim().is_empty() {
        return Some(
            say("Write what the email should say, and to whom: then press Talk to Agent.")
                .to_owned(),
        );
    }
    note.too_long().map(|chars| {
        let limit = email_agent_api::limits::REQUEST_CHARS_MAX;
        tr!(
            "This has {n} characters; the limit is {limit}. Your text is kept: shorten it and try again."
                | "This has {n} characters; the limit is {limit}. Your text is kept: shorten it and try again."
                % chars,
            limit
        )
    })
}
