//! Contacts behind the door: what comes in is checked, what goes wrong in the store is told to people.

use email_agent_api::{
    AgentError, ContactBook, ContactQuery, Contacts as Page, EmailView, ErrorCode, Recipient,
    SaveContact,
    limits::{CONTACT_SEARCH_CHARS_MAX, CONTACTS_MAX, CONTACTS_PAGE},
    to_say,
};
use email_agent_store::StoreError;

use crate::{Office, contacts::Contacts};

fn contacts(office: &Office) -> Contacts {
    Contacts(office.store.clone())
}

/// Says of an email which of its recipients are new, and which look like others.
pub(super) async fn introduce(office: &Office, view: &mut EmailView) {
    // Who has got it is no stranger, and what is over needs no warning.
    if view.stage.kind().is_final() {
        return;
    }
    match contacts(office).acquaintance(&view.email).await {
        Ok(found) => {
            view.new_recipients = found.new;
            view.warnings.extend(found.warnings);
        }
        Err(error) => tracing::warn!(%error, "the contacts cannot be read; nobody is called new"),
    }
}

pub(super) async fn page(office: &Office, query: ContactQuery) -> Result<Page, AgentError> {
    let length = query.search.chars().count();
    if length > CONTACT_SEARCH_CHARS_MAX {
        return Err(AgentError::too_large(
            "search",
            length,
            CONTACT_SEARCH_CHARS_MAX,
            to_say("characters"),
        ));
    }
    let offset = match &query.page {
        None => 0,
        Some(page) => page
            .parse()
            .ok()
            .filter(|offset: &u32| *offset <= CONTACTS_MAX)
            .ok_or_else(no_such_page)?,
    };
    let contacts = contacts(office);
    let (found, has_more) = contacts
        .search(&query.search, offset)
        .await
        .map_err(|error| told(&error))?;
    Ok(Page {
        contacts: found,
        next: has_more.then(|| (offset + CONTACTS_PAGE).to_string()),
        book: contacts.book().await.map_err(|error| told(&error))?,
    })
}

pub(super) async fn save(office: &Office, contact: SaveContact) -> Result<ContactBook, AgentError> {
    let contacts = contacts(office);
    let SaveContact {
        recipient,
        replaces,
    } = contact;
    let has_room = contacts.save(&recipient, replaces.as_ref()).await;
    if !has_room.map_err(|error| told(&error))? {
        return Err(AgentError::new(
            ErrorCode::TooMany,
            to_say!(
                "There are {CONTACTS_MAX} contacts already. Nothing was changed: erase some first."
            ),
        ));
    }
    contacts.book().await.map_err(|error| told(&error))
}

pub(super) async fn erase(office: &Office, contact: &Recipient) -> Result<ContactBook, AgentError> {
    let contacts = contacts(office);
    contacts
        .erase(contact)
        .await
        .map_err(|error| told(&error))?;
    contacts.book().await.map_err(|error| told(&error))
}

pub(super) async fn erase_all(office: &Office) -> Result<ContactBook, AgentError> {
    let contacts = contacts(office);
    contacts.erase_all().await.map_err(|error| told(&error))?;
    contacts.book().await.map_err(|error| told(&error))
}

/// The same, and how many there were.
pub(super) async fn erase_all_counted(office: &Office) -> Result<u32, AgentError> {
    let before = contacts(office).book().await;
    let before = before.map_err(|error| told(&error))?.count;
    let after = erase_all(office).await?.count;
    Ok(before.saturating_sub(after))
}

pub(super) async fn remember(office: &Office, on: bool) -> Result<ContactBook, AgentError> {
    let contacts = contacts(office);
    contacts.remember(on).await.map_err(|error| told(&error))?;
    contacts.book().await.map_err(|error| told(&error))
}

fn told(error: &StoreError) -> AgentError {
    tracing::error!(%error, "the contacts are out of reach");
    AgentError::unavailable(to_say(
        "The contacts are out of reach, because their file cannot be read or written; the log says more. Nothing was changed: try again in a moment.",
    ))
}

fn no_such_page() -> AgentError {
    AgentError::bad_input(
        "page",
        to_say("There is no such place in the list. Begin with its first page."),
    )
}
