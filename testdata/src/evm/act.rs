//! What a transaction does while it runs.

use serde_json::{Value, json};
use trace_core::model::account::{Address, B256, U256};

/// Something that happens inside a frame.
#[derive(Clone, Debug)]
pub enum Act {
    /// The frame's account calls another one.
    Call {
        /// Whom.
        to: Address,
        /// With how much native coin.
        value: u64,
        /// What happens inside.
        inside: Vec<Self>,
        /// Whether it is undone again.
        undone: bool,
    },
    /// A contract says something.
    Say(Event),
}

/// An event that moves a token.
#[derive(Clone, Copy, Debug)]
pub enum Event {
    /// `Transfer` of a token: contract, from, to, amount.
    Token(Address, Address, Address, u64),
    /// The same, from before accounts were named in topics.
    OldToken(Address, Address, Address, u64),
    /// `Transfer` of a single thing: contract, from, to, id.
    Item(Address, Address, Address, u64),
    /// `Deposit` of wrapped coin: contract, to, amount.
    Deposit(Address, Address, u64),
    /// `Withdrawal` of wrapped coin: contract, from, amount.
    Withdrawal(Address, Address, u64),
}

const TRANSFER: &str = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef";
const DEPOSIT: &str = "0xe1fffcc4923d04b559f4d29a8bfc6cda04eb5b0d3c460751c2402c5c5cc9109c";
const WITHDRAWAL: &str = "0x7fcf532c15f0a6db0bd6d0e038bea71d30d808c7d98cb3bf7268a95bf5081b65";

impl Event {
    /// The event as a node tells it, its place apart.
    pub(super) fn told(self) -> Value {
        let topic = |address: Address| address.into_word().to_string();
        let word = |number: u64| B256::from(U256::from(number)).to_string();
        let (contract, topics, data) = match self {
            Self::Token(contract, from, to, amount) => {
                let topics = vec![TRANSFER.to_owned(), topic(from), topic(to)];
                (contract, topics, word(amount))
            }
            Self::OldToken(contract, from, to, amount) => {
                let words = [from.into_word(), to.into_word(), U256::from(amount).into()];
                let data = words.map(|word| word.to_string()[2..].to_owned());
                (
                    contract,
                    vec![TRANSFER.to_owned()],
                    format!("0x{}", data.concat()),
                )
            }
            Self::Item(contract, from, to, id) => {
                let topics = vec![TRANSFER.to_owned(), topic(from), topic(to), word(id)];
                (contract, topics, "0x".to_owned())
            }
            Self::Deposit(contract, to, amount) => {
                (contract, vec![DEPOSIT.to_owned(), topic(to)], word(amount))
            }
            Self::Withdrawal(contract, from, amount) => {
                let topics = vec![WITHDRAWAL.to_owned(), topic(from)];
                (contract, topics, word(amount))
            }
        };
        json!({"address": contract, "topics": topics, "data": data})
    }
}
