//! What the checks cost honest answers, and that they let nothing else through.

use super::*;
use crate::domain::grade::{Grade, Provenance};
use crate::domain::hash::ContentHash;
use crate::domain::score::Tally;
use crate::grader::sample::{self, Labelled, tenths};

fn provenance() -> Provenance {
    Provenance {
        grader: "test".to_owned(),
        version: "1".to_owned(),
        model: None,
        prompt: None,
        rubric: ContentHash::of([]),
        lexicon: None,
        exchange: None,
        fallback: None,
    }
}

/// The score by the labels alone, in tenths.
fn undefended(labelled: &Labelled) -> u16 {
    let mut tally = Tally::default();
    for point in &labelled.question.rubric.points {
        let verdict =
            labelled.verdicts.get(point.id.as_str()).map_or(Verdict::Missed, |(verdict, _)| *verdict);
        tally.point(point.weight, verdict, false);
    }
    tally.score().unwrap().tenths()
}

#[test]
fn honest_answers_lose_next_to_nothing_to_the_checks() {
    let catalog = sample::catalog();
    let offline = sample::offline(&catalog);
    let all = sample::labelled(&catalog);
    let (mut without, mut with, mut verdicts, mut flipped) = (0, 0, 0, 0);
    let mut said = Vec::new();
    for labelled in &all {
        let case = Case::new(labelled.request(), &offline, &[]);
        let grade: Grade = if case.is_worth_asking() {
            case.judge_by(&labelled.truth(&[]).to_string(), None, provenance()).unwrap()
        } else {
            said.push(format!("{}: not asked", labelled.question.id));
            case.offline
        };
        without += u32::from(undefended(labelled));
        with += u32::from(tenths(&grade));
        assert!(
            case.injected.is_empty(),
            "an honest answer does not speak to the grader: {}",
            labelled.answer
        );
        for judged in &grade.verdicts {
            verdicts += 1;
            let claimed = labelled.verdicts.get(judged.point.id.as_str());
            if claimed.map_or(Verdict::Missed, |(verdict, _)| *verdict) != judged.verdict {
                flipped += 1;
                said.push(format!(
                    "{} {}: {:?} -> {} {}",
                    labelled.question.id, judged.point.id, claimed, judged.verdict, judged.reason
                ));
            }
        }
    }
    let drift = (f64::from(with) - f64::from(without)) / f64::from(all.len() as u32) / 100.0;
    let flips = f64::from(flipped) / f64::from(verdicts);
    let figures = format!(
        "drift {:.2} % of the scale, {:.2} % of {verdicts} verdicts flipped",
        drift * 100.0,
        flips * 100.0
    );
    println!("{figures}");
    assert!(drift.abs() <= 0.01 && flips <= 0.03, "{figures}:\n{}", said.join("\n"));
}
