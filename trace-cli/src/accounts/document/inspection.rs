//! What every rule holds of one transaction.

use std::collections::BTreeSet;

use heuristics::account::bridge::{CROSSING, Crossing, Direction, Way};
use heuristics::account::contract_creator;
use heuristics::account::inspection::Inspection;
use heuristics::account::mixer::{self, Deposit, Withdrawal};
use heuristics::account::same_owner_funding::{self, Funder};
use heuristics::account::self_authorisation::{self, Approval};
use heuristics::account::swap::{self, Effect, Swap};
use serde::Serialize;
use trace_core::claim::{Reason, Rule, Verdict};
use trace_core::model::account::{Address, Asset, B256, InnerCalls, U256};
use trace_core::model::{ChainId, Position};

use super::Amount;
use crate::document::RuleName;

/// The line that `trace inspect` writes of a transaction.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Verdicts {
    txid: String,
    chain: String,
    height: u32,
    /// Whether value that contracts passed on was seen: `seen`, `unsure` or `not-seen`.
    inner_calls: &'static str,
    effects: Vec<EffectEntry>,
    swap: SwapFinding,
    mix: MixFinding,
    bridge: BridgeFinding,
    crossings: Vec<CrossingEntry>,
    links: Vec<LinkFinding>,
    rule_limits: InspectionLimits,
}

/// What was asked for beside the transaction.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked {
    /// Contracts that are named as bridges.
    pub(crate) bridges: usize,
    pub(crate) payments_max: usize,
}

/// What rules that are asked about one transaction go by.
#[derive(Clone, Debug, Serialize)]
struct InspectionLimits {
    funding_payments_max: usize,
}

#[derive(Clone, Debug, Serialize)]
struct EffectEntry {
    address: String,
    asset: String,
    came: Amount,
    went: Amount,
}

#[derive(Clone, Debug, Serialize)]
struct SwapFinding {
    #[serde(flatten)]
    rule: RuleName,
    /// `swap`, `none` or `unknown`.
    verdict: &'static str,
    why: Option<String>,
    trades: Vec<TradeEntry>,
}

#[derive(Clone, Debug, Serialize)]
struct TradeEntry {
    trader: String,
    given: Vec<AmountOf>,
    received: Vec<AmountOf>,
    pools: Vec<String>,
    routers: Vec<String>,
}

#[derive(Clone, Debug, Serialize)]
struct AmountOf {
    asset: String,
    amount: Amount,
}

#[derive(Clone, Debug, Serialize)]
struct MixFinding {
    #[serde(flatten)]
    rule: RuleName,
    /// `mix`, `none` or `unknown`: whether a contract is a pool of a mixer.
    verdict: &'static str,
    why: Option<String>,
    deposits: Vec<DepositEntry>,
    withdrawals: Vec<WithdrawalEntry>,
}

#[derive(Clone, Debug, Serialize)]
struct DepositEntry {
    pool: String,
    from: String,
}

#[derive(Clone, Debug, Serialize)]
struct WithdrawalEntry {
    pool: String,
    to: String,
    relayer: Option<String>,
    fee: Amount,
}

#[derive(Clone, Debug, Serialize)]
struct BridgeFinding {
    #[serde(flatten)]
    rule: RuleName,
    /// `crossing`, `none` or `unknown`.
    verdict: &'static str,
    why: Option<&'static str>,
}

#[derive(Clone, Debug, Serialize)]
struct CrossingEntry {
    #[serde(flatten)]
    rule: RuleName,
    /// `in` or `out`.
    direction: &'static str,
    /// `kept` or `made`.
    way: &'static str,
    bridge: String,
    address: String,
    asset: String,
    amount: Amount,
    named: Vec<String>,
    ids: Vec<String>,
}

/// What one rule holds of the signer and another account.
#[derive(Clone, Debug, Serialize)]
struct LinkFinding {
    #[serde(flatten)]
    rule: RuleName,
    /// `supports`, `contradicts` or `inconclusive`.
    verdict: &'static str,
    why: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    other: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    rests_on: Vec<String>,
}

impl Verdicts {
    pub(crate) fn of(
        hash: B256,
        chain: ChainId,
        at: Position,
        inner_calls: InnerCalls,
        found: &Inspection,
        asked: Asked,
    ) -> Self {
        let mut links = vec![LinkFinding::of(contract_creator::RULE, &found.creation)];
        links.extend(found.approvals.iter().map(approval));
        links.extend(found.funder.as_ref().map(funder));
        Self {
            txid: hash.to_string(),
            chain: chain.to_string(),
            height: at.height,
            inner_calls: match inner_calls {
                InnerCalls::Seen => "seen",
                InnerCalls::Unsure => "unsure",
                InnerCalls::NotSeen => "not-seen",
            },
            effects: found.effects.iter().map(effect).collect(),
            swap: swaps(&found.swaps),
            mix: MixFinding {
                rule: mixer::RULE.into(),
                verdict: if !found.deposits.is_empty() || !found.withdrawals.is_empty() {
                    "mix"
                } else if found.undecided_mixers.is_empty() {
                    "none"
                } else {
                    "unknown"
                },
                why: undecided(&found.undecided_mixers),
                deposits: found.deposits.iter().map(deposit).collect(),
                withdrawals: found.withdrawals.iter().map(withdrawal).collect(),
            },
            bridge: bridge(found, inner_calls, asked.bridges),
            crossings: found.crossings.iter().map(crossing).collect(),
            links,
            rule_limits: InspectionLimits {
                funding_payments_max: asked.payments_max,
            },
        }
    }
}

