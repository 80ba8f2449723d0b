//! A made node as a transport, with what was asked of it, and with what somebody made of its
//! replies.

use std::collections::BTreeMap;
use std::sync::Mutex;

use futures_util::future::BoxFuture;
use serde_json::Value;
use testdata::evm::EvmNode;
use trace_core::model::ChainId;
use trace_core::source::ethereum::Ethereum;
use trace_core::source::history::{Asker, OnFailure, Step};
use trace_core::source::{AccountHistorySource, AskError, Reply, Request, SourceError, Transport};
use trace_core::taint::account::{Plan, Progress, Propagator, Trail};
use trace_core::view::account::GatheredAccounts;

use crate::told::Everybody;

type Tamper = Box<dyn Fn(&str, &Value, &mut Value) + Send + Sync>;

pub(crate) struct Served {
    pub(crate) node: EvmNode,
    tamper: Option<Tamper>,
    asked: Mutex<BTreeMap<String, usize>>,
    calls: Mutex<usize>,
}

impl Served {
    pub(crate) fn new(node: EvmNode) -> Self {
        Self {
            node,
            tamper: None,
            asked: Mutex::default(),
            calls: Mutex::default(),
        }
    }

    /// Whose replies are changed: method, parameters, result.
    pub(crate) fn tampered(
        mut self,
        tamper: impl Fn(&str, &Value, &mut Value) + Send + Sync + 'static,
    ) -> Self {
        self.tamper = Some(Box::new(tamper));
        self
    }

    /// How often a method was asked.
    pub(crate) fn asked(&self, method: &str) -> usize {
        *self.asked.lock().unwrap().get(method).unwrap_or(&0)
    }

    /// How often anything was asked, and in how many round trips.
    pub(crate) fn all(&self) -> (usize, usize) {
        let asked = self.asked.lock().unwrap();
        (asked.values().sum(), *self.calls.lock().unwrap())
    }
}

impl Transport for &Served {
    fn ask<'a>(&'a self, requests: &'a [Request]) -> BoxFuture<'a, Vec<Result<Reply, AskError>>> {
        *self.calls.lock().unwrap() += 1;
        let answers = requests.iter().map(|request| {
            let Request::Rpc { method, params } = request else {
                panic!("{request} is nothing to ask a node")
            };
            *self
                .asked
                .lock()
                .unwrap()
                .entry(method.clone())
                .or_default() += 1;
            let params: Value = serde_json::from_str(params).unwrap();
            let answer = self.node.answer(method, &params).map(|mut result| {
                if let Some(tamper) = &self.tamper {
                    tamper(method, &params, &mut result);
                }
                Reply(result.to_string().into_bytes())
            });
            answer.map_err(|(code, message)| AskError::Rpc {
                method: method.clone(),
                code,
                message,
            })
        });
        let answers = answers.collect();
        Box::pin(async move { answers })
    }
}

pub(crate) fn wait<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.unwrap().block_on(future)
}

/// What asking came to.
pub(crate) struct Asked {
    pub(crate) view: GatheredAccounts,
    pub(crate) trail: Trail,
    pub(crate) rounds: u64,
    pub(crate) failures: Vec<String>,
    pub(crate) cut_off: u64,
    pub(crate) requests: u64,
}

/// Follows a plan by asking.
pub(crate) fn follow<T: Transport>(
    source: &Ethereum<T>,
    plan: &Plan,
    on_failure: OnFailure,
) -> Result<Asked, SourceError> {
    wait(async {
        let tip = AccountHistorySource::tip(source).await?;
        let chain: ChainId = AccountHistorySource::chain(source);
        let mut view = GatheredAccounts::new(chain, tip);
        let mut asker = Asker::of_accounts(source, u64::MAX, on_failure);
        let mut propagator = Propagator::new(plan.clone());
        let trail = asker.run(&mut view, |view| {
            match propagator.advance(view, &Everybody, u64::MAX) {
                Progress::Done(trail) => Step::Done(trail),
                Progress::Wants(questions) => Step::Wants(questions),
                Progress::Paused { .. } => panic!("there was no reason to pause"),
            }
        });
        let trail = trail.await?;
        assert!(asker.still_holds(tip).await?);
        let failures = asker.failures().iter();
        Ok(Asked {
            rounds: asker.rounds(),
            failures: failures
                .map(|(question, error)| format!("{question:?}: {error}"))
                .collect(),
            cut_off: asker.questions_cut_off(),
            requests: source.requests(),
            view,
            trail,
        })
    })
}

pub(crate) fn over<T: Transport>(transport: T) -> Ethereum<T> {
    wait(Ethereum::over(transport)).unwrap()
}
