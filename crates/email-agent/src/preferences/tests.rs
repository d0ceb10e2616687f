//! Sections, layers and secrets together, on a real store.

use email_agent_api::{
    AgentError, AssistantInfo, MailInfo, MailSecurity, ModelChange, ModelChoice, ModelServer,
    Sending, SendingChange, SendingKind, SettingsChange, SmtpServer, You,
};
use email_agent_store::Store;

use super::*;
use crate::mailer::settings::MailVariables;

struct House {
    folder: tempfile::TempDir,
    environment: Environment,
    key: &'static str,
}

impl House {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let environment = Environment {
            mail: MailVariables {
                outbox_folder: folder.path().join("outbox"),
                ..MailVariables::default()
            },
            ..Environment::default()
        };
        Self {
            folder,
            environment,
            key: "the key of this installation",
        }
    }

    async fn open(&self) -> (Arc<Preferences>, Office) {
        let store = Store::open(&self.folder.path().join("app.db")).unwrap();
        let environment = self.environment.clone();
        Preferences::open(store, &self.key.into(), environment, Settings::default())
            .await
            .unwrap()
    }
}

fn you(name: &str, time_zone: &str) -> SettingsChange {
    SettingsChange::You(You {
        name: name.parse().unwrap(),
        time_zone: time_zone.parse().unwrap(),
        ..You::default()
    })
}

fn server(password: &str) -> SettingsChange {
    SettingsChange::Sending(SendingChange {
        sending: Sending::Smtp(SmtpServer {
            host: "mail.example.com".parse().unwrap(),
            port: 465.try_into().unwrap(),
            security: MailSecurity::Tls,
            user: "ana@example.com".parse().unwrap(),
            from: None,
        }),
        password: password.parse().ok(),
    })
}

fn model(endpoint: &str, name: &str, key: &str) -> ModelChange {
    ModelChange {
        model: ModelChoice::Server(ModelServer {
            endpoint: endpoint.parse().unwrap(),
            model: name.parse().unwrap(),
        }),
        key: key.parse().ok(),
        remove_key: false,
    }
}

fn field(result: Result<(), AgentError>) -> Option<String> {
    result.unwrap_err().field
}

#[tokio::test]
async fn a_change_takes_effect_at_once_and_outlives_the_program() {
    let house = House::new();
    {
        let (preferences, office) = house.open().await;
        assert!(matches!(office.mailer.info(), MailInfo::Outbox { .. }));
        assert_eq!(office.assistant.info(), AssistantInfo::Offline);
        preferences
            .save(you("Ana Souza", "europe/lisbon"))
            .await
            .unwrap();
        preferences.save(server("correct horse")).await.unwrap();
        let change = SettingsChange::Model(model("http://127.0.0.1:9/v1", "llama3.1", "sk-1"));
        preferences.save(change).await.unwrap();
        assert_eq!(office.settings.now().you.name.as_str(), "Ana Souza");
        assert!(
            matches!(office.mailer.info(), MailInfo::Smtp { host, .. } if host == "mail.example.com")
        );
        assert!(
            matches!(office.assistant.info(), AssistantInfo::Model { model } if model == "llama3.1")
        );
    }
    let (preferences, office) = house.open().await;
    assert_eq!(
        office.mailer.sender().to_string(),
        "Ana Souza <ana@example.com>"
    );
    let view = preferences.view().await.unwrap();
    assert_eq!(view.you.time_zone.as_str(), "Europe/Lisbon");
    assert_eq!(view.sending.kind, SendingKind::Smtp);
    assert!(view.sending.password_set && view.model.key_set);
    let told = serde_json::to_string(&view).unwrap() + &format!("{view:?}");
    assert!(
        !told.contains("correct horse") && !told.contains("sk-1"),
        "{told}"
    );
}

#[tokio::test]
async fn what_is_refused_changes_nothing() {
    let house = House::new();
    let (preferences, office) = house.open().await;
    preferences.save(server("correct horse")).await.unwrap();
    assert_eq!(
        field(preferences.save(you("Ana", "Middle/Earth")).await).as_deref(),
        Some("time_zone")
    );
    let wrong = SettingsChange::Model(model("ftp://127.0.0.1", "m", "k"));
    assert_eq!(
        field(preferences.save(wrong).await).as_deref(),
        Some("endpoint")
    );
    let blank = SettingsChange::Model(model("http://127.0.0.1:9", "m", "k k"));
    assert_eq!(field(preferences.save(blank).await).as_deref(), Some("key"));
    assert_eq!(office.assistant.info(), AssistantInfo::Offline);
    assert_eq!(office.settings.now().you, You::default());
    assert!(!preferences.view().await.unwrap().model.is_set);
}

