//! Saving and deleting: permit, lock, verdict, write, attachments, audit, all in one transaction.

use super::open::{shown_values, stored_draft};
use super::{in_review, lock, logged};
use crate::domain::account::AccountKind;
use crate::domain::audit::Act;
use crate::domain::field::{AccountFact, Field, Initial, Kind};
use crate::domain::form::Form;
use crate::domain::known;
use crate::domain::problem::{Problem, Severity};
use crate::domain::record::{Draft, Values, parts};
use crate::domain::region::Region;
use crate::domain::sheet::renewed;
use crate::domain::validate::{Checked, check, ended, shown, typed};
use crate::domain::value::Value;
use crate::domain::verb::Verb;
use crate::error::{AppError, Stale};
use crate::server::attachments;
use crate::server::authorize::{Permit, to_act, to_begin, to_create};
use crate::server::db::audits::{Change, Line};
use crate::server::db::records::{Stored, Write};
use crate::server::db::references::{Asking, ReferenceTarget};
use crate::server::db::rules::Candidate;
use crate::server::db::{self, Connection};
use crate::server::session::Signed;
use crate::server::state::App;
use crate::server::sub_accounts;
use crate::server::workflow;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a save asks for.
pub struct Save<'a> {
    /// The form.
    pub form: &'static Form,
    /// Record id, made when the blank record was opened.
    pub id: &'a str,
    /// The version that was read; 0 for a blank record.
    pub version: i64,
    /// Key of this save: the same save sent twice is stored once.
    pub key: &'a str,
    /// What was typed.
    pub draft: Draft,
}

/// A save that was stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Saved {
    /// Record id.
    pub id: String,
    /// The new version.
    pub version: i64,
    /// What the filler should look at although it is stored.
    pub warnings: Vec<Problem>,
}

/// Saves a record; where a reference of the form spreads, a new record for each that is chosen.
pub async fn save(app: &App, signed: &Signed, save: Save<'_>) -> Result<Saved, AppError> {
    let account = signed.ready()?;
    if uuid::Uuid::parse_str(save.id).is_err() || save.key.is_empty() || save.key.len() > 64 {
        return Err(AppError::Malformed("id or key".to_owned()));
    }
    let saving = Saving {
        app,
        signed,
        form: save.form,
        version: save.version,
        key: content_key(save.key, &save.draft),
        instead: None,
    };
    let place = match save.draft.region.as_str() {
        "" => account.region.code(),
        place => place,
    };
    let turn = format!("{}/{place}", save.form.key);
    let mut tx = app.store.begin_in_turn(&turn).await?;
    let mut answer: Option<Saved> = None;
    for (id, draft) in spread(&save) {
        let saved = saving.one(&mut tx, &id, draft).await?;
        match &mut answer {
            Some(first) => {
                for warning in saved.warnings {
                    if !first.warnings.contains(&warning) {
                        first.warnings.push(warning);
                    }
                }
            }
            None => answer = Some(saved),
        }
    }
    tx.commit().await?;
    answer.ok_or_else(|| AppError::Malformed("draft".to_owned()))
}

/// Records at most that one save makes.
const MOST_AT_ONCE: usize = 200;

/// What one save makes: the record itself, or one for each record that its spreading reference names.
fn spread(save: &Save<'_>) -> Vec<(String, Draft)> {
    let chosen: Vec<&str> = match save.form.spreading() {
        Some(field) if save.version == 0 => parts(save.draft.text(field.key)).take(MOST_AT_ONCE).collect(),
        _ => Vec::new(),
    };
    let Some(field) = save.form.spreading().filter(|_| chosen.len() > 1) else {
        return vec![(save.id.to_owned(), save.draft.clone())];
    };
    let drafts = chosen.iter().enumerate().map(|(position, part)| {
        let mut draft = save.draft.clone();
        draft.set(field.key, *part);
        // The same save makes the same records.
        let id = match position {
            0 => save.id.to_owned(),
            _ => db::derived_id(&format!("{}/{part}", save.id)),
        };
        (id, draft)
    });
    drafts.collect()
}

