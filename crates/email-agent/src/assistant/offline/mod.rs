//! The built-in demo assistant, for people who have set no language model.
//!
//! It is not a language model and does not pretend to be one: it recognises simple English sentences
//! ("write to ana@example.com: …, send it tomorrow at 9"), puts the person's own words into the
//! email unchanged, in whatever language they are, and names what it did not understand. No network,
//! no memory, no clock of its own; the same request always has the same answer.

pub(crate) mod when;
mod words;

use async_trait::async_trait;
use email_agent_api::{AssistantInfo, Recipient, to_say};

use self::{when::When, words::Wanted};
use super::{Assistant, AssistantError, Operation, TurnInput, TurnOutput};
use crate::email::signature;

const WHAT_IT_CAN: &str = "I am the built-in demo, without a language model: I cannot write, shorten, translate or change the tone of text. I understand sentences like \u{201c}write to ana@example.com: thanks for the interview, send it tomorrow at 9\u{201d}, \u{201c}make the subject Thank you\u{201d}, \u{201c}change the body to \u{2026}\u{201d}, \u{201c}also to bob@example.org\u{201d}, \u{201c}send it in 2 hours\u{201d}, \u{201c}don\u{2019}t send it yet\u{201d} and \u{201c}cancel\u{201d}. You can also edit the email by hand.";

/// The demo assistant.
#[derive(Debug, Clone, Copy, Default)]
pub struct Offline;

#[async_trait]
impl Assistant for Offline {
    fn info(&self) -> AssistantInfo {
        AssistantInfo::Offline
    }

    async fn turn(&self, turn: &TurnInput) -> Result<TurnOutput, AssistantError> {
        let today = turn.now.with_timezone(&turn.time_zone).date_naive();
        let mut wanted = Wanted::parse(&turn.request, today, &turn.names);
        // The answer to "which Ana?" comes on top of who is there already.
        let candidates = turn.asked.iter().flat_map(|one| &one.candidates);
        let candidates: Vec<String> = candidates.map(ToString::to_string).collect();
        wanted.also |=
            !wanted.to.is_empty() && wanted.to.iter().all(|one| candidates.contains(one));
        Ok(answer(turn, wanted))
    }
}

fn answer(turn: &TurnInput, mut wanted: Wanted) -> TurnOutput {
    let rewrite = wanted.to.is_empty() && words::asks_to_rewrite(&turn.request);
    if rewrite {
        // "Make the text friendlier" is not the text "friendlier".
        wanted.body = None;
        wanted.not_understood.get_or_insert_with(String::new);
    }
    if wanted.cancel {
        return TurnOutput {
            reply: to_say("I cancel this email. Nothing is sent.").to_owned(),
            operations: vec![Operation::Cancel],
            ..TurnOutput::default()
        };
    }
    let missing = Missing::after(turn, &wanted);
    let not_understood = wanted.not_understood.clone();
    let passed_over = wanted.passed_over.clone();
    let when = wanted.when.clone();
    let (unclear, unknown) = (wanted.unclear.clone(), wanted.unknown.clone());
    let held = wanted.unschedule;
    let (operations, done) = operations(turn, wanted);
    let mut reply = Reply::default();
    if !done.is_empty() {
        reply.say(format!("I set {}.", list(&done)));
    }
    if held {
        reply.say(to_say(
            "It is not sent by itself now; everything else stays.",
        ));
    }
    match when {
        Some(When::DayOnly) => reply.ask(to_say("At what time of that day should it leave?")),
        Some(When::Now) => {
            reply.say(to_say(
                "I cannot send: press \u{201c}Send now\u{201d} to let it leave right away.",
            ));
        }
        Some(When::Time(_)) | None => {}
    }
    let asks_whom = !unclear.is_empty() || unknown.is_some();
    for name in &unclear {
        reply.ask(to_say!("Which {name} do you mean?"));
    }
    if let Some(name) = &unknown {
        reply.ask(to_say!("I know no address of {name}. Which one is it?"));
    }
    if let Some(words) = passed_over {
        reply.say(format!("I passed over {}.", quoted(&words)));
    }
    if rewrite {
        reply.ask(format!("I cannot do that. {WHAT_IT_CAN}"));
    } else if let Some(words) = not_understood {
        reply.ask(format!("I did not understand {}.", quoted(&words)));
        reply.say(WHAT_IT_CAN);
    } else if reply.text.is_empty() {
        reply.ask(format!("I did not understand that. {WHAT_IT_CAN}"));
    } else if !(matches!(missing, Missing::Recipient) && asks_whom) {
        missing.say(&mut reply);
    }
    TurnOutput {
        reply: reply.text,
        asks: reply.asks,
        operations,
        ..TurnOutput::default()
    }
}

