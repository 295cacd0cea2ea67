//! A link to a work report for the cadre himself (spec §12): for seven days whoever holds it opens that report and nothing
//! else, without signing in. And the code on a report, by which anybody can ask whether it was issued (F-31).

use super::{Asked, Export, exported, gather, note, permitted};
use crate::api::reports::{FreshLink, IssuedReport, LinkedReport, LinksView, Report, ReportLink};
use crate::domain::audit::Act;
use crate::domain::region::Region;
use crate::error::AppError;
use crate::server::clock::shown;
use crate::server::db::attachments::Stored;
use crate::server::db::report_links::Link;
use crate::server::db::reports::Human;
use crate::server::db::{self, audits::Line};
use crate::server::qr;
use crate::server::session::{Signed, hash, new_token};
use crate::server::state::App;
use crate::server::throttle;
use sha2::{Digest, Sha256};

/// For so many seconds a link opens something.
const KEPT_FOR: i64 = 7 * 24 * 3_600;
/// Links of a village at a time.
const MOST: usize = 100;
/// Links that one address opens in an hour, photos included; a cadre opens a few.
const OPENED_BY_ADDRESS: usize = 600;
/// Codes that are checked from one address in an hour.
const CHECKED_BY_ADDRESS: usize = 60;
/// Letters of a code: those that nobody takes for another.
const LETTERS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
/// How many of them.
const LENGTH: usize = 10;

/// Makes a link to the report of one person; answers its token, which nobody learns again.
pub async fn make(app: &App, signed: &Signed, asked: &Asked) -> Result<String, AppError> {
    let (permit, village) = permitted(app, signed, asked.region.as_ref())?;
    let [entry] = asked.people.as_slice() else {
        return Err(AppError::Conflict("请选择一位人员，再点“分享链接”".to_owned()));
    };
    let now = app.clock.now();
    let mut tx = app.store.begin().await?;
    let approved = db::reports::approved(&mut tx, &village).await?;
    let approved = approved.into_iter().find(|approved| approved.id == *entry);
    let human = Human::of(&approved.ok_or(AppError::NotFound)?);
    if db::report_links::of_village(&mut tx, &village, &now).await?.len() >= MOST {
        return Err(AppError::Conflict(format!(
            "本村有效的分享链接已达 {MOST} 个，请先撤销不用的链接"
        )));
    }
    let link = Link {
        id: db::new_id(),
        region: village,
        entry: entry.clone(),
        human,
        options: asked.options,
        created_by: permit.account().id.clone(),
        created_at: now.clone(),
        expires_at: app.clock.after(KEPT_FOR),
    };
    let token = new_token();
    db::report_links::make(&mut tx, &link, &hash(&token)).await?;
    let opinion = format!("{}的工作报告，有效期至 {}", link.human.name, shown(&link.expires_at));
    let line = Line {
        account: Some(permit.account()),
        act: Act::Share,
        region: Some(&link.region),
        record: None,
        step: None,
        opinion: &opinion,
        changes: &[],
        address: permit.address(),
        now: &now,
    };
    db::audits::write(&mut tx, &line).await?;
    tx.commit().await?;
    Ok(token)
}

/// The links of a village that open something; the one with this token, which was just made, with its address.
pub async fn list(app: &App, signed: &Signed, region: Option<&Region>, token: &str) -> Result<LinksView, AppError> {
    let (permit, village) = permitted(app, signed, region)?;
    let now = app.clock.now();
    let mut reader = app.store.reader().await?;
    let links = db::report_links::of_village(&mut reader, &village, &now).await?;
    let made = match token {
        "" => None,
        token => db::report_links::by_token(&mut reader, &hash(token), &now).await?,
    };
    let own = made.filter(|link| link.region == village && link.created_by == permit.account().id);
    let fresh = match own {
        Some(link) => {
            let address = address(app, token);
            let drawing = qr::drawing(&address)?;
            Some(FreshLink {
                name: link.human.name,
                code: format!("data:image/svg+xml,{}", crate::record::encoded(&drawing)),
                address,
            })
        }
        None => None,
    };
    let links = links.into_iter().map(|link| ReportLink {
        id: link.id,
        name: link.human.name,
        created_at: shown(&link.created_at),
        expires_at: shown(&link.expires_at),
    });
    Ok(LinksView {
        links: links.collect(),
        fresh,
    })
}

