//! Numbers in an answer, with their units: "1M x 1 KB", "about a gig", "12k req/s", "three and a half nines".
//!
//! Every number is read in each sense that it may have, since only those of the wanted dimension are looked at:
//! "500 M" is five hundred million of something, and also 500 MB.

use super::reading::Place;
use super::text::{Text, Token};
use crate::domain::figure::{Dimension, Figure};

/// A sentence that offers more wrong numbers of the same kind than this beside a right one has guessed. An honest
/// calculation shows an input, a result and the result with headroom or with replicas.
const MAX_GUESSES: usize = 4;
/// The most words of what is counted between a number and "a second": "12k feed read requests a second".
const MAX_NOUN: usize = 3;

const SECOND: f64 = 1.0;
const MINUTE: f64 = 60.0;
const HOUR: f64 = 3_600.0;
const DAY: f64 = 86_400.0;
/// Thirty days, as availability is counted.
const MONTH: f64 = 30.0 * DAY;
const YEAR: f64 = 365.0 * DAY;

/// A number as it is stated.
#[derive(Clone, Debug, PartialEq)]
struct Stated {
    place: Place,
    /// Every sense that it may have, each in base units.
    senses: Vec<(Dimension, f64)>,
    /// Whether it is multiplied with something, and so an input and no result.
    operand: bool,
    /// Index behind the amount, where "a year" stands behind it.
    amount: usize,
}

impl Stated {
    /// Returns the words that state it. What comes in a year amounts to so much whatever the year is, and "a year" is
    /// then free to be something else that was asked for.
    fn words(&self, dimension: Dimension) -> Place {
        let end = if dimension == Dimension::Data { self.amount } else { self.place.end };
        Place { end, ..self.place }
    }
}

/// Returns where the text states a number near the figure, in order.
pub(super) fn near(figure: &Figure, text: &Text, source: &str) -> Vec<Place> {
    let dimension = figure.dimension();
    let near = |stated: &Stated| {
        stated.senses.iter().any(|(kind, value)| *kind == dimension && figure.accepts(*value))
    };
    let stated = Reader { tokens: &text.tokens, source }.all();
    let of_kind: Vec<Stated> = stated
        .into_iter()
        .filter(|stated| stated.senses.iter().any(|(kind, _)| *kind == dimension))
        .collect();
    let sentence = |stated: &Stated| text.tokens.get(stated.place.first).map(|token| token.sentence);
    of_kind
        .chunk_by(|a, b| sentence(a) == sentence(b))
        .filter(|sentence| {
            sentence.iter().filter(|stated| !near(stated) && !stated.operand).count() <= MAX_GUESSES
        })
        .flat_map(|sentence| {
            sentence.iter().filter(|stated| near(stated)).map(|stated| stated.words(dimension))
        })
        .collect()
}

/// What stands behind a number.
struct Unit {
    end: usize,
    /// The senses of one of it.
    senses: Vec<(Dimension, f64)>,
    /// Whether it counts the nines of a share.
    nines: bool,
    /// Index behind the unit, where "a year" stands behind it.
    amount: usize,
}

impl Unit {
    fn new(end: usize, senses: Vec<(Dimension, f64)>) -> Self {
        Self { end, senses, nines: false, amount: end }
    }
}

struct Reader<'a> {
    tokens: &'a [Token],
    source: &'a str,
}

