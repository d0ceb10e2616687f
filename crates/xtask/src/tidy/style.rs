//! Colours and pixel sizes stand in the `tokens` layer of the style sheet and nowhere else.
//!
//! So light and dark, and the scale of spaces, are decided in one place. Borders of zero and the widths
//! in `@media` conditions, which cannot take a custom property, are free.

use super::{Finding, TextFile};

const COLOUR_FUNCTIONS: [&str; 11] = [
    "rgb",
    "rgba",
    "hsl",
    "hsla",
    "hwb",
    "lab",
    "lch",
    "oklab",
    "oklch",
    "color",
    "device-cmyk",
];
const COLOUR_NAMES: [&str; 16] = [
    "white", "black", "gray", "grey", "silver", "red", "green", "blue", "yellow", "orange",
    "purple", "pink", "brown", "teal", "navy", "maroon",
];

pub(super) fn check(file: &TextFile) -> Vec<Finding> {
    if !(file.path.starts_with("style/") && file.path.strip_suffix(".css").is_some()) {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for declaration in declarations_outside_tokens(&file.text) {
        if let Some(literal) = literal_in(&declaration.value) {
            let what =
                format!("has the literal {literal} outside the tokens layer: make it a token");
            findings.push(Finding::new(&file.path, declaration.line, what));
        }
    }
    findings
}

struct Declaration {
    line: usize,
    value: String,
}

/// Reads blocks and declarations; a style sheet that is not well-formed gives odd findings, no panic.
fn declarations_outside_tokens(css: &str) -> Vec<Declaration> {
    let mut found = Vec::new();
    let mut blocks: Vec<String> = Vec::new();
    let mut statement = String::new();
    let mut quote = None;
    let mut line = 1;
    let text = without_comments(css);
    for c in text.chars() {
        if c == '\n' {
            line += 1;
        }
        match (quote, c) {
            (Some(open), _) => {
                if c == open {
                    quote = None;
                }
                statement.push(c);
            }
            (None, '"' | '\'') => {
                quote = Some(c);
                statement.push(c);
            }
            (None, '{') => blocks.push(std::mem::take(&mut statement).trim().to_owned()),
            (None, ';' | '}') => {
                let ended = std::mem::take(&mut statement);
                let in_tokens = blocks.iter().any(|block| block == "@layer tokens");
                if let Some((_, value)) = ended.split_once(':').filter(|_| !in_tokens) {
                    found.push(Declaration {
                        line,
                        value: value.to_owned(),
                    });
                }
                if c == '}' {
                    blocks.pop();
                }
            }
            (None, _) => statement.push(c),
        }
    }
    found
}

/// Comments replaced by their line breaks, so that line numbers stay right.
fn without_comments(css: &str) -> String {
    let mut plain = String::with_capacity(css.len());
    let mut rest = css;
    while let Some((before, comment)) = rest.split_once("/*") {
        plain.push_str(before);
        let (inside, after) = comment.split_once("*/").unwrap_or((comment, ""));
        plain.extend(inside.chars().filter(|c| *c == '\n'));
        rest = after;
    }
    plain.push_str(rest);
    plain
}

/// The first colour or pixel size written out in a value.
fn literal_in(value: &str) -> Option<&str> {
    let is_break = |c: char| c.is_whitespace() || matches!(c, ',' | '/' | ')' | '!');
    value
        .split(is_break)
        .flat_map(|piece| piece.split_inclusive('('))
        .find(|word| is_literal(word))
}

fn is_literal(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    if let Some(function) = word.strip_suffix('(') {
        return COLOUR_FUNCTIONS.contains(&function);
    }
    if let Some(digits) = word.strip_prefix('#') {
        return matches!(digits.len(), 3 | 4 | 6 | 8)
            && digits.chars().all(|c| c.is_ascii_hexdigit());
    }
    if let Some(number) = word.strip_suffix("px") {
        return number.parse::<f64>().is_ok_and(|number| number != 0.0);
    }
    COLOUR_NAMES.contains(&word.as_str())
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    fn lines(css: &str) -> Vec<usize> {
        check(&sample("style/main.css", css))
            .iter()
            .map(|finding| finding.line)
            .collect()
    }

    #[test]
    fn literals_belong_to_the_tokens_layer() {
        assert_eq!(
            lines("@layer tokens {\n :root { --a: #fff; --b: 4px; }\n}"),
            [0; 0]
        );
        assert_eq!(lines("@layer base {\n a { color: #fff }\n}"), [2]);
        assert_eq!(
            lines("@layer components {\n .a {\n  color: rgb(1 2 3);\n  gap: 4px;\n }\n}"),
            [3, 4]
        );
        assert_eq!(lines(".a { color: White; }"), [1]);
    }

    #[test]
    fn tokens_and_relative_sizes_are_free() {
        let css = "@layer base { a:hover { color: var(--white); inset: 0px; width: 50%; gap: 1rem; \
                   background: color-mix(in oklab, var(--a) 10%, transparent); } }";
        assert_eq!(lines(css), [0; 0]);
    }

    #[test]
    fn conditions_comments_and_strings_are_no_declarations() {
        let css = "/* color: #fff;\n */\n@media (max-width: 700px) { a { content: \"; #fff\" } }";
        assert_eq!(lines(css), [0; 0]);
        assert_eq!(lines("/* one\ntwo */ a { gap: 3px }"), [2]);
    }

    #[test]
    fn a_token_layer_within_a_condition_counts_and_other_files_do_not() {
        assert_eq!(
            lines("@media (x) { @layer tokens { :root { --a: #000; } } }"),
            [0; 0]
        );
        assert!(check(&sample("app/a.css", "a { color: #fff }")).is_empty());
    }
}
