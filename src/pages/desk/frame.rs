//! The frame (ux 1): title and account at the top, the menu tree at the left.

use super::search::SearchBox;
use super::waiting::Waiting;
use crate::api::accounts::who;
use crate::api::home::WaitingNumbers;
use crate::browser::{self, store};
use crate::domain::account::Account;
use crate::domain::page::{Page, address};
use crate::domain::permission::{sees_codes, sees_ledgers};
use crate::domain::region::{Level, Region};
use crate::forms;
use crate::record::encoded;
use crate::record::field_input::{Origins, Tables, origin, table};
use crate::record::query_bar::Unasked;
use crate::ui::icon::Icon;
use crate::ui::popup::closes_by_itself;
use leptos::html::{Details, Nav};
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use leptos_router::params::ParamsMap;

/// Header, menu and content.
#[component]
pub fn Frame(children: Children) -> impl IntoView {
    provide_context(Tables(table));
    provide_context(Origins(origin));
    Unasked::provide();
    let waiting = Waiting::provide();
    let account = Resource::new_blocking(|| (), |()| who());
    let narrow = RwSignal::new(false);
    let path = use_location().pathname;
    // On a phone the menu lies over the page: going somewhere closes it. Before the page was alive, the address opened it.
    let search = use_location().search;
    Effect::new(move |before: Option<()>| {
        path.track();
        search.track();
        narrow.set(before.is_none() && browser::take_fragment("menu"));
    });
    // The dark area beside the open menu belongs to the frame itself.
    let beside = move |event: leptos::ev::MouseEvent| {
        if event.target().is_some() && event.target() == event.current_target() {
            narrow.set(false);
        }
    };
    // The page that is shown stands in the part of the menu that is seen.
    let side = NodeRef::<Nav>::new();
    Effect::new(move |_| {
        path.track();
        account.track();
        if let Some(side) = side.get() {
            browser::show_current(&side);
        }
    });
    view! {
        <div class="frame" class:menu-open=move || narrow.get() on:click=beside>
            <a class="skip" href="#content">"跳到正文"</a>
            <header class="top">
                <a class="menu-toggle" role="button" href="#menu" aria-label="菜单" aria-expanded=move || narrow.get().to_string() on:click=move |event| {
                    event.prevent_default();
                    narrow.update(|narrow| *narrow = !*narrow);
                }>
                    <Icon name="menu"/>
                </a>
                <a class="brand" href="/home"><img src="/icon.svg" alt="" width="28" height="28"/><span><span class="province">"云南省"</span><wbr/>"“干部规划家乡行动”"<wbr/>"信息系统"</span></a>
                <SearchBox/>
                <nav class="top-links" aria-label="账户">
                    <a class="help-link bell" href="/home" aria-label="待办"><Icon name="bell"/>{waiting.badge(WaitingNumbers::total)}</a>
                    <a class="help-link" href="/manual.pdf" download="操作手册.pdf" rel="external"><Icon name="help"/><span>"帮助"</span></a>
                    <Suspense>{move || Suspend::new(async move { account.await.ok().map(|account| view! { <AccountMenu account/> }) })}</Suspense>
                </nav>
            </header>
            <nav class="side" id="menu" aria-label="菜单" node_ref=side>
                <Suspense>{move || Suspend::new(async move { account.await.ok().map(|account| view! { <Menu account/> }) })}</Suspense>
            </nav>
            <main id="content" class="content">{children()}</main>
        </div>
    }
}

/// 修改密码 / 使用人信息 / 退出 behind the account's name (manual 1.4).
#[component]
fn AccountMenu(account: Account) -> impl IntoView {
    let popup = NodeRef::<Details>::new();
    let (path, search) = (use_location().pathname, use_location().search);
    closes_by_itself(popup, move || path.track());
    // Who complains complains about what is before them.
    let complaints = move || {
        let question = if search.get().is_empty() { "" } else { "?" };
        let here = format!("{}{question}{}", path.get(), search.get());
        format!("/complaints?page={}", encoded(&here))
    };
    view! {
        <details class="account-menu" node_ref=popup>
            <summary><Icon name="user"/><span class="account-name">{account.name}</span></summary>
            <div class="popup">
                <a href="/password">"修改密码"</a>
                <a href="/profile">"使用人信息"</a>
                <a href=complaints>"投诉建议"</a>
                <form method="post" action="/logout" on:submit=|_| store::forget_all_drafts()>
                    <button type="submit" class="link">"退出"</button>
                </form>
            </div>
        </details>
    }
}

