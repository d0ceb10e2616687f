//! What a request in plain English asks for, piece by piece.
//!
//! In: the words. Out: a [`Wanted`], whose text pieces are the person's own, letter by letter. First
//! the ends are looked at ("…, send it tomorrow at 9"), then what is before the first colon ("write
//! to ana@example.com: …"). What is left over was not understood, and is said so.

use std::sync::LazyLock;

use chrono::NaiveDate;
use regex::Regex;

use super::when::{self, When};
use crate::assistant::NameFound;

/// What was understood.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) cancel: bool,
    pub(super) unschedule: bool,
    pub(super) to: Vec<String>,
    /// `to` comes on top of who is there already.
    pub(super) also: bool,
    pub(super) cc: Vec<String>,
    pub(super) bcc: Vec<String>,
    pub(super) remove: Vec<String>,
    /// Names of more than one contact, or where it is not certain who is meant.
    pub(super) unclear: Vec<String>,
    /// A name of nobody known.
    pub(super) unknown: Option<String>,
    pub(super) subject: Option<String>,
    pub(super) body: Option<String>,
    pub(super) when: Option<When>,
    /// Words before the text that made no sense; harmless, but to be named.
    pub(super) passed_over: Option<String>,
    /// The words that made no sense.
    pub(super) not_understood: Option<String>,
}

impl Wanted {
    /// Reads `request`; `today` is the person's, `names` are those of contacts.
    pub(super) fn parse(request: &str, today: NaiveDate, names: &[NameFound]) -> Self {
        let mut wanted = Self::default();
        let request = request.trim();
        if CANCEL.is_match(request) {
            wanted.cancel = true;
            return wanted;
        }
        let mut rest = request;
        while let Some(shorter) = wanted.take_end(rest, today) {
            rest = shorter;
        }
        wanted.take_rest(rest, today, names);
        wanted
    }

