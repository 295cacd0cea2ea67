//! Code lists (spec Appendix A): what a choice may be.

use super::account::AccountKind;

/// A list of options. Codes are stored, labels are shown; a code keeps its meaning for ever.
#[derive(Debug)]
pub struct CodeList {
    /// Name in the dictionary.
    pub key: &'static str,
    /// What the list is called on the screen.
    pub title: &'static str,
    /// The options in display order.
    pub codes: &'static [Code],
    /// Groups of options that belong to certain account kinds; empty when the list is flat (A14).
    pub groups: &'static [CodeGroup],
}

/// One option.
#[derive(Debug)]
pub struct Code {
    /// Stored.
    pub code: &'static str,
    /// Shown.
    pub label: &'static str,
    /// An option that is kept for old records but no longer offered.
    pub retired: bool,
}

/// Options that an account kind sees first; all others follow under 更多.
#[derive(Debug)]
pub struct CodeGroup {
    /// Heading.
    pub title: &'static str,
    /// Whose own options these are.
    pub kinds: &'static [AccountKind],
    /// Codes in display order.
    pub codes: &'static [&'static str],
}

/// An option that is offered.
pub const fn code(code: &'static str, label: &'static str) -> Code {
    Code {
        code,
        label,
        retired: false,
    }
}

impl CodeList {
    /// A flat list.
    pub const fn flat(key: &'static str, title: &'static str, codes: &'static [Code]) -> Self {
        Self {
            key,
            title,
            codes,
            groups: &[],
        }
    }

    /// The label of a code; the code itself when the list does not know it.
    pub fn label(&self, code: &str) -> String {
        self.find(code)
            .map_or_else(|| code.to_owned(), |found| found.label.to_owned())
    }

    /// The option with that code.
    pub fn find(&self, code: &str) -> Option<&'static Code> {
        self.codes.iter().find(|candidate| candidate.code == code)
    }

    /// The options as an account kind should see them: `(heading, options)`, without headings when the list is flat.
    pub fn offered(&self, kind: Option<AccountKind>) -> Vec<(&'static str, Vec<&'static Code>)> {
        let own = kind.and_then(|kind| self.groups.iter().find(|group| group.kinds.contains(&kind)));
        match own {
            None => vec![("", self.codes.iter().filter(|code| !code.retired).collect())],
            Some(group) => {
                let first = group.codes.iter().filter_map(|code| self.find(code)).collect();
                let rest = self
                    .codes
                    .iter()
                    .filter(|code| !code.retired && !group.codes.contains(&code.code))
                    .collect();
                vec![(group.title, first), ("更多", rest)]
            }
        }
    }
}
