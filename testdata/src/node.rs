//! A real Bitcoin Core on regtest for the length of a test.

use std::fs;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

pub use crate::rpc::NodeError;
use crate::rpc::{PATIENCE, Rpc, free_port};

/// The RPC user of every node started here.
pub const USER: &str = "trace";
/// That user's password: of a node that listens on the loopback alone and dies with its test.
pub const PASSWORD: &str = "regtest";

/// Both as Core's `-rpcauth`; given as `-rpcpassword`, Core would write no cookie file.
const RPC_AUTH: &str = "trace:00$889d5990fa31b7d7fa6f7ed5e747376e5891181a09c383d713f248bd754b0750";

/// Somebody else may take the free port before the node does; then the next one is tried.
const STARTS_MAX: u32 = 5;

/// Where the node's program is: the environment's `BITCOIND`. Where that is unset, says on
/// stderr that `test` was skipped.
pub fn bitcoind(test: &str) -> Option<PathBuf> {
    let path = std::env::var_os("BITCOIND").map(PathBuf::from);
    if path.is_none() {
        crate::skipped::say(&format!("{test} needs BITCOIND, the path of a bitcoind"));
    }
    path
}

/// What a node keeps beside its blocks, and whatever else it should be told.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// `-txindex`: transactions by their hash.
    pub tx_index: bool,
    /// `-txospenderindex`: who spends an output (Core 30 and later).
    pub tx_out_spender_index: bool,
    /// `-blockfilterindex`: block filters, for `scanblocks`.
    pub block_filter_index: bool,
    /// Further arguments, as they are.
    pub arguments: Vec<String>,
}

/// A running node in a folder of its own. Killed, and its folder removed, when dropped.
pub struct Node {
    program: PathBuf,
    arguments: Vec<String>,
    folder: TempDir,
    port: u16,
    rpc: Rpc,
    child: Option<Child>,
}

impl Node {
    /// Starts a node and waits until it answers and its indexes have caught up.
    ///
    /// # Errors
    /// When the program cannot be run, or does not answer within a minute.
    pub fn start(program: &Path, options: &Options) -> Result<Self, NodeError> {
        let mut node = Self {
            program: program.to_owned(),
            arguments: arguments(options),
            folder: tempfile::tempdir()?,
            port: 0,
            rpc: Rpc::new("1.0"),
            child: None,
        };
        for _ in 1..STARTS_MAX {
            node.port = free_port()?;
            match node.launch() {
                Err(NodeError::Start(text)) if text.contains("bind") => {}
                done => return done.map(|()| node),
            }
        }
        node.port = free_port()?;
        node.launch().map(|()| node)
    }

    /// Ends the node as a power cut would (`SIGKILL`). Nothing if it is not running.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            // Both fail only when the process has ended by itself, which is as good.
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Asks the node to stop, and waits until all it knows is on disk.
    ///
    /// # Errors
    /// When the node does not answer.
    pub fn stop(&mut self) -> Result<(), NodeError> {
        if self.child.is_some() {
            self.call("stop", &json!([]))?;
        }
        if let Some(mut child) = self.child.take() {
            child.wait()?;
        }
        Ok(())
    }

    /// Starts the node again on the same folder and port, killing it if it still runs.
    ///
    /// # Errors
    /// As [`Node::start`].
    pub fn restart(&mut self) -> Result<(), NodeError> {
        self.kill();
        self.launch()
    }

    /// Calls a method and returns its `result`.
    ///
    /// # Errors
    /// When the node refuses or does not answer.
    pub fn call(&self, method: &str, params: &Value) -> Result<Value, NodeError> {
        self.rpc.call(&self.speaking_url(), method, params)
    }

    /// Calls a method with parameters written as a JSON array, and returns the text of its
    /// `result` as the node wrote it.
    ///
    /// # Errors
    /// When the node refuses or does not answer.
    pub fn reply(&self, method: &str, params: &str) -> Result<String, NodeError> {
        self.rpc.reply(&self.speaking_url(), method, params)
    }

    /// Calls a method whose `result` is a string.
    ///
    /// # Errors
    /// When the node refuses, does not answer, or answers with anything else.
    pub fn call_text(&self, method: &str, params: &Value) -> Result<String, NodeError> {
        self.rpc.call_text(&self.speaking_url(), method, params)
    }

    /// Mines `count` blocks whose coinbase pays `address`, and returns their hashes.
    ///
    /// # Errors
    /// When the node refuses or does not answer.
    pub fn mine(&self, count: u32, address: &str) -> Result<Vec<String>, NodeError> {
        let hashes = self.call("generatetoaddress", &json!([count, address]))?;
        let texts = hashes.as_array().into_iter().flatten();
        Ok(texts.filter_map(Value::as_str).map(String::from).collect())
    }

