//! A record on its way between the screen and the store.

use super::attachment::Attachment;
use super::date;
use super::field::{Field, Kind};
use super::form::Form;
use super::region::Region;
use super::terms::Terms;
use super::value::{half_width, parse_scaled};
use super::verb::Verb;
use super::workflow::{Opinion, Tone};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What somebody typed, not yet checked: everything is text. Files are attachment ids, several codes or ids are joined
/// with commas, switches are `0` and `1`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    /// Field key → text.
    pub values: BTreeMap<String, String>,
    /// Grid key → rows in order.
    #[serde(default)]
    pub grids: BTreeMap<String, Vec<DraftRow>>,
    /// Rule number → the reason given for going against it.
    #[serde(default)]
    pub reasons: BTreeMap<String, String>,
    /// Pin id → what the filler answers to the reviewer's remark.
    #[serde(default)]
    pub answers: BTreeMap<String, String>,
    /// The account that a new record is submitted to with its registration; empty for the one that is offered first.
    #[serde(default)]
    pub receiver: String,
    /// The region of a new record, where the page is about one; empty for the account's own.
    #[serde(default)]
    pub region: String,
    /// File id → the record that it is about, where files of a slot are about one each.
    #[serde(default)]
    pub subjects: BTreeMap<String, String>,
}

/// One row of a grid.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct DraftRow {
    /// Id of the stored row, empty for a new one.
    #[serde(default)]
    pub id: String,
    /// Column key → text.
    pub values: BTreeMap<String, String>,
}

impl DraftRow {
    /// Whether nothing was typed into it.
    pub fn is_blank(&self) -> bool {
        self.values.values().all(|value| value.trim().is_empty())
    }
}

impl Draft {
    /// The text of a field, empty when there is none.
    pub fn text(&self, key: &str) -> &str {
        self.values.get(key).map_or("", String::as_str)
    }

    /// The rows of a grid.
    pub fn rows(&self, key: &str) -> &[DraftRow] {
        self.grids.get(key).map_or(&[], Vec::as_slice)
    }

    /// Sets a field.
    pub fn set(&mut self, key: &str, text: impl Into<String>) {
        self.values.insert(key.to_owned(), text.into());
    }
}

/// The parts of a joined value: codes, ids.
pub fn parts(joined: &str) -> impl Iterator<Item = &str> {
    joined.split(',').map(str::trim).filter(|part| !part.is_empty())
}

/// A draft as rules and conditions read it: typed access to text.
pub struct Values<'a> {
    /// The fields that the values belong to.
    pub fields: Vec<&'static Field>,
    /// The texts.
    pub texts: &'a BTreeMap<String, String>,
}

impl<'a> Values<'a> {
    /// The values of a form's own fields.
    pub fn of(form: &'static Form, draft: &'a Draft) -> Self {
        Self {
            fields: form.fields().collect(),
            texts: &draft.values,
        }
    }

    /// The trimmed text of a field.
    pub fn text(&self, key: &str) -> &'a str {
        self.texts.get(key).map_or("", |text| text.trim())
    }

    /// Whether a switch is 是.
    pub fn is_on(&self, key: &str) -> bool {
        self.text(key) == "1"
    }

    /// A number scaled by its field's scale; computed fields are computed.
    pub fn number(&self, key: &str) -> Option<i64> {
        let field = self.fields.iter().find(|field| field.key == key)?;
        match field.kind {
            Kind::Computed { of, .. } => of(self),
            Kind::Decimal { scale, .. } => parse_scaled(&half_width(self.text(key)), scale).ok(),
            _ => parse_scaled(&half_width(self.text(key)), 0).ok(),
        }
    }

    /// A date, when it is one.
    pub fn date(&self, key: &str) -> Option<&'a str> {
        Some(self.text(key)).filter(|text| date::is_date(text))
    }
}

/// A line of the list page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// Record id.
    pub id: String,
    /// Version for deleting.
    pub version: i64,
    /// Its region.
    pub region: Region,
    /// Names from 州(市) down to 行政村(社区), empty below the record's level.
    pub places: Vec<String>,
    /// Text of the listed fields in the form's order.
    pub cells: Vec<String>,
    /// How many attachments it has.
    pub attachments: i64,
    /// Its state, when it goes through a review.
    pub status: Option<Status>,
    /// What was said when it was returned, as long as it is.
    pub said: String,
    /// Whether the step of 工作开展情况设置 is 是 in its region, on pages that set it.
    pub done: Option<bool>,
    /// Who registered it.
    pub filler: String,
    /// When, as shown.
    pub registered_at: String,
    /// What this account may do with it.
    pub verbs: Vec<Verb>,
}