/// Saves records one after the other in somebody's transaction: an import.
pub struct Batch<'a> {
    app: &'a App,
    signed: &'a Signed,
}

impl<'a> Batch<'a> {
    /// For this account.
    pub const fn new(app: &'a App, signed: &'a Signed) -> Self {
        Self { app, signed }
    }

    /// Saves one. The system administrator imports for the region's own account.
    pub async fn save(&self, tx: &mut Connection, save: Save<'_>) -> Result<Saved, AppError> {
        let imports = self.signed.ready()?.kind == AccountKind::System;
        let saving = Saving {
            app: self.app,
            signed: self.signed,
            form: save.form,
            version: save.version,
            key: content_key(save.key, &save.draft),
            instead: imports.then_some(Verb::Import),
        };
        saving.one(tx, save.id, save.draft).await
    }
}

/// What the records of one save share.
struct Saving<'a> {
    app: &'a App,
    signed: &'a Signed,
    form: &'static Form,
    version: i64,
    key: String,
    /// What it is asked for in place of 登记 and 编辑.
    instead: Option<Verb>,
}

impl Saving<'_> {
    async fn one(&self, tx: &mut Connection, id: &str, typed: Draft) -> Result<Saved, AppError> {
        let (app, signed, form) = (self.app, self.signed, self.form);
        let account = signed.ready()?;
        let typed = renewed(form, typed);
        let stored = db::records::find(&mut *tx, form, id).await?;
        let permit = match &stored {
            Some(stored) => to_act(
                signed,
                self.instead.unwrap_or(Verb::Edit),
                form,
                &stored.region,
                &stored.organ,
                id,
            )?,
            None => match placed(app, signed, form, &typed)? {
                Some(region) => match self.instead {
                    Some(verb) => to_act(signed, verb, form, &region, "", "")?,
                    None => to_create(signed, form, &region)?,
                },
                // Nothing can be stored without its place; the verdict says so beside whatever else is wrong.
                None => to_begin(signed, form)?,
            },
        };
        if let Some(stored) = stored.as_ref().filter(|stored| stored.saved_as == self.key) {
            return Ok(Saved {
                id: id.to_owned(),
                version: stored.version,
                warnings: Vec::new(),
            });
        }
        if let Some(why) = stored.as_ref().and_then(|stored| in_review(form, &stored.status)) {
            return Err(AppError::Conflict(why));
        }
        // Neither a record of a completed step nor one that would become part of it.
        if let Some(stored) = &stored
            && let Some(why) = lock(&mut *tx, account, form, permit.scope(), |key| stored.text(key)).await?
        {
            return Err(AppError::Conflict(why));
        }
        if let Some(why) = lock(&mut *tx, account, form, permit.scope(), |key| typed.text(key)).await? {
            return Err(AppError::Conflict(why));
        }
        match &stored {
            Some(stored) if stored.version != self.version => {
                return Err(stale(&mut *tx, form, stored, &typed).await?);
            }
            None if self.version != 0 => return Err(AppError::NotFound),
            None if db::records::id_is_used(&mut *tx, form, id).await? => return Err(AppError::NotFound),
            _ => {}
        }
        let mut draft = typed;
        complete(app, &mut *tx, form, id, &permit, stored.as_ref(), &mut draft).await?;
        let checked = verdict(app, &mut *tx, form, &permit, id, stored.as_ref(), &draft).await?;
        let before = match &stored {
            Some(stored) => stored_draft(&mut *tx, form, id, &stored.values).await?,
            None => Draft::default(),
        };
        let now = app.clock.now();
        let count = attachments::settle(app, &mut *tx, form, id, &draft, &permit, &now).await?;
        let write = Write {
            id,
            key: &self.key,
            values: &checked.values,
            attachment_count: count,
            now: &now,
        };
        write_record(&mut *tx, form, &permit, stored.as_ref(), &write).await?;
        for (pin, answer) in draft.answers.iter().filter(|_| form.workflow.is_some()) {
            let answer: String = answer.trim().chars().take(MOST_LETTERS).collect();
            db::decisions::answer(&mut *tx, id, pin, &answer).await?;
        }
        for (field, grid) in form.grids() {
            let rows = checked.grids.get(field.key).map_or(&[][..], Vec::as_slice);
            db::records::replace_rows(&mut *tx, form, field, grid.columns, id, rows).await?;
        }
        if db::search::has_parts(form) {
            let part = |key: &str| {
                checked
                    .values
                    .get(key)
                    .and_then(Value::text)
                    .unwrap_or_default()
                    .to_owned()
            };
            db::search::put_parts(&mut *tx, form, id, permit.scope(), part).await?;
        }
        let changes = changes(form, stored.as_ref(), &checked, &before);
        let reasons = draft.reasons.values().map(|reason| reason.trim());
        let opinion = reasons
            .filter(|reason| !reason.is_empty())
            .collect::<Vec<_>>()
            .join("；");
        db::audits::write(
            &mut *tx,
            &Line {
                account: Some(account),
                act: if stored.is_some() { Act::Modify } else { Act::Register },
                region: Some(permit.scope()),
                record: Some((form.key, id)),
                step: None,
                opinion: &opinion,
                changes: &changes,
                address: permit.address(),
                now: &now,
            },
        )
        .await?;
        if form.makes_divisions {
            let status = match &stored {
                Some(stored) => stored.status.as_str(),
                None => form.first_state(permit.scope().level()),
            };
            divide(&mut *tx, form, permit.scope(), &checked.values, status).await?;
        }
        let is_mended = match &stored {
            Some(stored) => workflow::mended(app, &mut *tx, form, &permit, stored).await?,
            None => {
                workflow::submitted_at_once(app, &mut *tx, form, &permit, id, &draft.receiver).await?;
                false
            }
        };
        let told = sub_accounts::follow(app, &mut *tx, form, &permit, id, &checked.values).await?;
        db::drafts::forget(&mut *tx, &account.id, form.key, id).await?;
        let problems = checked.problems.into_iter();
        let mut warnings: Vec<Problem> = problems
            .filter(|problem| problem.severity == Severity::Warning)
            .collect();
        warnings.extend(told.map(|message| Problem {
            place: String::new(),
            severity: Severity::Warning,
            rule: None,
            message,
        }));
        Ok(Saved {
            id: id.to_owned(),
            version: stored.map_or(1, |stored| stored.version + 1 + i64::from(is_mended)),
            warnings,
        })
    }
}

