//! A ledger of all blocks of a made chain.

use tempfile::TempDir;
use testdata::evm::{EvmChain, EvmNode, Offers};
use trace_core::ledger::account::{Ledger, Writer};
use trace_core::model::account::B256;
use trace_core::normalise::account_block;
use trace_core::normalise::evm::Genesis;
use trace_core::source::AccountBlockSource;
use trace_core::taint::account::{Bounds, Plan, Pools, Progress, Propagator, Seed};
use trace_core::taint::{Direction, Policy};

use crate::served::{Served, over, wait};
use crate::told::{Everybody, told};

/// A ledger, read by whole blocks from a node with the same tracers.
pub(crate) struct Whole {
    _folder: TempDir,
    ledger: Ledger,
}

impl Whole {
    pub(crate) fn of(chain: &EvmChain, offers: Offers) -> Self {
        let served = Served::new(EvmNode {
            chain: chain.clone(),
            offers: Offers {
                states: None,
                ..offers
            },
        });
        let source = over(&served);
        let folder = tempfile::tempdir().unwrap();
        let chain = AccountBlockSource::chain(&source);
        let genesis = served.node.chain.genesis().to_string();
        let genesis = Genesis::read(genesis.as_bytes()).unwrap();
        let mut writer = Writer::open(folder.path(), chain).unwrap();
        wait(async {
            let refs = source.refs(0, u32::MAX).await.unwrap();
            for raw in source.blocks(&refs).await {
                let raw = raw.unwrap();
                let mut block = account_block(chain, &raw).unwrap();
                genesis.allocate(&raw, &mut block).unwrap();
                writer.append(&block).unwrap();
            }
        });
        writer.commit().unwrap();
        drop(writer);
        let ledger = Ledger::open(folder.path()).unwrap();
        Self {
            _folder: folder,
            ledger,
        }
    }

    /// Of these transactions the one from which most is reached.
    pub(crate) fn widest(&self, hashes: &[B256]) -> B256 {
        let view = self.ledger.view().unwrap();
        let reached = |hash: &&B256| {
            let plan = Plan {
                direction: Direction::Forward,
                policy: Policy::Haircut,
                pools: Pools::Stop,
                bounds: Bounds::default(),
                seeds: vec![Seed::Transaction(**hash)],
            };
            match Propagator::new(plan).advance(&view, &Everybody, u64::MAX) {
                Progress::Done(trail) => trail.transactions,
                other => panic!("a whole ledger was asked: {other:?}"),
            }
        };
        *hashes.iter().max_by_key(reached).unwrap()
    }

    /// What is found in it, and whether a gap says that inner calls were not seen.
    pub(crate) fn follow(&self, plan: &Plan) -> (String, bool) {
        let view = self.ledger.view().unwrap();
        match Propagator::new(plan.clone()).advance(&view, &Everybody, u64::MAX) {
            Progress::Done(trail) => {
                assert!(trail.conserves() || !trail.policy.conserves_value());
                let gap = trace_core::taint::account::Gap::InnerCalls;
                (told(&view, &trail), trail.gaps.contains(&gap))
            }
            other => panic!("a whole ledger was asked: {other:?}"),
        }
    }
}