/// What to do to the email, and what that is called.
fn operations(turn: &TurnInput, wanted: Wanted) -> (Vec<Operation>, Vec<&'static str>) {
    let email = &turn.email;
    let mut operations = Vec::new();
    let mut done = Vec::new();
    let lists = [
        (
            &email.to,
            wanted.to,
            !wanted.also,
            Operation::SetTo as fn(_) -> _,
            "the recipient",
        ),
        (&email.cc, wanted.cc, false, Operation::SetCc, "the copies"),
        (
            &email.bcc,
            wanted.bcc,
            false,
            Operation::SetBcc,
            "the hidden copies",
        ),
    ];
    for (present, given, replaces, operation, name) in lists {
        let list = merged(present, &given, &wanted.remove, replaces);
        if let Some(list) = list {
            operations.push(operation(list));
            done.push(name);
        }
    }
    if let Some(subject) = wanted.subject {
        operations.push(Operation::SetSubject(subject));
        done.push("the subject");
    }
    if let Some(body) = wanted.body {
        operations.push(Operation::SetBody(named(body, turn)));
        done.push("the text");
    }
    if let Some(When::Time(time)) = wanted.when {
        operations.push(Operation::SetSendTime(time));
        done.push("the send time");
    }
    if wanted.unschedule {
        // Without the time, so that it cannot be armed again by itself.
        operations.extend([Operation::Unschedule, Operation::ClearSendTime]);
    }
    (operations, done)
}

/// With the person's name below the text, where they have said it and no signature brings it.
fn named(body: String, turn: &TurnInput) -> String {
    match (turn.you.name.present(), turn.you.signature.present()) {
        (Some(name), None) => signature::signed(&body, name),
        _ => body,
    }
}

/// The new list, if anything in it changes.
fn merged(
    present: &[Recipient],
    given: &[String],
    remove: &[String],
    replaces: bool,
) -> Option<Vec<String>> {
    let is_removed = |recipient: &Recipient| {
        let same = |text: &String| text.eq_ignore_ascii_case(recipient.address());
        remove.iter().any(same)
    };
    if given.is_empty() && !present.iter().any(is_removed) {
        return None;
    }
    let replaces = replaces && !given.is_empty();
    let kept = present
        .iter()
        .filter(|recipient| !replaces && !is_removed(recipient))
        .map(ToString::to_string);
    Some(kept.chain(given.iter().cloned()).collect())
}

/// What the email still needs after this turn.
#[derive(Clone, Copy)]
enum Missing {
    Recipient,
    Text,
    Time,
    Nothing,
}

impl Missing {
    fn after(turn: &TurnInput, wanted: &Wanted) -> Self {
        let email = &turn.email;
        let has_time = wanted.when.is_some() || email.send_at.is_some() || wanted.unschedule;
        if email.to.is_empty() && wanted.to.is_empty() {
            Self::Recipient
        } else if email.body.trim().is_empty() && wanted.body.is_none() {
            Self::Text
        } else if !has_time {
            Self::Time
        } else {
            Self::Nothing
        }
    }

    fn say(self, reply: &mut Reply) {
        match self {
            Self::Recipient => {
                reply.ask("Who should get it? Write an address, like ana@example.com.");
            }
            Self::Text => {
                reply.ask("What should it say? Write it like this: \u{201c}the body is: \u{2026}\u{201d}.");
            }
            Self::Time => reply.say(
                "When should it leave? Say \u{201c}send it tomorrow at 9\u{201d}, or press \u{201c}Send now\u{201d}.",
            ),
            Self::Nothing => {}
        }
    }
}

/// The reply in the making.
#[derive(Default)]
struct Reply {
    text: String,
    asks: bool,
}

impl Reply {
    fn say(&mut self, sentence: impl AsRef<str>) {
        if !self.text.is_empty() {
            self.text.push(' ');
        }
        self.text.push_str(sentence.as_ref());
    }

    fn ask(&mut self, sentence: impl AsRef<str>) {
        self.asks = true;
        self.say(sentence);
    }
}

/// The beginning of the person's words, in quotes.
fn quoted(words: &str) -> String {
    let beginning: String = words.chars().take(120).collect();
    format!("\u{201c}{beginning}\u{201d}")
}

