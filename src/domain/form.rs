//! A form: the literal that a screen is made of.

use super::account::AccountKind;
use super::field::{Field, Kind};
use super::region::Level;
use super::rule::{Rule, StoreRule};
use super::sheet::Works;
use super::step::Step;
use super::workflow::Workflow;

/// One form. The literals live in `forms/`.
pub struct Form {
    /// Table name, and the name in URLs.
    pub key: &'static str,
    /// Title of the dialog and of the export.
    pub title: &'static str,
    /// One record per region, or many.
    pub shape: Shape,
    /// Account kinds that register records, always in their own region.
    pub fillers: &'static [AccountKind],
    /// Account kinds that may look, each inside its reach. `fillers` always may.
    pub readers: &'static [AccountKind],
    /// Whether regions below read the records above them (spec S3.1: V and T read their own county and city).
    pub read_from_below: bool,
    /// Whether everybody reads it without signing in (政策文件).
    pub public: bool,
    /// Sections of the dialog; several make tabs.
    pub sections: &'static [Section],
    /// The field that names a record in links and questions.
    pub name_field: &'static str,
    /// Rules over one record.
    pub rules: &'static [Rule],
    /// Rules over several records.
    pub store_rules: &'static [StoreRule],
    /// The step whose completion locks the records.
    pub step: Option<&'static Step>,
    /// The field in which each record names the step that locks it (工作纪实: 所属环节), or empty.
    pub step_field: &'static str,
    /// The state machine that its records go through, if there is one.
    pub workflow: Option<&'static Workflow>,
    /// Rules over one record that have to hold when it is submitted, not yet when it is saved.
    pub submit_rules: &'static [Rule],
    /// The field that says where in the filler's subtree a record belongs, or empty when that is the filler's own region.
    pub placed_by: &'static str,
    /// Whether a region has one live record at the most. A form of [`Shape::Single`] is so by nature.
    pub one_per_region: bool,
    /// A question before 登记 (manual 5.1: 摸排本村在外公职人员、乡贤能人等), or empty.
    pub prompt: &'static str,
    /// What no two live records of a region share. Held by an index, so also under simultaneous saves.
    pub uniques: &'static [Unique],
    /// The column that its list is sorted by when nothing else is asked for, or empty for the newest first.
    pub order: &'static str,
    /// The level of its records, where that is not the fillers' own.
    pub level: Option<Level>,
    /// Records come by themselves: nobody registers, edits or deletes them (发函确认).
    pub comes_by_itself: bool,
    /// Each record is a division below its region (自然村名录): it gets a code, under which others are registered.
    pub makes_divisions: bool,
    /// A record comes with the completion of a step: nobody registers or deletes it, its fillers edit it (审批备案).
    pub created_by_step: bool,
    /// The system administrator reads workbooks into it for any region (manual 6.2, note).
    pub system_imports: bool,
    /// What has to be filled is asked for when the step is completed, not yet when the record is saved: it is filled over
    /// weeks (manual 6).
    pub complete_later: bool,
    /// Fields that, beside the region, make one group of records: a reviewer may pass a whole group at once.
    pub grouped_by: &'static [&'static str],
    /// Fields that tell records of one name apart where they are chosen.
    pub told_by: &'static [&'static str],
    /// The account that belongs to each record (spec Q-11).
    pub sub_account: Option<&'static SubAccount>,
    /// How its tables with given rows are worked out and judged, where it has any: [`super::sheet::WORKS`]. Named by the form and not
    /// by the verdict, so that a program without such a form, the phone's, does not carry it.
    pub tables: Option<&'static Works>,
}

/// An account that belongs to a record.
pub struct SubAccount {
    /// Its kind.
    pub kind: AccountKind,
    /// The switch that opens it; empty where it comes with a registration.
    pub switch: &'static str,
    /// The field with its name.
    pub name: &'static str,
}

impl SubAccount {
    /// The field beside which it shows.
    pub const fn place(&self) -> &'static str {
        if self.switch.is_empty() { self.name } else { self.switch }
    }
}

/// Values that no two live records of a region share.
pub struct Unique {
    /// Name of the index, behind the form's.
    pub key: &'static str,
    /// The fields; what is empty equals what is empty.
    pub fields: &'static [&'static str],
    /// Only among records that hold these codes.
    pub holding: &'static [(&'static str, &'static str)],
    /// The field that shows the message.
    pub place: &'static str,
    /// Number in spec §10, or empty.
    pub rule: &'static str,
    /// What the user reads.
    pub message: &'static str,
}

/// How many records a region has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// One per region: the page is the form itself.
    Single,
    /// A list with 登记/编辑/删除.
    Records,
}

/// A titled group of fields.
pub struct Section {
    /// Heading, or tab when there are several.
    pub title: &'static str,
    /// Its fields.
    pub fields: &'static [Field],
}

/// A section.
pub const fn section(title: &'static str, fields: &'static [Field]) -> Section {
    Section { title, fields }
}