    /// Takes one clause from the end of `text`, and gives back what is before it.
    fn take_end<'a>(&mut self, text: &'a str, today: NaiveDate) -> Option<&'a str> {
        if !self.unschedule
            && let Some(clause) = HOLD.captures(text)
        {
            self.unschedule = true;
            return before(text, &clause);
        }
        if self.when.is_none()
            && let Some(clause) = last(&SEND, text)
            && let Some(when) = clause
                .name("when")
                .and_then(|phrase| when::parse(phrase.as_str(), today))
        {
            self.when = Some(when);
            return before(text, &clause);
        }
        if self.subject.is_none()
            && let Some(clause) = last(&SUBJECT_AT_END, text)
        {
            self.subject = clause.name("subject").map(|found| unquoted(found.as_str()));
            return before(text, &clause);
        }
        None
    }

    fn take_rest(&mut self, text: &str, today: NaiveDate, names: &[NameFound]) {
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        if let Some(found) = SUBJECT.captures(text) {
            self.subject = found.name("subject").map(|found| unquoted(found.as_str()));
            return self.take_lines_after(&found, today, names);
        }
        if let Some(found) = FIELD_LINE.captures(text) {
            let line = found.name("line").map_or("", |line| line.as_str());
            self.take_head(&line.replacen(':', " ", 1), false, today, names);
            return self.take_lines_after(&found, today, names);
        }
        if let Some(found) = BODY.captures(text) {
            self.body = found.name("body").map(|found| unquoted(found.as_str()));
            return;
        }
        let (head, body) = match SAYING.find(text) {
            Some(found) => (
                text.get(..found.start()).unwrap_or_default(),
                text.get(found.end()..),
            ),
            None => (text, None),
        };
        let head_understood = self.take_head(head, body.is_some(), today, names);
        match body {
            Some(body) if head_understood && !body.trim().is_empty() => {
                self.body = Some(unquoted(body));
            }
            // A colon in a text without any address before it: not our form.
            Some(_) if !head_understood => self.not_understood = Some(text.to_owned()),
            _ => {}
        }
    }

    /// What follows a line like "Subject: …": more such lines, or, after an empty one, the text.
    fn take_lines_after(
        &mut self,
        line: &regex::Captures<'_>,
        today: NaiveDate,
        names: &[NameFound],
    ) {
        let rest = line.name("rest").map_or("", |rest| rest.as_str());
        match rest.strip_prefix('\n').map(str::trim) {
            Some(body) if !body.is_empty() => self.body = Some(body.to_owned()),
            _ => self.take_rest(rest, today, names),
        }
    }

    /// Takes addresses and a time from what is before the text; says whether it made sense.
    fn take_head(
        &mut self,
        head: &str,
        has_body: bool,
        today: NaiveDate,
        names: &[NameFound],
    ) -> bool {
        if self.when.is_none()
            && let Some(when) = when::parse(MOVE.replace(head, "").as_ref(), today)
        {
            self.when = Some(when);
            return !has_body;
        }
        // First, because an address within a subject is nobody's.
        let head = match SUBJECT_IN_HEAD.captures(head) {
            Some(found) => {
                self.subject = found.name("subject").map(|found| unquoted(found.as_str()));
                before(head, &found).unwrap_or_default()
            }
            None => head,
        };
        let mut field = Field::To;
        let mut found_any = false;
        let head = &self.with_addresses_for(head, names);
        let mut left = String::new();
        let mut end = 0;
        for found in PIECES.captures_iter(head) {
            let Some(whole) = found.get(0) else { continue };
            left.push_str(head.get(end..whole.start()).unwrap_or_default());
            left.push(' ');
            end = whole.end();
            match (found.name("field"), found.name("address")) {
                (Some(name), _) => field = Field::named(name.as_str()),
                (_, Some(_)) => {
                    found_any = true;
                    let address = whole.as_str().trim_end_matches(['.', '!', '?']).trim();
                    let address = contact(address, names).unwrap_or_else(|| address.to_owned());
                    self.list(field).push(address);
                }
                _ => {}
            }
        }
        left.push_str(head.get(end..).unwrap_or_default());
        self.also |= ALSO.is_match(head);
        let left = IDLE_WORDS.replace_all(&left, " ");
        let mut left = left.trim_matches(|c: char| c.is_whitespace() || c.is_ascii_punctuation());
        let addressee = ADDRESSEE.captures(head);
        if let Some(name) = addressee.and_then(|found| found.name("name"))
            && left == name.as_str()
        {
            self.unknown = Some(left.to_owned());
            left = "";
        }
        if self.when.is_none()
            && let Some(when) = when::parse(left, today)
        {
            self.when = Some(when);
        } else if !left.is_empty() {
            let words = Some(left.split_whitespace().collect::<Vec<_>>().join(" "));
            // With a text behind it, a strange verb does no harm: "Escreve para ana@…: Olá".
            if has_body && found_any {
                self.passed_over = words;
            } else {
                self.not_understood = words;
            }
        }
        found_any || self.subject.is_some() || self.unknown.is_some() || !self.unclear.is_empty()
    }

    /// The words before the text with the address in place of each name that is certain, and without
    /// those that are not.
    fn with_addresses_for(&mut self, head: &str, names: &[NameFound]) -> String {
        let mut head = head.to_owned();
        for one in names {
            let Some(at) = place(&head, &one.name) else {
                continue;
            };
            let address = if let ([only], true) = (&one.candidates[..], one.certain) {
                format!("<{}>", only.address())
            } else {
                self.unclear.push(one.name.clone());
                String::new()
            };
            head.replace_range(at, &address);
        }
        head
    }

    fn list(&mut self, field: Field) -> &mut Vec<String> {
        match field {
            Field::To => &mut self.to,
            Field::Cc => &mut self.cc,
            Field::Bcc => &mut self.bcc,
            Field::Remove => &mut self.remove,
        }
    }
}

/// Whether this asks for another wording of the text, which only a language model can do.
pub(super) fn asks_to_rewrite(request: &str) -> bool {
    REWRITE.is_match(request)
}

