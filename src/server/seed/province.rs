//! `hometown seed --scale province`: every form filled for every region of Yunnan, for benchmarks and trials. Values come
//! from the declarations, so a new form is filled too; nothing of it is real.

use super::super::state::App;
use crate::domain::account::{Account, AccountKind};
use crate::domain::field::{Field, Kind, Required};
use crate::domain::form::{Form, Shape};
use crate::domain::region::{Level, Region};
use crate::domain::sheet::ROW;
use crate::domain::value::Value;
use crate::forms;
use crate::server::command::readable;
use crate::server::db::{
    self,
    records::{Load, NewRecord},
    regions::NewRegion,
};
use crate::steps::PLANNING;
use std::collections::{BTreeMap, HashMap};
use std::time::Instant;

/// Records of one transaction.
const PIECE: usize = 5_000;
/// Rows in each grid of a record.
const ROWS: usize = 3;

/// Fills every form; answers how many records that made.
pub async fn fill(app: &App) -> Result<usize, String> {
    let accounts = {
        let mut reader = app.store.reader().await.map_err(readable)?;
        db::accounts::all(&mut reader).await.map_err(readable)?
    };
    let mut by_place: HashMap<(AccountKind, Region), &Account> = HashMap::new();
    for account in &accounts {
        by_place
            .entry((account.kind, account.region.clone()))
            .or_insert(account);
    }
    let mut total = 0;
    for form in forms::ALL.iter().copied() {
        let started = Instant::now();
        let count = fill_form(app, form, &by_place).await?;
        total += count;
        eprintln!(
            "seed: {} {count} records in {:.1} s",
            form.key,
            started.elapsed().as_secs_f32()
        );
    }
    total += tell(app, &accounts).await?;
    advance(app, &accounts).await?;
    app.store.settle().await.map_err(readable)?;
    Ok(total)
}

/// What natural villages tell on their phones: each of them everything, population for each year that is asked for.
async fn tell(app: &App, accounts: &[Account]) -> Result<usize, String> {
    let Some(account) = accounts.iter().find(|account| account.kind == AccountKind::System) else {
        return Ok(0);
    };
    let now = app.clock.now();
    let mut total = 0;
    let told = forms::ALL.iter().copied();
    for form in told.filter(|form| form.fillers.contains(&AccountKind::NaturalVillage)) {
        let started = Instant::now();
        let many = match form
            .fields()
            .find(|field| matches!(field.kind, Kind::Year(_)) && matches!(field.required, Required::Yes))
        {
            _ if form.one_per_region => 1,
            Some(_) => 5,
            None => 2,
        };
        for number in 0..many {
            let values = form.stored().filter_map(|field| {
                let load = match field.kind {
                    Kind::Year(years) => Load::Same(Value::Integer(years.bounds().0 + number)),
                    Kind::Integer { min, .. } => Load::Between(min, 200),
                    Kind::Decimal { min, .. } => Load::Between(min, 90_000),
                    Kind::Computed { .. } | Kind::Switch => Load::Between(0, 2),
                    _ => Load::Same(value(field, &Region::province(), number as usize, number as usize)?),
                };
                Some((field.key, load))
            });
            let values = values.collect();
            let mut tx = app.store.begin().await.map_err(readable)?;
            let name = format!("-{}-{number}", form.key);
            let made = db::records::insert_for_hamlets(&mut tx, form, &name, account, &now, &values);
            total += made.await.map_err(readable)? as usize;
            tx.commit().await.map_err(readable)?;
        }
        eprintln!("seed: {} told in {:.1} s", form.key, started.elapsed().as_secs_f32());
    }
    Ok(total)
}

/// Villages stand at every step of 规划编制.
async fn advance(app: &App, accounts: &[Account]) -> Result<(), String> {
    let Some(account) = accounts.iter().find(|account| account.kind == AccountKind::System) else {
        return Ok(());
    };
    let villages: Vec<Region> = app
        .divisions
        .below(&Region::province(), Level::Village)
        .filter(|one| one.is_real())
        .map(|one| one.region.clone())
        .collect();
    let mut tx = app.store.begin().await.map_err(readable)?;
    for (position, step) in PLANNING.iter().enumerate() {
        let done = villages.iter().enumerate();
        let done = done.filter(|(turn, _)| turn % (PLANNING.len() + 1) > position);
        let done: Vec<Region> = done.map(|(_, village)| village.clone()).collect();
        let now = app.clock.after(-((PLANNING.len() - position) as i64) * 86_400);
        db::completions::complete(&mut tx, step, &done, "", account, &now)
            .await
            .map_err(readable)?;
    }
    tx.commit().await.map_err(readable)
}

