//! What was chosen: flags and variables over the configuration file over what is usual.

mod choice;
mod command;
mod file;
mod prompts;

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;

use super::context::Context;
use crate::cli;
use crate::domain::exchange::Tokens;
use crate::domain::words::Persona;
use crate::error::Failure;
use crate::llm::metered::Metered;
use crate::llm::prompt::{Prompts, is_builtin};
use crate::llm::provider::{self, PROVIDERS, Provider};
use crate::llm::settings::{Header, Key, Settings, SettingsError, TokenParameter};
use crate::llm::{Model, Usage};
pub(super) use choice::{GraderChoice, InterviewerChoice};
pub(super) use command::run;
use file::{File, TokenName};

/// The example file.
const TEMPLATE: &str = include_str!("template.toml");
/// Where a key may be put that is for nobody else.
const KEY_VARIABLE: &str = "FOLLOWUP_API_KEY";

/// What was chosen.
pub(super) struct Config<'a> {
    path: PathBuf,
    file: File,
    /// Prompts of the user's own, by name.
    own_prompts: BTreeMap<String, String>,
    flags: &'a cli::Choice,
    env: &'a dyn Fn(&str) -> Option<String>,
    /// What the session has taken of models in an earlier run.
    taken: Tokens,
}

/// Where a value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum From {
    /// A flag, or the variable that stands for it.
    Flag,
    File,
    /// A file of its own beside that one.
    Folder,
    Provider,
    Default,
}

impl fmt::Display for From {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Flag => "flag or variable",
            Self::File => "configuration file",
            Self::Folder => "configuration folder",
            Self::Provider => "usual for the provider",
            Self::Default => "default",
        })
    }
}

/// A setting as `config show` tells it.
struct Row {
    name: &'static str,
    value: String,
    from: From,
}

/// A value and where it comes from.
type Sourced<T> = Option<(T, From)>;

/// Takes the flag where there is one, else what the file says.
fn over<T: Clone>(flag: Option<&T>, file: Option<&T>) -> Sourced<T> {
    let flag = flag.map(|value| (value.clone(), From::Flag));
    flag.or_else(|| file.map(|value| (value.clone(), From::File)))
}

/// Where a key comes from.
enum KeySource {
    Variable(String),
    File(PathBuf),
}

impl<'a> Config<'a> {
    /// Reads the configuration file.
    pub(super) fn read<'long: 'a>(context: &Context<'long>, flags: &'a cli::Choice) -> Result<Self, Failure> {
        let path = file::path(context)?;
        let file = file::read(&path, context.config_file().is_some())?;
        let own_prompts = prompts::read(&prompts::folder(&path))?;
        Ok(Self { path, file, own_prompts, flags, env: context.env, taken: Tokens::default() })
    }

    /// Counts what the session has taken before, in an earlier run, for its budget.
    pub(super) fn after(self, taken: Tokens) -> Self {
        Self { taken, ..self }
    }