#[tokio::test]
async fn the_environment_wins_and_is_named() {
    let mut house = House::new();
    house.environment.mail.smtp_url = Some("smtps://u:hunter2@env.example.com".into());
    house.environment.mail.mail_from = Some("env@example.com".to_owned());
    house.environment.model.base_url = Some("http://127.0.0.1:9/v1".to_owned());
    let (preferences, office) = house.open().await;
    let view = preferences.view().await.unwrap();
    assert_eq!(view.sending.host, "env.example.com");
    let fixed = |all: &[email_agent_api::Fixed], field: &str| {
        email_agent_api::Fixed::variable_of(all, field).map(str::to_owned)
    };
    assert_eq!(
        fixed(&view.sending.fixed, "host").as_deref(),
        Some("SMTP_URL")
    );
    assert_eq!(
        fixed(&view.sending.fixed, "from").as_deref(),
        Some("MAIL_FROM")
    );
    assert_eq!(
        fixed(&view.model.fixed, "endpoint").as_deref(),
        Some("OPENAI_BASE_URL")
    );
    assert!(!serde_json::to_string(&view).unwrap().contains("hunter2"));
    let error = preferences.save(server("x")).await.unwrap_err();
    assert!(error.message.contains("SMTP_URL"), "{}", error.message);
    let change = SettingsChange::Model(model("http://127.0.0.1:7/v1", "m", ""));
    assert!(preferences.save(change).await.is_err());
    // A name of one's own still stands on the sender that has none.
    preferences.save(you("Ana", "")).await.unwrap();
    assert_eq!(office.mailer.sender().to_string(), "Ana <env@example.com>");
    let second = SettingsChange::SecondModel(model("http://127.0.0.1:8/v1", "spare", ""));
    preferences.save(second).await.unwrap();
    assert!(preferences.view().await.unwrap().second_model.is_set);
}

#[tokio::test]
async fn another_key_file_asks_for_the_password_again() {
    let mut house = House::new();
    house
        .open()
        .await
        .0
        .save(server("correct horse"))
        .await
        .unwrap();
    house.key = "another key";
    let (preferences, _) = house.open().await;
    let view = preferences.view().await.unwrap();
    assert_eq!(view.sending.host, "mail.example.com", "the rest is there");
    assert!(!view.sending.password_set);
    assert!(view.sending.problem.unwrap().contains("enter it again"));
    assert_eq!(
        field(preferences.save(server("")).await).as_deref(),
        Some("password")
    );
    preferences.save(server("correct horse")).await.unwrap();
    let view = preferences.view().await.unwrap();
    assert!(view.sending.password_set && view.sending.problem.is_none());
}

#[tokio::test]
async fn the_checklist_goes_step_by_step_or_at_once() {
    let house = House::new();
    let (preferences, office) = house.open().await;
    let left = || office.settings.now().first_run;
    let first = left().unwrap();
    assert!(!first.you && !first.model && !first.mail);
    preferences.save(you("Ana", "")).await.unwrap();
    assert!(left().unwrap().you);
    let without = ModelChange {
        model: ModelChoice::None,
        key: None,
        remove_key: false,
    };
    preferences
        .save(SettingsChange::Model(without))
        .await
        .unwrap();
    assert!(left().unwrap().model && !left().unwrap().mail);
    let demo = SendingChange {
        sending: Sending::Outbox,
        password: None,
    };
    preferences
        .save(SettingsChange::Sending(demo))
        .await
        .unwrap();
    assert_eq!(left(), None);

    let other = House::new();
    let (preferences, office) = other.open().await;
    preferences.dismiss_first_run().await.unwrap();
    assert_eq!(office.settings.now().first_run, None);
    assert_eq!(other.open().await.1.settings.now().first_run, None);
}

#[tokio::test]
async fn one_test_at_a_time() {
    let house = House::new();
    let (preferences, _) = house.open().await;
    let held = preferences.testing.lock().await;
    let error = preferences.test_mail().await.unwrap_err();
    assert_eq!(error.code, ErrorCode::TooMany);
    drop(held);
    assert!(preferences.test_mail().await.unwrap().ok);
    let sent = preferences.send_test_mail().await.unwrap();
    assert!(sent.ok, "{sent:?}");
    assert_eq!(
        std::fs::read_dir(house.folder.path().join("outbox"))
            .unwrap()
            .count(),
        1
    );
}

#[tokio::test]
async fn what_is_forgotten_is_as_if_nobody_had_set_it_also_after_a_restart() {
    let house = House::new();
    let (preferences, office) = house.open().await;
    let fresh = preferences.view().await.unwrap();
    preferences.save(you("Ana", "Europe/Lisbon")).await.unwrap();
    preferences.save(server("hunter2")).await.unwrap();
    assert!(matches!(office.info().mail, MailInfo::Smtp { .. }));
    preferences.forget().await.unwrap();
    assert!(matches!(office.info().mail, MailInfo::Outbox { .. }));
    assert_eq!(preferences.view().await.unwrap(), fresh);
    drop((preferences, office));
    let (preferences, _) = house.open().await;
    assert_eq!(preferences.view().await.unwrap(), fresh);
}
