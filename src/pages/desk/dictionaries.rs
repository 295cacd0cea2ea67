//! 字典与参数 (S9.3): what can be chosen, and what the product counts with, changed while it runs.

use super::page::Failure;
use crate::api::dictionary::{DictionaryView, OptionLine, ParameterLine, RowLine, TableRows, dictionary};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;

fn said(search: &ParamsMap, name: &str) -> String {
    search.get(name).unwrap_or_default()
}

/// The page around either part.
#[component]
fn Part(title: &'static str, data: Resource<Result<DictionaryView, crate::error::AppError>>) -> impl IntoView {
    let search = use_query_map();
    // The menu calls both parts by one name where both are there.
    let heading = if title == "字典" { "字典与参数" } else { title };
    view! {
        <Title text=heading/>
        <nav class="crumbs" aria-label="位置"><a href="/home">"首页"</a><span>"系统管理"</span><span aria-current="page">{title}</span></nav>
        <h1 class="page-title">{heading}</h1>
        <Transition fallback=|| view! { <p class="loading">"正在加载…"</p> }>
            {move || {
                let search = search.get();
                Suspend::new(async move {
                    match data.await {
                        Ok(view) if title == "参数" => view! { <Parameters view search/> }.into_any(),
                        Ok(view) => view! { <Lists view search/> }.into_any(),
                        Err(error) => view! { <Failure error/> }.into_any(),
                    }
                })
            }}
        </Transition>
    }
}

/// `/dictionaries`
#[component]
pub fn Dictionaries() -> impl IntoView {
    let search = use_query_map();
    let asked = Memo::new(move |_| search.with(|search| said(search, "list")));
    // A change answers with another address: what is shown is read again.
    let data = Resource::new(move || (asked.get(), search.get()), |(list, _)| dictionary(list));
    view! { <Part title="字典" data/> }
}

/// `/parameters`
#[component]
pub fn ParametersPage() -> impl IntoView {
    let search = use_query_map();
    let data = Resource::new(move || search.get(), |_| dictionary(String::new()));
    view! { <Part title="参数" data/> }
}

fn tabs(current: &'static str) -> impl IntoView {
    let link = move |address: &'static str, title: &'static str| {
        view! { <a href=address aria-current=(title == current).then_some("page")>{title}</a> }
    };
    view! { <nav class="tabs" aria-label="标签页">{link("/dictionaries", "字典")}{link("/parameters", "参数")}</nav> }
}

fn done(search: &ParamsMap, text: &'static str) -> impl IntoView {
    (!said(search, "done").is_empty()).then(|| view! { <p class="notice done" role="status">{text}</p> })
}

#[component]
fn Lists(view: DictionaryView, search: ParamsMap) -> impl IntoView {
    let shown = view.list.clone();
    let lists = view.lists.iter().map(|(key, title, count, changed)| {
        let current = (*key == shown).then_some("page");
        let changed = changed.then(|| view! { <span class="tag blue">"已调整"</span> });
        view! {
            <li><a href=format!("/dictionaries?list={key}") aria-current=current>
                <span>{title.clone()}</span>{changed}<span class="muted">{format!("{count} 项")}</span>
            </a></li>
        }
    });
    let lists = lists.collect_view();
    let detail = match view.list.is_empty() {
        true => view! { <p class="muted">"请选择一个列表。新增、更名、停用后立即在全部账号生效，无需升级系统。"</p> }
            .into_any(),
        false => match view.table.clone() {
            Some(table) => view! { <Rows view table search=search.clone()/> }.into_any(),
            None => view! { <List view search=search.clone()/> }.into_any(),
        },
    };
    view! {
        {done(&search, "保存成功，已立即生效")}
        {tabs("字典")}
        <div class="card dictionary">
            <nav class="dictionary-lists" aria-label="列表"><ul>{lists}</ul></nav>
            <div class="dictionary-options">{detail}</div>
        </div>
    }
}

