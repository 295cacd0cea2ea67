//! Acts of a review: the one place that changes a status. One record or many go the same way: transition, guards,
//! status, decisions, remarks, audit, all in one transaction.

use super::attachments;
use super::authorize::{Permit, is_for_others, to_decide};
use super::db::audits::{Change, Line};
use super::db::decisions::{self, Decision, NewDecision, NewPin, Shared};
use super::db::records::Stored;
use super::db::{self, Connection};
use super::records::{is_masked, is_masked_within, lock, shown_values, stored_draft};
use super::session::Signed;
use super::state::App;
use crate::api::workflow::ReviewAct;
use crate::domain::account::Account;
use crate::domain::audit::Act;
use crate::domain::field::{Field, Initial, Kind};
use crate::domain::form::Form;
use crate::domain::phone;
use crate::domain::problem::Problem;
use crate::domain::record::{Draft, Pin, Review, Status, Values, Way, field_of, file_place};
use crate::domain::region::Region;
use crate::domain::validate::{check, check_field, missing, shown, typed};
use crate::domain::value::Value;
use crate::domain::verb::Verb;
use crate::domain::workflow::{Opinion, Transition, Workflow};
use crate::error::AppError;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Characters of an opinion.
const MOST_LETTERS: usize = 500;

/// An act on one record.
pub struct Action<'a> {
    /// The form.
    pub form: &'static Form,
    /// Record id.
    pub id: &'a str,
    /// The version that was looked at.
    pub version: i64,
    /// What is done.
    pub verb: Verb,
    /// What is said.
    pub opinion: &'a str,
    /// Account that it goes to, or empty for the only one.
    pub receiver: &'a str,
    /// Remarks of a return: field key → what the reviewer says.
    pub pins: &'a BTreeMap<String, String>,
    /// Fields that are filled with it.
    pub values: &'a BTreeMap<String, String>,
}

/// An act as it comes from a page.
pub async fn decide(app: &App, signed: &Signed, decide: &ReviewAct) -> Result<(), AppError> {
    let action = Action {
        form: crate::forms::find(&decide.form).ok_or(AppError::NotFound)?,
        id: &decide.id,
        version: decide.version,
        verb: Verb::from_key(&decide.verb).ok_or_else(|| AppError::Malformed("verb".to_owned()))?,
        opinion: &decide.opinion,
        receiver: &decide.receiver,
        pins: &decide.pins,
        values: &decide.values,
    };
    act(app, signed, &action).await
}

/// Acts on one record.
pub async fn act(app: &App, signed: &Signed, action: &Action<'_>) -> Result<(), AppError> {
    let account = signed.ready()?;
    let workflow = action.form.workflow.ok_or(AppError::NotFound)?;
    let mut tx = app
        .store
        .begin_in_turn(&format!("{}/{}", action.form.key, action.id))
        .await?;
    let stored = db::records::find(&mut tx, action.form, action.id)
        .await?
        .ok_or(AppError::NotFound)?;
    let any = workflow.ways(action.verb, account.kind).next();
    let Some(any) = any else {
        super::authorize::to_see(signed, action.form, &stored)?;
        return Err(AppError::Forbidden(format!(
            "您的账号不能{}该记录",
            action.verb.title()
        )));
    };
    to_decide(signed, action.form, any, &stored)?;
    let last = decisions::last(&mut tx, action.id).await?;
    if is_repeated(&last, account, action, &stored) {
        return Ok(());
    }
    let Some(transition) = workflow.find(&stored.status, action.verb, account.kind) else {
        return Err(AppError::Conflict(taken(workflow, &stored.status, last.as_ref())));
    };
    let permit = to_decide(signed, action.form, transition, &stored)?;
    if stored.version != action.version {
        let by = db::audits::last_of_record(&mut tx, action.form.key, action.id).await?;
        return Err(AppError::Conflict(format!("{by}，请刷新核对后再{}", transition.button)));
    }
    let opinion = said(transition, action.opinion)?;
    let receiver = receiver(&mut tx, transition, &stored.region, action.receiver).await?;
    let doing = Doing {
        app,
        form: action.form,
        transition,
        account,
        address: permit.address(),
        opinion: &opinion,
        receiver: receiver.as_ref().map(|(id, name)| (id.as_str(), name.as_str())),
        job: None,
    };
    let records = BTreeMap::from([(stored.id.clone(), stored)]);
    let refused = doing.refusals(&mut tx, &records).await?;
    if let Some(error) = refused.into_values().next() {
        return Err(error);
    }
    doing.fill(&mut tx, &records, action.values).await?;
    doing.carry_out(&mut tx, &records, action.pins).await?;
    Ok(tx.commit().await?)
}

