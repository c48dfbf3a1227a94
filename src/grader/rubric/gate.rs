//! What earns nothing whatever words are in it: an echo of the question, a list of buzzwords.

use std::collections::HashSet;
use std::hash::BuildHasher;

use super::text::{Sentence, Text, Token};

/// A sentence is an echo when at least this share of its telling words stands in the question.
/// One word in five may be new, so that "So, how do you handle hot partitions here?" is one.
const ECHO_SHARE: f64 = 0.8;
/// A text is a list when fewer than this share of its words are grammar. Ordinary notes have a quarter or more and the
/// tersest a tenth; lists of terms and glossaries have 0.07 and less.
const LIST_GRAMMAR: f64 = 0.09;
/// A text of fewer words than this is too short to be called a list.
const LIST_FROM: usize = 6;
/// A sentence with at least so many pieces between commas, most of them bare, is a list of terms.
const LIST_PIECES: usize = 5;
/// A piece of more words than this is not a bare term.
const TERM_WORDS: usize = 3;

/// In a list of terms a piece of at least so many words, with grammar among them, is a statement.
const STATEMENT_WORDS: usize = 5;

/// A text with at least so many pieces between commas and full stops ...
const SEQUENCE_FROM: usize = 6;
/// ... that have fewer words than this in the mean is a list of phrases. Lists of terms have 1.9 and less, terse notes
/// 2.5 and more, usually four.
const SEQUENCE_WORDS: f64 = 2.1;
/// ... unless this share of its words is in pieces that are statements, as between the lists of terse notes.
const SEQUENCE_STATED: f64 = 0.25;
/// A text is jumbled from so many broken places on ...
const JUMBLED_FROM: usize = 4;
/// ... when they are at least this share of the places that could be broken. In what people write, mistakes included,
/// at most one in fourteen is; in shuffled prose it is every fifth.
const JUMBLED_SHARE: f64 = 0.08;

/// A stretch of so many words without a comma or a full stop ...
const RUN_FROM: usize = 16;
/// ... of which fewer than this share are grammar is words in a row. In honest notes such stretches have a quarter and
/// more, run-on ones a third; terms strung together have a fifth and less.
const RUN_GRAMMAR: f64 = 0.22;

/// Words that a clause cannot end with.
const ARTICLES: &[&str] = &["the", "a", "an"];
/// Words that something must follow ...
const DETERMINERS: &[&str] = &["the", "a", "an", "its", "their", "our", "every", "your", "my"];
/// ... and that is none of these.
const NEVER_DETERMINED: &[&str] = &[
    "the", "a", "an", "of", "to", "in", "on", "at", "by", "for", "from", "with", "without", "is", "are",
    "was", "were", "be", "has", "have", "and", "or", "but", "so", "if", "when", "that", "which", "it", "its",
    "we", "they", "i", "their", "our", "can", "will", "must", "not", "than", "as", "because", "each",
    "every", "this",
];
/// Without "in" and "on", which also end a clause: "both go on and diverge".
const PREPOSITIONS: &[&str] =
    &["of", "to", "at", "by", "for", "from", "with", "without", "into", "per", "than", "between"];
/// What stands behind no preposition, but for "from by" and the like, which are left out.
const NEVER_BEHIND_PREPOSITIONS: &[&str] = &[
    "and", "or", "but", "is", "are", "was", "were", "has", "have", "if", "because", "of", "than", "can",
    "will", "must", "so",
];
const CONJUNCTIONS: &[&str] = &["and", "or", "but", "because", "if", "while", "so", "when"];
const NEVER_BEHIND_CONJUNCTIONS: &[&str] = &["and", "or", "of", "than", "is", "are"];

/// Whether a word is grammar.
pub(super) fn is_grammar(token: &Token) -> bool {
    token.grammar
}

