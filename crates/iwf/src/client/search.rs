//! Finding runs by their search attributes, page by page.

use super::{ApiError, Client};
use iwf_protocol::WorkflowSearchRequest;

/// One run that fits a query.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Found {
    /// The caller's name for the workflow.
    pub workflow_id: String,
    /// The run.
    pub run_id: String,
}

/// The pages of a search, asked for one by one.
///
/// ```no_run
/// # async fn look(client: iwf::Client, owner: &str) -> Result<(), Box<dyn std::error::Error>> {
/// let owner = iwf::quote(owner).ok_or("no such owner")?;
/// let mut pages = client.search(format!("Owner = {owner}")).page_size(50);
/// while let Some(page) = pages.next_page().await? {
///     for run in page {
///         let id = run.workflow_id;
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is searched before a page is asked for"]
pub struct SearchPages {
    client: Client,
    query: String,
    page_size: Option<i32>,
    token: Option<String>,
    done: bool,
}

impl Client {
    /// The runs that fit a query such as `Owner = 'ana' AND ExecutionStatus = 'Running'`: open ones
    /// first, newest first. Put values from outside through [`quote`].
    pub fn search(&self, query: impl Into<String>) -> SearchPages {
        let client = self.clone();
        SearchPages {
            client,
            query: query.into(),
            page_size: None,
            token: None,
            done: false,
        }
    }
}

impl SearchPages {
    /// How many runs a page holds; the server decides unless given.
    pub fn page_size(mut self, runs: u16) -> Self {
        self.page_size = Some(i32::from(runs).max(1));
        self
    }

    /// Goes on where another search with the same query and page size stopped; see
    /// [`next_token`](Self::next_token).
    pub fn resume(mut self, token: impl Into<String>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// What the next page is asked for with, so that it can be asked for in another call; `None`
    /// before the first page and after the last.
    #[must_use]
    pub fn next_token(&self) -> Option<&str> {
        self.token.as_deref().filter(|token| !token.is_empty())
    }

    /// The next page; `None` after the last.
    ///
    /// # Errors
    /// [`ApiError::Server`] or [`ApiError::Rejected`] when the query cannot be understood, and
    /// whatever the server says. The same page can be asked for again.
    pub async fn next_page(&mut self) -> Result<Option<Vec<Found>>, ApiError> {
        if self.done {
            return Ok(None);
        }
        let request = WorkflowSearchRequest {
            query: self.query.clone(),
            page_size: self.page_size,
            next_page_token: self.token.clone(),
        };
        let answer = self.client.backend.search(request).await?;
        self.done = answer.next_page_token.is_empty();
        self.token = Some(answer.next_page_token);
        let runs = answer.workflow_executions.into_iter();
        let found = runs
            .map(|run| Found {
                workflow_id: run.workflow_id,
                run_id: run.workflow_run_id,
            })
            .collect();
        Ok(Some(found))
    }

    /// The first `runs_max` runs, over as many pages as it takes.
    ///
    /// # Errors
    /// As [`next_page`](Self::next_page).
    pub async fn take(mut self, runs_max: usize) -> Result<Vec<Found>, ApiError> {
        let mut found = vec![];
        while found.len() < runs_max {
            match self.next_page().await? {
                Some(page) => found.extend(page),
                None => break,
            }
        }
        found.truncate(runs_max);
        Ok(found)
    }
}

/// A value as a literal of the query language, quotes included. `None` for text that the language
/// cannot hold safely: both kinds of quotes at once, a backslash, or control characters.
#[must_use]
pub fn quote(value: &str) -> Option<String> {
    if value.contains('\\') || value.chars().any(char::is_control) {
        return None;
    }
    match (value.contains('\''), value.contains('"')) {
        (false, _) => Some(format!("'{value}'")),
        (true, false) => Some(format!("\"{value}\"")),
        (true, true) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_cannot_be_escaped() {
        assert_eq!(quote("ana").as_deref(), Some("'ana'"));
        assert_eq!(quote("o'hara").as_deref(), Some("\"o'hara\""));
        assert_eq!(quote("' OR \"1"), None);
        assert_eq!(quote("a\\"), None);
        assert_eq!(quote("a\nb"), None);
    }
}
