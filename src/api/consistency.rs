//! The consistency panel of a village (spec F-02).

use crate::domain::region::Region;
use crate::error::AppError;
use crate::wire::Json;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// Numbers of a village that should agree.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConsistencyView {
    /// The village.
    pub region: Region,
    /// Its name.
    pub name: String,
    /// Short names from 州(市) down.
    pub path: String,
    /// The numbers, by what they are of.
    pub groups: Vec<NumberGroup>,
}

/// Numbers of one thing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NumberGroup {
    /// 户籍人口, 自然村, …
    pub title: String,
    /// Pairs that should agree.
    pub lines: Vec<NumberLine>,
}

/// Two numbers that should agree.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NumberLine {
    /// What it is called.
    pub title: String,
    /// The one that is typed, or that is told here.
    pub own: ToldNumber,
    /// The one that others tell.
    pub told: ToldNumber,
    /// Whether they agree; `None` while one of them is missing.
    pub agrees: Option<bool>,
    /// Whether the other one is the most that this one may be, and need not be the same.
    pub is_most: bool,
    /// Form and place where the other number can be taken over by this account.
    pub adopts: Option<(String, String)>,
}

/// A number with its home.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ToldNumber {
    /// As people read it; empty while nobody has told it.
    pub number: String,
    /// Who tells it.
    pub source: String,
    /// Where it stands.
    pub link: String,
}

/// Numbers that should agree, side by side.
#[server(prefix = "/api", endpoint = "consistency", input = Json, output = Json)]
pub async fn consistency(region: Region) -> Result<ConsistencyView, AppError> {
    let (app, signed) = (crate::server::app()?, crate::server::session::signed()?);
    crate::server::consistency::view(&app, &signed, &region).await
}

/// 采用: what others tell goes where it is typed.
#[server(prefix = "/api", endpoint = "take_over", input = Json, output = Json)]
pub async fn take_over(region: Region, form: String, place: String) -> Result<(), AppError> {
    let (app, signed) = (crate::server::app()?, crate::server::session::signed()?);
    crate::server::consistency::take_over(&app, &signed, &region, &form, &place).await
}
