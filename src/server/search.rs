//! Search: menu entries by their words and initials, divisions from memory, everything else from the lines that records leave
//! (`db/search.rs`). What an account does not read it does not find, and a masked number finds nobody.

use super::authorize::to_search;
use super::db::{
    self, Connection,
    search::{Asking, Found, Sort},
};
use super::divisions::initials;
use super::records::is_masked;
use super::session::Signed;
use super::state::App;
use crate::api::search::{FoundGroup, FoundLine};
use crate::domain::account::{Account, AccountKind};
use crate::domain::form::{Form, Shape};
use crate::domain::page::{Page, Tab, address};
use crate::domain::permission::{allows, sees_codes, sees_ledgers};
use crate::domain::region::{Level, Region, Relation};
use crate::domain::verb::Verb;
use crate::error::AppError;
use crate::forms::{self, PAGES};

/// Lines of each sort while somebody types.
const FEW: usize = 5;
/// And on the page.
const MANY: usize = 30;
/// Longer texts than this name nothing.
const MOST_LETTERS: usize = 50;

/// What is called so in the account's scope.
pub async fn find(app: &App, signed: &Signed, text: &str, all: bool) -> Result<Vec<FoundGroup>, AppError> {
    let permit = to_search(signed)?;
    let account = permit.account().clone();
    let text: String = text.trim().chars().take(MOST_LETTERS).collect();
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let most = if all { MANY } else { FEW };
    let mut groups = vec![
        group("菜单", menu(&account, &text, most)),
        group("行政区划", divisions(app, signed, &account, &text, most)),
    ];
    let read: Vec<&'static Form> = forms::ALL
        .iter()
        .copied()
        .filter(|form| form.public || reads(&account, form))
        .collect();
    let phones: Vec<&'static Form> = read
        .iter()
        .copied()
        .filter(|form| db::search::phones_of(form).all(|field| !is_masked(&account, form, field)))
        .collect();
    let asking = Asking {
        permit: &permit,
        forms: &read,
        phones: &phones,
        text: &text,
        is_deep: all,
    };
    let mut reader = app.store.reader().await?;
    for (title, sort) in [
        ("自然村", Sort::Place),
        ("人员", Sort::Person),
        ("记录", Sort::Record),
        ("附件", Sort::File),
    ] {
        let found = asking.find(&mut reader, sort, most).await?;
        let mut lines = Vec::new();
        for found in found {
            let Some(form) = forms::find(&found.form) else { continue };
            if reads(&account, form) {
                lines.extend(line(app, &account, form, found));
            } else if is_published(&mut reader, form, &found.owner).await? {
                lines.push(FoundLine {
                    name: found.name,
                    about: form.title.to_owned(),
                    link: "/policies".to_owned(),
                });
            }
        }
        groups.push(group(title, lines));
    }
    groups.retain(|group| !group.lines.is_empty());
    Ok(groups)
}

fn reads(account: &Account, form: &Form) -> bool {
    allows(account.kind, Verb::View, form, Relation::Own)
}

/// Whether everybody reads a record of a public form.
async fn is_published(reader: &mut Connection, form: &'static Form, id: &str) -> Result<bool, AppError> {
    if !form.public {
        return Ok(false);
    }
    let records = db::records::public(reader, form).await?;
    Ok(records.iter().any(|record| record.id == id))
}

fn group(title: &str, lines: Vec<FoundLine>) -> FoundGroup {
    FoundGroup {
        title: title.to_owned(),
        lines,
    }
}

