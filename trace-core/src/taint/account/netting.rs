//! What each account has more and less of behind a transaction, and who exchanged what.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::script::Act;
use super::walk::Key;
use crate::model::account::{Address, U256};
use crate::taint::Direction;
use crate::view::Answer;
use crate::view::account::{AccountId, AccountView, AssetId, NumberedTransfer};

/// What came and went, fees, wrapping and transfers to oneself apart.
#[derive(Clone, Debug, Default)]
pub(super) struct Netting {
    flows: BTreeMap<Key, (U256, U256)>,
    /// The accounts that have more of an asset.
    gainers: BTreeMap<AssetId, Vec<AccountId>>,
    /// By contract, the assets that it made units of. A contract need not take part itself, so it
    /// need not have a number.
    made: BTreeMap<Address, BTreeSet<AssetId>>,
    /// Of the assets of which units were destroyed, whoever had them last.
    destroyed: BTreeMap<AssetId, BTreeSet<AccountId>>,
    /// Backwards, where destroying units looks like making them: by who did it, the assets.
    destroyed_by: BTreeMap<AccountId, BTreeSet<AssetId>>,
    /// Pairs of account and asset in the order in which something came first.
    pub(super) order: Vec<Key>,
    /// What was found so far: whether an account has more of anything, and what it received for
    /// what went to whom.
    has_more: BTreeMap<AccountId, bool>,
    received: BTreeMap<(AccountId, Takers), Rc<BTreeSet<AssetId>>>,
}

/// To whom something went.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Takers {
    accounts: Vec<AccountId>,
    /// The contract that destroyed it.
    destroyer: Option<Address>,
}

impl Netting {
    pub(super) fn new(
        way: Direction,
        acts: &[Act],
        transfers: &[NumberedTransfer],
        view: &(impl AccountView + ?Sized),
    ) -> Self {
        let mut netting = Self::default();
        for act in acts {
            if let Act::Move(index) = act
                && let Some(transfer) = transfers.get(*index)
                && !transfer.kind.is_fee()
                && transfer.from != transfer.to
            {
                netting.add(way, transfer, view);
            }
        }
        for ((account, asset), (came, went)) in &netting.flows {
            if came > went {
                netting.gainers.entry(*asset).or_default().push(*account);
            }
        }
        netting
    }

    fn add(
        &mut self,
        way: Direction,
        transfer: &NumberedTransfer,
        view: &(impl AccountView + ?Sized),
    ) {
        let asset = transfer.asset;
        if let Some(account) = transfer.from {
            let (_, went) = self.flows.entry((account, asset)).or_default();
            *went = went.saturating_add(transfer.amount);
        } else if let Some(contract) = view.asset(asset).and_then(|asset| asset.contract()) {
            self.made.entry(contract).or_default().insert(asset);
            if let (Direction::Back, Some(account)) = (way, transfer.to) {
                self.destroyed_by.entry(account).or_default().insert(asset);
            }
        }
        if let Some(account) = transfer.to {
            let (came, _) = self.flows.entry((account, asset)).or_default();
            if came.is_zero() && !transfer.amount.is_zero() {
                self.order.push((account, asset));
            }
            *came = came.saturating_add(transfer.amount);
        } else {
            let takers = self.destroyed.entry(asset).or_default();
            // Backwards whoever was given new units did nothing for them.
            takers.extend(transfer.from.filter(|_| way == Direction::Forward));
        }
    }

    /// How much more of an asset an account has; 0 where it does not.
    pub(super) fn gain(&self, key: Key) -> U256 {
        let (came, went) = self.flows.get(&key).copied().unwrap_or_default();
        came.saturating_sub(went)
    }

    /// How much less of an asset an account has; 0 where it does not.
    pub(super) fn loss(&self, key: Key) -> U256 {
        let (came, went) = self.flows.get(&key).copied().unwrap_or_default();
        went.saturating_sub(came)
    }

    fn has_less(&self, key: Key) -> bool {
        self.flows.get(&key).is_some_and(|(came, went)| went > came)
    }

    /// All that went of an asset from an account.
    pub(super) fn went(&self, key: Key) -> U256 {
        self.flows.get(&key).map_or(U256::ZERO, |(_, went)| *went)
    }