/// The same act sent twice is done once.
fn is_repeated(last: &Option<Decision>, account: &Account, action: &Action<'_>, stored: &Stored) -> bool {
    last.as_ref().is_some_and(|last| {
        last.account == account.id
            && last.verb == action.verb
            && last.version == action.version
            && last.to == stored.status
            && stored.version == action.version + 1
    })
}

/// Somebody was faster: who it was, and what they did.
fn taken(workflow: &Workflow, status: &str, last: Option<&Decision>) -> String {
    let Some(state) = workflow.state(status).map(|state| state.title) else {
        return "该记录不经过审核，不能进行该操作".to_owned();
    };
    match last {
        Some(last) => format!("{}，当前审核状态为“{state}”，请刷新后再操作", last.sentence()),
        None => format!("当前审核状态为“{state}”，不能进行该操作"),
    }
}

/// The opinion as it is kept, or what is wrong with it.
pub fn said(transition: &Transition, opinion: &str) -> Result<String, AppError> {
    let opinion = opinion.trim();
    if opinion.chars().count() > MOST_LETTERS {
        return Err(AppError::at("opinion", format!("最多 {MOST_LETTERS} 个字")));
    }
    match transition.opinion {
        Opinion::None => Ok(String::new()),
        Opinion::Compulsory if opinion.is_empty() => {
            Err(AppError::at("opinion", format!("请填写{}", transition.opinion_title)))
        }
        Opinion::Agreement if opinion.is_empty() => {
            Err(AppError::at("opinion", format!("请填写{}", transition.opinion_title)))
        }
        _ => Ok(opinion.to_owned()),
    }
}

/// Accounts of the receiving kind above a region: `(id, name)`.
pub async fn receivers(
    connection: &mut Connection,
    transition: &Transition,
    region: &Region,
) -> Result<Vec<(String, String)>, AppError> {
    let Some(kind) = transition.receiver else {
        return Ok(Vec::new());
    };
    let Some(above) = region.at(kind.level()) else {
        return Ok(Vec::new());
    };
    Ok(db::accounts::of_kind(connection, kind, &above).await?)
}

/// The account that it goes to.
pub async fn receiver(
    connection: &mut Connection,
    transition: &Transition,
    region: &Region,
    asked: &str,
) -> Result<Option<(String, String)>, AppError> {
    if transition.receiver.is_none() {
        return Ok(None);
    }
    let offered = receivers(connection, transition, region).await?;
    let chosen = match asked {
        "" => offered.into_iter().next(),
        asked => offered.into_iter().find(|(id, _)| id == asked),
    };
    match chosen {
        Some(chosen) => Ok(Some(chosen)),
        None => Err(AppError::at("receiver", format!("请选择{}", transition.receiver_title))),
    }
}

/// One act over one record or many.
pub struct Doing<'a> {
    /// The system.
    pub app: &'a App,
    /// The form.
    pub form: &'static Form,
    /// The way.
    pub transition: &'static Transition,
    /// Who.
    pub account: &'a Account,
    /// From where.
    pub address: &'a str,
    /// What is said.
    pub opinion: &'a str,
    /// Who it goes to, `(id, name)`.
    pub receiver: Option<(&'a str, &'a str)>,
    /// The bulk that it is part of.
    pub job: Option<&'a str>,
}

