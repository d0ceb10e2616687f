//! `/e/:id`: one email.

use email_agent_api::{AppInfo, EmailView, IdempotencyKey, Poll, Timeline};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};
use serde::{Deserialize, Serialize};

use super::payload::Payload;
use crate::{
    CallError, browser,
    components::{EmailScreen, Failure},
    server_fns,
};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct EmailData {
    info: AppInfo,
    view: EmailView,
    form_key: IdempotencyKey,
    timeline: Option<Timeline>,
}

async fn load((id, with_timeline): (String, bool)) -> Result<EmailData, CallError> {
    let timeline = match with_timeline {
        true => Some(server_fns::timeline(id.clone()).await?),
        false => None,
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

/// The page of one email.
#[component]
pub(crate) fn EmailPage() -> impl IntoView {
    let params = use_params_map();
    let query = use_query_map();
    let data = Resource::<_, Payload>::new_with_options(
        move || {
            let id = params.read().get("id").unwrap_or_default();
            // Read once: switching on the page itself needs no address and no new page.
            let tab = query.read_untracked().get("tab");
            (id, tab.as_deref() == Some("timeline"))
        },
        load,
        true,
    );
    view! {
        <Suspense fallback=|| view! { <p class="loading">"Opening the email…"</p> }>
            {move || Suspend::new(async move {
                match data.await {
                    Ok(EmailData { info, view, form_key, timeline }) => {
                        view! { <EmailScreen info view form_key timeline /> }.into_any()
                    }
                    Err(error) => view! { <Title text="Not found" /> <Failure error /> }.into_any(),
                }
            })}
        </Suspense>
    }
}