/// Where a name stands as a word of its own, and not before its own address.
fn place(head: &str, name: &str) -> Option<std::ops::Range<usize>> {
    let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    head.match_indices(name).find_map(|(start, found)| {
        let end = start + found.len();
        let (before, after) = (head.get(..start)?, head.get(end..)?);
        let is_word = !is_letter(before.chars().next_back()) && !is_letter(after.chars().next());
        let has_address = after.trim_start().starts_with('<');
        (is_word && !has_address).then_some(start..end)
    })
}

/// The contact behind an address that was put in for its name.
fn contact(address: &str, names: &[NameFound]) -> Option<String> {
    let bare = address.strip_prefix('<')?.strip_suffix('>')?;
    let mut candidates = names.iter().flat_map(|one| &one.candidates);
    let contact = candidates.find(|contact| contact.address() == bare)?;
    Some(contact.to_string())
}

#[derive(Clone, Copy)]
enum Field {
    To,
    Cc,
    Bcc,
    Remove,
}

impl Field {
    fn named(word: &str) -> Self {
        match word.to_lowercase().as_str() {
            "cc" | "copy" | "copies" => Self::Cc,
            "bcc" => Self::Bcc,
            "remove" | "drop" | "without" => Self::Remove,
            _ => Self::To,
        }
    }
}

/// The last place where `pattern` begins: a body may hold the same words earlier.
fn last<'t>(pattern: &Regex, text: &'t str) -> Option<regex::Captures<'t>> {
    pattern.captures_iter(text).last()
}

/// What is before `clause`; the comma that joins them belongs to neither.
fn before<'t>(text: &'t str, clause: &regex::Captures<'t>) -> Option<&'t str> {
    let before = text.get(..clause.get(0)?.start())?;
    Some(before.trim_end().trim_end_matches([',', ';']))
}

/// Without blanks and one pair of quotes around it.
fn unquoted(text: &str) -> String {
    let text = text.trim();
    for (open, close) in [('"', '"'), ('\u{201c}', '\u{201d}'), ('\'', '\'')] {
        let inner = text
            .strip_prefix(open)
            .and_then(|text| text.strip_suffix(close));
        if let Some(inner) = inner.filter(|inner| !inner.contains([open, close])) {
            return inner.to_owned();
        }
    }
    text.to_owned()
}

macro_rules! pattern {
    ($name:ident, $pattern:expr) => {
        static $name: LazyLock<Regex> =
            LazyLock::new(|| Regex::new($pattern).expect("a constant pattern"));
    };
}

