//! `/settings/data`: how long things stay, all of it as one file, and erasing it, rendered by the server
//! alone.
//!
//! No script comes with this page and nothing of it is in the browser's program: it is plain forms and
//! a link. In: what is in effect, what was typed and what came of it. Out: the document.

mod form;

use email_agent_api::{AppInfo, Erased, NotErased, Retention, to_say};
use leptos::prelude::*;
use tr::tr;

pub use form::{EraseForm, RetentionForm};

use self::form::NEVER;
pub use crate::plain_page::POLICY;
use crate::{
    components::Frame,
    language::{known, say},
    plain_page,
    safety_page::{Problem, fields::Field},
    told::Told,
};

/// Everything that the page shows.
#[derive(Debug)]
pub struct DataPage {
    /// For the frame around it.
    pub info: AppInfo,
    /// How long emails stay, as it stands in the form.
    pub retention: RetentionForm,
    /// Erasing everything, as it stands in the form.
    pub erase: EraseForm,
    /// How many emails there are.
    pub emails: usize,
    /// How many contacts there are.
    pub contacts: u32,
    /// What came of the last thing that was done.
    pub outcome: Outcome,
}

/// See [`DataPage`].
#[derive(Debug, Clone, Default)]
pub enum Outcome {
    /// Nothing was done yet.
    #[default]
    None,
    /// How long emails stay is stored.
    Saved,
    /// Everything was erased that could be.
    Erased(Erased, SettingsErased),
    /// It was refused, for a reason that no field can mend.
    Refused(String),
    /// Fields must be corrected.
    Wrong(Vec<Problem>),
}

/// What became of the settings when everything was erased.
#[derive(Debug, Clone)]
pub enum SettingsErased {
    /// They were to stay.
    NotWanted,
    /// They are as on the first day.
    Done,
    /// An email had to stay, and needs them.
    Needed,
    /// They could not be erased, for this reason.
    Failed(String),
}

/// Emails that are named; the others are counted.
const NAMED_MAX: usize = 20;

/// The whole document.
#[must_use]
pub fn render(page: DataPage) -> String {
    let title = match &page.outcome {
        Outcome::None => to_say("Data — Email Agent"),
        Outcome::Saved | Outcome::Erased(..) => to_say("Done — Data — Email Agent"),
        Outcome::Refused(_) | Outcome::Wrong(_) => to_say("Not done — Data — Email Agent"),
    };
    plain_page::render(|| say(title).to_owned(), || view! { <Page page /> })
}

#[component]
fn Page(page: DataPage) -> impl IntoView {
    let DataPage {
        info,
        retention,
        erase,
        emails,
        contacts,
        outcome,
    } = page;
    let problems = match &outcome {
        Outcome::Wrong(problems) => problems.as_slice(),
        _ => &[],
    };
    let parts = [
        stay(&retention, problems),
        save_all(),
        erase_all(&erase, emails, contacts, problems),
    ]
    .into_iter()
    .collect_view();
    view! {
        <Frame info=Some(info)>
            <main class="data">
                <h1>{say("Data")}</h1>
                {told(&outcome)}
                {parts}
            </main>
        </Frame>
    }
}

fn told(outcome: &Outcome) -> Option<AnyView> {
    let told = match outcome {
        Outcome::None => return None,
        Outcome::Saved => Told::Done(to_say("Saved. It is in effect now.")),
        Outcome::Erased(erased, settings) => return Some(told_erased(erased, settings)),
        Outcome::Refused(text) => Told::Refused(text),
        Outcome::Wrong(_) => Told::Wrong,
    };
    Some(told.view())
}

