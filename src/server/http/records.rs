//! Saving a record by a plain form: the same save as the server function, for browsers without JavaScript.

use super::files::receive;
use super::{encoded, own_path};
use crate::api::records::find_tab;
use crate::api::workflow::ReviewAct;
use crate::domain::field::Kind;
use crate::domain::form::{Form, Shape};
use crate::domain::page::Tab;
use crate::domain::record::{Draft, DraftRow};
use crate::domain::region::Region;
use crate::domain::verb::Verb;
use crate::error::AppError;
use crate::server::completions;
use crate::server::records::{self, Save};
use crate::server::session::Signed;
use crate::server::state::App;
use crate::server::workflow;
use axum::extract::multipart::Field;
use axum::extract::{DefaultBodyLimit, Multipart, Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;
use axum::{Extension, Form as Fields, Router};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The routes.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/records/{page}", post(save))
        .layer(DefaultBodyLimit::disable())
        .route("/records/{page}/delete", post(delete))
        .route("/records/{page}/decide", post(decide))
        .route("/switches/{step}", post(switch))
        .route("/switches/{step}/all", post(switch_all))
}

/// Most parts of one form: a grid of 200 rows has 1,600.
const MOST_PARTS: usize = 5_000;

/// Bytes of one text part.
const MOST_TEXT: usize = 1024 * 1024;

#[derive(Default)]
struct Posted {
    texts: BTreeMap<String, String>,
    grids: BTreeMap<String, BTreeMap<usize, DraftRow>>,
}

impl Posted {
    fn text(&self, name: &str) -> &str {
        self.texts.get(name).map_or("", String::as_str)
    }

    /// A field may come several times (a hidden 0 before a switch, the boxes of a multiple choice); `~` begins the names
    /// that are not fields.
    fn put(&mut self, form: &'static Form, name: &str, value: String) {
        if name.starts_with('~') {
            self.texts.insert(name.to_owned(), value);
            return;
        }
        let mut path = name.splitn(3, '.');
        if let (Some(grid), Some(row), Some(column)) = (path.next(), path.next(), path.next()) {
            if let Ok(position) = row.parse::<usize>() {
                let row = self
                    .grids
                    .entry(grid.to_owned())
                    .or_default()
                    .entry(position)
                    .or_default();
                if column == "~id" {
                    row.id = value;
                } else {
                    row.values.insert(column.to_owned(), value);
                }
            }
            return;
        }
        let joins = matches!(
            form.field(name).map(|field| field.kind),
            Some(Kind::Choices(_) | Kind::Divisions(_) | Kind::Reference { many: true, .. } | Kind::Files(_))
        ) || form.field(name).is_some_and(|field| field.spreads);
        let held = self.texts.entry(name.to_owned()).or_default();
        if joins && !held.is_empty() && !value.is_empty() {
            held.push(',');
            held.push_str(&value);
        } else if !joins || !value.is_empty() {
            *held = value;
        }
    }
}

async fn save(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    Path(page): Path<String>,
    mut parts: Multipart,
) -> Result<Response, AppError> {
    let account = signed.ready()?;
    let mut posted = Posted::default();
    let mut tab: Option<&'static Tab> = None;
    let mut count = 0;
    while let Some(part) = parts
        .next_field()
        .await
        .map_err(|error| AppError::Malformed(error.to_string()))?
    {
        count += 1;
        let name = part.name().unwrap_or_default().to_owned();
        if count > MOST_PARTS {
            return Err(AppError::Malformed("parts".to_owned()));
        }
        if name == "~tab" {
            let key = text_of(part).await?;
            tab = Some(find_tab(&page, &key, account)?);
            continue;
        }
        // The tab comes first: it says which form this is.
        let form = tab.ok_or_else(|| AppError::Malformed("~tab".to_owned()))?.form;
        if part.file_name().is_some() {
            let is_empty = part.file_name() == Some("");
            let field = name.trim_start_matches('~').to_owned();
            if is_empty {
                continue;
            }
            match receive(&app, &signed, form, posted.text("~id"), &field, part).await {
                Ok(attachment) => posted.put(form, &field, attachment.id),
                Err(error) => {
                    posted.texts.insert("~problem".to_owned(), error.to_string());
                }
            }
        } else {
            let value = text_of(part).await?;
            posted.put(form, &name, value);
        }
    }
    let tab = tab.ok_or_else(|| AppError::Malformed("~tab".to_owned()))?;
    finish(&app, &signed, &page, tab, posted).await
}

