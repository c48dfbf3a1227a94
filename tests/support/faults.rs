//! A server that does what a script tells it to, however wrong, on a port of its own of this machine.
//!
//! Each request is answered by the next script, the last one again and again, and then the connection is closed.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// The longest that a server waits for a client that does not go.
const LAST: Duration = Duration::from_secs(10);

/// One thing that a server does.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    /// Sends bytes.
    Send(Vec<u8>),
    /// Does nothing for a while.
    Pause(Duration),
    /// Sends the same bytes until so many have been sent, or the client goes.
    Flood(Vec<u8>, u64),
    /// Sends the same bytes after each pause, until the client goes.
    Drip(Vec<u8>, Duration),
    /// Waits until the client goes.
    Hold,
}

/// A request that a server has received.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    /// The first line.
    pub(crate) line: String,
    /// The other lines of the head, as they came.
    pub(crate) head: String,
    pub(crate) body: String,
    pub(crate) at: Instant,
}

impl Received {
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// What is known of a server from both sides.
#[derive(Default)]
struct Log {
    received: Mutex<Vec<Received>>,
    /// Clients that went before a script was over.
    gone: Mutex<usize>,
    changed: Condvar,
    sent: AtomicU64,
    over: AtomicBool,
}

/// A server that runs until it is dropped.
pub(crate) struct Faults {
    port: u16,
    log: Arc<Log>,
}

impl Faults {
    /// Starts a server with a script for each request, the last one for all that follow.
    pub(crate) fn start(scripts: Vec<Vec<Act>>) -> Self {
        Self::answering(move |at, _| scripts[at.min(scripts.len() - 1)].clone())
    }

    /// Starts a server that makes up its script by the request and its number, from 0.
    pub(crate) fn answering(script: impl Fn(usize, &Received) -> Vec<Act> + Send + Sync + 'static) -> Self {
        let script = Arc::new(script);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let log = Arc::new(Log::default());
        let server = Arc::clone(&log);
        let accept = move || {
            for (at, stream) in listener.incoming().enumerate() {
                if server.over.load(Ordering::SeqCst) {
                    break;
                }
                let (script, log) = (Arc::clone(&script), Arc::clone(&server));
                let serve = move || serve(&stream.unwrap(), |received| script(at, received), &log);
                thread::Builder::new().spawn(serve).unwrap();
            }
        };
        thread::Builder::new().spawn(accept).unwrap();
        Self { port, log }
    }

    /// Starts a server that answers every request with the same bytes.
    pub(crate) fn always(bytes: impl Into<Vec<u8>>) -> Self {
        Self::start(vec![vec![Act::Send(bytes.into())]])
    }

    /// Starts a server that answers one request after the other, the last bytes again and again.
    pub(crate) fn each<B: Into<Vec<u8>>>(answers: impl IntoIterator<Item = B>) -> Self {
        Self::start(answers.into_iter().map(|bytes| vec![Act::Send(bytes.into())]).collect())
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Returns what stands before `/chat/completions`.
    pub(crate) fn base_url(&self) -> String {
        format!("http://127.0.0.1:{}/v1", self.port)
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.log.received.lock().unwrap().clone()
    }

    pub(crate) fn requests(&self) -> usize {
        self.log.received.lock().unwrap().len()
    }

    /// Returns how many bytes the system has taken for the clients.
    pub(crate) fn sent(&self) -> u64 {
        self.log.sent.load(Ordering::SeqCst)
    }

    /// Returns how many clients have gone before their script was over.
    pub(crate) fn gone(&self) -> usize {
        *self.log.gone.lock().unwrap()
    }

    /// Waits until so many clients have gone before their script was over.
    pub(crate) fn wait_for_gone(&self, clients: usize) {
        let gone = self.log.gone.lock().unwrap();
        let (gone, _) = self.log.changed.wait_timeout_while(gone, LAST, |gone| *gone < clients).unwrap();
        assert!(*gone >= clients, "{} of {clients} clients have gone", *gone);
    }
}

impl Drop for Faults {
    fn drop(&mut self) {
        self.log.over.store(true, Ordering::SeqCst);
        // Wakes the listener, which then ends.
        let _woken = TcpStream::connect(("127.0.0.1", self.port));
    }
}

fn serve(stream: &TcpStream, script: impl Fn(&Received) -> Vec<Act>, log: &Log) {
    stream.set_nodelay(true).unwrap();
    let Some(received) = receive(stream) else { return };
    let script = script(&received);
    log.received.lock().unwrap().push(received);
    let played = script.iter().try_for_each(|act| play(stream, act, log));
    if played.is_err() {
        *log.gone.lock().unwrap() += 1;
        log.changed.notify_all();
    }
    let _closed = stream.shutdown(Shutdown::Write);
    // What is closed with unread bytes is reset, and takes what was sent with it.
    stream.set_read_timeout(Some(LAST)).unwrap();
    let _rest = std::io::copy(&mut &*stream, &mut std::io::sink());
}

fn receive(stream: &TcpStream) -> Option<Received> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") && head != "\r\n" {
        reader.read_line(&mut head).ok().filter(|read| *read > 0)?;
    }
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().unwrap())
    });
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body).ok()?;
    let body = String::from_utf8(body).unwrap();
    Some(Received { line: line.trim_end().to_owned(), head, body, at: Instant::now() })
}

/// Does one thing; an error means that the client has gone.
fn play(stream: &TcpStream, act: &Act, log: &Log) -> std::io::Result<()> {
    let send = |bytes: &[u8]| {
        (&*stream).write_all(bytes)?;
        log.sent.fetch_add(bytes.len() as u64, Ordering::SeqCst);
        Ok::<(), std::io::Error>(())
    };
    match act {
        Act::Send(bytes) => send(bytes),
        Act::Pause(pause) => listen(stream, *pause),
        Act::Flood(bytes, total) => {
            let pieces = total.div_ceil(bytes.len() as u64);
            (0..pieces).try_for_each(|_| send(bytes))
        }
        Act::Drip(bytes, pause) => {
            let end = Instant::now() + LAST;
            while Instant::now() < end {
                send(bytes)?;
                listen(stream, *pause)?;
            }
            Ok(())
        }
        Act::Hold => listen(stream, LAST),
    }
}

/// Waits; an error means that the client has gone meanwhile.
fn listen(mut stream: &TcpStream, wait: Duration) -> std::io::Result<()> {
    if wait.is_zero() {
        return Ok(());
    }
    stream.set_read_timeout(Some(wait))?;
    match stream.read(&mut [0; 64]) {
        Ok(0) => Err(std::io::ErrorKind::ConnectionAborted.into()),
        Ok(_) => Ok(()),
        Err(error)
            if matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut) =>
        {
            Ok(())
        }
        Err(error) => Err(error),
    }
}

/// Returns an answer in one piece, closed at its end.
pub(crate) fn answer(status: &str, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n{headers}\r\n{body}")
        .into()
}

/// Returns the head of a stream that ends where the connection does.
pub(crate) fn stream_head() -> Vec<u8> {
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n".to_vec()
}

/// Returns a stream of these events.
pub(crate) fn events(events: &[&str]) -> Vec<u8> {
    let events: String = events.iter().map(|event| format!("data: {event}\n\n")).collect();
    [stream_head(), events.into_bytes()].concat()
}
