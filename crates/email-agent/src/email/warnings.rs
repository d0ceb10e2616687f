//! What a person should look at before approving.

use std::sync::LazyLock;

use email_agent_api::{Email, Recipient, RecipientResult, Warning, limits::LINE_CHARS_MAX, to_say};
use regex::Regex;

use super::{named, secrets};
use crate::contacts::address::{needs_a_modern_server, network_domain};

/// Gaps that a model leaves for people to fill, and filler text.
#[expect(
    clippy::expect_used,
    reason = "the pattern is a constant, and every test here compiles it"
)]
static PLACEHOLDER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?ix)
          [\[<\{]{1,2} \s* (?: your | my | the | insert | enter | add | recipient(?:'?s)? | sender(?:'?s)?
              | first | last | full | company | name | date | time | place | topic | title | position | phone
              | signature | seu | sua | nome | tu | su | nombre | votre | nom | ihr | ihre | name )
          (?: [\s_\-'] [^\[\]<>\{\}\n]{0,60} )? [\]>\}]{1,2}
          | lorem \s+ ipsum
          | \{\{ [^\{\}\n]{0,60} \}\}",
    )
    .expect("the pattern is valid")
});

/// Words that promise a file, in the languages that people write here most.
#[expect(
    clippy::expect_used,
    reason = "the pattern is a constant, and every test here compiles it"
)]
static ATTACHMENT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?ix)
          \b (?: attached | attachments? | (?:find|are|is) \s+ enclosed
              | anexos? | anexad[oa]s? | adjunt[oa]s?
              | im \s+ anhang | angehängt\w* | anbei | beigefügt\w*
              | ci-joint(?:e|s|es)? | pièces? \s+ jointes?
              | allegat[oi] | bijlagen? | bijgevoegd
              | во \s+ вложении ) \b
          | 附件 | 附上 | 添付 | مرفق",
    )
    .expect("the pattern is valid")
});

/// The word with which a text promises a file. What somebody else wrote, quoted below, promises
/// nothing any more.
fn promised_file(body: &str) -> Option<&str> {
    body.lines()
        .filter(|line| !line.starts_with('>'))
        .find_map(|line| ATTACHMENT.find(line))
        .map(|found| found.as_str())
}

/// The length of the longest line, if it is too long for some mail programs.
fn long_line(body: &str) -> Option<usize> {
    let longest = body.lines().map(|line| line.chars().count()).max();
    longest.filter(|length| *length > LINE_CHARS_MAX)
}

/// The first gap in a text that somebody forgot to fill.
pub(crate) fn placeholder(text: &str) -> Option<&str> {
    PLACEHOLDER.find(text).map(|found| found.as_str())
}

/// Everything worth a look. `named` are the addresses that the person named, `accepted` the
/// recipients who have the email already.
pub(crate) fn warnings(
    email: &Email,
    named: &[String],
    accepted: &[RecipientResult],
) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let mut warn = |field: &str, blocks: bool, text: String| {
        warnings.push(Warning {
            field: field.to_owned(),
            text,
            blocks,
        });
    };
    if let (Some(send_at), Some(not_after)) = (&email.send_at, &email.not_after)
        && send_at.instant > not_after.instant
    {
        let text = to_say!(
            "It would leave after its deadline, {time}. Change one of the two times.",
            time = not_after.to_text()
        );
        warn("not_after", true, text);
    }
    for recipient in named::unnamed(email, named) {
        let text = to_say!("You never named {recipient}. Keep this address by hand, or remove it.");
        warn(field_of(email, recipient), true, text);
    }
    for recipient in email.recipients() {
        let address = recipient.address();
        let domain = address.rsplit_once('@').map_or("", |(_, domain)| domain);
        if network_domain(domain).is_none() {
            let text = to_say!(
                "There can be no mail to {address}: no domain is spelt like this. Correct the address."
            );
            warn(field_of(email, recipient), true, text);
        } else if needs_a_modern_server(address) {
            let text = to_say!(
                "Only some mail servers take letters like those before the @ in {address}. If yours does not, nothing is sent and it is said here."
            );
            warn(field_of(email, recipient), false, text);
        }
    }
    if !email.is_sendable()
        && email.to.is_empty()
        && (!email.cc.is_empty() || !email.bcc.is_empty())
    {
        warn(
            "to",
            true,
            to_say("There are copies, but nobody to send it to.").to_owned(),
        );
    }
    if email.subject.is_blank() && !email.body.trim().is_empty() {
        warn("subject", false, to_say("The subject is empty.").to_owned());
    }
    for (field, text) in [
        ("subject", email.subject.as_str()),
        ("body", email.body.as_str()),
    ] {
        if let Some(kind) = secrets::found_in(text) {
            warn(
                field,
                false,
                to_say!("There seems to be {kind} in it. Do you want to mail that?"),
            );
        }
        if let Some(gap) = placeholder(text) {
            warn(
                field,
                false,
                to_say!("\u{201c}{gap}\u{201d} looks like a gap that should be filled."),
            );
        }
    }
    if email.attachments.is_empty()
        && let Some(word) = promised_file(&email.body)
    {
        let text =
            to_say!("The text says \u{201c}{word}\u{201d}, but this email has no attachment.");
        warn("body", false, text);
    }
    if let Some(length) = long_line(&email.body) {
        let text = to_say!(
            "One line of the text has {length} characters, which some mail programs show badly. Break it into shorter ones."
        );
        warn("body", false, text);
    }
    let have_it: Vec<_> = email
        .recipients()
        .filter(|one| has_it(accepted, one))
        .map(Recipient::address)
        .collect();
    if !have_it.is_empty() {
        let text = to_say!(
            "{recipients} already got this email and will not get it again.",
            recipients = have_it.join(", ")
        );
        warn("to", false, text);
    }
    warnings
}

