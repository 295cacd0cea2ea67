//! Natural villages that register by the code of their village, and what their village sees of them.

use super::{Actor, Answer, VILLAGE, World};
use axum::http::header;
use hometown::api::records::DeskView;
use hometown::api::registration::CodesView;
use hometown::domain::query::ListQuery;
use hometown::domain::record::Opened;
use serde_json::json;

/// The password of the registration.
pub const FIRST: &str = "yngb2021";
/// The password that they choose.
pub const OWN: &str = "Mapo-2026";

/// The token of a village's code.
pub async fn token(world: &World, village: &str) -> String {
    let codes: CodesView = world
        .actor(village)
        .await
        .call("registration_codes", json!({ "query": ListQuery::default() }))
        .await
        .unwrap();
    let (_, token) = codes.lines[0].address.rsplit_once('/').unwrap();
    token.to_owned()
}

pub async fn register(world: &World, token: &str, name: &str) -> Answer {
    let fields = [("name", name), ("phone", "13812345678")];
    world.stranger().form(&format!("/q/{token}/register"), &fields).await
}

pub async fn enter<'a>(world: &'a World, cookie: &str, token: &str, key: &str, password: &str) -> (Answer, Actor<'a>) {
    let visitor = Actor {
        world,
        cookie: cookie.to_owned(),
    };
    let fields = [("account", key), ("password", password)];
    let answer = visitor.form(&format!("/q/{token}/login"), &fields).await;
    let cookie = cookies(&answer);
    (answer, Actor { world, cookie })
}

fn cookies(answer: &Answer) -> String {
    let set = answer.headers.get_all(header::SET_COOKIE).iter();
    let pairs = set.filter_map(|value| value.to_str().ok()?.split(';').next());
    pairs.collect::<Vec<_>>().join("; ")
}

/// A natural village that has registered and has a password of its own.
pub async fn settled<'a>(world: &'a World, token: &str, name: &str) -> Actor<'a> {
    assert!(register(world, token, name).await.location().contains("act=login"));
    let (_, hamlet) = enter(world, "", token, &format!("{VILLAGE}/{name}"), FIRST).await;
    let fields = [
        ("new", OWN),
        ("again", OWN),
        ("contact", "李红"),
        ("phone", "13812345678"),
    ];
    let answer = hamlet.form("/m/profile", &fields).await;
    assert_eq!(answer.location(), "/m?notice=profile");
    Actor {
        world,
        cookie: cookies(&answer),
    }
}

/// What its village sees of it in 自然村名录.
pub async fn record(world: &World, name: &str) -> Opened {
    let village = world.actor(VILLAGE).await;
    let list: DeskView = village.list("natural_villages", "").await.unwrap();
    let line = list.lines.iter().find(|line| line.cells[0] == name).unwrap();
    village.open("natural_villages", "", &line.id).await.unwrap()
}
