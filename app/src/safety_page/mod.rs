//! `/settings/safety`: what keeps mail from leaving by surprise, rendered by the server alone.
//!
//! No script comes with this page and nothing of it is in the browser's program: it is plain forms. In:
//! what is in effect, what was typed and what came of it. Out: the document.

pub(crate) mod fields;
mod form;

use email_agent_api::{AppInfo, OnHold, to_say};
use leptos::prelude::*;
use tr::tr;

pub use form::{Problem, ReleaseForm, SafetyForm};

use self::{fields::Field, form::NEVER};
pub use crate::plain_page::POLICY;
use crate::{components::Frame, language::say, plain_page, told::Told};

/// Everything that the page shows.
#[derive(Debug)]
pub struct SafetyPage {
    /// For the frame around it.
    pub info: AppInfo,
    /// The form as it stands.
    pub form: SafetyForm,
    /// What waits.
    pub on_hold: OnHold,
    /// What came of the last thing that was done.
    pub outcome: Outcome,
}

/// See [`SafetyPage`].
#[derive(Debug, Default)]
pub enum Outcome {
    /// Nothing was done yet.
    #[default]
    None,
    /// It is done.
    Done(String),
    /// It was refused, for a reason that no field can mend.
    Refused(String),
    /// Fields must be corrected.
    Wrong(Vec<Problem>),
}

const LATE: [(&str, &str); 7] = [
    ("0", to_say("it is late at all")),
    ("5", to_say("it is more than 5 minutes late")),
    ("15", to_say("it is more than 15 minutes late")),
    ("30", to_say("it is more than 30 minutes late")),
    ("120", to_say("it is more than 2 hours late")),
    ("1440", to_say("it is more than a day late")),
    (NEVER, to_say("never: it is sent, however late")),
];

/// The whole document.
#[must_use]
pub fn render(page: SafetyPage) -> String {
    let SafetyPage {
        info,
        form,
        on_hold,
        outcome,
    } = page;
    let title = match &outcome {
        Outcome::None => to_say("Safety — Email Agent"),
        Outcome::Done(_) => to_say("Done — Safety — Email Agent"),
        Outcome::Refused(_) | Outcome::Wrong(_) => to_say("Not done — Safety — Email Agent"),
    };
    let title = || say(title).to_owned();
    plain_page::render(title, || {
        let problems = match &outcome {
            Outcome::Wrong(problems) => problems.as_slice(),
            _ => &[],
        };
        let fields = fields(&form, problems);
        view! {
            <Frame info=Some(info)>
                <main class="safety">
                    <h1>{say("Safety")}</h1>
                    {told(&outcome)}
                    {waiting(on_hold)}
                    <form class="safety__form" method="post" action="/settings/safety">
                        {fields}
                        <button class="button button--main" type="submit">{say("Save")}</button>
                    </form>
                </main>
            </Frame>
        }
    })
}

fn fields(form: &SafetyForm, problems: &[Problem]) -> AnyView {
    let field = |name, label, value, help| Field {
        name,
        label,
        value,
        help,
        problems,
    };
    let late = form.ask_when_late_minutes.as_str();
    let other = tr!("it is more than {minutes} minutes late", minutes = late);
    let mut choices = LATE.map(|(code, words)| (code, say(words))).to_vec();
    if !choices.iter().any(|(code, _)| *code == late) {
        choices.push((late, &other));
    }
    let undo = field(
        "undo_seconds",
        say("Seconds in which “Send now” can be undone"),
        &form.undo_seconds,
        say("0 to 60."),
    );
    let late = field(
        "ask_when_late_minutes",
        say("An email that could not leave at its time asks when"),
        late,
        say("Because the program was off, or everything was paused."),
    );
    let per_hour = field(
        "mails_per_hour",
        say("Emails that may leave in an hour"),
        &form.mails_per_hour,
        say("0 for no limit. What is too much waits until there is room."),
    );
    let per_day = field(
        "mails_per_day",
        say("Emails that may leave in a day"),
        &form.mails_per_day,
        say("0 for no limit."),
    );
    let domains = field(
        "allowed_domains",
        say("Domains that mail may leave to"),
        &form.allowed_domains,
        say("One on each line, such as example.com. Leave it empty for all."),
    );
    view! {
        {hold(form.hold == "yes")}
        {undo.number()}
        {late.choice(&choices)}
        {per_hour.number()}
        {per_day.number()}
        {domains.lines()}
    }
    .into_any()
}

