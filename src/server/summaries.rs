//! The totals that a tab shows (spec §9): counted by the store, shares and quotients worked out here, frozen once the step
//! is 是.

use super::db::hamlets::Hamlet;
use super::db::summaries::Counted;
use super::db::{self, Connection};
use crate::domain::field::{Field, Kind};
use crate::domain::form::Form;
use crate::domain::page::Tab;
use crate::domain::region::{Level, Region};
use crate::domain::summary::{By, Coverage, Of, Summary, SummaryTable, TotalsView};
use crate::domain::value::format_scaled;
use crate::error::AppError;
use crate::forms;
use crate::server::clock;

/// What a tab says about a village: as it was kept when the step became 是, or as it is now.
pub async fn view(
    connection: &mut Connection,
    tab: &'static Tab,
    region: &Region,
) -> Result<Option<TotalsView>, AppError> {
    let returned = match tab.tells_hamlets() {
        true => returned(&mut *connection, tab.form, region).await?,
        false => Vec::new(),
    };
    if tab.summaries.is_empty() && !tab.coverage && returned.is_empty() {
        return Ok(None);
    }
    let mut now = compute(&mut *connection, tab, region).await?;
    now.returned = returned;
    let Some(step) = tab.form.step else {
        return Ok(Some(now));
    };
    let Some((body, at)) = db::snapshots::find(connection, step.key, tab.key, region).await? else {
        return Ok(Some(now));
    };
    let Ok(mut kept) = serde_json::from_str::<TotalsView>(&body) else {
        return Ok(Some(now));
    };
    kept.frozen_at = Some(clock::shown(&at));
    kept.has_changed = kept.tables != now.tables;
    kept.returned = now.returned;
    Ok(Some(kept))
}

/// What a tab says about a village as it is now.
pub async fn compute(connection: &mut Connection, tab: &'static Tab, region: &Region) -> Result<TotalsView, AppError> {
    let mut tables = Vec::new();
    let hamlets = db::hamlets::all(&mut *connection, region).await?;
    for summary in tab.summaries {
        tables.push(match summary.by {
            By::Hamlets(field) => matrix(&mut *connection, summary, field, region, &hamlets).await?,
            _ => table(&mut *connection, summary, region, hamlets.len()).await?,
        });
    }
    let coverage = match tab.coverage {
        true => Some(coverage(connection, tab.form, region, &hamlets).await?),
        false => None,
    };
    Ok(TotalsView {
        coverage,
        tables,
        returned: Vec::new(),
        frozen_at: None,
        has_changed: false,
    })
}

/// How many records wait returned, natural village by natural village: those that count.
pub async fn returned(
    connection: &mut Connection,
    form: &'static Form,
    region: &Region,
) -> Result<Vec<(String, i64)>, AppError> {
    let returned = db::hamlets::returned(connection, form, region).await?;
    let counting = returned.into_iter().filter(|waiting| waiting.counts);
    Ok(counting.map(|waiting| (waiting.name, waiting.records)).collect())
}

/// 已填报 a / 自然村 b, and the names of those that are missing.
async fn coverage(
    connection: &mut Connection,
    form: &'static Form,
    region: &Region,
    hamlets: &[Hamlet],
) -> Result<Coverage, AppError> {
    let telling = db::hamlets::telling(connection, form, region, None).await?;
    let missing = hamlets.iter().filter(|hamlet| !telling.contains(&hamlet.region));
    let missing: Vec<String> = missing.map(|hamlet| hamlet.name.clone()).collect();
    Ok(Coverage {
        told: hamlets.len() - missing.len(),
        all: hamlets.len(),
        missing,
    })
}

