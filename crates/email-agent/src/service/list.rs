//! The list of emails: a search for the workflow type, and one small read per row.

use std::collections::HashSet;

use email_agent_api::{
    AgentError, EmailId, EmailList, EmailSummary, ListQuery, limits::LIST_PAGE_EMAILS,
};
use futures::{StreamExt, TryStreamExt, stream};
use iwf::{ApiError, Client};

use super::failure::of_read;
use crate::workflow::{EmailAgentWorkflow, SUMMARY};

/// Runs that only went on as another run of the same email are left out.
const QUERY: &str =
    "IwfWorkflowType = 'EmailAgentWorkflow' AND ExecutionStatus != 'ContinuedAsNew'";
/// Reads under way at once.
const READS_MAX: usize = 8;
/// A token of any server is shorter.
const TOKEN_BYTES_MAX: usize = 4_096;

pub(super) async fn page(client: &Client, query: ListQuery) -> Result<EmailList, AgentError> {
    let mut search = client
        .search(QUERY)
        .page_size(u16::try_from(LIST_PAGE_EMAILS).unwrap_or(u16::MAX));
    if let Some(token) = query.page {
        if token.len() > TOKEN_BYTES_MAX {
            return Err(no_such_page());
        }
        search = search.resume(token);
    }
    let found = match search.next_page().await {
        Ok(found) => found.unwrap_or_default(),
        // A place in the list that the server does not understand is the caller's mistake.
        Err(ApiError::Server { status: 500, .. } | ApiError::Rejected { .. })
            if search.next_token().is_some() =>
        {
            return Err(no_such_page());
        }
        Err(error) => return Err(super::failure::of_start(&error)),
    };
    let next = search.next_token().map(str::to_owned);
    let mut seen = HashSet::new();
    let ids: Vec<EmailId> = found
        .into_iter()
        .filter_map(|run| run.workflow_id.parse().ok())
        .filter(|id: &EmailId| seen.insert(id.clone()))
        .collect();
    let rows: Vec<Option<EmailSummary>> = stream::iter(ids)
        .map(|id| row(client, id))
        .buffered(READS_MAX)
        .try_collect()
        .await?;
    Ok(EmailList {
        emails: rows.into_iter().flatten().collect(),
        next,
    })
}

async fn row(client: &Client, id: EmailId) -> Result<Option<EmailSummary>, AgentError> {
    let summary = match client
        .workflow::<EmailAgentWorkflow>(id.as_str())
        .read(SUMMARY)
        .await
    {
        // Erased between the search and the read.
        Err(ApiError::NotFound) => None,
        answer => answer.map_err(|error| of_read(&id, &error))?,
    };
    Ok(summary.map(|summary| EmailSummary {
        id,
        stage: summary.stage,
        to: summary.to,
        title: summary.title,
        send_at: summary.send_at,
        changed_at: summary.changed_at,
    }))
}

fn no_such_page() -> AgentError {
    AgentError::bad_input(
        "page",
        "There is no such place in the list. Begin with its first page.",
    )
}
