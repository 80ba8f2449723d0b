//! The ways in which a node may be asked for one thing, and which of them it has.
//!
//! They are tried in their order. One that a node lacks is remembered, so it is asked for once;
//! until one is found that it has, blocks are asked for one at a time.

use std::sync::atomic::{AtomicU32, Ordering};

use crate::model::account::B256;
use crate::normalise::evm::{
    Outline, RawTransactionCalls, is_call_trace, is_flat_trace, is_frame_list, is_operation_list,
    is_transaction_trace,
};
use crate::normalise::{RawCalls, RawReceipts};
use crate::source::Request;

use super::call;

/// A way of asking for the receipts of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ReceiptsBy {
    Hash,
    Height,
    Transaction,
}

/// A way of asking what the transactions of a block did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CallsBy {
    TracerByHash,
    TracerByHeight,
    Flat,
    Frames,
    Operations,
}

/// A way of asking what one transaction did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CallsOfBy {
    Tracer,
    Flat,
    Frames,
    Operations,
}

/// Something that is asked for in several ways.
pub(super) trait Way: Copy + Send + Sync + 'static {
    /// What it tells of.
    type Of: Sync;
    /// What it gives.
    type Raw: Send;

    /// All ways, the best first.
    const ALL: &'static [Self];

    /// Whether there is nothing to tell.
    fn is_idle(of: &Self::Of) -> bool;

    /// The questions, one or one for each transaction of a block.
    fn questions(self, of: &Self::Of) -> Vec<Request>;

    /// Whether a reply is what this way gives. A node may answer with something else.
    fn is_answer(self, reply: &[u8]) -> bool;

    /// The replies, put together.
    fn raw(self, replies: Vec<Vec<u8>>) -> Self::Raw;
}

/// Which ways a node was seen to have and to lack, each way being the bit of its place.
#[derive(Debug, Default)]
pub(super) struct Known {
    works: AtomicU32,
    lacking: AtomicU32,
}

impl Known {
    /// Whether a way is found that the node has, or there is none.
    pub(super) fn is_settled<W: Way>(&self) -> bool {
        self.has_worked() || self.is_lacking::<W>()
    }

    /// Whether a way is found that the node has.
    pub(super) fn has_worked(&self) -> bool {
        self.works.load(Ordering::Relaxed) != 0
    }

    /// Whether the node was seen to lack every way.
    pub(super) fn is_lacking<W: Way>(&self) -> bool {
        let mut places = (0..).zip(W::ALL);
        places.all(|(place, _)| !self.may_work(place))
    }

    pub(super) fn may_work(&self, place: usize) -> bool {
        self.lacking.load(Ordering::Relaxed) & bit(place) == 0
    }

    pub(super) fn worked(&self, place: usize) {
        self.works.fetch_or(bit(place), Ordering::Relaxed);
    }

    /// Remembers that the node lacks a way, unless it was seen to work: then it is another
    /// server of the same source that lacks it.
    pub(super) fn lacks(&self, place: usize) {
        if self.works.load(Ordering::Relaxed) & bit(place) == 0 {
            self.lacking.fetch_or(bit(place), Ordering::Relaxed);
        }
    }
}

fn bit(place: usize) -> u32 {
    u32::try_from(place)
        .ok()
        .and_then(|place| 1_u32.checked_shl(place))
        .unwrap_or(0)
}

fn each(block: &Outline, question: impl Fn(B256) -> Request) -> Vec<Request> {
    block
        .transactions
        .iter()
        .map(|hash| question(*hash))
        .collect()
}

fn only(replies: Vec<Vec<u8>>) -> Vec<u8> {
    replies.into_iter().next().unwrap_or_default()
}

/// Whether a reply is something at all.
fn is_something(reply: &[u8]) -> bool {
    reply.trim_ascii() != b"null"
}

impl Way for ReceiptsBy {
    type Of = Outline;
    type Raw = RawReceipts;

    const ALL: &'static [Self] = &[Self::Hash, Self::Height, Self::Transaction];

    fn is_idle(block: &Outline) -> bool {
        block.transactions.is_empty()
    }

    fn questions(self, block: &Outline) -> Vec<Request> {
        match self {
            Self::Hash => vec![call::receipts(block.at.hash)],
            Self::Height => vec![call::receipts_at(block.at.height)],
            Self::Transaction => each(block, call::receipt),
        }
    }

    fn is_answer(self, reply: &[u8]) -> bool {
        is_something(reply)
    }

    fn raw(self, replies: Vec<Vec<u8>>) -> RawReceipts {
        match self {
            Self::Hash | Self::Height => RawReceipts::Block(only(replies)),
            Self::Transaction => RawReceipts::Each(replies),
        }
    }
}

impl Way for CallsBy {
    type Of = Outline;
    type Raw = RawCalls;

    const ALL: &'static [Self] = &[
        Self::TracerByHash,
        Self::TracerByHeight,
        Self::Flat,
        Self::Frames,
        Self::Operations,
    ];

    fn is_idle(block: &Outline) -> bool {
        block.transactions.is_empty()
    }

    fn questions(self, block: &Outline) -> Vec<Request> {
        match self {
            Self::TracerByHash => vec![call::calls(block.at.hash)],
            Self::TracerByHeight => vec![call::calls_at(block.at.height)],
            Self::Flat => vec![call::flat(block.at.height)],
            Self::Frames => each(block, call::frames),
            Self::Operations => each(block, call::operations),
        }
    }

    fn is_answer(self, reply: &[u8]) -> bool {
        match self {
            Self::TracerByHash | Self::TracerByHeight => is_call_trace(reply),
            Self::Flat => is_flat_trace(reply),
            Self::Frames => is_frame_list(reply),
            Self::Operations => is_operation_list(reply),
        }
    }

    fn raw(self, replies: Vec<Vec<u8>>) -> RawCalls {
        match self {
            Self::TracerByHash | Self::TracerByHeight => RawCalls::CallTracer(only(replies)),
            Self::Flat => RawCalls::Flat(only(replies)),
            Self::Frames => RawCalls::Frames(replies),
            Self::Operations => RawCalls::Operations(replies),
        }
    }
}

impl Way for CallsOfBy {
    type Of = B256;
    type Raw = RawTransactionCalls;

    const ALL: &'static [Self] = &[Self::Tracer, Self::Flat, Self::Frames, Self::Operations];

    fn is_idle(_: &B256) -> bool {
        false
    }

    fn questions(self, transaction: &B256) -> Vec<Request> {
        vec![match self {
            Self::Tracer => call::calls_of(*transaction),
            Self::Flat => call::flat_of(*transaction),
            Self::Frames => call::frames(*transaction),
            Self::Operations => call::operations(*transaction),
        }]
    }

    fn is_answer(self, reply: &[u8]) -> bool {
        match self {
            Self::Tracer => is_transaction_trace(reply),
            Self::Flat => is_flat_trace(reply),
            Self::Frames => is_frame_list(reply),
            Self::Operations => is_operation_list(reply),
        }
    }

    fn raw(self, replies: Vec<Vec<u8>>) -> RawTransactionCalls {
        let reply = only(replies);
        match self {
            Self::Tracer => RawTransactionCalls::CallTracer(reply),
            Self::Flat => RawTransactionCalls::Flat(reply),
            Self::Frames => RawTransactionCalls::Frames(reply),
            Self::Operations => RawTransactionCalls::Operations(reply),
        }
    }
}
