//! 规划编制: the list of villages (manual 6.1(1), spec S6.0) and the step map of one (spec §8).

use super::page::Failure;
use crate::api::planning::{
    StepState, StepView, VillageLine, VillageView, VillagesView, planning_villages, village_steps,
};
use crate::browser::submit_form;
use crate::domain::page::address;
use crate::domain::query::{ListQuery, PAGE_SIZES};
use crate::domain::region::{Level, Region};
use crate::record::query_bar::{QueryForm, asked_query, cascade, list_address};
use crate::record::switch::StepSwitch;
use crate::steps::PLANNING;
use crate::ui::pager::Pager;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::NavigateOptions;
use leptos_router::components::Redirect;
use leptos_router::hooks::{use_navigate, use_params_map};

/// The filter that the list is asked by.
const POSITION: &str = "position";
/// Its value for villages that have done any step.
const BEGUN: &str = "begun";
/// The filter by the state of 审批备案.
const REVIEW: &str = "review";
/// The form of 审批备案.
const FILING: &str = "filing";

/// `/planning`
#[component]
pub fn Planning() -> impl IntoView {
    let query = asked_query();
    let data = Resource::new(move || query.get(), planning_villages);
    view! {
        <Title text="规划编制"/>
        <nav class="crumbs" aria-label="位置"><a href="/home">"首页"</a><span aria-current="page">"规划编制"</span></nav>
        <h1 class="page-title">"规划编制"</h1>
        <Transition fallback=|| view! { <p class="loading">"正在加载…"</p> }>
            {move || {
                let query = query.get();
                Suspend::new(async move {
                    match data.await {
                        Ok(VillagesView { only: Some(village), .. }) => {
                            view! { <Redirect path=format!("/planning/{village}")/> }.into_any()
                        }
                        Ok(view) => view! { <Villages view query/> }.into_any(),
                        Err(error) => view! { <Failure error/> }.into_any(),
                    }
                })
            }}
        </Transition>
    }
}

#[component]
fn Villages(view: VillagesView, query: ListQuery) -> impl IntoView {
    let navigate = use_navigate();
    let go = Callback::new(move |address: String| navigate(&address, NavigateOptions::default()));
    let first = (query.page - 1) * query.size + 1;
    let levels: Vec<Level> = Level::ALL
        .into_iter()
        .filter(|level| *level > Level::Province && *level <= Level::Village)
        .collect();
    let is_empty = view.lines.is_empty();
    let rows = view
        .lines
        .into_iter()
        .enumerate()
        .map(|(position, line)| row(first + position as i64, line));
    let sized = query.clone();
    let link = Callback::new(move |(page, size): (i64, i64)| {
        list_address(
            "/planning",
            &ListQuery {
                page,
                size,
                ..sized.clone()
            },
        )
    });
    let cascade = cascade(view.cascade);
    let held = query.filters.get(POSITION).cloned().unwrap_or_default();
    let begun = held == BEGUN;
    let reviewed = query.filters.get(REVIEW).cloned().unwrap_or_default();
    let states = crate::forms::find(FILING).and_then(|form| form.workflow);
    let mut reviews: Vec<(String, String)> = states
        .into_iter()
        .flat_map(|workflow| workflow.states)
        .map(|state| (format!("{FILING}.{}", state.key), state.title.to_owned()))
        .collect();
    // What the home page counts as 审批通过.
    reviews.push((format!("{FILING}.approved,filed"), "审批通过或已备案".to_owned()));
    let reviews = reviews.into_iter().map(move |(code, title)| {
        let selected = reviewed == code;
        view! { <option value=code selected=selected>{title}</option> }
    });
    let positions = (0..=PLANNING.len()).map(move |count| {
        let code = count.to_string();
        let title = PLANNING.get(count).map_or("全部完成".to_owned(), |step| {
            format!("{} {}", count + 1, step.title)
        });
        let selected = held == code;
        view! { <option value=code selected=selected>{title}</option> }
    });
    view! {
        <div class="list-page">
            <QueryForm action="/planning" clear="/planning">
                {cascade}
                <div class="query-field">
                    <label for="q-position">"当前环节"</label>
                    <select id="q-position" name=POSITION on:change=|event| submit_form(&event)>
                        <option value="">"全部"</option>
                        <option value=BEGUN selected=begun>"已开展"</option>
                        {positions.collect_view()}
                    </select>
                </div>
                <div class="query-field">
                    <label for="q-review">"审批备案"</label>
                    <select id="q-review" name=REVIEW on:change=|event| submit_form(&event)>
                        <option value="">"全部"</option>
                        {reviews.collect_view()}
                    </select>
                </div>
                <div class="query-field">
                    <label for="q-text">"关键字"</label>
                    <input type="search" id="q-text" name="text" value=query.text.clone() maxlength="100" placeholder="请输入行政村名称"/>
                </div>
            </QueryForm>
            <div class="table-scroll" tabindex="0" role="region" aria-label="行政村列表">
                <table class="list">
                    <thead><tr>
                        <th class="number" scope="col">"序号"</th>
                        {levels.iter().map(|level| view! { <th scope="col" class:name=levels.last() == Some(level)>{level.title()}</th> }).collect_view()}
                        <th scope="col">"当前环节"</th>
                        <th class="number" scope="col">"已完成环节"</th>
                        <th scope="col">"年度计划"</th>
                        <th scope="col">"技术单位"</th>
                        <th scope="col">"最近更新"</th>
                    </tr></thead>
                    <tbody>
                        {rows.collect_view()}
                        {is_empty.then(|| view! { <tr class="empty"><td colspan=levels.len() + 6>"暂无数据"</td></tr> })}
                    </tbody>
                </table>
            </div>
            <Pager total=view.total page=query.page size=query.size sizes=&PAGE_SIZES link go/>
        </div>
    }
}

