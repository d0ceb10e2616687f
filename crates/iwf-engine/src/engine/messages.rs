//! Messages from outside: signals, and publications to internal channels.

use iwf_engine_core::Event;
use iwf_protocol::{PublishToInternalChannelRequest, WorkflowSignalRequest};

use super::{Address, Engine, refused};
use crate::convert;
use crate::driver::Refusal;
use crate::failure::Failure;

/// Names the original server keeps for itself.
const RESERVED_SIGNAL_PREFIX: &str = "__IwfSystem_";

impl Engine {
    /// Sends a signal; it is kept until a state waits for it.
    ///
    /// # Errors
    ///
    /// The workflow is unknown or closed, or the signal has no channel.
    pub async fn signal(&self, request: WorkflowSignalRequest) -> Result<(), Failure> {
        let address = Address::new(&request.workflow_id, request.workflow_run_id.as_deref());
        if request
            .signal_channel_name
            .starts_with(RESERVED_SIGNAL_PREFIX)
        {
            // Accepted without effect, as by the original.
            return self.check_running(&address).await;
        }
        if request.signal_channel_name.is_empty() && !request.workflow_id.is_empty() {
            // As the original, whose backend refuses it.
            return Err(Failure::internal(
                "signalChannelName is missing: name the channel",
            ));
        }
        self.check(&request)?;
        let event = Event::SignalReceived {
            channel: request.signal_channel_name.into(),
            value: request.signal_value.map(convert::payload),
        };
        self.write(&address, event).await?;
        Ok(())
    }

    /// Publishes to internal channels, in the order given.
    ///
    /// # Errors
    ///
    /// The workflow is unknown or closed.
    pub async fn publish_to_internal_channel(
        &self,
        request: PublishToInternalChannelRequest,
    ) -> Result<(), Failure> {
        let address = Address::new(&request.workflow_id, request.workflow_run_id.as_deref());
        self.check(&request)?;
        let event = Event::Published(convert::publications(request.messages));
        self.write(&address, event).await?;
        Ok(())
    }

    async fn check_running(&self, address: &Address) -> Result<(), Failure> {
        let run = self.snapshot(address).await?;
        if run.is_running() {
            return Ok(());
        }
        let closed = Refusal::Rejected(iwf_engine_core::Rejection::NotRunning);
        Err(refused(closed, &address.workflow_id))
    }
}
