//! The fields of this page and of those of the data and the sign-in: a label, the value, what helps, what is wrong.

use leptos::prelude::*;

use super::Problem;
use crate::language::known;

/// One field.
#[derive(Clone, Copy)]
pub(crate) struct Field<'a> {
    pub(crate) name: &'static str,
    pub(crate) label: &'static str,
    pub(crate) value: &'a str,
    pub(crate) help: &'static str,
    pub(crate) problems: &'a [Problem],
}

struct Attributes {
    id: &'static str,
    described: String,
    invalid: Option<&'static str>,
    focus: bool,
}

impl Field<'_> {
    /// A whole number.
    pub(crate) fn number(self) -> AnyView {
        let value = self.value.to_owned();
        self.around(|it| {
            view! {
                <input
                    class="field__control"
                    id=it.id
                    name=it.id
                    value=value
                    inputmode="numeric"
                    autocomplete="off"
                    aria-describedby=it.described
                    aria-invalid=it.invalid
                    autofocus=it.focus
                />
            }
            .into_any()
        })
    }

    /// One word, as it is asked for.
    pub(crate) fn word(self) -> AnyView {
        let value = self.value.to_owned();
        self.around(|it| {
            view! {
                <input
                    class="field__control"
                    id=it.id
                    name=it.id
                    value=value
                    dir="auto"
                    autocomplete="off"
                    autocapitalize="characters"
                    spellcheck="false"
                    required=true
                    aria-describedby=it.described
                    aria-invalid=it.invalid
                    autofocus=it.focus
                />
            }
            .into_any()
        })
    }

    /// A password, never filled in; `autocomplete` tells a password manager which one.
    pub(crate) fn password(self, autocomplete: &'static str) -> AnyView {
        self.around(|it| {
            view! {
                <input
                    class="field__control"
                    id=it.id
                    name=it.id
                    type="password"
                    autocomplete=autocomplete
                    required=true
                    aria-describedby=it.described
                    aria-invalid=it.invalid
                    autofocus=it.focus
                />
            }
            .into_any()
        })
    }

    /// Several lines.
    pub(crate) fn lines(self) -> AnyView {
        let value = content(self.value);
        self.around(|it| {
            view! {
                <textarea
                    class="field__control"
                    id=it.id
                    name=it.id
                    rows="4"
                    autocomplete="off"
                    aria-describedby=it.described
                    aria-invalid=it.invalid
                    autofocus=it.focus
                    inner_html=value
                ></textarea>
            }
            .into_any()
        })
    }

    /// One of these values, each with its words.
    pub(crate) fn choice(self, choices: &[(&str, &str)]) -> AnyView {
        let options = choices
            .iter()
            .map(|(code, words)| {
                let selected = *code == self.value;
                let (code, words) = ((*code).to_owned(), (*words).to_owned());
                view! { <option value=code selected=selected>{words}</option> }.into_any()
            })
            .collect_view();
        self.around(|it| {
            view! {
                <select
                    class="field__control"
                    id=it.id
                    name=it.id
                    aria-describedby=it.described
                    aria-invalid=it.invalid
                    autofocus=it.focus
                >
                    {options}
                </select>
            }
            .into_any()
        })
    }

    fn around(self, control: impl FnOnce(Attributes) -> AnyView) -> AnyView {
        let problem = self.problems.iter().find(|one| one.field == self.name);
        let (help_id, problem_id) = (
            format!("{}-help", self.name),
            format!("{}-problem", self.name),
        );
        let described = match problem {
            Some(_) => format!("{problem_id} {help_id}"),
            None => help_id.clone(),
        };
        let first = self.problems.first();
        let control = control(Attributes {
            id: self.name,
            described,
            invalid: problem.map(|_| "true"),
            focus: first.is_some_and(|first| first.field == self.name),
        });
        let problem = problem.map(|problem| {
            let text = known(&problem.text);
            view! { <p class="problem" id=problem_id>{text}</p> }.into_any()
        });
        view! {
            <div class="field">
                <label class="field__name" for=self.name>{self.label}</label>
                {control}
                {problem}
                <p class="safety__help" id=help_id>{self.help}</p>
            </div>
        }
        .into_any()
    }
}

/// Text as the content of a text field. The parser of a page drops one line break after the opening
/// tag, so one is put there for it.
fn content(text: &str) -> String {
    format!("\n{}", text.replace('&', "&amp;").replace('<', "&lt;"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_cannot_leave_its_field() {
        assert_eq!(content("</textarea><b>&"), "\n&lt;/textarea>&lt;b>&amp;");
    }
}
