//! The clusters of a whole ledger, kept beside it and gone on with.

use heuristics::RuleSet;
use heuristics::clustering::Clustering;
use trace_core::cluster::{ClusterFolder, Clusters, StoredError};
use trace_core::ledger::LedgerView;
use trace_core::view::CoinView as _;

use crate::failure::Failure;
use crate::session::Session;
use crate::talk::Talk;

/// The folder of clusters in that of a ledger.
const FOLDER: &str = "clusters";
/// Links and transactions of which either is enough to save what was done: it bounds both the
/// memory and the work that a crash costs.
const LINKS_UNSAVED: usize = 1 << 20;
const TRANSACTIONS_UNSAVED: u64 = 1 << 22;

/// The clusters of all transactions of a ledger: those that are stored, gone on with.
///
/// Where nothing can be stored they are made in one walk, and it is said why if that is not the
/// rules' doing.
///
/// # Errors
/// When the ledger cannot be read, or the work is interrupted. What was done is saved then.
pub(crate) fn of(
    view: &LedgerView<'_>,
    rules: &RuleSet,
    session: &Session,
) -> Result<Clusters, Failure> {
    let mut walk = Walk::begin(view, rules, session.talk);
    walk.go_on(|| session.interruption.is_raised())?;
    let mut clusters = walk.clustering.into_clusters();
    clusters.grow(view.address_count());
    Ok(clusters)
}

/// The way from the first block to the tip.
struct Walk<'a> {
    view: LedgerView<'a>,
    talk: Talk,
    clustering: Clustering,
    /// Where they are kept; `None` where they are not.
    folder: Option<ClusterFolder>,
    next_height: u32,
    /// Transactions of the blocks below that.
    done: u64,
    unsaved: u64,
}

impl<'a> Walk<'a> {
    /// Takes up what is stored, or begins anew.
    fn begin(view: &LedgerView<'a>, rules: &RuleSet, talk: Talk) -> Self {
        let mut walk = Self {
            view: view.clone(),
            talk,
            clustering: Clustering::new(rules.clone(), 0),
            folder: None,
            next_height: view.first_height(),
            done: 0,
            unsaved: 0,
        };
        // What change rules refuse depends on more than is stored. Without the first blocks it
        // is not known which of two scripts came first, so that blocks to come would change
        // what is linked in those before.
        if !rules.change.is_empty() || !view.is_complete() {
            return walk;
        }
        let mut folder = match ClusterFolder::open(&view.dir().join(FOLDER)) {
            Ok(folder) => folder,
            Err(why) => {
                talk.say(format_args!(
                    "clusters are made without storing them: {why}"
                ));
                return walk;
            }
        };
        let addresses = view.address_count();
        let resumed = Clustering::resume(&mut folder, addresses, rules.clone(), 0, |as_of| {
            view.block_at(as_of.height) == Some(as_of)
        });
        match resumed {
            Ok((clustering, as_of)) => {
                walk.clustering = clustering;
                walk.next_height = as_of.height + 1;
                walk.done = view.transactions_between(0, as_of.height).count() as u64;
            }
            Err(StoredError::Nothing) => {}
            Err(why) => talk.say(format_args!("clusters are made anew: {why}")),
        }
        walk.folder = Some(folder);
        walk
    }

    /// Goes on to the tip, unless it is to stop before.
    fn go_on(&mut self, is_to_stop: impl Fn() -> bool) -> Result<(), Failure> {
        let tip = self.view.tip().height;
        let all = self.view.transaction_numbers().count() as u64;
        // Going over all scripts once pays where more than a few transactions are left.
        if all.saturating_sub(self.done).saturating_mul(64) > u64::from(self.view.address_count()) {
            self.view = self.view.clone().with_script_filter();
        }
        let bar = self.talk.bar(all, "clustering");
        while self.next_height <= tip {
            bar.set_position(self.done);
            if is_to_stop() {
                bar.finish_and_clear();
                self.save();
                let done = format!("{} of {all} transactions were clustered", self.done);
                return Err(Failure::Interrupted(done));
            }
            self.add_block()?;
            let links = self.clustering.clusters().forest().len();
            if links >= LINKS_UNSAVED || self.unsaved >= TRANSACTIONS_UNSAVED {
                self.save();
            }
        }
        bar.finish_and_clear();
        self.save();
        Ok(())
    }

