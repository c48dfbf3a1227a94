//! What is denied: the words that negate, and how far each reaches.

use std::sync::LazyLock;

use foldhash::HashSet;

use super::dismissal::{self, Side};
use super::idiom;
use super::text::{Sentence, Text, Token};

/// How a negating word may be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Force {
    /// The sentence denies what follows: "we do not retry".
    Denies,
    /// What follows is kept out of the picture without being denied: "to avoid retries", "if it is not cached".
    Excludes,
}

/// A negating word with the tokens that it reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cue {
    /// Index of the first token of the negating words.
    pub(super) first: usize,
    /// Index behind the last token of the negating words.
    pub(super) end: usize,
    /// Index of the first token that is negated.
    pub(super) from: usize,
    /// Index behind the last token that is negated.
    pub(super) to: usize,
    /// How it may be read.
    pub(super) force: Force,
}

/// A negation reaches at most so many words. Chosen by reading: longer reaches caught the next thought
/// ("not a cache of pages but ... which we invalidate"), shorter ones missed objects behind two adjectives.
pub(super) const REACH: usize = 8;
/// "No" and "not possible" deny the thing or the quality behind them, not the verb that follows:
/// "with no main machine people can still read".
const SHORT_REACH: usize = 3;

/// Words that deny: negative particles and auxiliaries.
pub(super) const DENIALS: &[&str] = &[
    "not",
    "no",
    "never",
    "cannot",
    "neither",
    "nor",
    "none",
    "nothing",
    "don't",
    "doesn't",
    "didn't",
    "won't",
    "can't",
    "isn't",
    "aren't",
    "wasn't",
    "weren't",
    "shouldn't",
    "wouldn't",
    "couldn't",
    "needn't",
    "mustn't",
    "haven't",
    "hasn't",
    "ain't",
    "dont",
    "doesnt",
    "wont",
    "cant",
    "isnt",
    "shouldnt",
    "wouldnt",
];

/// A text is one denial from so many denied sentences on ...
const THROUGHOUT_FROM: usize = 6;
/// ... when more than this share of its sentences are denied.
const THROUGHOUT_SHARE: f64 = 0.6;

/// Words that keep out what follows without denying a claim about it; "instead" and "rather" only as
/// "instead of" and "rather than".
const EXCLUSIONS: &[&str] = &[
    "without",
    "avoid",
    "avoids",
    "avoided",
    "avoiding",
    "prevent",
    "prevents",
    "prevented",
    "preventing",
    "unlike",
    "unlikely",
    "hardly",
    "barely",
    "scarcely",
];

/// Words that call a whole claim wrong, behind a denial or by themselves: "it is not true that ...".
const TRUTHS: &[&str] = &["true", "correct", "right", "case"];
const FALSEHOODS: &[&str] = &["false", "wrong", "untrue", "incorrect"];

/// Qualities that a denial takes for itself alone: "if that is not possible show both".
const QUALITIES: &[&str] = &["possible", "available", "sure", "true", "clear", "critical"];

/// Words for claims that are told in order to be rejected, up to the end of the sentence.
const MYTHS: &[&str] = &["myth", "misconception", "fallacy"];

/// Verbs that, behind "and", begin a statement of their own: "never stale and is always consistent".
pub(super) const VERBS: &[&str] =
    &["is", "are", "was", "were", "can", "will", "would", "should", "must", "has", "have", "does", "do"];

/// Pronouns that begin a new clause without a comma: "one ping doesn't come back it promotes the replica".
pub(super) const SUBJECTS: &[&str] = &["we", "i", "they", "you", "he", "she", "it", "people"];

/// Words that begin a subordinate clause, in which a negation describes a case and denies nothing.
pub(super) const SUBORDINATORS: &[&str] = &[
    "if",
    "when",
    "whenever",
    "because",
    "since",
    "unless",
    "where",
    "until",
    "so",
    "that",
    "which",
    "who",
    "otherwise",
    "while",
    "once",
    "as",
    "what",
    "how",
    "why",
    "whether",
    "whose",
];

/// Those of them that tell more of the word before them.
pub(super) const RELATIVES: &[&str] = &["that", "which", "who"];

/// Words that end a negation's reach: what comes behind is said for itself.
const TURNS: &[&str] = &[
    "but", "however", "although", "though", "yet", "then", "so", "because", "since", "while", "whereas",
    "just", "instead",
];

