//! The list of emails, answered by the catalogue.

use email_agent_api::{AgentError, EmailList, ListQuery, limits::SEARCH_CHARS_MAX, to_say};

use super::failure::of_store;
use crate::Office;

pub(super) async fn page(office: &Office, query: ListQuery) -> Result<EmailList, AgentError> {
    let length = query.search.chars().count();
    if length > SEARCH_CHARS_MAX {
        return Err(AgentError::too_large(
            "search",
            length,
            SEARCH_CHARS_MAX,
            to_say("characters"),
        ));
    }
    let erase_after_days = office.settings.now().retention.deleted_days;
    let page = office
        .store
        .list(query)
        .await
        .map_err(|error| of_store(&error))?;
    let page = page.map(|page| EmailList {
        erase_after_days,
        ..page
    });
    page.ok_or_else(|| {
        AgentError::bad_input(
            "page",
            to_say("There is no such place in the list. Begin with its first page."),
        )
    })
}
