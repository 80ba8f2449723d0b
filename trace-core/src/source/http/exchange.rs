//! One request to one server.

use std::sync::atomic::Ordering;

use reqwest::header::AUTHORIZATION;
use reqwest::{Response, StatusCode};
use tokio::time::timeout;
use tracing::{debug, warn};

use super::fault::{Fault, Remedy};
use super::rpc::Call;
use super::server::{Secret, Server};
use super::{Asked, Http, Outcome, body, retry_after, rpc};
use crate::source::{Reply, Request};

/// The largest body read of a status that is no reply; it may hold a JSON-RPC error.
const ERROR_BYTES_MAX: u64 = 1 << 20;

impl Http {
    /// Puts questions to a server: one of any kind, or several calls as a batch. Answers with
    /// one outcome for each, or with what befell them all.
    pub(super) async fn exchange(
        &self,
        server: &Server,
        asked: &[Asked<'_>],
    ) -> Result<Vec<Outcome>, Fault> {
        // The semaphore is never closed.
        let _permit = self.in_flight.acquire().await;
        self.identify(server).await?;
        self.send_with_secret(server, asked).await
    }

    /// Makes sure that the server is of the same chain as the others.
    async fn identify(&self, server: &Server) -> Result<(), Fault> {
        let Some(request) = &self.identity else {
            return Ok(());
        };
        if self.servers.len() == 1 || server.is_kin() == Some(true) {
            return Ok(());
        }
        if server.is_kin() == Some(false) {
            return Err(Fault::Stranger);
        }
        let asked = [Asked { place: 0, request }];
        let outcome = self.send_with_secret(server, &asked).await;
        let outcome = outcome.and_then(|outcomes| outcomes.into_iter().collect());
        let reply: Vec<u8> = match outcome.map(|replies: Vec<Reply>| replies.into_iter().next()) {
            Ok(reply) => reply.map(|Reply(bytes)| bytes).unwrap_or_default(),
            Err(fault) if fault.remedy() == Remedy::GiveUp => return Err(Fault::Stranger),
            Err(fault) => return Err(fault),
        };
        let known = self.identified.get_or_init(|| reply.trim_ascii().to_vec());
        if server.remember_kin(known == reply.trim_ascii()) {
            return Ok(());
        }
        warn!(
            server = server.name(),
            "is of another chain and is not asked"
        );
        Err(Fault::Stranger)
    }

    async fn send_with_secret(
        &self,
        server: &Server,
        asked: &[Asked<'_>],
    ) -> Result<Vec<Outcome>, Fault> {
        let secret = server.secret()?;
        match self.send(server, asked, secret.as_ref()).await {
            Err(Fault::Status { status: 401, pause }) => match server.other_secret(secret.as_ref())
            {
                Some(other) => self.send(server, asked, Some(&other)).await,
                None => Err(Fault::Status { status: 401, pause }),
            },
            outcomes => outcomes,
        }
    }

    async fn send(
        &self,
        server: &Server,
        asked: &[Asked<'_>],
        secret: Option<&Secret>,
    ) -> Result<Vec<Outcome>, Fault> {
        let calls = self.calls(asked);
        let request = match asked {
            [
                Asked {
                    request: Request::Get { path },
                    ..
                },
            ] => server.get(&self.client, path, secret)?,
            _ => server.post(&self.client, rpc::body(&calls)),
        };
        let request = match secret {
            Some(secret) => secret.shown_in(request),
            None => request,
        };
        let request = request.build().map_err(|error| body::broken(&error))?;
        let token = token_of(&request);
        server.pace.turn().await;
        let outcomes = timeout(self.limits.timeout, self.dispatch(server, request, &calls)).await;
        let outcomes = outcomes.unwrap_or(Err(Fault::TimedOut));
        let Some(secret) = secret else {
            return outcomes;
        };
        let hidden = |fault: Fault| secret.hidden_in(fault, &token);
        let outcomes = outcomes.map_err(hidden)?.into_iter();
        let outcomes = outcomes.map(|outcome| match outcome {
            // A reply is recorded, so it must not hold what is never written.
            Ok(Reply(body)) if secret.is_key_in(&body) => {
                Err(Fault::Malformed("it repeats the key".to_owned()))
            }
            outcome => outcome.map_err(hidden),
        });
        Ok(outcomes.collect())
    }

    async fn dispatch(
        &self,
        server: &Server,
        request: reqwest::Request,
        calls: &[Call<'_>],
    ) -> Result<Vec<Outcome>, Fault> {
        let response = self.client.execute(request).await;
        let response = response.map_err(|error| body::broken(&error))?;
        let status = response.status();
        debug!(
            server = server.name(),
            calls = calls.len(),
            status = status.as_u16()
        );
        if !calls.is_empty() {
            self.replies(response, calls).await
        } else if status == StatusCode::OK {
            let body = body::read(response, self.limits.reply_bytes_max).await?;
            match self.meaning.and_then(|meaning| meaning(&body)) {
                Some(status) => Err(Fault::Status {
                    status,
                    pause: None,
                }),
                None => Ok(vec![Ok(Reply(body))]),
            }
        } else {
            Err(fault_of(&response))
        }
    }

    /// The calls among the questions, each with an id of its own.
    fn calls<'a>(&self, asked: &[Asked<'a>]) -> Vec<Call<'a>> {
        let call = |asked: &Asked<'a>| match asked.request {
            Request::Rpc { method, params } => Some(Call {
                id: self.next_id.fetch_add(1, Ordering::Relaxed),
                method,
                params,
            }),
            Request::Get { .. } | Request::Local { .. } => None,
        };
        asked.iter().filter_map(call).collect()
    }

