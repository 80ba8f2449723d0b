//! The ways in which a node may be asked for one thing, and which of them it has.
//!
//! They are tried in their order. One that a node lacks is remembered, so it is asked for once;
//! until one is found that it has, blocks are asked for one at a time.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::model::account::B256;
use crate::normalise::evm::{
    Outline, is_call_trace, is_flat_trace, is_frame_list, is_operation_list,
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

/// Something that is asked for in several ways.
pub(super) trait Way: Copy + Send + Sync + 'static {
    /// What it gives.
    type Raw;

    /// All ways, the best first.
    const ALL: &'static [Self];

    /// The questions about a block, one or one for each transaction.
    fn questions(self, block: &Outline) -> Vec<Request>;

    /// Whether a reply is what this way gives. A node may answer with something else.
    fn is_answer(self, reply: &[u8]) -> bool;

    /// The replies, put together.
    fn raw(self, replies: Vec<Vec<u8>>) -> Self::Raw;
}

/// How far down its list a node's best way is.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// Every way before this one is lacking.
    best: AtomicUsize,
    /// One more than the way that was seen to work; 0 until then.
    works: AtomicUsize,
}

impl Known {
    pub(super) fn best(&self) -> usize {
        self.best.load(Ordering::Relaxed)
    }

    /// Whether it is known how, or that there is no way.
    pub(super) fn is_settled<W: Way>(&self) -> bool {
        self.works.load(Ordering::Relaxed) > 0 || self.best() >= W::ALL.len()
    }

    pub(super) fn worked(&self, way: usize) {
        self.works.fetch_max(way.saturating_add(1), Ordering::Relaxed);
    }

    /// Remembers that the node lacks a way, unless it was seen to work: then another server of
    /// the same source lacks it.
    pub(super) fn lacks(&self, way: usize) {
        if self.works.load(Ordering::Relaxed) == 0 {
            self.best.fetch_max(way.saturating_add(1), Ordering::Relaxed);
        }
    }
}

fn each(block: &Outline, question: impl Fn(B256) -> Request) -> Vec<Request> {
    block.transactions.iter().map(|hash| question(*hash)).collect()
}

fn only(replies: Vec<Vec<u8>>) -> Vec<u8> {
    replies.into_iter().next().unwrap_or_default()
}

/// Whether a reply is something at all.
fn is_something(reply: &[u8]) -> bool {
    reply.trim_ascii() != b"null"
}

impl Way for ReceiptsBy {
    type Raw = RawReceipts;

    const ALL: &'static [Self] = &[Self::Hash, Self::Height, Self::Transaction];

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
    type Raw = RawCalls;

    const ALL: &'static [Self] = &[
        Self::TracerByHash,
        Self::TracerByHeight,
        Self::Flat,
        Self::Frames,
        Self::Operations,
    ];

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
