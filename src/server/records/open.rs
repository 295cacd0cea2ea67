//! Opening a record: its values, attachments, buttons, history and what was kept of an unsaved edit.

use super::{lock, mask};
use crate::domain::account::Account;
use crate::domain::attachment::Naming;
use crate::domain::audit::Act;
use crate::domain::field::{AccountFact, Field, Initial, Kind};
use crate::domain::form::{Form, Shape};
use crate::domain::known::{self, Home};
use crate::domain::page::{Adoption, Creation, Tab, address};
use crate::domain::parameter::{FILE_MEGABYTES, IMAGE_MEGABYTES};
use crate::domain::record::{Draft, DraftRow, Opened, parts};
use crate::domain::region::{Level, Region};
use crate::domain::sheet;
use crate::domain::terms::in_force;
use crate::domain::validate::{shown, typed};
use crate::domain::value::Value;
use crate::domain::verb::Verb;
use crate::error::AppError;
use crate::server::authorize::{to_begin, to_create, to_see, verbs};
use crate::server::clock;
use crate::server::db::audits::Line;
use crate::server::db::references::Asking;
use crate::server::db::{self, Connection};
use crate::server::session::Signed;
use crate::server::state::App;
use crate::server::terms;
use crate::server::workflow;
use std::collections::{BTreeMap, BTreeSet};

/// Opens the record of that id as a tab shows it; a tab that only looks at records of another page hides those that
/// are in other states.
pub async fn open(app: &App, signed: &Signed, tab: &'static Tab, id: &str) -> Result<Opened, AppError> {
    let form = tab.form;
    let mut reader = app.store.reader().await?;
    let stored = db::records::find(&mut reader, form, id)
        .await?
        .ok_or(AppError::NotFound)?;
    to_see(signed, form, &stored)?;
    if !tab.states.is_empty() && !tab.states.contains(&stored.status.as_str()) {
        return Err(AppError::NotFound);
    }
    opened(app, &mut reader, signed.ready()?, tab, stored).await
}

/// Opens the record of a form with one per region, of the account's own or of the one that the page is about; a blank one when there is none yet.
pub async fn open_own(
    app: &App,
    signed: &Signed,
    tab: &'static Tab,
    region: Option<&Region>,
) -> Result<Opened, AppError> {
    let account = signed.ready()?;
    let mut reader = app.store.reader().await?;
    let own = region.unwrap_or(&account.region);
    match db::records::find_single(&mut reader, tab.form, own).await? {
        Some(stored) => {
            to_see(signed, tab.form, &stored)?;
            opened(app, &mut reader, account, tab, stored).await
        }
        None => {
            drop(reader);
            blank(app, signed, tab, None, region).await
        }
    }
}

/// The record of a form with one per region that a village has, as the account may see it; a blank one for whoever fills
/// it.
pub async fn open_in(
    app: &App,
    signed: &Signed,
    tab: &'static Tab,
    village: &Region,
    fills: bool,
) -> Result<Option<Opened>, AppError> {
    let mut reader = app.store.reader().await?;
    let stored = db::records::find_single(&mut reader, tab.form, village).await?;
    drop(reader);
    match stored {
        Some(stored) => Ok(Some(open(app, signed, tab, &stored.id).await?)),
        None if fills && !tab.form.created_by_step => open_own(app, signed, tab, Some(village)).await.map(Some),
        None => Ok(None),
    }
}

