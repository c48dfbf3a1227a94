//! One TOML table, read key by key, each key with its own problem.
//!
//! A serde derive would stop at the first wrong value of a file; an author wants to see them all at once.

use std::collections::BTreeMap;

use toml::de::{DeTable, DeValue};

use super::notes::{At, Notes};
use super::problem::FormFault;

/// A table, its place, and the keys that were asked for so far.
pub(crate) struct Table<'a> {
    name: &'static str,
    at: usize,
    shift: usize,
    entries: &'a DeTable<'a>,
    asked: Vec<&'static str>,
}

type Value<'a> = At<&'a DeValue<'a>>;

impl<'a> Table<'a> {
    /// Starts to read a table of that name in messages. `shift` is where the TOML begins in its file.
    pub(crate) fn new(name: &'static str, entries: &'a DeTable<'a>, at: usize, shift: usize) -> Self {
        Self { name, at, shift, entries, asked: Vec::new() }
    }

    /// Returns where the table stands.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// Returns where the key stands; where it is missing, where the table stands.
    pub(crate) fn at_key(&self, key: &str) -> usize {
        self.entries.get_key_value(key).map_or(self.at, |(key, _)| self.shift + key.span().start)
    }

    /// Reads a text that must be there and must not be empty.
    pub(crate) fn text(&mut self, key: &'static str, notes: &mut Notes) -> Option<At<&'a str>> {
        let value = self.required(key, notes)?;
        text(key, value, notes)
    }

    /// Reads a text that must be there and makes a value of it.
    pub(crate) fn read<T, E: Into<FormFault>>(
        &mut self,
        key: &'static str,
        notes: &mut Notes,
        parse: impl Fn(&str) -> Result<T, E>,
    ) -> Option<At<T>> {
        let text = self.text(key, notes)?;
        parsed(text, notes, parse)
    }

    /// Reads a text that may be missing. The outer `None` is a problem, the inner one a missing key.
    pub(crate) fn read_if_there<T, E: Into<FormFault>>(
        &mut self,
        key: &'static str,
        notes: &mut Notes,
        parse: impl Fn(&str) -> Result<T, E>,
    ) -> Option<Option<At<T>>> {
        match self.get(key) {
            None => Some(None),
            Some(value) => Some(Some(parsed(text(key, value, notes)?, notes, parse)?)),
        }
    }

    /// Reads a list of texts that may be missing, and makes values of them.
    pub(crate) fn list<T, E: Into<FormFault>>(
        &mut self,
        key: &'static str,
        notes: &mut Notes,
        parse: impl Fn(&str) -> Result<T, E>,
    ) -> Option<Vec<At<T>>> {
        let Some(value) = self.get(key) else { return Some(Vec::new()) };
        let items = items(key, value, self.shift, "a list of texts in quotes", notes)?;
        let read = |item| parsed(text(key, item, notes)?, notes, &parse);
        super::notes::all(items.map(read).collect())
    }

    /// Reads a list of texts that must be there and must not be empty.
    pub(crate) fn full_list<T, E: Into<FormFault>>(
        &mut self,
        key: &'static str,
        notes: &mut Notes,
        parse: impl Fn(&str) -> Result<T, E>,
    ) -> Option<Vec<At<T>>> {
        let at = self.required(key, notes)?.at;
        let list = self.list(key, notes, parse)?;
        if list.is_empty() {
            notes.add(at, FormFault::Empty { what: format!("`{key}`") });
            return None;
        }
        Some(list)
    }

    /// Reads a whole number that must be there.
    pub(crate) fn integer(&mut self, key: &'static str, notes: &mut Notes) -> Option<At<i64>> {
        let At { at, value } = self.required(key, notes)?;
        match value.as_integer().and_then(|n| i64::from_str_radix(n.as_str(), n.radix()).ok()) {
            Some(value) => Some(At { at, value }),
            None => wrong_type(key, At { at, value }, "a whole number", notes),
        }
    }

    /// Reads a weight or a penalty: 1, 2 or 3.
    pub(crate) fn one_to_three(&mut self, key: &'static str, notes: &mut Notes) -> Option<u8> {
        let At { at, value } = self.integer(key, notes)?;
        match u8::try_from(value) {
            Ok(number @ 1..=3) => Some(number),
            _ => {
                notes.add(at, FormFault::OutOfRange { key, found: value.to_string() });
                None
            }
        }
    }

    /// Reads a finite number that must be there.
    pub(crate) fn number(&mut self, key: &'static str, notes: &mut Notes) -> Option<At<f64>> {
        let value = self.required(key, notes)?;
        let at = value.at;
        Some(At { at, value: number(key, value, "a number", notes)? })
    }

    /// Reads a list of finite numbers that must be there and must not be empty.
    pub(crate) fn numbers(&mut self, key: &'static str, notes: &mut Notes) -> Option<Vec<f64>> {
        let value = self.required(key, notes)?;
        let at = value.at;
        let items = items(key, value, self.shift, "a list of numbers", notes)?;
        let numbers =
            super::notes::all(items.map(|item| number(key, item, "a list of numbers", notes)).collect())?;
        if numbers.is_empty() {
            notes.add(at, FormFault::Empty { what: format!("`{key}`") });
            return None;
        }
        Some(numbers)
    }

    /// Reads a list of tables, `[[key]]`, that may be missing; what is not a table is left out with a problem.
    pub(crate) fn tables(
        &mut self,
        key: &'static str,
        name: &'static str,
        notes: &mut Notes,
    ) -> Vec<Table<'a>> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let shift = self.shift;
        let Some(items) = items(key, value, shift, "a list of tables, each under `[[...]]`", notes) else {
            return Vec::new();
        };
        items.filter_map(|item| subtable(key, name, item, shift, notes)).collect()
    }

