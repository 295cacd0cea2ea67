//! Names of natural villages that may be one village.

use pinyin::ToPinyin;

/// What such names end in, and what people leave out or put in its place.
const ENDINGS: [char; 2] = ['村', '寨'];

/// Whether two names are said the same, or differ only by what such names end in.
pub fn sounds_like(one: &str, other: &str) -> bool {
    let (one, other) = (sound(one), sound(other));
    !one.is_empty() && one == other
}

fn sound(name: &str) -> String {
    let name = name.trim();
    let stem = name
        .strip_suffix(ENDINGS)
        .filter(|stem| !stem.is_empty())
        .unwrap_or(name);
    let sounds = stem.chars().map(|letter| match letter.to_pinyin() {
        Some(pinyin) => pinyin.plain().to_owned(),
        None => letter.to_lowercase().to_string(),
    });
    sounds.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::sounds_like;

    #[test]
    fn one_village_under_two_spellings() {
        for (one, other) in [
            ("马坡村", "马坡"),
            ("马坡村", "马坡寨"),
            ("花椒村", "花交村"),
            ("李家", "黎家"),
        ] {
            assert!(sounds_like(one, other), "{one} {other}");
        }
        for (one, other) in [("上村", "下村"), ("马坡村", "大马坡村"), ("村", "寨")] {
            assert!(!sounds_like(one, other), "{one} {other}");
        }
    }
}
