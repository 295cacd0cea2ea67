//! The house rules that a machine can hold us to (design §1, §6.12).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::path::{Path, PathBuf};

fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut waiting = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = waiting.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    found
}

/// The code of a file without its tests.
fn code(text: &str) -> &str {
    text.split("#[cfg(test)]").next().unwrap_or(text)
}

#[test]
fn arrows_point_one_way() {
    let all = [
        "api",
        "app",
        "browser",
        "codes",
        "domain",
        "forms",
        "ledgers",
        "pages",
        "record",
        "server",
        "steps",
        "ui",
        "workflows",
    ];
    let allowed: [(&str, &[&str]); 9] = [
        ("domain", &["domain"]),
        ("codes", &["codes", "domain"]),
        ("steps", &["steps", "codes", "domain"]),
        ("forms", &["forms", "steps", "workflows", "codes", "domain"]),
        ("ledgers", &["ledgers", "forms", "steps", "codes", "domain"]),
        ("ui", &["ui", "browser"]),
        ("browser", &["browser", "domain"]),
        ("record", &["record", "ui", "api", "browser", "domain"]),
        (
            "pages",
            &["pages", "record", "ui", "api", "browser", "forms", "steps", "domain"],
        ),
    ];
    for (folder, may) in allowed {
        for (path, text) in sources(&format!("src/{folder}")) {
            for target in all.iter().filter(|target| !may.contains(target)) {
                let arrow = format!("crate::{target}::");
                assert!(!code(&text).contains(&arrow), "{} must not use {arrow}", path.display());
            }
        }
    }
}

#[test]
fn server_and_browser_are_told_apart_in_one_place() {
    for (path, text) in sources("src") {
        let count = text.matches("cfg(feature").count() + text.matches("cfg_attr(feature").count();
        let most = if path.ends_with("src/lib.rs") { 2 } else { 0 };
        assert!(count <= most, "{}: {count} cfg(feature)", path.display());
    }
}

#[test]
fn only_one_folder_speaks_sql() {
    for (path, text) in sources("src") {
        if path.to_string_lossy().contains("src/server/db") {
            continue;
        }
        assert!(!text.contains("sqlx::"), "{} names the driver", path.display());
    }
}

#[test]
fn only_one_file_makes_permits() {
    for (path, text) in sources("src") {
        if !path.ends_with("src/server/authorize.rs") {
            assert!(!text.contains("Permit {"), "{} makes a permit", path.display());
        }
    }
}

#[test]
fn nothing_is_left_for_later() {
    for (path, text) in sources("src") {
        for word in ["TODO", "FIXME", "XXX", "unimplemented!", "todo!"] {
            assert!(!text.contains(word), "{}: {word}", path.display());
        }
    }
}

#[test]
fn every_layer_of_the_style_sheet_is_closed() {
    let style = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("style/main.css")).unwrap();
    let mut open = 0;
    for (number, line) in style.lines().enumerate() {
        assert!(
            !line.starts_with("@layer") || open == 0,
            "style/main.css:{}: a layer inside what was not closed",
            number + 1
        );
        open += line.matches('{').count();
        open -= line.matches('}').count();
    }
    assert_eq!(open, 0, "style/main.css ends inside a block");
}
