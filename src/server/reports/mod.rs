//! 导出工作报告 (manual 6.13(4), spec §12): what a returning cadre took part in, gathered from 工作纪实 by 参与人, as content
//! and as Word files.

mod chapter;
mod document;
pub mod links;
mod pictures;

pub use document::document;
pub use pictures::{Picture, Pictures};

use super::authorize::{Permit, to_read};
use super::db::records::Stored;
use super::db::reports::Human;
use super::db::{self, Connection, audits::Line, internal};
use super::records;
use super::session::Signed;
use super::state::App;
use super::word;
use crate::api::reports::{Report, ReportOptions, ReportPerson};
use crate::domain::account::{Account, AccountKind};
use crate::domain::audit::Act;
use crate::domain::date::days_inclusive;
use crate::domain::region::Region;
use crate::error::AppError;
use crate::forms::planning::outcomes;
use crate::forms::work_log::RETURNING_CADRES;
use chapter::Village;
use std::collections::{BTreeMap, BTreeSet};

/// Reports of one export.
const MOST_PEOPLE: usize = 200;

/// Whose reports are asked for, and what stands in them.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// The village that the page is about; none for an account that has only one.
    pub region: Option<Region>,
    /// Record ids in 名单报审.
    pub people: Vec<String>,
    /// What stands in them.
    pub options: ReportOptions,
}

/// An export that is ready to be sent.
pub struct Export {
    /// Its name as a file.
    pub name: String,
    /// A Word file, or an archive of several.
    pub is_archive: bool,
    /// Its bytes.
    pub content: Vec<u8>,
}

/// Who reads 工作成效 of a village reads what its people have done. Technical units do not: it is about persons (spec §12).
fn permitted(app: &App, signed: &Signed, region: Option<&Region>) -> Result<(Permit, Region), AppError> {
    let permit = to_read(signed, &outcomes::FORM)?;
    if permit.account().kind == AccountKind::TechnicalUnit {
        return Err(AppError::NotFound);
    }
    Ok((permit, records::village(app, signed, region)?))
}

/// The returning cadres of a village who have passed, each human once.
pub async fn people(app: &App, signed: &Signed, region: Option<&Region>) -> Result<Vec<ReportPerson>, AppError> {
    let (_, village) = permitted(app, signed, region)?;
    let mut reader = app.store.reader().await?;
    let approved = db::reports::approved(&mut reader, &village).await?;
    let humans = db::reports::humans(&mut reader, &village).await?;
    let logs = db::reports::participants(&mut reader, &village).await?;
    let names = |log: &[String], human: &Human| log.iter().any(|id| humans.get(id) == Some(human));
    let mut told = BTreeSet::new();
    let mut people = Vec::new();
    for entry in &approved {
        let human = Human::of(entry);
        if !told.insert(human.clone()) {
            continue;
        }
        let unit = entry.text("unit");
        people.push(ReportPerson {
            id: entry.id.clone(),
            label: match unit.is_empty() {
                true => human.name.clone(),
                false => format!("{}（{unit}）", human.name),
            },
            entries: logs.iter().filter(|log| names(log, &human)).count(),
        });
    }
    Ok(people)
}

/// The reports as content; that they were read is written down like an export.
pub async fn told(app: &App, signed: &Signed, asked: &Asked) -> Result<Vec<Report>, AppError> {
    let (permit, village) = permitted(app, signed, asked.region.as_ref())?;
    let reports = gather(app, permit.scope(), &village, asked).await?;
    note(app, Some(permit.account()), permit.address(), &village, &reports).await?;
    Ok(reports)
}

/// The reports as a Word file, or one for each person in an archive.
pub async fn export(app: &App, signed: &Signed, asked: &Asked) -> Result<Export, AppError> {
    let (permit, village) = permitted(app, signed, asked.region.as_ref())?;
    exported(
        app,
        Some(permit.account()),
        permit.address(),
        permit.scope(),
        &village,
        asked,
    )
    .await
}

/// Whoever asks has been let in.
async fn exported(
    app: &App,
    account: Option<&Account>,
    address: &str,
    scope: &Region,
    village: &Region,
    asked: &Asked,
) -> Result<Export, AppError> {
    // Never more than a few at a time: what people do on the screen comes first.
    let _turn = app.imports.turn().await?;
    let reports = gather(app, scope, village, asked).await?;
    let pictures = pictures::of(app, &reports).await?;
    let place = app.divisions.short(village);
    let packed = tokio::task::spawn_blocking(move || {
        let export = pack(&reports, &pictures, &place);
        (reports, export)
    });
    let (reports, export) = packed.await.map_err(|error| internal(&error))?;
    note(app, account, address, village, &reports).await?;
    export
}

/// The reports of these people, each human once. Whoever is not a returning cadre of the village is not found.
async fn gather(app: &App, scope: &Region, village: &Region, asked: &Asked) -> Result<Vec<Report>, AppError> {
    if asked.people.is_empty() {
        return Err(AppError::Conflict("请选择人员姓名".to_owned()));
    }
    if asked.people.len() > MOST_PEOPLE {
        return Err(AppError::Conflict(format!("一次最多导出 {MOST_PEOPLE} 人的工作报告")));
    }
    let mut reader = app.store.reader().await?;
    let approved = db::reports::approved(&mut reader, village).await?;
    let mut told = BTreeSet::new();
    let mut known = BTreeMap::new();
    let mut reports = Vec::new();
    for id in &asked.people {
        let entry = approved.iter().find(|entry| entry.id == *id);
        let human = Human::of(entry.ok_or(AppError::NotFound)?);
        if told.insert(human.clone()) {
            let mut report = about(app, &mut reader, scope, village, &human, asked.options, &mut known).await?;
            report.code = links::code(village, &report);
            report.check_at = links::check_address(app);
            reports.push(report);
        }
    }
    Ok(reports)
}

