//! 首页 of a natural village: seven topics, and the list of what each asks for at the bottom (manual 8.4).

use super::{Failed, Frame, given, topic};
use crate::api::phone::{HamletView, Told, phone_home};
use crate::domain::form::Shape;
use crate::domain::page::Tab;
use crate::domain::parameter::dated;
use crate::domain::workflow::Tone;
use crate::forms::natural_village::PHONE;
use crate::ui::icon::Icon;
use leptos::nonce::use_nonce;
use leptos::prelude::*;

/// The tab of what a natural village does not have, which is no topic.
const ABSENT: &str = "absences";

/// `/m`
#[component]
pub fn Home() -> impl IntoView {
    let open = given("topic");
    view! {
        <Suspense>
            {
                let open = open.clone();
                Suspend::new(async move {
                    match phone_home().await {
                        Ok(home) => view! { <Topics home open/> }.into_any(),
                        Err(error) => view! { <Failed error/> }.into_any(),
                    }
                })
            }
        </Suspense>
    }
}

/// The topics, each with its tabs.
fn topics() -> Vec<(&'static str, Vec<&'static Tab>)> {
    let mut topics: Vec<(&'static str, Vec<&'static Tab>)> = Vec::new();
    for tab in PHONE.tabs.iter().filter(|tab| !tab.strip.is_empty()) {
        match topics.last_mut().filter(|(title, _)| *title == tab.strip) {
            Some((_, tabs)) => tabs.push(tab),
            None => topics.push((tab.strip, vec![tab])),
        }
    }
    topics
}

/// Has every page fetched ahead once this one is there, so that all of them open when the network is away.
fn ahead() -> String {
    let tabs = PHONE.tabs.iter();
    let mut addresses: Vec<String> = vec!["/m".to_owned(), "/m/profile".to_owned()];
    addresses.extend(
        topics()
            .iter()
            .map(|(title, _)| format!("/m?topic={}", crate::record::encoded(title))),
    );
    for tab in tabs {
        addresses.push(topic(tab.key, &[]));
        if tab.form.shape == Shape::Records {
            addresses.push(topic(tab.key, &[("open", "new")]));
        }
    }
    let list = serde_json::to_string(&addresses).unwrap_or_default();
    format!(
        "addEventListener('load',()=>navigator.serviceWorker?.ready.then(r=>r.active?.postMessage({{ahead:{list}}})))"
    )
}

/// What is known of a tab.
fn known<'a>(home: &'a HamletView, tab: &Tab) -> Option<&'a Told> {
    home.told.iter().find(|known| known.tab == tab.key)
}

/// Whether anything was returned, is told, and whether all of it is.
fn state(home: &HamletView, tabs: &[&'static Tab]) -> (String, &'static str) {
    let known = tabs.iter().filter_map(|tab| known(home, tab));
    let returned: i64 = known.clone().map(|known| known.returned).sum();
    if returned > 0 {
        return (format!("被退回 {returned}"), Tone::Red.class());
    }
    let (text, tone) = match known.filter(|known| known.records > 0 || known.is_absent).count() {
        0 => ("未填", Tone::Grey),
        some if some == tabs.len() => ("已填", Tone::Green),
        _ => ("未填完", Tone::Amber),
    };
    (text.to_owned(), tone.class())
}

#[component]
fn Topics(home: HamletView, open: String) -> impl IntoView {
    let topics = topics();
    let sheet = topics.iter().find(|(title, _)| *title == open);
    let sheet = sheet.map(|(title, tabs)| view! { <Sheet title=*title tabs=tabs.clone() home=home.clone()/> });
    let cards = topics.iter().map(|(title, tabs)| {
        let (state, class) = state(&home, tabs);
        let address = format!("/m?topic={}", crate::record::encoded(title));
        view! {
            <a class="topic" href=address rel="external">
                <span class="topic-icon"><Icon name=title/></span>
                <span class="topic-title">{*title}</span>
                <span class=class>{state}</span>
            </a>
        }
    });
    let cards = cards.collect_view();
    let absent = home.told.iter().any(|known| known.tab == ABSENT && known.returned > 0);
    let absent = match absent {
        true => view! { <span class=Tone::Red.class()>"被退回"</span> }.into_any(),
        false => view! { <span class="muted">"没有的不用填，在这里勾选"</span> }.into_any(),
    };
    let waits = home.status.as_ref().is_some_and(|status| status.key == "waiting");
    let ahead = ahead();
    view! {
        <Frame title=home.name.clone()>
            <script nonce=use_nonce()>{ahead}</script>
            <p class="phone-place">{home.path.clone()}</p>
            {waits.then(|| view! {
                <p class="notice kept" role="status">"待行政村确认。可以先填报，确认后计入汇总。"</p>
            })}
            <nav class="topics" aria-label="填报内容">{cards}</nav>
            <a class="topic-line" href=topic(ABSENT, &[]) rel="external">
                <span>"本村没有的内容"</span>{absent}
            </a>
            <form method="post" action="/m/type" class="phone-type">
                <button type="submit" name="big" value="1">"大字"</button>
                <button type="submit" name="big" value="0">"标准字"</button>
            </form>
            <div class="phone-links">
                <a class="button" role="button" href="/m/profile" rel="external">"修改信息"</a>
                <form method="post" action="/logout"><button type="submit">"退出"</button></form>
            </div>
        </Frame>
        {sheet}
    }
}

/// The list of what a topic asks for, at the bottom of the page.
#[component]
fn Sheet(title: &'static str, tabs: Vec<&'static Tab>, home: HamletView) -> impl IntoView {
    let lines = tabs.into_iter().map(|tab| {
        let known = known(&home, tab);
        let (count, is_absent) = known.map_or((0, false), |known| (known.records, known.is_absent));
        let returned = known.map_or(0, |known| known.returned);
        let state = match (count, is_absent, tab.form.shape) {
            (0, true, _) => "本村没有".to_owned(),
            (0, false, _) => "未填".to_owned(),
            (_, _, Shape::Single) => "已填".to_owned(),
            (count, ..) => format!("已填 {count} 条"),
        };
        let state = match returned {
            0 => view! { <span class="muted">{state}</span> }.into_any(),
            _ => view! { <span class=Tone::Red.class()>{format!("被退回 {returned} 条")}</span> }.into_any(),
        };
        view! { <li><a href=topic(tab.key, &[]) rel="external"><span>{dated(tab.title)}</span>{state}</a></li> }
    });
    view! {
        <a class="sheet-shade" href="/m" rel="external" aria-label="关闭"></a>
        <section class="sheet" role="dialog" aria-modal="true" aria-label=format!("{title} 填报内容")>
            <h2>{format!("{title} · 填报内容")}</h2>
            <ul>{lines.collect_view()}</ul>
            <a class="button" role="button" href="/m" rel="external">"取消"</a>
        </section>
    }
}