    /// Counts what is taken of a model, and stops at the budget.
    pub(super) fn metered(&self, model: Rc<dyn Model>) -> Rc<Metered<'static>> {
        let Tokens { input, output } = self.taken;
        Rc::new(Metered::new(model, self.budget()).after(Usage { input, output }))
    }

    /// Returns what is said to models: the program's own prompts, and the user's instead of some of them.
    pub(super) fn prompts(&self) -> Result<Prompts, Failure> {
        Prompts::new(&self.own_prompts).map_err(|error| prompts::misfit(&prompts::folder(&self.path), &error))
    }

    /// Returns who judges answers.
    pub(super) fn grader(&self) -> Result<GraderChoice, Failure> {
        over(self.flags.grader.as_ref(), self.file.grader.as_ref())
            .map_or(Ok(GraderChoice::Rubric), |(text, _)| text.parse())
    }

    /// Returns who asks.
    pub(super) fn interviewer(&self) -> Result<InterviewerChoice, Failure> {
        over(self.flags.interviewer.as_ref(), self.file.interviewer.as_ref())
            .map_or(Ok(InterviewerChoice::Scripted), |(text, _)| text.parse())
    }

    /// Returns the tone of a language model that interviews.
    pub(super) fn persona(&self) -> Result<Persona, Failure> {
        over(self.flags.persona.as_ref(), self.file.persona.as_ref())
            .map_or(Ok(Persona::Neutral), |(word, _)| Ok(word.parse()?))
    }

    /// Returns the most tokens that a session may take; `None` is any number.
    pub(super) fn budget(&self) -> Option<u64> {
        over(self.flags.budget.as_ref(), self.file.llm.budget.as_ref()).map(|(budget, _)| budget)
    }

    /// Whether replies of a model are kept, and those that were kept used.
    pub(super) fn keeps_replies(&self) -> bool {
        !self.flags.no_cache && self.file.llm.cache != Some(false)
    }

    /// Returns how the model is reached.
    pub(super) fn settings(&self) -> Result<Settings, Failure> {
        let base_url = self.base_url()?.map(|(url, _)| url).ok_or_else(|| {
            let names: Vec<&str> = PROVIDERS.iter().map(|provider| provider.name).collect();
            match self.provider() {
                Ok(Some((provider, _))) => {
                    Failure::new(format!("{} has an address of your own", provider.title))
                        .hint("say it with `--base-url URL`, or in the configuration file")
                }
                _ => Failure::new("no language model is set up").hint(format!(
                    "name who runs it with `--provider`, one of {}; or give `--base-url URL`",
                    names.join(", ")
                )),
            }
        })?;
        let (model, _) = self.model().ok_or_else(|| {
            Failure::new("no model is named")
                .hint("say `--model NAME`; `followup doctor` lists those that the server has")
        })?;
        let mut settings = Settings::new(base_url, model);
        settings.key = self.key()?;
        let llm = &self.file.llm;
        settings.headers = llm.headers.iter().map(|(name, value)| Header::new(name, value)).collect();
        if let Some(temperature) = llm.temperature {
            settings.temperature = Some(in_range(temperature)?);
        }
        settings.token_parameter = match llm.token_parameter {
            None | Some(TokenName::Auto) => TokenParameter::Auto,
            Some(TokenName::MaxTokens) => TokenParameter::MaxTokens,
            Some(TokenName::MaxCompletionTokens) => TokenParameter::MaxCompletionTokens,
        };
        let [connect, first_word, between_words, whole_reply] = self.waits();
        for (limit, wait) in [
            (&mut settings.connect, connect),
            (&mut settings.first_content, first_word),
            (&mut settings.content_idle, between_words),
            (&mut settings.whole_call, whole_reply),
        ] {
            if let Some(wait) = wait.duration()? {
                *limit = wait;
            }
        }
        Ok(settings)
    }

    /// Returns how long is waited for a connection, the first word, the next words, and the whole reply.
    fn waits(&self) -> [Wait; 4] {
        let (flags, file) = (&self.flags.seconds, &self.file.llm.seconds);
        [
            ("connect", flags.connect_seconds, file.connect),
            ("first_word", flags.first_word_seconds, file.first_word),
            ("between_words", flags.between_words_seconds, file.between_words),
            ("whole_reply", flags.whole_reply_seconds, file.whole_reply),
        ]
        .map(|(name, flag, file)| Wait { name, seconds: over(flag.as_ref(), file.as_ref()) })
    }

    /// Whether a language model is set up, or half so.
    pub(super) fn has_model(&self) -> bool {
        let (flags, llm) = (self.flags, &self.file.llm);
        let asks = |who: Option<&String>| who.is_some_and(|who| who == "llm");
        flags.provider.is_some()
            || flags.base_url.is_some()
            || llm.provider.is_some()
            || llm.base_url.is_some()
            || asks(flags.grader.as_ref().or(self.file.grader.as_ref()))
            || asks(flags.interviewer.as_ref().or(self.file.interviewer.as_ref()))
    }

    fn provider(&self) -> Result<Sourced<&'static Provider>, Failure> {
        let Some((name, from)) = over(self.flags.provider.as_ref(), self.file.llm.provider.as_ref()) else {
            return Ok(None);
        };
        let unknown = || {
            let names = PROVIDERS.iter().map(|provider| provider.name);
            Failure::new(format!("there is no provider `{name}`")).did_you_mean(&name, names)
        };
        Ok(Some((provider::find(&name).ok_or_else(unknown)?, from)))
    }

    fn base_url(&self) -> Result<Sourced<String>, Failure> {
        if let Some(url) = &self.flags.base_url {
            return Ok(Some((url.clone(), From::Flag)));
        }
        let provider = self.provider()?;
        // A provider that was named just now is not reached at the address of another one in the file.
        if let (Some(url), None | Some((_, From::File))) = (&self.file.llm.base_url, &provider) {
            return Ok(Some((url.clone(), From::File)));
        }
        Ok(provider.and_then(|(provider, _)| provider.base_url).map(|url| (url.to_owned(), From::Provider)))
    }

    fn model(&self) -> Sourced<String> {
        over(self.flags.model.as_ref(), self.file.llm.model.as_ref())
    }

    /// Returns where the key is, whether or not there is one.
    fn key_source(&self) -> Result<Sourced<KeySource>, Failure> {
        if let Some(path) = &self.flags.key_file {
            return Ok(Some((KeySource::File(path.clone()), From::Flag)));
        }
        if (self.env)(KEY_VARIABLE).is_some() {
            return Ok(Some((KeySource::Variable(KEY_VARIABLE.to_owned()), From::Flag)));
        }
        let llm = &self.file.llm;
        let provider = self.provider()?;
        // Nor is it given the key of another one.
        if let None | Some((_, From::File)) = &provider {
            if let Some(path) = &llm.key_file {
                return Ok(Some((KeySource::File(path.clone()), From::File)));
            }
            if let Some(name) = &llm.key_env {
                return Ok(Some((KeySource::Variable(name.clone()), From::File)));
            }
        }
        // Nor does an address of one's own get the key that lies about for a provider.
        let elsewhere = self.base_url()?.is_some_and(|(_, from)| from != From::Provider);
        let variable =
            provider.and_then(|(provider, _)| provider.key_env).filter(|name| !elsewhere || *name == AZURE);
        Ok(variable.map(|name| (KeySource::Variable(name.to_owned()), From::Provider)))
    }

    fn key(&self) -> Result<Option<Key>, Failure> {
        let (text, place) = match self.key_source()? {
            None => return Ok(None),
            Some((KeySource::File(path), _)) => (file::read_key(&path)?, format!("`{}`", path.display())),
            Some((KeySource::Variable(name), from)) => match (self.env)(&name) {
                Some(text) => (text, format!("`{name}`")),
                None if from == From::Provider => {
                    return Err(Failure::new(format!("the variable `{name}` is not set"))
                        .hint("put the key there, or name a file that has it with `--key-file`"));
                }
                None => {
                    return Err(Failure::new(format!(
                        "the variable `{name}` is not set, which the configuration file names for the key"
                    )));
                }
            },
        };
        let unusable = |error: SettingsError| Failure::new(format!("in {place}: {error}"));
        Key::new(&text).map(Some).map_err(unusable)
    }

    /// Returns what is set, line by line; a key is only said to be there.
    fn rows(&self) -> Result<Vec<Row>, Failure> {
        let mut rows = Vec::new();
        let mut add = |name, value: String, from| rows.push(Row { name, value, from });
        let (grader, from) = over(self.flags.grader.as_ref(), self.file.grader.as_ref())
            .unwrap_or_else(|| ("rubric".to_owned(), From::Default));
        add("grader", grader, from);
        let (interviewer, from) = over(self.flags.interviewer.as_ref(), self.file.interviewer.as_ref())
            .unwrap_or_else(|| ("scripted".to_owned(), From::Default));
        add("interviewer", interviewer, from);
        if let Some((persona, from)) = over(self.flags.persona.as_ref(), self.file.persona.as_ref()) {
            add("persona", persona, from);
        }
        if let Some((provider, from)) = self.provider()? {
            add("provider", provider.name.to_owned(), from);
        }
        if let Some((url, from)) = self.base_url()? {
            add("base_url", url, from);
        }
        if let Some((model, from)) = self.model() {
            add("model", model, from);
        }
        if let Some((source, from)) = self.key_source()? {
            let there = match &source {
                KeySource::Variable(name) => match (self.env)(name) {
                    Some(_) => format!("in the variable {name}"),
                    None => format!("in the variable {name}, which is not set"),
                },
                KeySource::File(path) => format!("in the file {}", path.display()),
            };
            add("key", there, from);
        }
        if let Some((budget, from)) = over(self.flags.budget.as_ref(), self.file.llm.budget.as_ref()) {
            add("budget", format!("{budget} tokens a session"), from);
        }
        for Wait { name, seconds } in self.waits() {
            if let Some((seconds, from)) = seconds {
                add(name, format!("{seconds} s"), from);
            }
        }
        if !self.keeps_replies() {
            let from = if self.flags.no_cache { From::Flag } else { From::File };
            add("cache", "off".to_owned(), from);
        }
        for name in self.file.llm.headers.keys() {
            add("header", name.clone(), From::File);
        }
        // Whoever looks at what is set wants to know of a prompt that is no use, too.
        self.prompts()?;
        for (name, _) in self.own_prompts.iter().filter(|(name, text)| !is_builtin(name, text)) {
            add("prompt", name.clone(), From::Folder);
        }
        Ok(rows)
    }
}

