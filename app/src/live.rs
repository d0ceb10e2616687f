//! One open email: what is known of it, and everything that the page does to it.
//!
//! [`Live`] is a handful of signals that the components of an email share. [`Live::keep_up`] asks
//! `describe` as often as `logic::poll` says; [`Live::press`] hands a command to the server, with one
//! key per press, and keeps the button down until the press shows in an answer.

use std::future::Future;

use chrono::{DateTime, Utc};
use email_agent_api::{
    Accepted, AppInfo, Command, EmailView, IdempotencyKey, Poll, Reading, Revision, Stage, Timeline,
};
use futures::{
    StreamExt,
    channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded},
    future::{Either, select},
};
use leptos::{prelude::*, task::spawn_local};
use tr::tr;

use crate::{
    CallError, browser,
    language::known,
    logic::{Connection, Field, Pace, blocking_warning, is_newer, next_poll_ms},
    looking::Looking,
    server_fns,
};

/// A call that hangs longer counts as a miss.
const CALL_TIMEOUT_MS: u32 = 8_000;
/// Pauses before a press that got lost is repeated, with the same key.
const PRESS_RETRIES_MS: [u32; 3] = [500, 1_500, 4_000];

/// A press of a button, from the press until it shows.
#[derive(Debug, Clone, PartialEq)]
struct Pressed {
    command: Command,
    key: IdempotencyKey,
    /// Accepted by the server; shows from this revision on.
    accepted: Option<Revision>,
}

/// Which part of the screen is shown: on a phone one of three, on a wide screen one of the last two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tab {
    /// Conversation and composer.
    Chat,
    /// The email.
    Email,
    /// What has become of it so far; on a wide screen in the place of the email.
    Timeline,
}

/// Why the server cannot be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CutOff {
    /// It does not answer.
    Unreachable,
    /// It answers only to who is signed in.
    SignedOut,
}

/// The signals of one open email.
#[derive(Clone, Copy)]
pub(crate) struct Live {
    /// The newest answer of `describe`.
    pub(crate) view: RwSignal<EmailView>,
    /// How this installation works.
    pub(crate) info: StoredValue<AppInfo>,
    /// The server's clock, ticking while something on the page depends on it.
    pub(crate) now_ms: RwSignal<i64>,
    /// The first part of the keys of plain forms.
    pub(crate) form_key: StoredValue<IdempotencyKey>,
    /// What went wrong with the last press, until the next one.
    pub(crate) problem: RwSignal<Option<String>>,
    /// The fields are open for writing by hand, first at this one.
    pub(crate) editing: RwSignal<Option<Field>>,
    /// The steps of its life, once somebody wants to see them.
    pub(crate) timeline: RwSignal<Option<Timeline>>,
    /// Words that are to go back into the composer.
    pub(crate) put_back: RwSignal<Option<String>>,
    /// What a phone shows.
    pub(crate) tab: RwSignal<Tab>,
    /// Which versions are compared.
    pub(crate) looking: Looking,
    /// The person wants notices of the browser.
    pub(crate) notices: RwSignal<bool>,
    /// Why the server cannot be asked, while that is so.
    pub(crate) cut_off: RwSignal<Option<CutOff>>,
    pressed: RwSignal<Option<Pressed>>,
    /// A press that failed without an answer keeps its key for the next try.
    unsettled: StoredValue<Option<(Command, IdempotencyKey)>>,
    connection: StoredValue<Connection>,
    /// Server's clock minus ours. Answers take time, so the largest difference seen is the best.
    clock_ahead_ms: StoredValue<Option<i64>>,
    /// The next question must be answered in full.
    wants_all: StoredValue<bool>,
    wake: StoredValue<UnboundedSender<()>>,
    woken: StoredValue<Option<UnboundedReceiver<()>>>,
}

