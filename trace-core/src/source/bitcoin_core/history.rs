//! Answers about single transactions, outputs and addresses.
//!
//! All questions of a round go through the same stages together, each stage one round trip:
//! ask the indexes; where block filters stand in for an index, fetch what created the outputs
//! in question and scan; fetch what was found.

use futures_util::future::BoxFuture;
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::locate::Found;
use super::lookup::Lookup;
use super::node::Indexes;
use super::scan::Search;
use super::{BitcoinCore, call};
use crate::model::{Address, BitcoinNetwork, BlockRef, OutPoint, Txid};
use crate::source::round::{Replies, Round, Ticket};
use crate::source::{HistorySource, SourceError, Told, Transport};
use crate::view::{Located, Question, Unknown};

/// One round of questions while it is being answered.
pub(super) struct Answering<'a, T> {
    pub(super) core: &'a BitcoinCore<T>,
    pub(super) indexes: Indexes,
    as_of: BlockRef,
}

/// What the first stage asked for.
enum Asked {
    Transaction(Txid, Lookup),
    Spender(OutPoint, Ticket),
    Unspent(OutPoint, Ticket, Result<Lookup, SourceError>),
    Nothing(Lead),
}

/// What is known of an answer.
enum Lead {
    Settled(Result<Told, SourceError>),
    Found(Vec<Found>),
    /// The output is spent, nobody knows where; this created it.
    Spent(OutPoint, Found),
    Search(Search),
}

#[derive(Deserialize)]
struct Spending {
    txid: String,
    vout: u32,
    spendingtxid: Option<String>,
    blockhash: Option<String>,
}

impl<T: Transport> HistorySource for BitcoinCore<T> {
    fn chain(&self) -> BitcoinNetwork {
        self.chain()
    }

    fn tip(&self) -> BoxFuture<'_, Result<BlockRef, SourceError>> {
        Box::pin(self.tip())
    }

    fn block_at(&self, height: u32) -> BoxFuture<'_, Result<Option<BlockRef>, SourceError>> {
        Box::pin(self.block_at(height))
    }

    fn answer<'a>(
        &'a self,
        questions: &'a [Question],
        as_of: BlockRef,
    ) -> BoxFuture<'a, Vec<Result<Told, SourceError>>> {
        Box::pin(async move {
            let indexes = match self.indexes_at(as_of.height).await {
                Ok(indexes) => indexes,
                Err(error) => return questions.iter().map(|_| Err(error.clone())).collect(),
            };
            let answering = Answering {
                core: self,
                indexes,
                as_of,
            };
            let leads = answering.ask_indexes(questions).await;
            let leads = answering.fetch_creators(leads).await;
            let leads = answering.search(leads).await;
            answering.tell(questions, leads).await
        })
    }
}