/// The one provider without an address for everybody: there, an address of one's own is the provider's.
const AZURE: &str = "AZURE_OPENAI_API_KEY";

fn in_range(temperature: f32) -> Result<f32, Failure> {
    if (0.0..=2.0).contains(&temperature) {
        return Ok(temperature);
    }
    Err(Failure::new(format!("the temperature {temperature} is not between 0 and 2")))
}

/// The shortest that anything may be waited for: a millisecond, in seconds.
const SHORTEST: f64 = 0.001;
/// The longest that anything may be waited for: an hour.
const LONGEST: f64 = 3600.0;

/// How long something is waited for.
struct Wait {
    /// As the configuration file has it.
    name: &'static str,
    seconds: Sourced<f64>,
}

impl Wait {
    /// Returns the time, where one is set.
    fn duration(&self) -> Result<Option<Duration>, Failure> {
        match self.seconds {
            None => Ok(None),
            Some((seconds, _)) if (SHORTEST..=LONGEST).contains(&seconds) => {
                Ok(Some(Duration::from_secs_f64(seconds)))
            }
            Some((seconds, from)) => Err(Failure::new(format!(
                "{} is {seconds}, and has to be from {SHORTEST} to {LONGEST} seconds",
                self.place(from)
            ))),
        }
    }

    /// Returns where it is set.
    fn place(&self, from: From) -> String {
        match from {
            From::Flag => {
                let flag = self.name.replace('_', "-");
                format!("`--{flag}-seconds`, or `FOLLOWUP_{}_SECONDS`,", self.name.to_uppercase())
            }
            From::File | From::Folder | From::Provider | From::Default => {
                format!("`llm.seconds.{}`", self.name)
            }
        }
    }
}

#[cfg(test)]
mod tests;
