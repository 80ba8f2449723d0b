//! One server: its address, what it must be shown, and what was learnt of it.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use reqwest::{Client, RequestBuilder};
use url::Url;

use super::fault::Fault;
use super::pace::Pace;
use crate::source::uri::{Credentials, Endpoint};

/// Bitcoin Core's cookie file has less than 100 bytes.
const COOKIE_BYTES_MAX: u64 = 4_096;

/// A server that can be asked.
pub(super) struct Server {
    /// Its place among the servers of its source.
    pub(super) number: usize,
    endpoint: Endpoint,
    pub(super) pace: Pace,
    takes_batches: AtomicBool,
    kin: OnceLock<bool>,
    /// What its cookie file held when it was read last.
    cookie: Mutex<Option<Secret>>,
}

/// What is shown to a server. Never written anywhere.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Secret {
    /// In a header.
    Password { user: String, password: String },
    /// In the query.
    Key(String),
}

impl Server {
    pub(super) fn new(number: usize, endpoint: Endpoint, requests_per_second: u32) -> Self {
        Self {
            number,
            endpoint,
            pace: Pace::new(requests_per_second),
            takes_batches: AtomicBool::new(true),
            kin: OnceLock::new(),
            cookie: Mutex::new(None),
        }
    }

    /// Its host and port, to be shown.
    pub(super) fn name(&self) -> String {
        let url = &self.endpoint.url;
        let port = url
            .port()
            .map_or_else(String::new, |port| format!(":{port}"));
        format!("{}{port}", url.host_str().unwrap_or_default())
    }

    pub(super) fn takes_batches(&self) -> bool {
        self.takes_batches.load(Ordering::Relaxed)
    }

    pub(super) fn refused_batch(&self) {
        self.takes_batches.store(false, Ordering::Relaxed);
    }

    /// Whether it is of the same chain as the others, once that is known.
    pub(super) fn is_kin(&self) -> Option<bool> {
        self.kin.get().copied()
    }

    /// Remembers whether it is, and says so.
    pub(super) fn remember_kin(&self, is_kin: bool) -> bool {
        *self.kin.get_or_init(|| is_kin)
    }

    /// A POST to its address.
    pub(super) fn post(&self, client: &Client, body: String) -> RequestBuilder {
        client
            .post(self.endpoint.url.clone())
            .header(reqwest::header::CONTENT_TYPE, "application/json")
            .body(body)
    }

    /// A GET of a path below its address, with the chain that is asked for and the key, if there
    /// is one.
    pub(super) fn get(
        &self,
        client: &Client,
        path: &str,
        secret: Option<&Secret>,
    ) -> Result<RequestBuilder, Fault> {
        let base = self.endpoint.url.as_str().trim_end_matches('/');
        let mut url: Url = format!("{base}{path}")
            .parse()
            .map_err(|error: url::ParseError| Fault::Broken(error.to_string()))?;
        if let Some(chain) = self.endpoint.chain {
            url.query_pairs_mut()
                .append_pair("chainid", &chain.to_string());
        }
        if let Some(Secret::Key(key)) = secret {
            url.query_pairs_mut().append_pair("apikey", key);
        }
        Ok(client.get(url))
    }

    /// What it must be shown, if anything.
    pub(super) fn secret(&self) -> Result<Option<Secret>, Fault> {
        let path = match &self.endpoint.credentials {
            Credentials::None => return Ok(None),
            Credentials::Basic { user, password } => {
                return Ok(Some(Secret::Password {
                    user: user.clone(),
                    password: password.clone(),
                }));
            }
            Credentials::ApiKey(key) => return Ok(Some(Secret::Key(key.clone()))),
            Credentials::Cookie(path) => path,
        };
        let mut known = self.lock();
        if known.is_none() {
            *known = Some(read_cookie(path)?);
        }
        Ok(known.clone())
    }

    /// What is to be shown by now instead of `used`, which was refused: a node writes a new
    /// cookie file at each start. `None` if there is nothing else.
    pub(super) fn other_secret(&self, used: Option<&Secret>) -> Option<Secret> {
        let Credentials::Cookie(path) = &self.endpoint.credentials else {
            return None;
        };
        let mut known = self.lock();
        *known = read_cookie(path).ok();
        known.clone().filter(|known| Some(known) != used)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Secret>> {
        self.cookie.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Secret {
    pub(super) fn shown_in(&self, request: RequestBuilder) -> RequestBuilder {
        match self {
            Self::Password { user, password } => request.basic_auth(user, Some(password)),
            Self::Key(_) => request,
        }
    }

    /// What of it must not be seen.
    fn text(&self) -> &str {
        match self {
            Self::Password { password, .. } => password,
            Self::Key(key) => key,
        }
    }

    /// Whether a reply repeats a key. What a reply says of a password is the node's own affair: it
    /// knows nobody else's.
    pub(super) fn is_key_in(&self, body: &[u8]) -> bool {
        match self {
            Self::Key(key) => {
                let mut parts = body.windows(key.len().max(1));
                !key.is_empty() && parts.any(|part| part == key.as_bytes())
            }
            Self::Password { .. } => false,
        }
    }

    /// A fault without the secret, should the server have repeated it, as it is or as the
    /// `token` that was sent.
    pub(super) fn hidden_in(&self, fault: Fault, token: &str) -> Fault {
        let hidden = |text: &str| {
            let secrets = [self.text(), token];
            let secrets = secrets.into_iter().filter(|secret| !secret.is_empty());
            secrets.fold(text.to_owned(), |text, secret| text.replace(secret, "…"))
        };
        match fault {
            Fault::Rpc { code, message } => Fault::Rpc {
                code,
                message: hidden(&message),
            },
            Fault::Broken(why) => Fault::Broken(hidden(&why)),
            Fault::Malformed(why) => Fault::Malformed(hidden(&why)),
            other => other,
        }
    }
}

/// Reads `user:password`. Errors do not name the file: its path says where a secret is.
fn read_cookie(path: &Path) -> Result<Secret, Fault> {
    let unreadable = |why: &dyn std::fmt::Display| {
        Fault::Broken(format!("the cookie file cannot be read: {why}"))
    };
    let mut text = String::new();
    File::open(path)
        .and_then(|file| file.take(COOKIE_BYTES_MAX).read_to_string(&mut text))
        .map_err(|error| unreadable(&error))?;
    let (user, password) = text
        .trim_end()
        .split_once(':')
        .ok_or_else(|| unreadable(&"it is not a name, a colon and a password"))?;
    Ok(Secret::Password {
        user: user.to_owned(),
        password: password.to_owned(),
    })
}
