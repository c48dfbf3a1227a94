//! Servers that were not written here, started on a port of this machine and ended when they are dropped.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// The key that servers are started with.
pub(crate) const KEY: &str = "sk-for-tests";

/// The longest that a server may take to start, on a machine that does much else.
const START: Duration = Duration::from_secs(120);
const BETWEEN_LOOKS: Duration = Duration::from_millis(20);
/// The longest that a server that starts may take to say whether it is well.
const LOOK: Duration = Duration::from_secs(5);

/// Runs a server until standard input ends, which it also does when the tests are killed.
const UNTIL_INPUT_ENDS: &str = r#""$@" & read -r _; kill $!; wait"#;

/// Returns the folder of a server that its script in `tests/servers` has installed; else says that a test is left out.
pub(crate) fn installed(name: &str) -> Option<PathBuf> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/servers").join(name);
    let output = Command::new(script).arg("--found").stderr(Stdio::inherit()).output().unwrap();
    if output.status.success() {
        return Some(PathBuf::from(String::from_utf8(output.stdout).unwrap().trim_end()));
    }
    let test = thread::current().name().unwrap_or_default().to_owned();
    let mut past_the_harness = std::io::stderr();
    writeln!(past_the_harness, "left out: {test}; run tests/servers/{name} first").unwrap();
    None
}

/// Returns a port that nothing listens on.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A server that runs until it is dropped.
pub(crate) struct Server {
    process: Child,
    log: TempDir,
    port: u16,
}

impl Server {
    /// Starts a program and waits until it is well: until `health` answers with 200 at the port that `port` finds in
    /// what the program has written so far.
    ///
    /// # Panics
    /// Where it is not well in time, with all that it wrote.
    pub(crate) fn start(program: &Command, port: impl Fn(&str) -> Option<u16>, health: &str) -> Self {
        let log = tempfile::tempdir().unwrap();
        let out = File::create(log.path().join("log")).unwrap();
        let process = Command::new("sh")
            .args(["-c", UNTIL_INPUT_ENDS, "sh"])
            .arg(program.get_program())
            .args(program.get_args())
            .envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))))
            // Nor does it reach anything beyond this machine.
            .envs(["HTTP_PROXY", "HTTPS_PROXY"].map(|name| (name, "http://127.0.0.1:9")))
            .stdin(Stdio::piped())
            .stdout(out.try_clone().unwrap())
            .stderr(out)
            .spawn()
            .unwrap();
        let mut server = Self { process, log, port: 0 };
        let start = Instant::now();
        loop {
            if let Some(port) = port(&server.log()).filter(|port| is_well(*port, health)) {
                server.port = port;
                return server;
            }
            assert!(start.elapsed() < START, "{program:?} does not start:\n{}", server.log());
            thread::sleep(BETWEEN_LOOKS);
        }
    }

    /// Returns what stands before `/chat/completions`.
    pub(crate) fn base_url(&self) -> String {
        format!("http://127.0.0.1:{}/v1", self.port)
    }

    /// Returns all that it has written.
    pub(crate) fn log(&self) -> String {
        String::from_utf8_lossy(&fs::read(self.log.path().join("log")).unwrap()).into_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        self.process.wait().ok();
    }
}

fn is_well(port: u16, path: &str) -> bool {
    let look = || {
        let mut stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_read_timeout(Some(LOOK))?;
        write!(stream, "GET {path} HTTP/1.0\r\nhost: 127.0.0.1\r\n\r\n")?;
        let mut head = [0; 12];
        stream.read_exact(&mut head)?;
        Ok::<bool, std::io::Error>(head.ends_with(b" 200"))
    };
    look().unwrap_or(false)
}
