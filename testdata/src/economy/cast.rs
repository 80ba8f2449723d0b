//! Who takes part.

use std::collections::BTreeMap;

use super::truth::Owner;

/// Name, role, and what there is to know.
const CAST: [(&str, &str, &str); 31] = [
    (
        "alice",
        "person",
        "Core's wallet; buys stolen coins unwittingly",
    ),
    ("anyone", "nobody", "outputs that need no signature"),
    ("bakery", "merchant", "is paid by Tillpay"),
    ("bob", "person", "an old P2PKH wallet, change last"),
    ("carol", "person", "SegWit inside P2SH, change first"),
    ("dave", "person", "a taproot wallet"),
    (
        "deepshaft",
        "pool",
        "mines most blocks and pays its miners in batches",
    ),
    (
        "duster",
        "observer",
        "sends dust to other people's addresses",
    ),
    (
        "erin",
        "person",
        "a light wallet that sorts by BIP 69; mixes in Whirlpool",
    ),
    ("frank", "person", "one address for everything"),
    (
        "genesis",
        "nobody",
        "the first coinbase, which cannot be spent",
    ),
    ("grace", "person", "uses each key as P2PKH and as P2WPKH"),
    (
        "heidi",
        "person",
        "receives on P2SH and takes change on P2WPKH",
    ),
    ("ivan", "person", "mixes wherever he can"),
    ("judy", "person", "mixes wherever she can"),
    (
        "kestrel",
        "exchange",
        "the second exchange; withdrawals peel off one coin",
    ),
    ("luckydip", "gambling", "a game of chance with one address"),
    ("mallory", "thief", "steals from olivia"),
    ("nadia", "person", "a taproot wallet; keeps coins in mixes"),
    (
        "northgate",
        "exchange",
        "the first exchange: deposits, a hot and a cold wallet",
    ),
    ("olivia", "victim", "loses 12.5 BTC"),
    (
        "oscar",
        "mule",
        "lends his accounts at the exchanges to mallory",
    ),
    (
        "peggy",
        "person",
        "SegWit inside P2SH; holds a bare multisig",
    ),
    ("quinn", "miner", "a member of Deepshaft"),
    (
        "rupert",
        "miner",
        "a member of Deepshaft who also mines alone",
    ),
    (
        "sybil",
        "mule",
        "lends her accounts at the exchanges to mallory",
    ),
    (
        "tillpay",
        "payment processor",
        "an address an invoice, swept for its merchants",
    ),
    ("trent", "person", "a customer of both exchanges"),
    ("walter", "miner", "mined the first blocks, to bare keys"),
    ("wasabi", "coordinator", "takes a fee in Wasabi 1 mixes"),
    ("whirlpool", "coordinator", "takes a fee in Tx0s"),
];

/// All of them, by name.
pub(super) fn owners() -> BTreeMap<String, Owner> {
    CAST.into_iter()
        .map(|(name, role, about)| {
            let owner = Owner {
                role: role.to_owned(),
                about: about.to_owned(),
            };
            (name.to_owned(), owner)
        })
        .collect()
}
