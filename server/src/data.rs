//! The page `/settings/data`, its forms, and the download of everything. What was done is shown by a
//! redirect, so that loading the page again erases nothing that was begun meanwhile; what was refused
//! comes back with what was typed.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use app::data_page::{DataPage, EraseForm, Outcome, POLICY, RetentionForm, SettingsErased, render};
use axum::{
    Form, Router,
    body::Body,
    extract::{Query, State},
    response::{Html, IntoResponse, Redirect, Response},
    routing::{get, post},
};
use chrono::Utc;
use email_agent::preferences::Preferences;
use email_agent_api::{
    AgentError, ContactQuery, EmailAgent, Erased, ErrorCode, Retention, Safety, to_say,
};
use futures::stream;
use http::{HeaderValue, StatusCode, header};
use serde::Deserialize;
use tokio::io::AsyncReadExt;

use crate::{errors, export};

const ADDRESS: &str = "/settings/data";
/// What is read of the download at a time.
const CHUNK_BYTES: usize = 64 * 1024;

/// What the page is about.
#[derive(Clone)]
pub(crate) struct House(Arc<Inside>);

struct Inside {
    preferences: Arc<Preferences>,
    agent: Arc<dyn EmailAgent>,
    /// Where a download is made.
    folder: PathBuf,
    /// One download at a time, so that two do not fill the disk.
    exporting: tokio::sync::Mutex<()>,
    /// What came of erasing everything, for the page that comes after it. It names emails, so it
    /// stands in no address.
    erased: Mutex<Option<(Erased, SettingsErased)>>,
}

impl House {
    pub(crate) fn new(
        preferences: Arc<Preferences>,
        agent: Arc<dyn EmailAgent>,
        folder: PathBuf,
    ) -> Self {
        Self(Arc::new(Inside {
            preferences,
            agent,
            folder,
            exporting: tokio::sync::Mutex::default(),
            erased: Mutex::default(),
        }))
    }
}

/// The page, its forms, and the download.
pub(crate) fn router(house: House) -> Router {
    let back = || async { Redirect::to(ADDRESS) };
    Router::new()
        .route(ADDRESS, get(show).post(save))
        .route("/settings/data/export", get(download))
        .route("/settings/data/erase", post(erase).get(back))
        .with_state(house)
}

#[derive(Deserialize)]
struct Wish {
    done: Option<String>,
}

async fn show(State(house): State<House>, Query(wish): Query<Wish>) -> Response {
    let outcome = match wish.done.as_deref() {
        Some("saved") => Outcome::Saved,
        Some("erased") => {
            let erased = house.0.erased.lock();
            let erased = erased.unwrap_or_else(PoisonError::into_inner).clone();
            erased.map_or(Outcome::None, |(erased, settings)| {
                Outcome::Erased(erased, settings)
            })
        }
        _ => Outcome::None,
    };
    page(&house, None, EraseForm::default(), outcome).await
}

async fn save(State(house): State<House>, Form(form): Form<RetentionForm>) -> Response {
    let outcome = match form.parse() {
        Err(problems) => Outcome::Wrong(problems),
        Ok(retention) => match house.0.agent.save_retention(retention).await {
            Ok(_) => return Redirect::to(&format!("{ADDRESS}?done=saved")).into_response(),
            Err(error) => Outcome::Refused(error.message),
        },
    };
    page(&house, Some(form), EraseForm::default(), outcome).await
}

async fn erase(State(house): State<House>, Form(form): Form<EraseForm>) -> Response {
    let outcome = match form.parse() {
        Err(problems) => Outcome::Wrong(problems),
        Ok(with_settings) => {
            let work = house.clone();
            // Once begun it is done, also if nobody waits for the answer any more.
            let done = tokio::spawn(async move { erase_all(&work, with_settings).await });
            match done.await.unwrap_or_else(|_| Err(interrupted())) {
                Ok(()) => return Redirect::to(&format!("{ADDRESS}?done=erased")).into_response(),
                Err(error) => Outcome::Refused(error.message),
            }
        }
    };
    page(&house, None, form, outcome).await
}

async fn erase_all(house: &House, with_settings: bool) -> Result<(), AgentError> {
    let erased = house.0.agent.erase_everything().await?;
    let settings = match (with_settings, erased.kept.is_empty()) {
        (false, _) => SettingsErased::NotWanted,
        // It may be on its way to the mail server of these settings.
        (true, false) => SettingsErased::Needed,
        (true, true) => match erase_settings(house).await {
            Ok(()) => SettingsErased::Done,
            Err(error) => SettingsErased::Failed(error.message),
        },
    };
    let mut last = house
        .0
        .erased
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    *last = Some((erased, settings));
    Ok(())
}

async fn erase_settings(house: &House) -> Result<(), AgentError> {
    let Inside {
        preferences, agent, ..
    } = &*house.0;
    preferences.forget().await?;
    agent.save_safety(Safety::default()).await?;
    agent.save_retention(Retention::default()).await?;
    agent.remember_contacts(true).await?;
    Ok(())
}

async fn page(
    house: &House,
    retention: Option<RetentionForm>,
    erase: EraseForm,
    outcome: Outcome,
) -> Response {
    let status = match outcome {
        Outcome::None | Outcome::Saved | Outcome::Erased(..) => StatusCode::OK,
        Outcome::Refused(_) | Outcome::Wrong(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    match look(house, retention, erase, outcome).await {
        Ok(page) => {
            let policy = [(header::CONTENT_SECURITY_POLICY, POLICY)];
            (status, policy, Html(render(page))).into_response()
        }
        Err(error) => errors::page(&error, "/settings"),
    }
}

async fn look(
    house: &House,
    retention: Option<RetentionForm>,
    erase: EraseForm,
    outcome: Outcome,
) -> Result<DataPage, AgentError> {
    let agent = &house.0.agent;
    let retention = match retention {
        Some(chosen) => chosen,
        None => RetentionForm::of(agent.retention().await?),
    };
    Ok(DataPage {
        info: agent.info(),
        retention,
        erase,
        emails: agent.every_email().await?.len(),
        contacts: agent.contacts(ContactQuery::default()).await?.book.count,
        outcome,
    })
}

/// Changes nothing, so it is a link.
async fn download(State(house): State<House>) -> Response {
    let now = Utc::now();
    let Inside {
        preferences, agent, ..
    } = &*house.0;
    let file = {
        let _one_at_a_time = house.0.exporting.lock().await;
        export::write(&**agent, preferences, house.0.folder.clone(), now).await
    };
    match file {
        Ok(file) => as_file(file, &export::name(now)),
        Err(error) => errors::page(&error, ADDRESS),
    }
}

fn as_file(file: std::fs::File, name: &str) -> Response {
    let length = file.metadata().map(|metadata| metadata.len());
    let chunks = stream::try_unfold(tokio::fs::File::from_std(file), async |mut file| {
        let mut chunk = vec![0; CHUNK_BYTES];
        let length = file.read(&mut chunk).await?;
        chunk.truncate(length);
        std::io::Result::Ok((length > 0).then_some((chunk, file)))
    });
    let kind = [(header::CONTENT_TYPE, "application/zip")];
    let mut response = (kind, Body::from_stream(chunks)).into_response();
    let headers = response.headers_mut();
    if let Ok(name) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    if let Ok(length) = length {
        headers.insert(header::CONTENT_LENGTH, length.into());
    }
    response
}

fn interrupted() -> AgentError {
    AgentError::new(
        ErrorCode::Internal,
        to_say(
            "Erasing was interrupted, so some emails may be left. Look at your list, then press it again.",
        ),
    )
}
