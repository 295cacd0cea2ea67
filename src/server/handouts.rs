//! What is handed out once: first passwords, and numbers that somebody asked to see. It waits a few minutes in the store, for
//! whoever made it, so that any server process hands it out. What it says is sealed under the word by which it is fetched: the
//! store holds only that word's hash, so whoever reads the store or a copy of it opens nothing.

use super::db::{self, Connection, handouts::Kept, internal};
use super::sealing;
use super::session;
use super::state::App;
use crate::error::AppError;

/// Seconds for which it waits.
const KEPT: i64 = 15 * 60;
/// At most so many wait; the oldest go first.
const MOST: i64 = 200;
/// At most so many of these are for people who are not signed in: they take nobody else's place.
const MOST_OF_STRANGERS: i64 = 50;

/// Something to be handed out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Handout {
    /// A sentence for the screen.
    Told(String),
    /// A workbook: its name and its content.
    Workbook(String, Vec<u8>),
}

/// Whose it is.
#[derive(Debug, Clone, Copy)]
pub enum Owner<'a> {
    /// An account, by its id.
    Account(&'a str),
    /// Somebody at an address who has not signed in.
    Stranger(&'a str),
}

impl<'a> Owner<'a> {
    const fn text(self) -> &'a str {
        match self {
            Self::Account(text) | Self::Stranger(text) => text,
        }
    }

    const fn is_strange(self) -> bool {
        matches!(self, Self::Stranger(_))
    }
}

/// Keeps it within what it is about; answers the word under which it is fetched.
pub async fn keep(
    app: &App,
    connection: &mut Connection,
    owner: Owner<'_>,
    handout: &Handout,
) -> Result<String, AppError> {
    let word = session::new_token();
    let id = session::hash(&word);
    let (name, content) = match handout {
        Handout::Told(text) => ("", text.as_bytes()),
        Handout::Workbook(name, content) => (name.as_str(), content.as_slice()),
    };
    let most = match owner.is_strange() {
        true => MOST_OF_STRANGERS,
        false => MOST,
    };
    db::handouts::make_room(&mut *connection, owner.is_strange(), &oldest(app), most).await?;
    let kept = Kept {
        name: name.to_owned(),
        content: sealing::seal_bytes(&key(&word), &id, content)?,
    };
    db::handouts::keep(
        connection,
        &id,
        owner.text(),
        owner.is_strange(),
        &app.clock.now(),
        &kept,
    )
    .await?;
    Ok(word)
}

/// Hands it out: once, and only to whoever it is for.
pub async fn take(
    app: &App,
    connection: &mut Connection,
    owner: Owner<'_>,
    word: &str,
) -> Result<Option<Handout>, AppError> {
    let id = session::hash(word);
    let kept = db::handouts::take(connection, &id, owner.text(), owner.is_strange(), &oldest(app)).await?;
    kept.map(|kept| opened(word, &id, kept)).transpose()
}

/// The sentence that waits under a word, and then no longer does.
pub async fn told(app: &App, owner: Owner<'_>, word: &str) -> Result<Option<String>, AppError> {
    // Pages ask with every word that stands in their address, mostly none.
    if word.is_empty() || !waits(app, &mut *app.store.reader().await?, owner, word).await? {
        return Ok(None);
    }
    let mut tx = app.store.begin().await?;
    let handout = take(app, &mut tx, owner, word).await?;
    tx.commit().await?;
    Ok(match handout {
        Some(Handout::Told(text)) => Some(text),
        _ => None,
    })
}

/// Whether it still waits.
pub async fn waits(app: &App, connection: &mut Connection, owner: Owner<'_>, word: &str) -> Result<bool, AppError> {
    let id = session::hash(word);
    Ok(db::handouts::waits(connection, &id, owner.text(), owner.is_strange(), &oldest(app)).await?)
}

/// Removes what nobody has fetched.
pub async fn sweep(app: &App, connection: &mut Connection) -> Result<(), AppError> {
    Ok(db::handouts::sweep(connection, &oldest(app)).await?)
}

fn opened(word: &str, id: &str, kept: Kept) -> Result<Handout, AppError> {
    let content = sealing::open_bytes(&key(word), id, &kept.content)?;
    Ok(match kept.name.as_str() {
        "" => Handout::Told(String::from_utf8(content).map_err(|error| internal(&error))?),
        _ => Handout::Workbook(kept.name, content),
    })
}

/// The key under which it is sealed; from the id in the store it cannot be found.
fn key(word: &str) -> String {
    session::hash(&format!("handout {word}"))
}

fn oldest(app: &App) -> String {
    app.clock.after(-KEPT)
}
