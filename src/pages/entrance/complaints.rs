//! 投诉建议 (spec S9.7): for everybody, signed in or not.

use crate::api::complaints::{ComplaintsView, OwnComplaint, complaints_page};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// `/complaints`; `page` says where it was opened.
#[component]
pub fn Complaints() -> impl IntoView {
    let search = use_query_map();
    let kept = Memo::new(move |_| search.with(|search| search.get("kept").unwrap_or_default()));
    let data = Resource::new(move || kept.get(), complaints_page);
    view! {
        <Title text="投诉建议"/>
        <main class="portal">
            <nav class="crumbs" aria-label="位置"><a href="/">"干部规划家乡行动"</a><span aria-current="page">"投诉建议"</span></nav>
            <Suspense fallback=|| view! { <p class="loading">"正在加载…"</p> }>
                {move || Suspend::new(async move {
                    match data.await {
                        Ok(view) => view! { <Content view/> }.into_any(),
                        Err(error) => view! { <p class="problem" role="alert">{error.to_string()}</p> }.into_any(),
                    }
                })}
            </Suspense>
        </main>
    }
}

#[component]
fn Content(view: ComplaintsView) -> impl IntoView {
    let search = use_query_map();
    let given = move |name: &str| search.with_untracked(|search| search.get(name)).unwrap_or_default();
    let is_signed = !view.name.is_empty();
    let sent = (given("notice") == "sent").then(|| {
        let text = match is_signed {
            true => "提交成功，感谢您的意见。处理情况和答复显示在下面。",
            false => "提交成功，感谢您的意见。",
        };
        view! { <p class="notice done" role="status">{text}</p> }
    });
    let page = given("page");
    // A page of ours and of nobody else (`security.md` A50).
    let is_ours = page.starts_with('/') && !page.starts_with("//") && !page.contains('\\');
    let back = match is_ours {
        true => page.clone(),
        false if is_signed => "/home".to_owned(),
        false => "/".to_owned(),
    };
    let who = match is_signed {
        true => format!("以“{}”的名义提交", view.name),
        false => "无需登录即可提交；如需答复，请留下联系方式".to_owned(),
    };
    let form = view.may_complain.then(|| {
        let problem = (!view.problem.is_empty()).then(|| view! { <p class="problem" role="alert">{view.problem}</p> });
        view! {
            <form method="post" action="/complaints">
                <input type="hidden" name="key" value=view.key/>
                <input type="hidden" name="page" value=page/>
                <div class="stacked">
                    <label for="content" class="required">"内容"</label>
                    <textarea id="content" name="content" rows="6" maxlength="2000" placeholder="请说明遇到的问题或建议">{view.content}</textarea>
                    {problem}
                </div>
                <div class="stacked">
                    <label for="contact">"联系方式"</label>
                    <input type="text" id="contact" name="contact" value=view.contact maxlength="50" placeholder="电话或邮箱，选填，仅用于答复"/>
                </div>
                <div class="buttons">
                    <button type="submit" class="primary">"提交"</button>
                    <a class="button" role="button" href=back>"返回"</a>
                </div>
            </form>
        }
    });
    let has_own = !view.lines.is_empty();
    let lines = view.lines.into_iter().map(own).collect_view();
    view! {
        {sent}
        <section class="card">
            <h1>"投诉建议"</h1>
            <p class="muted">{who}</p>
            {form}
        </section>
        {has_own.then(|| view! { <section class="card"><h2>"我提交的"</h2><ul class="complaints">{lines}</ul></section> })}
    }
}

fn own(one: OwnComplaint) -> impl IntoView {
    let reply = (!one.reply.is_empty()).then(|| {
        view! { <p class="reply"><b>{format!("答复（{}）：", one.answered_at)}</b>{one.reply}</p> }
    });
    view! {
        <li>
            <p><span class=one.tone.class()>{one.status}</span>" "<span class="muted">{one.at}</span></p>
            <p class="lines">{one.content}</p>
            {reply}
        </li>
    }
}
