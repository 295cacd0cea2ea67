//! R-01 telephone numbers and R-02 ID numbers.

/// A mobile number, `^1[3-9]\d{9}$`.
pub fn is_mobile(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 11 && bytes[0] == b'1' && bytes[1] >= b'3' && bytes.iter().all(u8::is_ascii_digit)
}

/// A landline number, `^0\d{2,3}-?\d{7,8}$`.
pub fn is_landline(text: &str) -> bool {
    if !text.starts_with('0') {
        return false;
    }
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    match text.split_once('-') {
        Some((area, number)) => {
            (3..=4).contains(&area.len()) && (7..=8).contains(&number.len()) && all_digits(area) && all_digits(number)
        }
        None => (10..=12).contains(&text.len()) && all_digits(text),
    }
}

/// `138****8000` (`security.md` P01); anything shorter than eight characters is hidden whole.
pub fn masked(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    if letters.len() < 8 {
        return "*".repeat(letters.len());
    }
    let (head, tail) = (&letters[..3], &letters[letters.len() - 4..]);
    format!(
        "{}****{}",
        head.iter().collect::<String>(),
        tail.iter().collect::<String>()
    )
}

/// A text in which every telephone and ID number is shown in part: the rows of a table, told as lines of words.
pub fn masked_within(text: &str) -> String {
    let lines = text.lines().map(|line| {
        let words = line.split(' ').map(|word| {
            if is_mobile(word) || is_landline(word) || is_id_number(word) {
                masked(word)
            } else {
                word.to_owned()
            }
        });
        words.collect::<Vec<_>>().join(" ")
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// An ID number of 18 characters with a valid date and GB 11643 check digit.
pub fn is_id_number(text: &str) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let letters = text.as_bytes();
    if letters.len() != 18 || !letters[..17].iter().all(u8::is_ascii_digit) {
        return false;
    }
    let date = format!("{}-{}-{}", &text[6..10], &text[10..12], &text[12..14]);
    let sum: u32 = letters[..17]
        .iter()
        .zip(WEIGHTS)
        .map(|(digit, weight)| u32::from(digit - b'0') * weight)
        .sum();
    let check = b"10X98765432"[(sum % 11) as usize];
    super::date::is_date(&date) && letters[17].to_ascii_uppercase() == check
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wrong_numbers_of_the_manuals_pictures_are_refused() {
        assert!(!is_mobile("12565847089"));
        assert!(is_mobile("18635264879"));
        assert!(!is_mobile("1863526487"));
        assert!(!is_mobile("１８６３５２６４８７９"));
    }

    #[test]
    fn landlines() {
        for good in ["0871-65747100", "087165747100", "010-6612345"] {
            assert!(is_landline(good), "{good}");
        }
        for bad in ["871-65747100", "0871-657", "0871--6574710", "08a1-65747100"] {
            assert!(!is_landline(bad), "{bad}");
        }
    }

    #[test]
    fn id_numbers_carry_a_check_digit() {
        assert!(is_id_number("11010519491231002X"));
        assert!(is_id_number("11010519491231002x"));
        assert!(!is_id_number("110105194912310021"));
        assert!(!is_id_number("11010519491331002X"));
    }

    #[test]
    fn masking_keeps_head_and_tail() {
        assert_eq!(masked("13812348000"), "138****8000");
        assert_eq!(masked("12345"), "*****");
    }

    #[test]
    fn only_numbers_are_masked_in_a_text() {
        assert_eq!(
            masked_within("一组 张三 13812348000\n二组 0871-65747100 共 12 户\n11010519491231002X"),
            "一组 张三 138****8000\n二组 087****7100 共 12 户\n110****002X"
        );
        assert_eq!(masked_within(""), "");
    }
}
