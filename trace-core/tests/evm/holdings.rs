//! What accounts hold, and which chain it is, out of recorded replies, as the adapter reads them.

use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use testdata::recorded::folder;
use trace_core::model::account::{Address, Asset, U256};
use trace_core::model::{BlockRef, ChainId};
use trace_core::normalise::evm::number;
use trace_core::source::ethereum::Ethereum;
use trace_core::source::{
    AccountHistorySource, AccountTold, AskError, Reply, Request, SourceError, Transport,
};
use trace_core::view::Unknown;
use trace_core::view::account::AccountQuestion;

use crate::around::text;
use crate::made::{account, hash, shown};
use crate::recorded::{Exchange, mainnet, specified};

/// A node that gives one answer to each method, whatever it is asked.
struct Saying<'a>(&'a [(&'static str, &'a Exchange)]);

impl Transport for Saying<'_> {
    fn ask<'a>(&'a self, requests: &'a [Request]) -> BoxFuture<'a, Vec<Result<Reply, AskError>>> {
        let answers = requests.iter().map(|request| {
            let Request::Rpc { method, .. } = request else {
                panic!("{request} is nothing to ask a node")
            };
            let said = self.0.iter().find(|(name, _)| name == method);
            let refused = |code, message| AskError::Rpc {
                method: method.clone(),
                code,
                message,
            };
            match said.map(|(_, exchange)| (&exchange.result, &exchange.error)) {
                Some((Some(result), _)) => Ok(Reply(text(result))),
                Some((None, Some(error))) => {
                    let message = error["message"].as_str().unwrap().to_owned();
                    Err(refused(error["code"].as_i64().unwrap(), message))
                }
                _ => Err(refused(-32_601, "the method does not exist".to_owned())),
            }
        });
        let answers = answers.collect();
        Box::pin(async move { answers })
    }
}

fn wait<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.unwrap().block_on(future)
}

pub(crate) fn saying(result: Value) -> Exchange {
    Exchange {
        file: String::new(),
        params: Value::Null,
        error: None,
        result: Some(result),
    }
}

/// The chain that a node says it is of.
pub(crate) fn chain(told: &Exchange) -> ChainId {
    let replies = [("eth_chainId", told)];
    let node = wait(Ethereum::over(Saying(&replies))).unwrap();
    AccountHistorySource::chain(&node)
}

fn asked(
    question: AccountQuestion,
    replies: &[(&'static str, &Exchange)],
) -> Result<AccountTold, SourceError> {
    let chain = saying(json!("0x1"));
    let mut all = vec![("eth_chainId", &chain)];
    all.extend(replies);
    wait(async {
        let node = Ethereum::over(Saying(&all)).await?;
        let as_of = BlockRef {
            height: u32::MAX,
            hash: shown(&hash(1)),
        };
        let mut told = AccountHistorySource::answer(&node, &[question], as_of).await;
        told.remove(0)
    })
}

/// What an account holds of the native coin by this reply.
pub(crate) fn native(told: &Exchange) -> Result<AccountTold, SourceError> {
    let of: Address = told.params[0].as_str().unwrap().parse().unwrap();
    let question = AccountQuestion::Balance(of, Asset::Native, 0);
    asked(question, &[("eth_getBalance", told)])
}

/// Whether an account has code by this reply.
pub(crate) fn has_code(told: &Exchange) -> Result<AccountTold, SourceError> {
    asked(AccountQuestion::Code(account(1)), &[("eth_getCode", told)])
}

/// What an account holds of a token whose contract answers so.
pub(crate) fn of_token(told: &Exchange) -> Result<AccountTold, SourceError> {
    let code = saying(json!("0x60"));
    let question = AccountQuestion::Balance(account(1), Asset::Token(account(2)), 0);
    asked(question, &[("eth_call", told), ("eth_getCode", &code)])
}

fn plainly(told: &Exchange) -> U256 {
    told.answer().unwrap().as_str().unwrap().parse().unwrap()
}

#[test]
fn balances_of_the_main_network_are_read() {
    let Some(folder) = folder() else { return };
    let (mut read, mut nothing) = (0, 0);
    for told in mainnet(&folder, "eth_getBalance") {
        if told.answer().is_some() {
            let expected = AccountTold::Balance(plainly(&told));
            assert_eq!(native(&told).unwrap(), expected, "{}", told.file);
            read += 1;
        } else if let Some(error) = &told.error {
            let message = error["message"].as_str().unwrap();
            let refused = native(&told).unwrap_err().to_string();
            assert!(refused.contains(message), "{refused}");
        } else if told.result.is_some() {
            // A node that knows no balance does not say that it is 0.
            assert!(native(&told).is_err(), "{}", told.file);
            nothing += 1;
        }
    }
    assert_eq!((read, nothing), (22, 1));
}

#[test]
fn what_accounts_hold_by_the_specification_is_read() {
    let Some(folder) = folder() else { return };
    let chain_id = &specified(&folder, "eth_chainId")[0];
    assert_eq!(chain(chain_id), ChainId(3_503_995_874_084_926));
    let balances = specified(&folder, "eth_getBalance");
    let read = balances.iter().map(|told| native(told).unwrap());
    let expected = [0x56, 0x76, 0, 0x76].map(|it| AccountTold::Balance(U256::from(it)));
    assert_eq!(read.collect::<Vec<_>>(), expected);
    let nonces = specified(&folder, "eth_getTransactionCount");
    let read = nonces
        .iter()
        .map(|told| number(&text(told.answer().unwrap())).unwrap());
    assert_eq!(read.collect::<Vec<_>>(), [1, 1, 0, 1].map(U256::from));
    let codes = specified(&folder, "eth_getCode");
    let read = codes.iter().map(|told| has_code(told).unwrap());
    // An account that runs another's code has code, too.
    let expected = [true, true, false, true].map(AccountTold::Code);
    assert_eq!(read.collect::<Vec<_>>(), expected);
}

#[test]
fn what_contracts_say_by_the_specification_is_no_balance() {
    let Some(folder) = folder() else { return };
    let said = specified(&folder, "eth_call");
    // Several words, two bytes, and two reverts.
    assert_eq!(said.len(), 6);
    for told in said {
        let unknown = AccountTold::Unknown(Unknown::NoIndex);
        assert_eq!(of_token(&told).unwrap(), unknown, "{}", told.file);
        let thing = AccountQuestion::Balance(account(1), Asset::Item(account(2), U256::ZERO), 0);
        let code = saying(json!("0x60"));
        let of_thing = asked(thing, &[("eth_call", &told), ("eth_getCode", &code)]).unwrap();
        // That nobody owns it is what a contract says by reverting.
        let expected = match told.error {
            Some(_) => AccountTold::Balance(U256::ZERO),
            None => unknown,
        };
        assert_eq!(of_thing, expected, "{}", told.file);
    }
}
