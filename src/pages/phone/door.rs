//! What whoever scans the code of a village sees: 账号登录 and 账号注册 (manual 8.2).

use super::given;
use crate::api::registration::{DoorView, look_at_name, village_door};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

/// What registering is about (manual 8.2, picture).
const HINT: &str = "提示：登录名称为自然村名称（例如：马坡村）！不能填xx乡xx村xx自然村、xx村委会、xx居民小组等";

/// `/q/:token`
#[component]
pub fn Door() -> impl IntoView {
    let token = use_params_map().with_untracked(|parameters| parameters.get("token").unwrap_or_default());
    let act = given("act");
    view! {
        <Title text="自然村信息填报"/>
        <div class="phone">
            <main class="phone-body door">
                <img src="/icon.svg" alt="" width="56" height="56"/>
                <h1>"干部规划家乡行动"</h1>
                <Suspense>
                    {
                        let (token, act) = (token.clone(), act.clone());
                        Suspend::new(async move {
                            match village_door(token.clone()).await {
                                Ok(door) => view! { <Opened door token act/> }.into_any(),
                                Err(_) => view! { <Gone/> }.into_any(),
                            }
                        })
                    }
                </Suspense>
            </main>
        </div>
    }
}

/// `/q`: whoever comes back to a phone that knows no village.
#[component]
pub fn NoDoor() -> impl IntoView {
    view! {
        <Title text="自然村信息填报"/>
        <div class="phone">
            <main class="phone-body door">
                <img src="/icon.svg" alt="" width="56" height="56"/>
                <h1>"干部规划家乡行动"</h1>
                <p class="notice kept" role="status">"请用微信扫描本村的二维码进入。已填写的内容不会丢失。"</p>
            </main>
        </div>
    }
}

#[component]
fn Gone() -> impl IntoView {
    view! { <p class="notice stale" role="alert">"这个二维码已经失效，请向行政村索取新的二维码。已填写的内容不会丢失。"</p> }
}

#[component]
fn Opened(door: DoorView, token: String, act: String) -> impl IntoView {
    let place = view! { <p class="door-village"><b>{door.village.clone()}</b><span class="muted">{door.path.clone()}</span></p> };
    let content = match act.as_str() {
        "login" => view! { <SignIn door token/> }.into_any(),
        "register" => view! { <Register door token/> }.into_any(),
        _ => {
            let (login, register) = (format!("/q/{token}?act=login"), format!("/q/{token}?act=register"));
            view! {
                <div class="door-buttons">
                    <a class="button primary large" role="button" href=login rel="external">"账号登录"</a>
                    <a class="button large" role="button" href=register rel="external">"账号注册"</a>
                </div>
                <p class="muted">"第一次使用请先点“账号注册”，登记自然村名称。"</p>
            }
            .into_any()
        }
    };
    view! { {place}{content} }
}

#[component]
fn Register(door: DoorView, token: String) -> impl IntoView {
    let home = format!("/q/{token}");
    if !door.is_open {
        return view! {
            <p class="notice stale" role="alert">"本村已关闭自然村注册，如需注册请联系行政村开放注册。"</p>
            <a class="button large" role="button" href=home rel="external">"返回"</a>
        }
        .into_any();
    }
    let problem = given("problem");
    let at = |place: &str| {
        let problem = given(&format!("problem.{place}"));
        (!problem.is_empty()).then(|| view! { <p class="problem" role="alert">{problem}</p> })
    };
    let id_number = door.asks_id_number.then(|| {
        view! {
            <div class="stacked">
                <label for="id_number">"身份证号"</label>
                <input type="text" id="id_number" name="id_number" maxlength="18" autocomplete="off" placeholder="选填"/>
                {at("id_number")}
            </div>
        }
    });
    view! {
        <section class="card">
            <h2>"注册"</h2>
            {(!problem.is_empty()).then(|| view! { <p class="notice stale" role="alert">{problem}</p> })}
            <form method="post" action=format!("/q/{token}/register")>
                <div class="stacked">
                    <label for="name" class="required">"登录名称"</label>
                    <input type="text" id="name" name="name" value=given("name") maxlength="30" autocomplete="off" placeholder="请输入自然村名称"
                        data-look=token.clone()/>
                    <p class="problem" id="name-look" role="alert" hidden></p>
                    {at("name")}
                </div>
                <div class="stacked">
                    <label for="phone">"手机号码"</label>
                    <input type="tel" id="phone" name="phone" value=given("phone") maxlength="11" autocomplete="tel" placeholder="选填"/>
                    {at("phone")}
                </div>
                {id_number}
                <p class="door-hint">{HINT}</p>
                <button type="submit" class="primary large">"注册"</button>
            </form>
        </section>
        <a class="button large" role="button" href=home rel="external">"返回"</a>
    }
    .into_any()
}

