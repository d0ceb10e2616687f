//! The unsent request: what is typed, what the server has, and what is on the way between.
//!
//! Sequence numbers are milliseconds of the clock, pushed forward where the clock stands still, so
//! that they rise across tabs and devices too. Three rules keep every word: what is typed stays until
//! the server has accepted it; of two copies the one with the higher number is the newer; a save
//! that is overtaken changes nothing.

use std::collections::VecDeque;

use email_agent_api::{DraftNote, DraftSaved, RequestDraft, limits::REQUEST_CHARS_MAX};
use serde::{Deserialize, Serialize};

/// Longest wait between two tries to save.
const RETRY_MAX_MS: u32 = 30_000;

/// The copy in the browser's own storage, kept until the server has the text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LocalNote {
    /// What was typed.
    pub(crate) text: String,
    /// Newer than the server's copy if above its number.
    pub(crate) sequence: u64,
}

/// What the line beside the composer says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NoteState {
    /// Nothing to say.
    Quiet,
    /// Typed, to be saved within seconds.
    Unsaved,
    /// On its way.
    Saving,
    /// The server has exactly this text, since then.
    Saved {
        /// The server's clock.
        at_ms: i64,
    },
    /// Longer than a request may be, so it is kept on this device only.
    TooLong {
        /// Characters typed.
        chars: usize,
    },
    /// The server has not got it; it will be tried again.
    Failed {
        /// Why, in a sentence.
        reason: String,
    },
}

/// A request that waits until the one before it has been accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Pressed {
    /// What it says.
    request: String,
    /// What the composer held then: the requests before it may still have been in front.
    composer: String,
}

/// The composer's text and its way to the server.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Note {
    text: String,
    stored: String,
    sequence: u64,
    saving: Option<DraftNote>,
    sending: Option<LocalNote>,
    /// Requests that were handed over while another one was on its way, oldest first.
    pressed: VecDeque<Pressed>,
    saved_at_ms: Option<i64>,
    failures: u32,
    failure: Option<String>,
}

impl Note {
    /// As the server has it when the page opens.
    pub(crate) fn loaded(server: &RequestDraft) -> Self {
        Self {
            text: server.text.clone(),
            stored: server.text.clone(),
            sequence: server.sequence,
            saved_at_ms: server.saved_at.map(|at| at.timestamp_millis()),
            ..Self::default()
        }
    }

    /// What is in the composer.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Takes over a copy that this browser kept and the server never got. Whether it did.
    pub(crate) fn restore(&mut self, local: &LocalNote) -> bool {
        let is_newer = local.sequence > self.sequence && local.text != self.text;
        if is_newer {
            self.text.clone_from(&local.text);
            self.sequence = local.sequence;
        }
        is_newer
    }

    /// The person has typed; the answer is what to keep in the browser.
    pub(crate) fn typed(&mut self, text: String, now_ms: i64) -> LocalNote {
        self.text = text;
        LocalNote {
            text: self.unaccepted(),
            sequence: self.next_sequence(now_ms),
        }
    }

    /// Characters typed beyond what a request may have, as their total number.
    pub(crate) fn too_long(&self) -> Option<usize> {
        // A character has a byte at least, so short texts need no counting.
        if self.text.len() <= REQUEST_CHARS_MAX {
            return None;
        }
        Some(self.text.chars().count()).filter(|&chars| chars > REQUEST_CHARS_MAX)
    }

    /// Whether the server lacks what is typed.
    pub(crate) fn is_unsaved(&self) -> bool {
        self.text != self.stored
    }

    /// What to send now, if anything: nothing while a save is on its way (its answer brings the next
    /// one), and nothing while the text is being handed over as a request.
    pub(crate) fn begin_save(&mut self, now_ms: i64) -> Option<DraftNote> {
        let is_blocked = self.saving.is_some() || self.sending.is_some();
        if is_blocked || !self.is_unsaved() || self.too_long().is_some() {
            return None;
        }
        let note = DraftNote {
            text: self.text.clone(),
            sequence: self.next_sequence(now_ms),
        };
        self.saving = Some(note.clone());
        Some(note)
    }

