//! A node and an explorer that reply with anything: what is asked next depends on it. Each
//! question ends, and within the requests allowed.

#![no_main]

use std::pin::{Pin, pin};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, Waker};

use libfuzzer_sys::fuzz_target;
use trace_core::model::account::{Address, Asset, B256};
use trace_core::model::{BlockHash, BlockRef};
use trace_core::source::ethereum::Ethereum;
use trace_core::source::{AccountHistorySource, AskError, Reply, Request, Transport};
use trace_core::view::account::AccountQuestion;

/// Between two replies; no JSON has it. A reply of nothing is a refusal.
const BEHIND: u8 = 0xff;
const REQUESTS_MAX: u64 = 64;
/// Requests that are asked together may be that many more.
const REQUESTS_TOGETHER_MAX: u64 = 4_096;
const HEIGHT: u32 = 40;

/// Gives the replies one after the other, in the order of the questions.
struct Replies<'a> {
    left: Mutex<Vec<&'a [u8]>>,
    asked: AtomicU64,
}

type Asked<'a> = Pin<Box<dyn Future<Output = Vec<Result<Reply, AskError>>> + Send + 'a>>;

impl Transport for &Replies<'_> {
    fn ask<'a>(&'a self, requests: &'a [Request]) -> Asked<'a> {
        self.asked
            .fetch_add(requests.len() as u64, Ordering::Relaxed);
        let replies = requests.iter().map(|request| {
            let next = self.left.lock().ok().and_then(|mut left| left.pop());
            match next {
                Some(reply) if !reply.is_empty() => Ok(Reply(reply.to_vec())),
                _ => Err(AskError::Rpc {
                    method: request.to_string(),
                    code: -32_601,
                    message: "the method does not exist".to_owned(),
                }),
            }
        });
        let replies: Vec<_> = replies.collect();
        Box::pin(std::future::ready(replies))
    }
}

fuzz_target!(|input: &[u8]| {
    let Some((shape, replies)) = input.split_first() else {
        return;
    };
    let mut left: Vec<&[u8]> = replies.split(|byte| *byte == BEHIND).collect();
    left.reverse();
    let replies = Replies {
        left: Mutex::new(left),
        asked: AtomicU64::new(0),
    };
    let Some(Ok(mut source)) = now(Ethereum::over(&replies)) else {
        return;
    };
    if shape & 1 == 1 {
        source = source.with_explorer();
    }
    let source = source.with_requests_max(REQUESTS_MAX);
    let account = Address::repeat_byte(0x11);
    let question = match shape >> 1 & 3 {
        0 => AccountQuestion::Transaction(B256::repeat_byte(0x77)),
        1 => AccountQuestion::Balance(account, Asset::Native, HEIGHT),
        _ => AccountQuestion::History(account, 0),
    };
    let as_of = BlockRef {
        height: HEIGHT,
        hash: BlockHash([0xb1; 32]),
    };
    let told = now(source.answer(&[question], as_of));
    assert_eq!(told.map(|told| told.len()), Some(1));
    assert!(replies.asked.into_inner() <= REQUESTS_MAX + REQUESTS_TOGETHER_MAX);
});

/// What comes of a future that never waits.
fn now<F: Future>(future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    match future
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()))
    {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    }
}
