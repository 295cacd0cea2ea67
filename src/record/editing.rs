//! The state of one record being filled: what is typed, what is wrong with it, and keeping it safe.

use super::Place;
use crate::api::records::{drop_draft, keep_draft, save_record};
use crate::api::workflow::suggestions;
use crate::browser::outbox::{self, Item};
use crate::browser::photos::{self, Fate};
use crate::browser::store::Kept;
use crate::browser::{self, store};
use crate::domain::account::{Account, AccountKind};
use crate::domain::attachment::Attachment;
use crate::domain::field::{Initial, Kind};
use crate::domain::form::{Form, Shape};
use crate::domain::known::{Known, label};
use crate::domain::problem::{Problem, Severity};
use crate::domain::record::{Draft, Opened, Values, parts};
use crate::domain::terms;
use crate::domain::validate::{check, ended};
use crate::error::{AppError, Stale};
use crate::ui::toast::Toasts;
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::collections::{BTreeMap, BTreeSet};

/// After so many milliseconds without a key the draft is kept.
const QUIET: u32 = 1_500;

/// On a phone, which may be gone the next moment.
const QUIET_ON_PHONE: u32 = 600;

/// A save that takes so many milliseconds waits in the phone instead.
const SLOWEST_ON_PHONE: u32 = 25_000;

/// A click that left a field is over after so many milliseconds.
const SETTLED: u32 = 200;

/// One record being filled or looked at. Take it from the context.
#[derive(Clone, Copy)]
pub struct Editing {
    /// Where.
    pub place: Place,
    /// Who.
    pub viewer: StoredValue<Account>,
    /// The record as it was opened.
    pub opened: StoredValue<Opened>,
    /// What stands on the page: the record as it is stored, or what the server has kept.
    stored: StoredValue<Draft>,
    /// Whether fields are text only.
    pub read_only: bool,
    /// What is typed.
    pub draft: RwSignal<Draft>,
    /// Attachments, new ones included.
    pub files: RwSignal<Vec<Attachment>>,
    /// Whether something was typed since it was opened or saved.
    pub dirty: RwSignal<bool>,
    /// Whether a save is under way.
    pub saving: RwSignal<bool>,
    /// Files on their way to the server.
    pub uploads: RwSignal<usize>,
    /// What somebody else changed meanwhile.
    pub stale: RwSignal<Option<Stale>>,
    /// The version that the next save replaces.
    pub version: RwSignal<i64>,
    /// What the server offers for what is typed: field key → text, and lists of related records.
    pub offered: RwSignal<BTreeMap<String, String>>,
    /// The section whose tab is open.
    pub section: RwSignal<usize>,
    touched: RwSignal<BTreeSet<String>>,
    show_all: RwSignal<bool>,
    from_server: RwSignal<Vec<Problem>>,
    problems: Memo<Vec<Problem>>,
    typed: StoredValue<u64>,
    /// As far as the server has what was typed.
    acknowledged: StoredValue<u64>,
    /// What happens where the server cannot be reached and the save waits in this browser.
    unsent: StoredValue<Option<Callback<()>>>,
}

/// Takes into what was typed the files that came into the record since: nobody who typed before has taken them out.
fn take_files(form: &'static Form, stored: &Draft, draft: &mut Draft) {
    for (field, _) in form.slots() {
        let held = draft.text(field.key).to_owned();
        let mut ids: Vec<&str> = parts(&held).collect();
        let news = parts(stored.text(field.key)).filter(|id| !parts(&held).any(|one| one == *id));
        ids.extend(news);
        draft.set(field.key, ids.join(","));
    }
}

