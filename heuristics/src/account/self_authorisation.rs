//! Self-authorisation: who lets an account spend its tokens, and that account is a person's,
//! lets itself.
//!
//! Victor, *Address Clustering Heuristics for Ethereum* (Financial Cryptography 2020), section
//! 3.3: people approve contracts, of exchanges mostly. A spender that is no contract is another
//! account of the same owner. Read from the event `Approval(owner, spender, value)` of EIP-20
//! with an amount above 0 whose owner signed the transaction.
//!
//! Known false positives: an approval that somebody was tricked into (a phishing site's spender
//! is often no contract), which joins the victim with the thief; a service whose spender is no
//! contract. Since theft by approval became common, years after the paper, this link is reported,
//! and joins nobody unless it is asked for. It cannot tell where the view does not know whether
//! the spender has code.

use std::collections::BTreeMap;

use trace_core::claim::{Link, Reason, Rule, Verdict};
use trace_core::model::BlockRef;
use trace_core::model::account::{Address, B256, Log, Transaction};
use trace_core::view::account::AccountView;

use super::{AccountLink, Evidence, Placed, code, event};

/// The rule as it is named in links.
pub const RULE: Rule = Rule {
    name: "self-authorisation",
    version: 1,
};

/// `Approval(address,address,uint256)`.
const APPROVAL: B256 = B256::new([
    0x8c, 0x5b, 0xe1, 0xe5, 0xeb, 0xec, 0x7d, 0x5b, 0xd1, 0x4f, 0x71, 0x42, 0x7d, 0x1e, 0x84, 0xf3,
    0xdd, 0x03, 0x14, 0xc0, 0xf7, 0xb2, 0x29, 0x1e, 0x5b, 0x20, 0x0a, 0xc8, 0xc7, 0xc3, 0xb9, 0x25,
]);

/// An approval, and whether owner and spender are one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    /// Whose tokens.
    pub owner: Address,
    /// Who may spend them.
    pub spender: Address,
    /// The token's contract.
    pub token: Address,
    /// Whether they have one owner.
    pub verdict: Verdict,
}

/// Every approval that the signer of a transaction gave in it, in order.
pub fn judge(view: &dyn AccountView, transaction: &Transaction) -> Vec<Approval> {
    let approvals = own_approvals(transaction);
    let judged = approvals.map(|(owner, spender, token)| Approval {
        owner,
        spender,
        token,
        verdict: verdict(view, &spender),
    });
    judged.collect()
}

/// What is known of spenders. Of an account that is paid all day and was created before the
/// view's first block it costs much to know that its code is not known.
#[derive(Clone, Debug, Default)]
pub struct Spenders {
    /// The tip as of which it is known.
    as_of: Option<BlockRef>,
    verdicts: BTreeMap<Address, Verdict>,
}

impl Spenders {
    /// Appends the links of a transaction. Returns why of some approval it could not tell.
    pub fn links(
        &mut self,
        view: &dyn AccountView,
        placed: &Placed<'_>,
        into: &mut Vec<AccountLink>,
    ) -> Option<Reason> {
        if self.as_of != Some(view.tip()) {
            self.verdicts.clear();
            self.as_of = Some(view.tip());
        }
        let mut doubt = None;
        for (owner, spender, token) in own_approvals(placed.transaction) {
            let known = self.verdicts.entry(spender);
            match known.or_insert_with(|| verdict(view, &spender)) {
                Verdict::Supports => into.push(AccountLink {
                    link: Link {
                        a: owner,
                        b: spender,
                        tx: placed.tx,
                        rule: RULE,
                    },
                    position: placed.position,
                    confidence: None,
                    evidence: Evidence::Approval { token },
                }),
                Verdict::Inconclusive(why) => doubt = Some(*why),
                Verdict::Contradicts => {}
            }
        }
        doubt
    }
}

/// Owner, spender and token.
fn own_approvals(transaction: &Transaction) -> impl Iterator<Item = (Address, Address, Address)> {
    let approvals = transaction.logs.iter().filter_map(approval);
    approvals.filter(|(owner, spender, _)| {
        *owner == transaction.from && owner != spender && !spender.is_zero()
    })
}

fn approval(log: &Log) -> Option<(Address, Address, Address)> {
    let [APPROVAL, owner, spender] = log.topics.as_slice() else {
        return None;
    };
    let [amount] = event::words(log)?.try_into().ok()?;
    let (owner, spender) = (event::address(&owner.0)?, event::address(&spender.0)?);
    (!amount.is_zero()).then_some((owner, spender, log.address))
}

fn verdict(view: &dyn AccountView, spender: &Address) -> Verdict {
    match code::has_code(view, spender) {
        Ok(true) => Verdict::Contradicts,
        Ok(false) => Verdict::Supports,
        Err(why) => Verdict::Inconclusive(why),
    }
}