fn told_erased(erased: &Erased, settings: &SettingsErased) -> AnyView {
    let Erased {
        emails,
        contacts,
        kept,
    } = erased;
    let settings = match settings {
        SettingsErased::NotWanted => None,
        SettingsErased::Done => Some(say("Your settings are as on the first day.").to_owned()),
        SettingsErased::Needed => Some(
            say("Your settings were kept: an email that could not be erased needs them.")
                .to_owned(),
        ),
        SettingsErased::Failed(why) => Some(known(why)),
    };
    let settings = settings.map(|text| view! { <p>{text}</p> }.into_any());
    let rows = kept.iter().take(NAMED_MAX).map(named).collect_view();
    let kept = (!kept.is_empty()).then(|| {
        let count = kept.len();
        view! {
            <p>
                {tr!("{n} email could not be erased:" | "{n} emails could not be erased:" % count)}
            </p>
            <ul class="data__kept">{rows}</ul>
        }
        .into_any()
    });
    view! {
        <div class="notice notice--good" role="status" tabindex="-1" autofocus=true>
            <p>{tr!("{n} email was erased." | "{n} emails were erased." % *emails)}</p>
            <p>{tr!("{n} contact was erased." | "{n} contacts were erased." % *contacts)}</p>
            {settings}
            {kept}
        </div>
    }
    .into_any()
}

fn named(email: &NotErased) -> AnyView {
    let address = format!("/e/{}", email.id);
    let title = match email.title.trim() {
        "" => email.id.to_string(),
        title => title.to_owned(),
    };
    let why = known(&email.why);
    view! {
        <li>
            <a href=address>
                <bdi>{title}</bdi>
            </a>
            <p>{why}</p>
        </li>
    }
    .into_any()
}

fn stay(form: &RetentionForm, problems: &[Problem]) -> AnyView {
    let offered = |days: &[u32]| -> Vec<(String, String)> {
        let choice = |days: &u32| (days.to_string(), tr!("{n} day" | "{n} days" % *days));
        days.iter().map(choice).collect()
    };
    let deleted = Field {
        name: "deleted_days",
        label: say("Deleted emails are erased after"),
        value: &form.deleted_days,
        help: say(
            "Until then they can be brought back. A shorter time counts at once, also for what was deleted before.",
        ),
        problems,
    };
    let finished = Field {
        name: "finished_days",
        label: say("Emails that were sent or canceled are erased after"),
        value: &form.finished_days,
        help: say(
            "Counted from the day on which they ended. Archived ones are erased too; pinned ones stay.",
        ),
        problems,
    };
    let mut over = vec![(
        NEVER.to_owned(),
        say("never: they stay until you delete them").to_owned(),
    )];
    over.extend(offered(&Retention::FINISHED_DAYS));
    view! {
        <section class="data__part" aria-labelledby="stay-heading">
            <h2 id="stay-heading">{say("How long emails stay")}</h2>
            <form class="data__form" method="post" action="/settings/data">
                {deleted.choice(&borrowed(&offered(&Retention::DELETED_DAYS)))}
                {finished.choice(&borrowed(&over))}
                <button class="button button--main" type="submit">{say("Save")}</button>
            </form>
        </section>
    }
    .into_any()
}

fn borrowed(choices: &[(String, String)]) -> Vec<(&str, &str)> {
    let choices = choices.iter();
    choices
        .map(|(code, words)| (code.as_str(), words.as_str()))
        .collect()
}

fn save_all() -> AnyView {
    view! {
        <section class="data__part" aria-labelledby="save-heading">
            <h2 id="save-heading">{say("Save everything")}</h2>
            <p>
                {say(
                    "One ZIP file: for each email a folder with all that is known of it (record.json) and the message with its files, for any mail program (message.eml); and your contacts and settings. Passwords and keys are not in it.",
                )}
            </p>
            <p class="safety__help" id="save-help">
                {say("With many emails it takes a while until the download begins.")}
            </p>
            <a class="button" href="/settings/data/export" aria-describedby="save-help">
                {say("Save everything as a file")}
            </a>
        </section>
    }
    .into_any()
}

