//! What is true of the economy, known because it was made so.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::ser::Error as _;
use serde::{Deserialize, Serialize};

/// Everything that a chain does not say of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Truth {
    /// The last block.
    pub as_of: AsOf,
    /// Who takes part, by name.
    pub owners: BTreeMap<String, Owner>,
    /// Every address that occurs, as `trace` writes it.
    pub addresses: BTreeMap<String, AddressTruth>,
    /// Every transaction, in the order of the chain.
    pub transactions: Vec<TransactionTruth>,
    /// What was stolen, and where it went.
    pub theft: Theft,
}

/// A block by height and hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AsOf {
    /// Height.
    pub height: u32,
    /// Hash, as written.
    pub hash: String,
}

/// A person or a company.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    /// What they are: `person`, `thief`, `exchange`, and so on.
    pub role: String,
    /// What there is to know about them.
    pub about: String,
}

/// Whose an address is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressTruth {
    /// Who holds its key.
    pub owner: String,
    /// Which of the owner's purses it belongs to, such as `wallet`, `hot` or `deposits`.
    pub purse: String,
    /// For whom a service keeps it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer: Option<String>,
}

/// What a transaction was for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransactionTruth {
    /// Its hash.
    pub txid: String,
    /// The block it is in.
    pub height: u32,
    /// What it is.
    pub kind: Kind,
    /// Who spent coins in it, in the order of the inputs, each once. Empty in a coinbase.
    pub by: Vec<String>,
    /// Its outputs, in order.
    pub outputs: Vec<OutputTruth>,
}

/// What an output was for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutputTruth {
    /// What it is.
    pub purpose: Purpose,
    /// Who can spend it, where somebody can.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
}

/// What a transaction is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// New coins.
    Coinbase,
    /// Somebody pays somebody.
    Payment,
    /// A customer pays into a service.
    Deposit,
    /// A service collects what its customers paid in.
    Sweep,
    /// A service pays many at once.
    Batch,
    /// A service pays one customer and goes on with the change.
    Withdrawal,
    /// A service moves coins out of reach.
    ColdStorage,
    /// An owner moves coins between purses of their own.
    SelfTransfer,
    /// A stake in a game of chance.
    Bet,
    /// What the game pays out.
    Win,
    /// The transaction that prepares coins for a Whirlpool.
    WhirlpoolTx0,
    /// A Whirlpool mix.
    Whirlpool,
    /// A Wasabi 1 mix.
    Wasabi1,
    /// A Wasabi 2 mix.
    Wasabi2,
    /// A JoinMarket mix.
    JoinMarket,
    /// Somebody spends coins that were mixed.
    PostMix,
    /// Small sums sent to other people's addresses to see where they are spent.
    Dusting,
    /// Output scripts that are seldom seen.
    Oddity,
    /// The theft.
    Theft,
    /// The thief divides the loot.
    Split,
    /// One step of the thief's peeling chain.
    Peel,
    /// The thief spends stolen coins together with coins of his own.
    Merge,
}

/// What an output is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// For whom the transaction was made, including oneself.
    Payment,
    /// What was left over.
    Change,
    /// One of the equal outputs of a mix, or of Wasabi 2's standard ones.
    Mixed,
    /// An output that is to go into a Whirlpool.
    Premix,
    /// What a mix's coordinator takes.
    CoordinatorFee,
    /// New coins and fees.
    Reward,
    /// No money but a message.
    Data,
}

/// The stolen coins and where they went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Theft {
    /// The transaction.
    pub txid: String,
    /// What it put into the thief's hands: the seed.
    pub outpoints: Vec<String>,
    /// Their sum, in satoshis.
    pub stolen_sat: u64,
    /// The categories of labels at which `stopping` stops.
    pub stop_categories: Vec<String>,
    /// By the name of the policy, where the coins are as of the last block.
    pub policies: BTreeMap<String, Followed>,
}

/// Where the stolen coins are by one policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Followed {
    /// Following stops at labelled services and at mixes.
    pub stopping: Outcome,
    /// Following passes through everything, mixes being transactions like any other.
    pub passing: Outcome,
}

