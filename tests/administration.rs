//! 系统管理 (spec S9.1, S9.5, S9.6, S9.7): who may do what with accounts and logs, refusals first.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod world;

use axum::http::header;
use calamine::{Data, Reader};
use hometown::api::administration::{AccountView, AccountsView, LogView, MissingView, OwnAccountView, RightsView};
use hometown::api::announcements::Announcement;
use hometown::api::complaints::ComplaintsView;
use hometown::api::home::WaitingNumbers;
use hometown::domain::account::Account;
use hometown::domain::audit::{Act, Log};
use hometown::domain::duty::Duty;
use hometown::domain::permission::{allows_duty, has_duty};
use hometown::domain::query::ListQuery;
use hometown::domain::region::{Level, Region, Relation, short_name};
use hometown::error::AppError;
use hometown::server::accounts;
use hometown::server::db::{self, regions::NewRegion, sql::Statement};
use hometown::server::divisions::{initials, search_text};
use hometown::server::handouts::{self, Handout, Owner};
use serde_json::json;
use std::collections::BTreeSet;
use std::io::Cursor;
use world::hamlets::{FIRST, enter, register, token};
use world::second_factor::{Phone, with_second_factor};
use world::{ACCOUNTS, Actor, Answer, On, PASSWORD, VILLAGE, World, draft, mobilization, stores};

const SYSTEM: &str = "sys-01";
const SECURITY: &str = "sec-01";
const AUDIT: &str = "aud-01";
const COUNTY: &str = "530102-zr";
const OUTSIDER: &str = "530103-zr";

fn query(pairs: &[(&str, &str)]) -> ListQuery {
    ListQuery::from_parameters(pairs.iter().copied())
}

async fn account(world: &World, key: &str) -> Account {
    let mut reader = world.app.store.reader().await.unwrap();
    db::accounts::by_key(&mut reader, key).await.unwrap().unwrap().account
}

async fn accounts(actor: &Actor<'_>, pairs: &[(&str, &str)]) -> Result<AccountsView, AppError> {
    actor.call("account_list", json!({ "query": query(pairs) })).await
}

async fn log(actor: &Actor<'_>, tab: Log, pairs: &[(&str, &str)]) -> Result<LogView, AppError> {
    let mut pairs = pairs.to_vec();
    pairs.push(("from", "2023-04-01"));
    actor
        .call("log_page", json!({ "tab": tab.key(), "query": query(&pairs) }))
        .await
}

/// The account's page after a plain form, with what is shown once.
async fn led_to(actor: &Actor<'_>, answer: &Answer, id: &str) -> AccountView {
    assert_eq!(answer.status, 303, "{}", answer.text());
    let told = answer.location().split("told=").nth(1).unwrap_or_default();
    let page = actor.call("account_page", json!({ "id": id, "told": told })).await;
    page.unwrap()
}

/// The one-time password in a sentence.
fn password_in(told: &str) -> String {
    let begins = told.find("密码：").unwrap() + "密码：".len();
    told[begins..].chars().take(19).collect()
}

fn cookies(answer: &Answer) -> String {
    let pairs = answer.headers.get_all(header::SET_COOKIE).iter();
    let pairs = pairs.filter_map(|cookie| cookie.to_str().ok()?.split(';').next());
    pairs.collect::<Vec<_>>().join("; ")
}

async fn sign_in<'a>(world: &'a World, key: &str, password: &str) -> (Answer, Actor<'a>) {
    let fields = [("account", key), ("password", password)];
    let answer = world.stranger().form("/login", &fields).await;
    let cookie = cookies(&answer);
    (answer, Actor { world, cookie })
}

fn rows(content: &[u8]) -> Vec<Vec<String>> {
    let mut book: calamine::Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(content.to_vec())).unwrap();
    let range = book.worksheet_range_at(0).unwrap().unwrap();
    let text = |cell: &Data| cell.to_string();
    range.rows().map(|row| row.iter().map(text).collect()).collect()
}

#[tokio::test]
async fn every_kind_of_account_does_its_duty_and_no_more() {
    const ACTS: [(&str, Duty); 6] = [
        ("reset", Duty::Reset),
        ("disable", Duty::Disable),
        ("enable", Duty::Disable),
        ("unlock", Duty::Unlock),
        ("sessions/end", Duty::EndSessions),
        ("reveal", Duty::See),
    ];
    for on in stores() {
        for (key, kind, region, _) in ACCOUNTS {
            let world = World::new(on).await;
            let mut targets = Vec::new();
            for key in [
                VILLAGE,
                "530102010",
                COUNTY,
                "53-zr",
                SYSTEM,
                SECURITY,
                AUDIT,
                "530103001001",
            ] {
                targets.push(account(&world, key).await);
            }
            for target in &targets {
                let relation = Relation::of(&Region::parse(region).unwrap(), &target.region);
                let may = |duty| allows_duty(*kind, duty, target.kind, relation);
                for (act, duty) in ACTS {
                    let what = format!("{on:?} {key}: {act} {}", target.login_key);
                    // A session of its own each time: some of these acts end the one that did them.
                    let actor = world.actor(key).await;
                    let fields = [("reason", "核对信息")];
                    let answer = actor.form(&format!("/accounts/{}/{act}", target.id), &fields).await;
                    match (may(Duty::See), may(duty)) {
                        (false, _) => assert_eq!(answer.status, 404, "{what}"),
                        (true, false) => assert!(answer.location().contains("problem="), "{what}"),
                        (true, true) => {
                            assert_eq!(answer.status, 303, "{what}: {}", answer.text());
                            assert!(!answer.location().contains("problem="), "{what}: {}", answer.location());
                        }
                    }
                }
                let page = world.actor(key).await;
                let page: Result<AccountView, _> =
                    page.call("account_page", json!({ "id": target.id, "told": "" })).await;
                assert_eq!(page.is_ok(), may(Duty::See), "{on:?} {key} sees {}", target.login_key);
                if let Ok(page) = page {
                    assert!(may(Duty::EndSessions) || page.sessions.is_empty());
                    assert!(may(Duty::SeeUse) || page.uses.is_empty());
                }
            }
        }
        let world = World::new(on).await;
        let (stranger, id) = (world.stranger(), account(&world, VILLAGE).await.id);
        for (act, _) in ACTS {
            let answer = stranger.form(&format!("/accounts/{id}/{act}"), &[]).await;
            assert!(
                answer.location().starts_with("/login?next="),
                "{act}: {}",
                answer.status
            );
        }
        assert_eq!(stranger.get("/accounts").await.location(), "/login?next=%2Faccounts");
    }
}

#[tokio::test]
async fn who_makes_an_account_makes_it_below_and_none_of_an_administrator() {
    for on in stores() {
        let world = World::new(on).await;
        let fields = [
            ("kind", "village"),
            ("region", VILLAGE),
            ("login_key", "530102010004-2"),
            ("name", "三多居委会（二）"),
        ];
        for (key, kind, ..) in ACCOUNTS.iter().filter(|(key, ..)| *key != SYSTEM) {
            let actor = world.actor(key).await;
            if has_duty(*kind, Duty::Create) {
                continue;
            }
            assert_eq!(actor.form("/accounts/new", &fields).await.status, 404, "{on:?} {key}");
            let made = actor.form("/accounts/missing", &[("region", "5301")]).await;
            assert_eq!(made.status, 404, "{on:?} {key}");
            for function in ["new_account", "missing_accounts"] {
                let refused: Result<serde_json::Value, _> = actor.call(function, json!({ "query": query(&[]) })).await;
                assert_eq!(refused.unwrap_err(), AppError::NotFound, "{on:?} {key} {function}");
            }
        }
        // Each level makes the kinds of the levels below it that the spec gives it, in its own part of the tree.
        for (key, kind, region, place) in [
            ("53-zr", "village", VILLAGE, "kind"),
            ("53-zr", "province", "53", "kind"),
            ("530100-zr", "township", "530102010", "kind"),
            ("530100-zr", "city", "5301", "kind"),
            (COUNTY, "county", "530102", "kind"),
            (COUNTY, "county_organization", "530102", "kind"),
            (COUNTY, "village", "530103001001", "region"),
            ("530102010", "township", "530102010", "kind"),
            ("530102010", "village", "530103001001", "region"),
        ] {
            let fields = [
                ("kind", kind),
                ("region", region),
                ("login_key", "new-1"),
                ("name", "新账号"),
            ];
            let answer = world.actor(key).await.form("/accounts/new", &fields).await;
            assert!(
                answer.location().contains(&format!("place={place}")),
                "{on:?} {key} {kind} {region}: {} {}",
                answer.status,
                answer.location()
            );
            let mut reader = world.app.store.reader().await.unwrap();
            let made = db::accounts::by_key(&mut reader, "new-1").await.unwrap();
            assert!(made.is_none(), "{on:?} {key} {kind}");
        }
        for (number, (key, kind, region)) in [
            ("53-zr", "city", "5301"),
            ("53-zr", "county_organization", "530102"),
            ("530100-zr", "county", "530103"),
            (COUNTY, "township", "530102010"),
            (COUNTY, "village", "530102010001"),
            ("530102010", "village", "530102010001"),
        ]
        .into_iter()
        .enumerate()
        {
            let login = format!("below-{number}");
            let fields = [
                ("kind", kind),
                ("region", region),
                ("login_key", login.as_str()),
                ("name", "新账号"),
            ];
            let actor = world.actor(key).await;
            let made = actor.form("/accounts/new", &fields).await;
            let new = account(&world, &login).await;
            let page = led_to(&actor, &made, &new.id).await;
            assert!(!password_in(&page.told.unwrap()).is_empty(), "{on:?} {key} {kind}");
        }
        let system = world.actor(SYSTEM).await;
        for (wrong, place) in [
            (("kind", "audit"), "kind"),
            (("kind", "natural_village"), "kind"),
            (("kind", "county"), "kind"),
            (("region", "530199"), "region"),
            (("login_key", "530102010004"), "login_key"),
            (("login_key", "a b"), "login_key"),
            (("name", " "), "name"),
        ] {
            let fields = fields.map(|field| if field.0 == wrong.0 { wrong } else { field });
            let answer = system.form("/accounts/new", &fields).await;
            assert!(
                answer.location().contains(&format!("place={place}")),
                "{on:?} {wrong:?}: {} {}",
                answer.status,
                answer.location()
            );
        }
        let administrator = [
            ("kind", "audit"),
            ("region", "53"),
            ("login_key", "aud-02"),
            ("name", "审计二"),
        ];
        let refused = system.form("/accounts/new", &administrator).await;
        assert!(refused.location().contains("place=kind"));

        let made = system.form("/accounts/new", &fields).await;
        let new = account(&world, "530102010004-2").await;
        let page = led_to(&system, &made, &new.id).await;
        let first = password_in(&page.told.unwrap());
        let (entered, village) = sign_in(&world, "530102010004-2", &first).await;
        assert_eq!(entered.location(), "/password", "{on:?}");
        assert_eq!(
            village.list("mobilization", "").await.unwrap_err(),
            AppError::MustChangePassword
        );
    }
}

