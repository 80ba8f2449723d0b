//! Blocks from records of a local folder, whoever answers for them.

use futures_util::future::BoxFuture;

use crate::model::{BitcoinNetwork, BlockRef};
use crate::normalise::{RawBlock, Spent};
use crate::source::{AskError, BlockSource, Reply, Request, SourceError, Transport};

/// Hands out the blocks of a folder, or of a recording of one.
#[derive(Debug)]
pub struct LocalBlocks<T> {
    transport: T,
    chain: BitcoinNetwork,
}

impl<T: Transport> LocalBlocks<T> {
    /// Asks which chain it is.
    ///
    /// # Errors
    /// When `transport` does not answer the names that [`super`] lists, or names an unknown chain.
    pub async fn over(transport: T) -> Result<Self, SourceError> {
        let chain = ask_text(&transport, "chain".to_owned()).await?;
        let chain = chain.parse().map_err(|_| malformed("chain"))?;
        Ok(Self { transport, chain })
    }

    /// What answers.
    pub fn transport(&self) -> &T {
        &self.transport
    }
}

impl<T: Transport> BlockSource for LocalBlocks<T> {
    fn chain(&self) -> BitcoinNetwork {
        self.chain
    }

    fn tip(&self) -> BoxFuture<'_, Result<BlockRef, SourceError>> {
        Box::pin(async {
            let text = ask_text(&self.transport, "tip".to_owned()).await?;
            to_block_ref(&text).ok_or_else(|| malformed("tip"))
        })
    }

    fn refs(&self, from: u32, to: u32) -> BoxFuture<'_, Result<Vec<BlockRef>, SourceError>> {
        Box::pin(async move {
            let to = to.min(self.tip().await?.height);
            // Height by height: a recording is then good for whatever stretches its heights
            // are asked in.
            let names: Vec<String> = (from..=to)
                .map(|height| format!("refs/{height}/{height}"))
                .collect();
            let requests: Vec<Request> = names
                .iter()
                .map(|name| Request::Local { name: name.clone() })
                .collect();
            let replies = self.transport.ask(&requests).await;
            let mut found = Vec::with_capacity(names.len());
            for (name, reply) in names.iter().zip(replies) {
                let Reply(bytes) = reply?;
                let text = String::from_utf8(bytes).map_err(|_| malformed(name))?;
                for line in text.lines() {
                    found.push(to_block_ref(line).ok_or_else(|| malformed(name))?);
                }
            }
            Ok(found)
        })
    }

    fn blocks<'a>(
        &'a self,
        named: &'a [BlockRef],
    ) -> BoxFuture<'a, Vec<Result<RawBlock, SourceError>>> {
        Box::pin(async move {
            let requests: Vec<Request> = named
                .iter()
                .flat_map(|at| [format!("block/{}", at.hash), format!("undo/{}", at.hash)])
                .map(|name| Request::Local { name })
                .collect();
            let mut replies = self.transport.ask(&requests).await.into_iter();
            named
                .iter()
                .map(|at| {
                    let mut reply = || {
                        replies.next().unwrap_or_else(|| {
                            Err(AskError::NotRecorded {
                                request: at.hash.to_string(),
                            })
                        })
                    };
                    let (Reply(block), Reply(undo)) = (reply()?, reply()?);
                    Ok(RawBlock::Serialised {
                        at: *at,
                        block,
                        spent: if undo.is_empty() {
                            Spent::Unknown
                        } else {
                            Spent::Undo(undo)
                        },
                    })
                })
                .collect()
        })
    }
}

async fn ask_text(transport: &impl Transport, name: String) -> Result<String, SourceError> {
    let requests = [Request::Local { name: name.clone() }];
    let reply = transport.ask(&requests).await.pop();
    let Reply(bytes) = reply.unwrap_or_else(|| {
        Err(AskError::NotRecorded {
            request: name.clone(),
        })
    })?;
    String::from_utf8(bytes).map_err(|_| malformed(&name))
}

fn to_block_ref(line: &str) -> Option<BlockRef> {
    let (height, hash) = line.split_once(' ')?;
    Some(BlockRef {
        height: height.parse().ok()?,
        hash: hash.parse().ok()?,
    })
}

fn malformed(name: &str) -> SourceError {
    AskError::Malformed {
        request: name.to_owned(),
        why: "not what this record holds".to_owned(),
    }
    .into()
}
