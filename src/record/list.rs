//! The list page (spec §4.1, ux 4–10): query bar, toolbar, table, pager.

use super::bulk::{BulkDialog, LastJob, Selection};
use super::dialog::with;
use super::import::ImportButtons;
use super::query_bar::QueryBar;
use super::switch::StepSwitch;
use super::{Place, encoded};
use crate::api::planning::adopt;
use crate::api::records::DeskView;
use crate::browser::store;
use crate::domain::account::AccountKind;
use crate::domain::field::{Field, Kind};
use crate::domain::page::Creation;
use crate::domain::query::{ListQuery, PAGE_SIZES};
use crate::domain::record::Line;
use crate::domain::verb::Verb;
use crate::domain::workflow::Tone;
use crate::ui::confirm::Confirm;
use crate::ui::icon::Icon;
use crate::ui::pager::Pager;
use crate::ui::popup::closes_by_itself;
use crate::ui::toast::Toasts;
use leptos::ev::KeyboardEvent;
use leptos::html::Details;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use std::collections::BTreeSet;

/// The column of the state, and its filter.
pub const STATUS: &str = "status";

/// Acts that are offered for many records at once.
const BULK: [Verb; 7] = [
    Verb::Submit,
    Verb::Approve,
    Verb::Return,
    Verb::SendLetter,
    Verb::RecallLetter,
    Verb::ExemptLetter,
    Verb::RequireLetter,
];

/// What the lines of a list share.
#[derive(Clone)]
struct Table {
    place: Place,
    columns: Vec<&'static Field>,
    address: String,
    selected: RwSignal<BTreeSet<String>>,
    /// Whether everything that the filter selects is ticked, over all pages.
    all: RwSignal<bool>,
    hidden: RwSignal<BTreeSet<String>>,
    open: Callback<String>,
}

/// The list of a tab.
#[component]
pub fn ListView(place: Place, query: ListQuery, page: DeskView, changed: Callback<()>) -> impl IntoView {
    let navigate = use_navigate();
    let go = Callback::new(move |address: String| {
        navigate(
            &address,
            NavigateOptions {
                scroll: false,
                ..Default::default()
            },
        )
    });
    let address = place.address(&query, &[]);
    let hidden = RwSignal::new(BTreeSet::new());
    let preference = format!("columns/{}/{}", place.page.key, place.tab.key);
    let read = preference.clone();
    Effect::new(move |_| {
        if let Some(text) = store::preference(&read) {
            hidden.set(
                text.split(',')
                    .filter(|key| !key.is_empty())
                    .map(str::to_owned)
                    .collect(),
            );
        }
    });
    let opened = address.clone();
    let table = Table {
        place,
        columns: place.tab.listed().collect(),
        address: address.clone(),
        selected: RwSignal::new(BTreeSet::new()),
        all: RwSignal::new(false),
        hidden,
        open: Callback::new(move |id: String| go.run(with(&opened, &format!("open={id}")))),
    };
    let switch = page.switch.clone().map(|switch| {
        let title = place.tab.switch.map_or("", |step| step.title);
        view! { <StepSwitch switch title back=address.clone() go changed/> }
    });
    let job = page.job.clone().map(|view| view! { <LastJob view changed/> });
    let sized = query.clone();
    let link = Callback::new(move |(page, size): (i64, i64)| {
        place.address(
            &ListQuery {
                page,
                size,
                ..sized.clone()
            },
            &[],
        )
    });
    let (total, number, size) = (page.total, query.page, query.size);
    let locked = page.locked.clone();
    view! {
        <div class="list-page">
            {switch}
            {locked.map(|why| view! { <p class="notice locked">{why}</p> })}
            {job}
            <QueryBar place query=query.clone() page=page.clone()/>
            <Toolbar table=table.clone() query=query.clone() page=page.clone() preference go changed/>
            <ListTable table query page/>
            <Pager total page=number size sizes=&PAGE_SIZES link go/>
        </div>
    }
}

