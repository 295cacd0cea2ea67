//! A page of the menu: breadcrumb, tabs, and the list or the form of the tab. The address is the whole state.

use super::planning::VillageBar;
use super::totals::Totals;
use crate::api::planning::{VillageView, village_steps};
use crate::api::records::{DeskView, desk_page, open_record};
use crate::domain::form::Shape;
use crate::domain::page::{Page as MenuPage, Tab};
use crate::domain::parameter::dated;
use crate::domain::query::ListQuery;
use crate::domain::terms;
use crate::domain::verb::Verb;
use crate::error::AppError;
use crate::forms;
use crate::record::Place;
use crate::record::dialog::{HiddenFields, Mode, RecordDialog, guard};
use crate::record::editing::Editing;
use crate::record::form_view::FormBody;
use crate::record::list::ListView;
use crate::record::query_bar::asked_query;
use crate::record::switch::{StepSwitch, Unfolded};
use crate::record::workbook::WorkbookBar;
use crate::ui::toast::Toasts;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::reactive::computed::ScopedFuture;
use leptos_meta::Title;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_params_map, use_query_map};
use std::future::IntoFuture;

/// `/desk/:page`
#[component]
pub fn Page() -> impl IntoView {
    let (parameters, search) = (use_params_map(), use_query_map());
    let page = Memo::new(move |_| parameters.with(|parameters| parameters.get("page").unwrap_or_default()));
    let tab = Memo::new(move |_| search.with(|search| search.get("tab").unwrap_or_default()));
    // A village that is the account's only one may be named in the address or not: a link that names it asks for nothing new,
    // and what is being typed on its page stays.
    let (asked, only) = (asked_query(), StoredValue::new(None));
    let query = Memo::new(move |_| {
        let mut query = asked.get();
        if query.region.is_some() && only.with_value(|only| *only == query.region) {
            query.region = None;
        }
        query
    });
    let version = RwSignal::new(0_usize);
    provide_context(Unfolded::default());
    let data = Resource::new(
        move || (page.get(), tab.get(), query.get(), version.get()),
        |(page, tab, query, _)| desk_page(page, tab, query),
    );
    let changed = Callback::new(move |()| version.update(|version| *version += 1));
    // On a page about a village: how far it is, and the switch.
    let village = Resource::new(
        move || (page.get(), query.with(|query| query.region.clone()), version.get()),
        |(page, region, _)| async move {
            match forms::page(&page).and_then(|page| page.step) {
                Some(step) => Some(village_steps(step.key.to_owned(), region).await),
                None => None,
            }
        },
    );
    view! {
        <Notice/>
        <Transition fallback=|| view! { <p class="loading">"正在加载…"</p> }>
            {move || {
                let query = query.get();
                let key = page.get();
                // Both are begun here: after the first the page may have been left, and with it the second.
                // The second is not listened to: it is asked whenever the first is, and the page, which may be a table of a
                // thousand cells, is drawn once for both.
                let (data, village) = (data.into_future(), ScopedFuture::new_untracked(village.into_future()));
                Suspend::new(async move {
                    match (forms::page(&key), data.await) {
                        (Some(page), Ok(data)) => {
                            terms::follow(&data.terms);
                            let village = village.await.and_then(Result::ok);
                            if let (None, Some(village)) = (&query.region, &village) {
                                let _ = only.try_set_value(Some(village.region.clone()));
                            }
                            view! { <Desk page data query village version changed/> }.into_any()
                        }
                        (_, Err(error)) => view! { <Failure error/> }.into_any(),
                        (None, _) => view! { <Failure error=AppError::NotFound/> }.into_any(),
                    }
                })
            }}
        </Transition>
        <Window page tab query changed/>
    }
}

/// What a plain form came back with (`notice=saved`): on the page, so that it shows without JavaScript too.
#[component]
pub fn Notice() -> impl IntoView {
    let search = use_query_map();
    move || {
        let notice = search.with(|search| search.get("notice")).unwrap_or_default();
        let (text, failed) = match notice.as_str() {
            "" => return None,
            "saved" => ("保存成功".to_owned(), false),
            "deleted" => ("删除成功".to_owned(), false),
            "switched" => ("设置成功".to_owned(), false),
            "decided" => ("操作成功".to_owned(), false),
            "urged" => ("催办成功".to_owned(), false),
            "adopted" => ("采用成功".to_owned(), false),
            other => (other.to_owned(), true),
        };
        let class = if failed { "notice stale" } else { "notice done" };
        Some(view! { <p class=class role="status">{text}</p> })
    }
}