    /// What to hand over when the page goes away, whatever else is on its way.
    pub(crate) fn last_words(&mut self, now_ms: i64) -> Option<DraftNote> {
        if self.sending.is_some() || !self.is_unsaved() || self.too_long().is_some() {
            return None;
        }
        Some(DraftNote {
            text: self.text.clone(),
            sequence: self.next_sequence(now_ms),
        })
    }

    /// The server has answered the save that was on its way.
    pub(crate) fn saved(&mut self, answer: &DraftSaved) {
        let Some(note) = self.saving.take() else {
            return;
        };
        self.failures = 0;
        self.failure = None;
        self.sequence = self.sequence.max(answer.sequence);
        // A higher number means that a newer note had won: then the server does not hold this text.
        if answer.sequence == note.sequence {
            self.stored = note.text;
            self.saved_at_ms = Some(answer.saved_at.timestamp_millis());
        }
    }

    /// The save that was on its way did not arrive.
    pub(crate) fn save_failed(&mut self, reason: String) {
        self.saving = None;
        self.failures = self.failures.saturating_add(1);
        self.failure = Some(reason);
    }

    /// How long to wait before the next try.
    pub(crate) fn retry_after_ms(&self) -> u32 {
        (1_000 << self.failures.min(5)).min(RETRY_MAX_MS)
    }

    /// The text is being handed over as a request: the number that ends all saves before it, and the
    /// copy for the browser, which is dropped at the next load if the server has accepted that number.
    pub(crate) fn begin_request(&mut self, now_ms: i64) -> LocalNote {
        self.begin(self.text.clone(), now_ms)
    }

    /// Pressed while another request is on its way: it goes when that one has been accepted. The
    /// answer is what to keep in the browser; nothing if there is nothing new, as after a double press.
    pub(crate) fn press_again(&mut self, now_ms: i64) -> Option<LocalNote> {
        let before = match (self.pressed.back(), &self.sending) {
            (Some(pressed), _) => &pressed.composer,
            (None, Some(sent)) => &sent.text,
            (None, None) => return None,
        };
        let request = after(before, &self.text);
        if request.trim().is_empty() {
            return None;
        }
        self.pressed.push_back(Pressed {
            request,
            composer: self.text.clone(),
        });
        Some(LocalNote {
            text: self.unaccepted(),
            sequence: self.next_sequence(now_ms),
        })
    }

    /// The server has the request: it leaves the composer; what was typed after it stays. The answer
    /// is the request that was pressed meanwhile, now on its way.
    pub(crate) fn request_accepted(&mut self, sent: &LocalNote, now_ms: i64) -> Option<LocalNote> {
        self.sending = None;
        self.failure = None;
        self.failures = 0;
        self.stored.clear();
        self.saved_at_ms = None;
        self.text = after(&sent.text, &self.text);
        for pressed in &mut self.pressed {
            pressed.composer = after(&sent.text, &pressed.composer);
        }
        let next = self.pressed.pop_front()?;
        Some(self.begin(next.request, now_ms))
    }

    /// The request was refused or got lost: all of it is in the composer, also what was pressed after it.
    pub(crate) fn request_failed(&mut self) {
        self.text = self.unaccepted();
        self.sending = None;
        self.pressed.clear();
    }

    fn begin(&mut self, text: String, now_ms: i64) -> LocalNote {
        let sent = LocalNote {
            text,
            sequence: self.next_sequence(now_ms),
        };
        self.sending = Some(sent.clone());
        sent
    }

    /// All words that the server has not accepted, as one text.
    fn unaccepted(&self) -> String {
        let pressed = self.pressed.iter().rev().map(|pressed| &pressed.composer);
        let sending = self.sending.iter().map(|sent| &sent.text);
        pressed
            .chain(sending)
            .fold(self.text.clone(), |text, earlier| {
                if text.starts_with(earlier.as_str()) {
                    text
                } else {
                    [earlier.as_str(), &text].join("\n").trim_end().to_owned()
                }
            })
    }