/// 登记 · 编辑 · 删除 · 导出, and on the right refresh and columns.
#[component]
fn Toolbar(
    table: Table,
    query: ListQuery,
    page: DeskView,
    preference: String,
    go: Callback<String>,
    changed: Callback<()>,
) -> impl IntoView {
    let confirm = Confirm::expect();
    let place = table.place;
    let lines = StoredValue::new(page.lines.clone());
    let selected = table.selected;
    let only = move |verb: Verb| {
        let ids = selected.get();
        let id = ids.first().filter(|_| ids.len() == 1)?.clone();
        lines
            .with_value(|lines| lines.iter().any(|line| line.id == id && line.verbs.contains(&verb)))
            .then_some(id)
    };
    let fills = place.tab.is_filled_by(page.viewer.kind);
    let locked = page.locked.is_some();
    // 登记, or a button for each sort of record (manual 5.2: 填报回乡人员, 填报本村人员).
    let buttons: Vec<(&'static str, &'static str, String)> = match place.tab.creations {
        [] => vec![("登记", place.form().prompt, with(&table.address, "open=new"))],
        sorts => {
            let sort = |one: &'static Creation| {
                let address = with(&table.address, &format!("open=new-{}", one.key));
                (one.title, one.prompt, address)
            };
            sorts.iter().map(sort).collect()
        }
    };
    let (edit, delete) = (table.address.clone(), table.address.clone());
    let export = export_address(place, &query);
    // A technical unit sees the villages of its contract, not how the county gets on.
    let sees_below = page.viewer.kind != AccountKind::TechnicalUnit;
    let progress = place
        .tab
        .switch
        .filter(|step| sees_below && page.viewer.region.level() < step.level)
        .map(|step| {
            view! { <a class="button" role="button" href=format!("/progress/{}", step.key)>"完成情况"</a> }
        });
    let imports = (page.may_create && place.tab.imports).then(|| view! { <ImportButtons place changed/> });
    let adopts = place.tab.adopts.filter(|_| page.may_create).map(|adoption| {
        let region = query.region.clone();
        let toasts = Toasts::expect();
        let go = move |_| {
            let region = region.clone();
            spawn_local(async move {
                match adopt(place.page.key.to_owned(), place.tab.key.to_owned(), region).await {
                    Ok(0) => toasts.success("没有新的内容可带入"),
                    Ok(count) => toasts.success(format!("已带入 {count} 条")),
                    Err(error) => toasts.error(error.to_string()),
                }
                let _ = changed.try_run(());
            });
        };
        view! { <button type="button" class="scripted" on:click=go>{adoption.title}</button> }
    });
    let links = place.tab.links.iter();
    let links = links.filter(|link| link.is_for(page.viewer.kind));
    let links: Vec<_> = links
        .map(|link| {
            let address = export_address(place, &query).replacen("/exports", link.address, 1);
            view! { <a class="button" role="button" rel=link.is_file.then_some("external") href=address>{link.title}</a> }
        })
        .collect();
    let batch = (page.may_create && place.tab.batch.is_some()).then(|| {
        view! { <a class="button" role="button" href=format!("/batch/{}", place.page.key)>"批量登记"</a> }
    });
    let setup = place
        .tab
        .setup
        .filter(|step| sees_below && page.viewer.region.level() < step.level)
        .map(|step| {
            let title = if step.closers.contains(&page.viewer.kind) {
                "工作开展情况设置"
            } else {
                "完成情况"
            };
            view! { <a class="button" role="button" href=format!("/progress/{}", step.key)>{title}</a> }
        });
    let bulk = view! { <BulkButtons table=table.clone() query=query.clone() page=page.clone() changed/> };
    view! {
        <div class="toolbar">
            {page.may_create.then(|| buttons.into_iter().map(|(title, prompt, create)| view! {
                <a class="button primary" role="button" href=create.clone() on:click=move |event| {
                    if !prompt.is_empty() {
                        event.prevent_default();
                        let create = create.clone();
                        confirm.ask("提示", prompt, move || go.run(create.clone()));
                    }
                }>{title}</a>
            }).collect_view())}
            {(fills && !locked).then(|| view! {
                <button type="button" disabled=move || only(Verb::Edit).is_none() on:click=move |_| {
                    if let Some(id) = only(Verb::Edit) {
                        go.run(with(&edit, &format!("open={id}&mode=edit")));
                    }
                }>"编辑"</button>
                <button type="button" class="danger" disabled=move || only(Verb::Delete).is_none() on:click=move |_| {
                    if let Some(id) = only(Verb::Delete) {
                        go.run(with(&delete, &format!("open={id}&mode=delete")));
                    }
                }>"删除"</button>
            })}
            {batch}
            {imports}
            {adopts}
            {bulk}
            <a class="button" role="button" rel="external" href=export>"导出"</a>
            {links}
            {progress}
            {setup}
            <span class="spacer"></span>
            <button type="button" class="quiet" aria-label="刷新" title="刷新" on:click=move |_| changed.run(())><Icon name="refresh"/></button>
            <ColumnChoice table preference/>
        </div>
    }
}

