//! What came of the last thing that was done: beside the section and the fields it is about.

use email_agent_api::{AgentError, TestReport, to_say};
use leptos::prelude::*;
use tr::tr;

use crate::language::{known, say};

/// The sections of the page, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// Who the person is.
    You,
    /// Where mail goes.
    Sending,
    /// Who writes the drafts.
    Model,
    /// Who writes them when the first model fails.
    SecondModel,
    /// Version and health.
    About,
}

impl Section {
    pub(super) const ALL: [Self; 5] = [
        Self::You,
        Self::Sending,
        Self::Model,
        Self::SecondModel,
        Self::About,
    ];

    /// Its place in the page and in addresses.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::You => "you",
            Self::Sending => "sending",
            Self::Model => "model",
            Self::SecondModel => "second-model",
            Self::About => "about",
        }
    }

    pub(super) fn heading(self) -> String {
        match self {
            Self::You => tr!("heading" => "You"),
            // Elsewhere "Sending" is what happens to an email now.
            Self::Sending => tr!("heading" => "Sending"),
            Self::Model => say("Model").to_owned(),
            Self::SecondModel => say("Second model").to_owned(),
            Self::About => say("About").to_owned(),
        }
    }

    /// The section with this id.
    #[must_use]
    pub fn of_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|section| section.id() == id)
    }
}

/// One field that must be corrected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The field, by its name in the form.
    pub field: String,
    /// What is wrong, and what would be right.
    pub text: String,
}

impl Problem {
    /// `field` is wrong in this way.
    pub fn new(field: &str, text: impl ToString) -> Self {
        Self {
            field: field.to_owned(),
            text: text.to_string(),
        }
    }
}

/// See the module.
#[derive(Debug, Clone)]
pub struct Notice {
    section: Section,
    ok: bool,
    text: String,
    /// The other side's own words.
    answer: Option<String>,
    problems: Vec<Problem>,
}

impl Notice {
    /// It is stored and in effect.
    #[must_use]
    pub fn saved(section: Section) -> Self {
        Self {
            section,
            ok: true,
            text: to_say("Saved. It is in effect now.").to_owned(),
            answer: None,
            problems: Vec::new(),
        }
    }

    /// Fields of the form must be corrected.
    #[must_use]
    pub fn wrong(section: Section, problems: Vec<Problem>) -> Self {
        Self {
            section,
            ok: false,
            text: to_say("Not saved. Correct what is marked below.").to_owned(),
            answer: None,
            problems,
        }
    }

    /// It was refused.
    #[must_use]
    pub fn refused(section: Section, error: &AgentError) -> Self {
        if let Some(field) = &error.field {
            return Self::wrong(section, vec![Problem::new(field, &error.message)]);
        }
        Self {
            section,
            ok: false,
            text: error.message.clone(),
            answer: None,
            problems: Vec::new(),
        }
    }

    /// It was tried.
    #[must_use]
    pub fn tested(section: Section, report: TestReport) -> Self {
        Self {
            section,
            ok: report.ok,
            text: report.text,
            answer: report.answer,
            problems: Vec::new(),
        }
    }

    /// The title of the page, to be said where it is shown.
    pub(super) fn title(&self) -> &'static str {
        if self.ok {
            to_say("Done — Settings — Email Agent")
        } else {
            to_say("Not done — Settings — Email Agent")
        }
    }

    /// What is wrong with a field of this section.
    pub(super) fn problem_of<'a>(
        notice: Option<&'a Self>,
        section: Section,
        field: &str,
    ) -> Option<&'a str> {
        let notice = notice.filter(|notice| notice.section == section)?;
        let problem = notice.problems.iter().find(|one| one.field == field)?;
        Some(&problem.text)
    }

    /// The field that should have the focus: the first wrong one.
    pub(super) fn is_first(notice: Option<&Self>, section: Section, field: &str) -> bool {
        notice.is_some_and(|notice| {
            let first = notice.problems.first();
            notice.section == section && first.is_some_and(|first| first.field == field)
        })
    }

    /// The words below the heading of `section`, if they are about it. They get the focus, because
    /// without script nothing else would lead there.
    pub(super) fn view(notice: Option<&Self>, section: Section) -> Option<AnyView> {
        let notice = notice.filter(|notice| notice.section == section)?.clone();
        let class = if notice.ok {
            "notice notice--good"
        } else {
            "notice notice--bad"
        };
        let takes_focus = notice.problems.is_empty();
        let answer = notice.answer.map(|answer| {
            view! {
                <p class="notice__answer">
                    {say("It said: ")} <q dir="auto">{answer}</q>
                </p>
            }
        });
        let role = if notice.ok { "status" } else { "alert" };
        let view = view! {
            <div class=class role=role tabindex="-1" autofocus=takes_focus>
                <p>{known(&notice.text)}</p>
                {answer}
            </div>
        };
        Some(view.into_any())
    }
}