/// Where a new record belongs: the village that its page is about, the account's own region, or the one that the form's
/// field names inside its subtree.
fn placed(app: &App, signed: &Signed, form: &'static Form, draft: &Draft) -> Result<Option<Region>, AppError> {
    let own = &signed.ready()?.region;
    if !draft.region.is_empty() {
        let village = Region::parse(&draft.region);
        return Ok(Some(super::village(app, signed, village.as_ref())?));
    }
    if form.placed_by.is_empty() {
        return Ok(Some(own.clone()));
    }
    let named = Region::parse(draft.text(form.placed_by).trim());
    Ok(named.filter(|region| {
        own.contains(region) && region.level() == form.lowest_level() && app.divisions.find(region).is_some()
    }))
}

/// The division that a record is: its code is that of the region with its number behind.
async fn divide(
    connection: &mut Connection,
    form: &'static Form,
    region: &Region,
    values: &BTreeMap<&'static str, Value>,
    status: &str,
) -> Result<(), AppError> {
    let number = form
        .fields()
        .find(|field| matches!(field.kind, Kind::Ordinal))
        .and_then(|field| values.get(field.key).and_then(Value::integer));
    let name = values.get(form.name_field).and_then(Value::text).unwrap_or_default();
    let code = number.map(|number| format!("{region}{number:03}"));
    let Some(division) = code.as_deref().and_then(Region::parse) else {
        return Err(AppError::at(form.name_field, "一个行政村最多 999 个自然村"));
    };
    let row = db::regions::NewRegion {
        region: division,
        name: name.to_owned(),
        short: name.to_owned(),
        search: String::new(),
        initials: String::new(),
        kind: form.key.to_owned(),
        planned: true,
    };
    let planned = values.get("planned").and_then(Value::integer) != Some(0);
    db::regions::upsert(&mut *connection, std::slice::from_ref(&row)).await?;
    let counts = crate::server::hamlets::counts(status, planned);
    Ok(db::regions::set_planned(connection, &row.region, counts).await?)
}

