//! What differs between two versions of the email, word by word. The server computes it.

use email_agent_api::{Author, Comparison, FieldDiff, PieceKind, Version};
use leptos::{ev::KeyboardEvent, prelude::*, task::spawn_local};
use tr::tr;

use crate::{
    erased::{effect, heard, kept, memo, redrawn},
    language::{known, say},
    live::{Live, with_retries},
    logic::{changed_field_label, version_name},
    looking::HEADING_ID,
    server_fns,
};

/// The comparison; nothing while none is open.
#[component]
pub(crate) fn Compare(
    /// The email.
    live: Live,
) -> impl IntoView {
    let is_open = memo(move || live.looking.comparing.with(Option::is_some));
    redrawn(move || is_open.get().then(|| view! { <Open live /> }.into_any()))
}

#[component]
fn Open(live: Live) -> impl IntoView {
    let looking = live.looking;
    let pair = memo(move || looking.comparing.get().unwrap_or_default());
    let answer = RwSignal::new(None::<Result<Comparison, String>>);
    effect(move || {
        let asked = pair.get();
        answer.set(None);
        let id = live.id();
        spawn_local(async move {
            let (from, to) = asked;
            let compared = with_retries(|| server_fns::compare(id.clone(), from, to)).await;
            // Two others may have been chosen meanwhile, or the page left.
            if pair.try_get_untracked() == Some(asked) {
                answer.set(Some(compared.map_err(|error| error.to_string())));
            }
        });
    });
    let escape = move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            looking.close();
        }
    };
    let heading = move || {
        let (from, to) = pair.get();
        tr!("What changed from v{from} to v{to}", from, to)
    };
    view! {
        <section class="compare" aria-labelledby=HEADING_ID on:keydown=heard(escape)>
            <header class="compare__head">
                <h3 class="compare__name" id=HEADING_ID tabindex="-1">
                    {redrawn(heading)}
                </h3>
                <button class="button button--small" type="button" on:click=heard(move |_| looking.close())>
                    {say("Close")}
                </button>
            </header>
            <div class="compare__choice">
                <Choice live label=tr!("version" => "From") is_from=true />
                <Choice live label=tr!("version" => "To") is_from=false />
            </div>
            {redrawn(move || result(answer.get()))}
        </section>
    }
}

/// One of the two versions, to choose from all that are kept.
#[component]
fn Choice(live: Live, label: String, is_from: bool) -> impl IntoView {
    let looking = live.looking;
    let versions = memo(move || live.view.with(|view| view.versions.clone()));
    let chosen = move || {
        let (from, to) = looking.comparing.get().unwrap_or_default();
        if is_from { from } else { to }
    };
    let choose = move |event| {
        let Ok(version) = event_target_value(&event).parse::<Version>() else {
            return;
        };
        looking.comparing.update(|pair| {
            if let Some((from, to)) = pair {
                *(if is_from { from } else { to }) = version;
            }
        });
    };
    let option = move |number: Version, text: String| {
        view! {
            <option value=number.to_string() selected=kept(move || chosen() == number)>
                {text}
            </option>
        }
        .into_any()
    };
    let options = move || {
        let versions = versions.get();
        let empty = versions
            .first()
            .is_some_and(|first| is_from && first.version == 1);
        let empty = empty.then(|| option(0, say("v0 · empty").to_owned()));
        let kept: Vec<_> = versions
            .iter()
            .map(|version| option(version.version, version_name(version)))
            .collect();
        view! { {empty} {kept} }.into_any()
    };
    view! {
        <label class="compare__version">
            {label} <select class="field__control" on:change=heard(choose)>{redrawn(options)}</select>
        </label>
    }
}

fn result(answer: Option<Result<Comparison, String>>) -> AnyView {
    let comparison = match answer {
        None => return view! { <p role="status">{say("Comparing…")}</p> }.into_any(),
        Some(Err(problem)) => {
            return view! { <p class="problem" role="alert">{known(&problem)}</p> }.into_any();
        }
        Some(Ok(comparison)) => comparison,
    };
    let (to, is_same) = (comparison.to, comparison.fields.is_empty());
    let author = match comparison.author {
        Author::Agent => tr!("v{to} was made by the agent.", to),
        Author::You => tr!("v{to} was made by you.", to),
    };
    let fields = comparison.fields.into_iter().map(field).collect_view();
    view! {
        <p class="compare__author">{author}</p>
        {is_same.then(|| view! { <p>{say("These two versions are the same.")}</p> }.into_any())}
        {fields}
    }
    .into_any()
}

fn field(diff: FieldDiff) -> AnyView {
    let pieces = diff
        .pieces
        .into_iter()
        .map(|piece| match piece.kind {
            PieceKind::Same => view! { <span>{piece.text}</span> }.into_any(),
            PieceKind::Removed => {
                view! { <del><span class="sr-only">{say("[removed: ")}</span>{piece.text}<span class="sr-only">"]"</span></del> }
                    .into_any()
            }
            PieceKind::Added => {
                view! { <ins><span class="sr-only">{say("[added: ")}</span>{piece.text}<span class="sr-only">"]"</span></ins> }
                    .into_any()
            }
        })
        .collect_view();
    view! {
        <h4 class="compare__field">{changed_field_label(&diff.field).to_owned()}</h4>
        <p class="compare__text" dir="auto">{pieces}</p>
    }
    .into_any()
}
