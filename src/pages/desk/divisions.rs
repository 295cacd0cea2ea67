//! 行政区划 (S9.2): the tree, and what becomes of it. What is typed stands in the address, so that a change is tried before it
//! is carried out, with or without JavaScript.

use super::page::Failure;
use crate::api::divisions::{ChangeKind, ChangePlan, DivisionsView, RegionChange, change_division, division_list};
use crate::domain::problem::Problem;
use crate::domain::query::{ListQuery, PAGE_SIZES};
use crate::domain::region::{Level, Region};
use crate::error::AppError;
use crate::record::query_bar::{QueryForm, asked_query, cascade, list_address};
use crate::ui::pager::Pager;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_params_map, use_query_map};
use leptos_router::params::ParamsMap;

/// Where the list lies.
const PATH: &str = "/divisions";

fn crumbs(last: &'static str) -> impl IntoView {
    view! {
        <Title text=last/>
        <nav class="crumbs" aria-label="位置"><a href="/home">"首页"</a><span>"系统管理"</span><a href=PATH>"行政区划"</a></nav>
    }
}

/// `/divisions`
#[component]
pub fn Divisions() -> impl IntoView {
    let query = asked_query();
    let data = Resource::new(move || query.get(), division_list);
    view! {
        {crumbs("行政区划")}
        <h1 class="page-title">"行政区划"</h1>
        <Transition fallback=|| view! { <p class="loading">"正在加载…"</p> }>
            {move || {
                let query = query.get();
                Suspend::new(async move {
                    match data.await {
                        Ok(view) => view! { <List view query/> }.into_any(),
                        Err(error) => view! { <Failure error/> }.into_any(),
                    }
                })
            }}
        </Transition>
    }
}

#[component]
fn List(view: DivisionsView, query: ListQuery) -> impl IntoView {
    let navigate = use_navigate();
    let go = Callback::new(move |address: String| navigate(&address, NavigateOptions::default()));
    let first = (query.page - 1) * query.size + 1;
    let rows = view.lines.into_iter().enumerate().map(|(position, line)| {
        let planned = match (line.region.level(), line.planned) {
            (Level::Village, true) => "是",
            (Level::Village, false) => "否",
            _ => "—",
        };
        // What has ended is changed no more.
        let name = match line.valid_to.is_empty() {
            true => view! { <a href=format!("{PATH}/{}", line.region)>{line.name}</a> }.into_any(),
            false => line.name.into_any(),
        };
        view! {
            <tr>
                <td class="number">{first + position as i64}</td>
                <td>{line.region.official()}</td>
                <td class="name">{name}</td>
                <td>{line.short}</td>
                <td>{line.region.level().title()}</td>
                <td>{line.above}</td>
                <td>{planned}</td>
                <td>{line.names.join("、")}</td>
                <td>{line.valid_from}</td>
                <td>{line.valid_to}</td>
            </tr>
        }
    });
    let rows: Vec<_> = rows.collect();
    let no_rows = rows
        .is_empty()
        .then(|| view! { <tr class="empty"><td colspan="10">"暂无数据"</td></tr> });
    let (is_ended, states) = (view.is_ended, [("", "现行"), ("ended", "已失效")]);
    let states = states.map(|(code, title)| {
        view! { <option value=code selected=code.is_empty() != is_ended>{title}</option> }
    });
    let changes = view.changes.into_iter().map(|change| {
        view! {
            <tr><td>{change.valid_on}</td><td>{change.kind}</td><td>{change.from}</td><td>{change.to}</td><td>{change.note}</td><td>{change.by}</td></tr>
        }
    });
    let changes: Vec<_> = changes.collect();
    let none = changes
        .is_empty()
        .then(|| view! { <tr class="empty"><td colspan="6">"暂无数据"</td></tr> });
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
    view! {
        <div class="list-page">
            <QueryForm action=PATH clear=PATH>
                {cascade(view.cascade)}
                <div class="query-field">
                    <label for="q-text">"名称或代码"</label>
                    <input type="search" id="q-text" name="text" value=query.text.clone() maxlength="100" placeholder="请输入名称、别名、拼音首字母或代码"/>
                </div>
                <div class="query-field">
                    <label for="q-state">"状态"</label>
                    <select id="q-state" name="state">{states.collect_view()}</select>
                </div>
            </QueryForm>
            <p class="muted">"点击名称可更名、添加或删除别名、调整隶属、合并、拆分、新增下级或撤销；执行前先试算涉及的账号和填报内容。"</p>
            <div class="table-scroll" tabindex="0" role="region" aria-label="行政区划列表">
                <table class="list divisions">
                    <thead><tr>
                        {["序号", "代码", "名称", "简称", "级别", "上级", "是否纳入规划", "别名", "生效日期", "失效日期"].map(|title| view! { <th scope="col" class=if title == "名称" { "name" } else { "" }>{title}</th> }).collect_view()}
                    </tr></thead>
                    <tbody>{rows}{no_rows}</tbody>
                </table>
            </div>
            <Pager total=view.total page=query.page size=query.size sizes=&PAGE_SIZES link go/>
        </div>
        <section class="card">
            <h2>"区划调整记录"</h2>
            <div class="table-scroll" tabindex="0" role="region" aria-label="区划调整记录">
                <table class="list">
                    <thead><tr>{["生效日期", "类型", "原区划", "现区划", "说明", "操作人"].map(|title| view! { <th scope="col">{title}</th> }).collect_view()}</tr></thead>
                    <tbody>{changes}{none}</tbody>
                </table>
            </div>
        </section>
    }
}

