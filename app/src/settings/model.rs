//! Who writes the drafts, and who does when that one fails: two sections of one form.

use email_agent_api::{Fixed, ModelChange, ModelChoice, ModelServer, ModelView, to_say};
use leptos::prelude::*;
use serde::Deserialize;

use super::{
    Notice, Problem, Section,
    fields::{Field, Form, Kind, radios},
    you::taken,
};
use crate::language::{known, say};

/// The form as typed.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct ModelForm {
    /// `none` or `server`.
    pub kind: String,
    /// Address of the API; empty for OpenAI's own.
    pub endpoint: String,
    /// The model's name.
    pub model: String,
    /// The key, on its way in only: it is never put into a page.
    pub key: String,
    /// Whether the stored key is to be forgotten; browsers send the field only if it is.
    pub remove_key: Option<String>,
}

impl ModelForm {
    /// The form as it stands when nothing was typed.
    #[must_use]
    pub fn of(view: &ModelView) -> Self {
        Self {
            kind: if view.is_set { "server" } else { "none" }.to_owned(),
            endpoint: view.endpoint.clone(),
            model: view.model.clone(),
            ..Self::default()
        }
    }

    /// What was typed as a value, or all that is wrong with it.
    pub fn parse(&self) -> Result<ModelChange, Vec<Problem>> {
        let mut problems = Vec::new();
        let model = if self.kind == "server" {
            ModelChoice::Server(ModelServer {
                endpoint: taken("endpoint", self.endpoint.parse(), &mut problems),
                model: taken("model", self.model.parse(), &mut problems),
            })
        } else {
            ModelChoice::None
        };
        let key = self.key.parse();
        if let Err(error) = &key {
            problems.push(Problem::new("key", error));
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(ModelChange {
            model,
            key: key.ok(),
            remove_key: self.remove_key.is_some(),
        })
    }
}

/// What differs between the two.
struct Words {
    lead: &'static str,
    legend: &'static str,
    none: &'static str,
}

const FIRST: Words = Words {
    lead: to_say(
        "Any server that speaks OpenAI’s Responses API, also one on your own machine, such as Ollama. The text of your emails goes there and nowhere else.",
    ),
    legend: to_say("Drafts are written by"),
    none: to_say("Nobody: I write by hand, and a small demo understands simple English sentences"),
};
const SECOND: Words = Words {
    lead: to_say(
        "Is asked at once when the first model is out of reach, refuses, or cannot be understood. The conversation says so when it was.",
    ),
    legend: to_say("When the first model fails"),
    none: to_say("Try the first one again later"),
};

pub(super) fn section(
    typed: ModelForm,
    view: &ModelView,
    section: Section,
    notice: Option<&Notice>,
) -> AnyView {
    let words = if section == Section::Model {
        FIRST
    } else {
        SECOND
    };
    let form = Form {
        section,
        notice,
        fixed: &view.fixed,
    };
    let is_fixed = Fixed::variable_of(&view.fixed, "kind").is_some();
    let problem = view.problem.as_deref().map(|problem| {
        view! { <p class="notice notice--bad">{known(problem)}</p> }
    });
    let save = (!is_fixed).then(|| {
        view! { <button class="button button--main" type="submit">{say("Save")}</button> }
    });
    let test_help = if is_fixed {
        say("The test asks the model for one short sentence.")
    } else {
        say("The test saves what stands above first, then asks the model for one short sentence.")
    };
    let (action, test) = (
        format!("/settings/{}", section.id()),
        format!("/settings/{}/test", section.id()),
    );
    let heading_id = format!("{}-heading", section.id());
    let labelled_by = heading_id.clone();
    view! {
        <section class="settings__section" id=section.id() aria-labelledby=labelled_by>
            <h2 id=heading_id>{section.heading()}</h2>
            <p class="settings__lead">{say(words.lead)}</p>
            {Notice::view(notice, section)}
            {problem}
            <form class="settings__form settings__form--model" method="post" action=action>
                {radios(
                    form,
                    "kind",
                    say(words.legend),
                    &typed.kind,
                    [("none", say(words.none)), ("server", say("A language model"))],
                )}
                <div class="settings__server">{model_fields(form, &typed, view)}</div>
                <div class="settings__foot">
                    {save}
                    <button class="button" type="submit" formaction=test>{say("Test")}</button>
                </div>
                <p class="settings__help">{test_help}</p>
            </form>
        </section>
    }
    .into_any()
}

fn model_fields(form: Form<'_>, typed: &ModelForm, view: &ModelView) -> AnyView {
    let key_help = if view.key_set {
        say("A key is stored and is never shown. Leave this empty to keep it.")
    } else {
        say("Stored encrypted, and never shown again. Servers on your own machine often want none.")
    };
    let can_remove = view.key_set && Fixed::variable_of(&view.fixed, "key").is_none();
    let remove = can_remove.then(|| {
        let id = form.id_of("remove_key");
        let label_for = id.clone();
        view! {
            <label class="settings__choice" for=label_for>
                <input type="checkbox" id=id name="remove_key" value="yes" />
                <span>{say("Remove the stored key")}</span>
            </label>
        }
    });
    view! {
        {form.field(Field {
            name: "endpoint",
            label: say("Endpoint"),
            value: &typed.endpoint,
            help: say("Like http://127.0.0.1:11434/v1. Empty for OpenAI’s own."),
            kind: Kind::Line("url", "off"),
        })}
        {form.field(Field {
            name: "model",
            label: say("Name of the model"),
            value: &typed.model,
            help: say("Like gpt-4o or llama3.1."),
            kind: Kind::Line("text", "off"),
        })}
        {form.field(Field {
            name: "key",
            label: say("Key"),
            value: "",
            help: key_help,
            kind: Kind::Secret,
        })}
        {remove}
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_is_a_server_and_a_name() {
        let typed = ModelForm {
            kind: "server".to_owned(),
            endpoint: "x".repeat(501),
            model: "a\nb".to_owned(),
            ..ModelForm::default()
        };
        let problems = typed.parse().unwrap_err();
        let fields: Vec<_> = problems.iter().map(|one| one.field.as_str()).collect();
        assert_eq!(fields, ["endpoint", "model"]);
        let none = ModelForm::default().parse().unwrap();
        assert_eq!(none.model, ModelChoice::None);
    }
}
