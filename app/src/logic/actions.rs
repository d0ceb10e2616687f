//! Which buttons an email offers in which stage, the main one first.

use email_agent_api::{Command, EmailView, HoldReason, Stage, UnsureAnswer};

use super::Field;

/// What a button does.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(
    clippy::large_enum_variant,
    reason = "there are never more than a handful of them; it is so large on the server alone"
)]
pub(crate) enum Act {
    /// Tells the server.
    Tell(Command),
    /// Opens the fields for writing by hand, with the cursor in this one.
    Edit(Field),
    /// Begins another email.
    StartNew,
    /// Goes to a page that the server renders alone.
    Open(&'static str),
}

/// One button.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Offer {
    /// Its words.
    pub(crate) label: &'static str,
    /// Its words from the press until it has taken effect.
    pub(crate) busy: &'static str,
    /// What it does.
    pub(crate) act: Act,
    /// The one button that stands out, if there is one: also what Ctrl+Enter presses.
    pub(crate) is_main: bool,
}

impl Offer {
    fn tell(label: &'static str, busy: &'static str, command: Command) -> Self {
        Self {
            label,
            busy,
            act: Act::Tell(command),
            is_main: false,
        }
    }

    fn edit(label: &'static str, field: Field) -> Self {
        Self {
            label,
            busy: label,
            act: Act::Edit(field),
            is_main: false,
        }
    }

    fn open_settings() -> Self {
        Self {
            label: "Open settings",
            busy: "Open settings",
            act: Act::Open("/settings/safety"),
            is_main: false,
        }
    }

    fn start_new() -> Self {
        Self {
            label: "Start New Email",
            busy: "Starting…",
            act: Act::StartNew,
            is_main: false,
        }
    }

    fn main(self) -> Self {
        Self {
            is_main: true,
            ..self
        }
    }
}

/// The buttons of an email, the main one first, if there is one, without "Cancel email" and the composer's.
pub(crate) fn offers(view: &EmailView) -> Vec<Offer> {
    let version = view.version;
    let send_now = || Offer::tell("Send now", "Sending…", Command::SendNow { version });
    let unschedule = |label, busy| Offer::tell(label, busy, Command::Unschedule);
    let edit = || Offer::edit("Edit", Field::To);
    match &view.stage {
        Stage::New | Stage::NeedsAnswer if view.version == 0 => {
            vec![Offer::edit("Write it myself", Field::To)]
        }
        Stage::Draft if view.email.is_sendable() => vec![
            send_now().main(),
            Offer::edit("Schedule…", Field::SendAt),
            edit(),
        ],
        Stage::ReadyToApprove => vec![
            Offer::tell(
                "Approve and schedule",
                "Approving…",
                Command::Approve { version },
            )
            .main(),
            send_now(),
            edit(),
        ],
        Stage::Scheduled { .. } => vec![
            edit().main(),
            Offer::edit("Change time", Field::SendAt),
            send_now(),
            unschedule("Unschedule", "Unscheduling…"),
        ],
        Stage::UndoWindow { .. } => vec![unschedule("Undo", "Stopping…").main()],
        Stage::Retrying { .. } => vec![
            Offer::tell("Try now", "Trying…", Command::TryNow).main(),
            unschedule("Stop trying", "Stopping…"),
            edit(),
        ],
        Stage::Held { held } => {
            let main = match held.why {
                HoldReason::Everything | HoldReason::Domain => Offer::open_settings(),
                HoldReason::Late
                | HoldReason::Restored
                | HoldReason::HourlyLimit
                | HoldReason::DailyLimit
                | HoldReason::Uncounted => send_now(),
            };
            vec![
                main.main(),
                Offer::edit("Choose another time", Field::SendAt),
                unschedule("Unschedule", "Unscheduling…"),
                edit(),
            ]
        }
        Stage::Unsure { .. } => vec![
            settle("It arrived", "Recording…", UnsureAnswer::Arrived).main(),
            settle("Send again", "Sending again…", UnsureAnswer::SendAgain),
        ],
        Stage::NotSent { .. } => vec![
            Offer::tell("Try again", "Trying again…", Command::TryAgain).main(),
            edit(),
        ],
        Stage::PartlySent { .. } => vec![
            Offer::edit("Fix and send to the rest", Field::To).main(),
            Offer::start_new(),
        ],
        Stage::Sent { .. } | Stage::Canceled => vec![Offer::start_new().main()],
        Stage::Working { .. } => stop(view).into_iter().chain([edit()]).collect(),
        Stage::New | Stage::NeedsAnswer | Stage::Draft => vec![edit()],
        Stage::Sending => Vec::new(),
    }
}

/// Ends the turn of the request that is worked on.
fn stop(view: &EmailView) -> Option<Offer> {
    let request = view.queue.first()?.key.clone();
    Some(Offer::tell("Stop", "Stopping…", Command::StopTurn { request }).main())
}

fn settle(label: &'static str, busy: &'static str, answer: UnsureAnswer) -> Offer {
    Offer::tell(label, busy, Command::Settle { answer })
}

/// A command as the fields of a plain form, for pages without script: `do`, and what goes with it.
/// `Edit` has no such form.
pub(crate) fn form_fields(command: &Command) -> Vec<(&'static str, String)> {
    let named = |name: &str| vec![("do", name.to_owned())];
    let with = |name: &str, field, value| vec![("do", name.to_owned()), (field, value)];
    match command {
        Command::Approve { version } => with("approve", "version", version.to_string()),
        Command::SendNow { version } => with("send_now", "version", version.to_string()),
        Command::Restore { version } => with("restore", "version", version.to_string()),
        Command::Unschedule => named("unschedule"),
        Command::TryNow => named("try_now"),
        Command::Resume => named("resume"),
        Command::TryAgain => named("try_again"),
        Command::Settle { answer } => {
            let answer = match answer {
                UnsureAnswer::Arrived => "arrived",
                UnsureAnswer::SendAgain => "send_again",
            };
            with("settle", "answer", answer.to_owned())
        }
        Command::StopTurn { request } => with("stop_turn", "request", request.as_str().to_owned()),
        Command::Cancel => named("cancel"),
        Command::Edit { .. } => Vec::new(),
    }
}

#[cfg(test)]
mod tests {

    use super::*;

    #[test]
    fn plain_forms_say_the_same_as_json() {
        let commands = [
            Command::Approve { version: 3 },
            Command::SendNow { version: 3 },
            Command::Restore { version: 1 },
            Command::Unschedule,
            Command::TryNow,
            Command::Resume,
            Command::TryAgain,
            Command::Settle {
                answer: UnsureAnswer::Arrived,
            },
            Command::Settle {
                answer: UnsureAnswer::SendAgain,
            },
            Command::StopTurn {
                request: "a-key".parse().unwrap(),
            },
            Command::Cancel,
        ];
        for command in commands {
            let json = serde_json::to_value(&command).unwrap();
            let as_text = |value: &serde_json::Value| {
                value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned)
            };
            let mut expected: Vec<_> = json
                .as_object()
                .unwrap()
                .iter()
                .map(|(name, value)| (name.clone(), as_text(value)))
                .collect();
            let mut fields: Vec<_> = form_fields(&command)
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect();
            expected.sort();
            fields.sort();
            assert_eq!(fields, expected);
        }
    }
}