    /// Waits until every index has reached the tip.
    ///
    /// # Errors
    /// When that takes more than a minute, or the node does not answer.
    pub fn wait_for_indexes(&self) -> Result<(), NodeError> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let blocks = self.call("getblockcount", &json!([]))?;
            let indexes = self.call("getindexinfo", &json!([]))?;
            let mut states = indexes.as_object().into_iter().flat_map(|map| map.values());
            if states.all(|state| state["synced"] == true && state["best_block_height"] == blocks) {
                return Ok(());
            }
            if Instant::now() > deadline {
                return Err(NodeError::Start(format!("indexes lag behind: {indexes}")));
            }
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// The RPC endpoint without credentials, such as `http://127.0.0.1:18443`.
    pub fn url(&self) -> String {
        format!("http://{}", self.host())
    }

    /// The endpoint's host and port.
    pub fn host(&self) -> String {
        format!("{}:{}", Ipv4Addr::LOCALHOST, self.port)
    }

    /// The node as a source of `trace`: `bitcoin-core+http://user:password@host:port`.
    pub fn source_uri(&self) -> String {
        format!("bitcoin-core+{}", self.speaking_url())
    }

    fn speaking_url(&self) -> String {
        format!("http://{USER}:{PASSWORD}@{}", self.host())
    }

    /// The file with the credentials that Core makes for itself at every start.
    pub fn cookie_file(&self) -> PathBuf {
        self.folder.path().join("regtest/.cookie")
    }

    /// The folder with `blk*.dat`, `rev*.dat` and `xor.dat`.
    pub fn blocks_folder(&self) -> PathBuf {
        self.folder.path().join("regtest/blocks")
    }

    fn launch(&mut self) -> Result<(), NodeError> {
        let output = self.folder.path().join("output.txt");
        let file = fs::File::create(&output)?;
        let child = Command::new(&self.program)
            .arg(format!("-datadir={}", self.folder.path().display()))
            .arg(format!("-rpcport={}", self.port))
            .args(&self.arguments)
            .stdin(Stdio::null())
            .stdout(file.try_clone()?)
            .stderr(file)
            .spawn()?;
        self.child = Some(child);
        let deadline = Instant::now() + PATIENCE;
        while let Err(error) = self.call("getblockcount", &json!([])) {
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
        self.wait_for_indexes()
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.kill();
    }
}

fn arguments(options: &Options) -> Vec<String> {
    let fixed = [
        "-regtest",
        "-server",
        "-listen=0",
        "-connect=0",
        "-printtoconsole=0",
        "-rpcbind=127.0.0.1",
        "-rpcallowip=127.0.0.1",
    ];
    let indexes = [
        ("-txindex", options.tx_index),
        ("-txospenderindex", options.tx_out_spender_index),
        ("-blockfilterindex", options.block_filter_index),
    ];
    let mut arguments: Vec<String> = fixed.map(String::from).into();
    arguments.push(format!("-rpcauth={RPC_AUTH}"));
    let wanted = indexes.into_iter().filter(|(_, wanted)| *wanted);
    arguments.extend(wanted.map(|(name, _)| format!("{name}=1")));
    arguments.extend(options.arguments.iter().cloned());
    arguments
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An address of regtest that nobody here spends from.
    const MINER: &str = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";

    #[test]
    fn a_node_survives_a_kill_and_a_restart_with_its_blocks() {
        let Some(program) = bitcoind("a_node_survives_a_kill_and_a_restart_with_its_blocks") else {
            return;
        };
        let options = Options {
            tx_index: true,
            tx_out_spender_index: true,
            block_filter_index: true,
            ..Options::default()
        };
        let mut node = Node::start(&program, &options).unwrap();
        let hashes = node.mine(3, MINER).unwrap();
        node.wait_for_indexes().unwrap();
        let indexes = node.call("getindexinfo", &json!([])).unwrap();
        assert_eq!(indexes.as_object().unwrap().len(), 3, "{indexes}");
        assert!(node.cookie_file().is_file());
        assert!(node.blocks_folder().join("blk00000.dat").is_file());

        node.stop().unwrap();
        node.restart().unwrap();
        assert_eq!(
            node.call_text("getblockhash", &json!([3])).unwrap(),
            hashes[2]
        );
        node.kill();
        node.restart().unwrap();
        assert_eq!(
            node.call_text("getblockhash", &json!([0])).unwrap(),
            "0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206"
        );
        let refused = node.call("getblockhash", &json!([99])).unwrap_err();
        assert!(
            matches!(refused, NodeError::Refused { code: -8, .. }),
            "{refused}"
        );
    }

    #[test]
    fn a_node_that_cannot_start_says_why() {
        let Some(program) = bitcoind("a_node_that_cannot_start_says_why") else {
            return;
        };
        let options = Options {
            arguments: vec!["-no-such-argument".to_owned()],
            ..Options::default()
        };
        let error = Node::start(&program, &options).err().unwrap();
        assert!(error.to_string().contains("no-such-argument"), "{error}");
    }
}
