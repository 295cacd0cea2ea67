//! 首页 (spec §4.10): what waits with the exact button, what came back, what was left unsaved, and how far the work is in the
//! account's scope. No rankings (国办函〔2026〕12号).

use super::announcements::Announcements;
use super::page::{Failure, Notice};
use super::planning::step_map;
use super::urge::Urge;
use super::waiting::Waiting;
use crate::api::home::{
    HomeView, ReminderLine, ReturnedLine, Stage, StepProgress, StuckLine, WaitingGroup, WaitingLine, home,
};
use crate::api::planning::{StepState, VillageView};
use crate::domain::account::AccountKind;
use crate::domain::permission::complains;
use crate::domain::record::Status;
use crate::domain::step::Missing;
use crate::steps::PLANNING;
use crate::ui::toast::Toasts;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// `/home`
#[component]
pub fn Home() -> impl IntoView {
    let search = use_query_map();
    let all = Memo::new(move |_| search.with(|search| search.get("stuck")).as_deref() == Some("all"));
    let version = RwSignal::new(0_usize);
    let data = Resource::new(move || (all.get(), version.get()), |(all, _)| home(all));
    let toasts = Toasts::expect();
    Effect::new(move |_| {
        if search.with(|search| search.get("notice")).as_deref() == Some("password") {
            toasts.success("密码修改成功");
        }
    });
    // Other numbers than those that the page was drawn with: it is drawn anew.
    let Waiting(counts) = expect_context::<Waiting>();
    Effect::new(move |before: Option<Option<_>>| {
        let now = counts.get();
        if let Some(Some(before)) = before
            && now.as_ref() != Some(&before)
        {
            version.update(|version| *version += 1);
        }
        now
    });
    let changed = Callback::new(move |()| version.update(|version| *version += 1));
    let notice = move || search.with(|search| search.get("notice")).as_deref() != Some("password");
    view! {
        <Title text="首页"/>
        {move || notice().then(|| view! { <Notice/> })}
        <Transition fallback=|| view! { <p class="loading">"正在加载…"</p> }>
            {move || Suspend::new(async move {
                match data.await {
                    Ok(home) => view! { <Content home changed/> }.into_any(),
                    Err(error) => view! { <Failure error/> }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn Content(home: HomeView, changed: Callback<()>) -> impl IntoView {
    let drafts = home.drafts.into_iter().map(|(title, at, link)| {
        view! { <li><a href=link>{title}</a><span class="muted">{format!("保存于 {at}")}</span></li> }
    });
    let drafts = drafts.collect::<Vec<_>>();
    let has_steps = !home.steps.is_empty();
    // Where neither the map of a village nor the funnel of a county stands above it, it is 我的进度 itself (spec §4.10).
    let progress = match home.village.is_some() || !home.funnel.is_empty() {
        true => "工作进度",
        false => "我的进度",
    };
    let steps = home.steps.into_iter().map(step).collect_view();
    let reads = matches!(
        home.account.kind,
        AccountKind::System | AccountKind::ProvinceOrganization | AccountKind::CityOrganization
    );
    view! {
        <h1 class="page-title">{home.account.name}</h1>
        <p class="muted">{format!("{} · {}", home.account.kind.title(), home.path)}</p>
        <div class="home">
            <div class="home-work">
                {(!drafts.is_empty()).then(|| view! {
                    <section class="card" aria-label="上次未保存的内容">
                        <h2>"上次未保存的内容"</h2>
                        <ul class="drafts">{drafts}</ul>
                    </section>
                })}
                {(!reads || !home.waiting.is_empty()).then(|| view! { <Tasks groups=home.waiting reminders=home.reminders/> })}
                {(!home.returned.is_empty()).then(|| view! { <Returned lines=home.returned more=home.returned_more/> })}
            </div>
            <div class="home-state">
                {home.village.map(|village| view! { <OwnVillage village/> })}
                {(!home.funnel.is_empty()).then(|| view! { <Funnel stages=home.funnel/> })}
                {(!home.standing.is_empty()).then(|| view! { <Standing stages=home.standing/> })}
                {(!home.stuck.is_empty()).then(|| view! { <Stuck lines=home.stuck total=home.stuck_total changed/> })}
                {has_steps.then(|| view! {
                    <section class="card" aria-label=progress>
                        <h2>{progress}</h2>
                        <div class="steps">{steps}</div>
                    </section>
                })}
                <Announcements/>
                {complains(home.account.kind).then(|| view! {
                    <p><a class="button" role="button" href="/complaints?page=/home">"投诉建议"</a></p>
                })}
            </div>
        </div>
    }
}

/// 待办, 催办 first.
#[component]
fn Tasks(groups: Vec<WaitingGroup>, reminders: Vec<ReminderLine>) -> impl IntoView {
    let is_empty = groups.is_empty() && reminders.is_empty();
    let urged = reminders.into_iter().map(|line| {
        view! { <li class="urged"><span class="tag amber">"催办"</span><a href=line.link>{line.title}</a><span class="muted">{line.by}</span></li> }
    });
    let urged: Vec<_> = urged.collect();
    let groups = groups.into_iter().map(|group| {
        let lines = group.lines.into_iter().map(task).collect_view();
        view! { <h3>{group.title.clone()}</h3><ul class="tasks" aria-label=group.title>{lines}</ul> }
    });
    view! {
        <section class="card" aria-label="待办">
            <h2>"待办"</h2>
            {(!urged.is_empty()).then(|| view! { <ul class="tasks" aria-label="催办">{urged}</ul> })}
            {groups.collect_view()}
            {is_empty.then(|| view! { <p class="muted">"没有待办事项"</p> })}
        </section>
    }
}

fn tag(state: Option<Status>) -> impl IntoView {
    state.map(|state| view! { <span class=state.tone.class()>{state.title}</span> })
}

fn task(line: WaitingLine) -> impl IntoView {
    let buttons = line.buttons.join(" / ");
    let days = (line.days > 0).then(|| format!("最早的已等待 {} 天", line.days));
    let about = [line.count.clone(), days.unwrap_or_default()];
    let about = about
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("，");
    let label = format!("{} {buttons}", line.title);
    // An own switch counts nothing.
    let is_ready = line.count.is_empty() && line.missing.iter().all(|one| one.is_advice);
    view! {
        <li>
            <a class="task-title" href=line.link.clone()>{line.title}</a>
            {tag(line.state)}
            <span class="muted">{about}</span>
            <a class="button small" role="button" href=line.link aria-label=label>{buttons}</a>
            {(!line.said.is_empty()).then(|| view! { <p class="opinion">{line.said}</p> })}
            {is_ready.then(|| view! { <p class="ready">"条件已满足，可设为“是”"</p> })}
            {missing(line.missing)}
        </li>
    }
}

/// What a switch still lacks, each with the way to it.
fn missing(missing: Vec<Missing>) -> impl IntoView {
    let owed = missing.iter().filter(|one| !one.is_advice).count();
    let title = match owed {
        0 => format!("建议 {} 项", missing.len()),
        owed => format!("还缺 {owed} 项"),
    };
    let lines: Vec<_> = missing
        .into_iter()
        .map(|one| {
            let advice = one.is_advice.then_some("（建议）");
            let owes = (!one.owes.is_empty()).then(|| view! { <span class="owes">{one.owes}</span> });
            view! { <li><a href=one.link rel="external">{advice}{one.message}</a>{owes}</li> }
        })
        .collect();
    (!lines.is_empty()).then(|| {
        view! { <details class="lacks"><summary>{title}</summary><ul>{lines}</ul></details> }
    })
}

/// 被打回, with what was said.
#[component]
fn Returned(lines: Vec<ReturnedLine>, more: Vec<(String, String)>) -> impl IntoView {
    let more = more.into_iter().map(|(title, link)| {
        view! { <p><a href=link>{format!("查看全部被打回的“{title}”")}</a></p> }
    });
    let more = more.collect_view();
    let lines = lines.into_iter().map(|line| {
        let pins = (line.pins > 0).then(|| format!("标注 {} 处", line.pins));
        view! {
            <li>
                <a class="task-title" href=line.link>{line.name}</a>
                {tag(line.state)}
                <span class="muted">{line.title}</span>
                {pins.map(|pins| view! { <span class="muted">{pins}</span> })}
                {(!line.opinion.is_empty()).then(|| view! { <p class="opinion">{line.opinion.clone()}</p> })}
            </li>
        }
    });
    view! {
        <section class="card" aria-label="被打回">
            <h2>"被打回"</h2>
            <ul class="tasks">{lines.collect_view()}</ul>
            {more}
        </section>
    }
}

/// 我的进度 of a village: the 13 steps and what comes next (spec F-10).
#[component]
fn OwnVillage(village: VillageView) -> impl IntoView {
    let done = village
        .steps
        .iter()
        .filter(|step| step.state == StepState::Done)
        .count();
    let next = village.steps.iter().find(|step| step.state == StepState::Open);
    let next = next.map(|step| format!("下一步：{}（待办：{}）", step.title, step.who));
    let said = next.unwrap_or_else(|| "13 个环节已全部完成".to_owned());
    let compare = format!("/consistency/{}", village.region);
    let all = format!("/planning/{}", village.region);
    view! {
        <section class="card" aria-label="我的进度">
            <div class="card-head"><h2>"我的进度"</h2><span class="card-buttons"><a href=compare>"数据一致性"</a><a href=all>"全部环节"</a></span></div>
            <p>{format!("规划编制已完成 {done}/{} 个环节。{said}", PLANNING.len())}</p>
            {step_map(&village.region, village.steps, None)}
        </section>
    }
}

/// 我的进度 of a county or township: how many villages have come how far.
#[component]
fn Funnel(stages: Vec<Stage>) -> impl IntoView {
    let most = stages.iter().map(|stage| stage.count).max().unwrap_or(0).max(1);
    let stages = stages.into_iter().map(|stage| {
        let label = format!("{} {} 个行政村", stage.title, stage.count);
        view! {
            <li>
                <a href=stage.link aria-label=label>
                    <span>{stage.title}</span>
                    <progress max=most value=stage.count aria-hidden="true"></progress>
                    <b>{stage.count}</b>
                </a>
            </li>
        }
    });
    view! {
        <section class="card" aria-label="我的进度">
            <h2>"我的进度"</h2>
            <ol class="funnel">{stages.collect_view()}</ol>
        </section>
    }
}

/// 规划编制 n/13: where the villages stand.
#[component]
fn Standing(stages: Vec<Stage>) -> impl IntoView {
    let stages = stages.into_iter().map(|stage| {
        let class = if stage.count > 0 { "stands" } else { "nobody" };
        view! { <li class=class><a href=stage.link><span>{stage.title}</span><b>{stage.count}</b></a></li> }
    });
    view! {
        <section class="card" aria-label="规划编制各环节的行政村">
            <h2>"规划编制当前环节"</h2>
            <ol class="standing">{stages.collect_view()}</ol>
        </section>
    }
}

/// The county's work list: villages that have not got on, with 催办.
#[component]
fn Stuck(lines: Vec<StuckLine>, total: usize, changed: Callback<()>) -> impl IntoView {
    let more = (total > lines.len()).then(|| view! { <a href="/home?stuck=all">{format!("全部 {total} 个")}</a> });
    let back = if more.is_some() { "/home" } else { "/home?stuck=all" };
    let rows = lines.into_iter().map(|line| {
        let urged = (!line.urged.is_empty()).then(|| format!("{} 已催办", line.urged.get(..10).unwrap_or_default()));
        let link = format!("/planning/{}", line.region);
        let urge = line.may_urge.then(|| {
            view! { <Urge step=line.step.clone() region=line.region.clone() name=line.name.clone() back=back.to_owned() changed/> }
        });
        view! {
            <tr>
                <td><a href=link>{line.name.clone()}</a></td>
                <td>{line.title}</td>
                <td class="number">{line.days}</td>
                <td class="operations">{urged.map(|text| view! { <span class="muted">{text}</span> })}{urge}</td>
            </tr>
        }
    });
    view! {
        <section class="card" aria-label="停留较久的行政村">
            <div class="card-head"><h2>"停留较久的行政村"</h2>{more}</div>
            <div class="table-scroll" tabindex="0" role="region" aria-label="停留较久的行政村列表">
                <table class="list plain">
                    <thead><tr><th scope="col">"行政村"</th><th scope="col">"当前环节"</th><th class="number" scope="col">"停留天数"</th><th scope="col">"操作"</th></tr></thead>
                    <tbody>{rows.collect_view()}</tbody>
                </table>
            </div>
        </section>
    }
}

fn step(step: StepProgress) -> impl IntoView {
    let single = step.own && step.all <= 1;
    let state = if single {
        if step.done > 0 {
            "已完成".to_owned()
        } else {
            "未完成".to_owned()
        }
    } else {
        format!("{} / {} 个{}已完成", step.done, step.all, step.of)
    };
    let label = format!("{}完成进度", step.title);
    let is_done = step.done > 0 && step.done >= step.all;
    view! {
        <a class="step" class:done=is_done href=step.link>
            <b>{step.title}</b>
            <progress max=step.all.max(1) value=step.done aria-label=label></progress>
            <span>{state}</span>
        </a>
    }
}