    fn assets_of(&self, account: AccountId) -> impl Iterator<Item = AssetId> {
        let all = (account, AssetId(0))..=(account, AssetId(u32::MAX));
        self.flows.range(all).map(|((_, asset), _)| *asset)
    }

    /// The assets of which an account has less, ascending by asset.
    pub(super) fn given_by(
        &self,
        account: AccountId,
        view: &(impl AccountView + ?Sized),
    ) -> Vec<AssetId> {
        let assets = self.assets_of(account);
        let mut given: Vec<AssetId> = assets
            .filter(|asset| self.has_less((account, *asset)))
            .collect();
        given.sort_by_key(|asset| view.asset(*asset));
        given
    }

    /// The assets that `account` received for one of which it has less; none where it only gave.
    ///
    /// What was received must come from where what was given went: whoever has more of the one
    /// (so have the contract of an asset that was destroyed and who destroyed it) gave another asset or made units of
    /// one, those who have more of that gave or made others, and so on to what was received. So
    /// nothing need be known of routers, through which things only pass, and an asset that came
    /// from somewhere else in the same transaction takes over no taint.
    ///
    /// Backwards it is the same relation, seen from what was received.
    ///
    /// Cost: one search for each account and each set of those who took what it gave. A transaction
    /// may move thousands of items of one contract at once, which went all to one.
    pub(super) fn received_for(
        &mut self,
        (account, asset): Key,
        view: &(impl AccountView + ?Sized),
    ) -> Rc<BTreeSet<AssetId>> {
        if !self.has_less((account, asset)) || !self.has_more_of_any(account) {
            return Rc::default();
        }
        let takers = self.takers(asset, view);
        if let Some(known) = self.received.get(&(account, takers.clone())) {
            return Rc::clone(known);
        }
        let received = Rc::new(self.search(account, takers.clone(), view));
        let known = Rc::clone(&received);
        self.received.insert((account, takers), received);
        known
    }

    fn has_more_of_any(&mut self, account: AccountId) -> bool {
        if let Some(known) = self.has_more.get(&account) {
            return *known;
        }
        let mut assets = self.assets_of(account);
        let has_more = assets.any(|asset| !self.gain((account, asset)).is_zero());
        drop(assets);
        self.has_more.insert(account, has_more);
        has_more
    }

    /// Who took what was given of an asset, and what was made by the contract that destroyed it.
    fn takers(&self, asset: AssetId, view: &(impl AccountView + ?Sized)) -> Takers {
        let gainers = self.gainers.get(&asset).into_iter().flatten();
        let mut takers = Takers {
            accounts: gainers.copied().collect(),
            destroyer: None,
        };
        if let Some(destroyers) = self.destroyed.get(&asset) {
            takers.accounts.extend(destroyers);
            takers.destroyer = view.asset(asset).and_then(|asset| asset.contract());
            let number = takers
                .destroyer
                .map(|contract| view.find_account(&contract));
            if let Some(Answer::Known(contract)) = number {
                takers.accounts.push(contract);
            }
        }
        takers
    }

    fn search(
        &self,
        account: AccountId,
        first: Takers,
        view: &(impl AccountView + ?Sized),
    ) -> BTreeSet<AssetId> {
        let mut reached = BTreeSet::new();
        let mut met = BTreeSet::from([account]);
        let mut made = BTreeSet::new();
        let mut next = Vec::new();
        let mut taking = Some(first);
        while let Some(Takers {
            accounts,
            destroyer,
        }) = taking
        {
            let mut given: Vec<AssetId> = Vec::new();
            if destroyer.is_some() && made.insert(destroyer) {
                given.extend(self.made_by(destroyer));
            }
            for taker in accounts {
                if met.insert(taker) {
                    let gave = self.assets_of(taker);
                    given.extend(gave.filter(|other| self.has_less((taker, *other))));
                    given.extend(self.made_by(view.address(taker)));
                    given.extend(self.destroyed_by.get(&taker).into_iter().flatten());
                }
            }
            next.extend(given.into_iter().filter(|other| reached.insert(*other)));
            taking = next.pop().map(|asset| self.takers(asset, view));
        }
        reached.retain(|other| !self.gain((account, *other)).is_zero());
        reached
    }

    fn made_by(&self, contract: Option<Address>) -> impl Iterator<Item = AssetId> {
        let made = contract.and_then(|contract| self.made.get(&contract));
        made.into_iter().flatten().copied()
    }
}
