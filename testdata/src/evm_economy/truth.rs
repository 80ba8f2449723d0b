//! What is true of the economy, known because it was made so.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use trace_core::model::account::{Address, B256};

use crate::economy::{AddressTruth, Owner};

/// Everything that a chain does not say of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Truth {
    /// The height of the last block.
    pub height: u32,
    /// Who takes part, by name.
    pub owners: BTreeMap<String, Owner>,
    /// Every account that occurs: whose it is.
    pub addresses: BTreeMap<Address, AddressTruth>,
    /// The contracts of tokens, by what they are called here.
    pub tokens: BTreeMap<String, Address>,
    /// Every transaction, in the order of the chain.
    pub transactions: Vec<TransactionTruth>,
    /// What an investigator knows of the services.
    pub labels: Vec<Label>,
    /// What went through the mixers.
    pub mixes: Vec<MixTruth>,
    /// What was stolen, and where it is.
    pub theft: Theft,
}

/// What a transaction was for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransactionTruth {
    /// Its hash.
    pub hash: B256,
    /// The block it is in.
    pub height: u32,
    /// What it is.
    pub kind: Kind,
    /// Who signed it.
    pub by: String,
    /// With which account.
    pub from: Address,
    /// Whether it fails, and so moves nothing but its fee.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub fails: bool,
    /// What it moves, in the order in which it is executed, without fees.
    pub moves: Vec<Move>,
}

/// An amount of one asset that leaves one account for another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Move {
    /// `native`, `0x…` or `0x…/id`, as [`trace_core::model::account::Asset`] writes it.
    pub asset: String,
    /// Whose balance falls; nobody's where the amount is new.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Address>,
    /// Whose balance rises; nobody's where the amount is gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<Address>,
    /// How much, in the asset's smallest unit, in decimal.
    pub amount: String,
}

/// An account of which somebody says whose it is. Not every one of a service has any: customers'
/// deposit addresses have none, and following goes on through them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    /// The account.
    pub address: Address,
    /// Whose it is said to be.
    pub label: String,
    /// What they are: `exchange`, `mixer` or `pool`.
    pub category: String,
}

/// A deposit into a mixer and the withdrawal that belongs to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MixTruth {
    /// The mixer.
    pub mixer: Address,
    /// Whose ether it is.
    pub owner: String,
    /// The transaction that paid in.
    pub deposit: B256,
    /// The transaction that paid out, if any did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub withdrawal: Option<B256>,
    /// Whom it paid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<Address>,
    /// Who sent the withdrawal for a fee, if not its owner.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub relayer: Option<String>,
}

/// What was stolen and where it went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Theft {
    /// From whom.
    pub victim: String,
    /// By whom.
    pub thief: String,
    /// The transactions that took it, in the order of the chain.
    pub transactions: Vec<B256>,
    /// What they took: the amount of each asset.
    pub stolen: BTreeMap<String, String>,
    /// The accounts that stolen value came to rest in, and what sort of place each is. An
    /// exchange's or a mixer's account is where it can no longer be told from other value.
    pub places: BTreeMap<Address, Place>,
}

/// What sort of place stolen value came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// The thief's own account, from which it went no further.
    Kept,
    /// A deposit address at an exchange.
    Exchange,
    /// A mixer.
    Mixer,
    /// A pool, which gave another asset for it.
    Pool,
    /// Somebody who gave something for it and knew nothing.
    Bystander,
}

/// What a transaction is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Ether to begin with.
    Funding,
    /// A contract is created.
    Deployment,
    /// Somebody pays somebody.
    Payment,
    /// Many are given tokens that they did not ask for.
    Airdrop,
    /// One owner's accounts send on what they were given to one of them.
    Gathering,
    /// A customer pays into an exchange.
    Deposit,
    /// An exchange makes a customer's deposit address.
    DepositAddress,
    /// An exchange gives a deposit address the ether it needs to send tokens on.
    Gas,
    /// An exchange collects what a customer paid in.
    Sweep,
    /// An exchange pays a customer.
    Withdrawal,
    /// An exchange moves value out of reach.
    ColdStorage,
    /// An owner moves value between accounts of their own.
    SelfTransfer,
    /// Somebody lets another account move their tokens.
    Approval,
    /// An account moves tokens that it was allowed to.
    Pull,
    /// Ether becomes a token.
    Wrap,
    /// The token becomes ether again.
    Unwrap,
    /// A pool is given what it trades.
    Liquidity,
    /// One token is traded for another.
    Swap,
    /// A collectible comes into being.
    Mint,
    /// A collectible changes hands.
    Collectible,
    /// Many are paid at once.
    Batch,
    /// Ether goes into a mixer.
    MixDeposit,
    /// Ether comes out of a mixer.
    MixWithdrawal,
    /// Something that is seldom seen.
    Oddity,
    /// It fails.
    Failure,
    /// The theft.
    Theft,
    /// One step of the thief's peeling chain.
    Peel,
}

impl Truth {
    /// The labels as CSV with a header: address, label, category, source.
    pub fn labels_csv(&self) -> String {
        let header = "address,label,category,source\n".to_owned();
        let lines = self.labels.iter().map(|it| {
            let Label {
                address,
                label,
                category,
            } = it;
            format!("{address},{label},{category},the script\n")
        });
        header + &lines.collect::<String>()
    }

    /// As JSON, one thing a line, so that a difference shows what differs.
    ///
    /// # Errors
    /// None that is known: every part has text keys.
    pub fn to_json(&self) -> serde_json::Result<String> {
        let sections = [
            map("owners", &self.owners)?,
            map("addresses", &self.addresses)?,
            map("tokens", &self.tokens)?,
            list("transactions", &self.transactions)?,
            list("labels", &self.labels)?,
            list("mixes", &self.mixes)?,
        ];
        let theft = serde_json::to_string_pretty(&self.theft)?;
        let (height, sections) = (self.height, sections.join(",\n"));
        Ok(format!(
            "{{\n\"height\": {height},\n{sections},\n\"theft\": {theft}\n}}\n"
        ))
    }
}

fn map<K: Serialize, T: Serialize>(name: &str, map: &BTreeMap<K, T>) -> serde_json::Result<String> {
    let lines = map.iter().map(|(key, value)| {
        let (key, value) = (serde_json::to_string(key)?, serde_json::to_string(value)?);
        Ok(format!("{key}: {value}"))
    });
    let lines = lines.collect::<serde_json::Result<Vec<_>>>()?;
    Ok(format!("\"{name}\": {{\n{}\n}}", lines.join(",\n")))
}

fn list<T: Serialize>(name: &str, list: &[T]) -> serde_json::Result<String> {
    let lines = list.iter().map(serde_json::to_string);
    let lines = lines.collect::<serde_json::Result<Vec<_>>>()?;
    Ok(format!("\"{name}\": [\n{}\n]", lines.join(",\n")))
}
