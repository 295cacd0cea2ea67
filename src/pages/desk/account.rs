//! One account (spec S9.1): what can be done for it, where it is signed in, who uses it; a new one; all that are missing.

use super::accounts::enabled_tag;
use super::page::Failure;
use crate::api::administration::{
    AccountView, MissingView, NewAccountView, SessionLine, account_page, missing_accounts, new_account,
};
use crate::browser::{self, submit_form};
use crate::domain::duty::Duty;
use crate::domain::permission::REVEAL_REASONS;
use crate::record::query_bar::{asked_query, asks, cascade};
use crate::ui::confirm::Confirm;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

/// `/accounts/:id`
#[component]
pub fn OneAccount() -> impl IntoView {
    let (parameters, search) = (use_params_map(), use_query_map());
    let asked = Memo::new(move |_| {
        let id = parameters.with(|parameters| parameters.get("id").unwrap_or_default());
        (id, search.with(|search| search.get("told").unwrap_or_default()))
    });
    let data = Resource::new(move || asked.get(), |(id, told)| account_page(id, told));
    view! {
        <Crumbs title="账号"/>
        <Transition fallback=|| view! { <p class="loading">"正在加载…"</p> }>
            {move || Suspend::new(async move {
                match data.await {
                    Ok(view) => view! { <Account view/> }.into_any(),
                    Err(error) => view! { <Failure error/> }.into_any(),
                }
            })}
        </Transition>
    }
}

/// Where the page stands.
#[component]
fn Crumbs(title: &'static str) -> impl IntoView {
    view! {
        <Title text=title/>
        <nav class="crumbs" aria-label="位置">
            <a href="/home">"首页"</a><span>"系统管理"</span><a href="/accounts">"账号管理"</a><span aria-current="page">{title}</span>
        </nav>
    }
}

/// What a plain form came back with.
#[component]
pub fn Outcome() -> impl IntoView {
    let search = use_query_map();
    let given = move |name: &str| search.with(|search| search.get(name)).unwrap_or_default();
    move || {
        let problem = given("problem");
        if !problem.is_empty() && given("place").is_empty() {
            return Some(view! { <p class="notice stale" role="alert">{problem}</p> }.into_any());
        }
        let text = match given("notice").as_str() {
            "disabled" => "账号已停用，已登录的会话已全部结束",
            "enabled" => "账号已启用",
            "unlocked" => "已解除登录锁定",
            "second_factor" => "两步验证已重置",
            "ended" => "会话已结束",
            "saved" => "保存成功",
            "sent" => "提交成功，感谢您的意见",
            _ => return None,
        };
        Some(view! { <p class="notice done" role="status">{text}</p> }.into_any())
    }
}

