//! Who can sign in with the demo password.

use crate::domain::account::{Account, AccountKind};
use crate::domain::audit::Act;
use crate::domain::region::Region;
use crate::domain::verb::Verb;
use crate::forms::basics::natural_villages::FORM;
use crate::server::command::{by_the_system, readable};
use crate::server::db::{self, Connection};
use crate::server::registration::{self, Enrollment};
use crate::server::seed::accounts::Planned;
use crate::server::session::Signed;
use crate::server::state::App;
use crate::server::workflow::{self, Action};
use std::collections::BTreeMap;

/// 昆明市 五华区
const CITY: &str = "5301";
const COUNTY: &str = "530102";
/// One account of every kind, for the table at the end.
const SHOWN: [&str; 11] = [
    "sys-01",
    "sec-01",
    "aud-01",
    "53-zr",
    "53-zz",
    "530100-zr",
    "530100-zz",
    "530102-zr",
    "530102-zz",
    "530102010",
    "530102010004",
];

/// Whether the accounts of this region get the demo password: the county, and everything above it.
pub fn has(region: &Region) -> bool {
    region.code().starts_with(COUNTY) || region.code() == CITY || *region == Region::province()
}

/// An account as far as the rules for passwords look at it.
pub fn anybody() -> Account {
    Account {
        id: String::new(),
        login_key: "demo".to_owned(),
        kind: AccountKind::County,
        region: Region::province(),
        name: String::new(),
        must_change: false,
        person_name: None,
        person_phone: None,
    }
}

/// Gives the accounts the password, not to be changed, and a person behind each.
pub async fn open(app: &App, connection: &mut Connection, planned: &[Planned], hash: &str) -> Result<(), String> {
    let now = app.clock.now();
    for (number, plan) in planned.iter().filter(|plan| has(&plan.region)).enumerate() {
        let Some(stored) = db::accounts::by_key(&mut *connection, &plan.login_key)
            .await
            .map_err(readable)?
        else {
            continue;
        };
        let account = &stored.account;
        db::accounts::set_password(&mut *connection, &account.id, hash, false, None, &now)
            .await
            .map_err(readable)?;
        db::sessions::end_all(&mut *connection, &account.id)
            .await
            .map_err(readable)?;
        if account.person_name.is_none() {
            let (name, phone) = person(number);
            db::accounts::set_person(&mut *connection, &account.id, &name, &phone)
                .await
                .map_err(readable)?;
        }
    }
    let (region, about) = (Region::province(), "为演示账号设置了统一的演示密码");
    db::audits::write(connection, &by_the_system(Act::ResetPassword, &region, about, &now))
        .await
        .map_err(readable)
}

/// A natural village of 自然村名录 registers, its village confirms it, and it signs in as its village does.
pub async fn create_hamlet(app: &App, village: &str, name: &str) -> Result<(), String> {
    let villages = [village.to_owned()];
    let (codes, account) = {
        let mut reader = app.store.reader().await.map_err(readable)?;
        let codes = db::registration_codes::of_villages(&mut reader, &villages).await;
        let account = db::accounts::by_key(&mut reader, village).await;
        (codes.map_err(readable)?, account.map_err(readable)?)
    };
    let code = codes.into_values().next().ok_or("no such village")?;
    let stored = account.ok_or("no such village")?;
    let signed = Signed::for_account(Account {
        must_change: false,
        ..stored.account
    });
    let typed = Enrollment {
        token: &code.token,
        name,
        phone: "",
        id_number: "",
    };
    let key = registration::enroll(app, &signed, &typed).await.map_err(readable)?;
    let mut tx = app.store.begin().await.map_err(readable)?;
    let known = db::accounts::by_key(&mut tx, &key).await.map_err(readable)?;
    let hamlet = known.ok_or("no account")?.account;
    let (hash, now) = (&stored.password_hash, app.clock.now());
    db::accounts::set_password(&mut tx, &hamlet.id, hash, false, None, &now)
        .await
        .map_err(readable)?;
    let record = db::accounts::contract_of(&mut tx, &hamlet.id).await.map_err(readable)?;
    let record = record.ok_or("no record")?;
    let held = db::records::find(&mut tx, &FORM, &record).await.map_err(readable)?;
    let version = held.ok_or("no record")?.version;
    tx.commit().await.map_err(readable)?;
    let confirmation = Action {
        form: &FORM,
        id: &record,
        version,
        verb: Verb::Confirm,
        opinion: "",
        receiver: "",
        pins: &BTreeMap::new(),
        values: &BTreeMap::new(),
    };
    workflow::act(app, &signed, &confirmation).await.map_err(readable)
}

/// An invented person with an invented number.
fn person(number: usize) -> (String, String) {
    const FAMILY: [&str; 16] = [
        "李", "杨", "张", "王", "段", "赵", "刘", "陈", "普", "马", "周", "何", "毕", "施", "徐", "罗",
    ];
    const GIVEN: [&str; 15] = [
        "志强", "红艳", "建国", "丽萍", "云峰", "晓梅", "正华", "春燕", "家兴", "秀兰", "文军", "金花", "永平", "学芬",
        "光荣",
    ];
    let name = format!("{}{}", FAMILY[number % FAMILY.len()], GIVEN[number * 7 % GIVEN.len()]);
    (name, format!("1990871{:04}", 1_001 + number))
}

/// 可登录账号: one of every kind.
pub fn table(planned: &[Planned], password: &str) -> String {
    let mut text = String::from("\n可登录账号\n");
    for key in SHOWN {
        if let Some(plan) = planned.iter().find(|plan| plan.login_key == key) {
            text.push_str(&format!(
                "  {:<14}{}{}\n",
                key,
                padded(&plan.name, 32),
                plan.kind.title()
            ));
        }
    }
    text.push_str(&format!(
        "密码均为 {password}。五华区所有乡镇(街道)、行政村(社区)账号的密码相同。\n\n"
    ));
    text
}

/// Chinese letters take two columns.
fn padded(text: &str, columns: usize) -> String {
    let width: usize = text.chars().map(|letter| if letter.is_ascii() { 1 } else { 2 }).sum();
    format!("{text}{}", " ".repeat(columns.saturating_sub(width)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::phone::is_mobile;
    use crate::server::seed::{accounts::planned, divisions::rows};
    use std::collections::HashSet;

    #[test]
    fn the_county_and_what_is_above_it_can_sign_in() {
        let accounts = planned(&rows().unwrap());
        let open: Vec<_> = accounts.iter().filter(|plan| has(&plan.region)).collect();
        assert!(SHOWN.iter().all(|key| open.iter().any(|plan| plan.login_key == *key)));
        assert!(
            open.iter()
                .all(|plan| !plan.login_key.starts_with("530103") && plan.login_key != "530300-zr")
        );
        let phones: HashSet<_> = (0..open.len()).map(|number| person(number).1).collect();
        assert!(phones.len() == open.len() && phones.iter().all(|phone| is_mobile(phone)));
        assert_eq!(table(&accounts, "secret").lines().count(), SHOWN.len() + 4);
    }
}