#[tokio::test]
async fn a_list_ends_where_the_own_part_of_the_tree_does() {
    for on in stores() {
        let world = World::new(on).await;
        let keys = |view: &AccountsView| -> BTreeSet<String> {
            view.lines.iter().map(|line| line.login_key.clone()).collect()
        };
        let county = accounts(&world.actor(COUNTY).await, &[]).await.unwrap();
        let own = keys(&county);
        assert!(
            own.contains(VILLAGE) && own.contains("530102010") && county.may_create,
            "{own:?}"
        );
        assert!(own.iter().all(|key| key.starts_with("530102")), "{own:?}");
        // The neighbour's part is not to be had by asking for it.
        let county = world.actor(COUNTY).await;
        let asked = accounts(&county, &[("region", "530103")]).await.unwrap();
        assert!(keys(&asked).iter().all(|key| key.starts_with("530102")));
        let province = accounts(&world.actor("53-zr").await, &[]).await.unwrap();
        assert!(
            !keys(&province)
                .iter()
                .any(|key| [SYSTEM, SECURITY, AUDIT].contains(&key.as_str()))
        );
        for key in [VILLAGE, "530102-zz", "530100-zz", AUDIT] {
            let refused = accounts(&world.actor(key).await, &[]).await;
            assert_eq!(refused.unwrap_err(), AppError::NotFound, "{on:?} {key}");
        }
        let system = world.actor(SYSTEM).await;
        let all = accounts(&system, &[]).await.unwrap();
        assert_eq!(all.total as usize, ACCOUNTS.len(), "{on:?}");
        for (pairs, expected) in [
            (vec![("kind", "township")], 2),
            (vec![("text", "三多")], 1),
            (vec![("region", "530103"), ("kind", "village")], 1),
            (vec![("state", "disabled")], 0),
            (vec![("state", "never"), ("text", "530102010001")], 1),
        ] {
            assert_eq!(
                accounts(&system, &pairs).await.unwrap().total,
                expected,
                "{on:?} {pairs:?}"
            );
        }
        // Numbers are masked above the township, in the list and in the workbook.
        let mut tx = world.app.store.begin().await.unwrap();
        let village = account_in(&mut tx, VILLAGE).await;
        db::accounts::set_person(&mut tx, &village.id, "张三", "13812348000")
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let line = |view: AccountsView| view.lines.into_iter().find(|line| line.login_key == VILLAGE).unwrap();
        assert_eq!(line(accounts(&system, &[]).await.unwrap()).phone, "138****8000");
        let township = world.actor("530102010").await;
        assert_eq!(line(accounts(&township, &[]).await.unwrap()).phone, "13812348000");
        let export = system.get("/accounts/export.xlsx?kind=village").await;
        let table = rows(&export.body);
        assert!(
            table[0][0].starts_with("系统管理员（sys-01）于 2023-05-01 10:00:00 导出"),
            "{table:?}"
        );
        assert_eq!(table[1][1], "账号名称");
        assert_eq!(table.len(), 2 + 3);
        assert!(table.iter().flatten().all(|cell| !cell.contains("12348000")));
        // Showing one is an act of its own.
        let silent = system.form(&format!("/accounts/{}/reveal", village.id), &[]).await;
        assert!(silent.location().contains("problem="), "{}", silent.location());
        let shown = system
            .form(&format!("/accounts/{}/reveal", village.id), &[("reason", "联系本人")])
            .await;
        let told = led_to(&system, &shown, &village.id).await.told.unwrap();
        assert!(told.contains("13812348000"), "{told}");
        let audit = world.actor(AUDIT).await;
        let lines = log(&audit, Log::Reveals, &[]).await.unwrap().lines;
        assert_eq!(lines.len(), 1);
        assert!(
            lines[0]
                .sentence
                .starts_with("系统管理员 在 2023-05-01 10:00:00 已查看完整号码：530102010004")
        );
        let exports = log(&audit, Log::Exports, &[]).await.unwrap().lines;
        assert!(exports[0].sentence.ends_with("已导出：账号 3 条"), "{exports:?}");
        assert_eq!(exports[0].changes[0].2, "kind=village");
        assert_eq!(exports[0].changes[1].2.len(), 64, "the hash of the file");
    }
}

async fn account_in(connection: &mut db::Connection, key: &str) -> Account {
    db::accounts::by_key(connection, key).await.unwrap().unwrap().account
}

#[tokio::test]
async fn a_disabled_account_is_out_at_once() {
    for on in stores() {
        let world = World::new(on).await;
        let (_, village) = sign_in(&world, VILLAGE, PASSWORD).await;
        assert_eq!(village.get("/home").await.status, 200);
        let id = account(&world, VILLAGE).await.id;
        let system = world.actor(SYSTEM).await;
        let done = system.form(&format!("/accounts/{id}/disable"), &[]).await;
        assert_eq!(done.location(), format!("/accounts/{id}?notice=disabled"));
        assert_eq!(village.get("/home").await.location(), "/login?next=%2Fhome", "{on:?}");
        assert_eq!(
            village.list("mobilization", "").await.unwrap_err(),
            AppError::SignedOut,
            "{on:?}"
        );
        let (refused, _) = sign_in(&world, VILLAGE, PASSWORD).await;
        assert!(refused.location().contains("problem=wrong"));
        let reset = system.form(&format!("/accounts/{id}/reset"), &[]).await;
        assert!(
            reset.location().contains("problem="),
            "a disabled account gets no password"
        );
        system.form(&format!("/accounts/{id}/enable"), &[]).await;
        assert_eq!(village.get("/home").await.status, 303, "the old session stays dead");
        let (entered, _) = sign_in(&world, VILLAGE, PASSWORD).await;
        assert_eq!(entered.location(), "/home");
        let lines = log(
            &world.actor(AUDIT).await,
            Log::Operations,
            &[("act", "disable_account")],
        )
        .await;
        let lines = lines.unwrap().lines;
        assert_eq!(
            lines[0].changes,
            [("状态".to_owned(), "启用".to_owned(), "停用".to_owned())]
        );
    }
}

