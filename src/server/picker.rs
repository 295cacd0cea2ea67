//! The account picker of the sign-in page (spec Q-02): a cascade and a type-ahead, never the whole list.

use super::db::{self, Connection};
use super::session;
use super::state::App;
use super::terms;
use crate::api::accounts::{Pick, PickerSelect, SignInView};
use crate::domain::account::{Account, AccountKind};
use crate::domain::parameter::QQ_GROUP;
use crate::domain::region::{Level, Region};
use crate::error::AppError;
use axum::http::request::Parts;
use leptos::prelude::use_context;

/// How many suggestions a type-ahead gives.
const SUGGESTIONS: usize = 12;

/// What 层级 offers: key, label, the level of the accounts, their kind.
const LEVELS: [(&str, &str, Level, AccountKind); 8] = [
    ("province", "省级", Level::Province, AccountKind::Province),
    ("city", "市级自然资源部门", Level::City, AccountKind::City),
    (
        "city_organization",
        "市委组织部",
        Level::City,
        AccountKind::CityOrganization,
    ),
    ("county", "县级自然资源部门", Level::County, AccountKind::County),
    (
        "county_organization",
        "县委组织部",
        Level::County,
        AccountKind::CountyOrganization,
    ),
    ("township", "乡镇(街道)", Level::Township, AccountKind::Township),
    ("village", "行政村(社区)", Level::Village, AccountKind::Village),
    ("technical_unit", "技术单位", Level::County, AccountKind::TechnicalUnit),
];

/// The account that has signed in last on this device (spec Q-02).
async fn remembered(app: &App, reader: &mut Connection) -> Result<Option<String>, AppError> {
    let parts = use_context::<Parts>();
    let name = session::cookie_name(app, session::DEVICE);
    let Some(token) = parts.and_then(|parts| session::read_cookie(&parts.headers, &name)) else {
        return Ok(None);
    };
    Ok(db::sessions::last_on_device(reader, &session::hash(&token)).await?)
}

/// The page for a state of the cascade.
pub async fn page(app: &App, account: &str, level: &str, chosen: &[String; 3]) -> Result<SignInView, AppError> {
    let mut reader = app.store.reader().await?;
    let is_fresh = account.is_empty() && level.is_empty();
    let remembered = match is_fresh {
        true => remembered(app, &mut reader).await?,
        false => None,
    };
    let is_remembered = remembered.is_some();
    let asked = remembered.as_deref().unwrap_or_else(|| account.trim());
    let preselected = db::accounts::by_key(&mut reader, asked).await?;
    let preselected = preselected
        .filter(|stored| stored.enabled)
        .map(|stored| pick(app, &stored.account));
    let levels = LEVELS
        .iter()
        .map(|(key, label, ..)| ((*key).to_owned(), (*label).to_owned()))
        .collect();
    let mut selects = vec![PickerSelect {
        label: "层级".to_owned(),
        name: "level".to_owned(),
        options: levels,
        chosen: level.to_owned(),
    }];
    let mut accounts = Vec::new();
    if let Some((_, _, target, kind)) = LEVELS.iter().find(|(key, ..)| *key == level) {
        let mut branch = Some(Region::province());
        // One select per level above the accounts' own; each shows once the one before is chosen.
        for (position, step) in [Level::City, Level::County, Level::Township].into_iter().enumerate() {
            let Some(parent) = branch.clone().filter(|_| step < *target) else {
                break;
            };
            let choice =
                Region::parse(&chosen[position]).filter(|region| region.level() == step && parent.contains(region));
            let options = app.divisions.children(&parent);
            let options = options
                .map(|division| (division.region.code().to_owned(), division.short.clone()))
                .collect();
            let code = choice.as_ref().map_or(String::new(), |region| region.code().to_owned());
            selects.push(PickerSelect {
                label: step.title().to_owned(),
                name: step.key().to_owned(),
                options,
                chosen: code,
            });
            branch = choice;
        }
        if let Some(parent) = branch {
            let regions: Vec<Region> = if *target == Level::Province {
                vec![parent]
            } else {
                app.divisions
                    .children(&parent)
                    .map(|division| division.region.clone())
                    .collect()
            };
            let found = db::accounts::of_regions(&mut reader, &regions.iter().collect::<Vec<_>>(), 500).await?;
            let wanted = |account: &Account| *target == Level::Province || account.kind == *kind;
            accounts = found
                .iter()
                .filter(|account| wanted(account))
                .map(|account| pick(app, account))
                .collect();
        }
    }
    Ok(SignInView {
        chosen: preselected,
        is_remembered,
        selects,
        accounts,
        qq_group: terms::parameter(app, &QQ_GROUP, &Region::province()),
    })
}

/// Accounts whose division is found by the text.
pub async fn search(app: &App, text: &str) -> Result<Vec<Pick>, AppError> {
    if text.trim().chars().count() < 2 {
        return Ok(Vec::new());
    }
    let found = app.divisions.search(&Region::province(), None, text, SUGGESTIONS);
    let regions: Vec<_> = found.iter().map(|division| &division.region).collect();
    let mut accounts = db::accounts::of_regions(&mut *app.store.reader().await?, &regions, 50).await?;
    let rank = |account: &Account| regions.iter().position(|region| **region == account.region);
    accounts.sort_by_key(rank);
    Ok(accounts
        .iter()
        .take(SUGGESTIONS)
        .map(|account| pick(app, account))
        .collect())
}

fn pick(app: &App, account: &Account) -> Pick {
    Pick {
        key: account.login_key.clone(),
        name: account.name.clone(),
        path: app.divisions.path(&account.region),
    }
}
