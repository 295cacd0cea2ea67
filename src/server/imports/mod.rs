//! 导入: a workbook becomes records of a form. It is read and checked beside everything else, never more than a few at a
//! time; then everything that is sound is stored in one transaction. The workbook itself is gone with the process: it is
//! kept in memory only, unless several processes share the files, and a dry run that a restart has taken is simply made again
//! (`security.md` A32, P12).

mod shared;

pub use shared::sweep;

use super::authorize::{Permit, to_create};
use super::db::audits::{Change, Line};
use super::db::records::NewRecord;
use super::db::references::{Asking, ReferenceTarget};
use super::db::{self, Connection, internal};
use super::records;
use super::session::Signed;
use super::sheets::import::{Fate, Outcome, Reading};
use super::sheets::reading::{self, Book};
use super::sheets::{columns, marking, template};
use super::state::App;
use crate::api::imports::{ImportView, Phase};
use crate::domain::account::Account;
use crate::domain::audit::Act;
use crate::domain::field::{Field, Kind};
use crate::domain::form::Form;
use crate::domain::page::Tab;
use crate::domain::record::Draft;
use crate::domain::region::Region;
use crate::domain::validate::shown;
use crate::domain::value::Value;
use crate::error::AppError;
use bytes::Bytes;
use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;

/// Workbooks that are worked on at the same time, in and out.
const AT_ONCE: usize = 2;
/// Bytes of the workbooks that are kept for what may be asked about them.
const KEPT: usize = 64 * 1024 * 1024;
/// A dry run is forgotten after so long.
const KEPT_FOR: Duration = Duration::from_secs(30 * 60);
/// Faults that the window names singly.
const NAMED: usize = 200;
/// Records of a region that an import looks at.
const MOST_EXISTING: i64 = 50_000;

/// The imports under way.
pub struct Imports {
    turns: Semaphore,
    known: Mutex<HashMap<String, Arc<Import>>>,
}

impl Default for Imports {
    fn default() -> Self {
        Self {
            turns: Semaphore::new(AT_ONCE),
            known: Mutex::new(HashMap::new()),
        }
    }
}

/// One import.
struct Import {
    id: String,
    account: Account,
    address: String,
    tab: &'static Tab,
    content: Bytes,
    begun: Instant,
    done: AtomicUsize,
    total: AtomicUsize,
    state: Mutex<State>,
}

enum State {
    Working(Phase),
    Checked(Arc<Outcome>),
    Done(Arc<Outcome>, usize),
    Failed(String),
}

impl Imports {
    /// A turn for work on a workbook; whoever holds it may go on.
    pub async fn turn(&self) -> Result<tokio::sync::SemaphorePermit<'_>, AppError> {
        self.turns.acquire().await.map_err(|error| internal(&error))
    }

    fn keep(&self, import: Arc<Import>) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        // One at a time for each account: the newest.
        known.retain(|_, old| old.begun.elapsed() < KEPT_FOR && old.account.id != import.account.id);
        while known.values().map(|old| old.content.len()).sum::<usize>() + import.content.len() > KEPT {
            let Some(oldest) = known.values().min_by_key(|old| old.begun).map(|old| old.id.clone()) else {
                break;
            };
            known.remove(&oldest);
        }
        known.insert(import.id.clone(), import);
    }
}

/// An import that this process knows.
fn found_in(imports: &Imports, signed: &Signed, id: &str) -> Result<Arc<Import>, AppError> {
    let account = signed.ready()?;
    let known = imports.known.lock().unwrap_or_else(PoisonError::into_inner);
    let import = known.get(id).filter(|import| import.account.id == account.id);
    import.cloned().ok_or(AppError::NotFound)
}

fn view_of(import: &Import) -> Phase {
    match &*import.state.lock().unwrap_or_else(PoisonError::into_inner) {
        State::Working(phase) => *phase,
        State::Checked(_) => Phase::Checked,
        State::Done(..) => Phase::Done,
        State::Failed(_) => Phase::Failed,
    }
}

impl Import {
    fn new(account: Account, tab: &'static Tab, content: Bytes) -> Self {
        Self {
            id: db::new_id(),
            account,
            address: String::new(),
            tab,
            content,
            begun: Instant::now(),
            done: AtomicUsize::new(0),
            total: AtomicUsize::new(0),
            state: Mutex::new(State::Working(Phase::Reading)),
        }
    }

    fn set(&self, state: State) {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = state;
    }

