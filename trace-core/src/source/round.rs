//! The questions of one round trip, each asked once however many want its reply.

use std::collections::BTreeMap;
use std::str::FromStr;

use bitcoin::hex::FromHex;
use serde::de::DeserializeOwned;

use super::{AskError, Reply, Request, SourceError, Transport};

/// Questions that go out together.
#[derive(Debug, Default)]
pub(crate) struct Round {
    requests: Vec<Request>,
    places: BTreeMap<Request, usize>,
}

/// Stands for the reply to one question of a round.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ticket(usize);

/// The replies to a round.
#[derive(Debug)]
pub(crate) struct Replies(Vec<(Request, Result<Reply, AskError>)>);

impl Round {
    /// Adds a question, or finds it among those added.
    pub(crate) fn add(&mut self, request: Request) -> Ticket {
        let next = self.requests.len();
        let place = *self.places.entry(request.clone()).or_insert(next);
        if place == next {
            self.requests.push(request);
        }
        Ticket(place)
    }

    /// How many different questions there are.
    pub(crate) fn len(&self) -> usize {
        self.requests.len()
    }

    /// Asks everything at once. No question, no round trip.
    pub(crate) async fn ask<T: Transport>(self, transport: &T) -> Replies {
        let mut replies = if self.requests.is_empty() {
            Vec::new()
        } else {
            transport.ask(&self.requests).await
        }
        .into_iter();
        let pairs = self.requests.into_iter().map(|request| {
            let reply = replies.next().unwrap_or_else(|| {
                Err(AskError::NoReply {
                    request: request.to_string(),
                    why: "the transport gave fewer replies than it was asked questions".to_owned(),
                })
            });
            (request, reply)
        });
        Replies(pairs.collect())
    }
}

impl Replies {
    /// The reply as received.
    pub(crate) fn bytes(&self, ticket: Ticket) -> Result<&[u8], AskError> {
        match self.0.get(ticket.0) {
            Some((_, Ok(Reply(bytes)))) => Ok(bytes),
            Some((_, Err(error))) => Err(error.clone()),
            None => Err(AskError::NoReply {
                request: format!("question {} of another round", ticket.0),
                why: "it was never asked".to_owned(),
            }),
        }
    }

    /// The reply as JSON of the shape wanted.
    pub(crate) fn json<D: DeserializeOwned>(&self, ticket: Ticket) -> Result<D, SourceError> {
        let bytes = self.bytes(ticket)?;
        serde_json::from_slice(bytes).map_err(|error| self.malformed(ticket, error.to_string()))
    }

    /// The reply as text of hexadecimal digits, plain or as a JSON string.
    pub(crate) fn hex(&self, ticket: Ticket) -> Result<&str, SourceError> {
        let bytes = self.bytes(ticket)?.trim_ascii();
        let quoted = bytes
            .strip_prefix(b"\"")
            .and_then(|b| b.strip_suffix(b"\""));
        let digits = quoted.unwrap_or(bytes);
        match std::str::from_utf8(digits) {
            Ok(text) if digits.iter().all(u8::is_ascii_hexdigit) => Ok(text),
            _ => Err(self.malformed(ticket, "not hexadecimal digits")),
        }
    }

    /// The bytes that the reply writes in hexadecimal digits.
    pub(crate) fn hex_bytes(&self, ticket: Ticket) -> Result<Vec<u8>, SourceError> {
        Vec::from_hex(self.hex(ticket)?).map_err(|error| self.malformed(ticket, error.to_string()))
    }

    /// The hash that the reply is.
    pub(crate) fn hash<H: FromStr>(&self, ticket: Ticket) -> Result<H, SourceError> {
        self.hash_in(ticket, self.hex(ticket)?)
    }

    /// The hash that a member of the reply is.
    pub(crate) fn hash_in<H: FromStr>(&self, ticket: Ticket, text: &str) -> Result<H, SourceError> {
        text.parse()
            .map_err(|_| self.malformed(ticket, "no hash where one should be"))
    }

    /// That a reply is not what it should be, with the question it is the reply to.
    pub(crate) fn malformed(&self, ticket: Ticket, why: impl Into<String>) -> SourceError {
        let request = self.0.get(ticket.0);
        let request = request.map_or_else(String::new, |(request, _)| request.to_string());
        SourceError::Ask(AskError::Malformed {
            request,
            why: why.into(),
        })
    }
}