/// Text of one part; nobody types a megabyte.
async fn text_of(mut part: Field<'_>) -> Result<String, AppError> {
    let malformed = |error: &dyn std::fmt::Display| AppError::Malformed(error.to_string());
    let mut bytes = Vec::new();
    while let Some(piece) = part.chunk().await.map_err(|error| malformed(&error))? {
        bytes.extend_from_slice(&piece);
        if bytes.len() > MOST_TEXT {
            return Err(AppError::TooLarge("填写的内容太长".to_owned()));
        }
    }
    String::from_utf8(bytes).map_err(|error| malformed(&error))
}

async fn finish(
    app: &App,
    signed: &Signed,
    page: &str,
    tab: &'static Tab,
    posted: Posted,
) -> Result<Response, AppError> {
    let (id, key) = (posted.text("~id").to_owned(), posted.text("~key").to_owned());
    let version = posted
        .text("~version")
        .parse()
        .map_err(|_| AppError::Malformed("~version".to_owned()))?;
    let submits = posted.text("~then") == "submit";
    let receiver = posted.text("~receiver").to_owned();
    let answers = posted
        .texts
        .iter()
        .filter_map(|(name, text)| Some((name.strip_prefix("~answer.")?, text)));
    let answers = answers.map(|(pin, text)| (pin.to_owned(), text.clone())).collect();
    let region = posted.text("~region").to_owned();
    let subjects = posted
        .texts
        .iter()
        .filter_map(|(name, text)| Some((name.strip_prefix("~subject.")?.to_owned(), text.clone())))
        .collect();
    let upload_problem = posted.text("~problem").to_owned();
    let back = own_path(posted.text("~back"))
        .map(str::to_owned)
        .unwrap_or_else(|| format!("/desk/{page}"));
    let grids = posted
        .grids
        .into_iter()
        .map(|(grid, rows)| (grid, rows.into_values().filter(|row| !row.is_blank()).collect()))
        .collect();
    let values = posted
        .texts
        .into_iter()
        .filter(|(name, _)| !name.starts_with('~'))
        .collect();
    let mut draft = Draft {
        values,
        grids,
        reasons: BTreeMap::new(),
        answers,
        receiver,
        region,
        subjects,
    };
    // A tab that shows a part of the form posts that part: the rest stays as it is.
    if version > 0 && !tab.sections.is_empty() {
        let opened = records::open(app, signed, tab, &id).await?;
        let hidden = tab.form.sections.iter().filter(|section| !tab.shows(section));
        for field in hidden.flat_map(|section| section.fields) {
            draft.set(field.key, opened.draft.text(field.key));
            draft
                .grids
                .insert(field.key.to_owned(), opened.draft.rows(field.key).to_vec());
        }
    }
    let save = Save {
        form: tab.form,
        id: &id,
        version,
        key: &key,
        draft: draft.clone(),
    };
    let result = match upload_problem.is_empty() {
        true => records::save(app, signed, save).await.map(|_| ()),
        false => Err(AppError::Conflict(upload_problem)),
    };
    let Err(error) = result else {
        let next = match submits {
            true => format!("open={}&mode={}", encoded(&id), Verb::Submit.key()),
            false => "notice=saved".to_owned(),
        };
        return Ok(Redirect::to(&with(&back, &next)).into_response());
    };
    if matches!(
        error,
        AppError::NotFound
            | AppError::SignedOut
            | AppError::MustChangePassword
            | AppError::MustBind
            | AppError::Malformed(_)
    ) {
        return Err(error);
    }
    // Nothing typed is lost: it is kept as a draft, and the form shows it again with what is wrong.
    records::keep_draft(app, signed, tab, &id, version, &draft).await?;
    let again = if tab.form.shape == Shape::Single {
        "checked=1".to_owned()
    } else if version == 0 {
        let button = records::creation_of(tab, &draft).map_or(String::new(), |creation| format!("-{}", creation.key));
        format!("open=new{button}&checked=1")
    } else {
        format!("open={id}&mode=edit&checked=1")
    };
    let problem = match &error {
        AppError::Invalid(_) => String::new(),
        other => format!("&problem={}", encoded(&other.to_string())),
    };
    Ok(Redirect::to(&with(&back, &format!("{again}{problem}"))).into_response())
}

fn with(path: &str, parameters: &str) -> String {
    format!("{path}{}{parameters}", if path.contains('?') { '&' } else { '?' })
}

