//! What is said to models: templates, compiled in, each of which the user may replace.
//!
//! A template has exactly the placeholders that its prompt provides. One that lacks an answer or asks for what is not
//! there would only show in bad grades, and so it is refused before anything is sent.

use std::collections::{BTreeMap, BTreeSet};

use include_dir::{Dir, include_dir};
use minijinja::value::Serde;
use minijinja::{Environment, ErrorKind, UndefinedBehavior};
use serde::Serialize;

use super::sample;
use crate::domain::hash::ContentHash;

static FILES: Dir = include_dir!("$CARGO_MANIFEST_DIR/prompts");
const ENDING: &str = ".md";

/// A prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Prompt {
    /// How to grade.
    JudgePolicy,
    /// One question with one answer to it.
    JudgeAnswer,
    /// What is added where a reply could not be used.
    JudgeRepair,
    /// How to be an interviewer.
    Interviewer,
    /// What there is to say now.
    InterviewerMoment,
    /// The tone of a friendly interviewer.
    PersonaFriendly,
    /// The tone of one that is matter-of-fact.
    PersonaNeutral,
    /// The tone of a demanding one.
    PersonaTough,
}

impl Prompt {
    /// What a grade hangs on.
    pub const JUDGE: [Self; 3] = [Self::JudgePolicy, Self::JudgeAnswer, Self::JudgeRepair];

    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::JudgePolicy,
        Self::JudgeAnswer,
        Self::JudgeRepair,
        Self::Interviewer,
        Self::InterviewerMoment,
        Self::PersonaFriendly,
        Self::PersonaNeutral,
        Self::PersonaTough,
    ];

    /// Returns its name, which is its file's without the ending.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::JudgePolicy => "judge-policy",
            Self::JudgeAnswer => "judge-answer",
            Self::JudgeRepair => "judge-repair",
            Self::Interviewer => "interviewer",
            Self::InterviewerMoment => "interviewer-moment",
            Self::PersonaFriendly => "persona-friendly",
            Self::PersonaNeutral => "persona-neutral",
            Self::PersonaTough => "persona-tough",
        }
    }

    /// Returns what its template is filled with; it uses all of it.
    #[must_use]
    pub fn placeholders(self) -> &'static [&'static str] {
        match self {
            Self::JudgePolicy | Self::PersonaFriendly | Self::PersonaNeutral | Self::PersonaTough => &[],
            Self::JudgeAnswer => &[
                "pack_fence",
                "question",
                "points",
                "misconceptions",
                "call_fence",
                "asked",
                "extra",
                "answer_fence",
                "answer",
            ],
            Self::JudgeRepair => &["problem"],
            Self::Interviewer => &["persona"],
            Self::InterviewerMoment => {
                &["fence", "design", "asked_before", "question", "so_far", "credited", "occasion", "wording"]
            }
        }
    }
}

/// Why a template is no use.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PromptError {
    /// There is no such prompt.
    #[error("there is no prompt `{name}`; there are {}", known())]
    Unknown {
        /// What was named.
        name: String,
    },
    /// It is no template.
    #[error("the prompt `{name}` is no template: {reason}")]
    Syntax {
        /// The prompt.
        name: String,
        /// Where, where that is known.
        line: Option<usize>,
        /// What is wrong.
        reason: String,
    },
    /// It has a placeholder that is never filled.
    #[error("the prompt `{name}` has `{placeholder}`, which it is not given; it is given {}", given(.name))]
    NotGiven {
        /// The prompt.
        name: String,
        /// Where.
        line: usize,
        /// The placeholder.
        placeholder: String,
    },
    /// It lacks a placeholder.
    #[error("the prompt `{name}` lacks `{placeholder}`; it has to use {}", given(.name))]
    Lacks {
        /// The prompt.
        name: String,
        /// The placeholder.
        placeholder: String,
    },
    /// It cannot be filled, as where it asks for a part that a placeholder does not have.
    #[error("the prompt `{name}` cannot be filled: {reason}")]
    Render {
        /// The prompt.
        name: String,
        /// Where, where that is known.
        line: Option<usize>,
        /// What is wrong.
        reason: String,
    },
}

impl PromptError {
    /// Returns the prompt that it is about.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Unknown { name }
            | Self::Syntax { name, .. }
            | Self::NotGiven { name, .. }
            | Self::Lacks { name, .. }
            | Self::Render { name, .. } => name,
        }
    }

    /// Returns the line of the template that is wrong, where there is one.
    #[must_use]
    pub fn line(&self) -> Option<usize> {
        match self {
            Self::Syntax { line, .. } | Self::Render { line, .. } => *line,
            Self::NotGiven { line, .. } => Some(*line),
            Self::Unknown { .. } | Self::Lacks { .. } => None,
        }
    }

    fn syntax(prompt: Prompt, error: &minijinja::Error) -> Self {
        Self::Syntax { name: prompt.name().to_owned(), line: error.line(), reason: reason(error) }
    }

    fn render(prompt: Prompt, error: &minijinja::Error) -> Self {
        let asked = error.kind() == ErrorKind::UndefinedError;
        let reason = if asked { "it asks for a part that is not there".to_owned() } else { reason(error) };
        Self::Render { name: prompt.name().to_owned(), line: error.line(), reason }
    }
}

