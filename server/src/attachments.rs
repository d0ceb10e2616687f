//! Files in and out: `POST /api/ai-agent/attach` for the page's script and for programs, the same as a
//! plain form of the page, and `GET /e/{id}/files/{file}`.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, Path, Request, State},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use email_agent_api::{
    Accepted, AgentError, AttachRequest, EmailAgent, EmailId, FileContent, FileId, FileName,
    limits::UPLOAD_BODY_BYTES_MAX,
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::{errors, upload};

type Agent = Arc<dyn EmailAgent>;

/// The JSON call that takes a form instead of JSON.
pub(crate) const ATTACH: &str = "/api/ai-agent/attach";

/// What cannot stand in the full name of a file in a header (RFC 8187), and a little more.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The routes whose bodies may be larger than those of all others.
pub(crate) fn uploads(agent: Agent) -> Router {
    Router::new()
        .route(ATTACH, post(call))
        .route("/e/{id}/attach", post(form))
        .layer(DefaultBodyLimit::max(UPLOAD_BODY_BYTES_MAX))
        .with_state(agent)
}

/// The way out.
pub(crate) fn downloads(agent: Agent) -> Router {
    Router::new()
        .route("/e/{id}/files/{file}", get(download))
        .with_state(agent)
}

async fn call(State(agent): State<Agent>, request: Request) -> Response {
    match attach(&*agent, None, request).await {
        Ok(accepted) => Json(accepted).into_response(),
        Err(error) => {
            let status = StatusCode::from_u16(error.code.http_status());
            let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            (status, Json(error)).into_response()
        }
    }
}

async fn form(State(agent): State<Agent>, Path(id): Path<String>, request: Request) -> Response {
    // Only a well-formed id goes into an address.
    let page = id
        .parse::<EmailId>()
        .map_or_else(|_| "/".to_owned(), |id| format!("/e/{id}"));
    match attach(&*agent, Some(id), request).await {
        Ok(_) => Redirect::to(&page).into_response(),
        Err(error) => errors::page(&error, &page),
    }
}

/// `id` is that of the address; where there is none, the form has it.
async fn attach(
    agent: &dyn EmailAgent,
    id: Option<String>,
    request: Request,
) -> Result<Accepted, AgentError> {
    let upload = upload::read(request).await?;
    let id: EmailId = id.unwrap_or(upload.id).parse()?;
    let version = upload.version.parse();
    let request = AttachRequest {
        key: upload.key.parse()?,
        base: version.map_err(|_| {
            AgentError::bad_input(
                "version",
                "Say which version of the email you saw: load the page again and attach the files there.",
            )
        })?,
        files: upload.files,
    };
    agent.attach(id, request).await
}

async fn download(
    State(agent): State<Agent>,
    Path((id, file)): Path<(String, String)>,
) -> Response {
    match read(&*agent, &id, &file).await {
        Ok(file) => as_file(file),
        Err(error) => errors::page(&error, "/"),
    }
}

async fn read(agent: &dyn EmailAgent, id: &str, file: &str) -> Result<FileContent, AgentError> {
    agent
        .file(id.parse::<EmailId>()?, file.parse::<FileId>()?)
        .await
}

/// Bytes to keep, never a page to look at: whatever the file is said to be, it is somebody's and must
/// not run as ours. (`nosniff` comes with every answer; see `doors`.)
fn as_file(file: FileContent) -> Response {
    let mut headers = HeaderMap::new();
    let octets = HeaderValue::from_static("application/octet-stream");
    headers.insert(header::CONTENT_TYPE, octets);
    let policy = HeaderValue::from_static("default-src 'none'; sandbox");
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    let disposition = HeaderValue::from_str(&disposition(&file.attachment.name))
        .unwrap_or(HeaderValue::from_static("attachment"));
    headers.insert(header::CONTENT_DISPOSITION, disposition);
    (headers, file.bytes).into_response()
}

/// The name twice, as RFC 6266 has it: in ASCII for old programs, and in full.
fn disposition(name: &FileName) -> String {
    let plain = |c: char| match c {
        '"' | '\\' | '%' => '_',
        c if c.is_ascii_graphic() || c == ' ' => c,
        _ => '_',
    };
    let ascii: String = name.as_str().chars().map(plain).collect();
    let full = utf8_percent_encode(name.as_str(), ESCAPED);
    format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{full}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_leave_its_header() {
        for (name, header) in [
            (
                "a.pdf",
                "attachment; filename=\"a.pdf\"; filename*=UTF-8''a.pdf",
            ),
            (
                "a\"; b=\"c",
                "attachment; filename=\"a_; b=_c\"; filename*=UTF-8''a%22%3B%20b%3D%22c",
            ),
            (
                "ação 日.txt",
                "attachment; filename=\"a__o _.txt\"; filename*=UTF-8''a%C3%A7%C3%A3o%20%E6%97%A5.txt",
            ),
        ] {
            let made = disposition(&FileName::cleaned(name));
            assert_eq!(made, header);
            assert!(HeaderValue::from_str(&made).is_ok());
        }
    }
}