impl Doing<'_> {
    /// Which of these records cannot go this way, and why. All of them are in a state that it begins in.
    pub async fn refusals(
        &self,
        connection: &mut Connection,
        records: &BTreeMap<String, Stored>,
    ) -> Result<BTreeMap<String, AppError>, AppError> {
        let mut refused = BTreeMap::new();
        // A bulk takes along what the account has left itself: that stays for others.
        let own = records.values();
        for stored in own.filter(|stored| is_for_others(self.transition, self.account, stored)) {
            let why = AppError::Forbidden(self.transition.refusal_of_author());
            refused.insert(stored.id.clone(), why);
        }
        // Acts of the filler change what a completed step has closed; those of the reviewers do not.
        if self.form.fillers.contains(&self.transition.by) {
            for stored in records.values() {
                if let Some(why) = lock(&mut *connection, self.account, self.form, &stored.region, |key| {
                    stored.text(key)
                })
                .await?
                {
                    refused.insert(stored.id.clone(), AppError::Conflict(why));
                }
            }
        }
        if self.transition.verb != Verb::Submit {
            return Ok(refused);
        }
        let ids: Vec<String> = records.keys().cloned().collect();
        let mut pins: BTreeMap<String, Vec<decisions::StoredPin>> = BTreeMap::new();
        for pin in decisions::open_pins(&mut *connection, &ids).await? {
            pins.entry(pin.record.clone()).or_default().push(pin);
        }
        for stored in records.values() {
            let draft = whole_draft(&mut *connection, self.form, stored, self.account).await?;
            let mut problems = check(self.form, &draft, &self.app.clock.today()).problems;
            let values = Values::of(self.form, &draft);
            problems.extend(self.form.submit_rules.iter().filter_map(|rule| rule.check(&values)));
            let now = content(self.app, &mut *connection, self.form, stored).await?;
            for pin in pins.remove(&stored.id).unwrap_or_default() {
                if pin.answer.trim().is_empty() && !is_mended(&pin, &now) {
                    let message = format!("“{}”有审核标注，请修改该项或填写答复：{}", pin.label, pin.remark);
                    problems.push(Problem::error(field_of(&pin.place).to_owned(), message));
                }
            }
            problems.retain(Problem::blocks);
            if !problems.is_empty() {
                refused.insert(stored.id.clone(), AppError::Invalid(problems));
            }
        }
        Ok(refused)
    }

    /// Fills the fields that come with this act; answers what is wrong with them at their places.
    pub async fn fill(
        &self,
        connection: &mut Connection,
        records: &BTreeMap<String, Stored>,
        asked: &BTreeMap<String, String>,
    ) -> Result<(), AppError> {
        let filled = self.asked(asked)?;
        if filled.is_empty() {
            return Ok(());
        }
        for stored in records.values() {
            let mut draft = Draft::default();
            for field in self.form.stored() {
                let own = filled.iter().find(|(known, _)| known.key == field.key);
                let value = own.map_or(stored.values.get(field.key), |(_, value)| value.as_ref());
                draft.set(field.key, value.map_or(String::new(), |value| typed(field, value)));
            }
            let values = Values::of(self.form, &draft);
            let broken = self.form.rules.iter().filter_map(|rule| rule.check(&values));
            let broken: Vec<Problem> = broken.filter(Problem::blocks).collect();
            if !broken.is_empty() {
                return Err(AppError::Invalid(broken));
            }
        }
        let ids: Vec<String> = records.keys().cloned().collect();
        Ok(db::records::fill(connection, self.form, &ids, &filled).await?)
    }

    /// What comes with this act, checked. A choice that is asked for has to be made; a day is today unless another is said.
    pub fn asked(&self, asked: &BTreeMap<String, String>) -> Result<Vec<(&'static Field, Option<Value>)>, AppError> {
        let today = self.app.clock.today();
        let fields: Vec<&'static Field> = self
            .transition
            .asks
            .iter()
            .filter_map(|key| self.form.field(key))
            .collect();
        let values = Values {
            fields: fields.clone(),
            texts: asked,
        };
        let mut filled = Vec::new();
        for field in fields {
            let mut value = check_field(field, &values, &today).map_err(|message| AppError::at(field.key, message))?;
            match field.kind {
                Kind::Choice(_) if value.is_none() => {
                    return Err(AppError::at(field.key, format!("请选择{}", field.title)));
                }
                Kind::Date { .. } if value.is_none() && matches!(field.initial, Initial::Today) => {
                    value = Some(Value::Text(today.clone()));
                }
                _ if value.is_none() && self.transition.needs.contains(&field.key) => {
                    return Err(AppError::at(field.key, missing(field)));
                }
                _ => {}
            }
            filled.push((field, value));
        }
        Ok(filled)
    }

    /// Moves the records, all of which can go this way, and writes down that it happened.
    pub async fn carry_out(
        &self,
        connection: &mut Connection,
        records: &BTreeMap<String, Stored>,
        pins: &BTreeMap<String, String>,
    ) -> Result<(), AppError> {
        let now = self.app.clock.now();
        let workflow = self.form.workflow.ok_or(AppError::NotFound)?;
        let title = |key: &str| {
            workflow
                .state(key)
                .map_or(String::new(), |state| state.title.to_owned())
        };
        let contents = contents(self.app, &mut *connection, self.form, records).await?;
        let cleared = self.cleared();
        if !cleared.is_empty() {
            let ids: Vec<String> = records.keys().cloned().collect();
            db::records::fill(&mut *connection, self.form, &ids, &cleared).await?;
        }
        for from in self.transition.from {
            let ids: Vec<String> = records
                .values()
                .filter(|stored| stored.status == *from)
                .map(|stored| stored.id.clone())
                .collect();
            if ids.is_empty() {
                continue;
            }
            let (form, to) = (self.form, self.transition.to);
            let moved =
                db::records::move_status(&mut *connection, form, &ids, from, to, &self.account.id, &now).await?;
            if moved != ids.len() as u64 {
                return Err(AppError::Conflict("记录刚刚被他人修改，请刷新后再操作".to_owned()));
            }
        }
        let new: Vec<NewDecision<'_>> = records
            .values()
            .map(|stored| NewDecision {
                id: db::new_id(),
                form: self.form.key,
                record: &stored.id,
                version: stored.version,
                from: &stored.status,
                to: self.transition.to,
                content: contents.get(&stored.id).map(Content::text_of).unwrap_or_default(),
            })
            .collect();
        let shared = Shared {
            account: self.account,
            verb: self.transition.verb,
            passed: workflow.state(self.transition.to).is_some_and(|state| state.is_final),
            opinion: self.opinion,
            receiver: self.receiver,
            job: self.job,
            now: &now,
        };
        for batch in new.chunks(200) {
            decisions::write(&mut *connection, batch, &shared).await?;
        }
        for decision in new.iter().filter(|_| self.transition.verb == Verb::Submit) {
            decisions::close_pins(&mut *connection, decision.record, &decision.id).await?;
        }
        if let (Verb::Return, Some(decision)) = (self.transition.verb, new.first().filter(|_| new.len() == 1)) {
            self.pin(&mut *connection, decision, contents.get(decision.record), pins)
                .await?;
        }
        let act = Act::of(self.transition.verb).ok_or_else(|| AppError::Malformed("verb".to_owned()))?;
        let changes: Vec<Vec<Change>> = records
            .values()
            .map(|stored| {
                let mut changes = vec![Change {
                    field: workflow.title.to_owned(),
                    old: title(&stored.status),
                    new: title(self.transition.to),
                }];
                if let Some((_, name)) = self.receiver {
                    changes.push(Change {
                        field: "提交至".to_owned(),
                        old: String::new(),
                        new: name.to_owned(),
                    });
                }
                changes
            })
            .collect();
        let lines: Vec<Line<'_>> = records
            .values()
            .zip(&changes)
            .map(|(stored, changes)| Line {
                account: Some(self.account),
                act,
                region: Some(&stored.region),
                record: Some((self.form.key, &stored.id)),
                step: None,
                opinion: self.opinion,
                changes,
                address: self.address,
                now: &now,
            })
            .collect();
        db::audits::write_all(&mut *connection, &lines).await?;
        super::consequence::perform(self, connection, records, &now).await
    }

    /// The fields that this act leaves empty.
    fn cleared(&self) -> Vec<(&'static Field, Option<Value>)> {
        let keys = self.transition.clears.iter();
        keys.filter_map(|key| Some((self.form.field(key)?, None))).collect()
    }

    async fn pin(
        &self,
        connection: &mut Connection,
        decision: &NewDecision<'_>,
        content: Option<&Content>,
        pins: &BTreeMap<String, String>,
    ) -> Result<(), AppError> {
        let empty = Content::default();
        let content = content.unwrap_or(&empty);
        let mut new = Vec::new();
        let files = db::attachments::kept_of(&mut *connection, &[decision.record.to_owned()]).await?;
        let marked = |field: &&Field| pins.get(field.key).is_some_and(|remark| !remark.trim().is_empty());
        for field in pinnable(self.form).filter(marked) {
            new.push(NewPin {
                place: field.key.to_owned(),
                label: field.title.to_owned(),
                remark: remark_of(pins, field.key)?,
                held: content.text(field.key).to_owned(),
            });
        }
        for file in &files {
            let place = file_place(&file.attachment.field, &file.attachment.id);
            let remark = remark_of(pins, &place)?;
            if !remark.is_empty() {
                new.push(NewPin {
                    place,
                    label: file.attachment.name.clone(),
                    remark,
                    held: file_line(file),
                });
            }
        }
        Ok(decisions::pin(connection, self.form.key, decision.record, &decision.id, &new).await?)
    }
}

