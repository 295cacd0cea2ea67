//! 两步验证 (`security.md` A08): the code after the password, and binding the phone that shows it.

use crate::api::accounts::{SecondFactorState, SecondFactorView, second_factor};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// `/second_factor`
#[component]
pub fn SecondFactor() -> impl IntoView {
    let view = Resource::new(|| (), |()| second_factor());
    view! {
        <Title text="两步验证"/>
        <main class="entrance">
            <div class="entrance-card">
                <h1>"两步验证"</h1>
                <Suspense fallback=|| view! { <p class="loading">"正在加载…"</p> }>
                    {move || Suspend::new(async move {
                        match view.await {
                            Ok(view) => view! { <Whole view/> }.into_any(),
                            Err(error) => view! { <p class="problem" role="alert">{error.to_string()}</p> }.into_any(),
                        }
                    })}
                </Suspense>
            </div>
        </main>
    }
}

#[component]
fn Whole(view: SecondFactorView) -> impl IntoView {
    let search = use_query_map();
    let notice = search.with_untracked(|search| search.get("notice")).unwrap_or_default();
    let done = match notice.as_str() {
        "bound" => Some("绑定成功，以后登录时需要输入验证码"),
        "unbound" => Some("已解除绑定"),
        _ => None,
    };
    let content = match view.state {
        SecondFactorState::Code => view! {
            <p class="help">"请打开手机上的身份验证器，输入本系统当前显示的 6 位验证码。"</p>
            <CodeForm action="/second_factor" button="确定" leads_back=false/>
            <p class="help">"手机丢失或更换后无法验证的，请联系上级管理员或安全管理员重置两步验证。"</p>
            <form method="post" action="/logout"><button type="submit" class="link">"退出"</button></form>
        }
        .into_any(),
        SecondFactorState::Bind { picture, secret } => view! {
            {view.is_must.then(|| view! { <p class="notice kept">"本账号必须绑定两步验证后才能使用系统。"</p> })}
            <ol class="help">
                <li>"在手机上安装任一身份验证器应用（支持 TOTP）。"</li>
                <li>"用应用扫描二维码，或手工输入密钥。"</li>
                <li>"输入应用显示的 6 位验证码，完成绑定。"</li>
            </ol>
            <div class="second-factor-code" role="img" aria-label="绑定二维码" inner_html=picture></div>
            <p class="muted">"密钥："<code>{secret}</code></p>
            <CodeForm action="/second_factor/bind" button="绑定" leads_back=!view.is_must/>
            {view.is_must.then(|| view! { <form method="post" action="/logout"><button type="submit" class="link">"退出"</button></form> })}
        }
        .into_any(),
        SecondFactorState::Bound => view! {
            <p class="help">"已绑定。更换手机的，请用原手机上的验证码解除绑定，再绑定新手机。"</p>
            <CodeForm action="/second_factor/unbind" button="解除绑定" leads_back=true/>
        }
        .into_any(),
    };
    view! {
        {done.map(|done| view! { <p class="notice done" role="status">{done}</p> })}
        <p class="muted">{format!("账号：{}", view.name)}</p>
        {content}
    }
}

/// 验证码 and the button that sends it.
#[component]
fn CodeForm(
    action: &'static str,
    button: &'static str,
    /// Whether the system can be used without.
    leads_back: bool,
) -> impl IntoView {
    let search = use_query_map();
    let given = move |name: &str| search.with_untracked(|search| search.get(name)).unwrap_or_default();
    let (next, problem) = (given("next"), given("problem"));
    view! {
        <form method="post" action=action>
            {(!next.is_empty()).then(|| view! { <input type="hidden" name="next" value=next/> })}
            <div class="stacked">
                <label for="code" class="required">"验证码"</label>
                <input type="text" id="code" name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="8" autofocus=true/>
                {(!problem.is_empty()).then(|| view! { <p class="problem" role="alert">{problem}</p> })}
            </div>
            <div class="buttons">
                <button type="submit" class="primary">{button}</button>
                {leads_back.then(|| view! { <a class="button" role="button" href="/home">"返回首页"</a> })}
            </div>
        </form>
    }
}