/// Whether the text as a whole is a list of words that says nothing of them.
pub(super) fn is_list(text: &Text) -> bool {
    // A number is no term: "30 servers times 10 makes 300 connections" is a sum.
    let is_number = |token: &&Token| token.word.starts_with(|c: char| c.is_ascii_digit());
    let words = text.tokens.len() - text.tokens.iter().filter(is_number).count();
    if words < LIST_FROM {
        return false;
    }
    let grammar = text.tokens.iter().filter(|token| is_grammar(token)).count();
    let strung: usize = clauses(&text.tokens).filter(|clause| is_run(clause)).map(<[Token]>::len).sum();
    (grammar as f64) < LIST_GRAMMAR * words as f64 || 2 * strung > words || is_term_sequence(text)
}

/// Whether words are strung together, commas or not: "only one rest wait jitter expiry load test others stale".
pub(super) fn is_strung(tokens: &[Token]) -> bool {
    clauses(tokens).any(is_run)
}

fn is_run(clause: &[Token]) -> bool {
    let grammar = clause.iter().filter(|token| is_grammar(token)).count();
    clause.len() >= RUN_FROM && (grammar as f64) < RUN_GRAMMAR * clause.len() as f64
}

fn clauses(tokens: &[Token]) -> impl Iterator<Item = &[Token]> {
    tokens.chunk_by(|a, b| a.clause == b.clause)
}

fn is_statement(piece: &[Token]) -> bool {
    piece.len() >= STATEMENT_WORDS && piece.iter().any(is_grammar)
}

/// Whether the text is cut into many short pieces, as a list of phrases is: "others wait, stale data, load test".
fn is_term_sequence(text: &Text) -> bool {
    let pieces = clauses(&text.tokens).count();
    let stated: usize = clauses(&text.tokens).filter(|clause| is_statement(clause)).map(<[Token]>::len).sum();
    pieces >= SEQUENCE_FROM
        && (text.tokens.len() as f64) < SEQUENCE_WORDS * pieces as f64
        && (stated as f64) < SEQUENCE_STATED * text.tokens.len() as f64
}

/// Whether the words are shuffled: small words stand before words that they cannot stand before, as in "the of" and
/// "by and".
pub(super) fn is_jumbled(text: &Text) -> bool {
    let mut places = 0;
    let mut broken = 0;
    for clause in clauses(&text.tokens) {
        for (at, token) in clause.iter().enumerate() {
            let next = clause.get(at + 1).map(|next| next.word.as_str());
            let never = match token.word.as_str() {
                word if DETERMINERS.contains(&word) => NEVER_DETERMINED,
                word if PREPOSITIONS.contains(&word) => NEVER_BEHIND_PREPOSITIONS,
                word if CONJUNCTIONS.contains(&word) => NEVER_BEHIND_CONJUNCTIONS,
                _ => continue,
            };
            places += 1;
            let cut_off = ARTICLES.contains(&token.word.as_str());
            broken += usize::from(next.map_or(cut_off, |next| never.contains(&next)));
        }
    }
    broken >= JUMBLED_FROM && broken as f64 >= JUMBLED_SHARE * f64::from(places)
}

/// Whether a sentence says the question back.
pub(super) fn is_echo(tokens: &[Token], wording: &HashSet<String, impl BuildHasher>) -> bool {
    let telling = || tokens.iter().filter(|token| !is_grammar(token));
    let known = telling().filter(|token| wording.contains(&token.stem)).count();
    let telling = telling().count();
    telling > 0 && known as f64 >= ECHO_SHARE * telling as f64
}

/// Whether each clause of a sentence that is a list of terms is a bare term; nothing for any other sentence.
///
/// What stands in different terms of such a list says nothing together. A piece that is more than a term may be
/// completed by them: "everything that can wait goes to a queue: mails, invoices, indexing".
pub(super) fn bare_terms(text: &Text, sentence: Sentence) -> Vec<usize> {
    let tokens = text.between(sentence.first, sentence.end);
    let pieces: Vec<&[Token]> = clauses(tokens).collect();
    let bare = |piece: &&[Token]| piece.len() <= TERM_WORDS && !piece.iter().any(is_grammar);
    let count = pieces.iter().filter(|piece| bare(piece)).count();
    if pieces.len() < LIST_PIECES || count * 4 < pieces.len() * 3 {
        return Vec::new();
    }
    let terms = pieces.iter().filter(|piece| !is_statement(piece));
    terms.filter_map(|piece| piece.first()).map(|token| token.clause).collect()
}

