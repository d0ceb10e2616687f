//! Steeps tea: a timer, a channel and an RPC against an iWF server.
//!
//! Start a server (`cargo run -p iwf-engine -- serve`), then `cargo run -p iwf --example tea`.
//! `IWF_SERVER_URL` names another server than the one on this machine.
#![allow(clippy::print_stdout, reason = "an example shows what happens")]

use iwf::{
    Any, Client, Contract, Decision, Got, Handle, HttpBackend, Next, Receive, Registry, Rpc, RpcCx,
    RpcError, StartOptions, State, StateCx, StateError, StateExt, Timer, WaitUntil, Worker,
    Workflow, Write, schema,
};
use serde::{Deserialize, Serialize};
use std::{error::Error, sync::Arc, time::Duration};
use tokio::net::TcpListener;

struct Tea;

schema!(Tea {
    data    STEEPED: u64 = "SteepedSeconds";
    channel LONGER:  u64 = "Longer";
});

impl Contract for Tea {
    const TYPE: &'static str = "Tea";
    type Input = u64; // seconds
    type Output = String;
    type Rpcs = (SteepLonger,);
}
impl Workflow for Tea {
    type Start = Steep;
    type States = (Steep,);
    fn states(&self) -> Self::States {
        (Steep,)
    }
}

/// Waits for the time to pass, or for somebody who likes it stronger.
struct Steep;
impl State for Steep {
    type Workflow = Tea;
    type Input = u64;
    type Wait = Any<(Timer, Receive<u64>)>;
    const ID: &'static str = "Steep";
    async fn execute(&self, cx: &mut StateCx<'_, Tea>, secs: u64, got: Got<Self>) -> Decision<Tea> {
        let (_over, longer) = got;
        if let Some(longer) = longer {
            return Ok(Steep::go(secs + longer));
        }
        cx.set(STEEPED, secs)?;
        Ok(Next::complete(format!("tea, steeped for {secs} s")))
    }
}
impl WaitUntil for Steep {
    async fn wait_until(
        &self,
        _: &mut StateCx<'_, Tea>,
        secs: u64,
    ) -> Result<Self::Wait, StateError> {
        Ok(Any((
            Timer::after(Duration::from_secs(secs)),
            Receive::one(LONGER),
        )))
    }
}

/// Asks for a stronger tea, and tells whether that is still possible.
#[derive(Serialize, Deserialize)]
struct SteepLonger {
    secs: u64,
}
impl Rpc for SteepLonger {
    type Contract = Tea;
    type Output = bool;
    type Access = Write;
    const NAME: &'static str = "steep_longer";
}
impl Handle<SteepLonger> for Tea {
    async fn handle(
        &self,
        cx: &mut RpcCx<'_, Self, Write>,
        SteepLonger { secs }: SteepLonger,
    ) -> Result<bool, RpcError> {
        let possible = cx.get(STEEPED)?.is_none();
        if possible {
            cx.publish(LONGER, secs)?;
        }
        Ok(possible)
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let server = std::env::var("IWF_SERVER_URL").unwrap_or("http://localhost:8801".to_owned());
    let registry = Arc::new(Registry::new().add(Tea)?);

    // The worker: the server calls it whenever there is something to do.
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let worker_url = format!("http://{}", listener.local_addr()?);
    let worker = Worker::new(registry.clone()).router();
    tokio::spawn(async move { axum::serve(listener, worker).await });

    // The client: it starts a workflow, calls it and waits for it.
    let client = Client::new(Arc::new(HttpBackend::new(&server)?), registry, worker_url);
    let id = format!("tea-{}", uuid::Uuid::new_v4());
    let tea = client.start::<Tea>(&id, 1, StartOptions::new()).await?;
    println!("{id} is steeping");
    println!(
        "a second longer: {}",
        tea.call(SteepLonger { secs: 1 }).await?
    );
    println!("{}", tea.result().await?);
    println!(
        "and longer still: {}",
        tea.call(SteepLonger { secs: 1 }).await.is_ok_and(|ok| ok)
    );
    Ok(())
}
