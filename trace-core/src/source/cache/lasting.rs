//! Which replies cannot change.

use crate::normalise::evm::is_call_trace;
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
        (Adapter::Ethereum, Request::Rpc { method, params }) => {
            let method = method.as_str();
            matches!(
                method,
                "eth_getBlockByHash"
                    | "eth_getBlockReceipts"
                    | "eth_getUncleByBlockHashAndIndex"
                    | "debug_traceBlockByHash"
            ) && serde_json::from_str::<Vec<serde_json::Value>>(params).is_ok_and(|params| {
                let block = params.first().and_then(serde_json::Value::as_str);
                block
                    .and_then(|block| block.strip_prefix("0x"))
                    .is_some_and(is_hash)
            })
        }
        _ => false,
    }
}

/// Whether a reply that would last is one to keep. A node of the EVM says `null` of a block
/// that it does not know yet, and one that does not know a tracer may answer with another's
/// output, where another server would not.
pub(super) fn is_kept(adapter: Adapter, request: &Request, reply: &[u8]) -> bool {
    match (adapter, request) {
        (Adapter::Ethereum, Request::Rpc { method, .. }) => match method.as_str() {
            "debug_traceBlockByHash" => is_call_trace(reply),
            _ => reply.trim_ascii() != b"null",
        },
        _ => true,
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
    fn what_a_node_of_the_evm_says_of_a_hash_lasts_if_it_says_something() {
        let request = |method: &str, params: &str| Request::Rpc {
            method: method.to_owned(),
            params: params.replace('H', HASH),
        };
        let lasts = |method, params| is_lasting(Adapter::Ethereum, &request(method, params));
        assert!(lasts("eth_getBlockByHash", r#"["0xH",true]"#));
        assert!(lasts("eth_getBlockReceipts", r#"["0xH"]"#));
        assert!(lasts("debug_traceBlockByHash", r#"["0xH",{}]"#));
        assert!(!lasts("eth_getBlockReceipts", r#"["0x10"]"#));
        assert!(!lasts("eth_getBlockByNumber", r#"["0x10",true]"#));
        assert!(!lasts("eth_getTransactionReceipt", r#"["0xH"]"#));
        let kept = |method, reply: &str| {
            is_kept(Adapter::Ethereum, &request(method, "[]"), reply.as_bytes())
        };
        assert!(kept("eth_getBlockByHash", "{}") && !kept("eth_getBlockByHash", "null"));
        assert!(kept("debug_traceBlockByHash", "[]"));
        let steps = r#"[{"result":{"structLogs":[]}}]"#;
        assert!(!kept("debug_traceBlockByHash", steps));
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
