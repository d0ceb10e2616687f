//! Addresses that look like another one: one slip of the finger away, or written with letters that
//! the eye takes for others.

use super::address::key;

/// Shorter names before the `@` are often one letter apart by right.
const SLIP_CHARS_MIN: usize = 5;

/// The known address that this one may be taken for; none if it is itself known.
pub(crate) fn of<'k>(address: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    let address = key(address);
    let shape = shape(&address);
    let mut found = None;
    for one in known {
        if one == address {
            return None;
        }
        if found.is_none() && looks_like(&address, &shape, one) {
            found = Some(one);
        }
    }
    found
}

fn looks_like(address: &str, address_shape: &str, known: &str) -> bool {
    if address_shape == shape(known) {
        return true;
    }
    let parts = (address.rsplit_once('@'), known.rsplit_once('@'));
    let (Some((user, domain)), Some((known_user, known_domain))) = parts else {
        return false;
    };
    // `team1` and `team2` are two, and both meant.
    let only_digits_differ = without_digits(user) == without_digits(known_user);
    (user == known_user && one_slip(domain, known_domain))
        || (domain == known_domain
            && user.chars().count() >= SLIP_CHARS_MIN
            && !only_digits_differ
            && one_slip(user, known_user))
}

fn without_digits(text: &str) -> String {
    text.chars().filter(|c| !c.is_ascii_digit()).collect()
}

/// One letter more, less or other, or two neighbours exchanged.
fn one_slip(one: &str, other: &str) -> bool {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let same = one.iter().zip(&other).take_while(|(a, b)| a == b).count();
    let (one, other) = (
        one.get(same..).unwrap_or_default(),
        other.get(same..).unwrap_or_default(),
    );
    match (one, other) {
        ([_, rest @ ..], _) if rest == other => true,
        (_, [_, rest @ ..]) if rest == one => true,
        ([_, one @ ..], [_, other @ ..]) if one == other => true,
        ([a, b, one @ ..], [c, d, other @ ..]) => a == d && b == c && one == other,
        _ => false,
    }
}

/// What the eye makes of it: letters of other scripts that look Latin, and figures that look like
/// letters, are those.
fn shape(address: &str) -> String {
    let (user, domain) = address.rsplit_once('@').unwrap_or(("", address));
    let (domain, _) = idna::domain_to_unicode(domain);
    let latin = |c: char| match c {
        'а' | 'α' => 'a',
        'е' | 'ε' => 'e',
        'о' | 'ο' | '0' => 'o',
        'р' | 'ρ' => 'p',
        'с' => 'c',
        'х' | 'χ' => 'x',
        'у' | 'γ' => 'y',
        'і' | 'ι' | 'ı' | '1' | 'l' | '|' => 'i',
        'ѕ' => 's',
        'ј' => 'j',
        'к' | 'κ' => 'k',
        'ν' => 'v',
        'һ' => 'h',
        'ԁ' => 'd',
        'ԝ' => 'w',
        _ => c,
    };
    let shape: String = format!("{user}@{domain}").chars().map(latin).collect();
    shape.replace("rn", "m").replace("vv", "w")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(address: &str) -> Option<&'static str> {
        let known = [
            "ana@example.com",
            "renata@acme.org",
            "team1@acme.org",
            "bo@acme.org",
        ];
        of(address, known.into_iter())
    }

    #[test]
    fn slips_and_disguises_are_seen() {
        for (address, known) in [
            ("ana@exampel.com", "ana@example.com"),
            ("ana@example.co", "ana@example.com"),
            ("ana@examp1e.com", "ana@example.com"),
            ("ana@exarnple.com", "ana@example.com"),
            ("ana@exаmple.com", "ana@example.com"), // a Cyrillic а
            ("аna@example.com", "ana@example.com"), // another one
            ("rentaa@acme.org", "renata@acme.org"),
            ("RENATAS@acme.org", "renata@acme.org"),
        ] {
            assert_eq!(found(address), Some(known), "{address}");
        }
    }

    #[test]
    fn who_is_known_or_just_near_is_left_alone() {
        for address in [
            "ANA@example.com",
            "anna@example.org",
            "bob@acme.org",
            "team2@acme.org",
            "ana@sample.com",
            "renata@example.com",
        ] {
            assert_eq!(found(address), None, "{address}");
        }
    }
}
