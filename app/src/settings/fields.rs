//! The fields of the forms: a label, the value, what helps, what is wrong. A value that cannot be
//! changed here is text, with the name of what sets it.

use email_agent_api::Fixed;
use leptos::prelude::*;

use super::{Notice, Section};
use crate::language::{known, say};

/// What the fields of one section have in common.
#[derive(Clone, Copy)]
pub(super) struct Form<'a> {
    pub(super) section: Section,
    pub(super) notice: Option<&'a Notice>,
    pub(super) fixed: &'a [Fixed],
}

/// One field.
#[derive(Clone, Copy)]
pub(super) struct Field<'a> {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) value: &'a str,
    /// Below the field; may be empty.
    pub(super) help: &'a str,
    pub(super) kind: Kind<'a>,
}

/// What stands in the field.
#[derive(Clone, Copy)]
pub(super) enum Kind<'a> {
    /// One line; with the value of `inputmode` and of `autocomplete`.
    Line(&'static str, &'static str),
    /// A password or key: never filled in.
    Secret,
    /// Several lines.
    Lines,
    /// One of these values, each with its words.
    Choice(&'a [(&'a str, &'a str)]),
}

impl Form<'_> {
    /// A field with all that belongs to it.
    pub(super) fn field(self, field: Field<'_>) -> AnyView {
        match Fixed::variable_of(self.fixed, field.name) {
            Some(variable) => fixed_field(field, variable),
            None => self.open_field(field),
        }
    }

    fn open_field(self, field: Field<'_>) -> AnyView {
        let id = self.id_of(field.name);
        let problem = Notice::problem_of(self.notice, self.section, field.name);
        let help_id = format!("{id}-help");
        let problem_id = format!("{id}-problem");
        let described: Vec<&str> = [
            (!field.help.is_empty()).then_some(help_id.as_str()),
            problem.map(|_| problem_id.as_str()),
        ]
        .into_iter()
        .flatten()
        .collect();
        let attributes = Attributes {
            described: (!described.is_empty()).then(|| described.join(" ")),
            invalid: problem.map(|_| "true"),
            focus: Notice::is_first(self.notice, self.section, field.name),
            id: id.clone(),
        };
        let help = (!field.help.is_empty()).then(|| {
            let help = field.help.to_owned();
            view! { <p class="settings__help" id=help_id>{help}</p> }
        });
        let problem = problem.map(|text| {
            let text = known(text);
            view! { <p class="problem" id=problem_id>{text}</p> }
        });
        view! {
            <div class="field">
                <label class="field__name" for=id>{field.label}</label>
                {control(field, attributes)}
                {problem}
                {help}
            </div>
        }
        .into_any()
    }

    /// The id of a field: names are used by more than one section.
    pub(super) fn id_of(self, name: &str) -> String {
        format!("{}-{name}", self.section.id())
    }
}

struct Attributes {
    id: String,
    described: Option<String>,
    invalid: Option<&'static str>,
    focus: bool,
}

fn control(field: Field<'_>, attributes: Attributes) -> AnyView {
    let Attributes {
        id,
        described,
        invalid,
        focus,
    } = attributes;
    let value = field.value.to_owned();
    match field.kind {
        Kind::Line(inputmode, autocomplete) => view! {
            <input
                class="field__control"
                id=id
                name=field.name
                value=value
                inputmode=inputmode
                autocomplete=autocomplete
                dir="auto"
                aria-describedby=described
                aria-invalid=invalid
                autofocus=focus
            />
        }
        .into_any(),
        Kind::Secret => view! {
            <input
                class="field__control"
                id=id
                name=field.name
                type="password"
                autocomplete="off"
                aria-describedby=described
                aria-invalid=invalid
                autofocus=focus
            />
        }
        .into_any(),
        Kind::Lines => view! {
            <textarea
                class="field__control settings__lines"
                id=id
                name=field.name
                rows="4"
                dir="auto"
                aria-describedby=described
                aria-invalid=invalid
                autofocus=focus
                inner_html=content(&value)
            ></textarea>
        }
        .into_any(),
        Kind::Choice(choices) => {
            let options = choices
                .iter()
                .map(|(code, words)| {
                    let (code, words) = ((*code).to_owned(), (*words).to_owned());
                    let selected = code == value;
                    view! { <option value=code selected=selected>{words}</option> }
                })
                .collect_view();
            view! {
                <select
                    class="field__control"
                    id=id
                    name=field.name
                    aria-describedby=described
                    aria-invalid=invalid
                    autofocus=focus
                >
                    {options}
                </select>
            }
            .into_any()
        }
    }
}

fn fixed_field(field: Field<'_>, variable: &str) -> AnyView {
    let words = match field.kind {
        Kind::Secret => say("Set"),
        Kind::Choice(choices) => choices
            .iter()
            .find(|(code, _)| *code == field.value)
            .map_or(field.value, |(_, words)| words),
        _ => field.value,
    };
    let words = if words.is_empty() {
        say("Not set")
    } else {
        words
    };
    fixed(field.label, words, variable)
}

/// A value that cannot be changed here.
pub(super) fn fixed(label: &'static str, words: &str, variable: &str) -> AnyView {
    let (words, variable) = (words.to_owned(), variable.to_owned());
    view! {
        <div class="field" role="group" aria-label=label>
            <p class="field__name">{label}</p>
            <p class="settings__fixed" dir="auto">{words}</p>
            <p class="settings__help">
                {say("Set by ")} <code>{variable}</code>
                {say(" where the program was started; it cannot be changed here.")}
            </p>
        </div>
    }
    .into_any()
}

/// Text as the content of a text field. The parser of a page drops one line break after the opening
/// tag, so one is put there for it.
fn content(text: &str) -> String {
    format!("\n{}", text.replace('&', "&amp;").replace('<', "&lt;"))
}

/// Two choices beside each other, each a radio button.
pub(super) fn radios(
    form: Form<'_>,
    name: &'static str,
    legend: &'static str,
    value: &str,
    choices: [(&'static str, &'static str); 2],
) -> AnyView {
    if let Some(variable) = Fixed::variable_of(form.fixed, name) {
        let words = choices.iter().find(|(code, _)| *code == value);
        return fixed(legend, words.map_or("", |(_, words)| words), variable);
    }
    let buttons = choices
        .into_iter()
        .map(|(code, words)| {
            let id = form.id_of(code);
            let label_for = id.clone();
            let checked = code == value;
            view! {
                <label class="settings__choice" for=label_for>
                    <input type="radio" id=id name=name value=code checked=checked />
                    <span>{words}</span>
                </label>
            }
        })
        .collect_view();
    let problem = Notice::problem_of(form.notice, form.section, name).map(|text| {
        let text = known(text);
        view! { <p class="problem">{text}</p> }
    });
    view! {
        <fieldset class="settings__choices">
            <legend class="field__name">{legend}</legend>
            {buttons}
            {problem}
        </fieldset>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_cannot_leave_its_field() {
        assert_eq!(content("</textarea><b>&"), "\n&lt;/textarea>&lt;b>&amp;");
    }
}