/// The remark at a place, trimmed; empty when there is none.
fn remark_of(pins: &BTreeMap<String, String>, place: &str) -> Result<String, AppError> {
    let remark = pins.get(place).map_or("", |remark| remark.trim());
    if remark.chars().count() > MOST_LETTERS {
        return Err(AppError::at(field_of(place), format!("最多 {MOST_LETTERS} 个字")));
    }
    Ok(remark.to_owned())
}

/// Whether what a reviewer has marked is no longer as it was: the text is another, the file is gone.
fn is_mended(pin: &decisions::StoredPin, now: &Content) -> bool {
    let text = now.text(field_of(&pin.place));
    if field_of(&pin.place) == pin.place {
        text != pin.held
    } else {
        !text.lines().any(|line| line == pin.held)
    }
}

/// A file as the content of a record names it: by name and the beginning of its hash.
fn file_line(file: &db::attachments::Stored) -> String {
    let mark: String = file.sha256.chars().take(8).collect();
    format!("{} ({mark})", file.attachment.name)
}

/// Fields that a reviewer can mark: what the filler typed or uploaded.
pub fn pinnable(form: &'static Form) -> impl Iterator<Item = &'static Field> {
    form.fields()
        .filter(|field| !field.is_read_only() && field.key != form.placed_by)
}

/// A new record of a workflow whose 保存 submits it at once (manual 5.2(3)): the decision, its receiver and its line.
pub async fn submitted_at_once(
    app: &App,
    connection: &mut Connection,
    form: &'static Form,
    permit: &Permit,
    id: &str,
    asked: &str,
) -> Result<(), AppError> {
    let Some(registers) = form.workflow.and_then(|workflow| workflow.registers) else {
        return Ok(());
    };
    let receiver = receiver(&mut *connection, registers, permit.scope(), asked).await?;
    let doing = Doing {
        app,
        form,
        transition: registers,
        account: permit.account(),
        address: permit.address(),
        opinion: "",
        receiver: receiver.as_ref().map(|(id, name)| (id.as_str(), name.as_str())),
        job: None,
    };
    let stored = db::records::find(&mut *connection, form, id)
        .await?
        .ok_or(AppError::NotFound)?;
    let records = BTreeMap::from([(stored.id.clone(), stored)]);
    doing.carry_out(connection, &records, &BTreeMap::new()).await
}

/// A returned record that is saved, where its workflow asks for no more (spec §9): what was marked has to be mended or
/// answered, as at any submission. Answers whether it has moved.
pub async fn mended(
    app: &App,
    connection: &mut Connection,
    form: &'static Form,
    permit: &Permit,
    before: &Stored,
) -> Result<bool, AppError> {
    let mends = form.workflow.and_then(|workflow| workflow.mends);
    let Some(mends) = mends.filter(|way| way.from.contains(&before.status.as_str())) else {
        return Ok(false);
    };
    let doing = Doing {
        app,
        form,
        transition: mends,
        account: permit.account(),
        address: permit.address(),
        opinion: "",
        receiver: None,
        job: None,
    };
    let stored = db::records::find(&mut *connection, form, &before.id)
        .await?
        .ok_or(AppError::NotFound)?;
    let records = BTreeMap::from([(stored.id.clone(), stored)]);
    if let Some(error) = doing.refusals(&mut *connection, &records).await?.into_values().next() {
        return Err(error);
    }
    doing.carry_out(connection, &records, &BTreeMap::new()).await?;
    Ok(true)
}

/// What a record says, as people read it: the content that a decision judges.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Content {
    /// Field key → text. Files by name and the beginning of their hash, so that another file of the same name differs.
    pub fields: BTreeMap<String, String>,
}