/// A blank record. It has an id from the start, so that attachments find it and a double click saves once. A blank
/// record that was left with something typed keeps its id.
pub async fn blank(
    app: &App,
    signed: &Signed,
    tab: &'static Tab,
    creation: Option<&'static Creation>,
    region: Option<&Region>,
) -> Result<Opened, AppError> {
    let form = tab.form;
    let permit = match region {
        Some(region) => to_create(signed, form, region)?,
        None => to_begin(signed, form)?,
    };
    let (account, place) = (permit.account(), permit.scope());
    let knows_until = knows_until(app);
    let mut reader = app.store.reader().await?;
    let slot = slot(tab, creation, region);
    let kept = db::drafts::find(&mut reader, &account.id, form.key, &slot).await?;
    // A draft that was kept while its record was being saved is of no use any more.
    let is_saved = match &kept {
        Some((record, ..)) => db::records::id_is_used(&mut reader, form, record).await?,
        None => false,
    };
    let (id, kept) = match kept.filter(|_| !is_saved) {
        Some((record, at, draft)) => (record, Some((clock::shown(&at), sheet::renewed(form, draft)))),
        None => (db::new_id(), None),
    };
    let attachments = db::attachments::of_record(&mut reader, &id, &account.id).await?;
    let mut draft = initials(form, account, &app.clock.today());
    draft.region = region.map_or(String::new(), |region| region.code().to_owned());
    for (field, value) in tab.fixed.into_iter().chain(creation.map(|creation| creation.sets)) {
        draft.set(field, value);
    }
    let receivers = match form.workflow.and_then(|workflow| workflow.registers) {
        Some(registers) => workflow::receivers(&mut reader, registers, place).await?,
        None => Vec::new(),
    };
    let offered = super::suggest(app, &mut reader, form, place, &draft).await?;
    for (key, text) in &offered {
        draft.set(key, text.as_str());
    }
    let mut labels = labels(app, &mut reader, form, place, &id, &draft).await?;
    labels.extend(offered);
    labels.extend(origins(&mut reader, tab, place, &draft, account).await?);
    let locked = lock(&mut reader, account, form, place, |key| draft.text(key)).await?;
    Ok(Opened {
        id,
        version: 0,
        places: named_places(app, &mut reader, form, place).await?,
        draft,
        attachments: attachments.into_iter().map(|stored| stored.attachment).collect(),
        labels,
        verbs: vec![Verb::View, Verb::Create],
        locked,
        // What its registration submits has no state before.
        status: form
            .workflow
            .filter(|workflow| workflow.registers.is_none())
            .and_then(|_| workflow::status(form, form.first_state(place.level()))),
        ways: Vec::new(),
        returned: None,
        pins: Vec::new(),
        review: None,
        receivers,
        masked: Vec::new(),
        sub_account: None,
        slot,
        kept,
        history: Vec::new(),
        region: place.clone(),
        key: db::new_id(),
        today: app.clock.today(),
        knows_until,
        megabytes: (
            terms::megabytes(app, &IMAGE_MEGABYTES),
            terms::megabytes(app, &FILE_MEGABYTES),
        ),
        terms: in_force(),
    })
}

/// What was given to any server process until then is there to be read: clocks differ a little, and what is being kept is not
/// there yet.
fn knows_until(app: &App) -> String {
    app.clock.after(-60)
}

/// The draft slot of a tab's blank record: tabs over the same form, buttons of one tab and villages keep theirs apart.
pub fn slot(tab: &Tab, creation: Option<&Creation>, region: Option<&Region>) -> String {
    let mut slot = db::drafts::NEW.to_owned();
    if let Some(region) = region.filter(|_| tab.inside) {
        slot.push('-');
        slot.push_str(region.code());
    }
    for (_, value) in tab.fixed.into_iter().chain(creation.map(|creation| creation.sets)) {
        slot.push('-');
        slot.push_str(value);
    }
    slot
}

