//! Decoding a real block of 2021, mainnet 702861, with its spent outputs unknown.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use trace_core::model::{BlockRef, Header};
use trace_core::normalise::{RawBlock, Spent, block};

fn decode(criterion: &mut Criterion) {
    let bytes = bitcoin_test_data::blocks::mainnet_702861();
    let header = bytes.first_chunk().expect("a block begins with its header");
    let raw = RawBlock::Serialised {
        at: BlockRef {
            height: 702_861,
            hash: Header(*header).hash(),
        },
        block: bytes.to_vec(),
        spent: Spent::Unknown,
    };
    let transactions = block(&raw).expect("a real block").transactions.len() as u64;
    let mut group = criterion.benchmark_group("decode");
    group.throughput(Throughput::ElementsAndBytes {
        elements: transactions,
        bytes: bytes.len() as u64,
    });
    group.bench_function("702861", |bencher| bencher.iter(|| block(&raw)));
}

criterion_group!(benches, decode);
criterion_main!(benches);
