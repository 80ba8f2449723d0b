//! What can go wrong with one request, and what to do about it.

use std::time::Duration;

use crate::source::transport::BUSY;
use crate::source::{AskError, Request};

/// Longer texts of a node's errors are cut.
const MESSAGE_CHARS_MAX: usize = 1_000;

/// What went wrong with a request, or with one call of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// An HTTP status that is no reply, and the pause the server asked for.
    Status {
        status: u16,
        pause: Option<Duration>,
    },
    /// The node refused the call.
    Rpc { code: i64, message: String },
    /// The reply is larger than it may be.
    TooLarge,
    /// There was no whole reply in time.
    TimedOut,
    /// The connection was refused or broke, or could not be tried.
    Broken(String),
    /// The reply is not what it should be.
    Malformed(String),
    /// The server does not take several calls at once.
    NoBatches,
    /// The server is of another chain than the first that answered.
    Stranger,
}

/// What to do after a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Remedy {
    /// Nothing: asked again, the server would say the same.
    GiveUp,
    /// Ask again after a pause, for which the server may have given a length.
    Again(Option<Duration>),
    /// Ask another server: this one will never answer us.
    Elsewhere,
}

impl Fault {
    pub(super) fn rpc(code: i64, message: &str) -> Self {
        let message = message.chars().take(MESSAGE_CHARS_MAX).collect();
        Self::Rpc { code, message }
    }

    pub(super) fn remedy(&self) -> Remedy {
        match self {
            Self::Status { status, pause } => match status {
                408 | 425 | 429 | 500..=599 => Remedy::Again(*pause),
                300..=399 | 401 | 403 | 407 => Remedy::Elsewhere,
                _ => Remedy::GiveUp,
            },
            Self::Stranger => Remedy::Elsewhere,
            Self::Rpc { code, .. } if BUSY.contains(code) => Remedy::Again(None),
            Self::Rpc { .. } | Self::TooLarge => Remedy::GiveUp,
            Self::TimedOut | Self::Broken(_) | Self::Malformed(_) | Self::NoBatches => {
                Remedy::Again(None)
            }
        }
    }

    /// Whether a part of the batch may fare better than the whole.
    pub(super) fn is_of_size(&self) -> bool {
        matches!(
            self,
            Self::TooLarge | Self::TimedOut | Self::Broken(_) | Self::Malformed(_)
        )
    }

    /// The error that whoever asked `request` is told.
    pub(super) fn into_error(
        self,
        request: &Request,
        timeout: Duration,
        limit_bytes: u64,
    ) -> AskError {
        let method = match request {
            Request::Rpc { method, .. } => method.clone(),
            other => other.to_string(),
        };
        let request = request.to_string();
        match self {
            Self::Status { status, .. } => AskError::Status { request, status },
            Self::Rpc { code, message } => AskError::Rpc {
                method,
                code,
                message,
            },
            Self::TooLarge => AskError::TooLarge {
                request,
                limit_bytes,
            },
            Self::TimedOut => AskError::NoReply {
                request,
                why: format!("nothing whole within {timeout:?}"),
            },
            Self::Broken(why) => AskError::NoReply { request, why },
            Self::Stranger => AskError::NoReply {
                request,
                why: "the servers are of different chains".to_owned(),
            },
            Self::Malformed(why) => AskError::Malformed { request, why },
            Self::NoBatches => AskError::Malformed {
                request,
                why: "a batch was refused".to_owned(),
            },
        }
    }
}