impl Reader<'_> {
    fn all(&self) -> Vec<Stated> {
        let mut stated: Vec<Stated> = Vec::new();
        let mut at = 0;
        while at < self.tokens.len() {
            match self.stated(at) {
                Some(mut found) if !found.is_empty() => {
                    at = found.last().map_or(at + 1, |last| last.place.end);
                    self.join_times(&mut stated, &mut found);
                    stated.append(&mut found);
                }
                _ => at += 1,
            }
        }
        stated
    }

    /// Reads the number that begins here; two for a range, whose unit stands behind the second.
    fn stated(&self, first: usize) -> Option<Vec<Stated>> {
        let (value, behind) = self.number(first)?;
        let unit = self.unit(behind);
        let bare = unit.end == behind;
        let upper = if bare { self.upper_bound(behind) } else { None };
        match upper {
            Some((upper_first, upper, unit)) => {
                let lower = self.make(first, behind, value, &unit);
                let upper = self.make(upper_first, unit.end, upper, &unit);
                Some([lower, upper].into_iter().flatten().collect())
            }
            None => Some(self.make(first, unit.end, value, &unit).into_iter().collect()),
        }
    }

    /// Reads "- 30 GB" or "to 30 GB" behind a bare number.
    fn upper_bound(&self, behind: usize) -> Option<(usize, f64, Unit)> {
        let first = match self.word(behind) {
            "to" | "or" | "and" => behind + 1,
            _ if self.between(behind).contains(['-', '\u{2013}', '\u{2014}']) => behind,
            _ => return None,
        };
        let clause = |at: usize| self.tokens.get(at).map(|token| token.clause);
        let (value, end) = self.number(first)?;
        let unit = self.unit(end);
        (unit.end > end && clause(behind) == behind.checked_sub(1).and_then(clause))
            .then_some((first, value, unit))
    }

    fn make(&self, first: usize, end: usize, value: f64, unit: &Unit) -> Option<Stated> {
        let value = if unit.nines { percent_of(value) } else { value };
        // "10x" is a factor, not ten of something.
        let factor = matches!(self.word(end), "x" | "fold" | "times");
        let times = |at: usize| self.between(at).contains(['\u{d7}', '*', '\u{b7}']);
        let operand = factor
            || times(first)
            || times(end)
            || first.checked_sub(1).is_some_and(|before| matches!(self.word(before), "x" | "times" | "by"));
        let senses: Vec<(Dimension, f64)> =
            unit.senses.iter().map(|(dimension, one)| (*dimension, value * one)).collect();
        let glued = factor && self.between(end).is_empty();
        let place = Place { first, end };
        (!glued).then_some(Stated { place, senses, operand, amount: unit.amount.min(end) })
    }

    /// "1 hour 20 minutes" and "2h 10m" are one duration.
    fn join_times(&self, before: &mut Vec<Stated>, found: &mut [Stated]) {
        let duration = |stated: &Stated| {
            stated.senses.iter().find(|(kind, _)| *kind == Dimension::Time).map(|(_, value)| *value)
        };
        let (Some(last), [next]) = (before.last(), &mut *found) else { return };
        let adjacent = last.place.end == next.place.first
            || (last.place.end + 1 == next.place.first && self.word(last.place.end) == "and");
        if let (true, Some(long), Some(short)) = (adjacent, duration(last), duration(next))
            && short < long
            && short < HOUR
        {
            next.place.first = last.place.first;
            next.senses = vec![(Dimension::Time, long + short)];
            before.pop();
        }
    }

    /// Reads a number in digits or words; returns it with the index behind it.
    fn number(&self, first: usize) -> Option<(f64, usize)> {
        let word = self.word(first);
        if word.starts_with(|c: char| c.is_ascii_digit()) {
            let value: f64 = word.replace(',', "").parse().ok()?;
            return Some(self.powered(value, first + 1));
        }
        match (word, self.word(first + 1)) {
            ("half", "a" | "an") => Some((0.5, first + 2)),
            ("half" | "quarter", "of") => None,
            ("half", _) => Some((0.5, first + 1)),
            ("quarter", "a" | "an") => Some((0.25, first + 2)),
            ("a", "couple") if self.word(first + 2) == "of" => Some((2.0, first + 3)),
            ("a" | "an", "half") => None,
            ("a" | "an", next) if scale(next).is_some_and(|s| s >= 12.0) || is_unit(next) => {
                Some((1.0, first + 1))
            }
            _ => {
                let tens = spelt(word)?;
                let ones = spelt(self.word(first + 1)).filter(|ones| tens >= 20.0 && *ones < 10.0);
                let whole = tens + ones.unwrap_or(0.0);
                let end = first + 1 + usize::from(ones.is_some());
                let half =
                    self.word(end) == "and" && self.word(end + 1) == "a" && self.word(end + 2) == "half";
                Some(if half { (whole + 0.5, end + 3) } else { (whole, end) })
            }
        }
    }

    /// Reads "^6" and "e6" behind a number.
    fn powered(&self, value: f64, behind: usize) -> (f64, usize) {
        let exponent = |digits: &str| digits.parse::<i32>().ok().filter(|n| n.abs() <= 30);
        let glue = self.between(behind);
        let word = self.word(behind);
        if glue == "^" || glue == "**" {
            if let Some(exponent) = exponent(word) {
                return (value.powi(exponent), behind + 1);
            }
        } else if glue.is_empty()
            && let Some(exponent) = word.strip_prefix('e').and_then(exponent)
        {
            return (value * 10f64.powi(exponent), behind + 1);
        }
        (value, behind)
    }

    /// Reads what stands behind a number: a scale, a unit, what is counted, "a second".
    fn unit(&self, first: usize) -> Unit {
        let mut end = first;
        let mut scaled = 1.0;
        let mut letter = None;
        while let Some(by) = scale(self.word(end)).filter(|_| end < first + 2) {
            letter = (end == first).then(|| self.word(end)).filter(|word| word.len() == 1);
            scaled *= by;
            end += 1;
        }
        let word = self.word(end);
        if matches!(word, "nines" | "9s") || (word == "9" && self.word(end + 1) == "s") {
            let end = end + 1 + usize::from(word == "9");
            return Unit { end, senses: vec![(Dimension::Percent, 1.0)], nines: true, amount: end };
        }
        if let Some(bytes) = data(word) {
            return self.in_time(end + 1, vec![(Dimension::Data, scaled * bytes)]);
        }
        if let Some(bits) = word.strip_suffix("bps").and_then(|prefix| data(&format!("{prefix}b"))) {
            return Unit::new(end + 1, vec![(Dimension::Bandwidth, scaled * bits / 8.0)]);
        }
        if matches!(word, "percent" | "pct") {
            return Unit::new(end + 1, vec![(Dimension::Percent, scaled)]);
        }
        if let Some(seconds) = time(word).filter(|_| !self.between(end).contains('/')) {
            return Unit::new(end + 1, vec![(Dimension::Time, scaled * seconds)]);
        }
        let mut senses = vec![(Dimension::Count, scaled)];
        match letter {
            // "1G", "500 M": people leave the B out.
            Some("k" | "m" | "g" | "t" | "p") => senses.push((Dimension::Data, scaled)),
            Some("b") => senses.push((Dimension::Data, 1.0)),
            _ => {}
        }
        if letter == Some("m") {
            senses.push((Dimension::Time, MINUTE));
        }
        self.in_time(end, senses)
    }

    /// Reads "/s", "requests per second", "qps" behind an amount.
    fn in_time(&self, end: usize, senses: Vec<(Dimension, f64)>) -> Unit {
        let rate = |period: f64| {
            senses
                .iter()
                .flat_map(|(kind, one)| match kind {
                    // "2 PB a year" is also what a year's data amounts to.
                    Dimension::Data => vec![(Dimension::Data, *one), (Dimension::Bandwidth, one / period)],
                    Dimension::Count => vec![(Dimension::Rate, one / period)],
                    _ => vec![],
                })
                .collect()
        };
        for nouns in 0..=MAX_NOUN {
            let at = end + nouns;
            let word = self.word(at);
            let period = match word {
                "rps" | "qps" | "tps" | "ops" | "wps" | "iops" => Some((SECOND, 1)),
                "rpm" => Some((MINUTE, 1)),
                "hourly" => Some((HOUR, 1)),
                "daily" => Some((DAY, 1)),
                "monthly" => Some((MONTH, 1)),
                "yearly" => Some((YEAR, 1)),
                "per" | "a" | "an" | "each" | "every" => time(self.word(at + 1)).map(|period| (period, 2)),
                _ if self.between(at).contains('/') => time(word).map(|period| (period, 1)),
                _ => None,
            };
            if let Some((period, words)) = period {
                return Unit { amount: end, ..Unit::new(at + words, rate(period)) };
            }
            // What is counted stands right behind the number, in the same clause.
            let noun = self.tokens.get(at).filter(|token| {
                !super::gate::is_grammar(token) && !token.word.starts_with(|c: char| c.is_ascii_digit())
            });
            let here = at.checked_sub(1).and_then(|before| self.tokens.get(before));
            if noun.zip(here).is_none_or(|(noun, here)| noun.clause != here.clause) {
                break;
            }
        }
        Unit::new(end, senses)
    }

    fn word(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| token.word.as_str())
    }

    /// Returns what stands between a token and the one before it; nothing around the first and behind the last.
    fn between(&self, at: usize) -> &str {
        let before = at.checked_sub(1).and_then(|before| self.tokens.get(before));
        let gap = before.zip(self.tokens.get(at)).and_then(|(a, b)| self.source.get(a.end..b.start));
        gap.unwrap_or_default()
    }
}

