//! Demo data: one county in every state of every screen, filled in through the code that users go through.

mod accounts;
mod plan;

pub use accounts::{anybody, has, open as open_accounts, table};

use super::super::session::Signed;
use super::super::state::App;
use crate::domain::field::Shown;
use crate::domain::record::Draft;
use crate::domain::region::Region;
use crate::forms;
use crate::server::command::readable;
use crate::server::db::{self, Connection, references::Asking, references::ReferenceTarget};
use crate::server::records::Save;
use crate::server::{attachments, completions, records, workflow};
use crate::steps::PLANNING;
use plan::{DemoAct, Entry, Plan, Switch, plan};
use sha2::{Digest, Sha256};
use std::collections::HashMap;

/// The instant in the ids of demo records, 2021-04-26T00:00:00Z in milliseconds.
const BEGINNING: u64 = 1_619_395_200_000;

/// Whether some demo data are there.
pub async fn is_begun(connection: &mut Connection) -> Result<bool, String> {
    is_there(connection, plan()?.entries.first()).await
}

/// Whether all demo data are there.
pub async fn is_complete(connection: &mut Connection) -> Result<bool, String> {
    is_there(connection, plan()?.entries.last()).await
}

async fn is_there(connection: &mut Connection, entry: Option<&Entry>) -> Result<bool, String> {
    let Some(entry) = entry else { return Ok(true) };
    db::records::id_is_used(connection, entry.form, &id(entry, ""))
        .await
        .map_err(readable)
}

/// Always the same id for the same record, so that seeding again finds it.
fn id(entry: &Entry, part: &str) -> String {
    let name = format!("{} {} {} {part}", entry.form.key, entry.by, entry.number);
    let mut random = [0; 10];
    random.copy_from_slice(&Sha256::digest(name.as_bytes())[..10]);
    uuid::Builder::from_unix_timestamp_millis(BEGINNING, &random)
        .into_uuid()
        .to_string()
}

/// Fills in what is not there yet; returns how many records that were.
pub async fn fill(app: &App) -> Result<usize, String> {
    if is_complete(&mut *app.store.reader().await.map_err(readable)?).await? {
        return Ok(0);
    }
    let Plan { entries, switches } = plan()?;
    let mut filler = Filler {
        app,
        signed: HashMap::new(),
    };
    let mut count = 0;
    for stage in 0..=PLANNING.len() {
        for entry in entries.iter().filter(|entry| entry.stage == stage) {
            let about = |error: String| {
                format!(
                    "demo data, {} of {}, number {}: {error}",
                    entry.form.key, entry.by, entry.number
                )
            };
            count += usize::from(filler.register(entry).await.map_err(about)?);
        }
        for switch in switches.iter().filter(|switch| switch.stage == stage) {
            let about = |error: String| format!("demo data, {} of {}: {error}", switch.step.key, switch.by);
            filler.set(switch).await.map_err(about)?;
        }
    }
    Ok(count)
}

/// The people who type.
struct Filler<'a> {
    app: &'a App,
    signed: HashMap<String, Signed>,
}

