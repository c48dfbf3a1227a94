//! One request and its answer: what stands between the client and the network.
//!
//! The client is given answers of success only, no longer than allowed, in the form that it asked for.

use std::error::Error;
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderMap, LOCATION};
use reqwest::{Body, Request, Response, Url};
use tokio::time::timeout;

use crate::llm::ModelError;
use crate::llm::endpoint::fault::Fault;
use crate::llm::endpoint::lines::{Caps, Overrun, lines};
use crate::llm::endpoint::refusal::Refusal;
use crate::llm::endpoint::retry_after::retry_after;
use crate::llm::settings::Settings;

/// The most bytes that are read of an error.
const ERROR_BYTES: usize = 64 * 1024;

/// The most characters that an error repeats of a host or of what the system says.
const SHOWN: usize = 80;

/// How many times as long as a reply in one piece a stream may be.
const WRAPPING: usize = 4;

/// In which form an answer is wanted.
#[derive(Clone, Debug)]
pub(super) enum Form {
    /// In one piece.
    Whole,
    /// As events; a limit that they go beyond is left here.
    Events(Overrun),
}

/// The way to the network.
#[derive(Debug)]
pub(super) struct Wire {
    http: reqwest::Client,
    host: String,
    connect: Duration,
    idle: Duration,
    body_bytes: usize,
    line_bytes: usize,
}

/// What an answer begins with.
enum Kind {
    Json,
    Page,
    /// A stream, as far as can be seen.
    Events,
    Other,
}

impl Wire {
    pub(super) fn new(http: reqwest::Client, host: &str, settings: &Settings) -> Self {
        Self {
            http,
            host: host.chars().take(SHOWN).collect(),
            connect: settings.connect,
            idle: settings.content_idle,
            body_bytes: settings.body_bytes,
            line_bytes: settings.line_bytes,
        }
    }

    /// Sends a request, and returns the answer if it is one of success and in a form that can be read.
    pub(super) async fn exchange(&self, request: Request, form: Form) -> Result<Response, Fault> {
        let response = self.http.execute(request).await.map_err(|error| self.unreachable(&error))?;
        if !response.status().is_success() {
            return Err(self.refusal(response).await);
        }
        match form {
            Form::Whole => self.whole(response, Vec::new()).await.map(answer),
            Form::Events(overrun) => self.events(response, overrun).await,
        }
    }

    /// Gets a page, and returns it if it looks like JSON.
    pub(super) async fn get(&self, url: &str, headers: HeaderMap) -> Result<String, Fault> {
        let request = self.http.get(url).headers(headers).build().map_err(|_| cut())?;
        let response = self.exchange(request, Form::Whole).await?;
        response.text().await.map_err(|_| cut())
    }

    /// Posts a body, and returns the answer if it looks like JSON.
    pub(super) async fn post(
        &self,
        url: &str,
        headers: HeaderMap,
        kind: &str,
        body: &str,
    ) -> Result<String, Fault> {
        let request = self.http.post(url).headers(headers).header(CONTENT_TYPE, kind).body(body.to_owned());
        let response = self.exchange(request.build().map_err(|_| cut())?, Form::Whole).await?;
        response.text().await.map_err(|_| cut())
    }

    /// Gets a file, and hands its lines on as they come. It may have any length, but no line may.
    pub(super) async fn each_line(
        &self,
        url: &str,
        headers: HeaderMap,
        line: &mut dyn FnMut(&str),
    ) -> Result<(), Fault> {
        let request = self.http.get(url).headers(headers).build().map_err(|_| cut())?;
        let mut response = self.http.execute(request).await.map_err(|error| self.unreachable(&error))?;
        if !response.status().is_success() {
            return Err(self.refusal(response).await);
        }
        let mut rest = Vec::new();
        while let Some(piece) = self.piece(&mut response).await? {
            for part in piece.split_inclusive(|byte| *byte == b'\n') {
                rest.extend_from_slice(part);
                if rest.len() > self.body_bytes {
                    return Err(Fault::Final(ModelError::TooLong { limit: self.body_bytes }));
                }
                if rest.ends_with(b"\n") {
                    line(&String::from_utf8_lossy(&rest));
                    rest.clear();
                }
            }
        }
        line(&String::from_utf8_lossy(&rest));
        Ok(())
    }

    fn unreachable(&self, error: &reqwest::Error) -> Fault {
        if error.is_timeout() {
            return Fault::Final(ModelError::TimedOut { awaited: "connection", limit: self.connect });
        }
        let mut cause: &dyn Error = error;
        while let Some(deeper) = cause.source() {
            cause = deeper;
        }
        let reason = cause.to_string().chars().filter(|c| !c.is_control()).take(SHOWN).collect();
        Fault::Lost(ModelError::Unreachable { host: self.host.clone(), reason })
    }

