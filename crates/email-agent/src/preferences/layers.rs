//! The environment over what is stored over what is built in: what is in effect, and what is told.

use std::time::Duration;

use email_agent_api::{
    FirstRun, MailSecurity, ModelChoice, ModelServer, ModelView, Recipient, Sending, SendingKind,
    SendingView, SettingsView, SmtpServer,
};

use super::{
    Environment,
    saved::{Kept, Saved},
};
use crate::{
    assistant::openai::{OPENAI, OpenAiSettings, OpenAiVariables},
    mailer::settings::{
        Login, MailSettings, OUTBOX_DOMAIN, Security, SmtpLimits, SmtpSettings, as_sender,
    },
    settings::SettingsError,
};

/// With a second model, both together must end within the time that the workflow allows for a turn.
const FIRST_OF_TWO_LIMIT: Duration = Duration::from_secs(45);
const SECOND_OF_TWO_LIMIT: Duration = Duration::from_secs(38);
/// The same for reading a draft back, for each of the two: together below the 60 s of the workflow.
const READ_BACK_OF_TWO_LIMIT: Duration = Duration::from_secs(28);

/// What is in effect.
#[derive(Debug, Clone)]
pub(super) struct Effective {
    pub(super) mail: MailSettings,
    pub(super) model: Option<OpenAiSettings>,
    pub(super) second_model: Option<OpenAiSettings>,
    pub(super) sender_name: Option<String>,
    /// What a fresh installation has still to decide.
    pub(super) first_run: Option<FirstRun>,
}

impl Effective {
    pub(super) fn of(environment: &Environment, saved: &Saved) -> Result<Self, SettingsError> {
        let mail = mail(environment, saved)?;
        let mut model = first_model(environment, saved)?;
        let mut second_model = stored_model(
            saved.second_model.as_ref(),
            &saved.second_key,
            &OpenAiVariables::default(),
        )?
        .filter(|_| model.is_some());
        if let (Some(first), Some(second)) = (&mut model, &mut second_model) {
            first.limits.total = FIRST_OF_TWO_LIMIT;
            first.limits.read_back = READ_BACK_OF_TWO_LIMIT;
            second.limits.total = SECOND_OF_TWO_LIMIT;
            second.limits.read_back = READ_BACK_OF_TWO_LIMIT;
        }
        let sender = sender_of(&mail);
        let decided = FirstRun {
            you: saved.you.is_some(),
            model: model.is_some() || saved.model.is_some(),
            mail: matches!(mail, MailSettings::Smtp(_)) || saved.sending.is_some(),
        };
        Ok(Self {
            sender_name: sender
                .name()
                .filter(|_| !sender.address().ends_with(OUTBOX_DOMAIN))
                .map(str::to_owned),
            first_run: (!saved.first_run_dismissed && !decided.is_done()).then_some(decided),
            mail,
            model,
            second_model,
        })
    }
}

fn mail(environment: &Environment, saved: &Saved) -> Result<MailSettings, SettingsError> {
    let by_environment = MailSettings::parse(&environment.mail)?;
    let mut mail = match (&saved.sending, environment.mail_variable()) {
        (Some(Sending::Smtp(server)), None) => {
            MailSettings::Smtp(smtp(environment, server, &saved.password)?)
        }
        _ => by_environment,
    };
    let name = saved.you.as_ref().and_then(|you| you.name.present());
    if let Some(name) = name {
        let sender = match &mut mail {
            MailSettings::Smtp(settings) => &mut settings.sender,
            MailSettings::Outbox { sender, .. } => sender,
        };
        *sender = named(sender, name);
    }
    Ok(mail)
}

fn smtp(
    environment: &Environment,
    server: &SmtpServer,
    password: &Kept,
) -> Result<SmtpSettings, SettingsError> {
    let wrong = |problem: String| SettingsError::new("from", problem);
    let from = match (environment.mail_from(), &server.from) {
        (Some(from), _) => from.parse(),
        (None, Some(from)) => Ok(from.clone()),
        (None, None) => server.user.as_str().parse(),
    };
    let sender = from
        .and_then(as_sender)
        .map_err(|error| wrong(error.to_string()))?;
    let login = server.user.present().map(|user| Login {
        user: user.to_owned(),
        // Without one (it cannot be opened any more) the server refuses the login, and says so.
        password: password.secret.clone().unwrap_or_default(),
    });
    Ok(SmtpSettings {
        host: server.host.to_string(),
        port: server.port.get(),
        security: match server.security {
            MailSecurity::Tls => Security::ImplicitTls,
            MailSecurity::Starttls => Security::StartTls,
            MailSecurity::None => Security::Plaintext,
        },
        login,
        sender,
        ca_file: environment
            .mail
            .smtp_ca_file
            .clone()
            .filter(|path| !path.as_os_str().is_empty()),
        limits: SmtpLimits::default(),
    })
}

