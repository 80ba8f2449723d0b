//! A chain of accounts, made and recorded.

use std::path::Path;
use std::sync::LazyLock;
use std::sync::atomic::AtomicBool;

use alloy_consensus::proofs::{
    calculate_ommers_root, calculate_receipt_root, calculate_transaction_root,
    calculate_withdrawals_root,
};
use alloy_consensus::{
    Block, BlockBody, Header, Receipt, ReceiptEnvelope, SignableTransaction as _, TxEip1559,
    TxEnvelope, TxLegacy,
};
use alloy_eips::Encodable2718;
use alloy_eips::eip4895::{Withdrawal, Withdrawals};
use alloy_primitives::{Address, B256, Log, LogData, Signature, TxKind, U256, keccak256};
use serde_json::Value;
use testdata::{evm_economy, evm_node};
use trace_core::ingest::{IngestError, Ingested, Plan, Progress, ingest_accounts};
use trace_core::ledger::account::{Ledger, Writer, verify};
use trace_core::model::{BlockHash, BlockRef, ChainId};
use trace_core::normalise::{RawAccountBlock, RawCalls, RawReceipts, account_block};
use trace_core::source::{AccountBlockSource, Interruption, Limits, connect};

use super::given::Given;
use super::kind::Kind;
use super::serialised;
use super::source::Source;

const GAS: u64 = 21_000;
const BASE_FEE: u64 = 7;

#[derive(Clone, Copy)]
pub(crate) struct Accounts;

/// The scripted economy as a node told it.
fn economy() -> Given<Accounts> {
    let file = evm_economy::shipped().join("economy.recording");
    let uri = format!("recording:{}", file.display()).parse().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(async {
        let source = connect(&uri, &Limits::default(), Interruption::default()).await;
        let blocks = source.unwrap().account_blocks.unwrap();
        let tip = blocks.tip().await.unwrap();
        let mut given = Given::new(ChainId(evm_node::CHAIN));
        let refs = blocks.refs(0, tip.height).await.unwrap();
        for raw in blocks.blocks(&refs).await {
            let raw = raw.unwrap();
            given.push(raw.at, raw);
        }
        given
    })
}

/// A payment in the oldest form and a call that moves a token, with their receipts. Whoever their
/// signatures are of has sent them.
fn transactions(height: u32, name: u8) -> (Vec<TxEnvelope>, Vec<ReceiptEnvelope>) {
    let signature = Signature::test_signature();
    let value = U256::from(1_000 * u64::from(height) + u64::from(name));
    let [payee, token] = [0x22, 0x33].map(Address::repeat_byte);
    let payment = TxLegacy {
        chain_id: Some(Accounts::CHAIN.0),
        nonce: height.into(),
        gas_price: 10,
        gas_limit: GAS,
        to: TxKind::Call(payee),
        value,
        ..TxLegacy::default()
    };
    let call = TxEip1559 {
        chain_id: Accounts::CHAIN.0,
        nonce: height.into(),
        gas_limit: GAS,
        max_fee_per_gas: 12,
        max_priority_fee_per_gas: 3,
        to: TxKind::Call(token),
        input: [0xa9, 0x05, 0x9c, 0xbb, name].into(),
        ..TxEip1559::default()
    };
    let topics = vec![
        keccak256("Transfer(address,address,uint256)"),
        Address::repeat_byte(name).into_word(),
        payee.into_word(),
    ];
    let data = B256::from(value).to_vec().into();
    let moved = Log {
        address: token,
        data: LogData::new_unchecked(topics, data),
    };
    let receipt = |number: u64, logs| Receipt {
        status: true.into(),
        cumulative_gas_used: number * GAS,
        logs,
    };
    let receipts = vec![
        ReceiptEnvelope::Legacy(receipt(1, Vec::new()).into()),
        ReceiptEnvelope::Eip1559(receipt(2, vec![moved]).into()),
    ];
    let transactions = vec![
        payment.into_signed(signature).into(),
        call.into_signed(signature).into(),
    ];
    (transactions, receipts)
}