    fn view(&self) -> ImportView {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let mut view = ImportView {
            id: self.id.clone(),
            phase: Phase::Failed,
            done: self.done.load(Ordering::Relaxed),
            total: self.total.load(Ordering::Relaxed),
            sheet: String::new(),
            rows: 0,
            ready: 0,
            known: 0,
            refused: 0,
            stored: 0,
            faults: Vec::new(),
            ignored: Vec::new(),
            problem: String::new(),
        };
        match &*state {
            State::Working(phase) => view.phase = *phase,
            State::Failed(why) => view.problem = why.clone(),
            State::Checked(outcome) | State::Done(outcome, _) => {
                (view.ready, view.known, view.refused) = outcome.counts();
                view.rows = outcome.rows.len();
                view.sheet = outcome.sheet.clone();
                view.ignored = outcome.ignored.clone();
                let faults = outcome.faults().take(NAMED);
                view.faults = faults
                    .map(|(row, fault)| (row + 1, fault.title.clone(), fault.reason.clone()))
                    .collect();
                view.phase = Phase::Checked;
            }
        }
        if let State::Done(_, stored) = &*state {
            (view.phase, view.stored) = (Phase::Done, *stored);
        }
        view
    }
}

/// The tab, when the account may import there now.
async fn allowed(app: &App, signed: &Signed, tab: &'static Tab) -> Result<Permit, AppError> {
    let account = signed.ready()?;
    if !tab.imports || !tab.is_filled_by(account.kind) {
        return Err(AppError::NotFound);
    }
    let permit = to_create(signed, tab.form, &account.region)?;
    let fixed = |key: &str| {
        tab.fixed
            .filter(|(field, _)| *field == key)
            .map_or("", |(_, value)| value)
    };
    match records::lock(
        &mut *app.store.reader().await?,
        account,
        tab.form,
        permit.scope(),
        fixed,
    )
    .await?
    {
        Some(why) => Err(AppError::Conflict(why)),
        None => Ok(permit),
    }
}

