//! What every rule holds of one transaction.

use std::collections::BTreeSet;

use heuristics::account::bridge::{CROSSING, Crossing, Direction, Way};
use heuristics::account::contract_creator;
use heuristics::account::inspection::Inspection;
use heuristics::account::mixer::{self, Deposit, Withdrawal};
use heuristics::account::same_owner_funding::{self, Funder};
use heuristics::account::self_authorisation::{self, Approval};
use heuristics::account::swap::{self, Effect, Swap};
use trace_core::claim::{Reason, Rule, Verdict};
use trace_core::model::account::{Address, Asset, B256, HeldAgainst, InnerCalls, U256};
use trace_core::model::{ChainId, Position};

use crate::document::verdicts::{
    BridgeFinding, CrossingEntry, DepositEntry, EffectEntry, InspectionLimits, LinkFinding,
    MixFinding, SCHEMA, SwapFinding, TradeEntry, Verdicts, WithdrawalEntry, inconclusive,
};
use crate::document::{Money, Shown, Unit, held_name};

/// What was asked for beside the transaction.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked {
    /// Contracts that are named as bridges.
    pub(crate) bridges: usize,
    pub(crate) payments_max: usize,
    /// Whether the line says what the transaction was held against.
    pub(crate) checks: bool,
}

/// The line about a transaction.
pub(crate) fn verdicts(
    hash: B256,
    chain: ChainId,
    at: Position,
    (inner_calls, held): (InnerCalls, HeldAgainst),
    found: &Inspection,
    asked: Asked,
) -> Verdicts {
    let mut links = vec![link(contract_creator::RULE, &found.creation)];
    links.extend(found.approvals.iter().map(approval));
    links.extend(found.funder.as_ref().map(funder));
    let effects = found.effects.iter();
    Verdicts {
        schema: SCHEMA,
        txid: hash.to_string(),
        chain: Some(Shown(chain.into())),
        height: Some(at.height),
        inner_calls: Some(match inner_calls {
            InnerCalls::Seen => "seen",
            InnerCalls::Unsure => "unsure",
            InnerCalls::NotSeen => "not-seen",
        }),
        held_against: asked.checks.then(|| held_name(held)),
        effects: Some(effects.map(|it| effect(it, chain)).collect()),
        mix: mix(found, chain),
        co_spend: None,
        change: Vec::new(),
        swap: Some(swaps(&found.swaps, chain)),
        bridge: Some(bridge(found, inner_calls, asked.bridges)),
        crossings: found
            .crossings
            .iter()
            .map(|it| crossing(it, chain))
            .collect(),
        links,
        rule_limits: Some(InspectionLimits {
            funding_payments_max: asked.payments_max,
        }),
    }
}

fn money(asset: Asset, chain: ChainId, amount: U256) -> Money {
    let chain = chain.into();
    Unit { asset, chain }.of(amount.into())
}

fn mix(found: &Inspection, chain: ChainId) -> MixFinding {
    MixFinding {
        rule: mixer::RULE.into(),
        verdict: if !found.deposits.is_empty() || !found.withdrawals.is_empty() {
            "mix"
        } else if found.undecided_mixers.is_empty() {
            "none"
        } else {
            "unknown"
        },
        kind: None,
        why: undecided(&found.undecided_mixers),
        deposits: found.deposits.iter().map(deposit).collect(),
        withdrawals: found
            .withdrawals
            .iter()
            .map(|it| withdrawal(it, &found.effects, chain))
            .collect(),
    }
}

fn swaps(found: &Result<Vec<Swap>, Reason>, chain: ChainId) -> SwapFinding {
    let rule = swap::RULE.into();
    match found {
        Ok(swaps) => SwapFinding {
            rule,
            verdict: if swaps.is_empty() { "none" } else { "swap" },
            why: None,
            trades: swaps.iter().map(|swap| trade(swap, chain)).collect(),
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

fn link(rule: Rule, verdict: &Verdict) -> LinkFinding {
    LinkFinding {
        rule: rule.into(),
        verdict: verdict.name(),
        why: inconclusive(verdict),
        other: None,
        token: None,
        rests_on: Vec::new(),
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

fn effect(effect: &Effect, chain: ChainId) -> EffectEntry {
    EffectEntry {
        address: Some(effect.account.to_string()),
        came: effect.came.into(),
        went: effect.went.into(),
        asset: Shown(effect.asset),
        chain: Shown(chain.into()),
    }
}

fn trade(swap: &Swap, chain: ChainId) -> TradeEntry {
    let amounts = |amounts: &[(Asset, U256)]| {
        let named = amounts.iter();
        let named = named.map(|(asset, amount)| money(*asset, chain, *amount));
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

fn withdrawal(withdrawal: &Withdrawal, effects: &[Effect], chain: ChainId) -> WithdrawalEntry {
    let paid_out = effects
        .iter()
        .filter(|effect| effect.account == withdrawal.pool && !effect.went.is_zero());
    let assets: Vec<Asset> = paid_out.map(|effect| effect.asset).collect();
    WithdrawalEntry {
        pool: withdrawal.pool.to_string(),
        to: withdrawal.to.to_string(),
        relayer: withdrawal.relayer.map(|relayer| relayer.to_string()),
        fee: withdrawal.fee.into(),
        asset: match assets[..] {
            [asset] => Some(Shown(asset)),
            _ => None,
        },
        chain: Shown(chain.into()),
    }
}

fn crossing(crossing: &Crossing, chain: ChainId) -> CrossingEntry {
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
        money: money(crossing.asset, chain, crossing.amount),
        named: crossing.named.iter().map(ToString::to_string).collect(),
        ids: crossing.ids.iter().map(ToString::to_string).collect(),
    }
}

fn approval(approval: &Approval) -> LinkFinding {
    LinkFinding {
        other: Some(approval.spender.to_string()),
        token: Some(approval.token.to_string()),
        ..link(self_authorisation::RULE, &approval.verdict)
    }
}

fn funder(funder: &Funder) -> LinkFinding {
    match funder {
        Funder::One(account, payments) => LinkFinding {
            other: Some(account.to_string()),
            rests_on: payments.iter().map(B256::to_string).collect(),
            ..link(same_owner_funding::RULE, &Verdict::Supports)
        },
        Funder::None => link(same_owner_funding::RULE, &Verdict::Contradicts),
        Funder::Unknown(why) => link(same_owner_funding::RULE, &Verdict::Inconclusive(*why)),
    }
}
