//! Where mail goes.

use email_agent_api::{
    Fixed, MailSecurity, Recipient, Sending, SendingChange, SendingKind, SendingView, SmtpServer,
    to_say,
};
use leptos::prelude::*;
use serde::Deserialize;

use super::{
    Notice, Problem, Section,
    fields::{Field, Form, Kind, radios},
    you::taken,
};
use crate::language::{known, say};

/// The form as typed.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct SendingForm {
    /// `outbox` or `smtp`.
    pub kind: String,
    /// The server.
    pub host: String,
    /// Its port.
    pub port: String,
    /// The code of a kind of encryption.
    pub security: String,
    /// The user to log in as.
    pub user: String,
    /// The password, on its way in only: it is never put into a page.
    pub password: String,
    /// Who the mail is from.
    pub from: String,
}

/// Servers that many people use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preset {
    /// Google.
    Gmail,
    /// Microsoft 365 and Outlook.com.
    Outlook,
    /// Any other.
    Other,
}

impl Preset {
    /// The preset of this name.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        match name {
            "gmail" => Some(Self::Gmail),
            "outlook" => Some(Self::Outlook),
            "other" => Some(Self::Other),
            _ => None,
        }
    }

    /// Fills in the server, and leaves the rest.
    pub fn fill(self, form: &mut SendingForm) {
        let (host, port, security) = match self {
            Self::Gmail => ("smtp.gmail.com", "465", MailSecurity::Tls),
            Self::Outlook => ("smtp.office365.com", "587", MailSecurity::Starttls),
            Self::Other => ("", "465", MailSecurity::Tls),
        };
        "smtp".clone_into(&mut form.kind);
        host.clone_into(&mut form.host);
        port.clone_into(&mut form.port);
        security.code().clone_into(&mut form.security);
    }
}

impl SendingForm {
    /// The form as it stands when nothing was typed.
    #[must_use]
    pub fn of(view: &SendingView) -> Self {
        let kind = match view.kind {
            SendingKind::Outbox => "outbox",
            SendingKind::Smtp => "smtp",
        };
        Self {
            kind: kind.to_owned(),
            host: view.host.clone(),
            port: view
                .port
                .map_or_else(|| "465".to_owned(), |port| port.to_string()),
            security: view.security.code().to_owned(),
            user: view.user.clone(),
            password: String::new(),
            from: view.from.clone(),
        }
    }

    /// What was typed as a value, or all that is wrong with it.
    pub fn parse(&self) -> Result<SendingChange, Vec<Problem>> {
        if self.kind != "smtp" {
            return Ok(SendingChange {
                sending: Sending::Outbox,
                password: None,
            });
        }
        let mut problems = Vec::new();
        let mut wrong = |field: &str, text: &str| problems.push(Problem::new(field, text));
        let host = self.host.parse().map_err(|error| {
            wrong("host", &format!("{error}"));
        });
        let port = self.port.trim().parse().map_err(|_| {
            wrong(
                "port",
                to_say("A port is a number from 1 to 65535: mostly 465 for TLS, 587 for STARTTLS."),
            );
        });
        let security = MailSecurity::of_code(&self.security).unwrap_or_default();
        let from = match self.from.trim() {
            "" => None,
            text => text
                .parse::<Recipient>()
                .map_err(|error| wrong("from", &error.to_string()))
                .ok(),
        };
        let user = taken("user", self.user.parse(), &mut problems);
        let password = self.password.parse();
        if let Err(error) = &password {
            problems.push(Problem::new("password", error));
        }
        let (Ok(host), Ok(port), true) = (host, port, problems.is_empty()) else {
            return Err(problems);
        };
        Ok(SendingChange {
            sending: Sending::Smtp(SmtpServer {
                host,
                port,
                security,
                user,
                from,
            }),
            password: password.ok(),
        })
    }
}

const SECURITY: [(&str, &str); 3] = [
    ("tls", to_say("TLS from the start (mostly port 465)")),
    ("starttls", to_say("STARTTLS (mostly port 587)")),
    ("none", to_say("None, for a server on this very machine")),
];

