//! Steps: who closes them and what must hold first (spec §4.5, §7, §8), as data.

use super::account::AccountKind;
use super::region::Level;
use serde::{Deserialize, Serialize};

/// A step of the work with its 是否完成 switch.
pub struct Step {
    /// Name in the store and in URLs.
    pub key: &'static str,
    /// As the menu calls it.
    pub title: &'static str,
    /// The level whose regions each have a switch.
    pub level: Level,
    /// The field that holds the year, when each year has a switch of its own (spec Q-18), or empty.
    pub year_field: &'static str,
    /// Who sets it: in its own region, or for each region of the step's level below it (工作开展情况设置).
    pub closers: &'static [AccountKind],
    /// Who may reopen it in a region below, giving a reason.
    pub reopeners: &'static [AccountKind],
    /// What must hold before it can be 是.
    pub requirements: &'static [Requirement],
    /// The page that shows the switch.
    pub page: &'static str,
    /// The tab of that page, or empty.
    pub tab: &'static str,
}

/// One thing that must hold.
pub struct Requirement {
    /// What the user reads when it does not.
    pub message: &'static str,
    /// The page where it can be mended.
    pub page: &'static str,
    /// The tab of that page, or empty.
    pub tab: &'static str,
    /// How it is tested.
    pub test: Test,
    /// Whether the step can be completed without it all the same.
    pub is_advice: bool,
}

/// A test over the live records of the step's region.
pub enum Test {
    /// There is such a record; of the switch's year, when the step has one for each.
    Records(Records),
    /// There is no such record.
    NoRecords(Records),
    /// The region is one of the divisions that a record names in this exclusive field; with a number field that may be off
    /// zero by so much.
    Named {
        /// Form key.
        form: &'static str,
        /// The field with the divisions.
        field: &'static str,
        /// A number of the record that is zero, and by how much it may be off.
        balanced: Option<(&'static str, i64)>,
    },
}

/// Records of a form that a test looks for.
#[derive(Clone, Copy)]
pub struct Records {
    /// Form key.
    pub form: &'static str,
    /// Codes that they must hold.
    pub matching: &'static [(&'static str, &'static str)],
    /// States in one of which they must be; none when any will do.
    pub states: &'static [&'static str],
    /// Whether they must have an attachment.
    pub with_file: bool,
    /// States in none of which they may be.
    pub not_in: &'static [&'static str],
    /// A field that must be empty, or none.
    pub without: &'static str,
}

/// Any record of the form.
pub const fn records(form: &'static str) -> Records {
    Records {
        form,
        matching: &[],
        states: &[],
        with_file: false,
        not_in: &[],
        without: "",
    }
}

impl Records {
    /// Only those that hold these codes.
    pub const fn matching(mut self, matching: &'static [(&'static str, &'static str)]) -> Self {
        self.matching = matching;
        self
    }

    /// Only those in one of these states.
    pub const fn in_states(mut self, states: &'static [&'static str]) -> Self {
        self.states = states;
        self
    }

    /// Only those in none of these states.
    pub const fn not_in_states(mut self, states: &'static [&'static str]) -> Self {
        self.not_in = states;
        self
    }

    /// Only those without anything in that field.
    pub const fn without(mut self, field: &'static str) -> Self {
        self.without = field;
        self
    }

    /// Only those with an attachment.
    pub const fn with_file(mut self) -> Self {
        self.with_file = true;
        self
    }
}

/// The switch as the page shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SwitchView {
    /// Step key.
    pub step: String,
    /// The year, for steps with a switch for each; empty otherwise.
    pub year: String,
    /// The years on offer, newest first.
    pub years: Vec<String>,
    /// Whether it is 是.
    pub done: bool,
    /// `五华区自然资源局 在 2021-08-11 16:38:07 已完成`; of an open step, who reopened it and why.
    pub by: Option<String>,
    /// Whether this account may set it now.
    pub may_change: bool,
    /// What is missing before it can be 是.
    pub missing: Vec<Missing>,
}

/// An unmet requirement with the way to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missing {
    /// What is missing.
    pub message: String,
    /// Address of the screen where it can be mended.
    pub link: String,
    /// Whether the step can be completed without it all the same.
    pub is_advice: bool,
}

/// One region's line in 完成情况 and 工作开展情况设置.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProgressLine {
    /// Region code.
    pub region: super::region::Region,
    /// Names from 州(市) down.
    pub places: Vec<String>,
    /// When it was completed, as shown; `None` while it is open.
    pub done_at: Option<String>,
    /// Who completed it.
    pub done_by: String,
    /// Whether this account may reopen it.
    pub may_reopen: bool,
    /// Whether this account sets it here (工作开展情况设置).
    pub may_set: bool,
    /// What is missing before it can be 是; empty when nothing is (前置条件).
    pub missing: Vec<String>,
}
