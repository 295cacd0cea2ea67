//! What whoever holds a link to a work report sees, and where anybody asks whether a report was issued (spec §12, F-31).

use crate::api::reports::{LinkedReport, check_report, shared_report};
use crate::domain::date::in_words;
use crate::error::AppError;
use crate::pages::desk::{PrintButton, paper};
use leptos::prelude::*;
use leptos_meta::{Meta, Title};
use leptos_router::hooks::{use_params_map, use_query_map};

/// `/r/:token`
#[component]
pub fn Shared() -> impl IntoView {
    let token = use_params_map().with_untracked(|parameters| parameters.get("token").unwrap_or_default());
    let report = Resource::new(|| (), {
        let token = token.clone();
        move |()| shared_report(token.clone())
    });
    view! {
        <Title text="工作报告"/>
        <Meta name="robots" content="noindex, nofollow"/>
        <main class="shared-report">
            <Suspense fallback=|| view! { <p class="loading">"正在加载…"</p> }>
                {move || {
                    let token = token.clone();
                    Suspend::new(async move {
                        match report.await {
                            Ok(shared) => opened(shared, &token),
                            Err(error) => closed(&error),
                        }
                    })
                }}
            </Suspense>
        </main>
    }
}

fn opened(shared: LinkedReport, token: &str) -> AnyView {
    let file = format!("/r/{token}/report.docx");
    view! {
        <div class="toolbar print-bar">
            <PrintButton/>
            <a class="button" role="button" href=file rel="external" download="">"下载 docx"</a>
            <span class="muted">{format!("链接有效期至 {}，请勿转发。", shared.expires_at)}</span>
        </div>
        {paper(shared.report, token)}
    }
    .into_any()
}

fn closed(error: &AppError) -> AnyView {
    let text = match error {
        AppError::NotFound => "链接已失效：可能已过期或已被撤销。请向行政村索取新的链接。".to_owned(),
        other => other.to_string(),
    };
    view! {
        <div class="entrance-card">
            <h1>"工作报告"</h1>
            <p class="notice stale" role="alert">{text}</p>
        </div>
    }
    .into_any()
}

/// `/reports/check`
#[component]
pub fn Check() -> impl IntoView {
    let search = use_query_map();
    let given = move |name: &str| search.with(|search| search.get(name).unwrap_or_default());
    let asked = Memo::new(move |_| (given("code").trim().to_owned(), given("name").trim().to_owned()));
    let answer = Resource::new(
        move || asked.get(),
        |(code, name)| async move {
            match code.is_empty() || name.is_empty() {
                true => None,
                false => Some(check_report(code, name).await),
            }
        },
    );
    let (code, name) = asked.get_untracked();
    view! {
        <Title text="工作报告核验"/>
        <main class="entrance">
            <div class="entrance-card">
                <h1>"工作报告核验"</h1>
                <p class="muted">"输入工作报告末尾的核验码和报告上的姓名，核验该报告是否由本系统出具。"</p>
                <form method="get" action="/reports/check" class="stacked-form">
                    <div class="stacked">
                        <label for="code" class="required">"核验码"</label>
                        <input type="text" id="code" name="code" value=code maxlength="20" autocomplete="off" required placeholder="例如 7KD3M-X2QPA"/>
                    </div>
                    <div class="stacked">
                        <label for="name" class="required">"姓名"</label>
                        <input type="text" id="name" name="name" value=name maxlength="30" autocomplete="off" required placeholder="报告上的姓名"/>
                    </div>
                    <button type="submit" class="primary large">"核验"</button>
                </form>
                <Transition fallback=|| view! { <p class="loading">"正在核验…"</p> }>
                    {move || Suspend::new(async move {
                        let answer = answer.await?;
                        Some(match answer {
                            Ok(Some(issued)) => view! {
                                <p class="notice done" role="status">{format!("该报告由 {} 于 {} 通过本系统出具。", issued.village, in_words(&issued.issued_on))}</p>
                            }.into_any(),
                            Ok(None) => view! {
                                <p class="notice stale" role="alert">"没有查到：核验码或姓名不正确，或该报告不是由本系统出具。"</p>
                            }.into_any(),
                            Err(error) => view! { <p class="notice stale" role="alert">{error.to_string()}</p> }.into_any(),
                        })
                    })}
                </Transition>
                <p><a href="/">"返回首页"</a></p>
            </div>
        </main>
    }
}
