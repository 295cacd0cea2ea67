//! 使用人信息: the people behind a shared account (spec §2.1), and where it is signed in.

use super::account::{Outcome, Post, Sessions};
use super::page::Failure;
use crate::api::accounts::who;
use crate::api::administration::{OwnAccountView, own_account};
use crate::domain::account::Account;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// `/profile`
#[component]
pub fn Profile() -> impl IntoView {
    let account = Resource::new(|| (), |()| who());
    let own = Resource::new(|| (), |()| own_account());
    view! {
        <Title text="使用人信息"/>
        <h1 class="page-title">"使用人信息"</h1>
        <Outcome/>
        <Suspense fallback=|| view! { <p class="loading">"正在加载…"</p> }>
            {move || Suspend::new(async move {
                match (account.await, own.await) {
                    (Ok(account), Ok(own)) => view! { <Whole account own/> }.into_any(),
                    (Err(error), _) | (_, Err(error)) => view! { <Failure error/> }.into_any(),
                }
            })}
        </Suspense>
    }
}

#[component]
fn Whole(account: Account, own: OwnAccountView) -> impl IntoView {
    let search = use_query_map();
    let next = search.with_untracked(|search| search.get("next")).unwrap_or_default();
    let asks = search.with_untracked(|search| search.get("who")).is_some();
    // The form is about the first user, whoever works in this session.
    let account = Account {
        person_name: Some(own.first.clone()).filter(|name| !name.is_empty()),
        ..account
    };
    let (shown, sessions) = (own.clone(), own.sessions);
    let second = own.second_factor.map(|is_bound| {
        let (said, button) = match is_bound {
            true => ("已绑定，登录时需要输入手机上的验证码。", "更换或解除"),
            false => ("未绑定。绑定后，登录时除密码外还需要输入手机上的验证码。", "绑定"),
        };
        view! {
            <section class="card narrow">
                <h2>"两步验证"</h2>
                <p class="muted">{said}</p>
                <a class="button" role="button" href="/second_factor">{button}</a>
            </section>
        }
    });
    view! {
        {asks.then(|| view! { <p class="notice kept">"本账号有多名使用人，请选择本次由谁使用。操作记录将写明使用人。"</p> })}
        <Users own=shown next/>
        <PersonForm account/>
        {second}
        <Sessions sessions action="/profile/sessions/end".to_owned() others=true/>
    }
}

/// Who uses the account, and who of them works in this session.
#[component]
fn Users(own: OwnAccountView, next: String) -> impl IntoView {
    let search = use_query_map();
    let given = move |name: &str| search.with_untracked(|search| search.get(name)).unwrap_or_default();
    let problem =
        (given("place") == "user_name").then(|| view! { <p class="problem" role="alert">{given("problem")}</p> });
    let first = (String::new(), own.first, String::new());
    let lines = std::iter::once(first)
        .chain(own.users)
        .filter(|(_, name, _)| !name.is_empty());
    let lines = lines.map(|(id, name, phone)| {
        let is_current = name == own.person;
        let label = format!("由 {name} 使用");
        let choice = match is_current {
            true => view! { <span class="tag green">"本次使用人"</span> }.into_any(),
            false => {
                let (id, next) = (id.clone(), next.clone());
                view! {
                    <form method="post" action="/profile/users/choose" class="inline">
                        <input type="hidden" name="id" value=id/>
                        <input type="hidden" name="next" value=next/>
                        <button type="submit" class="link" aria-label=label>"由其使用"</button>
                    </form>
                }
                .into_any()
            }
        };
        let removal = (!id.is_empty() && !is_current).then(|| {
            let (question, label) = (format!("确定移除使用人“{name}”吗？"), format!("移除 {name}"));
            view! { <Post action="/profile/users/remove".to_owned() title="移除" question with=("id", id) class="link" label=label/> }
        });
        view! { <tr><td>{name}</td><td>{phone}</td><td class="operations">{choice}" "{removal}</td></tr> }
    });
    view! {
        <section class="card">
            <h2>"使用人"</h2>
            <p class="muted">"多人共用账号的，请登记每一名使用人；登录后选择本次由谁使用。"</p>
            <table class="list plain">
                <thead><tr><th scope="col">"姓名"</th><th scope="col">"电话"</th><th class="operations" scope="col">"操作"</th></tr></thead>
                <tbody>{lines.collect_view()}</tbody>
            </table>
            <form method="post" action="/profile/users" class="row-form">
                <div class="query-field">
                    <label for="user_name">"姓名"</label>
                    <input type="text" id="user_name" name="user_name" value=given("user_name") maxlength="20" autocomplete="off"/>
                </div>
                <div class="query-field">
                    <label for="user_phone">"电话"</label>
                    <input type="text" id="user_phone" name="user_phone" value=given("user_phone") inputmode="tel" maxlength="11" autocomplete="off"/>
                </div>
                <button type="submit">"增加使用人"</button>
                {problem}
            </form>
        </section>
    }
}

#[component]
fn PersonForm(account: Account) -> impl IntoView {
    let search = use_query_map();
    let given = move |name: &'static str| search.with_untracked(|search| search.get(name));
    let name = given("person_name").or(account.person_name).unwrap_or_default();
    let phone = given("person_phone").or(account.person_phone).unwrap_or_default();
    let (place, problem) = (given("place").unwrap_or_default(), given("problem").unwrap_or_default());
    let at =
        move |field: &str| (place == field).then(|| view! { <p class="problem" role="alert">{problem.clone()}</p> });
    let (at_name, at_phone) = (at("person_name"), at("person_phone"));
    view! {
        <form method="post" action="/profile" class="card narrow">
            <h2>"本人信息"</h2>
            <p class="muted">{format!("账号：{}（{}）", account.name, account.login_key)}</p>
            <div class="stacked">
                <label for="person_name" class="required">"使用人姓名"</label>
                <input type="text" id="person_name" name="person_name" value=name maxlength="20" autocomplete="name"/>
                {at_name}
            </div>
            <div class="stacked">
                <label for="person_phone" class="required">"使用人电话"</label>
                <input type="text" id="person_phone" name="person_phone" value=phone inputmode="tel" maxlength="11" autocomplete="tel"/>
                {at_phone}
            </div>
            <button type="submit" class="primary">"保存"</button>
        </form>
    }
}
