//! Between attributes and the desk: loading, and storing what changed.

use email_agent_api::{EmailId, StageKind};
use iwf::{CxError, StateCx};

use super::{
    EmailAgentWorkflow,
    schema::{
        CONVERSATION, CURRENT_REQUEST, DESK, EMAIL_BODY, EMAIL_RECIPIENT, EMAIL_SEND_AT,
        EMAIL_STAGE, EMAIL_SUBJECT, PREVIOUS_RESPONSE_ID, REQUESTS, SCHEDULED_TIME, STATUS,
        SUMMARY, TIMELINE, VERSIONS,
    },
};
use crate::{
    book::Book,
    desk::{Desk, Note, Shown},
    readings::Readings,
};

type Cx<'a> = StateCx<'a, EmailAgentWorkflow>;

/// The desk as last committed.
pub(super) fn load(cx: &Cx<'_>) -> Result<Desk, CxError> {
    Ok(Desk {
        record: cx.require(DESK)?,
        versions: cx.get(VERSIONS)?.unwrap_or_default(),
        conversation: cx.get(CONVERSATION)?.unwrap_or_default(),
        steps: cx.get(TIMELINE)?.unwrap_or_default(),
        previous_response_id: cx.get(PREVIOUS_RESPONSE_ID)?,
    })
}

/// The book as last committed. States only read it.
pub(super) fn load_book(cx: &Cx<'_>) -> Result<Book, CxError> {
    Ok(cx.get(REQUESTS)?.unwrap_or_default())
}

/// Writes what differs from `before`; `None` writes everything.
pub(super) fn store(cx: &mut Cx<'_>, before: Option<&Desk>, mut desk: Desk) -> Result<(), CxError> {
    if before == Some(&desk) {
        return Ok(());
    }
    desk.record.revision += 1;
    desk.record.changed_at = cx.now().into();
    store_article(cx, before, &desk)?;
    tell_catalogue(cx, &desk)?;
    let summary = desk.summary();
    if before.map(|desk| desk.record.stage.kind()) != Some(summary.stage) {
        cx.set(STATUS, summary.stage)?;
        cx.set_search(EMAIL_STAGE, keyword(summary.stage));
    }
    if before.map(Desk::due) != Some(desk.due())
        && let Some(due) = desk.due()
    {
        cx.set_search(EMAIL_SEND_AT, due.into());
    }
    if before.map(Desk::summary).as_ref() != Some(&summary) {
        cx.set(SUMMARY, summary)?;
    }
    if before.map(|desk| &desk.versions) != Some(&desk.versions) {
        cx.set(VERSIONS, desk.versions)?;
    }
    if before.map(|desk| &desk.conversation) != Some(&desk.conversation) {
        cx.set(CONVERSATION, desk.conversation)?;
    }
    if before.map(|desk| &desk.steps) != Some(&desk.steps) {
        cx.set(TIMELINE, desk.steps)?;
    }
    cx.set(DESK, desk.record)
}

/// Tells the catalogue what is about to be committed. Nobody waits for it, and nothing depends on it:
/// if this step is repeated after a crash it tells again, and what could not be written is repaired.
fn tell_catalogue(cx: &Cx<'_>, desk: &Desk) -> Result<(), CxError> {
    // Emails have ids of their own kind; a workflow that somebody else has started is not listed.
    let Ok(id) = cx.info().workflow_id.parse::<EmailId>() else {
        return Ok(());
    };
    let shown = Shown {
        desk,
        book: &load_book(cx)?,
        draft: String::new(),
        note: &Note::default(),
        readings: &Readings::default(),
    };
    let (catalogue, entry) = (cx.workflow().office.store.clone(), shown.entry(id));
    tokio::spawn(async move {
        if let Err(error) = catalogue.catalogue(entry).await {
            tracing::warn!(%error, "the list of emails could not be brought up to date; it will be repaired");
        }
    });
    Ok(())
}

/// The attributes of the article, for people who look with other tools.
fn store_article(cx: &mut Cx<'_>, before: Option<&Desk>, desk: &Desk) -> Result<(), CxError> {
    let request = |desk: &Desk| desk.record.in_hand.as_ref().map(|held| held.text.clone());
    match request(desk) {
        Some(text) if before.and_then(request).as_ref() != Some(&text) => {
            cx.set(CURRENT_REQUEST, text)?;
        }
        _ => {}
    }
    let response_before = before.and_then(|desk| desk.previous_response_id.as_ref());
    match &desk.previous_response_id {
        Some(id) if response_before != Some(id) => cx.set(PREVIOUS_RESPONSE_ID, id.clone())?,
        None if response_before.is_some() => cx.clear(PREVIOUS_RESPONSE_ID),
        _ => {}
    }
    if before.map(Desk::version) != Some(desk.version()) {
        let email = desk.email();
        let to: Vec<_> = email.to.iter().map(ToString::to_string).collect();
        cx.set(EMAIL_RECIPIENT, to.join(", "))?;
        cx.set(EMAIL_SUBJECT, email.subject.to_string())?;
        cx.set(EMAIL_BODY, email.body)?;
        cx.set(
            SCHEDULED_TIME,
            email.send_at.map(|wish| wish.instant.timestamp()),
        )?;
    }
    Ok(())
}

/// The name of a stage as it stands in the search attribute: the same as on the wire.
pub(super) fn keyword(stage: StageKind) -> String {
    stage.name().to_owned()
}
