//! Clusters by going from address to address.

use std::collections::BTreeMap;

use heuristics::mix::{self, MixVerdict};
use trace_core::model::{Address, KeyHash, ScriptKind};

use super::plain_chain::PlainChain;

/// For each address the first one of its cluster: what is spent together in a transaction that
/// is and may be no mix is joined, and so are the scripts of one key.
pub(super) fn of(chain: &PlainChain) -> Vec<u32> {
    let mut graph = Graph(vec![Vec::new(); chain.addresses.len()]);
    for transaction in &chain.transactions {
        if !matches!(mix::detect(transaction), MixVerdict::None(_)) {
            continue;
        }
        let prevouts = transaction
            .inputs
            .iter()
            .filter_map(|input| input.prevout.as_ref());
        let spent: Vec<u32> = prevouts.filter_map(|output| output.address).collect();
        for pair in spent.windows(2) {
            graph.join_all(pair);
        }
    }
    for of_key in of_keys(chain).values() {
        graph.join_all(of_key);
    }
    graph.components()
}

/// The addresses of each key: those whose scripts show it, and P2SH once it is spent with it or
/// another form of it appears later.
fn of_keys(chain: &PlainChain) -> BTreeMap<KeyHash, Vec<u32>> {
    let mut of_keys: BTreeMap<KeyHash, Vec<u32>> = BTreeMap::new();
    for (number, script) in (0..).zip(&chain.addresses) {
        let keys = Address::of_script(script).map(|address| address.key_hashes());
        for key in keys.unwrap_or_default() {
            let of_key = of_keys.entry(key).or_default();
            of_key.push(number);
            let others = key.addresses();
            let wrapped = others
                .iter()
                .filter(|other| other.kind() == ScriptKind::P2sh);
            let wrapped = wrapped.filter_map(|other| chain.numbers.get(other.script()));
            of_key.extend(wrapped.filter(|wrapped| **wrapped < number));
        }
    }
    for input in chain
        .transactions
        .iter()
        .flat_map(|transaction| &transaction.inputs)
    {
        let address = input.prevout.as_ref().and_then(|output| output.address);
        if let (Some(key), Some(address)) = (input.reveals, address) {
            of_keys.entry(key).or_default().push(address);
        }
    }
    of_keys
}

/// The neighbours of each address.
struct Graph(Vec<Vec<u32>>);

impl Graph {
    fn join_all(&mut self, addresses: &[u32]) {
        let Some((first, others)) = addresses.split_first() else {
            return;
        };
        for other in others.iter().filter(|other| *other != first) {
            for (from, to) in [(*first, *other), (*other, *first)] {
                if let Some(neighbours) = self.0.get_mut(from as usize) {
                    neighbours.push(to);
                }
            }
        }
    }

    /// Goes from each address that was not reached yet wherever it leads.
    fn components(&self) -> Vec<u32> {
        let mut component = vec![None; self.0.len()];
        for first in (0..).take(self.0.len()) {
            let mut reached = vec![first];
            while let Some(address) = reached.pop() {
                match component.get_mut(address as usize) {
                    Some(unknown @ None) => *unknown = Some(first),
                    _ => continue,
                }
                reached.extend(self.0.get(address as usize).into_iter().flatten());
            }
        }
        component.into_iter().flatten().collect()
    }
}
