//! Plays the scripted economy on a real node and writes what ships in `testdata/economy`.
fn main() {
    let e = testdata::economy::play();
    println!(
        "{} blocks {} txs, {} bytes",
        e.blocks.len(),
        e.truth.transactions.len(),
        testdata::economy::block_file(&e.blocks).len()
    );
    let t = e.truth.to_json().unwrap();
    println!("truth {}", t.len());
    std::fs::write("/tmp/truth.json", t).unwrap();
    for (p, f) in &e.truth.theft.policies {
        println!(
            "{p} {:?} {}\n   {:?} {}",
            f.stopping.totals,
            f.stopping.destinations.len(),
            f.passing.totals,
            f.passing.destinations.len()
        );
    }
    std::fs::write("/tmp/labels.csv", testdata::economy::csv(&e.labels)).unwrap();
}
