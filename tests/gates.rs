//! The gates of 规划编制 (spec §8): in whatever state a village is, what is listed as missing is enough to open the gate, and
//! nothing of it can be left out.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod world;

use hometown::domain::field::Kind;
use hometown::domain::form::Form;
use hometown::domain::gate::{Facts, Lack, Returned, before, can_complete, lacking};
use hometown::domain::record::{Draft, parts};
use hometown::domain::step::{Step, Test};
use hometown::forms;
use hometown::steps::{self, PLANNING};
use std::collections::{BTreeMap, BTreeSet};
use world::filling::filled;

/// States that are walked through.
const STATES: u64 = 10_000;

/// A sequence that is the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % sides as u64) as usize
    }
}

/// A record with nothing missing, files included.
fn whole(form: &'static Form) -> Draft {
    let mut draft = filled(form, &Draft::default());
    for (field, slot) in form.slots() {
        let files = (0..slot.least.max(1)).map(|number| format!("{}-{number}", field.key));
        draft.set(field.key, files.collect::<Vec<_>>().join(","));
    }
    for field in form.fields() {
        match field.kind {
            Kind::LongText { min, .. } => draft.set(field.key, "字".repeat(min.max(1))),
            Kind::Choices(list) => {
                let codes: Vec<&str> = list.codes().iter().map(|code| code.code).collect();
                draft.set(field.key, codes.join(","));
            }
            _ => {}
        }
    }
    // What the village says it does not have is tried by itself.
    if form.key == "field_survey" {
        draft.set("absent", "");
        draft.set("coverage_reason", "");
    }
    draft
}

/// A village in which nothing at all is missing.
fn everything() -> Facts {
    let mut facts = Facts {
        today: "2023-05-01".to_owned(),
        hamlets: vec![("h1".to_owned(), "马坡村".to_owned())],
        ..Facts::default()
    };
    let know = |facts: &mut Facts, key: &str| {
        let form = forms::find(key).unwrap();
        if !facts.forms.iter().any(|known| known.key == form.key) {
            facts.forms.push(form);
            facts.drafts.insert(form.key.to_owned(), whole(form));
        }
    };
    for step in PLANNING {
        facts.done.insert(step.key.to_owned());
        for (position, requirement) in step.requirements.iter().enumerate() {
            match &requirement.test {
                Test::Records(_) | Test::NoRecords(_) | Test::Named { .. } => {
                    facts.held.insert((step.key.to_owned(), position));
                }
                Test::Complete(form) | Test::CompletePart(form, _) | Test::AllTicked(form, _) => know(&mut facts, form),
                Test::AnyOrNone(of, (form, ..)) => {
                    facts.counts.insert((*of).to_owned(), 1);
                    know(&mut facts, form);
                }
                Test::AtLeast(count, form) => {
                    facts.counts.insert((*form).to_owned(), *count);
                }
                Test::Covered(form, _) => know(&mut facts, form),
                Test::Newest(form, _, field, codes, _) => {
                    know(&mut facts, form);
                    facts.drafts.get_mut(*form).unwrap().set(field, codes[0]);
                }
                Test::Mended | Test::Sound(_) => {}
            }
        }
    }
    for file in parts(facts.text("draft_plan", "hamlet_maps"))
        .map(str::to_owned)
        .collect::<Vec<_>>()
    {
        facts.subjects.insert(file, "h1".to_owned());
    }
    facts
}

