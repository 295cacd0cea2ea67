//! Code lists (spec Appendix A): what a choice may be.

use super::account::AccountKind;
use super::record::parts;
use super::terms;

/// A list of options. Codes are stored, labels are shown; a code keeps its meaning for ever. What is written here is the
/// start: the dictionary (S9.3) may rename, add, order and end options while the product runs ([`super::terms`]).
#[derive(Debug)]
pub struct CodeList {
    /// Name in the dictionary.
    pub key: &'static str,
    /// What the list is called on the screen.
    pub title: &'static str,
    /// The options as they were built in, in display order; what is in force is [`CodeList::codes`].
    pub built_in: &'static [Code],
    /// Groups of options that belong to certain account kinds; empty when the list is flat (A14).
    pub groups: &'static [CodeGroup],
}

/// One option.
#[derive(Debug, Clone, PartialEq, Eq)]
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
            built_in: codes,
            groups: &[],
        }
    }

    /// The options that are in force, in display order.
    pub fn codes(&self) -> &'static [Code] {
        terms::list(self.key).unwrap_or(self.built_in)
    }

    /// The options that can be chosen, and those that a record holds already although they have ended.
    pub fn offered_with<'a>(&self, held: &'a str) -> impl Iterator<Item = &'static Code> + use<'a> {
        let is_held = |code: &Code| parts(held).any(|part| part == code.code);
        self.codes().iter().filter(move |code| !code.retired || is_held(code))
    }

    /// The label of a code; the code itself when the list does not know it.
    pub fn label(&self, code: &str) -> String {
        self.find(code)
            .map_or_else(|| code.to_owned(), |found| found.label.to_owned())
    }

    /// The option with that code.
    pub fn find(&self, code: &str) -> Option<&'static Code> {
        self.codes().iter().find(|candidate| candidate.code == code)
    }

    /// The options as an account kind should see them: `(heading, options)`, without headings when the list is flat. What a
    /// record holds stays among them when it has ended.
    pub fn offered(&self, kind: Option<AccountKind>, held: &str) -> Vec<(&'static str, Vec<&'static Code>)> {
        let own = kind.and_then(|kind| self.groups.iter().find(|group| group.kinds.contains(&kind)));
        match own {
            None => vec![("", self.offered_with(held).collect())],
            Some(group) => {
                let belongs = |code: &&'static Code| group.codes.contains(&code.code);
                let (first, rest) = self.offered_with(held).partition(belongs);
                vec![(group.title, first), ("更多", rest)]
            }
        }
    }
}
