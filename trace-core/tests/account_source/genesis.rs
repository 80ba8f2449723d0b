//! What the genesis block gave is read into a ledger, or it is said why not.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use serde_json::Value;
use testdata::evm::{EvmChain, EvmNode, Offers, allocated};
use trace_core::ingest::{IngestError, Ingested, Plan, ingest_accounts};
use trace_core::ledger::account::{Ledger, Writer, verify};
use trace_core::normalise::evm::Genesis;
use trace_core::source::{AccountBlockSource, AccountHistorySource};

use crate::served::{Served, over, wait};

const ALL: Plan = Plan {
    from: None,
    to: None,
    threads: 2,
};

fn chain() -> EvmChain {
    allocated(1337, 3, 30).0
}

fn served() -> Served {
    Served::new(EvmNode {
        chain: chain(),
        offers: Offers::default(),
    })
}

fn genesis(file: &Value) -> Genesis {
    Genesis::read(file.to_string().as_bytes()).unwrap()
}

fn read(
    served: &Served,
    genesis: Option<&Genesis>,
    dir: &Path,
    plan: Plan,
) -> Result<Ingested, IngestError> {
    let source = over(served);
    let mut writer = Writer::open(dir, AccountBlockSource::chain(&source)).unwrap();
    let going = AtomicBool::new(false);
    wait(async { ingest_accounts(&source, genesis, &mut writer, plan, &mut |_| (), &going).await })
}

#[test]
fn it_is_held_with_the_genesis_block() {
    let (served, dir) = (served(), tempfile::tempdir().unwrap());
    let genesis = genesis(&chain().genesis());
    assert_eq!(genesis.transfers().len(), 3);
    let half = Plan {
        to: Some(20),
        ..ALL
    };
    read(&served, Some(&genesis), dir.path(), half).unwrap();
    let rest = read(&served, Some(&genesis), dir.path(), ALL).unwrap();
    let tip = wait(AccountHistorySource::tip(&over(&served))).unwrap();
    assert_eq!((rest.blocks, rest.tip), (tip.height - 20, Some(tip)));
    assert_eq!(read(&served, None, dir.path(), ALL).unwrap().blocks, 0);
    let ledger = Ledger::open(dir.path()).unwrap();
    let view = ledger.view().unwrap();
    assert_eq!(view.block(0).unwrap().unwrap().after, genesis.transfers());
    assert_eq!(view.block(1).unwrap().unwrap().after.len(), 7);
    assert_eq!(verify(dir.path(), &mut |_, _| ()).unwrap().allocated, 3);
}

#[test]
fn a_state_that_the_genesis_block_does_not_commit_to_is_refused() {
    let mut other = chain().genesis();
    let bob = other["alloc"].as_object_mut().unwrap().values_mut().next();
    bob.unwrap()["balance"] = "7000001".into();
    let (other, right) = (genesis(&other), genesis(&chain().genesis()));
    let dir = tempfile::tempdir().unwrap();
    let untold = served().tampered(|method, _, reply| {
        if method == "eth_getBlockByHash" {
            reply.as_object_mut().unwrap().remove("stateRoot");
        }
    });
    for (served, genesis, told) in [
        (served(), &other, right.state_root().to_string()),
        (untold, &right, "none".to_owned()),
    ] {
        let error = read(&served, Some(genesis), dir.path(), ALL).unwrap_err();
        let text = error.to_string();
        let own = genesis.state_root().to_string();
        assert!(text.contains(&told) && text.contains(&own), "{text}");
        assert!(text.contains("block "), "{text}");
        assert_eq!(verify(dir.path(), &mut |_, _| ()).unwrap().blocks, 0);
    }
}

#[test]
fn a_ledger_that_lacks_it_is_not_changed() {
    let (served, genesis) = (served(), genesis(&chain().genesis()));
    for from in [0, 2] {
        let plan = Plan {
            from: Some(from),
            ..ALL
        };
        let dir = tempfile::tempdir().unwrap();
        let before = read(
            &served,
            None,
            dir.path(),
            Plan {
                to: Some(9),
                ..plan
            },
        )
        .unwrap();
        assert_eq!(before.tip.unwrap().height, 9);
        let error = read(&served, Some(&genesis), dir.path(), ALL).unwrap_err();
        let IngestError::NotAllocated { first } = &error else {
            panic!("{error}")
        };
        assert_eq!(first.height, from);
        assert!(error.to_string().contains("anew"), "{error}");
        let verified = verify(dir.path(), &mut |_, _| ()).unwrap();
        assert_eq!((verified.blocks, verified.allocated), (10 - from, 0));
    }
    let dir = tempfile::tempdir().unwrap();
    let late = Plan {
        from: Some(2),
        ..ALL
    };
    let error = read(&served, Some(&genesis), dir.path(), late).unwrap_err();
    assert_eq!(error, IngestError::AboveGenesis { from: 2 });
}