/// 提交 and 打回 over the ticked records, or over everything that the filter selects.
#[component]
fn BulkButtons(table: Table, query: ListQuery, page: DeskView, changed: Callback<()>) -> impl IntoView {
    let (place, selected, all) = (table.place, table.selected, table.all);
    let asked = RwSignal::new(None::<Selection>);
    let Some(workflow) = place.form().workflow else {
        return ().into_any();
    };
    let kind = page.viewer.kind;
    let offered = place.tab.verbs.iter().copied().filter(|verb| BULK.contains(verb));
    let buttons = offered.filter_map(|verb| {
        let way = workflow.ways(verb, kind).next()?;
        let query = query.clone();
        let class = if matches!(verb, Verb::Return | Verb::RecallLetter) {
            "danger scripted"
        } else {
            "scripted"
        };
        let button = way.button.to_owned();
        let start = move |_| {
            let ids = if all.get_untracked() {
                BTreeSet::new()
            } else {
                selected.get_untracked()
            };
            asked.set(Some(Selection {
                place,
                query: query.clone(),
                ids: ids.into_iter().collect(),
                verb,
                button: button.clone(),
            }));
        };
        let idle = move || !all.get() && selected.with(BTreeSet::is_empty);
        Some(view! { <button type="button" class=class disabled=idle on:click=start>{way.button}</button> })
    });
    let close = Callback::new(move |()| asked.set(None));
    view! {
        {buttons.collect_view()}
        {move || asked.get().map(|selection| view! { <BulkDialog selection close changed/> })}
    }
    .into_any()
}

fn export_address(place: Place, query: &ListQuery) -> String {
    let address = place.address(
        &ListQuery {
            page: 1,
            size: PAGE_SIZES[0],
            ..query.clone()
        },
        &[],
    );
    address.replacen("/desk/", "/exports/", 1)
}

/// Which columns show; remembered in this browser.
#[component]
fn ColumnChoice(table: Table, preference: String) -> impl IntoView {
    let hidden = table.hidden;
    let is_open = RwSignal::new(false);
    let choose = move |key: &'static str, show: bool, preference: &str| {
        hidden.update(|hidden| {
            if show {
                hidden.remove(key);
            } else {
                hidden.insert(key.to_owned());
            }
        });
        let joined = hidden.with_untracked(|hidden| hidden.iter().cloned().collect::<Vec<_>>().join(","));
        store::set_preference(preference, &joined);
    };
    // Drawn when it is opened: otherwise its labels would stand beside those of the fields.
    let boxes = move || {
        let columns = table.columns.iter().filter(|_| is_open.get()).map(|field| {
            let (key, preference) = (field.key, preference.clone());
            view! {
                <label class="tick">
                    <input
                        type="checkbox"
                        prop:checked=move || !hidden.with(|hidden| hidden.contains(key))
                        on:change=move |event| choose(key, event_target_checked(&event), &preference)
                    />
                    {field.title}
                </label>
            }
        });
        columns.collect_view()
    };
    let popup = NodeRef::<Details>::new();
    closes_by_itself(popup, || {});
    view! {
        <details class="columns-choice scripted" node_ref=popup on:toggle=move |event| is_open.set(crate::browser::is_expanded(&event))>
            <summary aria-label="选择列" title="选择列"><Icon name="columns"/></summary>
            <div class="popup">{boxes}</div>
        </details>
    }
}

