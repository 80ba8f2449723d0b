//! A transaction as it is hashed and signed.

use std::sync::LazyLock;

use alloy_primitives::keccak256;
use alloy_rlp::Encodable;
use bitcoin::secp256k1::ecdsa::{RecoverableSignature, RecoveryId};
use bitcoin::secp256k1::{Message, Secp256k1, VerifyOnly};

use super::list::List;
use crate::model::ChainId;
use crate::model::account::{Address, Check, U256};
use crate::normalise::NormaliseError;
use crate::normalise::evm::told::{ToldAccess, ToldAuthorization, ToldTransaction};

/// The types of transactions up to the fork of Prague (EIP-2718).
pub(super) const LEGACY: u64 = 0;
const WITH_ACCESS_LIST: u64 = 1;
const WITH_PRIORITY_FEE: u64 = 2;
pub(super) const WITH_BLOBS: u64 = 3;
const WITH_AUTHORIZATIONS: u64 = 4;

/// What a transaction is in the serialisation that is hashed.
pub(super) enum Envelope {
    Told(Vec<u8>),
    /// Its type is not known, or nobody signed it: some chains list what they do themselves among
    /// their transactions.
    OtherForm,
    NotTold,
}

/// A transaction's members as they are signed, and its signature.
struct Signed {
    kind: u64,
    members: List,
    /// What is signed behind the members but not sent (EIP-155).
    replay_guard: List,
    v: U256,
    is_odd: bool,
    r: U256,
    s: U256,
}

impl Envelope {
    /// Serialises a transaction, and holds its hash and its sender against it.
    ///
    /// # Errors
    /// When everything is told and it has another hash, or another account signed it.
    pub(super) fn of(chain: ChainId, told: &ToldTransaction) -> Result<Self, NormaliseError> {
        if !is_known(told) {
            return Ok(Self::OtherForm);
        }
        let Some(signed) = Signed::of(chain, told) else {
            return Ok(Self::NotTold);
        };
        let bytes = signed.to_bytes();
        let hash = keccak256(&bytes);
        if hash != told.hash {
            let why = format!("it is told as {}, its members hash to {hash}", told.hash);
            return Err(NormaliseError::new("hash", why));
        }
        match signed.signer() {
            Some(signer) if signer == told.from => Ok(Self::Told(bytes)),
            Some(signer) => {
                let why = format!("it is told to be of {}, signed it has {signer}", told.from);
                Err(NormaliseError::new("from", why))
            }
            None => Err(NormaliseError::new("signature", "it is nobody's")),
        }
    }
}

impl Envelope {
    /// Whether it holds against its own hash.
    pub(super) fn check(&self) -> Check {
        match self {
            Self::Told(_) => Check::Holds,
            Self::OtherForm => Check::OtherForm,
            Self::NotTold => Check::NotTold,
        }
    }

    pub(super) fn bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Told(bytes) => Some(bytes),
            Self::OtherForm | Self::NotTold => None,
        }
    }
}

/// Whether a transaction has a form that Ethereum has.
pub(super) fn is_known(told: &ToldTransaction) -> bool {
    let is_unsigned = [told.r, told.s]
        .iter()
        .all(|it| it.is_some_and(|it| it.0.is_zero()));
    told.is_of_ethereum() && !is_unsigned
}

impl Signed {
    /// `None` where a member is missing.
    fn of(chain: ChainId, told: &ToldTransaction) -> Option<Self> {
        let kind = told.type_number();
        let (r, s) = (told.r?.0, told.s?.0);
        let named = told.chain_id.map(|named| named.0);
        let mut signed = Self {
            kind,
            members: List::default(),
            replay_guard: List::default(),
            v: U256::ZERO,
            is_odd: false,
            r,
            s,
        };
        if kind == LEGACY {
            signed.read_v(told.v?.0);
        } else {
            let parity = told.y_parity.map(|it| U256::from(it.0));
            signed.v = parity.or(told.v.map(|it| it.0))?;
            signed.is_odd = !signed.v.is_zero();
            signed
                .members
                .push(&named.unwrap_or_else(|| U256::from(chain.0)));
        }
        signed.add_members(told)?;
        Some(signed)
    }

