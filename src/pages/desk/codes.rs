//! 二维码信息 (manual 8.1, spec S8.1): the QR code of every village, to enlarge, to download, to print as a poster.

use super::page::Failure;
use crate::api::registration::{CodeLine, CodesView, open_registration, registration_codes, renew_code};
use crate::browser::{print, submit_form};
use crate::domain::query::{ListQuery, PAGE_SIZES};
use crate::domain::region::{Level, Region};
use crate::record::query_bar::{QueryForm, asked_query, cascade, list_address};
use crate::ui::confirm::Confirm;
use crate::ui::modal::Modal;
use crate::ui::pager::Pager;
use crate::ui::toast::Toasts;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_meta::Title;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_params_map};

/// Where the list lies.
const PATH: &str = "/codes";

/// `/codes`
#[component]
pub fn Codes() -> impl IntoView {
    let query = asked_query();
    let version = RwSignal::new(0_usize);
    let data = Resource::new(
        move || (query.get(), version.get()),
        |(query, _)| registration_codes(query),
    );
    let changed = Callback::new(move |()| version.update(|version| *version += 1));
    view! {
        <Title text="二维码信息"/>
        <nav class="crumbs" aria-label="位置"><a href="/home">"首页"</a><span aria-current="page">"二维码信息"</span></nav>
        <h1 class="page-title">"二维码信息"</h1>
        <Transition fallback=|| view! { <p class="loading">"正在加载…"</p> }>
            {move || {
                let query = query.get();
                Suspend::new(async move {
                    match data.await {
                        Ok(view) => view! { <List view query changed/> }.into_any(),
                        Err(error) => view! { <Failure error/> }.into_any(),
                    }
                })
            }}
        </Transition>
    }
}

#[component]
fn List(view: CodesView, query: ListQuery, changed: Callback<()>) -> impl IntoView {
    let navigate = use_navigate();
    let go = Callback::new(move |address: String| navigate(&address, NavigateOptions::default()));
    let first = (query.page - 1) * query.size + 1;
    let levels: Vec<Level> = Level::ALL
        .into_iter()
        .filter(|level| *level > Level::Province && *level <= Level::Village)
        .collect();
    let is_empty = view.lines.is_empty();
    let back = list_address(PATH, &query);
    let shown = RwSignal::new(None::<CodeLine>);
    let rows = view
        .lines
        .into_iter()
        .enumerate()
        .map(|(position, line)| row(first + position as i64, line, &back, shown, changed));
    let rows = rows.collect_view();
    let sized = query.clone();
    let link = Callback::new(move |(page, size): (i64, i64)| {
        list_address(
            PATH,
            &ListQuery {
                page,
                size,
                ..sized.clone()
            },
        )
    });
    let cascade = cascade(view.cascade);
    let archives = view.townships.into_iter().map(|(region, name)| {
        view! { <li><a href=format!("/codes/{region}/all.zip") rel="external">{name}</a></li> }
    });
    let archives: Vec<_> = archives.collect();
    let archives = (!archives.is_empty()).then(|| {
        view! {
            <details class="archives"><summary class="button">"批量下载"</summary><ul class="popup">{archives}</ul></details>
        }
    });
    let close = Callback::new(move |()| shown.set(None));
    view! {
        <div class="list-page">
            <QueryForm action="/codes" clear="/codes">
                {cascade}
                <div class="query-field">
                    <label for="q-text">"关键字"</label>
                    <input type="search" id="q-text" name="text" value=query.text.clone() maxlength="100" placeholder="请输入行政村名称" on:change=|event| submit_form(&event)/>
                </div>
            </QueryForm>
            <div class="toolbar">{archives}<span class="muted">"点击二维码图片可放大，截图或下载后发至自然村。"</span></div>
            <div class="table-scroll" tabindex="0" role="region" aria-label="二维码列表">
                <table class="list codes">
                    <thead><tr>
                        <th class="number" scope="col">"序号"</th>
                        {levels.iter().map(|level| view! { <th scope="col">{level.title()}</th> }).collect_view()}
                        <th scope="col">"二维码图片"</th>
                        <th scope="col">"已注册自然村数 / 自然村总数"</th>
                        <th scope="col">"开放注册"</th>
                        <th class="operations" scope="col">"操作"</th>
                    </tr></thead>
                    <tbody>
                        {rows}
                        {is_empty.then(|| view! { <tr class="empty"><td colspan=levels.len() + 5>"暂无数据"</td></tr> })}
                    </tbody>
                </table>
            </div>
            <Pager total=view.total page=query.page size=query.size sizes=&PAGE_SIZES link go/>
        </div>
        {move || shown.get().map(|line| view! { <Enlarged line close/> })}
    }
}