/// Takes a link back: from now on it opens nothing.
pub async fn revoke(app: &App, signed: &Signed, region: &Region, id: &str) -> Result<(), AppError> {
    let (permit, village) = permitted(app, signed, Some(region))?;
    let now = app.clock.now();
    let mut tx = app.store.begin().await?;
    let name = db::report_links::revoke(&mut tx, &village, id, &now).await?;
    let opinion = format!("{}的工作报告", name.ok_or(AppError::NotFound)?);
    let line = Line {
        account: Some(permit.account()),
        act: Act::Unshare,
        region: Some(&village),
        record: None,
        step: None,
        opinion: &opinion,
        changes: &[],
        address: permit.address(),
        now: &now,
    };
    db::audits::write(&mut tx, &line).await?;
    Ok(tx.commit().await?)
}

/// The report behind a link; that it was read is written down.
pub async fn open(app: &App, signed: &Signed, token: &str) -> Result<LinkedReport, AppError> {
    let link = find(app, signed, token).await?;
    let report = report(app, &link).await?;
    note(app, None, &signed.address, &link.region, std::slice::from_ref(&report)).await?;
    Ok(LinkedReport {
        report,
        expires_at: shown(&link.expires_at),
    })
}

/// The Word file behind a link.
pub async fn export(app: &App, signed: &Signed, token: &str) -> Result<Export, AppError> {
    let link = find(app, signed, token).await?;
    report(app, &link).await?;
    let scope = &link.region;
    exported(app, None, &signed.address, scope, scope, &asked(&link)).await
}

/// A photo that stands in the report behind a link.
pub async fn photo(app: &App, signed: &Signed, token: &str, id: &str) -> Result<Stored, AppError> {
    let link = find(app, signed, token).await?;
    let report = report(app, &link).await?;
    let passages = report.chapters.iter().flat_map(|chapter| &chapter.passages);
    let mut photos = passages
        .flat_map(|passage| &passage.entries)
        .flat_map(|entry| &entry.photos);
    if !photos.any(|photo| photo == id) {
        return Err(AppError::NotFound);
    }
    let stored = db::attachments::find(&mut *app.store.reader().await?, id).await?;
    stored.ok_or(AppError::NotFound)
}

/// The link of a token. One that has ended, was taken back or never was looks the same.
async fn find(app: &App, signed: &Signed, token: &str) -> Result<Link, AppError> {
    throttle::take(app, &format!("report link {}", signed.address), OPENED_BY_ADDRESS).await?;
    let mut reader = app.store.reader().await?;
    let link = db::report_links::by_token(&mut reader, &hash(token), &app.clock.now()).await?;
    link.ok_or(AppError::NotFound)
}

fn asked(link: &Link) -> Asked {
    Asked {
        region: Some(link.region.clone()),
        people: vec![link.entry.clone()],
        options: link.options,
    }
}

/// Of the village that shared it alone, and of whom it was made for: an entry may have become another's.
async fn report(app: &App, link: &Link) -> Result<Report, AppError> {
    let approved = db::reports::approved(&mut *app.store.reader().await?, &link.region).await?;
    let entry = approved.into_iter().find(|entry| entry.id == link.entry);
    if entry.map(|entry| Human::of(&entry)).as_ref() != Some(&link.human) {
        return Err(AppError::NotFound);
    }
    let reports = gather(app, &link.region, &link.region, &asked(link)).await?;
    reports.into_iter().next().ok_or(AppError::NotFound)
}

fn public(app: &App) -> String {
    match app.config.public_url.trim_end_matches('/') {
        "" => format!("http://{}", app.config.address),
        public => public.to_owned(),
    }
}

fn address(app: &App, token: &str) -> String {
    format!("{}/r/{token}", public(app))
}

/// Where codes are checked.
pub fn check_address(app: &App) -> String {
    format!("{}/reports/check", public(app))
}

/// The code of a report: what it says, of whom and on which day. The same report has the same code.
pub fn code(village: &Region, report: &Report) -> String {
    let content = serde_json::to_string(report).unwrap_or_default();
    let digest = Sha256::digest(format!("{village}\n{content}"));
    let letters = digest.iter().take(LENGTH);
    letters
        .map(|byte| char::from(LETTERS[usize::from(byte % 32)]))
        .collect()
}

/// Whether a report with that code about that person was issued, when and by which village: no more.
pub async fn check(app: &App, signed: &Signed, code: &str, name: &str) -> Result<Option<IssuedReport>, AppError> {
    throttle::take(app, &format!("report code {}", signed.address), CHECKED_BY_ADDRESS).await?;
    let letters = code.chars().filter(char::is_ascii_alphanumeric);
    let code: String = letters
        .map(|letter| letter.to_ascii_uppercase())
        .take(LENGTH + 1)
        .collect();
    let issued = db::report_links::issued(&mut *app.store.reader().await?, &code, name.trim()).await?;
    Ok(issued.map(|(issued_on, region)| IssuedReport {
        issued_on,
        village: app.divisions.path(&region),
    }))
}
