//! 公告 (spec S9.5): who reads which.

use super::db;
use super::db::announcements::Stored;
use super::records::division_names;
use super::session::Signed;
use super::state::App;
use crate::api::announcements::Announcement;
use crate::codes::ANNOUNCEMENT_REACH;
use crate::domain::account::Account;
use crate::domain::record::parts;
use crate::domain::region::Region;
use crate::error::AppError;

/// What is valid today for whoever asks.
pub async fn list(app: &App, signed: &Signed) -> Result<Vec<Announcement>, AppError> {
    // Somebody who still has to change the first password sees what strangers see.
    let account = signed.ready().ok();
    let valid = db::announcements::valid(&mut *app.store.reader().await?, &app.clock.today()).await?;
    let reached = valid.into_iter().filter(|one| reaches(one, account));
    Ok(reached.map(|one| shown(app, one)).collect())
}

/// Whether the account lies in the part of the tree that it is for.
fn reaches(announcement: &Stored, account: Option<&Account>) -> bool {
    let Some(account) = account else {
        return announcement.is_public;
    };
    let codes = match announcement.reach.as_str() {
        "cities" => &announcement.cities,
        "counties" => &announcement.counties,
        _ => return true,
    };
    let mut regions = parts(codes).filter_map(Region::parse);
    announcement.is_public || regions.any(|region| region.contains(&account.region))
}

fn shown(app: &App, one: Stored) -> Announcement {
    let reach = match one.reach.as_str() {
        "cities" => division_names(app, &one.cities),
        "counties" => division_names(app, &one.counties),
        reach => ANNOUNCEMENT_REACH.label(reach),
    };
    Announcement {
        id: one.id,
        title: one.title,
        content: one.content,
        reach,
        starts_on: one.starts_on,
        ends_on: one.ends_on,
        is_pinned: one.is_pinned,
    }
}
