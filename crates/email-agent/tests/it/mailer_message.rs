//! Messages as another program reads them.

use email_agent::mailer::{
    OutgoingMail,
    message::{Encoded, MessageError, encode},
};
use email_agent_api::{
    Attachment, FileContent, HeaderText, MediaType, Recipient, limits::FILE_NAME_CHARS_MAX,
};
use mail_parser::{Address, Message, MessageParser, MimeHeaders};

pub(crate) fn sender() -> Recipient {
    "João Ação <joao@example.com>".parse().unwrap()
}

pub(crate) fn mail(to: &[&str], subject: &str, body: &str) -> OutgoingMail {
    OutgoingMail {
        to: to.iter().map(|text| text.parse().unwrap()).collect(),
        cc: Vec::new(),
        bcc: Vec::new(),
        subject: subject.parse().unwrap(),
        body: body.to_owned(),
        thread: None,
        message_id: "<run-1.v3@example.com>".to_owned(),
        date: "2026-11-24T09:00:00Z".parse().unwrap(),
        files: Vec::new(),
    }
}

/// A file as a person has it: every byte there is, and lines that no encoding of text leaves alone.
pub(crate) fn pdf(name: &str) -> FileContent {
    let mut bytes = b"%PDF-1.7\n.\r\n..\rFrom here\n".to_vec();
    bytes.extend((0..=u8::MAX).cycle().take(100_000));
    file(name, "application/pdf", &bytes)
}

pub(crate) fn file(name: &str, media_type: &str, bytes: &[u8]) -> FileContent {
    FileContent {
        attachment: Attachment {
            media_type: MediaType::cleaned(media_type),
            ..Attachment::example(1, name, bytes.len() as u64)
        },
        bytes: bytes.to_vec(),
    }
}

/// The files of a mail as another program reads them.
pub(crate) fn attached(message: &Message<'_>) -> Vec<(String, String, Vec<u8>)> {
    let read = |part: &mail_parser::MessagePart<'_>| {
        let name = part.attachment_name().unwrap_or_default().to_owned();
        let kind = part.content_type().unwrap();
        let media_type = format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or_default());
        (name, media_type, part.contents().to_vec())
    };
    message.attachments().map(read).collect()
}

fn encoded(mail: &OutgoingMail) -> Encoded {
    encode(&sender(), mail).unwrap()
}

fn parsed(bytes: &[u8]) -> Message<'_> {
    MessageParser::default().parse(bytes).unwrap()
}

fn pairs(address: Option<&Address<'_>>) -> Vec<(String, String)> {
    let list = address.map(|address| address.clone().into_list());
    let text = |text: Option<std::borrow::Cow<'_, str>>| text.unwrap_or_default().into_owned();
    list.unwrap_or_default()
        .into_iter()
        .map(|one| (text(one.name), text(one.address)))
        .collect()
}

fn raw_headers(bytes: &[u8]) -> String {
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    text.split("\r\n\r\n").next().unwrap_or_default().to_owned()
}

#[test]
fn six_scripts_survive() {
    for (name, subject, body) in [
        ("Ana Souza", "Thank you", "Dear Ana,\n\nthank you.\n"),
        (
            "João Conceição",
            "Obrigado pela conversa — até já",
            "Olá, João!\nAção, coração.\n",
        ),
        (
            "王小明",
            "感谢您抽出时间面试我并且给我这个宝贵的机会",
            "您好，\n谢谢！\n",
        ),
        ("محمد", "شكرا جزيلا على المقابلة", "مرحبا\nشكرا\n"),
        (
            "Анна Петрова",
            "Спасибо за собеседование",
            "Здравствуйте, Анна!\n",
        ),
        (
            "さくら",
            "面接のお礼 🙂",
            "さくら様\nありがとうございました。🙂\n",
        ),
    ] {
        let to = format!("{name} <to@example.org>");
        let encoded = encoded(&mail(&[&to], subject, body));
        assert!(encoded.bytes.is_ascii(), "{name}");
        assert!(!encoded.needs_smtputf8());
        let message = parsed(&encoded.bytes);
        assert_eq!(message.subject(), Some(subject));
        assert_eq!(
            message.body_text(0).as_deref(),
            Some(body.replace('\n', "\r\n").as_str())
        );
        assert_eq!(
            pairs(message.to()),
            [(name.to_owned(), "to@example.org".to_owned())]
        );
        assert_eq!(
            pairs(message.from()),
            [("João Ação".to_owned(), "joao@example.com".to_owned())]
        );
    }
}

