//! `/sign-in`, where a person says the password, and `/settings/sign-in`, where it is set. Rendered by
//! the server alone: no script comes with these pages, and nothing of them is in the browser's program.

mod settings;

use email_agent_api::to_say;
use leptos::prelude::*;
use serde::Deserialize;

pub use self::settings::{ChangeForm, Done, Outcome, RemoveForm, SignInSettings, render_settings};
pub use crate::plain_page::POLICY;
use crate::{
    language::{known, say},
    plain_page,
};

/// What the page to sign in at shows.
#[derive(Debug)]
pub struct SignInPage {
    /// Where it leads, an address of ours.
    pub next: String,
    /// Why the last try failed.
    pub problem: Option<String>,
}

/// The form as typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct SignInForm {
    /// What was typed.
    pub password: String,
    /// Where it leads.
    pub next: String,
}

/// The whole document of `/sign-in`.
#[must_use]
pub fn render(page: SignInPage) -> String {
    let title = match page.problem {
        None => to_say("Sign in — Email Agent"),
        Some(_) => to_say("Not done — Sign in — Email Agent"),
    };
    plain_page::render(|| say(title).to_owned(), || view! { <Page page /> })
}

#[component]
fn Page(page: SignInPage) -> impl IntoView {
    let SignInPage { next, problem } = page;
    let described = problem.as_ref().map(|_| "password-problem");
    let invalid = problem.as_ref().map(|_| "true");
    let problem = problem.map(|text| {
        let text = known(&text);
        view! { <p class="problem" id="password-problem" role="alert">{text}</p> }.into_any()
    });
    view! {
        <div class="frame">
            <header class="frame__top">
                <span class="frame__name">
                    <img class="frame__mark" src="/favicon.svg" alt="" width="28" height="28" />
                    <span>"Email Agent"</span>
                </span>
            </header>
            <main class="safety">
                <h1>{say("Sign in")}</h1>
                <form class="safety__form" method="post" action="/sign-in">
                    // For password managers, which want to know whose password it is.
                    <input type="hidden" name="username" autocomplete="username" value="email-agent" />
                    <input type="hidden" name="next" value=next />
                    <div class="field">
                        <label class="field__name" for="password">{say("Password")}</label>
                        <input
                            class="field__control"
                            id="password"
                            name="password"
                            type="password"
                            autocomplete="current-password"
                            required=true
                            autofocus=true
                            aria-describedby=described
                            aria-invalid=invalid
                        />
                        {problem}
                    </div>
                    <button class="button button--main" type="submit">{say("Sign in")}</button>
                </form>
                <p class="safety__help">
                    {say("Forgotten? Set another one with ")} <code>"EMAIL_AGENT_PASSWORD"</code>
                    {say(" where the program is started, and start it again. No email is lost.")}
                </p>
            </main>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_leads_on_and_repeats_no_password() {
        let html = render(SignInPage {
            next: "/e/a?b=\"c\"".to_owned(),
            problem: Some("No <b>.".to_owned()),
        });
        assert!(html.contains("value=\"/e/a?b=&quot;c&quot;\""));
        assert!(html.contains("No &lt;b&gt;."));
        assert!(html.contains("aria-invalid=\"true\""));
        assert!(!html.contains("<script"));
        assert!(html.contains("<title>Not done — Sign in — Email Agent</title>"));
    }
}