    /// Another tab or device may have stored something: take it over unless the person is in the
    /// middle of something here. Whether the text has changed.
    pub(crate) fn seen(&mut self, server: &RequestDraft, is_focused: bool) -> bool {
        let is_news = server.sequence > self.sequence;
        if !is_news || self.is_unsaved() || self.saving.is_some() || self.sending.is_some() {
            return false;
        }
        let changes = server.text != self.text;
        if changes && is_focused && !self.text.is_empty() {
            return false;
        }
        *self = Self::loaded(server);
        changes
    }

    /// What to tell.
    pub(crate) fn state(&self) -> NoteState {
        if let Some(chars) = self.too_long() {
            return NoteState::TooLong { chars };
        }
        if self.saving.is_some() {
            return NoteState::Saving;
        }
        if let Some(reason) = &self.failure {
            return NoteState::Failed {
                reason: reason.clone(),
            };
        }
        if self.is_unsaved() {
            return NoteState::Unsaved;
        }
        match self.saved_at_ms {
            Some(at_ms) => NoteState::Saved { at_ms },
            None => NoteState::Quiet,
        }
    }

    fn next_sequence(&mut self, now_ms: i64) -> u64 {
        self.sequence = u64::try_from(now_ms).unwrap_or(0).max(self.sequence + 1);
        self.sequence
    }
}