/// All words that a negation can begin with; few words of an answer are among them.
static BEGINNINGS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    let own = [DENIALS, EXCLUSIONS, MYTHS, FALSEHOODS, &["instead", "rather"]];
    own.into_iter().chain(dismissal::BEGINNINGS).flatten().copied().collect()
});

pub(super) fn is(token: &Token, list: &[&str]) -> bool {
    list.contains(&token.word.as_str())
}

/// Finds every negation of a text.
///
/// A text most of whose sentences are denied by their verbs is one denial: then all of such a sentence is denied, its
/// other clauses too. Honest answers deny so in up to half of their sentences, most of them in none.
pub(super) fn cues(text: &Text) -> Vec<Cue> {
    let denied = |sentence: &Sentence| text.between(sentence.first, sentence.end).iter().any(denies_verb);
    let count = text.sentences.iter().filter(|sentence| denied(sentence)).count();
    let throughout =
        count >= THROUGHOUT_FROM && count as f64 > THROUGHOUT_SHARE * text.sentences.len() as f64;
    let mut cues = Vec::new();
    for sentence in &text.sentences {
        if throughout && denied(sentence) {
            // No word of it fills a slot, so that nothing in the sentence is exempt.
            let Sentence { first, end, .. } = *sentence;
            cues.push(Cue { first, end: first, from: first, to: end, force: Force::Denies });
            continue;
        }
        let tokens = text.between(sentence.first, sentence.end);
        let found = (0..tokens.len()).filter_map(|place| cue(tokens, place));
        cues.extend(found.map(|cue| cue.moved(sentence.first)));
    }
    cues
}

/// Whether the word denies a verb.
fn denies_verb(token: &Token) -> bool {
    (token.word == "not" || token.word == "cannot" || token.word.contains('\'')) && is(token, DENIALS)
}

/// Reads the token of a sentence as a negation, where it is one; the indices are the sentence's.
fn cue(tokens: &[Token], place: usize) -> Option<Cue> {
    let token = tokens.get(place)?;
    if !BEGINNINGS.contains(token.word.as_str()) {
        return None;
    }
    let clause_start =
        tokens.iter().take(place).rposition(|t| t.clause != token.clause).map_or(0, |at| at + 1);
    let denies = |first, end, from, to| Some(Cue { first, end, from, to, force: Force::Denies });
    let excludes = |first, end, from, to| Some(Cue { first, end, from, to, force: Force::Excludes });
    if is(token, MYTHS) {
        return excludes(place, place + 1, place + 1, tokens.len());
    }
    if let Some(behind) = refutes(tokens, place) {
        // The next claim that is called wrong is not called wrong twice.
        let to = (behind..tokens.len()).find(|at| refutes(tokens, *at).is_some()).unwrap_or(tokens.len());
        return denies(place, behind, behind, to);
    }
    let said_before = thought_start(tokens, clause_start, place);
    if let Some(dismissal) = dismissal::at(tokens, place, clause_start) {
        let (from, to) = match dismissal.denies {
            Side::Before => (said_before, place),
            Side::Behind => (dismissal.end, clause_end(tokens, dismissal.end, token)),
        };
        return denies(place, dismissal.end, from, to);
    }
    let behind = place + 1 + usize::from(pair(tokens, place));
    if is(token, EXCLUSIONS) || pair(tokens, place) {
        return excludes(place, behind, behind, reach(tokens, behind, token));
    }
    if dismissal::is_need(tokens, place) {
        // That there is no need is said; it is no statement on what is needed.
        return excludes(place.checked_sub(1)?, place, place, place + 1);
    }
    if idiom::not_only(tokens, place) {
        return excludes(place, place + 1, place + 1, place + 2);
    }
    if idiom::leaves_open(tokens, place) {
        return excludes(place, place + 1, place + 1, clause_end(tokens, place + 1, token));
    }
    if !is(token, DENIALS) || idiom::merely_stresses(tokens, place) || idiom::bounds(tokens, place) {
        return None;
    }
    if dismissal::is_denied_worth(tokens, place) {
        return denies(place, behind, said_before, place);
    }
    let to = reach(tokens, behind, token);
    if let Some(end) = idiom::relative_end(tokens, clause_start, place, to) {
        return excludes(place, behind, behind, end);
    }
    if idiom::denies_amount(tokens, behind)
        || idiom::protects(tokens, behind)
        || idiom::lacks(tokens, clause_start, place)
    {
        return excludes(place, behind, behind, to);
    }
    // "Don't shard by date" is advice, and as a rule part of saying what to do instead.
    let advice = place == clause_start && matches!(token.word.as_str(), "don't" | "dont" | "not");
    if advice || subordinate(tokens.get(clause_start..place).unwrap_or_default()) {
        excludes(place, behind, behind, to)
    } else {
        denies(place, behind, behind, to)
    }
}

