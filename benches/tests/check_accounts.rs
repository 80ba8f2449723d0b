//! On a small chain of accounts trace finds what plain maps and loops find.

use benches::figures::Figures;
use benches::workload::account::check;
use trace_core::taint::Policy;

#[test]
fn trace_finds_what_plain_loops_find() {
    let folder = tempfile::tempdir().unwrap();
    let figures: Figures = (check::WORKLOAD.run)(folder.path(), "4000").unwrap();
    let get = |name: &str| figures.get(name).unwrap();
    // The first block gives five assets to a thousand accounts, and one to each of four pools.
    assert_eq!(get("transfers"), 4_000 + 5_004);
    assert_eq!((get("transactions"), get("blocks")), (1_001, 8));
    assert_eq!(get("assets"), 5);
    assert!(get("accounts") > 1_100);
    assert!(get("balances") > 5_000);
    for policy in Policy::ALL {
        let found = get(&format!("follow.{policy}.destinations"));
        assert!(found > 100, "{policy}: {found}");
    }
    assert_eq!(get("replied_blocks"), 1 + 2 * 71);
    assert!(get("replied_transactions") > 400);
}
