//! Where a server is, and what is sent with each request to it.

use std::net::IpAddr;

use async_openai::config::Config;
use reqwest::Url;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use secrecy::SecretString;

use crate::llm::settings::{Header, Key, Settings, SettingsError};

/// Headers that belong to the connection.
const OURS: &[&str] =
    &["connection", "content-length", "content-type", "host", "transfer-encoding", "user-agent"];

/// A server, and what is sent with each request.
///
/// The client's own configuration would read keys and addresses from the environment, send an `Authorization` without
/// a key, and panic where a key cannot be sent.
#[derive(Clone)]
pub(super) struct Address {
    base: String,
    host: String,
    plain: bool,
    local: bool,
    headers: HeaderMap,
    key: SecretString,
}

impl Address {
    pub(super) fn new(settings: &Settings) -> Result<Self, SettingsError> {
        let url = parse(&settings.base_url)?;
        let host = url.host_str().unwrap_or_default();
        let local = is_local(host);
        let plain = url.scheme() == "http";
        let host = match url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        };
        let path = url.as_str().trim_end_matches('/');
        let path = path.strip_suffix("/chat/completions").unwrap_or(path);
        let key = SecretString::from(settings.key.as_ref().map_or("", Key::expose));
        let base = path.trim_end_matches('/').to_owned();
        Ok(Self { base, host, plain, local, headers: headers(settings)?, key })
    }

    /// Returns the host, with its port where that is an unusual one.
    pub(super) fn host(&self) -> &str {
        &self.host
    }

    /// Whether it is this machine, which no proxy reaches.
    pub(super) fn is_local(&self) -> bool {
        self.local
    }

    /// Whether it is reached without encryption.
    pub(super) fn is_plain(&self) -> bool {
        self.plain
    }

    /// Whether others can read what is sent.
    pub(super) fn is_overheard(&self) -> bool {
        self.plain && !self.local
    }
}

impl Config for Address {
    fn headers(&self) -> HeaderMap {
        self.headers.clone()
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    fn query(&self) -> Vec<(&str, &str)> {
        Vec::new()
    }

    fn api_base(&self) -> &str {
        &self.base
    }

    fn api_key(&self) -> &SecretString {
        &self.key
    }
}

fn parse(base_url: &str) -> Result<Url, SettingsError> {
    let wrong = |reason: &str| SettingsError::BaseUrl { reason: reason.to_owned() };
    let text = base_url.trim();
    if !text.starts_with("http://") && !text.starts_with("https://") {
        return Err(wrong("begins neither with `http://` nor with `https://`"));
    }
    let url = Url::parse(text).map_err(|error| wrong(&format!("is none ({error})")))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("has a name or password in it, which belongs into the key or a header"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("has a `?` or `#` in it"));
    }
    Ok(url)
}

/// Whether a host, as it stands in a URL, is this machine.
fn is_local(host: &str) -> bool {
    let ip = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    ip.is_ok_and(|ip| ip.to_canonical().is_loopback()) || host == "localhost" || host.ends_with(".localhost")
}

fn headers(settings: &Settings) -> Result<HeaderMap, SettingsError> {
    let mut headers = HeaderMap::new();
    let key = settings.key.iter().map(|key| Header::new("authorization", format!("Bearer {}", key.expose())));
    for header in key.chain(settings.headers.iter().cloned()) {
        let shown: String = header.name().chars().filter(char::is_ascii_graphic).take(40).collect();
        let wrong = |reason| SettingsError::Header { name: shown.clone(), reason };
        let name = HeaderName::try_from(header.name()).map_err(|_| wrong("has a name that none can have"))?;
        if OURS.contains(&name.as_str()) {
            return Err(wrong("is set by us"));
        }
        let value = HeaderValue::try_from(header.expose());
        let mut value = value.map_err(|_| wrong("has a value that cannot be sent"))?;
        value.set_sensitive(true);
        headers.insert(name, value);
    }
    Ok(headers)
}

#[cfg(test)]
mod tests {
    use reqwest::header::AUTHORIZATION;

    use super::*;

    #[test]
    fn a_base_url_may_be_written_in_many_ways() {
        for (text, base, host, local, overheard) in [
            ("http://localhost:11434/v1", "http://localhost:11434/v1", "localhost:11434", true, false),
            (" http://localhost:11434/v1/\n", "http://localhost:11434/v1", "localhost:11434", true, false),
            ("http://127.0.0.1:1/v1///", "http://127.0.0.1:1/v1", "127.0.0.1:1", true, false),
            ("http://[::1]:1/v1", "http://[::1]:1/v1", "[::1]:1", true, false),
            ("http://[::ffff:127.0.0.1]/v1", "http://[::ffff:7f00:1]/v1", "[::ffff:7f00:1]", true, false),
            (
                "https://API.example/v1/chat/completions",
                "https://api.example/v1",
                "api.example",
                false,
                false,
            ),
            ("https://api.example:443", "https://api.example", "api.example", false, false),
            ("http://192.168.1.5:8080/v1", "http://192.168.1.5:8080/v1", "192.168.1.5:8080", false, true),
            ("http://localhost.example/v1", "http://localhost.example/v1", "localhost.example", false, true),
        ] {
            let address = Address::new(&Settings::new(text, "m")).unwrap();
            assert_eq!((address.api_base(), address.host()), (base, host));
            assert_eq!((address.is_local(), address.is_overheard()), (local, overheard), "{text}");
            assert_eq!(address.url("/models"), format!("{base}/models"));
        }
    }

    #[test]
    fn a_base_url_that_is_none_is_told_without_repeating_it() {
        for text in [
            "",
            "sk-canary",
            "localhost:11434/canary",
            "ftp://canary.example",
            "http://",
            "http://a:99999/canary",
            "https://canary@host/v1",
            "https://name:canary@host/v1",
            "https://host/v1?key=canary",
            "https://host/v1#canary",
            "http:///canary path\u{0}",
        ] {
            match Address::new(&Settings::new(text, "m")).map(|address| address.base) {
                Err(error @ SettingsError::BaseUrl { .. }) => {
                    assert!(!error.to_string().contains("canary"), "{error}");
                }
                other => assert!(text.contains('\u{0}'), "{text:?}: {other:?}"),
            }
        }
    }

    #[test]
    fn headers_are_sent_and_hidden() {
        let mut settings = Settings::new("http://localhost/v1", "m");
        assert!(headers(&settings).unwrap().is_empty(), "no key, no header");
        settings.key = Some(Key::new("sk-canary\n").unwrap());
        settings.headers = vec![Header::new("X-Title", "canary 2")];
        let sent = headers(&settings).unwrap();
        assert_eq!(sent[AUTHORIZATION], "Bearer sk-canary");
        assert_eq!(sent["x-title"], "canary 2");
        assert!(!format!("{sent:?}").contains("canary"));

        for (name, value) in [("host", "x"), ("Content-Type", "x"), ("a b", "x"), ("", "x"), ("x-a", "a\nb")]
        {
            settings.headers = vec![Header::new(name, value)];
            let error = headers(&settings).unwrap_err();
            assert!(matches!(error, SettingsError::Header { .. }), "{name}: {error}");
        }
    }
}