#[cfg(test)]
mod tests {
    use super::super::token::Words;
    use super::*;

    #[test]
    fn tells_lists_from_notes() {
        let list = |text: &str| is_list(&Words::new().split(text));
        assert!(list("cache, redis, ttl, jitter, sentinel, circuit breaker, stampede, coalescing"));
        assert!(list("sharding replication consensus quorum raft paxos leader election gossip"));
        assert!(!list("one caller refills the key, the rest wait for it"));
        assert!(!list("TTL with jitter; single flight per key; serve stale on error"));
        assert!(!list("jitter"));
        assert!(!list("30 servers times 10 makes 300 connections in total."));
        assert!(list(
            "single worker rest wait jitter on expiry load test in front others stale error cap key breaker open \
             fallback probe quota"
        ));
        assert!(!list(
            "one worker refills it and the rest just wait for that one so the database only sees one query"
        ));
    }

    #[test]
    fn tells_phrases_in_a_row_from_notes() {
        let list = |text: &str| is_list(&Words::new().split(text));
        assert!(list(
            "others wait, the rest, load test, in front of, at most, cap, one caller, stale, on top, by key, too"
        ));
        assert!(!list(
            "1. Keys, values, metadata, buffers. 2. Jitter, locks, leases. 3. Refill, probes, limits for each of the \
             ten nodes at once, paused. 4. Reads, writes, scans, 5. age, size, owner: keep what is read again soon."
        ));
        for notes in [
            "RPO 5 min, RTO 1 h, agreed w/ product. Nightly base backup + WAL to S3, PITR. Replica != backup, DROP \
             TABLE replicates. Cross-region. Object lock, prod can't delete. Weekly restore. Page if none for 26h.",
            "who's hit, since when, how many. rollback / flag off first. what changed: deploys, config, certs. \
             metrics -> trace -> logs w/ trace id. compare bad host vs good host, bisect.",
            "3 copies over 3 zones behind LB. health check every 5s, kicked out, auto replaced. all gone: stale \
             data, hide the feature, queue the writes. stateless, sessions in redis.",
        ] {
            assert!(!list(notes), "{notes}");
        }
        assert!(!list(
            "- TTL with jitter on each key\n- one caller refills, the rest wait\n- serve stale on errors, log it"
        ));
    }

    #[test]
    fn tells_shuffled_words() {
        let jumbled = |text: &str| is_jumbled(&Words::new().split(text));
        assert!(jumbled(
            "the of wait caller a and one refills the, key database a the rest to for cache a is"
        ));
        assert!(!jumbled(
            "The rest of the callers wait for a result, and the cache is filled by the first of them."
        ));
        assert!(!jumbled(
            "If both go on, each has changes that the other has not heard of, and if only one goes on, the other is \
             down for a while. For carts both carry on and we merge. For money one goes on and the other stops: what \
             users had typed in is lost, since the form was on and nobody knew that the side they were on is off."
        ));
        assert!(!jumbled("the cache it fails, so the the database gets all of the load"));
    }

    #[test]
    fn tells_echoes() {
        let words = Words::new();
        let wording: HashSet<_> = words.stems("How do you handle hot partitions?").into_iter().collect();
        let echo = |text: &str| is_echo(&words.split(text).tokens, &wording);
        assert!(echo("I would handle the hot partition"));
        assert!(!echo("A hot partition is split in two"));
        assert!(!echo("and so on"));
    }

    #[test]
    fn tells_sentences_of_terms() {
        let words = Words::new();
        let terms = |text: &str| {
            let text = words.split(text);
            bare_terms(&text, text.sentences[0]).len()
        };
        assert_eq!(
            terms("We use redis, sentinel, ttl jitter, circuit breaker, request coalescing, stale data"),
            6
        );
        assert_eq!(terms("We watch hit rate, latency and the load of the database, and alert on each"), 0);
        assert_eq!(terms("Step 4: all that can wait goes to a queue: mails, invoices, search indexing"), 4);
    }
}
