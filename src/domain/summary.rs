//! What many records come to (spec §9): sums, counts and shares by a value, as data. `server/db/summaries.rs` computes
//! them with one statement each.

use serde::{Deserialize, Serialize};

/// A table of totals over the live records of a form inside a region.
pub struct Summary {
    /// Heading.
    pub title: &'static str,
    /// Form key of the records.
    pub form: &'static str,
    /// What makes a line.
    pub by: By,
    /// The columns.
    pub measures: &'static [Measure],
}

/// What makes a line of a summary.
#[derive(Clone, Copy)]
pub enum By {
    /// One line over everything.
    All,
    /// A line for each value of a choice or a year, and 合计 below.
    Field(&'static str),
    /// A line for each code that records hold in a field with several; a record counts in each of them.
    EachOf(&'static str),
    /// A line for each natural village, a column for each value of a choice that occurs: how many of them it has.
    Hamlets(&'static str),
    /// 村域 and 自然村 apart, and 合计 below: what the village says and what its natural villages say is never counted twice.
    Scope,
}

/// One column of a summary.
pub struct Measure {
    /// Heading, with the unit.
    pub title: &'static str,
    /// What is measured.
    pub of: Of,
}

/// What a column measures.
#[derive(Clone, Copy)]
pub enum Of {
    /// Records.
    Count,
    /// Natural villages that have records.
    Hamlets,
    /// A number of the records, added up.
    Sum(&'static str),
    /// The same over the records whose field holds one of the codes.
    SumWhere(&'static str, (&'static str, &'static [&'static str])),
    /// Records whose field holds one of the codes.
    CountWhere(&'static str, &'static [&'static str]),
    /// Records in which a number is at least so much.
    CountFrom(&'static str, i64),
    /// The same, never more than 100: what several records cover twice is covered once (普及率).
    Cover(usize, usize),
    /// One column in percent of another: positions among the measures of this summary.
    Share(usize, usize),
    /// One column divided by another, so many decimals.
    Quotient(usize, usize, u32),
    /// One column less another, in percent of the second (人口流出率).
    Loss(usize, usize),
    /// The line in percent of 合计 in that column.
    OfTotal(usize),
    /// A number of another form, added up for the latest year that it has; the same in every line.
    Latest(&'static str, &'static str),
}

/// A column.
pub const fn measure(title: &'static str, of: Of) -> Measure {
    Measure { title, of }
}

/// A summary, computed and ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SummaryTable {
    /// Heading.
    pub title: String,
    /// Headings of the columns, that of the lines first.
    pub columns: Vec<String>,
    /// The lines; the last is 合计 where there is one.
    pub lines: Vec<Vec<String>>,
    /// Whether the last line is 合计.
    pub has_total: bool,
}

/// Which natural villages have told what a tab shows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// 已填报
    pub told: usize,
    /// 自然村 within 纳入规划
    pub all: usize,
    /// Names of those that have not.
    pub missing: Vec<String>,
}

/// The totals of a tab.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TotalsView {
    /// Where natural villages tell it.
    pub coverage: Option<Coverage>,
    /// The tables.
    pub tables: Vec<SummaryTable>,
    /// Natural villages with records that were returned and have not been mended, and how many.
    #[serde(default)]
    pub returned: Vec<(String, i64)>,
    /// When they were kept, once the step is 是.
    pub frozen_at: Option<String>,
    /// Whether natural villages have told something else since.
    pub has_changed: bool,
}