/// The sender with this name, if it has none of its own. The outbox's own name is none.
fn named(sender: &Recipient, name: &str) -> Recipient {
    if sender.name().is_some() && !sender.address().ends_with(OUTBOX_DOMAIN) {
        return sender.clone();
    }
    let name = name.replace(['"', '<', '>'], "");
    format!("\"{name}\" <{}>", sender.address())
        .parse()
        .unwrap_or_else(|_| sender.clone())
}

fn first_model(
    environment: &Environment,
    saved: &Saved,
) -> Result<Option<OpenAiSettings>, SettingsError> {
    if environment.model_variable().is_some() {
        return OpenAiSettings::parse(&environment.model);
    }
    // The operator knows what the model costs, also where a person has chosen it.
    let fixed = OpenAiVariables {
        model: environment.model_name().map(str::to_owned),
        price_input: environment.model.price_input.clone(),
        price_output: environment.model.price_output.clone(),
        ..OpenAiVariables::default()
    };
    stored_model(saved.model.as_ref(), &saved.key, &fixed)
}

fn stored_model(
    choice: Option<&ModelChoice>,
    key: &Kept,
    fixed: &OpenAiVariables,
) -> Result<Option<OpenAiSettings>, SettingsError> {
    let Some(ModelChoice::Server(server)) = choice else {
        return Ok(None);
    };
    OpenAiSettings::parse(&OpenAiVariables {
        api_key: key.secret.clone(),
        model: (fixed.model.clone()).or_else(|| Some(server.model.as_str().to_owned())),
        base_url: Some(server.endpoint.present().unwrap_or(OPENAI).to_owned()),
        ..fixed.clone()
    })
}

/// Who mail is from.
pub(super) fn sender_of(mail: &MailSettings) -> &Recipient {
    match mail {
        MailSettings::Smtp(settings) => &settings.sender,
        MailSettings::Outbox { sender, .. } => sender,
    }
}

/// What is told: no secret, only whether there is one.
pub(super) fn view(
    environment: &Environment,
    saved: &Saved,
    effective: &Effective,
) -> SettingsView {
    SettingsView {
        you: saved.you.clone().unwrap_or_default(),
        sender_name: effective.sender_name.clone(),
        sending: sending_view(environment, saved, effective),
        model: ModelView {
            fixed: environment.fixed_model(),
            problem: saved.key.problem.clone(),
            ..model_view(effective.model.as_ref(), saved.model.as_ref())
        },
        second_model: ModelView {
            problem: saved.second_key.problem.clone(),
            key_set: saved.second_key.secret.is_some(),
            ..model_view(None, saved.second_model.as_ref())
        },
    }
}

fn sending_view(environment: &Environment, saved: &Saved, effective: &Effective) -> SendingView {
    let mut view = SendingView {
        sender: sender_of(&effective.mail).to_string(),
        fixed: environment.fixed_mail(),
        problem: saved.password.problem.clone(),
        ..SendingView::default()
    };
    if let MailSettings::Smtp(settings) = &effective.mail {
        view.kind = SendingKind::Smtp;
        view.host.clone_from(&settings.host);
        view.port = Some(settings.port);
        view.security = match settings.security {
            Security::ImplicitTls => MailSecurity::Tls,
            Security::StartTls => MailSecurity::Starttls,
            Security::Plaintext => MailSecurity::None,
        };
        if let Some(login) = &settings.login {
            view.user.clone_from(&login.user);
            view.password_set = saved.password.problem.is_none();
        }
    }
    view.from = match (&saved.sending, environment.mail_variable()) {
        _ if environment.mail_from().is_some() => view.sender.clone(),
        (_, Some(_)) => view.sender.clone(),
        (Some(Sending::Smtp(server)), None) => {
            let from = server.from.as_ref();
            from.map(ToString::to_string).unwrap_or_default()
        }
        _ => String::new(),
    };
    view
}

fn model_view(effective: Option<&OpenAiSettings>, stored: Option<&ModelChoice>) -> ModelView {
    match (effective, stored) {
        (Some(settings), _) => ModelView {
            is_set: true,
            endpoint: Some(settings.base_url.clone())
                .filter(|url| url != OPENAI)
                .unwrap_or_default(),
            model: settings.model.clone(),
            key_set: settings.api_key.is_some(),
            ..ModelView::default()
        },
        (None, Some(ModelChoice::Server(ModelServer { endpoint, model }))) => ModelView {
            is_set: true,
            endpoint: endpoint.as_str().to_owned(),
            model: model.as_str().to_owned(),
            ..ModelView::default()
        },
        _ => ModelView::default(),
    }
}
