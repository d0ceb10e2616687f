//! What was set where the program was started. It wins over what is set on the page, and says so.

use email_agent_api::Fixed;

use crate::{
    assistant::openai::{OpenAiSettings, OpenAiVariables},
    mailer::settings::{MailSettings, MailVariables},
    settings::{SettingsError, present, present_secret},
};

/// The variables as texts. Blank means not set.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    /// Where mail goes.
    pub mail: MailVariables,
    /// Who writes the drafts.
    pub model: OpenAiVariables,
}

impl Environment {
    /// Whether all of it can be used: better said at the start than at the first mail.
    pub fn check(&self) -> Result<(), SettingsError> {
        MailSettings::parse(&self.mail)?;
        OpenAiSettings::parse(&self.model)?;
        Ok(())
    }

    /// The variable that decides on the mail server, if one does.
    pub(super) fn mail_variable(&self) -> Option<&'static str> {
        let mail = &self.mail;
        if present_secret(mail.smtp_url.as_ref()).is_some() {
            Some("SMTP_URL")
        } else if present(mail.google_email_address.as_deref()).is_some() {
            Some("GOOGLE_EMAIL_ADDRESS")
        } else {
            None
        }
    }

    /// The sender that the environment names.
    pub(super) fn mail_from(&self) -> Option<&str> {
        present(self.mail.mail_from.as_deref())
    }

    /// The variable that decides on the first model's server, if one does.
    pub(super) fn model_variable(&self) -> Option<&'static str> {
        if present(self.model.base_url.as_deref()).is_some() {
            Some("OPENAI_BASE_URL")
        } else if present_secret(self.model.api_key.as_ref()).is_some() {
            Some("OPENAI_API_KEY")
        } else {
            None
        }
    }

    /// The model that the environment names.
    pub(super) fn model_name(&self) -> Option<&str> {
        present(self.model.model.as_deref())
    }

    /// What of the mail settings cannot be changed on the page.
    pub(super) fn fixed_mail(&self) -> Vec<Fixed> {
        let from = self.mail_from().map(|_| "MAIL_FROM");
        let Some(variable) = self.mail_variable() else {
            return from.map(|from| fixed("from", from)).into_iter().collect();
        };
        let password = match variable {
            "GOOGLE_EMAIL_ADDRESS" => "GOOGLE_EMAIL_APP_PASSWORD",
            other => other,
        };
        let mut all: Vec<Fixed> = ["kind", "host", "port", "security", "user"]
            .map(|field| fixed(field, variable))
            .into();
        all.push(fixed("password", password));
        all.push(fixed("from", from.unwrap_or(variable)));
        all
    }

    /// What of the first model cannot be changed on the page.
    pub(super) fn fixed_model(&self) -> Vec<Fixed> {
        let name = self.model_name().map(|_| "OPENAI_MODEL");
        let Some(variable) = self.model_variable() else {
            return name.map(|name| fixed("model", name)).into_iter().collect();
        };
        let key = match present_secret(self.model.api_key.as_ref()) {
            Some(_) => "OPENAI_API_KEY",
            None => variable,
        };
        vec![
            fixed("kind", variable),
            fixed("endpoint", variable),
            fixed("key", key),
            fixed("model", name.unwrap_or(variable)),
        ]
    }
}

fn fixed(field: &str, variable: &str) -> Fixed {
    Fixed {
        field: field.to_owned(),
        variable: variable.to_owned(),
    }
}
