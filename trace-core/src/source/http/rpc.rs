//! JSON-RPC 2.0 as a client writes and reads it.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write;

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::fault::Fault;
use crate::source::Reply;

/// A call as it goes over the wire.
pub(super) struct Call<'a> {
    pub(super) id: u64,
    pub(super) method: &'a str,
    /// One JSON array.
    pub(super) params: &'a str,
}

/// A reply, of which `result` is kept as received.
#[derive(Deserialize)]
struct RpcReply<'a> {
    #[serde(borrow, default)]
    id: Option<&'a RawValue>,
    // `null` is a result, and is told from none.
    #[serde(borrow, default, deserialize_with = "present")]
    result: Option<&'a RawValue>,
    #[serde(borrow, default)]
    error: Option<RpcError<'a>>,
}

#[derive(Deserialize)]
struct RpcError<'a> {
    code: i64,
    #[serde(borrow, default)]
    message: Cow<'a, str>,
}

fn present<'de, D: Deserializer<'de>>(from: D) -> Result<Option<&'de RawValue>, D::Error> {
    <&RawValue>::deserialize(from).map(Some)
}

/// One call as an object, several as an array.
pub(super) fn body(calls: &[Call<'_>]) -> String {
    let mut body = String::new();
    for call in calls {
        let comma = if body.is_empty() { "" } else { "," };
        let method = serde_json::Value::from(call.method);
        let (id, params) = (call.id, call.params);
        // Writing to a string cannot fail.
        let _ = write!(
            body,
            r#"{comma}{{"jsonrpc":"2.0","id":{id},"method":{method},"params":{params}}}"#
        );
    }
    if calls.len() == 1 {
        body
    } else {
        format!("[{body}]")
    }
}

/// The result of the one call `id`.
pub(super) fn single(bytes: &[u8], id: u64) -> Result<Reply, Fault> {
    let reply: RpcReply<'_> = parse(bytes)?;
    // An error may come without an id: of a call that could not be read, or from a gateway.
    if reply.error.is_none() && id_of(&reply) != Some(id) {
        return Err(Fault::Malformed("it replies to another call".to_owned()));
    }
    result_of(reply)
}

/// The results of the calls `ids`, in their order, whatever the order of the replies.
pub(super) fn batch(bytes: &[u8], ids: &[u64]) -> Result<Vec<Result<Reply, Fault>>, Fault> {
    if bytes.trim_ascii_start().first() == Some(&b'{') {
        return Err(match result_of(parse(bytes)?) {
            Err(fault @ Fault::Rpc { .. }) if fault.remedy() != super::fault::Remedy::GiveUp => {
                fault
            }
            _ => Fault::NoBatches,
        });
    }
    let mut by_id = BTreeMap::new();
    for reply in parse::<Vec<RpcReply<'_>>>(bytes)? {
        // A reply to no call of ours is nobody's; that ours is missing is seen below.
        if let Some(id) = id_of(&reply) {
            let twice = by_id.contains_key(&id);
            let result = if twice {
                Err(Fault::Malformed("the batch replies to it twice".to_owned()))
            } else {
                result_of(reply)
            };
            by_id.insert(id, result);
        }
    }
    let missing = || Err(Fault::Malformed("the batch lacks it".to_owned()));
    Ok(ids
        .iter()
        .map(|id| by_id.remove(id).unwrap_or_else(missing))
        .collect())
}

fn parse<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, Fault> {
    serde_json::from_slice(bytes).map_err(|error| Fault::Malformed(error.to_string()))
}

fn id_of(reply: &RpcReply<'_>) -> Option<u64> {
    reply.id?.get().parse().ok()
}

