//! The letters of 发函确认 (spec S5.3, extras): people by unit, and a Word file for each unit from the county's own text.

use super::db::records::Stored;
use super::db::{self, audits::Line, internal};
use super::paper::{BODY, HEAD, centred, indented, paper, plain, right, row, table};
use super::records::{self, Asked};
use super::session::Signed;
use super::state::App;
use super::word::{self, TITLE_SIZE, file_stem, run};
use crate::api::letters::UnitLine;
use crate::domain::account::AccountKind;
use crate::domain::audit::Act;
use crate::domain::date::in_words;
use crate::domain::page::Tab;
use crate::domain::query::ListQuery;
use crate::domain::validate::shown;
use crate::error::AppError;
use crate::forms::team::{letter_template, official_letters};
use docx_rs::{Docx, Table};
use futures::StreamExt;
use std::collections::BTreeMap;

/// Letters of one file.
const MOST_PEOPLE: i64 = 20_000;

/// Every kind of record but letters is no place for this.
fn asked<'a>(signed: &Signed, tab: &'static Tab, query: &'a ListQuery) -> Result<Asked<'a>, AppError> {
    if tab.form.key != official_letters::FORM.key {
        return Err(AppError::NotFound);
    }
    Asked::new(signed, tab, query)
}

/// The units of everything that the query selects.
pub async fn units(
    app: &App,
    signed: &Signed,
    tab: &'static Tab,
    query: &ListQuery,
) -> Result<Vec<UnitLine>, AppError> {
    let asked = asked(signed, tab, query)?;
    let mut reader = app.store.reader().await?;
    Ok(db::letters::units(&mut reader, &records::listing(&asked)).await?)
}

/// What stands in every letter.
struct Text {
    title: String,
    body: String,
    signature: String,
    contact: String,
    day: String,
}

/// Somebody in a letter.
struct Person {
    name: String,
    duty: String,
    rank: String,
    place: String,
    role: String,
}

/// One Word file for each unit of everything that the query selects, in one archive.
pub async fn archive(app: &App, signed: &Signed, tab: &'static Tab, query: &ListQuery) -> Result<Vec<u8>, AppError> {
    let asked = asked(signed, tab, query)?;
    let account = asked.permit.account();
    if account.kind != AccountKind::CountyOrganization {
        return Err(AppError::Forbidden("只有县委组织部账号可以生成函件".to_owned()));
    }
    let _turn = app.imports.turn().await?;
    let mut reader = app.store.reader().await?;
    let listing = records::listing(&asked);
    let total = db::listings::count(&mut reader, &listing).await?;
    if total > MOST_PEOPLE {
        return Err(AppError::Conflict(format!(
            "一次最多生成 {MOST_PEOPLE} 人的函件，请先缩小查询范围"
        )));
    }
    let mut units: BTreeMap<String, Vec<Person>> = BTreeMap::new();
    {
        let mut people = db::listings::stream(&mut reader, &listing, total);
        while let Some(stored) = people.next().await {
            let stored = stored?;
            let unit = stored.text("unit").to_owned();
            // Nobody writes to somebody without a unit, or where no letter is needed.
            if stored.status != "exempt" && !unit.is_empty() {
                units.entry(unit).or_default().push(person(app, &stored));
            }
        }
    }
    if units.is_empty() {
        return Err(AppError::Conflict("查询结果中没有需要发函的人员".to_owned()));
    }
    let text = text(app, &mut reader, account).await?;
    drop(reader);
    let count = units.len();
    let made = tokio::task::spawn_blocking(move || pack(&text, &units));
    let content = made.await.map_err(|error| internal(&error))??;
    let now = app.clock.now();
    let mut tx = app.store.begin().await?;
    let about = format!("函件 {count} 份");
    db::audits::write(
        &mut tx,
        &Line {
            account: Some(account),
            act: Act::Export,
            region: Some(&account.region),
            record: None,
            step: None,
            opinion: &about,
            changes: &[],
            address: &signed.address,
            now: &now,
        },
    )
    .await?;
    tx.commit().await?;
    Ok(content)
}

fn person(app: &App, stored: &Stored) -> Person {
    let said = |key: &str| {
        let field = official_letters::FORM.field(key);
        let value = field.and_then(|field| Some(shown(field, stored.values.get(field.key)?)));
        value.unwrap_or_default()
    };
    Person {
        name: said("name"),
        duty: said("duty"),
        rank: said("rank"),
        place: app.divisions.path(&stored.region),
        role: said("role"),
    }
}

/// The county's own text, or what everybody starts with.
async fn text(
    app: &App,
    connection: &mut db::Connection,
    account: &crate::domain::account::Account,
) -> Result<Text, AppError> {
    let own = db::records::find_single(connection, &letter_template::FORM, &account.region).await?;
    let said = |key: &str, start: &str| {
        let own = own.as_ref().map_or("", |own| own.text(key));
        if own.is_empty() { start } else { own }.to_owned()
    };
    Ok(Text {
        title: said("title", letter_template::TITLE),
        body: said("body", letter_template::BODY),
        signature: said("signature", &account.name),
        contact: said("contact", ""),
        day: in_words(&app.clock.today()),
    })
}

fn pack(text: &Text, units: &BTreeMap<String, Vec<Person>>) -> Result<Vec<u8>, AppError> {
    let mut archive = word::Archive::new();
    for (unit, people) in units {
        archive.add(
            &file_stem(unit, "函件"),
            "docx",
            &word::packed(letter(text, unit, people))?,
        )?;
    }
    archive.finish()
}

fn letter(text: &Text, unit: &str, people: &[Person]) -> Docx {
    let names: Vec<&str> = people.iter().map(|person| person.name.as_str()).collect();
    let filled = |pattern: &str| {
        pattern
            .replace("{单位}", unit)
            .replace("{人数}", &people.len().to_string())
            .replace("{名单}", &names.join("、"))
    };
    let mut docx = paper()
        .add_paragraph(centred(run(&filled(&text.title), TITLE_SIZE, "宋体").bold()))
        .add_paragraph(plain(""))
        .add_paragraph(plain(&format!("{unit}：")));
    for line in filled(&text.body).lines() {
        docx = docx.add_paragraph(indented(line));
    }
    docx = docx
        .add_paragraph(plain(""))
        .add_table(names_of(people))
        .add_paragraph(plain(""));
    if !text.contact.is_empty() {
        docx = docx.add_paragraph(indented(&format!("联系人：{}", text.contact)));
    }
    docx.add_paragraph(right(&text.signature))
        .add_paragraph(right(&text.day))
}

fn names_of(people: &[Person]) -> Table {
    const WIDTHS: [usize; 6] = [700, 1300, 1700, 1200, 3000, 1000];
    let mut rows = vec![row(
        &["序号", "姓名", "职务", "职级", "家乡行政村", "角色"],
        &WIDTHS,
        HEAD,
    )];
    for (number, person) in people.iter().enumerate() {
        let number = (number + 1).to_string();
        let texts = [
            number.as_str(),
            &person.name,
            &person.duty,
            &person.rank,
            &person.place,
            &person.role,
        ];
        rows.push(row(&texts, &WIDTHS, BODY));
    }
    table(rows, &WIDTHS)
}
