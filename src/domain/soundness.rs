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
        if let Some(fault) = number_fault(field) {
            say(format!("{}: {fault}", field.key));
        }
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
                    if let Some(fault) = number_fault(column) {
                        say(format!("{}.{}: {fault}", field.key, column.key));
                    }
                    // The text of a table is masked number by number.
                    if column.private && !column.is_personal_number() {
                        say(format!(
                            "{}.{}: only numbers are private in a grid",
                            field.key, column.key
                        ));
                    }
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

/// What is wrong with whose a number is said to be: a new form cannot forget to say it (`security.md` P01, G21).
fn number_fault(field: &Field) -> Option<&'static str> {
    match (field.private, field.office) {
        (true, true) => Some("somebody's own number is none of an office"),
        (false, true) if !matches!(field.kind, Kind::Phone { .. }) => Some("an office has telephone numbers only"),
        (false, false) if field.is_personal_number() => Some("a number is private or of an office"),
        _ => None,
    }
}

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

#[cfg(test)]
mod tests {
    use super::faults;
    use crate::domain::account::AccountKind::Village;
    use crate::domain::field::{Grid, grid, id_number, person_name, phone, phone_or_landline, text};
    use crate::domain::form::{Form, RECORDS, section};

    static PEOPLE: Grid = Grid {
        row_title: "人员",
        columns: &[
            person_name("name", "姓名").private(),
            phone("phone", "联系电话"),
            phone("second", "备用电话").private(),
        ],
        max_rows: 10,
        fixed: false,
        sheet: None,
        unique: &[],
        at_most: &[],
    };

    static FORGETFUL: Form = Form {
        key: "forgetful",
        title: "人员",
        fillers: &[Village],
        sections: &[section(
            "基本信息",
            &[
                phone("own", "联系电话"),
                phone("masked", "联系电话").private(),
                phone_or_landline("office", "服务电话").of_office(),
                phone("both", "电话").private().of_office(),
                id_number("identity", "身份证号"),
                id_number("sealed", "身份证号").of_office(),
                text("contact", "联系方式", 50).private(),
                grid("people", "人员", &PEOPLE),
            ],
        )],
        ..RECORDS
    };

    #[test]
    fn whose_a_number_is_cannot_be_forgotten() {
        assert_eq!(
            faults(&FORGETFUL),
            [
                "forgetful: own: a number is private or of an office",
                "forgetful: both: somebody's own number is none of an office",
                "forgetful: identity: a number is private or of an office",
                "forgetful: sealed: an office has telephone numbers only",
                "forgetful: people.name: only numbers are private in a grid",
                "forgetful: people.phone: a number is private or of an office",
            ]
        );
    }
}
