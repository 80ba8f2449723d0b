//! A page of a list, and what an explorer says instead of one.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::model::account::B256;
use crate::normalise::evm::Sighting;

/// A reply that is longer than this is no refusal.
const REFUSAL_BYTES_MAX: usize = 4_096;

#[derive(Deserialize)]
struct Page<'a> {
    #[serde(borrow)]
    message: Option<Cow<'a, str>>,
    #[serde(borrow)]
    result: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Row<'a> {
    #[serde(borrow)]
    block_number: Cow<'a, str>,
    hash: Option<B256>,
    /// What Blockscout calls it in lists of inner calls.
    transaction_hash: Option<B256>,
}

/// The rows of a page, or what is wrong with it.
pub(super) fn read(text: &[u8]) -> Result<Vec<Sighting>, String> {
    let page: Page<'_> = serde_json::from_slice(text).map_err(|error| error.to_string())?;
    let message = page.message.unwrap_or_default();
    let result = page.result.map_or("null", RawValue::get);
    if !result.starts_with('[') {
        let is_nothing = message.starts_with("No ") && message.ends_with(" found");
        return if is_nothing {
            Ok(Vec::new())
        } else {
            Err(cut(&format!("the explorer says {message:?}: {result}")))
        };
    }
    let rows: Vec<Row<'_>> = serde_json::from_str(result).map_err(|error| error.to_string())?;
    let rows = rows.into_iter().map(|row| {
        let height = row.block_number.parse();
        let height = height.map_err(|_| cut(&format!("{:?} is no height", row.block_number)))?;
        let transaction = row.hash.or(row.transaction_hash);
        Ok(Sighting {
            height,
            transaction: Some(transaction.ok_or("a row names no transaction")?),
        })
    });
    rows.collect()
}

/// The status that a reply with status 200 stands for: explorers say so that they are asked too
/// much or with a wrong key.
pub(crate) fn meaning(text: &[u8]) -> Option<u16> {
    if text.len() > REFUSAL_BYTES_MAX {
        return None;
    }
    let page: Page<'_> = serde_json::from_slice(text).ok()?;
    let said: String = serde_json::from_str(page.result?.get()).ok()?;
    let said = said.to_lowercase();
    if said.contains("rate limit") {
        Some(429)
    } else if said.contains("api key") {
        Some(401)
    } else {
        None
    }
}

fn cut(text: &str) -> String {
    text.chars().take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str = "0x00000000000000000000000000000000000000000000000000000000000000aa";

    #[test]
    fn a_page_is_told_from_nothing_and_from_a_refusal() {
        let row = format!(r#"{{"blockNumber":"17","hash":"{HASH}","value":"1"}}"#);
        let inner = format!(r#"{{"blockNumber":"18","transactionHash":"{HASH}"}}"#);
        let page = format!(r#"{{"status":"1","message":"OK","result":[{row},{inner}]}}"#);
        let heights = read(page.as_bytes()).unwrap();
        let heights: Vec<_> = heights.iter().map(|seen| seen.height).collect();
        assert_eq!(heights, [17, 18]);
        for nothing in [
            r#"{"status":"0","message":"No transactions found","result":[]}"#,
            r#"{"message":"No token transfers found","result":null,"status":"0"}"#,
        ] {
            assert_eq!(read(nothing.as_bytes()), Ok(Vec::new()));
        }
        for (text, expected) in [
            (
                r#"{"message":"NOTOK","result":"Query Timeout occured"}"#,
                "Query Timeout",
            ),
            (r#"{"message":"NOTOK","result":null}"#, "NOTOK"),
            (r#"{"result":[{"blockNumber":"x"}]}"#, "no height"),
            (r#"{"result":[{"blockNumber":"4294967296"}]}"#, "no height"),
            (
                r#"{"result":[{"blockNumber":"1"}]}"#,
                "names no transaction",
            ),
            ("<html>", "expected value"),
        ] {
            let error = read(text.as_bytes()).unwrap_err();
            assert!(error.contains(expected), "{error}");
        }
    }

    #[test]
    fn what_stands_for_a_status_is_known() {
        let said = |text: &str| {
            let page = format!(r#"{{"status":"0","message":"NOTOK","result":"{text}"}}"#);
            meaning(page.as_bytes())
        };
        assert_eq!(said("Max rate limit reached"), Some(429));
        assert_eq!(
            said("Max calls per sec rate limit reached (5/sec)"),
            Some(429)
        );
        assert_eq!(said("Invalid API Key (#err2)|ABC-"), Some(401));
        assert_eq!(said("Query Timeout occured"), None);
        assert_eq!(meaning(br#"{"result":[]}"#), None);
    }
}
