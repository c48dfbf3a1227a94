//! A server that speaks the OpenAI protocol, reached over HTTP: the one way to the network.
//!
//! Whatever the server does, a call ends in time with a whole reply or an error of one line.
//! The clock and the sockets of language models are in this folder and nowhere else.

mod address;
mod answer;
mod batch;
mod body;
mod clean;
mod dialect;
mod exchange;
mod fault;
mod gate;
mod lines;
mod listen;
mod models;
mod patience;
mod refusal;
mod retry_after;

use std::cell::Cell;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_openai::Client;
use async_openai::config::Config;
use async_openai::middleware::HttpRequestFactory;
use tokio::time::{sleep, timeout};

use crate::llm::settings::{Settings, SettingsError};
use crate::llm::{Incomplete, Model, ModelError, ModelFuture, ModelRequest, Reply};
use address::Address;
use answer::{Answer, Heard};
pub use batch::{Batch, TakeResult};
use body::Body;
use clean::Secrets;
use dialect::Dialect;
use exchange::{Form, Wire};
use fault::{Fault, unwrapped};
use gate::Gate;
use lines::Overrun;
use listen::Listener;
use patience::{Jitter, Patience};
use refusal::Refusal;

/// The longest that anything may take, however much there is of it.
const HOUR: Duration = Duration::from_secs(3600);

/// Takes words as they come.
type Hear<'a> = &'a mut dyn FnMut(&str);

/// Something that the user should know before anything is sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Warning {
    /// What is sent can be read on its way.
    #[error("`{host}` is reached without encryption: others can read the answers and the key; use https://")]
    Overheard {
        /// The host, with its port where that is an unusual one.
        host: String,
    },
}

/// A server, and one of its models.
pub struct Endpoint {
    settings: Settings,
    address: Address,
    secrets: Secrets,
    wire: Arc<Wire>,
    client: Client<Address>,
    /// What the server has been found to understand.
    dialect: Cell<Dialect>,
    gate: Gate,
    jitter: Jitter,
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut endpoint = f.debug_struct("Endpoint");
        endpoint
            .field("host", &self.address.host())
            .field("model", &self.settings.model)
            .finish_non_exhaustive()
    }
}

impl Endpoint {
    /// Makes ready to call; nothing is sent yet.
    pub fn new(settings: Settings) -> Result<Self, SettingsError> {
        if settings.model.trim().is_empty() {
            return Err(SettingsError::NoModel);
        }
        let address = Address::new(&settings)?;
        let http = http_client(&settings, &address)?;
        Ok(Self {
            secrets: Secrets::of(&settings),
            wire: Arc::new(Wire::new(http.clone(), address.host(), &settings)),
            client: Client::build(http, address.clone()),
            dialect: Cell::new(Dialect::new(&settings)),
            gate: Gate::default(),
            jitter: Jitter::new(),
            settings,
            address,
        })
    }

    /// Returns what the user should know before anything is sent.
    #[must_use]
    pub fn warnings(&self) -> Vec<Warning> {
        let overheard = Warning::Overheard { host: self.address.host().to_owned() };
        self.address.is_overheard().then_some(overheard).into_iter().collect()
    }

    /// Returns what stands before the paths of requests.
    #[must_use]
    pub fn base_url(&self) -> &str {
        self.address.api_base()
    }

    /// Tries until there is a reply, an error that stays, or no patience left.
    async fn call(&self, request: &ModelRequest, heard: Option<Hear<'_>>) -> Result<Reply, ModelError> {
        let said = Cell::new(false);
        let mut heard = heard.map(|heard| {
            |words: &str| {
                said.set(true);
                heard(words);
            }
        });
        let mut patience = Patience::new(&self.settings);
        loop {
            self.gate.pass(&mut patience, &self.jitter).await?;
            let dialect = self.dialect.get();
            let attempt = match &mut heard {
                Some(heard) => self.streamed(request, dialect, heard).await,
                None => self.whole(request, dialect).await,
            };
            match attempt {
                Ok(reply) => return Ok(reply),
                // What has been handed on cannot be taken back.
                Err(fault) if said.get() => return Err(self.told(fault)),
                Err(fault) if self.adapt(&fault, dialect, request) => {}
                Err(fault) => self.wait(fault, &mut patience).await?,
            }
        }
    }

    /// Learns from a refusal; `true` where the request is to be made again in other terms.
    fn adapt(&self, fault: &Fault, spoken: Dialect, request: &ModelRequest) -> bool {
        let Fault::Refusal(refusal) = fault else { return false };
        let Some(better) = spoken.after(refusal, request, &self.settings) else { return false };
        self.dialect.set(self.dialect.get().and(better));
        true
    }