/// Title, tabs and the tab itself.
#[component]
fn Desk(
    page: &'static MenuPage,
    data: DeskView,
    query: ListQuery,
    /// The village that the page is about.
    village: Option<VillageView>,
    version: RwSignal<usize>,
    changed: Callback<()>,
) -> impl IntoView {
    let Some(tab) = page.tabs.iter().find(|tab| tab.key == data.tab) else {
        return view! { <Failure error=AppError::NotFound/> }.into_any();
    };
    let place = Place { page, tab };
    // The village that the page is about may be the account's only one, which its address does not name.
    let query = ListQuery {
        region: village
            .as_ref()
            .map(|village| village.region.clone())
            .or(query.region.clone()),
        ..query
    };
    let tabs: Vec<_> = page.tabs_for(data.viewer.kind).collect();
    let mut titles: Vec<&'static Tab> = Vec::new();
    for other in &tabs {
        if titles
            .last()
            .is_none_or(|last| last.strip_title() != other.strip_title())
        {
            titles.push(other);
        }
    }
    let strip = (titles.len() > 1).then(|| {
        let links = titles.into_iter().map(|other| {
            let current = (other.strip_title() == tab.strip_title()).then_some("page");
            let place = Place { page, tab: other };
            view! { <a href=place.address(&place.plain(&query), &[]) aria-current=current>{other.strip_title()}</a> }
        });
        view! { <nav class="tabs" aria-label="标签页">{links.collect_view()}</nav> }
    });
    let navigate = use_navigate();
    let go = Callback::new(move |address: String| navigate(&address, NavigateOptions::default()));
    let kind = data.viewer.kind;
    let workbook = query.region.clone().filter(|_| page.step.is_some()).map(|region| {
        view! { <WorkbookBar place region kind changed/> }
    });
    let bar = page.step.zip(village).map(|(step, view)| {
        let back = place.address(&place.plain(&query), &[]);
        view! { <VillageBar view step back go changed/> }
    });
    // Panels of one tab stand one below the other; the one that the address names is asked about.
    let panels: Vec<&'static Tab> = tabs
        .into_iter()
        .filter(|other| other.strip_title() == tab.strip_title())
        .collect();
    let content = if panels.len() > 1 {
        let mut data = Some(data);
        let panels = panels.into_iter().map(|other| {
            let content = match data.take_if(|_| other.key == tab.key) {
                Some(data) => tab_content(place, query.clone(), data, changed),
                None => {
                    let place = Place { page, tab: other };
                    view! { <Panel place query=place.plain(&query) version changed/> }.into_any()
                }
            };
            view! { <details class="panel" open><summary>{dated(other.title)}</summary>{content}</details> }
        });
        panels.collect_view().into_any()
    } else {
        tab_content(place, query, data, changed)
    };
    view! {
        <Title text=page.title/>
        <nav class="crumbs" aria-label="位置"><a href="/home">"首页"</a><span>{page.group}</span><span aria-current="page">{page.title}</span></nav>
        <h1 class="page-title">{page.title}</h1>
        {bar}
        {strip}
        {workbook}
        {content}
    }
    .into_any()
}

/// What a tab shows.
fn tab_content(place: Place, query: ListQuery, data: DeskView, changed: Callback<()>) -> AnyView {
    let totals = data.totals.clone().map(|totals| view! { <Totals totals/> });
    let content = match (&data.own, place.form().shape) {
        (Some(_), _) => view! { <OwnRecord place data changed/> }.into_any(),
        (None, Shape::Single) if place.tab.inside && !place.tab.tells_hamlets() => {
            view! { <p class="card muted none">"暂无数据"</p> }.into_any()
        }
        (None, _) => view! { <ListView place query page=data changed/> }.into_any(),
    };
    view! { {totals}{content} }.into_any()
}

/// A panel beside the one that the address names.
#[component]
fn Panel(place: Place, query: ListQuery, version: RwSignal<usize>, changed: Callback<()>) -> impl IntoView {
    let asked = query.clone();
    // Counted, not owned: while the page around is drawn anew the old panel still shows, and may be drawn once more.
    let data = ArcResource::new(
        move || version.get(),
        move |_| desk_page(place.page.key.to_owned(), place.tab.key.to_owned(), asked.clone()),
    );
    view! {
        <Transition fallback=|| view! { <p class="loading">"正在加载…"</p> }>
            {move || {
                let query = query.clone();
                let data = data.clone();
                Suspend::new(async move {
                    match data.await {
                        Ok(data) => {
                            terms::follow(&data.terms);
                            tab_content(place, query, data, changed)
                        }
                        Err(error) => view! { <Failure error/> }.into_any(),
                    }
                })
            }}
        </Transition>
    }
}

