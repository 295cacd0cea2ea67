//! 是否完成, 完成情况 and 工作开展情况设置.

use crate::domain::region::Region;
use crate::domain::step::ProgressLine;
use crate::error::AppError;
use crate::wire::Json;
use leptos::prelude::*;

/// Moves the switch of a step: in the account's own region, or in one below with a reason; of a year, where the step
/// has a switch for each.
#[server(prefix = "/api", endpoint = "set_switch", input = Json, output = Json)]
pub async fn set_switch(
    step: String,
    region: Option<Region>,
    year: String,
    done: bool,
    reason: String,
) -> Result<(), AppError> {
    use crate::server::completions::{self, Movement};
    use crate::server::session::signed;
    let (app, signed) = (crate::server::app()?, signed()?);
    let step = crate::steps::find(&step).ok_or(AppError::NotFound)?;
    let region = match region {
        Some(region) => region,
        None => signed.ready()?.region.clone(),
    };
    let movement = Movement {
        region: &region,
        year: &year,
        done,
        reason: &reason,
    };
    completions::set(&app, &signed, step, movement).await
}

/// 全部可完成的设为“是”; answers how many were set.
#[server(prefix = "/api", endpoint = "set_all_switches", input = Json, output = Json)]
pub async fn set_all_switches(step: String) -> Result<usize, AppError> {
    use crate::server::{completions, session::signed};
    let (app, signed) = (crate::server::app()?, signed()?);
    let step = crate::steps::find(&step).ok_or(AppError::NotFound)?;
    completions::set_all(&app, &signed, step).await
}

/// 完成情况 of a step in the account's scope.
#[server(prefix = "/api", endpoint = "step_progress", input = Json, output = Json)]
pub async fn step_progress(step: String) -> Result<Vec<ProgressLine>, AppError> {
    use crate::server::{completions, session::signed};
    let (app, signed) = (crate::server::app()?, signed()?);
    let step = crate::steps::find(&step).ok_or(AppError::NotFound)?;
    completions::progress(&app, &signed, step).await
}
