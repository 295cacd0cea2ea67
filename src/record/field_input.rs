//! One field: label, input, unit, hint, problem. A new kind of field is added here and nowhere else.

use super::attachments::Attachments;
use super::editing::Editing;
use super::grid::GridTable;
use super::region_pick::RegionPick;
use super::sheet::SheetTable;
use crate::api::records::{reset_sub_account, reveal};
use crate::domain::code::CodeList;
use crate::domain::field::{Cumulation, Field, Grid, Initial, Kind};
use crate::domain::known::{self, hundredths};
use crate::domain::permission::REVEAL_REASONS;
use crate::domain::problem::Severity;
use crate::domain::record::{Values, field_of, parts};
use crate::domain::sheet::SCALE;
use crate::domain::validate::{readable, typed};
use crate::domain::value::{Value, format_scaled, grouped};
use crate::domain::workflow::Tone;
use crate::ui::confirm::Confirm;
use crate::ui::toast::Toasts;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Years on offer after the present one.
const YEARS_AHEAD: i64 = 5;
/// Related records that show without being unfolded.
const FEW: usize = 12;

/// What draws tables inside a form. The desk provides it; no form of the phone has any, and so phones do not load it.
#[derive(Clone, Copy)]
pub struct Tables(pub fn(&'static Field, &'static Grid) -> AnyView);

