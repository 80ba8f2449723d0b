//! Keys that follow from a name, the scripts they open, and the signatures they give.

use std::sync::LazyLock;

use bitcoin::hashes::{Hash, sha256};
use bitcoin::key::{Keypair, Secp256k1, TapTweak};
use bitcoin::opcodes::all::{OP_CHECKMULTISIG, OP_PUSHNUM_1, OP_PUSHNUM_2};
use bitcoin::script::{Builder, PushBytesBuf};
use bitcoin::secp256k1::{All, Message, SecretKey};
use bitcoin::sighash::{EcdsaSighashType, Prevouts, SighashCache, TapSighashType};
use bitcoin::{CompressedPublicKey, PublicKey, ScriptBuf, Transaction, TxOut, Witness};

static SECP: LazyLock<Secp256k1<All>> = LazyLock::new(Secp256k1::new);

/// In which script a key is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    P2pk,
    P2pkh,
    P2shP2wpkh,
    P2wpkh,
    P2tr,
}

/// A private key and the script it is used in.
#[derive(Clone, Debug)]
pub(super) struct Key {
    secret: SecretKey,
    form: Form,
}

/// What must be shown to spend an output.
#[derive(Clone, Debug)]
pub(super) enum Lock {
    /// A signature of one key.
    Key(Key),
    /// A signature of one of two keys, in a bare multisig script.
    OneOfTwo(Key, Key),
    /// Anything, as far as this economy spends it: it does not.
    Script(ScriptBuf),
}

impl Key {
    /// The key that everybody can work out from `name`.
    pub(super) fn named(name: &str, form: Form) -> Self {
        let digest = sha256::Hash::hash(format!("trace economy: {name}").as_bytes());
        let secret = SecretKey::from_slice(&digest.to_byte_array())
            .expect("a hash is 0 or beyond the curve's order once in 2^127");
        Self { secret, form }
    }

    fn public(&self) -> CompressedPublicKey {
        CompressedPublicKey(self.secret.public_key(&SECP))
    }

    fn script(&self) -> ScriptBuf {
        let public = self.public();
        match self.form {
            Form::P2pk => ScriptBuf::new_p2pk(&PublicKey::from(public)),
            Form::P2pkh => ScriptBuf::new_p2pkh(&public.pubkey_hash()),
            Form::P2shP2wpkh => self.witness_script().to_p2sh(),
            Form::P2wpkh => self.witness_script(),
            Form::P2tr => ScriptBuf::new_p2tr(&SECP, public.0.x_only_public_key().0, None),
        }
    }

    fn witness_script(&self) -> ScriptBuf {
        ScriptBuf::new_p2wpkh(&self.public().wpubkey_hash())
    }

    fn ecdsa(&self, digest: [u8; 32], low_r: bool) -> bitcoin::ecdsa::Signature {
        let message = Message::from_digest(digest);
        let signature = if low_r {
            SECP.sign_ecdsa_low_r(&message, &self.secret)
        } else {
            SECP.sign_ecdsa(&message, &self.secret)
        };
        bitcoin::ecdsa::Signature::sighash_all(signature)
    }

    fn schnorr(&self, digest: [u8; 32]) -> bitcoin::taproot::Signature {
        let pair = Keypair::from_secret_key(&SECP, &self.secret)
            .tap_tweak(&SECP, None)
            .to_keypair();
        bitcoin::taproot::Signature {
            signature: SECP.sign_schnorr_no_aux_rand(&Message::from_digest(digest), &pair),
            sighash_type: TapSighashType::Default,
        }
    }
}

impl Lock {
    /// The output script.
    pub(super) fn script(&self) -> ScriptBuf {
        match self {
            Self::Key(key) => key.script(),
            Self::OneOfTwo(a, b) => Builder::new()
                .push_opcode(OP_PUSHNUM_1)
                .push_key(&a.public().into())
                .push_key(&b.public().into())
                .push_opcode(OP_PUSHNUM_2)
                .push_opcode(OP_CHECKMULTISIG)
                .into_script(),
            Self::Script(script) => script.clone(),
        }
    }

    /// The weight of an input that opens this lock, at most.
    pub(super) fn input_weight(&self) -> u64 {
        match self {
            Self::Key(key) => match key.form {
                Form::P2pk => 456,
                Form::P2pkh => 596,
                Form::P2shP2wpkh => 368,
                Form::P2wpkh => 273,
                Form::P2tr => 231,
            },
            Self::OneOfTwo(..) => 460,
            Self::Script(_) => 164,
        }
    }
}

/// Signs every input of `transaction`, whose outputs to spend are `prevouts` behind `locks`.
pub(super) fn sign(transaction: &mut Transaction, prevouts: &[TxOut], locks: &[Lock], low_r: bool) {
    let unsigned = transaction.clone();
    for (index, (input, lock)) in transaction.input.iter_mut().zip(locks).enumerate() {
        (input.script_sig, input.witness) = opening(&unsigned, prevouts, index, lock, low_r);
    }
}

/// What opens `lock` in input `index`.
fn opening(
    unsigned: &Transaction,
    prevouts: &[TxOut],
    index: usize,
    lock: &Lock,
    low_r: bool,
) -> (ScriptBuf, Witness) {
    const FITS: &str = "there is one prevout an input";
    let mut cache = SighashCache::new(unsigned);
    let legacy = |script: &ScriptBuf| {
        cache
            .legacy_signature_hash(index, script, EcdsaSighashType::All.to_u32())
            .expect(FITS)
            .to_byte_array()
    };
    let key = match lock {
        Lock::Key(key) => key,
        Lock::OneOfTwo(first, _) => {
            let signature = first.ecdsa(legacy(&lock.script()), low_r).serialize();
            let opening = Builder::new().push_int(0).push_slice(signature);
            return (opening.into_script(), Witness::new());
        }
        Lock::Script(_) => return (ScriptBuf::new(), Witness::new()),
    };
    match key.form {
        Form::P2pk | Form::P2pkh => {
            let signature = key.ecdsa(legacy(&lock.script()), low_r).serialize();
            let opening = Builder::new().push_slice(signature);
            let opening = if key.form == Form::P2pkh {
                opening.push_key(&key.public().into())
            } else {
                opening
            };
            (opening.into_script(), Witness::new())
        }
        Form::P2wpkh | Form::P2shP2wpkh => {
            let script = key.witness_script();
            let value = prevouts.get(index).expect(FITS).value;
            let digest = cache
                .p2wpkh_signature_hash(index, &script, value, EcdsaSighashType::All)
                .expect(FITS)
                .to_byte_array();
            let witness = Witness::p2wpkh(&key.ecdsa(digest, low_r), &key.public().0);
            let opening = if key.form == Form::P2wpkh {
                ScriptBuf::new()
            } else {
                let redeem = PushBytesBuf::try_from(script.into_bytes());
                Builder::new()
                    .push_slice(redeem.expect("22 bytes can be pushed"))
                    .into_script()
            };
            (opening, witness)
        }
        Form::P2tr => {
            let digest = cache
                .taproot_key_spend_signature_hash(
                    index,
                    &Prevouts::All(prevouts),
                    TapSighashType::Default,
                )
                .expect(FITS)
                .to_byte_array();
            (
                ScriptBuf::new(),
                Witness::p2tr_key_spend(&key.schnorr(digest)),
            )
        }
    }
}
