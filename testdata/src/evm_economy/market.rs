//! Tokens and the pools that trade them: what a call of each moves.

use alloy_primitives::{Address, B256, U256};
use trace_core::model::account::Asset;

use super::artifact::Artifact;
use super::order::{Moved, Order};
use super::truth::Kind;
use super::world::World;

/// A pool keeps three thousandths of what it is paid.
const POOL_KEEPS: (u64, u64) = (997, 1000);
/// The fee token keeps one hundredth.
const FEE_PART: u64 = 100;

/// The tokens that a pool trades, in the order in which it was told them.
pub(super) const POOLS: [(&str, [&str; 2]); 2] = [
    (
        "lina/pool-wrapper-dollar",
        ["issuer/wrapper", "issuer/dollar"],
    ),
    ("lina/pool-dollar-levy", ["issuer/dollar", "issuer/levy"]),
];

impl World {
    /// What a transfer of a token moves: of the fee token less than was sent arrives.
    pub(super) fn token_moves(
        &mut self,
        token: &str,
        from: Address,
        to: Address,
        value: U256,
    ) -> Vec<Moved> {
        let contract = self.address(token);
        if token != "issuer/levy" {
            return vec![Moved::token(contract, from, to, value)];
        }
        let fee = value / U256::from(FEE_PART);
        let collector = self.address("issuer/collector");
        vec![
            Moved::token(contract, from, to, value - fee),
            Moved::token(contract, from, collector, fee),
        ]
    }

    /// Hands over a token.
    pub(super) fn transfer(
        &mut self,
        kind: Kind,
        by: &str,
        token: &str,
        to: &str,
        value: U256,
    ) -> B256 {
        let (contract, from, to) = (self.address(token), self.address(by), self.address(to));
        let moves = self.token_moves(token, from, to, value);
        let arguments = vec![to.into(), value.into()];
        let method = "transfer(address,uint256)";
        let order = Order::call(kind, contract, Artifact::TOKEN, method, arguments);
        self.send(by, order.moving(moves))
    }

    /// Lets somebody move a token.
    pub(super) fn approve(&mut self, by: &str, token: &str, spender: &str, value: U256) {
        let (contract, spender) = (self.address(token), self.address(spender));
        let arguments = vec![spender.into(), value.into()];
        let method = "approve(address,uint256)";
        let order = Order::call(Kind::Approval, contract, Artifact::TOKEN, method, arguments);
        self.send(by, order);
    }

    /// Moves somebody else's token, as allowed.
    pub(super) fn pull(
        &mut self,
        (kind, by): (Kind, &str),
        token: &str,
        from: &str,
        to: &str,
        value: U256,
    ) -> B256 {
        let (contract, from, to) = (self.address(token), self.address(from), self.address(to));
        let moves = self.token_moves(token, from, to, value);
        let arguments = vec![from.into(), to.into(), value.into()];
        let method = "transferFrom(address,address,uint256)";
        let order = Order::call(kind, contract, Artifact::TOKEN, method, arguments);
        self.send(by, order.moving(moves))
    }

    /// Makes ether a token.
    pub(super) fn wrap(&mut self, by: &str, value: U256) {
        let (wrapper, owner) = (self.address("issuer/wrapper"), self.address(by));
        let order = Order::call(Kind::Wrap, wrapper, Artifact::WRAPPER, "deposit()", vec![]);
        let minted = Moved::new(Asset::Token(wrapper), owner, value);
        self.send(by, order.value(value).moving([minted]));
    }

    /// Makes the token ether again.
    pub(super) fn unwrap(&mut self, by: &str, value: U256) -> B256 {
        let (wrapper, owner) = (self.address("issuer/wrapper"), self.address(by));
        let method = "withdraw(uint256)";
        let arguments = vec![value.into()];
        let order = Order::call(Kind::Unwrap, wrapper, Artifact::WRAPPER, method, arguments);
        let burnt = Moved {
            asset: Asset::Token(wrapper),
            from: Some(owner),
            to: None,
            amount: value,
        };
        self.send(
            by,
            order.moving([burnt, Moved::ether(wrapper, owner, value)]),
        )
    }

    /// Gives a pool something of both of its tokens.
    pub(super) fn provide(&mut self, by: &str, pool: &str, amounts: [U256; 2]) {
        for (token, amount) in tokens(pool).into_iter().zip(amounts) {
            self.transfer(Kind::Liquidity, by, token, pool, amount);
        }
        let contract = self.address(pool);
        let order = Order::call(Kind::Liquidity, contract, Artifact::POOL, "mint()", vec![]);
        self.send(by, order);
    }

    /// Trades all of `value` of a token through one pool or two, and says how much came out.
    pub(super) fn swap(&mut self, by: &str, token: &str, value: U256, pools: &[&str]) -> U256 {
        self.approve(by, token, "lina/router", value);
        let (router, owner) = (self.address("lina/router"), self.address(by));
        let mut path: Vec<Address> = pools.iter().map(|pool| self.address(pool)).collect();
        let mut arguments = vec![self.address(token).into(), value.into()];
        arguments.extend(path.iter().map(|pool| (*pool).into()));
        path.push(owner);
        let mut token = token;
        let mut moves = Vec::new();
        let mut sent = self.token_moves(token, owner, first(&path), value);
        for (index, pool) in pools.iter().enumerate() {
            let contract = self.address(pool);
            let paid = arrived(&sent, contract);
            moves.append(&mut sent);
            let other = other(pool, token);
            let reserves = [token, other].map(|token| {
                let token = self.address(token);
                self.held(Asset::Token(token), contract)
            });
            let to = path.get(index + 1).copied().unwrap_or(owner);
            sent = self.token_moves(other, contract, to, price(paid, reserves));
            token = other;
        }
        let out = arrived(&sent, owner);
        moves.append(&mut sent);
        let method = match pools.len() {
            1 => "one(address,uint256,address)",
            _ => "two(address,uint256,address,address)",
        };
        let order = Order::call(Kind::Swap, router, Artifact::ROUTER, method, arguments);
        self.send(by, order.moving(moves));
        out
    }
}

fn tokens(pool: &str) -> [&'static str; 2] {
    let known = POOLS.iter().find(|(name, _)| *name == pool);
    known
        .map(|(_, tokens)| *tokens)
        .expect("the pool is one of POOLS")
}

fn other(pool: &str, token: &str) -> &'static str {
    let [first, second] = tokens(pool);
    if token == first { second } else { first }
}

fn first(path: &[Address]) -> Address {
    path.first().copied().expect("a path has an end")
}

/// How much of what is sent arrives there.
fn arrived(sent: &[Moved], at: Address) -> U256 {
    let arriving = sent.iter().filter(|moved| moved.to == Some(at));
    arriving.map(|moved| moved.amount).sum()
}

/// What a constant-product pool gives for what it is paid.
fn price(paid: U256, [from, to]: [U256; 2]) -> U256 {
    let (keeps, of) = (U256::from(POOL_KEEPS.0), U256::from(POOL_KEEPS.1));
    paid * keeps * to / (from * of + paid * keeps)
}
