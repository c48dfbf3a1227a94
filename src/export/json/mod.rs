//! A transcript to script: one JSON document of its own, versioned shape, independent of the stored one.
//!
//! Members keep their order, and a new version is made when one changes its meaning or goes away.
//! Every answer reads back byte for byte; hidden characters are written as `\u` escapes, so that the text is inert.

mod result;
mod turn;

use std::fmt::Write as _;
use std::io;

use serde::Serialize;

use self::result::{ReportShape, Scores};
use self::turn::{TokensShape, TurnShape};
use super::control::is_hidden;
use super::started::rfc3339;
use crate::domain::plan::{Plan, PlannedQuestion};
use crate::domain::question::Source;
use crate::domain::scenario::{Number, Scenario};
use crate::domain::transcript::{End, Transcript};
use crate::report::{QuestionReport, Report};

/// The shape's version; readers refuse a newer one.
const VERSION: u32 = 1;

/// Writes the document, and a line feed behind it.
pub(super) fn export(transcript: &Transcript, report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let text = serde_json::to_string_pretty(&Document::of(transcript, report))?;
    writeln!(out, "{}", escape_hidden(&text))
}

/// Outside of its strings JSON has no hidden character but the line feed, so each can become an escape.
fn escape_hidden(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for character in json.chars() {
        if is_hidden(character) {
            for unit in character.encode_utf16(&mut [0; 2]) {
                // Writing to a string cannot fail.
                let _ = write!(escaped, "\\u{unit:04x}");
            }
        } else {
            escaped.push(character);
        }
    }
    escaped
}

#[derive(Serialize)]
struct Document<'a> {
    format: &'static str,
    version: u32,
    session: &'a str,
    /// RFC 3339, UTC.
    started: Option<String>,
    /// Active time; pauses do not count.
    elapsed_ms: u64,
    /// Why it is over; null while it can go on.
    end: Option<&'static str>,
    /// What language models took; left out where there is nothing of the kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    tokens: Option<TokensShape>,
    plan: PlanShape<'a>,
    scenario: Option<ScenarioShape<'a>>,
    /// The candidate's own design, as Markdown; left out where it was not about that.
    #[serde(skip_serializing_if = "Option::is_none")]
    design: Option<&'a str>,
    twist: Option<TwistShape<'a>>,
    questions: Vec<QuestionShape<'a>>,
    report: ReportShape<'a>,
}

#[derive(Serialize)]
struct PlanShape<'a> {
    /// As text, since many readers hold no whole number above 2^53.
    seed: String,
    level: &'a str,
    feedback: &'a str,
    probes: u8,
    minutes: Option<u32>,
}

#[derive(Serialize)]
struct ScenarioShape<'a> {
    id: &'a str,
    title: &'a str,
    summary: &'a str,
    numbers: Vec<NumberShape<'a>>,
}

#[derive(Serialize)]
struct NumberShape<'a> {
    id: &'a str,
    text: &'a str,
    value: f64,
    unit: &'a str,
    shown: String,
    derived: bool,
}

#[derive(Serialize)]
struct TwistShape<'a> {
    id: &'a str,
    text: &'a str,
    /// Index of the question that it came before.
    before: usize,
}

#[derive(Serialize)]
struct QuestionShape<'a> {
    id: &'a str,
    wording: &'a str,
    tie: Option<&'a str>,
    purposes: Vec<&'static str>,
    /// What came of it: scored, skipped, empty, ungraded, not-reached.
    result: &'static str,
    scores: Scores,
    time_ms: u64,
    turns: Vec<TurnShape<'a>>,
    reference: &'a str,
    sources: Vec<SourceShape<'a>>,
}

#[derive(Serialize)]
struct SourceShape<'a> {
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
}

impl<'a> Document<'a> {
    fn of(transcript: &'a Transcript, report: &'a Report) -> Self {
        let plan = &transcript.plan;
        let questions = plan.questions.iter().zip(&report.questions).enumerate();
        Self {
            format: "followup-transcript",
            version: VERSION,
            session: plan.session.as_str(),
            started: rfc3339(plan.started),
            elapsed_ms: transcript.elapsed,
            end: transcript.end.map(end_word),
            tokens: TokensShape::of(transcript.tokens()),
            plan: PlanShape::of(plan),
            scenario: plan.scenario.as_ref().map(ScenarioShape::of),
            design: plan.design.as_deref(),
            twist: plan.twist.as_ref().map(|twist| TwistShape {
                id: twist.id.as_str(),
                text: &twist.text,
                before: twist.before,
            }),
            questions: questions
                .map(|(index, (planned, reported))| QuestionShape::of(transcript, index, planned, reported))
                .collect(),
            report: ReportShape::of(report),
        }
    }
}

fn end_word(end: End) -> &'static str {
    match end {
        End::Completed => "completed",
        End::TimeUp => "time-up",
        End::Stopped => "stopped",
    }
}

