//! The columns of a workbook that is read into a form: which fields they are, and how people write their titles.

use crate::domain::field::{Field, Kind, Shown};
use crate::domain::form::Form;
use crate::domain::page::Tab;
use crate::domain::value::half_width;

/// Fields that a workbook can fill, in the form's order (spec S5.1: all non-auto fields).
pub fn of(tab: &'static Tab) -> Vec<&'static Field> {
    let fixed = tab.fixed.map_or("", |(key, _)| key);
    let fields = tab.form.fields().filter(|field| {
        field.is_stored()
            && !field.is_read_only()
            && !matches!(field.shown, Shown::Never)
            && field.key != fixed
            && field.copied.is_none()
    });
    fields.collect()
}

/// The title of a column as the template writes it.
pub fn title(field: &Field) -> String {
    if field.unit.is_empty() {
        field.title.to_owned()
    } else {
        format!("{}({})", field.title, field.unit)
    }
}

/// A title without what people add to it or leave out of it.
pub fn plain(title: &str) -> String {
    let half = half_width(title);
    let text: String = half
        .chars()
        .filter(|letter| {
            !letter.is_whitespace()
                && !letter.is_control()
                && !matches!(letter, '*' | ':' | '：' | '\u{200B}' | '\u{FEFF}')
        })
        .collect();
    text.replace(['（', '【', '['], "(")
        .replace(['）', '】', ']'], ")")
        .replace("(必填)", "")
        .replace("(选填)", "")
        .to_lowercase()
}

/// The title up to its brackets: 所在单位 of 所在单位(全称).
fn stem(title: &str) -> &str {
    title.split('(').next().unwrap_or(title)
}

/// Which field a title means: the whole title first, then what the field is also called, then the title without its
/// brackets, where only one field has that.
pub fn find(fields: &[&'static Field], written: &str) -> Option<&'static Field> {
    let written = plain(written);
    if written.is_empty() {
        return None;
    }
    let whole = fields
        .iter()
        .find(|field| plain(&title(field)) == written || plain(field.title) == written);
    if let Some(field) = whole {
        return Some(field);
    }
    if let Some(field) = fields
        .iter()
        .find(|field| field.also.iter().any(|other| plain(other) == written))
    {
        return Some(field);
    }
    let mut close = fields
        .iter()
        .filter(|field| stem(&plain(field.title)) == stem(&written));
    let first = close.next()?;
    close.next().is_none().then_some(*first)
}

/// What a template was made of: another version has other columns.
pub fn version(form: &Form, fields: &[&'static Field]) -> String {
    let titles: Vec<String> = fields
        .iter()
        .map(|field| format!("{}={}", field.key, title(field)))
        .collect();
    crate::server::session::hash(&format!("{}:{}", form.key, titles.join(",")))
        .chars()
        .take(12)
        .collect()
}

/// Whether cells of the column are text that must not become a number.
pub fn is_text(field: &Field) -> bool {
    !matches!(
        field.kind,
        Kind::Integer { .. } | Kind::Decimal { .. } | Kind::Year(_) | Kind::Date { .. } | Kind::Computed { .. }
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forms::team::candidates::FORM;

    #[test]
    fn titles_are_found_as_people_write_them() {
        let fields: Vec<&'static Field> = FORM.fields().collect();
        for (written, key) in [
            ("人员姓名", "name"),
            ("*人员姓名", "name"),
            (" 人员 姓名：", "name"),
            ("姓名", "name"),
            ("所在单位（全称）", "unit"),
            ("所在单位", "unit"),
            ("职级", "rank"),
            ("职级(职等)（必填）", "rank"),
            ("手机号码", "phone"),
            ("联系电话", "phone"),
        ] {
            assert_eq!(find(&fields, written).map(|field| field.key), Some(key), "{written}");
        }
        for written in ["", "序号", "单位电话", "姓名拼音"] {
            assert!(find(&fields, written).is_none(), "{written}");
        }
    }
}
