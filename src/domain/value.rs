//! What a field holds once it is checked. Decimals are integers scaled by the field's scale, so sums are exact on every
//! store and no float ever touches money or areas (design §4).

/// A checked value, as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Text, codes, dates.
    Text(String),
    /// Whole numbers, scaled decimals, switches.
    Integer(i64),
}

impl Value {
    /// The text, when it is one.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Integer(_) => None,
        }
    }

    /// The number, when it is one.
    pub fn integer(&self) -> Option<i64> {
        match self {
            Self::Integer(number) => Some(*number),
            Self::Text(_) => None,
        }
    }
}

/// Why a number cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberFault {
    /// Not a number at all.
    NotANumber,
    /// More decimals than the field keeps.
    TooPrecise,
    /// More digits than the store keeps.
    TooLarge,
}

/// Reads a decimal exactly: `12.5` with scale 2 is 1250. Thousands separators are understood.
pub fn parse_scaled(text: &str, scale: u32) -> Result<i64, NumberFault> {
    let text = text.replace([',', '，'], "");
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(&text)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() && fraction.is_empty() || !whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit()) {
        return Err(NumberFault::NotANumber);
    }
    let fraction = fraction.trim_end_matches('0');
    let scale = scale as usize;
    if fraction.len() > scale {
        return Err(NumberFault::TooPrecise);
    }
    let joined = format!("{whole}{fraction:0<scale$}");
    let number: i64 = joined.parse().map_err(|_| NumberFault::TooLarge)?;
    Ok(if negative { -number } else { number })
}

/// Writes a scaled number without needless zeros: 1250 with scale 2 is `12.5`.
pub fn format_scaled(number: i64, scale: u32) -> String {
    let scale = scale as usize;
    let sign = if number < 0 { "-" } else { "" };
    let digits = format!("{:0>width$}", number.unsigned_abs(), width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    let fraction = fraction.trim_end_matches('0');
    if fraction.is_empty() {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{fraction}")
    }
}

/// A written number with separators of thousands: `1234.5` is `1,234.5`.
pub fn grouped(text: &str) -> String {
    let (whole, fraction) = text.split_at(text.find('.').unwrap_or(text.len()));
    let (sign, digits) = whole.split_at(usize::from(whole.starts_with('-')));
    let mut grouped = sign.to_owned();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped + fraction
}

/// Full-width digits, letters and signs as people type them on Chinese keyboards, made half-width.
pub fn half_width(text: &str) -> String {
    text.chars()
        .map(|letter| match letter {
            '！'..='～' => char::from_u32(letter as u32 - 0xFEE0).unwrap_or(letter),
            '\u{3000}' => ' ',
            '—' => '-',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_exact_both_ways() {
        for (text, scale, number) in [
            ("12.5", 2, 1250),
            ("0.01", 2, 1),
            ("-3", 2, -300),
            ("1,234.50", 2, 123_450),
        ] {
            assert_eq!(parse_scaled(text, scale), Ok(number), "{text}");
        }
        for number in [-1250, -1, 0, 1, 99, 100, 123_450, i64::from(i32::MAX)] {
            assert_eq!(parse_scaled(&format_scaled(number, 2), 2), Ok(number));
        }
    }

    #[test]
    fn thousands_are_told_apart() {
        for (text, read) in [
            ("0", "0"),
            ("123", "123"),
            ("1234", "1,234"),
            ("-1234567.89", "-1,234,567.89"),
        ] {
            assert_eq!(grouped(text), read);
        }
    }

    #[test]
    fn faults_are_told_apart() {
        assert_eq!(parse_scaled("", 2), Err(NumberFault::NotANumber));
        assert_eq!(parse_scaled("1e5", 2), Err(NumberFault::NotANumber));
        assert_eq!(parse_scaled("1.234", 2), Err(NumberFault::TooPrecise));
        assert_eq!(parse_scaled("99999999999999999999", 2), Err(NumberFault::TooLarge));
    }

    #[test]
    fn full_width_digits_are_understood() {
        assert_eq!(half_width("１２．５"), "12.5");
    }
}
