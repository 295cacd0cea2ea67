//! Pages of natural villages, for phones (manual chapter 8, spec M8.1–M8.4). The server draws them whole, and each is a
//! page of its own for the browser: back, swipe and a plain form work as everywhere. Only the record that is filled is
//! brought to life.

mod door;
mod form;
mod home;
mod list;
mod outbox;
mod profile;

use crate::error::AppError;
use crate::record::encoded;
pub use door::{Door, NoDoor, watch_name};
pub use form::{LiveData, LiveForm};
pub use home::Home;
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::{Link, Title};
use leptos_router::hooks::use_query_map;
use leptos_router::location::RequestUrl;
pub use list::Topic;
pub use outbox::Outbox;
pub use profile::Profile;

/// Where the phone's pages lie.
const DOORS: [&str; 2] = ["/m", "/q"];

/// Whether an address is one of the phone's.
pub fn is_inside(address: &str) -> bool {
    let path = address.split('?').next().unwrap_or_default();
    DOORS.iter().any(|door| {
        path.strip_prefix(door)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

/// Id of the element that comes to life.
pub const HOST: &str = "live";
/// Id of the element with what its program needs.
pub const DATA: &str = "live-data";
/// Id of the element that says what has not been sent yet.
pub const OUTBOX: &str = "outbox";

/// Keeps the pages of the phone for when the network is away, and what the page's program says to `public/outbox.js` until
/// that is there.
const WORKER: &str = "navigator.serviceWorker?.register('/phone.js').catch(()=>{});\
    window.waiting=(...words)=>waiting.calls.push(words);waiting.calls=[]";

/// What a parameter of the address says. A page whose phone has left while it was being drawn is drawn on for a moment, after
/// everything that it knew is gone, its address too. The router would stop at that; phone pages are drawn by the server alone,
/// where every request has an address.
fn given(name: &str) -> String {
    if use_context::<RequestUrl>().is_none() {
        return String::new();
    }
    use_query_map().with_untracked(|search| search.get(name).unwrap_or_default())
}

/// What stands around every page: 返回 at the top and at the bottom (manual 8.6), and what came of the last act.
#[component]
fn Frame(
    title: String,
    /// Where 返回 leads; nowhere on the first page.
    #[prop(optional, into)]
    back: String,
    children: Children,
) -> impl IntoView {
    let (at_top, at_bottom) = (back.clone(), back);
    let heading = title.clone();
    let notice = match given("notice").as_str() {
        "" => None,
        "saved" => Some("保存成功".to_owned()),
        "deleted" => Some("删除成功".to_owned()),
        "profile" => Some("修改成功".to_owned()),
        _ => None,
    };
    let account = use_context::<Viewer>().map(|viewer| viewer.0).unwrap_or_default();
    let outbox = (!account.is_empty()).then(|| view! { <Outbox account=account.clone()/> });
    view! {
        <Title text=title/>
        <Link rel="manifest" href="/phone.webmanifest"/>
        <script nonce=use_nonce()>{WORKER}</script>
        <script src="/outbox.js" defer></script>
        <div class="phone">
            <header class="phone-head">
                {(!at_top.is_empty()).then(|| view! { <a class="phone-back" href=at_top rel="external" aria-label="返回上一页">"‹"</a> })}
                <h1>{heading}</h1>
            </header>
            <main class="phone-body">
                {notice.map(|notice| view! { <p class="notice done" role="status">{notice}</p> })}
                <div id=OUTBOX data-account=account>{outbox}</div>
                {children()}
            </main>
            {(!at_bottom.is_empty()).then(|| view! {
                <nav class="phone-foot" aria-label="返回"><a class="button" role="button" href=at_bottom rel="external">"返回"</a></nav>
            })}
        </div>
    }
}

/// Whose page it is: the account's id.
#[derive(Debug, Clone)]
pub struct Viewer(pub String);

/// What went wrong, in place of a page.
#[component]
fn Failed(error: AppError) -> impl IntoView {
    view! {
        <Frame title="没有找到内容".to_owned() back="/m">
            <p class="notice stale" role="alert">{error.to_string()}</p>
        </Frame>
    }
}

/// The address of a topic's records with further parameters.
fn topic(tab: &str, more: &[(&str, &str)]) -> String {
    let more: Vec<String> = more
        .iter()
        .map(|(name, value)| format!("{name}={}", encoded(value)))
        .collect();
    let question = if more.is_empty() { "" } else { "?" };
    format!("/m/{tab}{question}{}", more.join("&"))
}