#[tokio::test]
async fn a_reset_password_is_shown_once_and_ends_every_session() {
    for on in stores() {
        let world = World::new(on).await;
        let (_, village) = sign_in(&world, VILLAGE, PASSWORD).await;
        let id = account(&world, VILLAGE).await.id;
        let county = world.actor(COUNTY).await;
        let answer = county.form(&format!("/accounts/{id}/reset"), &[]).await;
        let key = answer.location().split("told=").nth(1).unwrap().to_owned();
        // The word under which it waits is of no use to anybody else.
        let township = world.actor("530102010").await;
        let other: AccountView = township
            .call("account_page", json!({ "id": id, "told": key }))
            .await
            .unwrap();
        assert_eq!(other.told, None);
        let told = led_to(&county, &answer, &id).await.told.unwrap();
        assert_eq!(led_to(&county, &answer, &id).await.told, None, "{on:?}: once");
        assert!(told.contains("72 小时"), "{told}");
        assert_eq!(village.get("/home").await.status, 303, "{on:?}");
        let (old, _) = sign_in(&world, VILLAGE, PASSWORD).await;
        assert!(old.location().contains("problem=wrong"));
        let password = password_in(&told);
        let (entered, _) = sign_in(&world, VILLAGE, &password).await;
        assert_eq!(entered.location(), "/password", "{on:?}");
        // Nobody beside or above it, nor the organ beside the county.
        for key in [OUTSIDER, "530102-zz", "530100-zz", "530102010001"] {
            let refused = world.actor(key).await.form(&format!("/accounts/{id}/reset"), &[]).await;
            assert_eq!(refused.status, 404, "{on:?} {key}");
        }
    }
}

