//! Questions to a node and its replies as received.

use std::sync::Arc;

use futures_util::future::BoxFuture;

/// Codes that mean "not now": Bitcoin Core warming up, a request limit exceeded (EIP-1474),
/// and the HTTP status that some gateways repeat as a code.
pub(super) const BUSY: [i64; 3] = [-28, -32_005, 429];

/// One question. Equal questions are the same text, byte for byte: a recording and a cache
/// find the reply by it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Request {
    /// A JSON-RPC call. The transport adds the id and may send several in one batch.
    Rpc {
        /// The method's name.
        method: String,
        /// The parameters as one JSON array.
        params: String,
    },
    /// A GET of a path below the endpoint's base address, such as `/tx/…/outspends`.
    Get {
        /// Begins with `/`.
        path: String,
    },
    /// A record of a local file set, such as a block of a `blocks` folder, by its name. Never
    /// crosses a network; exists so that those can be recorded too.
    Local {
        /// The record's name, such as `block/0000…`.
        name: String,
    },
}

/// The bytes of a reply as received: the `result` member of a JSON-RPC reply, the body of a
/// GET, the bytes of a local record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply(pub Vec<u8>);

/// Why a question has no reply.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AskError {
    /// The node answered with a JSON-RPC error: an answer, not a failure of transport.
    #[error("the node refused {method}: {message} ({code})")]
    Rpc {
        /// The method asked for.
        method: String,
        /// The error's code.
        code: i64,
        /// The error's text, as the node wrote it, cut to 1 000 characters.
        message: String,
    },
    /// The server answered with this HTTP status, after all retries.
    #[error("the server answered {request} with status {status}")]
    Status {
        /// What was asked for, without credentials.
        request: String,
        /// The HTTP status.
        status: u16,
    },
    /// The reply was larger than the limit.
    #[error("the reply to {request} is larger than {limit_bytes} bytes")]
    TooLarge {
        /// What was asked for.
        request: String,
        /// The limit in force.
        limit_bytes: u64,
    },
    /// No reply in time, or none at all, after all retries and from every endpoint.
    #[error("no reply to {request}: {why}")]
    NoReply {
        /// What was asked for.
        request: String,
        /// What went wrong last, without credentials.
        why: String,
    },
    /// The reply was no JSON-RPC reply.
    #[error("the reply to {request} is malformed: {why}")]
    Malformed {
        /// What was asked for.
        request: String,
        /// What is wrong with it.
        why: String,
    },
    /// The recording holds no reply to this question.
    #[error("the recording holds no reply to {request}")]
    NotRecorded {
        /// What was asked for.
        request: String,
    },
    /// More was asked than is allowed.
    #[error("{request} was not asked: {requests_max} requests have been, which is the limit")]
    LimitReached {
        /// What would have been asked for.
        request: String,
        /// The limit in force.
        requests_max: u64,
    },
    /// The work was interrupted.
    #[error("interrupted")]
    Interrupted,
}

impl AskError {
    /// Whether this is what the server says to the question, and not that it could not be
    /// asked: such an error is recorded and replayed like a reply.
    pub(crate) fn is_answer(&self) -> bool {
        match self {
            Self::Rpc { code, .. } => !BUSY.contains(code),
            Self::Status { status, .. } => matches!(status, 400 | 404 | 410 | 422),
            _ => false,
        }
    }
}

/// Something that answers questions: a network client, a cache, a recorder, a recording.
pub trait Transport: Send + Sync {
    /// Asks all questions, with as much concurrency as the transport allows itself, and
    /// returns one answer for each, in their order.
    fn ask<'a>(&'a self, requests: &'a [Request]) -> BoxFuture<'a, Vec<Result<Reply, AskError>>>;
}

impl<T: Transport + ?Sized> Transport for Arc<T> {
    fn ask<'a>(&'a self, requests: &'a [Request]) -> BoxFuture<'a, Vec<Result<Reply, AskError>>> {
        (**self).ask(requests)
    }
}

impl<T: Transport + ?Sized> Transport for Box<T> {
    fn ask<'a>(&'a self, requests: &'a [Request]) -> BoxFuture<'a, Vec<Result<Reply, AskError>>> {
        (**self).ask(requests)
    }
}

impl std::fmt::Display for Request {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Rpc { method, params } => write!(f, "{method}{params}"),
            Self::Get { path } => write!(f, "GET {path}"),
            Self::Local { name } => f.write_str(name),
        }
    }
}