/// Returns the share that so many nines are: three are 99.9, three and a half 99.95.
fn percent_of(nines: f64) -> f64 {
    let last = if nines.fract() > 0.0 { 0.5 } else { 1.0 };
    100.0 - last * 10f64.powf(2.0 - nines.floor())
}

fn is_unit(word: &str) -> bool {
    data(word).is_some() || (time(word).is_some() && word.len() > 1)
}

fn spelt(word: &str) -> Option<f64> {
    let value = match word {
        "zero" => 0.0,
        "one" => 1.0,
        "two" => 2.0,
        "three" => 3.0,
        "four" => 4.0,
        "five" => 5.0,
        "six" => 6.0,
        "seven" => 7.0,
        "eight" => 8.0,
        "nine" => 9.0,
        "ten" => 10.0,
        "eleven" => 11.0,
        "twelve" => 12.0,
        "fifteen" => 15.0,
        "twenty" => 20.0,
        "thirty" => 30.0,
        "forty" => 40.0,
        "fifty" => 50.0,
        "sixty" => 60.0,
        "seventy" => 70.0,
        "eighty" => 80.0,
        "ninety" => 90.0,
        _ => return None,
    };
    Some(value)
}

fn scale(word: &str) -> Option<f64> {
    let value = match word {
        "dozen" => 12.0,
        "hundred" => 1e2,
        "k" | "thousand" => 1e3,
        "m" | "mn" | "mio" | "million" | "millions" => 1e6,
        "g" | "b" | "bn" | "billion" | "billions" => 1e9,
        "t" | "tn" | "trillion" => 1e12,
        "p" => 1e15,
        _ => return None,
    };
    Some(value)
}

