//! The part of the state before a block that the block touches, in the serialisation of Erigon's
//! witnesses, which `zk_evm` calls compact: the nodes of the trie in postfix order, each with those
//! below it before it. Numbers and bytes are CBOR.

use std::collections::BTreeMap;

use alloy_primitives::{B256, Bytes, keccak256};
use alloy_trie::nodes::{BranchNode, ExtensionNode, LeafNode, RlpNode};
use alloy_trie::{EMPTY_ROOT_HASH, KECCAK_EMPTY, Nibbles, TrieAccount, TrieMask};
use trace_core::model::account::{Address, U256};

/// The members of an account that are told.
const HAS_CODE: u8 = 1;
const HAS_STORAGE: u8 = 2;
const HAS_NONCE: u8 = 4;
const HAS_BALANCE: u8 = 8;

/// What the first byte of a key says of the others.
const ODD: u8 = 1;

enum Node {
    /// What is below is left out.
    Cut(B256),
    Code(B256),
    Empty,
    Value(Nibbles, Vec<u8>),
    Account(Nibbles, TrieAccount),
    Extension(Nibbles, Box<Node>),
    Branch(BTreeMap<u8, Node>),
}

/// The state before a block.
pub(crate) struct Witness(Node);

impl Witness {
    pub(crate) fn read(hexadecimal: &str) -> Self {
        let bytes: Bytes = hexadecimal.parse().unwrap();
        let (_version, rest) = bytes.split_first().unwrap();
        let mut left = Left(rest);
        let mut nodes: Vec<Node> = Vec::new();
        while !left.0.is_empty() {
            let node = match left.byte() {
                0 => Node::Value(left.key(), left.bytes().to_vec()),
                1 => Node::Extension(left.key(), Box::new(nodes.pop().unwrap())),
                2 => {
                    let mask = left.number();
                    let places = (0..16).filter(|place| mask >> place & 1 == 1);
                    let below = nodes.split_off(nodes.len() - mask.count_ones() as usize);
                    Node::Branch(places.zip(below).collect())
                }
                3 => Node::Cut(B256::from_slice(left.take(32))),
                4 => Node::Code(keccak256(left.bytes())),
                5 => left.account(&mut nodes),
                6 => Node::Empty,
                other => panic!("nothing is known of nodes of type {other}"),
            };
            nodes.push(node);
        }
        assert_eq!(nodes.len(), 1);
        Self(nodes.remove(0))
    }

    pub(crate) fn root(&self) -> B256 {
        self.0.root()
    }

    /// What an account holds, 0 where the trie has none of it; `None` where it is cut off above it.
    pub(crate) fn balance(&self, account: Address) -> Option<U256> {
        let mut left = Nibbles::unpack(keccak256(account));
        let mut node = &self.0;
        loop {
            match node {
                Node::Cut(_) => return None,
                Node::Account(key, it) if *key == left => return Some(it.balance),
                Node::Extension(key, below) if left.starts_with(key) => {
                    left = left.slice(key.len()..);
                    node = below;
                }
                Node::Branch(below) => match below.get(&left.first().unwrap()) {
                    Some(below) => {
                        left = left.slice(1..);
                        node = below;
                    }
                    None => return Some(U256::ZERO),
                },
                _ => return Some(U256::ZERO),
            }
        }
    }
}

impl Node {
    fn root(&self) -> B256 {
        match self {
            Self::Cut(hash) | Self::Code(hash) => *hash,
            Self::Empty => EMPTY_ROOT_HASH,
            _ => keccak256(self.to_bytes()),
        }
    }

    fn named(&self) -> RlpNode {
        match self {
            Self::Cut(hash) => RlpNode::word_rlp(hash),
            _ => RlpNode::from_rlp(&self.to_bytes()),
        }
    }

    fn to_bytes(&self) -> Vec<u8> {
        match self {
            Self::Value(key, value) => {
                alloy_rlp::encode(LeafNode::new(*key, alloy_rlp::encode(value.as_slice())))
            }
            Self::Account(key, it) => alloy_rlp::encode(LeafNode::new(*key, alloy_rlp::encode(it))),
            Self::Extension(key, below) => {
                alloy_rlp::encode(ExtensionNode::new(*key, below.named()))
            }
            Self::Branch(below) => {
                let mask = below.keys().fold(0, |mask, place| mask | 1 << place);
                let named = below.values().map(Self::named).collect();
                alloy_rlp::encode(BranchNode::new(named, TrieMask::new(mask)))
            }
            Self::Cut(_) | Self::Code(_) | Self::Empty => panic!("nothing has this below it"),
        }
    }
}

/// The bytes that were not read yet.
struct Left<'a>(&'a [u8]);

impl<'a> Left<'a> {
    fn take(&mut self, count: usize) -> &'a [u8] {
        let (taken, left) = self.0.split_at(count);
        self.0 = left;
        taken
    }

    fn byte(&mut self) -> u8 {
        self.take(1)[0]
    }

    /// The argument of an item of CBOR (RFC 8949, 3) of this major type.
    fn argument(&mut self, major: u8) -> u64 {
        let head = self.byte();
        assert_eq!(head >> 5, major);
        match head & 31 {
            small @ 0..24 => small.into(),
            long @ 24..28 => {
                let bytes = self.take(1 << (long - 24));
                bytes
                    .iter()
                    .fold(0, |number, byte| number << 8 | u64::from(*byte))
            }
            other => panic!("no length is written {other}"),
        }
    }

    fn number(&mut self) -> u64 {
        self.argument(0)
    }

    fn bytes(&mut self) -> &'a [u8] {
        let count = self.argument(2);
        self.take(count as usize)
    }

    /// A single byte is one nibble; before more there is a byte that says whether the last nibble
    /// counts.
    fn key(&mut self) -> Nibbles {
        match self.bytes() {
            [] => Nibbles::new(),
            [nibble] => Nibbles::from_nibbles([*nibble]),
            [says, packed @ ..] => {
                let mut key = Nibbles::unpack(packed);
                if says & ODD == ODD {
                    key.pop();
                }
                key
            }
        }
    }

    fn account(&mut self, nodes: &mut Vec<Node>) -> Node {
        let key = self.key();
        let has = self.byte();
        let nonce = if has & HAS_NONCE == 0 {
            0
        } else {
            self.number()
        };
        let balance = if has & HAS_BALANCE == 0 {
            U256::ZERO
        } else {
            U256::from_be_slice(self.bytes())
        };
        if has & HAS_CODE != 0 {
            let _size = self.number();
        }
        let mut below = |member, without| match has & member {
            0 => without,
            _ => nodes.pop().unwrap().root(),
        };
        let storage_root = below(HAS_STORAGE, EMPTY_ROOT_HASH);
        let code_hash = below(HAS_CODE, KECCAK_EMPTY);
        Node::Account(
            key,
            TrieAccount::new(nonce, balance, storage_root, code_hash),
        )
    }
}
