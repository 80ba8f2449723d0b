//! What an account holds of an asset at the end of a block.

use super::refusal::{is_reverted, is_state_gone};
use super::{Ethereum, call};
use crate::model::account::{Address, Asset, U256};
use crate::normalise::evm::number;
use crate::source::round::{Replies, Round, Ticket};
use crate::source::{AccountTold, SourceError, Transport};
use crate::view::Unknown;

/// `balanceOf(address)` (EIP-20).
const BALANCE_OF: &str = "70a08231";
/// `balanceOf(address,uint256)` (EIP-1155).
const BALANCE_OF_ID: &str = "00fdd58e";
/// `ownerOf(uint256)` (EIP-721).
const OWNER_OF: &str = "6352211e";

/// What a contract answers to a question.
enum Said {
    Word(U256),
    /// It ends with an error, as many do that have no such function.
    Reverted,
    /// Nothing at all, as whoever has no code does.
    Nothing,
}

impl<T: Transport> Ethereum<T> {
    /// What an account holds at the end of a block, by the word of the contract that keeps the
    /// balances. Who asks a contract that was not there yet is told 0, and so is who asks about a
    /// thing of which its contract says that nobody owns it.
    ///
    /// # Errors
    /// When the node does not answer.
    pub(super) async fn balance(
        &self,
        account: Address,
        asset: Asset,
        height: u32,
    ) -> Result<AccountTold, SourceError> {
        let word = hex_word(&account.into_word().0);
        let mut round = Round::default();
        let tickets: Vec<Ticket> = match asset {
            Asset::Native => vec![round.add(call::balance(account, height))],
            Asset::Token(contract) => vec![
                round.add(call::asked(
                    contract,
                    &format!("{BALANCE_OF}{word}"),
                    height,
                )),
                round.add(call::code(contract, height)),
            ],
            Asset::Item(contract, id) => {
                let id = hex_word(&id.to_be_bytes::<32>());
                vec![
                    round.add(call::asked(
                        contract,
                        &format!("{BALANCE_OF_ID}{word}{id}"),
                        height,
                    )),
                    round.add(call::asked(contract, &format!("{OWNER_OF}{id}"), height)),
                    round.add(call::code(contract, height)),
                ]
            }
        };
        let replies = round.ask(&self.transport).await;
        let is_gone = |ticket: &Ticket| {
            replies
                .bytes(*ticket)
                .is_err_and(|error| is_state_gone(&error))
        };
        if tickets.iter().any(is_gone) {
            return Ok(AccountTold::Unknown(Unknown::StateGone));
        }
        let balance = match (asset, tickets.as_slice()) {
            (Asset::Native, [balance]) => Some(number(replies.bytes(*balance)?)?),
            (_, [.., code]) if replies.bytes(*code)?.trim_ascii() == b"\"0x\"" => Some(U256::ZERO),
            (Asset::Token(_), [balance, _]) => match said(&replies, *balance)? {
                Said::Word(balance) => Some(balance),
                Said::Reverted | Said::Nothing => None,
            },
            (Asset::Item(..), [balance, owner, _]) => {
                match (said(&replies, *balance)?, said(&replies, *owner)?) {
                    (_, Said::Word(owner)) => {
                        let is_owner = owner == U256::from_be_bytes(account.into_word().0);
                        Some(U256::from(u8::from(is_owner)))
                    }
                    (Said::Word(balance), _) => Some(balance),
                    (_, Said::Reverted) => Some(U256::ZERO),
                    (_, Said::Nothing) => None,
                }
            }
            _ => None,
        };
        Ok(balance.map_or(AccountTold::Unknown(Unknown::NoIndex), AccountTold::Balance))
    }
}

fn said(replies: &Replies, ticket: Ticket) -> Result<Said, SourceError> {
    let text: String = match replies.bytes(ticket) {
        Err(error) if is_reverted(&error) => return Ok(Said::Reverted),
        Err(error) => return Err(error.into()),
        Ok(_) => replies.json(ticket)?,
    };
    let digits = text.strip_prefix("0x").unwrap_or(&text);
    if digits.is_empty() {
        return Ok(Said::Nothing);
    }
    // More than one word is some other function's answer.
    let word = Some(digits).filter(|digits| digits.len() == 64);
    let word = word.and_then(|digits| U256::from_str_radix(digits, 16).ok());
    Ok(word.map_or(Said::Nothing, Said::Word))
}

fn hex_word(bytes: &[u8; 32]) -> String {
    format!("{:x}", crate::model::account::B256::from(*bytes))
}
