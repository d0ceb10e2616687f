//! `/`: start an email, and the list of all.

use email_agent_api::{AppInfo, EmailList, IdempotencyKey};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use crate::{
    CallError,
    alive::{Alive, Part, Script, StartData},
    browser,
    components::{EmailListView, Failure, Frame},
    server_fns,
};

#[derive(Debug, Clone, PartialEq)]
struct HomeData {
    info: AppInfo,
    list: EmailList,
    /// Begins the keys of the plain forms on this page.
    form_key: IdempotencyKey,
}

async fn load(page: Option<String>) -> Result<HomeData, CallError> {
    Ok(HomeData {
        info: server_fns::info().await?,
        list: server_fns::list(page).await?,
        form_key: browser::random_key(),
    })
}

/// The start page.
#[component]
pub(crate) fn HomePage() -> impl IntoView {
    let query = use_query_map();
    let data = ArcAsyncDerived::new(move || load(query.read_untracked().get("page")));
    view! {
        <Title text="AI Agent for Email" />
        <Suspense fallback=|| view! { <p class="loading">"Opening your emails…"</p> }>
            {move || {
                let data = data.clone();
                Suspend::new(async move {
                    match data.await {
                        Ok(data) => view! { <Home data /> }.into_any(),
                        Err(error) => view! { <Failure error /> }.into_any(),
                    }
                })
            }}
        </Suspense>
    }
}

#[component]
fn Home(data: HomeData) -> impl IntoView {
    let HomeData {
        info,
        list,
        form_key,
    } = data;
    let key = form_key.as_str().to_owned();
    let checklist = info
        .first_run
        .map(|decided| view! { <Alive part=Part::Checklist(decided) /> }.into_any());
    let start = Part::Start(StartData {
        form_key: key.clone(),
        label: "Start".to_owned(),
        request: None,
    });
    view! {
        <Script />
        <Frame info=Some(info)>
            <main class="home">
                <section class="home__start">
                    <h1>"AI Agent for Email"</h1>
                    <p class="home__lead">
                        "Say in your own words whom to write to, what to say and when. You read the draft, you approve it, and only then it leaves."
                    </p>
                    <Alive part=start />
                </section>
                {checklist}
                <EmailListView list form_key=key />
            </main>
        </Frame>
    }
}