fn swaps(found: &Result<Vec<Swap>, Reason>) -> SwapFinding {
    let rule = swap::RULE.into();
    match found {
        Ok(swaps) => SwapFinding {
            rule,
            verdict: if swaps.is_empty() { "none" } else { "swap" },
            why: None,
            trades: swaps.iter().map(trade).collect(),
        },
        Err(why) => SwapFinding {
            rule,
            verdict: "unknown",
            why: Some(why.to_string()),
            trades: Vec::new(),
        },
    }
}

/// Whether something crossed a bridge.
fn bridge(found: &Inspection, inner_calls: InnerCalls, bridges: usize) -> BridgeFinding {
    let (verdict, why) = if !found.crossings.is_empty() {
        ("crossing", None)
    } else if bridges == 0 {
        (
            "unknown",
            Some("no contract was named as a bridge (--bridge)"),
        )
    } else if inner_calls != InnerCalls::Seen {
        (
            "unknown",
            Some("what contracts passed on may not have been seen"),
        )
    } else {
        ("none", None)
    };
    BridgeFinding {
        rule: CROSSING.into(),
        verdict,
        why,
    }
}

impl LinkFinding {
    fn of(rule: Rule, verdict: &Verdict) -> Self {
        let why = match verdict {
            Verdict::Inconclusive(why) => Some(why.to_string()),
            Verdict::Supports | Verdict::Contradicts => None,
        };
        Self {
            rule: rule.into(),
            verdict: verdict.name(),
            why,
            other: None,
            token: None,
            rests_on: Vec::new(),
        }
    }
}

/// Why it cannot be told whether some contracts are mixers.
fn undecided(contracts: &BTreeSet<Address>) -> Option<String> {
    let named: Vec<String> = contracts.iter().map(Address::to_string).collect();
    (!named.is_empty()).then(|| {
        format!(
            "{} pays out as a mixer does, and only what goes into it would show whether it is one",
            named.join(", ")
        )
    })
}

fn effect(effect: &Effect) -> EffectEntry {
    EffectEntry {
        address: effect.account.to_string(),
        asset: effect.asset.to_string(),
        came: effect.came.into(),
        went: effect.went.into(),
    }
}

fn trade(swap: &Swap) -> TradeEntry {
    let amounts = |amounts: &[(Asset, U256)]| {
        let named = amounts.iter().map(|(asset, amount)| AmountOf {
            asset: asset.to_string(),
            amount: (*amount).into(),
        });
        named.collect()
    };
    TradeEntry {
        trader: swap.trader.to_string(),
        given: amounts(&swap.given),
        received: amounts(&swap.received),
        pools: swap.pools.iter().map(ToString::to_string).collect(),
        routers: swap.routers.iter().map(ToString::to_string).collect(),
    }
}

fn deposit(deposit: &Deposit) -> DepositEntry {
    DepositEntry {
        pool: deposit.pool.to_string(),
        from: deposit.from.to_string(),
    }
}

fn withdrawal(withdrawal: &Withdrawal) -> WithdrawalEntry {
    WithdrawalEntry {
        pool: withdrawal.pool.to_string(),
        to: withdrawal.to.to_string(),
        relayer: withdrawal.relayer.map(|relayer| relayer.to_string()),
        fee: withdrawal.fee.into(),
    }
}

fn crossing(crossing: &Crossing) -> CrossingEntry {
    CrossingEntry {
        rule: CROSSING.into(),
        direction: match crossing.direction {
            Direction::In => "in",
            Direction::Out => "out",
        },
        way: match crossing.way {
            Way::Kept => "kept",
            Way::Made => "made",
        },
        bridge: crossing.bridge.to_string(),
        address: crossing.account.to_string(),
        asset: crossing.asset.to_string(),
        amount: crossing.amount.into(),
        named: crossing.named.iter().map(ToString::to_string).collect(),
        ids: crossing.ids.iter().map(ToString::to_string).collect(),
    }
}

fn approval(approval: &Approval) -> LinkFinding {
    LinkFinding {
        other: Some(approval.spender.to_string()),
        token: Some(approval.token.to_string()),
        ..LinkFinding::of(self_authorisation::RULE, &approval.verdict)
    }
}

fn funder(funder: &Funder) -> LinkFinding {
    match funder {
        Funder::One(account, payments) => LinkFinding {
            other: Some(account.to_string()),
            rests_on: payments.iter().map(B256::to_string).collect(),
            ..LinkFinding::of(same_owner_funding::RULE, &Verdict::Supports)
        },
        Funder::None => LinkFinding::of(same_owner_funding::RULE, &Verdict::Contradicts),
        Funder::Unknown(why) => {
            LinkFinding::of(same_owner_funding::RULE, &Verdict::Inconclusive(*why))
        }
    }
}
