//! The rules on chains of which everything is known: the scripted economy and the simulated
//! chain. How wrong are links, clusters and change, and how wrong does that look to somebody
//! who only sees the chain?
//!
//! `cargo test --release -p heuristics --test known_truth -- --nocapture` prints the tables of
//! `docs/heuristics.md`; `SIMULATED_TRANSACTIONS=N` sets the size of the simulated chain.

use std::collections::{BTreeMap, HashMap};

use bitcoin::consensus::encode::serialize;
use bitcoin::hashes::Hash as _;
use heuristics::change::{self, ChangeRule};
use heuristics::clustering::Clustering;
use heuristics::measure::{self, ChangeMeasured, Evidence, Pairs, Rate};
use heuristics::mix::{self, MixVerdict};
use heuristics::{RuleSet, co_spend};
use testdata::economy;
use testdata::simulator::{self, Settings, Simulation, Use};
use trace_core::claim::{Link, Rule, Verdict};
use trace_core::cluster::Clusters;
use trace_core::model::{
    Address, AddressId, BitcoinNetwork, Block, BlockHash, BlockRef, Chain, Position, Transaction,
    TxNumber, Txid,
};
use trace_core::normalise::{self, RawBlock, Spent};
use trace_core::view::{Answer, CoinView, Gathered, Located, NumberedTransaction, Spender};

/// A chain that is told whole, and what is true of it.
struct Told {
    view: Gathered,
    /// Whose an address is, by its number.
    owners: Vec<Option<u32>>,
    /// By the transaction's number: what it is called, whether it is a mix, and which of its
    /// outputs is the only change, if there is one.
    transactions: Vec<(String, bool, Option<u32>)>,
}

/// What is told of one transaction: kind, mix or not, owner of each output, the only change.
type TransactionTold = (String, bool, Vec<Option<u32>>, Option<u32>);

impl Told {
    fn economy() -> Self {
        let played = economy::play();
        let mut names: Vec<&String> = played.truth.owners.keys().collect();
        names.sort();
        let number = |name: &String| {
            let at = names.iter().position(|known| *known == name);
            at.and_then(|at| u32::try_from(at).ok())
        };
        let mut outputs = HashMap::new();
        let mut truths = played.truth.transactions.iter();
        let blocks: Vec<_> = (0..)
            .zip(&played.blocks)
            .map(|(height, block)| {
                let mut spent = Vec::new();
                let mut told = Vec::new();
                for tx in &block.txdata {
                    for input in tx.input.iter().filter(|_| !tx.is_coinbase()) {
                        let output = outputs.remove(&input.previous_output);
                        spent.extend(serialize(&output.expect("an output of this chain")));
                    }
                    let txid = tx.compute_txid();
                    for (vout, output) in (0..).zip(&tx.output) {
                        outputs.insert(bitcoin::OutPoint { txid, vout }, output.clone());
                    }
                    let truth = truths.next().expect("the book is whole");
                    assert_eq!(truth.txid, txid.to_string());
                    let purposes = truth.outputs.iter().map(|output| output.purpose);
                    let owners = truth.outputs.iter();
                    told.push((
                        format!("{:?}", truth.kind),
                        truth.kind.is_mix(),
                        owners
                            .map(|output| output.owner.as_ref().and_then(number))
                            .collect(),
                        only(purposes.map(|purpose| purpose == economy::Purpose::Change)),
                    ));
                }
                let at = BlockRef {
                    height,
                    hash: BlockHash(block.block_hash().to_byte_array()),
                };
                (read(at, serialize(block), Spent::Outputs(spent)), told)
            })
            .collect();
        Self::of(blocks)
    }

    fn simulated(transactions: u64) -> Self {
        use simulator::Kind;
        let blocks = Simulation::new(Settings::of_size(transactions, 1)).map(|block| {
            let at = BlockRef {
                height: block.height,
                hash: BlockHash(block.hash),
            };
            let spent = if block.height == 0 {
                Spent::Unknown
            } else {
                Spent::Undo(block.undo)
            };
            let told = block.truth.iter().map(|truth| {
                let is_mix = matches!(
                    truth.kind,
                    Kind::Whirlpool | Kind::Wasabi1 | Kind::Wasabi2 | Kind::JoinMarket
                );
                let owners = truth.outputs.iter();
                let owners =
                    owners.map(|(owner, _)| (*owner != simulator::NOBODY).then_some(*owner));
                let change = only(truth.outputs.iter().map(|(_, used)| *used == Use::Change));
                (
                    format!("{:?}", truth.kind),
                    is_mix,
                    owners.collect(),
                    change,
                )
            });
            let told = told.collect();
            (read(at, block.bytes, spent), told)
        });
        Self::of(blocks.collect())
    }