/// The menu of the account's kind.
#[component]
fn Menu(account: Account) -> impl IntoView {
    let path = use_location().pathname;
    let waiting = expect_context::<Waiting>();
    let item = move |address: String, title: &'static str| {
        let (own, shown) = (address.clone(), address.clone());
        let current = move || (path.get() == own).then_some("page");
        let badge = waiting.badge(move |counts| address.strip_prefix("/desk/").map_or(0, |page| counts.of(page)));
        view! { <li><a href=shown aria-current=current>{title}</a>{badge}</li> }
    };
    let search = use_location().query;
    let single = move |address: &'static str, title: &'static str| {
        let current = move || {
            let path = path.get();
            let below = path.strip_prefix(address);
            below
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
                .then_some("page")
        };
        view! {
            <div class="menu-home"><ul><li>
                <a href=address aria-current=current><Icon name=title/><span>{title}</span></a>
            </li></ul></div>
        }
    };
    let ledgers = sees_ledgers(account.kind).then(|| single("/ledgers", "台账信息"));
    let codes = sees_codes(account.kind).then(|| single("/codes", "二维码信息"));
    let own = Some(account.region.clone()).filter(|region| region.level() == Level::Village);
    // Before 系统管理, as the manual has it: what the villages work with comes first.
    let mut codes = Some(view! { {ledgers}{codes} });
    let groups = forms::pages_for(account.kind).into_iter().map(|(group, pages)| {
        let before = if group == "系统管理" { codes.take() } else { None };
        if pages.iter().any(|page| page.step.is_some()) {
            return view! { {before}<PlanningMenu group pages own=own.clone() path search/> }.into_any();
        }
        let (before_pages, after_pages): (Vec<_>, Vec<_>) = forms::entries_for(account.kind, group)
            .into_iter()
            .partition(|entry| entry.is_first);
        let entry = |entry: &'static forms::Entry| item(entry.address.to_owned(), entry.title);
        let pages = pages
            .into_iter()
            .map(|page| item(format!("/desk/{}", page.key), page.title));
        let items = before_pages.into_iter().map(entry).collect_view();
        let items = view! { {items}{pages.collect_view()}{after_pages.into_iter().map(entry).collect_view()} };
        view! {
            {before}
            <details class="menu-group" open>
                <summary><Icon name=group/><span>{group}</span></summary>
                <ul>{items}</ul>
            </details>
        }
        .into_any()
    });
    let groups = groups.collect_view();
    view! {
        <div class="menu-home"><ul>{
            let current = move || (path.get() == "/home").then_some("page");
            view! { <li><a href="/home" aria-current=current><Icon name="首页"/><span>"首页"</span></a></li> }
        }</ul></div>
        {groups}
        {codes}
    }
}

/// 规划编制: the list of villages; inside a village, which the address names, the 13 steps unfold below (manual 6.1(1)).
#[component]
fn PlanningMenu(
    group: &'static str,
    pages: Vec<&'static Page>,
    /// The village of the account, which needs no choosing.
    own: Option<Region>,
    path: Memo<String>,
    search: Memo<ParamsMap>,
) -> impl IntoView {
    let keys: Vec<&'static str> = pages.iter().map(|page| page.key).collect();
    let only = own.clone();
    let village = Memo::new(move |_| {
        let path = path.get();
        let named = path.strip_prefix("/planning/").map(str::to_owned);
        let is_step = path.strip_prefix("/desk/").is_some_and(|key| keys.contains(&key));
        let named = named.or_else(|| search.with(|search| search.get("region")).filter(|_| is_step));
        named.as_deref().and_then(Region::parse).or(only.clone())
    });
    let waiting = expect_context::<Waiting>();
    // A village account has nothing to choose from (spec S6.0).
    let list = own
        .as_ref()
        .map_or("/planning".to_owned(), |own| format!("/planning/{own}"));
    let target = list.clone();
    let current = move || (path.get() == list).then_some("page");
    let items = move || {
        village.get().map(|village| {
            let items = pages.iter().map(|page| {
                let own = format!("/desk/{}", page.key);
                let link = address(page.key, "", &format!("region={village}"));
                let current = move || (path.get() == own).then_some("page");
                let key = page.key;
                let badge = waiting.badge(move |counts| counts.of(key));
                view! { <li><a href=link aria-current=current>{page.title}</a>{badge}</li> }
            });
            view! { <ul class="menu-steps">{items.collect_view()}</ul> }
        })
    };
    view! {
        <div class="menu-home menu-planning">
            <ul><li><a href=target aria-current=current><Icon name=group/><span>{group}</span></a></li></ul>
            {items}
        </div>
    }
}
