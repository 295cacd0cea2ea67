//! `/consistency/:region`: numbers of a village that should agree, side by side (spec F-02).

use super::page::{Failure, Notice};
use crate::api::consistency::{ConsistencyView, NumberLine, ToldNumber, consistency, take_over};
use crate::domain::region::Region;
use crate::error::AppError;
use crate::ui::toast::Toasts;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

/// The page.
#[component]
pub fn Consistency() -> impl IntoView {
    let parameters = use_params_map();
    let region =
        Memo::new(move |_| parameters.with(|parameters| parameters.get("region").as_deref().and_then(Region::parse)));
    let version = RwSignal::new(0_usize);
    let data = Resource::new(
        move || (region.get(), version.get()),
        |(region, _)| async move {
            match region {
                Some(region) => consistency(region).await,
                None => Err(AppError::NotFound),
            }
        },
    );
    let changed = Callback::new(move |()| version.update(|version| *version += 1));
    view! {
        <Notice/>
        <Transition fallback=|| view! { <p class="loading">"正在加载…"</p> }>
            {move || Suspend::new(async move {
                match data.await {
                    Ok(view) => view! { <Panel view changed/> }.into_any(),
                    Err(error) => view! { <Failure error/> }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn Panel(view: ConsistencyView, changed: Callback<()>) -> impl IntoView {
    let title = format!("{} 数据一致性", view.name);
    let village = format!("/planning/{}", view.region);
    let off = view.groups.iter().flat_map(|group| &group.lines);
    let off = off.filter(|line| line.agrees == Some(false)).count();
    let region = view.region;
    let groups = view.groups.into_iter().map(|group| {
        let region = region.clone();
        let count = group.lines.len();
        let rows = group.lines.into_iter().enumerate().map(move |(position, line)| {
            let head = (position == 0).then(|| {
                view! { <th scope="rowgroup" rowspan=count.to_string()>{group.title.clone()}</th> }.into_any()
            });
            row(&region, head, line, changed)
        });
        view! { <tbody>{rows.collect_view()}</tbody> }
    });
    let groups = groups.collect_view();
    let said = match off {
        0 => "没有不一致的数据。".to_owned(),
        off => format!("有 {off} 项数据不一致，请核对。"),
    };
    view! {
        <Title text=title.clone()/>
        <nav class="crumbs" aria-label="位置"><a href="/home">"首页"</a><a href=village>{view.name}</a><span aria-current="page">"数据一致性"</span></nav>
        <h1 class="page-title">{title.clone()}</h1>
        <p class="muted">{view.path}" · "{said}</p>
        <div class="table-scroll" tabindex="0" role="region" aria-label=title>
            <table class="list consistency">
                <thead><tr>
                    <th scope="col">"数据"</th><th scope="col">"项目"</th><th scope="col">"填报处"</th><th class="number" scope="col">"数值"</th>
                    <th scope="col">"应与之一致或不超过"</th><th class="number" scope="col">"数值"</th><th scope="col">"结果"</th><th scope="col">"操作"</th>
                </tr></thead>
                {groups}
            </table>
        </div>
    }
}

fn row(region: &Region, head: Option<AnyView>, line: NumberLine, changed: Callback<()>) -> impl IntoView + use<> {
    let (class, state) = match (line.agrees, line.is_most) {
        (Some(true), false) => ("tag green", "一致"),
        (Some(true), true) => ("tag green", "未超过"),
        (Some(false), false) => ("tag red", "不一致"),
        (Some(false), true) => ("tag red", "超过"),
        (None, _) => ("tag grey", "未填"),
    };
    let most = line.is_most.then_some("不超过 ");
    let adopt = line.adopts.map(|(form, place)| {
        let (region, title) = (region.clone(), line.title.clone());
        view! { <Adopt region form place title number=line.told.number.clone() changed/> }
    });
    view! {
        <tr>
            {head}
            <td>{line.title}</td>
            {number(None, line.own)}
            {number(most, line.told)}
            <td><span class=class>{state}</span></td>
            <td class="operations">{adopt}</td>
        </tr>
    }
}

fn number(before: Option<&'static str>, told: ToldNumber) -> impl IntoView {
    let text = if told.number.is_empty() {
        "—".to_owned()
    } else {
        told.number
    };
    view! {
        <td>{before}<a href=told.link rel="external">{told.source}</a></td>
        <td class="number">{text}</td>
    }
}

/// 采用: what others tell goes where it is typed.
#[component]
fn Adopt(
    region: Region,
    form: String,
    place: String,
    title: String,
    number: String,
    changed: Callback<()>,
) -> impl IntoView {
    let toasts = Toasts::expect();
    let action = format!("/consistency/{region}");
    let (posted_form, posted_place) = (form.clone(), place.clone());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let (region, form, place) = (region.clone(), form.clone(), place.clone());
        spawn_local(async move {
            match take_over(region, form, place).await {
                Ok(()) => toasts.success("采用成功"),
                Err(error) => toasts.error(error.to_string()),
            }
            let _ = changed.try_run(());
        });
    };
    view! {
        <form method="post" action=action class="urge" on:submit=submit>
            <input type="hidden" name="form" value=posted_form/>
            <input type="hidden" name="place" value=posted_place/>
            <button type="submit" class="link" aria-label=format!("{title}采用 {number}")>{format!("采用 {number}")}</button>
        </form>
    }
}
