//! Small aligned tables. One column takes what is left of the screen and wraps; on a screen too narrow for that,
//! every row becomes a short block.

use std::io::{self, Write};

use super::style::{Role, Screen};
use super::wrap::{Text, width};

/// Spaces between two columns.
const GAP: usize = 2;

/// The fewest columns of the screen that the wrapping column can live with.
const MIN_WRAPPED: usize = 12;

/// On which side of a column its short cells stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// Words.
    Left,
    /// Numbers.
    Right,
}

/// Rows of cells under headings.
#[derive(Clone, Debug)]
pub struct Table {
    columns: Vec<(&'static str, Align)>,
    wrapped: usize,
    rows: Vec<Vec<Text>>,
}

impl Table {
    /// Starts a table with its columns; the last one wraps. Without any heading there is no heading line.
    #[must_use]
    pub fn new(columns: &[(&'static str, Align)]) -> Self {
        Self { columns: columns.to_vec(), wrapped: columns.len().saturating_sub(1), rows: Vec::new() }
    }

    /// Makes another column than the last one wrap.
    #[must_use]
    pub fn wrapping(mut self, column: usize) -> Self {
        self.wrapped = column;
        self
    }

    /// Adds a row of plain cells.
    pub fn row<'a>(&mut self, cells: impl IntoIterator<Item = &'a str>) {
        self.rows.push(cells.into_iter().map(Text::plain).collect());
    }

    /// Adds a row of cells with roles.
    pub fn styled_row(&mut self, cells: Vec<Text>) {
        self.rows.push(cells);
    }

    /// Writes the table.
    ///
    /// # Errors
    /// When the writer fails.
    pub fn write(&self, out: &mut dyn Write, screen: &Screen) -> io::Result<()> {
        match self.widths(screen) {
            Some(widths) => self.write_aligned(out, screen, &widths),
            None => self.write_blocks(out, screen),
        }
    }

    /// The width of every column; `None` where the wrapped one would be too narrow.
    fn widths(&self, screen: &Screen) -> Option<Vec<usize>> {
        let natural: Vec<usize> = (0..self.columns.len()).map(|column| self.natural_width(column)).collect();
        let gaps = GAP * natural.len().saturating_sub(1);
        let wish = natural.get(self.wrapped).copied().unwrap_or(0);
        let others = natural.iter().sum::<usize>() - wish + gaps;
        let room = screen.width.saturating_sub(others).min(wish);
        if room < wish.min(MIN_WRAPPED) {
            return None;
        }
        Some(
            natural
                .into_iter()
                .enumerate()
                .map(|(column, width)| if column == self.wrapped { room } else { width })
                .collect(),
        )
    }

    fn natural_width(&self, column: usize) -> usize {
        let heading = self.columns.get(column).map_or(0, |(heading, _)| width(heading));
        let cells = self.rows.iter().filter_map(|row| row.get(column)).map(Text::width);
        cells.max().unwrap_or(0).max(heading)
    }

    fn write_aligned(&self, out: &mut dyn Write, screen: &Screen, widths: &[usize]) -> io::Result<()> {
        if self.columns.iter().any(|(heading, _)| !heading.is_empty()) {
            let headings: Vec<Text> =
                self.columns.iter().map(|(heading, _)| Text::new(Role::Dim, heading)).collect();
            self.write_row(out, screen, widths, &headings)?;
        }
        self.rows.iter().try_for_each(|row| self.write_row(out, screen, widths, row))
    }

    fn write_row(
        &self,
        out: &mut dyn Write,
        screen: &Screen,
        widths: &[usize],
        row: &[Text],
    ) -> io::Result<()> {
        let plain = Screen { colour: false, ..*screen };
        // Each cell's lines, with the columns that they take.
        let cells: Vec<Vec<(String, usize)>> = row
            .iter()
            .zip(widths)
            .map(|(cell, room)| {
                let room = (*room).max(1);
                let taken = cell.lines(&plain, room).into_iter().map(|line| width(&line));
                cell.lines(screen, room).into_iter().zip(taken).collect()
            })
            .collect();
        for nth in 0..cells.iter().map(Vec::len).max().unwrap_or(0) {
            let mut line = String::new();
            let mut pending = 0;
            for ((cell, room), (_, align)) in cells.iter().zip(widths).zip(&self.columns) {
                let (text, taken) = cell.get(nth).map_or(("", 0), |(text, taken)| (text, *taken));
                let free = room.saturating_sub(taken);
                let before = if *align == Align::Right { free } else { 0 };
                line.extend(std::iter::repeat_n(' ', pending + before));
                line.push_str(text);
                pending = free - before + GAP;
            }
            writeln!(out, "{}", line.trim_end())?;
        }
        Ok(())
    }

    fn write_blocks(&self, out: &mut dyn Write, screen: &Screen) -> io::Result<()> {
        for row in &self.rows {
            for (idx, (cell, (heading, _))) in row.iter().zip(&self.columns).enumerate() {
                let mut text = Text::default();
                if idx > 0 && !heading.is_empty() {
                    text.push(Role::Dim, &format!("{heading}: "));
                }
                let text = text.and(cell);
                let indent = if idx == 0 { "" } else { "  " };
                text.write(out, screen, indent, "    ")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(width: usize) -> String {
        let mut table = Table::new(&[
            ("question", Align::Left),
            ("level", Align::Left),
            ("due", Align::Right),
            ("wording", Align::Left),
        ]);
        table.row(["cache/cache-down", "senior", "3", "What if the cache goes down?"]);
        table.row([
            "database/failover",
            "mid",
            "12",
            "How does the system notice that the primary is gone, and who decides?",
        ]);
        let mut out = Vec::new();
        table.write(&mut out, &Screen { width, colour: false, unicode: true }).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_last_column_wraps() {
        assert_eq!(
            shown(70),
            "\
question           level   due  wording
cache/cache-down   senior    3  What if the cache goes down?
database/failover  mid      12  How does the system notice that the
                                primary is gone, and who decides?
"
        );
    }

    #[test]
    fn a_narrow_screen_gets_blocks() {
        assert_eq!(
            shown(40),
            "\
cache/cache-down
  level: senior
  due: 3
  wording: What if the cache goes down?
database/failover
  level: mid
  due: 12
  wording: How does the system notice
    that the primary is gone, and who
    decides?
"
        );
    }

    #[test]
    fn an_empty_table_is_its_headings() {
        let mut out = Vec::new();
        let screen = Screen { width: 40, colour: false, unicode: true };
        Table::new(&[("id", Align::Left), ("title", Align::Left)]).write(&mut out, &screen).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "id  title\n");
    }

    #[test]
    fn colours_do_not_move_columns() {
        let screen = Screen { width: 40, colour: true, unicode: true };
        let mut table = Table::new(&[("", Align::Left), ("", Align::Right), ("", Align::Left)]);
        table.styled_row(vec![Text::new(Role::Hit, "a"), Text::new(Role::Accent, "1"), Text::plain("x")]);
        table.styled_row(vec![Text::plain("bcd"), Text::plain("100"), Text::plain("y")]);
        let mut out = Vec::new();
        table.write(&mut out, &screen).unwrap();
        let plain = String::from_utf8(out).unwrap().replace("\u{1b}[32m", "").replace("\u{1b}[36m", "");
        assert_eq!(plain.replace("\u{1b}[0m", ""), "a      1  x\nbcd  100  y\n");
    }
}
