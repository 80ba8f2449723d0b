//! What happens in one transaction of a drawn chain.

use trace_core::model::account::{Address, Outcome, Transaction, Transfer, TransferKind, U256};

use super::name::{CONTRACT, PERSON, POOL, address, token, transfer, word};
use super::{Chain, TOKENS};

impl Chain {
    /// The next one.
    pub(super) fn transaction(&mut self) -> Transaction {
        let kind = self.chance.below(10);
        let asset = if kind < 5 {
            0
        } else {
            1 + self.chance.index(TOKENS)
        };
        let from = self.payer(asset);
        let sender = address(PERSON, from as u64);
        let mut transfers = Vec::with_capacity(4);
        let fee = self.amounts.fee;
        if let Some(held) = self.held.get_mut(from) {
            held[0] -= fee;
        }
        for (kind, to, amount) in [
            (TransferKind::BaseFee, None, fee - fee / 4),
            (
                TransferKind::PriorityFee,
                Some(address(CONTRACT, 0)),
                fee / 4,
            ),
        ] {
            transfers.push(transfer(kind, 0, Some(sender), to, amount));
        }
        let amount = self.take(from, asset);
        let to = match kind {
            0..5 => self.pass_on(&mut transfers, sender, amount),
            5..8 => self.share_out(&mut transfers, sender, asset, amount),
            _ => self.exchange(&mut transfers, from, asset, amount),
        };
        self.number += 1;
        Transaction {
            hash: word(0x71, self.number),
            from: sender,
            to: Some(to),
            created: None,
            nonce: self.number,
            gas_price: U256::from(1_000_000_000_u64),
            selector: None,
            outcome: Outcome::Succeeded,
            transfers,
            logs: Vec::new(),
            creations: Vec::new(),
        }
    }

    fn pass_on(&mut self, transfers: &mut Vec<Transfer>, sender: Address, amount: u64) -> Address {
        let contract = address(
            CONTRACT,
            1 + self.chance.below(1 + self.held.len() as u64 / 10),
        );
        let to = self.payee();
        self.give(to, 0, amount);
        let payee = Some(address(PERSON, to as u64));
        transfers.push(transfer(
            TransferKind::Value,
            0,
            Some(sender),
            Some(contract),
            amount,
        ));
        transfers.push(transfer(
            TransferKind::Call,
            0,
            Some(contract),
            payee,
            amount,
        ));
        contract
    }

    fn share_out(
        &mut self,
        transfers: &mut Vec<Transfer>,
        sender: Address,
        asset: usize,
        amount: u64,
    ) -> Address {
        for part in [amount / 2, amount - amount / 2] {
            let to = self.payee();
            self.give(to, asset, part);
            let payee = Some(address(PERSON, to as u64));
            transfers.push(transfer(
                TransferKind::Token,
                asset,
                Some(sender),
                payee,
                part,
            ));
        }
        token(asset)
    }

    /// A pool gives one for one.
    fn exchange(
        &mut self,
        transfers: &mut Vec<Transfer>,
        from: usize,
        asset: usize,
        amount: u64,
    ) -> Address {
        let other = given_for(asset);
        let pool = address(POOL, asset as u64);
        let sender = Some(address(PERSON, from as u64));
        self.give(from, other, amount);
        transfers.push(transfer(
            TransferKind::Token,
            asset,
            sender,
            Some(pool),
            amount,
        ));
        transfers.push(transfer(
            TransferKind::Token,
            other,
            Some(pool),
            sender,
            amount,
        ));
        pool
    }
}

/// The token that a pool gives for another.
pub(super) fn given_for(asset: usize) -> usize {
    1 + asset % TOKENS
}
