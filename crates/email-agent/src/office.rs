//! What stands around the desk: everything outside an email that its workflow and its service use.

use std::sync::Arc;

use email_agent_api::{AppInfo, Language};
use email_agent_store::Store;

use crate::{LiveSettings, assistant::Assistant, drill::Drill, files::Files, mailer::Mailer};

/// See the module. Clones share everything.
#[derive(Clone)]
pub struct Office {
    /// Who writes the drafts.
    pub assistant: Arc<dyn Assistant>,
    /// Where mail goes.
    pub mailer: Arc<dyn Mailer>,
    /// How this installation works.
    pub settings: LiveSettings,
    /// What is remembered beside the workflows.
    pub store: Store,
    /// Where the bytes of files lie.
    pub files: Arc<dyn Files>,
    /// What is to fail on purpose, where assistant or mailer are the demo's.
    pub drill: Drill,
}

impl Office {
    /// How this installation works, for the pages.
    #[must_use]
    pub fn info(&self) -> AppInfo {
        let settings = self.settings.now();
        AppInfo {
            assistant: self.assistant.info(),
            mail: self.mailer.info(),
            approval: settings.approval,
            hold: settings.safety.hold,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            language: match settings.you.language {
                Language::Auto => None,
                language => Some(language.code().to_owned()),
            },
            page_language: settings.you.page_language,
            single_keys_off: settings.you.single_keys_off,
            first_run: settings.first_run,
        }
    }
}
