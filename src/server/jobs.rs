//! Bulks (deadline evenings: hundreds of records at a time): a dry run tells what can be done and why the rest
//! cannot, a job does it piece by piece and goes on after a restart, and for some minutes it can be taken back.

use super::consequence;
use super::db::jobs::{Item, Job, Outcome};
use super::db::records::Stored;
use super::db::{self, Connection, audits, decisions};
use super::records::Asked;
use super::session::Signed;
use super::state::App;
use super::workflow::{self, Doing};
use crate::api::workflow::JobView;
use crate::domain::account::Account;
use crate::domain::audit::Act;
use crate::domain::form::Form;
use crate::domain::page::Tab;
use crate::domain::query::ListQuery;
use crate::domain::verb::Verb;
use crate::domain::workflow::{Opinion, Transition, Workflow};
use crate::error::AppError;
use crate::forms;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// Records of one piece: one transaction.
const PIECE: i64 = 500;
/// Records of one piece of a dry run.
const LOOK: i64 = 1_000;
/// Records of one bulk: more than the province has villages.
const MOST: i64 = 200_000;
/// For so many seconds after its end a bulk can be taken back.
const UNDO_SECONDS: i64 = 600;
/// Between two tries to note that a bulk has stopped.
const NOTE_PAUSES: [Duration; 4] = [
    Duration::from_secs(1),
    Duration::from_secs(5),
    Duration::from_secs(30),
    Duration::from_secs(120),
];
/// Left-out records that the dry run names singly.
const NAMED: i64 = 200;

/// The dry run: everything that the filter selects, or the ticked records among it.
pub async fn plan(
    app: &App,
    signed: &Signed,
    tab: &'static Tab,
    query: &ListQuery,
    ids: &[String],
    verb: Verb,
) -> Result<JobView, AppError> {
    let query = &super::records::inside(app, signed, tab, query)?;
    let asked = Asked::new(signed, tab, query)?;
    let account = asked.permit.account();
    let workflow = tab.form.workflow.ok_or(AppError::NotFound)?;
    if !tab.verbs.contains(&verb) || workflow.ways(verb, account.kind).next().is_none() {
        return Err(AppError::Forbidden(format!("您的账号不能批量{}", verb.title())));
    }
    let id = db::new_id();
    let mut tx = app.store.begin().await?;
    let now = app.clock.now();
    db::jobs::create(
        &mut tx,
        &id,
        tab.form.key,
        verb.key(),
        &account.id,
        &signed.address,
        &now,
    )
    .await?;
    let listing = super::records::listing(&asked);
    if db::listings::count(&mut tx, &listing).await? > MOST {
        return Err(AppError::Conflict(format!("一次最多处理 {MOST} 条，请先缩小查询范围")));
    }
    db::jobs::select(&mut tx, &id, &listing, ids).await?;
    let mut after = 0;
    loop {
        let items = db::jobs::items(&mut tx, &id, "waiting", after, LOOK).await?;
        let Some(last) = items.last() else { break };
        after = last.position;
        let outcomes = look(app, &mut tx, tab.form, workflow, account, verb, &items).await?;
        db::jobs::note(&mut tx, &id, &outcomes).await?;
    }
    db::jobs::count(&mut tx, &id).await?;
    let job = db::jobs::find(&mut tx, &id).await?.ok_or(AppError::NotFound)?;
    let view = view(app, &mut tx, &job).await?;
    tx.commit().await?;
    Ok(view)
}

/// What a dry run says of a piece: every record with its name, those that cannot go with the reason.
async fn look(
    app: &App,
    connection: &mut Connection,
    form: &'static Form,
    workflow: &'static Workflow,
    account: &Account,
    verb: Verb,
    items: &[Item],
) -> Result<Vec<Outcome>, AppError> {
    let ids: Vec<String> = items.iter().map(|item| item.record.clone()).collect();
    let records = db::records::find_many(&mut *connection, form, &ids, false).await?;
    let mut refused: BTreeMap<String, String> = BTreeMap::new();
    for (transition, group) in by_way(workflow, account, verb, &records, &mut refused) {
        let doing = Doing {
            app,
            form,
            transition,
            account,
            address: "",
            opinion: "",
            receiver: None,
            job: None,
        };
        for (id, error) in doing.refusals(&mut *connection, &group).await? {
            refused.insert(id, error.to_string());
        }
    }
    Ok(items
        .iter()
        .map(|item| {
            let stored = records.get(&item.record);
            let name = stored.map_or(String::new(), |stored| name_of(app, form, stored));
            match (stored, refused.remove(&item.record)) {
                (None, _) => (item.position, name, "refused", "记录已不存在".to_owned()),
                (_, Some(why)) => (item.position, name, "refused", why),
                (_, None) => (item.position, name, "waiting", String::new()),
            }
        })
        .collect())
}