    /// Before EIP-155 `v` says the parity alone, since then the number of the chain as well.
    fn read_v(&mut self, v: U256) {
        self.v = v;
        let (parity_from, chain) = match v.checked_sub(U256::from(35)) {
            Some(rest) => (U256::from(35), Some(rest >> 1)),
            None => (U256::from(27), None),
        };
        self.is_odd = v.wrapping_sub(parity_from).bit(0);
        if let Some(chain) = chain {
            self.replay_guard = [chain, U256::ZERO, U256::ZERO].into_iter().collect();
        }
    }

    fn add_members(&mut self, told: &ToldTransaction) -> Option<()> {
        let kind = self.kind;
        let mut push = |item: &dyn Encodable| self.members.push(item);
        push(&told.nonce.0);
        if kind >= WITH_PRIORITY_FEE {
            push(&told.max_priority_fee_per_gas?.0);
            push(&told.max_fee_per_gas?.0);
        } else {
            push(&told.gas_price?.0);
        }
        push(&told.gas.0);
        match &told.to {
            Some(to) => push(to),
            None => push(&""),
        }
        push(&told.value.0);
        push(&told.input());
        if kind >= WITH_ACCESS_LIST {
            self.members
                .push_list(&accesses(told.access_list.as_ref()?));
        }
        if kind == WITH_BLOBS {
            self.members.push(&told.max_fee_per_blob_gas?.0);
            let blobs = told.blob_versioned_hashes.as_ref()?;
            self.members.push_list(&blobs.iter().collect());
        }
        if kind == WITH_AUTHORIZATIONS {
            let authorizations = told.authorization_list.as_ref()?;
            self.members
                .push_list(&self::authorizations(authorizations)?);
        }
        Some(())
    }

    /// As it is sent.
    fn to_bytes(&self) -> Vec<u8> {
        let mut members = self.members.clone();
        for item in [self.v, self.r, self.s] {
            members.push(&item);
        }
        self.typed(&members)
    }

    fn typed(&self, members: &List) -> Vec<u8> {
        let mut bytes = Vec::new();
        if self.kind != LEGACY {
            // Known types fit a byte, and one below 128 is its own serialisation.
            self.kind.encode(&mut bytes);
        }
        bytes.extend(members.to_bytes());
        bytes
    }

    /// Who signed it; `None` where no key could have.
    fn signer(&self) -> Option<Address> {
        static CURVE: LazyLock<Secp256k1<VerifyOnly>> = LazyLock::new(Secp256k1::verification_only);
        let mut members = self.members.clone();
        members.extend(&self.replay_guard);
        let message = Message::from_digest(keccak256(self.typed(&members)).0);
        let mut signature = [0; 64];
        let (r, s) = signature.split_at_mut(32);
        r.copy_from_slice(&self.r.to_be_bytes::<32>());
        s.copy_from_slice(&self.s.to_be_bytes::<32>());
        let recovery = RecoveryId::from_i32(self.is_odd.into()).ok()?;
        let signature = RecoverableSignature::from_compact(&signature, recovery).ok()?;
        let key = CURVE.recover_ecdsa(&message, &signature).ok()?;
        let point = key.serialize_uncompressed();
        let (_, coordinates) = point.split_first()?;
        Some(Address::from_word(keccak256(coordinates)))
    }
}

fn accesses(told: &[ToldAccess]) -> List {
    let mut all = List::default();
    for access in told {
        let mut each = List::default();
        each.push(&access.address);
        each.push_list(&access.storage_keys.iter().collect());
        all.push_list(&each);
    }
    all
}

fn authorizations(told: &[ToldAuthorization]) -> Option<List> {
    let mut all = List::default();
    for it in told {
        let mut each = List::default();
        for item in [
            &it.chain_id.0 as &dyn Encodable,
            &it.address,
            &it.nonce.0,
            &it.y_parity.or(it.v)?.0,
            &it.r.0,
            &it.s.0,
        ] {
            each.push(item);
        }
        all.push_list(&each);
    }
    Some(all)
}
