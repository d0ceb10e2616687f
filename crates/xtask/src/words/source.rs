//! Finds the texts of the interface in the code: `say("…")`, `to_say("…")`, `tr!(…)`, `to_say!(…)`, and
//! what errors say whose sentences people see.

use anyhow::{Result, anyhow, ensure};
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::collections::BTreeMap;
use std::path::Path;

/// The context of texts that are composed with values before a page gets them: `app` looks for them
/// under this name, and there only.
const COMPOSED: &str = "composed";

/// Whose errors, by the attribute of `thiserror`, are sentences for people.
const ERRORS: [&str; 2] = [
    "crates/email-agent-api/src/",
    "crates/email-agent/src/mailer/message.rs",
];
/// Letters of an error with values; what has fewer is for programs.
const ERROR_LETTERS_MIN: usize = 20;

/// A text, and where it is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Message {
    /// What tells it from the same words with another meaning.
    pub(crate) context: Option<String>,
    pub(crate) text: String,
    /// What it is for other numbers than one.
    pub(crate) plural: Option<String>,
    /// The files, in their order.
    pub(crate) files: Vec<String>,
}

impl Message {
    /// What a text is found by.
    pub(crate) fn key(&self) -> (Option<String>, String) {
        (self.context.clone(), self.text.clone())
    }

    fn is_composed(&self) -> bool {
        self.context.as_deref() == Some(COMPOSED)
    }
}

/// Whether texts of the interface can stand in this file.
pub(crate) fn is_source(path: &str) -> bool {
    let folders = [
        "app/src/",
        "server/src/",
        "crates/email-agent/src/",
        "crates/email-agent-api/src/",
        "crates/email-agent-store/src/",
    ];
    Path::new(path).extension().is_some_and(|end| end == "rs")
        && folders.iter().any(|folder| path.starts_with(folder))
}

/// All texts of a file, as often as they are said. What stands in its tests is not said to anybody.
pub(crate) fn texts(path: &str, code: &str) -> Result<Vec<Message>> {
    let tokens: TokenStream = code
        .parse()
        .map_err(|error| anyhow!("{path} cannot be read as Rust: {error}"))?;
    let mut found = Vec::new();
    walk(path, tokens, &mut found);
    for text in &found {
        ensure!(
            !text.is_composed() || has_named_places(&text.text),
            "{path}: every place of \"{}\" needs a name and words before the next one",
            text.text
        );
    }
    Ok(found)
}

/// Each text once, with all of its files, in the order in which it is met first.
pub(crate) fn joined(all: Vec<Message>) -> Vec<Message> {
    let mut places = BTreeMap::new();
    let mut joined: Vec<Message> = Vec::new();
    for text in all {
        let place = *places.entry(text.key()).or_insert(joined.len());
        match joined.get_mut(place) {
            None => joined.push(text),
            Some(known) => {
                known.plural = known.plural.take().or(text.plural);
                known.files.extend(text.files);
                known.files.dedup();
            }
        }
    }
    joined
}

fn walk(path: &str, tokens: TokenStream, found: &mut Vec<Message>) {
    let tokens: Vec<_> = tokens.into_iter().collect();
    for (index, token) in tokens.iter().enumerate() {
        let TokenTree::Group(group) = token else {
            continue;
        };
        let before = |steps: usize| index.checked_sub(steps).and_then(|at| tokens.get(at));
        if is_word(before(1), "tests") && is_word(before(2), "mod") {
            continue;
        }
        let is_call = group.delimiter() == Delimiter::Parenthesis
            && (is_word(before(1), "say") || is_word(before(1), "to_say"));
        let is_error = group.delimiter() == Delimiter::Parenthesis && is_word(before(1), "error");
        if is_error && ERRORS.iter().any(|start| path.starts_with(start)) {
            found.extend(said(path, group.stream()).and_then(said_by_error));
        }
        if is_sign(before(1), '!') && is_word(before(2), "to_say") {
            found.extend(said(path, group.stream()).map(composed));
        }
        let is_macro = is_sign(before(1), '!') && is_word(before(2), "tr");
        if is_call || is_macro {
            found.extend(said(path, group.stream()));
        }
        walk(path, group.stream(), found);
    }
}

fn composed(said: Message) -> Message {
    Message {
        context: Some(COMPOSED.to_owned()),
        ..said
    }
}

fn said_by_error(said: Message) -> Option<Message> {
    if !said.text.contains('{') {
        return Some(said);
    }
    let words = said
        .text
        .split('{')
        .flat_map(|part| part.rsplit('}').take(1));
    let letters = words.flat_map(str::chars).filter(|c| c.is_alphabetic());
    (letters.count() >= ERROR_LETTERS_MIN).then(|| composed(said))
}