/// Records by the way that they can go; the others are refused for their state.
fn by_way(
    workflow: &'static Workflow,
    account: &Account,
    verb: Verb,
    records: &BTreeMap<String, Stored>,
    refused: &mut BTreeMap<String, String>,
) -> Vec<(&'static Transition, BTreeMap<String, Stored>)> {
    let mut ways: Vec<(&'static Transition, BTreeMap<String, Stored>)> = Vec::new();
    for stored in records.values() {
        match workflow.find(&stored.status, verb, account.kind) {
            Some(way) => match ways.iter_mut().find(|(known, _)| std::ptr::eq(*known, way)) {
                Some((_, group)) => {
                    group.insert(stored.id.clone(), stored.clone());
                }
                None => ways.push((way, BTreeMap::from([(stored.id.clone(), stored.clone())]))),
            },
            None => {
                let state = workflow.state(&stored.status);
                let why = state.map_or("不经过审核".to_owned(), |state| {
                    format!("审核状态为“{}”", state.title)
                });
                refused.insert(stored.id.clone(), why);
            }
        }
    }
    ways
}

/// What a record is called in the lines of a bulk: its place, or its name.
fn name_of(app: &App, form: &'static Form, stored: &Stored) -> String {
    let place = app.divisions.path(&stored.region);
    let own = stored.text(form.name_field);
    if form.placed_by == form.name_field || own.is_empty() {
        return place;
    }
    format!("{place} {own}")
}

/// Starts a planned bulk with the opinion that goes with every act.
pub async fn start(
    app: &App,
    signed: &Signed,
    id: &str,
    opinion: &str,
    receiver: &str,
    values: &BTreeMap<String, String>,
) -> Result<JobView, AppError> {
    let mut tx = app.store.begin().await?;
    let job = own(&mut tx, signed, id).await?;
    let (form, workflow, verb) = parts_of(&job)?;
    let account = signed.ready()?;
    let way = workflow.ways(verb, account.kind).next().ok_or(AppError::NotFound)?;
    let opinion = workflow::said(way, opinion)?;
    let receiver = workflow::receiver(&mut tx, way, &account.region, receiver).await?;
    let doing = Doing {
        app,
        form,
        transition: way,
        account,
        address: "",
        opinion: "",
        receiver: None,
        job: None,
    };
    doing.asked(values)?;
    let asked = serde_json::to_string(values).unwrap_or_default();
    let receiver = receiver.as_ref().map(|(id, _)| id.as_str());
    db::jobs::start(&mut tx, id, &opinion, receiver, &asked).await?;
    let job = db::jobs::find(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let view = view(app, &mut tx, &job).await?;
    tx.commit().await?;
    go_on(app, id);
    Ok(view)
}

/// How far a bulk is.
pub async fn status(app: &App, signed: &Signed, id: &str) -> Result<JobView, AppError> {
    let mut reader = app.store.reader().await?;
    let job = own(&mut reader, signed, id).await?;
    view(app, &mut reader, &job).await
}

/// The latest bulk of the account over a form, while it runs or can be taken back.
pub async fn latest(app: &App, account: &Account, form: &'static Form) -> Result<Option<JobView>, AppError> {
    if form.workflow.is_none() {
        return Ok(None);
    }
    let mut reader = app.store.reader().await?;
    let Some(job) = db::jobs::latest(&mut reader, &account.id, form.key).await? else {
        return Ok(None);
    };
    let view = view(app, &mut reader, &job).await?;
    Ok((view.is_running || view.is_stopped || view.may_undo).then_some(view))
}

/// Takes a bulk back: every record that nobody has touched since goes to the state where it was.
pub async fn undo(app: &App, signed: &Signed, id: &str) -> Result<JobView, AppError> {
    let mut tx = app.store.begin().await?;
    let job = own(&mut tx, signed, id).await?;
    if !may_undo(app, &job) {
        return Err(AppError::Conflict("已超过 10 分钟，不能撤销".to_owned()));
    }
    db::jobs::advance(&mut tx, id, "done", "undoing", None).await?;
    let job = db::jobs::find(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let view = view(app, &mut tx, &job).await?;
    tx.commit().await?;
    go_on(app, id);
    Ok(view)
}

/// A bulk of the account that asks; anybody else's is not found.
async fn own(connection: &mut Connection, signed: &Signed, id: &str) -> Result<Job, AppError> {
    let account = signed.ready()?;
    let job = db::jobs::find(connection, id).await?.ok_or(AppError::NotFound)?;
    if job.account == account.id {
        Ok(job)
    } else {
        Err(AppError::NotFound)
    }
}

fn parts_of(job: &Job) -> Result<(&'static Form, &'static Workflow, Verb), AppError> {
    let form = forms::find(&job.form).ok_or(AppError::NotFound)?;
    let verb = Verb::from_key(&job.verb).ok_or(AppError::NotFound)?;
    Ok((form, form.workflow.ok_or(AppError::NotFound)?, verb))
}

fn is_under_way(job: &Job) -> bool {
    matches!(job.state.as_str(), "running" | "undoing")
}

fn may_undo(app: &App, job: &Job) -> bool {
    job.state == "done"
        && job
            .finished_at
            .as_ref()
            .is_some_and(|at| *at > app.clock.after(-UNDO_SECONDS))
}

async fn view(app: &App, connection: &mut Connection, job: &Job) -> Result<JobView, AppError> {
    let (form, workflow, verb) = parts_of(job)?;
    let account = db::accounts::by_id(&mut *connection, &job.account)
        .await?
        .ok_or(AppError::NotFound)?
        .account;
    let way = workflow.ways(verb, account.kind).next();
    let receivers = match way.and_then(|way| way.receiver) {
        Some(kind) => match account.region.at(kind.level()) {
            Some(above) => db::accounts::of_kind(&mut *connection, kind, &above).await?,
            None => Vec::new(),
        },
        None => Vec::new(),
    };
    let mut left_out = Vec::new();
    for state in ["failed", "refused"] {
        for item in db::jobs::items(&mut *connection, &job.id, state, 0, NAMED).await? {
            left_out.push((item.name, item.message));
        }
    }
    Ok(JobView {
        id: job.id.clone(),
        verb,
        button: way.map_or(verb.title(), |way| way.button).to_owned(),
        opinion: way.map_or(Opinion::None, |way| way.opinion),
        opinion_title: way.map_or("", |way| way.opinion_title).to_owned(),
        receiver_title: way.map_or("", |way| way.receiver_title).to_owned(),
        form: form.key.to_owned(),
        asks: way
            .map_or(&[][..], |way| way.asks)
            .iter()
            .map(|key| (*key).to_owned())
            .collect(),
        today: app.clock.today(),
        receivers,
        is_planned: job.state == "planned",
        is_running: is_under_way(job) && !job.stopped,
        is_stopped: is_under_way(job) && job.stopped,
        is_undone: job.state == "undone",
        total: job.total,
        ready: job.ready,
        done: job.done,
        failed: job.failed,
        reasons: db::jobs::reasons(&mut *connection, &job.id).await?,
        left_out,
        may_undo: may_undo(app, job),
    })
}

/// Goes on with a bulk that a fault has stopped. What it has done stays done.
pub async fn go_on_again(app: &App, signed: &Signed, id: &str) -> Result<JobView, AppError> {
    let mut tx = app.store.begin().await?;
    own(&mut tx, signed, id).await?;
    if !db::jobs::stop(&mut tx, id, false).await? {
        return Err(AppError::Conflict("该批量操作没有中断，请刷新后查看".to_owned()));
    }
    let job = db::jobs::find(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let view = view(app, &mut tx, &job).await?;
    tx.commit().await?;
    go_on(app, id);
    Ok(view)
}

/// Goes on with a bulk in the background.
pub fn go_on(app: &App, id: &str) {
    if !app.work.take_on(id) {
        return;
    }
    let (task, id) = (app.clone(), id.to_owned());
    app.work.spawn(async move {
        see_through(&task, &id).await;
        task.work.let_go(&id);
    });
}

/// Carries a bulk out to its end. Where that fails, its owner is told and may go on with it; a panic is no other end.
pub async fn see_through(app: &App, id: &str) {
    let work = {
        let (app, id) = (app.clone(), id.to_owned());
        tokio::spawn(async move { finish(&app, &id).await })
    };
    match work.await {
        Ok(Ok(())) => return,
        Ok(Err(error)) => tracing::error!(%error, job = id, "a bulk stopped"),
        Err(panic) => tracing::error!(%panic, job = id, "a bulk stopped"),
    }
    // The store may be what failed. If it stays away, the bulk goes on at the next start.
    for pause in NOTE_PAUSES {
        match note_stop(app, id).await {
            Ok(()) => return,
            Err(error) => tracing::error!(%error, job = id, "a bulk stopped, and nobody can be told"),
        }
        tokio::time::sleep(pause).await;
    }
}

async fn note_stop(app: &App, id: &str) -> Result<(), AppError> {
    let mut tx = app.store.begin().await?;
    db::jobs::stop(&mut tx, id, true).await?;
    Ok(tx.commit().await?)
}

/// Goes on with what another process has left unfinished. What a process is at work on another may look at too: each piece
/// is one transaction in its turn, so nothing happens twice.
pub async fn resume(app: &App) -> Result<(), AppError> {
    let unfinished = db::jobs::unfinished(&mut *app.store.reader().await?).await?;
    for job in unfinished {
        if job.stopped {
            let mut tx = app.store.begin().await?;
            db::jobs::stop(&mut tx, &job.id, false).await?;
            tx.commit().await?;
        }
        go_on(app, &job.id);
    }
    Ok(())
}

/// Carries a bulk out to its end, or up to a piece when the process is to stop.
pub async fn finish(app: &App, id: &str) -> Result<(), AppError> {
    while !app.work.is_stopping() && step(app, id).await? {}
    Ok(())
}

/// One piece; false when there is nothing left to do.
async fn step(app: &App, id: &str) -> Result<bool, AppError> {
    let mut tx = app.store.begin_in_turn(&format!("job/{id}")).await?;
    let job = db::jobs::find(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let (waiting, end) = match job.state.as_str() {
        "running" => ("waiting", "done"),
        "undoing" => ("done", "undone"),
        _ => return Ok(false),
    };
    let items = db::jobs::items(&mut tx, id, waiting, 0, PIECE).await?;
    let now = app.clock.now();
    if items.is_empty() {
        db::jobs::advance(&mut tx, id, &job.state, end, Some(&now)).await?;
        db::jobs::count(&mut tx, id).await?;
        tx.commit().await?;
        return Ok(false);
    }
    let outcomes = if waiting == "waiting" {
        act(app, &mut tx, &job, &items).await?
    } else {
        take_back(app, &mut tx, &job, &items, &now).await?
    };
    db::jobs::note(&mut tx, id, &outcomes).await?;
    db::jobs::count(&mut tx, id).await?;
    tx.commit().await?;
    Ok(true)
}

async fn act(app: &App, connection: &mut Connection, job: &Job, items: &[Item]) -> Result<Vec<Outcome>, AppError> {
    let (form, workflow, verb) = parts_of(job)?;
    let actor = db::accounts::by_id(&mut *connection, &job.account)
        .await?
        .ok_or(AppError::NotFound)?;
    let account = &actor.account;
    let ids: Vec<String> = items.iter().map(|item| item.record.clone()).collect();
    let mut records = db::records::find_many(&mut *connection, form, &ids, app.store.is_postgres()).await?;
    let mut refused: BTreeMap<String, String> = BTreeMap::new();
    for item in items {
        let changed = records
            .get(&item.record)
            .is_none_or(|stored| stored.version != item.version);
        if changed || !actor.enabled {
            let why = if actor.enabled {
                "记录在此期间被修改"
            } else {
                "账号已停用"
            };
            refused.insert(item.record.clone(), why.to_owned());
            records.remove(&item.record);
        }
    }
    let receiver = match &job.receiver {
        Some(id) => db::accounts::by_id(&mut *connection, id)
            .await?
            .map(|stored| stored.account),
        None => None,
    };
    for (transition, mut group) in by_way(workflow, account, verb, &records, &mut refused) {
        let doing = Doing {
            app,
            form,
            transition,
            account,
            address: &job.address,
            opinion: &job.opinion,
            receiver: receiver
                .as_ref()
                .map(|account| (account.id.as_str(), account.name.as_str())),
            job: Some(&job.id),
        };
        for (id, error) in doing.refusals(&mut *connection, &group).await? {
            group.remove(&id);
            refused.insert(id, error.to_string());
        }
        if !group.is_empty() {
            let asked: BTreeMap<String, String> = serde_json::from_str(&job.asked).unwrap_or_default();
            doing.fill(&mut *connection, &group, &asked).await?;
            doing.carry_out(&mut *connection, &group, &BTreeMap::new()).await?;
        }
    }
    Ok(items
        .iter()
        .map(|item| match refused.remove(&item.record) {
            Some(why) => (item.position, item.name.clone(), "failed", why),
            None => (item.position, item.name.clone(), "done", String::new()),
        })
        .collect())
}

async fn take_back(
    app: &App,
    connection: &mut Connection,
    job: &Job,
    items: &[Item],
    now: &str,
) -> Result<Vec<Outcome>, AppError> {
    let (form, workflow, _) = parts_of(job)?;
    let account = db::accounts::by_id(&mut *connection, &job.account)
        .await?
        .ok_or(AppError::NotFound)?
        .account;
    let ids: Vec<String> = items.iter().map(|item| item.record.clone()).collect();
    let records = db::records::find_many(&mut *connection, form, &ids, app.store.is_postgres()).await?;
    let decided = decisions::of_job(&mut *connection, &job.id, &ids).await?;
    let mut back: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    let mut outcomes = Vec::new();
    let mut taken: Vec<(&Stored, String)> = Vec::new();
    let untouched = |item: &Item| {
        let both = records.get(&item.record).zip(decided.get(&item.record));
        both.filter(|(stored, decision)| stored.version == decision.version + 1 && stored.status == decision.to)
    };
    // What the act has brought about goes too, unless it has gone on.
    let mut ways: Vec<(&'static Transition, Vec<String>)> = Vec::new();
    for (stored, decision) in items.iter().filter_map(untouched) {
        let Some(way) = workflow.find(&decision.from, decision.verb, account.kind) else {
            continue;
        };
        match ways.iter_mut().find(|(known, _)| std::ptr::eq(*known, way)) {
            Some((_, ids)) => ids.push(stored.id.clone()),
            None => ways.push((way, vec![stored.id.clone()])),
        }
    }
    let mut bound: BTreeSet<String> = BTreeSet::new();
    for (way, ids) in &ways {
        bound.extend(consequence::take_back(way, form, &mut *connection, ids, now).await?);
    }
    for item in items {
        match untouched(item).filter(|(stored, _)| !bound.contains(&stored.id)) {
            Some((stored, decision)) => {
                let key = (decision.to.clone(), decision.from.clone());
                back.entry(key).or_default().push(stored.id.clone());
                taken.push((stored, decision.from.clone()));
                outcomes.push((item.position, item.name.clone(), "undone", String::new()));
            }
            None => outcomes.push((
                item.position,
                item.name.clone(),
                "failed",
                "已有后续操作，未能撤销".to_owned(),
            )),
        }
    }
    for ((from, to), ids) in &back {
        db::records::move_status(&mut *connection, form, ids, from, to, &account.id, now).await?;
        let decisions: Vec<String> = ids
            .iter()
            .filter_map(|id| decided.get(id))
            .map(|one| one.id.clone())
            .collect();
        decisions::undo(&mut *connection, &decisions, now).await?;
    }
    let title = |key: &str| {
        workflow
            .state(key)
            .map_or(String::new(), |state| state.title.to_owned())
    };
    let changes: Vec<Vec<audits::Change>> = taken
        .iter()
        .map(|(stored, from)| {
            vec![audits::Change {
                field: workflow.title.to_owned(),
                old: title(&stored.status),
                new: title(from),
            }]
        })
        .collect();
    let lines: Vec<audits::Line<'_>> = taken
        .iter()
        .zip(&changes)
        .map(|((stored, _), changes)| audits::Line {
            account: Some(&account),
            act: Act::Undo,
            region: Some(&stored.region),
            record: Some((form.key, &stored.id)),
            step: None,
            opinion: "",
            changes,
            address: &job.address,
            now,
        })
        .collect();
    audits::write_all(connection, &lines).await?;
    Ok(outcomes)
}
