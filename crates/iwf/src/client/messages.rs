//! Talking to a workflow: RPCs, signals, messages.

use super::{ApiError, WorkflowRef};
use crate::{
    Access, Channel, Contains, Contract, CxError, Payload, Rpc, Signal, Wire,
    options::{RawLoad, What, seconds},
    wire,
};
use iwf_protocol::{
    InterStateChannelPublishing, PublishToInternalChannelRequest, WorkflowRpcRequest,
    WorkflowSignalRequest,
};
use std::time::{Duration, Instant};

const FIRST_GAP: Duration = Duration::from_millis(25);
const GAP_MAX: Duration = Duration::from_millis(500);

impl<C: Contract> WorkflowRef<C> {
    /// Calls an RPC. One that cannot have its locks is tried again for a moment.
    ///
    /// # Errors
    /// [`ApiError::Worker`] with what the handler answered, [`ApiError::LockConflict`] when the
    /// locks stay taken, [`ApiError::NotFound`], and whatever the server says.
    pub async fn call<R, I>(&self, message: R) -> Result<R::Output, ApiError>
    where
        R: Rpc<Contract = C>,
        C::Rpcs: Contains<R, I>,
    {
        let request = self.rpc_request(&message)?;
        let begun = Instant::now();
        let mut gap = FIRST_GAP;
        let answer = loop {
            match self
                .backend()
                .rpc(request.clone())
                .await
                .map_err(ApiError::from)
            {
                Ok(answer) => break answer,
                Err(ApiError::LockConflict)
                    if begun.elapsed() + gap < self.client.lock_patience =>
                {
                    tokio::time::sleep(gap.mul_f64(rand::random_range(0.5..=1.0))).await;
                    gap = (gap * 2).min(GAP_MAX);
                }
                Err(error) => return Err(error),
            }
        };
        let output = wire::payload_from_wire(answer.output).decode();
        output.map_err(|source| ApiError::decode(format!("output of {}", R::NAME), source))
    }

    fn rpc_request<R: Rpc<Contract = C>>(
        &self,
        message: &R,
    ) -> Result<WorkflowRpcRequest, ApiError> {
        let options = R::options();
        let nothing = RawLoad {
            what: What::None,
            lock: vec![],
        };
        let load = |load: Option<RawLoad>| {
            let load = if R::Access::LOADS {
                load
            } else {
                load.or_else(|| Some(nothing.clone()))
            };
            load.as_ref().map(wire::load_to_wire)
        };
        Ok(WorkflowRpcRequest {
            workflow_id: self.id.clone(),
            workflow_run_id: self.run_id.clone(),
            rpc_name: R::NAME.to_owned(),
            input: wire::payload_to_wire(encode(R::NAME, message)?),
            timeout_seconds: options.timeout.map(seconds),
            data_attributes_loading_policy: load(options.load),
            search_attributes_loading_policy: load(options.search_load),
            use_memo_for_data_attributes: (self.cached_reads && !options.bypass_cache)
                .then_some(true),
            search_attributes: vec![],
        })
    }

    /// Sends a signal. It is kept until some state takes it, or the workflow ends.
    ///
    /// # Errors
    /// [`ApiError::NotFound`], [`ApiError::OutcomeUnknown`], and whatever the server says.
    pub async fn signal<T: Wire>(&self, signal: Signal<C, T>, value: T) -> Result<(), ApiError> {
        let request = WorkflowSignalRequest {
            workflow_id: self.id.clone(),
            workflow_run_id: self.run_id.clone(),
            signal_channel_name: signal.name().to_owned(),
            signal_value: wire::payload_to_wire(encode(signal.name(), &value)?),
        };
        Ok(self.backend().signal(request).await?)
    }

    /// Publishes a message to an internal channel.
    ///
    /// # Errors
    /// [`ApiError::NotFound`], [`ApiError::OutcomeUnknown`], and whatever the server says.
    pub async fn publish<T: Wire>(&self, channel: Channel<C, T>, value: T) -> Result<(), ApiError> {
        self.publish_many(channel, vec![value]).await
    }

    /// Publishes several messages to an internal channel, in order and as one.
    ///
    /// # Errors
    /// [`ApiError::NotFound`], [`ApiError::OutcomeUnknown`], and whatever the server says.
    pub async fn publish_many<T: Wire>(
        &self,
        channel: Channel<C, T>,
        values: Vec<T>,
    ) -> Result<(), ApiError> {
        let mut messages = vec![];
        for value in &values {
            messages.push(InterStateChannelPublishing {
                channel_name: channel.name().to_owned(),
                value: wire::payload_to_wire(encode(channel.name(), value)?),
            });
        }
        let request = PublishToInternalChannelRequest {
            workflow_id: self.id.clone(),
            workflow_run_id: self.run_id.clone(),
            messages,
        };
        Ok(self.backend().publish_to_internal_channel(request).await?)
    }
}

pub(super) fn encode<T: Wire>(what: &str, value: &T) -> Result<Payload, ApiError> {
    Payload::encode(value).map_err(|source| {
        ApiError::Encode(CxError::Encode {
            what: what.to_owned(),
            source,
        })
    })
}
