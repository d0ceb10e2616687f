//! Whether a new state of a section can be, and what becomes of its secret.
//!
//! A stored secret is only ever used for what it was given for: who points the settings at another
//! server or user must give the password again. So nobody who gets at the page can have it sent
//! elsewhere, and a typing error does not give it away.

use email_agent_api::{
    AgentError, Fixed, Line, MailSecurity, ModelChange, ModelChoice, Recipient, Sending,
    SendingChange, SmtpServer, WriteOnly, You, to_say,
};
use email_agent_store::SecretChange;
use secrecy::SecretString;

use super::{
    Environment,
    saved::{Kept, Saved},
};
use crate::{assistant::openai::OPENAI, settings::SettingsError, times};

/// Who the person is, with the zone as the table writes it.
pub(super) fn you(mut you: You) -> Result<You, AgentError> {
    if let Some(name) = you.time_zone.present() {
        let zone = times::zone(name)
            .ok()
            .and_then(|zone| zone.name().parse().ok());
        you.time_zone = zone.ok_or_else(|| {
            AgentError::bad_input(
                "time_zone",
                to_say("There is no time zone of this name. Name it like Europe/Lisbon."),
            )
        })?;
    }
    Ok(you)
}

/// Where mail goes, and what becomes of the password.
pub(super) fn sending(
    environment: &Environment,
    saved: &Saved,
    change: SendingChange,
) -> Result<(Sending, SecretChange), AgentError> {
    refuse_fixed(&environment.fixed_mail(), "kind")?;
    let Sending::Smtp(mut server) = change.sending else {
        return Ok((Sending::Outbox, SecretChange::Remove));
    };
    match (&server.from, environment.mail_from()) {
        (Some(from), Some(fixed)) if !is_same(from, fixed) => {
            refuse_fixed(&environment.fixed_mail(), "from")?;
        }
        (_, Some(_)) => server.from = None,
        (None, None) if server.user.as_str().parse::<Recipient>().is_err() => {
            return Err(AgentError::bad_input(
                "from",
                to_say("Say who the mail is from, like Ana Souza <ana@example.com>."),
            ));
        }
        _ => {}
    }
    let secret = password(saved, &server, change.password)?;
    let has_login = server.user.present().is_some();
    if server.security == MailSecurity::None && has_login && !server.host.is_this_machine() {
        return Err(AgentError::bad_input(
            "security",
            to_say(
                "Without encryption the password would travel openly over the network. Choose TLS or STARTTLS.",
            ),
        ));
    }
    Ok((Sending::Smtp(server), secret))
}

fn is_same(from: &Recipient, text: &str) -> bool {
    text.parse::<Recipient>()
        .is_ok_and(|fixed| fixed.same_mailbox(from))
}

fn password(
    saved: &Saved,
    server: &SmtpServer,
    given: Option<WriteOnly>,
) -> Result<SecretChange, AgentError> {
    let given = given.filter(|secret| !secret.expose().is_empty());
    match (server.user.present(), given) {
        (None, None) => Ok(SecretChange::Remove),
        (None, Some(_)) => Err(AgentError::bad_input(
            "user",
            to_say(
                "There is a password, but no user to log in as. Write the user, or leave both empty.",
            ),
        )),
        (Some(_), Some(secret)) => Ok(SecretChange::Set(password_of(server, &secret))),
        (Some(user), None) => {
            let is_for_this = matches!(&saved.sending, Some(Sending::Smtp(before))
                if before.host == server.host && before.user.as_str() == user);
            keep(&saved.password, is_for_this).ok_or_else(|| {
                AgentError::bad_input(
                    "password",
                    to_say("Write the password for this server and user. A stored one is only used for those it was given for."),
                )
            })
        }
    }
}

/// Google shows app passwords in four groups; the blanks are not part of them.
fn password_of(server: &SmtpServer, secret: &WriteOnly) -> SecretString {
    let text = secret.expose();
    if server.host.as_str() == "smtp.gmail.com" {
        return text.split_whitespace().collect::<String>().into();
    }
    text.into()
}

fn keep(kept: &Kept, is_for_this: bool) -> Option<SecretChange> {
    (is_for_this && kept.secret.is_some()).then_some(SecretChange::Keep)
}