fn asked(region: Region, search: &ParamsMap) -> Option<RegionChange> {
    let text = |name: &str| search.get(name).unwrap_or_default();
    Some(RegionChange {
        kind: ChangeKind::from_key(&text("kind"))?,
        region,
        name: text("name"),
        target: text("target"),
        code: text("code"),
        flag: text("flag") == "1",
        valid_on: text("valid_on"),
        note: text("note"),
    })
}

/// What a page about one division knows: its line, what is asked for, and what would come of it.
type Known = (DivisionsView, Option<(RegionChange, Result<ChangePlan, AppError>)>);

async fn known(region: Option<Region>, search: ParamsMap) -> Result<Known, AppError> {
    let region = region.ok_or(AppError::NotFound)?;
    let query = ListQuery {
        region: Some(region.clone()),
        ..ListQuery::default()
    };
    let view = division_list(query).await?;
    if view.lines.first().is_none_or(|line| line.region != region) {
        return Err(AppError::NotFound);
    }
    let is_tried = search.get("try").is_some();
    let tried = match asked(region, &search) {
        Some(change) if is_tried => {
            let plan = change_division(change.clone(), false).await;
            Some((change, plan))
        }
        Some(change) => Some((change, Ok(ChangePlan::default()))),
        None => None,
    };
    Ok((view, tried))
}

/// `/divisions/:region`
#[component]
pub fn Division() -> impl IntoView {
    let (parameters, search) = (use_params_map(), use_query_map());
    let region =
        Memo::new(move |_| parameters.with(|parameters| parameters.get("region").as_deref().and_then(Region::parse)));
    let data = Resource::new(
        move || (region.get(), search.get()),
        |(region, search)| known(region, search),
    );
    let done = move || {
        let kind = search
            .with(|search| search.get("done"))
            .and_then(|kind| ChangeKind::from_key(&kind))?;
        Some(view! { <p class="notice done" role="status">{format!("{}：已完成，立即生效", kind.title())}</p> })
    };
    view! {
        {crumbs("调整行政区划")}
        {done}
        <Transition fallback=|| view! { <p class="loading">"正在加载…"</p> }>
            {move || Suspend::new(async move {
                match data.await {
                    Ok((view, tried)) => view! { <Changing view tried/> }.into_any(),
                    Err(error) => view! { <Failure error/> }.into_any(),
                }
            })}
        </Transition>
    }
}

fn problem(problems: &[Problem], place: &'static str) -> impl IntoView + use<> {
    let found = problems.iter().find(|problem| problem.place == place);
    found.map(|problem| view! { <p class="problem" role="alert">{problem.message.clone()}</p> })
}

