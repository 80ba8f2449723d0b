//! The recording that ships.

use testdata::evm_economy::shipped;
use trace_core::normalise::account_block;
use trace_core::source::Limits;
use trace_core::source::recording::Holds;

use crate::contents::files;
use crate::folder::folder;
use crate::given::{CHAIN, economy, limits, node, raw_blocks, reach, read_uri, wait};
use crate::script::check;

pub(crate) fn recording_uri() -> String {
    format!(
        "recording:{}",
        shipped().join("economy.recording").display()
    )
}

#[test]
fn the_recording_is_of_what_the_script_plays() {
    let blocks = wait(async {
        let source = reach(&recording_uri(), &limits()).await;
        let raw = raw_blocks(&**source.account_blocks.as_ref().unwrap()).await;
        let blocks = raw.iter().map(|raw| account_block(CHAIN, raw));
        blocks.collect::<Result<Vec<_>, _>>().unwrap()
    });
    check(&blocks);
}

#[test]
fn a_node_is_recorded_again_and_a_ledger_of_either_has_the_same_bytes() {
    let test = "a_node_is_recorded_again_and_a_ledger_of_either_has_the_same_bytes";
    let Some(node) = node(test) else { return };
    let place = folder();
    let file = place.path().join("again.recording");
    wait(async {
        let limits = Limits {
            record: Some(file.clone()),
            ..limits()
        };
        let source = reach(&node.source_uri(), &limits).await;
        let to = economy().truth.height;
        source
            .begin_recording(Holds::Blocks { from: 0, to })
            .unwrap();
        raw_blocks(&**source.account_blocks.as_ref().unwrap()).await;
        source.finish_recording().unwrap();
    });
    let [spoken, recorded, shipped] = [folder(), folder(), folder()];
    read_uri(&node.source_uri(), spoken.path());
    read_uri(&format!("recording:{}", file.display()), recorded.path());
    read_uri(&recording_uri(), shipped.path());
    assert!(
        files(spoken.path()) == files(recorded.path()),
        "the wire and its recording differ"
    );
    assert!(
        files(spoken.path()) == files(shipped.path()),
        "what ships is of another chain"
    );
}
