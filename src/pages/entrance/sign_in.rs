//! 登录 (manual 1.2, 1.3, spec S1.2): the account by a cascade or by typing, then the password. Without JavaScript the
//! cascade is a GET form, one level after the other.

use crate::api::accounts::{Pick, PickerSelect, SignInView, find_accounts, sign_in_page};
use crate::browser::submit_form;
use crate::record::query_bar::{asks, scriptless_button};
use crate::ui::icon::Icon;
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// The type-ahead asks after so many milliseconds without a key.
const QUIET: u32 = 200;

/// `/login`
#[component]
pub fn SignIn() -> impl IntoView {
    let search = use_query_map();
    let asked = Memo::new(move |_| {
        let get = |name: &str| search.with(|search| search.get(name).unwrap_or_default());
        [
            get("account"),
            get("level"),
            get("city"),
            get("county"),
            get("township"),
        ]
    });
    let page = Resource::new(
        move || asked.get(),
        |[account, level, city, county, township]| sign_in_page(account, level, city, county, township),
    );
    view! {
        <Title text="登录"/>
        <main class="entrance">
            <div class="entrance-card sign-in">
                <img src="/icon.svg" alt="" width="56" height="56"/>
                <h1>"云南省"<wbr/>"“干部规划家乡行动”"<wbr/>"信息系统"</h1>
                <Transition fallback=|| view! { <p class="loading">"正在加载…"</p> }>
                    {move || Suspend::new(async move {
                        match page.await {
                            Ok(page) => view! { <Content page/> }.into_any(),
                            Err(error) => view! { <p class="problem" role="alert">{error.to_string()}</p> }.into_any(),
                        }
                    })}
                </Transition>
            </div>
        </main>
    }
}

#[component]
fn Content(page: SignInView) -> impl IntoView {
    let search = use_query_map();
    let given = move |name: &'static str| search.with_untracked(|search| search.get(name).unwrap_or_default());
    let next = given("next");
    let problem = match given("problem").as_str() {
        "wrong" => "账户或密码不正确，请重新输入",
        "account" => "请先选择账户",
        "elsewhere" => "管理员账号只能在指定的网络内登录",
        "wait" => "尝试次数过多，请 15 分钟后再试",
        _ => "",
    };
    let chosen = RwSignal::new(page.chosen.clone());
    // Whoever comes after another on the same machine sees at once where to choose.
    let is_open = RwSignal::new(page.chosen.is_none() || page.is_remembered);
    let choose = Callback::new(move |pick: Pick| {
        chosen.set(Some(pick));
        is_open.set(false);
        crate::browser::focus_id("password");
    });
    let qq_group = page.qq_group.clone();
    let kept_next = next.clone();
    view! {
        {(!problem.is_empty()).then(|| view! { <p class="notice stale" role="alert">{problem}</p> })}
        <div class="account-choice">
            <span class="label" id="account-label">"账户"</span>
            <button type="button" class="chosen-account" aria-labelledby="account-label chosen-account" aria-expanded=move || is_open.get().to_string() on:click=move |_| is_open.update(|open| *open = !*open)>
                <span id="chosen-account">{move || chosen.get().map_or_else(|| "请选择账户".to_owned(), |pick| pick.name)}</span>
                <span class="muted">{move || chosen.get().map(|pick| pick.path).unwrap_or_default()}</span>
            </button>
        </div>
        <div class="account-picker" class:hidden=move || !is_open.get()>
            <TypeAhead choose/>
            <Cascade page=page.clone() next=next.clone() choose/>
        </div>
        <form method="post" action="/login" class="password-form">
            <input type="hidden" name="next" value=kept_next/>
            <input type="text" class="visually-hidden" name="account" tabindex="-1" autocomplete="username" aria-label="登录账号" readonly
                value=chosen.with_untracked(|pick| pick.as_ref().map(|pick| pick.key.clone()).unwrap_or_default())
                prop:value=move || chosen.get().map(|pick| pick.key).unwrap_or_default()/>
            <div class="stacked">
                <label for="password">"密码"</label>
                <input type="password" id="password" name="password" autocomplete="current-password" placeholder="请输入密码"/>
            </div>
            <button type="submit" class="primary large">"登录"</button>
        </form>
        <p class="entrance-links">
            <a href="/manual.pdf" download="操作手册.pdf" rel="external"><Icon name="help"/>"操作手册"</a>
            <a href="/policies"><Icon name="file"/>"政策文件"</a>
        </p>
        <p class="muted service">{format!("服务QQ群号：{qq_group}（加群需填写单位名称和姓名）")}</p>
    }
}