#[component]
fn Changing(view: DivisionsView, tried: Option<(RegionChange, Result<ChangePlan, AppError>)>) -> impl IntoView {
    let Some(line) = view.lines.into_iter().next() else {
        return ().into_any();
    };
    let (region, level) = (line.region.clone(), line.region.level());
    let kinds = ChangeKind::ALL.into_iter().filter(|kind| match kind {
        ChangeKind::Plan => level == Level::Village,
        ChangeKind::Merge | ChangeKind::Split => matches!(level, Level::Township | Level::Village),
        ChangeKind::Move => level > Level::City,
        ChangeKind::Create => level < Level::Village,
        ChangeKind::Abolish => level > Level::City,
        ChangeKind::DropAlias => !line.aliases.is_empty(),
        ChangeKind::Rename | ChangeKind::Alias => true,
    });
    let current = tried.as_ref().map(|(change, _)| change.kind);
    let links = kinds.map(|kind| {
        let address = format!("{PATH}/{region}?kind={}", kind.key());
        view! { <a href=address aria-current=(Some(kind) == current).then_some("page")>{kind.title()}</a> }
    });
    let links = links.collect_view();
    let form = tried.map(
        |(change, plan)| view! { <ChangeForm change plan level aliases=line.aliases.clone() targets=view.targets/> },
    );
    view! {
        <h1 class="page-title">{line.name.clone()}</h1>
        <nav class="tabs" aria-label="调整类型">{links}</nav>
        <section class="card">
            <p class="muted">{format!("代码 {} · {} · {}", region.official(), level.title(), line.above)}</p>
            {(!line.names.is_empty()).then(|| view! { <p class="muted">{format!("别名：{}", line.names.join("、"))}</p> })}
            {form}
        </section>
    }
    .into_any()
}