impl Live {
    /// The email as first rendered; with its timeline if that is what was asked for.
    pub(crate) fn new(
        view: EmailView,
        info: AppInfo,
        form_key: IdempotencyKey,
        timeline: Option<Timeline>,
    ) -> Self {
        let (wake, woken) = unbounded();
        Self {
            now_ms: RwSignal::new(view.now.timestamp_millis()),
            view: RwSignal::new(view),
            info: StoredValue::new(info),
            form_key: StoredValue::new(form_key),
            problem: RwSignal::new(None),
            editing: RwSignal::new(None),
            put_back: RwSignal::new(None),
            tab: RwSignal::new(match timeline {
                Some(_) => Tab::Timeline,
                None => Tab::Chat,
            }),
            timeline: RwSignal::new(timeline),
            looking: Looking::new(),
            notices: RwSignal::new(false),
            cut_off: RwSignal::new(None),
            pressed: RwSignal::new(None),
            unsettled: StoredValue::new(None),
            connection: StoredValue::new(Connection::default()),
            clock_ahead_ms: StoredValue::new(None),
            wants_all: StoredValue::new(true),
            wake: StoredValue::new(wake),
            woken: StoredValue::new(Some(woken)),
        }
    }

    /// The id as text, for addresses and calls.
    pub(crate) fn id(self) -> String {
        self.view.with_untracked(|view| view.id.to_string())
    }

    /// Whether this command was pressed and does not show yet.
    pub(crate) fn is_pressed(self, command: &Command) -> bool {
        self.pressed.with(|pressed| {
            pressed
                .as_ref()
                .is_some_and(|pressed| pressed.command == *command)
        })
    }

    /// Whether buttons must wait for another press, ours or another tab's. What ends something never
    /// waits: a press behind a turn is carried out only after it.
    pub(crate) fn is_waiting(self, command: &Command) -> bool {
        let pressed_other = self.pressed.with(Option::is_some);
        let ends = matches!(command, Command::Cancel | Command::StopTurn { .. });
        self.is_pressed(command)
            || (!ends && (pressed_other || self.view.with(|view| view.command_pending)))
    }

    /// Does what a button says, once per press.
    pub(crate) fn press(self, command: Command) {
        if untrack(|| self.is_waiting(&command)) {
            return;
        }
        self.problem.set(None);
        if let Some(text) = self.refusal(&command) {
            self.problem.set(Some(text));
            self.tab.set(Tab::Email);
            browser::focus("warnings");
            return;
        }
        let key = self
            .unsettled
            .with_value(|unsettled| match unsettled {
                Some((before, key)) if *before == command => Some(key.clone()),
                _ => None,
            })
            .unwrap_or_else(browser::random_key);
        self.pressed.set(Some(Pressed {
            command: command.clone(),
            key: key.clone(),
            accepted: None,
        }));
        spawn_local(async move {
            let id = self.id();
            let result = with_retries(|| {
                server_fns::command(id.clone(), key.as_str().to_owned(), command.clone())
            })
            .await;
            self.settle(command, key, result);
        });
    }

    /// The person's language, as a tag: the one of the settings, or else that of the browser.
    pub(crate) fn language(self) -> String {
        let chosen = self.info.with_value(|info| info.language.clone());
        chosen.unwrap_or_else(browser::language)
    }

    /// Opens the fields for writing by hand, with the cursor in this one.
    pub(crate) fn edit(self, field: Field) {
        self.tab.set(Tab::Email);
        self.editing.set(Some(field));
        // Where they are open already; a field that opens now takes the cursor by itself.
        request_animation_frame(move || browser::focus(&format!("field-{}", field.name())));
    }

    /// What the page can see by itself: approving is refused while something must be mended.
    fn refusal(self, command: &Command) -> Option<String> {
        if !matches!(command, Command::Approve { .. } | Command::SendNow { .. }) {
            return None;
        }
        self.view.with_untracked(|view| {
            blocking_warning(&view.warnings)
                .map(|warning| tr!("Not yet: {reason}", reason = known(&warning.text)))
        })
    }