impl Content {
    /// The text of a field.
    pub fn text(&self, key: &str) -> &str {
        self.fields.get(key).map_or("", String::as_str)
    }

    fn text_of(content: &Self) -> String {
        serde_json::to_string(content).unwrap_or_default()
    }

    /// Reads what a decision has kept.
    pub fn of(decision: &Decision) -> Self {
        serde_json::from_str(&decision.content).unwrap_or_default()
    }
}

/// What a record says.
pub async fn content(
    app: &App,
    connection: &mut Connection,
    form: &'static Form,
    stored: &Stored,
) -> Result<Content, AppError> {
    let records = BTreeMap::from([(stored.id.clone(), stored.clone())]);
    Ok(contents(app, connection, form, &records)
        .await?
        .remove(&stored.id)
        .unwrap_or_default())
}

/// What records say, with one question for all files.
async fn contents(
    app: &App,
    connection: &mut Connection,
    form: &'static Form,
    records: &BTreeMap<String, Stored>,
) -> Result<BTreeMap<String, Content>, AppError> {
    let mut contents = BTreeMap::new();
    for stored in records.values() {
        let mut fields: BTreeMap<String, String> = BTreeMap::new();
        for (field, text) in shown_values(form, &stored.values) {
            let text = match field.kind {
                Kind::Division(_) | Kind::Divisions(_) => super::records::division_names(app, &text),
                _ => text,
            };
            fields.insert(field.key.to_owned(), text);
        }
        for (field, grid) in form.grids() {
            let rows = db::records::grid_rows(&mut *connection, form, field, grid.columns, &stored.id).await?;
            let lines = rows.iter().map(|(_, values)| {
                let cells = grid
                    .columns
                    .iter()
                    .filter_map(|column| Some(shown(column, values.get(column.key)?)));
                cells.collect::<Vec<_>>().join(" ")
            });
            fields.insert(field.key.to_owned(), lines.collect::<Vec<_>>().join("\n"));
        }
        contents.insert(stored.id.clone(), Content { fields });
    }
    if form.slots().next().is_some() {
        let ids: Vec<String> = records.keys().cloned().collect();
        for file in db::attachments::kept_of(connection, &ids).await? {
            if let Some(content) = contents.get_mut(&file.record) {
                let text = content.fields.entry(file.attachment.field.clone()).or_default();
                if !text.is_empty() {
                    text.push('\n');
                }
                text.push_str(&file_line(&file));
            }
        }
    }
    Ok(contents)
}