/// The account's own record of a form with one per region: the page is the form, 保存 at the top left (manual 2.1(5)).
#[component]
fn OwnRecord(place: Place, data: DeskView, changed: Callback<()>) -> impl IntoView {
    let Some(opened) = data.own else { return ().into_any() };
    let search = use_query_map();
    let checked = search.with_untracked(|search| search.get("checked").is_some());
    let problem = search.with_untracked(|search| search.get("problem").unwrap_or_default());
    let writes = [Verb::Edit, Verb::Create];
    let read_only = opened.locked.is_some() || !opened.verbs.iter().any(|verb| writes.contains(verb));
    let ways = opened.ways.clone();
    let editing = Editing::new(place, data.viewer, opened.clone(), read_only, checked);
    provide_context(editing);
    guard(editing);
    let toasts = Toasts::expect();
    let here = ListQuery {
        region: Some(opened.region.clone()),
        ..ListQuery::default()
    };
    let back = place.address(&place.plain(&here), &[]);
    let ways = ways.into_iter().map(|way| {
        let class = if way.verb == Verb::Return {
            "button danger"
        } else {
            "button primary"
        };
        let address = place.address(
            &place.plain(&here),
            &[("open", opened.id.as_str()), ("mode", way.verb.key())],
        );
        view! { <a class=class role="button" href=address>{way.button}</a> }
    });
    let ways = ways.collect_view();
    let has_ways = !opened.ways.is_empty();
    let navigate = use_navigate();
    let go = Callback::new(move |address: String| navigate(&address, NavigateOptions::default()));
    let switch = data.switch.map(|switch| {
        let title = place.tab.switch.map_or("", |step| step.title);
        view! { <StepSwitch switch title back=back.clone() go changed/> }
    });
    view! {
        {switch}
        <form
            method="post" action=format!("/records/{}", place.page.key) enctype="multipart/form-data" novalidate class="own-record"
            on:submit=move |event: SubmitEvent| {
                event.prevent_default();
                editing.save(toasts, Callback::new(move |_| changed.run(())));
            }
        >
            <HiddenFields place opened back/>
            {(!read_only || has_ways).then(|| view! {
                <div class="toolbar">
                    {(!read_only).then(|| view! {
                        <button type="submit" class="primary" disabled=move || editing.saving.get()>"保存"</button>
                    })}
                    {ways}
                    <span class="muted">{move || if editing.dirty.get() { "有未保存的修改" } else { "" }}</span>
                </div>
            })}
            {(!problem.is_empty()).then(|| view! { <p class="notice stale" role="alert">{problem}</p> })}
            <FormBody/>
        </form>
    }
    .into_any()
}

/// The record window, when the address asks for one.
#[component]
fn Window(page: Memo<String>, tab: Memo<String>, query: Memo<ListQuery>, changed: Callback<()>) -> impl IntoView {
    let search = use_query_map();
    let open = Memo::new(move |_| search.with(|search| search.get("open").unwrap_or_default()));
    let mode = Memo::new(move |_| search.with(|search| search.get("mode").unwrap_or_default()));
    let checked = move || search.with_untracked(|search| search.get("checked").is_some());
    let given = move |name: &'static str| search.with_untracked(|search| search.get(name).unwrap_or_default());
    let navigate = use_navigate();
    let region = Memo::new(move |_| query.with(|query| query.region.clone()));
    let data = Resource::new(
        move || (page.get(), tab.get(), open.get(), mode.get(), region.get()),
        |(page, tab, open, mode, region)| async move {
            if open.is_empty() {
                return None;
            }
            let opened = open_record(page.clone(), tab.clone(), open.clone(), region).await;
            let who = crate::api::accounts::who().await;
            Some((
                page,
                tab,
                open,
                mode,
                opened.and_then(|opened| who.map(|who| (opened, who))),
            ))
        },
    );
    view! {
        <Transition>
            {move || {
                let navigate = navigate.clone();
                let query = query.get_untracked();
                let (checked, problem, opinion) = (checked(), given("problem"), given("opinion"));
                Suspend::new(async move {
                    let (page, tab, open, mode, opened) = data.await?;
                    let mode = Mode::of(&open, &mode);
                    let page = forms::page(&page)?;
                    let (opened, viewer) = match opened {
                        Ok(both) => both,
                        Err(error) => return Some(view! { <Failure error/> }.into_any()),
                    };
                    let tab = crate::api::records::find_tab(page.key, &tab, &viewer).ok()?;
                    let place = Place { page, tab };
                    let list = place.address(&query, &[]);
                    let target = list.clone();
                    let go = Callback::new(move |address: String| {
                        navigate(&address, NavigateOptions { scroll: false, ..Default::default() });
                    });
                    let close = Callback::new(move |()| go.run(target.clone()));
                    Some(view! { <RecordDialog place viewer opened mode checked problem opinion list close go changed/> }.into_any())
                })
            }}
        </Transition>
    }
}

/// Why a page cannot be shown.
#[component]
pub fn Failure(error: AppError) -> impl IntoView {
    let way_out = match error {
        AppError::SignedOut => Some(("/login", "重新登录")),
        AppError::MustChangePassword => Some(("/password", "修改密码")),
        AppError::MustBind => Some(("/second_factor", "两步验证")),
        _ => Some(("/home", "返回首页")),
    };
    view! {
        <Title text="提示"/>
        <div class="failure" role="alert">
            <p>{error.to_string()}</p>
            {way_out.map(|(address, title)| view! { <a class="button primary" role="button" rel="external" href=address>{title}</a> })}
        </div>
    }
}