/// The table: 序号 runs on across pages, a double-click or Enter on a row opens it.
#[component]
fn ListTable(table: Table, query: ListQuery, page: DeskView) -> impl IntoView {
    let levels = table.place.tab.place_titles();
    let first = (query.page - 1) * query.size + 1;
    let has_files = table.place.form().slots().next().is_some();
    let has_status = table.place.form().workflow.is_some();
    let has_done = table.place.tab.shows_done();
    // Nobody registers what comes by itself.
    let has_time = !table.place.form().comes_by_itself;
    let width = levels.len()
        + table.columns.len()
        + 3
        + [has_files, has_status, has_done, has_time]
            .map(usize::from)
            .iter()
            .sum::<usize>();
    let status_title = table.place.form().workflow.map_or("", |workflow| workflow.title);
    let status = has_status.then(|| sortable_by(&table, &query, STATUS, status_title, "tag-cell", || false));

    // In a review a tick at the top means everything that the filter selects, over all pages.
    let (everything, total) = (table.all, page.total);
    let (named, named_by_place) = (name_of(&table), names_by_place(&table));
    let heads = table
        .columns
        .iter()
        .map(|field| sortable(&table, &query, field, named == Some(field.key)))
        .collect_view();
    let places = levels.iter().enumerate().map(|(position, level)| {
        let class = if named_by_place && position + 1 == levels.len() {
            "name"
        } else {
            ""
        };
        view! { <th scope="col" class=class>{*level}</th> }
    });
    let places = places.collect_view();
    let ids: Vec<String> = page.lines.iter().map(|line| line.id.clone()).collect();
    let (selected, all) = (table.selected, ids.clone());
    let every = !ids.is_empty();
    let tick_all = move |on: bool| {
        selected.set(if on {
            all.iter().cloned().collect()
        } else {
            BTreeSet::new()
        });
        everything.set(on && has_status);
    };
    let tick_label = if has_status {
        "全选查询结果"
    } else {
        "全选本页"
    };
    let ticked = move || {
        everything.get().then(|| {
            view! {
                <p class="notice kept" role="status">{format!("已选择查询结果的全部 {total} 条（含其他页）")}</p>
            }
        })
    };
    let is_empty = page.lines.is_empty();
    let lines = page.lines.into_iter().enumerate().map(|(position, line)| {
        row(
            &table,
            first + position as i64,
            levels.len(),
            has_files,
            page.locked.is_some(),
            line,
        )
    });
    view! {
        {ticked}
        <div class="table-scroll" tabindex="0" role="region" aria-label=format!("{}列表", table.place.tab.title)>
            <table class=if has_status { "list reviewed" } else { "list" }>
                <thead>
                    <tr>
                        <th class="tick-cell">
                            <input type="checkbox" aria-label=tick_label disabled=is_empty
                                prop:checked=move || every && selected.with(|selected| ids.iter().all(|id| selected.contains(id)))
                                on:change=move |event| tick_all(event_target_checked(&event))/>
                        </th>
                        <th class="number" scope="col">"序号"</th>
                        {places}
                        {heads}
                        {has_files.then(|| view! { <th class="number" scope="col">"附件"</th> })}
                        {status}
                        {has_done.then(|| view! { <th scope="col">"是否完成"</th> })}
                        {has_time.then(|| view! { <th scope="col">"登记时间"</th> })}
                        <th class="operations" scope="col">"操作"</th>
                    </tr>
                </thead>
                <tbody>
                    {lines.collect_view()}
                    {is_empty.then(|| view! { <tr class="empty"><td colspan=width>"暂无数据"</td></tr> })}
                </tbody>
            </table>
        </div>
    }
}

/// Numbers stand to the right; 是/否 is a word.
fn is_figure(field: &Field) -> bool {
    field.is_number() && !matches!(field.kind, Kind::Switch | Kind::Year(_))
}

/// Whether records are named by their place: the name stands among the divisions then.
fn names_by_place(table: &Table) -> bool {
    let form = table.place.form();
    !form.name_field.is_empty() && form.placed_by == form.name_field
}

/// The column that names a record and opens it; where none does, the first one.
fn name_of(table: &Table) -> Option<&'static str> {
    let name = table.place.form().name_field;
    let is_listed = table.columns.iter().any(|field| field.key == name);
    match is_listed || names_by_place(table) {
        true => Some(name),
        false => table.columns.first().map(|field| field.key),
    }
}

/// The heading of a field.
fn sortable(table: &Table, query: &ListQuery, field: &'static Field, is_name: bool) -> AnyView {
    let hidden = table.hidden;
    let hide = move || hidden.with(|hidden| hidden.contains(field.key));
    let class = match is_figure(field) {
        true => "figure",
        false if is_name => "name",
        false => "",
    };
    if !field.is_stored() || field.private {
        return view! { <th scope="col" class=class class:hidden=hide title=field.title>{field.head()}</th> }
            .into_any();
    }
    sortable_by(table, query, field.key, field.head(), class, hide)
}

