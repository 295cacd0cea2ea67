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
    /// Who sets it, each in its own region.
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
}

/// A test over the live records of the step's region.
pub enum Test {
    /// At least so many records of the form hold these codes.
    Records {
        /// Form key.
        form: &'static str,
        /// Codes that the records must hold.
        matching: &'static [(&'static str, &'static str)],
        /// How many.
        least: i64,
        /// Whether each must have an attachment.
        with_file: bool,
    },
}

/// The switch as the page shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SwitchView {
    /// Step key.
    pub step: String,
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
}

/// One region's line in 完成情况.
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
}
