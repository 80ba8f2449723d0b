//! The file that a chain of accounts begins with.

#![no_main]

use std::collections::BTreeSet;

use libfuzzer_sys::fuzz_target;
use trace_core::model::account::{Asset, TransferKind};
use trace_core::normalise::evm::Genesis;

fuzz_target!(|text: &[u8]| {
    let Ok(genesis) = Genesis::read(text) else {
        return;
    };
    // Each account that has anything is given it once, and from nobody.
    let transfers = genesis.transfers();
    let accounts: BTreeSet<_> = transfers.iter().map(|transfer| transfer.to).collect();
    assert_eq!(accounts.len(), transfers.len());
    for transfer in transfers {
        assert_eq!(transfer.kind, TransferKind::Allocation);
        assert!(transfer.asset == Asset::Native && transfer.from.is_none());
        assert!(transfer.to.is_some() && !transfer.amount.is_zero());
    }
    assert_eq!(Genesis::read(text).as_ref(), Ok(&genesis));
});
