//! The public listener: pages, JSON calls, plain forms, files, health.

use std::{path::Path, sync::Arc};

use app::{App, Programs, shell};
use axum::{Router, routing::any};
use email_agent_api::EmailAgent;
use http::StatusCode;
use leptos::prelude::{LeptosOptions, provide_context};
use leptos_axum::{LeptosRoutes, file_and_error_handler_with_context, generate_route_list};

use crate::{
    attachments, contacts, doors, errors, forms, help, language, others, record, safety,
    sign_in::{self, SignIn},
};

/// Everything that a browser or script can reach, for whom `sign_in` lets in; `further` are routes
/// without views of the application.
pub(crate) fn public(
    agent: Arc<dyn EmailAgent>,
    site_root: &Path,
    extra_hosts: &[String],
    sign_in: &SignIn,
    further: Router,
) -> Router {
    let options = leptos_options(site_root);
    let context = {
        let agent = Arc::clone(&agent);
        let programs = Programs::found(&options);
        move || {
            provide_context(Arc::clone(&agent));
            provide_context(programs);
        }
    };
    let router = Router::new()
        .leptos_routes_with_context(&options, generate_route_list(App), context.clone(), {
            let options = options.clone();
            move || shell(options.clone())
        })
        // Anything else below the prefix: a refusal in words, never a page.
        .route(
            &format!("{}{{*rest}}", errors::API_PREFIX),
            any(nothing_here),
        )
        .fallback(file_and_error_handler_with_context::<LeptosOptions, _>(
            context, shell,
        ))
        .with_state(options)
        .merge(safety::router(Arc::clone(&agent)))
        .merge(contacts::router(Arc::clone(&agent)))
        .merge(others::router(Arc::clone(&agent)))
        .merge(record::router(Arc::clone(&agent)))
        .merge(attachments::downloads(Arc::clone(&agent)))
        .merge(forms::router(Arc::clone(&agent)))
        .merge(help::router(Arc::clone(&agent)))
        .merge(language::router())
        .merge(further);
    let uploads = attachments::uploads(Arc::clone(&agent));
    let router = sign_in::guard(router, sign_in);
    let uploads = sign_in::guard(uploads, sign_in);
    language::speak(doors::guard(router, uploads, extra_hosts), agent)
}

async fn nothing_here(method: http::Method) -> StatusCode {
    if method == http::Method::POST {
        StatusCode::NOT_FOUND
    } else {
        StatusCode::METHOD_NOT_ALLOWED
    }
}

fn leptos_options(site_root: &Path) -> LeptosOptions {
    // Set by `cargo leptos watch`.
    let reload_port = std::env::var("LEPTOS_RELOAD_PORT")
        .ok()
        .and_then(|port| port.parse().ok());
    LeptosOptions::builder()
        .output_name("email-agent")
        .site_root(site_root.to_string_lossy().into_owned())
        .site_pkg_dir("pkg")
        .reload_port(reload_port.unwrap_or(3001_u32))
        .build()
}
