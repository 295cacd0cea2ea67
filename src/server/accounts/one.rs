//! One account: what can be done for it, where it is signed in, who used it when.

use super::list::lines;
use super::sessions::sessions;
use super::{find, is_masked, shown_phone};
use crate::api::administration::{AccountView, UseLine};
use crate::domain::audit::Act;
use crate::domain::duty::Duty;
use crate::error::AppError;
use crate::server::authorize::duties;
use crate::server::clock::shown;
use crate::server::db::{self, Connection, account_lists};
use crate::server::handouts::{self, Owner};
use crate::server::second_factor;
use crate::server::session::Signed;
use crate::server::state::App;
use crate::server::throttle;

/// Lines of 使用记录.
const MOST_USES: i64 = 50;

/// One account.
pub async fn page(app: &App, signed: &Signed, id: &str, told: &str) -> Result<AccountView, AppError> {
    let viewer = signed.ready()?;
    let mut reader = app.store.reader().await?;
    let (_, account, _) = find(&mut reader, signed, id, Duty::See).await?;
    let listed = account_lists::find(&mut reader, id).await?.ok_or(AppError::NotFound)?;
    let duties = duties(viewer, &account);
    let line = lines(app, &mut reader, viewer, std::slice::from_ref(&listed)).await?;
    let line = line.into_iter().next().ok_or(AppError::NotFound)?;
    let sessions = match duties.contains(&Duty::EndSessions) {
        true => sessions(app, &mut reader, signed, id).await?,
        false => Vec::new(),
    };
    let uses = match duties.contains(&Duty::SeeUse) {
        true => uses(&mut reader, id).await?,
        false => Vec::new(),
    };
    let users = account_lists::users(&mut reader, id).await?.into_iter();
    let rests = throttle::wait(app, &mut reader, &account.login_key, "", false).await?;
    let is_bound = db::accounts::by_id(&mut reader, id)
        .await?
        .is_some_and(|stored| stored.second_factor.is_some());
    let devices = db::sessions::count_devices(&mut reader, id).await?;
    drop(reader);
    let told = handouts::told(app, Owner::Account(&viewer.id), told).await?;
    Ok(AccountView {
        line,
        created_at: shown(&listed.created_at),
        password_set_at: listed.password_changed_at.as_deref().map_or(String::new(), shown),
        devices,
        rests: rests.map_or(0, |seconds| seconds.div_ceil(60)),
        users: users
            .map(|user| (user.name, shown_phone(viewer, &user.phone), shown(&user.added_at)))
            .collect(),
        duties,
        sessions,
        uses,
        second_factor: second_factor::is_on(app).then_some(is_bound),
        is_masked: is_masked(viewer) && !listed.person_phone.is_empty(),
        told,
    })
}

async fn uses(connection: &mut Connection, id: &str) -> Result<Vec<UseLine>, AppError> {
    let acts = [Act::SignIn, Act::SignOut, Act::ChangePerson, Act::ChangePassword].map(Act::key);
    let entries = db::logs::of_account(connection, id, &acts, MOST_USES).await?;
    let lines = entries.into_iter().map(|entry| {
        let done = Act::from_key(&entry.act).map_or("", Act::done);
        let what = match entry.opinion.is_empty() {
            true => done.to_owned(),
            false => format!("{done}：{}", entry.opinion),
        };
        UseLine {
            at: shown(&entry.at),
            what,
            person: entry.person_name,
            address: entry.address,
        }
    });
    Ok(lines.collect())
}