/// Whether the mail server has taken the email for this recipient.
pub(crate) fn has_it(accepted: &[RecipientResult], recipient: &Recipient) -> bool {
    accepted
        .iter()
        .any(|result| result.accepted == Some(true) && result.recipient.same_mailbox(recipient))
}

pub(crate) fn field_of(email: &Email, recipient: &Recipient) -> &'static str {
    if email.to.contains(recipient) {
        "to"
    } else if email.cc.contains(recipient) {
        "cc"
    } else {
        "bcc"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_found_and_ordinary_brackets_are_not() {
        for gap in [
            "Best,\n[Your Name]",
            "Dear [Recipient's name],",
            "on [date]",
            "{{first_name}}",
            "<your name here>",
            "Lorem ipsum dolor",
            "[Seu nome]",
            "[insert link]",
        ] {
            assert!(placeholder(gap).is_some(), "{gap}");
        }
        for text in [
            "see [1] and [2]",
            "array[0]",
            "a < b and c > d",
            "your name",
            "(the date)",
            "<script>alert(1)</script>",
            "[names]",
        ] {
            assert_eq!(placeholder(text), None, "{text}");
        }
    }

    #[test]
    fn a_file_that_is_promised_and_not_there_is_missed() {
        for text in [
            "Please find the invoice attached.",
            "See attachment",
            "please find enclosed our offer",
            "Segue em anexo a fatura.",
            "Adjunto la factura.",
            "Die Rechnung finden Sie im Anhang.",
            "Vous trouverez ci-jointe la facture",
            "In allegato la fattura",
            "发票见附件。",
            "تجد الفاتورة في الملف المرفق",
        ] {
            assert!(promised_file(text).is_some(), "{text}");
        }
        for text in [
            "Thank you for the conversation.",
            "the unattached part",
            "> see the attached file",
            "enclosed gardens",
        ] {
            assert_eq!(promised_file(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_worth_a_look_names_its_field_and_blocks_nothing() {
        let email = |body: String| Email {
            to: vec!["ana@example.com".parse().unwrap()],
            subject: "Invoice".parse().unwrap(),
            body,
            ..Email::default()
        };
        let found = |body: String| {
            let found = warnings(&email(body), &["ana@example.com".to_owned()], &[]);
            let short: Vec<_> = found
                .into_iter()
                .map(|one| (one.field, one.blocks))
                .collect();
            short
        };
        let body = [("body".to_owned(), false)];
        assert_eq!(found("The invoice is attached.".to_owned()), body);
        let kept = Email {
            attachments: vec![email_agent_api::Attachment::example(1, "invoice.pdf", 1)],
            ..email("The invoice is attached.".to_owned())
        };
        assert_eq!(warnings(&kept, &["ana@example.com".to_owned()], &[]), []);
        assert_eq!(found("x".repeat(LINE_CHARS_MAX + 1)), body);
        assert_eq!(found("x".repeat(LINE_CHARS_MAX)), []);
        assert_eq!(found(format!("{0}\n{0}", "x".repeat(LINE_CHARS_MAX))), []);
    }

    #[test]
    fn domains_beyond_ascii_are_fine_and_impossible_ones_are_not() {
        let warned = |address: &str| {
            let email = Email {
                to: vec![address.parse().unwrap()],
                subject: "Hi".parse().unwrap(),
                ..Email::default()
            };
            let found = warnings(&email, &[address.to_owned()], &[]);
            found.iter().map(|one| one.blocks).collect::<Vec<_>>()
        };
        assert_eq!(warned("ana@müller.example"), Vec::<bool>::new());
        assert_eq!(warned("ana@xn--0.example"), [true]);
        assert_eq!(warned("ана@example.com"), [false]);
    }

    #[test]
    fn an_invented_recipient_blocks_and_an_empty_subject_does_not() {
        let email = Email {
            to: vec!["ana@example.com".parse().unwrap()],
            bcc: vec!["spy@example.net".parse().unwrap()],
            body: "Hello".to_owned(),
            ..Email::default()
        };
        let found = warnings(&email, &["ana@example.com".to_owned()], &[]);
        let short: Vec<_> = found
            .iter()
            .map(|one| (one.field.as_str(), one.blocks))
            .collect();
        assert_eq!(short, [("bcc", true), ("subject", false)]);
    }
}
