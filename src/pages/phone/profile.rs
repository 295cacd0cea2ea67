//! 修改信息 (manual 8.3, spec M8.3). At the first sign-in the password has to be changed before anything else shows.

use super::{Failed, Frame, given};
use crate::api::phone::{HamletView, phone_home};
use crate::domain::password::OVERDUE;
use leptos::prelude::*;

/// `/m/profile`
#[component]
pub fn Profile() -> impl IntoView {
    view! {
        <Suspense>
            {Suspend::new(async move {
                match phone_home().await {
                    Ok(home) => view! { <ProfileForm home/> }.into_any(),
                    Err(error) => view! { <Failed error/> }.into_any(),
                }
            })}
        </Suspense>
    }
}

#[component]
fn ProfileForm(home: HamletView) -> impl IntoView {
    // Nothing else opens before.
    let must = home.must_change;
    let why = match home.is_overdue {
        true => OVERDUE,
        false => "首次登录，请先修改密码。",
    };
    let rule = match must {
        true => home.policy.rule().to_owned(),
        false => format!("不修改密码请留空。{}", home.policy.rule()),
    };
    let at = |place: &str| {
        let problem = given(&format!("problem.{place}"));
        (!problem.is_empty()).then(|| view! { <p class="problem" role="alert">{problem}</p> })
    };
    // What was typed before a refusal, else what is known.
    let held = |name: &str, known: &str| match given(name) {
        typed if typed.is_empty() => known.to_owned(),
        typed => typed,
    };
    let password = |id: &'static str, label: &'static str| {
        view! {
            <div class="stacked">
                <label for=id class:required=must>{label}</label>
                <input type="password" id=id name=id autocomplete="new-password" maxlength="128"/>
                {at(id)}
            </div>
        }
    };
    let (new, again) = (password("new", "新密码"), password("again", "确认密码"));
    let (contact, phone) = (held("contact", &home.contact), held("phone", &home.phone));
    let (at_contact, at_phone) = (at("contact"), at("phone"));
    view! {
        <Frame title="修改信息".to_owned() back=if must { "" } else { "/m" }>
            {must.then(|| view! { <p class="notice kept" role="status">{why}</p> })}
            <form method="post" action="/m/profile" class="card">
                <input type="text" class="visually-hidden" name="username" tabindex="-1" autocomplete="username" aria-label="登录账号" readonly value=home.login_key.clone()/>
                <div class="stacked"><span class="label">"自然村名称"</span><span class="value">{home.name.clone()}</span></div>
                {new}
                <p class="help">{rule}</p>
                {again}
                <div class="stacked">
                    <label for="contact">"联系人"</label>
                    <input type="text" id="contact" name="contact" value=contact maxlength="20" autocomplete="name" placeholder="选填"/>
                    {at_contact}
                </div>
                <div class="stacked">
                    <label for="phone">"手机号码"</label>
                    <input type="tel" id="phone" name="phone" value=phone maxlength="11" autocomplete="tel" placeholder="选填"/>
                    {at_phone}
                </div>
                <button type="submit" class="primary large">"保存"</button>
            </form>
            {(!must).then(|| view! { <p><a class="button" role="button" href="/complaints?page=%2Fm">"投诉建议"</a></p> })}
            {must.then(|| view! { <form method="post" action="/logout"><button type="submit" class="link">"退出"</button></form> })}
        </Frame>
    }
}
