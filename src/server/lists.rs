//! 三清单生成 (spec S6.3): drafts of 资源清单, 人才清单 and 问题清单 from what the survey and 人员摸排 hold already, as workbooks to
//! be gone over and uploaded.

use super::authorize::to_act;
use super::db::records::Stored;
use super::db::{self, Connection, audits::Line, internal};
use super::session::Signed;
use super::state::App;
use super::word::Archive;
use crate::domain::audit::Act;
use crate::domain::field::{Field, Kind};
use crate::domain::form::{Form, Shape};
use crate::domain::region::Region;
use crate::domain::validate::shown;
use crate::domain::value::Value;
use crate::domain::verb::Verb;
use crate::error::AppError;
use crate::forms;
use crate::forms::planning::{analysis, field_survey};
use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Workbook, XlsxError};
use std::collections::BTreeMap;

/// Records of one form that a list takes.
const MOST: i64 = 2_000;

/// A list: its name, its columns, its lines.
struct List {
    title: &'static str,
    heads: &'static [(&'static str, f64)],
    lines: Vec<Vec<String>>,
}

/// The three lists of a village, in one archive.
pub async fn archive(app: &App, signed: &Signed, region: Option<&Region>) -> Result<(String, Vec<u8>), AppError> {
    let village = super::records::village(app, signed, region)?;
    to_act(signed, Verb::View, &analysis::FORM, &village, "", "")?;
    let mut reader = app.store.reader().await?;
    let lists = vec![
        resources(&mut reader, &village).await?,
        talents(&mut reader, &village).await?,
        problems(app, &mut reader, &village).await?,
    ];
    drop(reader);
    let name = app.divisions.short(&village);
    let _turn = app.imports.turn().await?;
    let made = tokio::task::spawn_blocking(move || -> Result<Vec<u8>, AppError> {
        let mut archive = Archive::new();
        for list in lists {
            let content = workbook(&list).map_err(|error| internal(&error))?;
            archive.add(&format!("{name}{}", list.title), "xlsx", &content)?;
        }
        archive.finish()
    });
    let content = made.await.map_err(|error| internal(&error))??;
    let now = app.clock.now();
    let mut tx = app.store.begin().await?;
    let line = Line {
        account: Some(signed.ready()?),
        act: Act::Export,
        region: Some(&village),
        record: None,
        step: None,
        opinion: "三清单",
        changes: &[],
        address: &signed.address,
        now: &now,
    };
    db::audits::write(&mut tx, &line).await?;
    tx.commit().await?;
    Ok((format!("{}三清单.zip", app.divisions.short(&village)), content))
}

fn workbook(list: &List) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name(super::sheets::name_of(list.title))?;
    let head = super::sheets::head();
    let cell = Format::new()
        .set_text_wrap()
        .set_border(FormatBorder::Thin)
        .set_align(FormatAlign::Top);
    sheet.set_freeze_panes(1, 0)?;
    sheet.set_column_width(0, 6)?;
    sheet.write_string_with_format(0, 0, "序号", &head)?;
    for (column, (title, width)) in (1..).zip(list.heads) {
        sheet.set_column_width(column, *width)?;
        sheet.write_string_with_format(0, column, *title, &head)?;
    }
    for (row, line) in (1..).zip(&list.lines) {
        sheet.write_number_with_format(row, 0, f64::from(row), &cell)?;
        for (column, text) in (1..).zip(line) {
            sheet.write_string_with_format(row, column, text, &cell)?;
        }
    }
    workbook.save_to_buffer()
}

