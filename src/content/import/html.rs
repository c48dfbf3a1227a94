//! From the HTML of a flash card to plain text: line breaks and bullets stay, everything else goes.

/// Tags around which a new paragraph begins.
const BLOCKS: &[&str] = &[
    "br",
    "div",
    "p",
    "ul",
    "ol",
    "tr",
    "table",
    "pre",
    "blockquote",
    "hr",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "dt",
    "dd",
];

/// Tags whose content is not text.
const MUTE: &[&str] = &["script", "style"];

/// The entities that cards have.
const ENTITIES: &[(&str, char)] = &[
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("nbsp", ' '),
    ("hellip", '\u{2026}'),
    ("ndash", '\u{2013}'),
    ("mdash", '\u{2014}'),
    ("lsquo", '\u{2018}'),
    ("rsquo", '\u{2019}'),
    ("ldquo", '\u{201c}'),
    ("rdquo", '\u{201d}'),
    ("bull", '\u{2022}'),
    ("middot", '\u{b7}'),
    ("larr", '\u{2190}'),
    ("rarr", '\u{2192}'),
    ("times", '\u{d7}'),
    ("le", '\u{2264}'),
    ("ge", '\u{2265}'),
    ("ne", '\u{2260}'),
    ("asymp", '\u{2248}'),
    ("deg", '\u{b0}'),
    ("euro", '\u{20ac}'),
];

/// The longest entity that is looked for, in bytes.
const MAX_ENTITY: usize = 10;

/// Returns the text of HTML.
pub(super) fn text(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(c) = rest.chars().next() {
        let taken = match c {
            '<' => tag(rest, &mut text),
            '&' => entity(rest, &mut text),
            _ => None,
        };
        let taken = taken.unwrap_or_else(|| {
            // A line break in the source is a space.
            text.push(if c == '\n' { ' ' } else { c });
            c.len_utf8()
        });
        rest = rest.get(taken..).unwrap_or_default();
    }
    tidy(&text)
}

/// Takes out what names a sound or a picture: `[sound:a.mp3]`.
pub(super) fn without_media(text: &str) -> String {
    let mut parts = text.split("[sound:");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + part.split_once(']').map_or(part, |(_, behind)| behind))
}

/// Reads a tag or a comment; returns its length, or nothing where there is none.
fn tag(rest: &str, text: &mut String) -> Option<usize> {
    if rest.starts_with("<!--") {
        return Some(rest.find("-->").map_or(rest.len(), |end| end + "-->".len()));
    }
    let inside = rest.strip_prefix("</").or_else(|| rest.strip_prefix('<'))?;
    let name: String = inside.chars().take_while(char::is_ascii_alphanumeric).collect();
    let name = name.to_ascii_lowercase();
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let end = rest.find('>')? + 1;
    if MUTE.contains(&name.as_str()) && !rest.starts_with("</") {
        let content = rest.get(end..).unwrap_or_default();
        let closes = |at: usize| {
            let closing = content.get(at + "</".len()..at + "</".len() + name.len());
            closing.is_some_and(|closing| closing.eq_ignore_ascii_case(&name))
        };
        let close = content.match_indices("</").map(|(at, _)| at).find(|at| closes(*at));
        return Some(close.map_or(rest.len(), |at| end + at));
    }
    if name == "li" {
        text.push_str(if rest.starts_with("</") { "\n" } else { "\n- " });
    } else if BLOCKS.contains(&name.as_str()) {
        text.push_str("\n\n");
    }
    Some(end)
}

/// Reads an entity; returns its length, or nothing where there is none.
fn entity(rest: &str, text: &mut String) -> Option<usize> {
    let inside = rest.strip_prefix('&')?;
    let end = inside.bytes().take(MAX_ENTITY).position(|byte| byte == b';')?;
    let name = inside.get(..end)?;
    let character = match name.strip_prefix('#') {
        Some(number) => {
            let hex = number.strip_prefix(['x', 'X']);
            let code = hex.map_or_else(|| number.parse().ok(), |hex| u32::from_str_radix(hex, 16).ok())?;
            char::from_u32(code).map(|c| if c == '\u{a0}' { ' ' } else { c })?
        }
        None => ENTITIES.iter().find(|(known, _)| *known == name)?.1,
    };
    text.push(character);
    Some(end + 2)
}

/// Trims lines, and leaves one blank line between paragraphs and none between bullets.
fn tidy(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut bullet = false;
    for line in text.lines().map(str::trim) {
        // A bullet's text may be a paragraph of its own.
        bullet |= line == "-";
        if bullet && (line.is_empty() || line == "-") {
            continue;
        }
        let line = if bullet { format!("- {line}") } else { line.to_owned() };
        bullet = false;
        let after_blank = lines.last().is_none_or(String::is_empty);
        if line.is_empty() && after_blank {
            continue;
        }
        if line.starts_with("- ")
            && after_blank
            && lines.iter().rev().nth(1).is_some_and(|it| it.starts_with("- "))
        {
            lines.pop();
        }
        lines.push(line);
    }
    lines.join("\n").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_text_and_its_lines() {
        for (html, expected) in [
            ("plain", "plain"),
            ("a<br>b<br />c", "a\n\nb\n\nc"),
            ("<div>a</div><div>b</div>", "a\n\nb"),
            ("a:<ul><li>b</li>\n<li><p>c</p></li></ul>d", "a:\n\n- b\n- c\n\nd"),
            ("<b>a</b> <i class=\"x\">b</i>", "a b"),
            ("a &amp;&lt;b&gt; &#39;c&#x27; &nbsp;d &unknown; &", "a &<b> 'c'  d &unknown; &"),
            ("1 < 2 and 3 <4", "1 < 2 and 3 <4"),
            ("a<img src=\"x>y\">b", "ay\">b"),
            ("a<script>if (1 < 2) { x() }</script>b<!-- no -->c", "abc"),
            ("a<STYLE>b", "a"),
            ("<unclosed", "<unclosed"),
            ("&#0;&#xD800;&#99999999999;", "\0&#xD800;&#99999999999;"),
            ("line\nbreak", "line break"),
        ] {
            assert_eq!(text(html), expected, "{html:?}");
        }
    }

    #[test]
    fn drops_media() {
        assert_eq!(without_media("a [sound:x.mp3] b[sound:open"), "a  bopen");
    }
}
