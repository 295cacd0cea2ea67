//! Sign-in throttling per account and per address (`security.md` M1, A06). Nobody is locked out by outsiders: a device
//! from which the account signed in before is never throttled by others' failures, only by its own. Counted in the store, so that several
//! server processes count together and a restart forgets nothing.

use super::db::{Connection, attempts};
use super::state::App;
use crate::error::AppError;

/// Failures on one account before its sign-in rests (spec §2.2).
const PER_ACCOUNT: usize = 5;
/// Failures from one address before it rests; an office shares one address.
const PER_ADDRESS: usize = 20;
/// Failures on the devices that an account knows before it rests there too: nobody guesses without end.
const PER_DEVICE: usize = 20;
/// For how many seconds failures count.
const WINDOW: i64 = 15 * 60;
/// So often within so many seconds.
const HOUR: i64 = 3_600;

fn of_account(account: &str) -> String {
    format!("account {account}")
}

fn of_known(account: &str) -> String {
    format!("known devices {account}")
}

fn of_address(address: &str) -> String {
    format!("address {address}")
}

/// Seconds to wait before this account may be tried again from this address, if any.
pub async fn wait(
    app: &App,
    connection: &mut Connection,
    account: &str,
    address: &str,
    known_device: bool,
) -> Result<Option<u64>, AppError> {
    if known_device {
        return rest(app, connection, &of_known(account), PER_DEVICE, WINDOW).await;
    }
    for (thing, most) in [(of_account(account), PER_ACCOUNT), (of_address(address), PER_ADDRESS)] {
        let rest = rest(app, connection, &thing, most, WINDOW).await?;
        if rest.is_some() {
            return Ok(rest);
        }
    }
    Ok(None)
}

/// Notes a failure. One on a device that the account knows rests nobody else: it has a measure of its own.
pub async fn failed(
    app: &App,
    connection: &mut Connection,
    account: &str,
    address: &str,
    known_device: bool,
) -> Result<(), AppError> {
    let things = match known_device {
        true => vec![of_known(account)],
        false => vec![of_account(account), of_address(address)],
    };
    Ok(attempts::note(connection, &things, &app.clock.now()).await?)
}

/// Forgets an account's failures after it signed in.
pub async fn succeeded(connection: &mut Connection, account: &str) -> Result<(), AppError> {
    attempts::forget(connection, &of_known(account)).await?;
    Ok(attempts::forget(connection, &of_account(account)).await?)
}

/// Seconds to wait before somebody who is signed in may try the old password again, if any. Counted apart: outsiders who
/// fail to sign in keep nobody from changing a password.
pub async fn wait_to_change(app: &App, connection: &mut Connection, account: &str) -> Result<Option<u64>, AppError> {
    rest(app, connection, &format!("password {account}"), PER_ACCOUNT, WINDOW).await
}

/// Notes a wrong old password.
pub async fn failed_to_change(app: &App, connection: &mut Connection, account: &str) -> Result<(), AppError> {
    let things = [format!("password {account}")];
    Ok(attempts::note(connection, &things, &app.clock.now()).await?)
}

/// Seconds to wait before whoever has given the password may try another code of 两步验证, if any.
pub async fn wait_for_code(app: &App, connection: &mut Connection, account: &str) -> Result<Option<u64>, AppError> {
    rest(app, connection, &format!("code {account}"), PER_ACCOUNT, WINDOW).await
}

/// Notes a wrong code.
pub async fn failed_code(app: &App, connection: &mut Connection, account: &str) -> Result<(), AppError> {
    Ok(attempts::note(connection, &[format!("code {account}")], &app.clock.now()).await?)
}

/// Forgets the wrong codes of an account.
pub async fn forget_codes(connection: &mut Connection, account: &str) -> Result<(), AppError> {
    Ok(attempts::forget(connection, &format!("code {account}")).await?)
}

/// Takes one of so many turns an hour; [`AppError::TooMany`] when they are used up.
pub async fn take(app: &App, thing: &str, most: usize) -> Result<(), AppError> {
    let mut tx = app.store.begin().await?;
    take_in(app, &mut tx, thing, most).await?;
    Ok(tx.commit().await?)
}

/// The same within what it is about: a turn that comes to nothing is not taken.
pub async fn take_in(app: &App, connection: &mut Connection, thing: &str, most: usize) -> Result<(), AppError> {
    app.store.turn(&mut *connection, &format!("attempts/{thing}")).await?;
    if let Some(seconds) = rest(app, connection, thing, most, HOUR).await? {
        return Err(AppError::TooMany(seconds));
    }
    Ok(attempts::note(connection, &[thing.to_owned()], &app.clock.now()).await?)
}

/// Forgets what counts no more.
pub async fn sweep(app: &App, connection: &mut Connection) -> Result<(), AppError> {
    Ok(attempts::sweep(connection, &app.clock.after(-HOUR)).await?)
}

async fn rest(
    app: &App,
    connection: &mut Connection,
    thing: &str,
    most: usize,
    window: i64,
) -> Result<Option<u64>, AppError> {
    let times = attempts::since(connection, thing, &app.clock.after(-window), most).await?;
    let oldest = times.last().filter(|_| times.len() >= most);
    Ok(oldest.map(|oldest| (window - app.clock.seconds_since(oldest)).max(1).unsigned_abs()))
}
