//! What people write into cells, as the text that a draft holds: dates as text and as numbers, full-width digits, labels
//! for codes, 是/否/√.

use super::reading::Cell;
use crate::domain::code::{Code, CodeList};
use crate::domain::field::{Field, Kind};
use crate::domain::value::half_width;
use crate::server::attachments::table::moment_text;
use calamine::{ExcelDateTime, ExcelDateTimeType};

/// Days that a number can mean: 1927 to 2119.
const DAYS: std::ops::Range<f64> = 10_000.0..80_000.0;

/// What a cell says, as people see it.
pub fn shown(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => text.clone(),
        Cell::Number(number) => plain_number(*number),
        Cell::Moment(moment) => moment_text(moment),
        Cell::Bool(is_true) => if *is_true { "是" } else { "否" }.to_owned(),
    }
}

/// What Excel shows: 0.3 and not 0.30000000000000004, never in powers of ten.
fn plain_number(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e15 {
        return format!("{number:.0}");
    }
    if number.abs() < 1e9 {
        return ((number * 1e6).round() / 1e6).to_string();
    }
    number.to_string()
}

/// The text of a cell as a draft of that field holds it. What cannot be understood stays as it was written, so that the
/// verdict names it; what no list knows is an error that says what there is.
pub fn typed(field: &Field, cell: &Cell) -> Result<String, String> {
    let text = tidy(&shown(cell));
    match field.kind {
        Kind::Date { .. } => Ok(day(cell, &text)),
        Kind::Month => Ok(month(&day(cell, &text))),
        Kind::Year(_) => Ok(day(cell, &text).chars().take(4).collect()),
        Kind::Switch => Ok(switch(&text).map_or(text, str::to_owned)),
        Kind::Choice(list) => one_of(list, &text),
        Kind::Choices(list) => {
            let parts = text.split(['、', ',', '，', ';', '；', '/', '\n']);
            let codes: Result<Vec<String>, String> = parts
                .map(str::trim)
                .filter(|part| !part.is_empty())
                .map(|part| one_of(list, part))
                .collect();
            Ok(codes?.join(","))
        }
        Kind::Phone { landline: false } => Ok(mobile(&text)),
        Kind::Phone { .. } | Kind::IdNumber => Ok(half_width(&text).replace(char::is_whitespace, "")),
        Kind::Integer { .. } | Kind::Decimal { .. } => Ok(half_width(&text).replace([',', '，', ' '], "")),
        Kind::PersonName => Ok(text.replace(char::is_whitespace, "")),
        Kind::LongText { .. } => Ok(text),
        _ => Ok(text.split_whitespace().collect::<Vec<_>>().join(" ")),
    }
}

/// Without what nobody sees: zero-width and control characters, spaces around.
fn tidy(text: &str) -> String {
    let seen = text.chars().filter_map(|letter| match letter {
        '\u{200B}'..='\u{200F}' | '\u{FEFF}' | '\u{2060}' => None,
        '\u{A0}' | '\u{3000}' => Some(' '),
        '\n' => Some('\n'),
        letter if letter.is_control() => Some(' '),
        letter => Some(letter),
    });
    seen.collect::<String>().trim().to_owned()
}

/// A day: as a date, as the number behind one, or as text in one of the usual ways.
fn day(cell: &Cell, text: &str) -> String {
    let moment = match cell {
        Cell::Moment(moment) => Some(*moment),
        Cell::Number(number) if DAYS.contains(number) => {
            Some(ExcelDateTime::new(*number, ExcelDateTimeType::DateTime, false))
        }
        _ => None,
    };
    if let Some(moment) = moment {
        let (year, month, day, ..) = moment.to_ymd_hms_milli();
        return format!("{year}-{month:02}-{day:02}");
    }
    let half = half_width(text);
    let half = half.split_whitespace().next().unwrap_or_default();
    let all_digits = half.chars().all(|letter| letter.is_ascii_digit());
    if half.len() == 8 && all_digits {
        return format!("{}-{}-{}", &half[..4], &half[4..6], &half[6..]);
    }
    if half.len() == 6 && all_digits {
        return format!("{}-{}", &half[..4], &half[4..]);
    }
    half.to_owned()
}

/// `1985-03` of `1985.3`, `1985年3月`, `1985-03-01`.
fn month(text: &str) -> String {
    let plain = text.replace(['/', '.', '年', '月'], "-");
    let mut parts = plain.split('-').filter(|part| !part.is_empty());
    match (parts.next(), parts.next()) {
        (Some(year), Some(month)) if year.len() == 4 && month.len() <= 2 => format!("{year}-{month:0>2}"),
        _ => text.to_owned(),
    }
}

