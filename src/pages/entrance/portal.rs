//! 专栏首页 and 政策文件 (manual 1.1, spec S1.0, S1.1).

use crate::api::announcements::{Announcement, announcements};
use crate::api::home::{PublicDocument, public_documents};
use crate::domain::attachment::readable_size;
use leptos::prelude::*;
use leptos_meta::Title;

const DEPARTMENT: &str = "http://dnr.yn.gov.cn/";
const COMMITTEE: &str = "http://dnr.yn.gov.cn/ynsgwh/home/index.jsp";

/// `/`
#[component]
pub fn Portal() -> impl IntoView {
    let documents = Resource::new(|| (), |()| public_documents());
    let news = Resource::new(|| (), |()| announcements());
    view! {
        <Title text=""/>
        <main class="portal">
            <section class="hero">
                <img src="/icon.svg" alt="" width="72" height="72"/>
                <h1>"干部规划家乡行动"</h1>
                <p>"云南省“干部规划家乡行动”信息系统"</p>
                <a class="button primary large" role="button" href="/login">"系统登录"</a>
                <p class="hint">"网页端推荐使用谷歌浏览器，二维码端推荐使用微信扫码。"</p>
            </section>
            <div class="portal-columns">
                <div class="portal-main">
                    <Suspense>{move || Suspend::new(async move { public(news.await.unwrap_or_default()) })}</Suspense>
                    <section class="card">
                        <div class="card-head"><h2>"政策文件"</h2><a href="/policies">"更多"</a></div>
                        <Suspense fallback=|| view! { <p class="loading">"正在加载…"</p> }>
                            {move || Suspend::new(async move {
                                let documents: Vec<_> = documents.await.unwrap_or_default().into_iter().take(6).collect();
                                list(documents)
                            })}
                        </Suspense>
                    </section>
                </div>
                <section class="card">
                    <h2>"相关网站"</h2>
                    <ul class="links">
                        <li><a href=DEPARTMENT rel="external noopener">"云南省自然资源厅官网"</a></li>
                        <li><a href=COMMITTEE rel="external noopener">"云南省国土空间规划委员会"</a></li>
                    </ul>
                    <h2>"帮助"</h2>
                    <ul class="links">
                        <li><a href="/manual.pdf" download="操作手册.pdf" rel="external">"下载操作手册"</a></li>
                        <li><a href="/reports/check">"工作报告核验"</a></li>
                        <li><a href="/complaints">"投诉建议"</a></li>
                    </ul>
                </section>
            </div>
        </main>
    }
}

/// 公告 that everybody may read, each unfolding where it stands.
fn public(announcements: Vec<Announcement>) -> Option<impl IntoView> {
    let lines = announcements.into_iter().take(8).map(|one| {
        let pin = one.is_pinned.then(|| view! { <span class="tag red">"置顶"</span> });
        view! {
            <li><details>
                <summary>{pin}<span>{one.title}</span><span class="muted date">{one.starts_on}</span></summary>
                <p class="lines">{one.content}</p>
            </details></li>
        }
    });
    let lines: Vec<_> = lines.collect();
    (!lines.is_empty()).then(|| {
        view! { <section class="card"><h2>"公告"</h2><ul class="news">{lines}</ul></section> }
    })
}

/// `/policies`
#[component]
pub fn Policies() -> impl IntoView {
    let documents = Resource::new(|| (), |()| public_documents());
    view! {
        <Title text="政策文件"/>
        <main class="portal">
            <nav class="crumbs" aria-label="位置"><a href="/">"干部规划家乡行动"</a><span aria-current="page">"政策文件"</span></nav>
            <section class="card">
                <div class="card-head"><h1>"政策文件"</h1><a class="button primary" role="button" href="/login">"系统登录"</a></div>
                <p class="muted">"点击文件名称即可下载"</p>
                <Suspense fallback=|| view! { <p class="loading">"正在加载…"</p> }>
                    {move || Suspend::new(async move { list(documents.await.unwrap_or_default()) })}
                </Suspense>
            </section>
        </main>
    }
}

/// Clicking a name downloads the file; a document of several files lists them below.
fn list(documents: Vec<PublicDocument>) -> AnyView {
    if documents.is_empty() {
        return view! { <p class="muted none">"暂无数据"</p> }.into_any();
    }
    let lines = documents.into_iter().map(|document| {
        let several = document.files.len() > 1;
        let first = document.files.first().cloned();
        let name = match first {
            Some(file) if !several => {
                let address = format!("/files/{}", file.id);
                let size = readable_size(file.size);
                view! { <a href=address download=file.name rel="external">{document.title}</a><span class="muted size">{size}</span> }.into_any()
            }
            _ => view! { <span>{document.title}</span> }.into_any(),
        };
        let files = several.then(|| {
            let files = document.files.into_iter().map(|file| {
                view! { <li><a href=format!("/files/{}", file.id) download=file.name.clone() rel="external">{file.name.clone()}</a></li> }
            });
            view! { <ul>{files.collect_view()}</ul> }
        });
        view! {
            <li>
                <span class="tag blue">{document.category}</span>
                <span class="document">{name}{files}</span>
                <span class="muted date">{document.published_on}</span>
            </li>
        }
    });
    view! { <ul class="documents">{lines.collect_view()}</ul> }.into_any()
}
