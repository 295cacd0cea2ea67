//! The demo data as it is written down: one TOML table per record, `[[form]]`, with the filler's login key under `by`,
//! values as a user reads them (labels, not codes), grids as arrays of tables and files as `"source"`, `"source as name"`
//! or `"source about natural village"`. `region` names the village of a record that its filler registers further up.
//! `then` holds what the filler corrects afterwards. `[[switch]]` moves a 是否完成 switch.

use crate::domain::code::CodeList;
use crate::domain::field::{Field, Kind};
use crate::domain::form::Form;
use crate::domain::record::{Draft, DraftRow};
use crate::domain::region::Region;
use crate::domain::step::Step;
use crate::domain::verb::Verb;
use crate::forms;
use crate::steps;
use std::collections::BTreeMap;
use toml::{Table, Value};

static PARTS: [&str; 7] = [
    include_str!("villages.toml"),
    include_str!("documents.toml"),
    include_str!("institutions.toml"),
    include_str!("activities.toml"),
    include_str!("tasks.toml"),
    include_str!("team.toml"),
    include_str!("planning.toml"),
];

/// The files that records carry.
const FILES: &[(&str, &[u8])] = &[
    (
        "attendance.xlsx",
        include_bytes!("../../../../data/demo/attendance.xlsx"),
    ),
    ("board.jpg", include_bytes!("../../../../data/demo/board.jpg")),
    (
        "leading-group.pdf",
        include_bytes!("../../../../data/demo/leading-group.pdf"),
    ),
    ("manual.pdf", include_bytes!("../../../../public/manual.pdf")),
    ("meeting.jpg", include_bytes!("../../../../data/demo/meeting.jpg")),
    ("notice.pdf", include_bytes!("../../../../data/demo/notice.pdf")),
    ("station.pdf", include_bytes!("../../../../data/demo/station.pdf")),
    ("terraces.jpg", include_bytes!("../../../../data/demo/terraces.jpg")),
    (
        "training-notes.pdf",
        include_bytes!("../../../../data/demo/training-notes.pdf"),
    ),
    ("training.jpg", include_bytes!("../../../../data/demo/training.jpg")),
    ("work-plan.pdf", include_bytes!("../../../../data/demo/work-plan.pdf")),
];

/// Everything, in the order in which it happens.
pub struct Plan {
    /// Records.
    pub entries: Vec<Entry>,
    /// Switches, after all records of their stage.
    pub switches: Vec<Switch>,
}

/// One record.
pub struct Entry {
    /// Its form.
    pub form: &'static Form,
    /// Login key of its filler.
    pub by: String,
    /// Its place among the records of the form: part of its id.
    pub number: usize,
    /// What is typed.
    pub draft: Draft,
    /// Field, name and bytes of each upload.
    pub files: Vec<Upload>,
    /// Field, target and labels of references, whose ids are known only in the store.
    pub references: Vec<(&'static str, &'static str, Vec<String>)>,
    /// Field and text of what is corrected afterwards.
    pub then: Vec<(&'static str, String)>,
    /// What the review does with it, in order.
    pub acts: Vec<DemoAct>,
    /// When it happens: 0 before 规划编制, then the position of its step.
    pub stage: usize,
}

/// One act of a review.
pub struct DemoAct {
    /// Login key.
    pub by: String,
    /// What.
    pub verb: Verb,
    /// On the record of this form that came into being beside it; empty for the record itself.
    pub on: String,
    /// What is said.
    pub opinion: String,
    /// Field → remark.
    pub pins: BTreeMap<String, String>,
    /// Field → what is filled with it.
    pub values: BTreeMap<String, String>,
}

/// One upload.
pub struct Upload {
    /// Field.
    pub field: &'static str,
    /// File name.
    pub name: String,
    /// Content.
    pub bytes: &'static [u8],
    /// The natural village that it shows, or empty.
    pub about: String,
}

/// One move of a switch.
pub struct Switch {
    /// Login key.
    pub by: String,
    /// Step.
    pub step: &'static Step,
    /// Region, when it is not the account's own.
    pub region: Option<Region>,
    /// The year, for steps with a switch for each.
    pub year: String,
    /// 是 or 否.
    pub done: bool,
    /// Why, when it is reopened for somebody else.
    pub reason: String,
    /// As for records.
    pub stage: usize,
}

/// Reads the plan.
pub fn plan() -> Result<Plan, String> {
    let parts: Vec<Table> = PARTS
        .iter()
        .map(|part| part.parse().map_err(said))
        .collect::<Result<_, _>>()?;
    let mut entries = Vec::new();
    for form in forms::ALL {
        let tables = parts.iter().flat_map(|part| tables(part, form.key)).enumerate();
        let mut of_form: Vec<Entry> = tables
            .map(|(number, table)| entry(form, number, table))
            .collect::<Result<_, _>>()?;
        // Lists show the newest first: what happened first, or stands last, is registered first.
        of_form.reverse();
        of_form.sort_by(|one, other| one.day().cmp(other.day()));
        entries.append(&mut of_form);
    }
    entries.sort_by_key(|entry| entry.stage);
    let switches = parts
        .iter()
        .flat_map(|part| tables(part, "switch"))
        .map(switch)
        .collect::<Result<_, _>>()?;
    Ok(Plan { entries, switches })
}

/// How far 规划编制 has to be: a step waits for those before it.
fn stage(step: Option<&Step>) -> usize {
    let planning = step.and_then(|step| steps::PLANNING.iter().position(|one| one.key == step.key));
    planning.map_or(0, |position| position + 1)
}

impl Entry {
    /// The first date of the record, or nothing.
    fn day(&self) -> &str {
        let date = self.form.fields().find(|field| matches!(field.kind, Kind::Date { .. }));
        date.map_or("", |field| self.draft.text(field.key))
    }
}

fn said(error: impl std::fmt::Display) -> String {
    format!("demo data: {error}")
}

fn tables<'a>(part: &'a Table, key: &str) -> impl Iterator<Item = &'a Table> {
    part.get(key)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_table)
}