/// The button that a draft of a new record began with.
pub fn creation_of(tab: &'static Tab, draft: &Draft) -> Option<&'static Creation> {
    let began = |creation: &&Creation| draft.text(creation.sets.0) == creation.sets.1;
    tab.creations.iter().find(began)
}

/// What a blank record of a form starts with.
pub fn initials(form: &'static Form, account: &Account, today: &str) -> Draft {
    let mut draft = Draft::default();
    for field in form.fields().filter(|field| !field.reviewed) {
        let text = initial(field, account, today);
        if !text.is_empty() {
            draft.set(field.key, text);
        }
    }
    if form.tables.is_some() {
        draft = sheet::completed(form, &draft);
    }
    draft
}

fn initial(field: &Field, account: &Account, today: &str) -> String {
    match (field.initial, field.kind) {
        (_, Kind::OfAccount(AccountFact::Name)) | (Initial::AccountName, _) => account.name.clone(),
        (_, Kind::OfAccount(AccountFact::Level)) => account.region.level().title().to_owned(),
        (Initial::Text(text), _) => text.to_owned(),
        (Initial::Today, _) => today.to_owned(),
        (Initial::OnIn(listed), _) => i64::from(listed.lists(account.region.code())).to_string(),
        _ => String::new(),
    }
}

async fn opened(
    app: &App,
    connection: &mut Connection,
    account: &Account,
    tab: &'static Tab,
    stored: db::records::Stored,
) -> Result<Opened, AppError> {
    let form = tab.form;
    let attachments = db::attachments::of_record(&mut *connection, &stored.id, &account.id).await?;
    let mut draft = stored_draft(&mut *connection, form, &stored.id, &stored.values).await?;
    crate::server::attachments::list_in(form, &attachments, &mut draft);
    let labels = labels(app, &mut *connection, form, &stored.region, &stored.id, &draft).await?;
    let verbs_of = verbs(account, form, &stored.region, &stored.organ, &stored.status);
    let sub_account = match form.sub_account.filter(|_| verbs_of.contains(&Verb::Edit)) {
        Some(_) => db::accounts::of_contract(&mut *connection, &stored.id).await?,
        None => None,
    };
    let sub_account = sub_account
        .filter(|known| known.enabled)
        .map(|known| known.account.login_key);
    let locked = lock(&mut *connection, account, form, &stored.region, |key| stored.text(key)).await?;
    if verbs_of.contains(&Verb::Edit) && locked.is_none() {
        draft = sheet::renewed(form, draft);
    }
    let masked = mask(account, form, &mut draft);
    let mut verbs = verbs_of;
    verbs.retain(|verb| tab.states.is_empty() || *verb == Verb::View);
    let returned = workflow::returned(&mut *connection, form, &stored).await?;
    let pins = workflow::pins(app, &mut *connection, form, &stored).await?;
    let review = workflow::review(app, &mut *connection, form, account, &stored).await?;
    let ways = workflow::ways(&mut *connection, form, account, &stored, tab.verbs).await?;
    let mut labels = labels;
    labels.extend(origins(&mut *connection, tab, &stored.region, &draft, account).await?);
    let asks = |key: &str| ways.iter().any(|way| way.asks.iter().any(|asked| asked == key));
    if form.fields().any(|field| field.suggestion.is_some() && asks(field.key)) {
        labels.extend(super::suggest(app, &mut *connection, form, &stored.region, &draft).await?);
    }
    let kept = if verbs.contains(&Verb::Edit) {
        let kept = db::drafts::find(&mut *connection, &account.id, form.key, &stored.id).await?;
        kept.map(|(_, at, draft)| (clock::shown(&at), sheet::renewed(form, draft)))
    } else {
        None
    };
    Ok(Opened {
        version: stored.version,
        places: named_places(app, &mut *connection, form, &stored.region).await?,
        draft,
        attachments: attachments.into_iter().map(|file| file.attachment).collect(),
        labels,
        locked,
        verbs,
        status: workflow::status(form, &stored.status),
        ways,
        returned,
        pins,
        review,
        receivers: Vec::new(),
        masked,
        sub_account,
        slot: stored.id.clone(),
        kept,
        history: db::audits::of_record(&mut *connection, form.key, &stored.id).await?,
        region: stored.region,
        id: stored.id,
        key: db::new_id(),
        today: app.clock.today(),
        knows_until: knows_until(app),
        megabytes: (
            terms::megabytes(app, &IMAGE_MEGABYTES),
            terms::megabytes(app, &FILE_MEGABYTES),
        ),
        terms: in_force(),
    })
}

/// What stands in a private field of a record, for an account that sees only a part of it. That somebody looked is a line
/// of the log.
pub async fn reveal(
    app: &App,
    signed: &Signed,
    form: &'static Form,
    (id, field): (&str, &str),
    reason: &str,
) -> Result<String, AppError> {
    let field = form
        .field(field)
        .filter(|field| field.private)
        .ok_or(AppError::NotFound)?;
    let mut tx = app.store.begin().await?;
    let stored = db::records::find(&mut tx, form, id).await?.ok_or(AppError::NotFound)?;
    let permit = to_see(signed, form, &stored)?;
    let reason = crate::server::logs::reason(reason)?;
    crate::server::logs::take_reveal(app, &mut tx, permit.account()).await?;
    db::audits::write(
        &mut tx,
        &Line {
            account: Some(permit.account()),
            act: Act::Reveal,
            region: Some(permit.scope()),
            record: Some((form.key, id)),
            step: None,
            opinion: &format!("{}，原因：{reason}", field.title),
            changes: &[],
            address: permit.address(),
            now: &app.clock.now(),
        },
    )
    .await?;
    tx.commit().await?;
    Ok(stored.text(field.key).to_owned())
}

/// Divisions offered in one list: a county has 381 villages at the most.
const MOST_OPTIONS: usize = 400;

/// Stored values and grid rows as a draft.
pub async fn stored_draft(
    connection: &mut Connection,
    form: &'static Form,
    id: &str,
    values: &BTreeMap<&'static str, Value>,
) -> Result<Draft, AppError> {
    let mut draft = Draft::default();
    for field in form.stored() {
        if let Some(value) = values.get(field.key) {
            draft.set(field.key, typed(field, value));
        }
    }
    for (field, grid) in form.grids() {
        let rows = db::records::grid_rows(&mut *connection, form, field, grid.columns, id).await?;
        let rows = rows.into_iter().map(|(id, values)| {
            let columns = grid
                .columns
                .iter()
                .filter_map(|column| Some((column.key.to_owned(), typed(column, values.get(column.key)?))));
            DraftRow {
                id,
                values: columns.collect(),
            }
        });
        draft.grids.insert(field.key.to_owned(), rows.collect());
    }
    if form.tables.is_some() {
        draft = sheet::completed(form, &draft);
    }
    Ok(draft)
}

/// The names of the divisions from 州(市) down; a form about the region itself also says its code (spec S2.1).
/// The divisions that a record lies in, as its window names them (manual 2.1, 8.5).
async fn named_places(
    app: &App,
    connection: &mut Connection,
    form: &Form,
    region: &Region,
) -> Result<Vec<(String, String)>, AppError> {
    if region.level() == Level::NaturalVillage {
        let own = db::regions::names(connection, std::slice::from_ref(region)).await?;
        let village = region.at(Level::Village).unwrap_or_else(|| region.clone());
        let places = app.divisions.places(&village).into_iter();
        let mut places: Vec<_> = places.map(|(level, name)| (level.title().to_owned(), name)).collect();
        if let Some((title, _)) = places.last_mut() {
            *title = "所属行政村".to_owned();
        }
        let name = own.into_values().next().unwrap_or_default();
        places.push(("自然村名称".to_owned(), name));
        return Ok(places);
    }
    let names = app.divisions.places(region).into_iter();
    let mut places: Vec<_> = names.map(|(level, name)| (level.title().to_owned(), name)).collect();
    if form.shape == Shape::Single {
        places.push(("行政区划代码".to_owned(), region.official()));
    }
    Ok(places)
}

/// Where what stands in a field comes from, as far as it is typed elsewhere: the screen and the way to it (F-01).
async fn origins(
    connection: &mut Connection,
    tab: &'static Tab,
    region: &Region,
    draft: &Draft,
    account: &Account,
) -> Result<BTreeMap<String, String>, AppError> {
    let form = tab.form;
    let village = region.at(Level::Village);
    let of_fields = form.fields().filter_map(|field| {
        let home = known::home(form, field)?;
        Some((known::origin(field.key), way_home(home, village.as_ref(), account)?))
    });
    let told = known::all(form).filter_map(|(place, known)| {
        let home = Home::Form(known.of.form());
        Some((known::origin(&place), way_home(home, village.as_ref(), account)?))
    });
    let mut origins: BTreeMap<String, String> = of_fields.chain(told).collect();
    if let (Some(adoption), Some(village)) = (tab.adopts, &village) {
        let way = way_home(Home::Form(adoption.from.0), Some(village), account);
        for field in adopted(connection, adoption, village, draft).await? {
            origins.extend(way.clone().map(|way| (known::origin(field), way)));
        }
    }
    Ok(origins)
}

/// The screen where something is filled, and the way there: whoever does not see it reads its name.
fn way_home(home: Home, village: Option<&Region>, account: &Account) -> Option<String> {
    let (title, link) = match home {
        Home::Form(key) => {
            let source = crate::forms::find(key)?;
            let (page, tab) = crate::forms::place_of(source)?;
            let rest = match village {
                Some(village) if tab.inside || source.shape == Shape::Single => format!("region={village}"),
                _ => String::new(),
            };
            let link = address(page.key, tab.key, &rest);
            (page.title, tab.is_seen_by(account.kind).then_some(link))
        }
        Home::Divisions => {
            let mut entries = crate::forms::ENTRIES.iter();
            let entry = entries.find(|entry| entry.address == crate::forms::DIVISIONS)?;
            let link = (entry.is_for)(account.kind).then(|| entry.address.to_owned());
            (entry.title, link)
        }
    };
    Some(format!("{title}\t{}", link.unwrap_or_default()))
}

/// The fields of a record that say what a row of the form says from which records are taken over: what somebody has typed
/// otherwise since has its home here.
async fn adopted(
    connection: &mut Connection,
    adoption: &'static Adoption,
    village: &Region,
    draft: &Draft,
) -> Result<Vec<&'static str>, AppError> {
    let (form, grid) = adoption.from;
    let Some(form) = crate::forms::find(form) else {
        return Ok(Vec::new());
    };
    let Some((field, grid)) = form.grids().find(|(field, _)| field.key == grid) else {
        return Ok(Vec::new());
    };
    let Some(source) = db::records::find_single(&mut *connection, form, village).await? else {
        return Ok(Vec::new());
    };
    let rows = db::records::grid_rows(connection, form, field, grid.columns, &source.id).await?;
    let says = |row: &BTreeMap<&'static str, Value>, theirs: &str, ours: &str| {
        let column = grid.columns.iter().find(|column| column.key == theirs);
        let text = column.and_then(|column| Some(typed(column, row.get(theirs)?)));
        text.is_some_and(|text| !text.is_empty() && text == draft.text(ours))
    };
    let pairs = adoption.fields;
    let same = pairs.iter().find(|(_, ours)| *ours == adoption.same);
    let row = same.and_then(|(theirs, ours)| rows.iter().find(|(_, row)| says(row, theirs, ours)));
    let Some((_, row)) = row else { return Ok(Vec::new()) };
    let equal = pairs.iter().filter(|(theirs, ours)| says(row, theirs, ours));
    Ok(equal.map(|(_, ours)| *ours).collect())
}

