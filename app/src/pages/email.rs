//! `/e/:id`: one email.

use email_agent_api::{AppInfo, EmailView, IdempotencyKey, Poll};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
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
}

async fn load(id: String) -> Result<EmailData, CallError> {
    let Poll::Changed { view } = server_fns::describe(id, None).await? else {
        // Without a known revision there is nothing it could be unchanged against.
        return Err(CallError::lost());
    };
    Ok(EmailData {
        info: server_fns::info().await?,
        view: *view,
        form_key: browser::random_key(),
    })
}

/// The page of one email.
#[component]
pub(crate) fn EmailPage() -> impl IntoView {
    let params = use_params_map();
    let data = Resource::<_, Payload>::new_with_options(
        move || params.read().get("id").unwrap_or_default(),
        load,
        true,
    );
    view! {
        <Suspense fallback=|| view! { <p class="loading">"Opening the email…"</p> }>
            {move || Suspend::new(async move {
                match data.await {
                    Ok(EmailData { info, view, form_key }) => {
                        view! { <EmailScreen info view form_key /> }.into_any()
                    }
                    Err(error) => view! { <Title text="Not found" /> <Failure error /> }.into_any(),
                }
            })}
        </Suspense>
    }
}
