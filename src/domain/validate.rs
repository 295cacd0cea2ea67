//! The one verdict on a draft: the browser shows it while typing, the server decides by it.

use super::date;
use super::field::{Field, Grid, Kind};
use super::form::Form;
use super::phone;
use super::problem::{Problem, Severity};
use super::record::{Draft, DraftRow, Values, parts};
use super::value::{NumberFault, Value, format_scaled, half_width, parse_scaled};
use std::collections::BTreeMap;

/// A draft with its verdict: the values that can be stored, and what is wrong.
#[derive(Debug, Default)]
pub struct Checked {
    /// Field key → value; absent means empty.
    pub values: BTreeMap<&'static str, Value>,
    /// Grid key → rows without the blank ones.
    pub grids: BTreeMap<&'static str, Vec<CheckedRow>>,
    /// Everything that is wrong, in the order of the form.
    pub problems: Vec<Problem>,
}

/// One row of a grid.
#[derive(Debug, Default)]
pub struct CheckedRow {
    /// Id of the stored row, empty for a new one.
    pub id: String,
    /// Column key → value.
    pub values: BTreeMap<&'static str, Value>,
}

impl Checked {
    /// Whether the record can be saved, given the reasons that came with the draft.
    pub fn blocking<'a>(&'a self, draft: &'a Draft) -> impl Iterator<Item = &'a Problem> {
        self.problems.iter().filter(move |problem| match problem.severity {
            Severity::Error => true,
            Severity::Warning => false,
            Severity::NeedsReason => {
                let reason = problem.rule.as_deref().and_then(|rule| draft.reasons.get(rule));
                reason.is_none_or(|reason| reason.trim().is_empty())
            }
        })
    }
}

/// Checks a draft of a form as it is saved. `today` is the ISO date of the day (Asia/Shanghai); there is no clock in here.
pub fn check(form: &'static Form, draft: &Draft, today: &str) -> Checked {
    judge(form, draft, today, form.complete_later)
}

/// Checks it as it has to be when its step is completed: also what may be filled later has to be there.
pub fn check_complete(form: &'static Form, draft: &Draft, today: &str) -> Checked {
    judge(form, draft, today, false)
}

fn judge(form: &'static Form, draft: &Draft, today: &str, is_growing: bool) -> Checked {
    let whole = form.tables.map(|tables| (tables.completed)(form, draft));
    let draft = whole.as_ref().unwrap_or(draft);
    let values = Values::of(form, draft);
    let mut checked = Checked::default();
    for field in form.fields() {
        if !field.holds(&values) {
            continue;
        }
        match field.kind {
            Kind::Grid(grid) => {
                let rows = check_grid(field, grid, draft.rows(field.key), today, &mut checked.problems);
                if rows.is_empty() && field.must_be_filled(&values) && !is_growing {
                    checked
                        .problems
                        .push(Problem::error(field.key, format!("请填写{}", field.title)));
                }
                checked.grids.insert(field.key, rows);
            }
            _ => match check_field(field, &values, today) {
                Ok(Some(value)) => {
                    if let Some(message) = too_short(field, &value).filter(|_| !is_growing) {
                        checked.problems.push(Problem::error(field.key, message));
                    }
                    checked.values.insert(field.key, value);
                }
                Ok(None)
                    if field.must_be_filled(&values)
                        && !field.is_read_only()
                        && !field.is_copied(&values)
                        && !is_growing =>
                {
                    checked.problems.push(Problem::error(field.key, missing(field)));
                }
                Ok(None) => {}
                Err(message) => checked.problems.push(Problem::error(field.key, message)),
            },
        }
    }
    checked
        .problems
        .extend(form.rules.iter().filter_map(|rule| rule.check(&values)));
    if let Some(tables) = form.tables {
        checked.problems.extend((tables.problems)(form, draft, is_growing));
    }
    checked
}

