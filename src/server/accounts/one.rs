//! One account: what can be done for it, where it is signed in, who used it when.

use super::list::lines;
use super::sessions::sessions;
use super::{RECORD, find, is_masked, shown_phone};
use crate::api::administration::{AccountView, UseLine};
use crate::domain::audit::Act;
use crate::domain::duty::Duty;
use crate::error::AppError;
use crate::server::authorize::duties;
use crate::server::clock::shown;
use crate::server::db::{self, Connection, account_lists, logs::Entry};
use crate::server::handouts::{self, Owner};
use crate::server::logs::shown_address;
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

/// What its owners do with the account itself.
const OWN: [Act; 6] = [
    Act::SignIn,
    Act::SignOut,
    Act::ChangePerson,
    Act::ChangePassword,
    Act::BindSecondFactor,
    Act::UnbindSecondFactor,
];

/// The last uses, the newest first: what its owners did, codes that were not taken (whoever gave them had the password), and
/// phones that others took off.
async fn uses(connection: &mut Connection, id: &str) -> Result<Vec<UseLine>, AppError> {
    let failures = &second_factor::FAILURES;
    let mut entries = db::logs::of_account(connection, id, &OWN.map(Act::key), failures, MOST_USES).await?;
    let taken_off = db::logs::of_record(connection, RECORD, id, Act::ResetSecondFactor, MOST_USES).await?;
    entries.extend(taken_off);
    entries.sort_by(|one, other| (&other.at, &other.id).cmp(&(&one.at, &one.id)));
    entries.truncate(MOST_USES as usize);
    Ok(entries.into_iter().map(use_line).collect())
}

fn use_line(entry: Entry) -> UseLine {
    let act = Act::from_key(&entry.act);
    let done = act.map_or("", Act::done);
    // What others do is about the account and says its name; here it says theirs.
    let is_others = act == Some(Act::ResetSecondFactor);
    UseLine {
        at: shown(&entry.at),
        what: match entry.opinion.is_empty() || is_others {
            true => done.to_owned(),
            false => format!("{done}：{}", entry.opinion),
        },
        person: if is_others {
            entry.account_name
        } else {
            entry.person_name
        },
        address: shown_address(entry.address),
    }
}