/// What says where the content of a field comes from. The desk provides it; on the phone nothing comes from elsewhere.
#[derive(Clone, Copy)]
pub struct Origins(pub fn(Editing, &'static Field) -> Option<AnyView>);

/// A table inside a form, for [`Tables`].
pub fn table(field: &'static Field, grid: &'static Grid) -> AnyView {
    match grid.sheet {
        Some(sheet) => view! { <SheetTable field grid sheet/> }.into_any(),
        None => view! { <GridTable field grid/> }.into_any(),
    }
}

/// A field with its label.
#[component]
pub fn FieldInput(field: &'static Field) -> impl IntoView {
    let editing = expect_context::<Editing>();
    // A memo, so that the field is drawn anew only when it comes or goes, not with every key.
    let shows = Memo::new(move |_| editing.shows(field));
    move || shows.get().then(|| field_row(editing, field))
}

fn field_row(editing: Editing, field: &'static Field) -> AnyView {
    match field.kind {
        Kind::Grid(grid) => use_context::<Tables>().map_or_else(|| ().into_any(), |tables| (tables.0)(field, grid)),
        _ => {
            let id = format!("f-{}", field.key);
            let many = matches!(
                field.kind,
                Kind::Choices(_) | Kind::Divisions(_) | Kind::Reference { many: true, .. } | Kind::Files(_)
            ) || is_spread(editing, field);
            let label_id = format!("{id}-label");
            let text = editing.read_only || field.is_read_only() || editing.is_copied(field);
            let label = if many || text {
                view! { <span class="label" id=label_id class:required=move || !text && editing.must_be_filled(field)>{field.title}</span> }.into_any()
            } else {
                view! { <label class="label" for=id.clone() id=label_id class:required=move || editing.must_be_filled(field)>{field.title}</label> }.into_any()
            };
            view! {
                <div class="field" class:wide=field.wide class:pinned=is_pinned(editing, field.key) class:wrong=move || is_wrong(editing, field.key)>
                    {label}
                    <div class="control">
                        <div class="box">
                            {if text { text_value(editing, field) } else { input(editing, field) }}
                            {(!field.unit.is_empty()).then(|| view! { <span class="unit">{field.unit}</span> })}
                            {is_masked(editing, field).then(|| view! { <Reveal field/> })}
                            {sub_account(editing, field).map(|key| view! { <SubAccountLine key/> })}
                        </div>
                        {(!text).then(|| offer(editing, field))}
                        {(!text).then(|| known(editing, field))}
                        {use_context::<Origins>().and_then(|origins| (origins.0)(editing, field))}
                        {(!field.help.is_empty() && (!editing.read_only)).then(|| view! { <p class="help">{field.help}</p> })}
                        <Complaint place=field.key.to_owned()/>
                        <Pins place=field.key/>
                    </div>
                </div>
            }
            .into_any()
        }
    }
}

/// Whether a new record is made for each that is chosen here.
fn is_spread(editing: Editing, field: &Field) -> bool {
    field.spreads && editing.version.get_untracked() == 0
}

fn is_masked(editing: Editing, field: &Field) -> bool {
    editing
        .opened
        .with_value(|opened| opened.masked.iter().any(|key| key == field.key))
}

/// 显示: the whole number, which the log remembers.
#[component]
fn Reveal(field: &'static Field) -> impl IntoView {
    let editing = expect_context::<Editing>();
    let toasts = Toasts::expect();
    let (asks, is_shown) = (RwSignal::new(false), RwSignal::new(false));
    let show = move |reason: String| {
        if reason.is_empty() {
            return;
        }
        let (form, id) = (
            editing.form().key.to_owned(),
            editing.opened.with_value(|opened| opened.id.clone()),
        );
        spawn_local(async move {
            let answer = reveal(form, id, field.key.to_owned(), reason).await;
            if editing.is_gone() {
                return;
            }
            match answer {
                Ok(text) => {
                    editing.draft.update(|draft| draft.set(field.key, text));
                    is_shown.set(true);
                }
                Err(error) => toasts.error(error.to_string()),
            }
        });
    };
    move || {
        match (is_shown.get(), asks.get()) {
        (true, _) => ().into_any(),
        (false, false) => view! {
            <button type="button" class="quiet scripted" title="查看完整号码，将记入日志" aria-label=format!("显示{}", field.title) on:click=move |_| asks.set(true)>"显示"</button>
        }
        .into_any(),
        (false, true) => {
            let reasons = REVEAL_REASONS.map(|reason| view! { <option value=reason>{reason}</option> });
            view! {
                <select class="reveal-reason" aria-label="查看原因" autofocus=true on:change=move |event| show(event_target_value(&event))>
                    <option value="">"请选择查看原因"</option>
                    {reasons.collect_view()}
                </select>
            }
            .into_any()
        }
    }
    }
}

/// The account that a switch has opened.
fn sub_account(editing: Editing, field: &Field) -> Option<String> {
    let declared = editing
        .form()
        .sub_account
        .filter(|declared| declared.place() == field.key);
    declared.and_then(|_| editing.opened.with_value(|opened| opened.sub_account.clone()))
}

/// Its login key, and a new first password when the old one is lost.
#[component]
fn SubAccountLine(key: String) -> impl IntoView {
    let editing = expect_context::<Editing>();
    let (toasts, confirm) = (Toasts::expect(), Confirm::expect());
    let reset = move |_| {
        confirm.ask(
            "重置密码",
            "确定重置该账号的密码吗？原密码将失效。",
            move || {
                let (form, id) = (
                    editing.form().key.to_owned(),
                    editing.opened.with_value(|opened| opened.id.clone()),
                );
                spawn_local(async move {
                    match reset_sub_account(form, id).await {
                        Ok(told) => toasts.keep(told),
                        Err(error) => toasts.error(error.to_string()),
                    }
                });
            },
        );
    };
    view! {
        <span class="sub-account">{format!("账号 {key}")}</span>
        <button type="button" class="quiet scripted" on:click=reset>"重置密码"</button>
    }
}

/// A number that would make the sum come out, as long as another stands there.
fn offer(editing: Editing, field: &'static Field) -> Option<AnyView> {
    let (of, scale) = match (field.offer, field.kind) {
        (Some(of), Kind::Decimal { scale, .. }) => (of, scale),
        (Some(of), Kind::Integer { .. }) => (of, 0),
        _ => return None,
    };
    let offered = Memo::new(move |_| {
        editing.draft.with(|draft| {
            let values = Values::of(editing.form(), draft);
            of(&values).filter(|offered| values.number(field.key) != Some(*offered))
        })
    });
    let button = move || {
        offered.get().map(|number| {
            let text = format_scaled(number, scale);
            let title = format!("填入差额 {text}");
            view! { <button type="button" class="quiet scripted" on:click=move |_| editing.set(field.key, text.clone())>{title}</button> }
        })
    };
    Some(button.into_any())
}

/// 来自〈screen〉 with the way there, where the content is typed elsewhere (F-01): for [`Origins`].
pub fn origin(editing: Editing, field: &'static Field) -> Option<AnyView> {
    let way = way(editing, field.key)?;
    // What is typed here can be taken over from there; everything else stands there alone.
    let from = if field.known.is_some() {
        "汇总数来自"
    } else {
        "来自"
    };
    // What comes with a choice is there only once it was made.
    let is_there = move || match field.copied {
        Some((reference, _)) => editing.draft.with(|draft| !draft.text(reference).is_empty()),
        None => true,
    };
    let line = move || is_there().then(|| view! { <p class="help origin">{from}{way()}</p> });
    Some(line.into_any())
}

/// The same for a row of a table.
pub fn origin_of_row(editing: Editing, place: &str) -> Option<AnyView> {
    let way = way(editing, place)?;
    Some(view! { <p class="help origin">"汇总数来自"{way()}</p> }.into_any())
}

/// The screen that a place comes from, as a link where the account sees it.
fn way(editing: Editing, place: &str) -> Option<impl Fn() -> AnyView + Send + 'static> {
    let home = editing
        .opened
        .with_value(|opened| opened.labels.get(&known::origin(place)).cloned())?;
    let (screen, address) = home.split_once('\t')?;
    let (screen, address) = (format!("“{screen}”"), address.to_owned());
    Some(move || match address.is_empty() {
        true => screen.clone().into_any(),
        false => view! { <a href=address.clone()>{screen.clone()}</a> }.into_any(),
    })
}

/// What other records of the region tell of it, as long as another number stands there: who has no JavaScript reads
/// the number and types it.
fn known(editing: Editing, field: &'static Field) -> Option<AnyView> {
    let known = field.known?;
    let offered = Memo::new(move |_| {
        let told = editing.told(field.key, &known)?;
        let own = editing
            .draft
            .with(|draft| Values::of(editing.form(), draft).number(field.key));
        (own.map(|own| hundredths(field, own)) != Some(told)).then_some(told)
    });
    let line = move || {
        offered.get().map(|told| {
            let text = format_scaled(told, SCALE);
            let said = format!("{}为 {} ", known.source, grouped(&text));
            let adopt = move |_| editing.set(field.key, text.clone());
            view! {
                <p class="help offer">
                    {said}<button type="button" class="quiet scripted" on:click=adopt>{known.button(told)}</button>
                </p>
            }
        })
    };
    Some(line.into_any())
}

fn is_wrong(editing: Editing, place: &str) -> bool {
    editing
        .problem(place)
        .is_some_and(|problem| problem.severity != Severity::Warning)
}

fn is_pinned(editing: Editing, place: &str) -> bool {
    editing
        .opened
        .with_value(|opened| opened.pins.iter().any(|pin| field_of(&pin.place) == place))
}

/// What a reviewer has marked at a place, with room for an answer.
#[component]
pub fn Pins(place: &'static str) -> impl IntoView {
    let editing = expect_context::<Editing>();
    let pins = editing.opened.with_value(|opened| {
        let here = opened.pins.iter().filter(|pin| field_of(&pin.place) == place);
        here.cloned().collect::<Vec<_>>()
    });
    let lines = pins.into_iter().map(|pin| {
        let (id, typed, label) = (pin.id.clone(), pin.id.clone(), format!("答复 {}", pin.label));
        let answer = if editing.read_only {
            (!pin.answer.is_empty()).then(|| view! { <p class="answer">{format!("答复：{}", pin.answer)}</p> }.into_any())
        } else {
            let start = pin.answer.clone();
            let input = view! {
                <input type="text" class="answer" name=format!("~answer.{}", pin.id) maxlength="500" value=start aria-label=label
                    placeholder="修改该项，或在这里填写答复"
                    prop:value=move || editing.draft.with(|draft| draft.answers.get(&id).cloned().unwrap_or_default())
                    on:input=move |event| {
                        let text = event_target_value(&event);
                        editing.change("", |draft| { draft.answers.insert(typed.clone(), text); });
                    }/>
            };
            Some(input.into_any())
        };
        let file = (pin.place != place).then(|| format!("{} ", pin.label));
        view! { <div class="pin"><p><b>"审核标注："</b>{file}{pin.remark}</p>{answer}</div> }
    });
    lines.collect_view()
}

/// What is wrong at a place.
#[component]
pub fn Complaint(place: String) -> impl IntoView {
    let editing = expect_context::<Editing>();
    let id = format!("f-{}-problem", place.replace('.', "-"));
    move || {
        editing.problem(&place).map(|problem| {
            let class = if problem.severity == Severity::Warning {
                "problem warning"
            } else {
                "problem"
            };
            view! { <p class=class id=id.clone() role="alert">{problem.message}</p> }
        })
    }
}

/// What a read-only field says.
fn text_value(editing: Editing, field: &'static Field) -> AnyView {
    let label = editing
        .opened
        .with_value(|opened| opened.labels.get(field.key).cloned());
    match field.kind {
        Kind::Files(_) => view! { <Attachments field/> }.into_any(),
        Kind::Related(_) | Kind::Results => related(editing, field),
        Kind::Cumulated(of) => cumulated(editing, field, of),
        Kind::Mirror { .. } => {
            let text = label.filter(|text| !text.is_empty()).unwrap_or_else(|| "—".to_owned());
            view! { <span class="value muted" id=format!("f-{}", field.key)>{text}</span> }.into_any()
        }
        Kind::Reference { .. } => {
            let options = labelled(editing, field);
            let names = move || {
                let names = editing.draft.with(|draft| {
                    let ids = parts(draft.text(field.key));
                    ids.filter_map(|id| options.iter().find(|(key, _)| key == id).map(|(_, label)| label.clone())).collect::<Vec<_>>()
                });
                if names.is_empty() { "—".to_owned() } else { names.join("、") }
            };
            view! { <span class="value">{names}</span> }.into_any()
        }
        Kind::Division(_) | Kind::Divisions(_) => {
            view! { <span class="value">{label.filter(|text| !text.is_empty()).unwrap_or_else(|| "—".to_owned())}</span> }.into_any()
        }
        _ => view! { <span class="value" class:long=field.wide>{move || value_text(editing, field)}</span> }.into_any(),
    }
}

/// `before\ttarget` of the years up to this one, with what is typed now: green when the target is reached (R-10a).
fn cumulated(editing: Editing, field: &'static Field, of: &'static Cumulation) -> AnyView {
    let line = move || {
        let known = editing.offered.with(|offered| offered.get(field.key).cloned())?;
        let (before, target) = known.split_once('\t')?;
        let (before, target) = (before.parse::<i64>().ok()?, target.parse::<i64>().ok()?);
        let (part, whole) = editing.draft.with(|draft| {
            let values = Values::of(editing.form(), draft);
            (values.number(of.part).unwrap_or(0), values.number(of.whole))
        });
        let (sum, whole) = (before + part, whole.filter(|whole| *whole > 0)?);
        let tenths = (sum * 1_000 * 2 + whole) / (whole * 2);
        let tone = if tenths >= target * 10 {
            Tone::Green
        } else {
            Tone::Amber
        };
        let text = format!("累计 {sum} 个，占 {}.{}%，目标 {target}%", tenths / 10, tenths % 10);
        Some(view! { <span class=tone.class()>{text}</span> })
    };
    let shown = move || line().map_or_else(|| "—".into_any(), IntoAny::into_any);
    view! { <span class="value" id=format!("f-{}", field.key)>{shown}</span> }.into_any()
}

/// Related records: one `name\tstate\tlink` a line.
fn related(editing: Editing, field: &'static Field) -> AnyView {
    let lines = move || {
        let lines = editing
            .offered
            .with(|offered| offered.get(field.key).cloned())
            .unwrap_or_default();
        let links: Vec<_> = lines
            .lines()
            .filter_map(|line| {
                let mut parts = line.splitn(3, '\t').map(str::to_owned);
                let (name, state, link) = (parts.next()?, parts.next()?, parts.next()?);
                Some(view! { <li><a href=link>{name}</a><span class="muted">{state}</span></li> })
            })
            .collect();
        if links.is_empty() {
            return view! { <span class="value muted">"—"</span> }.into_any();
        }
        let (count, few) = (format!("共 {} 个", links.len()), links.len() <= FEW);
        view! {
            <details class="related" open=few><summary>{count}</summary><ul>{links}</ul></details>
        }
        .into_any()
    };
    view! { <div class="value" id=format!("f-{}", field.key)>{lines}</div> }.into_any()
}

fn value_text(editing: Editing, field: &'static Field) -> String {
    let text = editing
        .draft
        .with(|draft| readable(field, &Values::of(editing.form(), draft)));
    if text.is_empty() { "—".to_owned() } else { text }
}

/// The input of a field.
fn input(editing: Editing, field: &'static Field) -> AnyView {
    let key = field.key;
    match field.kind {
        Kind::LongText { max, .. } => {
            let start = editing.draft.with_untracked(|draft| draft.text(key).to_owned());
            view! {
                <textarea
                    id=format!("f-{key}") name=key rows="4" maxlength=max
                    placeholder=format!("请输入{}", field.title)
                    prop:value=move || editing.text(key)
                    on:input=move |event| editing.set(key, event_target_value(&event))
                    on:blur=move |_| editing.touch(key)
                    aria-invalid=move || is_wrong(editing, key).then_some("true")
                    aria-describedby=format!("f-{key}-problem")
                >{start}</textarea>
                <span class="count">{move || format!("{}/{max}", editing.text(key).chars().count())}</span>
            }
            .into_any()
        }
        Kind::Choice(list) => choice(editing, field, list),
        Kind::Choices(list) => {
            let held = editing.draft.with_untracked(|draft| draft.text(field.key).to_owned());
            let boxes = list
                .offered_with(&held)
                .map(|code| (code.code.to_owned(), code.label.to_owned()));
            check_boxes(editing, field, boxes.collect(), |_| false)
        }
        Kind::Reference { many: true, .. } | Kind::Divisions(_) => found_boxes(editing, field, options(editing, field)),
        Kind::Reference { .. } if is_spread(editing, field) => found_boxes(editing, field, options(editing, field)),
        Kind::Division(_) => view! { <RegionPick field/> }.into_any(),
        Kind::Reference { .. } => select(editing, field, vec![(String::new(), labelled(editing, field))]),
        Kind::Year(years) => {
            let (from, to) = years.bounds();
            let last = editing
                .opened
                .with_value(|opened| opened.today.chars().take(4).collect::<String>());
            // A target lies far ahead: what begins there is on offer, and all that can follow.
            let aims = matches!(field.initial, Initial::Text(text) if last.parse::<i64>().ok() < text.parse().ok());
            let last = last
                .parse::<i64>()
                .map_or(to, |year| if aims { to } else { to.min(year + YEARS_AHEAD) });
            let years = (from..=last).map(|year| (year.to_string(), year.to_string()));
            select(editing, field, vec![(String::new(), years.collect())])
        }
        Kind::Switch => switch(editing, field),
        Kind::Files(_) => view! { <Attachments field/> }.into_any(),
        _ => one_line(editing, field),
    }
}

fn one_line(editing: Editing, field: &'static Field) -> AnyView {
    let key = field.key;
    let (kind, mode) = match field.kind {
        Kind::Date { .. } => ("date", ""),
        Kind::Month => ("month", ""),
        Kind::Integer { .. } => ("text", "numeric"),
        Kind::Decimal { .. } => ("text", "decimal"),
        Kind::Phone { landline: false } => ("text", "tel"),
        _ => ("text", ""),
    };
    let max = match field.kind {
        Kind::Text { max, .. } => Some(max.to_string()),
        Kind::PersonName => Some("20".to_owned()),
        _ => None,
    };
    let latest = match field.kind {
        Kind::Date { until_today: true, .. } => Some(editing.opened.with_value(|opened| opened.today.clone())),
        _ => None,
    };
    let start = editing.draft.with_untracked(|draft| draft.text(key).to_owned());
    view! {
        <input
            type=kind id=format!("f-{key}") name=key value=start autocomplete="off"
            inputmode=(!mode.is_empty()).then_some(mode) maxlength=max max=latest
            placeholder=format!("请输入{}", field.title)
            prop:value=move || editing.text(key)
            on:input=move |event| editing.set(key, event_target_value(&event))
            on:blur=move |_| editing.touch(key)
            aria-invalid=move || is_wrong(editing, key).then_some("true")
            aria-describedby=format!("f-{key}-problem")
        />
    }
    .into_any()
}

fn choice(editing: Editing, field: &'static Field, list: &'static CodeList) -> AnyView {
    let kind = editing.viewer.with_value(|viewer| viewer.kind);
    let held = editing.draft.with_untracked(|draft| draft.text(field.key).to_owned());
    let groups = list.offered(Some(kind), &held).into_iter().map(|(heading, codes)| {
        (
            heading.to_owned(),
            codes
                .into_iter()
                .map(|code| (code.code.to_owned(), code.label.to_owned()))
                .collect(),
        )
    });
    select(editing, field, groups.collect())
}

type Options = Vec<(String, String)>;

pub(super) fn select(editing: Editing, field: &'static Field, groups: Vec<(String, Options)>) -> AnyView {
    let key = field.key;
    let start = editing.draft.with_untracked(|draft| draft.text(key).to_owned());
    let option = move |(code, label): (String, String)| {
        let selected = code == start;
        view! { <option value=code selected=selected>{label}</option> }
    };
    let groups = groups
        .into_iter()
        .map(|(heading, options)| {
            let options = options.into_iter().map(option.clone()).collect_view();
            if heading.is_empty() {
                options.into_any()
            } else {
                view! { <optgroup label=heading>{options}</optgroup> }.into_any()
            }
        })
        .collect_view();
    view! {
        <select
            id=format!("f-{key}") name=key
            prop:value=move || editing.text(key)
            on:change=move |event| { editing.set(key, event_target_value(&event)); editing.touch(key); }
            on:blur=move |_| editing.touch(key)
            aria-invalid=move || is_wrong(editing, key).then_some("true")
            aria-describedby=format!("f-{key}-problem")
        >
            <option value="">"请选择"</option>
            {groups}
        </select>
    }
    .into_any()
}

/// More boxes than this are looked through.
const MANY: usize = 24;

/// Boxes that the server offers; many of them with a search of their own, by name, initials or code.
fn found_boxes(editing: Editing, field: &'static Field, options: Vec<(String, String, String)>) -> AnyView {
    let searched: Vec<String> = options
        .iter()
        .map(|(code, label, search)| format!("{code} {label} {search}").to_lowercase())
        .collect();
    let boxes: Options = options.into_iter().map(|(code, label, _)| (code, label)).collect();
    if boxes.len() <= MANY {
        return check_boxes(editing, field, boxes, |_| false);
    }
    let sought = RwSignal::new(String::new());
    let searched = StoredValue::new(searched);
    let is_hidden = move |position: usize| {
        let sought = sought.get().trim().to_lowercase();
        !sought.is_empty()
            && searched.with_value(|searched| searched.get(position).is_none_or(|text| !text.contains(&sought)))
    };
    let key = field.key;
    let chosen = move || {
        let count = editing.draft.with(|draft| parts(draft.text(key)).count());
        format!("已选 {count} 个")
    };
    let label = format!("查找{}", field.title.trim_start_matches("选择"));
    let boxes = check_boxes(editing, field, boxes, is_hidden);
    view! {
        <div class="found-boxes">
            <div class="found-head">
                <input type="search" class="scripted" autocomplete="off" aria-label=label.clone() placeholder=label
                    prop:value=move || sought.get() on:input=move |event| sought.set(event_target_value(&event))/>
                <span class="muted" role="status">{chosen}</span>
            </div>
            {boxes}
        </div>
    }
    .into_any()
}

fn check_boxes(
    editing: Editing,
    field: &'static Field,
    options: Options,
    is_hidden: impl Fn(usize) -> bool + Copy + Send + Sync + 'static,
) -> AnyView {
    let key = field.key;
    if options.is_empty() {
        return view! { <span class="value muted" id=format!("f-{key}")>"暂无可选项"</span> }.into_any();
    }
    let boxes = options
        .into_iter()
        .enumerate()
        .map(|(position, (code, label))| {
            let (held, toggled) = (code.clone(), code.clone());
            let start = editing.draft.with_untracked(|draft| parts(draft.text(key)).any(|part| part == code));
            let id = if position == 0 { format!("f-{key}") } else { format!("f-{key}-{position}") };
            view! {
                <label class="tick" class:hidden=move || is_hidden(position)>
                    <input
                        type="checkbox" id=id name=key value=code checked=start
                        prop:checked=move || editing.draft.with(|draft| parts(draft.text(key)).any(|part| part == held))
                        on:change=move |event| { toggle(editing, key, &toggled, event_target_checked(&event)); editing.touch(key); }
                    />
                    {label}
                </label>
            }
        })
        .collect_view();
    view! { <div class="ticks" role="group" aria-labelledby=format!("f-{key}-label")>{boxes}</div> }.into_any()
}

fn toggle(editing: Editing, key: &'static str, code: &str, on: bool) {
    let text = editing.draft.with_untracked(|draft| {
        let mut held: Vec<&str> = parts(draft.text(key)).filter(|part| *part != code).collect();
        if on {
            held.push(code);
        }
        held.join(",")
    });
    editing.set(key, text);
}

fn switch(editing: Editing, field: &'static Field) -> AnyView {
    let key = field.key;
    let start = editing.draft.with_untracked(|draft| draft.text(key) == "1");
    view! {
        <input type="hidden" name=key value="0"/>
        <input
            type="checkbox" role="switch" class="switch" id=format!("f-{key}") name=key value="1" checked=start
            prop:checked=move || editing.text(key) == "1"
            on:change=move |event| editing.set(key, if event_target_checked(&event) { "1" } else { "0" }.to_owned())
        />
        <span class="switch-text" aria-hidden="true">{move || if editing.text(key) == "1" { "是" } else { "否" }}</span>
    }
    .into_any()
}

/// What a reference or division field offers: `(id, label)`.
fn labelled(editing: Editing, field: &'static Field) -> Options {
    let options = options(editing, field).into_iter();
    options.map(|(id, label, _)| (id, label)).collect()
}

/// What a reference or division field offers: the server sent it with the record, one `id\tlabel` a line, and what else
/// it is found by.
pub(super) fn options(editing: Editing, field: &'static Field) -> Vec<(String, String, String)> {
    let lines = editing.opened.with_value(|opened| {
        opened
            .labels
            .get(&format!("{}?", field.key))
            .cloned()
            .unwrap_or_default()
    });
    lines
        .lines()
        .filter_map(|line| {
            let mut parts = line.splitn(3, '\t').map(str::to_owned);
            Some((parts.next()?, parts.next()?, parts.next().unwrap_or_default()))
        })
        .collect()
}

/// The text of a grid cell that is only looked at.
pub fn cell_text(column: &'static Field, text: &str) -> String {
    match column.kind {
        Kind::Choice(list) if !text.is_empty() => list.label(text),
        Kind::Switch => if text == "1" { "是" } else { "否" }.to_owned(),
        _ => typed(column, &Value::Text(text.to_owned())),
    }
}