/// Two divisions that came after the accounts were made.
async fn new_divisions(world: &World) {
    let rows = [
        ("530103002", "青云街道", "街道"),
        ("530103002201", "金沙村民委员会", "村委会"),
        ("530103002202", "虚拟生活区", "虚拟"),
    ];
    let rows = rows.map(|(code, name, kind)| {
        let region = Region::parse(code).unwrap();
        let level = region.level();
        NewRegion {
            short: short_name(level, name),
            search: search_text(level, name),
            initials: initials(name),
            name: name.to_owned(),
            kind: kind.to_owned(),
            planned: true,
            region,
        }
    });
    let mut tx = world.app.store.begin().await.unwrap();
    db::regions::upsert(&mut tx, &rows).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn missing_accounts_are_made_and_their_passwords_handed_out_once() {
    for on in stores() {
        let world = World::new(on).await;
        let system = world.actor(SYSTEM).await;
        let looked = |pairs: Vec<(&'static str, &'static str)>| {
            let system = &system;
            async move {
                let view: Result<MissingView, _> =
                    system.call("missing_accounts", json!({ "query": query(&pairs) })).await;
                view.unwrap()
            }
        };
        assert_eq!(looked(vec![]).await.missing, 0, "{on:?}");
        let nothing = system.form("/accounts/missing", &[("region", "5301")]).await;
        assert!(nothing.location().contains("problem="));
        new_divisions(&world).await;
        let view = looked(vec![("region", "530103")]).await;
        assert_eq!(view.missing, 2, "{on:?} {view:?}");
        assert_eq!(view.samples[0].1, "青云街道办事处");
        assert_eq!(looked(vec![("region", "530102")]).await.missing, 0);

        let made = system.form("/accounts/missing", &[("region", "530103")]).await;
        assert!(made.location().contains("count=2"), "{}", made.location());
        let key = made
            .location()
            .split("made=")
            .nth(1)
            .unwrap()
            .split('&')
            .next()
            .unwrap();
        let address = format!("/accounts/first_passwords/{key}");
        let stolen = world.actor(SECURITY).await.get(&address).await;
        assert_eq!(stolen.status, 404, "{on:?}");
        let book = rows(&system.get(&address).await.body);
        let again = system.get(&address).await;
        assert!(again.location().contains("problem="), "{on:?}: once");
        let village = book.iter().find(|row| row[4] == "530103002201").unwrap();
        assert_eq!((village[2].as_str(), village[3].as_str()), ("行政村账号", "金沙村"));
        let (entered, _) = sign_in(&world, "530103002201", &village[5]).await;
        assert_eq!(entered.location(), "/password", "{on:?}");
        // Whoever has not signed in yet can get another one; whoever has, keeps what they have.
        let again = system
            .form("/accounts/missing", &[("region", "530103002"), ("renew", "1")])
            .await;
        assert!(again.location().contains("count=1"), "{}", again.location());
        let old = book.iter().find(|row| row[4] == "530103002").unwrap();
        let (refused, _) = sign_in(&world, "530103002", &old[5]).await;
        assert!(refused.location().contains("problem=wrong"), "{on:?}");
        let audit = world.actor(AUDIT).await;
        let lines = log(&audit, Log::Operations, &[("act", "create_account")])
            .await
            .unwrap()
            .lines;
        assert_eq!(lines.len(), 2, "{on:?}: a line for each");
    }
}

#[tokio::test]
async fn what_is_handed_out_is_sealed_kept_for_its_owner_and_pushed_out_by_nobody_else() {
    for on in stores() {
        let world = World::new(on).await;
        let app = &world.app;
        let mut tx = app.store.begin().await.unwrap();
        let told = |text: &str| Handout::Told(text.to_owned());
        let (own, stranger) = (Owner::Account("one"), Owner::Stranger("one"));
        let word = handouts::keep(app, &mut tx, own, &told("初始密码")).await.unwrap();
        let first = handouts::keep(app, &mut tx, stranger, &told("typed")).await.unwrap();
        let mut earlier = Statement::new("update handouts set kept_at = ");
        earlier.text(app.clock.after(-60));
        earlier.execute(&mut tx).await.unwrap();
        for _ in 0..50 {
            handouts::keep(app, &mut tx, stranger, &told("typed")).await.unwrap();
        }
        let gone = handouts::take(app, &mut tx, stranger, &first).await.unwrap();
        assert_eq!(gone, None, "{on:?}: strangers push out what strangers left");
        for other in [stranger, Owner::Account("other")] {
            assert_eq!(handouts::take(app, &mut tx, other, &word).await.unwrap(), None);
        }
        assert!(handouts::waits(app, &mut tx, own, &word).await.unwrap());
        let kept = handouts::take(app, &mut tx, own, &word).await.unwrap();
        assert_eq!(kept, Some(told("初始密码")), "{on:?}");
        assert_eq!(handouts::take(app, &mut tx, own, &word).await.unwrap(), None, "once");

        let book = Handout::Workbook("账号.xlsx".to_owned(), vec![0, 159, 146, 150]);
        let word = handouts::keep(app, &mut tx, own, &book).await.unwrap();
        assert_eq!(handouts::take(app, &mut tx, own, &word).await.unwrap(), Some(book));

        // The table holds no word and nothing that can be read.
        let word = handouts::keep(app, &mut tx, own, &told("secret")).await.unwrap();
        let hash = hometown::server::session::hash(&word);
        let kept = db::handouts::take(&mut tx, &hash, "one", false, "")
            .await
            .unwrap()
            .unwrap();
        let readable = |part: &[u8]| kept.content.windows(part.len()).any(|bytes| bytes == part);
        assert!(!readable(b"secret") && !readable(word.as_bytes()), "{on:?}");
        assert_ne!(hash, word);

        // Nobody fetches it after a quarter of an hour.
        let word = handouts::keep(app, &mut tx, own, &told("late")).await.unwrap();
        let mut statement = Statement::new("update handouts set kept_at = ");
        statement.text(app.clock.after(-16 * 60));
        statement.execute(&mut tx).await.unwrap();
        assert_eq!(handouts::take(app, &mut tx, own, &word).await.unwrap(), None, "{on:?}");
    }
}

#[tokio::test]
async fn sessions_are_seen_and_ended() {
    for on in stores() {
        let world = World::new(on).await;
        let (_, office) = sign_in(&world, VILLAGE, PASSWORD).await;
        let (_, home) = sign_in(&world, VILLAGE, PASSWORD).await;
        let own: OwnAccountView = office.call("own_account", json!({})).await.unwrap();
        assert_eq!(own.sessions.len(), 2, "{on:?}");
        assert_eq!(own.sessions.iter().filter(|session| session.is_own).count(), 1);
        let other = own.sessions.iter().find(|session| !session.is_own).unwrap();
        // Somebody else's word for a session is of no use.
        let neighbour = world.actor("530102010001").await;
        let refused = neighbour.form("/profile/sessions/end", &[("session", &other.id)]).await;
        assert!(refused.location().contains("problem="));
        assert_eq!(home.get("/home").await.status, 200);
        office.form("/profile/sessions/end", &[("session", &other.id)]).await;
        assert_eq!(home.get("/home").await.status, 303, "{on:?}");
        assert_eq!(office.get("/home").await.status, 200);

        let id = account(&world, VILLAGE).await.id;
        let security = world.actor(SECURITY).await;
        let page: AccountView = security
            .call("account_page", json!({ "id": id, "told": "" }))
            .await
            .unwrap();
        assert_eq!(page.sessions.len(), 1);
        security.form(&format!("/accounts/{id}/sessions/end"), &[]).await;
        assert_eq!(office.get("/home").await.status, 303, "{on:?}");
    }
}

#[tokio::test]
async fn one_account_has_only_so_many_sessions() {
    let world = World::new(On::Sqlite).await;
    let most = world.app.config.sessions_per_account as usize;
    let (_, first) = sign_in(&world, VILLAGE, PASSWORD).await;
    let mut last = None;
    for _ in 0..most {
        last = Some(world.actor(VILLAGE).await);
    }
    // The next sign-in ends those that were used least lately.
    let (_, newest) = sign_in(&world, VILLAGE, PASSWORD).await;
    let own: OwnAccountView = newest.call("own_account", json!({})).await.unwrap();
    assert_eq!(own.sessions.len(), most);
    drop((first, last));
}

#[tokio::test]
async fn people_who_share_an_account_are_told_apart() {
    for on in stores() {
        let world = World::new(on).await;
        let mut tx = world.app.store.begin().await.unwrap();
        let village = account_in(&mut tx, VILLAGE).await;
        db::accounts::set_person(&mut tx, &village.id, "张三", "13812348000")
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let (_, office) = sign_in(&world, VILLAGE, PASSWORD).await;
        for (name, phone) in [("李四", "12"), ("", "13987654321"), ("张三", "13987654321")] {
            let refused = office
                .form("/profile/users", &[("user_name", name), ("user_phone", phone)])
                .await;
            assert!(refused.location().contains("place=user_name"), "{on:?} {name}");
        }
        office
            .form(
                "/profile/users",
                &[("user_name", "李四"), ("user_phone", "13987654321")],
            )
            .await;
        let (entered, second) = sign_in(&world, VILLAGE, PASSWORD).await;
        assert_eq!(entered.location(), "/profile?who=1&next=%2Fhome", "{on:?}");
        let own: OwnAccountView = second.call("own_account", json!({})).await.unwrap();
        let user = own.users[0].0.clone();
        // Nobody chooses a user of another account.
        let neighbour = world.actor("530102010001").await;
        let refused = neighbour.form("/profile/users/choose", &[("id", &user)]).await;
        assert_eq!(refused.status, 404, "{on:?}");
        assert_eq!(
            neighbour.form("/profile/users/remove", &[("id", &user)]).await.status,
            404
        );
        let chosen = second
            .form("/profile/users/choose", &[("id", &user), ("next", "/home")])
            .await;
        assert_eq!(chosen.location(), "/home");
        let elsewhere = second
            .form("/profile/users/choose", &[("id", &user), ("next", "//example.org")])
            .await;
        assert_eq!(elsewhere.location(), "/profile?notice=saved");
        let own: OwnAccountView = second.call("own_account", json!({})).await.unwrap();
        assert_eq!((own.person.as_str(), own.first.as_str()), ("李四", "张三"), "{on:?}");
        let county = world.actor(COUNTY).await;
        let page: AccountView = county
            .call("account_page", json!({ "id": village.id, "told": "" }))
            .await
            .unwrap();
        assert_eq!(page.users[0].1, "139****4321");
        assert!(
            page.uses
                .iter()
                .any(|one| one.person == "李四" && one.what.contains("本次使用人 李四")),
            "{:?}",
            page.uses
        );
    }
}

#[tokio::test]
async fn the_log_is_read_by_whom_it_is_for_and_by_nobody_else() {
    for on in stores() {
        let world = World::new(on).await;
        sign_in(&world, VILLAGE, PASSWORD).await;
        sign_in(&world, VILLAGE, "nope-nope-1").await;
        sign_in(&world, "530199-zr", "nope-nope-1").await;
        for (key, ..) in ACCOUNTS {
            for tab in Log::ALL {
                let actor = world.actor(key).await;
                let view = log(&actor, tab, &[]).await;
                let export = actor.get(&format!("/logs/{}/export.xlsx", tab.key())).await;
                let may = match *key {
                    AUDIT => true,
                    SECURITY => matches!(tab, Log::SignIns | Log::Reveals),
                    _ => false,
                };
                match may {
                    true => assert!(view.is_ok(), "{on:?} {key} {tab:?}"),
                    false => assert_eq!(view.unwrap_err(), AppError::NotFound, "{on:?} {key} {tab:?}"),
                }
                let expected = match (*key, may) {
                    (AUDIT, _) => 200,
                    (_, true) => 403,
                    (_, false) => 404,
                };
                assert_eq!(export.status, expected, "{on:?} {key} {tab:?}");
            }
            let rights: Result<RightsView, _> = world.actor(key).await.call("rights", json!({})).await;
            assert_eq!(rights.is_ok(), *key == SECURITY, "{on:?} {key}");
        }
        let audit = world.actor(AUDIT).await;
        let signed = log(&audit, Log::SignIns, &[]).await.unwrap().lines;
        let sentences: Vec<&str> = signed.iter().map(|line| line.sentence.as_str()).collect();
        for expected in [
            "三多居委会 在 2023-05-01 10:00:00 已登录",
            "三多居委会 在 2023-05-01 10:00:00 登录失败：密码不正确",
            "530199-zr 在 2023-05-01 10:00:00 登录失败：无此账号或账号已停用",
        ] {
            assert!(sentences.contains(&expected), "{on:?} {expected}: {sentences:?}");
        }
        // Every export of a log is itself a line; so is every refusal above.
        let exports = log(&audit, Log::Exports, &[]).await.unwrap().lines;
        assert!(exports.iter().any(|line| {
            line.sentence
                .contains("审计管理员 在 2023-05-01 10:00:00 已导出：登录日志")
        }));
        let refused = log(&audit, Log::Operations, &[("act", "refused"), ("account", COUNTY)])
            .await
            .unwrap();
        let sentences: Vec<String> = refused.lines.into_iter().map(|line| line.sentence).collect();
        assert!(
            sentences
                .iter()
                .any(|sentence| sentence
                    .starts_with("五华区自然资源局 在 2023-05-01 10:00:00 越权操作被拒绝：查看登录日志")),
            "{on:?} {sentences:?}"
        );
        let elsewhere = log(&audit, Log::Operations, &[("act", "refused"), ("region", "530103")])
            .await
            .unwrap();
        assert!(
            elsewhere.lines.iter().all(|line| line.place.contains("盘龙区")),
            "{on:?}"
        );
    }
}

#[tokio::test]
async fn what_was_refused_is_written_down() {
    for on in stores() {
        let world = World::new(on).await;
        let village = world.actor(VILLAGE).await;
        let blank = village.open("mobilization", "", "new").await.unwrap();
        let saved = village
            .save("mobilization", &blank.id, 0, "k", &mobilization("动员大会"))
            .await
            .unwrap()
            .opened;
        let outsider = world.actor(OUTSIDER).await;
        assert_eq!(
            outsider.open("mobilization", "", &saved.id).await.unwrap_err(),
            AppError::NotFound
        );
        let county = world.actor(COUNTY).await;
        let refused = county.delete("mobilization", &saved.id, saved.version).await;
        assert!(matches!(refused, Err(AppError::Forbidden(_))));
        let audit = world.actor(AUDIT).await;
        let lines = log(&audit, Log::Operations, &[("act", "refused")]).await.unwrap().lines;
        let said: Vec<(&str, &str, bool)> = lines
            .iter()
            .map(|line| (line.sentence.as_str(), line.about.as_str(), line.is_refusal))
            .collect();
        assert_eq!(
            said,
            [
                (
                    "五华区自然资源局 在 2023-05-01 10:00:00 越权操作被拒绝：删除该记录",
                    "组织发动",
                    true
                ),
                (
                    "盘龙区自然资源局 在 2023-05-01 10:00:00 越权操作被拒绝：查看组织发动（不在权限范围内）",
                    "组织发动",
                    true
                ),
            ],
            "{on:?}"
        );
        // It stands in the log of the administrators, not among the acts of the record.
        let history = village.open("mobilization", "", &saved.id).await.unwrap().history;
        assert_eq!(history.len(), 1, "{history:?}");
    }
}

/// The cells of a line in the workbook of a log, by its id, with the titles of their columns.
async fn exported(actor: &Actor<'_>, tab: Log, id: &str) -> Vec<(String, String)> {
    let path = format!("/logs/{}/export.xlsx?from=2023-04-01", tab.key());
    let mut table = rows(&actor.get(&path).await.body).into_iter().skip(1);
    let titles = table.next().unwrap();
    let row = table.find(|row| row.last().unwrap() == id).unwrap();
    titles.into_iter().zip(row).collect()
}

fn cell<'a>(row: &'a [(String, String)], title: &str) -> &'a str {
    row.iter().find(|(column, _)| column == title).unwrap().1.as_str()
}

