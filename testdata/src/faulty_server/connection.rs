//! One connection of a client, kept alive as long as both like.

use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

use super::{Act, Received, Shared, act};

/// How often a waiting thread looks whether the server has been stopped.
const TICK: Duration = Duration::from_millis(5);

/// Serves a connection until the client closes it, the server stops or an act ends it.
pub(super) fn serve(mut stream: TcpStream, shared: &Shared) -> io::Result<()> {
    stream.set_read_timeout(Some(TICK))?;
    stream.set_nodelay(true)?;
    let mut pending = Vec::new();
    while let Some(mut received) = read_request(&mut stream, &mut pending, shared)? {
        let under_way = shared.in_flight.fetch_add(1, Ordering::SeqCst) + 1;
        shared.in_flight_max.fetch_max(under_way, Ordering::SeqCst);
        let received = {
            let mut all = shared.lock();
            received.number = all.len();
            all.push(received.clone());
            received
        };
        let alive = perform((shared.handler)(&received), &mut stream, shared);
        shared.in_flight.fetch_sub(1, Ordering::SeqCst);
        if !alive? {
            break;
        }
    }
    Ok(())
}

/// Does as told and says whether the connection may be used again.
fn perform(act: Act, stream: &mut TcpStream, shared: &Shared) -> io::Result<bool> {
    match act {
        Act::Answer {
            status,
            headers,
            body,
        } => {
            let mut bytes = act::head(status, &headers, Some(body.len() as u64));
            bytes.extend(body);
            stream.write_all(&bytes)?;
            Ok(true)
        }
        Act::Raw(bytes) => {
            stream.write_all(&bytes)?;
            Ok(false)
        }
        Act::Drip(body, pause) => {
            stream.write_all(&act::head(200, &[], Some(body.len() as u64)))?;
            for byte in body {
                wait(pause, shared);
                stream.write_all(&[byte])?;
            }
            Ok(true)
        }
        Act::Endless => {
            let chunked = ("Transfer-Encoding".to_owned(), "chunked".to_owned());
            stream.write_all(&act::head(200, &[chunked], None))?;
            let chunk = [&b"4000\r\n"[..], &[b' '; 0x4000], b"\r\n"].concat();
            while !shared.stopped() {
                stream.write_all(&chunk)?;
            }
            Ok(false)
        }
        Act::Hang => {
            while !shared.stopped() && !has_gone(stream)? {}
            Ok(false)
        }
        Act::Late(pause, act) => {
            wait(pause, shared);
            perform(*act, stream, shared)
        }
    }
}

fn wait(pause: Duration, shared: &Shared) {
    let until = Instant::now() + pause;
    while !shared.stopped() && Instant::now() < until {
        thread::sleep(TICK.min(until.saturating_duration_since(Instant::now())));
    }
}

/// Waits for a tick and says whether the client has closed the connection.
fn has_gone(stream: &mut TcpStream) -> io::Result<bool> {
    Ok(read_some(stream, &mut Vec::new())? == Some(0))
}

/// Reads what has come, or `None` if nothing has within a tick.
fn read_some(stream: &mut TcpStream, into: &mut Vec<u8>) -> io::Result<Option<usize>> {
    let mut bytes = [0; 0x4000];
    match stream.read(&mut bytes) {
        Ok(count) => {
            into.extend(bytes.iter().take(count));
            Ok(Some(count))
        }
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// The next request, or `None` once there is none.
fn read_request(
    stream: &mut TcpStream,
    pending: &mut Vec<u8>,
    shared: &Shared,
) -> io::Result<Option<Received>> {
    loop {
        if shared.stopped() {
            return Ok(None);
        }
        if let Some((received, length)) = parse(pending) {
            pending.drain(..length);
            return Ok(Some(received));
        }
        if read_some(stream, pending)? == Some(0) {
            return Ok(None);
        }
    }
}

/// A request and its length, once it is there in full.
fn parse(bytes: &[u8]) -> Option<(Received, usize)> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let head = String::from_utf8_lossy(bytes.get(..end)?);
    let mut lines = head.lines();
    let mut first = lines.next()?.split(' ');
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let mut received = Received {
        number: 0,
        method: first.next()?.to_owned(),
        path: first.next()?.to_owned(),
        headers,
        body: Vec::new(),
        at: Instant::now(),
    };
    let length = received.header("content-length");
    let length: usize = length.map_or(Some(0), |length| length.parse().ok())?;
    received.body = bytes.get(end..end.checked_add(length)?)?.to_vec();
    Some((received, end + length))
}
