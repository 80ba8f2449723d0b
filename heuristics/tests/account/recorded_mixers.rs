//! What gives withdrawals away, over the recorded pools of Tornado Cash.
//!
//! `TRACE_REAL_DATA=DIR cargo test --release -p heuristics --test account recorded_mixers --
//! --nocapture` prints the tables of `docs/tornado.md`.

use std::collections::{BTreeMap, BTreeSet};

use alloy_primitives::keccak256;
use heuristics::account::mixer::{
    Deposit, Record, Reveal, Withdrawal, address_match, census, fifo_order, multi_denomination,
    same_block,
};
use testdata::recorded;
use testdata::recorded_accounts::{self, PoolEvent, RecordedPool};
use trace_core::model::Position;
use trace_core::model::account::Address;

/// A pool's address is made from its name: the recording holds the events alone.
fn address_of(pool: &RecordedPool) -> Address {
    Address::from_word(keccak256(format!("{} {}", pool.chain, pool.name)))
}

fn position(event: &PoolEvent) -> Position {
    Position {
        height: event.height,
        index: event.log_index,
    }
}

fn record<'a>(pools: impl IntoIterator<Item = &'a RecordedPool>) -> Record {
    let (mut deposits, mut withdrawals) = (Vec::new(), Vec::new());
    for recorded in pools {
        let pool = address_of(recorded);
        deposits.extend(recorded.deposits.iter().map(|event| Deposit {
            pool,
            from: event.account,
            gas_price: None,
            position: position(event),
            hash: event.hash,
            tx: None,
        }));
        withdrawals.extend(recorded.withdrawals.iter().map(|event| Withdrawal {
            pool,
            to: event.account,
            relayer: None,
            fee: event.fee,
            gas_price: None,
            position: position(event),
            hash: event.hash,
            tx: None,
        }));
    }
    Record::new(deposits, withdrawals)
}

/// What time alone suggests, beside what a guess among all deposits and another distance in blocks
/// would: whether these priors say anything.
#[test]
fn priors_over_the_real_pools() {
    let Some(folder) = recorded::folder() else {
        return;
    };
    let pools = recorded_accounts::pools(&folder).unwrap();
    println!(
        "| chain | pool | withdrawals to depositors | in order: right | by a guess among all: right |"
    );
    println!("|--:|---|--:|--:|--:|");
    let mut total = [0, 0, 0];
    let mut guessed = 0;
    for pool in &pools {
        let record = record([pool]);
        let in_order = fifo_order::reveals(&record, true);
        // Of every withdrawal, for the record is whole.
        assert!(in_order.unknown.is_empty(), "{}", pool.name);
        assert_eq!(in_order.reveals.len(), record.withdrawals().len());
        let own = address_match::reveals(&record).reveals;
        let turns: BTreeMap<_, _> = in_order
            .reveals
            .iter()
            .map(|it| ((it.withdrawal.hash, it.withdrawal.position), it))
            .collect();
        // Whose withdrawal it is is known here, though not of which deposit.
        let turn =
            |it: &&Reveal| turns[&(it.withdrawal.hash, it.withdrawal.position)].from == it.to;
        let right = own.iter().filter(turn).count();
        // In millionths, of all withdrawals together.
        let guess: u64 = own
            .iter()
            .map(|it| (it.left * 1_000_000 / it.among) as u64)
            .sum();
        guessed += guess;
        total[0] += own.len();
        total[1] += right;
        if !own.is_empty() {
            println!(
                "| {} | {} | {} | {right} | {} |",
                pool.chain,
                pool.name,
                own.len(),
                tenths(guess)
            );
        }
    }
    println!(
        "| all | | {} | {} | {} |",
        total[0],
        total[1],
        tenths(guessed)
    );
    println!("\n| blocks behind one account's deposits | relayed | of themselves |\n|--:|--:|--:|");
    for blocks in [0, 1, 2, 5, 20, 100, 1000] {
        let (mut relayed, mut own) = (0, 0);
        for pool in &pools {
            let mut record = record([pool]);
            if blocks > 0 {
                record = earlier(&record, blocks);
            }
            let beside = same_block::reveals(&record, same_block::Limits::default());
            let is_relayed = |it: &&Reveal| it.withdrawal.is_relayed();
            let of_relayers = beside.reveals.iter().filter(is_relayed).count();
            relayed += of_relayers;
            own += beside.reveals.len() - of_relayers;
        }
        println!("| {blocks} | {relayed} | {own} |");
        total[2] += relayed + own;
    }
    assert!(total.iter().all(|count| *count > 0));
}

