//! A request as it arrived.

use std::time::Instant;

use serde_json::{Value, json};

use super::Act;

/// A request as it arrived.
#[derive(Clone, Debug)]
pub struct Received {
    /// How many arrived before it.
    pub number: usize,
    /// Such as `GET`.
    pub method: String,
    /// With the query.
    pub path: String,
    /// In their order, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// When it had arrived whole.
    pub at: Instant,
}

/// A JSON-RPC error: its code and its text.
pub type Refusal = (i64, String);

impl Received {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let (_, value) = headers.find(|(known, _)| known == name)?;
        Some(value)
    }

    /// The JSON-RPC calls in the body: method, parameters and id of each.
    pub fn calls(&self) -> Vec<(String, Value, Value)> {
        let body: Value = serde_json::from_slice(&self.body).unwrap_or_default();
        let calls = match body {
            Value::Array(calls) => calls,
            call => vec![call],
        };
        let member = |call: &Value, name| call.get(name).cloned().unwrap_or_default();
        let call = |call: &Value| {
            let method = member(call, "method");
            let method = method.as_str().unwrap_or_default().to_owned();
            (method, member(call, "params"), member(call, "id"))
        };
        calls.iter().map(call).collect()
    }

    /// Whether the body is a batch of calls.
    pub fn is_batch(&self) -> bool {
        self.body.first() == Some(&b'[')
    }

    /// Replies to every call as a node would: with a result or an error for each.
    pub fn reply(&self, mut answer: impl FnMut(&str, &Value) -> Result<Value, Refusal>) -> Act {
        let replies =
            self.calls()
                .into_iter()
                .map(|(method, params, id)| match answer(&method, &params) {
                    Ok(result) => json!({"jsonrpc": "2.0", "id": id, "result": result}),
                    Err((code, message)) => {
                        let error = json!({"code": code, "message": message});
                        json!({"jsonrpc": "2.0", "id": id, "error": error})
                    }
                });
        let mut replies: Vec<Value> = replies.collect();
        let body = match replies.pop() {
            Some(only) if !self.is_batch() => only,
            last => {
                replies.extend(last);
                Value::Array(replies)
            }
        };
        Act::ok(body.to_string()).with("Content-Type", "application/json")
    }
}