impl Cue {
    /// Counts from the text's first token instead of the sentence's.
    fn moved(self, by: usize) -> Self {
        let Self { first, end, from, to, force } = self;
        Self { first: first + by, end: end + by, from: from + by, to: to + by, force }
    }
}

/// "it is not true that", "it is false that", "not the case that": the index behind, where the refuted claim begins.
fn refutes(tokens: &[Token], place: usize) -> Option<usize> {
    let word = |at: usize| tokens.get(at).map_or("", |token| token.word.as_str());
    let quality = match word(place) {
        "not" | "isn't" | "never" => {
            let at = place + 1 + usize::from(word(place + 1) == "the");
            tokens.get(at).filter(|token| is(token, TRUTHS)).map(|_| at)
        }
        _ => tokens.get(place).filter(|token| is(token, FALSEHOODS)).map(|_| place),
    }?;
    (word(quality + 1) == "that").then_some(quality + 2)
}

/// "instead of", "rather than": two words that negate as one.
fn pair(tokens: &[Token], place: usize) -> bool {
    matches!(
        (tokens.get(place).map(|t| t.word.as_str()), tokens.get(place + 1).map(|t| t.word.as_str())),
        (Some("instead"), Some("of")) | (Some("rather"), Some("than"))
    )
}

/// Returns where the thought begins that ends before `place`: behind the last word of the clause that subordinates it.
fn thought_start(tokens: &[Token], clause_start: usize, place: usize) -> usize {
    let before = tokens.get(clause_start..place).unwrap_or_default();
    clause_start + before.iter().rposition(|token| is(token, SUBORDINATORS)).map_or(0, |at| at + 1)
}

/// Returns the index behind the last token of the clause that `negating` stands in.
fn clause_end(tokens: &[Token], behind: usize, negating: &Token) -> usize {
    let goes_on = |token: &&Token| token.clause == negating.clause && !is(token, TURNS);
    behind + tokens.iter().skip(behind).take_while(goes_on).count()
}

/// Whether a denial behind these words of its clause stands in a subordinate clause. A relative clause that has its
/// verb is over: "a replica that is down cannot answer".
fn subordinate(before: &[Token]) -> bool {
    let is_at = |at: usize, list: &[&str]| before.get(at).is_some_and(|token| is(token, list));
    let is_over = |at: usize| {
        let behind = before.get(at + 1..).unwrap_or_default();
        let joined = |token: &Token| matches!(token.word.as_str(), "and" | "or");
        at > 0 && is_at(at, RELATIVES) && behind.iter().any(|t| is(t, VERBS)) && !behind.iter().any(joined)
    };
    (0..before.len()).any(|at| is_at(at, SUBORDINATORS) && !is_over(at))
}

/// Returns the index behind the last token that is reached: to the end of the clause, to a word that begins a new
/// thought, to the next denial, which reaches for itself.
fn reach(tokens: &[Token], behind: usize, negating: &Token) -> usize {
    let is_subject = is_subject(tokens, behind, negating);
    let narrow =
        (negating.word == "no" && !is_subject) || tokens.get(behind).is_some_and(|t| is(t, QUALITIES));
    let words = match negating.word.as_str() {
        // "If there are none left, ..." denies that any are left, and nothing else.
        "none" => 1,
        _ if narrow => SHORT_REACH,
        _ => REACH,
    };
    let end = tokens.len().min(behind + words);
    // "They find nothing and run the query": what is not found is all that is denied.
    let is_object = negating.word == "nothing" && !is_subject;
    let stops = |at: usize| {
        tokens.get(at).is_none_or(|t| {
            let joins = matches!(t.word.as_str(), "and" | "or");
            t.clause != negating.clause
                || is(t, TURNS)
                || is(t, DENIALS)
                || (at > behind && is(t, SUBJECTS))
                || (joins && (is_object || idiom::joins_clause(tokens, at)))
        })
    };
    (behind..end).find(|at| stops(*at)).unwrap_or(end)
}

