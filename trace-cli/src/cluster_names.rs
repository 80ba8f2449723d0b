//! What the clusters in a result are called.

use std::collections::{BTreeMap, BTreeSet};

use heuristics::RuleSet;
use heuristics::clustering::Clustering;
use trace_core::cluster::Clusters;
use trace_core::label::Labels;
use trace_core::model::{
    Address, AddressId, BitcoinNetwork, Input, OutPoint, Output, Transaction, TxNumber,
};
use trace_core::taint::Trail;
use trace_core::view::{Answer, CoinView, Gathered, Located, NumberedTransaction};

/// The clusters of the addresses that a result shows, by address.
#[derive(Clone, Debug, Default)]
pub(crate) struct ClusterNames {
    /// Whether clusters were made at all.
    made: bool,
    by_address: BTreeMap<Address, ClusterName>,
}

/// A cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ClusterName {
    /// The text of its address that comes first in the chain, of those that were looked at.
    pub(crate) name: String,
    /// The surest label of any of its addresses, where it has one.
    pub(crate) label: Option<u32>,
}

impl ClusterNames {
    /// The cluster of an address, if clusters were made. An address that nothing was joined
    /// with is a cluster by itself.
    pub(crate) fn of(&self, address: &Address, network: BitcoinNetwork) -> Option<ClusterName> {
        let alone = || {
            self.made.then(|| ClusterName {
                name: address.text(network).to_string(),
                label: None,
            })
        };
        self.by_address.get(address).cloned().or_else(alone)
    }

    /// Clusters made from the transactions of a trail and from nothing else.
    ///
    /// The rules are shown a chain of these transactions alone. So they say the same whether
    /// the trail was followed through a ledger, which knows much more, or a remote source.
    pub(crate) fn of_trail(
        view: &dyn CoinView,
        trail: &Trail,
        rules: &RuleSet,
        labels: &Labels,
    ) -> Self {
        let chain = of_followed(view, trail);
        let mut clustering = Clustering::new(rules.clone(), 0);
        // Every transaction that was put into the view is there.
        let read = clustering.advance(&chain, chain.transaction_numbers());
        debug_assert!(read.is_ok());
        Self::named(&chain, clustering.clusters(), labels)
    }

    /// The clusters of a whole chain, as far as a trail comes to them.
    pub(crate) fn of_chain(
        view: &dyn CoinView,
        trail: &Trail,
        clusters: &Clusters,
        labels: &Labels,
    ) -> Self {
        let network = view.chain();
        let mut of_root: BTreeMap<AddressId, u32> = BTreeMap::new();
        for (index, label) in (0..).zip(labels.all()) {
            if let Some(id) = view.find_address(&label.address) {
                let root = clusters.find(id);
                let known = of_root.get(&root).copied();
                if let Some(surest) = surer(labels, known, Some(index)) {
                    of_root.insert(root, surest);
                }
            }
        }
        let mut by_address = BTreeMap::new();
        for visit in &trail.visits {
            let Answer::Known(output) = view.output(visit.output) else {
                continue;
            };
            let Some((id, address)) = output.address.and_then(|id| Some((id, view.address(id)?)))
            else {
                continue;
            };
            let root = clusters.find(id);
            if let Some(first) = view.address(root) {
                let name = ClusterName {
                    name: first.text(network).to_string(),
                    label: of_root.get(&root).copied(),
                };
                by_address.insert(address, name);
            }
        }
        Self {
            made: true,
            by_address,
        }
    }

    fn named(view: &Gathered, clusters: &Clusters, labels: &Labels) -> Self {
        let network = view.chain();
        let addresses: Vec<(AddressId, Address)> = (0..)
            .map(AddressId)
            .map_while(|id| Some((id, view.address(id)?)))
            .collect();
        // Numbers were given in the order of the chain, and the smallest is the root.
        let mut names: BTreeMap<AddressId, ClusterName> = BTreeMap::new();
        for (id, address) in &addresses {
            let label = labels.of(address).first().map(|(index, _)| *index);
            let named = names
                .entry(clusters.find(*id))
                .or_insert_with(|| ClusterName {
                    name: address.text(network).to_string(),
                    label: None,
                });
            named.label = surer(labels, named.label, label);
        }
        let of_address = addresses.into_iter().filter_map(|(id, address)| {
            let name = names.get(&clusters.find(id))?;
            Some((address, name.clone()))
        });
        Self {
            made: true,
            by_address: of_address.collect(),
        }
    }
}

/// The surer of two labels, the first of equally sure ones.
fn surer(labels: &Labels, one: Option<u32>, other: Option<u32>) -> Option<u32> {
    let level = |index: &u32| {
        let label = labels.get(*index);
        label.and_then(|label| label.confidence.as_ref()?.level)
    };
    let both = [one, other].into_iter().flatten();
    both.max_by_key(|index| (level(index), std::cmp::Reverse(*index)))
}

/// A view of the transactions of a trail, numbered in the order of the chain.
fn of_followed(view: &dyn CoinView, trail: &Trail) -> Gathered {
    let mut followed = Gathered::new(view.chain(), view.tip());
    let next = trail.visits.iter().filter_map(|visit| visit.next);
    let positioned: BTreeSet<_> = next
        .filter_map(|tx| match view.position(tx) {
            Answer::Known(position) => Some((position, tx)),
            Answer::NotFetched | Answer::Unknown(_) => None,
        })
        .collect();
    let mut numbered = NumberedTransaction::default();
    for (position, tx) in positioned {
        if let Some(transaction) = with_names(view, tx, &mut numbered) {
            followed.insert(&Located {
                position,
                transaction,
            });
        }
    }
    followed
}

/// A transaction with the chain's own names in place of a view's numbers.
fn with_names(
    view: &dyn CoinView,
    tx: TxNumber,
    numbered: &mut NumberedTransaction,
) -> Option<Transaction<Address, OutPoint>> {
    let Answer::Known(()) = view.transaction(tx, numbered) else {
        return None;
    };
    let named = |output: &Output<AddressId>| Output {
        value_sat: output.value_sat,
        kind: output.kind,
        address: output.address.and_then(|address| view.address(address)),
    };
    let inputs = numbered.inputs.iter().map(|input| {
        let Answer::Known(spends) = view.outpoint(input.spends) else {
            return None;
        };
        Some(Input {
            spends,
            prevout: input.prevout.as_ref().map(named),
            sequence: input.sequence,
            has_witness: input.has_witness,
            reveals: input.reveals,
        })
    });
    Some(Transaction {
        txid: numbered.txid,
        version: numbered.version,
        lock_time: numbered.lock_time,
        weight: numbered.weight,
        inputs: inputs.collect::<Option<_>>()?,
        outputs: numbered.outputs.iter().map(named).collect(),
    })
}