/// As if the beacon chain took over and gave back at every height: odd ones pay withdrawals, even
/// ones have an uncle.
fn made(previous: BlockHash, height: u32, name: u8) -> (Block<TxEnvelope>, Vec<ReceiptEnvelope>) {
    let (transactions, receipts) = transactions(height, name);
    let has_uncle = height > 0 && height.is_multiple_of(2);
    let uncle = Header {
        number: u64::from(height).saturating_sub(1),
        beneficiary: Address::repeat_byte(0x44),
        extra_data: vec![name].into(),
        ..Header::default()
    };
    let withdrawal = Withdrawal {
        index: height.into(),
        validator_index: 5,
        address: Address::repeat_byte(0x55),
        amount: name.into(),
    };
    let body = BlockBody {
        transactions,
        ommers: if has_uncle { vec![uncle] } else { Vec::new() },
        withdrawals: (!has_uncle).then(|| Withdrawals::new(vec![withdrawal])),
    };
    let blooms = receipts.iter().map(|receipt| *receipt.logs_bloom());
    let header = Header {
        parent_hash: previous.shown().into(),
        ommers_hash: calculate_ommers_root(&body.ommers),
        beneficiary: Address::repeat_byte(0x66),
        state_root: B256::repeat_byte(0x77),
        transactions_root: calculate_transaction_root(&body.transactions),
        receipts_root: calculate_receipt_root(&receipts),
        logs_bloom: blooms.reduce(|all, bloom| all | bloom).unwrap(),
        number: height.into(),
        gas_limit: 30_000_000,
        gas_used: 2 * GAS,
        timestamp: 12 * u64::from(height),
        extra_data: vec![name].into(),
        base_fee_per_gas: Some(BASE_FEE),
        withdrawals_root: body
            .withdrawals
            .as_ref()
            .map(|paid| calculate_withdrawals_root(paid)),
        ..Header::default()
    };
    (Block { header, body }, receipts)
}

impl Kind for Accounts {
    type Chain = ChainId;
    type Raw = RawAccountBlock;
    type Source = dyn AccountBlockSource;
    type Writer = Writer;

    /// Uncles are rewarded and prices of gas held against the rules on no other.
    const CHAIN: ChainId = ChainId(1);
    const OTHER: ChainId = ChainId(5);

    fn whole() -> Given<Self> {
        static WHOLE: LazyLock<Given<Accounts>> = LazyLock::new(economy);
        WHOLE.clone()
    }

    fn block(previous: BlockHash, height: u32, name: u8) -> (BlockHash, RawAccountBlock) {
        let (block, receipts) = made(previous, height, name);
        let text = |told: &Value| told.to_string().into_bytes();
        let receipts: Vec<_> = receipts.iter().map(Encodable2718::encoded_2718).collect();
        let receipts = serialised::receipts(&block, &receipts);
        let uncles = block.body.ommers.iter();
        let hash = BlockHash::from_shown(block.header.hash_slow().0);
        let raw = RawAccountBlock {
            at: BlockRef { height, hash },
            block: text(&serialised::told(&block)),
            receipts: RawReceipts::Block(text(&receipts)),
            calls: RawCalls::NotTold,
            uncles: uncles.map(|it| text(&serialised::header(it))).collect(),
        };
        (hash, raw)
    }

    fn rename(raw: &mut RawAccountBlock, at: BlockRef) {
        raw.at = at;
    }

    fn source(source: &Source<Self>) -> &Self::Source {
        source
    }

    fn chain(source: &dyn AccountBlockSource) -> ChainId {
        source.chain()
    }

    fn open(dir: &Path, chain: ChainId) -> Writer {
        Writer::open(dir, chain).unwrap()
    }

    fn tip(writer: &Writer) -> Option<BlockRef> {
        writer.tip()
    }

    fn has(writer: &Writer, hash: BlockHash) -> bool {
        writer.has(hash)
    }

    fn ingest(
        source: &dyn AccountBlockSource,
        writer: &mut Writer,
        plan: Plan,
        progress: &mut dyn FnMut(Progress),
        interrupted: &AtomicBool,
    ) -> Result<Ingested, IngestError> {
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        let done = ingest_accounts(source, None, writer, plan, progress, interrupted);
        runtime.unwrap().block_on(done)
    }

    fn verify(dir: &Path) -> u32 {
        verify(dir, &mut |_, _| ()).unwrap().blocks
    }

    /// Block by block, with all that they hold.
    fn check(dir: &Path, given: &Given<Self>) {
        let ledger = Ledger::open(dir).unwrap();
        let view = ledger.view().unwrap();
        assert_eq!(Some(&view.tip()), given.best.last());
        for at in &given.best {
            let block = account_block(given.chain, &given.blocks[&at.hash]).unwrap();
            assert!(block.checks.all_hold(), "{at:?}: {:?}", block.checks);
            assert_eq!(view.block(at.height).unwrap(), Some(block));
        }
    }
}
