//! Where value is, worked out by walking every block with every output in a map: FIFO and LIFO
//! with single satoshis, the others with sums that are dealt out one satoshi at a time.

use std::collections::{BTreeMap, BTreeSet};

use testdata::largest_remainder::deal;
use trace_core::model::{OutPoint, Txid};
use trace_core::taint::{MixAnswer, Mixes, Policy};
use trace_core::view::Located;

use crate::story::Story;

/// Each satoshi's seed under FIFO and LIFO, else one for each tainted satoshi and seed.
type Taint = Vec<Option<u32>>;

pub(crate) struct Naive<'a> {
    pub(crate) story: &'a Story,
    pub(crate) policy: Policy,
    pub(crate) mixes: Mixes,
    pub(crate) amount_min_sat: u64,
    pub(crate) height_max: u32,
    /// The outputs of each seed.
    pub(crate) seeds: &'a [Vec<OutPoint>],
    unspent: BTreeMap<OutPoint, (u64, Taint)>,
    /// Kind, place and sums by seed.
    found: BTreeMap<(String, String), BTreeMap<u32, u64>>,
    seeded: Vec<u64>,
}

impl<'a> Naive<'a> {
    pub(crate) fn new(story: &'a Story, policy: Policy, seeds: &'a [Vec<OutPoint>]) -> Self {
        Self {
            story,
            policy,
            mixes: Mixes::Stop,
            amount_min_sat: 0,
            height_max: u32::MAX,
            seeds,
            unspent: BTreeMap::new(),
            found: BTreeMap::new(),
            seeded: vec![0; seeds.len()],
        }
    }

    /// The destinations as sorted lines such as `unspent pay:0 0=5`, and what each seed seeded.
    pub(crate) fn walk(mut self) -> (String, Vec<u64>) {
        for located in self.story.scenario.transactions() {
            self.pass(located);
        }
        for (outpoint, (_, taint)) in std::mem::take(&mut self.unspent) {
            self.found("unspent", self.name(outpoint), &taint);
        }
        let mut lines: Vec<String> = self
            .found
            .iter()
            .map(|((kind, place), sums)| {
                let sums: Vec<_> = sums
                    .iter()
                    .map(|(seed, sat)| format!("{seed}={sat}"))
                    .collect();
                format!("{kind} {place} {}", sums.join(" "))
            })
            .collect();
        lines.sort();
        (lines.join("\n"), self.seeded)
    }

    fn pass(&mut self, located: &Located) {
        let transaction = &located.transaction;
        let txid = transaction.txid;
        let name = self
            .story
            .scenario
            .transaction_name(&txid)
            .unwrap()
            .to_owned();
        let mix = match self.story.places.mixes.get(&txid) {
            Some(MixAnswer::Mix(shape)) => Some(shape.equal_outputs.clone()),
            _ => None,
        };
        let mut inputs = Vec::new();
        for input in &transaction.inputs {
            let (value_sat, mut taint) = self.unspent.remove(&input.spends).unwrap();
            let stopped = if located.position.height > self.height_max {
                Some("bound Height".to_owned())
            } else if mix.is_some() && self.mixes == Mixes::Stop {
                Some(format!("mix {name}"))
            } else {
                None
            };
            if let Some(kind) = stopped {
                self.found(&kind, self.name(input.spends), &taint);
                taint.clear();
            }
            inputs.push((value_sat, taint));
        }
        let mut takers: Vec<u64> = transaction.outputs.iter().map(|o| o.value_sat).collect();
        let inputs_sat: u64 = inputs.iter().map(|(value_sat, _)| value_sat).sum();
        takers.push(inputs_sat.saturating_sub(takers.iter().sum()));
        let mut outputs = vec![Taint::new(); takers.len()];
        if inputs
            .iter()
            .any(|(_, taint)| taint.iter().any(Option::is_some))
        {
            outputs = self.allot(&inputs, &takers, mix.as_deref());
        }
        let fee = outputs.pop().unwrap();
        self.found("fee", name, &fee);
        for ((vout, output), mut taint) in (0..).zip(&transaction.outputs).zip(outputs) {
            let outpoint = OutPoint { txid, vout };
            self.seed(outpoint, output.value_sat, &mut taint);
            let service = output.address.as_ref();
            let service = service.is_some_and(|a| self.story.places.services.contains_key(a));
            let tainted_sat = match self.policy {
                Policy::Poison if !taint.is_empty() => output.value_sat,
                _ => taint.iter().flatten().count() as u64,
            };
            if tainted_sat > 0 && service {
                self.found("service0", self.name(outpoint), &taint);
                taint.clear();
            } else if tainted_sat > 0 && tainted_sat < self.amount_min_sat {
                self.found("bound Amount", self.name(outpoint), &taint);
                taint.clear();
            }
            self.unspent.insert(outpoint, (output.value_sat, taint));
        }
    }

