//! Equivalent scripts: P2PK, P2PKH, P2WPKH and P2WPKH inside P2SH of one key.
//!
//! Whoever holds a key can spend each of them, so they have one owner as surely as the hash
//! functions hold. A script of one form leads to the others by hashing, but not to P2PK, which
//! holds the key itself, and not from P2SH, which hides its key hash. So P2SH is linked when
//! it is spent, or when another form of its key appears after it. An uncompressed key and its
//! compressed form are one key: P2PK tells both, P2PKH only once it is spent.
//!
//! What an input reveals counts only where the script it spends can be of that key: anybody
//! can spend a script of their own in a form that shows somebody else's.
//!
//! Known false positives: none, unless a key is shared.

mod ahead;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read};

use trace_core::claim::{Link, Rule};
use trace_core::cluster::Clusters;
use trace_core::model::{Address, AddressId, KeyHash, ScriptKind, TxNumber};
use trace_core::view::{Answer, CoinView, NumberedTransaction, Unknown};

pub use ahead::Ahead;

/// The rule as it is named in links.
pub const RULE: Rule = Rule {
    name: "same-key",
    version: 1,
};

/// Bytes of a key that must be remembered: its hash and an address.
const ENTRY_BYTES: usize = 24;

/// What must be remembered to find every pair of equivalent scripts in one walk over a chain.
///
/// Memory: a bit for each address, and about 50 bytes for each key seen in P2PK or revealed
/// as uncompressed, which are nearly all of Bitcoin's first years; 24 bytes more until it is
/// saved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keys {
    /// The scripts to which no other form of their key leads, by the hash of the key.
    hidden: BTreeMap<KeyHash, AddressId>,
    /// Those that [`Keys::unsaved`] tells, in the order in which they were met.
    unsaved: Vec<(KeyHash, AddressId)>,
    /// It only saves work.
    looked_at: LookedAt,
}

/// The addresses that were looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
enum LookedAt {
    /// By number, a bit each, in a walk over many transactions.
    Bits(Vec<u64>),
    /// Those of one transaction, which may have large numbers.
    Few(BTreeSet<AddressId>),
}

impl Default for LookedAt {
    fn default() -> Self {
        Self::Bits(Vec::new())
    }
}

/// The links between equivalent scripts that joined clusters, by address.
///
/// A script does not lead to every other one of its key, so these are looked up and not
/// computed.
#[derive(Clone, Debug, Default)]
pub struct Equivalents {
    at: BTreeMap<AddressId, Vec<Link>>,
}

/// Goes over links once, of which those by other rules are passed over.
impl FromIterator<Link> for Equivalents {
    fn from_iter<T: IntoIterator<Item = Link>>(links: T) -> Self {
        let mut at: BTreeMap<AddressId, Vec<Link>> = BTreeMap::new();
        for link in links.into_iter().filter(|link| link.rule == RULE) {
            at.entry(link.a).or_default().push(link);
            at.entry(link.b).or_default().push(link);
        }
        Self { at }
    }
}

impl Equivalents {
    /// Walks over transactions for nothing else: for a view of which no clusters are made,
    /// such as one of what was fetched so far. Transactions that the view does not hold are
    /// passed over.
    pub fn of_transactions(
        view: &dyn CoinView,
        transactions: impl IntoIterator<Item = TxNumber>,
    ) -> Self {
        let mut keys = Keys::default();
        let mut clusters = Clusters::default();
        let mut transaction = NumberedTransaction::default();
        let mut links = Vec::new();
        for tx in transactions {
            if view.transaction(tx, &mut transaction) == Answer::Known(()) {
                keys.links(view, tx, &transaction, &Ahead::default(), &mut links);
            }
        }
        for link in links {
            clusters.add(link);
        }
        clusters.forest().iter().collect()
    }

    /// Those at one address, in chain order.
    pub fn at(&self, address: AddressId) -> &[Link] {
        self.at.get(&address).map_or(&[], Vec::as_slice)
    }
}

impl Keys {
    /// For one transaction and no walk.
    pub(crate) fn of_one_transaction() -> Self {
        Self {
            looked_at: LookedAt::Few(BTreeSet::new()),
            ..Self::default()
        }
    }