async fn table(
    connection: &mut Connection,
    summary: &'static Summary,
    region: &Region,
    hamlets: usize,
) -> Result<SummaryTable, AppError> {
    let Some(form) = forms::find(summary.form) else {
        return Err(AppError::NotFound);
    };
    let mut latest = Vec::new();
    for measure in summary.measures {
        latest.push(match measure.of {
            Of::Latest(form, field) => db::summaries::latest(&mut *connection, form, field, region).await?,
            _ => None,
        });
    }
    let lines = db::summaries::lines(&mut *connection, summary, region).await?;
    let total = db::summaries::total(connection, summary, region).await?;
    let whole = Cells::of(summary, form, &total, &latest);
    let mut shown: Vec<Vec<String>> = lines
        .iter()
        .map(|line| {
            let told = summary
                .measures
                .iter()
                .position(|measure| matches!(measure.of, Of::Hamlets));
            let told = told.and_then(|at| line.values[at]).unwrap_or(0);
            let lacking = (hamlets as i64 - told).max(0);
            let mut heading = heading(summary.by, form, &line.key);
            // A year is told by every natural village, or its sums say less than they seem to.
            if counts_years(summary.by, form) && lacking > 0 {
                heading.push_str(&format!("（缺 {lacking} 个自然村）"));
            }
            let mut cells = vec![heading];
            cells.extend(Cells::of(summary, form, line, &latest).texts(&whole));
            cells
        })
        .collect();
    // What one record says under several codes has no sum; without lines there is nothing to sum up.
    let has_total = match summary.by {
        By::All => true,
        By::EachOf(_) | By::Hamlets(_) => false,
        // Years are states of the same people.
        by if counts_years(by, form) => false,
        _ => !lines.is_empty(),
    };
    if has_total {
        let mut cells = vec!["合计".to_owned()];
        cells.extend(whole.texts(&whole));
        shown.push(cells);
    }
    let mut columns = vec![of_lines(summary.by, form)];
    columns.extend(summary.measures.iter().map(|measure| measure.title.to_owned()));
    Ok(SummaryTable {
        title: summary.title.to_owned(),
        columns,
        lines: shown,
        has_total,
    })
}

/// Whether each line is a year.
fn counts_years(by: By, form: &'static Form) -> bool {
    matches!(by, By::Field(field) if form.field(field).is_some_and(Field::is_number))
}

/// A line for each natural village, a column for each code that occurs.
async fn matrix(
    connection: &mut Connection,
    summary: &'static Summary,
    field: &'static str,
    region: &Region,
    hamlets: &[Hamlet],
) -> Result<SummaryTable, AppError> {
    let form = forms::find(summary.form).ok_or(AppError::NotFound)?;
    let counted = db::summaries::by_hamlet(connection, summary, field, region).await?;
    let codes = match form.field(field).map(|field| field.kind) {
        Some(Kind::Choice(list)) => list.codes(),
        _ => &[],
    };
    let occurring: Vec<_> = codes
        .iter()
        .filter(|code| counted.keys().any(|(_, held)| held == code.code))
        .collect();
    let lines = hamlets.iter().map(|hamlet| {
        let cell = |code: &str| {
            let count = counted.get(&(hamlet.region.clone(), code.to_owned()));
            count.map_or("无".to_owned(), i64::to_string)
        };
        let mut cells = vec![hamlet.name.clone()];
        cells.extend(occurring.iter().map(|code| cell(code.code)));
        cells
    });
    let mut columns = vec!["自然村".to_owned()];
    columns.extend(occurring.iter().map(|code| code.label.to_owned()));
    Ok(SummaryTable {
        title: summary.title.to_owned(),
        lines: if occurring.is_empty() {
            Vec::new()
        } else {
            lines.collect()
        },
        columns,
        has_total: false,
    })
}

/// What stands above the headings of the lines.
fn of_lines(by: By, form: &'static Form) -> String {
    let title = |field| form.field(field).map_or(String::new(), |field| field.title.to_owned());
    match by {
        By::All => String::new(),
        By::Field(field) | By::EachOf(field) => title(field),
        By::Scope => "范围".to_owned(),
        By::Hamlets(_) => "自然村".to_owned(),
    }
}

