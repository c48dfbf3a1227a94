//! Grades one answer to a question of the built-in pack, and prints each verdict with the words that earned it.
//!
//! Shows the least that a program needs to use the grader: a catalog, a question, a grader made for the catalog.

use std::collections::BTreeMap;
use std::env;
use std::error::Error;

use followup::content::builtin;
use followup::domain::id::QuestionId;
use followup::domain::words::Level;
use followup::grader::rubric::RubricGrader;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = env::args().skip(1);
    let (Some(id), Some(answer)) = (args.next(), args.next()) else {
        return Err("usage: grade_answer QUESTION ANSWER".into());
    };
    let catalog = builtin::load()?.catalog;
    let id = QuestionId::parse(&id)?;
    let question = catalog.question(&id).ok_or_else(|| format!("there is no question `{id}`"))?;
    // Without a scenario, placeholders such as `[component]` say what the question's author wrote as default.
    let question = question.bind(&BTreeMap::new());

    let grader = RubricGrader::new(&catalog.lexicon, catalog.prose());
    let grade = grader.judge(&question, &question.wording, &answer);

    println!("{}", question.wording);
    for verdict in &grade.verdicts {
        println!("{:>12}  {}", verdict.verdict, verdict.point.id);
        for evidence in &verdict.evidence {
            println!("{:>12}  {}..{} \"{}\"", "", evidence.start, evidence.end, evidence.quote);
        }
    }
    for level in Level::ALL {
        if let Some(score) = grade.score(*level) {
            println!("{score} of 10 at level {level}");
        }
    }
    Ok(())
}
