//! Under an email of the demo: break something on purpose, and watch the timeline heal.
//!
//! Rendered by the server alone, with plain forms: nothing of it is in the browser's program. The
//! timeline above it is alive and tells the rest.

use email_agent_api::{Fault, OfferedFault};
use leptos::prelude::*;

use crate::language::say;

/// The block; nothing where nothing may be broken.
#[component]
pub(crate) fn FaultDrill(
    /// The id of the email.
    id: String,
    /// What may be broken.
    faults: Vec<OfferedFault>,
) -> impl IntoView {
    let is_on = faults.iter().any(|offered| offered.is_on);
    let action = format!("/e/{id}/drill");
    let offers: Vec<_> = (faults.iter())
        .map(|offered| view! { <Offer offered=*offered /> }.into_any())
        .collect();
    (!faults.is_empty()).then(|| {
        view! {
            <aside class="drill" aria-labelledby="drill-heading">
                <details class="drill__box" open=is_on>
                    <summary class="drill__name">
                        <h2 id="drill-heading">{say("Fault drill")}</h2>
                    </summary>
                    <p class="drill__hint">
                        {say(
                            "Break a part of this demo and watch the timeline heal. The faults are real to the program, and a restart ends them.",
                        )}
                    </p>
                    <form class="drill__form" method="post" action=action>
                        {offers}
                    </form>
                </details>
            </aside>
        }
        .into_any()
    })
}

/// A button, and what it does; or what it has done, as far as this page can know: it is not told of what
/// heals after it was loaded.
#[component]
fn Offer(offered: OfferedFault) -> impl IntoView {
    let OfferedFault { fault, is_on } = offered;
    let id = format!("drill-{}", fault.name());
    let note = if is_on {
        view! {
            <p class="drill__on" role="status" id=id.clone()>
                {what_is_on(fault)}
            </p>
        }
        .into_any()
    } else {
        view! {
            <p class="drill__hint" id=id.clone()>
                {what_it_does(fault)}
            </p>
        }
        .into_any()
    };
    view! {
        <div class="drill__offer">
            <button class="button" type="submit" name="fault" value=fault.name() aria-describedby=id>
                {label(fault)}
            </button>
            {note}
        </div>
    }
}

fn label(fault: Fault) -> &'static str {
    match fault {
        Fault::Worker => say("Kill the worker"),
        Fault::Mail => say("Mail server refuses"),
        Fault::Model => say("Model returns rubbish"),
    }
}

fn what_it_does(fault: Fault) -> &'static str {
    match fault {
        Fault::Worker => say(
            "What it is doing is cut off. Then ask or press something: it is tried until a new worker is there.",
        ),
        Fault::Mail => {
            say("The next two attempts to send are refused for now. Then send the email.")
        }
        Fault::Model => say(
            "The next answer cannot be read, nor its repair. Then ask for something, and try again.",
        ),
    }
}

fn what_is_on(fault: Fault) -> &'static str {
    match fault {
        Fault::Worker => say(
            "Dead when this page was loaded. A new one starts a few seconds after it is missed: ask or press something.",
        ),
        Fault::Mail => say(
            "Refusing when this page was loaded. The next attempts to send fail for now: send the email.",
        ),
        Fault::Model => say(
            "Confused when this page was loaded. The next answer cannot be read: ask for something, then try again.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(faults: Vec<OfferedFault>) -> String {
        let owner = Owner::new();
        owner.with(|| view! { <FaultDrill id="email-1".to_owned() faults /> }.to_html())
    }

    fn offered(fault: Fault, is_on: bool) -> OfferedFault {
        OfferedFault { fault, is_on }
    }

    #[test]
    fn only_what_may_be_broken_is_offered() {
        assert!(!html(Vec::new()).contains("drill"));
        let html = html(vec![offered(Fault::Model, false)]);
        assert!(html.contains("action=\"/e/email-1/drill\""), "{html}");
        assert!(html.contains("Model returns rubbish"), "{html}");
        assert!(!html.contains("Mail server refuses"), "{html}");
        assert!(!html.contains("role=\"status\""), "{html}");
    }

    #[test]
    fn what_is_broken_is_said_without_a_press() {
        let html = html(vec![
            offered(Fault::Worker, true),
            offered(Fault::Mail, false),
        ]);
        assert!(html.contains("<details open"), "{html}");
        assert!(html.contains("Dead when this page was loaded."), "{html}");
        assert!(
            !html.contains("Refusing when this page was loaded."),
            "{html}"
        );
    }
}
