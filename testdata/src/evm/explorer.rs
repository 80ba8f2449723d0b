//! An explorer with the API of Etherscan that tells of a made chain.

use serde_json::{Value, json};
use trace_core::model::account::Address;

use super::EvmChain;

/// An explorer of a made chain.
#[derive(Clone, Debug)]
pub struct EvmExplorer {
    /// The chain.
    pub chain: EvmChain,
    /// How many rows it gives at once.
    pub rows_max: usize,
}

impl EvmExplorer {
    /// What it replies to a GET of this path. `None` where there is no such page.
    pub fn get(&self, path: &str) -> Option<Value> {
        let query = path.strip_prefix("/api?")?;
        let parameter = |name: &str| {
            let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            pairs
                .find(|(known, _)| *known == name)
                .map(|(_, value)| value.to_owned())
        };
        let account: Address = parameter("address")?.parse().ok()?;
        let first: u32 = parameter("startblock")?.parse().ok()?;
        let last: u32 = parameter("endblock")?.parse().ok()?;
        let rows = self.rows(&parameter("action")?, account)?;
        let rows = rows
            .into_iter()
            .filter(|(height, _)| (first..=last).contains(height));
        let rows: Vec<Value> = rows.map(|(_, row)| row).take(self.rows_max).collect();
        Some(if rows.is_empty() {
            json!({"status": "0", "message": "No transactions found", "result": []})
        } else {
            json!({"status": "1", "message": "OK", "result": rows})
        })
    }

    fn rows(&self, list: &str, account: Address) -> Option<Vec<(u32, Value)>> {
        let account = json!(account);
        let mut rows = Vec::new();
        for (height, block) in &self.chain.blocks {
            for (index, it) in block.transactions.iter().enumerate() {
                let frames = self.chain.flat(*height, index);
                let is_of = |frame: &Value| {
                    let action = &frame["action"];
                    let made = &frame["result"]["address"];
                    [&action["from"], &action["to"], made].contains(&&account)
                };
                let is_there = match list {
                    "txlist" => frames.first().is_some_and(is_of),
                    "txlistinternal" => frames
                        .iter()
                        .skip(1)
                        .any(|frame| frame["action"]["value"] != "0x0" && is_of(frame)),
                    // Events of other shapes than Transfer, as those of wrapped coin, are on none.
                    "tokentx" | "tokennfttx" => {
                        let topics = if list == "tokentx" { 3 } else { 4 };
                        let logs = self.chain.logs_of(*height);
                        let topic = |log: &Value, place: usize| {
                            let word = log["topics"][place].as_str().unwrap_or_default();
                            let word = word.get(26..).unwrap_or_default();
                            Some(word.to_owned()) == account.as_str().map(|it| it[2..].to_owned())
                        };
                        logs.iter().any(|log| {
                            log.value["transactionHash"] == json!(it.hash)
                                && log.value["topics"].as_array().map(Vec::len) == Some(topics)
                                && (topic(&log.value, 1) || topic(&log.value, 2))
                        })
                    }
                    "token1155tx" => false,
                    _ => return None,
                };
                if is_there {
                    let row = json!({"blockNumber": height.to_string(), "hash": it.hash});
                    rows.push((*height, row));
                }
            }
        }
        Some(rows)
    }
}
