//! Checks the declarations themselves and says which line is wrong (design §6.2).

use super::field::{Condition, Field, Kind, Required, Shown};
use super::form::Form;
use super::sheet::sheets;

/// Everything that is wrong with a form as written; empty when it is sound.
pub fn faults(form: &'static Form) -> Vec<String> {
    let mut faults = Vec::new();
    let mut say = |text: String| faults.push(format!("{}: {text}", form.key));
    let keys: Vec<&str> = form.fields().map(|field| field.key).collect();
    if !identifier(form.key) {
        say("the key is no identifier".into());
    }
    if form.title.is_empty() || form.fillers.is_empty() {
        say("a title and fillers are needed".into());
    }
    if form.tables.is_some() != sheets(form).next().is_some() {
        say("tables with given rows are worked out by sheet::WORKS, and nothing else is".into());
    }
    for key in [form.placed_by, form.step_field] {
        if !key.is_empty() && !keys.contains(&key) {
            say(format!("the field {key} does not exist"));
        }
    }
    if !form.name_field.is_empty() && !keys.contains(&form.name_field) {
        say(format!("the name field {} does not exist", form.name_field));
    }
    for (position, key) in keys.iter().enumerate() {
        if !identifier(key) || COMMON_COLUMNS.contains(key) {
            say(format!("{key} cannot be a column"));
        }
        if keys[..position].contains(key) {
            say(format!("{key} is declared twice"));
        }
    }
    for field in form.fields() {
        for condition in conditions(field) {
            let (Condition::Is(other, codes) | Condition::IsNot(other, codes)) = condition;
            match form.field(other).map(|field| field.kind) {
                Some(Kind::Choice(list)) => {
                    for code in codes.iter().filter(|code| list.find(code).is_none()) {
                        say(format!("{}: {other} has no code {code}", field.key));
                    }
                }
                Some(Kind::Switch) => {}
                _ => say(format!("{}: a condition on {other}, which is no choice", field.key)),
            }
        }
        match field.kind {
            Kind::Choice(list) | Kind::Choices(list) => {
                let mut codes: Vec<&str> = list.codes().iter().map(|code| code.code).collect();
                codes.sort_unstable();
                codes.dedup();
                if codes.len() != list.codes().len() || codes.is_empty() {
                    say(format!("{}: the list {} has doubles or is empty", field.key, list.key));
                }
                if codes.iter().any(|code| code.contains(',')) {
                    say(format!("{}: a code with a comma", field.key));
                }
            }
            Kind::Grid(grid) => {
                for column in grid.columns {
                    if matches!(column.kind, Kind::Grid(_) | Kind::Mirror { .. }) {
                        say(format!("{}.{}: not a kind for a grid", field.key, column.key));
                    }
                }
                for column in grid
                    .unique
                    .iter()
                    .copied()
                    .chain(grid.at_most.iter().map(|rule| rule.0))
                {
                    if !grid.columns.iter().any(|candidate| candidate.key == column) {
                        say(format!("{}: no column {column}", field.key));
                    }
                }
            }
            _ => {}
        }
    }
    faults
}

/// Columns that every form's table has.
pub const COMMON_COLUMNS: [&str; 16] = [
    "id",
    "region",
    "level",
    "organ",
    "status",
    "version",
    "saved_as",
    "attachment_count",
    "created_by",
    "created_name",
    "created_at",
    "updated_by",
    "updated_at",
    "deleted_at",
    "parent",
    "position",
];

fn conditions(field: &Field) -> Vec<Condition> {
    let mut conditions = Vec::new();
    if let Required::When(condition) = field.required {
        conditions.push(condition);
    }
    if let Shown::When(condition) = field.shown {
        conditions.push(condition);
    }
    conditions
}

fn identifier(key: &str) -> bool {
    key.starts_with(|letter: char| letter.is_ascii_lowercase())
        && key
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}
