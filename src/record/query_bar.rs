//! The query bar (ux 4): one GET form, so that it works without JavaScript and the address is the state.

use super::list::STATUS;
use super::{Place, encoded};
use crate::api::records::{CascadeLevel, DeskView};
use crate::browser::submit_form;
use crate::domain::field::{Field, Kind};
use crate::domain::query::ListQuery;
use crate::domain::workflow::Workflow;
use leptos::prelude::*;
use leptos_router::components::Form;
use leptos_router::hooks::use_query_map;
use wasm_bindgen::JsCast;

/// Years that a filter offers.
const YEARS: i64 = 14;

/// More filters than this fold behind 展开.
const UNFOLDED: usize = 3;

/// Division cascade, text, filters, 查询 and 清除关键字.
#[component]
pub fn QueryBar(place: Place, query: ListQuery, page: DeskView) -> impl IntoView {
    let form = place.form();
    let action = format!("/desk/{}", place.page.key);
    let searched: Vec<&'static str> = form
        .fields()
        .filter(|field| field.searched)
        .map(|field| field.title)
        .collect();
    let fixed = place.tab.fixed.map_or("", |(key, _)| key);
    let filters: Vec<&'static Field> = form
        .fields()
        .filter(|field| field.filtered && field.key != fixed)
        .collect();
    let folds = filters.len() > UNFOLDED;
    let has_filters = !query.filters.is_empty();
    let clear = place.address(
        &ListQuery {
            size: query.size,
            ..place.plain(&query)
        },
        &[],
    );
    // Inside a village there is no other place to look for; without anything else to ask, no bar.
    let village = query.region.clone().filter(|_| place.tab.inside);
    if place.tab.inside && searched.is_empty() && filters.is_empty() {
        return ().into_any();
    }
    let cascade = cascade(page.cascade);
    let own_level = place.tab.own_level_switch.then(|| {
        view! {
            <label class="tick own-level">
                <input type="checkbox" role="switch" class="switch" name="own_level" value="1" checked=query.own_level prop:checked=query.own_level on:change=|event| submit_form(&event)/>
                "是否本级"
            </label>
        }
    });
    let selects = filters.iter().map(|field| filter(field, &query)).collect_view();
    let status = form
        .workflow
        .map(|workflow| status_filter(workflow, place.tab.states, &query));
    view! {
        <Form method="GET" action=action attr:class="query-bar" attr:role="search" attr:aria-label="查询">
            {(!place.tab.key.is_empty()).then(|| view! { <input type="hidden" name="tab" value=place.tab.key/> })}
            {village.map(|village| view! { <input type="hidden" name="region" value=village.code().to_owned()/> })}
            {cascade}
            {(!searched.is_empty()).then(|| view! {
                <div class="query-field">
                    <label for="q-text">"关键字"</label>
                    <input type="search" id="q-text" name="text" value=query.text.clone() prop:value=query.text.clone() maxlength="100" placeholder=format!("请输入{}", searched.join("、"))/>
                </div>
            })}
            {status}
            {if folds {
                view! { <details class="more-filters" open=has_filters><summary><span class="when-closed">"展开"</span><span class="when-open">"收起"</span></summary><div class="folded">{selects}</div></details> }.into_any()
            } else {
                selects.into_any()
            }}
            {own_level}
            <span class="query-buttons">
                <button type="submit" class="primary">"查询"</button>
                <a class="button" role="button" href=clear>"清除关键字"</a>
            </span>
        </Form>
    }
    .into_any()
}

/// What the address of a list asks for.
pub fn asked_query() -> Memo<ListQuery> {
    let search = use_query_map();
    Memo::new(move |_| {
        search.with(|search| {
            let parameters: Vec<(String, String)> = search
                .clone()
                .into_iter()
                .map(|(name, value)| (name.to_string(), value))
                .collect();
            ListQuery::from_parameters(parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())))
        })
    })
}

/// The address of a list below a path with a query.
pub fn list_address(path: &str, query: &ListQuery) -> String {
    let parameters = query.parameters();
    let joined: Vec<String> = parameters
        .iter()
        .map(|(name, value)| format!("{name}={}", encoded(value)))
        .collect();
    let question = if joined.is_empty() { "" } else { "?" };
    format!("{path}{question}{}", joined.join("&"))
}