fn row(
    number: i64,
    line: CodeLine,
    back: &str,
    shown: RwSignal<Option<CodeLine>>,
    changed: Callback<()>,
) -> impl IntoView + use<> {
    let (toasts, confirm) = (Toasts::expect(), Confirm::expect());
    let region = line.region.clone();
    let village = line.places.last().cloned().unwrap_or_default();
    let image = format!("/codes/{region}/code.svg");
    let places: Vec<_> = line
        .places
        .iter()
        .map(|place| view! { <td>{place.clone()}</td> })
        .collect();
    let counted = format!("{} / {}", line.registered, line.all);
    let waiting =
        (line.waiting > 0).then(|| view! { <span class="tag blue">{format!("{} 个待确认", line.waiting)}</span> });
    let list = format!("/desk/natural_villages?village={region}");
    let (poster, enlarged) = (format!("/codes/{region}"), line.clone());
    let switch = {
        let (region, is_open, name) = (region.clone(), line.is_open, village.clone());
        let text = if is_open { "是" } else { "否" };
        match line.may_change {
            true => {
                let (action, back) = (format!("/codes/{region}/open"), back.to_owned());
                let label = format!("开放注册 {name}");
                view! {
                    <form method="post" action=action class="inline" on:submit=move |event| {
                        event.prevent_default();
                        let region = region.clone();
                        spawn_local(async move {
                            match open_registration(region, !is_open).await {
                                Ok(()) => toasts.success(if is_open { "已关闭注册" } else { "已开放注册" }),
                                Err(error) => toasts.error(error.to_string()),
                            }
                            let _ = changed.try_run(());
                        });
                    }>
                        <input type="hidden" name="open" value=if is_open { "0" } else { "1" }/>
                        <input type="hidden" name="back" value=back/>
                        <button type="submit" role="switch" aria-checked=is_open.to_string() class="switch-button" aria-label=label>{text}</button>
                    </form>
                }
                .into_any()
            }
            false => text.into_any(),
        }
    };
    let renewal = line.may_change.then(|| {
        let (region, back) = (region.clone(), back.to_owned());
        let action = format!("/codes/{region}/renew");
        let question = format!("确定更换“{village}”的二维码吗？已下发的旧二维码将失效，已注册的自然村不受影响。");
        view! {
            <form method="post" action=action class="inline" on:submit=move |event| {
                event.prevent_default();
                let region = region.clone();
                confirm.ask("更换二维码", question.clone(), move || {
                    let region = region.clone();
                    spawn_local(async move {
                        match renew_code(region).await {
                            Ok(()) => toasts.success("二维码已更换"),
                            Err(error) => toasts.error(error.to_string()),
                        }
                        let _ = changed.try_run(());
                    });
                });
            }>
                <input type="hidden" name="back" value=back/>
                <button type="submit" class="link">"更换二维码"</button>
            </form>
        }
    });
    view! {
        <tr>
            <td class="number">{number}</td>
            {places}
            <td>
                <a class="code-image" href=image.clone() rel="external" aria-label=format!("放大 {village} 二维码") on:click=move |event| {
                    event.prevent_default();
                    shown.set(Some(enlarged.clone()));
                }><img src=image.clone() loading="lazy" width="64" height="64" alt=format!("{village} 二维码")/></a>
            </td>
            <td><a href=list>{counted}</a>" "{waiting}</td>
            <td>{switch}</td>
            <td class="operations">
                <a href=format!("/codes/{region}/code.png") rel="external">"下载图片"</a>
                <a href=poster>"打印海报"</a>
                {renewal}
            </td>
        </tr>
    }
}

/// The code over the page.
#[component]
fn Enlarged(line: CodeLine, close: Callback<()>) -> impl IntoView {
    let village = line.places.last().cloned().unwrap_or_default();
    let region = line.region.to_string();
    view! {
        <Modal title=format!("{village} 二维码") class="small" close>
            <div class="modal-body code-large">
                <img src=format!("/codes/{region}/code.svg") width="320" height="320" alt=format!("{village} 二维码")/>
                <p class="muted">{line.places.join(" / ")}</p>
            </div>
            <div class="modal-foot">
                <a class="button primary" role="button" href=format!("/codes/{region}/code.png") rel="external">"下载图片"</a>
                <a class="button" role="button" href=format!("/codes/{region}")>"打印海报"</a>
            </div>
        </Modal>
    }
}

/// `/codes/:region`: a poster of one A4 page.
#[component]
pub fn Poster() -> impl IntoView {
    let parameters = use_params_map();
    let region =
        Memo::new(move |_| parameters.with(|parameters| parameters.get("region").as_deref().and_then(Region::parse)));
    let data = Resource::new(
        move || region.get(),
        |region| {
            let query = ListQuery {
                region,
                ..ListQuery::default()
            };
            registration_codes(query)
        },
    );
    view! {
        <Title text="打印海报"/>
        <Transition fallback=|| view! { <p class="loading">"正在加载…"</p> }>
            {move || Suspend::new(async move {
                match data.await {
                    Ok(codes) => match codes.lines.into_iter().find(|line| Some(&line.region) == region.get_untracked().as_ref()) {
                        Some(line) => view! { <Sheet line/> }.into_any(),
                        None => view! { <Failure error=crate::error::AppError::NotFound/> }.into_any(),
                    },
                    Err(error) => view! { <Failure error/> }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn Sheet(line: CodeLine) -> impl IntoView {
    let village = line.places.last().cloned().unwrap_or_default();
    let above: Vec<String> = line
        .places
        .iter()
        .take(line.places.len().saturating_sub(1))
        .cloned()
        .collect();
    view! {
        <h1 class="page-title">"打印海报"</h1>
        <div class="toolbar print-bar">
            <button type="button" class="primary scripted" on:click=|_| print()>"打印"</button>
            <a class="button" role="button" href="/codes">"返回"</a>
        </div>
        <article class="paper poster">
            <p class="poster-above">{above.join(" ")}</p>
            <h2>{village.clone()}</h2>
            <p class="poster-title">"干部规划家乡行动 · 自然村信息填报"</p>
            <img src=format!("/codes/{}/code.svg", line.region) width="360" height="360" alt=format!("{village} 二维码")/>
            <ol class="poster-steps">
                <li><b>"扫一扫"</b>"用微信扫描二维码，点“继续访问”"</li>
                <li><b>"注册登录"</b>"点“账号注册”填写自然村名称，用默认密码 yngb2021 登录后修改密码"</li>
                <li><b>"填报"</b>"逐项填写人口状况、基础设施等七项内容，点“保存”"</li>
            </ol>
        </article>
    }
}