#[tokio::test]
async fn who_changed_a_record_is_asked_by_its_id() {
    for on in stores() {
        let world = World::new(on).await;
        let village = world.actor(VILLAGE).await;
        let save = async |id: &str, version: i64, title: &str| {
            let typed = mobilization(title);
            let saved = village.save("mobilization", id, version, title, &typed).await;
            saved.unwrap().opened
        };
        let id = village.open("mobilization", "", "new").await.unwrap().id;
        let saved = save(&id, 0, "动员大会").await;
        save(&id, saved.version, "第二次动员大会").await;
        let other = village.open("mobilization", "", "new").await.unwrap().id;
        save(&other, 0, "座谈会").await;

        let audit = world.actor(AUDIT).await;
        // Nothing is found by a part of an id, by one that nothing has, nor in another log.
        for text in [&id[..18], db::new_id().as_str()] {
            let view = log(&audit, Log::Operations, &[("text", text)]).await.unwrap();
            assert!(view.lines.is_empty(), "{on:?} {text}: {:?}", view.lines);
        }
        assert!(
            log(&audit, Log::Exports, &[("text", &id)])
                .await
                .unwrap()
                .lines
                .is_empty()
        );
        for text in [id.clone(), id.to_uppercase()] {
            let lines = log(&audit, Log::Operations, &[("text", &text)]).await.unwrap().lines;
            let told: Vec<(&str, &str, &str)> = lines
                .iter()
                .map(|line| (line.act.as_str(), line.about.as_str(), line.record.as_str()))
                .collect();
            assert_eq!(
                told,
                [("已修改", "组织发动", id.as_str()), ("已登记", "组织发动", id.as_str())],
                "{on:?}"
            );
        }
        // Without a first day it is the whole log: lines of years ago as well.
        let filler = account(&world, VILLAGE).await;
        let mut tx = world.app.store.begin().await.unwrap();
        let line = db::audits::Line {
            account: Some(&filler),
            act: Act::Modify,
            region: Some(&filler.region),
            record: Some(("mobilization", &id)),
            step: None,
            opinion: "",
            changes: &[],
            address: "test",
            now: "2021-08-11T08:00:00.000Z",
        };
        db::audits::write(&mut tx, &line).await.unwrap();
        tx.commit().await.unwrap();
        let whole = json!({ "tab": Log::Operations.key(), "query": query(&[("text", &id)]) });
        let view: LogView = audit.call("log_page", whole).await.unwrap();
        assert_eq!((view.lines.len(), view.days.0.as_str()), (3, ""), "{on:?}");
        let lately = log(&audit, Log::Operations, &[("text", &id)]).await.unwrap();
        assert_eq!(
            (lately.lines.len(), lately.days.0.as_str()),
            (2, "2023-04-01"),
            "{on:?}"
        );

        // 对象 narrows it to a form; what is none narrows nothing.
        assert!(
            lately
                .forms
                .contains(&("mobilization".to_owned(), "组织发动".to_owned()))
        );
        let of_form = async |form: &str| {
            let view = log(&audit, Log::Operations, &[("form", form)]).await.unwrap();
            view.lines.into_iter().map(|line| line.record).collect::<Vec<_>>()
        };
        assert_eq!(of_form("mobilization").await, [&*other, &*id, &*id], "{on:?}");
        assert!(of_form("training").await.is_empty(), "{on:?}");
        assert!(of_form("no-such-form").await.contains(&other), "{on:?}");
        let signed = log(&audit, Log::SignIns, &[]).await.unwrap();
        assert!(signed.forms.is_empty(), "a sign-in is about no form");

        let row = exported(&audit, Log::Operations, &lately.lines[0].id).await;
        assert_eq!(cell(&row, "记录编号"), id, "{on:?}");
        assert_eq!(cell(&row, "对象"), "组织发动");
        assert_eq!(cell(&row, "日志编号"), lately.lines[0].id);
    }
}

#[tokio::test]
async fn what_happens_to_the_account_of_a_technical_unit_is_written_down() {
    for on in stores() {
        let world = World::new(on).await;
        let county = world.actor(COUNTY).await;
        let blank = county.open("technical_units", "", "new").await.unwrap();
        let mut unit = draft(&[
            ("villages", VILLAGE),
            ("name", "云南某规划公司"),
            ("qualification", "planning_b"),
            ("leader", "杨立新"),
            ("leader_phone", "13812348000"),
            ("contract_amount", "50"),
            ("province_grant", "20"),
            ("city_grant", "10"),
            ("county_funds", "10"),
            ("project_funds", "5"),
            ("village_funds", "2.5"),
            ("donations", "2.5"),
            ("work", "编制村庄规划"),
        ]);
        for (version, name, has_account) in [
            (0, "云南某规划公司", "1"),
            (1, "云南某规划公司", "0"),
            (2, "云南某规划公司", "1"),
            (3, "昆明某规划公司", "1"),
            // Nothing about the account changes, and nothing is written.
            (4, "昆明某规划公司", "1"),
        ] {
            unit.set("name", name);
            unit.set("has_account", has_account);
            let key = version.to_string();
            county
                .save("technical_units", &blank.id, version, &key, &unit)
                .await
                .unwrap();
        }
        let audit = world.actor(AUDIT).await;
        let lines = log(&audit, Log::Operations, &[("form", "accounts")])
            .await
            .unwrap()
            .lines;
        let told: Vec<(&str, Vec<String>)> = lines
            .iter()
            .map(|line| {
                let changes = line.changes.iter();
                let changes = changes.map(|(field, old, new)| format!("{field} {old}→{new}"));
                (line.act.as_str(), changes.collect())
            })
            .collect();
        let change = |text: &str| vec![text.to_owned()];
        assert_eq!(
            told,
            [
                ("已修改", change("账号名称 云南某规划公司·五华区→昆明某规划公司·五华区")),
                ("已启用账号", change("状态 停用→启用")),
                ("已停用账号", change("状态 启用→停用")),
                ("已创建账号", Vec::new()),
            ],
            "{on:?}"
        );
        let made = account(&world, "tu-530102-1").await;
        assert!(lines.iter().all(|line| line.record == made.id), "{on:?}");
        assert!(lines[0].sentence.ends_with("tu-530102-1 昆明某规划公司·五华区"));
    }
}

#[tokio::test]
async fn passwords_that_let_nobody_in_are_written_down() {
    for on in stores() {
        let world = World::new(on).await;
        // The published first password from a second phone; whoever goes on trying does not fill the log.
        let token = token(&world, VILLAGE).await;
        register(&world, &token, "马坡村").await;
        let key = format!("{VILLAGE}/马坡村");
        let (first, _) = enter(&world, "", &token, &key, FIRST).await;
        assert_eq!(first.location(), "/m/profile");
        for _ in 0..7 {
            let (second, _) = enter(&world, "", &token, &key, FIRST).await;
            assert!(second.location().contains("refused=used"), "{on:?}");
        }
        // A wrong old password at 修改密码.
        let county = world.actor(COUNTY).await;
        let fields = [
            ("old", "nope-nope-1"),
            ("new", "Tr4ctor-On-Terrace"),
            ("again", "Tr4ctor-On-Terrace"),
            ("person_name", "王小明"),
            ("person_phone", "13887654321"),
        ];
        let refused = county.form("/password", &fields).await;
        assert!(refused.location().contains("place=old"), "{on:?}");

        let audit = world.actor(AUDIT).await;
        let failed = log(&audit, Log::SignIns, &[("act", "sign_in_failed")]).await.unwrap();
        assert!(failed.lines.iter().all(|line| line.is_refusal));
        let count = |sentence: &str| failed.lines.iter().filter(|line| line.sentence == sentence).count();
        let used = "马坡村 在 2023-05-01 10:00:00 登录失败：初始密码已在其他设备使用";
        assert_eq!(count(used), 5, "{on:?}");
        let old = "五华区自然资源局 在 2023-05-01 10:00:00 登录失败：修改密码时原密码不正确";
        assert_eq!(count(old), 1, "{on:?}");
        assert_eq!(failed.lines.len(), 6, "{on:?}");
    }
}

#[tokio::test]
async fn the_workbook_of_a_log_says_what_the_screen_says() {
    for on in stores() {
        let world = World::new(on).await;
        sign_in(&world, "530199-zr", "nope-nope-1").await;
        let token = token(&world, VILLAGE).await;
        register(&world, &token, "马坡村").await;
        enter(&world, "", &token, &format!("{VILLAGE}/马坡村"), FIRST).await;
        let audit = world.actor(AUDIT).await;
        let view = log(&audit, Log::SignIns, &[]).await.unwrap();
        assert_eq!(view.lines.len(), 2, "{on:?}");
        for line in &view.lines {
            let row = exported(&audit, Log::SignIns, &line.id).await;
            let said = match cell(&row, "内容") {
                "" => String::new(),
                said => format!("：{said}"),
            };
            let sentence = format!("{} 在 {} {}{said}", cell(&row, "账号"), line.at, line.act);
            assert_eq!(sentence, line.sentence, "{on:?}");
            assert_eq!(cell(&row, "所属区划"), line.place, "{on:?}");
        }
        let unknown = exported(&audit, Log::SignIns, &view.lines[1].id).await;
        assert_eq!(
            (cell(&unknown, "账号"), cell(&unknown, "内容")),
            ("530199-zr", "无此账号或账号已停用"),
            "{on:?}"
        );
        let hamlet = exported(&audit, Log::SignIns, &view.lines[0].id).await;
        assert!(cell(&hamlet, "所属区划").ends_with("三多社区 / 马坡村"), "{hamlet:?}");
    }
}

