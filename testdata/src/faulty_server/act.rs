//! What a server does with a request.

use std::time::Duration;

/// What a server does with a request.
#[derive(Clone, Debug)]
pub enum Act {
    /// Replies properly.
    Answer {
        /// The HTTP status.
        status: u16,
        /// Headers beside `Content-Length`.
        headers: Vec<(String, String)>,
        /// The body.
        body: Vec<u8>,
    },
    /// Sends these bytes, whatever they are, and closes the connection.
    Raw(Vec<u8>),
    /// Declares a body and then sends one byte of it at a time, with this pause before each.
    Drip(Vec<u8>, Duration),
    /// Sends a body in chunks that never end.
    Endless,
    /// Never replies.
    Hang,
    /// Waits before it does something else.
    Late(Duration, Box<Self>),
}

impl Act {
    /// Replies with status 200 and this body.
    pub fn ok(body: impl Into<Vec<u8>>) -> Self {
        Self::status(200, body)
    }

    /// Replies with a status and this body.
    pub fn status(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self::Answer {
            status,
            headers: Vec::new(),
            body: body.into(),
        }
    }

    /// The same reply with one header more. Nothing on what is no whole reply.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        if let Self::Answer { headers, .. } = &mut self {
            headers.push((name.to_owned(), value.to_owned()));
        }
        self
    }

    /// Closes the connection without a word.
    pub fn close() -> Self {
        Self::Raw(Vec::new())
    }

    /// Declares `body`, sends its first `sent` bytes and closes the connection.
    pub fn cut(body: &[u8], sent: usize) -> Self {
        let mut bytes = head(200, &[], Some(body.len() as u64));
        bytes.extend(body.iter().take(sent));
        Self::Raw(bytes)
    }

    /// Declares a body of `length` bytes, of which none is ever sent.
    pub fn declared(length: u64) -> Self {
        Self::Raw(head(200, &[], Some(length)))
    }

    /// Sends a body of which nothing says how long it is, and closes the connection.
    pub fn undelimited(body: &[u8]) -> Self {
        let mut bytes = head(200, &[], None);
        bytes.extend(body);
        Self::Raw(bytes)
    }

    /// Waits before it does this.
    #[must_use]
    pub fn after(self, pause: Duration) -> Self {
        Self::Late(pause, Box::new(self))
    }
}

/// The head of a reply.
pub(super) fn head(status: u16, headers: &[(String, String)], length: Option<u64>) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {status} Whatever\r\n");
    let length = length.map(|length| ("Content-Length".to_owned(), length.to_string()));
    for (name, value) in headers.iter().chain(&length) {
        head.extend([name, ": ", value, "\r\n"]);
    }
    head.push_str("\r\n");
    head.into_bytes()
}
