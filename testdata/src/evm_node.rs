//! A real node of the EVM for the length of a test: anvil, or Ganache, which does not trace.

use std::fs;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use alloy_primitives::{Address, hex};
use serde_json::{Value, json};
use tempfile::TempDir;

pub use crate::rpc::NodeError;
use crate::rpc::{PATIENCE, Rpc, free_port};

/// The private key of the one account that holds ether in the genesis block: the first of the
/// mnemonic that every test node has, `test test … junk`.
pub const FAUCET_KEY: [u8; 32] =
    hex!("ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80");
/// What that account holds, in ether.
pub const FAUCET_ETHER: u64 = 1_000_000;
/// The number of the chain, which transactions are signed for.
pub const CHAIN: u64 = 31_337;
/// The time of the genesis block: 2023-11-14 22:13:20.
pub const GENESIS_TIME: u64 = 1_700_000_000;

/// Somebody else may take the free port before the node does; then the next one is tried.
const STARTS_MAX: u32 = 5;

/// Where anvil is: the environment's `ANVIL`. Where that is unset, says on stderr that `test`
/// was skipped.
pub fn anvil(test: &str) -> Option<PathBuf> {
    program("ANVIL", "an anvil", test)
}

/// Where Ganache is: the environment's `GANACHE`. Where that is unset, says on stderr that
/// `test` was skipped.
pub fn ganache(test: &str) -> Option<PathBuf> {
    program("GANACHE", "a ganache", test)
}

fn program(variable: &str, what: &str, test: &str) -> Option<PathBuf> {
    let path = std::env::var_os(variable).map(PathBuf::from);
    if path.is_none() {
        crate::skipped::say(&format!("{test} needs {variable}, the path of {what}"));
    }
    path
}

/// Which program a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Client {
    /// Foundry's: traces, and tells the same blocks each time for the same transactions.
    Anvil,
    /// Does not trace.
    Ganache,
}

/// A running node that mines when it is told to. Killed when dropped.
pub struct EvmNode {
    client: Client,
    program: PathBuf,
    arguments: Vec<String>,
    coinbase: Address,
    folder: TempDir,
    port: u16,
    rpc: Rpc,
    child: Option<Child>,
}

impl EvmNode {
    /// Starts a node whose fees go to `coinbase` and waits until it answers. `arguments` are
    /// further ones, as they are.
    ///
    /// # Errors
    /// When the program cannot be run, or does not answer within a minute.
    pub fn start(
        client: Client,
        program: &Path,
        coinbase: Address,
        arguments: &[&str],
    ) -> Result<Self, NodeError> {
        let mut node = Self {
            client,
            program: program.to_owned(),
            arguments: arguments.iter().copied().map(String::from).collect(),
            coinbase,
            folder: tempfile::tempdir()?,
            port: 0,
            rpc: Rpc::new("2.0"),
            child: None,
        };
        for _ in 1..STARTS_MAX {
            node.port = free_port()?;
            match node.launch() {
                Err(NodeError::Start(text)) if text.to_lowercase().contains("in use") => {}
                done => return done.map(|()| node),
            }
        }
        node.port = free_port()?;
        node.launch().map(|()| node)
    }

    /// Ends the node at once (`SIGKILL`); it forgets everything. Nothing if it is not running.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            // Both fail only when the process has ended by itself, which is as good.
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Starts the node again on the same port, killing it if it still runs. It holds its
    /// genesis block and nothing else.
    ///
    /// # Errors
    /// As [`EvmNode::start`].
    pub fn restart(&mut self) -> Result<(), NodeError> {
        self.kill();
        self.launch()
    }

    /// Which program it is.
    pub fn client(&self) -> Client {
        self.client
    }

    /// Calls a method and returns its `result`.
    ///
    /// # Errors
    /// When the node refuses or does not answer.
    pub fn call(&self, method: &str, params: &Value) -> Result<Value, NodeError> {
        self.rpc.call(&self.url(), method, params)
    }

    /// Makes several calls in one request, and returns each `result` in their order.
    ///
    /// # Errors
    /// When the node does not answer, or refuses one of them.
    pub fn call_each(&self, calls: &[(&str, Value)]) -> Result<Vec<Value>, NodeError> {
        self.rpc.call_each(&self.url(), calls)
    }

    /// Calls a method whose `result` is a string.
    ///
    /// # Errors
    /// When the node refuses, does not answer, or answers with anything else.
    pub fn call_text(&self, method: &str, params: &Value) -> Result<String, NodeError> {
        self.rpc.call_text(&self.url(), method, params)
    }

