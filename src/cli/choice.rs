//! What can be typed about who asks and who judges.

use std::path::PathBuf;

use clap::Args;

/// Who asks and who judges, and how a language model is reached.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Graders and language models")]
pub struct Choice {
    /// Who judges answers: rubric, llm, scripted:FILE or command:PROGRAM [default: rubric]
    #[arg(long, value_name = "GRADER", env = "FOLLOWUP_GRADER")]
    pub grader: Option<String>,
    /// Who asks: scripted, llm or scripted:FILE [default: scripted]
    #[arg(long, value_name = "WHO", env = "FOLLOWUP_INTERVIEWER")]
    pub interviewer: Option<String>,
    /// The tone of a language model that interviews: friendly, neutral or tough [default: neutral]
    #[arg(long, value_name = "TONE", env = "FOLLOWUP_PERSONA")]
    pub persona: Option<String>,
    /// Who runs the language model, as in ollama or openai
    #[arg(long, value_name = "NAME", env = "FOLLOWUP_PROVIDER")]
    pub provider: Option<String>,
    /// The model, by the provider's name for it
    #[arg(long, value_name = "NAME", env = "FOLLOWUP_MODEL")]
    pub model: Option<String>,
    /// Where the provider is, when that is not where it usually is
    #[arg(long, value_name = "URL", env = "FOLLOWUP_BASE_URL")]
    pub base_url: Option<String>,
    /// A file that has the key in it [default: the provider's usual variable, or FOLLOWUP_API_KEY]
    #[arg(long, value_name = "FILE", env = "FOLLOWUP_KEY_FILE")]
    pub key_file: Option<PathBuf>,
    /// The most tokens that a session may take, sent and received
    #[arg(long, value_name = "TOKENS", env = "FOLLOWUP_BUDGET")]
    pub budget: Option<u64>,
    /// Keep no replies of a model, and use none that were kept
    #[arg(long)]
    pub no_cache: bool,
    /// How long a language model is waited for.
    #[command(flatten)]
    pub seconds: Seconds,
}

/// How long a language model is waited for.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Graders and language models")]
pub struct Seconds {
    /// How long to wait for a connection [default: 10]
    #[arg(long, value_name = "SECONDS", env = "FOLLOWUP_CONNECT_SECONDS")]
    pub connect_seconds: Option<f64>,
    /// How long to wait for the first word of a reply [default: 60]
    #[arg(long, value_name = "SECONDS", env = "FOLLOWUP_FIRST_WORD_SECONDS")]
    pub first_word_seconds: Option<f64>,
    /// How long to wait between words of a reply [default: 30]
    #[arg(long, value_name = "SECONDS", env = "FOLLOWUP_BETWEEN_WORDS_SECONDS")]
    pub between_words_seconds: Option<f64>,
    /// How long to wait for a whole reply, with all that is tried again [default: 180]
    #[arg(long, value_name = "SECONDS", env = "FOLLOWUP_WHOLE_REPLY_SECONDS")]
    pub whole_reply_seconds: Option<f64>,
}
