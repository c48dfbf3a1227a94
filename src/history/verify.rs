//! Checks the whole store. SQLite's own check sees the structure only, so every row is compared with its checksum.

use std::collections::BTreeMap;

use rusqlite::{Connection, Row};

use super::damage::{Damage, Fault, Place};
use super::read::{broken, is_corrupt};
use super::record::{self, Progress, Record, Table};

/// Returns all damage: the structure's first, then the rows' table by table. `blank` has the tables as they must be.
pub(super) fn verify(conn: &Connection, blank: &Connection) -> rusqlite::Result<Vec<Damage>> {
    let mut damage = Vec::new();
    // The indexes are checked on their own, and not trusted to find every row.
    each(conn, "PRAGMA integrity_check", &mut damage, |row, damage| {
        let finding: String = row.get(0)?;
        if finding != "ok" {
            damage.push(Damage { place: Place::File, fault: Fault::Structure(finding) });
        }
        Ok(())
    })?;
    tables(conn, blank, &mut damage)?;
    sessions(conn, &mut damage)?;
    events(conn, &mut damage)?;
    progress(conn, &mut damage)?;
    drafts(conn, &mut damage)?;
    Ok(damage)
}

/// A flipped bit in a table's definition changes what the rows mean.
fn tables(conn: &Connection, blank: &Connection, damage: &mut Vec<Damage>) -> rusqlite::Result<()> {
    if definitions(conn, damage)? != definitions(blank, damage)? {
        let finding = "its tables are not defined as this program defines them".to_owned();
        damage.push(Damage { place: Place::File, fault: Fault::Structure(finding) });
    }
    Ok(())
}

fn definitions(conn: &Connection, damage: &mut Vec<Damage>) -> rusqlite::Result<Vec<[String; 4]>> {
    let mut definitions = Vec::new();
    each(conn, "SELECT type, name, tbl_name, sql FROM sqlite_schema", damage, |row, _| {
        definitions.push(record::texts(row, 0)?);
        Ok(())
    })?;
    definitions.sort();
    Ok(definitions)
}

fn sessions(conn: &Connection, damage: &mut Vec<Damage>) -> rusqlite::Result<()> {
    let sql = "SELECT checksum, id, started, level, title, questions, version, plan FROM session NOT INDEXED";
    each(conn, sql, damage, |row, damage| {
        let Record { fields: [session, _, _, _, _, version, plan], whole } =
            Record::read(Table::Session, row)?;
        let fault = fault(whole, || record::plan(&version, &plan).err());
        damage.extend(fault.map(|fault| Damage { place: Place::Session { session }, fault }));
        Ok(())
    })
}

fn events(conn: &Connection, damage: &mut Vec<Damage>) -> rusqlite::Result<()> {
    let mut journals: BTreeMap<String, Vec<u32>> = BTreeMap::new();
    let sql = "SELECT checksum, session, seq, payload FROM event NOT INDEXED";
    each(conn, sql, damage, |row, damage| {
        let Record { fields: [session, seq, payload], whole } = Record::read(Table::Event, row)?;
        if let Ok(number) = seq.parse() {
            journals.entry(session.clone()).or_default().push(number);
        }
        let fault = fault(whole, || record::event(&payload).err());
        damage.extend(fault.map(|fault| Damage { place: Place::Event { session, seq }, fault }));
        Ok(())
    })?;
    for (session, mut numbers) in journals {
        numbers.sort_unstable();
        damage.extend(first_gap(&numbers).map(|seq| Damage {
            place: Place::Event { session, seq: seq.to_string() },
            fault: Fault::Missing,
        }));
    }
    Ok(())
}

fn progress(conn: &Connection, damage: &mut Vec<Damage>) -> rusqlite::Result<()> {
    let sql = "SELECT checksum, session, answered, score, state FROM progress NOT INDEXED";
    each(conn, sql, damage, |row, damage| {
        let Record { fields: [session, answered, score, state], whole } = Record::read(Table::Progress, row)?;
        let unknown = || Fault::Shape(format!("`{answered}`, `{score}`, `{state}`"));
        let fault = fault(whole, || Progress::parse(&answered, &score, &state).is_none().then(unknown));
        damage.extend(fault.map(|fault| Damage { place: Place::Progress { session }, fault }));
        Ok(())
    })?;
    let sql = "SELECT id FROM session NOT INDEXED WHERE id NOT IN (SELECT session FROM progress NOT INDEXED)";
    each(conn, sql, damage, |row, damage| {
        let [session] = record::texts(row, 0)?;
        damage.push(Damage { place: Place::Progress { session }, fault: Fault::Missing });
        Ok(())
    })
}

fn drafts(conn: &Connection, damage: &mut Vec<Damage>) -> rusqlite::Result<()> {
    let sql = "SELECT checksum, session, text FROM draft NOT INDEXED";
    each(conn, sql, damage, |row, damage| {
        let Record { fields: [session, _], whole } = Record::read(Table::Draft, row)?;
        let fault = fault(whole, || None);
        damage.extend(fault.map(|fault| Damage { place: Place::Draft { session }, fault }));
        Ok(())
    })
}

fn fault(whole: bool, unreadable: impl FnOnce() -> Option<Fault>) -> Option<Fault> {
    if whole { unreadable() } else { Some(Fault::Checksum) }
}

fn first_gap(numbers: &[u32]) -> Option<u32> {
    (0_u32..).zip(numbers).find(|(expected, number)| expected != *number).map(|(expected, _)| expected)
}

/// Calls `check` on each row. A broken page ends this table's rows and is damage like any other.
fn each(
    conn: &Connection,
    sql: &str,
    damage: &mut Vec<Damage>,
    mut check: impl FnMut(&Row<'_>, &mut Vec<Damage>) -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    let mut scan = || {
        let mut statement = conn.prepare(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            check(row, damage)?;
        }
        Ok(())
    };
    match scan() {
        Err(error) if is_corrupt(&error) => {
            damage.push(broken(&error));
            Ok(())
        }
        result => result,
    }
}