fn hold(is_on: bool) -> AnyView {
    view! {
        <fieldset class="safety__choices">
            <legend class="field__name">{say("Outgoing mail")}</legend>
            <label class="safety__choice">
                <input type="radio" name="hold" value="no" checked=!is_on />
                <span>{say("Leaves as it is scheduled")}</span>
            </label>
            <label class="safety__choice">
                <input type="radio" name="hold" value="yes" checked=is_on />
                <span>{say("Is paused: nothing leaves")}</span>
            </label>
        </fieldset>
    }
    .into_any()
}

fn told(outcome: &Outcome) -> Option<AnyView> {
    let told = match outcome {
        Outcome::None => return None,
        Outcome::Done(text) => Told::Done(text),
        Outcome::Refused(text) => Told::Refused(text),
        Outcome::Wrong(_) => Told::Wrong,
    };
    Some(told.view())
}

/// What is on hold, and the way to let go what only a person can.
fn waiting(on_hold: OnHold) -> AnyView {
    let by_themselves = on_hold.everything + on_hold.others;
    let count = (by_themselves > 0).then(|| {
        let text = tr!(
            "On hold until these settings or the clock let them go: {count}.",
            count = by_themselves
        );
        view! { <p>{text}</p> }.into_any()
    });
    let restored = asks(
        on_hold.restored,
        "restored",
        tr!(
            "These may have been sent before a backup was restored. Look whether they were. On hold: {count}.",
            count = on_hold.restored
        ),
    );
    let late = asks(
        on_hold.late,
        "late",
        tr!(
            "These became late while the program was off or everything was paused. On hold: {count}.",
            count = on_hold.late
        ),
    );
    view! {
        {count}
        {restored}
        {late}
    }
    .into_any()
}

fn asks(count: u32, why: &'static str, text: String) -> Option<AnyView> {
    (count > 0).then(|| {
        view! {
            <form class="safety__asks" method="post" action="/settings/safety/release">
                <input type="hidden" name="why" value=why />
                <p>{text}</p>
                <button class="button" type="submit">{say("Send all of them")}</button>
            </form>
        }
        .into_any()
    })
}

#[cfg(test)]
mod tests {
    use email_agent_api::{ApprovalMode, AssistantInfo, MailInfo, Safety};

    use super::*;

    fn page() -> SafetyPage {
        SafetyPage {
            info: AppInfo {
                assistant: AssistantInfo::Offline,
                mail: MailInfo::Outbox {
                    folder: "outbox".to_owned(),
                },
                approval: ApprovalMode::Ask,
                hold: true,
                version: "1".to_owned(),
                language: None,
                page_language: None,
                single_keys_off: false,
                first_run: None,
            },
            form: SafetyForm::of(&Safety {
                ask_when_late_minutes: Some(77),
                ..Safety::default()
            }),
            on_hold: OnHold {
                restored: 2,
                ..OnHold::default()
            },
            outcome: Outcome::None,
        }
    }

    #[test]
    fn it_is_a_whole_document_without_script() {
        let html = render(page());
        assert!(html.starts_with("<!DOCTYPE html>"), "{html}");
        assert!(!html.contains("<script") && !POLICY.contains("script"));
        for words in [
            "All outgoing mail is paused",
            "more than 77 minutes late",
            "On hold: 2.",
        ] {
            assert!(html.contains(words), "{words}");
        }
        assert!(!html.contains("became late while"), "there are none");
    }

    #[test]
    fn what_was_typed_comes_back_as_text() {
        let hostile = "\"><script>alert(1)</script></textarea>";
        let mut page = page();
        page.form.undo_seconds = hostile.to_owned();
        page.form.allowed_domains = hostile.to_owned();
        page.form.ask_when_late_minutes = hostile.to_owned();
        page.outcome = Outcome::Refused(hostile.to_owned());
        assert!(!render(page).contains("<script"));
    }
}
