//! Workbooks: lists out, templates out, filled templates in.

pub mod cells;
pub mod columns;
pub mod export;
pub mod fixed;
pub mod import;
pub mod marking;
pub mod plain;
pub mod reading;
pub mod template;

/// Sheet names: at most 31 characters, none of `[]:*?/\`.
pub(crate) fn name_of(title: &str) -> String {
    title
        .chars()
        .filter(|letter| !"[]:*?/\\'".contains(*letter))
        .take(31)
        .collect()
}