/// A field's text in a stored row or record.
fn text(fields: &[&'static Field], values: &BTreeMap<&'static str, Value>, key: &str) -> String {
    let field = fields.iter().find(|field| field.key == key);
    let value = field.and_then(|field| Some((*field, values.get(field.key)?)));
    value.map_or(String::new(), |(field, value)| shown(field, value))
}

/// The rows of the grids of the region's record of a form: title of the grid, columns, values.
async fn rows_of(
    connection: &mut Connection,
    form: &'static Form,
    region: &Region,
) -> Result<Vec<(&'static str, Vec<&'static Field>, BTreeMap<&'static str, Value>)>, AppError> {
    let mut rows = Vec::new();
    let Some(record) = db::records::find_single(&mut *connection, form, region).await? else {
        return Ok(rows);
    };
    for (field, grid) in form.grids() {
        let stored = db::records::grid_rows(&mut *connection, form, field, grid.columns, &record.id).await?;
        rows.extend(
            stored
                .into_iter()
                .map(|(_, values)| (field.title, grid.columns.iter().collect(), values)),
        );
    }
    Ok(rows)
}

async fn records_of(
    connection: &mut Connection,
    form: &'static Form,
    region: &Region,
) -> Result<Vec<Stored>, AppError> {
    Ok(db::records::of_region(connection, form, region, MOST).await?)
}

/// Key resources: what the survey has found (manual 6.3(2)).
async fn resources(connection: &mut Connection, region: &Region) -> Result<List, AppError> {
    let mut lines = Vec::new();
    for form in [
        &field_survey::natural_resources::FORM,
        &field_survey::cultural_resources::FORM,
    ] {
        for (title, fields, values) in rows_of(&mut *connection, form, region).await? {
            let told = |key: &str| text(&fields, &values, key);
            let name = match told("name") {
                name if name.is_empty() => told("kind"),
                name => name,
            };
            let kind = [told("kind"), told("mineral"), told("grade")]
                .into_iter()
                .find(|kind| !kind.is_empty() && *kind != name);
            lines.push(vec![
                title.to_owned(),
                name,
                kind.unwrap_or_default(),
                told("quantity"),
                told("area"),
                told("situation"),
            ]);
        }
    }
    let form: &'static Form = &field_survey::industries::FORM;
    let fields: Vec<&'static Field> = form.fields().collect();
    for record in records_of(connection, form, region).await? {
        let told = |key: &str| text(&fields, &record.values, key);
        let size = format!("{}{}", told("size"), told("size_unit"));
        let output = told("output_value");
        let output = if output.is_empty() {
            output
        } else {
            format!("年产值 {output} 万元")
        };
        lines.push(vec![
            form.title.to_owned(),
            told("name"),
            told("kind"),
            size,
            String::new(),
            output,
        ]);
    }
    Ok(List {
        title: "资源清单",
        heads: &[
            ("类别", 16.0),
            ("名称", 24.0),
            ("类型", 16.0),
            ("数量/规模", 14.0),
            ("面积(平方米)", 16.0),
            ("情况", 48.0),
        ],
        lines,
    })
}

/// Talents: who was found in 人员摸排, and who hands on what (manual 6.3(3)). Phone numbers stay in the system.
async fn talents(connection: &mut Connection, region: &Region) -> Result<List, AppError> {
    let mut lines = Vec::new();
    let form: &'static Form = &forms::team::candidates::FORM;
    let fields: Vec<&'static Field> = form.fields().collect();
    for record in records_of(&mut *connection, form, region).await? {
        let told = |key: &str| text(&fields, &record.values, key);
        lines.push(vec![
            told("category"),
            told("name"),
            told("gender"),
            told("unit"),
            told("duty"),
            told("skills"),
            if told("willing") == "是" {
                "愿意回乡".to_owned()
            } else {
                String::new()
            },
        ]);
    }
    for (_, fields, values) in rows_of(connection, &field_survey::cultural_resources::FORM, region).await? {
        let inheritors = text(&fields, &values, "inheritors");
        for name in inheritors.split(['、', '，', ',', ' ']).filter(|name| !name.is_empty()) {
            let skill = format!(
                "{}{}",
                text(&fields, &values, "name"),
                text(&fields, &values, "intangible_level")
            );
            lines.push(vec![
                "传承人".to_owned(),
                name.to_owned(),
                String::new(),
                String::new(),
                String::new(),
                skill,
                String::new(),
            ]);
        }
    }
    Ok(List {
        title: "人才清单",
        heads: &[
            ("人员类别", 18.0),
            ("姓名", 12.0),
            ("性别", 8.0),
            ("所在单位", 32.0),
            ("职务", 16.0),
            ("专长", 24.0),
            ("备注", 14.0),
        ],
        lines,
    })
}

/// Problems: whatever the survey calls one, the natural villages' included, and every hazard (manual 6.3(4)).
async fn problems(app: &App, connection: &mut Connection, region: &Region) -> Result<List, AppError> {
    let mut lines = Vec::new();
    let own = app.divisions.short(region);
    for form in [
        &field_survey::natural_resources::FORM,
        &field_survey::cultural_resources::FORM,
    ] {
        for (title, fields, values) in rows_of(&mut *connection, form, region).await? {
            let problem = text(&fields, &values, "problems");
            if !problem.is_empty() {
                let name = text(&fields, &values, "name");
                let name = if name.is_empty() {
                    text(&fields, &values, "kind")
                } else {
                    name
                };
                lines.push(vec![title.to_owned(), own.clone(), name, problem]);
            }
        }
    }
    let told = forms::ALL.iter().copied().filter(|form| {
        form.step.is_some_and(|step| step.key == crate::steps::FIELD_SURVEY.key) && form.field("problems").is_some()
    });
    let named: BTreeMap<String, String> = db::hamlets::all(&mut *connection, region)
        .await?
        .into_iter()
        .map(|hamlet| (hamlet.region, hamlet.name))
        .collect();
    for form in told {
        for (code, name, problem) in db::planning::problems(&mut *connection, form, region).await? {
            let place = named.get(&code).cloned().unwrap_or_else(|| own.clone());
            let name = match form.shape {
                Shape::Single => String::new(),
                Shape::Records => name,
            };
            lines.push(vec![form.title.to_owned(), place, name, problem]);
        }
    }
    let form: &'static Form = &field_survey::hazards::FORM;
    let fields: Vec<&'static Field> = form.fields().collect();
    for record in records_of(connection, form, region).await? {
        let told = |key: &str| text(&fields, &record.values, key);
        let threat = format!(
            "{}，威胁 {} 户 {} 人，{}",
            told("kind"),
            told("households"),
            told("people"),
            told("measure")
        );
        lines.push(vec![form.title.to_owned(), own.clone(), told("name"), threat]);
    }
    Ok(List {
        title: "问题清单",
        heads: &[("类别", 20.0), ("所在村", 16.0), ("对象", 24.0), ("存在的问题", 60.0)],
        lines,
    })
}

/// Whether a form can be asked for its problems by name.
pub fn name_of(form: &'static Form) -> &'static str {
    let named = form
        .field(form.name_field)
        .filter(|field| matches!(field.kind, Kind::Text { .. }));
    named.or_else(|| form.field("name")).map_or("id", |field| field.key)
}
