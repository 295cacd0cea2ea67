//! The names that files get (manual 3.3(5), Q-41).

use super::attachment::{FileType, Naming, Slot};

/// The name of the file at `position` (from 1) in a slot, given the value of the field that the rule names.
pub fn file_name(slot: &Slot, uploaded: &str, kind: FileType, base: &str, position: usize) -> String {
    match slot.naming {
        Naming::Keep => clean(uploaded, kind),
        Naming::FieldAndNumber(_) if base.trim().is_empty() => clean(uploaded, kind),
        Naming::FieldAndNumber(_) => clean(&format!("{}{position}.{}", base.trim(), kind.extension()), kind),
    }
}

/// A name that is safe to show and to save: no path, no control or direction characters, the right extension, at most
/// 120 characters. The name never reaches our own file system (`security.md` A39).
pub fn clean(name: &str, kind: FileType) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let stem = last.rsplit_once('.').map_or(last, |(stem, _)| stem);
    let forbidden = |letter: &char| {
        letter.is_control()
            || "<>:\"|?*".contains(*letter)
            || ('\u{202A}'..='\u{202E}').contains(letter)
            || ('\u{2066}'..='\u{2069}').contains(letter)
            || matches!(letter, '\u{200B}'..='\u{200F}' | '\u{FEFF}')
    };
    let stem: String = stem.chars().filter(|letter| !forbidden(letter)).take(120).collect();
    let stem = stem.trim().trim_matches('.');
    format!("{}.{}", if stem.is_empty() { "附件" } else { stem }, kind.extension())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn photos_take_the_activitys_name_and_a_number() {
        let slot = Slot::up_to(20, &[FileType::Jpg]).named(Naming::FieldAndNumber("title"));
        assert_eq!(
            file_name(&slot, "IMG_0001.JPEG", FileType::Jpg, "动员部署会", 2),
            "动员部署会2.jpg"
        );
        assert_eq!(file_name(&slot, "IMG_0001.JPEG", FileType::Jpg, " ", 2), "IMG_0001.jpg");
    }

    #[test]
    fn hostile_names_become_plain_ones() {
        assert_eq!(clean("../../etc/passwd", FileType::Pdf), "passwd.pdf");
        assert_eq!(clean("a\r\nSet-Cookie: x.pdf", FileType::Pdf), "aSet-Cookie x.pdf");
        assert_eq!(clean("\u{202E}fdp.exe.pdf", FileType::Pdf), "fdp.exe.pdf");
        assert_eq!(clean(&"长".repeat(4_000), FileType::Pdf).chars().count(), 124);
        assert_eq!(clean("...", FileType::Pdf), "附件.pdf");
    }
}