fn tenths(millionths: u64) -> String {
    let tenths = (millionths + 50_000) / 100_000;
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// The same with every withdrawal so many blocks earlier, behind all else there.
fn earlier(record: &Record, blocks: u32) -> Record {
    let withdrawals = record.withdrawals().iter().filter_map(|it| {
        let height = it.position.height.checked_sub(blocks)?;
        let position = Position {
            height,
            index: u32::MAX,
        };
        Some(Withdrawal { position, ..*it })
    });
    Record::new(record.deposits().to_vec(), withdrawals.collect())
}

/// Withdrawals to an account that had put into the pool before, counted plainly.
fn matched_plainly(pool: &RecordedPool) -> usize {
    let is_own = |event: &&PoolEvent| {
        let mut deposits = pool.deposits.iter();
        deposits
            .any(|deposit| deposit.account == event.account && position(deposit) < position(event))
    };
    pool.withdrawals.iter().filter(is_own).count()
}

#[test]
fn address_matches_over_the_real_pools() {
    let Some(folder) = recorded::folder() else {
        return;
    };
    let pools = recorded_accounts::pools(&folder).unwrap();
    println!(
        "| chain | pool | deposits | depositors | withdrawals | relayed | address match | % | set left |"
    );
    println!("|--:|---|--:|--:|--:|--:|--:|--:|--:|");
    let mut total = [0; 5];
    for pool in &pools {
        let record = record([pool]);
        let revealed = address_match::reveals(&record);
        let Some(count) = census(&record, &revealed.reveals).remove(&address_of(pool)) else {
            continue;
        };
        assert_eq!(count.deposits, pool.deposits.len());
        assert_eq!(count.withdrawals, pool.withdrawals.len());
        assert_eq!(count.revealed, revealed.reveals.len());
        if pool.deposits.len() < 5_000 {
            assert_eq!(count.revealed, matched_plainly(pool), "{}", pool.name);
        }
        for (sum, of) in total.iter_mut().zip([
            count.deposits,
            count.withdrawals,
            count.relayed,
            count.revealed,
            count.left,
        ]) {
            *sum += of;
        }
        let (revealed, all) = (count.revealed, count.withdrawals.max(1));
        println!(
            "| {} | {} | {} | {} | {} | {} | {revealed} | {}.{} | {} |",
            pool.chain,
            pool.name,
            count.deposits,
            count.depositors,
            count.withdrawals,
            count.relayed,
            revealed * 100 / all,
            revealed * 1000 / all % 10,
            count.left
        );
    }
    println!(
        "| all | | {} | | {} | {} | {} | | {} |",
        total[0], total[1], total[2], total[3], total[4]
    );
    assert!(total[3] > 0);
}

#[test]
fn portfolios_over_the_real_pools() {
    let Some(folder) = recorded::folder() else {
        return;
    };
    let pools = recorded_accounts::pools(&folder).unwrap();
    println!(
        "| chain | portfolio of at least | recipients | one account fits | several | none | of the first: also put in themselves | and are the one |"
    );
    println!("|--:|--:|--:|--:|--:|--:|--:|--:|");
    let chains: BTreeSet<u64> = pools.iter().map(|pool| pool.chain).collect();
    for chain in chains {
        let record = record(pools.iter().filter(|pool| pool.chain == chain));
        for transactions_min in [2, 3, 5, 10] {
            let limits = multi_denomination::Limits {
                pools_min: 2,
                transactions_min,
                candidates_max: usize::MAX,
            };
            let revealed = multi_denomination::reveals(&record, limits);
            let mut by_recipient: BTreeMap<Address, Vec<&Reveal>> = BTreeMap::new();
            for reveal in &revealed.reveals {
                by_recipient.entry(reveal.to).or_default().push(reveal);
            }
            let mut portfolios: BTreeMap<Address, Vec<Address>> = BTreeMap::new();
            for withdrawal in record.withdrawals() {
                let taken = portfolios.entry(withdrawal.to).or_default();
                taken.push(withdrawal.pool);
            }
            portfolios.retain(|_, taken| {
                let pools: BTreeSet<&Address> = taken.iter().collect();
                pools.len() >= 2 && taken.len() >= transactions_min
            });
            let single: Vec<&Reveal> = by_recipient
                .values()
                .filter_map(|found| match found.as_slice() {
                    [only] => Some(*only),
                    _ => None,
                })
                .collect();
            let own: BTreeSet<Address> = record.deposits().iter().map(|d| d.from).collect();
            let known: Vec<_> = single
                .iter()
                .filter(|found| own.contains(&found.to))
                .collect();
            let right = known.iter().filter(|found| found.from == found.to).count();
            println!(
                "| {chain} | {transactions_min} | {} | {} | {} | {} | {} | {right} |",
                portfolios.len(),
                single.len(),
                by_recipient.len() - single.len(),
                portfolios.len() - by_recipient.len(),
                known.len(),
            );
            assert!(by_recipient.keys().all(|to| portfolios.contains_key(to)));
            let one = multi_denomination::Limits {
                candidates_max: 1,
                ..limits
            };
            let only = multi_denomination::reveals(&record, one).reveals;
            assert_eq!(only.len(), single.len());
        }
    }
}
