//! Following one of the first transactions of a small simulated chain under each policy.

use benches::figures::Failure;
use benches::workload::follow::{OpenField, follow, plan, widest};
use benches::workload::ingest::ingest;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use testdata::simulator::{Settings, write_files};
use trace_core::ledger::Ledger;
use trace_core::taint::{Bounds, Keep, Policy, Propagator};

fn under_each_policy(criterion: &mut Criterion) {
    try_each(criterion).expect("a simulated chain is whole");
}

fn try_each(criterion: &mut Criterion) -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    write_files(Settings::of_size(20_000, 1), folder.path(), |_| ())?;
    ingest(folder.path(), &folder.path().join("ledger"), 1)?;
    let ledger = Ledger::open(&folder.path().join("ledger"))?;
    let view = ledger.view()?;
    let seed = widest(&view)?;
    for policy in Policy::ALL {
        let plan = plan(policy, seed, Bounds::default());
        let trail = follow(&view, Propagator::new(plan.clone()), &OpenField)?;
        let mut group = criterion.benchmark_group("follow");
        group.throughput(Throughput::Elements(trail.transactions));
        group.bench_function(policy.name(), |bencher| {
            bencher.iter(|| {
                let propagator = Propagator::new(plan.clone()).keeping(Keep::Totals);
                follow(&view, propagator, &OpenField)
            });
        });
    }
    Ok(())
}

criterion_group!(benches, under_each_policy);
criterion_main!(benches);
