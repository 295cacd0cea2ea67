//! The gate between two steps (spec §8): what is missing before a step can be 是, and before it opens at all. Pure, so that a
//! test can walk through any state of a village.

use super::account::{AccountKind, names_of};
use super::field::Kind;
use super::form::Form;
use super::page::address;
use super::record::{Draft, Values, parts};
use super::region::Level;
use super::step::{Missing, Requirement, Step, Test};
use super::validate::check_complete;
use std::collections::{BTreeMap, BTreeSet};

/// What is known of one region: enough for the requirements of the steps that were asked about.
#[derive(Clone, Default)]
pub struct Facts {
    /// The forms that the requirements name.
    pub forms: Vec<&'static Form>,
    /// The region's record of each form that has one, the newest of the others: form key → what it holds, files as ids.
    pub drafts: BTreeMap<String, Draft>,
    /// How many records a form has, or rows a grid (`form.grid`), at the region's own level.
    pub counts: BTreeMap<String, i64>,
    /// Tests over many records that hold: step key and position of the requirement.
    pub held: BTreeSet<(String, usize)>,
    /// Natural villages within 纳入规划: id and name.
    pub hamlets: Vec<(String, String)>,
    /// Names of those that have not told what they have to.
    pub uncovered: Vec<String>,
    /// What natural villages have told and was returned since.
    pub returned: Vec<Returned>,
    /// Which natural village a file is about: file id → id of the natural village, empty where nobody said.
    pub subjects: BTreeMap<String, String>,
    /// Steps that are 是.
    pub done: BTreeSet<String>,
    /// Preliminaries that are not 是 and have to be, where 规划编制前置条件 demands them.
    pub owed: Vec<&'static Step>,
    /// The day.
    pub today: String,
}

/// A form in which something waits returned.
#[derive(Clone)]
pub struct Returned {
    /// The tab that shows it, and what that is called.
    pub tab: (&'static str, &'static str),
    /// Names of the natural villages that have not mended it.
    pub names: Vec<String>,
}

impl Facts {
    /// What the region's record of a form says in a field.
    pub fn text(&self, form: &str, field: &str) -> &str {
        self.drafts.get(form).map_or("", |draft| draft.text(field).trim())
    }

    /// Records of a form, or rows of a grid.
    pub fn count(&self, of: &str) -> i64 {
        self.counts.get(of).copied().unwrap_or(0)
    }

    /// Files of a slot that are about nobody yet.
    pub fn files_without_subject(&self, form: &str, slot: &str) -> usize {
        let named = |file: &&str| self.subjects.get(*file).is_none_or(String::is_empty);
        parts(self.text(form, slot)).filter(named).count()
    }

    /// Natural villages that no file of a slot is about.
    pub fn hamlets_without_file(&self, form: &str, slot: &str) -> Vec<String> {
        let about: BTreeSet<&str> = parts(self.text(form, slot))
            .filter_map(|file| self.subjects.get(file))
            .map(String::as_str)
            .collect();
        let without = self.hamlets.iter().filter(|(id, _)| !about.contains(id.as_str()));
        without.map(|(_, name)| name.clone()).collect()
    }

    /// A scaled number of the region's record.
    pub fn number(&self, form: &'static Form, field: &str) -> Option<i64> {
        let draft = self.drafts.get(form.key)?;
        Values::of(form, draft).number(field)
    }

    fn form(&self, key: &str) -> Option<&'static Form> {
        self.forms.iter().copied().find(|form| form.key == key)
    }

    fn is_done(&self, step: &Step) -> bool {
        self.done.contains(step.key)
    }
}

/// Something that is missing: what the user reads, where it is mended, whether it only advises.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lack {
    /// What is missing.
    pub message: String,
    /// Page of the menu.
    pub page: &'static str,
    /// Its tab.
    pub tab: &'static str,
    /// The field, or empty.
    pub field: String,
    /// Who owes it.
    pub owes: &'static [AccountKind],
    /// Whether the step can be completed without it.
    pub is_advice: bool,
    /// The step that it belongs to.
    pub step: &'static str,
    /// The level of the divisions that the page is about.
    pub level: Level,
}

impl Lack {
    /// As the screen shows it, for a region.
    pub fn shown(self, region: &str) -> Missing {
        let region = region.get(..self.level.digits()).unwrap_or(region);
        let anchor = if self.field.is_empty() {
            String::new()
        } else {
            format!("#f-{}", self.field.replace('.', "-"))
        };
        let link = address(self.page, self.tab, &format!("region={region}"));
        Missing {
            message: self.message,
            link: format!("{link}{anchor}"),
            is_advice: self.is_advice,
            owes: names_of(self.owes),
            step: self.step.to_owned(),
        }
    }
}

/// What a step lacks before it can be 是, advice included.
pub fn lacking(step: &'static Step, facts: &Facts) -> Vec<Lack> {
    let is_owed = |earlier: &&&'static Step| facts.owed.iter().any(|owed| owed.key == earlier.key);
    let owed = step.preliminaries.iter().filter(is_owed).map(|earlier| Lack {
        message: unfinished(earlier),
        page: earlier.page,
        tab: earlier.tab,
        field: String::new(),
        owes: earlier.closers,
        is_advice: false,
        step: step.title,
        level: earlier.level,
    });
    let requirements = step.requirements.iter().enumerate();
    let unmet = requirements.flat_map(|(position, requirement)| unmet(step, position, requirement, facts));
    owed.chain(unmet).collect()
}