#[derive(Deserialize)]
struct Delete {
    #[serde(default)]
    tab: String,
    id: String,
    version: i64,
    #[serde(default)]
    back: String,
}

async fn delete(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    Path(page): Path<String>,
    Fields(fields): Fields<Delete>,
) -> Result<Response, AppError> {
    let tab = find_tab(&page, &fields.tab, signed.ready()?)?;
    let back = own_path(&fields.back).map_or_else(|| format!("/desk/{page}"), str::to_owned);
    let notice = match records::delete(&app, &signed, tab.form, &fields.id, fields.version).await {
        Ok(()) => "notice=deleted".to_owned(),
        Err(error @ (AppError::Conflict(_) | AppError::Forbidden(_))) => {
            format!("notice={}", encoded(&error.to_string()))
        }
        Err(error) => return Err(error),
    };
    Ok(Redirect::to(&with(&back, &notice)).into_response())
}

/// An act of a review by a plain form: `pin.〈field〉` and `value.〈field〉` beside the fixed names.
async fn decide(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    Path(page): Path<String>,
    Fields(fields): Fields<Vec<(String, String)>>,
) -> Result<Response, AppError> {
    let text = |name: &str| {
        fields
            .iter()
            .find(|(key, _)| key == name)
            .map_or("", |(_, value)| value.as_str())
    };
    let under = |prefix: &str| -> BTreeMap<String, String> {
        let named = fields
            .iter()
            .filter_map(|(key, value)| Some((key.strip_prefix(prefix)?, value)));
        named.map(|(key, value)| (key.to_owned(), value.clone())).collect()
    };
    let tab = find_tab(&page, text("tab"), signed.ready()?)?;
    let back = own_path(text("back")).map_or_else(|| format!("/desk/{page}"), str::to_owned);
    let (id, verb) = (text("id"), text("verb"));
    let decision = ReviewAct {
        form: tab.form.key.to_owned(),
        id: id.to_owned(),
        version: text("version")
            .parse()
            .map_err(|_| AppError::Malformed("version".to_owned()))?,
        verb: verb.to_owned(),
        opinion: text("opinion").to_owned(),
        receiver: text("receiver").to_owned(),
        pins: under("pin."),
        values: under("value."),
    };
    let target = match workflow::decide(&app, &signed, &decision).await {
        Ok(()) => with(&back, "notice=decided"),
        Err(error @ (AppError::Conflict(_) | AppError::Forbidden(_) | AppError::Invalid(_))) => {
            let problem = encoded(&error.to_string());
            let opinion = encoded(&decision.opinion);
            with(
                &back,
                &format!(
                    "open={}&mode={}&opinion={opinion}&problem={problem}",
                    encoded(id),
                    encoded(verb)
                ),
            )
        }
        Err(error) => return Err(error),
    };
    Ok(Redirect::to(&target).into_response())
}

#[derive(Deserialize)]
struct Switch {
    #[serde(default)]
    done: String,
    /// Set where the page stands for a region below.
    #[serde(default)]
    region: String,
    #[serde(default)]
    year: String,
    #[serde(default)]
    back: String,
}

async fn switch(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    Path(step): Path<String>,
    Fields(fields): Fields<Switch>,
) -> Result<Response, AppError> {
    let step = crate::steps::find(&step).ok_or(AppError::NotFound)?;
    let region = match fields.region.as_str() {
        "" => signed.ready()?.region.clone(),
        code => Region::parse(code).ok_or(AppError::NotFound)?,
    };
    let back = own_path(&fields.back).map_or_else(|| format!("/desk/{}", step.page), str::to_owned);
    let movement = completions::Movement {
        region: &region,
        year: &fields.year,
        done: fields.done == "1",
        reason: "",
    };
    let notice = match completions::set(&app, &signed, step, movement).await {
        Ok(()) => "switched".to_owned(),
        Err(error @ (AppError::Conflict(_) | AppError::Forbidden(_))) => encoded(&error.to_string()),
        Err(error) => return Err(error),
    };
    Ok(Redirect::to(&with(&back, &format!("notice={notice}"))).into_response())
}

async fn switch_all(
    State(app): State<App>,
    Extension(signed): Extension<Signed>,
    Path(step): Path<String>,
) -> Result<Response, AppError> {
    let step = crate::steps::find(&step).ok_or(AppError::NotFound)?;
    completions::set_all(&app, &signed, step).await?;
    Ok(Redirect::to(&format!("/progress/{}", step.key)).into_response())
}