/// What a draft newly chooses although it has ended: what the stored record holds already may stay (F-26).
pub fn ended(form: &'static Form, draft: &Draft, stored: &Draft) -> Vec<Problem> {
    let mut problems = Vec::new();
    let values = Values::of(form, draft);
    let mut look = |place: String, column: &Field, chosen: &str, held: &mut dyn Iterator<Item = &str>| {
        let (Kind::Choice(list) | Kind::Choices(list)) = column.kind else {
            return;
        };
        let gone = |code: &&str| list.find(code).is_some_and(|found| found.retired);
        let mut gone: Vec<&str> = parts(chosen).filter(gone).collect();
        if gone.is_empty() {
            return;
        }
        let kept: Vec<&str> = held.flat_map(parts).collect();
        gone.retain(|code| !kept.contains(code));
        if let Some(code) = gone.first() {
            problems.push(Problem::error(
                place,
                format!("“{}”已停用，请重新选择", list.label(code)),
            ));
        }
    };
    for field in form.fields().filter(|field| field.holds(&values)) {
        let Kind::Grid(grid) = field.kind else {
            let held = stored.text(field.key);
            look(
                field.key.to_owned(),
                field,
                draft.text(field.key),
                &mut std::iter::once(held),
            );
            continue;
        };
        let rows = draft.rows(field.key).iter().filter(|row| !row.is_blank());
        for (position, row) in rows.enumerate() {
            for column in grid.columns {
                let text = |row: &'_ DraftRow| row.values.get(column.key).map_or("", String::as_str).to_owned();
                let held: Vec<String> = stored.rows(field.key).iter().map(text).collect();
                let place = format!("{}.{position}.{}", field.key, column.key);
                look(place, column, &text(row), &mut held.iter().map(String::as_str));
            }
        }
    }
    problems
}

/// A text that says less than it should once it is complete.
fn too_short(field: &Field, value: &Value) -> Option<String> {
    let Kind::LongText { min, .. } = field.kind else {
        return None;
    };
    let letters = value.text().unwrap_or_default().trim().chars().count();
    (letters < min).then(|| format!("{}不少于 {min} 个字", field.title))
}

/// What is said of a field that has to be filled and is not.
pub fn missing(field: &Field) -> String {
    match field.kind {
        Kind::Choice(_)
        | Kind::Choices(_)
        | Kind::Date { .. }
        | Kind::Month
        | Kind::Year(_)
        | Kind::Division(_)
        | Kind::Divisions(_)
        | Kind::Reference { .. } => format!("请选择{}", field.title),
        Kind::Files(_) => format!("请上传{}", field.title.trim_start_matches("上传")),
        _ => format!("请输入{}", field.title),
    }
}

fn check_grid(
    field: &'static Field,
    grid: &'static Grid,
    rows: &[DraftRow],
    today: &str,
    problems: &mut Vec<Problem>,
) -> Vec<CheckedRow> {
    let mut checked = Vec::new();
    let filled = rows.iter().enumerate().filter(|(_, row)| !row.is_blank());
    for (position, row) in filled.clone() {
        let values = Values {
            fields: grid.columns.iter().collect(),
            texts: &row.values,
        };
        let mut of_row = CheckedRow {
            id: row.id.clone(),
            ..Default::default()
        };
        for column in grid.columns.iter().filter(|column| column.holds(&values)) {
            let place = format!("{}.{position}.{}", field.key, column.key);
            match check_field(column, &values, today) {
                Ok(Some(value)) => {
                    of_row.values.insert(column.key, value);
                }
                Ok(None) if column.must_be_filled(&values) => problems.push(Problem::error(place, missing(column))),
                Ok(None) => {}
                Err(message) => problems.push(Problem::error(place, message)),
            }
        }
        checked.push(of_row);
    }
    for column in grid.unique {
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        for (position, row) in filled.clone() {
            let text = row
                .values
                .get(*column)
                .map_or(String::new(), |text| text.trim().to_owned());
            if text.is_empty() {
                continue;
            }
            if let Some(first) = seen.get(&text) {
                let message = format!("与第 {} 行重复：{text}", first + 1);
                problems.push(Problem::error(format!("{}.{position}.{column}", field.key), message));
            } else {
                seen.insert(text, position);
            }
        }
    }
    for (column, code, most, message) in grid.at_most {
        let holders = filled
            .clone()
            .filter(|(_, row)| row.values.get(*column).is_some_and(|held| held == code));
        for (position, _) in holders.skip(*most) {
            problems.push(Problem::error(format!("{}.{position}.{column}", field.key), *message));
        }
    }
    if checked.len() > grid.max_rows {
        problems.push(Problem::error(
            field.key,
            format!("{}最多 {} 行", field.title, grid.max_rows),
        ));
    }
    checked
}