    /// Reads the replies to calls. An error of JSON-RPC may come with any status: Bitcoin Core
    /// sends 404 for an unknown method and 500 for whatever else it refuses.
    async fn replies(&self, response: Response, calls: &[Call<'_>]) -> Result<Vec<Outcome>, Fault> {
        let status = response.status();
        let fault = fault_of(&response);
        let bytes_max = match status.as_u16() {
            200 => self.limits.reply_bytes_max,
            400 | 402..=499 | 500 => self.limits.reply_bytes_max.min(ERROR_BYTES_MAX),
            501 if calls.len() > 1 => return Err(Fault::NoBatches),
            _ => return Err(fault),
        };
        let outcomes = match (body::read(response, bytes_max).await, calls) {
            (Ok(bytes), [call]) => Ok(vec![rpc::single(&bytes, call.id)]),
            (Ok(bytes), calls) => {
                let ids: Vec<u64> = calls.iter().map(|call| call.id).collect();
                rpc::batch(&bytes, &ids)
            }
            (Err(fault), _) => Err(fault),
        };
        let is_refusal = |outcome: &Outcome| matches!(outcome, Err(Fault::Rpc { .. }));
        match outcomes {
            outcomes if status == StatusCode::OK => outcomes,
            Ok(outcomes) if outcomes.iter().all(is_refusal) => Ok(outcomes),
            Err(known @ (Fault::Rpc { .. } | Fault::NoBatches)) => Err(known),
            _ if calls.len() > 1 && fault.remedy() == Remedy::GiveUp => Err(Fault::NoBatches),
            _ => Err(fault),
        }
    }
}

fn fault_of(response: &Response) -> Fault {
    Fault::Status {
        status: response.status().as_u16(),
        pause: retry_after::retry_after(response.headers()),
    }
}

/// What stands for name and password in a request.
fn token_of(request: &reqwest::Request) -> String {
    let header = request.headers().get(AUTHORIZATION);
    let text = header.and_then(|header| header.to_str().ok());
    let token = text.and_then(|text| text.strip_prefix("Basic "));
    token.unwrap_or_default().to_owned()
}