/// The selects of a division cascade, those that say something: what the account cannot move shows as long as it has a name.
pub fn cascade(levels: Vec<CascadeLevel>) -> AnyView {
    let levels = levels.into_iter();
    let levels = levels.filter(|level| !level.fixed || level.options.len() == 1);
    levels.map(cascade_select).collect_view().into_any()
}

/// Choosing a division asks for the list of that division at once, and so for the options of the next level.
fn cascade_select(level: CascadeLevel) -> impl IntoView {
    let (title, id) = (level.level.title(), format!("q-{}", level.level.key()));
    let options = level.options.into_iter().map(|(code, name)| {
        let selected = code == level.chosen;
        view! { <option value=code selected=selected>{name}</option> }
    });
    view! {
        <div class="query-field">
            <label for=id.clone()>{title}</label>
            <select id=id name=level.level.key() disabled=level.fixed on:change=move |event| {
                clear_below(&event);
                submit_form(&event);
            }>
                {(!level.fixed).then(|| view! { <option value="">"全部"</option> })}
                {options.collect_view()}
            </select>
        </div>
    }
}

/// The states of a review, those that the tab shows.
fn status_filter(
    workflow: &'static Workflow,
    states: &'static [&'static str],
    query: &ListQuery,
) -> impl IntoView + use<> {
    let held = query.filters.get(STATUS).cloned().unwrap_or_default();
    let chosen = held.clone();
    let shown = workflow
        .states
        .iter()
        .filter(move |state| states.is_empty() || states.contains(&state.key));
    let options = shown.map(move |state| {
        let selected = state.key == chosen;
        view! { <option value=state.key selected=selected>{state.title}</option> }
    });
    view! {
        <div class="query-field">
            <label for="q-status">{workflow.title}</label>
            <select id="q-status" name=STATUS prop:value=held><option value="">"请选择"</option>{options.collect_view()}</select>
        </div>
    }
}

fn filter(field: &'static Field, query: &ListQuery) -> impl IntoView + use<> {
    let id = format!("q-{}", field.key);
    let held = query.filters.get(field.key).cloned().unwrap_or_default();
    let pairs: Vec<(String, String)> = match field.kind {
        Kind::Year(years) => {
            let (from, to) = years.bounds();
            let offered = (from..=to.min(from + YEARS)).map(|year| (year.to_string(), year.to_string()));
            offered.collect()
        }
        Kind::Choice(list) | Kind::Choices(list) => list
            .codes()
            .iter()
            .map(|code| (code.code.to_owned(), code.label.to_owned()))
            .collect(),
        Kind::Switch => vec![("1".to_owned(), "是".to_owned()), ("0".to_owned(), "否".to_owned())],
        _ => Vec::new(),
    };
    let input = if pairs.is_empty() {
        view! { <input type="text" id=id.clone() name=field.key value=held.clone() prop:value=held.clone() placeholder=format!("请输入{}", field.title) inputmode="numeric"/> }.into_any()
    } else {
        let chosen = held.clone();
        let options = pairs.into_iter().map(move |(code, label)| {
            let selected = code == chosen;
            view! { <option value=code selected=selected>{label}</option> }
        });
        view! { <select id=id.clone() name=field.key prop:value=held.clone()><option value="">"请选择"</option>{options.collect_view()}</select> }.into_any()
    };
    view! { <div class="query-field"><label for=id>{field.title}</label>{input}</div> }
}

/// A choice further up leaves the lower selects without meaning.
fn clear_below(event: &leptos::ev::Event) {
    let Some(changed) = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::HtmlSelectElement>().ok())
    else {
        return;
    };
    let Ok(Some(form)) = changed.closest("form") else {
        return;
    };
    let Ok(selects) = form.query_selector_all("select") else {
        return;
    };
    let mut below = false;
    for select in (0..selects.length()).filter_map(|at| selects.get(at)?.dyn_into::<web_sys::HtmlSelectElement>().ok())
    {
        if below && matches!(select.name().as_str(), "county" | "township" | "village") {
            select.set_value("");
        }
        below |= select == changed;
    }
}
