//! `/`: start an email, and the list of all, as far as the address says.

use email_agent_api::AppInfo;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use crate::{
    CallError,
    alive::{Alive, ListData, Page, Part, Script, StartData},
    browser,
    components::{Failure, Frame},
    language::say,
    logic::{Place, bulk_done},
    server_fns,
};

async fn load(
    place: Place,
    undo: Option<String>,
    said: Option<String>,
) -> Result<(AppInfo, ListData), CallError> {
    let info = server_fns::info().await?;
    let Place { show, search, page } = place.clone();
    let data = ListData {
        list: server_fns::list(page, show, search).await?,
        place,
        undo,
        said,
        form_key: browser::random_key().as_str().to_owned(),
        single_keys_off: info.single_keys_off,
    };
    Ok((info, data))
}

/// The start page.
#[component]
pub(crate) fn HomePage() -> impl IntoView {
    let query = use_query_map();
    let data = ArcAsyncDerived::new(move || {
        let query = query.read_untracked();
        let said = query
            .get("did")
            .and_then(|value| bulk_done(&value, query.get("n")?.parse().ok()?));
        load(Place::read(|name| query.get(name)), query.get("undo"), said)
    });
    view! {
        <Title text=say("AI Agent for Email") />
        <Suspense fallback=|| view! { <p class="loading">{say("Opening your emails…")}</p> }>
            {move || {
                let data = data.clone();
                Suspend::new(async move {
                    match data.await {
                        Ok((info, list)) => view! { <Home info list /> }.into_any(),
                        Err(error) => view! { <Failure error /> }.into_any(),
                    }
                })
            }}
        </Suspense>
    }
}

#[component]
fn Home(info: AppInfo, list: ListData) -> impl IntoView {
    let checklist = info
        .first_run
        .map(|decided| view! { <Alive part=Part::Checklist(decided) /> }.into_any());
    let start = Part::Start(StartData {
        form_key: list.form_key.clone(),
        label: say("Start").to_owned(),
        request: None,
    });
    view! {
        <Script page=Page::List />
        <Frame info=Some(info)>
            <main class="home">
                <section class="home__start">
                    <h1>{say("AI Agent for Email")}</h1>
                    <p class="home__lead">
                        {say("Say in your own words whom to write to, what to say and when. You read the draft, you approve it, and only then it leaves.")}
                    </p>
                    <Alive part=start />
                </section>
                {checklist}
                <Alive part=Part::List(Box::new(list)) />
            </main>
        </Frame>
    }
}