/// Characters of an answer to a remark.
const MOST_LETTERS: usize = 500;

/// The key under which a save is remembered: the same content sent again is the same save, other content never is.
fn content_key(key: &str, draft: &Draft) -> String {
    let content = serde_json::to_string(draft).unwrap_or_default();
    crate::server::session::hash(&format!("{key}{content}"))
}

async fn write_record(
    connection: &mut Connection,
    form: &'static Form,
    permit: &Permit,
    stored: Option<&Stored>,
    write: &Write<'_>,
) -> Result<(), AppError> {
    match stored {
        Some(stored) => {
            let updated = db::records::update(connection, form, permit, stored.version, write).await;
            if !updated.map_err(|error| db::records::doubled(form, &error).unwrap_or_else(|| error.into()))? {
                return Err(AppError::Conflict(
                    "该记录刚刚被他人修改，请重新打开后再保存".to_owned(),
                ));
            }
        }
        None => db::records::insert(connection, form, permit, write)
            .await
            .map_err(|error| {
                if let Some(double) = db::records::doubled(form, &error) {
                    double
                } else if db::is_double(&error) && !form.placed_by.is_empty() {
                    AppError::at(
                        form.placed_by,
                        format!("该行政村已登记过{}，请编辑原有记录", form.title),
                    )
                } else if db::is_double(&error) {
                    AppError::Conflict(format!("{}已经登记过，请刷新后修改", form.title))
                } else {
                    error.into()
                }
            })?,
    }
    Ok(())
}

/// Fills what the user never types: facts of the account and names taken from files. What the browser sent for such a
/// field is ignored (`security.md` A20).
async fn complete(
    app: &App,
    connection: &mut Connection,
    form: &'static Form,
    id: &str,
    permit: &Permit,
    stored: Option<&Stored>,
    draft: &mut Draft,
) -> Result<(), AppError> {
    let account = permit.account();
    copy(&mut *connection, form, permit.scope(), draft).await?;
    for field in form.fields() {
        match (field.kind, field.initial) {
            (Kind::OfAccount(fact), _) => {
                let kept = stored
                    .and_then(|stored| stored.values.get(field.key))
                    .and_then(Value::text);
                let text = match (kept, fact) {
                    (Some(text), _) => text.to_owned(),
                    (None, AccountFact::Name) => account.name.clone(),
                    (None, AccountFact::Level) => account.region.level().title().to_owned(),
                };
                draft.set(field.key, text);
            }
            (Kind::Ordinal, _) => {
                let kept = stored.and_then(|stored| stored.values.get(field.key));
                let number = match kept.and_then(Value::integer) {
                    Some(number) => number,
                    None => db::records::next_number(&mut *connection, form, field, permit.scope()).await?,
                };
                draft.set(field.key, number.to_string());
            }
            _ if field.reviewed => {
                let kept = stored.and_then(|stored| stored.values.get(field.key));
                draft.set(field.key, kept.map_or(String::new(), |value| typed(field, value)));
            }
            _ if field.key == form.placed_by => {
                if let Some(stored) = stored {
                    draft.set(field.key, stored.region.code());
                }
            }
            (_, Initial::FileName) if draft.text(field.key).trim().is_empty() => {
                if let Some(name) = attachments::first_name(&mut *connection, form, id, &account.id, draft).await? {
                    draft.set(field.key, name);
                }
            }
            _ => {}
        }
    }
    if form.fields().any(|field| field.suggestion.is_some()) {
        for (key, text) in super::suggest(app, &mut *connection, form, permit.scope(), draft).await? {
            if draft.text(&key).trim().is_empty() {
                draft.set(&key, text);
            }
        }
    }
    Ok(())
}