/// `a, b and c`.
fn list(parts: &[&str]) -> String {
    match parts {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [firsts @ .., last] => format!("{} and {last}", firsts.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use email_agent_api::{Email, You};
    use proptest::prelude::*;

    use super::*;

    fn answer_to(request: &str, email: Email) -> TurnOutput {
        let turn = TurnInput {
            now: "2026-11-23T12:00:00Z".parse().unwrap(),
            time_zone: chrono_tz::Europe::Lisbon,
            ..TurnInput::example(request, email)
        };
        let today = turn.now.with_timezone(&turn.time_zone).date_naive();
        answer(&turn, Wanted::parse(request, today, &[]))
    }

    fn draft() -> Email {
        Email {
            to: vec!["Ana <ana@example.com>".parse().unwrap()],
            body: "Hello".to_owned(),
            ..Email::default()
        }
    }

    fn set_to(list: &[&str]) -> Operation {
        Operation::SetTo(list.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn a_complete_request_asks_nothing() {
        let output = answer_to(
            "write to ana@example.com: thanks, send it in 5 seconds",
            Email::default(),
        );
        assert_eq!(
            output.reply,
            "I set the recipient, the text and the send time."
        );
        assert!(!output.asks);
        assert_eq!(output.operations.len(), 3);
    }

    #[test]
    fn the_persons_name_stands_below_the_text_once() {
        let body_of = |name: &str, own_signature: &str, text: &str| {
            let request = format!("write to ana@example.com: {text}");
            let turn = TurnInput {
                you: You {
                    name: name.parse().unwrap(),
                    signature: own_signature.parse().unwrap(),
                    ..You::default()
                },
                ..TurnInput::example(&request, Email::default())
            };
            let today = turn.now.date_naive();
            let output = answer(&turn, Wanted::parse(&request, today, &[]));
            output.operations.into_iter().find_map(|one| match one {
                Operation::SetBody(body) => Some(body),
                _ => None,
            })
        };
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(body_of("", "", "hi"), text("hi"));
        assert_eq!(body_of("Renata", "", "hi"), text("hi\n\nRenata"));
        assert_eq!(
            body_of("Renata", "", "hi\nBest,\nRenata"),
            text("hi\nBest,\nRenata")
        );
        assert_eq!(body_of("Renata", "R. S.", "hi"), text("hi"), "it brings it");
    }

    #[test]
    fn what_is_missing_is_asked_for() {
        let nobody = answer_to("change the body to hi", Email::default());
        assert!(
            nobody.asks && nobody.reply.contains("Who should get it?"),
            "{}",
            nobody.reply
        );
        let nothing = answer_to("ana@example.com", Email::default());
        assert!(nothing.asks && nothing.reply.contains("What should it say?"));
        let day = answer_to("send it tomorrow", draft());
        assert!(day.asks && day.operations.is_empty(), "{}", day.reply);
        let no_time = answer_to("make the subject Hi", draft());
        assert!(!no_time.asks && no_time.reply.contains("When should it leave?"));
    }

    #[test]
    fn an_address_is_asked_for_and_never_made_up() {
        let output = answer_to("write to Ana: thank you", Email::default());
        assert_eq!(
            output.operations,
            [Operation::SetBody("thank you".to_owned())]
        );
        assert!(
            output.asks
                && output
                    .reply
                    .contains("I know no address of Ana. Which one is it?"),
            "{}",
            output.reply
        );
    }

    #[test]
    fn recipients_are_added_and_removed() {
        let also = answer_to("also to bob@x.org", draft());
        assert_eq!(
            also.operations,
            [set_to(&["Ana <ana@example.com>", "bob@x.org"])]
        );
        let instead = answer_to("write to bob@x.org: hi", draft());
        assert_eq!(instead.operations[0], set_to(&["bob@x.org"]));
        let removed = answer_to("remove ANA@example.com", draft());
        assert_eq!(removed.operations, [set_to(&[])]);
        let copy = answer_to("cc bob@x.org", draft());
        assert_eq!(
            copy.operations,
            [Operation::SetCc(vec!["bob@x.org".to_owned()])]
        );
    }

    #[test]
    fn it_says_what_it_cannot_do() {
        for request in [
            "translate it into French",
            "what is the weather?",
            "你好",
            "make it shorter",
            "?",
        ] {
            let output = answer_to(request, draft());
            assert!(output.operations.is_empty(), "{request}");
            assert!(
                output.asks && output.reply.contains("built-in demo"),
                "{}",
                output.reply
            );
        }
        let partly = answer_to(
            "Email ana@example.com a thank-you note in Portuguese, send it tomorrow at 9am",
            Email::default(),
        );
        assert_eq!(partly.operations.len(), 2);
        assert!(partly.asks && partly.reply.contains("thank-you note in Portuguese"));
    }

    #[test]
    fn what_only_a_model_can_do_is_understood_and_declined() {
        for request in [
            "Make it shorter.",
            "Make it warmer.",
            "Make it more formal.",
            "Translate it into English.",
            "please make the text a bit friendlier",
        ] {
            let reply = answer_to(request, draft()).reply;
            assert!(reply.starts_with("I cannot do that."), "{request}: {reply}");
        }
        let strange = answer_to("make it rain", draft()).reply;
        assert!(strange.starts_with("I did not understand"), "{strange}");
    }

    #[test]
    fn holding_back_and_giving_up() {
        let held = answer_to("don't send it yet", draft());
        assert_eq!(
            held.operations,
            [Operation::Unschedule, Operation::ClearSendTime]
        );
        assert!(!held.asks);
        let cancelled = answer_to("cancel", draft());
        assert_eq!(cancelled.operations, [Operation::Cancel]);
        let now = answer_to("send it now", draft());
        assert!(now.operations.is_empty() && now.reply.contains("Send now"));
    }

    proptest! {
        /// Whatever is written, there is an answer, and the text is the person's own.
        #[test]
        fn every_request_has_an_answer(
            words in "(?s)(write to|cc|make the subject|send it|in|at|tomorrow|:|,|\n|\"|<|@|a@b\\.co|.{0,12}| ){0,14}"
        ) {
            let output = answer_to(&words, draft());
            prop_assert!(!output.reply.is_empty());
            for operation in output.operations {
                if let Operation::SetBody(text) | Operation::SetSubject(text) = operation {
                    prop_assert!(words.contains(&text), "{text:?} is not in {words:?}");
                }
            }
        }
    }
}
