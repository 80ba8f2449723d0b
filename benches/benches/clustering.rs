//! Clustering alone, without reading a chain: nanoseconds an input, bytes a union.
//!
//! `cargo bench -p benches --bench clustering -- INPUTS` (10⁷ by default). The links are those
//! of a synthetic chain: seven of ten transactions spend one input, a few spend a hundred;
//! which address an input is of is drawn by its age, half of them young, some from the first
//! block. They are made in batches beforehand, so that only joining them is timed.

use std::fs;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use trace_core::claim::{Link, Rule};
use trace_core::cluster::{Basis, ClusterFolder, Clusters, Partition};
use trace_core::model::{AddressId, BlockHash, BlockRef, TxNumber};

const RULE: Rule = Rule {
    name: "co-spend",
    version: 1,
};

/// Links made before the clock is started again.
const BATCH: usize = 1 << 20;

fn main() {
    let inputs = std::env::args().find_map(|argument| argument.parse().ok());
    let inputs: u64 = inputs.unwrap_or(10_000_000);
    let mut partition = Partition::default();
    let (bare, ..) = walk(
        inputs,
        &mut partition,
        Partition::grow,
        |partition, link| partition.join(link.a, link.b),
    );
    drop(partition);
    let mut clusters = Clusters::default();
    let (kept, chain, links) = walk(inputs, &mut clusters, Clusters::grow, |clusters, link| {
        clusters.add(link)
    });
    let basis = Basis {
        as_of: BlockRef {
            height: 0,
            hash: BlockHash::default(),
        },
        made_by: String::new(),
    };
    let dir = tempfile::tempdir().expect("a folder");
    let mut folder = ClusterFolder::open(dir.path()).expect("nobody else has it");
    let links_kept = clusters.take_links();
    let start = worked();
    let saved = folder.save(basis, &links_kept, b"");
    let wrote = worked().saturating_sub(start);
    drop(links_kept);
    let start = worked();
    let read = folder.take_up(chain.addresses, "", &[RULE], |_| true);
    let reread = worked().saturating_sub(start);
    clusters.flatten();
    assert!(saved.is_ok() && read.is_ok_and(|(read, _)| read == clusters));
    let unions = folder.len();
    let files = fs::read_dir(dir.path()).expect("the folder is there");
    let bytes = files.flatten().flat_map(|file| file.metadata());
    let bytes: u64 = bytes.map(|file| file.len()).sum();
    println!(
        "{} inputs of {} transactions, {} addresses, {links} links, {unions} unions",
        chain.inputs, chain.transactions, chain.addresses
    );
    println!("partition alone    {} ns an input", per(bare, chain.inputs));
    println!("with links kept    {} ns an input", per(kept, chain.inputs));
    println!("stored             {} bytes a union", tenths(bytes, unions));
    println!(
        "written, read back {} ms, {} ms",
        wrote.as_millis(),
        reread.as_millis()
    );
}

/// Joins the links of a chain, and says how long that took.
fn walk<T>(
    inputs: u64,
    state: &mut T,
    grow: impl Fn(&mut T, u32),
    join: impl Fn(&mut T, Link) -> bool,
) -> (Duration, Chain, usize) {
    let mut chain = Chain::default();
    let mut batch = Vec::with_capacity(BATCH + 200);
    let mut took = Duration::ZERO;
    let (mut links, mut joined) = (0, 0);
    while chain.inputs < inputs {
        batch.clear();
        while batch.len() < BATCH && chain.inputs < inputs {
            chain.spend(&mut batch);
        }
        links += batch.len();
        // Room is made as it is when a ledger's new addresses are counted.
        grow(state, chain.addresses);
        let start = worked();
        for link in &batch {
            joined += usize::from(join(state, *link));
        }
        took += worked().saturating_sub(start);
    }
    assert!(joined > 0);
    (took, chain, links)
}

/// How long this thread has worked, which does not count the time that others had the
/// processor; where the system does not tell that, the time that passed.
fn worked() -> Duration {
    static START: OnceLock<Instant> = OnceLock::new();
    let told = fs::read_to_string("/proc/thread-self/schedstat");
    let told = told
        .ok()
        .and_then(|text| text.split(' ').next()?.parse().ok());
    told.map_or_else(
        || START.get_or_init(Instant::now).elapsed(),
        Duration::from_nanos,
    )
}

fn per(time: Duration, count: u64) -> String {
    tenths(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX), count)
}

fn tenths(of: u64, count: u64) -> String {
    let tenths = (of * 10).checked_div(count).unwrap_or(0);
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// A chain of which only the inputs' addresses are made.
struct Chain {
    state: u64,
    transactions: u64,
    inputs: u64,
    addresses: u32,
}

impl Default for Chain {
    fn default() -> Self {
        Self {
            state: 1,
            transactions: 0,
            inputs: 0,
            addresses: 1000,
        }
    }
}

impl Chain {
    fn spend(&mut self, into: &mut Vec<Link>) {
        let inputs = match self.below(100) {
            0..=69 => 1,
            70..=84 => 2,
            85..=94 => 3 + self.below(3),
            95..=98 => 6 + self.below(15),
            _ => 20 + self.below(100),
        };
        let first = self.address();
        for _ in 1..inputs {
            into.push(Link {
                a: first,
                b: self.address(),
                tx: TxNumber(self.transactions),
                rule: RULE,
            });
        }
        self.inputs += inputs;
        self.transactions += 1;
        // Of two outputs 1.2 are to a new address.
        self.addresses += 1 + u32::from(self.below(5) == 0);
    }

    /// An address whose age in numbers has any length in bits equally often.
    fn address(&mut self) -> AddressId {
        let bits = 1 + self.below(u64::from(32 - self.addresses.leading_zeros()));
        let back = u32::try_from(self.below(1 << bits)).unwrap_or(u32::MAX);
        AddressId(self.addresses.saturating_sub(1).saturating_sub(back))
    }

    /// A number below `bound`, from a multiplicative generator with mixed output.
    fn below(&mut self, bound: u64) -> u64 {
        self.state = self
            .state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let mixed = (self.state ^ (self.state >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
        let wide = u128::from(mixed ^ (mixed >> 33)) * u128::from(bound);
        u64::try_from(wide >> 64).unwrap_or(0)
    }
}
