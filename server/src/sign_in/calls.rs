//! The two calls with which a program signs in and out.

use axum::{Router, body::Bytes, extract::State, response::Response, routing::post};
use chrono::{DateTime, TimeDelta, Utc};
use http::HeaderMap;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::{SESSION_SECONDS, SessionKey, SignIn, of_store};
use crate::{
    errors::API_PREFIX,
    settings::{Nothing, answer, read},
};

/// The name of the call that signs in: the one that whoever is not signed in may make.
pub(super) const SIGN_IN: &str = "sign_in";

pub(super) fn router() -> Router<SignIn> {
    Router::new()
        .route(&format!("{API_PREFIX}{SIGN_IN}"), post(sign_in))
        .route(&format!("{API_PREFIX}sign_out"), post(sign_out))
}

#[derive(Deserialize)]
struct Password {
    password: String,
}

/// For `Authorization: Bearer`, until it ends.
#[derive(Serialize)]
struct SignedIn {
    key: String,
    ends: DateTime<Utc>,
}

/// `sign_in`: a key for the password.
async fn sign_in(State(sign_in): State<SignIn>, body: Bytes) -> Response {
    let ends = Utc::now() + TimeDelta::seconds(SESSION_SECONDS);
    let signed_in = async {
        let password = SecretString::from(read::<Password>(&body)?.password);
        let key = sign_in.sign_in(password).await?.expose().to_owned();
        Ok(SignedIn { key, ends })
    };
    answer(signed_in.await)
}

/// `sign_out`: the key with which it is called is worth nothing from now on.
async fn sign_out(State(sign_in): State<SignIn>, headers: HeaderMap, body: Bytes) -> Response {
    let signed_out = async {
        read::<Nothing>(&body)?;
        if let Some(key) = SessionKey::of(&headers) {
            let ended = sign_in.0.store.end_session(key.expose()).await;
            ended.map_err(|error| of_store(&error))?;
        }
        Ok(())
    };
    answer(signed_out.await)
}