#[component]
fn List(view: DictionaryView, search: ParamsMap) -> impl IntoView {
    let action = format!("/dictionaries/{}", view.list);
    let open = said(&search, "option");
    let problem = (said(&search, "place"), said(&search, "problem"), said(&search, "label"));
    let last = view.options.len();
    let rows = view.options.into_iter().enumerate().map(|(position, option)| {
        let wrong = (open == option.code).then(|| problem.clone());
        row(position, last, option, &action, wrong, &view.today)
    });
    let rows = rows.collect_view();
    let wrong = (open == "new").then(|| problem.clone());
    let typed = wrong.as_ref().map_or(String::new(), |(_, _, label)| label.clone());
    let wrong = wrong.map(|(_, message, _)| view! { <p class="problem" role="alert">{message}</p> });
    view! {
        <h2>{view.title.clone()}</h2>
        <p class="muted">{format!("使用该列表的栏目：{}", view.used_by.join("、"))}</p>
        <form method="post" action=action.clone() class="inline-form" aria-label="新增选项">
            <input type="hidden" name="act" value="add"/>
            <label>"新选项 "<input type="text" name="label" value=typed maxlength="40" placeholder="请输入名称"/></label>
            <label>"启用日期 "<input type="date" name="valid_from" value=view.today.clone()/></label>
            <button type="submit" class="primary">"新增"</button>
            {wrong}
        </form>
        <div class="table-scroll" tabindex="0" role="region" aria-label="选项">
            <table class="list options">
                <thead><tr><th class="number" scope="col">"序号"</th><th scope="col">"名称"</th><th scope="col">"代码"</th><th scope="col">"状态"</th><th scope="col">"启用日期"</th><th scope="col">"停用日期"</th><th class="operations" scope="col">"操作"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

fn row(
    position: usize,
    last: usize,
    option: OptionLine,
    action: &str,
    wrong: Option<(String, String, String)>,
    today: &str,
) -> impl IntoView + use<> {
    let act = |act: &'static str, title: &'static str, label: String| {
        view! {
            <form method="post" action=action.to_owned() class="inline">
                <input type="hidden" name="act" value=act/>
                <input type="hidden" name="code" value=option.code.clone()/>
                <button type="submit" class="link" aria-label=format!("{label} {}", option.label)>{title}</button>
            </form>
        }
    };
    let up = (position > 0).then(|| act("up", "上移", "上移".to_owned()));
    let down = (position + 1 < last).then(|| act("down", "下移", "下移".to_owned()));
    let state = match (option.is_valid, option.valid_to.is_empty()) {
        (true, true) => view! { <span class="tag green">"启用"</span> }.into_any(),
        (true, false) => view! { <span class="tag blue">"即将停用"</span> }.into_any(),
        (false, true) => view! { <span class="tag blue">"未到启用日期"</span> }.into_any(),
        (false, false) => view! { <span class="tag">"已停用"</span> }.into_any(),
    };
    let end = match (option.kept, option.valid_to.is_empty()) {
        (_, false) => act("revive", "恢复启用", "恢复启用".to_owned()).into_any(),
        (true, true) => view! { <p class="muted">"系统的校验规则用到该选项，不能停用"</p> }.into_any(),
        (false, true) => view! {
            <form method="post" action=action.to_owned() class="inline-form" aria-label=format!("停用 {}", option.label)>
                <input type="hidden" name="act" value="end"/>
                <input type="hidden" name="code" value=option.code.clone()/>
                <label>"自 "<input type="date" name="valid_to" value=today.to_owned()/>" 起"</label>
                <button type="submit" class="danger">"停用"</button>
            </form>
        }
        .into_any(),
    };
    let keeps = (!option.kept).then(|| {
        view! {
            <label class="tick"><input type="checkbox" name="keeps" value="1"/>"已填记录保留原名称（原选项停用，换用新选项）"</label>
        }
    });
    let is_open = wrong.is_some();
    let typed = wrong
        .as_ref()
        .map(|(_, _, label)| label.clone())
        .filter(|label| !label.is_empty())
        .unwrap_or_else(|| option.label.clone());
    let wrong = wrong.map(|(_, message, _)| view! { <p class="problem" role="alert">{message}</p> });
    view! {
        <tr>
            <td class="number">{position + 1}</td>
            <td>{option.label.clone()}</td>
            <td>{option.code.clone()}</td>
            <td>{state}</td>
            <td>{option.valid_from.clone()}</td>
            <td>{option.valid_to.clone()}</td>
            <td class="operations">
                {up}{down}
                <details class="option-edit" open=is_open>
                    <summary class="link" aria-label=format!("编辑 {}", option.label)>"编辑"</summary>
                    <form method="post" action=action.to_owned() class="inline-form" aria-label=format!("更名 {}", option.label)>
                        <input type="hidden" name="act" value="rename"/>
                        <input type="hidden" name="code" value=option.code.clone()/>
                        <label>"名称 "<input type="text" name="label" value=typed maxlength="40"/></label>
                        {keeps}
                        <button type="submit" class="primary">"更名"</button>
                        {wrong}
                    </form>
                    {end}
                </details>
            </td>
        </tr>
    }
}

/// What was typed for a row and could not be accepted.
#[derive(Clone)]
struct RefusedRow {
    about: Vec<String>,
    required: bool,
    into: String,
    message: String,
}

impl RefusedRow {
    fn of(search: &ParamsMap, heads: usize) -> Self {
        Self {
            about: (0..heads).map(|at| said(search, &format!("about.{at}"))).collect(),
            required: said(search, "required") == "1",
            into: said(search, "into"),
            message: said(search, "problem"),
        }
    }

    /// Whether anything was typed: an act without a form has only its reason.
    fn is_typed(&self) -> bool {
        self.about.iter().any(|text| !text.is_empty())
    }
}

/// The rows of a table.
#[component]
fn Rows(view: DictionaryView, table: TableRows, search: ParamsMap) -> impl IntoView {
    let action = format!("/dictionaries/{}", view.list);
    let open = said(&search, "option");
    let refused = RefusedRow::of(&search, table.heads.len());
    let last = table.rows.len();
    let rows = table.rows.iter().enumerate().map(|(position, line)| {
        let refused = (open == line.item).then(|| refused.clone());
        table_row(position, last, line.clone(), &table, &action, refused)
    });
    let rows = rows.collect_view();
    let wrong = (open == "new").then_some(refused);
    let about = wrong.as_ref().map_or(Vec::new(), |wrong| wrong.about.clone());
    let fields = about_fields(&table.heads, &about, None);
    let into = wrong.as_ref().map_or(String::new(), |wrong| wrong.into.clone());
    let required = wrong.as_ref().is_none_or(|wrong| wrong.required);
    let wrong = wrong.map(|wrong| view! { <p class="problem" role="alert">{wrong.message}</p> });
    let sums = (!table.sums.is_empty()).then(|| {
        let options = table.sums.iter().map(|(item, name)| {
            view! { <option value=item.clone() selected=*item == into>{name.clone()}</option> }
        });
        view! {
            <label>"计入 "<select name="into"><option value="">"请选择"</option>{options.collect_view()}</select></label>
        }
    });
    let heads = table
        .heads
        .iter()
        .map(|head| view! { <th scope="col">{head.clone()}</th> })
        .collect_view();
    let counts = (!table.sums.is_empty()).then(|| view! { <th scope="col">"计入"</th> });
    view! {
        <h2>{view.title.clone()}</h2>
        <p class="muted">
            {format!("使用该表的栏目：{}。当前版本：{}。修改后填报的记录按新版本，此前填报完成的记录保留原有各行和名称。", view.used_by.join("、"), table.version)}
        </p>
        <form method="post" action=action.clone() class="inline-form" aria-label="新增行">
            <input type="hidden" name="act" value="add"/>
            {fields}
            {sums}
            <label class="tick"><input type="checkbox" name="required" value="1" checked=required/>"必填"</label>
            <button type="submit" class="primary">"新增"</button>
            {wrong}
        </form>
        <div class="table-scroll" tabindex="0" role="region" aria-label="各行">
            <table class="list options">
                <thead><tr><th class="number" scope="col">"序号"</th>{heads}{counts}<th scope="col">"必填"</th><th scope="col">"状态"</th><th class="operations" scope="col">"操作"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

/// Inputs of what a row says about itself.
fn about_fields(heads: &[String], about: &[String], fixed: Option<usize>) -> impl IntoView + use<> {
    let fields = heads.iter().enumerate().map(|(at, head)| {
        let text = about.get(at).cloned().unwrap_or_default();
        view! {
            <label>{format!("{head} ")}
                <input type="text" name=format!("about.{at}") value=text maxlength="40" readonly=fixed == Some(at)/>
            </label>
        }
    });
    fields.collect_view()
}

fn table_row(
    position: usize,
    last: usize,
    line: RowLine,
    table: &TableRows,
    action: &str,
    refused: Option<RefusedRow>,
) -> impl IntoView + use<> {
    let name = line.about.first().cloned().unwrap_or_default();
    let act = |act: &'static str, title: &'static str, class: &'static str| {
        view! {
            <form method="post" action=action.to_owned() class="inline">
                <input type="hidden" name="act" value=act/>
                <input type="hidden" name="code" value=line.item.clone()/>
                <button type="submit" class=class aria-label=format!("{title} {name}")>{title}</button>
            </form>
        }
    };
    let up = (position > 0).then(|| act("up", "上移", "link"));
    let down = (position + 1 < last).then(|| act("down", "下移", "link"));
    let end = match (line.kept, line.ended) {
        (_, true) => act("revive", "恢复启用", "link").into_any(),
        (true, false) => view! { <p class="muted">"系统的校验规则用到该行，不能停用"</p> }.into_any(),
        (false, false) => act("end", "停用", "danger").into_any(),
    };
    let state = match line.ended {
        true => view! { <span class="tag">"已停用"</span> }.into_any(),
        false => view! { <span class="tag green">"启用"</span> }.into_any(),
    };
    let typed = refused.as_ref().filter(|refused| refused.is_typed());
    let about = typed.map_or_else(|| line.about.clone(), |typed| typed.about.clone());
    let required = typed.map_or(line.required, |typed| typed.required);
    let fields = about_fields(&table.heads, &about, line.fixed);
    let tick = line.is_typed.then(|| {
        view! { <label class="tick"><input type="checkbox" name="required" value="1" checked=required/>"必填"</label> }
    });
    let is_open = refused.is_some();
    let wrong = refused.map(|refused| view! { <p class="problem" role="alert">{refused.message}</p> });
    let cells = line
        .about
        .iter()
        .map(|text| view! { <td>{text.clone()}</td> })
        .collect_view();
    let counts = (!table.sums.is_empty()).then(|| view! { <td>{line.sum.clone()}</td> });
    let needed = match (line.is_typed, line.required) {
        (false, _) => "自动计算",
        (true, true) => "是",
        (true, false) => "否",
    };
    view! {
        <tr>
            <td class="number">{position + 1}</td>
            {cells}
            {counts}
            <td>{needed}</td>
            <td>{state}</td>
            <td class="operations">
                {up}{down}
                <details class="option-edit" open=is_open>
                    <summary class="link" aria-label=format!("编辑 {name}")>"编辑"</summary>
                    <form method="post" action=action.to_owned() class="inline-form" aria-label=format!("修改 {name}")>
                        <input type="hidden" name="act" value="edit"/>
                        <input type="hidden" name="code" value=line.item.clone()/>
                        {fields}
                        {tick}
                        <button type="submit" class="primary">"保存"</button>
                        {wrong}
                    </form>
                    {end}
                </details>
            </td>
        </tr>
    }
}

#[component]
fn Parameters(view: DictionaryView, search: ParamsMap) -> impl IntoView {
    let tabs = (!view.lists.is_empty()).then(|| tabs("参数"));
    let place = said(&search, "place");
    let rows = view.parameters.into_iter().map(|parameter| {
        let wrong = (place == parameter.key).then(|| (said(&search, "problem"), said(&search, "content")));
        parameter_row(parameter, wrong)
    });
    let rows = rows.collect_view();
    view! {
        {done(&search, "保存成功，已立即生效")}
        {tabs}
        <div class="card"><ul class="parameters">{rows}</ul></div>
    }
}

fn parameter_row(parameter: ParameterLine, wrong: Option<(String, String)>) -> impl IntoView {
    let id = format!("p-{}", parameter.key);
    let content = wrong
        .as_ref()
        .map_or_else(|| parameter.content.clone(), |(_, typed)| typed.clone());
    let input = match (parameter.is_switch, parameter.is_long) {
        (true, _) => {
            let is_on = content == "1";
            view! {
                <select id=id.clone() name="content">
                    <option value="0" selected=!is_on>"否"</option>
                    <option value="1" selected=is_on>"是"</option>
                </select>
            }
            .into_any()
        }
        (false, true) => {
            view! { <textarea id=id.clone() name="content" rows="4" maxlength="2000">{content}</textarea> }.into_any()
        }
        (false, false) => {
            view! { <input type="text" id=id.clone() name="content" value=content maxlength="200"/> }.into_any()
        }
    };
    let named = (!parameter.named.is_empty()).then(|| view! { <p class="muted">{parameter.named}</p> });
    let wrong = wrong.map(|(message, _)| view! { <p class="problem" role="alert">{message}</p> });
    view! {
        <li>
            <div>
                <label for=id>{parameter.title}</label>
                <p class="muted">{parameter.help}</p>
                {named}
            </div>
            <form method="post" action=format!("/parameters/{}", parameter.key) class="inline-form">
                {input}<span class="unit">{parameter.unit}</span>
                <button type="submit">"保存"</button>
                <span class="muted">{format!("默认：{}", parameter.initial)}</span>
                {wrong}
            </form>
        </li>
    }
}