/// What references, divisions and mirrors say: field key → text; options of a reference under `key?`, one
/// `id\tlabel` a line, so that the form needs no second question.
async fn labels(
    app: &App,
    connection: &mut Connection,
    form: &'static Form,
    region: &Region,
    id: &str,
    draft: &Draft,
) -> Result<BTreeMap<String, String>, AppError> {
    let mut labels = BTreeMap::new();
    for (place, known) in known::all(form) {
        let number = |key: &str| draft.text(key).trim().parse().ok();
        if let Some(told) = db::known::told(&mut *connection, known.of, number, region).await? {
            labels.insert(known::label(&place), told.to_string());
        }
    }
    for field in form.fields() {
        match field.kind {
            Kind::Reference { to, .. } => {
                let options = match db::references::ReferenceTarget::find(to) {
                    Some(target) => {
                        let held = draft.text(field.key);
                        let asking = Asking {
                            form,
                            field,
                            id,
                            draft,
                            held,
                        };
                        db::references::options(&mut *connection, &target, region, &asking).await?
                    }
                    None => Vec::new(),
                };
                let lines: Vec<_> = options.iter().map(|(id, label)| format!("{id}\t{label}")).collect();
                labels.insert(format!("{}?", field.key), lines.join("\n"));
            }
            Kind::Division(level) | Kind::Divisions(level) => {
                let regions = parts(draft.text(field.key)).filter_map(Region::parse);
                let names: Vec<_> = regions.map(|one| app.divisions.path_below(region, &one)).collect();
                labels.insert(field.key.to_owned(), names.join("、"));
                let taken = match field.key == form.placed_by && form.one_per_region {
                    true => db::records::regions_with(&mut *connection, form, region).await?,
                    false if field.exclusive => {
                        db::records::named_elsewhere(&mut *connection, form, field, region, id).await?
                    }
                    false => BTreeSet::new(),
                };
                let below = app.divisions.below(region, level);
                let free = below.filter(|one| one.is_real() && !taken.contains(one.region.code()));
                // Whatever is 纳入规划范围 comes first; a county may survey the others too (spec A21).
                let (mut free, rest): (Vec<_>, Vec<_>) = free.partition(|one| one.planned);
                free.extend(rest);
                let lines: Vec<_> = free
                    .into_iter()
                    .take(MOST_OPTIONS)
                    .map(|one| {
                        let path = app.divisions.path_below(region, &one.region);
                        format!("{}\t{path}\t{}", one.region, one.search)
                    })
                    .collect();
                labels.insert(format!("{}?", field.key), lines.join("\n"));
            }
            Kind::Files(slot) => {
                if let Naming::Subject(to, _) = slot.naming
                    && let Some(to) = crate::forms::find(to)
                {
                    let names = db::references::names(&mut *connection, to, region).await?;
                    let lines: Vec<_> = names.iter().map(|(id, name)| format!("{id}\t{name}")).collect();
                    labels.insert(format!("{}?", field.key), lines.join("\n"));
                }
            }
            Kind::Results => {
                let lines = crate::server::results::lines(&mut *connection, region).await?;
                labels.insert(field.key.to_owned(), lines.join("\n"));
            }
            Kind::Mirror {
                form: source,
                field: key,
            } => {
                if let Some(source) = crate::forms::find(source)
                    && let Some(origin) = source.field(key)
                    && let Some(record) = db::records::find_single(&mut *connection, source, region).await?
                {
                    let text = workflow::mirrored(&mut *connection, source, &record, origin).await?;
                    labels.insert(field.key.to_owned(), text);
                }
            }
            Kind::Cumulated(of) => {
                if let Ok(year) = draft.text(of.year).parse() {
                    let before = db::rules::sum_before(&mut *connection, form, of, region, year).await?;
                    labels.insert(field.key.to_owned(), format!("{before}\t{}", of.target(year)));
                }
            }
            Kind::Related(related) => {
                let value = draft.text(related.same.1).parse().unwrap_or(0);
                let records = db::rules::related(&mut *connection, related, region, value).await?;
                let lines = records.into_iter().filter_map(|(id, code, status)| {
                    let name = app.divisions.path_below(region, &Region::parse(&code)?);
                    let form = crate::forms::find(related.form)?;
                    let state = workflow::status(form, &status).map_or(String::new(), |status| status.title);
                    let (page, tab) = crate::forms::place_of(form)?;
                    let link = address(page.key, tab.key, &format!("open={id}"));
                    Some(format!("{name}\t{state}\t{link}"))
                });
                labels.insert(field.key.to_owned(), lines.collect::<Vec<_>>().join("\n"));
            }
            _ => {}
        }
    }
    Ok(labels)
}