async fn fill_form(
    app: &App,
    form: &'static Form,
    by_place: &HashMap<(AccountKind, Region), &Account>,
) -> Result<usize, String> {
    let mut count = 0;
    let mut piece = Vec::new();
    for kind in form.fillers {
        let level = if form.placed_by.is_empty() && form.level.is_none() {
            kind.level()
        } else {
            form.lowest_level()
        };
        for division in app
            .divisions
            .below(&Region::province(), level)
            .filter(|one| one.is_real())
        {
            let own = division
                .region
                .at(kind.level())
                .unwrap_or_else(|| division.region.clone());
            let Some(account) = by_place.get(&(*kind, own)) else {
                continue;
            };
            for number in 0..records_of(form, level) {
                piece.push(record(
                    app,
                    form,
                    account,
                    &division.region,
                    number,
                    count + piece.len(),
                ));
            }
            if piece.len() >= PIECE {
                count += store(app, form, std::mem::take(&mut piece)).await?;
            }
        }
    }
    Ok(count + store(app, form, piece).await?)
}

/// How many records a region of that level has.
fn records_of(form: &Form, level: Level) -> usize {
    if form.shape == Shape::Single || form.one_per_region {
        return 1;
    }
    match (form.key, level) {
        ("natural_villages", _) => 10,
        ("candidates", _) => 14,
        ("annual_plan", _) => 3,
        (_, Level::Village) => 2,
        (_, Level::Township) => 3,
        _ => 6,
    }
}

async fn store(app: &App, form: &'static Form, piece: Vec<NewRecord>) -> Result<usize, String> {
    let mut tx = app.store.begin().await.map_err(readable)?;
    db::records::insert_many(&mut tx, form, &piece)
        .await
        .map_err(readable)?;
    if form.makes_divisions {
        db::regions::upsert(&mut tx, &hamlets(form, &piece))
            .await
            .map_err(readable)?;
    }
    for (field, grid) in form.grids() {
        let count = grid.sheet.map_or(ROWS, |sheet| sheet.rows().len());
        let rows: Vec<_> = piece
            .iter()
            .flat_map(|record| (0..count).map(move |number| (record, number)))
            .map(|(record, number)| {
                let columns = grid.columns.iter();
                let given = grid.sheet.map(|sheet| sheet.rows()[number].key);
                let values = columns.filter_map(|column| {
                    let value = match given {
                        Some(key) if column.key == ROW => Some(Value::Text(key.to_owned())),
                        _ => value(column, &record.region, number, number),
                    };
                    Some((column.key, value?))
                });
                (record.id.as_str(), number as i64, values.collect())
            })
            .collect();
        db::records::insert_rows(&mut tx, form, field, grid.columns, &rows)
            .await
            .map_err(readable)?;
    }
    for record in piece.iter().filter(|_| db::search::has_people(form)) {
        db::search::put_parts(&mut tx, form, &record.id, &record.region, |_| String::new())
            .await
            .map_err(readable)?;
    }
    tx.commit().await.map_err(readable)?;
    Ok(piece.len())
}

/// The divisions that these records are.
fn hamlets(form: &'static Form, piece: &[NewRecord]) -> Vec<NewRegion> {
    let numbered = piece.iter().filter_map(|record| {
        let number = record.values.get("number").and_then(Value::integer)?;
        let name = record.values.get(form.name_field).and_then(Value::text)?;
        Some(NewRegion {
            region: Region::parse(&format!("{}{number:03}", record.region))?,
            name: name.to_owned(),
            short: name.to_owned(),
            search: String::new(),
            initials: String::new(),
            kind: form.key.to_owned(),
            planned: crate::server::hamlets::counts(
                record.status,
                record.values.get("planned").and_then(Value::integer) == Some(1),
            ),
        })
    });
    numbered.collect()
}

