//! Blocks from bytes, by us and by the reference library: `cargo bench -p benches --bench decode`.
//!
//! Both parse, hash every transaction and compare the merkle root. We also find the form of
//! every script and, where there is undo data, attach what is spent.

use std::hint::black_box;

use bitcoin::consensus::encode::deserialize;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use testdata::simulator::{Settings, Simulation};
use trace_core::model::{BlockRef, Header};
use trace_core::normalise::{RawBlock, Spent, block};

fn raw(height: u32, bytes: &[u8], spent: Spent) -> RawBlock {
    let header = bytes.first_chunk().expect("a header");
    let hash = Header(*header).hash();
    RawBlock::Serialised {
        at: BlockRef { height, hash },
        block: bytes.to_owned(),
        spent,
    }
}

fn compare(criterion: &mut Criterion, name: &str, bytes: &[u8], spent: Spent) {
    let mut group = criterion.benchmark_group(format!("decode/{name}"));
    group.throughput(Throughput::Bytes(bytes.len() as u64));
    let bare = raw(0, bytes, Spent::Unknown);
    group.bench_function("trace", |bench| bench.iter(|| block(black_box(&bare))));
    if spent != Spent::Unknown {
        let full = raw(0, bytes, spent);
        group.bench_function("trace with undo data", |bench| {
            bench.iter(|| block(black_box(&full)));
        });
    }
    group.bench_function("bitcoin 0.32", |bench| {
        bench.iter(|| {
            let block: bitcoin::Block = deserialize(black_box(bytes)).expect("a block");
            // Hashes every transaction once, and the tree over them.
            block.check_merkle_root()
        });
    });
    group.finish();
}

fn decode(criterion: &mut Criterion) {
    let real = bitcoin_test_data::blocks::mainnet_702861();
    compare(criterion, "mainnet 702861", real, Spent::Unknown);
    let simulated = Simulation::new(Settings::of_size(20_000, 1)).max_by_key(|one| one.bytes.len());
    let simulated = simulated.expect("a simulated block");
    let undo = Spent::Undo(simulated.undo);
    compare(criterion, "simulated", &simulated.bytes, undo);
}

criterion_group!(benches, decode);
criterion_main!(benches);