/// What can be offered for a draft of a region: suggestions, and the lists of related records.
pub async fn suggestions(
    app: &App,
    form: &'static Form,
    region: &Region,
    draft: &Draft,
) -> Result<Vec<(String, String)>, AppError> {
    let mut reader = app.store.reader().await?;
    let mut offered = super::suggest(app, &mut reader, form, region, draft).await?;
    let depends = |key: &String| {
        let kind = form.field(key).map(|field| field.kind);
        matches!(kind, Some(Kind::Related(_) | Kind::Results | Kind::Cumulated(_)))
    };
    let labels = labels(app, &mut reader, form, region, "", draft).await?;
    offered.extend(labels.into_iter().filter(|(key, _)| depends(key)));
    Ok(offered)
}

/// Division codes of a stored value as short names.
pub fn division_names(app: &App, codes: &str) -> String {
    let regions = parts(codes).filter_map(Region::parse);
    regions
        .map(|region| app.divisions.short(&region))
        .collect::<Vec<_>>()
        .join("、")
}

/// Field label and text of what a record holds, in the order of the form: for histories and stale edits.
pub fn shown_values(form: &'static Form, values: &BTreeMap<&'static str, Value>) -> Vec<(&'static Field, String)> {
    form.stored()
        .map(|field| {
            (
                field,
                values.get(field.key).map_or(String::new(), |value| shown(field, value)),
            )
        })
        .collect()
}