#[tokio::test]
async fn lines_from_before_a_move_are_found_by_the_old_code() {
    const OTHER: &str = "530103001";
    for on in stores() {
        let world = World::new(on).await;
        let village = world.actor(VILLAGE).await;
        let blank = village.open("mobilization", "", "new").await.unwrap();
        village
            .save("mobilization", &blank.id, 0, "k", &mobilization("动员大会"))
            .await
            .unwrap();
        let change = json!({ "kind": "move", "region": VILLAGE, "target": OTHER });
        let system = world.actor(SYSTEM).await;
        let moved = system
            .call::<serde_json::Value>("change_division", json!({ "change": change, "stores": true }))
            .await;
        moved.unwrap();
        let audit = world.actor(AUDIT).await;
        let found = async |text: &str| {
            let pairs = [("act", "register"), ("text", text)];
            let view = log(&audit, Log::Operations, &pairs).await.unwrap();
            view.lines.into_iter().map(|line| line.record).collect::<Vec<_>>()
        };
        // Neither where it lies now, nor beside where it lay, nor what is no code.
        for text in [OTHER, "530103001004", "530102010001", "5301020100", "53010201000"] {
            assert!(found(text).await.is_empty(), "{on:?} {text}");
        }
        for text in [VILLAGE, "530102010", "530102", "530100"] {
            assert_eq!(found(text).await, [&*blank.id], "{on:?} {text}");
        }
    }
}

#[tokio::test]
async fn an_account_shows_what_was_done_with_its_second_factor() {
    for on in stores() {
        let world = with_second_factor(on).await;
        let (_, county) = sign_in(&world, COUNTY, PASSWORD).await;
        let phone = Phone::of(&county).await;
        county.form("/second_factor/bind", &[("code", &phone.shows(-1))]).await;
        let (_, guesser) = sign_in(&world, COUNTY, PASSWORD).await;
        guesser.form("/second_factor", &[("code", "000000")]).await;
        guesser.form("/second_factor", &[("code", &phone.shows(-1))]).await;
        // Whoever does not even have the password uses nothing.
        sign_in(&world, COUNTY, "nope-nope-1").await;
        let id = account(&world, COUNTY).await.id;
        let system = world.actor(SYSTEM).await;
        system.form(&format!("/accounts/{id}/second_factor/reset"), &[]).await;
        let (_, county) = sign_in(&world, COUNTY, PASSWORD).await;
        let phone = Phone::of(&county).await;
        county.form("/second_factor/bind", &[("code", &phone.shows(0))]).await;
        county.form("/second_factor/unbind", &[("code", &phone.shows(1))]).await;

        let asked = json!({ "id": id, "told": "" });
        let page: AccountView = world.actor(SECURITY).await.call("account_page", asked).await.unwrap();
        let uses: Vec<(&str, &str)> = page
            .uses
            .iter()
            .map(|one| (one.what.as_str(), one.person.as_str()))
            .collect();
        assert_eq!(
            uses,
            [
                ("已解除两步验证", ""),
                ("已绑定两步验证", ""),
                ("已登录", ""),
                ("已重置两步验证", "系统管理员"),
                ("登录失败：验证码已使用过", ""),
                ("登录失败：验证码不正确", ""),
                ("已绑定两步验证", ""),
                ("已登录", ""),
            ],
            "{on:?}"
        );
        // What others went through stands with them.
        let other = json!({ "id": account(&world, OUTSIDER).await.id, "told": "" });
        let page: AccountView = world.actor(SECURITY).await.call("account_page", other).await.unwrap();
        assert!(page.uses.is_empty(), "{on:?} {:?}", page.uses);
    }
}

#[tokio::test]
async fn the_table_of_rights_leaves_nothing_out() {
    let world = World::new(On::Sqlite).await;
    let view: RightsView = world.actor(SECURITY).await.call("rights", json!({})).await.unwrap();
    let others = view.tables.last().unwrap();
    for (title, kinds) in [
        ("行政区划、字典、实地调研导入", vec!["系统管理员"]),
        ("参数", vec!["系统管理员", "县级账号"]),
    ] {
        let (_, marks) = others.lines.iter().find(|(what, _)| what == title).unwrap();
        let may = view.kinds.iter().zip(marks).filter(|(_, mark)| *mark == "✔");
        assert_eq!(may.map(|(kind, _)| kind.as_str()).collect::<Vec<_>>(), kinds, "{title}");
    }
    assert!(others.lines.iter().any(|(what, _)| what == "台账信息"));
}

#[tokio::test]
async fn a_log_is_turned_page_by_page_without_losing_a_line() {
    for on in stores() {
        let world = World::new(on).await;
        let village = account(&world, VILLAGE).await;
        let mut tx = world.app.store.begin().await.unwrap();
        // Many lines of one instant, and some before and after it.
        let instants = [
            "2023-04-30T01:00:00.000Z",
            "2023-04-30T02:00:00.000Z",
            "2023-04-30T03:00:00.000Z",
        ];
        let mut lines = Vec::new();
        for (position, now) in instants.into_iter().enumerate() {
            for _ in 0..(if position == 1 { 55 } else { 5 }) {
                lines.push(db::audits::Line {
                    account: Some(&village),
                    act: Act::Modify,
                    region: Some(&village.region),
                    record: None,
                    step: None,
                    opinion: "",
                    changes: &[],
                    address: "test",
                    now,
                });
            }
        }
        db::audits::write_all(&mut tx, &lines).await.unwrap();
        tx.commit().await.unwrap();
        let audit = world.actor(AUDIT).await;
        let mut seen = Vec::new();
        let mut pages = Vec::new();
        let mut before = None;
        loop {
            let pairs: Vec<(&str, &str)> = before.as_deref().map(|place| ("before", place)).into_iter().collect();
            let view = log(&audit, Log::Operations, &pairs).await.unwrap();
            let ids: Vec<String> = view.lines.iter().map(|line| line.id.clone()).collect();
            seen.extend(ids.clone());
            pages.push((ids, view.newer.clone()));
            match view.older {
                Some(older) => before = Some(older),
                None => break,
            }
        }
        assert_eq!(seen.len(), lines.len(), "{on:?}");
        assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), lines.len(), "{on:?}");
        assert_eq!(pages[0].1, None, "nothing is newer than the first page");
        // And back again.
        let newer = pages[2].1.clone().unwrap();
        let back = log(&audit, Log::Operations, &[("after", &newer)]).await.unwrap();
        let ids: Vec<String> = back.lines.into_iter().map(|line| line.id).collect();
        assert_eq!(ids, pages[1].0, "{on:?}");
        // Days are Yunnan's.
        let day = [("to", "2023-04-30"), ("text", "test")];
        assert!(!log(&audit, Log::Operations, &day).await.unwrap().lines.is_empty());
        let none = log(&audit, Log::Operations, &[("to", "2023-04-29")]).await.unwrap();
        assert!(none.lines.is_empty(), "{on:?}");
    }
}

/// A page of millions of lines costs what the first one does only as long as the store walks an index.
#[tokio::test]
async fn a_log_is_found_by_its_index() {
    let world = World::new(On::Sqlite).await;
    let mut reader = world.app.store.reader().await.unwrap();
    for (tab, index) in [
        (Log::SignIns, "audits_sign_ins"),
        (Log::Operations, "audits_newest"),
        (Log::Reveals, "audits_reveals"),
        (Log::Exports, "audits_exports"),
    ] {
        let asked = db::logs::Asked {
            log: tab,
            from: "2023-01-01".to_owned(),
            to: String::new(),
            accounts: None,
            part: None,
            act: None,
            form: None,
            record: None,
            text: String::new(),
            code: None,
        };
        let plan = db::logs::plan(&mut reader, &asked).await.unwrap();
        assert!(plan.contains(index) && !plan.contains("TEMP B-TREE"), "{tab:?}: {plan}");
        let of_a_record = db::logs::Asked {
            record: Some(db::new_id()),
            ..asked
        };
        let plan = db::logs::plan(&mut reader, &of_a_record).await.unwrap();
        assert!(plan.contains("audits_record"), "{tab:?}: {plan}");
    }
}
/// A line that says that an account has had a number shown whole.
fn shown_whole<'a>(account: &'a Account, now: &'a str) -> db::audits::Line<'a> {
    db::audits::Line {
        account: Some(account),
        act: Act::Reveal,
        region: Some(&account.region),
        record: None,
        step: None,
        opinion: "",
        changes: &[],
        address: "test",
        now,
    }
}