#[test]
fn each_header_is_there_once() {
    let encoded = encoded(&mail(&["ana@example.org"], "Hi", "Hi\n"));
    let headers = raw_headers(&encoded.bytes);
    for name in [
        "From:",
        "To:",
        "Subject:",
        "Date:",
        "Message-ID:",
        "MIME-Version:",
        "Content-Type:",
        "Content-Transfer-Encoding:",
    ] {
        let count = headers
            .lines()
            .filter(|line| line.starts_with(name))
            .count();
        assert_eq!(count, 1, "{name} in {headers}");
    }
    assert!(headers.contains("MIME-Version: 1.0\r\n"));
    assert!(headers.contains("Message-ID: <run-1.v3@example.com>\r\n"));
    assert!(headers.contains("Date: Tue, 24 Nov 2026 09:00:00 +0000\r\n"));
    assert!(headers.contains("Content-Type: text/plain; charset=utf-8"));
}

#[test]
fn everybody_gets_it_and_hidden_recipients_stay_hidden() {
    let mut mail = mail(&["a@example.org", "B, Bea <b@example.org>"], "Hi", "Hi");
    mail.cc = vec!["c@example.org".parse().unwrap()];
    mail.bcc = vec![
        "hidden@example.org".parse().unwrap(),
        "A@example.org".parse().unwrap(),
    ];
    let encoded = encoded(&mail);
    let addresses: Vec<String> = encoded
        .recipients
        .iter()
        .map(|(_, address)| address.to_string())
        .collect();
    assert_eq!(
        addresses,
        [
            "a@example.org",
            "b@example.org",
            "c@example.org",
            "hidden@example.org"
        ]
    );
    let text = String::from_utf8(encoded.bytes.clone()).unwrap();
    assert!(
        !text.to_lowercase().contains("bcc") && !text.contains("hidden"),
        "{text}"
    );
    let message = parsed(&encoded.bytes);
    assert_eq!(
        pairs(message.to())[1],
        ("B, Bea".to_owned(), "b@example.org".to_owned())
    );
    assert_eq!(pairs(message.cc())[0].1, "c@example.org");

    mail.to.clear();
    mail.cc.clear();
    assert!(
        encode(&sender(), &mail).is_ok(),
        "hidden recipients are enough"
    );
    mail.bcc.clear();
    assert_eq!(
        encode(&sender(), &mail).unwrap_err(),
        MessageError::NoRecipient
    );
}

#[test]
fn nothing_can_add_a_header() {
    // Each door refuses breaks; what a door would let through is encoded, so it cannot break out.
    assert!("Hi\r\nBcc: evil@example.net".parse::<HeaderText>().is_err());
    assert!(
        "A\r\nBcc: evil@example.net <a@example.org>"
            .parse::<Recipient>()
            .is_err()
    );
    let subject = HeaderText::from_untrusted("Hi\r\nBcc: evil@example.net\u{2028}X: y");
    let mut hostile = mail(
        &["ana@example.org"],
        "",
        "Hi\r\n\r\nBcc: evil@example.net\r\n.\r\n",
    );
    hostile.subject = subject;
    hostile.to = vec![
        "=?utf-8?q?=0d=0aBcc:_evil@example.net?= <ana@example.org>"
            .parse()
            .unwrap(),
    ];
    let encoded = encoded(&hostile);
    let headers = raw_headers(&encoded.bytes);
    assert!(
        !headers
            .lines()
            .any(|line| line.to_lowercase().starts_with("bcc")),
        "{headers}"
    );
    let message = parsed(&encoded.bytes);
    assert!(message.bcc().is_none());
    assert_eq!(message.subject(), Some("Hi Bcc: evil@example.net X: y"));

    for bad in [
        "no-brackets@example.com",
        "<a@b>\r\nBcc: evil@example.net",
        "<a b@example.com>",
        "<a@b@c>",
        "<@example.com>",
        "<é@example.com>",
    ] {
        let mut mail = mail(&["ana@example.org"], "Hi", "Hi");
        bad.clone_into(&mut mail.message_id);
        assert_eq!(
            encode(&sender(), &mail).unwrap_err(),
            MessageError::MessageId,
            "{bad}"
        );
    }
}

