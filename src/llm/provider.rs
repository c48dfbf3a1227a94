//! Where models are to be had, as data: a name for a base URL and for the variable that keys are usually kept in.

/// Someone who runs models behind the OpenAI protocol, or a program that does so on one's own machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Provider {
    /// What is typed.
    pub name: &'static str,
    /// What people call it.
    pub title: &'static str,
    /// What stands before `/chat/completions`; `None` where everybody has their own.
    pub base_url: Option<&'static str>,
    /// The variable of the environment that its own papers keep the key in; `None` where it needs no key.
    pub key_env: Option<&'static str>,
}

/// All that are known by name. Base URLs and variables are those of the providers' own papers.
pub const PROVIDERS: &[Provider] = &[
    hosted("openai", "OpenAI", Some("https://api.openai.com/v1"), "OPENAI_API_KEY"),
    hosted("azure", "Azure OpenAI", None, "AZURE_OPENAI_API_KEY"),
    hosted("openrouter", "OpenRouter", Some("https://openrouter.ai/api/v1"), "OPENROUTER_API_KEY"),
    hosted("groq", "Groq", Some("https://api.groq.com/openai/v1"), "GROQ_API_KEY"),
    hosted("mistral", "Mistral", Some("https://api.mistral.ai/v1"), "MISTRAL_API_KEY"),
    local("ollama", "Ollama", "http://localhost:11434/v1"),
    local("llamacpp", "llama.cpp", "http://localhost:8080/v1"),
    local("vllm", "vLLM", "http://localhost:8000/v1"),
    local("lmstudio", "LM Studio", "http://localhost:1234/v1"),
    local("litellm", "LiteLLM", "http://localhost:4000/v1"),
];

const fn hosted(
    name: &'static str,
    title: &'static str,
    base_url: Option<&'static str>,
    key_env: &'static str,
) -> Provider {
    Provider { name, title, base_url, key_env: Some(key_env) }
}

const fn local(name: &'static str, title: &'static str, base_url: &'static str) -> Provider {
    Provider { name, title, base_url: Some(base_url), key_env: None }
}

/// Finds a provider by its name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Provider> {
    PROVIDERS.iter().find(|provider| provider.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_addresses_are_whole() {
        for (at, provider) in PROVIDERS.iter().enumerate() {
            assert_eq!(PROVIDERS.iter().position(|other| other.name == provider.name), Some(at));
            if let Some(url) = provider.base_url {
                let local = url.starts_with("http://localhost:");
                assert!(local || url.starts_with("https://"), "{url}");
                assert_eq!(local, provider.key_env.is_none(), "{url}");
                assert!(url.ends_with("/v1"), "{url}");
            }
        }
        assert_eq!(find("ollama").map(|provider| provider.title), Some("Ollama"));
        assert_eq!(find("Ollama"), None);
    }
}
