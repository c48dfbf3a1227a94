//! What stands between a language model and the person who talks to it: `cargo bench --bench model`.
//!
//! The model is played by a server on this machine, so that all that is measured is what is added to it.
//! Each figure stands beside what it is compared with, from the same run.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a benchmark may stop when it has nothing to measure"
)]

#[allow(dead_code, reason = "the tests use the rest")]
#[path = "../tests/support/faults.rs"]
mod faults;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::rc::Rc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use faults::{Act, Faults, Received, answer};
use followup::content::builtin;
use followup::domain::question::Question;
use followup::grader::GradeRequest;
use followup::grader::llm::Judge;
use followup::grader::rubric::RubricGrader;
use followup::llm::fence::Nonce;
use followup::llm::prompt::Prompts;
use followup::llm::scripted::ScriptedModel;
use followup::{Stdio, Terminal, run};
use serde_json::json;

/// How often the first word is waited for.
const WORDS: usize = 100;
/// How long the model thinks before its first word.
const THOUGHT: Duration = Duration::from_millis(20);
/// A word that nothing else says.
const FIRST: &str = "Zanzibar";

/// How long the model takes for one answer, where many are graded.
const REPLY: Duration = Duration::from_millis(500);
const JOBS: usize = 64;
/// How many answers each job grades.
const ROUNDS: usize = 8;

fn main() {
    // The harness's own arguments say nothing here; listing is all that cargo asks for.
    if std::env::args().any(|arg| arg == "--list") {
        return;
    }
    first_word();
    many_at_a_time();
    tokens();
}

/// Prints how long after the server has sent its first word a bare socket has it, and the screen.
fn first_word() {
    let (port, sent) = speaker();
    let socket = median((0..WORDS).map(|_| bare(port) - sent.recv().unwrap()).collect());
    let shown = median((0..WORDS).map(|_| interviewed(port, &sent)).collect());
    println!("first word, after the server has sent it (median of {WORDS})");
    println!("  a bare socket has it      {:6.2} ms", ms(socket));
    println!("  it is on the screen       {:6.2} ms", ms(shown));
    println!("  above                     {:6.2} ms, to be at most 5", ms(shown) - ms(socket));
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// Starts a model that streams, and tells when it sends the first word of each reply.
fn speaker() -> (u16, Receiver<Instant>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (sender, sent) = channel();
    let serve = move || listener.incoming().try_for_each(|stream| speak(&stream?, &sender));
    thread::Builder::new().spawn(serve).unwrap();
    (port, sent)
}

fn speak(stream: &TcpStream, sent: &Sender<Instant>) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut request = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        request.read_line(&mut line)?;
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if line.trim().is_empty() {
            break;
        }
    }
    request.read_exact(&mut vec![0; length])?;
    let mut out = stream;
    out.write_all(&faults::stream_head())?;
    thread::sleep(THOUGHT);
    // Nobody listens any more where a client has gone on.
    let _told = sent.send(Instant::now());
    out.write_all(&piece(&format!("{FIRST} ")))?;
    thread::sleep(THOUGHT);
    out.write_all(&piece("is down: what now?"))?;
    out.write_all(b"data: [DONE]\n\n")
}

fn piece(words: &str) -> Vec<u8> {
    format!("data: {}\n\n", json!({"choices": [{"index": 0, "delta": {"content": words}}]})).into_bytes()
}

/// Asks with a bare socket; returns when the first word was there.
fn bare(port: u16) -> Instant {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.write_all(b"POST /v1/chat/completions HTTP/1.1\r\ncontent-length: 0\r\n\r\n").unwrap();
    let (mut heard, mut bytes) = (Vec::new(), [0; 4096]);
    while !contains(&heard, FIRST) {
        let read = stream.read(&mut bytes).unwrap();
        heard.extend(&bytes[..read]);
    }
    let at = Instant::now();
    stream.read_to_end(&mut heard).unwrap();
    at
}

fn contains(bytes: &[u8], word: &str) -> bool {
    bytes.windows(word.len()).any(|window| window == word.as_bytes())
}

/// A screen that knows when it showed the first word.
#[derive(Default)]
struct Screen {
    shown: Vec<u8>,
    first: Option<Instant>,
}

