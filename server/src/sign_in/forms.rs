//! The page to sign in at, and the page of the settings about it. What was done is shown by a redirect,
//! so that loading the page again repeats nothing; passwords never come back.

use app::sign_in::{
    ChangeForm, Done, Outcome, POLICY, RemoveForm, SignInForm, SignInPage, SignInSettings, render,
    render_settings,
};
use axum::{
    Form, Router,
    extract::{Query, State, rejection::QueryRejection},
    response::{Html, IntoResponse, Redirect, Response},
    routing::{get, post},
};
use email_agent_api::{AgentError, to_say};
use http::{HeaderMap, StatusCode, header};
use secrecy::SecretString;
use serde::Deserialize;

use super::{SessionKey, SignIn, Standing, key::no_cookie, now, of_store, password};
use crate::errors;

/// Where one signs in.
pub(super) const PAGE: &str = "/sign-in";
const SETTINGS: &str = "/settings/sign-in";

/// The pages and their forms.
pub(super) fn router() -> Router<SignIn> {
    let back = || async { Redirect::to(SETTINGS) };
    Router::new()
        .route(PAGE, get(show).post(enter))
        .route("/sign-out", post(leave).get(|| async { Redirect::to("/") }))
        .route(SETTINGS, get(show_settings).post(change))
        .route("/settings/sign-in/off", post(switch_off).get(back))
        .route("/settings/sign-in/others", post(others_out).get(back))
}

/// The address of the page that leads to `wanted` once one is signed in.
pub(super) fn address_for(wanted: &str) -> String {
    if wanted == "/" {
        return PAGE.to_owned();
    }
    let wanted = percent_encoding::utf8_percent_encode(wanted, percent_encoding::NON_ALPHANUMERIC);
    format!("{PAGE}?next={wanted}")
}

/// An address of ours: whatever else was asked for is the start page.
fn inside(next: &str) -> &str {
    let is_path = next.starts_with('/') && !next.starts_with("//");
    let is_plain = next
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if is_path && is_plain { next } else { "/" }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Wish {
    next: String,
}

async fn show(
    State(sign_in): State<SignIn>,
    headers: HeaderMap,
    Query(wish): Query<Wish>,
) -> Response {
    match sign_in.standing(&headers).await {
        Ok(Standing::Out) => page(StatusCode::OK, inside(&wish.next), None),
        Ok(_) => Redirect::to(inside(&wish.next)).into_response(),
        Err(error) => errors::page(&error, PAGE),
    }
}

async fn enter(
    State(sign_in): State<SignIn>,
    headers: HeaderMap,
    Form(form): Form<SignInForm>,
) -> Response {
    let next = inside(&form.next);
    match sign_in.sign_in(form.password.into()).await {
        Ok(key) => (
            [(header::SET_COOKIE, key.cookie(&headers))],
            Redirect::to(next),
        )
            .into_response(),
        Err(error) => {
            let status = StatusCode::from_u16(error.code.http_status());
            page(status.unwrap_or_default(), next, Some(error.message))
        }
    }
}

fn page(status: StatusCode, next: &str, problem: Option<String>) -> Response {
    let next = next.to_owned();
    let html = render(SignInPage { next, problem });
    (
        status,
        [(header::CONTENT_SECURITY_POLICY, POLICY)],
        Html(html),
    )
        .into_response()
}

async fn leave(State(sign_in): State<SignIn>, headers: HeaderMap) -> Response {
    if let Some(key) = SessionKey::of(&headers)
        && let Err(error) = sign_in.0.store.end_session(key.expose()).await
    {
        return errors::page(&of_store(&error), SETTINGS);
    }
    let cookie = [(header::SET_COOKIE, no_cookie(&headers))];
    (cookie, Redirect::to(PAGE)).into_response()
}

#[derive(Debug, Deserialize)]
struct Look {
    done: Done,
}

/// Without a query that says what was done, or with one that nobody knows, it is the page as it is.
async fn show_settings(
    State(sign_in): State<SignIn>,
    look: Result<Query<Look>, QueryRejection>,
) -> Response {
    let outcome = look.map_or(Outcome::None, |Query(look)| Outcome::Done(look.done));
    settings(&sign_in, outcome).await
}

fn done(done: Done) -> Redirect {
    Redirect::to(&format!("{SETTINGS}?done={}", done.code()))
}

async fn change(
    State(sign_in): State<SignIn>,
    headers: HeaderMap,
    Form(form): Form<ChangeForm>,
) -> Response {
    let wanted = SecretString::from(form.password.clone());
    let refusal = match refusal(&sign_in, &form, &wanted).await {
        Ok(None) => match sign_in.set(wanted).await {
            Ok(key) => {
                let cookie = [(header::SET_COOKIE, key.cookie(&headers))];
                return (cookie, done(Done::Set)).into_response();
            }
            Err(error) => refused_with("current", error),
        },
        Ok(Some(refusal)) => refusal,
        Err(error) => refused_with("current", error),
    };
    settings(&sign_in, refusal).await
}

/// Why the password cannot be set to what was typed.
async fn refusal(
    sign_in: &SignIn,
    form: &ChangeForm,
    wanted: &SecretString,
) -> Result<Option<Outcome>, AgentError> {
    if sign_in.0.is_fixed {
        return Ok(Some(Outcome::Refused(fixed().to_owned())));
    }
    if let Some(text) = password::refusal(wanted) {
        return Ok(Some(Outcome::wrong("password", text)));
    }
    if form.password != form.again {
        let text = to_say("The two are not the same. Type the new password into both fields.");
        return Ok(Some(Outcome::wrong("again", text)));
    }
    if sign_in.hash().await?.is_some() {
        sign_in.check(form.current.clone().into()).await?;
    }
    Ok(None)
}

async fn switch_off(State(sign_in): State<SignIn>, Form(form): Form<RemoveForm>) -> Response {
    let refusal = if sign_in.0.is_fixed {
        Outcome::Refused(fixed().to_owned())
    } else if sign_in.0.is_reached_from_elsewhere {
        let text = to_say(
            "Other machines can reach this program, so it must ask for a password. Start it on a loopback address first.",
        );
        Outcome::Refused(text.to_owned())
    } else {
        let switched = async {
            sign_in.check(form.remove.into()).await?;
            sign_in.switch_off().await
        };
        match switched.await {
            Ok(()) => return done(Done::Off).into_response(),
            Err(error) => refused_with("remove", error),
        }
    };
    settings(&sign_in, refusal).await
}

async fn others_out(State(sign_in): State<SignIn>, headers: HeaderMap) -> Response {
    if let Some(key) = SessionKey::of(&headers)
        && let Err(error) = sign_in.0.store.end_other_sessions(key.expose()).await
    {
        return settings(&sign_in, Outcome::Refused(of_store(&error).message)).await;
    }
    done(Done::OthersOut).into_response()
}

fn fixed() -> &'static str {
    to_say("The password is set where the program was started, and can be changed only there.")
}