/// Where the stolen coins are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// The sums of the destinations by kind. Under poison they exceed what was stolen.
    pub totals: Totals,
    /// By position in the chain; the fee of a transaction behind its outputs.
    pub destinations: Vec<Destination>,
}

/// Sums in satoshis.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// In outputs that nobody has spent.
    pub unspent_sat: u64,
    /// At labelled services.
    pub service_sat: u64,
    /// In outputs that a mix spent.
    pub mix_sat: u64,
    /// Paid in fees.
    pub fee_sat: u64,
}

/// One place where stolen coins are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Destination {
    /// What sort of place.
    pub kind: DestinationKind,
    /// The output; for a fee the transaction that paid it.
    pub at: String,
    /// The output's address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The service's label.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The mix that spends the output.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mix: Option<String>,
    /// The stolen part, in satoshis.
    pub amount_sat: u64,
}

/// What sort of place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DestinationKind {
    /// An output that nobody has spent.
    Unspent,
    /// An output of a labelled service.
    Service,
    /// An output that a mix spends.
    Mix,
    /// A transaction's fee.
    Fee,
}

impl Kind {
    /// Whether the transaction is a mix: one in which several owners spend together.
    pub fn is_mix(self) -> bool {
        matches!(
            self,
            Self::Whirlpool | Self::Wasabi1 | Self::Wasabi2 | Self::JoinMarket
        )
    }
}

impl Totals {
    /// All of it, in satoshis.
    pub fn sum_sat(&self) -> u64 {
        self.unspent_sat + self.service_sat + self.mix_sat + self.fee_sat
    }
}

impl Truth {
    /// As JSON, one thing a line, so that a difference shows what differs.
    ///
    /// # Errors
    /// None that is known: every part has text keys.
    pub fn to_json(&self) -> serde_json::Result<String> {
        let theft = &self.theft;
        let mut text = format!("{{\n\"as_of\": {}", serde_json::to_string(&self.as_of)?);
        text += &section("owners", &map_lines(&self.owners)?, ['{', '}']);
        text += &section("addresses", &map_lines(&self.addresses)?, ['{', '}']);
        let transactions = list_lines(&self.transactions)?;
        text += &section("transactions", &transactions, ['[', ']']);
        write!(
            text,
            ",\n\"theft\": {{\n\"txid\": {},\n\"outpoints\": {},\n\"stolen_sat\": {},\n\
             \"stop_categories\": {},\n\"policies\": {{",
            serde_json::to_string(&theft.txid)?,
            serde_json::to_string(&theft.outpoints)?,
            theft.stolen_sat,
            serde_json::to_string(&theft.stop_categories)?,
        )
        .map_err(serde_json::Error::custom)?;
        for (number, (policy, followed)) in theft.policies.iter().enumerate() {
            let comma = if number == 0 { "" } else { "," };
            write!(
                text,
                "{comma}\n{}: {{\n\"stopping\": {},\n\"passing\": {}\n}}",
                serde_json::to_string(policy)?,
                outcome(&followed.stopping)?,
                outcome(&followed.passing)?,
            )
            .map_err(serde_json::Error::custom)?;
        }
        Ok(text + "\n}\n}\n}\n")
    }
}

fn outcome(outcome: &Outcome) -> serde_json::Result<String> {
    let totals = serde_json::to_string(&outcome.totals)?;
    let lines = list_lines(&outcome.destinations)?;
    Ok(format!("{{\n\"totals\": {totals}") + &section("destinations", &lines, ['[', ']']) + "\n}")
}

fn section(name: &str, lines: &[String], [open, close]: [char; 2]) -> String {
    format!(",\n\"{name}\": {open}\n{}\n{close}", lines.join(",\n"))
}

fn map_lines<T: Serialize>(map: &BTreeMap<String, T>) -> serde_json::Result<Vec<String>> {
    map.iter()
        .map(|(key, value)| {
            let (key, value) = (serde_json::to_string(key)?, serde_json::to_string(value)?);
            Ok(format!("{key}: {value}"))
        })
        .collect()
}

fn list_lines<T: Serialize>(list: &[T]) -> serde_json::Result<Vec<String>> {
    list.iter().map(serde_json::to_string).collect()
}