    /// Reads a refusal, as much of it as comes.
    async fn refusal(&self, mut response: Response) -> Fault {
        let status = response.status().as_u16();
        let retry_after = retry_after(response.headers(), jiff::Timestamp::now());
        if response.status().is_redirection() {
            let message = match response.headers().get(LOCATION).and_then(|to| to.to_str().ok()) {
                Some(to) => format!("it sends us on to {}", place(to, response.url())),
                None => "it sends us on, but not where to".to_owned(),
            };
            return Fault::Refusal(Refusal { status, message, ..Refusal::default() });
        }
        let mut body = Vec::new();
        while let Ok(Ok(Some(piece))) = timeout(self.idle, response.chunk()).await {
            body.extend_from_slice(&piece);
            if body.len() > ERROR_BYTES {
                body.truncate(ERROR_BYTES);
                break;
            }
        }
        Fault::Refusal(Refusal::of_body(status, &String::from_utf8_lossy(&body), retry_after))
    }

    /// Reads an answer in one piece, of which `body` has come already.
    async fn whole(&self, mut response: Response, mut body: Vec<u8>) -> Result<String, Fault> {
        let limit = self.body_bytes;
        let too_long = || Fault::Final(ModelError::TooLong { limit });
        let announced = response.content_length().unwrap_or_default();
        if announced > limit as u64 {
            return Err(too_long());
        }
        while let Some(piece) = self.piece(&mut response).await? {
            body.extend_from_slice(&piece);
            if body.len() > limit {
                return Err(too_long());
            }
        }
        // A byte that is none of UTF-8 spoils its character, not the reply.
        let text = String::from_utf8_lossy(&body);
        let text = text.trim_start_matches('\u{feff}').trim();
        match kind(text.as_bytes()) {
            Some(Kind::Json) => Ok(text.to_owned()),
            Some(Kind::Page) => Err(Fault::not_a_reply("a web page")),
            Some(Kind::Events | Kind::Other) => Err(Fault::not_a_reply("text that is no JSON")),
            None => Err(Fault::not_a_reply("it is empty")),
        }
    }

    /// Looks at how an answer begins, and returns it as events. A reply in one piece becomes one event.
    async fn events(&self, mut response: Response, overrun: Overrun) -> Result<Response, Fault> {
        let mut head = Vec::new();
        let kind = loop {
            if let Some(kind) = kind(&head) {
                break kind;
            }
            if head.len() > self.line_bytes {
                return Err(Fault::Final(ModelError::TooLong { limit: self.line_bytes }));
            }
            match self.first_piece(&mut response).await? {
                Some(piece) => head.extend_from_slice(&piece),
                None => return Err(Fault::not_a_reply("it is empty")),
            }
        };
        match kind {
            Kind::Other => Err(Fault::not_a_reply("text that is no stream")),
            Kind::Events => {
                let caps = Caps { bytes: self.body_bytes.saturating_mul(WRAPPING), line: self.line_bytes };
                Ok(answer(Body::wrap_stream(lines(&head, response, caps, overrun))))
            }
            Kind::Json | Kind::Page => {
                let text = self.whole(response, head).await?;
                Ok(answer(format!("data: {}\n\n", text.replace(['\r', '\n'], " "))))
            }
        }
    }

    /// Reads on in a stream that has not said anything; who waits for the first words, ends the wait.
    async fn first_piece(&self, response: &mut Response) -> Result<Option<Vec<u8>>, Fault> {
        let piece = response.chunk().await.map_err(|_| cut())?;
        Ok(piece.map(Vec::from))
    }

    /// Reads on in an answer in one piece.
    async fn piece(&self, response: &mut Response) -> Result<Option<Vec<u8>>, Fault> {
        let limit = self.idle;
        let late = |_| Fault::Final(ModelError::TimedOut { awaited: "rest of the reply", limit });
        timeout(limit, self.first_piece(response)).await.map_err(late)?
    }
}

fn cut() -> Fault {
    Fault::Lost(ModelError::Cut { heard: String::new() })
}

fn answer(body: impl Into<Body>) -> Response {
    Response::from(http::Response::new(body))
}

/// Returns what an answer begins with, when something has come that is seen.
fn kind(head: &[u8]) -> Option<Kind> {
    const FIELDS: [&[u8]; 5] = [b"data", b"event", b"id", b"retry", b":"];
    let mark = "\u{feff}".as_bytes();
    if mark.starts_with(head) {
        return None;
    }
    let head = head.strip_prefix(mark).unwrap_or(head).trim_ascii_start();
    Some(match head.first()? {
        b'{' | b'[' => Kind::Json,
        b'<' => Kind::Page,
        _ if FIELDS.iter().any(|field| head.starts_with(field) || field.starts_with(head)) => Kind::Events,
        _ => Kind::Other,
    })
}

/// Returns where a redirection leads, without what may be secret in it.
fn place(to: &str, from: &Url) -> String {
    match from.join(to) {
        Ok(url) => url.origin().ascii_serialization() + url.path(),
        Err(_) => "a place that is none".to_owned(),
    }
}