/// Finds accounts while typing: Chinese, pinyin initials or code.
#[component]
fn TypeAhead(choose: Callback<Pick>) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    let found = RwSignal::new(Vec::<Pick>::new());
    let turn = StoredValue::new(0_u32);
    let look = move |text: String| {
        typed.set(text.clone());
        let now = turn.get_value() + 1;
        turn.set_value(now);
        spawn_local(async move {
            TimeoutFuture::new(QUIET).await;
            if turn.try_get_value() != Some(now) {
                return;
            }
            if let Ok(picks) = find_accounts(text).await
                && turn.try_get_value() == Some(now)
            {
                found.set(picks);
            }
        });
    };
    view! {
        <div class="stacked scripted">
            <label for="find-account">"查找账户"</label>
            <input type="search" id="find-account" autocomplete="off" placeholder="名称、拼音首字母或代码"
                prop:value=move || typed.get() on:input=move |event| look(event_target_value(&event))/>
        </div>
        {move || {
            let picks = found.get();
            (!picks.is_empty()).then(|| view! { <ul class="picks" aria-label="查找结果">{picks.into_iter().map(|pick| pick_line(pick, choose)).collect_view()}</ul> })
        }}
    }
}

/// 层级 → 州(市) → 县 → 乡镇 → the accounts of that branch.
#[component]
fn Cascade(page: SignInView, next: String, choose: Callback<Pick>) -> impl IntoView {
    let chosen_level = page
        .selects
        .first()
        .map(|select| select.chosen.clone())
        .unwrap_or_default();
    let selects = page.selects.into_iter().map(
        |PickerSelect {
             label,
             name,
             options,
             chosen,
         }| {
            let id = format!("pick-{name}");
            let options = options.into_iter().map(|(code, label)| {
                let selected = code == chosen;
                view! { <option value=code selected=selected>{label}</option> }
            });
            view! {
                <div class="stacked">
                    <label for=id.clone()>{label}</label>
                    <select id=id name=name on:change=|event| submit_form(&event)>
                        <option value="">"请选择"</option>
                        {options.collect_view()}
                    </select>
                </div>
            }
        },
    );
    let reached = !page.accounts.is_empty();
    let picks = page
        .accounts
        .into_iter()
        .map(|pick| pick_line(pick, choose))
        .collect_view();
    let empty = !chosen_level.is_empty() && !reached;
    view! {
        <form method="get" action="/login" class="cascade" aria-label="逐级选择" on:submit=asks("/login")>
            {(!next.is_empty()).then(|| view! { <input type="hidden" name="next" value=next/> })}
            {selects.collect_view()}
            {scriptless_button("下一步")}
        </form>
        {reached.then(|| view! { <ul class="picks" aria-label="账户列表">{picks}</ul> })}
        {empty.then(|| view! { <p class="muted">"请继续选择下一级"</p> })}
    }
}

fn pick_line(pick: Pick, choose: Callback<Pick>) -> impl IntoView {
    let (address, shown) = (format!("/login?account={}", pick.key), pick.clone());
    view! {
        <li>
            <a href=address on:click=move |event| {
                event.prevent_default();
                choose.run(pick.clone());
            }>
                <span>{shown.name}</span><span class="muted">{shown.path}</span>
            </a>
        </li>
    }
}