/// The value of one field, `None` when it is empty, or what is wrong with it.
pub fn check_field(field: &Field, values: &Values<'_>, today: &str) -> Result<Option<Value>, String> {
    if let Kind::Computed { of, .. } = field.kind {
        return Ok(of(values).map(Value::Integer));
    }
    if matches!(
        field.kind,
        Kind::Mirror { .. } | Kind::Related(_) | Kind::Results | Kind::Cumulated(_)
    ) {
        return Ok(None);
    }
    let typed = values.text(field.key);
    if typed.is_empty() {
        return match field.kind {
            // A switch that was not touched is 否.
            Kind::Switch => Ok(Some(Value::Integer(0))),
            Kind::Files(slot) if slot.least > 0 && !field.must_be_filled(values) => Ok(None),
            _ => Ok(None),
        };
    }
    let text = |text: String| Ok(Some(Value::Text(text)));
    match field.kind {
        Kind::Text { max, min } => {
            single_line(typed)?;
            length(typed, min, max)?;
            text(typed.to_owned())
        }
        Kind::LongText { max, .. } => {
            if typed
                .chars()
                .any(|letter| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t'))
            {
                return Err("含有不能保存的控制字符".to_owned());
            }
            length(typed, 0, max)?;
            text(typed.replace("\r\n", "\n"))
        }
        Kind::PersonName => {
            let name = typed.replace(['•', '・', '．'], "·");
            let chinese =
                |letter: char| matches!(letter, '\u{4E00}'..='\u{9FFF}' | '\u{3400}'..='\u{4DBF}' | '·' | '〇');
            let count = name.chars().count();
            if !(2..=20).contains(&count) || !name.chars().all(chinese) {
                return Err("请输入 2–20 个汉字的姓名，可以含“·”".to_owned());
            }
            text(name)
        }
        Kind::Integer { min, max } => number(field, typed, 0, min, max),
        Kind::Decimal { scale, min, max } => number(field, typed, scale, min, max),
        Kind::Year(years) => {
            let (from, to) = years.bounds();
            match half_width(typed).trim_end_matches('年').parse::<i64>() {
                Ok(year) if (from..=to).contains(&year) => Ok(Some(Value::Integer(year))),
                _ => Err(format!("请输入 {from}–{to} 之间的年份")),
            }
        }
        Kind::Date { from, until_today } => {
            let typed = readable_date(typed);
            if !date::is_date(&typed) {
                return Err("日期不正确，请按 2021-08-11 的样子填写".to_owned());
            }
            if until_today && typed.as_str() > today {
                return Err("日期不能晚于今天".to_owned());
            }
            if typed.as_str() < from {
                return Err(format!("日期不能早于 {from}"));
            }
            text(typed)
        }
        Kind::Month => {
            if !date::is_month(typed) {
                return Err("月份不正确，请按 2021-08 的样子填写".to_owned());
            }
            text(typed.to_owned())
        }
        Kind::Choice(list) => match list.find(typed) {
            Some(_) => text(typed.to_owned()),
            None => Err(format!("请从列表中选择{}", field.title)),
        },
        Kind::Choices(list) => {
            let chosen: Vec<&str> = list
                .codes()
                .iter()
                .map(|code| code.code)
                .filter(|code| parts(typed).any(|p| p == *code))
                .collect();
            if parts(typed).any(|part| list.find(part).is_none()) {
                return Err(format!("请从列表中选择{}", field.title));
            }
            text(chosen.join(","))
        }
        Kind::Switch => match typed {
            "1" | "on" | "是" => Ok(Some(Value::Integer(1))),
            "0" | "否" => Ok(Some(Value::Integer(0))),
            _ => Err("请选择是或否".to_owned()),
        },
        Kind::Phone { landline } => {
            let digits = half_width(typed).replace(' ', "");
            if phone::is_mobile(&digits) || landline && phone::is_landline(&digits) {
                return text(digits);
            }
            Err(if landline {
                "请输入 11 位手机号码，或带区号的固定电话（如 0871-65747100）".to_owned()
            } else {
                "请输入正确的 11 位手机号码".to_owned()
            })
        }
        Kind::IdNumber => {
            let digits = half_width(typed).to_ascii_uppercase();
            if phone::is_id_number(&digits) {
                text(digits)
            } else {
                Err("身份证号不正确，请核对".to_owned())
            }
        }
        Kind::Division(_) | Kind::Reference { many: false, .. } if !field.spreads => {
            single_line(typed)?;
            length(typed, 0, 64)?;
            text(typed.to_owned())
        }
        Kind::Division(_) | Kind::Divisions(_) | Kind::Reference { .. } => {
            single_line(typed)?;
            length(typed, 0, 64_000)?;
            text(parts(typed).collect::<Vec<_>>().join(","))
        }
        Kind::Files(slot) => {
            let count = parts(typed).count();
            if count > slot.most {
                return Err(format!("最多上传 {} 个文件", slot.most));
            }
            if count < slot.least {
                return Err(format!("至少上传 {} 个文件", slot.least));
            }
            text(parts(typed).collect::<Vec<_>>().join(","))
        }
        Kind::Ordinal => number(field, typed, 0, 1, 9_999),
        Kind::OfAccount(_) => text(typed.to_owned()),
        Kind::Computed { .. }
        | Kind::Mirror { .. }
        | Kind::Related(_)
        | Kind::Results
        | Kind::Cumulated(_)
        | Kind::Grid(_) => Ok(None),
    }
}

/// Dates as people paste them: `2021/8/1`, `2021.08.01`, `2021年8月1日`.
fn readable_date(typed: &str) -> String {
    let plain = half_width(typed).replace(['/', '.', '年', '月'], "-").replace('日', "");
    let parts: Vec<&str> = plain.split('-').collect();
    match parts[..] {
        [year, month, day] if year.len() == 4 => format!("{year}-{month:0>2}-{day:0>2}"),
        _ => plain,
    }
}

fn number(field: &Field, typed: &str, scale: u32, min: i64, max: i64) -> Result<Option<Value>, String> {
    let value = parse_scaled(half_width(typed).trim(), scale).map_err(|fault| match fault {
        NumberFault::NotANumber if scale == 0 => "请输入整数".to_owned(),
        NumberFault::NotANumber => "请输入数字".to_owned(),
        NumberFault::TooPrecise if scale == 0 => "请输入整数，不能有小数".to_owned(),
        NumberFault::TooPrecise => format!("最多保留 {scale} 位小数"),
        NumberFault::TooLarge => "数字太大".to_owned(),
    })?;
    if value < min {
        let least = format_scaled(min, scale);
        return Err(if min == 1 && scale > 0 {
            "必须大于 0".to_owned()
        } else {
            format!("不能小于 {least}{}", field.unit)
        });
    }
    if value > max {
        return Err(format!("不能大于 {}{}", format_scaled(max, scale), field.unit));
    }
    Ok(Some(Value::Integer(value)))
}

fn single_line(typed: &str) -> Result<(), String> {
    if typed.chars().any(char::is_control) {
        Err("不能换行，也不能含有控制字符".to_owned())
    } else {
        Ok(())
    }
}

fn length(typed: &str, min: usize, max: usize) -> Result<(), String> {
    let count = typed.chars().count();
    if count > max {
        return Err(format!("最多 {max} 个字，现在有 {count} 个"));
    }
    if count < min {
        return Err(format!("至少 {min} 个字"));
    }
    Ok(())
}

/// A stored value as the user reads it in lists, exports and histories.
pub fn shown(field: &Field, value: &Value) -> String {
    match (field.kind, value) {
        (Kind::Choice(list), Value::Text(code)) => list.label(code),
        (Kind::Choices(list), Value::Text(codes)) => {
            parts(codes).map(|code| list.label(code)).collect::<Vec<_>>().join("、")
        }
        (Kind::Switch, Value::Integer(on)) => if *on == 1 { "是" } else { "否" }.to_owned(),
        (Kind::Decimal { scale, .. } | Kind::Computed { scale, .. }, Value::Integer(number)) => {
            format_scaled(*number, scale)
        }
        (_, Value::Integer(number)) => number.to_string(),
        (_, Value::Text(text)) => text.clone(),
    }
}

/// What a draft says in a field, as people read it.
pub fn readable(field: &Field, values: &Values<'_>) -> String {
    let text = values.text(field.key);
    match field.kind {
        Kind::Computed { of, .. } => of(values).map_or(String::new(), |number| shown(field, &Value::Integer(number))),
        Kind::Choice(_) | Kind::Choices(_) if text.is_empty() => String::new(),
        Kind::Choice(_) | Kind::Choices(_) => shown(field, &Value::Text(text.to_owned())),
        Kind::Switch => if values.is_on(field.key) { "是" } else { "否" }.to_owned(),
        _ => text.to_owned(),
    }
}

/// A stored value as a draft holds it, ready to be typed over.
pub fn typed(field: &Field, value: &Value) -> String {
    match (field.kind, value) {
        (Kind::Decimal { scale, .. } | Kind::Computed { scale, .. }, Value::Integer(number)) => {
            format_scaled(*number, scale)
        }
        (_, Value::Integer(number)) => number.to_string(),
        (_, Value::Text(text)) => text.clone(),
    }
}