/// Entries of the account's menu whose words or initials hold the text.
fn menu(account: &Account, text: &str, most: usize) -> Vec<FoundLine> {
    let text = text.to_lowercase();
    let is_called = |title: &str| title.to_lowercase().contains(&text) || initials(title).starts_with(&text);
    let mut entries: Vec<(String, String, String)> = vec![("首页".to_owned(), String::new(), "/home".to_owned())];
    for (group, pages) in forms::pages_for(account.kind) {
        if pages.iter().any(|page| page.step.is_some()) {
            entries.push((group.to_owned(), String::new(), "/planning".to_owned()));
        }
        for page in pages {
            let (own, above) = (account.region.level() == Level::Village, page.step.is_some());
            let link = match (above, own) {
                (false, _) => format!("/desk/{}", page.key),
                (true, true) => address(page.key, "", &format!("region={}", account.region)),
                // Which village is asked there.
                (true, false) => "/planning".to_owned(),
            };
            entries.push((page.title.to_owned(), group.to_owned(), link.clone()));
            for tab in page
                .tabs_for(account.kind)
                .filter(|tab| !tab.key.is_empty() && tab.title != page.title)
            {
                let about = format!("{group} / {}", page.title);
                let link = match above && !own {
                    true => link.clone(),
                    false if above => address(page.key, tab.key, &format!("region={}", account.region)),
                    false => address(page.key, tab.key, ""),
                };
                entries.push((tab.title.to_owned(), about, link));
            }
        }
    }
    for entry in forms::ENTRIES.iter().filter(|entry| (entry.is_for)(account.kind)) {
        entries.push((entry.title.to_owned(), entry.group.to_owned(), entry.address.to_owned()));
    }
    if sees_ledgers(account.kind) {
        entries.push(("台账信息".to_owned(), String::new(), "/ledgers".to_owned()));
        for ledger in super::ledgers::seen_by(account.kind) {
            let link = format!("/ledgers/{}", ledger.key);
            entries.push((ledger.title.to_owned(), format!("台账信息 / {}", ledger.group), link));
        }
    }
    if sees_codes(account.kind) {
        entries.push(("二维码信息".to_owned(), String::new(), "/codes".to_owned()));
    }
    for (title, link) in [("修改密码", "/password"), ("使用人信息", "/profile")] {
        entries.push((title.to_owned(), "账户".to_owned(), link.to_owned()));
    }
    let found = entries.into_iter().filter(|(title, ..)| is_called(title));
    found
        .take(most)
        .map(|(name, about, link)| FoundLine { name, about, link })
        .collect()
}

/// Divisions of the scope by name, other name, initials or code.
fn divisions(app: &App, signed: &Signed, account: &Account, text: &str, most: usize) -> Vec<FoundLine> {
    let plans = allows(
        account.kind,
        Verb::View,
        &forms::planning::base_data::FORM,
        Relation::Own,
    );
    let found = app.divisions.search(&account.region, None, text, most * 4);
    let seen = found.into_iter().filter(|division| match &signed.contract {
        Some(contract) => contract.villages.contains(&division.region),
        None => true,
    });
    let lines = seen.map(|division| FoundLine {
        name: division.short.clone(),
        about: app.divisions.path(&division.region),
        link: match (division.region.level(), plans) {
            (Level::Village, true) => format!("/planning/{}", division.region),
            (_, true) => format!("/planning?region={}", division.region),
            (_, false) => address("village_profile", "", &format!("region={}", division.region)),
        },
    });
    lines.take(most).collect()
}

/// Where the account sees a record of a form: the first tab that shows it.
fn place_of(form: &'static Form, kind: AccountKind, level: Level, part: &str) -> Option<(&'static Page, &'static Tab)> {
    PAGES.iter().find_map(|page| {
        let tab = page.tabs.iter().find(|tab| {
            tab.form.key == form.key
                && tab.states.is_empty()
                && tab.is_seen_by(kind)
                && tab.level.is_none_or(|own| own == level)
                && tab.fixed.is_none_or(|(_, value)| value == part)
        })?;
        Some((page, tab))
    })
}

fn line(app: &App, account: &Account, form: &'static Form, found: Found) -> Option<FoundLine> {
    let (page, tab) = place_of(form, account.kind, found.region.level(), &found.part)?;
    let village = found.region.at(Level::Village).unwrap_or_else(|| found.region.clone());
    let open = match form.shape {
        Shape::Records => format!("open={}", found.owner),
        Shape::Single => String::new(),
    };
    let rest = match (tab.inside, form.shape, open.is_empty()) {
        (true, _, true) => format!("region={village}"),
        (true, _, false) => format!("region={village}&{open}"),
        // A list of what has one record for each region opens the one.
        (false, Shape::Single, _) if village != account.region => format!("open={}", found.owner),
        (false, ..) => open,
    };
    let place = place_name(app, &village);
    Some(FoundLine {
        name: found.name,
        about: format!("{} · {place}", page.title),
        link: address(page.key, tab.key, &rest),
    })
}

fn place_name(app: &App, region: &Region) -> String {
    app.divisions.path(region)
}

/// Records noted with one transaction.
const PIECE: i64 = 2_000;

/// Notes everything that can be found, in a store that is older than its search.
pub async fn fill(app: &App) -> Result<(), AppError> {
    if !db::search::is_empty(&mut *app.store.reader().await?).await? {
        return Ok(());
    }
    for form in forms::ALL {
        if db::search::is_indexed(form) || db::search::has_parts(form) {
            note(app, form).await?;
        }
    }
    Ok(())
}

/// Notes the records of a form with what is in them.
pub async fn note(app: &App, form: &'static Form) -> Result<(), AppError> {
    let mut after = String::new();
    loop {
        let mut tx = app.store.begin().await?;
        let last = db::search::put_after(&mut tx, form, &after, PIECE).await?;
        tx.commit().await?;
        match last {
            Some(last) => after = last,
            None => return Ok(()),
        }
    }
}
