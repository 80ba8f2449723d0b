//! Recorded events of chains of accounts, for measuring rules on. Where they lie is said in
//! [`recorded`](crate::recorded).

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::RawValue;
use trace_core::model::account::{Address, B256, U256};

use crate::recorded::Result;

/// No member of the archives is larger when unpacked.
const MEMBER_BYTES_MAX: usize = 1 << 28;

/// What one pool of Tornado Cash said.
#[derive(Debug)]
pub struct RecordedPool {
    /// The chain's number: 1 Ethereum, 10 Optimism, 42161 Arbitrum.
    pub chain: u64,
    /// As the file is named: `eth_0.1`.
    pub name: String,
    /// What went in.
    pub deposits: Vec<PoolEvent>,
    /// What came out.
    pub withdrawals: Vec<PoolEvent>,
}

/// A deposit, or a withdrawal.
#[derive(Debug)]
pub struct PoolEvent {
    /// Height of the block.
    pub height: u32,
    /// Its index among the events of the block.
    pub log_index: u32,
    /// The transaction.
    pub hash: B256,
    /// Who put in, or who got what came out.
    pub account: Address,
    /// What a relayer got, in units of the asset; 0 of a deposit.
    pub fee: U256,
}

/// A deposit at a bridge, as its event tells it.
#[derive(Debug)]
pub struct BridgeDeposit {
    /// Who paid.
    pub sender: Address,
    /// Who is to be paid on the other chain.
    pub receiver: Address,
    /// The token.
    pub token: Address,
    /// How much.
    pub amount: U256,
    /// The transaction.
    pub hash: B256,
}

/// The events of every pool, in the order of their files' names.
///
/// # Errors
/// When the folder is not there or not what it should be.
pub fn pools(folder: &Path) -> Result<Vec<RecordedPool>> {
    let folder = folder.join("ethereum/tornado/2024-04-24");
    let mut names = Vec::new();
    for file in fs::read_dir(&folder)? {
        let name = file?.file_name().to_string_lossy().into_owned();
        names.extend(name.strip_prefix("deposits_").map(str::to_owned));
    }
    names.sort();
    let mut pools = Vec::new();
    for file in names {
        let stem = file.strip_suffix(".json.zip").unwrap_or(&file);
        let (chain, name) = stem.split_once('_').ok_or("a pool without a chain")?;
        let deposits: Vec<DepositRow> = unpacked(&folder.join(format!("deposits_{file}")))?;
        let withdrawals: Vec<WithdrawalRow> =
            unpacked(&folder.join(format!("withdrawals_{file}")))?;
        pools.push(RecordedPool {
            chain: chain.parse()?,
            name: name.to_owned(),
            deposits: deposits
                .iter()
                .map(DepositRow::read)
                .collect::<Result<_>>()?,
            withdrawals: withdrawals
                .iter()
                .map(WithdrawalRow::read)
                .collect::<Result<_>>()?,
        });
    }
    Ok(pools)
}

/// The deposits at the bridge Celer that went from Ethereum to Polygon, in the order of the file.
///
/// # Errors
/// As [`pools`].
pub fn bridge_deposits(folder: &Path) -> Result<Vec<BridgeDeposit>> {
    let file = folder.join("ethereum/bridge-celer-polygon/sample.json");
    let rows: Vec<BridgeRow> = serde_json::from_slice(&fs::read(file)?)?;
    rows.iter().map(BridgeRow::read).collect()
}

/// The input of the transactions on Polygon by which these were paid out, in the order of the
/// file, which is not that of the deposits.
///
/// # Errors
/// As [`pools`].
pub fn bridge_inputs(folder: &Path) -> Result<Vec<Vec<u8>>> {
    let file = folder.join("ethereum/bridge-celer-polygon/input.csv");
    let text = fs::read_to_string(file)?;
    let inputs = text.lines().filter_map(|line| line.split_once(",0x"));
    inputs.map(|(_, input)| bytes(input)).collect()
}

/// What a node said of one block.
#[derive(Debug)]
pub struct RecordedBlock {
    /// The block's hash.
    pub hash: B256,
    /// The `result` of `eth_getBlockByNumber` with whole transactions.
    pub block: Vec<u8>,
    /// That of `eth_getBlockReceipts`.
    pub receipts: Vec<u8>,
}

