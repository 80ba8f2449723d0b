//! Which replies cannot change.

use crate::source::Request;
use crate::source::uri::Adapter;

/// Whether a server would give the same reply for ever, as far as anybody looks at it.
///
/// That is so for what is asked by a block's hash: the block, its header as hashed, a
/// transaction in it, a proof. (Core adds to some of them how many blocks there are on top,
/// which nobody reads.) What is said of a transaction without naming its block changes when
/// the branch does, and whether an output is spent changes with any block.
pub(super) fn is_lasting(adapter: Adapter, request: &Request) -> bool {
    match (adapter, request) {
        (Adapter::BitcoinCore, Request::Rpc { method, params }) => {
            let Ok(params) = serde_json::from_str::<Vec<serde_json::Value>>(params) else {
                return false;
            };
            let hash_at = |place| {
                let text = params.get(place).and_then(serde_json::Value::as_str);
                text.is_some_and(is_hash)
            };
            match method.as_str() {
                "getblock" => hash_at(0),
                "getblockheader" => {
                    hash_at(0) && params.get(1) == Some(&serde_json::Value::Bool(false))
                }
                "getrawtransaction" => hash_at(2),
                "gettxoutproof" => hash_at(1),
                _ => false,
            }
        }
        (Adapter::Esplora, Request::Get { path }) => {
            let Some(rest) = path.strip_prefix("/block/") else {
                return false;
            };
            match rest.split_once('/') {
                None => is_hash(rest),
                Some((hash, what)) => is_hash(hash) && matches!(what, "header" | "raw" | "txids"),
            }
        }
        _ => false,
    }
}

fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str = "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f";

    fn call(method: &str, params: &str) -> bool {
        let request = Request::Rpc {
            method: method.to_owned(),
            params: params.replace('H', HASH),
        };
        is_lasting(Adapter::BitcoinCore, &request)
    }

    fn get(path: &str) -> bool {
        let path = path.replace('H', HASH);
        is_lasting(Adapter::Esplora, &Request::Get { path })
    }

    #[test]
    fn what_is_asked_by_the_hash_of_a_block_lasts() {
        assert!(call("getblock", r#"["H",3]"#));
        assert!(call("getblockheader", r#"["H",false]"#));
        assert!(call("getrawtransaction", r#"["H",2,"H"]"#));
        assert!(call("gettxoutproof", r#"[["H"],"H"]"#));
        assert!(get("/block/H/raw") && get("/block/H/txids") && get("/block/H"));
    }

    #[test]
    fn what_the_next_block_may_change_does_not() {
        assert!(!call("getblockheader", r#"["H",true]"#));
        assert!(!call("getblockheader", r#"["H"]"#));
        assert!(!call("getrawtransaction", r#"["H",2]"#));
        assert!(!call("gettxoutproof", r#"[["H"]]"#));
        assert!(!call("gettxout", r#"["H",0]"#));
        assert!(!call("getblock", r#"["00",3]"#) && !call("getblock", "H"));
        assert!(!get("/tx/H") && !get("/tx/H/outspends") && !get("/block-height/7"));
        assert!(!get("/block/H/status") && !get("/block/7/raw") && !get("/blocks/tip/hash"));
        let path = format!("/block/{HASH}/raw");
        assert!(!is_lasting(Adapter::BitcoinCore, &Request::Get { path }));
    }
}