#[test]
fn long_lines_and_dots_survive() {
    let long = "wort ".repeat(1_000);
    let body = format!("{long}\n.\n..two\nFrom here\n\ttab  \nend without a break");
    let subject = "é".repeat(500);
    let encoded = encoded(&mail(&["ana@example.org"], &subject, &body));
    let text = String::from_utf8(encoded.bytes.clone()).unwrap();
    assert!(
        text.split("\r\n").all(|line| line.len() <= 998),
        "RFC 5322, 2.1.1"
    );
    assert!(
        !text.replace("\r\n", "").contains(['\r', '\n']),
        "bare line breaks"
    );
    let message = parsed(&encoded.bytes);
    assert_eq!(message.subject(), Some(subject.as_str()));
    let received = message.body_text(0).unwrap().replace("\r\n", "\n");
    assert_eq!(received.trim_end_matches('\n'), body);
}

#[test]
fn international_domains_travel_in_ascii() {
    let encoded = encoded(&mail(&["ana@bücher.example"], "Hi", "Hi"));
    assert_eq!(
        encoded.recipients[0].1.to_string(),
        "ana@xn--bcher-kva.example"
    );
    assert!(!encoded.needs_smtputf8());
    let unicode = mail(&["josé@example.org"], "Hi", "Hi");
    assert!(encode(&sender(), &unicode).unwrap().needs_smtputf8());
}

#[test]
fn an_answer_says_what_it_answers() {
    let thread = r#"{"in_reply_to": "<b@example.org>", "references": ["<a@example.org>"]}"#;
    let answer = OutgoingMail {
        thread: Some(serde_json::from_str(thread).unwrap()),
        ..mail(&["ana@example.org"], "Re: Interview", "Yes.")
    };
    let encoded = encoded(&answer);
    let message = parsed(&encoded.bytes);
    assert_eq!(message.in_reply_to().as_text(), Some("b@example.org"));
    let references = message.references().as_text_list().unwrap();
    assert_eq!(references, ["a@example.org", "b@example.org"]);
}

#[test]
fn files_arrive_byte_for_byte_and_the_text_is_as_it_would_be_alone() {
    let body = "Olá,\n\nsegue em anexo.\n.\n";
    let mut with = mail(&["ana@example.org"], "Relatório", body);
    let text = "one\ntwo\r\nthree\r.\n".as_bytes();
    with.files = vec![
        pdf("Relatório ação 日本.pdf"),
        file("notes.txt", "text/plain", text),
        file(
            "a mail.eml",
            "message/rfc822",
            b"From: a@example.org\n\nHi\n",
        ),
        file("\"quoted\"; x=y.bin", "", &[0]),
        file(
            &format!("{}.pdf", "é".repeat(FILE_NAME_CHARS_MAX)),
            "application/pdf",
            b"x",
        ),
    ];
    let encoded = encoded(&with);
    assert!(encoded.bytes.is_ascii() && !encoded.needs_smtputf8());
    let lines = String::from_utf8(encoded.bytes.clone()).unwrap();
    assert!(lines.split("\r\n").all(|line| line.len() <= 998));
    assert!(
        !lines.replace("\r\n", "").contains(['\r', '\n']),
        "bare line breaks"
    );

    let message = parsed(&encoded.bytes);
    let found = attached(&message);
    for (found, sent) in found.iter().zip(&with.files) {
        let FileContent { attachment, bytes } = sent;
        let name = attachment.name.as_str();
        assert_eq!(
            (found.0.as_str(), found.1.as_str()),
            (name, attachment.media_type.as_str())
        );
        assert!(found.2 == *bytes, "{name} is not what was sent");
    }
    assert_eq!(found.len(), with.files.len());
    assert_eq!(message.text_body_count(), 1);
    let alone = encode(&sender(), &mail(&["ana@example.org"], "Relatório", body)).unwrap();
    assert_eq!(message.body_text(0), parsed(&alone.bytes).body_text(0));

    let again = encode(&sender(), &with).unwrap();
    assert!(
        encoded.bytes == again.bytes,
        "each attempt hands over the same message"
    );
    for name in ["MIME-Version:", "Content-Type:"] {
        let headers = raw_headers(&encoded.bytes);
        let count = headers
            .lines()
            .filter(|line| line.starts_with(name))
            .count();
        assert_eq!(count, 1, "{name} in {headers}");
    }
}
