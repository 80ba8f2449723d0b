//! The address of a source, as a person writes it on a command line.
//!
//! | form | source |
//! |---|---|
//! | `blk:DIR` | a Bitcoin Core `blocks` folder |
//! | `bitcoin-core+http://USER:PASSWORD@HOST:PORT` | a Bitcoin Core node |
//! | `bitcoin-core+http://HOST:PORT?cookie=PATH` | the same, by the cookie file it writes at each start |
//! | `esplora+https://HOST/api` | an Esplora server |
//! | `ethereum+https://HOST` | a node of Ethereum or another chain of the EVM |
//! | `recording:FILE` | replies recorded from any of them |
//!
//! Several endpoints of one kind are joined by commas, each with its scheme: `esplora+https://a/api,https://b/api`.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use url::Url;

use super::SourceError;

/// Where a source is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourceUri {
    /// A folder of block files.
    BlockFiles(PathBuf),
    /// Servers that are asked over a network, all of one kind.
    Network(Adapter, Vec<Endpoint>),
    /// A file of recorded replies.
    Recording(PathBuf),
}

/// The language a server speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Adapter {
    /// Bitcoin Core's JSON-RPC.
    BitcoinCore,
    /// The Esplora API.
    Esplora,
    /// The JSON-RPC of Ethereum's execution clients.
    Ethereum,
}

/// A server, and what it must be shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// Its address, without credentials, query and fragment.
    pub url: Url,
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
    /// The file in which Bitcoin Core leaves a name and a password at each start.
    Cookie(PathBuf),
}

impl Adapter {
    /// Every adapter.
    pub const ALL: [Self; 3] = [Self::BitcoinCore, Self::Esplora, Self::Ethereum];

    /// Its name, in addresses and in recordings.
    pub fn name(self) -> &'static str {
        match self {
            Self::BitcoinCore => "bitcoin-core",
            Self::Esplora => "esplora",
            Self::Ethereum => "ethereum",
        }
    }
}

impl SourceUri {
    /// Joins addresses given one by one into one source.
    ///
    /// # Errors
    /// When there is none, when they are of different kinds, or when there are several of a
    /// kind of which one is enough.
    pub fn join(uris: impl IntoIterator<Item = Self>) -> Result<Self, SourceError> {
        let mut uris = uris.into_iter();
        let first = uris.next();
        let first = first.ok_or_else(|| refused("", "no source is given"))?;
        uris.try_fold(first, |joined, next| match (joined, next) {
            (Self::Network(adapter, mut endpoints), Self::Network(other, more))
                if adapter == other =>
            {
                endpoints.extend(more);
                Ok(Self::Network(adapter, endpoints))
            }
            (_, next) => Err(refused(
                &next.to_string(),
                "only servers of one kind can stand in for one another",
            )),
        })
    }
}

impl FromStr for SourceUri {
    type Err = SourceError;

    fn from_str(text: &str) -> Result<Self, SourceError> {
        if let Some(path) = text.strip_prefix("blk:") {
            return Ok(Self::BlockFiles(path_of("blk:", path)?));
        }
        if let Some(path) = text.strip_prefix("recording:") {
            return Ok(Self::Recording(path_of("recording:", path)?));
        }
        let by_name = |adapter: &Adapter| {
            let rest = text.strip_prefix(adapter.name())?;
            Some((*adapter, rest.strip_prefix('+')?))
        };
        let Some((adapter, endpoints)) = Adapter::ALL.iter().find_map(by_name) else {
            // Not repeated in the error: it may hold a password all the same.
            let why = "begins with none of blk:, recording:, bitcoin-core+, esplora+ and ethereum+";
            return Err(refused("the source", why));
        };
        let own = format!("{}+", adapter.name());
        let endpoints = split(endpoints)
            .iter()
            .map(|endpoint| endpoint.strip_prefix(&own).unwrap_or(endpoint))
            .map(|endpoint| Endpoint::parse(adapter, endpoint))
            .collect::<Result<_, _>>()?;
        Ok(Self::Network(adapter, endpoints))
    }
}

/// The parts between commas. A comma that no scheme follows belongs to the part before it.
fn split(text: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    for part in text.split(',') {
        match parts.last_mut() {
            Some(last) if !part.contains("://") => {
                last.push(',');
                last.push_str(part);
            }
            _ => parts.push(part.to_owned()),
        }
    }
    parts
}

fn path_of(scheme: &str, path: &str) -> Result<PathBuf, SourceError> {
    if path.is_empty() {
        return Err(refused(scheme, "names no path"));
    }
    Ok(PathBuf::from(path))
}

fn refused(uri: &str, why: &str) -> SourceError {
    SourceError::Uri {
        uri: uri.to_owned(),
        why: why.to_owned(),
    }
}