/// A state as it shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// Stored.
    pub key: String,
    /// Shown.
    pub title: String,
    /// Colour of its tag.
    pub tone: Tone,
}

/// A button of the review with what its window asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Way {
    /// What it does.
    pub verb: Verb,
    /// What the manual calls it.
    pub button: String,
    /// What has to be said.
    pub opinion: Opinion,
    /// What that is called.
    pub opinion_title: String,
    /// What the choice of the account is called.
    pub receiver_title: String,
    /// What stands in the box beforehand: 同意, or what this level said of it the last time.
    pub said: String,
    /// Accounts that it may go to next, `(id, name)`; the first is chosen beforehand.
    pub receivers: Vec<(String, String)>,
    /// Fields that may be filled with it.
    pub asks: Vec<String>,
    /// Those of them that must be filled.
    pub needs: Vec<String>,
    /// Whether a reviewer may pass the whole group at once.
    pub for_group: bool,
}

/// A remark of a reviewer at one place of a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pin {
    /// Its id.
    pub id: String,
    /// Field key, or `field/file` for one file of a slot.
    pub place: String,
    /// Label of the field, or name of the file.
    pub label: String,
    /// What the reviewer says.
    pub remark: String,
    /// Who returned it and when.
    pub by: String,
    /// What stood there when it was returned.
    pub held: String,
    /// What the filler has answered.
    pub answer: String,
    /// Whether something else stands there now.
    pub changed: bool,
}

/// The place of one file in a slot.
pub fn file_place(field: &str, file: &str) -> String {
    format!("{field}/{file}")
}

/// The field of a place: a field key, or one of its files.
pub fn field_of(place: &str) -> &str {
    place.split_once('/').map_or(place, |(field, _)| field)
}

/// What a reviewer has seen before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// This level's last decision, as a sentence.
    pub before: String,
    /// Label, then, now: field by field and file by file.
    pub changes: Vec<(String, String, String)>,
}

/// A record, opened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Opened {
    /// Record id; a blank record has one already, so that attachments and a double click find it.
    pub id: String,
    /// 0 for a blank record.
    pub version: i64,
    /// Its region.
    pub region: Region,
    /// `(州(市), 昆明市)` and so on, down to the record's level.
    pub places: Vec<(String, String)>,
    /// Its values as text.
    pub draft: Draft,
    /// Its attachments, new ones included.
    pub attachments: Vec<Attachment>,
    /// Labels of what references, divisions and mirrors hold: field key → text.
    pub labels: BTreeMap<String, String>,
    /// What this account may do with it.
    pub verbs: Vec<Verb>,
    /// Why it cannot be edited, when somebody might expect to.
    pub locked: Option<String>,
    /// Its state, when it goes through a review.
    pub status: Option<Status>,
    /// What this account may do with it in the review.
    pub ways: Vec<Way>,
    /// Who returned it, when and why, as long as it is.
    pub returned: Option<String>,
    /// Remarks of the reviewers that wait for an answer.
    pub pins: Vec<Pin>,
    /// What changed since this level last judged it.
    pub review: Option<Review>,
    /// Accounts that a new record is submitted to with its registration, `(id, name)`; the first is chosen beforehand.
    pub receivers: Vec<(String, String)>,
    /// Fields of which only a part is shown to this account.
    pub masked: Vec<String>,
    /// Login key of the account that belongs to it, while that may sign in.
    pub sub_account: Option<String>,
    /// Where an unsaved draft of it is kept.
    pub slot: String,
    /// What was typed earlier and never saved, with the time it was kept.
    pub kept: Option<(String, Draft)>,
    /// Whatever the server was given to keep until this instant stands in `kept`, or was saved or dropped since.
    #[serde(default)]
    pub knows_until: String,
    /// 操作记录, newest first.
    pub history: Vec<String>,
    /// Key of the next save: the same content sent twice with it is stored once.
    pub key: String,
    /// The day, by the server's clock.
    pub today: String,
    /// Largest picture and largest other file, in MiB.
    pub megabytes: (u64, u64),
    /// Code lists and parameters that were changed: the browser judges by them too.
    #[serde(default)]
    pub terms: Terms,
}
