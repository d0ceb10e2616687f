//! Reading a form with files. Nothing is buffered beyond the limits, and what is too large is read to
//! its end all the same: a browser whose request is cut off shows a broken connection instead of the
//! sentence that says why.

use std::time::Duration;

use axum::{
    body::Body,
    extract::{
        FromRequest, Multipart, Request,
        multipart::{Field, MultipartError},
    },
};
use email_agent_api::{
    AgentError, ErrorCode, FileName, MediaType, NewFile, check_attachments,
    limits::{ATTACHMENTS_MAX, UPLOAD_BODY_BYTES_MAX},
};
use futures::StreamExt;
use http::{StatusCode, header};

/// One field that is no file.
const FIELD_BYTES_MAX: usize = 1_000;
/// How much of a request that is refused anyway is read and thrown away, and for how long.
const DRAIN_BYTES_MAX: usize = 200_000_000;
const DRAIN_PATIENCE: Duration = Duration::from_secs(30);

/// A form as it came in.
#[derive(Debug, Default)]
pub(crate) struct Upload {
    pub(crate) id: String,
    pub(crate) key: String,
    pub(crate) version: String,
    pub(crate) files: Vec<NewFile>,
}

/// Reads the form. The route's own limit on its body holds it to [`UPLOAD_BODY_BYTES_MAX`].
pub(crate) async fn read(request: Request) -> Result<Upload, AgentError> {
    let declared = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if let Some(bytes) = declared.filter(|bytes| *bytes > UPLOAD_BODY_BYTES_MAX as u64) {
        drain(request.into_body()).await;
        return Err(too_large(bytes));
    }
    let form = Multipart::from_request(request, &()).await;
    let mut form = form.map_err(|_| unreadable())?;
    let mut upload = Upload::default();
    let (mut count, mut bytes) = (0, 0);
    while let Some(field) = form.next_field().await.map_err(|error| broken(&error))? {
        match field.name().unwrap_or_default() {
            "id" => upload.id = text(field).await?,
            "key" => upload.key = text(field).await?,
            "version" => upload.version = text(field).await?,
            "file" => {
                let Some(file) = file(field, &mut bytes, count < ATTACHMENTS_MAX).await? else {
                    continue;
                };
                count += 1;
                if count <= ATTACHMENTS_MAX {
                    upload.files.push(file);
                }
            }
            _ => {}
        }
    }
    check_attachments(count, bytes)?;
    Ok(upload)
}

/// A file; none where nothing was chosen. `bytes` counts those of all files.
async fn file(
    mut field: Field<'_>,
    bytes: &mut u64,
    is_kept: bool,
) -> Result<Option<NewFile>, AgentError> {
    let name = field.file_name().unwrap_or_default().to_owned();
    let media_type = MediaType::cleaned(field.content_type().unwrap_or_default());
    let mut content = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(|error| broken(&error))? {
        *bytes += chunk.len() as u64;
        if is_kept && check_attachments(1, *bytes).is_ok() {
            content.extend_from_slice(&chunk);
        }
    }
    if name.is_empty() && content.is_empty() {
        return Ok(None);
    }
    Ok(Some(NewFile {
        name: FileName::cleaned(&name),
        media_type,
        bytes: content,
    }))
}

async fn text(mut field: Field<'_>) -> Result<String, AgentError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(|error| broken(&error))? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > FIELD_BYTES_MAX {
            return Err(unreadable());
        }
    }
    String::from_utf8(bytes).map_err(|_| unreadable())
}

async fn drain(body: Body) {
    let mut pieces = body.into_data_stream();
    let reading = async {
        let mut bytes = 0;
        while let Some(Ok(piece)) = pieces.next().await {
            bytes += piece.len();
            if bytes > DRAIN_BYTES_MAX {
                break;
            }
        }
    };
    // Whoever sends for longer than that may see the connection break.
    let _ = tokio::time::timeout(DRAIN_PATIENCE, reading).await;
}

fn broken(error: &MultipartError) -> AgentError {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return too_large(UPLOAD_BODY_BYTES_MAX as u64 + 1);
    }
    unreadable()
}

/// The lines around the files are few, so what is beyond the limit of a request is files.
fn too_large(bytes: u64) -> AgentError {
    let refused = check_attachments(1, bytes).err();
    refused.unwrap_or_else(unreadable)
}

fn unreadable() -> AgentError {
    AgentError::new(
        ErrorCode::BadInput,
        "The request could not be read: it must be a form (multipart/form-data) with `key`, `version` and one or more `file`. Nothing was attached.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(name: &str, value: &str) -> String {
        format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    }

    fn file(name: &str, media_type: &str, content: &str) -> String {
        format!(
            "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: {media_type}\r\n\r\n{content}\r\n"
        )
    }

    fn request(parts: &[String]) -> Request {
        let body = format!("{}--x--\r\n", parts.concat());
        Request::builder()
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=x")
            .body(Body::from(body))
            .unwrap()
    }

    async fn code(parts: &[String]) -> ErrorCode {
        read(request(parts)).await.unwrap_err().code
    }

    #[tokio::test]
    async fn a_form_is_read_and_its_names_are_cleaned() {
        let upload = read(request(&[
            field("key", "k"),
            field("version", "3"),
            field("unknown", "x"),
            file("../Relatório 日本.pdf", "application/pdf", "a\nb\r\n"),
            file("b", "nonsense", ""),
            // What a browser sends where nothing was chosen.
            file("", "application/octet-stream", ""),
        ]))
        .await
        .unwrap();
        assert_eq!((upload.key.as_str(), upload.version.as_str()), ("k", "3"));
        let read: Vec<_> = upload
            .files
            .iter()
            .map(|file| {
                let NewFile {
                    name,
                    media_type,
                    bytes,
                } = file;
                (name.as_str(), media_type.as_str(), bytes.as_slice())
            })
            .collect();
        let expected: [(&str, &str, &[u8]); 2] = [
            ("Relatório 日本.pdf", "application/pdf", b"a\nb\r\n"),
            ("b", "application/octet-stream", b""),
        ];
        assert_eq!(read, expected);
    }

    #[tokio::test]
    async fn limits_hold_however_they_are_met() {
        let many = vec![file("a", "text/plain", "x"); ATTACHMENTS_MAX];
        assert_eq!(read(request(&many)).await.unwrap().files.len(), many.len());
        let too_many = vec![file("a", "text/plain", "x"); ATTACHMENTS_MAX + 1];
        assert_eq!(code(&too_many).await, ErrorCode::TooLarge);
        // Without a declared length, beyond what a body may have (2 MB where no route says more).
        let long = file("a", "text/plain", &"x".repeat(3_000_000));
        assert_eq!(code(&[long]).await, ErrorCode::TooLarge);
        let mut declared = request(&[file("a", "text/plain", "x")]);
        let length = (UPLOAD_BODY_BYTES_MAX + 1).into();
        declared
            .headers_mut()
            .insert(header::CONTENT_LENGTH, length);
        let refused = read(declared).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::TooLarge);
    }

    #[tokio::test]
    async fn what_is_no_such_form_is_said_to_be_none() {
        let long = field("key", &"k".repeat(FIELD_BYTES_MAX + 1));
        assert_eq!(code(&[long]).await, ErrorCode::BadInput);
        assert_eq!(
            code(&["--x\r\nnonsense".to_owned()]).await,
            ErrorCode::BadInput
        );
        let json = Request::builder()
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from("{}"));
        let refused = read(json.unwrap()).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::BadInput);
    }
}