#[tokio::test]
async fn a_hundred_numbers_a_day_are_enough() {
    let world = World::new(On::Sqlite).await;
    let county = account(&world, COUNTY).await;
    let mut tx = world.app.store.begin().await.unwrap();
    // Yesterday's do not count.
    let mut lines: Vec<_> = (0..50)
        .map(|_| shown_whole(&county, "2023-04-30T15:59:59.000Z"))
        .collect();
    lines.extend((0..99).map(|_| shown_whole(&county, "2023-04-30T16:00:00.000Z")));
    db::audits::write_all(&mut tx, &lines).await.unwrap();
    tx.commit().await.unwrap();
    let village = account(&world, VILLAGE).await.id;
    let actor = world.actor(COUNTY).await;
    let hundredth = actor
        .form(&format!("/accounts/{village}/reveal"), &[("reason", "核对信息")])
        .await;
    assert!(hundredth.location().contains("told="), "{}", hundredth.location());
    let refused = actor
        .form(&format!("/accounts/{village}/reveal"), &[("reason", "核对信息")])
        .await;
    assert!(refused.location().contains("problem="), "{}", refused.location());
}

/// `security.md` P02: the last number of a day is one, however many ask for it at once.
#[tokio::test]
async fn two_who_look_at_once_do_not_share_the_last_number() {
    for on in stores() {
        let world = World::new(on).await;
        // Another process on the same store: each has one connection.
        let other = World::over(tempfile::tempdir().unwrap(), &world.app.config.database_url).await;
        let county = account(&world, COUNTY).await;
        let village = account(&world, VILLAGE).await.id;
        let lines: Vec<_> = (0..99)
            .map(|_| shown_whole(&county, "2023-04-30T16:00:00.000Z"))
            .collect();
        let mut tx = world.app.store.begin().await.unwrap();
        db::audits::write_all(&mut tx, &lines).await.unwrap();
        tx.commit().await.unwrap();
        let (one, two) = (world.actor(COUNTY).await, other.actor(COUNTY).await);
        let (path, reason) = (format!("/accounts/{village}/reveal"), [("reason", "核对信息")]);
        let (first, second) = tokio::join!(one.form(&path, &reason), two.form(&path, &reason));
        let told = |answer: &Answer| answer.location().contains("told=");
        assert!(
            told(&first) != told(&second),
            "{on:?}: {} {}",
            first.location(),
            second.location()
        );
        let mut reader = world.app.store.reader().await.unwrap();
        assert_eq!(
            db::audits::count(&mut reader, Act::Reveal).await.unwrap(),
            100,
            "{on:?}"
        );
    }
}

/// `security.md` G06: an account that signs in from everywhere stands out.
#[tokio::test]
async fn accounts_on_many_devices_are_listed() {
    for on in stores() {
        let world = World::new(on).await;
        let system = world.actor(SYSTEM).await;
        let shared = async || {
            let view = accounts(&system, &[("state", "shared")]).await.unwrap();
            view.lines.into_iter().map(|line| line.login_key).collect::<Vec<_>>()
        };
        for _ in 0..5 {
            sign_in(&world, VILLAGE, PASSWORD).await;
        }
        assert!(shared().await.is_empty(), "{on:?}");
        sign_in(&world, VILLAGE, PASSWORD).await;
        assert_eq!(shared().await, [VILLAGE], "{on:?}");
    }
}

/// `security.md` G06: whoever does not come for so long is out, by rule and with a line in the log; let in again, the days
/// count anew.
#[tokio::test]
async fn accounts_that_nobody_uses_are_shut_where_the_settings_say_so() {
    for on in stores() {
        let world = World::new(on).await;
        let used = account(&world, VILLAGE).await.id;
        let mut tx = world.app.store.begin().await.unwrap();
        let mut statement = Statement::new("update accounts set created_at = ");
        statement.text("2023-01-01T00:00:00.000Z").push(", last_seen_at = null");
        statement.execute(&mut tx).await.unwrap();
        let mut statement = Statement::new("update accounts set last_seen_at = ");
        statement
            .text("2023-04-30T00:00:00.000Z")
            .push(" where id = ")
            .text(used.as_str());
        statement.execute(&mut tx).await.unwrap();
        tx.commit().await.unwrap();

        assert_eq!(
            accounts::disable_idle(&world.app, 0).await.unwrap(),
            0,
            "nobody by default"
        );
        assert_eq!(accounts::disable_idle(&world.app, 365).await.unwrap(), 0);
        let shut = accounts::disable_idle(&world.app, 90).await.unwrap();
        assert!(shut > 0);
        let county = account(&world, COUNTY).await.id;
        let is_enabled = async |id: &str| {
            let mut reader = world.app.store.reader().await.unwrap();
            db::accounts::by_id(&mut reader, id).await.unwrap().unwrap().enabled
        };
        assert!(is_enabled(&used).await && !is_enabled(&county).await);
        assert!(
            is_enabled(&account(&world, "sys-01").await.id).await,
            "no administrator"
        );
        assert_eq!(world::audits(&world, "disable_account").await.len(), shut);
        let system = world.actor("sys-01").await;
        system.form(&format!("/accounts/{county}/enable"), &[]).await;
        assert_eq!(accounts::disable_idle(&world.app, 90).await.unwrap(), 0);
        assert!(is_enabled(&county).await);
    }
}

async fn announce(system: &Actor<'_>, title: &str, more: &[(&str, &str)]) {
    let blank = system.open("announcements", "", "new").await.unwrap();
    let mut draft = blank.draft.clone();
    draft.set("title", title);
    draft.set("content", "第一行\n第二行");
    for (key, value) in more {
        draft.set(key, *value);
    }
    system.save("announcements", &blank.id, 0, "k", &draft).await.unwrap();
}

#[tokio::test]
async fn announcements_reach_their_part_of_the_tree_while_they_are_valid() {
    for on in stores() {
        let world = World::new(on).await;
        let system = world.actor(SYSTEM).await;
        announce(&system, "全省", &[]).await;
        announce(&system, "五华区", &[("reach", "counties"), ("counties", "530102")]).await;
        announce(
            &system,
            "盘龙区",
            &[("reach", "counties"), ("counties", "530103"), ("is_pinned", "1")],
        )
        .await;
        announce(&system, "公开", &[("is_public", "1"), ("is_pinned", "1")]).await;
        announce(&system, "明天", &[("starts_on", "2023-05-02")]).await;
        announce(
            &system,
            "昨天",
            &[("starts_on", "2023-04-01"), ("ends_on", "2023-04-30")],
        )
        .await;
        let read = |actor: Actor<'_>| {
            let cookie = actor.cookie;
            let world = &world;
            async move {
                let actor = Actor { world, cookie };
                let all: Vec<Announcement> = actor.call("announcements", json!({})).await.unwrap();
                all.into_iter().map(|one| one.title).collect::<BTreeSet<_>>()
            }
        };
        let set = |titles: &[&str]| titles.iter().map(|title| (*title).to_owned()).collect::<BTreeSet<_>>();
        assert_eq!(
            read(world.actor(VILLAGE).await).await,
            set(&["全省", "五华区", "公开"]),
            "{on:?}"
        );
        assert_eq!(
            read(world.actor(OUTSIDER).await).await,
            set(&["全省", "盘龙区", "公开"]),
            "{on:?}"
        );
        assert_eq!(
            read(world.actor("530100-zr").await).await,
            set(&["全省", "公开"]),
            "{on:?}"
        );
        assert_eq!(read(world.stranger()).await, set(&["公开"]), "{on:?}");
        let portal = world.stranger().get("/").await.text();
        assert!(portal.contains("公开") && !portal.contains("五华区"), "{on:?}");
        let all: Vec<Announcement> = world
            .actor(OUTSIDER)
            .await
            .call("announcements", json!({}))
            .await
            .unwrap();
        assert!(all[0].is_pinned && all[1].is_pinned, "{on:?}");
        // One that is for others is not found, by whatever address.
        let foreign = all.iter().find(|one| one.title == "盘龙区").unwrap().id.clone();
        let village = world.actor(VILLAGE).await;
        let refused: Result<Announcement, _> = village.call("read_announcement", json!({ "id": foreign })).await;
        assert_eq!(refused.unwrap_err(), AppError::NotFound);
        assert!(
            !village
                .get(&format!("/announcements/{foreign}"))
                .await
                .text()
                .contains("盘龙区")
        );
        for key in [COUNTY, "530100-zr", SECURITY, AUDIT] {
            let refused = world.actor(key).await.open("announcements", "", "new").await;
            assert_eq!(refused.unwrap_err(), AppError::NotFound, "{on:?} {key}");
        }
    }
}

async fn complain(actor: &Actor<'_>, content: &str, key: &str) -> Answer {
    let fields = [
        ("content", content),
        ("contact", "13812348000"),
        ("page", "/desk/training"),
        ("key", key),
    ];
    actor.form("/complaints", &fields).await
}

async fn own_complaints(actor: &Actor<'_>) -> ComplaintsView {
    actor.call("complaints_page", json!({ "kept": "" })).await.unwrap()
}