/// Block 18 000 000 of Ethereum.
///
/// # Errors
/// As [`pools`].
pub fn block_18_000_000(folder: &Path) -> Result<RecordedBlock> {
    let folder = folder.join("ethereum/mainnet-rpc");
    let result = |file: &str| -> Result<Value> {
        let mut exchanges: Value = serde_json::from_slice(&fs::read(folder.join(file))?)?;
        let result = exchanges.pointer_mut("/0/response/result");
        Ok(result
            .ok_or_else(|| format!("{file} holds no result"))?
            .take())
    };
    let block = result("eth_getBlockByNumber/test_08.json")?;
    let hash = block.get("hash").and_then(Value::as_str);
    Ok(RecordedBlock {
        hash: hash.ok_or("a block without a hash")?.parse()?,
        block: serde_json::to_vec(&block)?,
        receipts: serde_json::to_vec(&result("eth_getBlockReceipts/test_02.json")?)?,
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DepositRow {
    block_number: u32,
    log_index: u32,
    transaction_hash: String,
    from: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WithdrawalRow {
    block_number: u32,
    log_index: u32,
    transaction_hash: String,
    to: String,
    fee: String,
}

#[derive(Deserialize)]
struct BridgeRow {
    args: BridgeArguments,
    txhash: String,
}

#[derive(Deserialize)]
struct BridgeArguments {
    sender: String,
    receiver: String,
    /// Larger than any number that can be read as such.
    amount: Box<RawValue>,
    asset_s: String,
}

impl DepositRow {
    fn read(&self) -> Result<PoolEvent> {
        Ok(PoolEvent {
            height: self.block_number,
            log_index: self.log_index,
            hash: self.transaction_hash.parse()?,
            account: self.from.parse()?,
            fee: U256::ZERO,
        })
    }
}

impl WithdrawalRow {
    fn read(&self) -> Result<PoolEvent> {
        Ok(PoolEvent {
            height: self.block_number,
            log_index: self.log_index,
            hash: self.transaction_hash.parse()?,
            account: self.to.parse()?,
            fee: self.fee.parse()?,
        })
    }
}

impl BridgeRow {
    fn read(&self) -> Result<BridgeDeposit> {
        Ok(BridgeDeposit {
            sender: self.args.sender.parse()?,
            receiver: self.args.receiver.parse()?,
            token: self.args.asset_s.parse()?,
            amount: self.args.amount.get().parse()?,
            hash: self.txhash.parse()?,
        })
    }
}

/// The one member of a zip archive. Its first header says where it begins; the stream itself says
/// where it ends.
fn unpacked<T: DeserializeOwned>(file: &Path) -> Result<T> {
    let archive = fs::read(file)?;
    let length = |at: usize| {
        let bytes = archive
            .get(at..at + 2)
            .and_then(|bytes| bytes.try_into().ok());
        bytes.map(u16::from_le_bytes).map(usize::from)
    };
    let is_deflated = archive.starts_with(b"PK\x03\x04") && length(8) == Some(8);
    let (Some(name), Some(extra), true) = (length(26), length(28), is_deflated) else {
        return Err(format!("{} is no zip archive that can be read", file.display()).into());
    };
    let packed = archive.get(30 + name + extra..).unwrap_or_default();
    let bytes = miniz_oxide::inflate::decompress_to_vec_with_limit(packed, MEMBER_BYTES_MAX)
        .map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(serde_json::from_slice(&bytes)?)
}

fn bytes(hex: &str) -> Result<Vec<u8>> {
    let digits = hex.trim().as_bytes().chunks(2);
    let byte =
        |digits: &[u8]| -> Result<u8> { Ok(u8::from_str_radix(std::str::from_utf8(digits)?, 16)?) };
    digits.map(byte).collect()
}

/// What a call of `relay` on the other side says, by the numbers of its fields.
///
/// # Errors
/// When it is not such a call.
pub fn relay_fields(input: &[u8]) -> Result<BTreeMap<u64, RelayField>> {
    let arguments = input.get(4..).ok_or("no arguments")?;
    let word = |at: usize| -> Result<usize> {
        let word = arguments
            .get(at..at.saturating_add(32))
            .ok_or("arguments end early")?;
        Ok(usize::try_from(
            U256::try_from_be_slice(word).ok_or("no word")?,
        )?)
    };
    let start = word(0)?;
    let length = word(start)?;
    let message = start.saturating_add(32);
    let message = arguments.get(message..message.saturating_add(length));
    let mut rest = message.ok_or("the message ends early")?;
    let mut fields = BTreeMap::new();
    while !rest.is_empty() {
        let tag = varint(&mut rest)?;
        let field = match tag & 7 {
            0 => RelayField::Number(varint(&mut rest)?),
            2 => {
                let length = usize::try_from(varint(&mut rest)?)?;
                let (bytes, behind) = rest.split_at_checked(length).ok_or("a field ends early")?;
                rest = behind;
                RelayField::Bytes(bytes.to_vec())
            }
            _ => return Err("a field of another type".into()),
        };
        fields.insert(tag >> 3, field);
    }
    Ok(fields)
}

/// A field of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RelayField {
    /// A number.
    Number(u64),
    /// An address, an amount (big end first) or a hash.
    Bytes(Vec<u8>),
}

fn varint(rest: &mut &[u8]) -> Result<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (byte, behind) = rest.split_first().ok_or("a number ends early")?;
        *rest = behind;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Ok(number);
        }
    }
    Err("a number without end".into())
}