    /// Calls a method with parameters written as a JSON array, and returns the text of its
    /// `result` as the node wrote it.
    ///
    /// # Errors
    /// When the node refuses or does not answer.
    pub fn reply(&self, method: &str, params: &str) -> Result<String, NodeError> {
        self.rpc.reply(&self.url(), method, params)
    }

    /// Hands it a signed transaction, to be in the next block behind those it was handed before,
    /// and returns the transaction's hash.
    ///
    /// # Errors
    /// When the node refuses or does not answer.
    pub fn send(&self, signed: &[u8]) -> Result<String, NodeError> {
        let params = json!([hex::encode_prefixed(signed)]);
        self.call_text("eth_sendRawTransaction", &params)
    }

    /// Makes a block of what it was handed, with that time in seconds since 1970, which must
    /// be later than the block before.
    ///
    /// # Errors
    /// When the node refuses or does not answer.
    pub fn mine(&self, time: u64) -> Result<(), NodeError> {
        match self.client {
            Client::Anvil => {
                self.call("evm_setNextBlockTimestamp", &json!([time]))?;
                self.call("evm_mine", &json!([]))?;
            }
            Client::Ganache => {
                self.call("evm_mine", &json!([time]))?;
            }
        }
        Ok(())
    }

    /// The RPC endpoint, such as `http://127.0.0.1:8545`.
    pub fn url(&self) -> String {
        format!("http://{}:{}", Ipv4Addr::LOCALHOST, self.port)
    }

    /// The node as a source of `trace`: `ethereum+http://host:port`.
    pub fn source_uri(&self) -> String {
        format!("ethereum+{}", self.url())
    }

    fn launch(&mut self) -> Result<(), NodeError> {
        let output = self.folder.path().join("output.txt");
        let file = fs::File::create(&output)?;
        let child = Command::new(&self.program)
            .args(self.own_arguments())
            .args(&self.arguments)
            .stdin(Stdio::null())
            .stdout(file.try_clone()?)
            .stderr(file)
            .spawn()?;
        self.child = Some(child);
        let deadline = Instant::now() + PATIENCE;
        while let Err(error) = self.call("eth_chainId", &json!([])) {
            let ended = match &mut self.child {
                Some(child) => child.try_wait()?.is_some(),
                None => true,
            };
            if ended || Instant::now() > deadline {
                self.kill();
                let written = fs::read_to_string(&output).unwrap_or_default();
                return Err(NodeError::Start(format!("{written}{error}")));
            }
            thread::sleep(Duration::from_millis(20));
        }
        if self.client == Client::Anvil {
            self.call("anvil_setCoinbase", &json!([self.coinbase]))?;
        }
        Ok(())
    }

    fn own_arguments(&self) -> Vec<String> {
        let (port, coinbase) = (self.port, self.coinbase);
        let text = match self.client {
            // Blocks hold what was sent in the order in which it was sent, and an account may
            // spend in a block what it is paid in the same block.
            Client::Anvil => format!(
                "--port={port} --chain-id={CHAIN} --timestamp={GENESIS_TIME} --hardfork=prague \
                 --accounts=1 --balance={FAUCET_ETHER} --no-mining --order=fifo \
                 --disable-pool-balance-checks"
            ),
            // It mines when told to if the next block is due in days only (a timer takes 2^31 ms at most).
            Client::Ganache => format!(
                "--server.port={port} --chain.chainId={CHAIN} --chain.networkId={CHAIN} \
                 --chain.hardfork=shanghai --chain.time={GENESIS_TIME}000 \
                 --miner.blockTime=1000000 --miner.coinbase={coinbase} \
                 --wallet.accounts={},{FAUCET_ETHER}000000000000000000",
                hex::encode_prefixed(FAUCET_KEY)
            ),
        };
        text.split_whitespace().map(String::from).collect()
    }
}

impl Drop for EvmNode {
    fn drop(&mut self) {
        self.kill();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_that_cannot_start_says_why() {
        let Some(program) = anvil("a_node_that_cannot_start_says_why") else {
            return;
        };
        let arguments = ["--no-such-argument"];
        let node = EvmNode::start(Client::Anvil, &program, Address::ZERO, &arguments);
        let error = node.err().unwrap().to_string();
        assert!(error.contains("no-such-argument"), "{error}");
    }
}