fn reason(error: &minijinja::Error) -> String {
    let what = error.kind();
    error.detail().map_or_else(|| what.to_string(), |detail| format!("{what}: {detail}"))
}

fn known() -> String {
    Prompt::ALL.map(|prompt| format!("`{}`", prompt.name())).join(", ")
}

/// Returns what a prompt is given, for people.
fn given(name: &str) -> String {
    let prompt = Prompt::ALL.into_iter().find(|prompt| prompt.name() == name);
    match prompt.map(Prompt::placeholders).unwrap_or_default() {
        [] => "nothing".to_owned(),
        all => all.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "),
    }
}

/// The templates in use. `Prompts::new(&BTreeMap::new())` has the program's own.
pub struct Prompts {
    env: Environment<'static>,
    texts: BTreeMap<Prompt, String>,
}

impl Prompts {
    /// Takes the templates of the program, and instead of some of them those given by name.
    pub fn new(replaced: &BTreeMap<String, String>) -> Result<Self, PromptError> {
        if let Some(name) =
            replaced.keys().find(|name| Prompt::ALL.iter().all(|prompt| prompt.name() != *name))
        {
            return Err(PromptError::Unknown { name: name.clone() });
        }
        let mut env = Environment::new();
        env.set_undefined_behavior(UndefinedBehavior::Strict);
        let mut texts = BTreeMap::new();
        for prompt in Prompt::ALL {
            let text = replaced.get(prompt.name()).map_or_else(|| builtin(prompt), String::as_str).to_owned();
            env.add_template_owned(prompt.name(), text.clone())
                .map_err(|error| PromptError::syntax(prompt, &error))?;
            check(&env, prompt, &text)?;
            texts.insert(prompt, text);
        }
        let prompts = Self { env, texts };
        for prompt in Prompt::ALL {
            sample::of(prompt).iter().try_for_each(|values| prompts.render(prompt, values).map(drop))?;
        }
        Ok(prompts)
    }

    /// Returns a prompt's template.
    #[must_use]
    pub fn text(&self, prompt: Prompt) -> &str {
        self.texts.get(&prompt).map_or("", String::as_str)
    }

    /// Returns the fingerprint of templates, as they are used.
    #[must_use]
    pub fn hash(&self, prompts: &[Prompt]) -> ContentHash {
        ContentHash::of(prompts.iter().flat_map(|prompt| [prompt.name(), self.text(*prompt)]))
    }

    /// Fills a template. What it is filled with is never read as a template.
    pub fn render(&self, prompt: Prompt, values: &impl Serialize) -> Result<String, PromptError> {
        let failed = |error: minijinja::Error| PromptError::render(prompt, &error);
        let template = self.env.get_template(prompt.name()).map_err(failed)?;
        template.render(Serde(values)).map_err(failed)
    }
}

/// Returns the program's own template.
fn builtin(prompt: Prompt) -> &'static str {
    let file = FILES.get_file(format!("{}{ENDING}", prompt.name()));
    file.and_then(|file| file.contents_utf8()).unwrap_or_default()
}

/// Returns the program's own templates and the paper on them, by the names of their files.
pub fn files() -> impl Iterator<Item = (&'static str, &'static str)> {
    FILES.files().filter_map(|file| Some((file.path().to_str()?, file.contents_utf8()?)))
}

/// Whether a text is the program's own template of that name.
#[must_use]
pub fn is_builtin(name: &str, text: &str) -> bool {
    Prompt::ALL.into_iter().any(|prompt| prompt.name() == name && builtin(prompt) == text)
}

fn check(env: &Environment<'_>, prompt: Prompt, text: &str) -> Result<(), PromptError> {
    let name = || prompt.name().to_owned();
    let template = env.get_template(prompt.name()).map_err(|error| PromptError::syntax(prompt, &error))?;
    let used: BTreeSet<String> = template.undeclared_variables(false).into_iter().collect();
    let given = prompt.placeholders();
    if let Some(placeholder) = used.iter().find(|used| !given.contains(&used.as_str())) {
        let line = line_of(text, placeholder);
        return Err(PromptError::NotGiven { name: name(), line, placeholder: placeholder.clone() });
    }
    match given.iter().find(|given| !used.contains(**given)) {
        Some(placeholder) => Err(PromptError::Lacks { name: name(), placeholder: (*placeholder).to_owned() }),
        None => Ok(()),
    }
}

