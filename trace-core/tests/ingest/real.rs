//! Blocks of the real chain.

use testdata::recorded;
use trace_core::ledger::{Ledger, verify};
use trace_core::source::block_files::{BlockFiles, LocalBlocks};
use trace_core::view::CoinView as _;

use crate::coins::Coins;
use crate::contents::files;
use crate::folder::folder;
use crate::read::{ALL, read_from};

fn source(folder: &std::path::Path) -> LocalBlocks<BlockFiles> {
    let files = BlockFiles::open(folder, None).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.unwrap().block_on(LocalBlocks::over(files)).unwrap()
}

#[test]
fn raw_blocks_and_the_folder_of_a_real_node_make_the_same_ledger() {
    let Some(data) = recorded::folder() else {
        return;
    };
    let (raw, core) = (folder(), folder());
    let done = read_from::<Coins>(
        &source(&data.join("bitcoin/mainnet-0-4312")),
        raw.path(),
        ALL,
    )
    .unwrap();
    assert_eq!((done.blocks, done.transactions), (4_313, 4_371));
    let (_dir, folder) = recorded::core_blocks_folder(&data).unwrap();
    read_from::<Coins>(&source(&folder), core.path(), ALL).unwrap();
    assert!(files(raw.path()) == files(core.path()));
    let verified = verify(raw.path(), &mut |_, _| ()).unwrap();
    assert_eq!((verified.blocks, verified.inputs), (4_313, 247));
    assert_eq!(verified.blocks_without_sums, 0);
    let ledger = Ledger::open(raw.path()).unwrap();
    assert_eq!(ledger.view().unwrap().tip().height, 4_312);
}
