//! Who can spend an output, named by the script itself.

use std::fmt;

use bitcoin::hashes::{Hash, hash160};
use bitcoin::{Script, ScriptBuf};

use super::{BitcoinNetwork, ScriptKind};

/// RIPEMD-160 of the SHA-256 of a serialised public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyHash(pub [u8; 20]);

/// An output script, as the name of whoever can spend it.
///
/// Two outputs have the same address exactly when their scripts are the same bytes. Scripts
/// of different form that one key can spend are different addresses; that they are one
/// owner's is a claim like any other, made from [`Address::key_hashes`].
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address {
    kind: ScriptKind,
    script: Box<[u8]>,
}

/// Text that names no address of the network.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Neither an address, nor `pk(…)`, nor `raw(…)`.
    #[error("{0:?} is not an address")]
    NotAnAddress(String),
    /// An address of another network.
    #[error("{0:?} is an address of another network")]
    OtherNetwork(String),
    /// An address of an account whose letters' cases are not those of its checksum (EIP-55).
    #[error("{0:?} has a wrong checksum: a digit is not what was meant")]
    Checksum(String),
    /// A script that nobody can spend has no address.
    #[error("{0:?} is a script that nobody can spend")]
    Unspendable(String),
}

impl Address {
    /// The address of a script, or `None` when nobody can spend it.
    pub fn of_script(script: &[u8]) -> Option<Self> {
        let kind = ScriptKind::of(script);
        kind.is_spendable().then(|| Self {
            kind,
            script: script.into(),
        })
    }

    /// Reads an address as a person writes it: base58, bech32 or bech32m, or for scripts
    /// that have no such text the descriptors `pk(KEY)` and `raw(HEX)` (BIP 381, 385).
    ///
    /// # Errors
    /// When the text names no spendable script, or one of another network.
    pub fn parse(text: &str, network: BitcoinNetwork) -> Result<Self, AddressError> {
        let refused = || AddressError::NotAnAddress(text.to_owned());
        let script = if let Some(hex) = inside(text, "raw(") {
            ScriptBuf::from_hex(hex).map_err(|_| refused())?
        } else if let Some(hex) = inside(text, "pk(") {
            // Read as bytes, not as a point of the curve: the chain holds P2PK outputs whose
            // key is no point, and they have a name all the same.
            let length = hex.len() / 2;
            let script =
                ScriptBuf::from_hex(&format!("{length:02x}{hex}ac")).map_err(|_| refused())?;
            if !script.is_p2pk() {
                return Err(refused());
            }
            script
        } else {
            let address: bitcoin::Address<_> = text.parse().map_err(|_| refused())?;
            address
                .require_network(network.into())
                .map_err(|_| AddressError::OtherNetwork(text.to_owned()))?
                .script_pubkey()
        };
        Self::of_script(script.as_bytes()).ok_or_else(|| AddressError::Unspendable(text.to_owned()))
    }

    /// The form of the script.
    pub fn kind(&self) -> ScriptKind {
        self.kind
    }

    /// The script itself.
    pub fn script(&self) -> &[u8] {
        &self.script
    }

    /// The hashes of the public keys that alone can spend this script, as far as the script
    /// itself shows: one for P2PKH and P2WPKH; for P2PK the key as written and, where that
    /// is uncompressed, its compressed form too. Empty for every other form.
    pub fn key_hashes(&self) -> Vec<KeyHash> {
        let script = &self.script;
        match self.kind {
            ScriptKind::P2pkh => script
                .get(3..23)
                .and_then(to_key_hash)
                .into_iter()
                .collect(),
            ScriptKind::P2wpkh => script
                .get(2..22)
                .and_then(to_key_hash)
                .into_iter()
                .collect(),
            ScriptKind::P2pk => {
                let key = script
                    .get(1..script.len().saturating_sub(1))
                    .unwrap_or_default();
                KeyHash::of_key(key)
            }
            _ => Vec::new(),
        }
    }

    /// The address as it is written on `network`: what [`Address::parse`] reads.
    pub fn text(&self, network: BitcoinNetwork) -> AddressText<'_> {
        AddressText {
            address: self,
            network,
        }
    }
}

impl Address {
    /// Whether this script can be spent with `key`, shown by an input that spends it
    /// ([`Input::reveals`](super::Input::reveals)), although it does not tell that key itself.
    ///
    /// Of P2SH it must be the script of the inner P2WPKH: anybody can make a P2SH whose redeem
    /// script has the form of somebody else's key. Of P2PKH nodes have compared the key.
    pub fn hides(&self, key: KeyHash) -> bool {
        match self.kind {
            ScriptKind::P2sh => *self == key.wrapped(),
            ScriptKind::P2pkh => true,
            _ => false,
        }
    }
}

impl KeyHash {
    /// The hash of a serialised public key and, where it is uncompressed, of its
    /// compressed form too. Empty for bytes that cannot be a key.
    pub fn of_key(key: &[u8]) -> Vec<Self> {
        let hash = |bytes: &[u8]| Self(hash160::Hash::hash(bytes).to_byte_array());
        match key {
            [2 | 3, ..] if key.len() == 33 => vec![hash(key)],
            [4, rest @ ..] if key.len() == 65 => {
                let (x, y) = rest.split_at(32);
                let parity = y.last().map_or(0, |byte| byte & 1);
                vec![hash(key), hash(&[&[2 + parity], x].concat())]
            }
            _ => Vec::new(),
        }
    }

    /// The addresses that this key's owner can spend: P2PKH, P2WPKH, and P2WPKH inside
    /// P2SH. P2PK needs the key itself and is not among them.
    pub fn addresses(self) -> [Address; 3] {
        [
            Address {
                kind: ScriptKind::P2pkh,
                script: [&[0x76, 0xa9, 0x14], &self.0[..], &[0x88, 0xac]]
                    .concat()
                    .into(),
            },
            Address {
                kind: ScriptKind::P2wpkh,
                script: self.witness_script().into(),
            },
            self.wrapped(),
        ]
    }

