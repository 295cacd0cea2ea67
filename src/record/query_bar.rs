//! The query bar (ux 4): one GET form, so that it works without JavaScript and the address is the state.

use super::list::STATUS;
use super::{Place, encoded};
use crate::api::records::{CascadeLevel, DeskView};
use crate::browser::{self, submit_form};
use crate::domain::field::{Field, Kind};
use crate::domain::query::ListQuery;
use crate::domain::workflow::Workflow;
use leptos::ev::{Event, MouseEvent, SubmitEvent};
use leptos::html::Span;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate, use_query_map};
use std::collections::BTreeMap;
use wasm_bindgen::JsCast;

/// Years that a filter offers.
const YEARS: i64 = 14;

/// More filters than this fold behind 展开.
const UNFOLDED: usize = 3;

/// What was typed into the query bars of an address and not asked yet: (清除关键字 of the bar, name of the control) → value.
type Typed = BTreeMap<(String, String), String>;

/// Keeps what is typed while an answer is on its way, which draws the bar anew; and where in it somebody was who asked.
#[derive(Clone, Copy)]
pub struct Unasked {
    /// The address, and what was typed at it.
    typed: StoredValue<(String, Typed)>,
    /// 清除关键字 of the bar, and the control from which was asked.
    asked: StoredValue<Option<(String, String)>>,
}

impl Unasked {
    /// For the pages inside.
    pub fn provide() {
        provide_context(Self {
            typed: StoredValue::new(Default::default()),
            asked: StoredValue::new(None),
        });
    }

    fn keep(self, here: String, bar: &str, (name, value): (String, String)) {
        self.typed.update_value(|(address, typed)| {
            if *address != here {
                (*address, *typed) = (here, Typed::new());
            }
            typed.insert((bar.to_owned(), name), value);
        });
    }

    /// What was typed into a bar at this address. What was typed elsewhere is forgotten.
    fn take_up(self, here: &str, bar: &str) -> Vec<(String, String)> {
        self.typed
            .try_update_value(|(address, typed)| {
                if address != here {
                    typed.clear();
                }
                let own = typed.iter().filter(|((of, _), _)| of == bar);
                own.map(|((_, name), value)| (name.clone(), value.clone())).collect()
            })
            .unwrap_or_default()
    }

    fn forget(self) {
        self.typed.update_value(|(_, typed)| typed.clear());
    }

    /// Somebody asks from this control of a bar.
    fn asks_from(self, bar: &str, control: Option<String>) {
        self.asked.set_value(control.map(|control| (bar.to_owned(), control)));
    }

    /// The control of that bar from which was asked, once.
    fn asked_from(self, bar: &str) -> Option<String> {
        let mut control = None;
        self.asked.try_update_value(|asked| {
            if asked.as_ref().is_some_and(|(of, _)| of == bar) {
                control = asked.take().map(|(_, name)| name);
            }
        });
        control
    }
}

/// What a form does that asks for another address of the same pages: goes there without loading anew. What is not asked for
/// does not stand in the address.
pub fn asks(path: impl Into<String>) -> impl Fn(SubmitEvent) + 'static {
    let (navigate, path) = (use_navigate(), path.into());
    move |event| {
        event.prevent_default();
        let asked = browser::asked(&event);
        let asked: Vec<String> = asked
            .iter()
            .map(|(name, value)| format!("{name}={}", encoded(value)))
            .collect();
        let question = if asked.is_empty() { "" } else { "?" };
        navigate(
            &format!("{path}{question}{}", asked.join("&")),
            NavigateOptions::default(),
        );
    }
}

/// The button of a form that otherwise goes by itself, for whoever has no JavaScript.
pub fn scriptless_button(title: &'static str) -> impl IntoView {
    let button = format!("<button type=\"submit\">{title}</button>");
    view! { <noscript inner_html=button></noscript> }
}

/// The form of a query bar, with 查询 and 清除关键字 behind what it asks.
#[component]
pub fn QueryForm(
    /// Where the list is.
    #[prop(into)]
    action: String,
    /// Where 清除关键字 leads.
    #[prop(into)]
    clear: String,
    children: Children,
) -> impl IntoView {
    let unasked = expect_context::<Unasked>();
    let location = use_location();
    let here = move || location.pathname.get_untracked() + &location.search.get_untracked();
    let buttons = NodeRef::<Span>::new();
    let (drawn, typing, asking) = (clear.clone(), clear.clone(), clear.clone());
    Effect::new(move |_| {
        if let Some(buttons) = buttons.get() {
            let typed = unasked.take_up(&here(), &drawn);
            let asked_from = unasked.asked_from(&drawn);
            spawn_local(async move {
                // What the list came with is put into the controls a moment after they are drawn.
                browser::let_others_go_first().await;
                browser::fill_form_around(&buttons, &typed);
                if let Some(control) = asked_from {
                    browser::focus_again(&buttons, &control);
                }
            });
        }
    });
    let typed = move |event: Event| {
        if let Some(control) = browser::typed_control(&event) {
            unasked.keep(here(), &typing, control);
        }
    };
    let forget = move |event: MouseEvent| {
        unasked.forget();
        browser::reset_form(&event);
    };
    let ask = asks(action.clone());
    let ask = move |event: SubmitEvent| {
        unasked.forget();
        unasked.asks_from(&asking, browser::focused_in(&event));
        ask(event);
    };
    view! {
        <form method="get" action=action class="query-bar" role="search" aria-label="查询" on:input=typed on:submit=ask>
            {children()}
            <span class="query-buttons" node_ref=buttons>
                <button type="submit" class="primary">"查询"</button>
                <a class="button" role="button" href=clear on:click=forget>"清除关键字"</a>
            </span>
        </form>
    }
}

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
        <QueryForm action clear>
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
            {if folds { folded(has_filters, selects).into_any() } else { selects.into_any() }}
            {own_level}
        </QueryForm>
    }
    .into_any()
}

/// What narrows a list behind 展开; it stays open while something of it is chosen.
pub fn folded(is_open: bool, selects: impl IntoView) -> impl IntoView {
    view! {
        <details class="more-filters" open=is_open>
            <summary><span class="when-closed">"展开"</span><span class="when-open">"收起"</span></summary>
            <div class="folded">{selects.into_view()}</div>
        </details>
    }
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
fn clear_below(event: &Event) {
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