impl Write for Screen {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.shown.extend(bytes);
        if self.first.is_none() && contains(&self.shown, FIRST) {
            self.first = Some(Instant::now());
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Has a question asked, by the whole program; returns how long after it was sent the first word was shown.
fn interviewed(port: u16, sent: &Receiver<Instant>) -> Duration {
    let mut screen = Screen::default();
    let url = format!("http://127.0.0.1:{port}/v1");
    let args =
        ["ask", "cache/cache-down", "--no-save", "--interviewer", "llm", "--model", "m", "--base-url", &url];
    let terminal = Terminal { columns: Some(80), ..Terminal::default() };
    let code = followup(&args, "/skip\n\n", terminal, &mut io::BufWriter::new(&mut screen));
    assert_eq!(code, 0, "{}", String::from_utf8_lossy(&screen.shown));
    let first = sent.recv().unwrap();
    // The words of the close.
    let _others = sent.try_iter().count();
    screen.first.unwrap() - first
}

/// Runs the program; what it notices is lost.
fn followup(args: &[&str], input: &str, terminal: Terminal, out: &mut dyn Write) -> u8 {
    let input = Box::new(io::Cursor::new(input.to_owned()));
    let io = Stdio { input, out, err: &mut io::sink(), terminal };
    run(["followup"].iter().chain(args).map(OsString::from), &|_| None, io)
}

/// Prints how many times as fast as one job many are.
fn many_at_a_time() {
    let alone = answers_a_second(1, 1);
    let together = answers_a_second(JOBS, ROUNDS);
    let ratio = together / alone;
    println!("answers a second, of a model that takes {} ms for each", REPLY.as_millis());
    println!("  one at a time             {alone:6.2}");
    println!("  {JOBS} at a time             {together:6.2}");
    println!("  times as fast             {ratio:6.2}, to be at least {:.1}", 0.9 * JOBS as f64);
}

/// Grades so many answers for each job; the start of the program is counted, too.
fn answers_a_second(jobs: usize, rounds: usize) -> f64 {
    let server = Faults::answering(|_, request| vec![Act::Pause(REPLY), judged(request)]);
    let count = if jobs == 1 { ROUNDS } else { jobs * rounds };
    let line = |id| json!({"id": id, "question": "cache/cache-down", "answer": format!("We serve stale data {id}.")});
    let lines: String = (0..count).map(|id| format!("{}\n", line(id))).collect();
    let jobs = jobs.to_string();
    let args = ["grade", "--jsonl", "-", "--grader", "llm", "--model", "m", "--no-cache", "--jobs", &jobs];
    let url = server.base_url();
    let args = [&args[..], &["--base-url", &url]].concat();
    let mut out = Vec::new();
    let start = Instant::now();
    let code = followup(&args, &lines, Terminal::default(), &mut out);
    let took = start.elapsed();
    assert_eq!((code, server.requests()), (0, count), "{}", String::from_utf8_lossy(&out));
    count as f64 / took.as_secs_f64()
}

/// A reply that credits nothing.
fn judged(request: &Received) -> Act {
    let user = request.json()["messages"][1]["content"].as_str().unwrap().to_owned();
    let asked = user.split("# The answer").next().unwrap();
    let (points, wrongs) = asked.split_once("Misconceptions:").unwrap();
    let added = wrongs.split_once("# How it was asked").unwrap().1;
    let ids = points.lines().chain(added.lines());
    let ids = ids.filter_map(|line| line.strip_prefix("- ")?.split(' ').next());
    let missed = |id| json!({"id": id, "reason": "Not said.", "quotes": [], "verdict": "missed"});
    let text = json!({"points": ids.map(missed).collect::<Vec<_>>(), "misconceptions": []}).to_string();
    let reply = json!({"choices": [{"message": {"content": text}, "finish_reason": "stop"}]});
    Act::Send(answer("200 OK", "", &reply.to_string()))
}

/// Prints what one request for all key points sends, against one for each of them.
fn tokens() {
    let catalog = builtin::load().expect("the built-in pack is not refused").catalog;
    let offline = Rc::new(RubricGrader::new(&catalog.lexicon, catalog.prose()));
    let mut shares: Vec<f64> = catalog.questions.iter().map(|question| share(&offline, question)).collect();
    shares.sort_unstable_by(f64::total_cmp);
    println!("bytes sent for an answer of 200 words, against one request for each key point");
    println!("  median of {} questions    {:5.1} %", shares.len(), 100.0 * shares[shares.len() / 2]);
    println!("  most                      {:5.1} %, to be at most 33.3", 100.0 * shares.last().unwrap());
}

fn share(offline: &Rc<RubricGrader>, question: &Question) -> f64 {
    let question = question.bind(&BTreeMap::new());
    let words: Vec<&str> = question.reference.split(' ').take(200).collect();
    let answer = words.join(" ");
    let model = Rc::new(ScriptedModel::parse("").unwrap());
    let prompts = Rc::new(Prompts::new(&BTreeMap::new()).unwrap());
    let judge = Judge::new(model, Rc::clone(offline), prompts, || Nonce::new([7; 16]));
    let bytes = |question: &Question| {
        let request = GradeRequest { question, prompt: &question.wording, answer: &answer };
        let request = judge.request(request, &judge.nonce()).unwrap().expect("a reference says something");
        let messages: usize = request.messages.iter().map(|message| message.text.len()).sum();
        messages + request.shape.map_or(0, |shape| shape.schema.to_string().len())
    };
    let each = question.rubric.points.iter().map(|point| {
        let mut one = question.clone();
        one.rubric.points = vec![point.clone()];
        one.rubric.misconceptions.clear();
        bytes(&one)
    });
    bytes(&question) as f64 / each.sum::<usize>() as f64
}
