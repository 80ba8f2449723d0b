//! What accounts held at the genesis block, out of the file that a chain begins with.
//!
//! No block tells it, but the header of the genesis block commits to it by the root of the state
//! of all accounts (Yellow Paper, 4.1 and appendix D): the file that has this root is the right
//! one. Files are those of geth, which most nodes read (`alloc`), and the chain specifications of
//! Parity and Nethermind (`accounts`), but for contracts whose code only a constructor tells.

use std::collections::BTreeMap;
use std::fmt::{self, Display};
use std::marker::PhantomData;

use alloy_primitives::{Bytes, keccak256};
use alloy_trie::TrieAccount;
use alloy_trie::root::{state_root_unhashed, storage_root_unhashed};
use serde::Deserialize;
use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::RawAccountBlock;
use super::check::ToldHeader;
use super::quantity::{cut, hexadecimal};
use crate::model::account::{Address, B256, Block, Transfer, U256};
use crate::normalise::{NormaliseError, json};

/// What the accounts of a chain hold at its genesis block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Genesis {
    state_root: B256,
    transfers: Vec<Transfer>,
}

impl Genesis {
    /// Reads the text of a genesis file. Members that say nothing of accounts are passed over.
    ///
    /// Cost: memory of up to ten times the text.
    ///
    /// # Errors
    /// When the text is no such JSON, holds a number that is none, tells an account or a place of
    /// its storage twice, or tells a constructor instead of code. Names the account and the line.
    pub fn read(text: &[u8]) -> Result<Self, NormaliseError> {
        let told: Told = json::read(text)?;
        let accounts = told.alloc.ok_or_else(|| {
            let why = "there is neither `alloc`, as in geth's files, nor `accounts`";
            NormaliseError::new("members", why)
        })?;
        let accounts = accounts.0.into_iter();
        let state = accounts.filter_map(|(address, told)| Some((address, told.in_trie()?)));
        let state: Vec<(Address, TrieAccount)> = state.collect();
        let held = state.iter().filter(|(_, held)| !held.balance.is_zero());
        Ok(Self {
            transfers: held
                .map(|(to, held)| Transfer::allocated(*to, held.balance))
                .collect(),
            state_root: state_root_unhashed(state),
        })
    }

    /// The root of the state that the file describes.
    pub fn state_root(&self) -> B256 {
        self.state_root
    }

    /// What each account that holds anything has of the native coin, ascending by address.
    pub fn transfers(&self) -> &[Transfer] {
        &self.transfers
    }

    /// Adds it to a block that is the genesis block, behind everything else in it; to another
    /// nothing.
    ///
    /// # Errors
    /// When the genesis block is told with another root of the state, or without one.
    pub fn allocate(&self, raw: &RawAccountBlock, block: &mut Block) -> Result<(), NormaliseError> {
        if block.at.height > 0 {
            return Ok(());
        }
        let told = ToldHeader::read(&raw.block)?.0.state_root;
        if told == Some(self.state_root) {
            block.after.extend(&self.transfers);
            return Ok(());
        }
        let told = told.map_or("none".to_owned(), |root| root.to_string());
        let why = format!(
            "the block tells {told}, the genesis file has {}",
            self.state_root
        );
        Err(NormaliseError::new("state root", why).in_block(block.at.hash))
    }
}

#[derive(Deserialize)]
struct Told {
    #[serde(alias = "accounts")]
    alloc: Option<Members<Address, ToldAccount>>,
}

#[derive(Deserialize)]
struct ToldAccount {
    balance: Option<Number>,
    nonce: Option<Nonce>,
    code: Option<Bytes>,
    storage: Option<Members<U256, Word>>,
    #[serde(rename = "constructor")]
    _constructor: Option<Constructor>,
    builtin: Option<IgnoredAny>,
}

impl ToldAccount {
    /// As it is hashed; `None` where it only says what the node itself does at an address.
    fn in_trie(self) -> Option<TrieAccount> {
        if self.builtin.is_some() && self.balance.is_none() {
            return None;
        }
        let storage = self.storage.into_iter().flat_map(|storage| storage.0);
        // What is zero is not stored.
        let storage = storage.filter(|(_, value)| !value.0.is_zero());
        let storage = storage.map(|(place, value)| (B256::from(place), value.0));
        Some(TrieAccount::new(
            self.nonce.unwrap_or_default().0,
            self.balance.unwrap_or_default().0,
            storage_root_unhashed(storage),
            keccak256(self.code.unwrap_or_default()),
        ))
    }
}