fn erase_all(form: &EraseForm, emails: usize, contacts: u32, problems: &[Problem]) -> AnyView {
    let word = Field {
        name: "word",
        label: say("To confirm, type ERASE"),
        value: &form.word,
        help: say("Nothing is erased before you press the button."),
        problems,
    };
    let settings = form.settings.is_some();
    view! {
        <section class="data__part" aria-labelledby="erase-heading">
            <h2 id="erase-heading">{say("Erase everything")}</h2>
            <p>{tr!("Emails here: {emails}. Contacts: {contacts}.", emails = emails, contacts = contacts)}</p>
            <p>
                {say(
                    "All emails are erased, also archived and deleted ones, with their drafts, conversations and files, and all contacts. This cannot be undone.",
                )}
            </p>
            <p>
                {say(
                    "Scheduled emails will not be sent. An email that is being handed to the mail server at that very moment cannot be stopped: it stays, and you are told which.",
                )}
            </p>
            <p>
                {say(
                    "What has left, for a mail server or the outbox folder, is not touched. The file of the engine keeps what it has recorded of emails that have ended; no page shows it.",
                )}
            </p>
            <form class="data__form" method="post" action="/settings/data/erase">
                <label class="data__tick">
                    <input type="checkbox" name="settings" value="yes" checked=settings aria-describedby="settings-help" />
                    <span>{say("Erase my settings too, with passwords and keys")}</span>
                </label>
                <p class="safety__help" id="settings-help">
                    {say("They stay if you leave this empty, and also while an email that could not be erased needs them.")}
                </p>
                {word.word()}
                <button class="button button--danger" type="submit">{say("Erase everything")}</button>
            </form>
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use email_agent_api::{ApprovalMode, AssistantInfo, EmailId, MailInfo};

    use super::*;

    fn page(outcome: Outcome) -> DataPage {
        DataPage {
            info: AppInfo {
                assistant: AssistantInfo::Offline,
                mail: MailInfo::Outbox {
                    folder: "outbox".to_owned(),
                },
                approval: ApprovalMode::Ask,
                hold: false,
                version: "1".to_owned(),
                language: None,
                page_language: None,
                single_keys_off: false,
                first_run: None,
            },
            retention: RetentionForm::of(Retention::default()),
            erase: EraseForm::default(),
            emails: 12,
            contacts: 5,
            outcome,
        }
    }

    #[test]
    fn it_is_a_whole_document_without_script() {
        let html = render(page(Outcome::None));
        assert!(html.starts_with("<!DOCTYPE html>"), "{html}");
        assert!(!html.contains("<script") && !POLICY.contains("script"));
        assert!(html.contains("Emails here: 12. Contacts: 5."), "{html}");
        assert!(html.contains("<option value=\"7\" selected"), "{html}");
        assert_eq!(html.matches("selected").count(), 2);
    }

    #[test]
    fn what_was_typed_comes_back_as_text() {
        let hostile = "\"><script>alert(1)</script>";
        let mut page = page(Outcome::Refused(hostile.to_owned()));
        page.erase.word = hostile.to_owned();
        page.retention.deleted_days = hostile.to_owned();
        assert!(!render(page).contains("<script"));
    }

    #[test]
    fn what_could_not_be_erased_is_named() {
        let kept = |number: u8| NotErased {
            id: EmailId::from_random([number; 26]),
            title: format!("<b>{number}"),
            why: "It stays.".to_owned(),
        };
        let erased = Erased {
            emails: 1,
            contacts: 5,
            kept: (0..25).map(kept).collect(),
        };
        let html = render(page(Outcome::Erased(erased, SettingsErased::Needed)));
        for words in [
            "1 email was erased.",
            "5 contacts were erased.",
            "25 emails could not be erased:",
            "Your settings were kept",
            "&lt;b&gt;0",
        ] {
            assert!(html.contains(words), "{words} {html}");
        }
        assert_eq!(html.matches("It stays.").count(), NAMED_MAX);
    }
}
