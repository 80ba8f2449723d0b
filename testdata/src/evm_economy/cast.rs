//! Who takes part.

use std::collections::BTreeMap;

use crate::economy::Owner;

/// Name, role, and what there is to know.
const CAST: [(&str, &str, &str); 24] = [
    ("alice", "person", "a customer of Harbour"),
    ("bob", "person", "buys a stolen deed unwittingly"),
    ("carol", "person", "a customer of both exchanges"),
    ("dave", "person", "his wallet sends access lists"),
    (
        "erin",
        "person",
        "mixes, and takes it out where she paid in",
    ),
    ("faucet", "nobody", "what the genesis block gives"),
    ("fog", "mixer", "two mixers, of 10 and of 1 ether"),
    (
        "frank",
        "person",
        "mixes, and pays a relayer to take it out",
    ),
    ("grace", "person", "mixes and leaves it there"),
    (
        "harbour",
        "exchange",
        "deposit contracts, forwarding addresses, a hot and a cold wallet",
    ),
    (
        "heidi",
        "person",
        "inherits from contracts that destroy themselves",
    ),
    ("issuer", "issuer", "the tokens and collectibles"),
    ("ivan", "person", "sells a deed for ether"),
    ("kestrel", "exchange", "forwarding addresses alone"),
    ("lina", "market maker", "the pools and their router"),
    ("mallory", "thief", "steals from olivia"),
    ("oddity", "nobody", "contracts that do strange things"),
    (
        "olivia",
        "victim",
        "loses ether, dollars, levies and a deed",
    ),
    (
        "oscar",
        "mule",
        "lends his accounts at the exchanges to mallory",
    ),
    ("paula", "company", "pays many at once"),
    ("quarry", "proposer", "gets the fees"),
    ("rolf", "relayer", "takes ether out of mixers for others"),
    ("stella", "person", "farms airdrops with many accounts"),
    (
        "trent",
        "person",
        "lets his second account move what his first holds",
    ),
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