fn switch(text: &str) -> Option<&'static str> {
    match half_width(text).to_uppercase().as_str() {
        "是" | "√" | "✓" | "✔" | "☑" | "Y" | "YES" | "1" | "TRUE" | "对" | "有" | "愿意" | "同意" | "T" => {
            Some("1")
        }
        "否" | "×" | "✗" | "✘" | "X" | "N" | "NO" | "0" | "FALSE" | "无" | "没有" | "不愿意" | "不同意" | "F" => {
            Some("0")
        }
        _ => None,
    }
}

/// Labels without what people write differently.
fn plain(label: &str) -> String {
    half_width(label)
        .chars()
        .filter(|letter| !letter.is_whitespace() && !matches!(letter, '“' | '”' | '"' | '‘' | '’'))
        .collect::<String>()
        .replace('（', "(")
        .replace('）', ")")
}

/// The code of a label, or what there is to choose from.
fn one_of(list: &CodeList, text: &str) -> Result<String, String> {
    if text.is_empty() {
        return Ok(String::new());
    }
    let wanted = plain(text);
    let found = list.codes().iter().find(|code| plain(code.label) == wanted);
    // 中共党员 is written as 党员 and the like: a part that only one label has.
    let close = || {
        let mut close = list
            .offered_with("")
            .filter(|code| wanted.chars().count() >= 2 && plain(code.label).ends_with(&wanted));
        let first = close.next()?;
        close.next().is_none().then_some(first)
    };
    if let Some(code) = found.or_else(|| list.find(text)).or_else(close) {
        return Ok(code.code.to_owned());
    }
    let offered: Vec<&Code> = list.offered_with("").collect();
    let labels: Vec<&str> = offered.iter().take(12).map(|code| code.label).collect();
    let more = if offered.len() > labels.len() { "等" } else { "" };
    Err(format!("“{text}”不在可选项中，请填写：{}{more}", labels.join("、")))
}

/// A mobile number without spaces, dashes and the country's code.
fn mobile(text: &str) -> String {
    let digits: String = half_width(text)
        .chars()
        .filter(|letter| !letter.is_whitespace() && !matches!(letter, '-' | '—' | '(' | ')'))
        .collect();
    let digits = digits.trim_start_matches('+');
    match digits.strip_prefix("86") {
        Some(rest) if rest.len() == 11 => rest.to_owned(),
        _ => digits.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forms::team::candidates::FORM;

    fn read(key: &str, cell: Cell) -> Result<String, String> {
        typed(FORM.field(key).unwrap(), &cell)
    }

    fn text(key: &str, text: &str) -> Result<String, String> {
        read(key, Cell::Text(text.to_owned()))
    }

    #[test]
    fn cells_are_understood_as_people_write_them() {
        for (key, written, held) in [
            ("name", " 张 三 ", "张三"),
            ("phone", "１３８ １２３４ ８０００", "13812348000"),
            ("phone", "+86 138-1234-8000", "13812348000"),
            ("asked_on", "2021.8.1", "2021.8.1"),
            ("asked_on", "20210801", "2021-08-01"),
            ("born_in", "1985年3月", "1985-03"),
            ("born_in", "1985.03", "1985-03"),
            ("born_in", "198503", "1985-03"),
            ("willing", "√", "1"),
            ("willing", "是", "1"),
            ("willing", "×", "0"),
            ("category", "公务员", "1"),
            ("category", " 公 务员", "1"),
            ("category", "1", "1"),
            ("political_status", "中共党员", "01"),
            ("rank", "乡科级", "40"),
            ("unit", "五华区\u{3000}水务局\n", "五华区 水务局"),
        ] {
            assert_eq!(text(key, written).as_deref(), Ok(held), "{key} {written}");
        }
        assert_eq!(
            read("phone", Cell::Number(13_812_348_000.0)).as_deref(),
            Ok("13812348000")
        );
        assert_eq!(read("asked_on", Cell::Number(44_409.0)).as_deref(), Ok("2021-08-01"));
        assert_eq!(read("born_in", Cell::Number(1985.03)).as_deref(), Ok("1985-03"));
        assert_eq!(read("willing", Cell::Bool(true)).as_deref(), Ok("1"));
        assert!(text("category", "老师").unwrap_err().contains("公务员、事业编制人员"));
    }
}
