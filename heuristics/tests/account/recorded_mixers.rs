//! What gives withdrawals away, over the recorded pools of Tornado Cash.
//!
//! The tables of `docs/tornado.md` are what the rules say, and what plain loops over the events
//! say that know nothing of the rules.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fs;

use alloy_primitives::keccak256;
use heuristics::account::mixer::{
    Deposit, PoolCount, Record, Reveal, Withdrawal, address_match, census, fifo_order,
    multi_denomination, same_block,
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

/// That the document has a table with this head and these rows, in whichever order.
fn is_in_the_document(head: &str, mut rows: Vec<String>) {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/tornado.md");
    let document = fs::read_to_string(path).unwrap();
    let (_, table) = document.split_once(head).unwrap();
    let table = table
        .lines()
        .skip(2)
        .take_while(|line| line.starts_with('|'));
    let mut table: Vec<&str> = table.collect();
    table.sort_unstable();
    rows.sort_unstable();
    assert_eq!(table, rows);
}

/// The withdrawals to an account that had put into the pool before, each with how often it had.
fn matched_plainly(pool: &RecordedPool) -> BTreeMap<Position, usize> {
    let mut own: HashMap<Address, Vec<Position>> = HashMap::new();
    for deposit in &pool.deposits {
        own.entry(deposit.account)
            .or_default()
            .push(position(deposit));
    }
    let matched = pool.withdrawals.iter().filter_map(|withdrawal| {
        let at = position(withdrawal);
        let before = own.get(&withdrawal.account)?.iter();
        let count = before.filter(|deposit| **deposit < at).count();
        (count > 0).then_some((at, count))
    });
    matched.collect()
}

#[test]
fn address_matches_over_the_real_pools() {
    let Some(folder) = recorded::folder() else {
        return;
    };
    let pools = recorded_accounts::pools(&folder).unwrap();
    let mut rows = Vec::new();
    let mut total = [0; 5];
    for pool in &pools {
        let record = record([pool]);
        let revealed = address_match::reveals(&record);
        let each = revealed.reveals.iter();
        let found: BTreeMap<_, _> = each.map(|it| (it.withdrawal.position, it.left)).collect();
        assert_eq!(found.len(), revealed.reveals.len(), "{}", pool.name);
        let matched = matched_plainly(pool);
        assert_eq!(found, matched, "{} {}", pool.chain, pool.name);
        let count = census(&record, &revealed.reveals).remove(&address_of(pool));
        if pool.deposits.is_empty() && pool.withdrawals.is_empty() {
            assert_eq!(count, None);
            continue;
        }
        let depositors: HashSet<_> = pool.deposits.iter().map(|it| it.account).collect();
        let plainly = PoolCount {
            deposits: pool.deposits.len(),
            depositors: depositors.len(),
            withdrawals: pool.withdrawals.len(),
            relayed: pool
                .withdrawals
                .iter()
                .filter(|it| !it.fee.is_zero())
                .count(),
            revealed: matched.len(),
            left: pool.deposits.len() - matched.len(),
        };
        assert_eq!(count, Some(plainly), "{} {}", pool.chain, pool.name);
        let PoolCount {
            deposits,
            depositors,
            withdrawals,
            relayed,
            revealed,
            left,
        } = plainly;
        let counts = [deposits, withdrawals, relayed, revealed, left];
        total
            .iter_mut()
            .zip(counts)
            .for_each(|(sum, of)| *sum += of);
        let thousandths = revealed * 1000 / withdrawals.max(1);
        let percent = format!("{}.{}", thousandths / 10, thousandths % 10);
        let (chain, name) = (pool.chain, &pool.name);
        rows.push(format!(
            "| {chain} | {name} | {deposits} | {depositors} | {withdrawals} | {relayed} | {revealed} | {percent} | {left} |"
        ));
    }
    let [deposits, withdrawals, relayed, revealed, left] = total;
    rows.push(format!(
        "| all | | {deposits} | | {withdrawals} | {relayed} | {revealed} | | {left} |"
    ));
    let head = "| chain | pool | deposits | depositors | withdrawals | relayed | address match | % | set left |";
    is_in_the_document(head, rows);
}

/// What each account did, by pool and then by place.
fn by_account<'a>(
    pools: &[&'a RecordedPool],
    events: impl Fn(&'a RecordedPool) -> &'a [PoolEvent],
) -> HashMap<Address, Vec<(usize, Position)>> {
    let mut found: HashMap<Address, Vec<(usize, Position)>> = HashMap::new();
    for (number, pool) in pools.iter().enumerate() {
        for event in events(pool) {
            let of_account = found.entry(event.account).or_default();
            of_account.push((number, position(event)));
        }
    }
    for events in found.values_mut() {
        events.sort_unstable();
    }
    found
}

/// Every recipient of two pools or more with how often it took out, and with all accounts that
/// put in as often as it took out, each time before: whoever took out is held against whoever put in.
fn portfolios_plainly(pools: &[&RecordedPool]) -> BTreeMap<Address, (usize, BTreeSet<Address>)> {
    let put_in = by_account(pools, |pool| &pool.deposits);
    let mut found = BTreeMap::new();
    for (to, taken) in by_account(pools, |pool| &pool.withdrawals) {
        let of_pools: BTreeSet<usize> = taken.iter().map(|(pool, _)| *pool).collect();
        if of_pools.len() < 2 {
            continue;
        }
        let could_pay = put_in.iter().filter(|(_, put_in)| {
            let mut pairs = put_in.iter().zip(&taken);
            put_in.len() == taken.len()
                && pairs.all(|(put, took)| put.0 == took.0 && put.1 < took.1)
        });
        let could_pay = could_pay.map(|(from, _)| *from).collect();
        found.insert(to, (taken.len(), could_pay));
    }
    found
}

#[test]
fn portfolios_over_the_real_pools() {
    let Some(folder) = recorded::folder() else {
        return;
    };
    let pools = recorded_accounts::pools(&folder).unwrap();
    let mut rows = Vec::new();
    let chains: BTreeSet<u64> = pools.iter().map(|pool| pool.chain).collect();
    for chain in chains {
        let pools: Vec<_> = pools.iter().filter(|pool| pool.chain == chain).collect();
        let record = record(pools.iter().copied());
        let all = portfolios_plainly(&pools);
        let own: HashSet<Address> = pools
            .iter()
            .flat_map(|it| &it.deposits)
            .map(|it| it.account)
            .collect();
        for transactions_min in [2, 3, 5, 10] {
            let mut plainly = all.clone();
            plainly.retain(|_, (count, _)| *count >= transactions_min);
            let fitting = |fits: fn(usize) -> bool| -> BTreeSet<(Address, Address)> {
                let named = plainly.iter().filter(|(_, (_, from))| fits(from.len()));
                named
                    .flat_map(|(to, (_, from))| from.iter().map(|from| (*from, *to)))
                    .collect()
            };
            let single = fitting(|count| count == 1);
            for (candidates_max, expected) in [(usize::MAX, &fitting(|_| true)), (1, &single)] {
                let limits = multi_denomination::Limits {
                    pools_min: 2,
                    transactions_min,
                    candidates_max,
                };
                let reveals = multi_denomination::reveals(&record, limits).reveals;
                let named: BTreeSet<_> = reveals.iter().map(|it| (it.from, it.to)).collect();
                assert_eq!(named.len(), reveals.len());
                assert_eq!(named, *expected, "{chain}, {transactions_min} and more");
                assert!(reveals.iter().all(|it| it.left == plainly[&it.to].1.len()));
            }
            let none = plainly.values().filter(|(_, from)| from.is_empty()).count();
            let known: Vec<_> = single.iter().filter(|(_, to)| own.contains(to)).collect();
            let right = known.iter().filter(|(from, to)| from == to).count();
            let (recipients, single, known) = (plainly.len(), single.len(), known.len());
            let several = recipients - single - none;
            rows.push(format!(
                "| {chain} | {transactions_min} | {recipients} | {single} | {several} | {none} | {known} | {right} |"
            ));
        }
    }
    let head = "| chain | portfolio | recipients | one account fits | several | none | of the first: put in themselves | and are the one |";
    is_in_the_document(head, rows);
}