impl<'a> PlanShape<'a> {
    fn of(plan: &'a Plan) -> Self {
        Self {
            seed: plan.seed.to_string(),
            level: plan.level.as_str(),
            feedback: plan.feedback.as_str(),
            probes: plan.probes,
            minutes: plan.minutes,
        }
    }
}

impl<'a> ScenarioShape<'a> {
    fn of(scenario: &'a Scenario) -> Self {
        Self {
            id: scenario.id.as_str(),
            title: &scenario.title,
            summary: &scenario.summary,
            numbers: scenario.numbers.iter().map(NumberShape::of).collect(),
        }
    }
}

impl<'a> NumberShape<'a> {
    fn of(number: &'a Number) -> Self {
        Self {
            id: &number.id,
            text: &number.text,
            value: number.value,
            unit: &number.unit,
            shown: number.shown(),
            derived: number.derived,
        }
    }
}

impl<'a> QuestionShape<'a> {
    fn of(
        transcript: &'a Transcript,
        index: usize,
        planned: &'a PlannedQuestion,
        reported: &'a QuestionReport,
    ) -> Self {
        let question = &planned.question;
        let level = transcript.plan.level;
        Self {
            id: question.id.as_str(),
            wording: &question.wording,
            tie: planned.tie.as_deref(),
            purposes: question.purposes.iter().map(|purpose| purpose.as_str()).collect(),
            result: result::word(reported.result),
            scores: Scores::of(|level| reported.standing.score(level)),
            time_ms: reported.time,
            turns: transcript.turns_of(index).map(|(at, turn)| TurnShape::of(at, turn, level)).collect(),
            reference: &question.reference,
            sources: question.sources.iter().map(SourceShape::of).collect(),
        }
    }
}