fn record(app: &App, form: &'static Form, account: &Account, region: &Region, number: usize, turn: usize) -> NewRecord {
    let values: BTreeMap<&'static str, Value> = form
        .stored()
        .filter_map(|field| {
            let value = match field.kind {
                _ if field.key == form.placed_by => Some(Value::Text(region.code().to_owned())),
                Kind::OfAccount(crate::domain::field::AccountFact::Name) => Some(Value::Text(account.name.clone())),
                // Every letter belongs to an entry of its own.
                Kind::Reference { .. } if form.comes_by_itself => Some(Value::Text(db::new_id())),
                Kind::Divisions(level) if field.exclusive => {
                    shared_out(app, region, level, number, records_of(form, region.level()))
                }
                Kind::OfAccount(_) => Some(Value::Text(account.region.level().title().to_owned())),
                _ if field.key == form.name_field => Some(Value::Text(format!(
                    "{}{}{}",
                    app.divisions.short(region),
                    field.title,
                    number + 1
                ))),
                // Nearly every natural village is planned.
                Kind::Switch if form.makes_divisions => Some(Value::Integer(i64::from(!turn.is_multiple_of(20)))),
                _ => value(field, region, number, turn),
            };
            Some((field.key, value?))
        })
        .collect();
    let status = match form.workflow {
        // Everything waits for the province: a bulk over all villages.
        Some(workflow) if form.one_per_region && workflow.state("city_passed").is_some() => "city_passed",
        // Most natural villages have registered and were confirmed.
        Some(_) if form.makes_divisions && turn % 10 == 9 => "waiting",
        Some(_) if form.makes_divisions => "active",
        // What natural villages tell is returned now and then, not every second time.
        Some(workflow) if workflow.mends.is_none() => workflow.states[turn % workflow.states.len()].key,
        _ => form.first_state(region.level()),
    };
    NewRecord {
        id: db::new_id(),
        region: region.clone(),
        organ: account.kind.organ(),
        status,
        account: account.id.clone(),
        name: account.name.clone(),
        at: app.clock.after(-((turn % 40_000) as i64) * 60),
        values,
    }
}

/// The divisions of a region, shared out among its records.
fn shared_out(app: &App, region: &Region, level: Level, number: usize, records: usize) -> Option<Value> {
    let below = app.divisions.below(region, level).filter(|one| one.is_real());
    let own = below.enumerate().filter(|(position, _)| position % records == number);
    let codes: Vec<String> = own.map(|(_, one)| one.region.code().to_owned()).collect();
    (!codes.is_empty()).then(|| Value::Text(codes.join(",")))
}

/// A value that the field could hold. `turn` spreads choices and days.
fn value(field: &Field, region: &Region, number: usize, turn: usize) -> Option<Value> {
    let text = |text: String| Some(Value::Text(text));
    match field.kind {
        Kind::Text { max, .. } => text(format!("{}{}", field.title, turn % 997).chars().take(max).collect()),
        Kind::PersonName => {
            const FAMILY: [&str; 8] = ["李", "王", "杨", "张", "段", "赵", "马", "和"];
            const GIVEN: [&str; 6] = ["建国", "丽华", "文山", "春梅", "国荣", "学勤"];
            text(format!("{}{}", FAMILY[turn % 8], GIVEN[(turn / 8) % 6]))
        }
        Kind::LongText { .. } => text(format!(
            "{}：第 {} 次，群众代表参加讨论，意见已汇总。",
            field.title,
            number + 1
        )),
        Kind::Integer { min, max } => Some(Value::Integer((min + (turn % 300) as i64).min(max))),
        Kind::Decimal { min, max, .. } => Some(Value::Integer((min + 100 * (turn % 9_000) as i64).min(max))),
        Kind::Date { .. } => text(format!("202{}-{:02}-{:02}", 1 + turn % 3, 5 + turn % 8, 1 + turn % 28)),
        Kind::Month => text(format!("2021-{:02}", 1 + turn % 12)),
        Kind::Year(years) => Some(Value::Integer(years.bounds().0 + (number % 3) as i64)),
        Kind::Choice(list) => text(list.codes()[turn % list.codes().len()].code.to_owned()),
        Kind::Choices(list) => text(list.codes()[turn % list.codes().len()].code.to_owned()),
        Kind::Ordinal => Some(Value::Integer(number as i64 + 1)),
        Kind::Switch => Some(Value::Integer((turn % 2) as i64)),
        Kind::Phone { .. } => text(format!("139{:08}", turn % 100_000_000)),
        Kind::Division(_) => text(region.code().to_owned()),
        Kind::Computed { .. } => Some(Value::Integer((turn % 10_000) as i64)),
        _ => None,
    }
}
