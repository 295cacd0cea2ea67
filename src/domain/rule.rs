//! Cross-field rules by their number in spec §10.

use super::field::Related;
use super::known::KnownOf;
use super::problem::{Problem, Severity};
use super::record::Values;

/// A rule over the values of one record: pure, so the browser and the server always agree.
pub struct Rule {
    /// Number in spec §10, or empty for one that the spec states beside the field.
    pub id: &'static str,
    /// Whether it blocks, asks for a reason or informs.
    pub severity: Severity,
    /// `Some((field, message))` when the rule is broken.
    pub broken: fn(&Values<'_>) -> Option<(&'static str, String)>,
}

impl Rule {
    /// A blocking rule.
    pub const fn error(id: &'static str, broken: fn(&Values<'_>) -> Option<(&'static str, String)>) -> Self {
        Self {
            id,
            severity: Severity::Error,
            broken,
        }
    }

    /// A rule that informs.
    pub const fn warning(id: &'static str, broken: fn(&Values<'_>) -> Option<(&'static str, String)>) -> Self {
        Self {
            id,
            severity: Severity::Warning,
            broken,
        }
    }

    /// The problem, when the rule is broken.
    pub fn check(&self, values: &Values<'_>) -> Option<Problem> {
        let (place, message) = (self.broken)(values)?;
        let rule = (!self.id.is_empty()).then(|| self.id.to_owned());
        Some(Problem {
            place: place.to_owned(),
            severity: self.severity,
            rule,
            message,
        })
    }
}

/// A rule over several records of one region: only the server can check it, inside the transaction of the save.
pub struct StoreRule {
    /// Number in spec §10, or empty.
    pub id: &'static str,
    /// Whether it blocks or informs.
    pub severity: Severity,
    /// Only for records that hold these codes.
    pub holding: &'static [(&'static str, &'static str)],
    /// What it counts.
    pub test: StoreTest,
    /// The field that shows the message.
    pub place: &'static str,
    /// What the user reads. `{own}` and `{told}` become what the test compares, where it compares something.
    pub message: &'static str,
}

/// What a store rule counts among the live records of the same region, this one included.
pub enum StoreTest {
    /// No two records with the same values in all these fields.
    Unique(&'static [&'static str]),
    /// At most so many records with these codes, when this record has them.
    AtMost(i64, &'static [(&'static str, &'static str)]),
    /// The sum of the first field over all these records is at most the second field of this one.
    SumAtMost(&'static str, &'static str),
    /// The field is the number of related records.
    EqualsCount(&'static str, &'static Related),
    /// Among the records with the same values in these fields, this one included, each of these codes is held.
    GroupHolds(&'static [&'static str], &'static [(&'static str, &'static str)]),
    /// At most so many other regions have a record with the same values in these fields that holds these codes.
    ElsewhereAtMost(i64, &'static [&'static str], &'static [(&'static str, &'static str)]),
    /// No record of another form in the region says the same: `(their field, ours)`.
    NotIn(&'static str, (&'static str, &'static str)),
    /// Every amount of that name, in the record and in its grids, is at most a number of the village's record of another
    /// form: `(name, form, field)`.
    EachAtMost(&'static str, &'static str, &'static str),
    /// A column of a grid, added up, is at most so many thousandths of a number of the village's record of another form
    /// `(grid, column, form, field, thousandths)`.
    GridSumAtMost(&'static str, &'static str, &'static str, &'static str, i64),
    /// The field is at most what other records of the region tell. Nothing is said while nobody has told
    /// that.
    AtMostKnown(&'static str, KnownOf),
    /// The field differs by at most so many hundredths from the year before and the year after: `(field, year
    /// field, hundredths)`.
    SteadyOver(&'static str, &'static str, i64),
    /// The day lies within 开展日期 and 完成日期 of the region's record of the step that the other field names.
    InsideStep(&'static str, &'static str),
    /// Another record of the region has a name that is said the same, or differs by what such names end in.
    SoundsLike(&'static str),
    /// Nobody whom a reference names takes part on the same day in a record of this form in another county. Entries
    /// with the same values in these fields are about the same human; the message's `{told}` names who it is.
    OnePlaceADay {
        /// The reference, and the fields of its records that tell who it is.
        people: (&'static str, &'static [&'static str]),
        /// The first and the last day; the last one is empty where there is only one.
        days: (&'static str, &'static str),
    },
    /// Every division of the field is part of a task that has been assigned: it has a record of the first form, in one of
    /// the states, whose year is that of a record of the second form, in one of the states, further up.
    Tasked {
        /// The field with the divisions.
        field: &'static str,
        /// Form of the divisions, its year, its states.
        below: (&'static str, &'static str, &'static [&'static str]),
        /// Form of this record's region, its year, its states.
        above: (&'static str, &'static str, &'static [&'static str]),
    },
}

/// the end does not lie before the start.
pub fn ends_after_start(
    values: &Values<'_>,
    start: &'static str,
    end: &'static str,
    message: &str,
) -> Option<(&'static str, String)> {
    let (first, last) = (values.date(start)?, values.date(end)?);
    (last < first).then(|| (end, message.to_owned()))
}