impl Editing {
    /// Begins with a record. With `checked` everything that is wrong shows at once.
    pub fn new(place: Place, viewer: Account, opened: Opened, read_only: bool, checked: bool) -> Self {
        let typed = match (&opened.kept, checked) {
            (Some((_, kept)), true) => kept.clone(),
            _ => opened.draft.clone(),
        };
        let mut typed = typed;
        for pin in &opened.pins {
            typed
                .answers
                .entry(pin.id.clone())
                .or_insert_with(|| pin.answer.clone());
        }
        terms::follow(&opened.terms);
        let draft = RwSignal::new(typed);
        let today = opened.today.clone();
        let stored = match opened.version {
            0 => Draft::default(),
            _ => opened.draft.clone(),
        };
        let form = place.form();
        Self {
            place,
            viewer: StoredValue::new(viewer),
            files: RwSignal::new(opened.attachments.clone()),
            version: RwSignal::new(opened.version),
            section: RwSignal::new(0),
            offered: RwSignal::new(opened.labels.clone()),
            opened: StoredValue::new(opened),
            read_only,
            draft,
            dirty: RwSignal::new(false),
            saving: RwSignal::new(false),
            uploads: RwSignal::new(0),
            stale: RwSignal::new(None),
            touched: RwSignal::new(BTreeSet::new()),
            show_all: RwSignal::new(checked),
            from_server: RwSignal::new(Vec::new()),
            stored: StoredValue::new(stored.clone()),
            problems: Memo::new(move |_| {
                draft.with(|draft| {
                    let mut problems = check(form, draft, &today).problems;
                    problems.extend(ended(form, draft, &stored));
                    problems
                })
            }),
            typed: StoredValue::new(0),
            acknowledged: StoredValue::new(0),
            unsent: StoredValue::new(None),
        }
    }

    /// Saves that do not reach the server wait in this browser, and every key is kept at once: for phones.
    pub fn waits_unsent(&self, unsent: Callback<()>) {
        self.unsent.set_value(Some(unsent));
    }

    fn account(&self) -> String {
        self.viewer.with_value(|viewer| viewer.id.clone())
    }

    /// The save as it waits in this browser.
    fn item(&self) -> Item {
        let (id, key) = self.opened.with_value(|opened| (opened.id.clone(), opened.key.clone()));
        Item {
            form: self.form().key.to_owned(),
            tab: self.place.tab.key.to_owned(),
            title: self.place.tab.title.to_owned(),
            id,
            version: self.version.get_untracked(),
            key,
            draft: self.draft.get_untracked(),
            problem: None,
        }
    }

    /// Goes on with what an earlier visit left here: a save that the server refused, or what was never saved. A new record
    /// has an id of its own: the page may be one that this browser has kept, and was filled from before. Answers why the
    /// server refused it.
    pub fn resume(&self) -> Option<String> {
        let (account, form) = (self.account(), self.form().key);
        let is_new = self.version.get_untracked() == 0;
        let is_many = self.form().shape == Shape::Records;
        let id = self.opened.with_value(|opened| opened.id.clone());
        if let Some(mut item) = outbox::find(&account, form, &id, is_new, is_many) {
            if !is_new && item.id != id {
                // The only record of its form was registered elsewhere meanwhile: what was typed here goes into that one.
                outbox::remove(&account, form, &item.id);
                item.id = id;
                item.version = self.version.get_untracked();
                item.key = self.opened.with_value(|opened| opened.key.clone());
                outbox::put(&account, &item);
            }
            self.opened.update_value(|opened| {
                opened.id = item.id;
                opened.key = item.key;
            });
            self.version.set(item.version);
            // What was typed after the save was kept here as well.
            let later = store::draft(&account, form, &self.slot());
            let later = later.filter(|kept| self.opened.with_value(|opened| opened.id == kept.0));
            self.restore(later.map_or(item.draft, |kept| kept.1));
            self.show_all.set(true);
            return Some(item.problem.unwrap_or_default());
        }
        let knows_until = self.opened.with_value(|opened| opened.knows_until.clone());
        match store::draft(&account, form, &self.slot()) {
            Some(kept) if kept.is_known_until(&knows_until) => store::forget_draft(&account, form, &self.slot()),
            Some(Kept(id, mut draft, over, _)) => {
                if is_new {
                    self.opened.update_value(|opened| opened.id = id);
                }
                if over < self.version.get_untracked() {
                    self.stored
                        .with_value(|stored| take_files(self.form(), stored, &mut draft));
                }
                self.restore(draft);
                self.keep_soon();
                return None;
            }
            None => {}
        }
        let is_fresh = self.opened.with_value(|opened| opened.kept.is_none());
        if is_new
            && is_many
            && is_fresh
            && let (Some(id), Some(key)) = (browser::fresh_id(), browser::fresh_id())
        {
            self.opened.update_value(|opened| {
                opened.id = id;
                opened.key = key;
            });
        }
        None
    }

