//! A design preview: every stage of an email, from memory, without workflow, model or mail server.
//!
//! `cargo run -p app --example preview --features ssr`, with the browser side built before; then open
//! the address it prints. The list shows one email for each stage; a new one can be played through.

mod fake;

use std::sync::Arc;

use app::{App, shell};
use axum::Router;
use email_agent_api::EmailAgent;
use leptos::prelude::*;
use leptos_axum::{LeptosRoutes, file_and_error_handler, generate_route_list};

use crate::fake::FakeAgent;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let options = get_configuration(None)?.leptos_options;
    let agent: Arc<dyn EmailAgent> = Arc::new(FakeAgent::with_every_stage());
    let provide = move || provide_context(agent.clone());
    let router = Router::new()
        .leptos_routes_with_context(&options, generate_route_list(App), provide, {
            let options = options.clone();
            move || shell(options.clone())
        })
        .fallback(file_and_error_handler::<LeptosOptions, _>(shell))
        .with_state(options.clone());
    let listener = tokio::net::TcpListener::bind(options.site_addr).await?;
    eprintln!("http://{}", listener.local_addr()?);
    Ok(axum::serve(listener, router).await?)
}