    fn seed(&mut self, outpoint: OutPoint, value_sat: u64, taint: &mut Taint) {
        for (seed, outputs) in (0..).zip(self.seeds) {
            if !outputs.contains(&outpoint) {
                continue;
            }
            let mine = |taint: &Taint| taint.iter().filter(|owner| **owner == Some(seed)).count();
            let before = mine(taint);
            if self.is_ordered() {
                taint.resize(value_sat as usize, None);
                for owner in taint.iter_mut() {
                    owner.get_or_insert(seed);
                }
            } else {
                let held = if self.policy == Policy::Poison {
                    before
                } else {
                    taint.len()
                };
                taint.extend(vec![Some(seed); value_sat as usize - held]);
            }
            self.seeded[seed as usize] += (mine(taint) - before) as u64;
        }
    }

    fn allot(&self, inputs: &[(u64, Taint)], takers: &[u64], mix: Option<&[u32]>) -> Vec<Taint> {
        let order: Vec<usize> = match (mix, self.mixes) {
            (Some(equal), Mixes::Through) => {
                let is_equal = |taker: &usize| equal.contains(&(*taker as u32));
                let (first, then): (Vec<_>, Vec<_>) = (0..takers.len()).partition(is_equal);
                return self.through(inputs, takers, &first, &then);
            }
            (Some(_), Mixes::Poison) => return self.split(inputs, takers),
            _ => (0..takers.len()).collect(),
        };
        if self.policy == Policy::Poison {
            let seeds: BTreeSet<u32> = inputs
                .iter()
                .flat_map(|(_, t)| t)
                .flatten()
                .copied()
                .collect();
            return marks(&seeds, takers);
        }
        if self.is_ordered() {
            let mut queue = self.queue(inputs).into_iter();
            return takers
                .iter()
                .map(|sat| queue.by_ref().take(*sat as usize).collect())
                .collect();
        }
        self.split(inputs, &self.dirty(tainted(inputs), takers, &order))
    }

    /// The equal outputs as a transaction of their own, and what does not fit into the rest.
    fn through(
        &self,
        inputs: &[(u64, Taint)],
        takers: &[u64],
        first: &[usize],
        then: &[usize],
    ) -> Vec<Taint> {
        let equal_sat: u64 = first.iter().map(|taker| takers[*taker]).sum();
        let tainted_sat = tainted(inputs);
        if self.policy == Policy::Poison {
            let by_seed = sums(&inputs.iter().flat_map(|(_, t)| t.clone()).collect());
            let mut outputs = vec![Taint::new(); takers.len()];
            let all_sat: u64 = by_seed.values().sum();
            for seed in by_seed.into_keys() {
                for (taker, output) in outputs.iter_mut().enumerate() {
                    if first.contains(&taker) || all_sat > equal_sat {
                        output.extend(vec![Some(seed); takers[taker] as usize]);
                    }
                }
            }
            return outputs;
        }
        if self.is_ordered() {
            let mut clean_left = equal_sat.saturating_sub(tainted_sat);
            let (inside, outside): (Taint, Taint) =
                self.queue(inputs).into_iter().partition(|owner| {
                    let clean_fits = clean_left > 0;
                    clean_left -= u64::from(owner.is_none() && clean_fits);
                    owner.is_some() || clean_fits
                });
            let mut queue = inside.into_iter().chain(outside);
            let mut outputs = vec![Taint::new(); takers.len()];
            for taker in first.iter().chain(then) {
                outputs[*taker] = queue.by_ref().take(takers[*taker] as usize).collect();
            }
            return outputs;
        }
        let inside = self.dirty(tainted_sat.min(equal_sat), takers, first);
        let outside = self.dirty(tainted_sat - tainted_sat.min(equal_sat), takers, then);
        let dirty: Vec<u64> = inside.iter().zip(outside).map(|(a, b)| a + b).collect();
        self.split(inputs, &dirty)
    }

