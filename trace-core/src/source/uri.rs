//! The address of a source, as a person writes it on a command line.
//!
//! | form | source |
//! |---|---|
//! | `blk:DIR` | a Bitcoin Core `blocks` folder |
//! | `bitcoin-core+http://USER:PASSWORD@HOST:PORT` | a Bitcoin Core node |
//! | `bitcoin-core+http://HOST:PORT?cookie=PATH` | the same, by the cookie file it writes at each start |
//! | `esplora+https://HOST/api` | an Esplora server |
//! | `ethereum+https://HOST` | a node of Ethereum or another chain of the EVM |
//! | `etherscan+https://HOST`, with `?chainid=N` where it tells of several chains | an explorer with the API of Etherscan, beside such a node |
//! | `recording:FILE` | replies recorded from any of them |
//!
//! Several endpoints of one kind are joined by commas, each with its scheme: `esplora+https://a/api,https://b/api`.

mod endpoint;

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use super::SourceError;

pub use endpoint::{Credentials, Endpoint};

/// Where a source is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourceUri {
    /// A folder of block files.
    BlockFiles(PathBuf),
    /// Servers that are asked over a network, all of one kind.
    Network(Adapter, Vec<Endpoint>),
    /// Nodes of the EVM, and explorers that know in which transactions an account takes part.
    Indexed {
        /// The nodes.
        nodes: Vec<Endpoint>,
        /// The explorers.
        explorers: Vec<Endpoint>,
    },
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
    /// That, beside the API of Etherscan and explorers like it.
    Etherscan,
}

impl Adapter {
    /// Every adapter.
    pub const ALL: [Self; 4] = [
        Self::BitcoinCore,
        Self::Esplora,
        Self::Ethereum,
        Self::Etherscan,
    ];

    /// Its name, in addresses and in recordings.
    pub fn name(self) -> &'static str {
        match self {
            Self::BitcoinCore => "bitcoin-core",
            Self::Esplora => "esplora",
            Self::Ethereum => "ethereum",
            Self::Etherscan => "etherscan",
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
            (
                Self::Network(Adapter::Ethereum, nodes),
                Self::Network(Adapter::Etherscan, explorers),
            )
            | (
                Self::Network(Adapter::Etherscan, explorers),
                Self::Network(Adapter::Ethereum, nodes),
            ) => Ok(Self::Indexed { nodes, explorers }),
            (
                Self::Indexed {
                    mut nodes,
                    mut explorers,
                },
                Self::Network(adapter @ (Adapter::Ethereum | Adapter::Etherscan), more),
            ) => {
                match adapter {
                    Adapter::Ethereum => nodes.extend(more),
                    _ => explorers.extend(more),
                }
                Ok(Self::Indexed { nodes, explorers })
            }
            (_, next) => Err(refused(
                &next.to_string(),
                "only servers of one kind can stand in for one another",
            )),
        })
    }
}

impl SourceUri {
    /// Shows explorers this key, which is never written anywhere.
    #[must_use]
    pub fn with_api_key(mut self, key: &str) -> Self {
        if let Self::Network(Adapter::Etherscan, explorers) | Self::Indexed { explorers, .. } =
            &mut self
        {
            for explorer in explorers {
                explorer.credentials = Credentials::ApiKey(key.to_owned());
            }
        }
        self
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
            let why = "begins with none of blk:, recording:, bitcoin-core+, esplora+, ethereum+ and \
                       etherscan+";
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

impl fmt::Display for SourceUri {
    /// Without credentials.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BlockFiles(path) => write!(f, "blk:{}", path.display()),
            Self::Recording(path) => write!(f, "recording:{}", path.display()),
            Self::Network(adapter, endpoints) => write_servers(f, *adapter, endpoints),
            Self::Indexed { nodes, explorers } => {
                write_servers(f, Adapter::Ethereum, nodes)?;
                f.write_str(" ")?;
                write_servers(f, Adapter::Etherscan, explorers)
            }
        }
    }
}

fn write_servers(
    f: &mut fmt::Formatter<'_>,
    adapter: Adapter,
    endpoints: &[Endpoint],
) -> fmt::Result {
    write!(f, "{}+", adapter.name())?;
    for (number, endpoint) in endpoints.iter().enumerate() {
        let comma = if number == 0 { "" } else { "," };
        write!(f, "{comma}{endpoint}")?;
    }
    Ok(())
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
    fn an_explorer_stands_beside_a_node_and_its_key_is_not_shown() {
        let explorer = parse("etherscan+https://api.host/v2/api?chainid=10");
        assert_eq!(
            explorer.to_string(),
            "etherscan+https://api.host/v2?chainid=10"
        );
        for both in [
            [parse("ethereum+https://a"), explorer.clone()],
            [explorer.clone(), parse("ethereum+https://a")],
        ] {
            let joined = SourceUri::join(both).unwrap().with_api_key("secret");
            let shown = format!("{joined} {joined:?}");
            assert!(
                shown.starts_with("ethereum+https://a/ etherscan+https://api.host/v2?chainid=10 ")
            );
            assert!(!shown.contains("secret"), "{shown}");
        }
        let three = [
            "ethereum+https://a",
            "etherscan+https://b",
            "ethereum+https://c",
        ];
        let joined = SourceUri::join(three.map(parse)).unwrap();
        assert_eq!(
            joined.to_string(),
            "ethereum+https://a/,https://c/ etherscan+https://b/"
        );
        assert!(SourceUri::join([explorer, parse("esplora+https://a")]).is_err());
        check_refused("etherscan+https://user:secret@host", "from the environment");
        check_refused("etherscan+https://host?apikey=secret", "apikey");
        check_refused("etherscan+https://host?chainid=x", "no number");
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
