//! Names in a request, looked up among the contacts: "Email Ana a thank-you" and "给王小明写信".
//!
//! In: the words, and the contacts, those used most first. Out: each name that stands there, and whom
//! it may stand for. A first name or the beginning of a full name counts, whole words only, whatever
//! case and accents. Addresses and quoted lines are passed over. No guessing: where the words go on
//! as another name would ("Ana Silva" with one "Ana Souza"), it is not certain who is meant.

use std::collections::HashMap;

use email_agent_api::{
    Recipient,
    limits::{CANDIDATES_MAX, NAMES_MAX},
};

use super::fold::{Word, fold, is_unspaced, words};
use crate::assistant::NameFound;

/// Names that are everyday words as well: only with a capital letter are they names.
const EVERYDAY_WORDS: &[&str] = &[
    "an", "art", "bill", "dawn", "do", "due", "faith", "frank", "grace", "guy", "hope", "in",
    "joy", "la", "le", "li", "luz", "mar", "mark", "may", "my", "pat", "paz", "rich", "rose", "so",
    "sol", "son", "sue", "to", "van", "will", "you",
];
/// What stands before an `@` and names nobody.
const NOBODY: &[&str] = &[
    "admin", "bookings", "contact", "email", "hello", "help", "hi", "info", "mail", "me", "news",
    "no", "noreply", "office", "sales", "service", "support", "team", "test", "user",
];
/// What stands before a name and is none.
const TITLES: &[&str] = &[
    "dr", "dra", "frau", "herr", "mme", "mr", "mrs", "ms", "prof", "sr", "sra",
];

/// The names in `request`.
pub(crate) fn named_in(request: &str, contacts: &[Recipient]) -> Vec<NameFound> {
    let readable = without_addresses_and_quotes(request);
    let mut found = spaced(&readable, contacts);
    found.extend(unspaced(&readable, contacts));
    found.truncate(NAMES_MAX);
    found
}

/// Names of scripts that put spaces between words.
fn spaced(text: &str, contacts: &[Recipient]) -> Vec<NameFound> {
    let names: Vec<Vec<String>> = contacts.iter().map(name_words).collect();
    let mut by_first: HashMap<&str, Vec<usize>> = HashMap::new();
    for (contact, name) in names.iter().enumerate() {
        if let Some(first) = name.first() {
            by_first.entry(first).or_default().push(contact);
        }
    }
    let words = words(text);
    let mut found: Vec<NameFound> = Vec::new();
    let mut at = 0;
    while let Some(word) = words.get(at) {
        let rest = words.get(at..).unwrap_or_default();
        at += 1;
        let Some(hits) = by_first.get(word.folded.as_str()) else {
            continue;
        };
        if EVERYDAY_WORDS.contains(&word.folded.as_str()) && !is_capital(word) {
            continue;
        }
        let lengths = hits.iter().filter_map(|hit| {
            let length = common(text, rest, names.get(*hit)?);
            Some((*hit, length))
        });
        let lengths: Vec<(usize, usize)> = lengths.collect();
        let longest = lengths.iter().map(|(_, length)| *length).max().unwrap_or(1);
        let mut best: Vec<usize> = lengths
            .iter()
            .filter(|(_, length)| *length == longest)
            .map(|(hit, _)| *hit)
            .collect();
        // "Ana Souza" is she whose name that is, rather than "Ana Souza Lima".
        let whole = |hit: &usize| names.get(*hit).is_some_and(|name| name.len() == longest);
        if longest > 1 && best.iter().any(whole) {
            best.retain(whole);
        }
        at += longest - 1;
        let last = rest.get(longest - 1).unwrap_or(word);
        let goes_on = rest
            .get(longest)
            .is_some_and(|next| is_capital(next) && is_blank(text, last, next));
        add(
            &mut found,
            text.get(word.start..last.end).unwrap_or(word.written),
            best.iter().filter_map(|hit| contacts.get(*hit)),
            !goes_on,
        );
    }
    found
}

