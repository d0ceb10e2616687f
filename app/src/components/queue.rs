//! Requests that wait for the agent; each can be taken back until it has begun with it.

use email_agent_api::QueuedRequest;
use leptos::{prelude::*, task::spawn_local};
use tr::tr;

use crate::{
    browser,
    erased::{heard, kept, memo, redrawn},
    language::say,
    live::{Live, with_retries},
    server_fns,
};

/// The queue; nothing if it is empty.
#[component]
pub(crate) fn Queue(
    /// The email.
    live: Live,
) -> impl IntoView {
    let queue = memo(move || live.view.with(|view| view.queue.clone()));
    let list = move || {
        let requests = queue.get();
        (!requests.is_empty()).then(|| {
            let rows = requests
                .into_iter()
                .map(|request| view! { <Waiting live request /> }.into_any())
                .collect_view();
            view! {
                <ul class="queue" aria-label=say("Requests in the queue")>
                    {rows}
                </ul>
            }
            .into_any()
        })
    };
    redrawn(list)
}

#[component]
fn Waiting(live: Live, request: QueuedRequest) -> impl IntoView {
    let is_busy = RwSignal::new(false);
    let key = request.key.as_str().to_owned();
    let remove = move |_| {
        if is_busy.get_untracked() {
            return;
        }
        is_busy.set(true);
        let (id, key) = (live.id(), key.clone());
        spawn_local(async move {
            let removed =
                with_retries(|| server_fns::remove_request(id.clone(), key.clone())).await;
            let _ = is_busy.try_set(false);
            match removed {
                // The button goes with its row; the keyboard goes on where requests are written.
                Ok(_) => browser::focus("request"),
                Err(error) => {
                    let _ = live.problem.try_set(Some(error.to_string()));
                }
            }
            live.look_now();
        });
    };
    let state = if request.in_work {
        say("Working on it")
    } else {
        say("Waiting")
    };
    let button = (!request.in_work).then(|| {
        let label = tr!(
            "Remove “{request}” from the queue",
            request = request.text.chars().take(60).collect::<String>()
        );
        view! {
            <button
                type="button"
                class="button button--small needs-script"
                aria-label=label
                aria-disabled=kept(move || is_busy.get().then_some("true"))
                on:click=heard(remove)
            >
                {redrawn(move || if is_busy.get() { say("Removing…") } else { say("Remove") })}
            </button>
        }
        .into_any()
    });
    view! {
        <li class="queue__row" class:queue__row--busy=request.in_work>
            <span class="queue__state">{state}</span>
            <span class="queue__text" dir="auto">{request.text}</span>
            {button}
        </li>
    }
}