/// Whether all places can be told apart, and what stands in each.
fn has_named_places(text: &str) -> bool {
    let is_name = |name: &str| {
        let is_letter = |c: char| c.is_ascii_alphanumeric() || c == '_';
        !name.is_empty() && name.chars().all(is_letter)
    };
    let mut places = text.split('{').skip(1);
    !text.contains("}{")
        && text.contains('{')
        && places.all(|part| part.split_once('}').is_some_and(|(name, _)| is_name(name)))
}

/// `"text"`, `"context" => "text"`, each perhaps with `| "plural" % number`.
fn said(path: &str, tokens: TokenStream) -> Option<Message> {
    let tokens: Vec<_> = tokens.into_iter().collect();
    let mut words = tokens.as_slice();
    let mut text = literal(words.first())?;
    let mut context = None;
    if is_sign(words.get(1), '=') && is_sign(words.get(2), '>') {
        context = Some(text);
        text = literal(words.get(3))?;
        words = words.get(3..)?;
    }
    let plural = is_sign(words.get(1), '|')
        .then(|| literal(words.get(2)))
        .flatten();
    Some(Message {
        context,
        text,
        plural,
        files: vec![path.to_owned()],
    })
}

fn literal(token: Option<&TokenTree>) -> Option<String> {
    let TokenTree::Literal(literal) = token? else {
        return None;
    };
    let text: syn::LitStr = syn::parse_str(&literal.to_string()).ok()?;
    Some(text.value())
}

fn is_word(token: Option<&TokenTree>, word: &str) -> bool {
    matches!(token, Some(TokenTree::Ident(ident)) if ident == word)
}

fn is_sign(token: Option<&TokenTree>, sign: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(code: &str) -> Vec<(Option<String>, String, Option<String>)> {
        let found = joined(texts("app/src/a.rs", code).unwrap());
        found
            .into_iter()
            .map(|text| (text.context, text.text, text.plural))
            .collect()
    }

    #[test]
    fn texts_are_found_wherever_they_are_said() {
        let code = r#"
            const A: &str = to_say("Sun");
            fn page() { view! { <p title=say("A \
                title")>{tr!("{n} file" | "{n} files" % count)}</p> } }
            fn f() { tr!("verb" => "Archive"); say(label); say("Sun"); known("no"); }
            mod tests { fn t() { say("never"); } }
        "#;
        let expected = [
            (None, "Sun", None),
            (None, "A title", None),
            (None, "{n} file", Some("{n} files")),
            (Some("verb"), "Archive", None),
        ];
        let expected = expected.map(
            |(context, text, plural): (Option<&str>, &str, Option<&str>)| {
                (
                    context.map(str::to_owned),
                    text.to_owned(),
                    plural.map(str::to_owned),
                )
            },
        );
        assert_eq!(found(code), expected);
    }

    #[test]
    fn composed_texts_have_a_context_of_their_own() {
        let code = r#"
            fn f() { to_say!("Version {version} is {what}.", what = a()); to_say!("It took {ms} ms."); }
            mod tests { fn t() { to_say!("never {a}"); } }
        "#;
        let composed = |text: &str| (Some("composed".to_owned()), text.to_owned(), None);
        let expected = ["Version {version} is {what}.", "It took {ms} ms."].map(composed);
        assert_eq!(found(code), expected);
        for bad in ["{} is", "{a}{b} are", "{a:.1} s", "none"] {
            let code = format!("fn f() {{ to_say!({bad:?}, 1); }}");
            assert!(texts("app/src/a.rs", &code).is_err(), "{bad}");
        }
    }

    #[test]
    fn sentences_of_errors_are_found_with_and_without_values() {
        let code = r#"
            #[error("The list has no such part.")] struct A;
            #[error("This has {actual} characters; shorten it.")] struct B;
            #[error("missing field `{0}`")] struct C;
            #[error("{message}")] struct D;
        "#;
        let said = |path: &str| -> Vec<_> {
            let found = texts(path, code).unwrap();
            found.into_iter().map(|text| text.key()).collect()
        };
        let expected = [
            (None, "The list has no such part."),
            (
                Some("composed"),
                "This has {actual} characters; shorten it.",
            ),
        ];
        let expected =
            expected.map(|(context, text)| (context.map(str::to_owned), text.to_owned()));
        assert_eq!(said("crates/email-agent-api/src/a.rs"), expected);
        assert_eq!(said("crates/email-agent/src/a.rs"), []);
    }
}
