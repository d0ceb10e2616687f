//! The parts of a field for recipients: what is typed becomes parts one by one, and parts become the
//! text of the form again.

use email_agent_api::Recipient;

/// What is finished of a text in the making, and what is still being typed. A separator finishes what
/// is before it; an open quote holds a name together.
pub(crate) fn finished(text: &str) -> (Vec<String>, String) {
    let is_separator = |c: char| matches!(c, ',' | ';' | '\n' | '\r');
    let quote_is_open = text.matches('"').count() % 2 == 1;
    if quote_is_open || !text.contains(is_separator) {
        return (Vec::new(), text.to_owned());
    }
    let mut parts = all(text);
    let ends = text.trim_end_matches(' ').ends_with(is_separator);
    let rest = if ends { None } else { parts.pop() };
    (parts, rest.unwrap_or_default())
}

/// All parts of a text.
pub(crate) fn all(text: &str) -> Vec<String> {
    let parts = Recipient::split_list(text).into_iter();
    parts.map(str::to_owned).collect()
}

/// The text of the form: the parts, and what is still being typed.
pub(crate) fn joined(parts: &[String], typed: &str) -> String {
    let mut text = parts.join(", ");
    if !typed.trim().is_empty() {
        if !text.is_empty() {
            text.push_str(", ");
        }
        text.push_str(typed);
    }
    text
}

/// Whether mail can go to this part.
pub(crate) fn is_address(part: &str) -> bool {
    part.parse::<Recipient>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, parts: &[&str], rest: &str) {
        let (found, left) = finished(text);
        assert_eq!(
            (found, left.as_str()),
            (parts.iter().map(ToString::to_string).collect(), rest),
            "{text}"
        );
    }

    #[test]
    fn a_separator_finishes_what_is_before_it() {
        check("ana@x.org", &[], "ana@x.org");
        check("ana@x.org,", &["ana@x.org"], "");
        check(
            "Ana Souza <ana@x.org>, bob@x.org",
            &["Ana Souza <ana@x.org>"],
            "bob@x.org",
        );
        check("a@x.org\nb@x.org;  ", &["a@x.org", "b@x.org"], "");
        check(" , ", &[], "");
    }

    #[test]
    fn a_quoted_name_is_held_together_while_it_is_typed() {
        check("\"Souza, A", &[], "\"Souza, A");
        check(
            "\"Souza, Ana\" <ana@x.org>",
            &[],
            "\"Souza, Ana\" <ana@x.org>",
        );
        check(
            "\"Souza, Ana\" <ana@x.org>,",
            &["\"Souza, Ana\" <ana@x.org>"],
            "",
        );
    }

    #[test]
    fn parts_and_text_are_the_same() {
        let parts = all("Ana <a@x.org>, nonsense");
        assert_eq!(joined(&parts, ""), "Ana <a@x.org>, nonsense");
        assert_eq!(
            joined(&parts, "b@x.org"),
            "Ana <a@x.org>, nonsense, b@x.org"
        );
        assert_eq!(joined(&[], " "), "");
        assert!(is_address(&parts[0]) && !is_address(&parts[1]));
    }
}
