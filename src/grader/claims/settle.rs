//! From what was said over an answer to its grade: by the first reply that can be used, or else offline, and labelled so.

use std::collections::BTreeSet;

use super::{Case, Unusable};
use crate::domain::exchange::{Exchange, Fallback, Try};
use crate::domain::grade::{Flag, Grade, Provenance};
use crate::domain::hash::ContentHash;

/// The grader that was chosen to judge.
pub(in crate::grader) struct Chosen {
    pub(in crate::grader) grader: &'static str,
    pub(in crate::grader) version: &'static str,
    pub(in crate::grader) model: String,
    pub(in crate::grader) prompt: Option<ContentHash>,
}

impl Case<'_> {
    /// Grades by what was said. It hangs on nothing but the arguments and the offline grader, so that a stored
    /// exchange gives the same grade again.
    pub(in crate::grader) fn settle(
        &self,
        chosen: &Chosen,
        decoy: Option<&str>,
        exchange: Exchange,
    ) -> Grade {
        let mut reason = String::new();
        for said in &exchange.tries {
            match said {
                Try::Reply(reply) => match self.read(chosen, decoy, reply) {
                    Ok(mut grade) => {
                        grade.provenance.exchange = Some(exchange);
                        return grade;
                    }
                    Err(unusable) => reason = unusable.to_string(),
                },
                Try::Failed(why) => reason.clone_from(why),
            }
        }
        let mut grade = self.offline_instead(chosen, reason);
        let flags: BTreeSet<Flag> = grade.flags.iter().copied().chain([Flag::OfflineFallback]).collect();
        grade.flags = flags.into_iter().collect();
        grade.provenance.exchange = Some(exchange);
        grade
    }

    /// Judges by one reply.
    pub(in crate::grader) fn read(
        &self,
        chosen: &Chosen,
        decoy: Option<&str>,
        reply: &str,
    ) -> Result<Grade, Unusable> {
        let made = Provenance {
            grader: chosen.grader.to_owned(),
            version: chosen.version.to_owned(),
            model: Some(chosen.model.clone()),
            prompt: chosen.prompt.clone(),
            rubric: self.offline.provenance.rubric.clone(),
            lexicon: self.offline.provenance.lexicon.clone(),
            exchange: None,
            fallback: None,
        };
        self.judge_by(reply, decoy, made)
    }

    /// Grades an answer that nobody needs to be asked about.
    pub(in crate::grader) fn not_asked(&self, chosen: &Chosen) -> Grade {
        let reason =
            format!("an answer that says next to nothing is not sent to the {} grader", chosen.grader);
        self.offline_instead(chosen, reason)
    }

    fn offline_instead(&self, chosen: &Chosen, reason: String) -> Grade {
        let mut grade = self.offline.clone();
        let model = Some(chosen.model.clone());
        grade.provenance.fallback = Some(Fallback { grader: chosen.grader.to_owned(), model, reason });
        grade
    }
}