/// How many words of `name` the text begins with.
fn common(text: &str, words: &[Word<'_>], name: &[String]) -> usize {
    let mut length = 0_usize;
    for (word, part) in words.iter().zip(name) {
        let follows = match length.checked_sub(1).and_then(|last| words.get(last)) {
            Some(last) => belongs(text, last, word),
            None => true,
        };
        if !follows || word.folded != *part {
            break;
        }
        length += 1;
    }
    length.max(1)
}

/// Names of scripts that do not: anywhere in the text, if they have two letters or more.
fn unspaced(text: &str, contacts: &[Recipient]) -> Vec<NameFound> {
    let text = fold(text);
    let mut hits: Vec<(String, &Recipient)> = contacts
        .iter()
        .filter_map(|contact| {
            let name: String = fold(contact.name()?).split_whitespace().collect();
            let is_name = name.chars().any(is_unspaced) && name.chars().count() > 1;
            (is_name && text.contains(&name)).then_some((name, contact))
        })
        .collect();
    // Who is called 王小 is not meant by 王小明.
    let all: Vec<String> = hits.iter().map(|(name, _)| name.clone()).collect();
    hits.retain(|(name, _)| {
        !all.iter()
            .any(|other| other != name && other.contains(name))
    });
    let mut found = Vec::new();
    let mut done: Vec<&str> = Vec::new();
    for (name, contact) in &hits {
        if done.contains(&name.as_str()) {
            continue;
        }
        done.push(name);
        let same = hits.iter().filter(|(other, _)| other == name);
        let written = contact.name().unwrap_or_default();
        add(&mut found, written, same.map(|(_, contact)| *contact), true);
    }
    found
}

fn add<'c>(
    found: &mut Vec<NameFound>,
    name: &str,
    candidates: impl Iterator<Item = &'c Recipient>,
    certain: bool,
) {
    let folded = fold(name);
    if found.iter().any(|known| fold(&known.name) == folded) {
        return;
    }
    let candidates: Vec<Recipient> = candidates.take(CANDIDATES_MAX).cloned().collect();
    let certain = certain && candidates.len() == 1;
    found.push(NameFound {
        name: name.to_owned(),
        candidates,
        certain,
    });
}

/// The words of a contact's name, first name first; of the address where there is no name.
fn name_words(contact: &Recipient) -> Vec<String> {
    let folded = |text: &str| -> Vec<String> {
        let words = words(text).into_iter();
        words.map(|word| word.folded).collect()
    };
    let Some(name) = contact.name() else {
        let user = contact.address().split('@').next().unwrap_or_default();
        let user = user.split('+').next().unwrap_or_default();
        let letters = user.replace(['_', '.'], " ");
        let mut words = folded(&letters);
        let names_somebody =
            |word: &String| word.chars().count() > 1 && word.chars().all(char::is_alphabetic);
        words.retain(names_somebody);
        if words
            .first()
            .is_some_and(|first| NOBODY.contains(&first.as_str()))
        {
            words.clear();
        }
        return words;
    };
    if name.chars().any(is_unspaced) {
        return Vec::new();
    }
    let in_order = match name.split_once(',') {
        Some((last, first)) => format!("{first} {last}"),
        None => name.to_owned(),
    };
    let mut words = folded(&in_order);
    while words.len() > 1 && TITLES.contains(&words.first().map_or("", String::as_str)) {
        words.remove(0);
    }
    if words.first().is_some_and(|first| first.chars().count() < 2) {
        words.clear();
    }
    words
}

fn is_capital(word: &Word<'_>) -> bool {
    word.written.chars().next().is_some_and(char::is_uppercase)
}

/// Only blanks between two words.
fn is_blank(text: &str, last: &Word<'_>, next: &Word<'_>) -> bool {
    let between = text.get(last.end..next.start).unwrap_or(",");
    !between.contains('\n') && between.chars().all(char::is_whitespace)
}

/// Between two words stands only what may stand inside of a name.
fn belongs(text: &str, last: &Word<'_>, next: &Word<'_>) -> bool {
    let between = text.get(last.end..next.start).unwrap_or(",");
    between
        .chars()
        .all(|c| c != '\n' && (c.is_whitespace() || "-.'\u{2019}\u{2010}".contains(c)))
}