/// The members of an object, none of which comes twice.
struct Members<K, V>(BTreeMap<K, V>);

/// What a member is called by.
trait Name: Ord + Sized {
    const WHAT: &str;

    fn read(text: &str) -> Option<Self>;
}

impl Name for Address {
    const WHAT: &str = "an address";

    fn read(text: &str) -> Option<Self> {
        let digits = text.strip_prefix("0x").unwrap_or(text);
        digits.parse().ok().filter(|_| digits.len() == 40)
    }
}

impl Name for U256 {
    const WHAT: &str = "a place of the storage";

    fn read(text: &str) -> Option<Self> {
        word(text)
    }
}

impl<'de, K: Name, V: Deserialize<'de>> Deserialize<'de> for Members<K, V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Every(PhantomData))
    }
}

struct Every<K, V>(PhantomData<(K, V)>);

impl<'de, K: Name, V: Deserialize<'de>> Visitor<'de> for Every<K, V> {
    type Value = Members<K, V>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object with {} for each name", K::WHAT)
    }

    fn visit_map<M: MapAccess<'de>>(self, mut told: M) -> Result<Self::Value, M::Error> {
        let mut members = BTreeMap::new();
        while let Some(name) = told.next_key::<String>()? {
            let wrong = |why: &dyn Display| M::Error::custom(format!("{}: {why}", cut(&name)));
            let key = K::read(&name).ok_or_else(|| wrong(&format_args!("not {}", K::WHAT)))?;
            let value = told.next_value().map_err(|error| wrong(&error))?;
            if members.insert(key, value).is_some() {
                return Err(wrong(&"told twice"));
            }
        }
        Ok(Members(members))
    }
}

/// A number in hexadecimal digits after `0x` or in decimal ones, in quotes or not.
#[derive(Default)]
struct Number(U256);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // As text: a parser of JSON may make a fraction of what is large.
        let told = <&RawValue>::deserialize(deserializer)?.get();
        let text = told
            .strip_prefix('"')
            .and_then(|text| text.strip_suffix('"'));
        let text = text.unwrap_or(told);
        let is_decimal = !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit());
        let number = if is_decimal {
            U256::from_str_radix(text, 10).ok()
        } else {
            hexadecimal(text)
        };
        let none = || D::Error::custom(format!("{:?} is no number of 256 bits", cut(text)));
        number.map(Self).ok_or_else(none)
    }
}

#[derive(Default)]
struct Nonce(u64);

impl<'de> Deserialize<'de> for Nonce {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = Number::deserialize(deserializer)?.0;
        let too_large = |_| D::Error::custom(format!("the nonce {number} does not fit 64 bits"));
        u64::try_from(number).map(Self).map_err(too_large)
    }
}

/// What is at a place of the storage.
struct Word(U256);

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let none = || D::Error::custom(format!("{:?} is no word of 32 bytes", cut(&text)));
        word(&text).map(Self).ok_or_else(none)
    }
}

/// Up to 32 bytes in hexadecimal digits, with `0x` or without.
fn word(text: &str) -> Option<U256> {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    hexadecimal(&format!("0x{digits}"))
}

/// Code that has to be run to know what it leaves.
struct Constructor;

impl<'de> Deserialize<'de> for Constructor {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        let why = "its code is told by a constructor, which is not run here";
        Err(D::Error::custom(why))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "00000000000000000000000000000000000000a1";

    fn read(alloc: &str) -> Result<Genesis, NormaliseError> {
        Genesis::read(format!("{{\"config\": {{}}, \"alloc\":\n{alloc}}}").as_bytes())
    }

    fn one(account: &str) -> Result<Genesis, NormaliseError> {
        read(&format!("{{\"{ONE}\": {account}}}"))
    }

