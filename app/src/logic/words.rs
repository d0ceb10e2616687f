//! What the page says about an email: pill, sentence, title, durations.

use chrono::{DateTime, Utc};
use email_agent_api::{
    AppInfo, AssistantInfo, Email, EmailView, Held, MailInfo, Proof, Recipient, Speaker, Stage,
    Warning,
};
use tr::tr;

use crate::language::{commas, date_time, known, say, wish_text};

/// How much of a request stands for a title.
const TITLE_CHARS: usize = 60;
/// How much of an agent's question stands in the status line.
const QUESTION_CHARS: usize = 200;

/// The words on the pill. `now_ms` is the server's clock.
pub(crate) fn pill(stage: &Stage, now_ms: i64) -> String {
    match stage {
        Stage::UndoWindow { schedule } => {
            tr!(
                "Sending in {time}",
                time = duration(until(schedule.due, now_ms))
            )
        }
        other => say(other.kind().label()).to_owned(),
    }
}

/// The sentence beside the pill.
pub(crate) fn sentence(view: &EmailView, info: &AppInfo, now_ms: i64) -> String {
    match &view.stage {
        Stage::New => say("Tell me whom to write to, what to say, and when.").to_owned(),
        Stage::Working { since } => working(view, info, -until(*since, now_ms)),
        Stage::NeedsAnswer => question(view),
        Stage::Draft => draft(&view.email),
        Stage::ReadyToApprove => match &view.email.send_at {
            Some(wish) => tr!(
                "Will go to {recipients} on {time}.",
                recipients = recipients_line(&view.email.to),
                time = wish_text(wish)
            ),
            None => tr!(
                "Will go to {recipients}.",
                recipients = recipients_line(&view.email.to)
            ),
        },
        Stage::Scheduled { schedule } => tr!(
            "Leaves in {time}. You can still change or cancel it.",
            time = duration(until(schedule.due, now_ms))
        ),
        Stage::UndoWindow { .. } => say("Last chance to stop.").to_owned(),
        Stage::Sending => match &info.mail {
            MailInfo::Smtp { host, .. } => tr!("Handing it to {host}…", host),
            MailInfo::Outbox { .. } => say("Putting it into the outbox folder…").to_owned(),
        },
        Stage::Retrying { retrying } => tr!(
            "{reason} Attempt {number}; next in {time}.",
            reason = known(&retrying.reason),
            number = retrying.attempts,
            time = duration(until(retrying.next_at, now_ms))
        ),
        Stage::Held { held } => on_hold(held, now_ms),
        Stage::Sent { .. } => match &info.mail {
            MailInfo::Smtp { .. } => say("Accepted by the mail server.").to_owned(),
            MailInfo::Outbox { .. } => {
                say("Written to the outbox folder. No mail server is set, so nothing left this machine.")
                    .to_owned()
            }
        },
        Stage::PartlySent { proof } => refused(proof),
        Stage::Unsure { reason, .. } => {
            tr!("{reason} It may have arrived.", reason = known(reason))
        }
        Stage::NotSent { reason } => known(reason),
        Stage::Canceled => say("Nothing was sent.").to_owned(),
    }
}

/// What holds it, when it should have left, and when it goes on by itself.
fn on_hold(held: &Held, now_ms: i64) -> String {
    let reason = say(held.why.sentence());
    match (held.until, &held.schedule.wish) {
        (Some(until), _) => tr!(
            "{reason} Goes on by itself in {time}.",
            reason,
            time = duration(self::until(until, now_ms))
        ),
        (None, Some(wish)) => {
            tr!(
                "{reason} Its time was {time}.",
                reason,
                time = wish_text(wish)
            )
        }
        (None, None) => reason.to_owned(),
    }
}

/// After ten seconds it says what is awaited, and why, as far as the server knows.
fn working(view: &EmailView, info: &AppInfo, seconds: i64) -> String {
    let time = duration(seconds);
    match (&view.waiting, &info.assistant) {
        (Some(why), _) => tr!("{reason} ({time})", reason = known(why), time),
        (None, AssistantInfo::Model { model }) if seconds >= 10 => {
            tr!(
                "Waiting for the model {model} to answer… ({time})",
                model,
                time
            )
        }
        _ => tr!("Writing your draft… ({time})", time),
    }
}

