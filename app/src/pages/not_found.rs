//! Any other address.

use email_agent_api::AgentError;
use leptos::prelude::*;
use leptos_meta::Title;

use crate::{CallError, components::Failure, language::say};

/// The page for addresses that lead nowhere.
#[component]
pub(crate) fn NotFoundPage() -> impl IntoView {
    let error = CallError::answered(AgentError::not_found());
    view! {
        <Title text=say("Not found") />
        <Failure error />
    }
}
