//! Blocks of the real chain, raw and as a real node kept them.

use testdata::recorded;
use trace_core::source::block_files::BlockFiles;

use crate::folder::ask;

#[test]
fn raw_blocks_and_the_folder_of_a_real_node_are_the_same_chain() {
    let Some(data) = recorded::folder() else {
        return;
    };
    let raw = BlockFiles::open(&data.join("bitcoin/mainnet-0-4312"), None).unwrap();
    let (_dir, folder) = recorded::core_blocks_folder(&data).unwrap();
    let core = BlockFiles::open(&folder, None).unwrap();
    assert_eq!(raw.skipped(), []);
    assert_eq!(core.skipped(), []);
    let text =
        |files: &BlockFiles, name: &str| String::from_utf8(ask(files, name).unwrap()).unwrap();
    let refs = text(&raw, "refs/0/10000");
    assert_eq!(refs, text(&core, "refs/0/10000"));
    assert_eq!(refs.lines().count(), 4_313);
    assert_eq!(refs.lines().last().unwrap(), text(&core, "tip"));
    assert_eq!(text(&raw, "tip"), text(&core, "tip"));
    let mut inputs = 0;
    for line in refs.lines() {
        let (height, hash) = line.split_once(' ').unwrap();
        let block = ask(&raw, &format!("block/{hash}")).unwrap();
        assert_eq!(block, ask(&core, &format!("block/{hash}")).unwrap());
        assert_eq!(ask(&raw, &format!("undo/{hash}")).unwrap(), b"");
        let undo = ask(&core, &format!("undo/{hash}")).unwrap();
        let block: bitcoin::Block = bitcoin::consensus::deserialize(&block).unwrap();
        if height == "0" {
            assert_eq!(undo, b"");
        } else {
            assert_eq!(usize::from(undo[0]), block.txdata.len() - 1, "{line}");
        }
        inputs += block
            .txdata
            .iter()
            .skip(1)
            .map(|tx| tx.input.len())
            .sum::<usize>();
    }
    assert_eq!(inputs, 247);
}