/// A heading that sorts: up, down, newest first.
fn sortable_by(
    table: &Table,
    query: &ListQuery,
    key: &'static str,
    title: &'static str,
    class: &'static str,
    hide: impl Fn() -> bool + Send + Sync + 'static,
) -> AnyView {
    let down = format!("-{key}");
    let (next, mark, order) = if query.sort == key {
        (down, "↑", Some("ascending"))
    } else if query.sort == down {
        (String::new(), "↓", Some("descending"))
    } else {
        (key.to_owned(), "", None)
    };
    let link = table.place.address(
        &ListQuery {
            sort: next,
            page: 1,
            ..query.clone()
        },
        &[],
    );
    view! {
        <th scope="col" class=class class:hidden=hide aria-sort=order>
            <a class="sort" href=link title="点击排序">{title}<span class="mark" aria-hidden="true">{mark}</span></a>
        </th>
    }
    .into_any()
}

fn row(table: &Table, number: i64, levels: usize, has_files: bool, locked: bool, line: Line) -> impl IntoView + use<> {
    let (selected, open, hidden) = (table.selected, table.open, table.hidden);
    let id = StoredValue::new(line.id.clone());
    let is_selected = move || id.with_value(|id| selected.with(|selected| selected.contains(id)));
    let everything = table.all;
    let toggle = move |on: bool| {
        everything.set(false);
        selected.update(|selected| {
            let id = id.get_value();
            if on {
                selected.insert(id);
            } else {
                selected.remove(&id);
            }
        });
    };
    // What was returned is opened to be mended (manual 5.2(7): 双击后在弹出的页面中修改).
    let is_returned = line.status.as_ref().is_some_and(|status| status.tone == Tone::Red);
    let mends = is_returned && !locked && line.verbs.contains(&Verb::Edit);
    let open_itself = move || {
        let id = id.get_value();
        open.run(if mends { format!("{id}&mode=edit") } else { id });
    };
    let key = move |event: KeyboardEvent| {
        if event.key() == "Enter" && crate::browser::is_on_itself(&event) {
            open_itself();
        }
    };
    let has_status = table.place.form().workflow.is_some();
    let status = line
        .status
        .map(|status| view! { <span class=status.tone.class()>{status.title}</span> });
    let (name, by_place) = (name_of(table), names_by_place(table));
    let address = with(&table.address, &format!("open={}", encoded(&line.id)));
    let columns = table.columns.clone();
    let cells = columns.into_iter().zip(line.cells).map(|(field, text)| {
        let hide = move || hidden.with(|hidden| hidden.contains(field.key));
        let is_link = name == Some(field.key);
        let full = text.clone();
        let content = if is_link && !text.is_empty() {
            view! { <a href=address.clone()>{text}</a> }.into_any()
        } else {
            text.into_any()
        };
        view! { <td class:hidden=hide class:figure=is_figure(field) class:name=is_link title=full>{content}</td> }
    });
    let link = address.clone();
    let places = line
        .places
        .into_iter()
        .take(levels)
        .enumerate()
        .map(|(position, place)| {
            if by_place && position + 1 == levels {
                view! { <td class="name"><a href=link.clone()>{place}</a></td> }.into_any()
            } else {
                view! { <td>{place}</td> }.into_any()
            }
        });
    let operation = |verb: Verb, mode: &str| {
        line.verbs.contains(&verb).then(|| {
            let class = if verb == Verb::Delete { "danger" } else { "" };
            view! { <a class=class href=format!("{address}{mode}")>{verb.title()}</a> }
        })
    };
    let change = |verb, mode| if locked { None } else { operation(verb, mode) };
    let operations = (
        operation(Verb::View, ""),
        change(Verb::Edit, "&mode=edit"),
        change(Verb::Delete, "&mode=delete"),
    );
    view! {
        <tr tabindex="0" class:selected=is_selected on:dblclick=move |_| open_itself() on:keydown=key>
            <td class="tick-cell">
                <input type="checkbox" aria-label=format!("选择第{number}行") prop:checked=is_selected on:change=move |event| toggle(event_target_checked(&event))/>
            </td>
            <td class="number">{number}</td>
            {places.collect_view()}
            {cells.collect_view()}
            {has_files.then(|| view! { <td class="number">{line.attachments}</td> })}
            {has_status.then(|| view! { <td class="tag-cell" title=line.said>{status}</td> })}
            {line.done.map(|done| view! { <td>{if done { "是" } else { "否" }}</td> })}
            {(!table.place.form().comes_by_itself).then(|| view! { <td class="time">{line.registered_at}</td> })}
            <td class="operations">{operations}</td>
        </tr>
    }
}
