//! On a small chain trace finds what plain maps and loops find.

use benches::figures::Figures;
use benches::workload::check;
use testdata::simulator::{Settings, write_files};
use trace_core::taint::Policy;

const SETTINGS: Settings = Settings {
    seed: 4,
    transactions: 3_000,
    block_transactions_max: 200,
};

#[test]
fn trace_finds_what_plain_loops_find() {
    let folder = tempfile::tempdir().unwrap();
    let written = write_files(SETTINGS, folder.path(), |_| ()).unwrap();
    let figures: Figures = (check::WORKLOAD.run)(folder.path(), "2").unwrap();
    let get = |name: &str| figures.get(name).unwrap();
    assert_eq!(get("transactions"), written.transactions);
    assert!(get("ledger_files") > 5 && get("ledger_bytes") > 0);
    assert!(get("clusters") < get("addresses"));
    assert!(get("theft.haircut.at_mixes") > 0);
    for policy in Policy::ALL {
        assert!(
            get(&format!("theft.{policy}.destinations")) > 20,
            "{policy}"
        );
        assert!(
            get(&format!("wide.{policy}.destinations")) > 100,
            "{policy}"
        );
    }
}
