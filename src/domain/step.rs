//! Steps: who closes them and what must hold first (spec §4.5, §7, §8), as data.

use super::account::AccountKind;
use super::gate::Facts;
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
    /// The step that must be 是 before this one opens (manual 6: 前一个步骤没有完成不能够开展下一个步骤的工作).
    pub after: Option<&'static Step>,
    /// Steps that should be 是 before it (spec §7): named to whoever begins, and demanded where 规划编制前置条件 says so.
    pub preliminaries: &'static [&'static Step],
    /// Whether its records can still be changed when it is 是: money flows for years (spec §8, step 12).
    pub stays_open: bool,
    /// What else happens when it becomes 是, and is taken back when it is reopened.
    pub effect: Option<Effect>,
}

/// What most steps are.
pub const STEP: Step = Step {
    key: "",
    title: "",
    level: Level::Village,
    year_field: "",
    closers: &[],
    reopeners: &[],
    requirements: &[],
    page: "",
    tab: "",
    after: None,
    preliminaries: &[],
    stays_open: false,
    effect: None,
};

/// What else happens with a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// The region's record of this form comes into being; when the step is reopened it goes back to its first state (SM-4).
    Begins(&'static str),
    /// The totals of this page's tabs are kept as they are now (spec §9: frozen as a snapshot).
    Freezes(&'static str),
}

impl Step {
    /// The steps before it, the first one first.
    pub fn earlier(&self) -> Vec<&'static Step> {
        let mut steps = Vec::new();
        let mut before = self.after;
        while let Some(step) = before {
            steps.insert(0, step);
            before = step.after;
        }
        steps
    }
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
    /// Who owes it; nobody where whoever sets the switch owes it.
    pub owes: &'static [AccountKind],
    /// The field where it is mended, or empty.
    pub field: &'static str,
}

/// A requirement: what the user reads when it does not hold, where it can be mended, how it is tested.
pub const fn need(message: &'static str, page: &'static str, tab: &'static str, test: Test) -> Requirement {
    Requirement {
        message,
        page,
        tab,
        test,
        is_advice: false,
        owes: &[],
        field: "",
    }
}

impl Requirement {
    /// The step can be completed without it all the same.
    pub const fn advice(mut self) -> Self {
        self.is_advice = true;
        self
    }

    /// Who owes it.
    pub const fn owed_by(mut self, owes: &'static [AccountKind]) -> Self {
        self.owes = owes;
        self
    }

    /// The field where it is mended.
    pub const fn at(mut self, field: &'static str) -> Self {
        self.field = field;
        self
    }
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
    /// Nothing is missing in the region's record of this form, and nothing is wrong: each field that is not as it has to be
    /// is an item of its own.
    Complete(&'static str),
    /// The same for one section of the form: `(form, section)`.
    CompletePart(&'static str, &'static str),
    /// There is a record of the form, or a row in the grid of one (`form.grid`), or the region's record of another form says
    /// in a field with several codes that there is nothing: `(form, field, code)`.
    AnyOrNone(&'static str, (&'static str, &'static str, &'static str)),
    /// Every natural village within 纳入规划 has told what it has to, or a text of the region's record says why not:
    /// `(form, field)`.
    Covered(&'static str, &'static str),
    /// Nothing that natural villages have told waits returned: each form in which something does is an item of its own.
    Mended,
    /// The region's newest record of the form holds these codes, and where it holds the last of them the text is filled:
    /// `(form, order field, field, codes, text)`.
    Newest(
        &'static str,
        &'static str,
        &'static str,
        &'static [&'static str],
        &'static str,
    ),
    /// All codes of a list are ticked in the region's record of the form: `(form, field)`.
    AllTicked(&'static str, &'static str),
    /// At least so many records of the form.
    AtLeast(i64, &'static str),
    /// Nothing is wrong between the region's records.
    Sound(fn(&Facts) -> Vec<(String, &'static str, &'static str)>),
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
    /// Whose switch it is.
    pub region: super::region::Region,
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
    /// Whether this account may reopen it, giving a reason.
    pub may_reopen: bool,
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
    /// Who owes it; empty where it goes without saying.
    pub owes: String,
    /// The step that it belongs to.
    pub step: String,
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
    /// Whether this account may urge it now.
    pub may_urge: bool,
    /// When it was urged last, as shown; empty while it never was.
    pub urged: String,
}