#[component]
fn ChangeForm(
    change: RegionChange,
    plan: Result<ChangePlan, AppError>,
    level: Level,
    aliases: Vec<String>,
    targets: Vec<(ChangeKind, String, String)>,
) -> impl IntoView {
    let problems = match &plan {
        Err(AppError::Invalid(problems)) => problems.clone(),
        Err(error) => vec![Problem::error("", error.to_string())],
        Ok(_) => Vec::new(),
    };
    let kind = change.kind;
    let named = match kind {
        ChangeKind::Rename => Some(("新名称", "请输入新名称")),
        ChangeKind::Alias => Some(("别名", "请输入别名")),
        ChangeKind::Create => Some(("名称", "请输入新区划的名称")),
        ChangeKind::Split => Some(("新名称", "多个名称用顿号隔开；原区划撤销时第一个承接原有内容")),
        _ => None,
    };
    let name = named.map(|(title, hint)| {
        view! {
            <div class="field">
                <label class="label required" for="c-name">{title}</label>
                <div class="control"><input type="text" id="c-name" name="name" value=change.name.clone() maxlength="200" placeholder=hint/>{problem(&problems, "name")}</div>
            </div>
        }
    });
    let dropped = (kind == ChangeKind::DropAlias).then(|| {
        let options = aliases.into_iter().map(|alias| {
            let is_chosen = alias == change.name;
            view! { <option value=alias.clone() selected=is_chosen>{alias.clone()}</option> }
        });
        view! {
            <div class="field">
                <label class="label required" for="c-name">"别名"</label>
                <div class="control"><select id="c-name" name="name"><option value="">"请选择"</option>{options.collect_view()}</select>{problem(&problems, "name")}</div>
            </div>
        }
    });
    let targeted = match (kind, level) {
        (ChangeKind::Move, Level::Village) => Some("新的乡镇(街道)代码"),
        (ChangeKind::Move, Level::Township) => Some("新的县(市、区)代码"),
        (ChangeKind::Move, _) => Some("新的州(市)代码"),
        (ChangeKind::Merge, _) => Some("并入的区划代码"),
        _ => None,
    };
    let options = targets.into_iter().filter(|(of, ..)| *of == kind);
    let options = options.map(|(_, code, name)| view! { <option value=code>{name}</option> });
    let options = options.collect_view();
    let target = targeted.map(|title| {
        view! {
            <div class="field">
                <label class="label required" for="c-target">{title}</label>
                <div class="control"><input type="text" id="c-target" name="target" value=change.target.clone() maxlength="12" inputmode="numeric" list="c-targets" autocomplete="off" placeholder="请选择附近的区划，或输入代码"/><datalist id="c-targets">{options}</datalist>{problem(&problems, "target")}</div>
            </div>
        }
    });
    let code = matches!(kind, ChangeKind::Move | ChangeKind::Create).then(|| {
        view! {
            <div class="field">
                <label class="label" for="c-code">"新代码"</label>
                <div class="control"><input type="text" id="c-code" name="code" value=change.code.clone() maxlength="12" inputmode="numeric" placeholder="不填则取下一个未用代码"/>{problem(&problems, "code")}</div>
            </div>
        }
    });
    let flagged = match kind {
        ChangeKind::Plan => Some("是否纳入规划"),
        ChangeKind::Split => Some("保留原区划"),
        _ => None,
    };
    let flag = flagged.map(|title| {
        let is_on = change.flag;
        view! {
            <div class="field">
                <label class="label" for="c-flag">{title}</label>
                <div class="control"><select id="c-flag" name="flag"><option value="0" selected=!is_on>"否"</option><option value="1" selected=is_on>"是"</option></select></div>
            </div>
        }
    });
    let tried = plan.ok().filter(|plan| !plan.sentences.is_empty());
    let general = problem(&problems, "").into_any();
    let of_kind = problem(&problems, "kind").into_any();
    let action = format!("{PATH}/{}", change.region);
    view! {
        <form method="get" action=action class="form-section change-form" aria-label=kind.title()>
            <input type="hidden" name="kind" value=kind.key()/>
            <input type="hidden" name="try" value="1"/>
            {general}{of_kind}
            <div class="fields">
                {name}{dropped}{target}{code}{flag}
                <div class="field">
                    <label class="label" for="c-valid">"生效日期"</label>
                    <div class="control"><input type="date" id="c-valid" name="valid_on" value=change.valid_on.clone()/><p class="help">"不填为今天"</p>{problem(&problems, "valid_on")}</div>
                </div>
                <div class="field">
                    <label class="label" for="c-note">"批准文号"</label>
                    <div class="control"><input type="text" id="c-note" name="note" value=change.note.clone() maxlength="200"/>{problem(&problems, "note")}</div>
                </div>
            </div>
            <p class="form-buttons"><button type="submit" class="primary">"试算"</button></p>
        </form>
        {tried.map(|plan| view! { <Tried change plan/> })}
    }
}

/// What would become of it, and the button that carries it out.
#[component]
fn Tried(change: RegionChange, plan: ChangePlan) -> impl IntoView {
    let counts = plan.counts.into_iter().map(|(title, number)| {
        view! { <tr><td>{title}</td><td class="number">{number}</td></tr> }
    });
    let counts: Vec<_> = counts.collect();
    let table = (!counts.is_empty()).then(|| {
        view! {
            <table class="list counts"><thead><tr><th scope="col">"涉及内容"</th><th scope="col">"数量"</th></tr></thead><tbody>{counts}</tbody></table>
        }
    });
    let hidden = [
        ("kind", change.kind.key().to_owned()),
        ("division", change.region.to_string()),
        ("try", "1".to_owned()),
        ("name", change.name),
        ("target", change.target),
        ("code", change.code),
        ("flag", if change.flag { "1" } else { "0" }.to_owned()),
        ("valid_on", change.valid_on),
        ("note", change.note),
    ];
    view! {
        <section class="form-section tried" aria-label="试算结果">
            <h2>"试算结果"</h2>
            <ul>{plan.sentences.into_iter().map(|sentence| view! { <li>{sentence}</li> }).collect_view()}</ul>
            {table}
            <form method="post" action="/divisions/change">
                {hidden.map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect_view()}
                <p class="form-buttons"><button type="submit" class="danger">"确认执行"</button><span class="muted">"执行后立即生效，不能自动撤销"</span></p>
            </form>
        </section>
    }
}
