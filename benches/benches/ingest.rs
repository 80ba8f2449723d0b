//! Ingesting real blocks: one of 2021 as the first of a ledger, and where `TRACE_REAL_DATA` names
//! a folder that holds them, the first 4,313 of the main network from their block file.

use std::path::Path;

use benches::workload::read_blocks::{open, read};
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use testdata::recorded;
use trace_core::ledger::Writer;
use trace_core::model::{BitcoinNetwork, BlockRef, Header};
use trace_core::normalise::{RawBlock, Spent, block};

fn ingest(criterion: &mut Criterion) {
    let bytes = bitcoin_test_data::blocks::mainnet_702861();
    let header = bytes.first_chunk().expect("a block begins with its header");
    let one = RawBlock::Serialised {
        at: BlockRef {
            height: 702_861,
            hash: Header(*header).hash(),
        },
        block: bytes.to_vec(),
        spent: Spent::Unknown,
    };
    time(criterion, "702861", &[one]);
    if let Some(folder) = recorded::folder() {
        let folder = folder.join("bitcoin/mainnet-0-4312");
        let (source, refs) = open(&folder).expect("the folder of block files");
        let blocks = refs.iter().map(|at| read(&source, *at).expect("a block"));
        time(criterion, "0 to 4312", &blocks.collect::<Vec<_>>());
    }
}

fn time(criterion: &mut Criterion, name: &str, blocks: &[RawBlock]) {
    let bytes = blocks.iter().map(|block| match block {
        RawBlock::Serialised { block, .. } => block.len() as u64,
        RawBlock::Json { .. } => 0,
    });
    let transactions = blocks.iter().map(|raw| {
        let block = block(raw).expect("a real block");
        block.transactions.len() as u64
    });
    let throughput = Throughput::ElementsAndBytes {
        elements: transactions.sum(),
        bytes: bytes.sum(),
    };
    let mut group = criterion.benchmark_group("ingest");
    group.throughput(throughput).sample_size(10);
    group.bench_function(name, |bencher| {
        bencher.iter_batched(
            || tempfile::tempdir().expect("a folder"),
            |folder| {
                append(folder.path(), blocks);
                folder
            },
            BatchSize::PerIteration,
        );
    });
}

fn append(folder: &Path, blocks: &[RawBlock]) {
    let chain = BitcoinNetwork::Mainnet;
    let mut writer = Writer::open(folder, chain).expect("an empty folder");
    for raw in blocks {
        let block = block(raw).expect("a real block");
        writer.append(&block).expect("a block that follows");
    }
    writer.commit().expect("room on the disk");
}

criterion_group!(benches, ingest);
criterion_main!(benches);
