//! Dates as ISO text (`2021-08-11`), compared as text. No clock: today is always handed in.

/// Whether the text is a real calendar date between 1900 and 2100.
pub fn is_date(text: &str) -> bool {
    parts(text).is_some_and(|(year, month, day)| (1900..=2100).contains(&year) && day <= days_in(year, month))
}

/// Whether the text is a month, `2021-08`.
pub fn is_month(text: &str) -> bool {
    text.len() == 7 && is_date(&format!("{text}-01"))
}

/// The year of a date or month.
pub fn year(text: &str) -> Option<i64> {
    text.get(..4)?.parse().ok()
}

/// Days from the first date to the second, both included; `None` when one is no date or they are reversed.
pub fn days_inclusive(from: &str, to: &str) -> Option<i64> {
    let days = day_number(to)? - day_number(from)? + 1;
    (days > 0).then_some(days)
}

/// `2021年8月11日`; what is no date as it is.
pub fn in_words(text: &str) -> String {
    match parts(text) {
        Some((year, month, day)) => format!("{year}年{month}月{day}日"),
        None => text.to_owned(),
    }
}

fn parts(text: &str) -> Option<(i64, i64, i64)> {
    let bytes = text.as_bytes();
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let number = |range: std::ops::Range<usize>| -> Option<i64> {
        let digits = text.get(range)?;
        digits
            .bytes()
            .all(|byte| byte.is_ascii_digit())
            .then(|| digits.parse().ok())?
    };
    let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
    ((1..=12).contains(&month) && day >= 1).then_some((year, month, day))
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since the start of the era, by Howard Hinnant's civil calendar arithmetic.
fn day_number(text: &str) -> Option<i64> {
    let (year, month, day) = parts(text).filter(|(year, month, day)| *day <= days_in(*year, *month))?;
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_real_dates_pass() {
        for good in ["2021-04-01", "2024-02-29", "2000-02-29"] {
            assert!(is_date(good), "{good}");
        }
        for bad in [
            "2021-02-29",
            "1900-02-30",
            "2021-13-01",
            "2021-00-10",
            "21-4-1",
            "2021/04/01",
            "+021-04-01",
            "",
        ] {
            assert!(!is_date(bad), "{bad}");
        }
    }

    #[test]
    fn days_count_both_ends() {
        assert_eq!(days_inclusive("2021-12-31", "2022-01-01"), Some(2));
        assert_eq!(days_inclusive("2021-04-01", "2021-04-01"), Some(1));
        assert_eq!(days_inclusive("2021-04-02", "2021-04-01"), None);
    }

    #[test]
    fn dates_in_words_have_no_zeros_in_front() {
        assert_eq!(in_words("2021-08-01"), "2021年8月1日");
        assert_eq!(in_words("往年"), "往年");
    }
}
