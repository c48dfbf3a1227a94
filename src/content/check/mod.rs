//! Everything that is wrong with a pack: what was found while it was read, what its parts say of one another,
//! and what a grader makes of its own answers.

mod grading;
mod references;

use super::assemble::Loaded;
use super::catalog::Catalog;
use super::problem::{Problem, sort};
use crate::domain::grade::Grade;
use crate::domain::question::Question;

/// Judges an answer to a question.
pub type GradeFn<'a> = dyn Fn(&Question, &str) -> Grade + 'a;

/// Returns every problem of a pack, those of its reading included, in the order of files and lines.
///
/// `base` is the content of the packs before it, which its parts may name; it is not checked itself.
/// `grade` must know the words of both lexicons.
#[must_use]
pub fn check(loaded: &Loaded, base: &Catalog, grade: &GradeFn) -> Vec<Problem> {
    let mut known = base.clone();
    let clashes = known.merge(loaded.catalog.clone());
    let mut problems = loaded.problems.clone();
    problems.extend(clashes.into_iter().map(|clash| clash.problem(&loaded.places)));
    problems.extend(references::check(loaded, &known));
    problems.extend(grading::check(loaded, base, &known, grade));
    sort(&mut problems);
    problems
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::sample::{QUESTION_PATH, SCENARIO_PATH, changed, files, load, shown};
    use crate::domain::grade::{Evidence, FoundMisconception, GradedPoint, PointVerdict, Provenance};
    use crate::domain::hash::ContentHash;
    use crate::domain::words::Verdict;

    /// Gives a hit where a point's id stands in the answer, and half of one behind the words "half a".
    fn grade(question: &Question, answer: &str) -> Grade {
        let find = |id: &str| answer.find(id).and_then(|at| Evidence::cut(answer, at, at + id.len()));
        let verdicts = question.rubric.points.iter().map(|point| {
            let evidence: Vec<Evidence> = find(point.id.as_str()).into_iter().collect();
            let half = evidence.iter().any(|found| answer[..found.start].ends_with("half a "));
            let verdict = match evidence.is_empty() {
                true => Verdict::Missed,
                false if half => Verdict::Partial,
                false => Verdict::Hit,
            };
            PointVerdict { point: GradedPoint::from(point), verdict, evidence, reason: String::new() }
        });
        let found = question.rubric.misconceptions.iter().filter_map(|misconception| {
            Some(FoundMisconception::new(misconception, vec![find(misconception.id.as_str())?]))
        });
        let provenance = Box::new(Provenance {
            grader: "fake".to_owned(),
            version: "1".to_owned(),
            model: None,
            prompt: None,
            rubric: ContentHash::of([]),
            lexicon: None,
            exchange: None,
            fallback: None,
        });
        Grade {
            verdicts: verdicts.collect(),
            misconceptions: found.collect(),
            flags: vec![],
            provenance,
            second: None,
        }
    }

    fn check_files(files: &[(String, String)], expected: &[&str]) {
        let loaded = load(files).expect("the pack is not refused");
        assert_eq!(shown(&check(&loaded, &Catalog::default(), &grade)), expected);
    }

    fn check_change(path: &str, from: &str, to: &str, expected: &[&str]) {
        check_files(&changed(path, from, to), expected);
    }

    #[test]
    fn the_sample_passes() {
        check_files(&files(), &[]);
    }

    #[test]
    fn names_of_other_files_are_there() {
        check_change(
            "pack.toml",
            "id = \"cache\"",
            "id = \"caches\"",
            &["questions/cache/sizing.md:1: cache/sizing: there is no topic `cache`; did you mean `caches`?"],
        );
        check_change(
            SCENARIO_PATH,
            "asks = \"cache/sizing\"",
            "asks = \"cache/sizes\"",
            &["scenarios/shop.md:30: shop: there is no question `cache/sizes`; did you mean `cache/sizing`?"],
        );
        check_change(
            SCENARIO_PATH,
            "question = \"cache/sizing\"",
            "question = \"security/tokens\"",
            &[
                "scenarios/shop.md:33: shop: there is no question `security/tokens`; correct the name, or add what it names",
            ],
        );
        check_change(
            SCENARIO_PATH,
            "component = ",
            "componet = ",
            &["scenarios/shop.md:37: shop: there is no placeholder `componet`; did you mean `component`?"],
        );
    }

    #[test]
    fn a_broken_pack_file_does_not_make_topics_unknown() {
        check_change(
            "pack.toml",
            "id = \"sample\"\n",
            "",
            &["pack.toml:1: `id` is missing in `pack.toml`; add `id`"],
        );
    }

    #[test]
    fn a_broken_question_is_not_an_unknown_one() {
        check_change(
            QUESTION_PATH,
            "weight = 3",
            "weight = 4",
            &["questions/cache/sizing.md:12: cache/sizing: `weight` is 4; write 1, 2 or 3"],
        );
    }

    #[test]
    fn reference_answers_are_full() {
        check_change(
            QUESTION_PATH,
            "watch the hit-rate, and draw the curve",
            "then draw half a curve; bigger-is-better",
            &[
                "questions/cache/sizing.md:26: cache/sizing: unreachable key point: the reference answer gets \
                 `missed` on `hit-rate`; say it in the reference answer, or widen its evidence",
                "questions/cache/sizing.md:26: cache/sizing: unreachable key point: the reference answer of \
                 `cache/sizing` in scenario `shop` gets `missed` on `hit-rate`; say it in the reference answer, \
                 or widen its evidence",
                "questions/cache/sizing.md:35: cache/sizing: unreachable key point: the reference answer gets \
                 `partial` on `curve`; say it in the reference answer, or widen its evidence",
                "questions/cache/sizing.md:35: cache/sizing: unreachable key point: the reference answer of \
                 `cache/sizing` in scenario `shop` gets `partial` on `curve`; say it in the reference answer, or \
                 widen its evidence",
                "questions/cache/sizing.md:43: cache/sizing: the reference answer is charged with \
                 `bigger-is-better` for \"bigger-is-better\"; narrow the evidence of the misconception",
                "questions/cache/sizing.md:43: cache/sizing: the reference answer of `cache/sizing` in scenario \
                 `shop` is charged with `bigger-is-better` for \"bigger-is-better\"; narrow the evidence of the \
                 misconception",
            ],
        );
    }

    #[test]
    fn reference_answers_stay_full_when_a_scenario_binds_them() {
        let charged = "the reference answer of `cache/sizing` in scenario `shop` is charged with \
                       `bigger-is-better` for \"bigger-is-better\"; narrow the evidence of the misconception";
        let bad = changed(SCENARIO_PATH, "\"the shelf\"", "\"bigger-is-better\"");
        check_files(&bad, &[&format!("questions/cache/sizing.md:43: cache/sizing: {charged}")]);

        // The same scenario in a later pack is at fault itself.
        let base = load(&files()[..3]).unwrap().catalog;
        let later = load(&[bad[0].clone(), bad[3].clone()]).unwrap();
        assert_eq!(shown(&check(&later, &base, &grade)), [format!("scenarios/shop.md:1: shop: {charged}")]);
    }

    #[test]
    fn an_extension_is_checked_with_the_question_that_it_extends() {
        let base = load(&files()).unwrap().catalog;
        let extended = |exemplar: &str, answer: &str| {
            let mut pack = changed("pack.toml", "sample", "later");
            pack.truncate(1);
            let text = format!(
                "+++\nextends = true\n\n[[points]]\nid = \"hit-rate\"\nevidence = [\"ratio\"]\n\n[[exemplars]]\n\
                 name = \"more\"\nstyle = \"plain\"\nhit = [{exemplar}]\n+++\n\n# Exemplar: more\n\n{answer}\n"
            );
            pack.push((QUESTION_PATH.to_owned(), text));
            shown(&check(&load(&pack).unwrap(), &base, &grade))
        };
        assert_eq!(extended("\"hit-rate\", \"curve\"", "The hit-rate and the curve."), [""; 0]);
        assert_eq!(
            extended("\"hit-rate\", \"curve\"", "Neither."),
            [
                "questions/cache/sizing.md:8: cache/sizing: exemplar `more` gets `missed` on `hit-rate`, not `hit`; \
                 change the evidence in line 6, or what the exemplar states",
                "questions/cache/sizing.md:8: cache/sizing: exemplar `more` gets `missed` on `curve`, not `hit`; \
                 change what the exemplar states",
            ]
        );
    }

    #[test]
    fn exemplars_get_what_they_state() {
        check_change(
            QUESTION_PATH,
            "The hit-rate says so. There is half a curve. And bigger-is-better.",
            "The working-set. There is a curve.",
            &[
                "questions/cache/sizing.md:49: cache/sizing: exemplar `half-way` gets `hit` on `working-set`, not \
                 `missed` for \"working-set\"; change the evidence in line 15, or what the exemplar states",
                "questions/cache/sizing.md:49: cache/sizing: exemplar `half-way` gets `missed` on `hit-rate`, not \
                 `hit`; change the evidence in line 26, or what the exemplar states",
                "questions/cache/sizing.md:49: cache/sizing: exemplar `half-way` gets `hit` on `curve`, not \
                 `partial` for \"curve\"; change the evidence in line 35, or what the exemplar states",
                "questions/cache/sizing.md:49: cache/sizing: exemplar `half-way` is not charged with \
                 `bigger-is-better`; widen the evidence in line 43, or change what the exemplar states",
            ],
        );
        check_change(
            QUESTION_PATH,
            "misconceptions = [\"bigger-is-better\"]",
            "misconceptions = []",
            &[
                "questions/cache/sizing.md:49: cache/sizing: exemplar `half-way` is charged with `bigger-is-better` \
               for \"bigger-is-better\"; narrow the evidence in line 43, or change what the exemplar states",
            ],
        );
    }

    #[test]
    fn figures_are_those_of_questions_that_ask_for_one() {
        let figures = |question: &str| {
            format!("[[figures]]\nquestion = \"{question}\"\nvalue = \"reads * 2\"\n\n[bind]")
        };
        check_change(
            SCENARIO_PATH,
            "[bind]",
            &figures("cache/sizing"),
            &[
                "scenarios/shop.md:37: shop: `cache/sizing` has no figure; remove this one, or add `[figure]` to the question",
            ],
        );
        check_change(
            SCENARIO_PATH,
            "[bind]",
            &figures("cache/size"),
            &["scenarios/shop.md:37: shop: there is no question `cache/size`; did you mean `cache/sizing`?"],
        );
    }

    #[test]
    fn a_later_pack_may_name_what_an_earlier_one_has() {
        let base = load(&files()).unwrap().catalog;
        let mut later = changed(SCENARIO_PATH, "title = \"Shop\"", "title = \"Stall\"");
        later.remove(2);
        later[2].0 = "scenarios/stall.md".to_owned();
        assert_eq!(shown(&check(&load(&later).unwrap(), &base, &grade)), [""; 0]);
        assert_eq!(
            shown(&check(&load(&files()).unwrap(), &base, &grade)),
            [
                "questions/cache/sizing.md:1: cache/sizing: an earlier pack has the question `cache/sizing` \
                 already, and it stays; choose another name for this one",
                "scenarios/shop.md:1: shop: an earlier pack has the scenario `shop` already, and it stays; \
                 choose another name for this one",
            ]
        );
    }
}