    fn add_block(&mut self) -> Result<(), Failure> {
        let mut count = 0;
        let height = self.next_height;
        let transactions = self.view.transactions_between(height, height);
        let unread = self
            .clustering
            .advance(&self.view, transactions.inspect(|_| count += 1));
        unread.map_err(|unread| Failure::Asked(unread.to_string()))?;
        self.next_height += 1;
        self.done += count;
        self.unsaved += count;
        Ok(())
    }

    /// Saves the blocks that were added since the last time. If that fails it is said, and the
    /// rest is made without.
    fn save(&mut self) {
        if self.unsaved == 0 {
            return;
        }
        self.unsaved = 0;
        let last = self.next_height.checked_sub(1);
        let as_of = last.and_then(|height| self.view.block_at(height));
        if let (Some(folder), Some(as_of)) = (&mut self.folder, as_of) {
            match self.clustering.save(folder, as_of) {
                Ok(_) => return,
                Err(why) => self
                    .talk
                    .say(format_args!("clusters are not stored any more: {why}")),
            }
        }
        self.folder = None;
        // Nobody asks by which links.
        self.clustering.drop_links();
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::fs;
    use std::path::Path;

    use clap::Parser as _;
    use trace_core::ledger::Ledger;
    use trace_core::source::Interruption;

    use super::*;
    use crate::arguments::Arguments;

    fn session() -> Session {
        Session::new(Talk::new(true, false), Interruption::default())
    }

    fn ingest(dir: &Path) {
        let blocks = testdata::economy::shipped().join("blocks");
        let words = ["trace", "ingest", "--source"].map(str::to_owned);
        let (blocks, dir) = (blocks.display(), dir.display());
        let words = words.into_iter().chain([
            format!("blk:{blocks}"),
            "--ledger".to_owned(),
            dir.to_string(),
        ]);
        let arguments = Arguments::try_parse_from(words).unwrap();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .unwrap();
        let run = async { crate::command::run(&arguments.command, &mut session()).await };
        assert!(runtime.block_on(run).is_ok());
    }

    fn stored(dir: &Path) -> [Vec<u8>; 3] {
        ["basis", "links", "notes"].map(|name| fs::read(dir.join(FOLDER).join(name)).unwrap())
    }

    #[test]
    fn an_interrupted_walk_is_saved_at_a_whole_block_and_gone_on_with() {
        let [at_once, in_parts] = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        for dir in [&at_once, &in_parts] {
            ingest(dir.path());
        }
        let rules = RuleSet::default();
        let ledger = Ledger::open(at_once.path()).unwrap();
        let expected = of(&ledger.view().unwrap(), &rules, &session()).unwrap();

        let ledger = Ledger::open(in_parts.path()).unwrap();
        let view = ledger.view().unwrap();
        let all = view.transaction_numbers().count();
        let ends = [0, 1, 100, 101, 230];
        for end in ends {
            let mut walk = Walk::begin(&view, &rules, session().talk);
            let left = Cell::new(end - walk.next_height);
            let stopped = walk.go_on(|| left.replace(left.get().saturating_sub(1)) == 0);
            let before = match end.checked_sub(1) {
                Some(last) => view.transactions_between(0, last).count(),
                None => 0,
            };
            let Err(Failure::Interrupted(said)) = stopped else {
                panic!("it was to stop");
            };
            assert_eq!(
                said,
                format!("{before} of {all} transactions were clustered")
            );
            assert_eq!(walk.next_height, end);
        }
        let walk = Walk::begin(&view, &rules, session().talk);
        assert_eq!(walk.next_height, 230, "only what is new is walked");
        drop(walk);
        let clusters = of(&view, &rules, &session()).unwrap();
        for address in (0..view.address_count()).map(trace_core::model::AddressId) {
            assert_eq!(clusters.find(address), expected.find(address));
        }
        assert_eq!(stored(in_parts.path()), stored(at_once.path()));
    }
}