/// What of this text was typed after `before`: all of it, if it does not begin with that.
fn after(before: &str, text: &str) -> String {
    match text.strip_prefix(before) {
        Some(rest) => rest.trim_start().to_owned(),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    fn saved(sequence: u64) -> DraftSaved {
        DraftSaved {
            sequence,
            saved_at: DateTime::from_timestamp_millis(5_000).unwrap(),
        }
    }

    #[test]
    fn a_save_tells_the_truth_at_each_step() {
        let mut note = Note::default();
        assert_eq!(note.state(), NoteState::Quiet);
        note.typed("Thank Ana".to_owned(), 100);
        assert_eq!(note.state(), NoteState::Unsaved);
        let sent = note.begin_save(200).unwrap();
        assert_eq!(note.state(), NoteState::Saving);
        assert_eq!(note.begin_save(201), None, "one at a time");
        note.saved(&saved(sent.sequence));
        assert_eq!(note.state(), NoteState::Saved { at_ms: 5_000 });
        assert_eq!(note.begin_save(300), None, "nothing new");
    }

    #[test]
    fn typing_on_during_a_save_leaves_something_to_save() {
        let mut note = Note::default();
        note.typed("a".to_owned(), 1);
        let first = note.begin_save(2).unwrap();
        note.typed("ab".to_owned(), 3);
        note.saved(&saved(first.sequence));
        assert_eq!(note.state(), NoteState::Unsaved);
        let second = note.begin_save(3).unwrap();
        assert!(second.sequence > first.sequence);
        assert_eq!(second.text, "ab");
    }

    #[test]
    fn an_emptied_composer_is_saved_too() {
        let mut note = Note::loaded(&RequestDraft {
            text: "old".to_owned(),
            sequence: 4,
            saved_at: None,
        });
        note.typed(String::new(), 10);
        assert_eq!(note.begin_save(11).unwrap().text, "");
    }

    #[test]
    fn too_long_a_text_is_not_sent_and_says_so() {
        let mut note = Note::default();
        note.typed("é".repeat(REQUEST_CHARS_MAX), 1);
        assert!(note.begin_save(2).is_some(), "at the limit");
        let mut note = Note::default();
        note.typed("é".repeat(REQUEST_CHARS_MAX + 1), 1);
        assert_eq!(note.begin_save(2), None);
        assert_eq!(
            note.state(),
            NoteState::TooLong {
                chars: REQUEST_CHARS_MAX + 1
            }
        );
    }

    #[test]
    fn a_failed_save_says_why_and_is_tried_again() {
        let mut note = Note::default();
        note.typed("a".to_owned(), 1);
        note.begin_save(2).unwrap();
        note.save_failed("Not connected".to_owned());
        assert_eq!(
            note.state(),
            NoteState::Failed {
                reason: "Not connected".to_owned()
            }
        );
        let first_wait = note.retry_after_ms();
        note.begin_save(3).unwrap();
        note.save_failed("Not connected".to_owned());
        assert!(note.retry_after_ms() > first_wait);
        let sent = note.begin_save(4).unwrap();
        note.saved(&saved(sent.sequence));
        assert!(matches!(note.state(), NoteState::Saved { .. }));
    }

    #[test]
    fn a_newer_note_elsewhere_wins_and_ours_is_not_called_saved() {
        let mut note = Note::default();
        note.typed("mine".to_owned(), 1);
        note.begin_save(2).unwrap();
        note.saved(&saved(1_000));
        assert_eq!(note.state(), NoteState::Unsaved);
        assert!(note.begin_save(3).unwrap().sequence > 1_000);
    }

    #[test]
    fn a_request_leaves_the_composer_only_when_accepted() {
        let mut note = Note::default();
        note.typed("Thank Ana".to_owned(), 1);
        let sent = note.begin_request(2);
        assert_eq!(note.text(), "Thank Ana");
        assert_eq!(note.begin_save(3), None, "a save now could bring it back");
        note.request_failed();
        assert_eq!(note.text(), "Thank Ana");
        let again = note.begin_request(4);
        assert!(again.sequence > sent.sequence);
        note.typed("Thank Ana and Bo".to_owned(), 5);
        assert_eq!(note.request_accepted(&again, 6), None);
        assert_eq!(note.text(), "and Bo", "what came after it stays");
        assert!(note.is_unsaved());
    }

    #[test]
    fn what_is_pressed_while_another_request_is_on_its_way_follows_it() {
        let mut note = Note::default();
        note.typed("Thank Ana".to_owned(), 1);
        let first = note.begin_request(2);
        assert_eq!(note.press_again(3), None, "a double press is one press");
        note.typed("Thank Ana, in Portuguese".to_owned(), 4);
        assert!(note.press_again(5).is_some());
        note.typed("make it formal".to_owned(), 6);
        let kept = note.press_again(7).unwrap();
        assert_eq!(kept.text, "Thank Ana, in Portuguese\nmake it formal");

        let second = note.request_accepted(&first, 8).unwrap();
        assert_eq!(second.text, ", in Portuguese");
        assert!(second.sequence > kept.sequence);
        assert_eq!(note.begin_save(9), None, "a save now could bring it back");
        let third = note.request_accepted(&second, 10).unwrap();
        assert_eq!(third.text, "make it formal");
        note.typed("make it formal, please".to_owned(), 11);
        assert_eq!(note.request_accepted(&third, 12), None);
        assert_eq!(note.text(), ", please", "what was not pressed stays");
    }

    #[test]
    fn when_a_request_fails_what_was_pressed_after_it_is_there_too() {
        let mut note = Note::default();
        note.typed("Thank Ana".to_owned(), 1);
        note.begin_request(2);
        note.typed("make it formal".to_owned(), 3);
        note.press_again(4).unwrap();
        note.typed(String::new(), 5);
        note.request_failed();
        assert_eq!(note.text(), "Thank Ana\nmake it formal");
        assert_eq!(note.press_again(6), None, "nothing is on its way");
    }

    #[test]
    fn the_kept_copy_of_an_accepted_request_is_dropped_at_the_next_load() {
        let mut before = Note::default();
        before.typed("Thank Ana".to_owned(), 1_000);
        let kept = before.begin_request(1_001);
        let accepted = RequestDraft {
            text: String::new(),
            sequence: kept.sequence,
            saved_at: None,
        };
        assert!(!Note::loaded(&accepted).restore(&kept));
        let never_arrived = RequestDraft::default();
        let mut note = Note::loaded(&never_arrived);
        assert!(note.restore(&kept));
        assert_eq!(note.text(), "Thank Ana");
        assert!(note.is_unsaved());
    }

    #[test]
    fn another_tabs_words_appear_unless_one_types_here() {
        let server = RequestDraft {
            text: "from the phone".to_owned(),
            sequence: 50,
            saved_at: None,
        };
        let mut idle = Note::default();
        assert!(idle.seen(&server, false));
        assert_eq!(idle.text(), "from the phone");
        let mut busy = Note::default();
        busy.typed("mine".to_owned(), 10);
        assert!(!busy.seen(&server, true));
        assert_eq!(busy.text(), "mine");
    }
}