/// A stored record as its draft with the ids of its files, ready for the verdict.
async fn whole_draft(
    connection: &mut Connection,
    form: &'static Form,
    stored: &Stored,
    account: &Account,
) -> Result<Draft, AppError> {
    let mut draft = stored_draft(&mut *connection, form, &stored.id, &stored.values).await?;
    attachments::list_kept(connection, form, &stored.id, &account.id, &mut draft).await?;
    Ok(draft)
}

/// The state as it shows.
pub fn status(form: &Form, key: &str) -> Option<Status> {
    let state = form.workflow?.state(key)?;
    Some(Status {
        key: state.key.to_owned(),
        title: state.title.to_owned(),
        tone: state.tone,
    })
}

/// Whether a record waits for its filler because somebody has returned it.
fn is_returned(form: &Form, status: &str) -> bool {
    let workflow = form.workflow;
    workflow.is_some_and(|workflow| workflow.returned().any(|state| state == status))
}

/// Who returned a record, when and why, in the words of the button: as long as it waits for its filler.
pub async fn returned(
    connection: &mut Connection,
    form: &'static Form,
    stored: &Stored,
) -> Result<Option<String>, AppError> {
    if !is_returned(form, &stored.status) {
        return Ok(None);
    }
    let Some(last) = decisions::last(connection, &stored.id).await? else {
        return Ok(None);
    };
    let mut ways = form.workflow.into_iter().flat_map(|workflow| workflow.transitions);
    let way = ways.find(|way| way.verb == last.verb && way.to == last.to && way.from.contains(&last.from.as_str()));
    Ok(way.map(|way| {
        let at = super::clock::shown(&last.at);
        format!("{} 在 {at} {}：{}", last.account_name, way.button, last.opinion)
    }))
}

