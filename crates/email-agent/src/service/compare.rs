//! Comparing two kept versions: read as they are committed, also after the email has ended.

use std::time::{Duration, Instant};

use email_agent_api::{
    AgentError, CompareRequest, Comparison, Email, EmailVersion, ErrorCode, Version, to_say,
};

use crate::email::compare;

/// Two long texts that have nothing in common take longer than anybody waits; what is not compared
/// by then is shown as replaced.
const PATIENCE: Duration = Duration::from_millis(500);

/// The difference between two of these versions.
pub(super) async fn of(
    versions: Vec<EmailVersion>,
    request: CompareRequest,
) -> Result<Comparison, AgentError> {
    let (from, _) = find(&versions, request.from, "from")?;
    let (to, author) = find(&versions, request.to, "to")?;
    let author = author.ok_or_else(|| not_kept(request.to, "to"))?;
    // Computing, not waiting: not on a thread that serves others.
    let fields = tokio::task::spawn_blocking(move || {
        compare::compare(&from, &to, Instant::now().checked_add(PATIENCE))
    })
    .await
    .map_err(|_| {
        AgentError::new(
            ErrorCode::Internal,
            to_say("The versions could not be compared. Nothing was changed: look at each of them instead."),
        )
    })?;
    Ok(Comparison {
        from: request.from,
        to: request.to,
        author,
        fields,
    })
}

/// The email as of a version, and who made it; before the first one there is an empty one.
fn find(
    versions: &[EmailVersion],
    version: Version,
    field: &str,
) -> Result<(Email, Option<email_agent_api::Author>), AgentError> {
    if version == 0 {
        return Ok((Email::default(), None));
    }
    versions
        .iter()
        .find(|kept| kept.version == version)
        .map(|kept| (kept.email.clone(), Some(kept.author)))
        .ok_or_else(|| not_kept(version, field))
}

fn not_kept(version: Version, field: &str) -> AgentError {
    AgentError::bad_input(
        field,
        to_say!("Version {version} is not kept. Choose one from the list of versions."),
    )
}