/// One of the two models, and what becomes of its key.
pub(super) fn model(
    fixed: &[Fixed],
    before: (Option<&ModelChoice>, &Kept),
    change: ModelChange,
) -> Result<(ModelChoice, SecretChange), AgentError> {
    refuse_fixed(fixed, "kind")?;
    let ModelChoice::Server(mut server) = change.model else {
        return Ok((ModelChoice::None, SecretChange::Remove));
    };
    if server.model.present().is_none() && Fixed::variable_of(fixed, "model").is_none() {
        return Err(AgentError::bad_input(
            "model",
            to_say("Name the model, like gpt-4o or llama3.1."),
        ));
    }
    if server.endpoint.as_str().trim_end_matches('/') == OPENAI {
        server.endpoint = Line::default();
    }
    let given = change.key.filter(|key| !key.expose().trim().is_empty());
    let (choice, kept) = before;
    let is_for_this = matches!(choice, Some(ModelChoice::Server(before))
        if before.endpoint == server.endpoint);
    let secret = match (given, change.remove_key) {
        (Some(key), _) => SecretChange::Set(key.expose().trim().into()),
        (None, false) if kept.secret.is_none() => SecretChange::Remove,
        (None, true) => SecretChange::Remove,
        (None, false) => keep(kept, is_for_this).ok_or_else(|| {
            AgentError::bad_input(
                "key",
                to_say("Write the key for this endpoint, or have it removed. The stored one is only used for the endpoint it was given for."),
            )
        })?,
    };
    if server.endpoint.present().is_none() && matches!(secret, SecretChange::Remove) {
        return Err(AgentError::bad_input(
            "key",
            to_say("OpenAI\u{2019}s own service needs a key. Write it, or name another endpoint."),
        ));
    }
    Ok((ModelChoice::Server(server), secret))
}

fn refuse_fixed(fixed: &[Fixed], field: &str) -> Result<(), AgentError> {
    match Fixed::variable_of(fixed, field) {
        None => Ok(()),
        Some(variable) => Err(AgentError::bad_input(
            field,
            to_say!(
                "This was set by {variable} where the program was started, so it cannot be changed here. Remove it there first."
            ),
        )),
    }
}