pattern!(
    CANCEL,
    r"(?ix)^ (?:please[\s,]+)? (?:(?:cancel|discard|delete|forget|drop) (?:\s+(?:it|this|that|everything|about\s+it|(?:the|this)\s+(?:e-?mail|mail|message|draft)))? | never\s?mind) [\s.!]* (?:please)? [\s.!]* $"
);
// "don't send it yet", "hold it back", "not yet"
pattern!(
    HOLD,
    r"(?ix) (?:^|[\s,;.!]) (?:(?:please|and|but)[\s,]+)* (?: (?:do\s+not|don['\u{2019}]?t)\s+send(?:\s+(?:it|this|that|the\s+e?-?mail))?(?:\s+(?:yet|now|for\s+now))? | hold\s+(?:it|this)(?:\s+back)? | unschedule(?:\s+(?:it|this))? | not\s+yet ) [\s.!]* $"
);
pattern!(
    SEND,
    r"(?isx) (?:^|[\s,;.!]) (?:(?:and|then|please)[\s,]+)* (?:send|schedule|deliver) (?:\s+(?:it|this|that|them|the\s+(?:e-?mail|mail|message)))? (?:\s+out)? [\s:,]+ (?P<when>[^\n]{2,80}) $"
);
pattern!(
    SUBJECT_AT_END,
    r"(?ix) (?:[\n,;.!]\s*|\s+and\s+) (?:(?:and|then|please)[\s,]+)* (?:make|set|change|put) \s+ (?:the\s+)? subject (?:\s+line)? \s+ (?:to\s+|as\s+|:\s*)? (?P<subject>[^\n]+) $"
);
pattern!(
    SUBJECT,
    r"(?isx)^ (?:please[\s,]+)? (?: (?:make|set|change|put) \s+ (?:the\s+)? subject (?:\s+line)? (?:\s+(?:to\s+be|to|as|be)\b)? | (?:the\s+)?subject(?:\s+line)? (?: \s+ (?:is|should\s+be) \b | \s*: ) ) [\s:]* (?P<subject>[^\n]+) (?:\n(?P<rest>.*))? $"
);
pattern!(
    FIELD_LINE,
    r"(?isx)^ (?P<line> (?:to|cc|bcc) [\x20\t]*: [^\n]*) (?:\n(?P<rest>.*))? $"
);
pattern!(
    BODY,
    r"(?isx)^ (?:please[\s,]+)? (?: (?:make|set|change|replace) \s+ (?:the\s+)? (?:body|text|message) (?:\s+(?:to\s+be|to|with|as|be)\b)? | (?:the\s+)? (?:body|text|message) (?: \s+ (?:is|should\s+be|should\s+say) \b | \s*: ) ) [\s:]* (?P<body>.+) $"
);
// What stands between the address and the text.
pattern!(
    SAYING,
    r"(?ix) :(?:\s|$) | [\s,]+ (?:saying|that\s+says|and\s+say|and\s+tell\s+(?:him|her|them)|telling\s+(?:him|her|them)) (?:\s+that)? [\s:]+"
);
pattern!(
    MOVE,
    r"(?ix)^ (?:please[\s,]+)? (?: (?:re-?schedule|move|change|set|make|postpone) \s+ (?: it | this | (?:the\s+)? (?:send(?:ing)?\s+)? time ) (?:\s+(?:to|for|until))? | send(?:\s+(?:it|this))? ) \s+"
);
pattern!(
    PIECES,
    r#"(?x) (?P<field>\b(?i:bcc|cc|copy|copies|remove|drop|without|to)\b) | (?P<address> (?: (?:"[^"\n]{1,80}" | \p{Lu}[\p{L}'.-]*(?:\x20\p{Lu}[\p{L}'.-]*){0,4}) \s* )? <[^<>\s]+@[^<>\s]+> | [^\s<>,;:()"]+@[^\s<>,;:()"]+ )"#
);
// Somebody of whom there is a name only.
pattern!(
    ADDRESSEE,
    r"(?x) \b (?i:to|e-?mail|mail|write|message|cc|bcc) \s+ (?P<name> \p{Lu}[\p{L}'\u{2019}.-]* (?:\x20\p{Lu}[\p{L}'\u{2019}.-]*){0,3} ) \s* $"
);
pattern!(
    SUBJECT_IN_HEAD,
    r"(?ix) (?:\bwith\s+)? (?:\bthe\s+|\ba\s+)? \bsubject \b [\s:]* (?P<subject>.+) $"
);
pattern!(
    REWRITE,
    r"(?ix)^ (?:please[\s,]+)? (?: translate\b | (?:shorten|rewrite|rephrase|polish)\b | make \s+ (?: it | this | (?:the\s+)?(?:text|body|message|e-?mail) ) \s+ (?:(?:a\s+(?:bit|little)|much|more|less)\s+)* (?: short(?:er)? | long(?:er)? | warm(?:er)? | formal | informal | friendl(?:y|ier) | polite(?:r)? | casual | nicer ) \b )"
);
pattern!(ALSO, r"(?i)^(?:please[\s,]+)?(?:and|also|add|plus)\b");
// Words that add nothing to what was recognised.
pattern!(
    IDLE_WORDS,
    r"(?i)\b(?:please|write|send|email|e-mail|mail|message|compose|draft|create|new|an?|the|to|and|also|add|plus|with|it|this|recipients?|address(?:es)?|is|are|from|hi|hello)\b"
);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assistant::SendTime;

    fn parse(request: &str) -> Wanted {
        Wanted::parse(request, "2026-11-23".parse().unwrap(), &[])
    }

    fn delay(seconds: u64) -> When {
        When::Time(SendTime::After { seconds })
    }

    fn wanted(to: &[&str], subject: &str, body: &str, when: Option<When>) -> Wanted {
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Wanted {
            to: to.iter().map(ToString::to_string).collect(),
            subject: text(subject),
            body: text(body),
            when,
            ..Wanted::default()
        }
    }

    #[test]
    fn whole_requests() {
        let nine = Some(When::Time(SendTime::At {
            date: "2026-11-24".parse().ok(),
            time: "09:00:00".parse().unwrap(),
            zone: None,
        }));
        let ana = ["ana@example.com"];
        let table = [
            (
                "write to ana@example.com: thanks for the interview, send it tomorrow at 9",
                wanted(&ana, "", "thanks for the interview", nine.clone()),
            ),
            (
                "Please write an email to ana@example.com: Hello!\nSee you tomorrow at 9.\n\nSend it in 5 seconds.",
                wanted(&ana, "", "Hello!\nSee you tomorrow at 9.", Some(delay(5))),
            ),
            (
                "email Ana Souza <ana@example.com> and bob@x.org saying hello there",
                wanted(
                    &["Ana Souza <ana@example.com>", "bob@x.org"],
                    "",
                    "hello there",
                    None,
                ),
            ),
            (
                "write to ana@example.com with the subject Interview: Obrigado pela conversa — até já! and send it in 2 hours",
                wanted(
                    &ana,
                    "Interview",
                    "Obrigado pela conversa — até já!",
                    Some(delay(7200)),
                ),
            ),
            (
                "mail ana@example.com: hi, make the subject Greetings, send it in 2 hours",
                wanted(&ana, "Greetings", "hi", Some(delay(7200))),
            ),
            (
                "ana@example.com: please send it to my office",
                wanted(&ana, "", "please send it to my office", None),
            ),
            (
                "send an email to ana@example.com tomorrow at 9: thanks",
                wanted(&ana, "", "thanks", nine.clone()),
            ),
            ("ana@example.com", wanted(&ana, "", "", None)),
            ("to: ana@example.com", wanted(&ana, "", "", None)),
            (
                "To: ana@example.com\nSubject: Thank you\n\nDear Ana,\n\nthanks: a lot",
                wanted(&ana, "Thank you", "Dear Ana,\n\nthanks: a lot", None),
            ),
            (
                "make the subject \"Thank you\"",
                wanted(&[], "Thank you", "", None),
            ),
            (
                "Subject: Thank you\nBody: Dear Ana,\nhi",
                wanted(&[], "Thank you", "Dear Ana,\nhi", None),
            ),
            (
                "change the subject to A: B and send it in 1 day",
                wanted(&[], "A: B", "", Some(delay(86_400))),
            ),
            (
                "change the body to Dear Ana, hi",
                wanted(&[], "", "Dear Ana, hi", None),
            ),
            ("the text is “Olá”", wanted(&[], "", "Olá", None)),
            ("send it tomorrow at 9", wanted(&[], "", "", nine.clone())),
            ("tomorrow at 9", wanted(&[], "", "", nine.clone())),
            ("make it tomorrow at 9", wanted(&[], "", "", nine.clone())),
            (
                "move it to tomorrow at 9",
                wanted(&[], "", "", nine.clone()),
            ),
            (
                "change the time to tomorrow at 9.",
                wanted(&[], "", "", nine),
            ),
            ("send it now", wanted(&[], "", "", Some(When::Now))),
            ("send it tomorrow", wanted(&[], "", "", Some(When::DayOnly))),
        ];
        for (request, expected) in table {
            assert_eq!(parse(request), expected, "{request}");
        }
    }

    #[test]
    fn lists_of_recipients() {
        let also = parse("also to bob@x.org");
        assert_eq!((also.to, also.also), (vec!["bob@x.org".to_owned()], true));
        let copies = parse("cc bob@x.org and bcc eve@x.org, carl@x.org");
        assert_eq!(copies.cc, ["bob@x.org"]);
        assert_eq!(copies.bcc, ["eve@x.org", "carl@x.org"]);
        assert_eq!(copies.not_understood, None);
        assert_eq!(parse("remove bob@x.org.").remove, ["bob@x.org"]);
    }

    #[test]
    fn names_of_contacts() {
        let ana = |candidates: &[&str]| NameFound {
            name: "Ana".to_owned(),
            candidates: candidates.iter().map(|one| one.parse().unwrap()).collect(),
            certain: candidates.len() == 1,
        };
        let parse = |request: &str, names: &[NameFound]| {
            Wanted::parse(request, "2026-11-23".parse().unwrap(), names)
        };
        let souza = ana(&["Ana Souza <ana@x.org>"]);
        for request in ["write to Ana: hi, Ana", "email Ana saying hi, Ana"] {
            let one = parse(request, std::slice::from_ref(&souza));
            assert_eq!(
                (&one.to[..], one.body.as_deref()),
                (&["Ana Souza <ana@x.org>".to_owned()][..], Some("hi, Ana"))
            );
            assert_eq!(
                (&one.not_understood, &one.passed_over),
                (&None, &None),
                "{request}"
            );
        }
        let copy = parse(
            "write to bob@x.org, cc Ana: hi",
            std::slice::from_ref(&souza),
        );
        assert_eq!((copy.to.len(), copy.cc.len()), (1, 1));
        let own = parse("write to Ana <ana@new.org>: hi", &[souza]);
        assert_eq!(own.to, ["Ana <ana@new.org>"]);
        let two = parse("write to Ana: hi", &[ana(&["ana@x.org", "ana@y.org"])]);
        assert_eq!(
            (two.to.len(), &two.unclear[..], two.body.as_deref()),
            (0, &["Ana".to_owned()][..], Some("hi"))
        );
        for request in ["write to Ana Souza: hi", "Email Ana Souza"] {
            let nobody = parse(request, &[]);
            assert_eq!(
                (nobody.unknown.as_deref(), &nobody.not_understood),
                (Some("Ana Souza"), &None),
                "{request}"
            );
        }
    }

    #[test]
    fn ends_and_beginnings() {
        for request in [
            "cancel",
            "Cancel it!",
            "please cancel this email",
            "forget it",
            "never mind",
        ] {
            assert!(parse(request).cancel, "{request}");
        }
        for request in [
            "don't send it yet",
            "Do not send it.",
            "hold it back",
            "not yet",
            "unschedule",
        ] {
            let wanted = parse(request);
            assert!(wanted.unschedule && !wanted.cancel, "{request}");
            assert_eq!(wanted.not_understood, None, "{request}");
        }
        let both = parse("write to ana@example.com: hi. Don't send it yet");
        assert_eq!((both.body.as_deref(), both.unschedule), (Some("hi."), true));
        assert!(!parse("write to ana@example.com: cancel it").cancel);
    }

    #[test]
    fn a_strange_verb_does_no_harm_and_is_named() {
        let foreign = parse("Escreve para ana@example.com: Olá, 你好, مرحبا");
        assert_eq!(foreign.body.as_deref(), Some("Olá, 你好, مرحبا"));
        assert_eq!(foreign.to, ["ana@example.com"]);
        assert_eq!(foreign.passed_over.as_deref(), Some("Escreve para"));
        assert_eq!(foreign.not_understood, None);
    }

    #[test]
    fn what_is_not_understood_is_named() {
        for (request, rest) in [
            (
                "Email ana@example.com a thank-you note in Portuguese",
                "thank-you note in Portuguese",
            ),
            ("make it shorter", "make shorter"),
            ("translate it into French", "translate into French"),
            ("Remember: buy milk", "Remember: buy milk"),
            ("send it when I am ready", "when I am ready"),
        ] {
            assert_eq!(
                parse(request).not_understood.as_deref(),
                Some(rest),
                "{request}"
            );
        }
    }
}
