//! One question and its answer, as bytes.

use bitcoin::hashes::{Hash, HashEngine, sha256};

use crate::source::{AskError, Reply, Request};

/// A SHA-256.
pub(super) type Digest = [u8; 32];

/// The SHA-256 of some parts, one after the other.
pub(super) fn digest(parts: &[&[u8]]) -> Digest {
    let mut engine = sha256::Hash::engine();
    for part in parts {
        engine.input(part);
    }
    sha256::Hash::from_engine(engine).to_byte_array()
}

/// What a recording is made of: a question, its answer, and the answer's SHA-256.
pub(crate) struct Entry {
    bytes: Vec<u8>,
    pub(super) request: Digest,
    pub(super) answer: Digest,
}

impl Entry {
    /// An entry, unless the answer is none: what failed may succeed when it is asked again.
    ///
    /// # Errors
    /// When a part is longer than 4 GiB.
    pub(crate) fn new(
        request: &Request,
        answer: &Result<Reply, AskError>,
    ) -> Result<Option<Self>, String> {
        let mut bytes = encode_request(request)?;
        let request_end = bytes.len();
        match answer {
            Ok(Reply(reply)) => {
                bytes.push(0);
                push(&mut bytes, reply)?;
            }
            Err(error) if !error.is_answer() => return Ok(None),
            Err(AskError::Rpc { code, message, .. }) => {
                bytes.push(1);
                bytes.extend(code.to_le_bytes());
                push(&mut bytes, message.as_bytes())?;
            }
            Err(AskError::Status { status, .. }) => {
                bytes.push(2);
                bytes.extend(status.to_le_bytes());
            }
            Err(_) => return Ok(None),
        }
        let (request, answer) = bytes.split_at(request_end);
        let (request, answer) = (digest(&[request]), digest(&[answer]));
        bytes.extend(answer);
        Ok(Some(Self {
            bytes,
            request,
            answer,
        }))
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// The hash of a recording up to and with an entry.
pub(super) fn chained(before: &Digest, request: &Digest, answer: &Digest) -> Digest {
    digest(&[before, request, answer])
}

/// The digest under which a request is found.
pub(super) fn digest_of(request: &Request) -> Option<Digest> {
    encode_request(request).ok().map(|bytes| digest(&[&bytes]))
}

fn encode_request(request: &Request) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    match request {
        Request::Rpc { method, params } => {
            bytes.push(0);
            push(&mut bytes, method.as_bytes())?;
            push(&mut bytes, params.as_bytes())?;
        }
        Request::Get { path } => {
            bytes.push(1);
            push(&mut bytes, path.as_bytes())?;
        }
        Request::Local { name } => {
            bytes.push(2);
            push(&mut bytes, name.as_bytes())?;
        }
    }
    Ok(bytes)
}

fn push(bytes: &mut Vec<u8>, part: &[u8]) -> Result<(), String> {
    let length = u32::try_from(part.len()).map_err(|_| "a reply is longer than 4 GiB")?;
    bytes.extend(length.to_le_bytes());
    bytes.extend(part);
    Ok(())
}

/// Reads entries one after the other, each checked against its SHA-256.
pub(super) struct Entries<'a> {
    bytes: &'a [u8],
    rest: &'a [u8],
}

/// An entry as it lies in a frame.
pub(super) struct Found<'a> {
    pub(super) request_digest: Digest,
    pub(super) answer_digest: Digest,
    request: &'a [u8],
    answer: &'a [u8],
}

impl<'a> Entries<'a> {
    pub(super) fn of(bytes: &'a [u8]) -> Self {
        Self { bytes, rest: bytes }
    }

    /// How many bytes have been read.
    pub(super) fn position(&self) -> usize {
        self.bytes.len() - self.rest.len()
    }

    /// The next entry, or `None` at the end.
    ///
    /// # Errors
    /// When the bytes are no entry, or the answer is not what its SHA-256 says.
    pub(super) fn next(&mut self) -> Result<Option<Found<'a>>, String> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let start = self.rest;
        let texts = match self.take(1)? {
            [0] => 2,
            [1 | 2] => 1,
            _ => return Err("no such kind of request".to_owned()),
        };
        for _ in 0..texts {
            let text = self.take_part()?;
            std::str::from_utf8(text).map_err(|_| "a request that is no UTF-8")?;
        }
        let request = since(start, self.rest);
        let start = self.rest;
        match self.take(1)? {
            [0] => {
                self.take_part()?;
            }
            [1] if texts == 2 => {
                self.take(8)?;
                let message = self.take_part()?;
                std::str::from_utf8(message).map_err(|_| "an error that is no UTF-8")?;
            }
            [2] => {
                self.take(2)?;
            }
            _ => return Err("no such kind of answer".to_owned()),
        }
        let answer = since(start, self.rest);
        let found = Found {
            request_digest: digest(&[request]),
            answer_digest: digest(&[answer]),
            request,
            answer,
        };
        if self.take(32)? == found.answer_digest {
            Ok(Some(found))
        } else {
            Err("an answer is not what its SHA-256 says".to_owned())
        }
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], String> {
        let (taken, rest) = self
            .rest
            .split_at_checked(length)
            .ok_or("an entry runs past the end of its frame")?;
        self.rest = rest;
        Ok(taken)
    }

    fn take_part(&mut self) -> Result<&'a [u8], String> {
        let length = self.take(4)?.try_into().map_or(0, u32::from_le_bytes);
        self.take(usize::try_from(length).map_err(|error| error.to_string())?)
    }
}

/// What lies between two positions in the same bytes.
fn since<'a>(start: &'a [u8], rest: &[u8]) -> &'a [u8] {
    start.get(..start.len() - rest.len()).unwrap_or_default()
}

impl Found<'_> {
    /// Whether this is an entry of `request`, byte for byte.
    pub(super) fn is_of(&self, request: &Request) -> bool {
        encode_request(request).is_ok_and(|bytes| bytes == self.request)
    }

    /// The answer as it was when it was recorded.
    pub(super) fn answer(&self, request: &Request) -> Result<Reply, AskError> {
        let malformed = || AskError::Malformed {
            request: request.to_string(),
            why: "the recording holds no such answer".to_owned(),
        };
        let (kind, content) = self.answer.split_first().ok_or_else(malformed)?;
        match (kind, request) {
            (0, _) => Ok(Reply(content.get(4..).ok_or_else(malformed)?.to_vec())),
            (1, Request::Rpc { method, .. }) => {
                let (code, message) = content.split_first_chunk().ok_or_else(malformed)?;
                let message = message.get(4..).ok_or_else(malformed)?;
                Err(AskError::Rpc {
                    method: method.clone(),
                    code: i64::from_le_bytes(*code),
                    message: String::from_utf8_lossy(message).into_owned(),
                })
            }
            (2, _) => Err(AskError::Status {
                request: request.to_string(),
                status: u16::from_le_bytes(content.try_into().map_err(|_| malformed())?),
            }),
            _ => Err(malformed()),
        }
    }
}
