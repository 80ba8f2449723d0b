//! A server over TLS.
//!
//! `tls/server.der` and its key are of a server at 127.0.0.1, vouched for by `tls/authority.pem`.
//! All are for these tests alone and good until 2126; the authority's own key was thrown away.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::Command;
use std::sync::Arc;
use std::thread;

use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::*;

/// Set where the authority is trusted.
const TRUSTING: &str = "TRACE_TEST_TRUSTS_AUTHORITY";

fn config() -> Arc<ServerConfig> {
    let certificate = CertificateDer::from(include_bytes!("tls/server.der").to_vec());
    let key = PrivateKeyDer::try_from(include_bytes!("tls/server.key.der").to_vec()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider);
    let config = config.with_safe_default_protocol_versions().unwrap();
    let config = config.with_no_client_auth();
    Arc::new(config.with_single_cert(vec![certificate], key).unwrap())
}

/// Replies `7` to every request and hands back its address. Lasts as long as the program.
fn start() -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    let config = config();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            // A client that turns away is what half of the test is about.
            let _ = serve(StreamOwned::new(connection, stream));
        }
    });
    format!("https://{address}")
}

fn serve(mut stream: StreamOwned<ServerConnection, TcpStream>) -> std::io::Result<()> {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte)?;
        request.push(byte[0]);
    }
    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n7")?;
    stream.flush()
}

async fn ask_over_tls() -> Result<Reply, String> {
    let endpoint = endpoint(&start());
    let http = Http::new(&[endpoint], &limits(), Interruption::default());
    let http = http.map_err(|error| error.to_string())?;
    ask(&http, get("/x"))
        .await
        .map_err(|error| error.to_string())
}

#[tokio::test]
async fn a_server_is_believed_if_somebody_trusted_vouches_for_it() {
    if std::env::var_os(TRUSTING).is_some() {
        assert_eq!(ask_over_tls().await, Ok(Reply(b"7".to_vec())));
        return;
    }
    let error = ask_over_tls().await.unwrap_err();
    // The second is said where the machine trusts nobody at all.
    assert!(
        error.contains("certificate") || error.contains("CA certificates"),
        "{error}"
    );
    let authority = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/http/tls/authority.pem");
    let child = Command::new(std::env::current_exe().unwrap())
        .args([
            "tls::a_server_is_believed_if_somebody_trusted_vouches_for_it",
            "--exact",
        ])
        .env("SSL_CERT_FILE", authority)
        .env(TRUSTING, "1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stdout);
    assert!(
        child.status.success() && said.contains("1 passed"),
        "{said}"
    );
}
