//! Says on every page what is a demo, so that nobody waits for a mail that cannot come.

use email_agent_api::{AppInfo, AssistantInfo, MailInfo};
use leptos::prelude::*;

use crate::language::say;

/// The banner; nothing if all is real.
#[component]
pub(crate) fn Banner(
    /// How this installation works.
    info: AppInfo,
) -> impl IntoView {
    let assistant = (info.assistant == AssistantInfo::Offline).then(|| {
        view! {
            <p>
                <strong>{say("Demo assistant: ")}</strong>
                {say("simple English sentences only. ")}
                <a href="/settings#model" rel="external">{say("Choose a model")}</a>
            </p>
        }
        .into_any()
    });
    let outbox = match info.mail {
        MailInfo::Outbox { folder } => Some(
            view! {
                <p>
                    <strong>{say("No mail server: ")}</strong>
                    {say("emails go to the outbox folder ")}
                    <code>{folder}</code>
                    {say(" and nowhere else. ")}
                    <a href="/settings#sending" rel="external">{say("Choose a mail server")}</a>
                </p>
            }
            .into_any(),
        ),
        MailInfo::Smtp { .. } => None,
    };
    (assistant.is_some() || outbox.is_some()).then(|| {
        view! {
            <aside class="banner" aria-label=say("About this installation")>
                {assistant}
                {outbox}
            </aside>
        }
        .into_any()
    })
}