/// A wrong password belongs to the field that asked for it.
fn refused_with(field: &str, error: AgentError) -> Outcome {
    match error.field {
        Some(_) => Outcome::wrong(field, error.message),
        None => Outcome::Refused(error.message),
    }
}

async fn settings(sign_in: &SignIn, outcome: Outcome) -> Response {
    let look = async {
        let mut sessions = None;
        if sign_in.hash().await?.is_some() {
            let counted = sign_in.0.store.sessions(now()).await;
            sessions = Some(counted.map_err(|error| of_store(&error))?);
        }
        Ok::<_, AgentError>(SignInSettings {
            info: sign_in.0.agent.info(),
            sessions,
            is_fixed: sign_in.0.is_fixed,
            is_reached_from_elsewhere: sign_in.0.is_reached_from_elsewhere,
            outcome,
        })
    };
    match look.await {
        Ok(page) => {
            let status = if page.outcome.is_refusal() {
                StatusCode::UNPROCESSABLE_ENTITY
            } else {
                StatusCode::OK
            };
            let policy = [(header::CONTENT_SECURITY_POLICY, POLICY)];
            (status, policy, Html(render_settings(page))).into_response()
        }
        Err(error) => errors::page(&error, "/settings"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_address_of_ours_is_gone_to() {
        for next in ["/", "/e/abc?tab=timeline", "/?search=a%20b"] {
            assert_eq!(inside(next), next);
        }
        for next in [
            "",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            "/a\r\nset-cookie: x",
            "/é",
        ] {
            assert_eq!(inside(next), "/", "{next}");
        }
    }

    #[test]
    fn the_way_back_survives_the_address() {
        let address = address_for("/e/abc?tab=timeline&x=a+b");
        let query = address.strip_prefix("/sign-in?").unwrap();
        let uri = format!("http://localhost/?{query}").parse().unwrap();
        let Query(wish) = Query::<Wish>::try_from_uri(&uri).unwrap();
        assert_eq!(wish.next, "/e/abc?tab=timeline&x=a+b");
        assert_eq!(address_for("/"), PAGE);
    }
}