    /// Links the addresses of one transaction with equivalent ones of earlier transactions,
    /// inputs before outputs.
    ///
    /// Of two scripts that lead to each other the one with the larger number makes the link,
    /// which is the one that appeared later; so a walk in two parts gives the links of a walk
    /// in one.
    pub fn links(
        &mut self,
        view: &dyn CoinView,
        tx: TxNumber,
        transaction: &NumberedTransaction,
        ahead: &Ahead,
        into: &mut Vec<Link>,
    ) {
        for input in &transaction.inputs {
            let Some(prevout) = &input.prevout else {
                continue;
            };
            let Some(address) = prevout.address else {
                continue;
            };
            self.look_at(view, tx, (address, prevout.kind), ahead, into);
            if let Some(hash) = input.reveals
                && let Some(script) = view.address(address)
                && script.hides(hash)
            {
                self.reveal(view, tx, (address, &script), hash, into);
            }
        }
        for output in &transaction.outputs {
            if let Some(address) = output.address {
                self.look_at(view, tx, (address, output.kind), ahead, into);
            }
        }
    }

    /// The keys that must be remembered and came since [`Keys::forget_unsaved`], 24 bytes each.
    pub(crate) fn unsaved(&self) -> Vec<u8> {
        let entries = self.unsaved.iter();
        entries
            .flat_map(|(hash, address)| hash.0.into_iter().chain(address.0.to_le_bytes()))
            .collect()
    }

    /// What came so far is saved, or will never be.
    pub(crate) fn forget_unsaved(&mut self) {
        self.unsaved = Vec::new();
    }

    /// Reads what [`Keys::unsaved`] told, one part behind the other. Bytes that it did not tell
    /// are an error.
    pub(crate) fn read(mut from: impl Read) -> io::Result<Self> {
        let mut keys = Self::default();
        let mut entry = Vec::with_capacity(ENTRY_BYTES);
        loop {
            entry.clear();
            let read = (&mut from)
                .take(ENTRY_BYTES as u64)
                .read_to_end(&mut entry)?;
            if read == 0 {
                return Ok(keys);
            }
            let cut_off = || io::Error::from(io::ErrorKind::UnexpectedEof);
            let (hash, address) = entry.split_first_chunk::<20>().ok_or_else(cut_off)?;
            let address = <[u8; 4]>::try_from(address).map_err(|_| cut_off())?;
            let address = AddressId(u32::from_le_bytes(address));
            keys.hidden.insert(KeyHash(*hash), address);
        }
    }

    fn look_at(
        &mut self,
        view: &dyn CoinView,
        tx: TxNumber,
        (address, kind): (AddressId, ScriptKind),
        ahead: &Ahead,
        into: &mut Vec<Link>,
    ) {
        if !shows_its_key(kind) || !self.looked_at.is_new(address) {
            return;
        }
        let Some(script) = view.address(address) else {
            return;
        };
        let hashes = script.key_hashes();
        let found;
        let others = if let Some(others) = ahead.of(address) {
            others
        } else {
            found = equivalents(view, &hashes, Some(&script));
            &found
        };
        for other in others {
            if *other < address {
                into.push(link(*other, address, tx));
            }
        }
        for hash in hashes {
            self.meet(tx, address, hash, kind == ScriptKind::P2pk, into);
        }
    }

    fn reveal(
        &mut self,
        view: &dyn CoinView,
        tx: TxNumber,
        (address, script): (AddressId, &Address),
        hash: KeyHash,
        into: &mut Vec<Link>,
    ) {
        // Nothing leads to the script of an uncompressed key, so it is remembered for forms
        // that appear later. A form that appears after a P2SH leads to it.
        let hidden = script.kind() != ScriptKind::P2sh;
        for other in equivalents(view, &[hash], Some(script)) {
            let earlier = if hidden {
                other != address && !appears_later(view, other, tx)
            } else {
                other < address
            };
            if earlier {
                into.push(link(other, address, tx));
            }
        }
        self.meet(tx, address, hash, hidden, into);
    }