#[tokio::test]
async fn a_complaint_reaches_those_above_and_its_answer_comes_back() {
    for on in stores() {
        let world = World::new(on).await;
        let village = world.actor(VILLAGE).await;
        let empty = complain(&village, "  ", "").await;
        assert!(empty.location().starts_with("/complaints?kept="), "{on:?}");
        let kept = empty
            .location()
            .split("kept=")
            .nth(1)
            .unwrap()
            .split('&')
            .next()
            .unwrap();
        let view: ComplaintsView = village.call("complaints_page", json!({ "kept": kept })).await.unwrap();
        assert_eq!(
            (view.contact.as_str(), view.problem.is_empty()),
            ("13812348000", false),
            "nothing is lost"
        );
        let key = db::new_id();
        for _ in 0..2 {
            let sent = complain(&village, "培训学习的附件传不上去", &key).await;
            assert_eq!(sent.location(), "/complaints?notice=sent");
        }
        let own = own_complaints(&village).await;
        assert_eq!(own.lines.len(), 1, "{on:?}: sent twice, stored once");
        assert_eq!(own.lines[0].status, "待处理");
        assert!(
            own_complaints(&world.actor("530102010001").await)
                .await
                .lines
                .is_empty()
        );
        // The audit administrator changes nothing, not even by a complaint.
        let audit = world.actor(AUDIT).await;
        assert_eq!(complain(&audit, "一切正常", &db::new_id()).await.status, 403, "{on:?}");

        for key in ["530102010", "530102-zz", "53-zr", VILLAGE, SECURITY, AUDIT] {
            let list = world.actor(key).await.list("complaints", "").await;
            assert_eq!(list.unwrap_err(), AppError::NotFound, "{on:?} {key}");
        }
        assert_eq!(
            world.actor(OUTSIDER).await.list("complaints", "").await.unwrap().total,
            0
        );
        let county = world.actor(COUNTY).await;
        let list = county.list("complaints", "").await.unwrap();
        assert_eq!((list.total, list.may_create), (1, false), "{on:?}");
        assert!(
            list.lines[0].cells.iter().any(|cell| cell == "138****8000"),
            "{:?}",
            list.lines[0].cells
        );
        let line = &list.lines[0];
        let act = |verb: &str, version: i64, reply: &str| {
            json!({ "act": {
                "form": "complaints", "id": line.id, "version": version, "verb": verb, "opinion": "", "receiver": "",
                "pins": {}, "values": if reply.is_empty() { json!({}) } else { json!({ "reply": reply }) },
            } })
        };
        let foreign: Result<(), _> = world.actor(OUTSIDER).await.call("decide", act("answer", 1, "好")).await;
        assert_eq!(foreign.unwrap_err(), AppError::NotFound, "{on:?}");
        let own: Result<(), _> = village.call("decide", act("answer", 1, "好")).await;
        assert_eq!(own.unwrap_err(), AppError::NotFound, "{on:?}");
        let silent: Result<(), _> = county.call("decide", act("answer", line.version, "")).await;
        assert!(matches!(silent, Err(AppError::Invalid(_))), "{on:?}: {silent:?}");
        let () = county.call("decide", act("take_up", line.version, "")).await.unwrap();
        assert_eq!(own_complaints(&village).await.lines[0].status, "处理中");
        let version = county.open("complaints", "", &line.id).await.unwrap().version;
        let () = county
            .call("decide", act("answer", version, "请将附件压缩后重传"))
            .await
            .unwrap();
        let answered = own_complaints(&village).await.lines.remove(0);
        assert_eq!(
            (answered.status.as_str(), answered.reply.as_str()),
            ("已答复", "请将附件压缩后重传"),
            "{on:?}"
        );
    }
}

/// 四眼 (`security.md` A23): a county reads its own complaint among the others, but another account answers it.
#[tokio::test]
async fn nobody_answers_their_own_complaint() {
    for on in stores() {
        let world = World::new(on).await;
        let (county, city) = (world.actor(COUNTY).await, world.actor("530100-zr").await);
        let sent = complain(&county, "导出很慢", &db::new_id()).await;
        assert_eq!(sent.location(), "/complaints?notice=sent", "{on:?}");
        let line = county.list("complaints", "").await.unwrap().lines.remove(0);
        let version = line.version;
        let act = |verb: &str, version: i64, reply: &str| {
            json!({ "act": {
                "form": "complaints", "id": line.id, "version": version, "verb": verb, "opinion": "", "receiver": "",
                "pins": {}, "values": if reply.is_empty() { json!({}) } else { json!({ "reply": reply }) },
            } })
        };
        for (verb, reply, button) in [("take_up", "", "受理"), ("answer", "已处理", "答复")] {
            let refused: Result<(), _> = county.call("decide", act(verb, version, reply)).await;
            let why = format!("这是您的账号提交的，不能由您的账号{button}，请由其他账号处理");
            assert_eq!(refused.unwrap_err(), AppError::Forbidden(why), "{on:?} {verb}");
        }
        assert!(
            county.open("complaints", "", &line.id).await.unwrap().ways.is_empty(),
            "{on:?}: no button is offered"
        );
        // Neither by a plain form, nor among what waits for the county.
        let version_text = version.to_string();
        let fields = [
            ("id", line.id.as_str()),
            ("version", version_text.as_str()),
            ("verb", "answer"),
            ("value.reply", "已处理"),
        ];
        let refused = county.form("/records/complaints/decide", &fields).await;
        assert!(
            refused.location().contains("problem="),
            "{on:?}: {}",
            refused.location()
        );
        assert_eq!(own_complaints(&county).await.lines[0].status, "待处理", "{on:?}");
        let waits: WaitingNumbers = county.call("waiting_counts", json!({})).await.unwrap();
        assert_eq!(waits.of("complaints"), 0, "{on:?}");

        // The city does it, and what a village has left is the county's as before.
        let waits: WaitingNumbers = city.call("waiting_counts", json!({})).await.unwrap();
        assert_eq!(waits.of("complaints"), 1, "{on:?}");
        let ways = city.open("complaints", "", &line.id).await.unwrap().ways;
        assert_eq!(ways.len(), 2, "{on:?}");
        let () = city.call("decide", act("answer", version, "已优化")).await.unwrap();
        assert_eq!(own_complaints(&county).await.lines[0].reply, "已优化", "{on:?}");
        complain(&world.actor(VILLAGE).await, "附件传不上去", &db::new_id()).await;
        let waits: WaitingNumbers = county.call("waiting_counts", json!({})).await.unwrap();
        assert_eq!(waits.of("complaints"), 1, "{on:?}");
    }
}

#[tokio::test]
async fn strangers_complain_only_so_often_and_to_the_system_administrator() {
    let world = World::new(On::Sqlite).await;
    let stranger = world.stranger();
    for _ in 0..5 {
        let sent = complain(&stranger, "看不到公示", &db::new_id()).await;
        assert_eq!(sent.location(), "/complaints?notice=sent");
    }
    let refused = complain(&stranger, "再来一条", &db::new_id()).await;
    assert!(
        refused.location().starts_with("/complaints?kept="),
        "{}",
        refused.location()
    );
    assert!(own_complaints(&stranger).await.lines.is_empty());
    let system = world.actor(SYSTEM).await;
    let list = system.list("complaints", "").await.unwrap();
    assert_eq!((list.total, list.lines[0].filler.as_str()), (5, "访客"));
    assert!(
        own_complaints(&system).await.lines.is_empty(),
        "they are not the administrator's own"
    );
    // Though the system administrator's account keeps them, it is not their author: it answers them.
    let line = &list.lines[0];
    let ways = system.open("complaints", "", &line.id).await.unwrap().ways;
    assert_eq!(ways.len(), 2);
    let answer = json!({ "act": {
        "form": "complaints", "id": line.id, "version": line.version, "verb": "answer", "opinion": "", "receiver": "",
        "pins": {}, "values": { "reply": "已公示" },
    } });
    let () = system.call("decide", answer).await.unwrap();
    assert_eq!(world.actor(COUNTY).await.list("complaints", "").await.unwrap().total, 0);
}

#[tokio::test]
async fn the_system_administrator_sees_no_business_data_but_what_it_imports() {
    let world = World::new(On::Sqlite).await;
    let system = world.actor(SYSTEM).await;
    for page in [
        "candidates",
        "roster",
        "village_profile",
        "training",
        "baseline_survey",
        "filing",
    ] {
        assert_eq!(system.list(page, "").await.unwrap_err(), AppError::NotFound, "{page}");
        assert_eq!(system.get(&format!("/exports/{page}")).await.status, 404, "{page}");
    }
    assert!(system.list("field_survey", "economy").await.is_ok());
    assert_eq!(system.get("/planning").await.status, 200);
    for key in [SECURITY, AUDIT] {
        let actor = world.actor(key).await;
        assert_eq!(
            actor.list("field_survey", "economy").await.unwrap_err(),
            AppError::NotFound
        );
        let steps = actor
            .call::<serde_json::Value>("step_progress", json!({ "step": "baseline_survey" }))
            .await;
        assert_eq!(steps.unwrap_err(), AppError::NotFound, "{key}");
    }
    assert_eq!(Region::parse(VILLAGE).unwrap().level(), Level::Village);
}