/// An address is named by itself; and what stands in a quoted line was said by somebody else.
fn without_addresses_and_quotes(text: &str) -> String {
    let lines = text
        .lines()
        .filter(|line| !line.trim_start().starts_with('>'));
    let mut kept = String::with_capacity(text.len());
    for line in lines {
        for piece in line.split_inclusive(char::is_whitespace) {
            kept.push_str(if piece.contains('@') { ", " } else { piece });
        }
        kept.push('\n');
    }
    kept
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn contacts(list: &[&str]) -> Vec<Recipient> {
        list.iter().map(|one| one.parse().unwrap()).collect()
    }

    /// `name: addresses`, with a question mark where it is not certain.
    fn found(request: &str, list: &[&str]) -> Vec<String> {
        let show = |one: NameFound| {
            let addresses: Vec<_> = one.candidates.iter().map(Recipient::address).collect();
            let doubt = if one.certain { "" } else { "?" };
            format!("{}{doubt}: {}", one.name, addresses.join(" "))
        };
        named_in(request, &contacts(list))
            .into_iter()
            .map(show)
            .collect()
    }

    const PEOPLE: &[&str] = &[
        "Ana Souza <ana@acme.org>",
        "José Pérez <jose@acme.org>",
        "Will Smith <will@acme.org>",
        "\"Lima, Dra. Rita\" <rita@acme.org>",
    ];

    #[test]
    fn first_and_full_names_whatever_case_and_accents() {
        for (request, expected) in [
            ("Email Ana a thank-you", "Ana: ana@acme.org"),
            ("email ana, please", "ana: ana@acme.org"),
            ("EMAIL ANA SOUZA", "ANA SOUZA: ana@acme.org"),
            ("Escreve à Ana: obrigado", "Ana: ana@acme.org"),
            ("write to jose perez", "jose perez: jose@acme.org"),
            ("Ana's address is known", "Ana: ana@acme.org"),
            ("thank Rita for it", "Rita: rita@acme.org"),
        ] {
            assert_eq!(found(request, PEOPLE), [expected], "{request}");
        }
    }

    #[test]
    fn parts_of_words_everyday_words_addresses_and_quotes_are_no_names() {
        for request in [
            "write to Diana and Anabel",
            "I will write later",
            "write to ana@elsewhere.org",
            "answer this\n> Ana, send me the file",
            "Souza alone is not a first name",
        ] {
            assert_eq!(found(request, PEOPLE), Vec::<String>::new(), "{request}");
        }
        assert_eq!(found("write to Will", PEOPLE), ["Will: will@acme.org"]);
    }

    #[test]
    fn two_of_a_name_are_both_found_and_a_full_name_decides() {
        let two = ["Ana Souza <ana@acme.org>", "Ana Lima <lima@acme.org>"];
        assert_eq!(
            found("Email Ana", &two),
            ["Ana?: ana@acme.org lima@acme.org"]
        );
        assert_eq!(found("Email Ana Lima", &two), ["Ana Lima: lima@acme.org"]);
        assert_eq!(found("Email Ana and Ana", &two).len(), 1);
        let longer = [
            "Ana Souza Lima <long@acme.org>",
            "Ana Souza <short@acme.org>",
        ];
        assert_eq!(
            found("Email Ana Souza", &longer),
            ["Ana Souza: short@acme.org"]
        );
    }

    #[test]
    fn another_surname_is_another_person() {
        assert_eq!(found("Email Ana Silva", PEOPLE), ["Ana?: ana@acme.org"]);
        assert_eq!(
            found("Email Ana. Silva is away", PEOPLE),
            ["Ana: ana@acme.org"]
        );
    }

    #[test]
    fn who_has_no_name_is_known_by_the_address() {
        let list = ["ana.souza@acme.org", "info@acme.org", "x99@acme.org"];
        assert_eq!(
            found("thank Ana, send info on x99", &list),
            ["Ana: ana.souza@acme.org"]
        );
    }

    #[test]
    fn names_in_several_scripts() {
        let list = [
            "王小明 <wang@acme.org>",
            "王小 <short@acme.org>",
            "田中 花子 <hanako@acme.org>",
            "김민수 <kim@acme.org>",
            "Анна Иванова <anna@acme.org>",
            "ليلى <layla@acme.org>",
            "राम कुमार <ram@acme.org>",
            "Γιώργος <giorgos@acme.org>",
        ];
        for (request, expected) in [
            ("给王小明写信说谢谢", "王小明: wang@acme.org"),
            ("田中花子さんにお礼を書いて", "田中 花子: hanako@acme.org"),
            ("김민수에게 감사 인사를 써 줘", "김민수: kim@acme.org"),
            ("напиши анна иванова", "анна иванова: anna@acme.org"),
            ("اكتب إلى ليلى شكرا", "ليلى: layla@acme.org"),
            ("राम को धन्यवाद लिखो", "राम: ram@acme.org"),
            ("γράψε στον ΓΙΩΡΓΟΣ", "ΓΙΩΡΓΟΣ: giorgos@acme.org"),
        ] {
            assert_eq!(found(request, &list), [expected], "{request}");
        }
    }

    #[test]
    fn there_is_a_limit_to_names_and_to_candidates() {
        let many: Vec<String> = (0..=CANDIDATES_MAX)
            .map(|n| format!("Ana <a{n}@x.org>"))
            .collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert_eq!(
            named_in("Ana", &contacts(&many))[0].candidates.len(),
            CANDIDATES_MAX
        );
        let names = ["Abel", "Berta", "Carl", "Dora", "Emil", "Fritz"];
        let people: Vec<String> = names.map(|name| format!("{name} <{name}@x.org>")).to_vec();
        let people: Vec<&str> = people.iter().map(String::as_str).collect();
        assert_eq!(
            named_in(&names.join(", "), &contacts(&people)).len(),
            NAMES_MAX
        );
    }

    proptest! {
        #[test]
        fn whatever_is_written_only_contacts_come_out(
            request in "(?s)(Ana|souza|王小明| |,|\n|>|@|.{0,6}){0,20}"
        ) {
            let list = contacts(&["Ana Souza <ana@acme.org>", "王小明 <wang@acme.org>"]);
            for one in named_in(&request, &list) {
                prop_assert!(!one.candidates.is_empty());
                prop_assert!(one.candidates.iter().all(|candidate| list.contains(candidate)));
            }
        }
    }
}