/// The report of one human: a chapter for each village in the scope, the asked one first. What is known of a
/// village is read once for all people.
async fn about(
    app: &App,
    reader: &mut Connection,
    scope: &Region,
    first: &Region,
    human: &Human,
    options: ReportOptions,
    known: &mut BTreeMap<Region, Village>,
) -> Result<Report, AppError> {
    let entries = db::reports::entries_about(&mut *reader, human, scope).await?;
    let mut regions: Vec<&Region> = entries.iter().map(|entry| &entry.region).collect();
    regions.sort_by_key(|region| (*region != first, *region));
    regions.dedup();
    let (mut chapters, mut spans) = (Vec::new(), Vec::new());
    for region in regions {
        if !known.contains_key(region) {
            known.insert(region.clone(), Village::read(app, &mut *reader, region).await?);
        }
        let Some(village) = known.get(region) else {
            continue;
        };
        let own: Vec<&Stored> = entries.iter().filter(|entry| entry.region == *region).collect();
        // Who was proposed and never passed has done nothing there; who has left since has.
        if !own.iter().any(|entry| has_passed(entry)) && village.logs_of(human).next().is_none() {
            continue;
        }
        let places = own
            .iter()
            .copied()
            .filter(|entry| has_passed(entry) || entry.status == "left");
        let places: Vec<&Stored> = places.collect();
        let places = if places.is_empty() { own } else { places };
        spans.extend(village.spans_of(human));
        chapters.push(village.chapter(&mut *reader, human, &places, options).await?);
    }
    Ok(Report {
        name: human.name.clone(),
        made_on: app.clock.today(),
        days: days(spans),
        chapters,
        code: String::new(),
        check_at: String::new(),
    })
}

fn has_passed(entry: &Stored) -> bool {
    RETURNING_CADRES.states.contains(&entry.status.as_str())
}

/// Days of a union of spans: a day that several of them cover counts once (spec §12, 3).
fn days(mut spans: Vec<(String, String)>) -> i64 {
    spans.sort();
    let mut covered = String::new();
    let mut days = 0;
    for (from, to) in spans {
        if to <= covered {
            continue;
        }
        days += match from <= covered {
            true => days_inclusive(&covered, &to).map_or(0, |days| days - 1),
            false => days_inclusive(&from, &to).unwrap_or(0),
        };
        covered = to;
    }
    days
}

fn pack(reports: &[Report], pictures: &Pictures, place: &str) -> Result<Export, AppError> {
    let stem = |report: &Report| word::file_stem(&report.file_stem(), "工作报告");
    if let [report] = reports {
        return Ok(Export {
            name: format!("{}.docx", stem(report)),
            is_archive: false,
            content: document(report, pictures)?,
        });
    }
    let mut archive = word::Archive::new();
    for report in reports {
        archive.add(&stem(report), "docx", &document(report, pictures)?)?;
    }
    Ok(Export {
        name: format!("{}.zip", word::file_stem(&format!("{place}工作报告"), "工作报告")),
        is_archive: true,
        content: archive.finish()?,
    })
}

/// That reports were read is written down like an export, and that they were issued for whoever checks a paper.
async fn note(
    app: &App,
    account: Option<&Account>,
    address: &str,
    village: &Region,
    reports: &[Report],
) -> Result<(), AppError> {
    let names: Vec<&str> = reports.iter().map(|report| report.name.as_str()).collect();
    let by_link = if account.is_none() {
        "通过分享链接查看"
    } else {
        ""
    };
    let about = format!("{by_link}工作报告 {} 份：{}", names.len(), names.join("、"));
    let mut tx = app.store.begin().await?;
    for report in reports {
        db::report_links::issue(&mut tx, &report.code, &report.name, village, &report.made_on).await?;
    }
    db::audits::write(
        &mut tx,
        &Line {
            account,
            act: Act::Export,
            region: Some(village),
            record: None,
            step: None,
            opinion: &about,
            changes: &[],
            address,
            now: &app.clock.now(),
        },
    )
    .await?;
    Ok(tx.commit().await?)
}

#[cfg(test)]
mod tests {
    use super::days;

    fn spans(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        let pairs = pairs.iter();
        pairs.map(|(from, to)| ((*from).to_owned(), (*to).to_owned())).collect()
    }

    #[test]
    fn a_day_counts_once_however_many_entries_it_has() {
        for (pairs, expected) in [
            (&[][..], 0),
            (&[("2023-03-01", "2023-03-01")], 1),
            (&[("2023-03-01", "2023-03-01"), ("2023-03-01", "2023-03-01")], 1),
            (&[("2023-03-03", "2023-03-05"), ("2023-03-01", "2023-03-04")], 5),
            (&[("2023-03-01", "2023-03-10"), ("2023-03-03", "2023-03-04")], 10),
            (&[("2023-02-27", "2023-02-28"), ("2023-03-01", "2023-03-02")], 4),
            (&[("2023-03-01", "2023-03-02"), ("2023-04-01", "2023-04-01")], 3),
        ] {
            assert_eq!(days(spans(pairs)), expected, "{pairs:?}");
        }
    }
}
