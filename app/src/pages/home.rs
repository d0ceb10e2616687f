//! `/`: start an email, and the list of all, as far as the address says.

use email_agent_api::{AppInfo, EmailList, IdempotencyKey};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use serde::{Deserialize, Serialize};

use super::payload::Payload;
use crate::{
    CallError, browser,
    components::{Checklist, EmailListView, Failure, Frame, StartForm},
    list_live::ListLive,
    logic::Place,
    server_fns,
};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct HomeData {
    info: AppInfo,
    list: EmailList,
    /// Begins the keys of the plain forms on this page.
    form_key: IdempotencyKey,
}

async fn load(place: Place) -> Result<HomeData, CallError> {
    Ok(HomeData {
        info: server_fns::info().await?,
        list: server_fns::list(place.page, place.show, place.search).await?,
        form_key: browser::random_key(),
    })
}

/// The start page.
#[component]
pub(crate) fn HomePage() -> impl IntoView {
    let query = use_query_map();
    let place = Memo::new(move |_| query.with(|query| Place::read(|name| query.get(name))));
    // Loaded once: what follows from another address is asked by the list itself, which keeps the page
    // and the keyboard in their place.
    let data = Resource::<_, Payload>::new_with_options(
        || (),
        move |()| load(place.get_untracked()),
        true,
    );
    let undo = move || query.with_untracked(|query| query.get("undo"));
    view! {
        <Title text="AI Agent for Email" />
        <Suspense fallback=|| view! { <p class="loading">"Opening your emails…"</p> }>
            {move || Suspend::new(async move {
                match data.await {
                    Ok(HomeData { info, list, form_key }) => {
                        let form_key = form_key.as_str().to_owned();
                        let live = ListLive::new(list, place, undo(), form_key);
                        view! { <Home info live /> }.into_any()
                    }
                    Err(error) => view! { <Failure error /> }.into_any(),
                }
            })}
        </Suspense>
    }
}

#[component]
fn Home(info: AppInfo, live: ListLive) -> impl IntoView {
    let checklist = info
        .first_run
        .map(|decided| view! { <Checklist decided /> }.into_any());
    view! {
        <Frame info=Some(info)>
            <main class="home">
                <section class="home__start">
                    <h1>"AI Agent for Email"</h1>
                    <p class="home__lead">
                        "Say in your own words whom to write to, what to say and when. You read the draft, you approve it, and only then it leaves."
                    </p>
                    <StartForm form_key=live.form_key.get_value() label="Start" />
                </section>
                {checklist}
                <EmailListView live />
            </main>
        </Frame>
    }
}
