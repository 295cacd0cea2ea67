//! Search over menus, divisions, people and documents of the account's own scope.

use crate::error::AppError;
use crate::wire::Json;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// Lines of one sort.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FoundGroup {
    /// 菜单, 行政区划, 自然村, 人员, 记录, 附件
    pub title: String,
    /// The lines, the best first.
    pub lines: Vec<FoundLine>,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FoundLine {
    /// What it is called.
    pub name: String,
    /// Where it is: the screen and the division.
    pub about: String,
    /// Its address.
    pub link: String,
}

/// What is called so; a few of each sort, or more for a page of its own.
#[server(prefix = "/api", endpoint = "search", input = Json, output = Json)]
pub async fn search(text: String, all: bool) -> Result<Vec<FoundGroup>, AppError> {
    let (app, signed) = (crate::server::app()?, crate::server::session::signed()?);
    crate::server::search::find(&app, &signed, &text, all).await
}