fn row(number: i64, line: VillageLine) -> impl IntoView {
    let link = format!("/planning/{}", line.region);
    let last = line.places.len().saturating_sub(1);
    let places = line.places.into_iter().enumerate().map(|(position, place)| {
        if position == last {
            view! { <td class="name"><a class="village" href=link.clone()>{place}</a></td> }.into_any()
        } else {
            view! { <td>{place}</td> }.into_any()
        }
    });
    let places = places.collect_view();
    let (class, current) = match PLANNING.get(line.done) {
        Some(step) => (if line.done == 0 { "tag grey" } else { "tag blue" }, step.title),
        None => ("tag green", "全部完成"),
    };
    view! {
        <tr>
            <td class="number">{number}</td>
            {places}
            <td><span class=class>{current}</span></td>
            <td class="number">{format!("{}/{}", line.done, PLANNING.len())}</td>
            <td>{line.year}</td>
            <td>{line.unit}</td>
            <td class="time">{line.updated}</td>
        </tr>
    }
}

/// `/planning/:region`: the 13 steps of a village.
#[component]
pub fn Village() -> impl IntoView {
    let parameters = use_params_map();
    let region =
        Memo::new(move |_| parameters.with(|parameters| parameters.get("region").as_deref().and_then(Region::parse)));
    let data = Resource::new(move || region.get(), |region| village_steps(String::new(), region));
    view! {
        <Transition fallback=|| view! { <p class="loading">"正在加载…"</p> }>
            {move || Suspend::new(async move {
                match data.await {
                    Ok(view) => view! { <Steps view/> }.into_any(),
                    Err(error) => view! { <Failure error/> }.into_any(),
                }
            })}
        </Transition>
    }
}

