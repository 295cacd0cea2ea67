//! The frame (ux 1): title and account at the top, the menu tree at the left.

use crate::api::accounts::who;
use crate::browser::{self, store};
use crate::domain::account::{Account, AccountKind};
use crate::domain::page::{Page, address};
use crate::domain::permission::{governs, sees_codes, sets_parameters};
use crate::domain::region::{Level, Region};
use crate::forms;
use crate::record::field_input::{Tables, table};
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
                <a class="brand" href="/home"><img src="/icon.svg" alt="" width="28" height="28"/><span>"云南省"<wbr/>"“干部规划家乡行动”"<wbr/>"信息系统"</span></a>
                <nav class="top-links" aria-label="账户">
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
    let path = use_location().pathname;
    closes_by_itself(popup, move || path.track());
    view! {
        <details class="account-menu" node_ref=popup>
            <summary><Icon name="user"/><span class="account-name">{account.name}</span></summary>
            <div class="popup">
                <a href="/password">"修改密码"</a>
                <a href="/profile">"使用人信息"</a>
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
    let item = move |address: String, title: &'static str| {
        let (own, shown) = (address.clone(), address.clone());
        let current = move || (path.get() == own).then_some("page");
        view! { <li><a href=shown aria-current=current>{title}</a></li> }
    };
    let search = use_location().query;
    let codes = sees_codes(account.kind).then(|| {
        let current = move || (path.get() == "/codes").then_some("page");
        view! {
            <div class="menu-home"><ul><li>
                <a href="/codes" aria-current=current><Icon name="二维码信息"/><span>"二维码信息"</span></a>
            </li></ul></div>
        }
    });
    let further = governing(account.kind);
    // A county has nothing in 系统管理 but its parameters.
    let apart = further
        .iter()
        .filter(|_| !governs(account.kind))
        .map(|(address, title)| item((*address).to_owned(), title));
    let apart: Vec<_> = apart.collect();
    let apart = (!apart.is_empty()).then(|| {
        view! {
            <details class="menu-group" open>
                <summary><Icon name="系统管理"/><span>"系统管理"</span></summary>
                <ul>{apart}</ul>
            </details>
        }
    });
    let own = Some(account.region.clone()).filter(|region| region.level() == Level::Village);
    // Before 系统管理, as the manual has it: what the villages work with comes first.
    let mut codes = codes;
    let groups = forms::pages_for(account.kind).into_iter().map(|(group, pages)| {
        let before = if group == "系统管理" { codes.take() } else { None };
        if pages.iter().any(|page| page.step.is_some()) {
            return view! { {before}<PlanningMenu group pages own=own.clone() path search/> }.into_any();
        }
        let items = pages
            .into_iter()
            .map(|page| item(format!("/desk/{}", page.key), page.title))
            .collect_view();
        let further = further
            .iter()
            .filter(|_| group == "系统管理")
            .map(|(address, title)| item((*address).to_owned(), title))
            .collect_view();
        view! {
            {before}
            <details class="menu-group" open>
                <summary><Icon name=group/><span>{group}</span></summary>
                <ul>{items}{further}</ul>
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
        {apart}
    }
}

/// What stands in 系统管理 beside its forms: address and title.
fn governing(kind: AccountKind) -> &'static [(&'static str, &'static str)] {
    match (governs(kind), sets_parameters(kind)) {
        (true, _) => &[
            ("/divisions", "行政区划"),
            ("/dictionaries", "字典与参数"),
            ("/survey_imports", "实地调研导入"),
        ],
        (false, true) => &[("/parameters", "参数")],
        (false, false) => &[],
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
                view! { <li><a href=link aria-current=current>{page.title}</a></li> }
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