/// Bytes of a unit of data. People write Kb, KB and KiB for the same thing; bits are only known by "bps".
fn data(word: &str) -> Option<f64> {
    let value = match word {
        "byte" | "bytes" => 1.0,
        "kb" | "kilobyte" | "kilobytes" => 1e3,
        "kib" => 1024.0,
        "mb" | "meg" | "megs" | "megabyte" | "megabytes" => 1e6,
        "mib" => 1024f64.powi(2),
        "gb" | "gig" | "gigs" | "gigabyte" | "gigabytes" => 1e9,
        "gib" => 1024f64.powi(3),
        "tb" | "terabyte" | "terabytes" => 1e12,
        "tib" => 1024f64.powi(4),
        "pb" | "petabyte" | "petabytes" => 1e15,
        "pib" => 1024f64.powi(5),
        "eb" | "exabyte" | "exabytes" => 1e18,
        _ => return None,
    };
    Some(value)
}

fn time(word: &str) -> Option<f64> {
    let value = match word {
        "us" | "microsecond" | "microseconds" => 1e-6,
        "ms" | "millisecond" | "milliseconds" => 1e-3,
        "s" | "sec" | "secs" | "second" | "seconds" => SECOND,
        "min" | "mins" | "minute" | "minutes" => MINUTE,
        "h" | "hr" | "hrs" | "hour" | "hours" => HOUR,
        "d" | "day" | "days" => DAY,
        "week" | "weeks" => 7.0 * DAY,
        "month" | "months" => MONTH,
        "y" | "yr" | "year" | "years" => YEAR,
        _ => return None,
    };
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::super::token::Words;
    use super::*;

    /// Checks which words of a text are taken for the figure.
    fn check(value: f64, unit: &str, factor: f64, source: &str, expected: &[&str]) {
        let figure = Figure { given: None, value, unit: unit.to_owned(), factor };
        let text = Words::new().split(source);
        let quote = |place: Place| &source[text.tokens[place.first].start..text.tokens[place.end - 1].end];
        let found: Vec<&str> = near(&figure, &text, source).into_iter().map(quote).collect();
        assert_eq!(found, expected, "{source}");
    }

    #[test]
    fn data_in_every_spelling() {
        let gig = |source: &str, expected: &[&str]| check(1e9, "B", 1.5, source, expected);
        gig("1M \u{d7} 1 KB = 1 GB, 3 GB with headroom", &["1 GB"]);
        gig("about a gig", &["a gig"]);
        gig("roughly 1GiB, or 1024 MB", &["1GiB", "1024 MB"]);
        gig("1,000 megabytes", &["1,000 megabytes"]);
        gig("10^9 bytes, that is 1e9 B", &["10^9 bytes", "1e9 B"]);
        gig("one gigabyte; 1G of memory", &["one gigabyte", "1G"]);
        gig("0.8-1.2 GB", &["0.8", "1.2 GB"]);
        gig("between 1 and 30 GB", &["1"]);
        gig("half a terabyte, and 1 TB, and 1 MB", &[]);
        gig("1 billion users", &[]);
        gig("a tenth, 1 second, 1", &[]);
    }

    #[test]
    fn rates_in_any_period() {
        let rate = |source: &str, expected: &[&str]| check(12_000.0, "req/s", 1.2, source, expected);
        rate("12k req/s", &["12k req/s"]);
        rate("12,000 requests per second at peak", &["12,000 requests per second"]);
        rate("about 12 thousand reads a second", &["12 thousand reads a second"]);
        rate("a billion page views a day", &["a billion page views a day"]);
        rate("11k qps; 12000/s; 720k rpm", &["11k qps", "12000/s", "720k rpm"]);
        rate("43M an hour", &["43M an hour"]);
        rate("12k users, 12 s, 12k a day", &[]);
        check(5e6, "B/s", 1.2, "5 MB/s, or 40 Mbps, or 430 GB a day", &["5 MB/s", "40 Mbps", "430 GB a day"]);
        check(2e15, "B", 1.2, "We add 2 PB a year, 6 TB a day.", &["2 PB"]);
    }

    #[test]
    fn durations_and_shares() {
        let budget = |source: &str, expected: &[&str]| check(43.2, "min", 1.2, source, expected);
        budget("43 minutes a month", &["43 minutes"]);
        budget("0.72 hours or 2,592 s", &["0.72 hours", "2,592 s"]);
        budget("forty five min", &["forty five min"]);
        budget("43 s, 43 hours, 43", &[]);
        check(80.0, "min", 1.1, "1 hour 20 minutes; 1h and 20 min", &["1 hour 20 minutes", "1h and 20 min"]);
        check(99.95, "%", 1.5, "99.95% or three and a half nines", &["99.95%", "three and a half nines"]);
        check(99.9, "%", 1.5, "3 nines, not 99% and not four nines", &["3 nines"]);
    }

    #[test]
    fn counts() {
        let count = |source: &str, expected: &[&str]| check(20.0, "connections", 1.5, source, expected);
        count("4000 x 0.005 = 20 connections", &["20"]);
        count("twenty, or two dozen, or 20 to 25 connections", &["twenty", "two dozen", "20", "25"]);
        count("20x more, 20 ms, 20 GB, p20, 20/s", &[]);
    }

    #[test]
    fn guessing_earns_nothing() {
        check(1e9, "B", 2.0, "It is 1 MB, 10 MB, 100 MB, 1 GB, 10 GB or 100 GB.", &[]);
        check(1e9, "B", 2.0, "It is 1 KB an entry, 1 GB in all, 3 GB with headroom.", &["1 GB"]);
    }

    #[test]
    fn odd_text_does_not_break_it() {
        for source in [
            "",
            "1",
            "99999999999999999999999999",
            "1e999",
            "1.2.3.4",
            "1,,2",
            "half",
            "a",
            "10^99 GB",
            "- 5",
        ] {
            check(7.0, "B", 1.1, source, &[]);
        }
    }
}
