//! `/settings`: what a person sets, rendered by the server alone.
//!
//! No script comes with this page and nothing of it is in the browser's program: it is plain forms,
//! each sent to an address of its own below `/settings/`. In: a [`SettingsPage`] of the server, with
//! what is in effect, what was typed and what came of it. Out: the document. One file for each section
//! holds its form as typed, how it becomes a value, and how it looks.

#![allow(
    clippy::missing_errors_doc,
    reason = "inside the workspace the error types say what can fail"
)]

mod about;
mod fields;
mod model;
mod notice;
mod sending;
mod you;

use email_agent_api::{AppInfo, HealthRow, SettingsView, to_say};
use leptos::prelude::*;

pub use model::ModelForm;
pub use notice::{Notice, Problem, Section};
pub use sending::{Preset, SendingForm};
pub use you::YouForm;

pub use crate::plain_page::POLICY;
use crate::{components::Frame, language::say, plain_page};

/// Everything that the page shows.
pub struct SettingsPage {
    /// For the frame around it.
    pub info: AppInfo,
    /// What is in effect.
    pub view: SettingsView,
    /// The names of all time zones.
    pub zones: Vec<&'static str>,
    /// What runs the workflows.
    pub engine: String,
    /// How the parts are.
    pub health: Vec<HealthRow>,
    /// Who the person is, as it stands in the form.
    pub you: YouForm,
    /// Where mail goes, as it stands in the form.
    pub sending: SendingForm,
    /// The first model, as it stands in the form.
    pub model: ModelForm,
    /// The second model, as it stands in the form.
    pub second_model: ModelForm,
    /// What came of the last thing that was done.
    pub notice: Option<Notice>,
}

/// The whole document.
#[must_use]
pub fn render(page: SettingsPage) -> String {
    let title = match &page.notice {
        Some(notice) => notice.title(),
        None => to_say("Settings — Email Agent"),
    };
    plain_page::render(|| say(title).to_owned(), || view! { <Page page /> })
}

#[component]
fn Page(page: SettingsPage) -> impl IntoView {
    let SettingsPage {
        info,
        view,
        zones,
        engine,
        health,
        you,
        sending,
        model,
        second_model,
        notice,
    } = page;
    let version = info.version.clone();
    let notice = notice.as_ref();
    let links = Section::ALL
        .into_iter()
        .map(|section| {
            let href = format!("#{}", section.id());
            view! { <li><a class="settings__link" href=href>{section.heading()}</a></li> }
        })
        .collect_view();
    let sections = [
        you::section(you, &view, &zones, notice),
        sending::section(sending, &view.sending, notice),
        model::section(model, &view.model, Section::Model, notice),
        model::section(
            second_model,
            &view.second_model,
            Section::SecondModel,
            notice,
        ),
        about::section(version, engine, health),
    ]
    .into_iter()
    .collect_view();
    view! {
        <Frame info=Some(info)>
            <main class="settings">
                <h1>{say("Settings")}</h1>
                <nav aria-label=say("Sections")>
                    <ul class="settings__links">
                        {links}
                        <li>
                            <a class="settings__link" href="/settings/safety">{say("Safety")}</a>
                        </li>
                        <li>
                            <a class="settings__link" href="/settings/contacts">{say("Contacts")}</a>
                        </li>
                        <li>
                            <a class="settings__link" href="/settings/data">{say("Data")}</a>
                        </li>
                        <li>
                            <a class="settings__link" href="/settings/sign-in">{say("Sign-in")}</a>
                        </li>
                    </ul>
                </nav>
                {sections}
            </main>
        </Frame>
    }
}

#[cfg(test)]
mod tests {
    use email_agent_api::{
        ApprovalMode, AssistantInfo, Light, MailInfo, ModelView, SendingView, You,
    };

    use super::*;

    fn page() -> SettingsPage {
        let view = SettingsView {
            you: You::default(),
            sender_name: None,
            sending: SendingView::default(),
            model: ModelView::default(),
            second_model: ModelView::default(),
        };
        SettingsPage {
            info: AppInfo {
                assistant: AssistantInfo::Offline,
                mail: MailInfo::Outbox {
                    folder: "outbox".to_owned(),
                },
                approval: ApprovalMode::Ask,
                version: "1.2.3".to_owned(),
                hold: false,
                language: None,
                page_language: None,
                single_keys_off: false,
                first_run: None,
            },
            zones: vec!["Europe/Lisbon", "UTC"],
            engine: "embedded".to_owned(),
            health: vec![HealthRow {
                part: "Mail",
                light: Light::Red,
                text: "No.".to_owned(),
                advice: None,
            }],
            you: YouForm::of(&view),
            sending: SendingForm::of(&view.sending),
            model: ModelForm::of(&view.model),
            second_model: ModelForm::of(&view.second_model),
            view,
            notice: None,
        }
    }

    #[test]
    fn it_is_a_whole_document_without_script() {
        let html = render(page());
        assert!(
            html.starts_with("<!DOCTYPE html><html lang=\"en\" dir=\"ltr\">"),
            "{html}"
        );
        assert!(!html.contains("<script") && !POLICY.contains("script"));
        assert!(!html.contains("<!>"));
        for words in [
            "Settings — Email Agent",
            "1.2.3",
            "Does not work",
            "Europe/Lisbon",
        ] {
            assert!(html.contains(words), "{words}");
        }
    }

    #[test]
    fn what_was_typed_comes_back_as_text_and_a_password_does_not() {
        let mut page = page();
        let hostile = "\"><script>alert(1)</script></textarea>";
        page.you.name = hostile.to_owned();
        page.you.signature = hostile.to_owned();
        page.sending.host = hostile.to_owned();
        page.sending.password = "hunter2".to_owned();
        page.model.key = "hunter2".to_owned();
        let problem = Problem::new("host", hostile);
        page.notice = Some(Notice::wrong(Section::Sending, vec![problem]));
        let html = render(page);
        assert!(
            !html.contains("<script") && !html.contains("hunter2"),
            "{html}"
        );
        assert_eq!(html.matches("aria-invalid=\"true\"").count(), 1);
        assert_eq!(html.matches("autofocus").count(), 1);
        assert!(html.contains("Not done — Settings"));
    }
}