    fn settle(self, command: Command, key: IdempotencyKey, result: Result<Accepted, CallError>) {
        let is_ours =
            |pressed: &Option<Pressed>| pressed.as_ref().is_some_and(|pressed| pressed.key == key);
        // None: the page has been left meanwhile.
        let Some(ours) = self.pressed.try_with_untracked(is_ours) else {
            return;
        };
        let unsettled = match &result {
            Err(error) if error.lost => Some((command, key)),
            _ => None,
        };
        self.unsettled.set_value(unsettled);
        match result {
            Ok(accepted) => {
                self.pressed.update(|pressed| {
                    if let (true, Some(pressed)) = (ours, pressed) {
                        pressed.accepted = Some(accepted.revision);
                    }
                });
                self.release_pressed();
            }
            Err(error) => {
                if ours {
                    self.pressed.set(None);
                }
                self.problem.set(Some(known(&error.to_string())));
            }
        }
        self.look_now();
    }

    /// Lets the pressed button go once its effect is on the screen.
    fn release_pressed(self) {
        let (revision, pending) = self
            .view
            .with_untracked(|view| (view.revision, view.command_pending));
        let shows = self.pressed.with_untracked(|pressed| {
            pressed
                .as_ref()
                .and_then(|pressed| pressed.accepted)
                .is_some_and(|accepted| revision >= accepted && !pending)
        });
        if shows {
            self.pressed.set(None);
        }
    }

    /// Asks `describe` now instead of later.
    pub(crate) fn look_now(self) {
        let _ = self.wake.try_with_value(|wake| wake.unbounded_send(()));
    }

    /// Keeps the email up to date for as long as the page is open. In an effect, once.
    pub(crate) fn keep_up(self) {
        let Some(mut woken) = self.woken.try_update_value(Option::take).flatten() else {
            return;
        };
        spawn_local(async move {
            // The first question measures the clock and heals a page from the browser's cache. By itself:
            // the page has just woken up.
            browser::sleep_ms(0).await;
            self.look().await;
            while let Some(pace) = self.pace() {
                let is_open = match next_poll_ms(pace) {
                    Some(ms) => {
                        let sleep = std::pin::pin!(browser::sleep_ms(ms));
                        match select(woken.next(), sleep).await {
                            Either::Left((woken, _)) => woken.is_some(),
                            Either::Right(_) => true,
                        }
                    }
                    None => woken.next().await.is_some(),
                };
                if !is_open {
                    break;
                }
                // Several wishes to look are one.
                while woken.try_recv().is_ok() {}
                self.look().await;
            }
        });
    }

    fn pace(self) -> Option<Pace> {
        let (stage, pending, due) = self.view.try_with_untracked(|view| {
            let is_read = view.reading.as_ref().is_some_and(Reading::is_pending);
            let pending = view.command_pending || is_read;
            (view.stage.kind(), pending, due(&view.stage))
        })?;
        Some(Pace {
            stage,
            pending: pending || self.pressed.with_untracked(Option::is_some),
            due_in_ms: due.map(|due| due.timestamp_millis() - self.server_now_ms()),
            misses: self.connection.with_value(|connection| connection.misses()),
            hidden: browser::is_hidden(),
            notices: self.notices.get_untracked(),
        })
    }