#[component]
fn SignIn(door: DoorView, token: String) -> impl IntoView {
    let chosen = given("account");
    let registered = given("notice") == "registered";
    let refused = match given("refused").as_str() {
        "account" => "请选择登录名称",
        "wait" => "尝试次数过多，请 15 分钟后再试",
        "wrong" => "登录名称或密码不正确，请重新输入",
        "used" => "初始密码只能使用一次，已在另一部手机上登录过。请在那部手机上修改密码，或请行政村重置密码",
        _ => "",
    };
    let chosen_key = chosen.clone();
    let options = door.accounts.into_iter().map(|(key, name)| {
        let selected = key == chosen;
        view! { <option value=key selected=selected>{name}</option> }
    });
    let home = format!("/q/{token}");
    view! {
        <section class="card">
            <h2>"账号登录"</h2>
            {registered.then(|| view! {
                <p class="notice done" role="status">"注册成功。默认登录密码为 yngb2021，首次登录后请修改密码。"</p>
            })}
            {(!refused.is_empty()).then(|| view! { <p class="notice stale" role="alert">{refused}</p> })}
            <form method="post" action=format!("/q/{token}/login")>
                <input type="text" class="visually-hidden" name="username" tabindex="-1" autocomplete="username" aria-label="登录账号" readonly value=chosen_key/>
                <div class="stacked">
                    <label for="account" class="required">"登录名称"</label>
                    <select id="account" name="account">
                        <option value="">"请选择自然村"</option>
                        {options.collect_view()}
                    </select>
                </div>
                <div class="stacked">
                    <label for="password" class="required">"密码"</label>
                    <input type="password" id="password" name="password" autocomplete="current-password" maxlength="128" placeholder="请输入密码"/>
                </div>
                <button type="submit" class="primary large">"登录"</button>
            </form>
            <p class="muted">"忘记密码请联系行政村重置。"</p>
        </section>
        <a class="button large" role="button" href=home rel="external">"返回"</a>
    }
}

/// After so many milliseconds without a key a name is looked up.
const QUIET: u32 = 400;

/// Says what there is to say about a name while it is typed. Called once the program is there.
pub fn watch_name() {
    let document = document();
    let input = document.query_selector("input[data-look]").ok().flatten();
    let input = input.and_then(|input| input.dyn_into::<web_sys::HtmlInputElement>().ok());
    let (Some(input), Some(line)) = (input, document.get_element_by_id("name-look")) else {
        return;
    };
    let token = input.get_attribute("data-look").unwrap_or_default();
    let turn = StoredValue::new(0_u32);
    let watched = input.clone();
    let look = move |_: web_sys::Event| {
        let (name, token, line) = (watched.value(), token.clone(), line.clone());
        let now = turn.get_value() + 1;
        turn.set_value(now);
        wasm_bindgen_futures::spawn_local(async move {
            TimeoutFuture::new(QUIET).await;
            if turn.get_value() != now || name.trim().is_empty() {
                return;
            }
            let Ok(verdict) = look_at_name(token, name).await else {
                return;
            };
            let class = if verdict.problem.is_some() {
                "problem"
            } else {
                "problem warning"
            };
            let said = verdict.problem.or(verdict.warning);
            line.set_class_name(class);
            let _ = line.toggle_attribute_with_force("hidden", said.is_none());
            line.set_text_content(said.as_deref());
        });
    };
    let heard = Closure::<dyn FnMut(web_sys::Event)>::new(look);
    let _ = input.add_event_listener_with_callback("input", heard.as_ref().unchecked_ref());
    // It lives as long as the page.
    heard.forget();
}