/// What is said of a preliminary that is not 是, demanded or not.
pub fn unfinished(earlier: &Step) -> String {
    format!("{}还没有完成", earlier.title)
}

/// What keeps a step closed: what the steps before it still lack, one after the other, and their switches. Empty when it is
/// open.
pub fn before(step: &'static Step, facts: &Facts) -> Vec<Lack> {
    let mut lacks = Vec::new();
    for earlier in step.earlier().into_iter().filter(|earlier| !facts.is_done(earlier)) {
        lacks.extend(lacking(earlier, facts).into_iter().filter(|lack| !lack.is_advice));
        lacks.push(Lack {
            message: format!("将“{}”的“是否完成”设为是", earlier.title),
            page: earlier.page,
            tab: "",
            field: String::new(),
            owes: &[AccountKind::Village],
            is_advice: false,
            step: earlier.title,
            level: earlier.level,
        });
    }
    lacks
}

/// Whether a step can be set to 是 now: the one before is, and nothing but advice is missing.
pub fn can_complete(step: &'static Step, facts: &Facts) -> bool {
    step.after.is_none_or(|earlier| facts.is_done(earlier)) && lacking(step, facts).iter().all(|lack| lack.is_advice)
}

fn unmet(step: &'static Step, position: usize, requirement: &'static Requirement, facts: &Facts) -> Vec<Lack> {
    let lack = |message: String, tab: &'static str, field: &str| Lack {
        message,
        page: requirement.page,
        tab: if tab.is_empty() { requirement.tab } else { tab },
        field: field.to_owned(),
        owes: requirement.owes,
        is_advice: requirement.is_advice,
        step: step.title,
        level: step.level,
    };
    let unless = |holds: bool| match holds {
        true => Vec::new(),
        false => vec![lack(requirement.message.to_owned(), "", requirement.field)],
    };
    match &requirement.test {
        Test::Records(_) | Test::NoRecords(_) | Test::Named { .. } => {
            unless(facts.held.contains(&(step.key.to_owned(), position)))
        }
        Test::Complete(form) => incomplete(form, "", facts)
            .into_iter()
            .map(|(message, field)| lack(message, "", &field))
            .collect(),
        Test::CompletePart(form, section) => incomplete(form, section, facts)
            .into_iter()
            .map(|(message, field)| lack(message, "", &field))
            .collect(),
        Test::AnyOrNone(of, (form, field, code)) => {
            let says_none = parts(facts.text(form, field)).any(|part| part == *code);
            unless(facts.count(of) > 0 || says_none)
        }
        Test::AtLeast(count, form) => unless(facts.count(form) >= *count),
        Test::Covered(form, field) => {
            if facts.uncovered.is_empty() || !facts.text(form, field).is_empty() {
                return Vec::new();
            }
            let names = facts.uncovered.join("、");
            let message = format!("{}：{names}", requirement.message);
            vec![lack(message, "", requirement.field)]
        }
        Test::Mended => {
            let waiting = facts.returned.iter().map(|returned| {
                let (tab, title) = returned.tab;
                let message = format!("{}（{title}）：{}", requirement.message, returned.names.join("、"));
                lack(message, tab, requirement.field)
            });
            waiting.collect()
        }
        Test::Newest(form, _, field, codes, text) => {
            let held = facts.text(form, field);
            let explained = codes.last() != Some(&held) || !facts.text(form, text).is_empty();
            unless(codes.contains(&held) && explained)
        }
        Test::AllTicked(form, field) => {
            let list = facts.form(form).and_then(|form| form.field(field));
            let Some(Kind::Choices(list)) = list.map(|field| field.kind) else {
                return Vec::new();
            };
            let ticked: BTreeSet<&str> = parts(facts.text(form, field)).collect();
            unless(list.codes().iter().all(|code| ticked.contains(code.code)))
        }
        Test::Sound(check) => check(facts)
            .into_iter()
            .map(|(message, tab, field)| lack(message, tab, field))
            .collect(),
    }
}

/// What is missing or wrong in the region's record of a form: message and field.
fn incomplete(form: &str, section: &str, facts: &Facts) -> Vec<(String, String)> {
    let Some(form) = facts.form(form) else {
        return Vec::new();
    };
    let empty = Draft::default();
    let draft = facts.drafts.get(form.key).unwrap_or(&empty);
    let problems = check_complete(form, draft, &facts.today).problems;
    let belongs = |place: &str| {
        let field = place.split('.').next().unwrap_or_default();
        let own = form.sections.iter().find(|one| one.title == section);
        own.is_none_or(|own| own.fields.iter().any(|one| one.key == field))
    };
    problems
        .into_iter()
        .filter(|problem| problem.blocks() && belongs(&problem.place))
        .map(|problem| (problem.message, problem.place))
        .collect()
}