/// The map of a village as a page of its own.
#[component]
fn Steps(view: VillageView) -> impl IntoView {
    let name = view.places.last().map_or(String::new(), |(_, name)| name.clone());
    let done = view.steps.iter().filter(|step| step.state == StepState::Done).count();
    let region = view.region.clone();
    let lines = view.steps.into_iter().enumerate().map(|(position, step)| {
        let link = address(&step.key, "", &format!("region={region}"));
        let tone = match step.state {
            StepState::Done => "tag green",
            StepState::Open => "tag blue",
            StepState::Locked => "tag grey",
        };
        let who = match step.state {
            StepState::Done => format!("{} {}", step.done_at, step.who),
            StepState::Open => format!("待办：{}", step.who),
            StepState::Locked => String::new(),
        };
        view! {
            <li class=step.state.class()>
                <a href=link>
                    <span class="step-number">{position + 1}</span>
                    <span class="step-title">{step.title}</span>
                    <span class=tone>{step.state.title()}</span>
                    <span class="muted step-who">{who}</span>
                </a>
            </li>
        }
    });
    let compare = format!("/consistency/{}", view.region);
    let path: Vec<String> = view.places.into_iter().map(|(_, name)| name).collect();
    let archive = view.has_results.then(|| {
        view! { <a class="button" role="button" rel="external" href=format!("/results/{}", view.region)>"下载全部成果"</a> }
    });
    view! {
        <Title text=format!("{name} 规划编制")/>
        <nav class="crumbs" aria-label="位置"><a href="/home">"首页"</a><a href="/planning">"规划编制"</a><span aria-current="page">{name.clone()}</span></nav>
        <h1 class="page-title">{format!("{name} 规划编制")}</h1>
        <section class="card village-steps" aria-label="规划编制环节">
            <div class="card-head">
                <p class="muted">{path.join(" / ")}" · "{format!("已完成 {done}/{} 个环节", PLANNING.len())}</p>
                <span class="card-buttons"><a class="button" role="button" href=compare>"数据一致性"</a>{archive}</span>
            </div>
            <ol>{lines.collect_view()}</ol>
        </section>
    }
}

/// The bar above a page of a step: whose it is, how far the village is, the switch and what is missing.
#[component]
pub fn VillageBar(
    view: VillageView,
    /// The page's own step.
    step: &'static crate::domain::step::Step,
    /// The address of the page.
    back: String,
    go: Callback<String>,
    changed: Callback<()>,
) -> impl IntoView {
    let path: Vec<String> = view.places.iter().map(|(_, name)| name.clone()).collect();
    let own = PLANNING.iter().position(|one| one.key == step.key).unwrap_or(0);
    let region = view.region.clone();
    let marks = step_map(&region, view.steps, Some(own));
    let hints = (!view.hints.is_empty()).then(|| {
        view! { <p class="notice hint" role="note">{format!("提示：{}。不影响开展本环节，建议尽快完成。", view.hints.join("；"))}</p> }
    });
    let switch = view
        .switch
        .map(|switch| view! { <StepSwitch switch title=step.title back go changed/> });
    view! {
        <section class="village-bar" aria-label="规划编制进度">
            <p class="village-path">
                <b>{path.join(" / ")}</b>
                <span class="muted">{format!("第 {}/{} 步", own + 1, PLANNING.len())}</span>
                <a href=format!("/planning/{}", view.region)>"全部环节"</a>
            </p>
            {marks}
            {hints}
            {switch}
        </section>
    }
}

/// The 13 steps of a village in a row; one of them may be the page's own.
pub fn step_map(region: &Region, steps: Vec<StepView>, own: Option<usize>) -> impl IntoView + use<> {
    let marks = steps.into_iter().enumerate();
    let marks = marks.map(|(position, one)| mark(region, position, one, Some(position) == own));
    view! { <ol class="step-map">{marks.collect_view()}</ol> }
}

fn mark(region: &Region, position: usize, step: StepView, is_own: bool) -> impl IntoView {
    let link = address(&step.key, "", &format!("region={region}"));
    let current = is_own.then_some("step");
    let hint = format!("{}（{}）", step.title, step.state.title());
    view! {
        <li class=step.state.class()>
            <a href=link aria-current=current title=hint>
                <span class="step-number">{position + 1}</span>
                <span class="step-title">{step.title}</span>
            </a>
        </li>
    }
}
