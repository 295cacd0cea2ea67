//! Pictures of a ledger: bars for what people would rather look at than read, shades for how far each step is. Divisions stand
//! in the order of their codes: nobody is ranked (国办函〔2026〕12号). No borders are drawn: a map that is published needs a
//! review number, which a deployment has to get for itself.

use super::table::{Shown, Table, TableLine, readable};
use crate::api::ledgers::{HeatLine, Picture};
use crate::domain::ledger::{Ledger, Of, Rows};
use crate::domain::region::Level;
use crate::server::db::ledgers::Worth;

/// The view with the bars.
pub const BARS: &str = "bars";
/// The view with the shades.
pub const HEAT: &str = "heat";

/// Where the prefectures lie to each other, `(code, column, row)`.
const PREFECTURES: [(&str, u32, u32); 16] = [
    ("5334", 1, 0),
    ("5306", 5, 0),
    ("5333", 0, 1),
    ("5307", 2, 1),
    ("5303", 5, 1),
    ("5305", 1, 2),
    ("5329", 2, 2),
    ("5323", 3, 2),
    ("5301", 4, 2),
    ("5331", 0, 3),
    ("5309", 2, 3),
    ("5308", 3, 3),
    ("5304", 4, 3),
    ("5326", 5, 3),
    ("5325", 4, 4),
    ("5328", 3, 4),
];
/// Tiles beside each other, where nothing tells how they lie.
const ABREAST: u32 = 6;

/// The pictures that a ledger offers, `(key, title)`.
pub fn offered(ledger: &Ledger) -> Vec<(String, String)> {
    let mut views = Vec::new();
    if ledger.all_columns().any(|column| matches!(column.of, Of::Done(_))) {
        views.push((HEAT.to_owned(), "热力图".to_owned()));
    }
    if ledger.rows == Rows::Divisions {
        views.push((BARS.to_owned(), "图示".to_owned()));
    }
    views
}

/// Whether a ledger offers that picture.
pub fn is_offered(ledger: &Ledger, view: &str) -> bool {
    offered(ledger).iter().any(|(key, _)| key == view)
}

fn number(line: &TableLine, at: usize) -> i64 {
    match line.cells.get(at) {
        Some(Some(Worth::Number(number))) => *number,
        _ => 0,
    }
}

/// The picture of a view.
pub fn of(
    view: &str,
    columns: &[Shown],
    column: &str,
    table: &Table,
    link: impl Fn(&TableLine) -> String,
) -> Option<Picture> {
    match view {
        BARS => bars(columns, column, table, link),
        HEAT => Some(heat(columns, table, link)),
        _ => None,
    }
}

fn bars(columns: &[Shown], column: &str, table: &Table, link: impl Fn(&TableLine) -> String) -> Option<Picture> {
    let numbers: Vec<(usize, &Shown)> = columns
        .iter()
        .enumerate()
        .filter(|(_, shown)| shown.is_number())
        .collect();
    let (at, shown) = numbers
        .iter()
        .find(|(_, shown)| shown.key == column)
        .or(numbers.first())
        .copied()?;
    let longest = table
        .lines
        .iter()
        .map(|line| number(line, at))
        .max()
        .unwrap_or(0)
        .max(1);
    let bars = table.lines.iter().map(|line| {
        let worth = line.cells.get(at).and_then(Option::as_ref);
        let share = (i128::from(number(line, at).max(0)) * 1_000 / i128::from(longest)) as u32;
        (line.name.clone(), readable(shown, worth), share, link(line))
    });
    Some(Picture::Bars {
        column: shown.key.clone(),
        bars: bars.collect(),
        columns: numbers
            .into_iter()
            .map(|(_, shown)| (shown.key.clone(), shown.heading()))
            .collect(),
    })
}

/// How many of a division's villages have completed each step.
fn heat(columns: &[Shown], table: &Table, link: impl Fn(&TableLine) -> String) -> Picture {
    let all = columns.iter().enumerate();
    let steps: Vec<usize> = all
        .clone()
        .filter(|(_, shown)| matches!(shown.column.of, Of::Done(_)))
        .map(|(at, _)| at)
        .collect();
    let mut villages = all.filter(|(_, shown)| matches!(shown.column.of, Of::Divisions(Level::Village)));
    let whole = villages.next().map_or(0, |(at, _)| at);
    let lines: Vec<&TableLine> = table.lines.iter().filter(|line| number(line, whole) > 0).collect();
    let percent = |done: i64, all: i64| (done.max(0) * 100 / all.max(1)).min(100) as u32;
    let shades = lines.iter().map(|line| {
        let all = number(line, whole);
        let done: Vec<i64> = steps.iter().map(|at| number(line, *at)).collect();
        HeatLine {
            name: line.name.clone(),
            link: link(line),
            mean: percent(done.iter().sum(), all * done.len() as i64),
            shares: done
                .iter()
                .map(|done| (format!("{done}/{all}"), percent(*done, all)))
                .collect(),
        }
    });
    let shades = shades.collect();
    let tiles = lines.iter().enumerate().map(|(position, line)| {
        let known = PREFECTURES.iter().find(|(code, ..)| *code == line.key);
        // Rows beyond the tenth follow by themselves.
        known.map_or(
            (position as u32 % ABREAST, position as u32 / ABREAST),
            |(_, column, row)| (*column, *row),
        )
    });
    Picture::Heat {
        tiles: tiles.collect(),
        lines: shades,
        steps: steps
            .iter()
            .filter_map(|at| columns.get(*at))
            .map(|shown| match shown.title.as_str() {
                "完成数" => shown.group.clone(),
                title => title.to_owned(),
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::PREFECTURES;
    use std::collections::BTreeSet;

    #[test]
    fn every_prefecture_has_a_place_of_its_own() {
        let codes: BTreeSet<&str> = PREFECTURES.iter().map(|(code, ..)| *code).collect();
        let places: BTreeSet<(u32, u32)> = PREFECTURES.iter().map(|(_, column, row)| (*column, *row)).collect();
        assert_eq!((codes.len(), places.len()), (16, 16));
    }
}
