//! 发函确认 by unit (spec S5.3, extras).

use crate::domain::query::ListQuery;
use crate::error::AppError;
use crate::wire::Json;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// A unit with all its people in the scope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitLine {
    /// 所在单位(全称), empty for people without one.
    pub unit: String,
    /// How many people.
    pub people: i64,
    /// Those that a letter was sent for.
    pub sent: i64,
    /// Those that it was not.
    pub unsent: i64,
    /// Those that need none.
    pub exempt: i64,
    /// Those that the unit has agreed to.
    pub agreed: i64,
    /// Those that it has not.
    pub refused: i64,
    /// How many administrative villages they come from.
    pub villages: i64,
}

/// The units of everything that the query selects, those with the most people first.
#[server(prefix = "/api", endpoint = "letter_units", input = Json, output = Json)]
pub async fn letter_units(page: String, tab: String, query: ListQuery) -> Result<Vec<UnitLine>, AppError> {
    use crate::server::{letters, session::signed};
    let (app, signed) = (crate::server::app()?, signed()?);
    let tab = super::records::find_tab(&page, &tab, signed.ready()?)?;
    letters::units(&app, &signed, tab, &query).await
}
