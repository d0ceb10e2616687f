//! From an approved mail to the bytes that travel.
//!
//! In: [`OutgoingMail`], whose fields cannot hold line breaks. Out: one MIME message, all ASCII
//! (RFC 2047 headers, quoted-printable or base64 body) unless a mailbox itself has letters beyond
//! ASCII. Nothing here puts a hidden recipient into a header, and no text of a person reaches a
//! header unencoded.

use email_agent_api::{FileContent, MessageId, Recipient};
use lettre::{
    Address, Message,
    address::Envelope,
    message::{
        Attachment, Body, Mailbox, MultiPart, SinglePart,
        header::{ContentTransferEncoding, ContentType, MIME_VERSION_1_0},
    },
};
use sha2::{Digest, Sha256};

use super::OutgoingMail;

/// A message and the addresses it goes to.
#[derive(Debug, Clone)]
pub struct Encoded {
    /// The message, with CRLF line ends.
    pub bytes: Vec<u8>,
    /// Who it is from, for the envelope.
    pub sender: Address,
    /// Who gets it, each mailbox once, hidden recipients included.
    pub recipients: Vec<(Recipient, Address)>,
}

impl Encoded {
    /// Whether the mail server must know SMTPUTF8 (RFC 6531) to take it.
    #[must_use]
    pub fn needs_smtputf8(&self) -> bool {
        let is_ascii = |address: &Address| address.user().is_ascii() && address.domain().is_ascii();
        !self.bytes.is_ascii() || !self.addresses().all(is_ascii)
    }

    fn addresses(&self) -> impl Iterator<Item = &Address> {
        let recipients = self.recipients.iter().map(|(_, address)| address);
        recipients.chain([&self.sender])
    }
}

/// Why no message can be made of a mail, as a sentence for people.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MessageError {
    /// The address cannot be written in a mail.
    #[error(
        "\u{201c}{0}\u{201d} cannot be used as an address in a mail: correct it, then try again"
    )]
    Address(String),
    /// There is nobody to send it to.
    #[error("this mail has no recipient: add one, then try again")]
    NoRecipient,
    /// Not of the form `<left@right>`.
    #[error("the Message-ID of this mail is malformed, which is a fault of this program")]
    MessageId,
    /// The library refused it.
    #[error("this mail cannot be written as a message ({0}): shorten it, then try again")]
    Library(String),
}

/// Encodes `mail` as coming from `sender`.
pub fn encode(sender: &Recipient, mail: &OutgoingMail) -> Result<Encoded, MessageError> {
    if mail.message_id.parse::<MessageId>().is_err() {
        return Err(MessageError::MessageId);
    }
    let from = mailbox(sender)?;
    let recipients = mail
        .recipients()
        .into_iter()
        .map(|recipient| Ok((recipient.clone(), address(recipient)?)))
        .collect::<Result<Vec<_>, MessageError>>()?;
    if recipients.is_empty() {
        return Err(MessageError::NoRecipient);
    }
    let addresses = recipients.iter().map(|(_, address)| address.clone());
    let envelope = Envelope::new(Some(from.email.clone()), addresses.collect())
        .map_err(|error| MessageError::Library(error.to_string()))?;
    let mut builder = Message::builder()
        .envelope(envelope)
        .date(mail.date.into())
        .message_id(Some(mail.message_id.clone()))
        .from(from.clone());
    for recipient in &mail.to {
        builder = builder.to(mailbox(recipient)?);
    }
    for recipient in &mail.cc {
        builder = builder.cc(mailbox(recipient)?);
    }
    if let Some(thread) = &mail.thread {
        builder = builder
            .in_reply_to(thread.in_reply_to.to_string())
            .references(thread.references_text());
    }
    let builder = builder
        .subject(mail.subject.as_str())
        .header(MIME_VERSION_1_0);
    let text = with_crlf(&mail.body);
    let message = if mail.files.is_empty() {
        builder.header(ContentType::TEXT_PLAIN).body(text)
    } else {
        builder.multipart(with_files(text, mail)?)
    };
    let message = message.map_err(|error| MessageError::Library(error.to_string()))?;
    Ok(Encoded {
        bytes: message.formatted(),
        sender: from.email,
        recipients,
    })
}

/// The text first, as it would be alone, then the files.
fn with_files(text: String, mail: &OutgoingMail) -> Result<MultiPart, MessageError> {
    let text = SinglePart::builder()
        .header(ContentType::TEXT_PLAIN)
        .body(text);
    let parts = MultiPart::mixed()
        .boundary(boundary(&mail.message_id))
        .singlepart(text);
    mail.files
        .iter()
        .try_fold(parts, |parts, file| Ok(parts.singlepart(attachment(file)?)))
}

/// Always base64: every other encoding changes line ends, and a file must arrive byte for byte.
fn attachment(file: &FileContent) -> Result<SinglePart, MessageError> {
    let FileContent { attachment, bytes } = file;
    let library = |problem: String| MessageError::Library(problem);
    let body = Body::new_with_encoding(bytes.clone(), ContentTransferEncoding::Base64)
        .map_err(|_| library(format!("the file {}", attachment.name)))?;
    let media_type = ContentType::parse(attachment.media_type.as_str())
        .map_err(|error| library(error.to_string()))?;
    Ok(Attachment::new(attachment.name.to_string()).body(body, media_type))
}

/// What stands between the parts. The same at every attempt, so that each hands over the very same
/// message; and unknown to whoever wrote the text, because the Message-ID is random and younger.
fn boundary(message_id: &str) -> String {
    let digest = Sha256::digest(message_id.as_bytes());
    format!("{digest:x}").chars().take(40).collect()
}

/// Line ends as they travel. lettre would do it too, but in quadratic time.
fn with_crlf(body: &str) -> String {
    let unified = body.replace("\r\n", "\n").replace('\r', "\n");
    unified.replace('\n', "\r\n")
}

fn mailbox(recipient: &Recipient) -> Result<Mailbox, MessageError> {
    Ok(Mailbox::new(
        recipient.name().map(str::to_owned),
        address(recipient)?,
    ))
}

/// The address with its domain as the network knows it: `bücher.example` travels as
/// `xn--bcher-kva.example`, which every mail server takes.
fn address(recipient: &Recipient) -> Result<Address, MessageError> {
    let unusable = || MessageError::Address(recipient.address().to_owned());
    let (user, domain) = recipient.address().rsplit_once('@').ok_or_else(unusable)?;
    let domain = idna::domain_to_ascii(domain).map_err(|_| unusable())?;
    Address::new(user, domain).map_err(|_| unusable())
}
