//! 使用人信息: the person behind a shared account (spec §2.1).

use super::page::Failure;
use crate::api::accounts::who;
use crate::domain::account::Account;
use crate::ui::toast::Toasts;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// `/profile`
#[component]
pub fn Profile() -> impl IntoView {
    let account = Resource::new(|| (), |()| who());
    let search = use_query_map();
    let toasts = Toasts::expect();
    Effect::new(move |_| {
        if search.with(|search| search.get("notice")).as_deref() == Some("saved") {
            toasts.success("保存成功");
        }
    });
    view! {
        <Title text="使用人信息"/>
        <h1 class="page-title">"使用人信息"</h1>
        <Suspense fallback=|| view! { <p class="loading">"正在加载…"</p> }>
            {move || Suspend::new(async move {
                match account.await {
                    Ok(account) => view! { <PersonForm account/> }.into_any(),
                    Err(error) => view! { <Failure error/> }.into_any(),
                }
            })}
        </Suspense>
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