/// What was said of those among these records that wait for their filler because somebody has returned them.
pub async fn said_of(
    connection: &mut Connection,
    form: &'static Form,
    records: &[Stored],
) -> Result<BTreeMap<String, String>, AppError> {
    let returned = records.iter().filter(|record| is_returned(form, &record.status));
    let ids: Vec<String> = returned.map(|record| record.id.clone()).collect();
    Ok(decisions::said_last(connection, &ids, Verb::Return).await?)
}

/// The buttons of the review for an opened record.
pub async fn ways(
    connection: &mut Connection,
    form: &'static Form,
    account: &Account,
    stored: &Stored,
    verbs: &'static [Verb],
) -> Result<Vec<Way>, AppError> {
    let Some(workflow) = form.workflow else {
        return Ok(Vec::new());
    };
    let mut ways = Vec::new();
    for transition in workflow.offered(&stored.status, account.kind) {
        if !verbs.contains(&transition.verb) || !account.region.contains(&stored.region) {
            continue;
        }
        if is_for_others(transition, account, stored) {
            continue;
        }
        // What this level said of it the last time stands in the box again.
        let before = match transition.opinion {
            Opinion::Agreement => decisions::last_by_kind(&mut *connection, &stored.id, account.kind.key()).await?,
            _ => None,
        };
        let said = match (transition.opinion, before) {
            (Opinion::Agreement, Some(before)) if before.verb == Verb::Approve => before.opinion,
            (Opinion::Agreement, _) => "同意".to_owned(),
            _ => String::new(),
        };
        ways.push(Way {
            verb: transition.verb,
            button: transition.button.to_owned(),
            opinion: transition.opinion,
            opinion_title: transition.opinion_title.to_owned(),
            receiver_title: transition.receiver_title.to_owned(),
            for_group: transition.verb == Verb::Approve && !form.grouped_by.is_empty(),
            said,
            receivers: receivers(&mut *connection, transition, &stored.region).await?,
            asks: transition.asks.iter().map(|key| (*key).to_owned()).collect(),
            needs: transition.needs.iter().map(|key| (*key).to_owned()).collect(),
        });
    }
    Ok(ways)
}

/// The open remarks about a record, with whether something else stands there now.
pub async fn pins(
    app: &App,
    connection: &mut Connection,
    form: &'static Form,
    stored: &Stored,
) -> Result<Vec<Pin>, AppError> {
    if form.workflow.is_none() {
        return Ok(Vec::new());
    }
    let open = decisions::open_pins(&mut *connection, std::slice::from_ref(&stored.id)).await?;
    if open.is_empty() {
        return Ok(Vec::new());
    }
    let now = content(app, connection, form, stored).await?;
    let pins = open.into_iter().map(|pin| Pin {
        changed: is_mended(&pin, &now),
        id: pin.id,
        label: pin.label,
        remark: pin.remark,
        by: pin.by,
        held: match form.field(&pin.place) {
            Some(field) if field.private => phone::masked(&pin.held),
            Some(field) if field.has_private_columns() => phone::masked_within(&pin.held),
            _ => pin.held,
        },
        place: pin.place,
        answer: pin.answer,
    });
    Ok(pins.collect())
}

