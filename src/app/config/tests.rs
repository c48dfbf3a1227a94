//! What holds where several places say something, and where a key goes.

use super::*;

fn flags() -> cli::Choice {
    cli::Choice::default()
}

fn check(
    file: &str,
    flags: &cli::Choice,
    env: &[(&str, &str)],
    expected: Result<(&str, &str, Option<&str>), &str>,
) {
    let env = |name: &str| env.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
    let file = toml::from_str(file).unwrap();
    let config = Config {
        path: PathBuf::new(),
        file,
        own_prompts: BTreeMap::new(),
        flags,
        env: &env,
        taken: Tokens::default(),
    };
    match (config.settings(), expected) {
        (Ok(settings), Ok((base_url, model, key))) => {
            assert_eq!((settings.base_url.as_str(), settings.model.as_str()), (base_url, model));
            assert_eq!(settings.key.as_ref().map(Key::expose), key);
        }
        (Err(failure), Err(expected)) => {
            assert!(failure.to_string().contains(expected), "{failure}\nhas no\n{expected}");
        }
        (found, expected) => panic!("{found:?}, and not {expected:?}"),
    }
}

#[test]
fn flags_go_before_the_file_and_the_file_before_what_is_usual() {
    let file = "[llm]\nprovider = \"ollama\"\nmodel = \"one\"\n";
    check(file, &flags(), &[], Ok(("http://localhost:11434/v1", "one", None)));
    let two = cli::Choice { model: Some("two".to_owned()), ..flags() };
    check(file, &two, &[], Ok(("http://localhost:11434/v1", "two", None)));
    let own = cli::Choice { base_url: Some("http://10.0.0.1/v1".to_owned()), ..flags() };
    check(file, &own, &[], Ok(("http://10.0.0.1/v1", "one", None)));
}

#[test]
fn a_key_goes_to_nobody_but_its_provider() {
    let file = "[llm]\nbase_url = \"http://10.0.0.1/v1\"\nkey_env = \"MINE\"\nmodel = \"m\"\n";
    let env = [("MINE", "own-key"), ("OPENAI_API_KEY", "sk-openai")];
    check(file, &flags(), &env, Ok(("http://10.0.0.1/v1", "m", Some("own-key"))));
    // Another provider for once: neither the address nor the key of the file.
    let openai = cli::Choice { provider: Some("openai".to_owned()), ..flags() };
    check(file, &openai, &env, Ok(("https://api.openai.com/v1", "m", Some("sk-openai"))));
    let ollama = cli::Choice { provider: Some("ollama".to_owned()), ..flags() };
    check(file, &ollama, &env, Ok(("http://localhost:11434/v1", "m", None)));
    // An address of one's own does not get the key that lies about for the provider.
    let elsewhere = cli::Choice { base_url: Some("http://10.0.0.9/v1".to_owned()), ..openai };
    check(
        "",
        &cli::Choice { model: Some("m".to_owned()), ..elsewhere },
        &env,
        Ok(("http://10.0.0.9/v1", "m", None)),
    );
}

#[test]
fn what_is_missing_is_told_with_what_to_do() {
    check(
        "",
        &flags(),
        &[],
        Err("no language model is set up\nhint: name who runs it with `--provider`, one of openai"),
    );
    check("[llm]\nprovider = \"olama\"\n", &flags(), &[], Err("did you mean `ollama`?"));
    check(
        "[llm]\nprovider = \"azure\"\nmodel = \"m\"\n",
        &flags(),
        &[],
        Err("Azure OpenAI has an address of your own"),
    );
    check("[llm]\nprovider = \"ollama\"\n", &flags(), &[], Err("no model is named"));
    let openai = "[llm]\nprovider = \"openai\"\nmodel = \"m\"\n";
    check(openai, &flags(), &[], Err("the variable `OPENAI_API_KEY` is not set"));
    check(openai, &flags(), &[("OPENAI_API_KEY", "sk 1")], Err("in `OPENAI_API_KEY`: the key has a space"));
    check(
        &format!("{openai}temperature = 3.0\n"),
        &flags(),
        &[("OPENAI_API_KEY", "k")],
        Err("not between 0 and 2"),
    );
    check(
        &format!("{openai}[llm.seconds]\nconnect = 0\n"),
        &flags(),
        &[("OPENAI_API_KEY", "k")],
        Err("`llm.seconds.connect` is 0, and has to be from 0.001 to 3600 seconds"),
    );
}

#[test]
fn waits_are_set_one_by_one() {
    let seconds =
        cli::Seconds { first_word_seconds: Some(90.0), whole_reply_seconds: Some(0.5), ..Default::default() };
    let flags = cli::Choice { seconds, ..flags() };
    let file = toml::from_str(
        "[llm]\nprovider = \"ollama\"\nmodel = \"m\"\n[llm.seconds]\nfirst_word = 5\nbetween_words = 7.5\n",
    );
    let config = Config {
        path: PathBuf::new(),
        file: file.unwrap(),
        own_prompts: BTreeMap::new(),
        flags: &flags,
        env: &|_| None,
        taken: Tokens::default(),
    };
    let Settings { connect, first_content, content_idle, whole_call, .. } = config.settings().unwrap();
    assert_eq!(
        [connect, first_content, content_idle, whole_call].map(|wait| wait.as_secs_f64()),
        [10.0, 90.0, 7.5, 0.5]
    );
    let rows = config.rows().unwrap();
    let shown: Vec<_> = rows.iter().map(|row| format!("{} {} {}", row.name, row.value, row.from)).collect();
    let expected = [
        "first_word 90 s flag or variable",
        "between_words 7.5 s configuration file",
        "whole_reply 0.5 s flag or variable",
    ];
    assert!(shown.join("\n").ends_with(&expected.join("\n")), "{shown:?}");
}

#[test]
fn a_wait_that_makes_no_sense_is_told_with_its_place() {
    for seconds in [0.0, -1.0, 0.0009, 3600.5, f64::NAN, f64::INFINITY] {
        let wait = Wait { name: "first_word", seconds: Some((seconds, From::Flag)) };
        let expected = format!(
            "error: `--first-word-seconds`, or `FOLLOWUP_FIRST_WORD_SECONDS`, is {seconds}, \
             and has to be from 0.001 to 3600 seconds"
        );
        assert_eq!(wait.duration().unwrap_err().to_string(), expected);
    }
    for seconds in [SHORTEST, 1.0, LONGEST] {
        let wait = Wait { name: "connect", seconds: Some((seconds, From::File)) };
        assert_eq!(wait.duration().unwrap().unwrap().as_secs_f64(), seconds);
    }
}

#[test]
fn a_key_is_only_said_to_be_there() {
    let env = |name: &str| (name == "OPENAI_API_KEY").then(|| "sk-canary".to_owned());
    let flags = cli::Choice { provider: Some("openai".to_owned()), ..flags() };
    let config = Config {
        path: PathBuf::new(),
        file: File::default(),
        own_prompts: BTreeMap::new(),
        flags: &flags,
        env: &env,
        taken: Tokens::default(),
    };
    let rows = config.rows().unwrap();
    let shown: Vec<_> = rows.iter().map(|row| format!("{} {} {}", row.name, row.value, row.from)).collect();
    assert!(
        shown.contains(&"key in the variable OPENAI_API_KEY usual for the provider".to_owned()),
        "{shown:?}"
    );
    assert!(!shown.concat().contains("canary"));
}