pub(super) fn section(typed: SendingForm, view: &SendingView, notice: Option<&Notice>) -> AnyView {
    let section = Section::Sending;
    let form = Form {
        section,
        notice,
        fixed: &view.fixed,
    };
    let is_fixed = Fixed::variable_of(&view.fixed, "kind").is_some();
    let presets = (!is_fixed).then(presets);
    let problem = view.problem.as_deref().map(|problem| {
        view! { <p class="notice notice--bad">{known(problem)}</p> }
    });
    let save = (!is_fixed).then(|| {
        view! { <button class="button button--main" type="submit">{say("Save")}</button> }
    });
    let tests_help = if is_fixed {
        say("The test mail goes to the sender’s own address, and to nobody else.")
    } else {
        say(
            "Both tests save what stands above first. The test mail goes to the sender’s own address, and to nobody else. What is saved here also counts for emails that are scheduled already.",
        )
    };
    view! {
        <section class="settings__section" id=section.id() aria-labelledby="sending-heading">
            <h2 id="sending-heading">{section.heading()}</h2>
            {Notice::view(notice, section)}
            {problem}
            <form class="settings__form settings__form--sending" method="post" action="/settings/sending">
                {radios(
                    form,
                    "kind",
                    say("Emails go to"),
                    &typed.kind,
                    [
                        ("outbox", say("The demo mailbox: a folder on this machine, nothing leaves it")),
                        ("smtp", say("A mail server")),
                    ],
                )}
                <div class="settings__server">{presets} {server_fields(form, &typed, view)}</div>
                <div class="settings__foot">
                    {save}
                    <button class="button" type="submit" formaction="/settings/sending/test">
                        {say("Test connection")}
                    </button>
                    <button class="button" type="submit" formaction="/settings/sending/test-mail">
                        {say("Send me a test")}
                    </button>
                </div>
                <p class="settings__help">{tests_help}</p>
            </form>
        </section>
    }
    .into_any()
}

fn presets() -> AnyView {
    view! {
        <p class="settings__presets">
            <span>{say("Fill in the server of ")}</span>
            <a class="button button--small" href="/settings?preset=gmail#sending">"Gmail"</a>
            <a class="button button--small" href="/settings?preset=outlook#sending">"Outlook"</a>
            <a class="button button--small" href="/settings?preset=other#sending">{say("Another")}</a>
        </p>
    }
    .into_any()
}

fn server_fields(form: Form<'_>, typed: &SendingForm, view: &SendingView) -> AnyView {
    let password_help = match (view.password_set, typed.host.as_str()) {
        (true, _) => say("A password is stored and is never shown. Leave this empty to keep it."),
        (false, "smtp.gmail.com") => {
            say("An app password: Google account, Security, 2-Step Verification, App passwords.")
        }
        (false, _) => say("Stored encrypted, and never shown again."),
    };
    let security = SECURITY.map(|(code, words)| (code, say(words)));
    view! {
        {form.field(Field {
            name: "host",
            label: say("Server"),
            value: &typed.host,
            help: say("Like smtp.example.com. Its certificate must carry this name."),
            kind: Kind::Line("url", "off"),
        })}
        <div class="settings__pair">
            {form.field(Field {
                name: "port",
                label: say("Port"),
                value: &typed.port,
                help: "",
                kind: Kind::Line("numeric", "off"),
            })}
            {form.field(Field {
                name: "security",
                label: say("Encryption"),
                value: &typed.security,
                help: "",
                kind: Kind::Choice(&security),
            })}
        </div>
        {form.field(Field {
            name: "user",
            label: say("User"),
            value: &typed.user,
            help: say("Mostly your address. Empty for a server that wants no login."),
            kind: Kind::Line("email", "username"),
        })}
        {form.field(Field {
            name: "password",
            label: say("Password"),
            value: "",
            help: password_help,
            kind: Kind::Secret,
        })}
        {form.field(Field {
            name: "from",
            label: say("Sender"),
            value: &typed.from,
            help: say("Like Ana Souza <ana@example.com>. Empty for the user, with your name from above."),
            kind: Kind::Line("email", "email"),
        })}
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_wrong_is_said_at_once_and_the_demo_needs_nothing() {
        let typed = SendingForm {
            kind: "smtp".to_owned(),
            host: "smtp://mail.example.com".to_owned(),
            port: "0".to_owned(),
            from: "nonsense".to_owned(),
            user: "a\nb".to_owned(),
            ..SendingForm::default()
        };
        let problems = typed.parse().unwrap_err();
        let fields: Vec<_> = problems.iter().map(|one| one.field.as_str()).collect();
        assert_eq!(fields, ["host", "port", "from", "user"]);
        assert!(SendingForm::default().parse().is_ok());
    }

    #[test]
    fn presets_fill_the_server_only() {
        for (name, host, port, security) in [
            ("gmail", "smtp.gmail.com", "465", "tls"),
            ("outlook", "smtp.office365.com", "587", "starttls"),
        ] {
            let mut form = SendingForm {
                user: "ana@example.com".to_owned(),
                ..SendingForm::default()
            };
            Preset::of_name(name).unwrap().fill(&mut form);
            assert_eq!(
                (
                    form.host.as_str(),
                    form.port.as_str(),
                    form.security.as_str()
                ),
                (host, port, security)
            );
            assert_eq!(form.user, "ana@example.com");
            form.from = form.user.clone();
            form.parse().unwrap();
        }
    }
}
