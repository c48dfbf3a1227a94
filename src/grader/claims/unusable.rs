//! Why a reply cannot be used as a whole.

/// Why a reply cannot be used as a whole. The words are ours alone, for they go into the next prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(in crate::grader) enum Unusable {
    /// There is no JSON object in it.
    #[error("the reply is not one JSON object")]
    NotJson,
    /// It is longer than any honest one.
    #[error("the reply is too long")]
    TooLong,
    /// It lacks the list, or an entry of it is not of the shape that was asked for.
    #[error("the reply is not of the shape that was asked for")]
    Shape,
    /// A verdict is none of the four words.
    #[error("a verdict in the reply is none of `hit`, `partial`, `missed`, `contradicted`")]
    Verdict,
    /// It judges what was not asked.
    #[error("the reply has an id that was not asked about")]
    UnknownId,
    /// It judges something twice.
    #[error("the reply has an id twice")]
    DuplicateId,
    /// It leaves out too much, or what shows whether it can be trusted.
    #[error("the reply leaves out ids that were asked about")]
    Missing,
    /// It credits what no answer can say.
    #[error("the reply credits what the answer cannot have said, so that none of it can be trusted")]
    Decoy,
}

impl Unusable {
    /// Whether asking once more may help. One that credits what nobody said is not asked again.
    pub(in crate::grader) fn is_worth_another_try(self) -> bool {
        self != Self::Decoy
    }
}