    /// Reads a table, `[key]`, that may be missing. The outer `None` is a problem.
    pub(crate) fn table(
        &mut self,
        key: &'static str,
        name: &'static str,
        notes: &mut Notes,
    ) -> Option<Option<Table<'a>>> {
        match self.get(key) {
            None => Some(None),
            Some(value) => subtable(key, name, value, self.shift, notes).map(Some),
        }
    }

    /// Returns all keys.
    pub(crate) fn keys(&self) -> impl Iterator<Item = At<&'a str>> {
        self.entries().map(|(key, _)| key)
    }

    /// Reads a table whose keys are the author's own, each with a text.
    pub(crate) fn texts(self, notes: &mut Notes) -> Option<Vec<(At<&'a str>, At<&'a str>)>> {
        let read = |(key, value): (At<&'a str>, Value<'a>)| Some((key, text(key.value, value, notes)?));
        super::notes::all(self.entries().map(read).collect())
    }

    /// Reads a table whose keys are the author's own, each with a list of texts.
    pub(crate) fn lists(self, notes: &mut Notes) -> Option<Vec<(At<&'a str>, Vec<&'a str>)>> {
        let read = |(key, value): (At<&'a str>, Value<'a>)| {
            let items = items(key.value, value, self.shift, "a list of texts in quotes", notes)?;
            let texts = items.map(|item| Some(text(key.value, item, notes)?.value)).collect();
            Some((key, super::notes::all(texts)?))
        };
        super::notes::all(self.entries().map(read).collect())
    }

    /// Notes every key that was not asked for.
    pub(crate) fn close(self, notes: &mut Notes) {
        for key in self.keys().filter(|key| !self.asked.contains(&key.value)) {
            let known = self.asked.clone();
            notes.add(key.at, FormFault::UnknownKey { key: key.value.to_owned(), table: self.name, known });
        }
    }

    fn entries(&self) -> impl Iterator<Item = (At<&'a str>, Value<'a>)> {
        let shift = self.shift;
        self.entries.iter().map(move |(key, value)| {
            let name = At { at: shift + key.span().start, value: key.get_ref().as_ref() };
            (name, At { at: shift + value.span().start, value: value.get_ref() })
        })
    }

    fn get(&mut self, key: &'static str) -> Option<Value<'a>> {
        if !self.asked.contains(&key) {
            self.asked.push(key);
        }
        let value = self.entries.get(key)?;
        Some(At { at: self.shift + value.span().start, value: value.get_ref() })
    }

    fn required(&mut self, key: &'static str, notes: &mut Notes) -> Option<Value<'a>> {
        let value = self.get(key);
        if value.is_none() {
            notes.add(self.at, FormFault::MissingKey { key, table: self.name });
        }
        value
    }
}

/// Indexes values by name; where a name comes twice, the first stays.
pub(crate) fn by_name<K: Ord, V>(pairs: impl IntoIterator<Item = (K, V)>) -> BTreeMap<K, V> {
    let mut map = BTreeMap::new();
    for (key, value) in pairs {
        map.entry(key).or_insert(value);
    }
    map
}

fn text<'a>(key: &str, value: Value<'a>, notes: &mut Notes) -> Option<At<&'a str>> {
    match value.value.as_str() {
        None => wrong_type(key, value, "a text in quotes", notes),
        Some(text) if text.trim().is_empty() => {
            notes.add(value.at, FormFault::Empty { what: format!("`{key}`") });
            None
        }
        Some(text) => Some(At { at: value.at, value: text }),
    }
}

fn parsed<T, E: Into<FormFault>>(
    text: At<&str>,
    notes: &mut Notes,
    parse: impl Fn(&str) -> Result<T, E>,
) -> Option<At<T>> {
    match parse(text.value) {
        Ok(value) => Some(At { at: text.at, value }),
        Err(error) => {
            notes.add(text.at, error.into());
            None
        }
    }
}

fn number(key: &'static str, item: Value, wanted: &'static str, notes: &mut Notes) -> Option<f64> {
    let number = match item.value {
        DeValue::Integer(n) => i64::from_str_radix(n.as_str(), n.radix()).ok().map(|n| n as f64),
        DeValue::Float(n) => n.as_str().parse().ok(),
        _ => return wrong_type(key, item, wanted, notes),
    };
    let finite = number.filter(|n: &f64| n.is_finite());
    if finite.is_none() {
        notes.add(item.at, FormFault::NotFinite { key });
    }
    finite
}

fn items<'a>(
    key: &str,
    value: Value<'a>,
    shift: usize,
    expected: &'static str,
    notes: &mut Notes,
) -> Option<impl Iterator<Item = Value<'a>> + use<'a>> {
    match value.value {
        DeValue::Array(array) => {
            Some(array.iter().map(move |item| At { at: shift + item.span().start, value: item.get_ref() }))
        }
        _ => wrong_type(key, value, expected, notes),
    }
}

fn subtable<'a>(
    key: &str,
    name: &'static str,
    value: Value<'a>,
    shift: usize,
    notes: &mut Notes,
) -> Option<Table<'a>> {
    match value.value {
        DeValue::Table(entries) => Some(Table::new(name, entries, value.at, shift)),
        _ => wrong_type(key, value, "a table", notes),
    }
}

fn wrong_type<T>(key: &str, value: Value, expected: &'static str, notes: &mut Notes) -> Option<T> {
    let found = match value.value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    };
    notes.add(value.at, FormFault::WrongType { key: key.to_owned(), found, expected });
    None
}
