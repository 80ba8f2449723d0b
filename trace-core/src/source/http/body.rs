//! The body of a reply, up to a limit.

use std::error::Error;

use reqwest::header::{CONTENT_ENCODING, CONTENT_LENGTH, TRANSFER_ENCODING};
use reqwest::{Response, Version};

use super::fault::Fault;

/// Reads a whole body of at most `bytes_max` bytes; more are neither taken nor kept.
pub(super) async fn read(mut response: Response, bytes_max: u64) -> Result<Vec<u8>, Fault> {
    let headers = response.headers();
    if headers
        .get(CONTENT_ENCODING)
        .is_some_and(|encoding| encoding != "identity")
    {
        let why = "it is compressed, which was not asked for";
        return Err(Fault::Malformed(why.to_owned()));
    }
    // Without any of these a cut connection looks like the end of the reply.
    let has_end = response.version() >= Version::HTTP_2
        || headers.contains_key(CONTENT_LENGTH)
        || headers.contains_key(TRANSFER_ENCODING);
    if !has_end {
        let why = "nothing says where it ends";
        return Err(Fault::Malformed(why.to_owned()));
    }
    if response
        .content_length()
        .is_some_and(|length| length > bytes_max)
    {
        return Err(Fault::TooLarge);
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| broken(&error))? {
        if (body.len() + chunk.len()) as u64 > bytes_max {
            return Err(Fault::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// A connection that broke, told without the address: a query may hold a key.
pub(super) fn broken(error: &reqwest::Error) -> Fault {
    // The outer texts only say "error sending request for url (…)".
    let mut why = "the connection failed".to_owned();
    let mut source = error.source();
    while let Some(error) = source {
        why = error.to_string();
        source = error.source();
    }
    Fault::Broken(why)
}
