//! From a reply to claims: its shape and its ids. What is not known of it is passed over, a score above all.

use std::collections::HashSet;

use serde_json::Value;

use super::{Claim, Claims, MAX_REASON, MAX_REPLY, Unusable, read_object};
use crate::domain::question::Rubric;
use crate::domain::words::Verdict;

impl Claims {
    /// Reads a reply; a decoy, where one was asked about, is checked and left out.
    ///
    /// A model that was told to credit everything credits the decoy, too, which no answer can have said.
    pub(super) fn read(reply: &str, rubric: &Rubric, decoy: Option<&str>) -> Result<Self, Unusable> {
        if reply.len() > MAX_REPLY {
            return Err(Unusable::TooLong);
        }
        let reply = read_object(reply).ok_or(Unusable::NotJson)?;
        let mut claims = Self {
            points: list(&reply, "points")?.iter().map(claim).collect::<Result<_, _>>()?,
            misconceptions: match reply.get("misconceptions") {
                None | Some(Value::Null) => Vec::new(),
                Some(_) => list(&reply, "misconceptions")?.iter().map(found).collect::<Result<_, _>>()?,
            },
        };
        claims.check_ids(rubric, decoy)?;
        if let Some(decoy) = decoy {
            claims.take_decoy(decoy)?;
        }
        Ok(claims)
    }

    fn check_ids(&self, rubric: &Rubric, decoy: Option<&str>) -> Result<(), Unusable> {
        let points: HashSet<&str> =
            rubric.points.iter().map(|point| point.id.as_str()).chain(decoy).collect();
        let wrongs: HashSet<&str> = rubric.misconceptions.iter().map(|wrong| wrong.id.as_str()).collect();
        once(self.points.iter().map(|claim| claim.id.as_str()), &points)?;
        once(self.misconceptions.iter().map(|(id, _)| id.as_str()), &wrongs)
    }

    fn take_decoy(&mut self, decoy: &str) -> Result<(), Unusable> {
        let at = self.points.iter().position(|claim| claim.id == decoy).ok_or(Unusable::Missing)?;
        match self.points.remove(at).verdict {
            Verdict::Hit | Verdict::Partial => Err(Unusable::Decoy),
            Verdict::Missed | Verdict::Contradicted | Verdict::Ungraded => Ok(()),
        }
    }
}

fn once<'a>(ids: impl Iterator<Item = &'a str>, known: &HashSet<&str>) -> Result<(), Unusable> {
    let mut seen = HashSet::new();
    for id in ids {
        if !known.contains(id) {
            return Err(Unusable::UnknownId);
        }
        if !seen.insert(id) {
            return Err(Unusable::DuplicateId);
        }
    }
    Ok(())
}

fn list<'a>(value: &'a Value, name: &str) -> Result<&'a [Value], Unusable> {
    value.get(name).and_then(Value::as_array).map(Vec::as_slice).ok_or(Unusable::Shape)
}

fn text<'a>(value: &'a Value, name: &str) -> Result<&'a str, Unusable> {
    value.get(name).and_then(Value::as_str).map(str::trim).ok_or(Unusable::Shape)
}

fn claim(value: &Value) -> Result<Claim, Unusable> {
    let reason = value.get("reason").and_then(Value::as_str).unwrap_or_default();
    Ok(Claim {
        id: text(value, "id")?.to_owned(),
        reason: one_line(reason),
        quotes: quotes(value)?,
        verdict: verdict(text(value, "verdict")?)?,
    })
}

fn found(value: &Value) -> Result<(String, Vec<String>), Unusable> {
    Ok((text(value, "id")?.to_owned(), quotes(value)?))
}

fn quotes(value: &Value) -> Result<Vec<String>, Unusable> {
    match value.get("quotes") {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::String(one)) => Ok(vec![one.clone()]),
        Some(Value::Array(all)) => {
            all.iter().map(|quote| quote.as_str().map(str::to_owned).ok_or(Unusable::Shape)).collect()
        }
        Some(_) => Err(Unusable::Shape),
    }
}

fn verdict(word: &str) -> Result<Verdict, Unusable> {
    match word.to_ascii_lowercase().as_str() {
        "hit" => Ok(Verdict::Hit),
        "partial" => Ok(Verdict::Partial),
        "missed" => Ok(Verdict::Missed),
        "contradicted" => Ok(Verdict::Contradicted),
        // "ungraded" is not for others to say: it would take a point out of the sum.
        _ => Err(Unusable::Verdict),
    }
}

fn one_line(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(MAX_REASON) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}
