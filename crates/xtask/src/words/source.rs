//! Finds the texts of the interface in the code: `say("…")`, `to_say("…")`, `tr!(…)`, and what the errors
//! of `email-agent-api` say.

use anyhow::{Result, anyhow};
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::collections::BTreeMap;
use std::path::Path;

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
        // What an error says, in the attribute of `thiserror`; with arguments it is no fixed text.
        let is_error = group.delimiter() == Delimiter::Parenthesis && is_word(before(1), "error");
        if is_error && path.starts_with("crates/email-agent-api/") {
            found.extend(said(path, group.stream()).filter(|said| !said.text.contains('{')));
        }
        let is_macro = is_sign(before(1), '!') && is_word(before(2), "tr");
        if is_call || is_macro {
            found.extend(said(path, group.stream()));
        }
        walk(path, group.stream(), found);
    }
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
}