impl<T: Transport> Answering<'_, T> {
    async fn ask_indexes(&self, questions: &[Question]) -> Vec<Lead> {
        let mut round = Round::default();
        let asked: Vec<Asked> = questions
            .iter()
            .map(|question| match question {
                Question::Transaction(txid) => match self.look_up(*txid, &mut round) {
                    Ok(lookup) => Asked::Transaction(*txid, lookup),
                    Err(error) => Asked::Nothing(Lead::Settled(Err(error))),
                },
                Question::Spender(outpoint) => self.ask_spender(*outpoint, &mut round),
                Question::Receipts(address, from) => {
                    Asked::Nothing(self.search_for(address, *from, None))
                }
            })
            .collect();
        let replies = round.ask(&self.core.transport).await;
        let leads = asked.into_iter().map(|asked| {
            self.read_asked(asked, &replies)
                .unwrap_or_else(|error| Lead::Settled(Err(error)))
        });
        leads.collect()
    }

    fn ask_spender(&self, outpoint: OutPoint, round: &mut Round) -> Asked {
        if self
            .indexes
            .spenders
            .is_some_and(|height| height >= self.as_of.height)
        {
            return Asked::Spender(outpoint, round.add(call::spender(outpoint)));
        }
        // Even without any index the node knows what is unspent.
        let unspent = round.add(call::unspent(outpoint));
        let filters = self.require(
            self.indexes.filters,
            "find what spends an output",
            "an index of spenders or block filters",
            "-txospenderindex=1 (Core 30 and later) or -blockfilterindex=1",
        );
        let creator = filters.and_then(|()| self.look_up(outpoint.txid, round));
        Asked::Unspent(outpoint, unspent, creator)
    }

    fn read_asked(&self, asked: Asked, replies: &Replies) -> Result<Lead, SourceError> {
        match asked {
            Asked::Nothing(lead) => Ok(lead),
            Asked::Transaction(txid, lookup) => {
                Ok(match self.read_lookup(txid, &lookup, replies)? {
                    Some(found) => Lead::Found(vec![found]),
                    None => Lead::Settled(Ok(Told::NoTransaction(txid))),
                })
            }
            Asked::Spender(outpoint, ticket) => read_spender(outpoint, ticket, replies),
            Asked::Unspent(outpoint, ticket, creator) => {
                let unspent: Option<IgnoredAny> = replies.json(ticket)?;
                if unspent.is_some() {
                    return Ok(Lead::Settled(Ok(Told::Unspent)));
                }
                Ok(match self.read_lookup(outpoint.txid, &creator?, replies)? {
                    Some(creator) => Lead::Spent(outpoint, creator),
                    None => Lead::Settled(Ok(Told::NoTransaction(outpoint.txid))),
                })
            }
        }
    }

    /// Where an output is spent and the spender is to be searched for, its script and height
    /// are needed first: they are its creator's.
    async fn fetch_creators(&self, leads: Vec<Lead>) -> Vec<Lead> {
        let spent = leads.iter().filter_map(|lead| match lead {
            Lead::Spent(_, creator) => Some(creator.clone()),
            _ => None,
        });
        let mut creators = self.core.locate(spent.collect()).await.into_iter();
        let leads = leads.into_iter().map(|lead| match lead {
            Lead::Spent(outpoint, _) => match creators.next() {
                Some(Ok(Some(creator))) => self.search_spender(outpoint, &creator),
                Some(Ok(None)) => Lead::Settled(Ok(Told::NoTransaction(outpoint.txid))),
                Some(Err(error)) => Lead::Settled(Err(error)),
                None => Lead::Settled(Err(unanswered())),
            },
            other => other,
        });
        leads.collect()
    }

    fn search_spender(&self, outpoint: OutPoint, creator: &Located) -> Lead {
        let height = creator.position.height;
        if height > self.as_of.height {
            return Lead::Settled(Ok(Told::NoTransaction(outpoint.txid)));
        }
        let vout = usize::try_from(outpoint.vout).ok();
        match vout.and_then(|vout| creator.transaction.outputs.get(vout)) {
            None => Lead::Settled(Ok(Told::Unknown(Unknown::NotFound))),
            Some(output) => match &output.address {
                // Nobody can spend it.
                None => Lead::Settled(Ok(Told::Unspent)),
                Some(address) => self.search_for(address, height, Some(outpoint)),
            },
        }
    }

    fn search_for(&self, address: &Address, from: u32, spends: Option<OutPoint>) -> Lead {
        let what = "find where a script is paid or spent";
        let filters = self.require(
            self.indexes.filters,
            what,
            "block filters",
            "-blockfilterindex=1",
        );
        match filters {
            Err(error) => Lead::Settled(Err(error)),
            // BIP 158 leaves the empty script out of the filters: it would match nothing, and
            // nothing found would be no answer.
            Ok(()) if address.script().is_empty() => Lead::Settled(Err(self.core.node.lacks(
                what,
                "the script is empty, and block filters leave that out",
            ))),
            Ok(()) => Lead::Search(Search::new(address.clone(), from, spends)),
        }
    }

    async fn search(&self, mut leads: Vec<Lead>) -> Vec<Lead> {
        let mut searches: Vec<&mut Search> = leads
            .iter_mut()
            .filter_map(|lead| match lead {
                Lead::Search(search) => Some(search),
                _ => None,
            })
            .collect();
        self.core.scan(&mut searches, self.as_of.height).await;
        let leads = leads.into_iter().map(|lead| match lead {
            Lead::Search(search) => match search.found {
                Ok(found) => Lead::Found(found),
                Err(error) => Lead::Settled(Err(error)),
            },
            other => other,
        });
        leads.collect()
    }

    async fn tell(
        &self,
        questions: &[Question],
        leads: Vec<Lead>,
    ) -> Vec<Result<Told, SourceError>> {
        let mut all = Vec::new();
        let counted: Vec<Result<usize, Result<Told, SourceError>>> = leads
            .into_iter()
            .map(|lead| match lead {
                Lead::Found(mut found) => {
                    let count = found.len();
                    all.append(&mut found);
                    Ok(count)
                }
                Lead::Settled(told) => Err(told),
                Lead::Spent(..) | Lead::Search(_) => Err(Err(unanswered())),
            })
            .collect();
        let mut located = self.core.locate(all).await.into_iter();
        let told = questions.iter().zip(counted).map(|(question, counted)| {
            let count = counted?;
            let located = located.by_ref().take(count);
            let located = located.filter_map(Result::transpose).collect();
            Ok(Told::of(question, located, self.as_of))
        });
        told.map(|told| match told {
            Ok(told) | Err(told) => told,
        })
        .collect()
    }

    /// That an index is there and reaches the block as of which is asked.
    pub(super) fn require(
        &self,
        index: Option<u32>,
        what: &'static str,
        name: &str,
        option: &str,
    ) -> Result<(), SourceError> {
        let lacks = match index {
            None => format!("it keeps no {name}; start it with {option}"),
            Some(height) if height < self.as_of.height => format!(
                "its {name} reach height {height} and {} is needed; ask again once it has \
                 caught up",
                self.as_of.height
            ),
            Some(_) => return Ok(()),
        };
        Err(self.core.node.lacks(what, lacks))
    }
}

/// Reads what an index of spenders says.
fn read_spender(
    outpoint: OutPoint,
    ticket: Ticket,
    replies: &Replies,
) -> Result<Lead, SourceError> {
    let spendings: Vec<Spending> = replies.json(ticket)?;
    let [spending] = &spendings[..] else {
        return Err(replies.malformed(ticket, "not one answer to one question"));
    };
    if spending.txid.parse() != Ok(outpoint.txid) || spending.vout != outpoint.vout {
        return Err(replies.malformed(ticket, "an answer about another output"));
    }
    let (Some(txid), Some(block)) = (&spending.spendingtxid, &spending.blockhash) else {
        // Nothing spends it, or what does is unconfirmed.
        return Ok(Lead::Settled(Ok(Told::Unspent)));
    };
    Ok(Lead::Found(vec![Found {
        txid: replies.hash_in(ticket, txid)?,
        block: replies.hash_in(ticket, block)?,
        position: None,
        transaction: None,
    }]))
}

fn unanswered() -> SourceError {
    SourceError::Contradiction("a transaction that was asked for was not answered".to_owned())
}