    /// Waits as long as it makes sense before the next try, or returns the fault as an error where it makes none.
    async fn wait(&self, fault: Fault, patience: &mut Patience) -> Result<(), ModelError> {
        let (status, asked) = match &fault {
            Fault::Refusal(refusal) if refusal.may_pass() => (Some(refusal.status), refusal.retry_after),
            Fault::Lost(_) => (None, None),
            Fault::Refusal(_) | Fault::Final(_) => return Err(self.told(fault)),
        };
        let wait = patience.next_wait(asked, &self.jitter);
        let everyone = status.filter(|status| *status == 429 || asked.is_some());
        if let Some(status) = everyone {
            // It is asked again after a while, however long the server wants to be left alone.
            self.gate.close(wait.min(self.settings.total_wait), status);
        }
        if !patience.try_after(wait) {
            return Err(self.told(fault));
        }
        // Where everyone waits, so does this call: at the gate.
        if everyone.is_none() && patience.spend(wait) {
            sleep(wait).await;
        }
        Ok(())
    }

    /// Makes one request for a reply in one piece.
    async fn whole(&self, request: &ModelRequest, dialect: Dialect) -> Result<Reply, Fault> {
        let body = Body::new(request, &self.settings, dialect, false);
        let answer: Answer = self.client(&Form::Whole).chat().create_byot(body).await.map_err(unwrapped)?;
        Heard::whole(answer).map_err(Fault::Refusal)?.reply()
    }

    /// Makes one request for a reply in events.
    async fn streamed(
        &self,
        request: &ModelRequest,
        dialect: Dialect,
        heard: Hear<'_>,
    ) -> Result<Reply, Fault> {
        let body = Body::new(request, &self.settings, dialect, true);
        let overrun = Overrun::default();
        let client = self.client(&Form::Events(Arc::clone(&overrun)));
        let chat = client.chat();
        let listener = Listener::new(&self.settings, heard);
        let events = listener.wait(chat.create_stream_byot(body)).await?.map_err(unwrapped)?;
        listener.listen(events, &overrun).await
    }

    /// Returns the client with our way to the network below it.
    fn client(&self, form: &Form) -> Client<Address> {
        let (wire, form) = (Arc::clone(&self.wire), form.clone());
        self.client.clone().with_http_service(tower::service_fn(move |factory: HttpRequestFactory| {
            let (wire, form) = (Arc::clone(&wire), form.clone());
            async move {
                let request = factory.build().await.map_err(unwrapped)?;
                wire.exchange(request, form).await
            }
        }))
    }

    /// Returns a fault as it is told.
    fn told(&self, fault: Fault) -> ModelError {
        match fault {
            Fault::Refusal(refusal) => self.refused(&refusal),
            Fault::Final(ModelError::Incomplete(Incomplete::Other(reason))) => {
                ModelError::Incomplete(Incomplete::Other(self.secrets.clean(&reason)))
            }
            Fault::Lost(error) | Fault::Final(error) => error,
        }
    }

    fn refused(&self, refusal: &Refusal) -> ModelError {
        let status = refusal.status;
        match status {
            429 | 503 | 529 if refusal.may_pass() => {
                ModelError::Busy { status, retry_after: refusal.retry_after }
            }
            _ => ModelError::Refused { status, message: self.secrets.clean(&refusal.message) },
        }
    }

    /// Ends a call at its deadline.
    async fn in_time<T>(&self, call: impl Future<Output = Result<T, ModelError>>) -> Result<T, ModelError> {
        let limit = self.settings.whole_call;
        let late = ModelError::TimedOut { awaited: "whole reply", limit };
        timeout(limit, call).await.unwrap_or(Err(late))
    }
}

impl Model for Endpoint {
    fn name(&self) -> &str {
        &self.settings.model
    }

    fn preview(&self, request: &ModelRequest) -> serde_json::Value {
        let body = Body::new(request, &self.settings, self.dialect.get(), false);
        serde_json::json!({"url": self.address.url("/chat/completions"), "body": body.json()})
    }

    fn complete<'a>(&'a self, request: &'a ModelRequest) -> ModelFuture<'a> {
        Box::pin(self.in_time(self.call(request, None)))
    }

    fn stream<'a>(&'a self, request: &'a ModelRequest, heard: &'a mut dyn FnMut(&str)) -> ModelFuture<'a> {
        Box::pin(self.in_time(self.call(request, Some(heard))))
    }
}

fn http_client(settings: &Settings, address: &Address) -> Result<reqwest::Client, SettingsError> {
    // A redirection would take the candidate's answer to a host that nobody has chosen.
    let builder = reqwest::Client::builder()
        .connect_timeout(settings.connect)
        .redirect(reqwest::redirect::Policy::none())
        .user_agent(concat!("followup/", env!("CARGO_PKG_VERSION")));
    let builder = match (address.is_local(), address.is_plain()) {
        // Nothing is encrypted, so that it also works where there are no certificates; and it takes no time.
        (true, true) => builder.no_proxy().tls_certs_only([]),
        (true, false) => builder.no_proxy(),
        (false, _) => builder,
    };
    builder.build().map_err(|error| SettingsError::Unready { reason: error.without_url().to_string() })
}
