//! Anki's text export, "Notes in Plain Text": header lines that begin with `#`, then one note a row.

use super::card::{Card, ReadError};
use super::{cloze, html, sheet};
use crate::content::limits::MAX_FILE_BYTES;

/// What the header lines say.
#[derive(Default)]
struct Header {
    separator: Option<String>,
    html: Option<bool>,
    columns: Option<String>,
    deck: Option<String>,
    deck_column: Option<usize>,
    /// Columns that hold no text: of the note's type, its tags, its id.
    other_columns: Vec<usize>,
    lines: usize,
}

/// Whether a text begins with a header line of Anki's.
pub(super) fn has_header(text: &str) -> bool {
    let keys = ["#separator:", "#html:", "#columns:", "#notetype", "#deck", "#tags", "#guid"];
    let first = text.trim_start_matches('\u{feff}').lines().next().unwrap_or_default();
    keys.iter().any(|key| first.starts_with(key))
}

/// Reads the cards of an export.
pub(super) fn read(text: &str) -> Result<Vec<Card>, ReadError> {
    let header = Header::read(text);
    let separator = header.separator()?;
    let body = text.split_inclusive('\n').skip(header.lines).collect::<String>();
    let names = header.columns.as_deref().and_then(|line| sheet::rows(line, separator).next());
    let names = names.map(|(_, names)| names).unwrap_or_default();
    let is_html =
        header.html.unwrap_or_else(|| ["<br", "</", "&nbsp;"].iter().any(|mark| body.contains(mark)));
    let card = |(line, fields): (usize, Vec<String>)| {
        let [front, back] = header.sides(&names, &fields);
        let deck = header.deck_column.and_then(|column| fields.get(column)).or(header.deck.as_ref());
        let (question, answer) = sides(&front, &back, is_html);
        let topic = deck.and_then(|deck| deck.rsplit("::").next()).map(str::to_owned);
        Card { line: line + header.lines, question, answer, topic }
    };
    Ok(sheet::rows(&body, separator).map(card).collect())
}

impl Header {
    fn read(text: &str) -> Self {
        let mut header = Self::default();
        for line in text.lines().take_while(|line| line.starts_with('#')) {
            let Some((key, value)) = line.split_once(':') else { break };
            let column = || value.trim().parse::<usize>().ok().and_then(|number| number.checked_sub(1));
            match key.to_lowercase().as_str() {
                "#separator" => header.separator = Some(value.to_owned()),
                "#html" => header.html = Some(value.trim().eq_ignore_ascii_case("true")),
                "#columns" => header.columns = Some(value.to_owned()),
                "#deck" => header.deck = Some(value.trim().to_owned()),
                "#deck column" => header.deck_column = column(),
                "#notetype column" | "#tags column" | "#guid column" => header.other_columns.extend(column()),
                _ => {}
            }
            header.lines += 1;
        }
        header
    }

    fn separator(&self) -> Result<u8, ReadError> {
        let Some(given) = &self.separator else { return Ok(b'\t') };
        match given.trim().to_lowercase().as_str() {
            "tab" | "\\t" => Ok(b'\t'),
            "comma" => Ok(b','),
            "semicolon" => Ok(b';'),
            "pipe" => Ok(b'|'),
            "colon" => Ok(b':'),
            "space" => Ok(b' '),
            _ => match *given.as_bytes() {
                [byte] if byte.is_ascii_punctuation() || byte == b'\t' => Ok(byte),
                _ => Err(ReadError::Separator(given.chars().take(20).collect())),
            },
        }
    }

    /// Returns the two sides of a note: the fields of that name, or else the first two with text of their own.
    fn sides(&self, names: &[String], fields: &[String]) -> [String; 2] {
        let own = |column: &usize| !self.other_columns.contains(column) && self.deck_column != Some(*column);
        let mut own = (0..fields.len()).filter(own);
        let by_order = [own.next(), own.next()];
        let named = [&["front", "question", "text"], &["back", "answer", "back extra"]]
            .map(|known| names.iter().position(|name| known.contains(&name.trim().to_lowercase().as_str())));
        let columns = if named.iter().all(Option::is_some) { named } else { by_order };
        columns.map(|column| column.and_then(|column| fields.get(column)).cloned().unwrap_or_default())
    }
}

/// Makes question and answer of the sides of a note; a cloze is asked for in the question and said in the answer.
fn sides(front: &str, back: &str, is_html: bool) -> (String, String) {
    // A side that is too long for a question's file is not read either.
    let is_read = |side: &str| is_html && side.len() as u64 <= MAX_FILE_BYTES;
    let text =
        |side: &str| html::without_media(&if is_read(side) { html::text(side) } else { side.to_owned() });
    // In Markdown, `<` may begin a tag.
    let markdown = |text: String| if is_html { text.replace('<', "\\<") } else { text };
    let (front, back) = (text(front), markdown(text(back)));
    match cloze::read(&front) {
        Some(cloze) => (cloze.asked, format!("{}\n\n{back}", markdown(cloze.told))),
        None => (front, back),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks the cards of a text as `line topic / question = answer`.
    fn check(text: &str, expected: &[&str]) {
        let shown = read(text).unwrap().into_iter().map(|card| {
            let topic = card.topic.unwrap_or("-".to_owned());
            format!("{} {topic} / {} = {}", card.line, card.question, card.answer.trim().replace('\n', "|"))
        });
        assert_eq!(shown.collect::<Vec<_>>(), expected, "{text:?}");
    }

    #[test]
    fn notes_are_questions() {
        check(
            "#separator:tab\n#html:false\nA?\tOne <b>.\nB?\tTwo.\n",
            &["3 - / A? = One <b>.", "4 - / B? = Two."],
        );
        check(
            "#separator:Comma\n#html:true\n#notetype column:1\n#deck column:2\n#tags column:5\n\
             Basic,System Design::Caches,A?,\"One, <b>two</b>.\",x y\n",
            &["6 Caches / A? = One, two."],
        );
        check(
            "#separator:|\n#html:false\n#columns:id|Back|Front\n#deck:Queues\n7|One.|A?\n",
            &["5 Queues / A? = One."],
        );
        check("#html:false\n#odd line\nA?\tOne.\n", &["2 - / #odd line = ", "3 - / A? = One."]);
    }

    #[test]
    fn quoted_fields_hold_lines() {
        check(
            "#separator:tab\n#html:false\n\"A\n\"\"b\"\"?\"\t\"One.\nTwo.\"\n",
            &["3 - / A\n\"b\"? = One.|Two."],
        );
    }

    #[test]
    fn html_becomes_markdown() {
        check(
            "#separator:tab\n#html:true\nWhat is List&lt;T&gt;?<br>\t<ul><li>a &lt;b</li><li>c&nbsp;d</li></ul><img src=\"x.png\">[sound:y.mp3]\n",
            &["3 - / What is List<T>? = - a \\<b|- c d"],
        );
    }

    #[test]
    fn a_cloze_is_asked_and_told() {
        check(
            "#separator:tab\n#html:true\nA {{c1::leader::role}} takes {{c2::all}} writes.\tSee &amp; read.\n",
            &["3 - / A ... (role) takes ... writes. = A leader takes all writes.||See & read."],
        );
    }

    #[test]
    fn an_unknown_separator_is_told() {
        let error = read("#separator:comet\nA\tb").unwrap_err();
        assert_eq!(
            error.to_string(),
            "`#separator:comet` is none that is known; write `tab`, `comma`, `semicolon`, `pipe`, `colon` or `space`"
        );
    }
}