fn heading(by: By, form: &'static Form, key: &str) -> String {
    match by {
        By::All | By::Hamlets(_) => String::new(),
        By::Scope if key == Level::NaturalVillage.number().to_string() => "自然村".to_owned(),
        By::Scope => "村域".to_owned(),
        By::Field(field) | By::EachOf(field) => match form.field(field).map(|field| field.kind) {
            Some(Kind::Choice(list) | Kind::Choices(list)) => list.label(key),
            _ => key.to_owned(),
        },
    }
}

/// The cells of one line: numbers with their scales.
struct Cells {
    of: Vec<Of>,
    numbers: Vec<Option<(i64, u32)>>,
}

impl Cells {
    fn of(summary: &'static Summary, form: &'static Form, line: &Counted, latest: &[Option<i64>]) -> Self {
        let numbers = summary.measures.iter().zip(&line.values).zip(latest);
        let numbers = numbers.map(|((measure, value), latest)| match measure.of {
            Of::Sum(field) | Of::SumWhere(field, _) => value.map(|value| (value, scale_of(form, field))),
            Of::Latest(other, field) => {
                let scale = forms::find(other).map_or(0, |form| scale_of(form, field));
                latest.map(|value| (value, scale))
            }
            _ => value.map(|value| (value, 0)),
        });
        Self {
            numbers: numbers.collect(),
            of: summary.measures.iter().map(|measure| measure.of).collect(),
        }
    }

    /// Two columns brought to one scale.
    fn pair(&self, one: usize, other: usize) -> Option<(i128, i128)> {
        let (left, right) = (self.numbers.get(one).copied()??, self.numbers.get(other).copied()??);
        let scale = left.1.max(right.1);
        let even = |(number, own): (i64, u32)| i128::from(number) * 10_i128.pow(scale - own);
        Some((even(left), even(right)))
    }

    fn texts(&self, whole: &Self) -> Vec<String> {
        let texts = self.of.iter().enumerate().map(|(at, of)| match *of {
            Of::Share(part, of) => self.pair(part, of).and_then(|(part, of)| divided(part * 100, of, 2)),
            Of::Cover(part, of) => self
                .pair(part, of)
                .and_then(|(part, of)| divided(part.min(of) * 100, of, 2)),
            Of::Quotient(part, of, scale) => self.pair(part, of).and_then(|(part, of)| divided(part, of, scale)),
            Of::Loss(part, of) => self
                .pair(part, of)
                .and_then(|(part, of)| divided((of - part) * 100, of, 2)),
            Of::OfTotal(column) => {
                let own = self.numbers.get(column).copied().flatten();
                let all = whole.numbers.get(column).copied().flatten();
                own.zip(all)
                    .and_then(|(own, all)| divided(i128::from(own.0) * 100, i128::from(all.0), 2))
            }
            _ => self.numbers[at].map(|(number, scale)| format_scaled(number, scale)),
        });
        texts.map(|text| text.unwrap_or_else(|| "—".to_owned())).collect()
    }
}

fn scale_of(form: &'static Form, field: &str) -> u32 {
    match form.field(field).map(|field| field.kind) {
        Some(Kind::Decimal { scale, .. } | Kind::Computed { scale, .. }) => scale,
        _ => 0,
    }
}

/// A quotient rounded half up to so many decimals; nothing by nothing is nothing.
fn divided(part: i128, of: i128, scale: u32) -> Option<String> {
    if of == 0 {
        return None;
    }
    let doubled = part * 10_i128.pow(scale) * 2;
    let rounded = (doubled + of.abs()).div_euclid(of.abs() * 2) * of.signum();
    i64::try_from(rounded).ok().map(|number| format_scaled(number, scale))
}

#[cfg(test)]
mod tests {
    use super::divided;

    #[test]
    fn shares_are_rounded_half_up() {
        assert_eq!(divided(100, 3, 2).as_deref(), Some("33.33"));
        assert_eq!(divided(200, 3, 2).as_deref(), Some("66.67"));
        assert_eq!(divided(1, 8, 2).as_deref(), Some("0.13"));
        assert_eq!(divided(-100, 3, 2).as_deref(), Some("-33.33"));
        assert_eq!(divided(1, 0, 2), None);
    }
}