/// Fills what is taken from the records that references of this form point at; what is not in the region is not found
/// by the verdict either.
async fn copy(
    connection: &mut Connection,
    form: &'static Form,
    region: &Region,
    draft: &mut Draft,
) -> Result<(), AppError> {
    for reference in form.fields() {
        let Kind::Reference { to, many: false } = reference.kind else {
            continue;
        };
        let taken = |field: &&Field| field.copied.is_some_and(|(key, _)| key == reference.key);
        let fields: Vec<&'static Field> = form.fields().filter(taken).collect();
        let values = Values::of(form, draft);
        if fields.is_empty() || !reference.holds(&values) {
            continue;
        }
        let id = draft.text(reference.key).trim().to_owned();
        let origin = match crate::forms::find(to) {
            Some(origin) => db::records::find(&mut *connection, origin, &id)
                .await?
                .map(|record| (origin, record)),
            None => None,
        };
        let Some((origin, record)) = origin.filter(|(_, record)| record.region == *region) else {
            continue;
        };
        for field in fields {
            let source = field.copied.and_then(|(_, key)| origin.field(key));
            let text = source.and_then(|source| Some(typed(source, record.values.get(source.key)?)));
            draft.set(field.key, text.unwrap_or_default());
        }
    }
    Ok(())
}

/// The whole verdict: the pure rules, then what only the store can tell. Errors stop the save.
async fn verdict(
    app: &App,
    connection: &mut Connection,
    form: &'static Form,
    permit: &Permit,
    id: &str,
    stored: Option<&Stored>,
    draft: &Draft,
) -> Result<Checked, AppError> {
    let mut checked = check(form, draft, &app.clock.today());
    let mut over = ended(form, draft, &Draft::default());
    // What the record holds already may stay: only then is it read for that.
    if let Some(stored) = stored.filter(|_| !over.is_empty()) {
        let held = stored_draft(&mut *connection, form, id, &stored.values).await?;
        over = ended(form, draft, &held);
    }
    checked.problems.extend(over);
    for field in form.fields() {
        let Some(text) = checked.values.get(field.key).and_then(Value::text) else {
            continue;
        };
        let wrong = match field.kind {
            Kind::Division(level) | Kind::Divisions(level) => parts(text).any(|code| {
                let region =
                    Region::parse(code).filter(|region| region.level() == level && permit.scope().contains(region));
                region.is_none_or(|region| app.divisions.find(&region).is_none())
            }),
            Kind::Reference { to, many } => {
                let options = match ReferenceTarget::find(to) {
                    Some(target) => {
                        let held = stored.map_or("", |stored| stored.text(field.key));
                        let asking = Asking {
                            form,
                            field,
                            id,
                            draft,
                            held,
                        };
                        db::references::options(&mut *connection, &target, permit.scope(), &asking).await?
                    }
                    None => Vec::new(),
                };
                let known = |part: &str| options.iter().any(|(id, _)| id == part);
                parts(text).any(|part| !known(part)) || !many && parts(text).count() > 1
            }
            _ => false,
        };
        if wrong {
            checked
                .problems
                .push(Problem::error(field.key, format!("请从列表中选择{}", field.title)));
        }
    }
    for field in form.exclusives() {
        let taken = db::records::named_elsewhere(&mut *connection, form, field, permit.scope(), id).await?;
        let named = parts(draft.text(field.key)).filter(|code| taken.contains(*code));
        let names: Vec<String> = named
            .filter_map(Region::parse)
            .map(|region| app.divisions.short(&region))
            .collect();
        if !names.is_empty() {
            let message = format!(
                "{}已有{}，一个行政村只能有一个",
                names.join("、"),
                form.title.trim_start_matches("确定")
            );
            checked.problems.push(Problem::error(field.key, message));
        }
    }
    for rule in form.store_rules {
        let candidate = Candidate {
            form,
            region: permit.scope(),
            id,
            values: &checked.values,
            grids: &checked.grids,
        };
        if !candidate.holds(rule.holding) {
            continue;
        }
        if let Some(finding) = db::rules::finding(&mut *connection, &rule.test, &candidate).await? {
            checked.problems.push(Problem {
                place: rule.place.to_owned(),
                severity: rule.severity,
                rule: (!rule.id.is_empty()).then(|| rule.id.to_owned()),
                message: finding.said(rule.message),
            });
        }
    }
    for problem in known_otherwise(&mut *connection, form, permit.scope(), draft).await? {
        checked.problems.push(problem);
    }
    if checked.blocking(draft).next().is_some() {
        return Err(AppError::Invalid(checked.problems));
    }
    Ok(checked)
}