/// The name of an attachment slot in a grid.
pub fn grid_slot(grid: &str, column: &str) -> String {
    format!("{grid}.{column}")
}

/// What most forms are: records that scope readers see, nothing special.
pub const RECORDS: Form = Form {
    key: "",
    title: "",
    shape: Shape::Records,
    fillers: &[],
    readers: &[],
    read_from_below: false,
    public: false,
    sections: &[],
    name_field: "",
    rules: &[],
    store_rules: &[],
    step: None,
    step_field: "",
    workflow: None,
    submit_rules: &[],
    placed_by: "",
    one_per_region: false,
    prompt: "",
    uniques: &[],
    order: "",
    level: None,
    comes_by_itself: false,
    makes_divisions: false,
    created_by_step: false,
    complete_later: false,
    system_imports: false,
    grouped_by: &[],
    told_by: &[],
    sub_account: None,
    tables: None,
};

/// A form with one record per region.
pub const SINGLE: Form = Form {
    shape: Shape::Single,
    one_per_region: true,
    ..RECORDS
};

/// The one record of a step of 规划编制: saved as it grows, complete when the step is.
pub const IN_STEP: Form = Form {
    complete_later: true,
    ..SINGLE
};

impl Form {
    /// The state in which its records at a level begin; empty where they go through no review.
    pub fn first_state(&self, level: Level) -> &'static str {
        let workflow = self
            .workflow
            .filter(|workflow| workflow.level.is_none_or(|own| own == level));
        workflow.map_or("", Workflow::initial)
    }

    /// Whether accounts of this kind look at it at all. Whoever imports into it sees what has been imported.
    pub fn is_read_by(&self, kind: AccountKind) -> bool {
        let imports = self.system_imports && kind == AccountKind::System;
        imports || self.fillers.contains(&kind) || self.readers.contains(&kind)
    }

    /// All fields, section by section.
    pub fn fields(&'static self) -> impl Iterator<Item = &'static Field> {
        self.sections.iter().flat_map(|section| section.fields)
    }

    /// The field of that key.
    pub fn field(&'static self, key: &str) -> Option<&'static Field> {
        self.fields().find(|field| field.key == key)
    }

    /// Fields with a column in the form's table.
    pub fn stored(&'static self) -> impl Iterator<Item = &'static Field> {
        self.fields().filter(|field| field.is_stored())
    }

    /// Columns of the list.
    pub fn listed(&'static self) -> impl Iterator<Item = &'static Field> {
        self.fields().filter(|field| field.listed)
    }

    /// Its grids.
    pub fn grids(&'static self) -> impl Iterator<Item = (&'static Field, &'static super::field::Grid)> {
        self.fields().filter_map(|field| match field.kind {
            Kind::Grid(grid) => Some((field, grid)),
            _ => None,
        })
    }

    /// The grid of that key.
    pub fn grids_named(&'static self, key: &str) -> Option<&'static super::field::Grid> {
        self.grids().find(|(field, _)| field.key == key).map(|(_, grid)| grid)
    }

    /// Its attachment slots.
    pub fn slots(&'static self) -> impl Iterator<Item = (&'static Field, super::attachment::Slot)> {
        self.fields().filter_map(|field| match field.kind {
            Kind::Files(slot) => Some((field, slot)),
            _ => None,
        })
    }

    /// The attachment slots in its grids: grid, column, slot.
    pub fn grid_slots(
        &'static self,
    ) -> impl Iterator<Item = (&'static Field, &'static Field, super::attachment::Slot)> {
        self.grids().flat_map(|(field, grid)| {
            grid.columns.iter().filter_map(move |column| match column.kind {
                Kind::Files(slot) => Some((field, column, slot)),
                _ => None,
            })
        })
    }

    /// Whether it has attachments at all.
    pub fn has_files(&'static self) -> bool {
        self.slots().next().is_some() || self.grid_slots().next().is_some()
    }

    /// The divisions that one record alone may name.
    pub fn exclusives(&'static self) -> impl Iterator<Item = &'static Field> {
        self.fields().filter(|field| field.exclusive)
    }

    /// The field with the divisions that a record is about, where it is about several: those below the one where it lies
    /// read it too.
    pub fn naming(&'static self) -> Option<&'static Field> {
        self.exclusives().next()
    }

    /// The reference that makes a record for each that is chosen.
    pub fn spreading(&'static self) -> Option<&'static Field> {
        self.fields().find(|field| field.spreads)
    }

    /// The table of one of its grids, or of a field whose divisions are exclusive.
    pub fn grid_table(&self, grid: &str) -> String {
        format!("{}_{grid}", self.key)
    }

    /// The lowest level at which it is filled: how many division columns its list has.
    pub fn lowest_level(&'static self) -> Level {
        if let Some(level) = self.level {
            return level;
        }
        if let Some(Kind::Division(level)) = self.field(self.placed_by).map(|field| field.kind) {
            return level;
        }
        self.fillers
            .iter()
            .map(|kind| kind.level())
            .max()
            .unwrap_or(Level::Province)
    }
}