fn draft(email: &Email) -> String {
    let (no_recipient, no_text) = (email.to.is_empty(), email.body.trim().is_empty());
    let text = match (no_recipient, no_text, &email.send_at) {
        (true, true, _) => say("Still missing: a recipient and the text."),
        (true, false, _) => say("Still missing: a recipient."),
        (false, true, _) => say("Still missing: the text."),
        (false, false, None) => say("Ready. Not scheduled yet."),
        (false, false, Some(wish)) => {
            return tr!(
                "Ready for {time}. Not scheduled yet.",
                time = wish_text(wish)
            );
        }
    };
    text.to_owned()
}

/// What the agent asked last, shortened.
fn question(view: &EmailView) -> String {
    view.conversation
        .iter()
        .rev()
        .find(|turn| turn.speaker != Speaker::You)
        .map_or_else(
            || say("Please answer below.").to_owned(),
            |turn| shorten(&known(&turn.text), QUESTION_CHARS),
        )
}

fn refused(proof: &Proof) -> String {
    let refused_count = proof
        .results
        .iter()
        .filter(|result| result.accepted == Some(false))
        .count();
    tr!(
        "{n} of {all} addresses was refused."
            | "{n} of {all} addresses were refused." % refused_count,
        all = proof.results.len()
    )
}

/// Subject, or the first words of the request, or "New email": the page's heading.
pub(crate) fn title(view: &EmailView) -> String {
    if !view.email.subject.is_blank() {
        return view.email.subject.as_str().to_owned();
    }
    let asked = view
        .conversation
        .iter()
        .find(|turn| turn.speaker == Speaker::You)
        .map(|turn| turn.text.as_str())
        .or_else(|| view.queue.first().map(|request| request.text.as_str()));
    asked.map_or_else(
        || say("New email").to_owned(),
        |text| shorten(text, TITLE_CHARS),
    )
}

/// What the page of an email is called: where it is, and the heading.
pub(crate) fn page_title(view: &EmailView) -> String {
    format!("{} — {}", say(view.stage.kind().label()), title(view))
}

/// What the browser calls a page, in its tab and its history.
pub(crate) fn window_title(page: &str) -> String {
    if page.is_empty() {
        "Email Agent".to_owned()
    } else {
        format!("{page} — Email Agent")
    }
}

/// The first warning that keeps the email from being approved.
pub(crate) fn blocking_warning(warnings: &[Warning]) -> Option<&Warning> {
    warnings.iter().find(|warning| warning.blocks)
}

/// `ana@example.com, bo@example.com and 3 more`.
pub(crate) fn recipients_line(recipients: &[Recipient]) -> String {
    const SHOWN: usize = 2;
    let shown: Vec<_> = recipients
        .iter()
        .take(SHOWN)
        .map(Recipient::address)
        .collect();
    match recipients.len().saturating_sub(SHOWN) {
        0 => commas(&shown),
        more => tr!(
            "{recipients} and {n} more" | "{recipients} and {n} more" % more,
            recipients = commas(&shown)
        ),
    }
}

/// `13 h 20 min`, for seconds; never negative.
pub(crate) fn duration(seconds: i64) -> String {
    let seconds = seconds.max(0);
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600, seconds / 60);
    if days >= 2 {
        return match hours % 24 {
            0 => tr!("{n} day" | "{n} days" % days),
            hours => tr!("{n} day {hours} h" | "{n} days {hours} h" % days, hours),
        };
    }
    if hours >= 1 {
        return match minutes % 60 {
            0 => tr!("{hours} h", hours),
            minutes => tr!("{hours} h {minutes} min", hours, minutes),
        };
    }
    if minutes >= 1 {
        return match seconds % 60 {
            0 => tr!("{minutes} min", minutes),
            seconds => tr!("{minutes} min {seconds} s", minutes, seconds),
        };
    }
    tr!("{seconds} s", seconds)
}

