//! A server and what it must be shown.

use std::fmt;
use std::path::PathBuf;

use url::Url;

use super::{Adapter, refused};
use crate::source::SourceError;

/// A server, and what it must be shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// Its address, without credentials, query and fragment.
    pub url: Url,
    /// The number of the chain that it is asked for, where it tells of several.
    pub chain: Option<u64>,
    /// What it must be shown.
    pub credentials: Credentials,
}

/// What a server must be shown. Never written anywhere, not even by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub enum Credentials {
    /// Nothing.
    None,
    /// A name and a password, as HTTP's basic authentication.
    Basic {
        /// The name.
        user: String,
        /// The password.
        password: String,
    },
    /// A key in the query of each request.
    ApiKey(String),
    /// The file in which Bitcoin Core leaves a name and a password at each start.
    Cookie(PathBuf),
}

impl Endpoint {
    pub(super) fn parse(adapter: Adapter, text: &str) -> Result<Self, SourceError> {
        // What cannot be read is not shown: nobody knows where a password would be in it.
        let name = format!("{}+…", adapter.name());
        let mut url: Url = text
            .parse()
            .map_err(|error: url::ParseError| refused(&name, &error.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
            return Err(refused(&name, "only http:// and https:// lead to a server"));
        }
        let parameter = match adapter {
            Adapter::Etherscan => "chainid",
            _ => "cookie",
        };
        let given_in_query = parameter_of(&url, parameter);
        let user = decoded(url.username());
        let password = url.password().map(decoded);
        let given = !user.is_empty() || password.is_some();
        url.set_query(None);
        url.set_fragment(None);
        // Neither can fail for a URL that has a host.
        let cleared = url.set_username("").and_then(|()| url.set_password(None));
        cleared.map_err(|()| refused(&name, "has no place for credentials"))?;
        let shown = format!("{}+{url}", adapter.name());
        let in_query = given_in_query.map_err(|other| {
            let why = format!("{other:?} is no parameter; only {parameter}= is");
            refused(&shown, &why)
        })?;
        if adapter == Adapter::Etherscan {
            return Self::of_explorer(url, given, in_query.as_deref(), &shown);
        }
        let credentials = match in_query {
            Some(_) if given => {
                return Err(refused(&shown, "has both a password and a cookie file"));
            }
            Some(path) => Credentials::Cookie(PathBuf::from(path)),
            None if given => Credentials::Basic {
                user,
                password: password.unwrap_or_default(),
            },
            None => Credentials::None,
        };
        Ok(Self {
            url,
            chain: None,
            credentials,
        })
    }

    /// An API of explorers, whose path ends in `/api` whether that is written or not.
    fn of_explorer(
        mut url: Url,
        has_credentials: bool,
        chain: Option<&str>,
        shown: &str,
    ) -> Result<Self, SourceError> {
        if has_credentials {
            return Err(refused(
                shown,
                "takes a key from the environment and no password",
            ));
        }
        let chain = chain.map(str::parse).transpose();
        let chain = chain.map_err(|_| refused(shown, "has a chainid that is no number"))?;
        let path = url.path().trim_end_matches('/').to_owned();
        url.set_path(path.strip_suffix("/api").unwrap_or(&path));
        Ok(Self {
            url,
            chain,
            credentials: Credentials::None,
        })
    }
}

/// The value that a query gives to its only parameter, or the name of one that is none.
fn parameter_of(url: &Url, parameter: &str) -> Result<Option<String>, String> {
    let mut found = None;
    for (name, value) in url.query_pairs() {
        if name != parameter || value.is_empty() || found.is_some() {
            return Err(name.into_owned());
        }
        found = Some(value.into_owned());
    }
    Ok(found)
}

fn decoded(text: &str) -> String {
    // In a query `+` is a space and `&` ends a value; in user information they are letters.
    let text = text.replace('+', "%2B").replace('&', "%26");
    let pairs = format!("x={text}");
    let mut pairs = url::form_urlencoded::parse(pairs.as_bytes());
    pairs
        .next()
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

impl fmt::Display for Endpoint {
    /// Without credentials.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.url)?;
        match self.chain {
            Some(chain) => write!(f, "?chainid={chain}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Endpoint({}, {:?})", self.url, self.credentials)
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "no credentials",
            Self::Basic { .. } => "a password",
            Self::ApiKey(_) => "a key",
            Self::Cookie(_) => "a cookie file",
        })
    }
}
