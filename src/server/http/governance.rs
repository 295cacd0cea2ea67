//! What the system administrator changes, by plain forms: back to the page with what came of it, and with what was typed
//! where it could not be accepted.

use crate::api::dictionary::OptionChange;
use crate::api::divisions::{ChangeKind, RegionChange};
use crate::domain::region::Region;
use crate::error::AppError;
use crate::server::session::Signed;
use crate::server::state::App;
use crate::server::table_rows::{self, MOST_HEADS, RowChange};
use crate::server::{dictionary, reorganisation, terms};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;
use axum::{Extension, Form, Router};
use std::collections::BTreeMap;

type Fields = BTreeMap<String, String>;

/// The routes.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/dictionaries/{list}", post(change_option))
        .route("/parameters/{key}", post(set_parameter))
        .route("/divisions/change", post(change_division))
}

fn text(fields: &Fields, key: &str) -> String {
    fields.get(key).cloned().unwrap_or_default()
}

fn address(path: &str, parameters: &[(&str, &str)]) -> String {
    let pairs = parameters.iter().filter(|(_, text)| !text.is_empty());
    let pairs: Vec<String> = pairs
        .map(|(name, text)| format!("{name}={}", super::encoded(text)))
        .collect();
    format!("{path}?{}", pairs.join("&"))
}

/// What can be mended by typing otherwise; everything else is no page of ours.
fn complaint(error: AppError) -> Result<(String, String), AppError> {
    match error {
        AppError::Invalid(problems) => {
            let first = problems.into_iter().next();
            Ok(first.map_or_else(Default::default, |problem| (problem.place, problem.message)))
        }
        error @ AppError::Conflict(_) => Ok((String::new(), error.to_string())),
        error => Err(error),
    }
}

async fn change_option(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    Path(list): Path<String>,
    Form(fields): Form<Fields>,
) -> Result<Response, AppError> {
    if terms::sheet(&list).is_some() {
        return change_row(&app, &signed, &list, &fields).await;
    }
    let (code, label) = (text(&fields, "code"), text(&fields, "label"));
    let change = match fields.get("act").map(String::as_str) {
        Some("add") => OptionChange::Add {
            label: label.clone(),
            valid_from: text(&fields, "valid_from"),
        },
        Some("rename") => OptionChange::Rename {
            code: code.clone(),
            label: label.clone(),
            keeps: text(&fields, "keeps") == "1",
        },
        Some("end") => OptionChange::End {
            code: code.clone(),
            valid_to: text(&fields, "valid_to"),
        },
        Some("revive") => OptionChange::Revive { code: code.clone() },
        Some("up") => OptionChange::Shift {
            code: code.clone(),
            up: true,
        },
        Some("down") => OptionChange::Shift {
            code: code.clone(),
            up: false,
        },
        _ => return Err(AppError::Malformed("act".to_owned())),
    };
    let done = dictionary::change(&app, &signed, &list, &change).await;
    let back = match done {
        Ok(()) => address("/dictionaries", &[("list", &list), ("done", "1")]),
        Err(error) => {
            let (place, message) = complaint(error)?;
            let open = if code.is_empty() { "new" } else { &code };
            let rest = [
                ("list", list.as_str()),
                ("option", open),
                ("place", &place),
                ("problem", &message),
                ("label", &label),
            ];
            address("/dictionaries", &rest)
        }
    };
    Ok(Redirect::to(&back).into_response())
}

/// Changes a row of a table.
async fn change_row(app: &App, signed: &Signed, list: &str, fields: &Fields) -> Result<Response, AppError> {
    let item = text(fields, "code");
    let about: Vec<(String, String)> = (0..MOST_HEADS)
        .filter_map(|at| {
            let name = format!("about.{at}");
            let typed = fields.get(&name)?.clone();
            Some((name, typed))
        })
        .collect();
    let said = || about.iter().map(|(_, typed)| typed.clone()).collect();
    let required = text(fields, "required") == "1";
    let change = match fields.get("act").map(String::as_str) {
        Some("add") => RowChange::Add {
            about: said(),
            required,
            into: text(fields, "into"),
        },
        Some("edit") => RowChange::Edit {
            item: item.clone(),
            about: said(),
            required,
        },
        Some("end") => RowChange::End { item: item.clone() },
        Some("revive") => RowChange::Revive { item: item.clone() },
        Some("up") => RowChange::Shift {
            item: item.clone(),
            up: true,
        },
        Some("down") => RowChange::Shift {
            item: item.clone(),
            up: false,
        },
        _ => return Err(AppError::Malformed("act".to_owned())),
    };
    let back = match table_rows::change(app, signed, list, &change).await {
        Ok(()) => address("/dictionaries", &[("list", list), ("done", "1")]),
        Err(error) => {
            let (place, message) = complaint(error)?;
            let open = if item.is_empty() { "new" } else { &item };
            let into = text(fields, "into");
            let mut rest = vec![
                ("list", list),
                ("option", open),
                ("place", &place),
                ("problem", &message),
                ("into", &into),
                ("required", if required { "1" } else { "0" }),
            ];
            rest.extend(about.iter().map(|(name, typed)| (name.as_str(), typed.as_str())));
            address("/dictionaries", &rest)
        }
    };
    Ok(Redirect::to(&back).into_response())
}

async fn set_parameter(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    Path(key): Path<String>,
    Form(fields): Form<Fields>,
) -> Result<Response, AppError> {
    let content = text(&fields, "content");
    let back = match dictionary::set_parameter(&app, &signed, &key, &content).await {
        Ok(()) => address("/parameters", &[("done", key.as_str())]),
        Err(error) => {
            let (_, message) = complaint(error)?;
            address(
                "/parameters",
                &[("place", key.as_str()), ("problem", &message), ("content", &content)],
            )
        }
    };
    Ok(Redirect::to(&back).into_response())
}

async fn change_division(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    Form(fields): Form<Fields>,
) -> Result<Response, AppError> {
    let kind = ChangeKind::from_key(&text(&fields, "kind")).ok_or(AppError::NotFound)?;
    let region = Region::parse(&text(&fields, "division")).ok_or(AppError::NotFound)?;
    let change = RegionChange {
        kind,
        name: text(&fields, "name"),
        target: text(&fields, "target"),
        code: text(&fields, "code"),
        flag: text(&fields, "flag") == "1",
        valid_on: text(&fields, "valid_on"),
        note: text(&fields, "note"),
        region: region.clone(),
    };
    let back = match reorganisation::change(&app, &signed, &change, true).await {
        Ok(plan) => {
            let place = plan.region.or(region.parent()).unwrap_or(region);
            format!("/divisions/{place}?done={}", kind.key())
        }
        // The page tries it again and says at its place what is wrong.
        Err(AppError::Invalid(_) | AppError::Conflict(_)) => {
            let fields: Vec<(&str, &str)> = fields
                .iter()
                .filter(|(name, _)| *name != "division")
                .map(|(name, text)| (name.as_str(), text.as_str()))
                .collect();
            address(&format!("/divisions/{region}"), &fields)
        }
        Err(error) => return Err(error),
    };
    Ok(Redirect::to(&back).into_response())
}
