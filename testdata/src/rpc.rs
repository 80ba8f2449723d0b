//! JSON-RPC to a node that a test has started.

use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::time::Duration;

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

/// How long a node may take to answer its first call, and any other one.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);
/// A reply larger than this is refused: no block of a test comes near it.
const REPLY_BYTES_MAX: u64 = 256 * 1024 * 1024;

/// Why a node did not do what it was told.
#[derive(Debug, thiserror::Error)]
pub enum NodeError {
    /// The folder or the program could not be used.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The node did not come up; the end of what it wrote.
    #[error("the node did not start: {0}")]
    Start(String),
    /// No reply, or one that is no JSON-RPC.
    #[error("{method}: {why}")]
    Call {
        /// The method called.
        method: String,
        /// What went wrong.
        why: String,
    },
    /// The node answered with an error.
    #[error("{method}: {message} ({code})")]
    Refused {
        /// The method called.
        method: String,
        /// The error's code.
        code: i64,
        /// The error's text.
        message: String,
    },
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow)]
    result: Option<&'a RawValue>,
    error: Option<Refused>,
}

#[derive(Deserialize)]
struct Refused {
    code: i64,
    message: String,
}

/// Asks in one version of JSON-RPC.
pub(crate) struct Rpc {
    agent: ureq::Agent,
    version: &'static str,
}

impl Rpc {
    pub(crate) fn new(version: &'static str) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(PATIENCE))
            .proxy(None)
            .build();
        Self {
            agent: config.into(),
            version,
        }
    }

    /// Calls a method and returns its `result`.
    pub(crate) fn call(&self, url: &str, method: &str, params: &Value) -> Result<Value, NodeError> {
        let result = self.reply(url, method, &params.to_string())?;
        serde_json::from_str(&result).map_err(|error| failed(method, error.to_string()))
    }

    /// Makes several calls in one request, and returns each `result` in their order.
    pub(crate) fn call_each(
        &self,
        url: &str,
        calls: &[(&str, Value)],
    ) -> Result<Vec<Value>, NodeError> {
        let version = self.version;
        let asked = calls.iter().enumerate().map(|(id, (method, params))| {
            json!({"jsonrpc": version, "id": id, "method": method, "params": params})
        });
        let failed = |why: String| failed("a batch", why);
        let text = self
            .post(url, &asked.collect::<Value>().to_string())
            .map_err(failed)?;
        let mut replies: Vec<Value> =
            serde_json::from_str(&text).map_err(|_| failed(text.clone()))?;
        replies.sort_by_key(|reply| reply["id"].as_u64());
        let results = replies
            .into_iter()
            .map(|mut reply| match reply.get_mut("result") {
                Some(result) => Ok(result.take()),
                None => Err(failed(reply.to_string())),
            });
        let results = results.collect::<Result<Vec<_>, _>>()?;
        if results.len() == calls.len() {
            Ok(results)
        } else {
            Err(failed(format!(
                "{} replies to {}",
                results.len(),
                calls.len()
            )))
        }
    }

    /// Calls a method whose `result` is a string.
    pub(crate) fn call_text(
        &self,
        url: &str,
        method: &str,
        params: &Value,
    ) -> Result<String, NodeError> {
        match self.call(url, method, params)? {
            Value::String(text) => Ok(text),
            other => Err(failed(method, format!("no string: {other}"))),
        }
    }

    /// Calls a method with parameters written as a JSON array, and returns the text of its
    /// `result` as the node wrote it.
    pub(crate) fn reply(&self, url: &str, method: &str, params: &str) -> Result<String, NodeError> {
        let version = self.version;
        let body =
            format!(r#"{{"jsonrpc":"{version}","id":0,"method":"{method}","params":{params}}}"#);
        let text = self.post(url, &body).map_err(|why| failed(method, why))?;
        let reply: Envelope =
            serde_json::from_str(&text).map_err(|_| failed(method, text.clone()))?;
        match reply.error {
            None => Ok(reply.result.map_or("null", RawValue::get).to_owned()),
            Some(Refused { code, message }) => Err(NodeError::Refused {
                method: method.to_owned(),
                code,
                message,
            }),
        }
    }

    fn post(&self, url: &str, body: &str) -> Result<String, String> {
        let request = self.agent.post(url).content_type("application/json");
        let mut response = request.send(body).map_err(|error| error.to_string())?;
        let status = response.status();
        let text = response.body_mut().with_config().limit(REPLY_BYTES_MAX);
        let text = text.read_to_string().map_err(|error| error.to_string())?;
        if text.is_empty() {
            return Err(format!("status {status}"));
        }
        Ok(text)
    }
}

fn failed(method: &str, why: String) -> NodeError {
    NodeError::Call {
        method: method.to_owned(),
        why,
    }
}

pub(crate) fn free_port() -> Result<u16, NodeError> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok(listener.local_addr()?.port())
}