/// A button that posts a plain form, after a question where there is one to ask.
#[component]
pub fn Post(
    /// Where it goes.
    action: String,
    /// The button.
    title: &'static str,
    /// The question before it, or empty.
    #[prop(optional, into)]
    question: String,
    /// Name and value of what goes with it.
    #[prop(optional)]
    with: Option<(&'static str, String)>,
    /// Class of the button.
    #[prop(default = "")]
    class: &'static str,
    /// What it is called where several look the same.
    #[prop(optional, into)]
    label: Option<String>,
) -> impl IntoView {
    let confirm = Confirm::expect();
    let value = with.as_ref().map_or("", |(_, value)| value.as_str());
    let id = format!("post{}-{value}", action.replace('/', "-"));
    let (own, asks) = (id.clone(), !question.is_empty());
    let submit = move |event: SubmitEvent| {
        if !asks {
            return;
        }
        event.prevent_default();
        let own = own.clone();
        confirm.ask(title, question.clone(), move || browser::send_form(&own));
    };
    let with = with.map(|(name, value)| view! { <input type="hidden" name=name value=value/> });
    view! {
        <form method="post" action=action class="inline" id=id on:submit=submit>
            {with}
            <button type="submit" class=class aria-label=label>{title}</button>
        </form>
    }
}

/// The whole number, once it is said what for (`security.md` P02).
#[component]
fn Reveal(action: String) -> impl IntoView {
    let reasons = REVEAL_REASONS.map(|reason| view! { <option value=reason>{reason}</option> });
    view! {
        <form method="post" action=action class="reveal">
            <select name="reason" aria-label="查看原因" required=true>
                <option value="">"请选择查看原因"</option>
                {reasons.collect_view()}
            </select>
            <button type="submit" class="small">"查看完整号码"</button>
        </form>
    }
}

#[component]
fn Account(view: AccountView) -> impl IntoView {
    let AccountView { line, duties, .. } = view;
    let may = |duty: Duty| duties.contains(&duty);
    let address = |rest: &str| format!("/accounts/{}/{rest}", line.id);
    let named = format!("“{}”（{}）", line.name, line.login_key);
    let reset = (may(Duty::Reset) && line.is_enabled).then(|| {
        let question =
            format!("确定重置{named}的密码吗？原密码立即失效，已登录的会话全部结束，新的一次性密码只显示一次。");
        view! { <Post action=address("reset") title="重置密码" question class="primary"/> }
    });
    let second = (may(Duty::Reset) && view.second_factor == Some(true)).then(|| {
        let question =
            format!("确定重置{named}的两步验证吗？已登录的会话全部结束，使用人需要重新绑定手机。请先核实使用人身份。");
        view! { <Post action=address("second_factor/reset") title="重置两步验证" question/> }
    });
    let shut = may(Duty::Disable).then(|| match line.is_enabled {
        true => {
            let question = format!("确定停用{named}吗？停用后不能登录，已登录的会话立即结束。");
            view! { <Post action=address("disable") title="停用" question class="danger"/> }.into_any()
        }
        false => {
            let question = format!("确定启用{named}吗？");
            view! { <Post action=address("enable") title="启用" question/> }.into_any()
        }
    });
    let unlock = (may(Duty::Unlock) && view.rests > 0).then(|| {
        view! {
            <span class="tag red">{format!("登录锁定，{} 分钟后解除", view.rests)}</span>
            <Post action=address("unlock") title="解除锁定"/>
        }
    });
    let reveal = view.is_masked.then(|| view! { <Reveal action=address("reveal")/> });
    let told = view.told.map(|told| {
        view! { <p class="notice kept told" role="status">{told}</p> }
    });
    let users = (!view.users.is_empty()).then(|| {
        let lines = view.users.into_iter().map(|(name, phone, since)| {
            view! { <tr><td>{name}</td><td>{phone}</td><td>{since}</td></tr> }
        });
        view! {
            <section class="card">
                <h2>"其他使用人"</h2>
                <table class="list plain"><thead><tr><th scope="col">"姓名"</th><th scope="col">"电话"</th><th scope="col">"登记时间"</th></tr></thead>
                <tbody>{lines.collect_view()}</tbody></table>
            </section>
        }
    });
    let sessions = may(Duty::EndSessions).then(|| {
        let action = address("sessions/end");
        view! { <Sessions sessions=view.sessions action others=false/> }
    });
    let uses = may(Duty::SeeUse).then(|| {
        let is_empty = view.uses.is_empty();
        let lines = view.uses.into_iter().map(|one| {
            view! { <tr><td>{one.at}</td><td>{one.person}</td><td>{one.what}</td><td>{one.address}</td></tr> }
        });
        view! {
            <section class="card">
                <h2>"使用记录"</h2>
                <div class="table-scroll" tabindex="0" role="region" aria-label="使用记录">
                    <table class="list plain"><thead><tr><th scope="col">"时间"</th><th scope="col">"使用人"</th><th scope="col">"操作"</th><th scope="col">"IP 地址"</th></tr></thead>
                    <tbody>
                        {lines.collect_view()}
                        {is_empty.then(|| view! { <tr class="empty"><td colspan="4">"暂无数据"</td></tr> })}
                    </tbody></table>
                </div>
            </section>
        }
    });
    let or_dash = |text: String| if text.is_empty() { "–".to_owned() } else { text };
    view! {
        <h1 class="page-title">{line.name.clone()}</h1>
        <Outcome/>
        {told}
        <section class="card">
            <div class="toolbar">{reset}{second}{shut}{unlock}</div>
            <dl class="facts">
                <div><dt>"登录名"</dt><dd>{line.login_key.clone()}</dd></div>
                <div><dt>"账号种类"</dt><dd>{line.kind.clone()}</dd></div>
                <div><dt>"所属区划"</dt><dd>{line.path.clone()}</dd></div>
                <div><dt>"状态"</dt><dd>{enabled_tag(line.is_enabled)}</dd></div>
                <div><dt>"使用人"</dt><dd>{or_dash(line.person.clone())}</dd></div>
                <div><dt>"使用人电话"</dt><dd>{or_dash(line.phone.clone())}" "{reveal}</dd></div>
                <div><dt>"最近登录"</dt><dd>{or_dash(line.seen_at.clone())}</dd></div>
                <div><dt>"是否改密"</dt><dd>{line.password.clone()}</dd></div>
                <div><dt>"密码设置时间"</dt><dd>{or_dash(view.password_set_at)}</dd></div>
                {view.second_factor.map(|is_bound| view! { <div><dt>"两步验证"</dt><dd>{if is_bound { "已绑定" } else { "未绑定" }}</dd></div> })}
                <div><dt>"登录过的设备"</dt><dd>{format!("{} 台", view.devices)}</dd></div>
                <div><dt>"创建时间"</dt><dd>{view.created_at}</dd></div>
            </dl>
        </section>
        {users}
        {sessions}
        {uses}
    }
}

/// Where an account is signed in, each with 下线.
#[component]
pub fn Sessions(
    sessions: Vec<SessionLine>,
    /// Where 下线 goes.
    action: String,
    /// Whether all but the one that asks can be ended at once.
    others: bool,
) -> impl IntoView {
    let is_empty = sessions.is_empty();
    let all = (sessions.iter().filter(|one| !one.is_own).count() > 1).then(|| {
        let (title, question) = match others {
            true => ("其他全部下线", "确定结束本账号在其他设备上的全部会话吗？"),
            false => ("全部下线", "确定结束该账号的全部会话吗？使用人需要重新登录。"),
        };
        view! { <Post action=action.clone() title question=question class="danger"/> }
    });
    let lines = sessions.into_iter().map(|one| {
        let end = match one.is_own {
            true => view! { <span class="tag green">"本次登录"</span> }.into_any(),
            false => {
                let label = format!("下线 {}", one.address);
                view! { <Post action=action.clone() title="下线" question="确定结束该会话吗？使用人需要重新登录。" with=("session", one.id) class="link" label=label/> }.into_any()
            }
        };
        view! {
            <tr><td>{one.since}</td><td>{one.seen_at}</td><td>{one.person}</td><td>{one.agent}</td><td>{one.address}</td><td class="operations">{end}</td></tr>
        }
    });
    let lines = lines.collect_view();
    view! {
        <section class="card">
            <div class="card-head"><h2>"已登录的会话"</h2>{all}</div>
            <div class="table-scroll" tabindex="0" role="region" aria-label="已登录的会话">
                <table class="list plain">
                    <thead><tr>
                        <th scope="col">"登录时间"</th><th scope="col">"最近使用"</th><th scope="col">"使用人"</th>
                        <th scope="col">"浏览器"</th><th scope="col">"IP 地址"</th><th class="operations" scope="col">"操作"</th>
                    </tr></thead>
                    <tbody>
                        {lines}
                        {is_empty.then(|| view! { <tr class="empty"><td colspan="6">"暂无数据"</td></tr> })}
                    </tbody>
                </table>
            </div>
        </section>
    }
}

/// `/accounts/new`
#[component]
pub fn NewAccount() -> impl IntoView {
    let query = asked_query();
    let data = Resource::new(move || query.get(), new_account);
    view! {
        <Crumbs title="新增账号"/>
        <h1 class="page-title">"新增账号"</h1>
        <Transition fallback=|| view! { <p class="loading">"正在加载…"</p> }>
            {move || Suspend::new(async move {
                match data.await {
                    Ok(view) => view! { <NewForm view/> }.into_any(),
                    Err(error) => view! { <Failure error/> }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn NewForm(view: NewAccountView) -> impl IntoView {
    let search = use_query_map();
    let given = move |name: &str| {
        search
            .with_untracked(|search| search.get(name))
            .filter(|text| !text.is_empty())
    };
    let (place, problem) = (given("place").unwrap_or_default(), given("problem").unwrap_or_default());
    let at = move |name: &str| (place == name).then(|| view! { <p class="problem" role="alert">{problem.clone()}</p> });
    let (at_key, at_name, at_kind) = (at("login_key"), at("name"), at("kind"));
    let login_key = given("login_key").unwrap_or(view.login_key);
    let name = given("name").unwrap_or(view.name);
    let held = view.kind.clone();
    let kinds = view.kinds.iter().map(|(code, title)| {
        let selected = *code == held;
        view! { <option value=code.clone() selected=selected>{title.clone()}</option> }
    });
    let kinds = kinds.collect_view();
    let body = match view.kind.is_empty() {
        true => view! { <p class="muted">"请先选择所属区划"</p> }.into_any(),
        false => view! {
            <form method="post" action="/accounts/new" class="narrow-form">
                <input type="hidden" name="region" value=view.region.clone()/>
                <input type="hidden" name="kind" value=view.kind.clone()/>
                <p class="muted">{format!("所属区划：{}", view.path)}</p>
                {at_kind}
                <div class="stacked">
                    <label for="name" class="required">"账号名称"</label>
                    <input type="text" id="name" name="name" value=name maxlength="100"/>
                    {at_name}
                </div>
                <div class="stacked">
                    <label for="login_key" class="required">"登录名"</label>
                    <input type="text" id="login_key" name="login_key" value=login_key maxlength="64" autocomplete="off"/>
                    {at_key}
                </div>
                <p class="help">"保存后显示一次性初始密码，只显示一次。"</p>
                <div class="buttons">
                    <button type="submit" class="primary">"保存"</button>
                    <a class="button" role="button" href="/accounts">"返回"</a>
                </div>
            </form>
        }
        .into_any(),
    };
    view! {
        <section class="card">
            <form method="get" action="/accounts/new" class="query-bar" aria-label="所属区划" on:submit=asks("/accounts/new")>
                {cascade(view.cascade)}
                <div class="query-field">
                    <label for="q-kind">"账号种类"</label>
                    <select id="q-kind" name="kind" on:change=|event| submit_form(&event)>{kinds}</select>
                </div>
                <span class="query-buttons"><button type="submit">"确定"</button></span>
            </form>
            {body}
        </section>
    }
}

/// `/accounts/missing`
#[component]
pub fn MissingAccounts() -> impl IntoView {
    let query = asked_query();
    let data = Resource::new(move || query.get(), missing_accounts);
    view! {
        <Crumbs title="批量生成账号"/>
        <h1 class="page-title">"批量生成账号"</h1>
        <Outcome/>
        <Transition fallback=|| view! { <p class="loading">"正在加载…"</p> }>
            {move || Suspend::new(async move {
                match data.await {
                    Ok(view) => view! { <Missing view/> }.into_any(),
                    Err(error) => view! { <Failure error/> }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn Missing(view: MissingView) -> impl IntoView {
    let made = view.made.map(|(key, count)| {
        view! {
            <section class="notice kept">
                <p>{format!("已生成 {count} 个账号的一次性初始密码（{} 小时内有效）。文件只能下载一次，请妥善保管并及时转交。", view.hours)}</p>
                <a class="button primary" role="button" rel="external" href=format!("/accounts/first_passwords/{key}")>"下载账号及初始密码"</a>
            </section>
        }
    });
    let is_empty = view.counts.is_empty();
    let counts = view.counts.into_iter().map(|(kind, missing, unused)| {
        view! { <tr><td>{kind}</td><td class="number">{missing}</td><td class="number">{unused}</td></tr> }
    });
    let has_samples = !view.samples.is_empty();
    let shown = view.samples.len() as i64;
    let samples = view.samples.into_iter().map(|(key, name, path)| {
        view! { <tr><td>{name}</td><td>{key}</td><td>{path}</td></tr> }
    });
    let samples = has_samples.then(|| {
        let rest = view.missing - shown;
        view! {
            <h2>"将要生成的账号"</h2>
            <table class="list plain">
                <thead><tr><th scope="col">"账号名称"</th><th scope="col">"登录名"</th><th scope="col">"所属区划"</th></tr></thead>
                <tbody>{samples.collect_view()}</tbody>
            </table>
            {(rest > 0).then(|| view! { <p class="muted">{format!("还有 {rest} 个未列出")}</p> })}
        }
    });
    let (missing, unused) = (view.missing, view.unused);
    let title = match missing {
        0 => "重新生成初始密码".to_owned(),
        missing => format!("生成 {missing} 个账号"),
    };
    let form = (missing + unused > 0).then(|| {
        let renewal = (unused > 0).then(|| {
            view! {
                <label class="tick">
                    <input type="checkbox" name="renew" value="1" checked=missing == 0/>
                    {format!("同时为 {unused} 个从未登录的账号重新生成初始密码（原初始密码失效）")}
                </label>
            }
        });
        view! {
            <form method="post" action="/accounts/missing">
                <input type="hidden" name="region" value=view.region.clone()/>
                {renewal}
                <div class="buttons">
                    <button type="submit" class="primary">{title}</button>
                    <a class="button" role="button" href="/accounts">"返回"</a>
                </div>
            </form>
        }
    });
    view! {
        {made}
        <section class="card">
            <form method="get" action="/accounts/missing" class="query-bar" aria-label="范围" on:submit=asks("/accounts/missing")>
                {cascade(view.cascade)}
                <span class="query-buttons"><button type="submit">"试算"</button></span>
            </form>
            <p class="muted">{format!("范围：{}。按规则为每个区划补齐应有的账号，已有的账号不变。", view.path)}</p>
            <table class="list plain">
                <thead><tr><th scope="col">"账号种类"</th><th class="number" scope="col">"缺少的账号"</th><th class="number" scope="col">"从未登录的账号"</th></tr></thead>
                <tbody>
                    {counts.collect_view()}
                    {is_empty.then(|| view! { <tr class="empty"><td colspan="3">"所选范围内账号齐全"</td></tr> })}
                </tbody>
            </table>
            {samples}
            {form}
        </section>
    }
}