    fn of(blocks: Vec<(Block, Vec<TransactionTold>)>) -> Self {
        let tip = blocks.last().expect("there are blocks").0.at;
        let mut view = Gathered::new(Chain::Bitcoin(BitcoinNetwork::Regtest), tip);
        let mut owner_of: HashMap<Address, Option<u32>> = HashMap::new();
        let mut transactions = Vec::new();
        for (block, told) in blocks {
            assert_eq!(block.transactions.len(), told.len());
            for ((index, transaction), told) in (0..).zip(block.transactions).zip(told) {
                let (kind, is_mix, owners, change) = told;
                for (output, owner) in transaction.outputs.iter().zip(owners) {
                    if let Some(address) = &output.address {
                        owner_of.insert(address.clone(), owner);
                    }
                }
                view.insert(&Located {
                    position: Position {
                        height: block.at.height,
                        index,
                    },
                    transaction,
                });
                transactions.push((kind, is_mix, change));
            }
        }
        let mut owners = vec![None; owner_of.len()];
        for (address, owner) in &owner_of {
            view.insert_receipts(address, Ok(0));
            let id = view.find_address(address).expect("it was paid");
            if let Some(known) = owners.get_mut(id.0 as usize) {
                *known = *owner;
            }
        }
        let mut told = Self {
            view,
            owners,
            transactions,
        };
        told.say_what_is_unspent();
        told
    }

    fn say_what_is_unspent(&mut self) {
        for tx in self.view.transaction_numbers() {
            for vout in (0..).take(self.transaction(tx).outputs.len()) {
                let output = self.view.output_id(tx, vout).expect("an output");
                if self.view.spender(output) == Answer::NotFetched
                    && let Answer::Known(outpoint) = self.view.outpoint(output)
                {
                    let unspent = Answer::Known(Spender::Unspent);
                    self.view.insert_spender(outpoint, unspent);
                }
            }
        }
    }

    fn transaction(&self, tx: TxNumber) -> NumberedTransaction {
        let mut transaction = Transaction {
            txid: Txid::default(),
            version: 0,
            lock_time: 0,
            weight: None,
            inputs: Vec::new(),
            outputs: Vec::new(),
        };
        let held = self.view.transaction(tx, &mut transaction);
        assert_eq!(held, Answer::Known(()));
        transaction
    }

    fn owner(&self, address: AddressId) -> Option<u32> {
        *self.owners.get(address.0 as usize)?
    }

    fn told(&self) -> impl Iterator<Item = (TxNumber, &(String, bool, Option<u32>))> {
        (0..).map(TxNumber).zip(&self.transactions)
    }

    fn cluster(&self, rules: RuleSet) -> Clustering {
        let mut clustering = Clustering::new(rules, 0);
        let numbers = self.view.transaction_numbers();
        clustering
            .advance(&self.view, numbers)
            .expect("the view is whole");
        clustering
    }

    fn pairs(&self, clusters: &Clusters) -> Pairs {
        let addresses = (0..).map(AddressId).take(self.owners.len());
        measure::pairs(clusters, addresses, |address| self.owner(address))
    }

    /// Whatever is spent together joined, mixes and all: what the veto is for.
    fn without_veto(&self) -> Clusters {
        let mut clusters = Clusters::default();
        for (tx, _) in self.told() {
            let transaction = self.transaction(tx);
            let spent = co_spend::spent_addresses(&transaction);
            for pair in spent.windows(2) {
                clusters.add(Link {
                    a: *pair[0],
                    b: *pair[1],
                    tx,
                    rule: co_spend::RULE,
                });
            }
        }
        clusters
    }

    /// By what a transaction is, how often it is judged what.
    fn mixes(&self) -> BTreeMap<(String, String), u64> {
        let mut counts = BTreeMap::new();
        for (tx, (kind, _, _)) in self.told() {
            let verdict = mix::detect(&self.transaction(tx));
            let verdict = format!("{} {}", verdict.name(), verdict.kind().unwrap_or("-"));
            *counts.entry((kind.clone(), verdict)).or_default() += 1;
        }
        counts
    }

    /// Each change rule against what was meant, over the transactions with one change output.
    fn change(&self, rule: &ChangeRule) -> (Rate, Rate) {
        let (mut right, mut answered) = (Rate::default(), Rate::default());
        for (tx, (_, _, change)) in self.told() {
            let transaction = self.transaction(tx);
            let (Some(change), MixVerdict::None(_)) = (change, mix::detect(&transaction)) else {
                continue;
            };
            let judged = rule.judge(&self.view, tx, &transaction);
            if judged.len() < 2 {
                continue;
            }
            answered.of += 1;
            let supported = judged
                .iter()
                .find(|(_, verdict)| *verdict == Verdict::Supports);
            if let Some((vout, _)) = supported {
                answered.hits += 1;
                right.of += 1;
                right.hits += u64::from(vout == change);
            }
        }
        (right, answered)
    }

    fn revealed(&self, evidence: Evidence) -> ChangeMeasured {
        let rules: Vec<&ChangeRule> = change::RULES.iter().collect();
        measure::change(
            &self.view,
            self.view.transaction_numbers(),
            &rules,
            evidence,
        )
    }
}

/// The index of the only one that is true.
fn only(which: impl Iterator<Item = bool>) -> Option<u32> {
    let mut found = (0..).zip(which).filter(|(_, is)| *is).map(|(at, _)| at);
    found.next().filter(|_| found.next().is_none())
}