fn result_of(reply: RpcReply<'_>) -> Result<Reply, Fault> {
    match (reply.error, reply.result) {
        (Some(error), _) => Err(Fault::rpc(error.code, &error.message)),
        (None, Some(result)) => Ok(Reply(result.get().as_bytes().to_vec())),
        (None, None) => Err(Fault::Malformed("neither result nor error".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::Index;

    use super::*;

    #[expect(
        clippy::unnecessary_wraps,
        reason = "it is compared with what is parsed"
    )]
    fn reply(text: &str) -> Result<Reply, Fault> {
        Ok(Reply(text.as_bytes().to_vec()))
    }

    fn malformed(result: &Result<Reply, Fault>, why: &str) {
        assert!(
            matches!(result, Err(Fault::Malformed(text)) if text.contains(why)),
            "{result:?}"
        );
    }

    #[test]
    fn calls_are_written_as_an_object_or_an_array() {
        let call = |id, params| Call {
            id,
            method: "get\"block",
            params,
        };
        let one = body(&[call(7, "[1]")]);
        assert_eq!(
            one,
            r#"{"jsonrpc":"2.0","id":7,"method":"get\"block","params":[1]}"#
        );
        let two = body(&[call(7, "[1]"), call(8, "[]")]);
        let value: serde_json::Value = serde_json::from_str(&two).unwrap();
        assert_eq!(value[1]["id"], 8);
        assert_eq!(value[0]["params"], serde_json::json!([1]));
    }

    #[test]
    fn a_result_is_kept_as_received() {
        let bytes = br#"{"result": {"b":1.10,  "a":"\u0041"},"error":null,"id":3}"#;
        assert_eq!(single(bytes, 3), reply(r#"{"b":1.10,  "a":"\u0041"}"#));
        assert_eq!(single(br#"{"result":null,"id":3}"#, 3), reply("null"));
    }

    #[test]
    fn what_is_no_reply_to_the_call_is_malformed() {
        malformed(&single(br#"{"result":1,"id":4}"#, 3), "another call");
        malformed(&single(br#"{"result":1}"#, 3), "another call");
        malformed(&single(br#"{"error":null,"id":3}"#, 3), "neither");
        malformed(&single(br#"{"result":1,"id":3"#, 3), "EOF");
        malformed(
            &single(br#"{"result":1,"result":2,"id":3}"#, 3),
            "duplicate",
        );
        malformed(&single(b"<html>", 3), "expected value");
        malformed(&single(b"{\"result\":\"\xff\",\"id\":3}", 3), "");
    }

    #[test]
    fn an_error_is_the_nodes_answer_and_its_text_is_cut() {
        let bytes = br#"{"result":null,"error":{"code":-8,"message":"no \"block\""},"id":3}"#;
        let expected = Fault::Rpc {
            code: -8,
            message: "no \"block\"".to_owned(),
        };
        assert_eq!(single(bytes, 3), Err(expected));
        let long = format!(
            r#"{{"error":{{"code":1,"message":"{}"}}}}"#,
            "é".repeat(2_000)
        );
        let Err(Fault::Rpc { message, .. }) = single(long.as_bytes(), 3) else {
            panic!("an error")
        };
        assert_eq!(message.chars().count(), 1_000);
    }

    #[test]
    fn a_batch_is_matched_by_id() {
        let bytes = br#"[{"id":9,"result":"nine"},{"id":null,"error":{"code":1}},
            {"id":7,"result":"seven"},{"id":7,"result":"other"},{"id":5,"error":{"code":-1}}]"#;
        let got = batch(bytes, &[5, 6, 7, 9]).unwrap();
        assert_eq!(got[0], Err(Fault::rpc(-1, "")));
        malformed(&got[1], "lacks");
        malformed(&got[2], "twice");
        assert_eq!(got[3], reply("\"nine\""));
    }

    #[test]
    fn one_object_for_a_batch_refuses_it_unless_it_says_not_now() {
        let refused = br#" {"error":{"code":-32600,"message":"batches are off"},"id":null}"#;
        assert_eq!(batch(refused, &[1, 2]), Err(Fault::NoBatches));
        let busy = br#"{"error":{"code":-32005,"message":"slow down"},"id":null}"#;
        assert_eq!(batch(busy, &[1, 2]), Err(Fault::rpc(-32_005, "slow down")));
    }

    /// A batch of replies with these ids and results.
    fn written(replies: &[(u64, u64)]) -> Vec<u8> {
        let reply = |(id, result): &(u64, u64)| format!(r#"{{"id":{id},"result":{result}}}"#);
        let replies: Vec<String> = replies.iter().map(reply).collect();
        format!("[{}]", replies.join(",")).into_bytes()
    }

    proptest! {
        /// However a server shuffles, repeats, loses or makes up replies, a call is never
        /// given what another one asked for: here every result is its own id.
        #[test]
        fn no_call_is_given_the_reply_to_another(
            ids in proptest::collection::vec(0..8_u64, 0..12),
            cut in any::<Index>(),
        ) {
            let replies: Vec<_> = ids.iter().map(|id| (*id, *id)).collect();
            let bytes = written(&replies);
            let got = batch(&bytes, &[0, 1, 2, 3]).unwrap();
            for (id, got) in (0..4).zip(got) {
                let times = ids.iter().filter(|known| **known == id).count();
                match times {
                    1 => prop_assert_eq!(got, reply(&id.to_string())),
                    _ => prop_assert!(matches!(got, Err(Fault::Malformed(_)))),
                }
            }
            let cut = &bytes[..cut.index(bytes.len())];
            prop_assert!(matches!(batch(cut, &[0, 1]), Err(Fault::Malformed(_))));
        }

        #[test]
        fn any_bytes_end_in_an_answer_or_an_error(
            bytes in proptest::collection::vec(any::<u8>(), 0..40),
            text in r#"[\[{]{0,2}"(id|result|error|code)":[0-9nul{}\[\]",:-]{0,20}"#,
        ) {
            for bytes in [&bytes[..], text.as_bytes()] {
                let _ = (single(bytes, 0), batch(bytes, &[0, 1]));
            }
        }
    }
}
