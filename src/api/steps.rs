//! 是否完成 switches.

use crate::domain::region::Region;
use crate::domain::step::ProgressLine;
use crate::error::AppError;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;

/// Moves the switch of a step in a region; the account's own when none is named.
#[server(prefix = "/api", endpoint = "set_switch", input = Json)]
pub async fn set_switch(step: String, region: Option<Region>, done: bool, reason: String) -> Result<(), AppError> {
    use crate::server::{completions, session::signed};
    let (app, signed) = (crate::server::app()?, signed()?);
    let step = crate::steps::find(&step).ok_or(AppError::NotFound)?;
    let region = match region {
        Some(region) => region,
        None => signed.ready()?.region.clone(),
    };
    completions::set(&app, &signed, step, &region, done, &reason).await
}

/// 完成情况 of a step in the account's scope.
#[server(prefix = "/api", endpoint = "step_progress", input = Json)]
pub async fn step_progress(step: String) -> Result<Vec<ProgressLine>, AppError> {
    use crate::server::{completions, session::signed};
    let (app, signed) = (crate::server::app()?, signed()?);
    let step = crate::steps::find(&step).ok_or(AppError::NotFound)?;
    completions::progress(&app, &signed, step).await
}
