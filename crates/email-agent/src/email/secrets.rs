//! Things in a text that one seldom wants to mail: card numbers, keys, passwords.
//!
//! Better to miss an odd one than to cry wolf: a warning that comes often is not read. What is found is
//! named by its kind, never repeated.

use email_agent_api::to_say;
use std::sync::LazyLock;

use regex::Regex;

/// Formats that nothing else has.
#[expect(
    clippy::expect_used,
    reason = "the patterns are constants, and every test here compiles them"
)]
static KINDS: LazyLock<[(Regex, &str); 3]> = LazyLock::new(|| {
    [
        (
            r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----",
            to_say("a private key"),
        ),
        (
            r"\b(?:AKIA[0-9A-Z]{16}|gh[pousr]_[0-9A-Za-z]{36}|github_pat_[0-9A-Za-z_]{40,}|sk-(?:proj-)?[0-9A-Za-z_-]{32,}|xox[abprs]-[0-9A-Za-z-]{20,}|AIza[0-9A-Za-z_-]{35})",
            to_say("an access key"),
        ),
        (
            r"(?i)\b(?:password|passwort|passwd|contraseña|senha|mot de passe)\b[ \t]{0,3}[:=][ \t]{0,3}[^\s]{6,}",
            to_say("a password"),
        ),
    ]
    .map(|(pattern, kind)| (Regex::new(pattern).expect("the pattern is valid"), kind))
});

/// Digits in groups, as card numbers are written.
#[expect(
    clippy::expect_used,
    reason = "the pattern is a constant, and every test here compiles it"
)]
static DIGITS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b[3-6][0-9](?:[ -]?[0-9]){11,17}\b").expect("the pattern is valid")
});

/// What kind of secret the text seems to hold: the first that is found.
pub(super) fn found_in(text: &str) -> Option<&'static str> {
    let key = KINDS.iter().find(|(pattern, _)| pattern.is_match(text));
    if let Some((_, kind)) = key {
        return Some(kind);
    }
    let has_card = DIGITS
        .find_iter(text)
        .any(|digits| is_card_number(digits.as_str()));
    has_card.then_some(to_say("the number of a payment card"))
}

/// 13 to 19 digits whose last one checks the others (Luhn).
fn is_card_number(text: &str) -> bool {
    let digits: Vec<u32> = text.chars().filter_map(|c| c.to_digit(10)).collect();
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| match (place % 2, digit * 2) {
            (0, _) => *digit,
            (_, doubled @ 0..10) => doubled,
            (_, doubled) => doubled - 9,
        })
        .sum();
    let varied = digits.iter().any(|digit| Some(digit) != digits.first());
    (13..=19).contains(&digits.len()) && varied && sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_named_by_their_kind() {
        let token = format!("ghp_{}", "a1".repeat(18));
        for (text, kind) in [
            (
                "My card is 4111 1111 1111 1111.",
                "the number of a payment card",
            ),
            ("5500-0055-5555-5559", "the number of a payment card"),
            ("-----BEGIN OPENSSH PRIVATE KEY-----\nb3", "a private key"),
            ("key AKIAIOSFODNN7EXAMPLE", "an access key"),
            (token.as_str(), "an access key"),
            ("Password: hunter2!", "a password"),
            ("a senha: s3gredo9", "a password"),
        ] {
            assert_eq!(found_in(text), Some(kind), "{text}");
        }
    }

    #[test]
    fn ordinary_words_and_numbers_are_let_be() {
        for text in [
            "",
            "Call me at +351 912 345 678 or 00351 912 345 679.",
            "Order 4111 1111 1111 1112 of 2026-11-27",
            "IBAN PT50 0002 0123 1234 5678 9015 4",
            "0000 0000 0000 0000",
            "I forgot my password: can you help?",
            "The password is in the safe.",
            "-----BEGIN PUBLIC KEY-----",
            "sk-short",
        ] {
            assert_eq!(found_in(text), None, "{text}");
        }
    }
}
