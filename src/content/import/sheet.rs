//! CSV: a header row, then one question a row.

use super::card::{Card, ReadError};

const QUESTION: &[&str] = &["question", "front"];
const ANSWER: &[&str] = &["answer", "back"];
const TOPIC: &[&str] = &["topic", "deck"];

/// What separates fields; spreadsheets of some countries write semicolons.
const SEPARATORS: &[u8] = b",;\t";

/// Reads the cards of a CSV file; its separator is the one with which the header has the columns.
pub(super) fn read(text: &str) -> Result<Vec<Card>, ReadError> {
    let mut found = Vec::new();
    for separator in SEPARATORS {
        let mut rows = rows(text, *separator);
        let Some((_, header)) = rows.next() else { return Err(ReadError::NoRows) };
        let column = |names: &[&str]| {
            header.iter().position(|name| names.contains(&name.trim().to_lowercase().as_str()))
        };
        if let (Some(question), Some(answer)) = (column(QUESTION), column(ANSWER)) {
            let topic = column(TOPIC);
            let card = |(line, fields): (usize, Vec<String>)| Card {
                line,
                question: fields.get(question).cloned().unwrap_or_default(),
                answer: fields.get(answer).cloned().unwrap_or_default(),
                topic: topic.and_then(|topic| fields.get(topic).cloned()),
            };
            return Ok(rows.map(card).collect());
        }
        if found.len() < header.len() {
            found = header;
        }
    }
    Err(ReadError::NoColumns { found })
}

/// Returns the rows of a table by RFC 4180, each with the line that it begins in.
pub(super) fn rows(text: &str, separator: u8) -> impl Iterator<Item = (usize, Vec<String>)> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    let (mut line, mut counted) = (1, 0);
    std::iter::from_fn(move || {
        // Nothing fails: the text is UTF-8, and rows may have any length.
        if !reader.read_record(&mut record).unwrap_or(false) {
            return None;
        }
        // The reader begins a row at the blank lines above it.
        let begin = record.position().and_then(|place| usize::try_from(place.byte()).ok()).unwrap_or(counted);
        let blank = text.get(begin..).unwrap_or_default().bytes().take_while(|byte| *byte == b'\n').count();
        line += text.get(counted..begin + blank).unwrap_or_default().matches('\n').count();
        counted = begin + blank;
        Some((line, record.iter().map(str::to_owned).collect()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks the cards of a text as `line topic / question = answer`.
    fn check(text: &str, expected: &[&str]) {
        let shown = read(text).unwrap().into_iter().map(|card| {
            let topic = card.topic.unwrap_or("-".to_owned());
            format!("{} {topic} / {} = {}", card.line, card.question, card.answer.replace('\n', "|"))
        });
        assert_eq!(shown.collect::<Vec<_>>(), expected, "{text:?}");
    }

    #[test]
    fn rows_are_questions() {
        check("question,answer\nA?,One.\n\nB?,Two.\n", &["2 - / A? = One.", "4 - / B? = Two."]);
        check(" Back ,id,FRONT,Topic\nOne.,7,A?,x\n", &["2 x / A? = One."]);
        check("front;back\nA, b?;One; two\n", &["2 - / A, b? = One"]);
        check("question\tanswer\nA?\tOne.\textra\nB?\n", &["2 - / A? = One.", "3 - / B? = "]);
    }

    #[test]
    fn quoted_fields_hold_anything() {
        check(
            "question,answer\n\"A, \"\"b\"\"?\",\"One.\nTwo.\"\nC?,Three.\n",
            &["2 - / A, \"b\"? = One.|Two.", "4 - / C? = Three."],
        );
        check("question,answer\nA?,\"never closed\nB?,x", &["2 - / A? = never closed|B?,x"]);
    }

    #[test]
    fn columns_that_are_missing_are_told() {
        let error = |text: &str| read(text).unwrap_err().to_string();
        assert_eq!(
            error("term,meaning,tags\nA,b,c\n"),
            "there are no columns `question` and `answer`, or `front` and `back`; the first row has `term`, \
             `meaning`, `tags`"
        );
        assert_eq!(read(""), Err(ReadError::NoRows));
    }
}