/// The template of a tab for the account that asks.
pub async fn template(app: &App, signed: &Signed, tab: &'static Tab) -> Result<Vec<u8>, AppError> {
    let account = signed.ready()?;
    if !tab.imports || !tab.is_filled_by(account.kind) {
        return Err(AppError::NotFound);
    }
    to_create(signed, tab.form, &account.region)?;
    let fields = columns::of(tab);
    let names = names(&mut *app.store.reader().await?, tab.form, &fields, &account.region).await?;
    let mut options: Vec<(&'static str, Vec<String>)> = Vec::new();
    for (key, names) in names {
        let mut labels: Vec<String> = names.into_keys().collect();
        labels.sort();
        options.push((key, labels));
    }
    let (title, form) = (tab.title, tab.form);
    let (region, place, today) = (
        account.region.official(),
        app.divisions.path(&account.region),
        app.clock.today(),
    );
    let _turn = app.imports.turn().await?;
    let made = tokio::task::spawn_blocking(move || {
        template::Template {
            title,
            form,
            fields: &fields,
            region: &region,
            place: &place,
            options: &options,
            today: &today,
        }
        .write()
    });
    made.await.map_err(|error| internal(&error))?
}

/// Begins an import: the dry run goes on by itself.
pub async fn begin(app: &App, signed: &Signed, tab: &'static Tab, content: Bytes) -> Result<ImportView, AppError> {
    let permit = allowed(app, signed, tab).await?;
    let import = new(&permit, tab, content);
    app.imports.keep(Arc::clone(&import));
    shared::begin(app, &import).await?;
    let view = import.view();
    let task = app.clone();
    app.work.spawn(async move {
        if let Err(error) = look(&task, &import).await {
            import.set(State::Failed(error.to_string()));
        }
        tell(&task, &import).await;
    });
    Ok(view)
}

fn new(permit: &Permit, tab: &'static Tab, content: Bytes) -> Arc<Import> {
    Arc::new(Import {
        address: permit.address().to_owned(),
        ..Import::new(permit.account().clone(), tab, content)
    })
}

/// Tells the other processes; where they cannot be told, this one goes on.
async fn tell(app: &App, import: &Import) {
    if let Err(error) = shared::publish(app, import).await {
        tracing::warn!(%error, "other processes do not know how far an import is");
    }
}

/// How far an import is.
pub async fn status(app: &App, signed: &Signed, id: &str) -> Result<ImportView, AppError> {
    shared::status(app, signed, id).await
}

/// The dry run.
async fn look(app: &App, import: &Arc<Import>) -> Result<(), AppError> {
    let _turn = app.imports.turn().await?;
    let book = match read(import).await? {
        Ok(book) => book,
        Err(why) => {
            import.set(State::Failed(why));
            return Ok(());
        }
    };
    import.set(State::Working(Phase::Checking));
    let mut reader = app.store.reader().await?;
    let known = known(app, &mut reader, import).await?;
    drop(reader);
    match understand(import, book, known).await? {
        Ok(outcome) => import.set(State::Checked(Arc::new(outcome))),
        Err(why) => import.set(State::Failed(why)),
    }
    Ok(())
}

/// The workbook, read. It is read again for every phase rather than kept: content is small, what it unpacks to is not.
async fn read(import: &Import) -> Result<Result<Book, String>, AppError> {
    let content = import.content.clone();
    let read = tokio::task::spawn_blocking(move || reading::read(&content));
    read.await.map_err(|error| internal(&error))
}

/// What the check has to know of the store.
struct Known {
    fields: Vec<&'static Field>,
    initials: Draft,
    names: BTreeMap<&'static str, HashMap<String, Option<String>>>,
    existing: Vec<BTreeMap<&'static str, Value>>,
    today: String,
}

async fn known(app: &App, connection: &mut Connection, import: &Import) -> Result<Known, AppError> {
    let (tab, region) = (import.tab, &import.account.region);
    let fields = columns::of(tab);
    let mut initials = records::initials(tab.form, &import.account, &app.clock.today());
    if let Some((field, value)) = tab.fixed {
        initials.set(field, value);
    }
    let existing = db::records::of_region(&mut *connection, tab.form, region, MOST_EXISTING).await?;
    Ok(Known {
        names: names(connection, tab.form, &fields, region).await?,
        fields,
        initials,
        existing: existing.into_iter().map(|stored| stored.values).collect(),
        today: app.clock.today(),
    })
}

/// The labels of what references may name in a region.
pub(super) async fn names(
    connection: &mut Connection,
    form: &'static Form,
    fields: &[&'static Field],
    region: &Region,
) -> Result<BTreeMap<&'static str, HashMap<String, Option<String>>>, AppError> {
    let mut names = BTreeMap::new();
    for field in fields {
        let Kind::Reference { to, .. } = field.kind else {
            continue;
        };
        let Some(target) = ReferenceTarget::find(to) else {
            continue;
        };
        let draft = Draft::default();
        let asking = Asking {
            form,
            field,
            id: "",
            draft: &draft,
            held: "",
        };
        let mut labels: HashMap<String, Option<String>> = HashMap::new();
        for (id, label) in db::references::options(&mut *connection, &target, region, &asking).await? {
            labels
                .entry(label)
                .and_modify(|known| *known = None)
                .or_insert(Some(id));
        }
        names.insert(field.key, labels);
    }
    Ok(names)
}

async fn understand(import: &Arc<Import>, book: Book, known: Known) -> Result<Result<Outcome, String>, AppError> {
    let import = Arc::clone(import);
    let work = tokio::task::spawn_blocking(move || {
        let reading = Reading {
            form: import.tab.form,
            fields: &known.fields,
            initials: &known.initials,
            names: &known.names,
            existing: &known.existing,
            today: &known.today,
        };
        reading.understand(&book, |done, total| {
            import.done.store(done, Ordering::Relaxed);
            import.total.store(total, Ordering::Relaxed);
        })
    });
    work.await.map_err(|error| internal(&error))
}

/// Stores what is sound. Whatever has changed since the dry run is looked at again in the same transaction.
pub async fn start(app: &App, signed: &Signed, id: &str) -> Result<ImportView, AppError> {
    let import = shared::take_over(app, signed, id).await?;
    allowed(app, signed, import.tab).await?;
    if !shared::may_store(app, &import).await? {
        return shared::status(app, signed, id).await;
    }
    {
        let mut state = import.state.lock().unwrap_or_else(PoisonError::into_inner);
        // Pressed twice, or stored already: nothing more happens.
        if !matches!(&*state, State::Checked(_)) {
            drop(state);
            return Ok(import.view());
        }
        *state = State::Working(Phase::Storing);
    }
    let (task, work) = (app.clone(), Arc::clone(&import));
    app.work.spawn(async move {
        let state = match store(&task, &work).await {
            Ok((outcome, stored)) => State::Done(Arc::new(outcome), stored),
            Err(error) => State::Failed(error.to_string()),
        };
        work.set(state);
        tell(&task, &work).await;
    });
    Ok(import.view())
}

async fn store(app: &App, import: &Arc<Import>) -> Result<(Outcome, usize), AppError> {
    let _turn = app.imports.turn().await?;
    let book = read(import).await?.map_err(AppError::Conflict)?;
    let (form, region) = (import.tab.form, &import.account.region);
    let mut tx = app.store.begin_in_turn(&format!("{}/{region}", form.key)).await?;
    let known = known(app, &mut tx, import).await?;
    let outcome = understand(import, book, known).await?.map_err(AppError::Conflict)?;
    let now = app.clock.now();
    let ready = outcome.rows.iter().filter_map(|(_, fate)| match fate {
        Fate::Ready(values) => Some(values),
        _ => None,
    });
    let new: Vec<NewRecord> = ready
        .map(|values| NewRecord {
            id: db::new_id(),
            region: region.clone(),
            organ: import.account.kind.organ(),
            status: form.first_state(region.level()),
            account: import.account.id.clone(),
            name: import.account.name.clone(),
            at: now.clone(),
            values: values.clone(),
        })
        .collect();
    db::records::insert_many(&mut tx, form, &new)
        .await
        .map_err(|error| match db::is_double(&error) {
            true => AppError::Conflict("导入期间有相同的记录被登记，请重新导入".to_owned()),
            false => error.into(),
        })?;
    let changes: Vec<Vec<Change>> = new.iter().map(|record| changes(form, record)).collect();
    let line = |act: Act, record, opinion, changes| Line {
        account: Some(&import.account),
        act,
        region: Some(region),
        record,
        step: None,
        opinion,
        changes,
        address: &import.address,
        now: &now,
    };
    let mut lines: Vec<Line<'_>> = new
        .iter()
        .zip(&changes)
        .map(|(record, changes)| line(Act::Register, Some((form.key, record.id.as_str())), "", changes))
        .collect();
    let about = format!("{} {} 条", import.tab.title, new.len());
    lines.push(line(Act::Import, None, &about, &[]));
    db::audits::write_all(&mut tx, &lines).await?;
    tx.commit().await?;
    Ok((outcome, new.len()))
}

fn changes(form: &'static Form, record: &NewRecord) -> Vec<Change> {
    let filled = form
        .stored()
        .filter_map(|field| Some((field, record.values.get(field.key)?)));
    let change = |(field, value): (&'static Field, &Value)| Change {
        field: field.title.to_owned(),
        old: String::new(),
        new: records::logged(field, &shown(field, value)),
    };
    filled.map(change).collect()
}

/// The workbook that was sent, with what is wrong marked in it.
pub async fn marked(app: &App, signed: &Signed, id: &str) -> Result<Vec<u8>, AppError> {
    let import = shared::take_over(app, signed, id).await?;
    let outcome = match &*import.state.lock().unwrap_or_else(PoisonError::into_inner) {
        State::Checked(outcome) | State::Done(outcome, _) => Arc::clone(outcome),
        _ => return Err(AppError::NotFound),
    };
    let _turn = app.imports.turn().await?;
    let book = read(&import).await?.map_err(AppError::Conflict)?;
    let content = import.content.clone();
    let work = tokio::task::spawn_blocking(move || {
        let sheet = book.sheets.iter().find(|sheet| sheet.name == outcome.sheet);
        let sheet = sheet.ok_or(AppError::NotFound)?;
        marking::mark(&content, sheet, &outcome).map_err(|error| {
            tracing::warn!(%error, "a workbook that cannot be marked");
            AppError::Conflict("该文件的格式特殊，不能生成标注文件，请按窗口中列出的行和列修改".to_owned())
        })
    });
    work.await.map_err(|error| internal(&error))?
}

/// The whole import by a plain form, for browsers without JavaScript: stored at once where everything is sound.
pub async fn at_once(app: &App, signed: &Signed, tab: &'static Tab, content: Bytes) -> Result<ImportView, AppError> {
    let permit = allowed(app, signed, tab).await?;
    let import = new(&permit, tab, content);
    app.imports.keep(Arc::clone(&import));
    look(app, &import).await?;
    let is_sound = match &*import.state.lock().unwrap_or_else(PoisonError::into_inner) {
        State::Checked(outcome) => outcome.counts().2 == 0,
        _ => false,
    };
    if is_sound {
        let (outcome, stored) = store(app, &import).await?;
        import.set(State::Done(Arc::new(outcome), stored));
    }
    Ok(import.view())
}