    /// Links a script with a hidden one of the same key, and remembers it if it is hidden.
    fn meet(
        &mut self,
        tx: TxNumber,
        address: AddressId,
        hash: KeyHash,
        hidden: bool,
        into: &mut Vec<Link>,
    ) {
        match self.hidden.get(&hash) {
            Some(other) if *other != address => into.push(link(*other, address, tx)),
            None if hidden => {
                self.hidden.insert(hash, address);
                self.unsaved.push((hash, address));
            }
            _ => {}
        }
    }
}

impl LookedAt {
    /// Whether an address was noted.
    fn holds(&self, address: AddressId) -> bool {
        match self {
            Self::Bits(bits) => {
                let word = bits.get(address.0 as usize / 64).copied().unwrap_or(0);
                word >> (address.0 % 64) & 1 == 1
            }
            Self::Few(few) => few.contains(&address),
        }
    }

    /// Notes an address. False if it was noted before.
    fn is_new(&mut self, address: AddressId) -> bool {
        let bits = match self {
            Self::Bits(bits) => bits,
            Self::Few(few) => return few.insert(address),
        };
        let (word, bit) = (address.0 as usize / 64, 1_u64 << (address.0 % 64));
        if word >= bits.len() {
            bits.resize(word + 1, 0);
        }
        let Some(word) = bits.get_mut(word) else {
            return true;
        };
        let new = *word & bit == 0;
        *word |= bit;
        new
    }
}

/// The addresses of the view that are linked with `address` because of what its script shows,
/// or because of a key hash that an input revealed of it.
pub(crate) fn of_address(
    view: &dyn CoinView,
    address: AddressId,
    revealed: Option<KeyHash>,
) -> Vec<AddressId> {
    let script = view.address(address);
    let hashes = match (revealed, &script) {
        (Some(hash), _) => vec![hash],
        (None, Some(script)) => script.key_hashes(),
        (None, None) => Vec::new(),
    };
    let mut found = equivalents(view, &hashes, script.as_ref());
    found.retain(|other| {
        let hides = view.address(*other).map(|other| other.kind()) == Some(ScriptKind::P2sh);
        *other != address && (!hides || appears_earlier(view, *other, address))
    });
    found
}

/// Whether a key that an input revealed is one of the address it spends.
pub(crate) fn hides(view: &dyn CoinView, address: AddressId, key: KeyHash) -> bool {
    view.address(address)
        .is_some_and(|script| script.hides(key))
}

/// Whether a script of this form holds a key or its hash in the open.
fn shows_its_key(kind: ScriptKind) -> bool {
    matches!(
        kind,
        ScriptKind::P2pk | ScriptKind::P2pkh | ScriptKind::P2wpkh
    )
}

/// The addresses of the view that these keys can spend, P2PK apart, each once. That whose
/// script is `own` is known already and not looked for.
fn equivalents(view: &dyn CoinView, hashes: &[KeyHash], own: Option<&Address>) -> Vec<AddressId> {
    let mut found = Vec::new();
    for other in hashes.iter().flat_map(|hash| hash.addresses()) {
        if own != Some(&other)
            && let Some(other) = view.find_address(&other)
            && !found.contains(&other)
        {
            found.push(other);
        }
    }
    found
}

fn appears_later(view: &dyn CoinView, address: AddressId, tx: TxNumber) -> bool {
    match view.first_appearance(address) {
        Answer::Known(first) => view.order(first) > view.order(tx),
        // It is on a branch that was left. A walk that ended before it came did not see it.
        Answer::Unknown(Unknown::NotFound) => true,
        Answer::NotFetched | Answer::Unknown(_) => false,
    }
}

/// Whether `a` appears before `b`. Where the view does not know, its numbers decide, which
/// in a ledger are given in the order of appearance.
fn appears_earlier(view: &dyn CoinView, a: AddressId, b: AddressId) -> bool {
    match [a, b].map(|address| view.first_appearance(address)) {
        [Answer::Known(a), Answer::Known(b)] => view.order(a) < view.order(b),
        _ => a < b,
    }
}

fn link(a: AddressId, b: AddressId, tx: TxNumber) -> Link {
    Link {
        a,
        b,
        tx,
        rule: RULE,
    }
}