    /// P2WPKH inside P2SH.
    fn wrapped(self) -> Address {
        let hash = hash160::Hash::hash(&self.witness_script()).to_byte_array();
        Address {
            kind: ScriptKind::P2sh,
            script: [&[0xa9, 0x14], &hash[..], &[0x87]].concat().into(),
        }
    }

    fn witness_script(self) -> Vec<u8> {
        [&[0x00, 0x14], &self.0[..]].concat()
    }
}

fn to_key_hash(bytes: &[u8]) -> Option<KeyHash> {
    bytes.try_into().ok().map(KeyHash)
}

fn inside<'a>(text: &'a str, opening: &str) -> Option<&'a str> {
    text.strip_prefix(opening)?.strip_suffix(')')
}

/// An address in the writing of one network.
#[derive(Clone, Copy)]
pub struct AddressText<'a> {
    address: &'a Address,
    network: BitcoinNetwork,
}

impl fmt::Display for AddressText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let script = Script::from_bytes(&self.address.script);
        let network = bitcoin::Network::from(self.network);
        match self.address.kind {
            ScriptKind::P2pk => {
                let key = script.as_bytes().get(1..script.len().saturating_sub(1));
                write!(f, "pk({})", Hex(key.unwrap_or_default()))
            }
            ScriptKind::Multisig | ScriptKind::Nonstandard | ScriptKind::Unspendable => {
                write!(f, "raw({})", Hex(script.as_bytes()))
            }
            _ => match bitcoin::Address::from_script(script, network) {
                Ok(address) => write!(f, "{address}"),
                Err(_) => write!(f, "raw({})", Hex(script.as_bytes())),
            },
        }
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.text(BitcoinNetwork::Mainnet))
    }
}

struct Hex<'a>(&'a [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAINNET: BitcoinNetwork = BitcoinNetwork::Mainnet;

    fn check(text: &str, kind: ScriptKind) {
        let address = Address::parse(text, MAINNET).unwrap();
        assert_eq!(address.kind(), kind, "{text}");
        assert_eq!(address.text(MAINNET).to_string(), text);
        assert_eq!(Address::of_script(address.script()), Some(address));
    }

    #[test]
    fn every_form_is_written_and_read_back() {
        check("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", ScriptKind::P2pkh);
        check("3P14159f73E4gFr7JterCCQh9QjiTjiZrG", ScriptKind::P2sh);
        check(
            "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
            ScriptKind::P2wpkh,
        );
        check(
            "bc1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3qccfmv3",
            ScriptKind::P2wsh,
        );
        check(
            "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
            ScriptKind::P2tr,
        );
        check("bc1pfeessrawgf", ScriptKind::P2a);
        check("bc1sw50qgdz25j", ScriptKind::WitnessUnknown);
        check(
            "pk(0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798)",
            ScriptKind::P2pk,
        );
        check("raw(51)", ScriptKind::Nonstandard);
        check(
            "raw(51210279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f8179851ae)",
            ScriptKind::Multisig,
        );
    }

    #[test]
    fn what_names_no_address_is_refused_by_name() {
        let not = |text: &str| AddressError::NotAnAddress(text.to_owned());
        assert_eq!(Address::parse("", MAINNET), Err(not("")));
        assert_eq!(Address::parse("raw(5)", MAINNET), Err(not("raw(5)")));
        assert_eq!(
            Address::parse("raw(6a00)", MAINNET),
            Err(AddressError::Unspendable("raw(6a00)".to_owned()))
        );
        let testnet = "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx";
        assert_eq!(
            Address::parse(testnet, MAINNET),
            Err(AddressError::OtherNetwork(testnet.to_owned()))
        );
    }

    #[test]
    fn one_key_is_known_in_each_of_its_scripts() {
        let key = "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";
        let p2pk = Address::parse(&format!("pk({key})"), MAINNET).unwrap();
        let [hash] = p2pk.key_hashes()[..] else {
            panic!("one hash")
        };
        let [p2pkh, p2wpkh, wrapped] = hash.addresses();
        assert_eq!(
            p2pkh.text(MAINNET).to_string(),
            "1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH"
        );
        assert_eq!(
            p2wpkh.text(MAINNET).to_string(),
            "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"
        );
        assert_eq!(
            wrapped.text(MAINNET).to_string(),
            "3JvL6Ymt8MVWiCNHC7oWU6nLeHNJKLZGLN"
        );
        assert_eq!(p2pkh.key_hashes(), [hash]);
        assert_eq!(p2wpkh.key_hashes(), [hash]);
        assert_eq!(wrapped.key_hashes(), []);
    }

    #[test]
    fn a_script_hides_a_key_only_where_it_can_be_spent_with_it() {
        let (key, other) = (KeyHash([7; 20]), KeyHash([8; 20]));
        let [hashed, witness, wrapped] = key.addresses();
        assert!(wrapped.hides(key));
        assert!(!wrapped.hides(other));
        assert!(hashed.hides(other), "the compressed form of its key");
        assert!(!witness.hides(key), "it tells the key itself");
    }

    #[test]
    fn an_uncompressed_key_has_two_hashes_of_which_one_is_the_compressed_keys() {
        let key = "0479be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798\
                   483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8";
        let hashes = Address::parse(&format!("pk({key})"), MAINNET)
            .unwrap()
            .key_hashes();
        let compressed = Address::parse("1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH", MAINNET).unwrap();
        assert_eq!(hashes.len(), 2);
        assert_eq!(compressed.key_hashes(), hashes[1..]);
    }
}
