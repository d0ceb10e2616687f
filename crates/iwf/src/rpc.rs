//! RPCs: calls from outside that read, write, publish or start states, answered at once.
//!
//! An RPC is a message type with a handler on the workflow. The message needs no workflow code, so
//! callers can share it; what its handler may touch is part of its type.

use crate::{Contract, CxError, Payload, RpcCx, RpcError, RpcOptions, Wire, Workflow, cx::Store};
use futures::future::BoxFuture;
use std::future::Future;

/// A message that a workflow answers.
pub trait Rpc: Wire {
    /// The workflow it is for.
    type Contract: Contract;
    /// The answer.
    type Output: Wire;
    /// What the handler may touch: [`Blind`], [`Read`] or [`Write`].
    type Access: Access;
    /// Its name on the wire.
    const NAME: &'static str;
    /// Time-out, loading and locks.
    fn options() -> RpcOptions<Self::Contract> {
        RpcOptions::default()
    }
}

/// Answers an RPC.
///
/// A handler runs at most once per call, and what it wrote is applied as a unit when it succeeds.
#[diagnostic::on_unimplemented(message = "`{Self}` lists RPC `{R}` but does not handle it")]
pub trait Handle<R: Rpc<Contract = Self>>: Contract {
    /// Answers one call.
    fn handle(
        &self,
        cx: &mut RpcCx<'_, Self, R::Access>,
        message: R,
    ) -> impl Future<Output = Result<R::Output, RpcError>> + Send;
}

/// What an RPC may do with attributes.
pub trait Access: Send + 'static {
    /// Whether attributes are loaded at all.
    const LOADS: bool;
}
/// Attributes can be read.
#[diagnostic::on_unimplemented(message = "an RPC with `Access = {Self}` has no attributes to read")]
pub trait CanRead: Access {}
/// No attributes: the server is asked to load nothing. Publishing and triggering remain.
#[derive(Debug)]
pub struct Blind;
/// Attributes can be read.
#[derive(Debug)]
pub struct Read;
/// Attributes can be read and written.
#[derive(Debug)]
pub struct Write;
impl Access for Blind {
    const LOADS: bool = false;
}
impl Access for Read {
    const LOADS: bool = true;
}
impl Access for Write {
    const LOADS: bool = true;
}
impl CanRead for Read {}
impl CanRead for Write {}

type Call<W> =
    for<'a> fn(&'a W, &'a mut Store, &'a Payload) -> BoxFuture<'a, Result<Payload, RpcError>>;

/// An RPC with its types forgotten, as the registry keeps it.
#[doc(hidden)]
pub struct ErasedRpc<W> {
    pub(crate) name: &'static str,
    pub(crate) call: Call<W>,
    pub(crate) loaded: crate::options::Loaded,
}

pub(crate) fn erase_rpc<W: Workflow + Handle<R>, R: Rpc<Contract = W>>() -> ErasedRpc<W> {
    ErasedRpc {
        name: R::NAME,
        loaded: if R::Access::LOADS {
            R::options().loaded()
        } else {
            crate::options::Loaded::none()
        },
        call: |workflow, store, input| {
            Box::pin(async move {
                let message: R = input.decode().map_err(|source| {
                    RpcError::from(CxError::Decode {
                        what: format!("input of {}", R::NAME),
                        source,
                    })
                })?;
                let output = workflow.handle(&mut RpcCx::new(store), message).await?;
                Ok(Payload::encode(&output).map_err(|source| CxError::Encode {
                    what: format!("output of {}", R::NAME),
                    source,
                })?)
            })
        },
    }
}
