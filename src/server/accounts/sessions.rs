//! Sessions of accounts: seen, and ended by their owner or an administrator.

use super::own::own_line;
use super::{find, note};
use crate::api::administration::SessionLine;
use crate::domain::audit::Act;
use crate::domain::duty::Duty;
use crate::error::AppError;
use crate::server::clock::shown;
use crate::server::db::{self, Connection};
use crate::server::session::{self, Signed};
use crate::server::state::App;
use std::collections::BTreeSet;

/// What a session is called by: nobody can make its token of that.
fn session_id(token_hash: &str) -> String {
    session::hash(token_hash).chars().take(16).collect()
}

pub(super) async fn sessions(
    app: &App,
    connection: &mut Connection,
    signed: &Signed,
    account: &str,
) -> Result<Vec<SessionLine>, AppError> {
    let held = db::sessions::of_account(connection, account, &app.clock.now()).await?;
    let lines = held.into_iter().map(|one| SessionLine {
        id: session_id(&one.token_hash),
        since: shown(&one.created_at),
        seen_at: shown(&one.seen_at),
        address: one.address,
        agent: short_agent(&one.agent),
        person: one.person.unwrap_or_default(),
        is_own: one.token_hash == signed.token_hash,
    });
    Ok(lines.collect())
}

/// Browser and system of a user agent, as people call them.
fn short_agent(agent: &str) -> String {
    const BROWSERS: [(&str, &str); 8] = [
        ("MicroMessenger", "微信"),
        ("Edg", "Edge"),
        ("QQBrowser", "QQ 浏览器"),
        ("360", "360 浏览器"),
        ("Firefox", "Firefox"),
        ("Chrome", "Chrome"),
        ("Safari", "Safari"),
        ("curl", "curl"),
    ];
    const SYSTEMS: [(&str, &str); 6] = [
        ("HarmonyOS", "鸿蒙"),
        ("Android", "安卓"),
        ("iPhone", "iPhone"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    ];
    let named = |list: &[(&str, &'static str)]| {
        let found = list.iter().find(|(word, _)| agent.contains(word));
        found.map(|(_, name)| *name)
    };
    match (named(&BROWSERS), named(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} · {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => agent.chars().take(40).collect(),
    }
}

/// 下线: ends a session of an account, or all of them.
pub async fn end_session(app: &App, signed: &Signed, id: &str, session: Option<&str>) -> Result<(), AppError> {
    let mut tx = app.store.begin().await?;
    let (permit, account, _) = find(&mut tx, signed, id, Duty::EndSessions).await?;
    let now = app.clock.now();
    let said = end(app, &mut tx, &account.id, session, "").await?;
    note(&mut tx, &permit, Act::EndSession, &account, &said, &[], &now).await?;
    Ok(tx.commit().await?)
}

/// Ends a session, or all but the one that is kept; answers which.
async fn end(
    app: &App,
    connection: &mut Connection,
    account: &str,
    session: Option<&str>,
    kept: &str,
) -> Result<String, AppError> {
    let held = db::sessions::of_account(&mut *connection, account, &app.clock.now()).await?;
    let chosen = held.into_iter().filter(|one| match session {
        Some(id) => session_id(&one.token_hash) == id,
        None => one.token_hash != kept,
    });
    let chosen: Vec<_> = chosen.collect();
    if chosen.is_empty() && session.is_some() {
        return Err(AppError::Conflict("该会话已经结束".to_owned()));
    }
    for one in &chosen {
        db::sessions::end(&mut *connection, &one.token_hash).await?;
    }
    let places: BTreeSet<&str> = chosen.iter().map(|one| one.address.as_str()).collect();
    let places: Vec<&str> = places.into_iter().collect();
    Ok(format!("{} 个会话 {}", chosen.len(), places.join("、")))
}

/// Ends own sessions elsewhere: one, or all but this one.
pub async fn end_own(app: &App, signed: &Signed, session: Option<&str>) -> Result<(), AppError> {
    let account = signed.ready()?;
    let now = app.clock.now();
    let mut tx = app.store.begin().await?;
    let said = end(app, &mut tx, &account.id, session, &signed.token_hash).await?;
    let line = own_line(account, Act::EndSession, &said, &signed.address, &now);
    db::audits::write(&mut tx, &line).await?;
    Ok(tx.commit().await?)
}
