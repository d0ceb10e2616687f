//! `/e/:id`: one email.

use std::sync::Arc;

use email_agent_api::{EmailAgent, EmailList, ListQuery, Poll, StageKind};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

use crate::{
    CallError,
    alive::{Alive, EmailData, Page, Part, Script},
    browser,
    components::{Failure, FaultDrill, Frame, Others},
    language::say,
    logic::page_title,
    server_fns,
};

async fn load(id: String, with_timeline: bool) -> Result<EmailData, CallError> {
    let timeline = if with_timeline {
        Some(server_fns::timeline(id.clone()).await?)
    } else {
        None
    };
    let Poll::Changed { view } = server_fns::describe(id, None).await? else {
        // Without a known revision there is nothing it could be unchanged against.
        return Err(CallError::lost());
    };
    Ok(EmailData {
        info: server_fns::info().await?,
        view: *view,
        form_key: browser::random_key(),
        timeline,
    })
}

/// The list beside it. An email can be read without.
async fn others(agent: Option<Arc<dyn EmailAgent>>) -> EmailList {
    let Some(agent) = agent else {
        return EmailList::default();
    };
    agent.list(ListQuery::default()).await.unwrap_or_default()
}

/// The page of one email.
#[component]
pub(crate) fn EmailPage() -> impl IntoView {
    let params = use_params_map();
    let query = use_query_map();
    let data = ArcAsyncDerived::new(move || {
        let id = params.read_untracked().get("id").unwrap_or_default();
        let tab = query.read_untracked().get("tab");
        let agent = use_context::<Arc<dyn EmailAgent>>();
        async move {
            let data = load(id, tab.as_deref() == Some("timeline")).await?;
            Ok::<_, CallError>((data, others(agent).await))
        }
    });
    view! {
        <Suspense fallback=|| view! { <p class="loading">{say("Opening the email…")}</p> }>
            {move || {
                let data = data.clone();
                Suspend::new(async move {
                    match data.await {
                        Ok((data, others)) => view! { <Loaded data others /> }.into_any(),
                        Err(error) => view! { <Title text=say("Not found") /> <Failure error /> }.into_any(),
                    }
                })
            }}
        </Suspense>
    }
}

#[component]
fn Loaded(data: EmailData, others: EmailList) -> impl IntoView {
    let title = page_title(&data.view);
    let info = data.info.clone();
    let open = data.view.id.clone();
    let id = open.to_string();
    let has_ended = matches!(
        data.view.stage.kind(),
        StageKind::Sent | StageKind::Canceled
    );
    let faults = use_context::<Arc<dyn EmailAgent>>()
        .filter(|_| !has_ended)
        .map(|agent| agent.drill())
        .unwrap_or_default();
    view! {
        <Title text=title />
        <Script page=Page::Email />
        <Frame info=Some(info)>
            <div class="workplace">
                <div class="workplace__email">
                    <Alive part=Part::Email(Box::new(data)) />
                    <FaultDrill id faults />
                </div>
                <Others list=others open />
            </div>
        </Frame>
    }
}
