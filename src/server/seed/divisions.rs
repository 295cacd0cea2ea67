//! The division rows that come with the program (spec A21): the statistics bureau's codes of 2023.

use crate::domain::region::{Level, Region, short_name};
use crate::server::command::readable;
use crate::server::db::{self, Connection, regions::NewRegion};
use crate::server::divisions::{initials, search_text};

static ROWS: &str = include_str!("../../../data/yunnan_divisions.csv");

/// Townships whose 居委会 take part in the programme (the manual's own villages are 居委会, spec A21).
const CHOSEN: [&str; 1] = ["530102010"];

/// One row.
#[derive(Debug)]
pub struct Row {
    /// Code.
    pub region: Region,
    /// Official name.
    pub name: &'static str,
    /// 街道, 村委会, 类似居委会, …
    pub kind: &'static str,
}

impl Row {
    /// A place that exists in the statistics only.
    pub fn is_virtual(&self) -> bool {
        self.name.contains("虚拟")
    }

    /// 纳入规划范围: everything above the villages, 村委会, and the 居委会 that were chosen.
    pub fn is_planned(&self) -> bool {
        let urban = self.kind.ends_with("居委会");
        !self.is_virtual() && (!urban || CHOSEN.iter().any(|township| self.region.code().starts_with(township)))
    }
}

/// All rows, upper levels first.
pub fn rows() -> Result<Vec<Row>, String> {
    ROWS.lines()
        .skip(1)
        .map(|line| row(line).ok_or_else(|| format!("data/yunnan_divisions.csv: {line}")))
        .collect()
}

/// `level,code,parent_code,name,kind`
fn row(line: &'static str) -> Option<Row> {
    let mut cells = line.split(',');
    let level: i64 = cells.next()?.parse().ok()?;
    let region = Region::parse(cells.next()?).filter(|region| region.level().number() == level)?;
    let (_, name, kind) = (cells.next()?, cells.next()?, cells.next()?);
    (!name.is_empty()).then_some(Row { region, name, kind })
}

/// Stores the divisions or brings their names up to date; 纳入规划范围 stays as the county set it.
pub async fn store(connection: &mut Connection, rows: &[Row]) -> Result<(), String> {
    // What the administrator has renamed, moved or joined since stays as it is.
    let settled = db::regions::settled(&mut *connection).await.map_err(readable)?;
    let fresh = rows.iter().filter(|row| {
        let chain = row.region.chain();
        !chain.iter().any(|part| settled.contains(part.code()))
    });
    let regions: Vec<NewRegion> = fresh.map(new_region).collect();
    db::regions::upsert(connection, &regions).await.map_err(readable)
}

fn new_region(row: &Row) -> NewRegion {
    let level: Level = row.region.level();
    let short = short_name(level, row.name);
    NewRegion {
        region: row.region.clone(),
        name: row.name.to_owned(),
        search: search_text(level, row.name),
        initials: initials(&short),
        short,
        kind: row.kind.to_owned(),
        planned: row.is_planned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_rows_are_read() {
        let rows = rows().unwrap();
        let count = |level| rows.iter().filter(|row| row.region.level() == level).count();
        assert_eq!(Level::ALL.map(count), [1, 16, 129, 1_461, 14_888, 0]);
        assert_eq!(rows.iter().filter(|row| row.is_virtual()).count(), 15);
    }

    #[test]
    fn villages_and_chosen_communities_are_planned() {
        let rows = rows().unwrap();
        let planned = |code: &str| rows.iter().find(|row| row.region.code() == code).unwrap().is_planned();
        assert!(planned("530823102215"), "中所村村民委员会");
        assert!(planned("530102010004"), "三多社区居民委员会");
        assert!(planned("530102"), "五华区");
        assert!(!planned("530102001001"), "翠湖西路社区居民委员会");
        assert!(!planned("530922501598"), "幸福农场虚拟生活区");
    }
}