impl Endpoint {
    fn parse(adapter: Adapter, text: &str) -> Result<Self, SourceError> {
        // What cannot be read is not shown: nobody knows where a password would be in it.
        let name = format!("{}+…", adapter.name());
        let mut url: Url = text
            .parse()
            .map_err(|error: url::ParseError| refused(&name, &error.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
            return Err(refused(&name, "only http:// and https:// lead to a server"));
        }
        let cookie = cookie_of(&url);
        let user = decoded(url.username());
        let password = url.password().map(decoded);
        let given = !user.is_empty() || password.is_some();
        url.set_query(None);
        url.set_fragment(None);
        // Neither can fail for a URL that has a host.
        let cleared = url.set_username("").and_then(|()| url.set_password(None));
        cleared.map_err(|()| refused(&name, "has no place for credentials"))?;
        let shown = format!("{}+{url}", adapter.name());
        let credentials = match cookie {
            Err(other) => {
                let why = format!("{other:?} is no parameter; only cookie=PATH is");
                return Err(refused(&shown, &why));
            }
            Ok(Some(_)) if given => {
                return Err(refused(&shown, "has both a password and a cookie file"));
            }
            Ok(Some(path)) => Credentials::Cookie(path),
            Ok(None) if given => Credentials::Basic {
                user,
                password: password.unwrap_or_default(),
            },
            Ok(None) => Credentials::None,
        };
        Ok(Self { url, credentials })
    }
}

/// The cookie file that a query names, or the name of the parameter that is none.
fn cookie_of(url: &Url) -> Result<Option<PathBuf>, String> {
    let mut cookie = None;
    for (name, value) in url.query_pairs() {
        if name != "cookie" || value.is_empty() || cookie.is_some() {
            return Err(name.into_owned());
        }
        cookie = Some(PathBuf::from(value.into_owned()));
    }
    Ok(cookie)
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

impl fmt::Display for SourceUri {
    /// Without credentials.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BlockFiles(path) => write!(f, "blk:{}", path.display()),
            Self::Recording(path) => write!(f, "recording:{}", path.display()),
            Self::Network(adapter, endpoints) => {
                write!(f, "{}+", adapter.name())?;
                for (number, endpoint) in endpoints.iter().enumerate() {
                    let comma = if number == 0 { "" } else { "," };
                    write!(f, "{comma}{}", endpoint.url)?;
                }
                Ok(())
            }
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
            Self::Cookie(_) => "a cookie file",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> SourceUri {
        text.parse().unwrap()
    }

    fn check_refused(text: &str, expected: &str) {
        let error = text.parse::<SourceUri>().unwrap_err().to_string();
        assert!(error.contains(expected), "{text}: {error}");
        assert!(!error.contains("secret"), "{error}");
    }

    fn endpoints(text: &str) -> Vec<Endpoint> {
        match parse(text) {
            SourceUri::Network(_, endpoints) => endpoints,
            other => panic!("{other}"),
        }
    }

    #[test]
    fn each_form_is_read() {
        let folder = SourceUri::BlockFiles("/node/blocks".into());
        assert_eq!(parse("blk:/node/blocks"), folder);
        let file = SourceUri::Recording("theft.rec".into());
        assert_eq!(parse("recording:theft.rec"), file);
        assert_eq!(
            parse("esplora+https://host/api").to_string(),
            "esplora+https://host/api"
        );
        assert_eq!(
            parse("ethereum+https://host,http://other:8545").to_string(),
            "ethereum+https://host/,http://other:8545/"
        );
    }

    #[test]
    fn credentials_are_read_and_never_shown() {
        let text = "bitcoin-core+http://rpc:p%40ss+&secret@127.0.0.1:8332";
        let [endpoint] = &endpoints(text)[..] else {
            panic!("one endpoint")
        };
        assert_eq!(
            endpoint.credentials,
            Credentials::Basic {
                user: "rpc".to_owned(),
                password: "p@ss+&secret".to_owned(),
            }
        );
        let shown = format!("{} {:?} {endpoint:?}", parse(text), parse(text));
        assert!(
            !shown.contains("secret") && !shown.contains("rpc:"),
            "{shown}"
        );
        assert_eq!(
            parse(text).to_string(),
            "bitcoin-core+http://127.0.0.1:8332/"
        );
    }

    #[test]
    fn a_cookie_file_stands_for_a_password() {
        let text = "bitcoin-core+http://127.0.0.1:8332?cookie=/node/secret%20dir/.cookie";
        let cookie = Credentials::Cookie("/node/secret dir/.cookie".into());
        assert_eq!(endpoints(text)[0].credentials, cookie);
        assert!(!parse(text).to_string().contains("secret"));
    }

    #[test]
    fn several_endpoints_are_joined_by_commas_or_given_one_by_one() {
        let joined = parse("esplora+https://a/api,esplora+https://b/x,y,https://c");
        assert_eq!(
            joined.to_string(),
            "esplora+https://a/api,https://b/x,y,https://c/"
        );
        let parts = [
            "esplora+https://a/api",
            "esplora+https://b/x,y",
            "esplora+https://c",
        ];
        assert_eq!(SourceUri::join(parts.map(parse)).unwrap(), joined);
        let mixed = [parse("esplora+https://a"), parse("bitcoin-core+http://b")];
        assert!(SourceUri::join(mixed).is_err());
        let folders = [parse("blk:a"), parse("blk:b")];
        assert!(SourceUri::join(folders).is_err());
        assert!(SourceUri::join([]).is_err());
    }

    #[test]
    fn what_is_no_source_is_refused_without_showing_a_password() {
        check_refused("http://user:secret@host", "begins with none of");
        check_refused("bitcoin-core+ftp://user:secret@host", "only http://");
        check_refused("bitcoin-core+http://user:secret@", "");
        check_refused("bitcoin-core+http://user:secret@host:99999", "port");
        check_refused("bitcoin-core+http://u:secret@host?cookie=x", "both");
        check_refused("bitcoin-core+http://host?coookie=x", "coookie");
        check_refused("blk:", "names no path");
    }
}
