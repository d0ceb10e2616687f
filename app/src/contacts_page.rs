//! `/settings/contacts`: whom the person writes to, rendered by the server alone.
//!
//! No script comes with this page and nothing of it is in the browser's program: plain forms, each
//! sent to an address of its own. In: a [`ContactsPage`] of the server. Out: the document.

use email_agent_api::{AppInfo, Contact, ContactSource, Contacts, to_say};
use leptos::prelude::*;
use tr::tr;

pub use crate::plain_page::POLICY;
use crate::{
    components::Frame,
    language::{date_time, known, say},
    plain_page,
};

/// Everything that the page shows.
pub struct ContactsPage {
    /// For the frame around it.
    pub info: AppInfo,
    /// The page of the list.
    pub contacts: Contacts,
    /// What was searched for.
    pub search: String,
    /// What was typed into the form for a contact and not taken, to be corrected.
    pub typed: ContactForm,
    /// What came of the last thing that was done.
    pub notice: Option<Notice>,
}

/// A contact as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default)]
pub struct ContactForm {
    /// The display name; may be empty.
    pub name: String,
    /// The address.
    pub address: String,
    /// The address it had before; empty for a new contact.
    pub replaces: String,
}

/// What came of it.
pub enum Notice {
    /// Done; to be said where it is shown.
    Done(&'static str),
    /// Not done, and why.
    Refused(String),
}

/// The whole document.
#[must_use]
pub fn render(page: ContactsPage) -> String {
    let title = match &page.notice {
        Some(Notice::Refused(_)) => to_say("Not done — Contacts — Email Agent"),
        Some(Notice::Done(_)) => to_say("Done — Contacts — Email Agent"),
        None => to_say("Contacts — Email Agent"),
    };
    plain_page::render(|| say(title).to_owned(), || view! { <Page page /> })
}

#[component]
fn Page(page: ContactsPage) -> impl IntoView {
    let ContactsPage {
        info,
        contacts,
        search,
        typed,
        notice,
    } = page;
    let count = contacts.book.count;
    let next = contacts.next.map(|next| {
        let search = search.clone();
        view! {
            <form method="get" action="/settings/contacts">
                <input type="hidden" name="search" value=search />
                <input type="hidden" name="page" value=next />
                <button class="button" type="submit">{say("More contacts")}</button>
            </form>
        }
    });
    let nobody = contacts.contacts.is_empty().then(|| {
        let words = if count == 0 {
            say("Nobody yet. Whoever you send an email to will stand here.")
        } else {
            say("No contact has these words in its name or address.")
        };
        view! { <p class="contacts__none">{words}</p> }
    });
    let rows = contacts.contacts.into_iter().map(row).collect_view();
    view! {
        <Frame info=Some(info)>
            <main class="contacts">
                <h1>{say("Contacts")}</h1>
                {notice.map(told)}
                {switch(contacts.book.remembers)}
                <section class="contacts__part" aria-labelledby="list-heading">
                    <h2 id="list-heading">{tr!("Whom I know ({count})", count)}</h2>
                    <form class="contacts__line" method="get" action="/settings/contacts" role="search">
                        <label class="field contacts__wide">
                            <span class="field__name">{say("Search in names and addresses")}</span>
                            <input class="field__control" name="search" value=search dir="auto" autocomplete="off" />
                        </label>
                        <button class="button" type="submit">{say("Search")}</button>
                    </form>
                    {nobody}
                    <ul class="contacts__rows">{rows}</ul>
                    {next}
                </section>
                <section class="contacts__part" aria-labelledby="add-heading">
                    <h2 id="add-heading">{say("Add a contact")}</h2>
                    {form(typed, say("Add"))}
                </section>
                {(count > 0).then(erase_all)}
            </main>
        </Frame>
    }
}

fn told(notice: Notice) -> AnyView {
    match notice {
        Notice::Done(text) => {
            view! { <p class="contacts__said contacts__said--good" role="status">{say(text)}</p> }
                .into_any()
        }
        Notice::Refused(text) => {
            view! { <p class="contacts__said contacts__said--bad" role="alert">{known(&text)}</p> }
                .into_any()
        }
    }
}

fn switch(remembers: bool) -> AnyView {
    let (now, value, label) = if remembers {
        (
            say(
                "Whoever a mail server has accepted an email for is remembered here, on this machine only.",
            ),
            "false",
            say("Stop remembering"),
        )
    } else {
        (
            say("Nobody is remembered any more. Whom I know already stays until you erase them."),
            "true",
            say("Remember whom I write to"),
        )
    };
    view! {
        <form class="contacts__line" method="post" action="/settings/contacts/remember">
            <p class="contacts__wide">{now}</p>
            <input type="hidden" name="on" value=value />
            <button class="button" type="submit">{label}</button>
        </form>
    }
    .into_any()
}

fn row(contact: Contact) -> AnyView {
    let source = match contact.source {
        ContactSource::Sent => say("from an email you sent"),
        ContactSource::You => say("written by you"),
    };
    let used = match (contact.times_used, contact.last_used) {
        (0, _) | (_, None) => say("no email yet").to_owned(),
        (times, Some(last)) => tr!(
            "one email, {time} (UTC)" | "{n} emails, the last {time} (UTC)" % times,
            time = date_time(last.naive_utc())
        ),
    };
    let address = contact.recipient.address().to_owned();
    let typed = ContactForm {
        name: contact.recipient.name().unwrap_or_default().to_owned(),
        address: address.clone(),
        replaces: address.clone(),
    };
    view! {
        <li>
            <details class="contacts__row">
                <summary>
                    <bdi>{contact.recipient.to_string()}</bdi>
                    <span class="contacts__facts">{format!("{used}, {source}")}</span>
                </summary>
                {form(typed, say("Save"))}
                <form method="post" action="/settings/contacts/erase">
                    <input type="hidden" name="address" value=address.clone() />
                    <button class="button button--danger" type="submit">
                        <span>{say("Erase ")} <bdi>{address}</bdi></span>
                    </button>
                </form>
            </details>
        </li>
    }
    .into_any()
}

fn form(typed: ContactForm, label: &'static str) -> AnyView {
    let replaces = (!typed.replaces.is_empty()).then(|| {
        let replaces = typed.replaces.clone();
        view! { <input type="hidden" name="replaces" value=replaces /> }
    });
    view! {
        <form class="contacts__line" method="post" action="/settings/contacts/save">
            {replaces}
            <label class="field contacts__wide">
                <span class="field__name">{say("Name")}</span>
                <input class="field__control" name="name" value=typed.name dir="auto" autocomplete="off" />
            </label>
            <label class="field contacts__wide">
                <span class="field__name">{say("Address")}</span>
                <input class="field__control" name="address" value=typed.address inputmode="email" autocomplete="off" required=true />
            </label>
            <button class="button" type="submit">{label}</button>
        </form>
    }
    .into_any()
}

fn erase_all() -> AnyView {
    view! {
        <details class="contacts__row">
            <summary>{say("Erase all contacts")}</summary>
            <form class="contacts__line" method="post" action="/settings/contacts/erase-all">
                <p class="contacts__wide">{say("They cannot be brought back. Emails are not touched.")}</p>
                <button class="button button--danger" type="submit">{say("Erase all")}</button>
            </form>
        </details>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use email_agent_api::{ApprovalMode, AssistantInfo, ContactBook, MailInfo};

    use super::*;

    #[test]
    fn it_is_a_whole_document_and_what_was_typed_stays_text() {
        let hostile = "\"><script>alert(1)</script>";
        let contact = Contact {
            recipient: "\"O'Neill, A & B\" <ab@example.com>".parse().unwrap(),
            source: ContactSource::Sent,
            first_used: None,
            last_used: None,
            times_used: 0,
        };
        let html = render(ContactsPage {
            info: info(),
            contacts: Contacts {
                contacts: vec![contact],
                next: Some("50".to_owned()),
                book: ContactBook {
                    remembers: true,
                    count: 51,
                },
            },
            search: hostile.to_owned(),
            typed: ContactForm {
                name: hostile.to_owned(),
                ..ContactForm::default()
            },
            notice: Some(Notice::Refused(hostile.to_owned())),
        });
        assert!(
            html.starts_with("<!DOCTYPE html><html lang=\"en\" dir=\"ltr\">"),
            "{html}"
        );
        assert!(
            !html.contains("<script") && !POLICY.contains("script"),
            "{html}"
        );
        for words in [
            "Not done — Contacts",
            "ab@example.com",
            "More contacts",
            "Stop remembering",
        ] {
            assert!(html.contains(words), "{words}");
        }
    }

    fn info() -> AppInfo {
        AppInfo {
            language: None,
            assistant: AssistantInfo::Offline,
            mail: MailInfo::Outbox {
                folder: "outbox".to_owned(),
            },
            approval: ApprovalMode::Ask,
            hold: false,
            version: "1.2.3".to_owned(),
            page_language: None,
            single_keys_off: false,
            first_run: None,
        }
    }
}