/// Whether the thing that "no" denies is what the clause is about, so that its verb is denied, too: "so that no
/// request has to fail".
fn is_subject(tokens: &[Token], behind: usize, no: &Token) -> bool {
    let before = behind.checked_sub(2).and_then(|at| tokens.get(at));
    before.is_none_or(|t| t.clause != no.clause || is(t, SUBORDINATORS) || is(t, TURNS) || t.word == "and")
}

#[cfg(test)]
mod tests {
    use super::super::token::Words;
    use super::*;

    /// Marks denied words with `-` and excluded ones with `~`.
    fn check(sentence: &str, expected: &str) {
        let text = Words::new().split(sentence);
        let cues = cues(&text);
        let marked: Vec<String> = text
            .tokens
            .iter()
            .enumerate()
            .map(|(at, token)| {
                let force = cues.iter().find(|cue| (cue.from..cue.to).contains(&at)).map(|cue| cue.force);
                let mark = match force {
                    Some(Force::Denies) => "-",
                    Some(Force::Excludes) => "~",
                    None => "",
                };
                format!("{mark}{}", token.word)
            })
            .collect();
        assert_eq!(marked.join(" "), expected);
    }

    #[test]
    fn reaches_to_the_end_of_the_clause() {
        check("I would not use a queue, I use a log.", "i would not -use -a -queue i use a log");
        check("We never retry but we alert.", "we never -retry but we alert");
        check("A queue is not needed here.", "-a -queue -is not needed here");
        check("Jitter is pointless.", "-jitter -is pointless");
        check("Redis can't fail.", "redis can't -fail");
    }

    #[test]
    fn describing_a_case_denies_nothing() {
        check("If the key doesn't spread load, split it.", "if the key doesn't ~spread ~load split it");
        check("Salt keys so they don't collide.", "salt keys so they don't ~collide");
        check("Add jitter to avoid a stampede.", "add jitter to avoid ~a ~stampede");
        check("Hash instead of range.", "hash instead of ~range");
    }

    #[test]
    fn a_relative_clause_ends_with_its_verb() {
        check("A replica that is down cannot answer.", "a replica that is down cannot -answer");
        check("Keys that are cold and cannot spread.", "keys that are cold and cannot ~spread");
        check("It waits so that it is never late.", "it waits so that it is never ~late");
    }

    #[test]
    fn a_relative_clause_without_its_pronoun_describes() {
        check(
            "Close all ports we don't need and cut off slow clients.",
            "close all ports we don't ~need and cut off slow clients",
        );
        check(
            "Each has changes the other doesn't know of and somebody has to sort them out.",
            "each has changes the other doesn't ~know ~of and somebody has to sort them out",
        );
        check("I think we don't need jitter.", "i think we don't -need -jitter");
        check("With sharding we don't need jitter.", "with sharding we don't -need -jitter");
        check("The cache is slow we don't retry.", "the cache is slow we don't -retry");
    }

    #[test]
    fn what_is_told_of_a_thing_ends_with_its_verb() {
        check(
            "The first read of something not already in the cache is slow.",
            "the first read of something not ~already ~in ~the ~cache is slow",
        );
        check(
            "A read of a key that isn't in the cache is slow.",
            "a read of a key that isn't ~in ~the ~cache is slow",
        );
        check("Clients that never finish and hang are cut.", "clients that never ~finish and hang are cut");
        check("I'd take a log not a queue.", "i'd take a log not -a -queue");
    }

    #[test]
    fn a_clause_of_its_own_behind_and_is_not_denied() {
        check(
            "It doesn't retry the call and somebody must look.",
            "it doesn't -retry -the -call and somebody must look",
        );
        check("It doesn't retry and the others are late.", "it doesn't -retry and the others are late");
        check("It doesn't cache the key and the value.", "it doesn't -cache -the -key -and -the -value");
        check("They find nothing and run the query.", "they find nothing and run the query");
        check("Nothing waits and runs here.", "nothing -waits -and -runs -here");
    }