impl Filler<'_> {
    async fn signed(&mut self, login_key: &str) -> Result<Signed, String> {
        if let Some(signed) = self.signed.get(login_key) {
            return Ok(signed.clone());
        }
        let mut stored = self.account(login_key).await?;
        if let (None, Some((village, name))) = (&stored, login_key.split_once('/')) {
            accounts::create_hamlet(self.app, village, name).await?;
            stored = self.account(login_key).await?;
        }
        let mut account = stored.ok_or("no such account")?.account;
        account.must_change = false;
        let signed = Signed::for_account(account);
        self.signed.insert(login_key.to_owned(), signed.clone());
        Ok(signed)
    }

    async fn account(&self, login_key: &str) -> Result<Option<db::accounts::Stored>, String> {
        let mut reader = self.app.store.reader().await.map_err(readable)?;
        db::accounts::by_key(&mut reader, login_key).await.map_err(readable)
    }

    /// Registers a record with its files; false when it is there already.
    async fn register(&mut self, entry: &Entry) -> Result<bool, String> {
        let signed = self.signed(&entry.by).await?;
        let own = signed.ready().map_err(readable)?.region.clone();
        let region = Region::parse(&entry.draft.region).unwrap_or(own);
        let mut record = id(entry, "");
        let mut version = 0;
        if entry.form.created_by_step {
            let mut reader = self.app.store.reader().await.map_err(readable)?;
            let stored = db::records::find_single(&mut reader, entry.form, &region)
                .await
                .map_err(readable)?;
            let stored = stored.ok_or("its step is not 是")?;
            if stored.version > 1 {
                return Ok(false);
            }
            (record, version) = (stored.id, stored.version);
        } else if self.is_taken(entry, &record, &region).await? {
            return Ok(false);
        }
        let mut draft = entry.draft.clone();
        self.refer(entry, &region, &mut draft).await?;
        self.upload(entry, &signed, &region, &record, &mut draft).await?;
        let version = self.save(entry, &signed, &record, version, draft.clone()).await?;
        if !entry.then.is_empty() {
            entry
                .then
                .iter()
                .for_each(|(field, text)| draft.set(field, text.as_str()));
            self.save(entry, &signed, &record, version, draft).await?;
        }
        for act in &entry.acts {
            self.act(entry, &record, act).await?;
        }
        Ok(true)
    }

    async fn is_taken(&self, entry: &Entry, record: &str, region: &Region) -> Result<bool, String> {
        use crate::domain::form::Shape;
        let mut reader = self.app.store.reader().await.map_err(readable)?;
        if db::records::id_is_used(&mut reader, entry.form, record)
            .await
            .map_err(readable)?
        {
            return Ok(true);
        }
        let single = entry.form.shape == Shape::Single;
        Ok(single
            && db::records::find_single(&mut reader, entry.form, region)
                .await
                .map_err(readable)?
                .is_some())
    }

    /// Puts the ids of what the references name into the draft.
    async fn refer(&self, entry: &Entry, region: &Region, draft: &mut Draft) -> Result<(), String> {
        let mut reader = self.app.store.reader().await.map_err(readable)?;
        for (key, to, labels) in &entry.references {
            let target = ReferenceTarget::find(to).ok_or_else(|| format!("no {to}"))?;
            let field = entry.form.field(key).ok_or_else(|| format!("no {key}"))?;
            let asking = Asking {
                form: entry.form,
                field,
                id: "",
                draft,
                held: "",
            };
            let options = db::references::options(&mut reader, &target, region, &asking)
                .await
                .map_err(readable)?;
            // 张三（单位 职务） is called 张三 in the plan.
            let named = |label: &str| {
                labels
                    .iter()
                    .any(|name| label.split('（').next() == Some(name.as_str()))
            };
            let chosen = options.into_iter().filter(|(_, label)| named(label)).map(|(id, _)| id);
            let chosen = chosen.collect::<Vec<_>>().join(",");
            draft.set(key, chosen);
        }
        Ok(())
    }

    async fn upload(
        &self,
        entry: &Entry,
        signed: &Signed,
        region: &Region,
        record: &str,
        draft: &mut Draft,
    ) -> Result<(), String> {
        let hamlets = {
            let mut reader = self.app.store.reader().await.map_err(readable)?;
            db::hamlets::planned(&mut reader, region).await.map_err(readable)?
        };
        let mut ids: HashMap<&str, Vec<String>> = HashMap::new();
        for file in &entry.files {
            let staged = attachments::stage(self.app, signed, entry.form, record, file.field, &file.name, file.bytes);
            let id = staged.await.map_err(readable)?.id;
            if let Some((hamlet, _)) = hamlets.iter().find(|(_, name)| *name == file.about) {
                draft.subjects.insert(id.clone(), hamlet.clone());
            }
            ids.entry(file.field).or_default().push(id);
        }
        ids.into_iter().for_each(|(field, ids)| draft.set(field, ids.join(",")));
        Ok(())
    }

    async fn save(
        &self,
        entry: &Entry,
        signed: &Signed,
        record: &str,
        version: i64,
        draft: Draft,
    ) -> Result<i64, String> {
        let key = id(entry, &version.to_string());
        let save = Save {
            form: entry.form,
            id: record,
            version,
            key: &key,
            draft,
        };
        Ok(records::save(self.app, signed, save).await.map_err(readable)?.version)
    }

    /// Does what the review does with a record.
    async fn act(&mut self, entry: &Entry, record: &str, act: &DemoAct) -> Result<(), String> {
        let signed = self.signed(&act.by).await?;
        let mut reader = self.app.store.reader().await.map_err(readable)?;
        let (form, record) = match forms::find(&act.on) {
            None => (entry.form, record.to_owned()),
            Some(form) => {
                let reference = form.fields().find(|field| matches!(field.shown, Shown::Never));
                let reference = reference.ok_or_else(|| format!("{} points nowhere", form.key))?.key;
                let pointing = db::records::pointing_at(&mut reader, form, reference, &[record.to_owned()]).await;
                let (_, id, _) = pointing
                    .map_err(readable)?
                    .into_iter()
                    .next()
                    .ok_or_else(|| format!("no {} of {record}", form.key))?;
                (form, id)
            }
        };
        let stored = db::records::find(&mut reader, form, &record).await.map_err(readable)?;
        drop(reader);
        let action = workflow::Action {
            form,
            id: &record,
            version: stored.map_or(0, |stored| stored.version),
            verb: act.verb,
            opinion: &act.opinion,
            receiver: "",
            pins: &act.pins,
            values: &act.values,
        };
        workflow::act(self.app, &signed, &action).await.map_err(readable)
    }

    async fn set(&mut self, switch: &Switch) -> Result<(), String> {
        let signed = self.signed(&switch.by).await?;
        let own = signed.ready().map_err(readable)?.region.clone();
        let region = switch.region.as_ref().unwrap_or(&own);
        let movement = completions::Movement {
            region,
            year: &switch.year,
            done: switch.done,
            reason: &switch.reason,
        };
        completions::set(self.app, &signed, switch.step, movement)
            .await
            .map_err(readable)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::account::AccountKind;
    use crate::domain::attachment::FileType;
    use crate::domain::field::Kind;
    use crate::domain::problem::Severity;
    use crate::domain::validate::check;
    use crate::forms;
    use crate::server::seed::{accounts::Planned, accounts::planned, divisions::rows};

    /// The draft with invented ids where only the store knows the real ones.
    fn complete(entry: &Entry) -> Draft {
        let mut draft = entry.draft.clone();
        for (field, slot) in entry.form.slots() {
            let of_field: Vec<_> = entry.files.iter().filter(|file| file.field == field.key).collect();
            assert!(
                of_field
                    .iter()
                    .all(|file| FileType::of_name(&file.name).is_some_and(|kind| slot.types.contains(&kind)))
            );
            let ids = of_field.iter().enumerate().map(|(number, _)| number.to_string());
            draft.set(field.key, ids.collect::<Vec<_>>().join(","));
        }
        for (field, _, labels) in &entry.references {
            draft.set(field, labels.join(","));
        }
        draft
    }

    /// Whether there is such an account: a natural village's comes with the village that it is in.
    fn filler(accounts: &[Planned], login_key: &str) -> AccountKind {
        let (place, is_hamlet) = match login_key.split_once('/') {
            Some((village, _)) => (village, true),
            None => (login_key, false),
        };
        let found = accounts
            .iter()
            .find(|plan| plan.login_key == place && has(&plan.region));
        match found {
            Some(_) if is_hamlet => AccountKind::NaturalVillage,
            Some(plan) => plan.kind,
            None => panic!("no demo account {login_key}"),
        }
    }

    #[test]
    fn every_record_passes_the_rules_of_its_form() {
        let accounts = planned(&rows().unwrap());
        for entry in plan().unwrap().entries {
            let filler = filler(&accounts, &entry.by);
            assert!(
                entry.form.fillers.contains(&filler),
                "{} by {}",
                entry.form.key,
                entry.by
            );
            let mut draft = complete(&entry);
            let mut problems = check(entry.form, &draft, "2023-12-31").problems;
            // A contract that does not add up yet may be saved.
            problems.retain(|problem| problem.severity != Severity::Warning);
            assert!(
                problems.is_empty(),
                "{} by {}: {problems:?} in {draft:?}",
                entry.form.key,
                entry.by
            );
            entry
                .then
                .iter()
                .for_each(|(field, text)| draft.set(field, text.as_str()));
            let mut later = check(entry.form, &draft, "2023-12-31").problems;
            later.retain(|problem| problem.severity != Severity::Warning);
            assert!(later.is_empty(), "{} by {}", entry.form.key, entry.by);
        }
    }

    #[test]
    fn every_form_has_records_and_every_choice_of_the_training_occurs() {
        let entries = plan().unwrap().entries;
        for form in forms::ALL.iter().filter(|form| !form.comes_by_itself) {
            assert!(entries.iter().any(|entry| entry.form.key == form.key), "{}", form.key);
        }
        for key in ["mobilization", "training"] {
            let of_form: Vec<_> = entries.iter().filter(|entry| entry.form.key == key).collect();
            assert!(of_form.len() >= 35, "{key}: lists have a second page");
            let choices = of_form[0].form.fields().filter_map(|field| match field.kind {
                Kind::Choice(list) => Some((field.key, list)),
                _ => None,
            });
            for (field, list) in choices {
                for code in list.codes() {
                    assert!(
                        of_form.iter().any(|entry| entry.draft.text(field) == code.code),
                        "{key}: {}",
                        code.label
                    );
                }
            }
        }
    }

    #[test]
    fn ids_are_stable_and_differ() {
        let entries = plan().unwrap().entries;
        let ids: std::collections::HashSet<_> = entries.iter().map(|entry| id(entry, "")).collect();
        assert_eq!(ids.len(), entries.len());
        assert_eq!(id(&entries[0], ""), id(&plan().unwrap().entries[0], ""));
        assert!(ids.iter().all(|id| uuid::Uuid::parse_str(id).is_ok()));
    }

    #[test]
    fn switches_are_moved_by_those_who_may() {
        let accounts = planned(&rows().unwrap());
        for switch in plan().unwrap().switches {
            let kind = filler(&accounts, &switch.by);
            let may = if switch.region.is_some() && !switch.done {
                switch.step.reopeners
            } else {
                switch.step.closers
            };
            assert!(may.contains(&kind), "{} by {}", switch.step.key, switch.by);
        }
    }
}
