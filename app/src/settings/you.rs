//! Who the person is.

use email_agent_api::{Language, PageLanguage, PreferenceError, SettingsView, You};
use leptos::prelude::*;
use serde::Deserialize;

use super::{
    Notice, Problem, Section,
    fields::{Field, Form, Kind},
};
use crate::language::say;

/// The form as typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct YouForm {
    /// The name that emails are signed with.
    pub name: String,
    /// IANA, or empty for that of the device.
    pub time_zone: String,
    /// The code of a language.
    pub language: String,
    /// The code of a language of the pages, or empty for that of the browser.
    pub page_language: String,
    /// `off`, or empty.
    pub single_keys: String,
    /// How emails should sound.
    pub style_note: String,
    /// What stands below each email.
    pub signature: String,
}

impl YouForm {
    /// The form as it stands when nothing was typed.
    #[must_use]
    pub fn of(view: &SettingsView) -> Self {
        let you = &view.you;
        Self {
            // What the sender's address says is a good guess, until it is saved as one's own.
            name: match (you.name.present(), &view.sender_name) {
                (None, Some(sender)) => sender.clone(),
                _ => you.name.as_str().to_owned(),
            },
            time_zone: you.time_zone.as_str().to_owned(),
            language: you.language.code().to_owned(),
            page_language: you
                .page_language
                .map_or_else(String::new, |language| language.code().to_owned()),
            single_keys: if you.single_keys_off { "off" } else { "" }.to_owned(),
            style_note: you.style_note.as_str().to_owned(),
            signature: you.signature.as_str().to_owned(),
        }
    }

    /// What was typed as a value, or all that is wrong with it.
    pub fn parse(&self) -> Result<You, Vec<Problem>> {
        let mut problems = Vec::new();
        let you = You {
            name: taken("name", self.name.parse(), &mut problems),
            time_zone: taken("time_zone", self.time_zone.parse(), &mut problems),
            language: Language::of_code(&self.language).unwrap_or_default(),
            page_language: PageLanguage::of_code(&self.page_language),
            single_keys_off: self.single_keys == "off",
            style_note: taken("style_note", self.style_note.parse(), &mut problems),
            signature: taken("signature", self.signature.parse(), &mut problems),
        };
        if problems.is_empty() {
            Ok(you)
        } else {
            Err(problems)
        }
    }
}

/// The value, or a problem and nothing.
pub(super) fn taken<T: Default>(
    field: &str,
    value: Result<T, PreferenceError>,
    problems: &mut Vec<Problem>,
) -> T {
    value.unwrap_or_else(|error| {
        problems.push(Problem::new(field, error));
        T::default()
    })
}

pub(super) fn section(
    typed: YouForm,
    view: &SettingsView,
    zones: &[&'static str],
    notice: Option<&Notice>,
) -> AnyView {
    let section = Section::You;
    let form = Form {
        section,
        notice,
        fixed: &[],
    };
    let is_known = zones.contains(&typed.time_zone.as_str()) || typed.time_zone.is_empty();
    let mut choices = vec![("", say("The zone of the device I am using"))];
    choices.extend(zones.iter().map(|zone| (*zone, *zone)));
    if !is_known {
        choices.push((typed.time_zone.as_str(), typed.time_zone.as_str()));
    }
    let languages = Language::ALL.map(|language| {
        let name = match language {
            Language::Auto => say(language.own_name()),
            _ => language.own_name(),
        };
        (language.code(), name)
    });
    let mut page_languages = vec![("", say("The language of my browser"))];
    page_languages.extend(PageLanguage::ALL.map(|one| (one.code(), one.own_name())));
    let name_help = match (view.you.name.present(), &view.sender_name) {
        (None, Some(_)) => say(
            "Taken from the sender’s address. Emails are signed with it, and no other name is invented.",
        ),
        _ => say("Emails are signed with it, and no other name is invented."),
    };
    view! {
        <section class="settings__section" id=section.id() aria-labelledby="you-heading">
            <h2 id="you-heading">{section.heading()}</h2>
            {Notice::view(notice, section)}
            <form class="settings__form" method="post" action="/settings/you">
                {form.field(Field {
                    name: "name",
                    label: say("Your name"),
                    value: &typed.name,
                    help: name_help,
                    kind: Kind::Line("text", "name"),
                })}
                {form.field(Field {
                    name: "time_zone",
                    label: say("Time zone"),
                    value: &typed.time_zone,
                    help: say("“Tomorrow at 9” means 9 in this zone."),
                    kind: Kind::Choice(&choices),
                })}
                {form.field(Field {
                    name: "language",
                    label: say("The agent answers me in"),
                    value: &typed.language,
                    help: say("Emails are written in whatever language you ask for. The built-in demo answers in English."),
                    kind: Kind::Choice(&languages),
                })}
                {form.field(Field {
                    name: "page_language",
                    label: say("These pages are in"),
                    value: &typed.page_language,
                    help: say("What was written before stays as it is."),
                    kind: Kind::Choice(&page_languages),
                })}
                {form.field(Field {
                    name: "single_keys",
                    label: say("Keys without Ctrl, Alt or Shift"),
                    value: &typed.single_keys,
                    help: say("The page Help lists them. Switch them off if you speak to your computer, or press keys by accident."),
                    kind: Kind::Choice(&[("", say("work, outside of fields")), ("off", say("do nothing"))]),
                })}
                {form.field(Field {
                    name: "style_note",
                    label: say("How my emails should sound"),
                    value: &typed.style_note,
                    help: say("For the model, in your own words: “short, warm, no exclamation marks”. Nothing is learned in secret: only what stands here counts."),
                    kind: Kind::Lines,
                })}
                {form.field(Field {
                    name: "signature",
                    label: say("Signature"),
                    value: &typed.signature,
                    help: say("Stands below each email that the agent writes, once."),
                    kind: Kind::Lines,
                })}
                <div class="settings__foot">
                    <button class="button button--main" type="submit">{say("Save")}</button>
                </div>
            </form>
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_wrong_is_said_at_once() {
        let typed = YouForm {
            name: "x".repeat(101),
            signature: "x".repeat(1_001),
            ..YouForm::default()
        };
        let problems = typed.parse().unwrap_err();
        let fields: Vec<_> = problems.iter().map(|one| one.field.as_str()).collect();
        assert_eq!(fields, ["name", "signature"]);
        assert!(YouForm::default().parse().is_ok());
    }
}
