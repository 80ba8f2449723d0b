//! Keys of owners, and the scripts that pay to them.

use bitcoin::hashes::{Hash, hash160, sha256};

/// A form of script that wallets of the simulation use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    P2pk,
    P2pkh,
    P2shP2wpkh,
    P2wpkh,
    P2wsh,
    P2shMultisig,
    P2tr,
}

/// A key: an owner's number and which of his keys it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) owner: u32,
    pub(crate) index: u32,
    pub(crate) form: Form,
}

impl Key {
    /// Bytes with the shape of a compressed public key. Nobody checks that they are a point:
    /// the chain is not validated, only read.
    pub(crate) fn public(self, cosigner: u8) -> [u8; 33] {
        let mut seed = [0; 9];
        seed[..4].copy_from_slice(&self.owner.to_le_bytes());
        seed[4..8].copy_from_slice(&self.index.to_le_bytes());
        seed[8] = cosigner;
        let x = sha256::Hash::hash(&seed).to_byte_array();
        let mut key = [0; 33];
        key[0] = 2 + (x[31] & 1);
        key[1..].copy_from_slice(&x);
        key
    }

    /// The script that is hashed into the output script: for P2SH and P2WSH.
    pub(crate) fn inner_script(self) -> Vec<u8> {
        match self.form {
            Form::P2shP2wpkh => {
                let hash = hash160::Hash::hash(&self.public(0)).to_byte_array();
                [&[0x00, 0x14], &hash[..]].concat()
            }
            Form::P2wsh | Form::P2shMultisig => {
                let mut script = vec![0x52];
                for cosigner in 0..3 {
                    script.push(33);
                    script.extend(self.public(cosigner));
                }
                script.extend([0x53, 0xae]);
                script
            }
            _ => Vec::new(),
        }
    }

    /// The script of an output that pays to this key.
    pub(crate) fn output_script(self) -> Vec<u8> {
        let key_hash = || hash160::Hash::hash(&self.public(0)).to_byte_array();
        match self.form {
            Form::P2pk => [&[33], &self.public(0)[..], &[0xac]].concat(),
            Form::P2pkh => [&[0x76, 0xa9, 0x14], &key_hash()[..], &[0x88, 0xac]].concat(),
            Form::P2wpkh => [&[0x00, 0x14], &key_hash()[..]].concat(),
            Form::P2tr => [&[0x51, 0x20], &self.public(0)[1..]].concat(),
            Form::P2shP2wpkh | Form::P2shMultisig => {
                let hash = hash160::Hash::hash(&self.inner_script()).to_byte_array();
                [&[0xa9, 0x14], &hash[..], &[0x87]].concat()
            }
            Form::P2wsh => {
                let hash = sha256::Hash::hash(&self.inner_script()).to_byte_array();
                [&[0x00, 0x20], &hash[..]].concat()
            }
        }
    }
}

impl Form {
    /// Virtual bytes of an input that spends this form.
    pub(crate) fn input_vbytes(self) -> u64 {
        match self {
            Self::P2pk => 114,
            Self::P2pkh => 148,
            Self::P2shP2wpkh => 91,
            Self::P2wpkh => 68,
            Self::P2wsh => 105,
            Self::P2shMultisig => 297,
            Self::P2tr => 58,
        }
    }

    pub(crate) fn is_witness(self) -> bool {
        matches!(
            self,
            Self::P2shP2wpkh | Self::P2wpkh | Self::P2wsh | Self::P2tr
        )
    }
}
