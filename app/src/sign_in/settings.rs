//! `/settings/sign-in`: setting the password, removing it, and signing out.

use email_agent_api::{AppInfo, to_say};
use leptos::prelude::*;
use serde::Deserialize;
use tr::tr;

use crate::{
    components::Frame,
    language::say,
    plain_page,
    safety_page::{Problem, fields::Field},
    told::Told,
};

/// Everything that the page shows.
#[derive(Debug)]
pub struct SignInSettings {
    /// For the frame around it.
    pub info: AppInfo,
    /// How many browsers and programs are signed in; none if nobody needs to.
    pub sessions: Option<u32>,
    /// The environment sets the password.
    pub is_fixed: bool,
    /// Other machines can reach the program.
    pub is_reached_from_elsewhere: bool,
    /// What came of the last thing that was done.
    pub outcome: Outcome,
}

/// See [`SignInSettings`].
#[derive(Debug, Default)]
pub enum Outcome {
    /// Nothing was done yet.
    #[default]
    None,
    /// It is done.
    Done(Done),
    /// It was refused, for a reason that no field can mend.
    Refused(String),
    /// A field must be corrected.
    Wrong(Vec<Problem>),
}

/// What was done.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Done {
    /// A password was set.
    Set,
    /// It was removed.
    Off,
    /// Everybody else was signed out.
    OthersOut,
}

/// The form that sets a password, as typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ChangeForm {
    /// The password so far.
    pub current: String,
    /// The one to be.
    pub password: String,
    /// And once more.
    pub again: String,
}

/// The form that removes the password, as typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct RemoveForm {
    /// The password.
    pub remove: String,
}

impl Outcome {
    /// The field of this name must be corrected.
    #[must_use]
    pub fn wrong(field: &str, text: impl Into<String>) -> Self {
        Self::Wrong(vec![Problem::new(field, text)])
    }

    /// Whether nothing was changed.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::Refused(_) | Self::Wrong(_))
    }
}

impl Done {
    /// As it stands in an address.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Set => "set",
            Self::Off => "off",
            Self::OthersOut => "others_out",
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Set => {
                to_say("The password is set. Other browsers and programs must sign in with it now.")
            }
            Self::Off => to_say("The password is removed. Nobody needs to sign in any more."),
            Self::OthersOut => to_say("All others are signed out."),
        }
    }
}

/// The whole document of `/settings/sign-in`.
#[must_use]
pub fn render_settings(page: SignInSettings) -> String {
    let title = match &page.outcome {
        Outcome::None => to_say("Sign-in — Email Agent"),
        Outcome::Done(_) => to_say("Done — Sign-in — Email Agent"),
        Outcome::Refused(_) | Outcome::Wrong(_) => to_say("Not done — Sign-in — Email Agent"),
    };
    plain_page::render(|| say(title).to_owned(), || view! { <Page page /> })
}

#[component]
fn Page(page: SignInSettings) -> impl IntoView {
    let SignInSettings {
        info,
        sessions,
        is_fixed,
        is_reached_from_elsewhere,
        outcome,
    } = page;
    let problems = match &outcome {
        Outcome::Wrong(problems) => problems.as_slice(),
        _ => &[],
    };
    let is_on = sessions.is_some();
    let who = sessions.map_or_else(
        || say("No password is set: whoever uses this computer can read your emails here, and send some.").to_owned(),
        |count| tr!("Whoever opens these pages must know the password. Signed in: {n} browser or program." | "Whoever opens these pages must know the password. Signed in: {n} browsers or programs." % count),
    );
    let change = if is_fixed {
        view! {
            <p>
                {say("The password is set by ")} <code>"EMAIL_AGENT_PASSWORD"</code>
                {say(" where the program was started; it cannot be changed here.")}
            </p>
        }
        .into_any()
    } else {
        set(is_on, problems)
    };
    let off = (is_on && !is_fixed && !is_reached_from_elsewhere).then(|| switch_off(problems));
    view! {
        <Frame info=Some(info)>
            <main class="data">
                <h1>{say("Sign-in")}</h1>
                {told(&outcome)}
                <p>{who}</p>
                {is_on.then(sign_out)}
                {change}
                {off}
            </main>
        </Frame>
    }
}

fn told(outcome: &Outcome) -> Option<AnyView> {
    let told = match outcome {
        Outcome::None => return None,
        Outcome::Done(done) => Told::Done(done.words()),
        Outcome::Refused(text) => Told::Refused(text),
        Outcome::Wrong(_) => Told::Wrong,
    };
    Some(told.view())
}

fn sign_out() -> AnyView {
    view! {
        <div class="sign-out">
            <form method="post" action="/sign-out">
                <button class="button" type="submit">{say("Sign out")}</button>
            </form>
            <form method="post" action="/settings/sign-in/others">
                <button class="button" type="submit">{say("Sign out everywhere else")}</button>
            </form>
        </div>
    }
    .into_any()
}

fn set(is_on: bool, problems: &[Problem]) -> AnyView {
    let field = |name, label, help| Field {
        name,
        label,
        value: "",
        help,
        problems,
    };
    let current = is_on.then(|| {
        field(
            "current",
            say("Password so far"),
            say("The one you signed in with."),
        )
        .password("current-password")
    });
    let password = field(
        "password",
        say("New password"),
        say("At least 12 characters: several words are good, and easy to remember."),
    );
    let again = field(
        "again",
        say("New password, again"),
        say("So that no slip locks you out."),
    );
    let (heading, press) = if is_on {
        (say("Another password"), say("Change password"))
    } else {
        (say("Set a password"), say("Set password"))
    };
    view! {
        <section class="data__part" aria-labelledby="set-heading">
            <h2 id="set-heading">{heading}</h2>
            <form class="data__form" method="post" action="/settings/sign-in">
                // For password managers, which want to know whose password it is.
                <input type="hidden" name="username" autocomplete="username" value="email-agent" />
                {current}
                {password.password("new-password")}
                {again.password("new-password")}
                <button class="button button--main" type="submit">{press}</button>
            </form>
        </section>
    }
    .into_any()
}

fn switch_off(problems: &[Problem]) -> AnyView {
    let current = Field {
        name: "remove",
        label: say("Password so far"),
        value: "",
        help: say(
            "After this, whoever uses this computer can read your emails here, and send some.",
        ),
        problems,
    };
    view! {
        <section class="data__part" aria-labelledby="off-heading">
            <h2 id="off-heading">{say("No password")}</h2>
            <form class="data__form" method="post" action="/settings/sign-in/off">
                {current.password("current-password")}
                <button class="button" type="submit">{say("Remove the password")}</button>
            </form>
        </section>
    }
    .into_any()
}
