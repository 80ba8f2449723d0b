//! Keys that follow from a name, their addresses, and the transactions that they sign.

use std::sync::LazyLock;

use alloy_consensus::{
    SignableTransaction, TxEip1559, TxEip2930, TxEnvelope, TxLegacy,
    transaction::RlpEcdsaEncodableTx,
};
use alloy_eips::Encodable2718 as _;
use alloy_primitives::{Address, B256, Bytes, Signature, TxKind, U256, keccak256};
use bitcoin::secp256k1::{All, Message, Secp256k1, SecretKey};

use crate::evm_node::{CHAIN, FAUCET_KEY};

static SECP: LazyLock<Secp256k1<All>> = LazyLock::new(Secp256k1::new);

/// Somebody who signs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Account {
    secret: SecretKey,
    pub(super) address: Address,
}

/// What a unit of gas is offered, in wei, and in which form.
#[derive(Clone, Copy, Debug)]
pub(super) enum Pricing {
    /// Before EIP-1559: exactly so much.
    Legacy(u128),
    /// The same in the form of EIP-2930.
    AccessList(u128),
    /// At most so much, of which so much for the block's maker.
    Dynamic { most: u128, priority: u128 },
}

/// A transaction to be signed.
#[derive(Clone, Debug)]
pub(super) struct Unsigned {
    pub(super) nonce: u64,
    pub(super) pricing: Pricing,
    pub(super) gas: u64,
    pub(super) to: Option<Address>,
    pub(super) value: U256,
    pub(super) input: Vec<u8>,
}

impl Account {
    /// The key that everybody can work out from `name`.
    pub(super) fn named(name: &str) -> Self {
        Self::of(keccak256(format!("trace economy of accounts: {name}")).0)
    }

    /// Whom the genesis block gives ether.
    pub(super) fn faucet() -> Self {
        Self::of(FAUCET_KEY)
    }

    fn of(key: [u8; 32]) -> Self {
        let secret = SecretKey::from_slice(&key)
            .expect("a hash is 0 or beyond the curve's order once in 2^127");
        let public = secret.public_key(&SECP).serialize_uncompressed();
        let (_, point) = public.split_at(1);
        Self {
            secret,
            address: Address::from_raw_public_key(point),
        }
    }

    /// The transaction as it is handed to a node, and its hash.
    pub(super) fn sign(&self, unsigned: Unsigned) -> (Vec<u8>, B256) {
        let Unsigned {
            nonce,
            pricing,
            gas: gas_limit,
            to,
            value,
            input,
        } = unsigned;
        let to = to.map_or(TxKind::Create, TxKind::Call);
        let input = Bytes::from(input);
        let envelope = match pricing {
            Pricing::Legacy(gas_price) => self.signed(TxLegacy {
                chain_id: Some(CHAIN),
                nonce,
                gas_price,
                gas_limit,
                to,
                value,
                input,
            }),
            Pricing::AccessList(gas_price) => self.signed(TxEip2930 {
                chain_id: CHAIN,
                nonce,
                gas_price,
                gas_limit,
                to,
                value,
                input,
                ..TxEip2930::default()
            }),
            Pricing::Dynamic { most, priority } => self.signed(TxEip1559 {
                chain_id: CHAIN,
                nonce,
                max_fee_per_gas: most,
                max_priority_fee_per_gas: priority,
                gas_limit,
                to,
                value,
                input,
                ..TxEip1559::default()
            }),
        };
        (envelope.encoded_2718(), *envelope.tx_hash())
    }

    fn signed<T>(&self, transaction: T) -> TxEnvelope
    where
        T: SignableTransaction<Signature> + RlpEcdsaEncodableTx,
        TxEnvelope: From<alloy_consensus::Signed<T>>,
    {
        let message = Message::from_digest(transaction.signature_hash().0);
        let signature = SECP.sign_ecdsa_recoverable(&message, &self.secret);
        let (recovery, bytes) = signature.serialize_compact();
        let (r, s) = bytes.split_at(32);
        let signature = Signature::new(
            U256::from_be_slice(r),
            U256::from_be_slice(s),
            recovery.to_i32() & 1 == 1,
        );
        transaction.into_signed(signature).into()
    }
}