/// Returns the line that a placeholder is used in, as far as that can be told without the parser's help.
fn line_of(text: &str, placeholder: &str) -> usize {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let has = |line: &str| line.split(|c| !is_part(c)).any(|word| word == placeholder);
    let used = text.lines().position(|line| has(line) && (line.contains("{{") || line.contains("{%")));
    used.or_else(|| text.lines().position(has)).map_or(1, |at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: &str, text: &str) -> Result<Prompts, PromptError> {
        Prompts::new(&BTreeMap::from([(name.to_owned(), text.to_owned())]))
    }

    #[track_caller]
    fn refused(name: &str, text: &str, expected: &str) {
        let error = with(name, text).err().expect("it is refused");
        assert!(error.to_string().contains(expected), "{error}");
    }

    #[test]
    fn every_prompt_is_there_with_its_placeholders() {
        let prompts = Prompts::new(&BTreeMap::new()).unwrap();
        for prompt in Prompt::ALL {
            assert!(prompts.text(prompt).len() > 100, "{prompt:?}");
        }
    }

    #[test]
    fn the_folder_and_its_readme_have_the_prompts_and_no_others() {
        let mut files: Vec<_> = FILES.files().map(|file| file.path().display().to_string()).collect();
        files.sort();
        let mut expected: Vec<String> =
            Prompt::ALL.iter().map(|prompt| format!("{}{ENDING}", prompt.name())).collect();
        expected.push("README.md".to_owned());
        expected.sort();
        assert_eq!(files, expected);
        let readme = FILES.get_file("README.md").unwrap().contents_utf8().unwrap();
        for prompt in Prompt::ALL {
            let row =
                readme.lines().find(|line| line.contains(&format!("`{}{ENDING}`", prompt.name()))).unwrap();
            let named: Vec<&str> = row.split('`').skip(3).step_by(2).collect();
            assert_eq!(named, prompt.placeholders(), "{prompt:?}");
        }
    }

    #[test]
    fn a_placeholder_too_many_or_too_few_is_refused() {
        for prompt in Prompt::ALL {
            let all: String = prompt.placeholders().iter().map(|name| format!("{{{{ {name} }}}}")).collect();
            assert!(with(prompt.name(), &all).is_ok());
            let oops = format!("oops, in no braces\n{all}\n{{{{ oops }}}}");
            refused(prompt.name(), &oops, "has `oops`, which it is not given; it is given ");
            assert_eq!(with(prompt.name(), &oops).err().unwrap().line(), Some(3));
            for lacking in prompt.placeholders() {
                let others = all.replace(&format!("{{{{ {lacking} }}}}"), "");
                refused(prompt.name(), &others, &format!("lacks `{lacking}`"));
            }
        }
    }

    #[test]
    fn what_is_no_prompt_or_no_template_is_refused() {
        refused("judge", "x", "there is no prompt `judge`; there are `judge-policy`, ");
        refused("judge-policy", "a\n{% if %}", "the prompt `judge-policy` is no template: syntax error");
        let error = with("judge-policy", "a\n{% if %}").err().unwrap();
        assert_eq!((error.name(), error.line()), ("judge-policy", Some(2)));
        assert!(!error.to_string().contains(" (in "), "{error}");
    }

    #[test]
    fn a_part_that_is_not_there_is_refused_with_its_line() {
        for (prompt, right, wrong) in [
            (Prompt::JudgeAnswer, "{{ point.text }}", "{{ point.txt }}"),
            (Prompt::JudgeAnswer, "{{ extra.facet }}", "{{ extra.facets }}"),
            (Prompt::InterviewerMoment, "{{ said.text }}", "{{ said.words }}"),
            (Prompt::InterviewerMoment, "Ask it again.", "Ask it again: {{ question.wording }}."),
            (Prompt::JudgeRepair, "{{ problem }}", "{{ problem.of }}"),
        ] {
            let text = builtin(prompt);
            assert!(text.contains(right), "{prompt:?} has no {right}");
            let error = with(prompt.name(), &text.replace(right, wrong)).err().expect("it is refused");
            assert!(error.to_string().ends_with("cannot be filled: it asks for a part that is not there"));
            let line = text.lines().position(|line| line.contains(right)).map(|at| at + 1);
            assert_eq!((error.name(), error.line()), (prompt.name(), line));
        }
    }

    #[test]
    fn data_is_no_template_and_a_replaced_prompt_has_another_fingerprint() {
        let own = with("judge-repair", "Again: {{ problem }}\n").unwrap();
        let said =
            own.render(Prompt::JudgeRepair, &BTreeMap::from([("problem", "{{ 1 + 1 }} <b>&")])).unwrap();
        assert_eq!(said, "Again: {{ 1 + 1 }} <b>&");
        let builtin = Prompts::new(&BTreeMap::new()).unwrap();
        assert_ne!(own.hash(&Prompt::ALL), builtin.hash(&Prompt::ALL));
        assert_eq!(own.hash(&[Prompt::JudgePolicy]), builtin.hash(&[Prompt::JudgePolicy]));
    }
}