    /// Asks once, and believes the answer unless it was overtaken.
    async fn look(self) {
        let Some((id, revision)) = self
            .view
            .try_with_untracked(|view| (view.id.to_string(), view.revision))
        else {
            return;
        };
        let have = (!self.wants_all.get_value()).then_some(revision);
        let started_at_ms = browser::now_ms();
        let answer = with_timeout(server_fns::describe(id, have)).await;
        if self.view.try_with_untracked(|_| ()).is_none() {
            return;
        }
        match answer {
            Ok(Poll::Changed { view }) => {
                self.wants_all.set_value(false);
                self.show(*view);
            }
            Ok(Poll::Unchanged { waiting, .. }) => {
                if self.view.with_untracked(|view| view.waiting != waiting) {
                    self.view.update(|view| view.waiting = waiting);
                }
                self.release_pressed();
            }
            // The email has gone, or is not ours any more: what is shown is the last we know.
            Err(error) if !error.is_temporary() => {
                self.problem.set(Some(known(&error.to_string())));
                self.connection
                    .update_value(|connection| connection.missed(started_at_ms));
                return;
            }
            Err(error) => {
                self.connection
                    .update_value(|connection| connection.missed(started_at_ms));
                let is_lost = self
                    .connection
                    .with_value(|connection| connection.is_lost(browser::now_ms()));
                self.set_cut_off(if error.is_signed_out() {
                    Some(CutOff::SignedOut)
                } else {
                    is_lost.then_some(CutOff::Unreachable)
                });
                return;
            }
        }
        self.connection.update_value(Connection::answered);
        self.set_cut_off(None);
    }

    fn set_cut_off(self, cut_off: Option<CutOff>) {
        if self.cut_off.get_untracked() != cut_off {
            self.cut_off.set(cut_off);
        }
    }

    fn show(self, view: EmailView) {
        if !is_newer(
            self.view.with_untracked(|shown| shown.revision),
            view.revision,
        ) {
            return;
        }
        let ahead_ms = view.now.timestamp_millis() - browser::now_ms();
        self.clock_ahead_ms.update_value(|known| {
            *known = Some(known.map_or(ahead_ms, |known| known.max(ahead_ms)));
        });
        self.now_ms.set(self.server_now_ms());
        self.view.set(view);
        self.release_pressed();
    }

    /// The server's clock, as well as we know it.
    pub(crate) fn server_now_ms(self) -> i64 {
        browser::now_ms() + self.clock_ahead_ms.get_value().unwrap_or(0)
    }

    /// Moves `now_ms` on, if something on the page counts. In an effect, once.
    pub(crate) fn tick(self) {
        spawn_local(async move {
            loop {
                browser::sleep_ms(1_000).await;
                let counts = self.view.try_with_untracked(|view| {
                    due(&view.stage).is_some() || matches!(view.stage, Stage::Working { .. })
                });
                match counts {
                    Some(true) if self.clock_ahead_ms.get_value().is_some() => {
                        self.now_ms.set(self.server_now_ms());
                    }
                    Some(_) => {}
                    None => break,
                }
            }
        });
    }
}

/// When the next thing happens by itself.
fn due(stage: &Stage) -> Option<DateTime<Utc>> {
    match stage {
        Stage::Scheduled { schedule } | Stage::UndoWindow { schedule } => Some(schedule.due),
        Stage::Retrying { retrying } => Some(retrying.next_at),
        Stage::Held { held } => held.until,
        _ => None,
    }
}

/// A call that ends: with its answer, or as lost.
pub(crate) async fn with_timeout<T>(
    call: impl Future<Output = Result<T, CallError>>,
) -> Result<T, CallError> {
    let call = std::pin::pin!(call);
    let limit = std::pin::pin!(browser::sleep_ms(CALL_TIMEOUT_MS));
    match select(call, limit).await {
        Either::Left((answer, _)) => answer,
        Either::Right(_) => Err(CallError::lost()),
    }
}

/// A call that is repeated while it gets lost; its key makes the repetition harmless.
pub(crate) async fn with_retries<T, F>(call: impl Fn() -> F) -> Result<T, CallError>
where
    F: Future<Output = Result<T, CallError>>,
{
    for pause_ms in PRESS_RETRIES_MS {
        match with_timeout(call()).await {
            Err(error) if error.is_temporary() => browser::sleep_ms(pause_ms).await,
            settled => return settled,
        }
    }
    with_timeout(call()).await
}
