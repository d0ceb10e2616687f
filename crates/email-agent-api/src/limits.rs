//! Every limit on what a person or a program may hand in. Units are in the names.

/// A request in words: about eight pages of text.
pub const REQUEST_CHARS_MAX: usize = 16_000;
/// The body of one email.
pub const BODY_CHARS_MAX: usize = 100_000;
/// The subject of one email. RFC 5322 folds long lines, but nobody reads further.
pub const SUBJECT_CHARS_MAX: usize = 500;
/// Recipients of one email, To, Cc and Bcc together.
pub const RECIPIENTS_MAX: usize = 50;
/// One recipient as typed, display name and address.
pub const RECIPIENT_CHARS_MAX: usize = 400;
/// A Message-ID that an email answers or refers to.
pub const MESSAGE_ID_CHARS_MAX: usize = 250;
/// Messages that an email refers to, besides the one it answers.
pub const REFERENCES_MAX: usize = 50;
/// Requests that wait while the agent works.
pub const QUEUE_REQUESTS_MAX: usize = 20;
/// Turns of the conversation that are kept; older ones are dropped, oldest first.
pub const CONVERSATION_TURNS_MAX: usize = 60;
/// Characters of the kept conversation in all; the oldest turns are dropped beyond it.
pub const CONVERSATION_CHARS_MAX: usize = 120_000;
/// Steps of the timeline that are kept; older ones are dropped, oldest first.
pub const TIMELINE_STEPS_MAX: usize = 150;
/// Characters of all kept steps together.
pub const TIMELINE_CHARS_MAX: usize = 60_000;
/// Versions of the email that are kept; older ones are dropped, oldest first.
pub const VERSIONS_MAX: usize = 20;
/// Characters of all kept versions together.
pub const VERSIONS_CHARS_MAX: usize = 400_000;
/// Pieces in which the difference of one field is told; beyond it, text is compared more roughly.
pub const COMPARE_PIECES_MAX: usize = 2_000;
/// An idempotency key.
pub const KEY_CHARS_MAX: usize = 64;
/// A language tag of a browser.
pub const LANGUAGE_TAG_CHARS_MAX: usize = 35;
/// Translations that are kept beside the versions of an email; older ones are dropped, oldest first.
pub const READINGS_MAX: usize = 5;
/// Characters of all of them together.
pub const READINGS_CHARS_MAX: usize = 200_000;
/// One of them: more than a body, because translations grow.
pub const READING_CHARS_MAX: usize = 150_000;
/// Characters of a line beyond which a person is told: RFC 5322 allows 998 in transport.
pub const LINE_CHARS_MAX: usize = 998;
/// A time in words.
pub const TIME_WORDS_CHARS_MAX: usize = 200;
/// An IANA time-zone name.
pub const ZONE_CHARS_MAX: usize = 64;
/// Files of one version of an email.
pub const ATTACHMENTS_MAX: usize = 10;
/// All of them together: as mail they are a third larger, and many mail servers take 25 MB.
pub const ATTACHMENTS_BYTES_MAX: u64 = 10_000_000;
/// The name of a file; what is longer is cut in front of its ending.
pub const FILE_NAME_CHARS_MAX: usize = 200;
/// What a file is said to be.
pub const MEDIA_TYPE_CHARS_MAX: usize = 100;
/// Files that are kept for one email, those of older versions included, until it is erased.
pub const FILES_KEPT_MAX: u32 = 100;
/// All of them together.
pub const FILES_KEPT_BYTES_MAX: u64 = 100_000_000;
/// One HTTP request body that brings files: theirs, and the lines around them.
pub const UPLOAD_BODY_BYTES_MAX: usize = 10_100_000;
/// One HTTP request body to the app, but for those that bring files.
pub const HTTP_BODY_BYTES_MAX: usize = 1024 * 1024;
/// Emails on one page of the list.
pub const LIST_PAGE_EMAILS: u32 = 50;
/// What is searched for in the list.
pub const SEARCH_CHARS_MAX: usize = 200;
/// The name that a person gives an email.
pub const EMAIL_NAME_CHARS_MAX: usize = 120;
/// How long a deleted email can be brought back, unless somebody chose another time.
pub const ERASE_AFTER_DAYS: u32 = 7;
/// How long a send can be undone after "Send now", unless somebody chose another time.
pub const UNDO_WINDOW_SECONDS: u32 = 10;
/// The longest time that can be chosen for it.
pub const UNDO_WINDOW_SECONDS_MAX: u32 = 60;
/// How late an email may be at most that is still sent unasked: a week.
pub const LATE_MINUTES_MAX: u32 = 10_080;
/// The highest limit on mails per hour and per day.
pub const MAILS_LIMIT_MAX: u32 = 100_000;
/// Domains that mail may leave to.
pub const ALLOWED_DOMAINS_MAX: usize = 100;
/// How far ahead a mail can be scheduled: ten years.
pub const SCHEDULE_AHEAD_DAYS_MAX: i64 = 3_660;
/// The name that a person signs with.
pub const NAME_CHARS_MAX: usize = 100;
/// How a person wants their emails to sound; it goes with every turn of the assistant.
pub const STYLE_NOTE_CHARS_MAX: usize = 2_000;
/// What stands below each email.
pub const SIGNATURE_CHARS_MAX: usize = 1_000;
/// The user of a mail server.
pub const LOGIN_CHARS_MAX: usize = 200;
/// The address of a language model.
pub const ENDPOINT_CHARS_MAX: usize = 500;
/// The name of a language model.
pub const MODEL_CHARS_MAX: usize = 200;
/// A password or key.
pub const SECRET_CHARS_MAX: usize = 1_000;
/// Contacts that are remembered.
pub const CONTACTS_MAX: u32 = 10_000;
/// Contacts on one page of their list.
pub const CONTACTS_PAGE: u32 = 50;
/// What is searched for among contacts.
pub const CONTACT_SEARCH_CHARS_MAX: usize = 200;
/// Names in one request that are looked up among the contacts.
pub const NAMES_MAX: usize = 5;
/// Contacts that are offered for one name.
pub const CANDIDATES_MAX: usize = 8;
