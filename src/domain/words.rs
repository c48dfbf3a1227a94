//! The closed vocabularies: each word as it is written in packs, transcripts and messages.

use serde::{Deserialize, Serialize};

/// The given word is not one of a vocabulary.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{word}` is not a {vocabulary}; one of {}", list(.allowed))]
pub struct UnknownWord {
    /// The word as it was given.
    pub word: String,
    /// The vocabulary's name, as in "facet".
    pub vocabulary: &'static str,
    /// Every word of the vocabulary, in its order.
    pub allowed: &'static [&'static str],
}

fn list(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

/// Defines an enum together with its written words, so that the two cannot drift apart.
macro_rules! vocabulary {
    ($(#[$meta:meta])* $name:ident, $label:literal { $($(#[$doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$doc])* #[serde(rename = $word)] $variant,)+
        }

        impl $name {
            /// Every member, in the order of the definition.
            pub const ALL: &'static [$name] = &[$($name::$variant,)+];
            /// Every member's written word, in the same order.
            pub const WORDS: &'static [&'static str] = &[$($word,)+];

            /// Returns the word as it is written in packs and transcripts.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $($name::$variant => $word,)+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = UnknownWord;

            fn from_str(word: &str) -> Result<Self, UnknownWord> {
                match word {
                    $($word => Ok($name::$variant),)+
                    _ => Err(UnknownWord { word: word.to_owned(), vocabulary: $label, allowed: Self::WORDS }),
                }
            }
        }
    };
}

vocabulary! {
    /// The bar at which a key point is expected; a higher level includes the lower ones.
    Level, "level" {
        /// What anyone who does the work must say.
        Mid = "mid",
        /// What a senior engineer says.
        Senior = "senior",
        /// What only the strongest say.
        Staff = "staff",
    }
}

vocabulary! {
    /// What kind of idea a key point is.
    Facet, "facet" {
        /// How the thing works.
        Mechanism = "mechanism",
        /// How one notices.
        Detection = "detection",
        /// What keeps it from happening.
        Prevention = "prevention",
        /// What limits the damage.
        Mitigation = "mitigation",
        /// What is given up for what.
        TradeOff = "trade-off",
        /// A concrete case.
        Example = "example",
        /// An estimate or a threshold.
        Numbers = "numbers",
        /// How it is run day by day.
        Operations = "operations",
    }
}

vocabulary! {
    /// Why an interviewer asks.
    Purpose, "purpose" {
        /// Does the candidate understand the component, or just its name?
        Depth = "depth",
        /// Are the downsides of the choice understood?
        TradeOffs = "trade-offs",
        /// Have failure modes been thought about?
        EdgeCases = "edge-cases",
        /// Can the design change when requirements do?
        Adaptability = "adaptability",
        /// Surface or deep understanding?
        Differentiation = "differentiation",
    }
}

vocabulary! {
    /// What a grader says of one key point.
    Verdict, "verdict" {
        /// The idea is stated.
        Hit = "hit",
        /// The idea is named or half said.
        Partial = "partial",
        /// The idea is not there.
        Missed = "missed",
        /// The opposite is claimed.
        Contradicted = "contradicted",
        /// No verdict could be had; the point counts neither for nor against.
        Ungraded = "ungraded",
    }
}

vocabulary! {
    /// What kind of part a scenario's component is.
    ComponentKind, "component kind" {
        /// A browser, an app, a device.
        Client = "client",
        /// A CDN, load balancer or API gateway.
        Edge = "edge",
        /// A service of our own that answers requests.
        Service = "service",
        /// A store of record.
        Database = "database",
        /// A store of copies.
        Cache = "cache",
        /// A message queue, log or broker.
        Queue = "queue",
        /// A blob or file store.
        Storage = "storage",
        /// A search index.
        Search = "search",
        /// A process that works off the request path.
        Worker = "worker",
        /// A system of somebody else's.
        External = "external",
    }
}

vocabulary! {
    /// The tone of an interviewer who has one.
    Persona, "persona" {
        /// Puts people at ease.
        Friendly = "friendly",
        /// Is matter-of-fact.
        Neutral = "neutral",
        /// Is demanding.
        Tough = "tough",
    }
}

vocabulary! {
    /// When the candidate sees verdicts.
    Feedback, "feedback mode" {
        /// After each answer.
        Each = "each",
        /// At the end of the round.
        End = "end",
    }
}

vocabulary! {
    /// What an interviewer would write at the end of the round.
    Decision, "decision" {
        /// No reservations.
        StrongHire = "strong hire",
        /// Meets the bar.
        Hire = "hire",
        /// Meets the bar with gaps.
        LeanHire = "lean hire",
        /// Just below the bar.
        LeanNoHire = "lean no hire",
        /// Below the bar.
        NoHire = "no hire",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_reads_back() {
        for facet in Facet::ALL {
            assert_eq!(facet.as_str().parse::<Facet>(), Ok(*facet));
        }
        assert_eq!(Level::WORDS, ["mid", "senior", "staff"]);
    }

    #[test]
    fn an_unknown_word_names_the_choices() {
        let error = "expert".parse::<Level>().unwrap_err();
        assert_eq!(error.to_string(), "`expert` is not a level; one of `mid`, `senior`, `staff`");
    }

    #[test]
    fn levels_are_ordered() {
        assert!(Level::Mid < Level::Senior && Level::Senior < Level::Staff);
    }
}