    /// How much of each taker is tainted, where only those in `order` take part, the fee, if it
    /// does, being the last of all.
    fn dirty(&self, tainted_sat: u64, takers: &[u64], order: &[usize]) -> Vec<u64> {
        let mut order = order.to_vec();
        let all_sat: u64 = order.iter().map(|taker| takers[*taker]).sum();
        match self.policy {
            Policy::Haircut => {
                let mut only = vec![0; takers.len()];
                for taker in &order {
                    only[*taker] = takers[*taker];
                }
                return deal(tainted_sat, &only);
            }
            Policy::Tiho => order.sort_by_key(|taker| {
                (
                    *taker == takers.len() - 1,
                    u64::MAX - takers[*taker],
                    *taker,
                )
            }),
            _ => {}
        }
        let clean = self.policy == Policy::CleanFirst;
        let mut left = if clean {
            all_sat - tainted_sat
        } else {
            tainted_sat
        };
        let mut dirty = vec![0; takers.len()];
        for taker in order {
            let taken = left.min(takers[taker]);
            left -= taken;
            dirty[taker] = if clean { takers[taker] - taken } else { taken };
        }
        dirty
    }

    /// One seed after another takes its part of what is left.
    fn split(&self, inputs: &[(u64, Taint)], dirty: &[u64]) -> Vec<Taint> {
        let by_seed = sums(&inputs.iter().flat_map(|(_, taint)| taint.clone()).collect());
        if self.policy == Policy::Poison {
            return marks(&by_seed.into_keys().collect(), dirty);
        }
        let brought: Vec<u64> = by_seed.values().copied().collect();
        let scaled = deal(dirty.iter().sum(), &brought);
        let mut left = dirty.to_vec();
        let mut outputs = vec![Taint::new(); dirty.len()];
        for (seed, sat) in by_seed.keys().zip(scaled) {
            for (taker, part) in deal(sat, &left).into_iter().enumerate() {
                left[taker] -= part;
                outputs[taker].extend(vec![Some(*seed); part as usize]);
            }
        }
        outputs
    }

    fn queue(&self, inputs: &[(u64, Taint)]) -> Taint {
        let mut queue = Taint::new();
        for (value_sat, taint) in inputs {
            let mut taint = taint.clone();
            taint.resize(*value_sat as usize, None);
            queue.extend(taint);
        }
        if self.policy == Policy::Lifo {
            queue.reverse();
        }
        queue
    }

    fn is_ordered(&self) -> bool {
        matches!(self.policy, Policy::Fifo | Policy::Lifo)
    }

    fn found(&mut self, kind: &str, place: String, taint: &Taint) {
        let sums = sums(taint);
        if !sums.is_empty() {
            self.found.insert((kind.to_owned(), place), sums);
        }
    }

    fn name(&self, outpoint: OutPoint) -> String {
        let name = self.story.scenario.transaction_name(&outpoint.txid);
        format!("{}:{}", name.unwrap(), outpoint.vout)
    }
}

/// Every taker wholly each seed's.
fn marks(seeds: &BTreeSet<u32>, takers: &[u64]) -> Vec<Taint> {
    let mark = |sat: &u64| {
        let mut taint = Taint::new();
        for seed in seeds {
            taint.extend(vec![Some(*seed); *sat as usize]);
        }
        taint
    };
    takers.iter().map(mark).collect()
}

fn tainted(inputs: &[(u64, Taint)]) -> u64 {
    inputs.iter().flat_map(|(_, taint)| taint).flatten().count() as u64
}

fn sums(taint: &Taint) -> BTreeMap<u32, u64> {
    let mut sums = BTreeMap::new();
    for seed in taint.iter().flatten() {
        *sums.entry(*seed).or_default() += 1;
    }
    sums
}

/// Names a transaction nowhere else.
pub(crate) fn outputs_of(story: &Story, txid: Txid) -> Vec<OutPoint> {
    let located = story.scenario.transactions().iter();
    let located = located.filter(|located| located.transaction.txid == txid);
    located
        .flat_map(|located| (0..).zip(&located.transaction.outputs))
        .map(|(vout, _)| OutPoint { txid, vout })
        .collect()
}