/// What a screen reader hears of a countdown: at 60, 30 and 10 seconds, and nothing between. A clock
/// that ticks late still meets each of them; what begins between two of them waits for the next.
pub(crate) fn countdown_announcement(stage: &Stage, now_ms: i64) -> Option<&'static str> {
    let (Stage::Scheduled { schedule } | Stage::UndoWindow { schedule }) = stage else {
        return None;
    };
    match until(schedule.due, now_ms) {
        6..=10 => Some(say("Leaves in 10 seconds.")),
        26..=30 => Some(say("Leaves in 30 seconds.")),
        56..=60 => Some(say("Leaves in 60 seconds.")),
        _ => None,
    }
}

/// Seconds from the server's now to `at`, begun ones counted in full.
fn until(at: DateTime<Utc>, now_ms: i64) -> i64 {
    let left_ms = at.timestamp_millis() - now_ms;
    left_ms.div_euclid(1_000) + i64::from(left_ms.rem_euclid(1_000) > 0)
}

fn shorten(text: &str, chars_max: usize) -> String {
    let one_line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if one_line.chars().count() <= chars_max {
        return one_line;
    }
    let kept: String = one_line.chars().take(chars_max).collect();
    format!("{}…", kept.trim_end())
}

/// A time for readers whose zone is not known yet; the browser puts it into theirs.
pub(crate) fn utc_text(at: DateTime<Utc>) -> String {
    format!("{} UTC", date_time(at.naive_utc()))
}

#[cfg(test)]
mod tests {
    use email_agent_api::{HoldReason, Schedule};

    use super::*;

    #[test]
    fn durations_have_two_parts_at_most() {
        let cases = [
            (-5, "0 s"),
            (45, "45 s"),
            (60, "1 min"),
            (125, "2 min 5 s"),
            (3_600, "1 h"),
            (48_000, "13 h 20 min"),
            (90_000, "25 h"),
            (176_400, "2 days 1 h"),
        ];
        for (seconds, expected) in cases {
            assert_eq!(duration(seconds), expected);
        }
    }

    fn schedule(due_ms: i64) -> Schedule {
        Schedule {
            version: 1,
            due: DateTime::from_timestamp_millis(due_ms).unwrap(),
            wish: None,
            message_id: "<a@b>".to_owned(),
        }
    }

    fn scheduled(due_ms: i64) -> Stage {
        Stage::UndoWindow {
            schedule: schedule(due_ms),
        }
    }

    #[test]
    fn a_hold_says_why_and_when_it_ends() {
        let held = |why, until_ms: Option<i64>| Held {
            why,
            schedule: schedule(0),
            since: DateTime::UNIX_EPOCH,
            until: until_ms.and_then(DateTime::from_timestamp_millis),
        };
        assert_eq!(
            on_hold(&held(HoldReason::Everything, None), 0),
            "All outgoing mail is paused."
        );
        assert_eq!(
            on_hold(&held(HoldReason::HourlyLimit, Some(90_000)), 0),
            "As many emails as are allowed in an hour have left. Goes on by itself in 1 min 30 s."
        );
    }

    #[test]
    fn a_countdown_ends_when_it_is_over() {
        assert_eq!(pill(&scheduled(10_000), 0), "Sending in 10 s");
        assert_eq!(pill(&scheduled(10_000), 9_001), "Sending in 1 s");
        assert_eq!(pill(&scheduled(10_000), 10_000), "Sending in 0 s");
        assert_eq!(pill(&scheduled(10_000), 11_500), "Sending in 0 s");
    }

    #[test]
    fn a_countdown_is_not_chatter() {
        let heard: Vec<_> = (0..120)
            .filter_map(|second| countdown_announcement(&scheduled(120_000), second * 1_000))
            .collect();
        let mut distinct = heard.clone();
        distinct.dedup();
        assert_eq!(distinct.len(), 3);
        for between in [5_000, 11_000, 25_000, 45_000] {
            assert_eq!(countdown_announcement(&scheduled(between), 0), None);
        }
        assert_eq!(countdown_announcement(&Stage::Sending, 0), None);
    }

    #[test]
    fn long_words_are_cut_with_a_sign() {
        assert_eq!(shorten("  a\n b ", 10), "a b");
        assert_eq!(shorten("abc def", 4), "abc…");
    }
}