/// A value that does not fit, by the field of the section it came from.
pub(super) fn refused(error: &SettingsError) -> AgentError {
    let (field, name) = match error.setting {
        "OPENAI_BASE_URL" => ("endpoint", "The endpoint"),
        "OPENAI_API_KEY" => ("key", "The key"),
        "MAIL_FROM" | "from" => return AgentError::bad_input("from", error.problem.clone()),
        setting => return AgentError::bad_input(setting, format!("{error}.")),
    };
    AgentError::bad_input(field, format!("{name} {}.", error.problem))
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn server(host: &str, user: &str) -> SmtpServer {
        SmtpServer {
            host: host.parse().unwrap(),
            port: 465.try_into().unwrap(),
            security: MailSecurity::Tls,
            user: user.parse().unwrap(),
            from: "Ana <ana@example.com>".parse().ok(),
        }
    }

    fn saved(server: SmtpServer) -> Saved {
        Saved {
            sending: Some(Sending::Smtp(server)),
            password: Kept::new("hunter2".into()),
            ..Saved::default()
        }
    }

    fn change(server: SmtpServer, password: &str) -> SendingChange {
        SendingChange {
            sending: Sending::Smtp(server),
            password: password.parse().ok(),
        }
    }

    fn field<T: std::fmt::Debug>(result: Result<T, AgentError>) -> String {
        let error = result.unwrap_err();
        assert!(error.message.len() > 40, "{}", error.message);
        error.field.unwrap()
    }

    #[test]
    fn a_stored_password_stays_with_its_server_and_user() {
        let environment = Environment::default();
        let saved = saved(server("mail.example.com", "ana"));
        let kept = sending(
            &environment,
            &saved,
            change(server("mail.example.com", "ana"), ""),
        );
        assert!(matches!(kept.unwrap().1, SecretChange::Keep));
        for (host, user) in [("evil.example", "ana"), ("mail.example.com", "bob")] {
            let elsewhere = sending(&environment, &saved, change(server(host, user), ""));
            assert_eq!(field(elsewhere), "password", "{host} {user}");
            let given = sending(&environment, &saved, change(server(host, user), "new"));
            assert!(matches!(given.unwrap().1, SecretChange::Set(_)));
        }
        let nobody = sending(
            &environment,
            &saved,
            change(server("mail.example.com", ""), ""),
        );
        assert!(matches!(nobody.unwrap().1, SecretChange::Remove));
        let orphan = sending(
            &environment,
            &saved,
            change(server("mail.example.com", ""), "x"),
        );
        assert_eq!(field(orphan), "user");
        let demo = SendingChange {
            sending: Sending::Outbox,
            password: None,
        };
        let demo = sending(&environment, &saved, demo).unwrap();
        assert!(matches!(demo.1, SecretChange::Remove));
    }

    #[test]
    fn a_password_never_travels_openly() {
        let openly = |host: &str, user: &str| {
            let server = SmtpServer {
                security: MailSecurity::None,
                ..server(host, user)
            };
            let password = if user.is_empty() { "" } else { "x" };
            sending(
                &Environment::default(),
                &Saved::default(),
                change(server, password),
            )
        };
        assert_eq!(field(openly("mail.example.com", "ana")), "security");
        assert!(openly("localhost", "ana").is_ok());
        assert!(openly("mail.example.com", "").is_ok());
    }

    #[test]
    fn the_blanks_of_a_google_password_go() {
        let change = change(server("smtp.gmail.com", "ana@gmail.com"), "abcd efgh ijkl");
        let (_, secret) = sending(&Environment::default(), &Saved::default(), change).unwrap();
        let SecretChange::Set(secret) = secret else {
            panic!("a password");
        };
        assert_eq!(secret.expose_secret(), "abcdefghijkl");
    }

    #[test]
    fn what_the_environment_sets_cannot_be_changed() {
        let mut environment = Environment::default();
        environment.mail.mail_from = Some("Bob <bob@example.com>".to_owned());
        let saved = Saved::default();
        let other = sending(&environment, &saved, change(server("h", "u"), "p"));
        assert_eq!(field(other), "from");
        environment.mail.smtp_url = Some("smtp://h".into());
        let any = sending(&environment, &saved, change(server("h", "u"), "p"));
        let error = any.unwrap_err();
        assert!(error.message.contains("SMTP_URL"), "{}", error.message);
        environment.model.api_key = Some("sk-1".into());
        let none = ModelChange {
            model: ModelChoice::None,
            key: None,
            remove_key: false,
        };
        let any = model(&environment.fixed_model(), (None, &Kept::default()), none);
        assert!(any.unwrap_err().message.contains("OPENAI_API_KEY"));
    }

    #[test]
    fn a_stored_key_stays_with_its_endpoint() {
        let to = |endpoint: &str, key: &str, remove_key: bool| ModelChange {
            model: ModelChoice::Server(email_agent_api::ModelServer {
                endpoint: endpoint.parse().unwrap(),
                model: "m".parse().unwrap(),
            }),
            key: key.parse().ok(),
            remove_key,
        };
        let before = to("http://127.0.0.1:1/v1", "", false).model;
        let kept = Kept::new("sk-1".into());
        let ask = |change| model(&[], (Some(&before), &kept), change).map(|(_, secret)| secret);
        let here = "http://127.0.0.1:1/v1";
        assert!(matches!(ask(to(here, "", false)), Ok(SecretChange::Keep)));
        assert!(matches!(
            ask(to(here, "sk-2", false)),
            Ok(SecretChange::Set(_))
        ));
        assert!(matches!(ask(to(here, "", true)), Ok(SecretChange::Remove)));
        assert_eq!(field(ask(to("https://evil.example/v1", "", false))), "key");
        assert!(ask(to("https://other.example/v1", "", true)).is_ok());
        assert_eq!(field(ask(to("", "", true))), "key", "OpenAI wants one");
    }

    #[test]
    fn a_zone_is_one_of_the_table() {
        let zone = |name: &str| {
            you(You {
                time_zone: name.parse().unwrap(),
                ..You::default()
            })
        };
        assert_eq!(
            zone("europe/lisbon").unwrap().time_zone.as_str(),
            "Europe/Lisbon"
        );
        assert_eq!(zone("").unwrap().time_zone.present(), None);
        assert_eq!(field(zone("Middle/Earth")), "time_zone");
    }
}