    #[test]
    fn every_writing_of_an_account_is_read() {
        let ether = U256::from(10).pow(U256::from(27));
        for number in [
            "\"0x33b2e3c9fd0803ce8000000\"",
            "\"1000000000000000000000000000\"",
            "1000000000000000000000000000",
            "\"0x00000033B2E3C9FD0803CE8000000\"",
        ] {
            let genesis = one(&format!("{{\"balance\": {number}, \"secretKey\": []}}")).unwrap();
            let to = Address::with_last_byte(0xa1);
            assert_eq!(genesis.transfers(), [Transfer::allocated(to, ether)]);
        }
        let same = [
            r#"{"balance": "1", "nonce": "0x2", "code": "0x6001", "storage": {"0x1": "0x2", "03": "0x00"}}"#,
            r#"{"balance": 1, "nonce": 2, "code": "0x6001", "storage": {"0001": "02"}, "builtin": {}}"#,
        ];
        let roots = same.map(|account| one(account).unwrap().state_root());
        assert_eq!(roots[0], roots[1]);
        assert_ne!(roots[0], one(r#"{"balance": "1"}"#).unwrap().state_root());
        let parity = format!(
            r#"{{"accounts": {{"0x{ONE}": {{"balance": "1", "builtin": {{"name": "x"}}}},
                "0x{}": {{"builtin": {{"name": "y"}}}}}}}}"#,
            ONE.replace('a', "b")
        );
        let parity = Genesis::read(parity.as_bytes()).unwrap();
        assert_eq!(parity, one(r#"{"balance": "0x1"}"#).unwrap());
    }

    #[test]
    fn nobody_is_a_state_as_well() {
        let nobody = read("{}").unwrap();
        assert_eq!(nobody.state_root(), alloy_trie::EMPTY_ROOT_HASH);
        assert_eq!(nobody.transfers(), []);
        // An account of nothing is in the trie all the same.
        let nothing = one("{}").unwrap();
        assert_ne!(nothing.state_root(), nobody.state_root());
        assert_eq!(nothing.transfers(), []);
    }

    #[test]
    fn what_is_no_allocation_is_refused_by_account_and_line() {
        let twice = format!("{{\"{ONE}\": {{}}, \"0x{}\": {{}}}}", ONE.to_uppercase());
        let too_large = format!("{{\"balance\": \"0x1{}\"}}", "0".repeat(64));
        let digits = format!("{{\"balance\": {}}}", "9".repeat(100_000));
        for (alloc, word) in [
            ("[]", "an address for each name"),
            ("{\"0x12\": {}}", "0x12: not an address"),
            (
                "{\"0x0x000000000000000000000000000000000000a1\": {}}",
                "not an address",
            ),
            (&*twice, "told twice"),
        ] {
            let error = read(alloc).err().unwrap().to_string();
            assert!(error.contains(word) && error.contains("line 2"), "{error}");
        }
        for (account, word) in [
            (r#"{"balance": "ten"}"#, "\"ten\" is no number"),
            (r#"{"balance": ""}"#, "is no number"),
            (r#"{"balance": "-1"}"#, "is no number"),
            (r#"{"balance": 1e3}"#, "is no number"),
            (r#"{"balance": 1.5}"#, "is no number"),
            (r#"{"balance": "1_000"}"#, "is no number"),
            (r#"{"balance": {}}"#, "is no number"),
            (&*too_large, "is no number"),
            (&*digits, "is no number"),
            (
                r#"{"nonce": "0x10000000000000000"}"#,
                "does not fit 64 bits",
            ),
            (r#"{"code": "0x6"}"#, "valid hex"),
            (r#"{"storage": {"0x1": 2}}"#, "expected a string"),
            (r#"{"storage": {"xyz": "0x2"}}"#, "xyz: not a place"),
            (r#"{"storage": {"0x1": "0x2", "1": "0x2"}}"#, "told twice"),
            (r#"{"constructor": "0x6001"}"#, "constructor"),
            (r#"{"balance": "1", "balance": "2"}"#, "duplicate field"),
        ] {
            let error = one(account).err().unwrap().to_string();
            let is_named = error.contains(ONE) && error.contains("line 2");
            assert!(is_named && error.contains(word), "{account}: {error}");
            assert!(error.len() < 400, "{} bytes", error.len());
        }
        for text in [
            "",
            "{}",
            "[]",
            "null",
            "{\"alloc\": {}, \"accounts\": {}}",
            "{\"alloc\": null}",
        ] {
            assert!(Genesis::read(text.as_bytes()).is_err(), "{text}");
        }
        let deep = "[".repeat(100_000);
        assert!(one(&format!("{{\"more\": {deep}}}")).is_err());
    }
}