/// Takes something away at random.
fn spoil(facts: &mut Facts, dice: &mut Dice) {
    for key in facts.drafts.keys().cloned().collect::<Vec<_>>() {
        let draft = facts.drafts.get_mut(&key).unwrap();
        if dice.roll(6) == 0 {
            facts.drafts.remove(&key);
            continue;
        }
        for field in draft.values.keys().cloned().collect::<Vec<_>>() {
            if dice.roll(12) == 0 {
                draft.set(&field, "");
            }
        }
        for rows in draft.grids.values_mut() {
            for row in rows.iter_mut().filter(|_| dice.roll(20) == 0) {
                for (column, text) in row.values.iter_mut().filter(|(column, _)| *column != "item") {
                    if column == "base" || column == "target" {
                        text.clear();
                    }
                }
            }
        }
    }
    for count in facts.counts.values_mut().filter(|_| dice.roll(4) == 0) {
        *count = 0;
    }
    facts.held.retain(|_| dice.roll(5) != 0);
    if dice.roll(3) == 0 {
        facts.uncovered.push("大石桥".to_owned());
    }
    for tab in [("roads", "道路"), ("population", "2016-2020各年人口情况")] {
        if dice.roll(4) == 0 {
            facts.returned.push(Returned {
                tab,
                names: vec!["大石桥".to_owned()],
            });
        }
    }
    facts.subjects.retain(|_, _| dice.roll(3) != 0);
    // Steps are done one after the other.
    let count = dice.roll(PLANNING.len() + 1);
    facts.done = PLANNING.iter().take(count).map(|step| step.key.to_owned()).collect();
}

/// Does what a line of the list says; the switches are moved later, in their order.
fn mend(facts: &mut Facts, full: &Facts, step: &'static Step, lack: &Lack) {
    let root = lack.field.split('.').next().unwrap_or_default();
    for (position, requirement) in step.requirements.iter().enumerate() {
        let named = requirement.message == lack.message || lack.message.starts_with(requirement.message);
        match &requirement.test {
            Test::Records(_) | Test::NoRecords(_) | Test::Named { .. } if requirement.message == lack.message => {
                facts.held.insert((step.key.to_owned(), position));
            }
            Test::AnyOrNone(of, _) | Test::AtLeast(_, of) if requirement.message == lack.message => {
                facts.counts.insert((*of).to_owned(), full.count(of));
            }
            Test::Covered(..) if named && !requirement.message.is_empty() => facts.uncovered.clear(),
            // Each form that something waits in is a line of its own.
            Test::Mended if named => facts.returned.retain(|returned| returned.tab.0 != lack.tab),
            Test::Newest(form, ..) if requirement.message == lack.message => {
                facts.drafts.insert((*form).to_owned(), full.drafts[*form].clone());
            }
            Test::Complete(form) | Test::CompletePart(form, _) => {
                let known = forms::find(form).unwrap();
                if known.field(root).is_none() || lack.tab != requirement.tab {
                    continue;
                }
                let whole = &full.drafts[*form];
                let draft = facts.drafts.entry((*form).to_owned()).or_default();
                draft.set(root, whole.text(root));
                if let Some(rows) = whole.grids.get(root) {
                    draft.grids.insert(root.to_owned(), rows.clone());
                }
                for file in parts(whole.text(root)) {
                    if let Some(subject) = full.subjects.get(file) {
                        facts.subjects.insert(file.to_owned(), subject.clone());
                    }
                }
            }
            Test::Sound(_) if root == "hamlet_maps" => {
                facts.subjects.extend(full.subjects.clone());
            }
            _ => {}
        }
    }
}

/// What has to be done before a step can be 是: the list of the gate.
fn list(step: &'static Step, facts: &Facts) -> Vec<Lack> {
    let mut list = before(step, facts);
    list.extend(lacking(step, facts).into_iter().filter(|lack| !lack.is_advice));
    list
}

/// Whether the step can be 是 once these lines are dealt with; the switches that they name are moved in order, where the
/// gate lets them.
fn opens(step: &'static Step, facts: &Facts, full: &Facts, lines: &[&Lack]) -> bool {
    let mut mended = facts.clone();
    let path: Vec<&'static Step> = step.earlier().into_iter().chain([step]).collect();
    let of = |one: &&'static Step, lack: &Lack| lack.step == one.title;
    let is_switch = |lack: &Lack| lack.message.contains("的“是否完成”设为是");
    for one in &path {
        for lack in lines.iter().filter(|lack| of(one, lack) && !is_switch(lack)) {
            mend(&mut mended, full, one, lack);
        }
    }
    let named: BTreeSet<&str> = lines
        .iter()
        .filter(|lack| is_switch(lack))
        .map(|lack| lack.step)
        .collect();
    for one in step.earlier() {
        if named.contains(one.title) && can_complete(one, &mended) {
            mended.done.insert(one.key.to_owned());
        }
    }
    can_complete(step, &mended)
}