    #[test]
    fn what_something_is_without_denies_nothing_else() {
        check(
            "RC no dirty reads, serializable no phantoms.",
            "rc no ~dirty ~reads serializable no ~phantoms",
        );
        check("Use no limit.", "use no -limit");
        check("It has no limit.", "it has no -limit");
    }

    #[test]
    fn an_amount_is_denied_alone() {
        check("Two cores can't run 1000 queries.", "two cores can't ~run ~1000 ~queries");
    }

    #[test]
    fn protection_is_no_denial() {
        check("It must not be able to delete.", "it must not ~be ~able ~to ~delete");
        check("Hardly anyone can delete copies.", "hardly ~anyone ~can ~delete ~copies");
    }

    #[test]
    fn what_is_left_open_is_not_denied() {
        check("I don't know if jitter helps here.", "i don't ~know ~if ~jitter ~helps ~here");
        check("Nobody sees what others haven't finished.", "nobody sees what others haven't ~finished");
        check("Silence doesn't mean it wasn't done.", "silence doesn't ~mean ~it ~wasn't ~done");
        check("I don't know jitter.", "i don't -know -jitter");
    }

    #[test]
    fn advice_denies_nothing() {
        check("Don't shard by date, or one node is hot.", "don't ~shard ~by ~date or one node is hot");
    }

    #[test]
    fn a_new_thought_ends_the_reach() {
        check(
            "While there's no main machine people can still read.",
            "while there's no ~main ~machine people can still read",
        );
        check("One ping doesn't come back it promotes.", "one ping doesn't -come -back it promotes");
        check(
            "There's no failover at all and no downside.",
            "there's no -failover -at -all and no -downside",
        );
        check("It is never stale and is always right.", "it is never -stale and is always right");
        check("If that is not possible show both.", "if that is not ~possible ~show ~both");
        check(
            "To prevent floods I would put a CDN in front.",
            "to prevent ~floods i would put a cdn in front",
        );
        check(
            "If there are none left the request is rejected.",
            "if there are none ~left the request is rejected",
        );
    }

    #[test]
    fn what_no_subject_does_is_denied() {
        check("No request ever fails there.", "no -request -ever -fails -there");
        check("They wait so that no request has to fail.", "they wait so that no ~request ~has ~to ~fail");
        check("We run with no limit and alert.", "we run with no -limit -and -alert");
    }

    #[test]
    fn what_does_not_work_is_denied() {
        check("Resharding won't fix it.", "-resharding won't fix it");
        check("It's a myth that they scale.", "it's a myth ~that ~they ~scale");
    }

    #[test]
    fn what_is_waved_aside_is_denied() {
        check("A load test would be a waste of time.", "-a -load -test -would -be -a waste of time");
        check("A crash in between is no issue.", "-a -crash -in -between -is no issue");
        check("Metadata adds nothing.", "-metadata -adds nothing");
        check("There is no need to set a limit here.", "there is no ~need -to -set -a -limit -here");
        check("It is pointless to compare policies.", "it is pointless -to -compare -policies");
        check("This does not affect the order.", "-this -does not affect the order");
        check("Copy it so the db isn't bothered.", "copy it so -the -db isn't bothered");
        check("Jitter is not unnecessary.", "jitter is not -unnecessary");
        check("Jitter isn't useful here.", "-jitter isn't useful here");
        check("Connections are no topic.", "-connections -are no topic");
    }

    #[test]
    fn not_before_a_time_is_then() {
        check(
            "No write is acknowledged until the replica has it.",
            "no write is acknowledged until the replica has it",
        );
    }

    #[test]
    fn a_claim_that_is_called_wrong_is_denied_whole() {
        check(
            "It is not true that one worker refills the key, so others wait.",
            "it is not true that -one -worker -refills -the -key -so -others -wait",
        );
        check("It's false that replicas help.", "it's false that -replicas -help");
    }

    #[test]
    fn a_bound_is_no_denial() {
        check("Never wait longer than a second.", "never wait longer than a second");
        check(
            "A minute isn't enough, keep it longer than that.",
            "a minute isn't -enough keep it longer than that",
        );
        check("We cannot lose more than five minutes.", "we cannot lose more than five minutes");
    }

    #[test]
    fn some_negative_words_do_not_negate() {
        check("Not only cache but also queue.", "not ~only cache but also queue");
        check("At most, no more than ten.", "at most no more than ten");
        check("Don't forget the lead time.", "don't forget the lead time");
    }
}
