//! 修改密码 (manual 1.4, spec S1.3); at the first sign-in also 使用人姓名 and 使用人电话.

use crate::api::accounts::{PasswordView, password_page};
use crate::domain::password::OVERDUE;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// `/password`
#[component]
pub fn ChangePassword() -> impl IntoView {
    let data = Resource::new(|| (), |()| password_page());
    view! {
        <Title text="修改密码"/>
        <main class="entrance">
            <div class="entrance-card">
                <h1>"修改密码"</h1>
                <Suspense fallback=|| view! { <p class="loading">"正在加载…"</p> }>
                    {move || Suspend::new(async move {
                        match data.await {
                            Ok(page) => view! { <PasswordForm page/> }.into_any(),
                            Err(error) => view! { <p class="problem" role="alert">{error.to_string()}</p> }.into_any(),
                        }
                    })}
                </Suspense>
            </div>
        </main>
    }
}

#[component]
fn PasswordForm(page: PasswordView) -> impl IntoView {
    let account = page.account;
    let search = use_query_map();
    let given = move |name: &'static str| search.with_untracked(|search| search.get(name).unwrap_or_default());
    let (place, problem) = (given("place"), given("problem"));
    let at = |field: &str| (place == field).then(|| view! { <p class="problem" role="alert">{problem.clone()}</p> });
    let password = |id: &'static str, label: &'static str, complete: &'static str| {
        view! {
            <div class="stacked">
                <label for=id class="required">{label}</label>
                <input type="password" id=id name=id autocomplete=complete maxlength="128"/>
                {at(id)}
            </div>
        }
    };
    let person = account.person_name.is_none().then(|| {
        view! {
            <div class="stacked">
                <label for="person_name" class="required">"使用人姓名"</label>
                <input type="text" id="person_name" name="person_name" value=given("person_name") maxlength="20" autocomplete="name"/>
                {at("person_name")}
            </div>
            <div class="stacked">
                <label for="person_phone" class="required">"使用人电话"</label>
                <input type="text" id="person_phone" name="person_phone" value=given("person_phone") inputmode="tel" maxlength="11" autocomplete="tel"/>
                {at("person_phone")}
            </div>
        }
    });
    // Nothing else opens before.
    let must = account.must_change;
    let why = match page.is_overdue {
        true => OVERDUE,
        false => "首次登录，请先修改密码并填写使用人信息。",
    };
    view! {
        {must.then(|| view! { <p class="notice kept">{why}</p> })}
        <p class="muted">{format!("账号：{}", account.name)}</p>
        <form method="post" action="/password">
            <input type="text" class="visually-hidden" name="username" tabindex="-1" autocomplete="username" aria-label="登录账号" readonly value=account.login_key/>
            {password("old", "原密码", "current-password")}
            {password("new", "新密码", "new-password")}
            <p class="help">{page.policy.rule()}</p>
            {password("again", "确认新密码", "new-password")}
            {person}
            <div class="buttons">
                <button type="submit" class="primary">"保存"</button>
                {(!must).then(|| view! { <a class="button" role="button" href="/home">"返回"</a> })}
            </div>
        </form>
        {must.then(|| view! { <form method="post" action="/logout"><button type="submit" class="link">"退出"</button></form> })}
    }
}