/// What changed since this level last judged the record; nothing when it never did or has nothing to decide.
pub async fn review(
    app: &App,
    connection: &mut Connection,
    form: &'static Form,
    account: &Account,
    stored: &Stored,
) -> Result<Option<Review>, AppError> {
    let Some(workflow) = form.workflow else {
        return Ok(None);
    };
    let judges = |verb: Verb| matches!(verb, Verb::Approve | Verb::Return);
    if !workflow
        .offered(&stored.status, account.kind)
        .any(|way| judges(way.verb))
    {
        return Ok(None);
    }
    let Some(before) = decisions::last_by_kind(&mut *connection, &stored.id, account.kind.key()).await? else {
        return Ok(None);
    };
    let (then, now) = (Content::of(&before), content(app, connection, form, stored).await?);
    let changes = form
        .fields()
        .filter(|field| then.text(field.key) != now.text(field.key))
        .map(|field| -> (String, String, String) {
            let (then, now) = (then.text(field.key), now.text(field.key));
            let is_number = is_masked(account, form, field);
            let has_numbers = is_masked_within(account, form, field);
            match field.kind {
                _ if is_number || has_numbers => {
                    let hidden = |text: &str| match is_number {
                        true => phone::masked(text),
                        false => phone::masked_within(text),
                    };
                    (
                        field.title.to_owned(),
                        hidden(then),
                        format!("{}（已修改）", hidden(now)),
                    )
                }
                Kind::Files(_) => (field.title.to_owned(), files_beside(then, now), files_beside(now, then)),
                _ => (field.title.to_owned(), then.to_owned(), now.to_owned()),
            }
        });
    Ok(Some(Review {
        before: before.sentence(),
        changes: changes.collect(),
    }))
}

/// Files by name; one that bears the name of another says so.
fn files_beside(files: &str, others: &str) -> String {
    let name = |line: &str| line.rsplit_once(" (").map_or(line, |(name, _)| name).to_owned();
    let lines = files.lines().map(|line| {
        let differs = others.lines().any(|other| other != line && name(other) == name(line));
        format!("{}{}", name(line), if differs { "（内容不同）" } else { "" })
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// A value that other forms mirror: of the content that passed last, or of what is under way (spec S2.1, R-95), with
/// its state.
pub async fn mirrored(
    connection: &mut Connection,
    form: &'static Form,
    stored: &Stored,
    field: &'static Field,
) -> Result<String, AppError> {
    let own = || {
        stored
            .values
            .get(field.key)
            .map_or(String::new(), |value: &Value| shown(field, value))
    };
    let Some(state) = form.workflow.and_then(|workflow| workflow.state(&stored.status)) else {
        return Ok(own());
    };
    if state.is_final {
        return Ok(own());
    }
    if let Some(passed) = decisions::last_passed(connection, &stored.id).await? {
        return Ok(Content::of(&passed).text(field.key).to_owned());
    }
    let own = own();
    Ok(if own.is_empty() {
        own
    } else {
        format!("{own}（{}）", state.title)
    })
}

#[cfg(test)]
mod tests {
    use super::files_beside;

    #[test]
    fn files_are_told_apart_by_content() {
        let (then, now) = (
            "计划.pdf (1a)\n附表.xlsx (2b)",
            "计划.pdf (3c)\n附表.xlsx (2b)\n照片(1).jpg (4d)",
        );
        assert_eq!(files_beside(then, now), "计划.pdf（内容不同）\n附表.xlsx");
        assert_eq!(files_beside(now, then), "计划.pdf（内容不同）\n附表.xlsx\n照片(1).jpg");
    }
}