fn word(table: &Table, key: &str) -> Result<String, String> {
    let text = table.get(key).and_then(Value::as_str).map(str::to_owned);
    text.ok_or_else(|| said(format!("no {key} in {table}")))
}

fn entry(form: &'static Form, number: usize, table: &Table) -> Result<Entry, String> {
    let mut entry = Entry {
        form,
        by: word(table, "by")?,
        number,
        draft: Draft::default(),
        files: Vec::new(),
        references: Vec::new(),
        then: Vec::new(),
        acts: Vec::new(),
        stage: 0,
    };
    for (key, value) in table {
        match (key.as_str(), form.field(key), value) {
            ("by", ..) => {}
            ("region", _, Value::String(region)) => entry.draft.region.clone_from(region),
            ("then", _, Value::Table(later)) => {
                for (key, value) in later {
                    let field = form
                        .field(key)
                        .ok_or_else(|| said(format!("{} has no {key}", form.key)))?;
                    entry.then.push((field.key, typed(field, value)?));
                }
            }
            ("acts", _, Value::Array(acts)) => {
                entry.acts = acts
                    .iter()
                    .filter_map(Value::as_table)
                    .map(act)
                    .collect::<Result<_, _>>()?;
            }
            (_, Some(field), value) => entry.take(field, value)?,
            _ => return Err(said(format!("{} has no {key}", form.key))),
        }
    }
    let named = steps::find(entry.draft.text(form.step_field));
    entry.stage = stage(form.step.or(named));
    Ok(entry)
}

fn act(table: &Table) -> Result<DemoAct, String> {
    let verb = word(table, "verb")?;
    let texts = |key: &str| -> BTreeMap<String, String> {
        let table = table.get(key).and_then(Value::as_table);
        let pairs = table.into_iter().flatten();
        pairs
            .filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())))
            .collect()
    };
    Ok(DemoAct {
        by: word(table, "by")?,
        verb: Verb::from_key(&verb).ok_or_else(|| said(format!("no verb {verb}")))?,
        on: table.get("on").and_then(Value::as_str).unwrap_or_default().to_owned(),
        opinion: table
            .get("opinion")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned(),
        pins: texts("pins"),
        values: texts("values"),
    })
}

impl Entry {
    fn take(&mut self, field: &'static Field, value: &Value) -> Result<(), String> {
        match (field.kind, value) {
            (Kind::Grid(grid), Value::Array(rows)) => {
                let rows = rows
                    .iter()
                    .filter_map(Value::as_table)
                    .map(|row| grid_row(grid.columns, row));
                self.draft
                    .grids
                    .insert(field.key.to_owned(), rows.collect::<Result<_, _>>()?);
            }
            (Kind::Files(_), Value::Array(files)) => {
                for file in files.iter().filter_map(Value::as_str) {
                    self.files.push(upload(field.key, file)?);
                }
            }
            (Kind::Reference { to, .. }, Value::Array(labels)) => {
                let labels = labels.iter().filter_map(Value::as_str).map(str::to_owned).collect();
                self.references.push((field.key, to, labels));
            }
            _ => self.draft.set(field.key, typed(field, value)?),
        }
        Ok(())
    }
}

fn grid_row(columns: &'static [Field], row: &Table) -> Result<DraftRow, String> {
    let mut values = BTreeMap::new();
    for (key, value) in row {
        let column = columns
            .iter()
            .find(|column| column.key == key)
            .ok_or_else(|| said(format!("no column {key}")))?;
        values.insert(key.clone(), typed(column, value)?);
    }
    Ok(DraftRow {
        id: String::new(),
        values,
    })
}

fn upload(field: &'static str, file: &str) -> Result<Upload, String> {
    let (file, about) = file.split_once(" about ").unwrap_or((file, ""));
    let (source, name) = file.split_once(" as ").unwrap_or((file, file));
    let found = FILES.iter().find(|(known, _)| *known == source);
    let (_, bytes) = found.ok_or_else(|| said(format!("no file {source}")))?;
    Ok(Upload {
        field,
        name: name.to_owned(),
        bytes,
        about: about.to_owned(),
    })
}

/// A value as a draft holds it: codes instead of labels.
fn typed(field: &Field, value: &Value) -> Result<String, String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Integer(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Datetime(date) => date.to_string(),
        other => return Err(said(format!("{}: {other}", field.key))),
    };
    match field.kind {
        Kind::Choice(list) => code(list, &text),
        Kind::Choices(list) => {
            let codes: Result<Vec<_>, _> = text.split('、').map(|label| code(list, label)).collect();
            Ok(codes?.join(","))
        }
        _ => Ok(text),
    }
}

fn code(list: &CodeList, label: &str) -> Result<String, String> {
    let found = list.codes().iter().find(|code| code.label == label);
    found
        .map(|code| code.code.to_owned())
        .ok_or_else(|| said(format!("{} has no {label}", list.title)))
}

fn switch(table: &Table) -> Result<Switch, String> {
    let step = word(table, "step")?;
    let region = table.get("region").and_then(Value::as_str);
    let step = steps::find(&step).ok_or_else(|| said(format!("no step {step}")))?;
    Ok(Switch {
        by: word(table, "by")?,
        stage: stage(Some(step)),
        step,
        region: region.and_then(Region::parse),
        year: table.get("year").and_then(Value::as_str).unwrap_or_default().to_owned(),
        done: table.get("done").and_then(Value::as_bool).unwrap_or(true),
        reason: table
            .get("reason")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned(),
    })
}