fn read(at: BlockRef, block: Vec<u8>, spent: Spent) -> Block {
    normalise::block(&RawBlock::Serialised { at, block, spent }).expect("a whole block")
}

fn percent(ppm: Option<u64>) -> String {
    ppm.map_or_else(
        || "-".to_owned(),
        |ppm| format!("{}.{:02} %", ppm / 10_000, ppm % 10_000 / 100),
    )
}

fn shown(rate: Rate) -> String {
    let interval = rate.interval_ppm().map_or_else(String::new, |(low, high)| {
        format!(" [{}, {}]", percent(Some(low)), percent(Some(high)))
    });
    format!(
        "{} of {} = {}{interval}",
        rate.hits,
        rate.of,
        percent(rate.ppm())
    )
}

fn shown_pairs(pairs: Pairs) -> String {
    let ppm = |ppm: Option<u128>| percent(ppm.and_then(|ppm| u64::try_from(ppm).ok()));
    format!(
        "precision {} ({} of {}), recall {} (of {})",
        ppm(pairs.precision_ppm()),
        pairs.right,
        pairs.clustered,
        ppm(pairs.recall_ppm()),
        pairs.owned
    )
}

fn print(told: &Told, wrong: &BTreeMap<Rule, Rate>, plain: &Clustering) {
    println!("mixes, as they are and as they are judged:");
    for ((kind, verdict), count) in told.mixes() {
        println!("  {count:8} {kind}: {verdict}");
    }
    println!("links that joined and are wrong:");
    for (rule, rate) in wrong {
        println!("  {rule}: {}", shown(*rate));
    }
    println!("pairs of addresses:");
    println!("  default: {}", shown_pairs(told.pairs(plain.clusters())));
    let without = told.without_veto();
    println!("  without the veto: {}", shown_pairs(told.pairs(&without)));
    for rule in change::RULES {
        let rules = RuleSet {
            change: vec![rule],
            change_votes: 1,
        };
        let clustering = told.cluster(rules);
        let wrong = measure::joins(clustering.clusters(), |address| told.owner(address));
        let wrong = wrong.get(&rule.rule).copied().unwrap_or_default();
        println!(
            "  with {}: {}",
            rule.rule,
            shown_pairs(told.pairs(clustering.clusters()))
        );
        println!("    wrong joins {}", shown(wrong));
    }
    println!("change, as it was meant:");
    for rule in change::RULES {
        let (right, answered) = told.change(rule);
        println!(
            "  {}: right {}; answered {}",
            rule.rule,
            shown(right),
            shown(answered)
        );
    }
    let strict = Evidence::SpentTogether { receipts_max: 1000 };
    print_revealed("spent together later", &told.revealed(strict));
    let clusters = Evidence::Clusters(plain.clusters());
    print_revealed("in one cluster", &told.revealed(clusters));
}

fn print_revealed(by: &str, measured: &ChangeMeasured) {
    println!(
        "change, revealed by being {by}: of {} transactions {} with a choice, {} evident, {} \
         revealed, {} with several, {} unknown",
        measured.transactions,
        measured.with_choice,
        measured.evident,
        measured.revealed,
        measured.several,
        measured.unknown
    );
    for rule in &measured.rules {
        println!(
            "  {}: right {}; answered {}",
            rule.rule,
            shown(rule.precision()),
            shown(rule.coverage())
        );
    }
}

fn check(told: &Told) -> BTreeMap<Rule, Rate> {
    let plain = told.cluster(RuleSet::default());
    let wrong = measure::joins(plain.clusters(), |address| told.owner(address));
    print(told, &wrong, &plain);
    let with_veto = told.pairs(plain.clusters());
    let without = told.pairs(&told.without_veto());
    assert!(with_veto.precision_ppm() > without.precision_ppm());
    assert_eq!(with_veto.owned, without.owned);
    wrong
}

#[test]
fn in_the_economy_no_link_is_wrong() {
    let told = Told::economy();
    let wrong = check(&told);
    assert!(wrong.values().all(|rate| rate.hits == 0), "{wrong:?}");
    assert!(wrong.values().any(|rate| rate.of > 50));
    for (tx, (kind, is_mix, _)) in told.told() {
        let verdict = mix::detect(&told.transaction(tx));
        let withheld = !matches!(verdict, MixVerdict::None(_));
        assert_eq!(withheld, *is_mix, "{kind}: {verdict}");
    }
}

#[test]
fn on_the_simulated_chain_links_are_seldom_wrong() {
    let size = std::env::var("SIMULATED_TRANSACTIONS").ok();
    let size = size.map_or(3_000, |size| {
        size.parse().expect("a number of transactions")
    });
    let told = Told::simulated(size);
    let wrong = check(&told);
    let co_spend = wrong[&co_spend::RULE];
    assert!(
        co_spend.of > 200 && co_spend.hits * 100 <= co_spend.of,
        "{co_spend:?}"
    );
}