impl<'a> SourceShape<'a> {
    fn of(source: &'a Source) -> Self {
        Self { title: &source.title, url: source.url.as_deref() }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::report::Report;
    use crate::report::fixture::{hostile, regraded, round, with_answers};

    fn exported(transcript: &Transcript) -> String {
        let mut out = Vec::new();
        export(transcript, &Report::of(transcript), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn parsed(transcript: &Transcript) -> Value {
        serde_json::from_str(&exported(transcript)).unwrap()
    }

    #[test]
    fn shows_a_whole_round() {
        let expected = r##"{
  "format": "followup-transcript",
  "version": 1,
  "session": "20260314-193000",
  "started": "2026-03-14T19:30:00Z",
  "elapsed_ms": 121500,
  "end": "completed",
  "plan": {
    "seed": "7",
    "level": "senior",
    "feedback": "each",
    "probes": 2,
    "minutes": 30
  },
  "scenario": {
    "id": "news-feed",
    "title": "News <b>feed</b> | [x](javascript:alert(1))",
    "summary": "# Not a heading\n<script>alert(1)</script>",
    "numbers": [
      {
        "id": "dau",
        "text": "daily active users",
        "value": 50000000.0,
        "unit": "users",
        "shown": "50 M",
        "derived": false
      },
      {
        "id": "hot",
        "text": "size of the hot posts",
        "value": 8000000000.0,
        "unit": "B",
        "shown": "8 GB",
        "derived": true
      }
    ]
  },
  "twist": {
    "id": "ten-times",
    "text": "1. Ten times\nthe users & more.",
    "before": 0
  },
  "questions": [
    {
      "id": "cache/cache-down",
      "wording": "What if the cache goes down?",
      "tie": "*Redis* holds `all`.",
      "purposes": [
        "depth"
      ],
      "result": "scored",
      "scores": {
        "mid": 0.0,
        "senior": 4.0,
        "staff": 4.0
      },
      "time_ms": 120000,
      "turns": [
        {
          "turn": 1,
          "kind": "question",
          "point": null,
          "prompt": "*Redis* holds `all`. What if the cache goes down?",
          "asked_ms": 1500,
          "hints": [
            "jitter"
          ],
          "response": "answered",
          "responded_ms": 121500,
          "answer": "One caller refills.\n\n```\n# fence\n```\n<img src=x onerror=alert(1)>\n\u001b[31mred\u202e\n",
          "outcome": "graded",
          "reason": null,
          "score": 4.0,
          "grade": {
            "verdicts": [
              {
                "point": "coalescing",
                "text": "Request coalescing: one caller refills a missing key while the others wait.",
                "weight": 3,
                "level": "senior",
                "facet": "prevention",
                "verdict": "hit",
                "assisted": false,
                "evidence": [
                  {
                    "start": 37,
                    "end": 65,
                    "quote": "<img src=x onerror=alert(1)>"
                  }
                ],
                "reason": "It says | that one caller refills.",
                "disputed": null
              },
              {
                "point": "jitter",
                "text": "Random jitter on the time to live.",
                "weight": 2,
                "level": "mid",
                "facet": "prevention",
                "verdict": "missed",
                "assisted": true,
                "evidence": [],
                "reason": "",
                "disputed": "partial"
              }
            ],
            "misconceptions": [
              {
                "id": "cache-never-fails",
                "text": "A clustered cache cannot go down.",
                "correction": "A failover takes seconds; the database must survive them.",
                "penalty": 1,
                "evidence": [
                  {
                    "start": 25,
                    "end": 32,
                    "quote": "# fence"
                  }
                ]
              }
            ],
            "flags": [
              "cut-off"
            ],
            "grader": {
              "name": "rubric",
              "version": "1",
              "model": null,
              "prompt_hash": null,
              "rubric_hash": "b6c63c451f57d192eda476edd1ec7b14",
              "lexicon_hash": null
            }
          }
        }
      ],
      "reference": "One caller refills.\nThe others wait.\n\n- watch the hit ratio\n- `jitter`",
      "sources": [
        {
          "title": "The book",
          "url": "https://example.org/book?a=1&b=2"
        },
        {
          "title": "Trap",
          "url": "javascript:alert(1)"
        }
      ]
    }
  ],
  "report": {
    "level": "senior",
    "score": 4.0,
    "decisions": [
      {
        "level": "mid",
        "score": 0.0,
        "decision": null
      },
      {
        "level": "senior",
        "score": 4.0,
        "decision": null
      },
      {
        "level": "staff",
        "score": 4.0,
        "decision": null
      }
    ],
    "by_topic": [
      {
        "name": "cache",
        "percent": 40,
        "earned": 2.0,
        "possible": 5.0,
        "points": 2,
        "ungraded": 0,
        "questions": 1
      }
    ],
    "by_purpose": [
      {
        "name": "depth",
        "percent": 40,
        "earned": 2.0,
        "possible": 5.0,
        "points": 2,
        "ungraded": 0,
        "questions": 1
      }
    ],
    "by_facet": [
      {
        "name": "prevention",
        "percent": 60,
        "earned": 3.0,
        "possible": 5.0,
        "points": 2,
        "ungraded": 0,
        "questions": 1
      }
    ],
    "counts": {
      "hints": 1,
      "probes": 0,
      "contradictions": 0,
      "misconceptions": 1,
      "disputes": 1
    },
    "gaps": [
      {
        "question": "cache/cache-down",
        "point": "jitter",
        "text": "Random jitter on the time to live.",
        "verdict": "missed",
        "assisted": false,
        "quote": null,
        "cost": 40
      }
    ],
    "misconceptions": [
      {
        "question": "cache/cache-down",
        "id": "cache-never-fails",
        "text": "A clustered cache cannot go down.",
        "correction": "A failover takes seconds; the database must survive them.",
        "penalty": 1,
        "evidence": [
          {
            "start": 25,
            "end": 32,
            "quote": "# fence"
          }
        ]
      }
    ],
    "advice": [
      {
        "advice": "misconceptions",
        "count": 1
      }
    ]
  }
}
"##;
        assert_eq!(exported(&hostile()), expected);
    }

    #[test]
    fn answers_read_back_byte_for_byte() {
        let answers: Vec<String> = [
            "a\r\nb\rc\n",
            "\u{1b}[31m\u{9b}\0\u{7f}",
            "\u{202e}\u{e0041}",
            "\"\\u001b\" \\",
            "漢字 🦀",
            " x ",
        ]
        .map(str::to_owned)
        .to_vec();
        let document = parsed(&with_answers(&answers));
        for (index, answer) in answers.iter().enumerate() {
            assert_eq!(document["questions"][index]["turns"][0]["answer"], answer.as_str());
        }
    }

    #[test]
    fn every_kind_of_result_has_its_word() {
        let document = parsed(&round());
        let words: Vec<&str> = document["questions"]
            .as_array()
            .unwrap()
            .iter()
            .map(|question| question["result"].as_str().unwrap())
            .collect();
        assert_eq!(words, ["scored", "scored", "scored", "skipped", "ungraded", "not-reached"]);
        assert_eq!(document["report"]["decisions"][1]["decision"], "lean no hire");
        assert_eq!(document["report"]["advice"][2]["advice"], "weak-facet");
    }

    #[test]
    fn who_was_to_judge_and_what_was_said_before_is_all_there() {
        let turn = &parsed(&regraded())["questions"][0]["turns"][0];
        assert_eq!((&turn["regraded"], &turn["score"]), (&json!("2026-03-15T19:30:00Z"), &json!(5.0)));
        assert_eq!(turn["tokens"], json!({"input": 1000, "output": 50}));
        let grade = &turn["grade"];
        assert_eq!((&grade["grader"]["name"], &grade["second"]["score"]), (&json!("llm"), &json!(0.0)));
        assert_eq!(grade["second"]["verdicts"][0]["verdict"], "missed");
        assert_eq!(
            turn["earlier"][0],
            json!({"outcome": "ungraded", "reason": "no | time", "score": null, "grade": null})
        );
        let before = &turn["earlier"][1];
        assert_eq!((&before["score"], &before["grade"]["grader"]["name"]), (&json!(0.0), &json!("rubric")));
        let fallback = json!({"grader": "llm", "model": "m", "reason": "it is <b>busy</b>"});
        assert_eq!(before["grade"]["fallback"], fallback);
        assert_eq!(parsed(&regraded())["tokens"], turn["tokens"]);
    }
}
