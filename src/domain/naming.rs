//! The names that files get (manual 3.3(5), Q-41).

use super::attachment::{FileType, Naming, Slot};

/// The name of the file at `position` (from 1) in a slot, given what the rule puts in front: the value of a field, the short
/// name of the region, the name of the record that the file is about. Where that is not known the file keeps its name.
pub fn file_name(slot: &Slot, uploaded: &str, kind: FileType, base: &str, position: usize) -> String {
    let base = base.trim();
    let numbered = |suffix: &str, number: String| clean(&format!("{base}{suffix}{number}.{}", kind.extension()), kind);
    match slot.naming {
        _ if base.is_empty() => clean(uploaded, kind),
        Naming::Keep => clean(uploaded, kind),
        Naming::FieldAndNumber(_) => numbered("", position.to_string()),
        Naming::RegionAndNumber(suffix) => numbered(suffix, position.to_string()),
        Naming::Region(suffix) | Naming::Subject(_, suffix) => {
            let number = if position > 1 {
                position.to_string()
            } else {
                String::new()
            };
            numbered(suffix, number)
        }
    }
}

/// The one of these names that a file name tells: the longest that it contains (`马坡村规划图.jpg` is about 马坡村).
pub fn named_in<'a>(uploaded: &str, names: impl Iterator<Item = (&'a str, &'a str)>) -> Option<&'a str> {
    let told = names.filter(|(_, name)| !name.is_empty() && uploaded.contains(name));
    told.max_by_key(|(_, name)| name.len()).map(|(id, _)| id)
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
    fn results_are_named_by_the_rules_of_the_manual() {
        let name = |naming, base: &str, position| {
            let slot = Slot::up_to(20, &[FileType::Jpg, FileType::Pdf]).named(naming);
            let kind = match naming {
                Naming::RegionAndNumber(_) => FileType::Pdf,
                _ => FileType::Jpg,
            };
            file_name(&slot, "扫描件.JPEG", kind, base, position)
        };
        let map = Naming::Region("村域综合规划草案图");
        assert_eq!(name(map, "中所村", 1), "中所村村域综合规划草案图.jpg");
        assert_eq!(name(map, "三多社区", 2), "三多社区村域综合规划草案图2.jpg");
        let hamlet = Naming::Subject("natural_villages", "自然村规划草案图");
        assert_eq!(name(hamlet, "马坡村", 1), "马坡村自然村规划草案图.jpg");
        assert_eq!(name(hamlet, "", 1), "扫描件.jpg");
        assert_eq!(
            name(Naming::RegionAndNumber("相关资料"), "中所村", 1),
            "中所村相关资料1.pdf"
        );
    }

    #[test]
    fn a_file_name_tells_its_natural_village() {
        let known = [("1", "坡村"), ("2", "马坡村"), ("3", "花交村")];
        let told = |name| named_in(name, known.into_iter());
        assert_eq!(told("马坡村规划图 终稿.jpg"), Some("2"));
        assert_eq!(told("IMG_0001.jpg"), None);
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