#[test]
fn nothing_is_missing_where_everything_is_there() {
    let full = everything();
    for step in PLANNING {
        let lacks: Vec<Lack> = lacking(step, &full)
            .into_iter()
            .filter(|lack| !lack.is_advice)
            .collect();
        assert!(lacks.is_empty(), "{}: {lacks:?}", step.title);
        assert!(can_complete(step, &full));
    }
}

#[test]
fn what_is_listed_opens_the_gate_and_nothing_of_it_can_be_left_out() {
    const SHARES: u64 = 2;
    let shares = (0..SHARES).map(|share| std::thread::spawn(move || walk(share, STATES / SHARES)));
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for share in shares.collect::<Vec<_>>() {
        for (step, count) in share.join().unwrap() {
            *seen.entry(step).or_default() += count;
        }
    }
    assert_eq!(seen.len(), PLANNING.len());
    assert!(seen.values().all(|count| *count > 0), "{seen:?}");
}

/// Walks through so many states; answers how many lines the list of each step had.
fn walk(seed: u64, states: u64) -> BTreeMap<&'static str, usize> {
    let full = everything();
    let mut dice = Dice(seed);
    let mut seen: BTreeMap<&'static str, usize> = BTreeMap::new();
    for state in 0..states {
        let mut facts = full.clone();
        spoil(&mut facts, &mut dice);
        let step = PLANNING[dice.roll(PLANNING.len())];
        let list = list(step, &facts);
        let all: Vec<&Lack> = list.iter().collect();
        assert!(
            opens(step, &facts, &full, &all),
            "state {state}, {}: {list:#?}",
            step.title
        );
        // One line in every state: over the states all of them get their turn.
        if !list.is_empty() {
            let left_out = dice.roll(list.len());
            let most: Vec<&Lack> = list
                .iter()
                .enumerate()
                .filter(|(at, _)| *at != left_out)
                .map(|(_, lack)| lack)
                .collect();
            assert!(
                !opens(step, &facts, &full, &most),
                "state {state}, {}: opens without {:?}",
                step.title,
                list[left_out]
            );
        }
        *seen.entry(step.key).or_default() += list.len();
    }
    seen
}

#[test]
fn a_step_is_closed_while_the_one_before_is_open() {
    let mut facts = everything();
    for step in PLANNING.iter().skip(1) {
        facts.done = step.earlier().iter().map(|one| one.key.to_owned()).collect();
        assert!(can_complete(step, &facts) && before(step, &facts).is_empty());
        let last = step.after.unwrap();
        facts.done.remove(last.key);
        assert!(!can_complete(step, &facts));
        let lacks = before(step, &facts);
        assert_eq!(lacks.len(), 1, "{lacks:?}");
        assert_eq!(lacks[0].step, last.title);
    }
}

#[test]
fn what_comes_before_the_first_step_is_asked_for_where_it_is_owed() {
    let first = &steps::BASE_DATA;
    let mut facts = everything();
    facts.done.clear();
    assert!(can_complete(first, &facts), "nothing is demanded");
    facts.owed = vec![&steps::TASK_ASSIGNMENT, &steps::ROSTER_REVIEW];
    assert!(!can_complete(first, &facts));
    let lacks = before(&steps::FIELD_SURVEY, &facts);
    let said: Vec<&str> = lacks.iter().map(|lack| lack.message.as_str()).collect();
    assert_eq!(
        said,
        [
            "下达任务还没有完成",
            "名单报审还没有完成",
            "将“底图底数”的“是否完成”设为是",
        ]
    );
    // The task is the county's, the list of people each village's.
    let links: Vec<String> = lacks.into_iter().map(|lack| lack.shown(world::VILLAGE).link).collect();
    assert_eq!(
        links[..2],
        [
            "/desk/task_assignment?region=530102".to_owned(),
            format!("/desk/roster?tab=village&region={}", world::VILLAGE),
        ]
    );
    // Who has begun goes on.
    facts.done.insert(first.key.to_owned());
    assert!(can_complete(&steps::FIELD_SURVEY, &facts));
}