/// Warnings where other records of the region tell another number.
async fn known_otherwise(
    connection: &mut Connection,
    form: &'static Form,
    region: &Region,
    draft: &Draft,
) -> Result<Vec<Problem>, AppError> {
    let mut problems = Vec::new();
    for own in known::own_numbers(form, draft) {
        let number = |key: &str| draft.text(key).trim().parse().ok();
        let told = db::known::told(&mut *connection, own.known.of, number, region).await?;
        let complaint = told.and_then(|told| own.known.complaint(own.title, own.number, told));
        problems.extend(complaint.map(|message| Problem {
            place: own.place,
            severity: Severity::Warning,
            rule: (!own.known.rule.is_empty()).then(|| own.known.rule.to_owned()),
            message,
        }));
    }
    Ok(problems)
}

/// One changed field as the log keeps it.
fn changed(field: &Field, old: &str, new: &str) -> Change {
    Change {
        field: field.title.to_owned(),
        old: logged(field, old),
        new: logged(field, new),
    }
}

/// The cells of a row with their columns, as people read them.
type Cells = Vec<(&'static Field, String)>;

/// The rows of a table as text, a line each; `said` is what a cell says.
fn lines(rows: &[Cells], said: impl Fn(&Field, &str) -> String) -> String {
    let line = |row: &Cells| {
        let cells = row.iter().map(|(column, text)| said(column, text));
        cells.collect::<Vec<_>>().join(" ")
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Old and new text of every field that changed; a changed grid counts as one line.
fn changes(form: &'static Form, stored: Option<&Stored>, checked: &Checked, before: &Draft) -> Vec<Change> {
    let empty = BTreeMap::new();
    let old = shown_values(form, stored.map_or(&empty, |stored| &stored.values));
    let new = shown_values(form, &checked.values);
    let mut changes: Vec<Change> = old
        .into_iter()
        .zip(new)
        .filter(|((_, old), (_, new))| old != new)
        .map(|((field, old), (_, new))| changed(field, &old, &new))
        .collect();
    for (field, grid) in form.grids() {
        let new = checked.grids.get(field.key).into_iter().flatten().map(|row| {
            let cells = grid
                .columns
                .iter()
                .filter_map(|column| Some((column, shown(column, row.values.get(column.key)?))));
            cells.collect::<Cells>()
        });
        let old = before.rows(field.key).iter().map(|row| {
            let cells = grid.columns.iter().filter_map(|column| {
                let code = row.values.get(column.key)?;
                let text = match column.kind {
                    Kind::Choice(list) => list.label(code),
                    _ => code.clone(),
                };
                Some((column, text))
            });
            cells.collect::<Cells>()
        });
        let (old, new): (Vec<Cells>, Vec<Cells>) = (old.collect(), new.collect());
        // Another number is a change, also where what the log keeps of both is the same.
        let whole = |_: &Field, text: &str| text.to_owned();
        if lines(&old, whole) != lines(&new, whole) {
            changes.push(Change {
                field: field.title.to_owned(),
                old: lines(&old, logged),
                new: lines(&new, logged),
            });
        }
    }
    changes
}

/// The refusal that shows what somebody else changed (design §4).
async fn stale(
    connection: &mut Connection,
    form: &'static Form,
    stored: &Stored,
    typed: &Draft,
) -> Result<AppError, AppError> {
    let theirs = stored_draft(&mut *connection, form, &stored.id, &stored.values).await?;
    let differs = |key: &str| theirs.text(key).trim() != typed.text(key).trim();
    let mut changes: Vec<_> = shown_values(form, &stored.values)
        .into_iter()
        .filter(|(field, _)| !field.is_read_only() && differs(field.key))
        .map(|(field, text)| (field.title.to_owned(), text))
        .collect();
    for (field, _) in form.grids() {
        let cells = |draft: &Draft| {
            draft
                .rows(field.key)
                .iter()
                .map(|row| row.values.clone())
                .collect::<Vec<_>>()
        };
        if cells(&theirs) != cells(typed) {
            changes.push((field.title.to_owned(), format!("{} 行", theirs.rows(field.key).len())));
        }
    }
    let by = db::audits::last_of_record(connection, form.key, &stored.id).await?;
    Ok(AppError::Stale(Box::new(Stale {
        version: stored.version,
        by,
        changes,
    })))
}

/// Deletes a record with its attachments. The record stays in 操作记录.
pub async fn delete(app: &App, signed: &Signed, form: &'static Form, id: &str, version: i64) -> Result<(), AppError> {
    let mut tx = app.store.begin().await?;
    let stored = db::records::find(&mut tx, form, id).await?.ok_or(AppError::NotFound)?;
    let permit = to_act(signed, Verb::Delete, form, &stored.region, &stored.organ, id)?;
    if let Some(why) = in_review(form, &stored.status) {
        return Err(AppError::Conflict(why));
    }
    if form.makes_divisions && db::records::has_below(&mut tx, &stored).await? {
        return Err(AppError::Conflict(
            "该自然村已填报信息，不能删除。如不再需要，请将“是否纳入规划”改为否".to_owned(),
        ));
    }
    if form.workflow.is_some_and(|workflow| !workflow.may_go(&stored.status)) {
        return Err(AppError::Conflict("该记录已审核通过，不能删除".to_owned()));
    }
    if let Some(why) = lock(&mut tx, permit.account(), form, permit.scope(), |key| stored.text(key)).await? {
        return Err(AppError::Conflict(why));
    }
    let now = app.clock.now();
    if !db::records::delete(&mut tx, form, &permit, id, version, &now).await? {
        return Err(AppError::Conflict("该记录刚刚被他人修改，请刷新后再删除".to_owned()));
    }
    db::attachments::remove_all(&mut tx, id, &now).await?;
    sub_accounts::follow(app, &mut tx, form, &permit, id, &BTreeMap::new()).await?;
    let changes: Vec<Change> = shown_values(form, &stored.values)
        .into_iter()
        .filter(|(_, old)| !old.is_empty())
        .map(|(field, old)| changed(field, &old, ""))
        .collect();
    db::audits::write(
        &mut tx,
        &Line {
            account: Some(permit.account()),
            act: Act::Delete,
            region: Some(permit.scope()),
            record: Some((form.key, id)),
            step: None,
            opinion: "",
            changes: &changes,
            address: permit.address(),
            now: &now,
        },
    )
    .await?;
    db::drafts::forget(&mut tx, &permit.account().id, form.key, id).await?;
    Ok(tx.commit().await?)
}