    /// Whether the record has been left: nothing may be shown in it any more.
    pub fn is_gone(&self) -> bool {
        self.dirty.is_disposed()
    }

    /// Whether a natural village fills it: on a phone, over whatever network there is.
    pub fn is_on_phone(&self) -> bool {
        self.viewer.try_with_value(|viewer| viewer.kind) == Some(AccountKind::NaturalVillage)
    }

    /// The form.
    pub fn form(&self) -> &'static Form {
        self.place.form()
    }

    /// The text of a field.
    pub fn text(&self, key: &'static str) -> String {
        self.draft.with(|draft| draft.text(key).to_owned())
    }

    /// Sets a field. Some decide what the server can offer for others.
    pub fn set(&self, key: &str, text: String) {
        self.change(key, |draft| draft.set(key, text));
        let form = self.form();
        let lists = matches!(form.field(key).map(|field| field.kind), Some(Kind::Year(_)));
        let mut offered = form.fields().filter_map(|field| field.suggestion);
        let decides = offered.any(|suggestion| lists || suggestion.depends_on(key));
        if decides {
            self.ask_for_suggestions();
        }
    }

    /// Fills what is empty, or still holds what was offered before, with what the server offers now.
    fn ask_for_suggestions(&self) {
        let editing = *self;
        spawn_local(async move {
            let draft = editing.draft.get_untracked();
            let Ok(offered) = suggestions(editing.form().key.to_owned(), draft).await else {
                return;
            };
            if editing.is_gone() {
                return;
            }
            let before = editing.offered.get_untracked();
            editing.draft.update(|draft| {
                for (key, text) in &offered {
                    let held = draft.text(key).trim();
                    let untouched = held.is_empty() || before.get(key).is_some_and(|before| before == held);
                    if editing
                        .form()
                        .field(key)
                        .is_some_and(|field| field.suggestion.is_some())
                        && untouched
                    {
                        draft.set(key, text.as_str());
                    }
                }
            });
            editing.offered.update(|known| known.extend(offered));
        });
    }

    /// Changes the draft at a place: a field key or a grid cell.
    pub fn change(&self, place: &str, change: impl FnOnce(&mut Draft)) {
        self.draft.update(change);
        self.from_server
            .update(|problems| problems.retain(|problem| problem.place != place));
        self.dirty.set(true);
        if self.is_on_phone() {
            self.keep_here();
        }
        self.keep_soon();
    }

    /// The user left a field: from now on its problems show. A moment later, because a message that appears between the
    /// press and the release of the mouse would push the button away from under it.
    pub fn touch(&self, place: &str) {
        let (touched, place) = (self.touched, place.to_owned());
        spawn_local(async move {
            TimeoutFuture::new(SETTLED).await;
            // The record may have gone meanwhile.
            if touched.try_with_untracked(|touched| touched.contains(&place)) == Some(false) {
                touched.update(|touched| {
                    touched.insert(place);
                });
            }
        });
    }

    /// Whether a field shows for what is typed.
    pub fn shows(&self, field: &'static crate::domain::field::Field) -> bool {
        // Where a stored record belongs is said above its fields; what the review fills shows once it is filled.
        let is_placed = field.key == self.form().placed_by && self.version.get_untracked() > 0;
        // What a new record takes from another is there once it is stored.
        let is_awaited = self.version.get_untracked() == 0 && self.is_copied(field);
        !is_placed
            && !is_awaited
            && self.draft.with(|draft| {
                field.shows(&Values::of(self.form(), draft)) && !(field.reviewed && draft.text(field.key).is_empty())
            })
    }

    /// What other records of the region tell about a place, in hundredths: for the year that stood here when it was asked.
    pub fn told(&self, place: &str, known: &Known) -> Option<i64> {
        let is_of_year = known.of.year_field().is_none_or(|year| {
            let held = self.opened.with_value(|opened| opened.draft.text(year).to_owned());
            self.draft.with(|draft| draft.text(year) == held)
        });
        let labels = |opened: &Opened| opened.labels.get(&label(place))?.parse().ok();
        self.opened.with_value(labels).filter(|_| is_of_year)
    }

    /// Whether a field takes its value from another record, for what is typed.
    pub fn is_copied(&self, field: &'static crate::domain::field::Field) -> bool {
        self.draft
            .with_untracked(|draft| field.is_copied(&Values::of(self.form(), draft)))
    }

    /// Whether a field must be filled for what is typed.
    pub fn must_be_filled(&self, field: &'static crate::domain::field::Field) -> bool {
        self.draft
            .with(|draft| field.must_be_filled(&Values::of(self.form(), draft)))
    }

    /// What to say at a place: the weightiest problem that is due.
    pub fn problem(&self, place: &str) -> Option<Problem> {
        if self.read_only {
            return None;
        }
        // A field that is never typed is never left either: its problems show with those of what it is made of.
        let is_typed = self.form().field(place).is_none_or(|field| !field.is_read_only());
        let due = self.show_all.get()
            || self
                .touched
                .with(|touched| touched.contains(place) || !is_typed && !touched.is_empty());
        let own = |problems: &Vec<Problem>| problems.iter().find(|problem| problem.place == place).cloned();
        self.from_server
            .with(own)
            .or_else(|| if due { self.problems.with(own) } else { None })
    }

    /// Every problem that is due, for the summary above the buttons.
    pub fn all_due(&self) -> Vec<Problem> {
        if !self.show_all.get() {
            return Vec::new();
        }
        let mut all = self.problems.get();
        let more = self.from_server.get();
        all.extend(
            more.into_iter()
                .filter(|problem| !all.iter().any(|known| known.place == problem.place))
                .collect::<Vec<_>>(),
        );
        all
    }

    fn keep_soon(&self) {
        let editing = *self;
        let now = self.typed.get_value() + 1;
        self.typed.set_value(now);
        spawn_local(async move {
            let quiet = if editing.is_on_phone() { QUIET_ON_PHONE } else { QUIET };
            TimeoutFuture::new(quiet).await;
            let is_last = editing.typed.try_get_value() == Some(now);
            // What is being saved is kept by the save; where that fails, it is kept then.
            let is_saving = editing.saving.try_get_untracked() != Some(false);
            if is_last && !is_saving && editing.dirty.try_get_untracked() == Some(true) {
                editing.keep().await;
            }
        });
    }

    /// Keeps the draft here and on the server.
    async fn keep(self) {
        let draft = self.draft.get_untracked();
        let (id, version) = (
            self.opened.with_value(|opened| opened.id.clone()),
            self.version.get_untracked(),
        );
        let account = self.viewer.with_value(|viewer| viewer.id.clone());
        let kept = Kept(id.clone(), draft.clone(), version, String::new());
        store::keep_draft(&account, self.form().key, &self.slot(), &kept);
        // A table of 批量登记 is no record yet.
        if !self.place.page.tabs.iter().any(|tab| tab.key == self.place.tab.key) {
            return;
        }
        let (page, tab) = (self.place.page.key.to_owned(), self.place.tab.key.to_owned());
        let typed = self.typed.get_value();
        // In turn: what is dropped afterwards must not arrive before this.
        let answer = browser::in_turn(async {
            // Whatever was typed since is kept by itself.
            let is_over = self.typed.try_get_value().is_some_and(|now| now != typed);
            match is_over {
                true => None,
                false => Some(keep_draft(page, tab, id, version, draft).await),
            }
        });
        let answer = answer.await.and_then(Result::ok).filter(|at| !at.is_empty());
        if let (Some(at), true) = (answer, self.typed.try_get_value() == Some(typed)) {
            self.acknowledged.set_value(typed);
            match self.is_on_phone() {
                true => store::acknowledge(&account, self.form().key, &self.slot(), &kept.1, &at),
                // Pages of the desk are never older than what the server has.
                false => store::forget_draft(&account, self.form().key, &self.slot()),
            }
        }
    }

    /// Keeps an unsaved draft in this browser at once: there is no time for more when the page is left.
    pub fn keep_here(&self) {
        if self.dirty.try_get_untracked() == Some(true)
            && let (Some(draft), Some(account)) = (
                self.draft.try_get_untracked(),
                self.viewer.try_with_value(|viewer| viewer.id.clone()),
            )
        {
            let id = self.opened.with_value(|opened| opened.id.clone());
            let kept = Kept(id, draft, self.version.get_untracked(), String::new());
            store::keep_draft(&account, self.form().key, &self.slot(), &kept);
        }
    }

    /// The same while the page is being left, for what the server has not got yet.
    pub fn keep_rest(&self) {
        if self.typed.try_get_value() != self.acknowledged.try_get_value() {
            self.keep_here();
        }
    }

    fn slot(&self) -> String {
        self.opened.with_value(|opened| opened.slot.clone())
    }

    /// What an earlier visit left unsaved: kept by this browser when the server did not get it, or by the server.
    pub fn kept(&self) -> Option<(String, Draft)> {
        let account = self.viewer.with_value(|viewer| viewer.id.clone());
        let here = store::draft(&account, self.form().key, &self.slot()).map(|kept| ("刚才".to_owned(), kept.1));
        let kept = self.opened.with_value(|opened| opened.kept.clone());
        // What is kept here is what the server has not got yet: its own is older.
        here.or(kept)
            .filter(|(_, draft)| self.draft.with_untracked(|now| now != draft))
    }

    /// Takes over what was kept.
    pub fn restore(&self, draft: Draft) {
        let form = self.form();
        self.draft.set(match form.tables {
            Some(tables) => (tables.renewed)(form, draft),
            None => draft,
        });
        self.dirty.set(true);
    }

    /// Forgets what was kept.
    pub fn forget(&self) {
        let account = self.viewer.with_value(|viewer| viewer.id.clone());
        store::forget_draft(&account, self.form().key, &self.slot());
        let (form, id) = (
            self.form().key.to_owned(),
            self.opened.with_value(|opened| opened.id.clone()),
        );
        self.dirty.set(false);
        spawn_local(async move {
            let _ = browser::in_turn(drop_draft(form, id)).await;
        });
    }

    /// Forgets everything that was kept of this record, a save that waits too; the page is drawn anew once the server knows.
    pub fn drop_all(&self) {
        let (account, form) = (self.account(), self.form().key);
        let id = self.opened.with_value(|opened| opened.id.clone());
        store::forget_draft(&account, form, &self.slot());
        outbox::remove(&account, form, &id);
        photos::tell(form, &id, Fate::Dropped);
        self.dirty.set(false);
        spawn_local(async move {
            let _ = browser::in_turn(drop_draft(form.to_owned(), id)).await;
            browser::reload();
        });
    }

    /// Adds an uploaded file to a slot; the first one names the record when the form wants that.
    pub fn add_file(&self, field: &'static str, file: Attachment) {
        let form = self.form();
        self.change(field, |draft| {
            let mut ids: Vec<&str> = parts(draft.text(field)).collect();
            ids.push(&file.id);
            let joined = ids.join(",");
            draft.set(field, joined);
            for named in form.fields().filter(|field| matches!(field.initial, Initial::FileName)) {
                if draft.text(named.key).trim().is_empty() {
                    let stem = file.name.rsplit_once('.').map_or(file.name.as_str(), |(stem, _)| stem);
                    draft.set(named.key, stem.to_owned());
                }
            }
        });
        self.files.update(|files| files.push(file));
    }

    /// A file that became part of the stored record meanwhile, without this window: it belongs to what is typed, too.
    pub fn follow(&self, field: &'static str, version: i64, file: Attachment) {
        // With what others have changed, the save is stale all the same.
        if version == self.version.get_untracked() + 1 {
            self.version.set(version);
        }
        if self
            .draft
            .with_untracked(|draft| parts(draft.text(field)).any(|id| id == file.id))
        {
            return;
        }
        let was_dirty = self.dirty.get_untracked();
        self.add_file(field, file);
        if !was_dirty {
            self.dirty.set(false);
            store::forget_draft(&self.account(), self.form().key, &self.slot());
        }
    }

    /// Saves. Whatever goes wrong, what was typed stays.
    pub fn save(&self, toasts: Toasts, saved: Callback<Opened>) {
        let editing = *self;
        editing.show_all.set(true);
        let blocking = editing.problems.with_untracked(|problems| {
            problems
                .iter()
                .find(|problem| problem.severity == Severity::Error)
                .map(|problem| problem.place.clone())
        });
        if let Some(place) = blocking {
            editing.focus(&place);
            return;
        }
        if editing.saving.get_untracked() {
            return;
        }
        if editing.uploads.get_untracked() > 0 {
            toasts.error("正在上传附件，请等上传完成后再保存");
            return;
        }
        editing.saving.set(true);
        let (account, item) = (editing.account(), editing.item());
        if let Some(unsent) = editing.unsent.get_value() {
            // Before it goes: whatever happens on the way, it is here.
            photos::tell(&item.form, &item.id, Fate::Saved);
            outbox::put(&account, &item);
            spawn_local(async move {
                TimeoutFuture::new(SLOWEST_ON_PHONE).await;
                if editing.saving.try_get_untracked() == Some(true) {
                    unsent.run(());
                }
            });
        }
        let sent = item.draft.clone();
        spawn_local(async move {
            let (form, id) = (item.form.clone(), item.id.clone());
            let answer = save_record(item.form, item.id, item.version, item.key, item.draft).await;
            match (&answer, editing.unsent.try_get_value().flatten()) {
                (Err(AppError::Unavailable | AppError::TooMany(_)), Some(unsent)) => {
                    store::forget_draft(&account, &form, &editing.slot());
                    unsent.run(());
                    return;
                }
                (answer, Some(_)) => {
                    outbox::remove(&account, &form, &id);
                    if answer.is_err() {
                        photos::tell(&form, &id, Fate::Unsaved);
                    }
                }
                (_, None) => {}
            }
            // The window may have been left meanwhile: what was acknowledged is stored, what was refused is kept.
            if editing.is_gone() {
                return;
            }
            editing.saving.set(false);
            match answer {
                Ok(answer) => {
                    editing.forget();
                    toasts.success("保存成功");
                    for warning in answer.warnings {
                        toasts.warning(format!("已保存，请注意：{}", warning.message));
                    }
                    if editing.draft.with_untracked(|now| *now == sent) {
                        saved.run(answer.opened);
                    } else {
                        editing.go_on(answer.opened);
                        toasts.warning("保存期间又填写的内容还没有保存，请再次点击“保存”");
                    }
                }
                Err(error) => {
                    editing.keep_soon();
                    editing.failed(error, toasts);
                }
            }
        });
    }

    /// What was typed while a save was on its way is a change of what that stored.
    fn go_on(&self, stored: Opened) {
        self.version.set(stored.version);
        self.stored.set_value(stored.draft.clone());
        self.opened.set_value(stored);
        self.dirty.set(true);
        self.keep_soon();
    }

    /// Keeps these rows of the batch's grid, in order.
    pub fn keep_rows(&self, left: &[usize]) {
        self.draft.update(|draft| {
            for rows in draft.grids.values_mut() {
                *rows = left.iter().filter_map(|at| rows.get(*at).cloned()).collect();
            }
        });
    }

    /// Shows what the server found wrong.
    pub fn complain(&self, problems: Vec<Problem>) {
        let first = problems.first().map(|problem| problem.place.clone());
        self.from_server.set(problems);
        self.focus(&first.unwrap_or_default());
    }

    fn failed(&self, error: AppError, toasts: Toasts) {
        match error {
            AppError::Invalid(problems) => {
                let first = problems.iter().find(|problem| problem.severity != Severity::Warning);
                let first = first.map(|problem| problem.place.clone());
                self.from_server.set(problems);
                self.focus(&first.unwrap_or_default());
            }
            AppError::Stale(stale) => {
                self.version.set(stale.version);
                self.stale.set(Some(*stale));
            }
            AppError::SignedOut => {
                let editing = *self;
                spawn_local(async move {
                    editing.keep().await;
                    editing.dirty.set(false);
                    let entrance = if editing.is_on_phone() { "/q" } else { "/login" };
                    browser::leave(&format!("{entrance}?next={}", super::encoded(&browser::here())));
                });
            }
            other => toasts.error(other.to_string()),
        }
    }

    fn focus(&self, place: &str) {
        let key = place.split('.').next().unwrap_or_default();
        let holds = |fields: &[crate::domain::field::Field]| fields.iter().any(|field| field.key == key);
        if let Some(section) = self.form().sections.iter().position(|section| holds(section.fields)) {
            self.section.set(section);
        }
        let is_files = self
            .form()
            .field(key)
            .is_some_and(|field| matches!(field.kind, Kind::Files(_)));
        let id = if is_files {
            format!("{key}-button")
        } else {
            place.replace('.', "-")
        };
        browser::focus_id(&format!("f-{id}"));
    }
}
