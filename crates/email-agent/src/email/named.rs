//! The addresses that a person has named: in requests, or by hand. Anything else in the email was
//! invented on the way, and is not sent to before the person has kept it by hand.

use email_agent_api::{Email, Recipient};

use crate::contacts::address::key;

/// How many are remembered for one email. Far above what one email can hold; the oldest go first.
const NAMED_MAX: usize = 500;

/// The addresses in a text, in lower case, each once, in order.
pub(crate) fn addresses_in(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let separates = |c: char| {
        c.is_whitespace()
            || "<>()[]{},;:\"'`|\u{201c}\u{201d}\u{2018}\u{2019}\u{ab}\u{bb}".contains(c)
    };
    for word in text.split(separates).filter(|word| word.contains('@')) {
        // A sentence may end right behind an address.
        let word =
            word.trim_matches(|c: char| ".!?*_/\\\u{3002}\u{ff0c}\u{3001}\u{2026}".contains(c));
        if let Ok(recipient) = word.parse::<Recipient>() {
            remember(&mut found, recipient.address());
        }
    }
    found
}

/// Adds one address.
pub(crate) fn remember(named: &mut Vec<String>, address: &str) {
    let address = address.to_lowercase();
    if !named.contains(&address) {
        named.push(address);
        let surplus = named.len().saturating_sub(NAMED_MAX);
        named.drain(..surplus);
    }
}

/// Whether somebody has named this address, in whichever spelling of its domain.
pub(crate) fn is_named(named: &[String], recipient: &Recipient) -> bool {
    let address = key(recipient.address());
    named.iter().any(|known| key(known) == address)
}

/// The recipients whose addresses nobody has named.
pub(crate) fn unnamed<'a>(
    email: &'a Email,
    named: &'a [String],
) -> impl Iterator<Item = &'a Recipient> {
    email
        .recipients()
        .filter(move |recipient| !is_named(named, recipient))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_as_people_write_them() {
        let text = "Write to Ana <Ana@Example.com>, (bob@example.org). Ask mailto:eve@example.net, not foo@bar, ana@example.com\u{3002}";
        assert_eq!(
            addresses_in(text),
            ["ana@example.com", "bob@example.org", "eve@example.net"]
        );
    }

    #[test]
    fn part_of_an_address_is_not_an_address() {
        let email = Email {
            to: vec!["ana@example.com".parse().unwrap()],
            ..Email::default()
        };
        let named = addresses_in("write to diana@example.com");
        assert_eq!(unnamed(&email, &named).count(), 1);
        assert_eq!(
            unnamed(&email, &addresses_in("to ANA@example.com!")).count(),
            0
        );
        let email = Email {
            to: vec!["ana@xn--mller-kva.example".parse().unwrap()],
            ..Email::default()
        };
        let named = addresses_in("write to ana@Müller.example");
        assert_eq!(
            unnamed(&email, &named).count(),
            0,
            "one domain, two spellings"
        );
    }

    #[test]
    fn the_memory_has_an_end() {
        let mut named = Vec::new();
        for n in 0..=NAMED_MAX {
            remember(&mut named, &format!("a{n}@example.com"));
        }
        assert_eq!(
            (named.len(), named[0].as_str()),
            (NAMED_MAX, "a1@example.com")
        );
    }
}
