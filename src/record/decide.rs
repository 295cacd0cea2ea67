//! The window of an act of the review: 提交 with its receiver, 审核意见, 打回 with remarks at places (manual 4.1(5)–(7)). A plain
//! form, so that it works without JavaScript.

use super::Place;
use crate::api::workflow::{ReviewAct, decide};
use crate::domain::field::{Field, Initial, Kind};
use crate::domain::form::Form;
use crate::domain::record::{Opened, Values, Way, file_place};
use crate::domain::validate::readable;
use crate::domain::verb::Verb;
use crate::domain::workflow::Opinion;
use crate::error::AppError;
use crate::ui::modal::Modal;
use crate::ui::toast::Toasts;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::collections::BTreeMap;

/// What reviewers often say (ux 15).
const PHRASES: &[&str] = &[
    "请补充附件。",
    "填写内容与附件不一致，请核对。",
    "数据有误，请核对后重新提交。",
    "村庄类型与实际不符，请核实。",
];

/// The window of a way.
#[component]
pub fn DecideDialog(
    place: Place,
    opened: Opened,
    way: Way,
    /// What a plain form came back with.
    opinion: String,
    /// Why it came back.
    problem: String,
    /// The address of the list.
    list: String,
    /// Leaves the window.
    close: Callback<()>,
    /// The list has to be read again.
    changed: Callback<()>,
) -> impl IntoView {
    let toasts = Toasts::expect();
    let form = place.form();
    let start = if opinion.is_empty() { way.said.clone() } else { opinion };
    let said = RwSignal::new(start);
    let receiver = RwSignal::new(way.receivers.first().map_or(String::new(), |(id, _)| id.clone()));
    let (pins, values) = (RwSignal::new(BTreeMap::new()), RwSignal::new(BTreeMap::new()));
    let (busy, wrong) = (RwSignal::new(false), RwSignal::new(problem));
    let (verb, button) = (way.verb, way.button.clone());
    let (id, version) = (opened.id.clone(), opened.version);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        wrong.set(String::new());
        let decision = ReviewAct {
            form: form.key.to_owned(),
            id: id.clone(),
            version,
            verb: verb.key().to_owned(),
            opinion: said.get_untracked(),
            receiver: receiver.get_untracked(),
            pins: pins.get_untracked(),
            values: values.get_untracked(),
        };
        let done = format!("{button}成功");
        spawn_local(async move {
            let answer = decide(decision).await;
            if busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(()) => {
                    toasts.success(done);
                    changed.run(());
                    close.run(());
                }
                // Somebody was faster: the window has nothing to offer any more.
                Err(error @ (AppError::Conflict(_) | AppError::NotFound)) => {
                    toasts.error(error.to_string());
                    changed.run(());
                    close.run(());
                }
                Err(error) => {
                    wrong.set(all_of(&error));
                    crate::browser::focus_id("decide-opinion");
                }
            }
        });
    };
    let title = opened.draft.text(form.name_field).to_owned();
    let name = opened
        .labels
        .get(form.name_field)
        .cloned()
        .filter(|name| !name.is_empty())
        .unwrap_or(title);
    let named = (!name.is_empty()).then(|| view! { <p class="question">{format!("{}：{name}", form.title)}</p> });
    let receivers = (!way.receivers.is_empty()).then(|| receiver_field(&way, receiver));
    let opinions = (way.opinion != Opinion::None).then(|| opinion_field(&way, said));
    // What is known already, or can be told, stands there.
    for key in &way.asks {
        // A choice is made anew every time, and so is a day that is today.
        let is_new_each_time = form
            .field(key)
            .is_some_and(|field| matches!(field.initial, Initial::Today) || matches!(field.kind, Kind::Choice(_)));
        let known = Some(opened.draft.text(key).to_owned()).filter(|text| !text.is_empty() && !is_new_each_time);
        if let Some(text) = known.or_else(|| opened.labels.get(key).cloned()) {
            values.update_untracked(|values| values.insert(key.clone(), text));
        }
    }
    let asks = asked_fields(form, &way.asks, &way.needs, &opened.today, &opened.labels, values);
    let marks = (way.verb == Verb::Return).then(|| pin_fields(place, &opened, pins));
    let class = if way.verb == Verb::Return { "wide" } else { "small" };
    let danger = way.verb == Verb::Return;
    view! {
        <Modal title=way.button.clone() class close close_link=list.clone()>
            <form method="post" action=format!("/records/{}/decide", place.page.key) on:submit=submit class="modal-form" novalidate>
                <input type="hidden" name="tab" value=place.tab.key/>
                <input type="hidden" name="id" value=opened.id.clone()/>
                <input type="hidden" name="version" value=opened.version/>
                <input type="hidden" name="verb" value=way.verb.key()/>
                <input type="hidden" name="back" value=list.clone()/>
                <div class="modal-body" tabindex="0">
                    {named}
                    {receivers}
                    {opinions}
                    {asks}
                    {move || (!wrong.with(String::is_empty)).then(|| view! { <p class="problem" role="alert">{wrong.get()}</p> })}
                    {marks}
                </div>
                <div class="modal-foot">
                    <button type="submit" class=if danger { "danger" } else { "primary" } disabled=move || busy.get()>"确定"</button>
                    <a class="button" role="button" href=list on:click=move |event| {
                        event.prevent_default();
                        close.run(());
                    }>"取消"</a>
                </div>
            </form>
        </Modal>
    }
}

/// Everything that is wrong, in one sentence: a record that cannot be submitted may lack several things.
fn all_of(error: &AppError) -> String {
    match error {
        AppError::Invalid(problems) => {
            let blocking = problems.iter().filter(|problem| problem.blocks());
            blocking
                .map(|problem| problem.message.clone())
                .collect::<Vec<_>>()
                .join("；")
        }
        other => other.to_string(),
    }
}

/// 提交至: the account above, chosen beforehand.
fn receiver_field(way: &Way, receiver: RwSignal<String>) -> impl IntoView + use<> {
    let options = way.receivers.clone().into_iter();
    let options = options.map(|(id, name)| view! { <option value=id>{name}</option> });
    view! {
        <div class="stacked">
            <label class="required" for="decide-receiver">{way.receiver_title.clone()}</label>
            <select id="decide-receiver" name="receiver" on:change=move |event| receiver.set(event_target_value(&event))>{options.collect_view()}</select>
        </div>
    }
}

/// 审核意见, 打回意见 or the reason of a change, with frequent phrases.
fn opinion_field(way: &Way, said: RwSignal<String>) -> impl IntoView + use<> {
    let label = way.opinion_title.clone();
    let start = said.get_untracked();
    let phrases = (way.verb == Verb::Return).then(|| {
        let buttons = PHRASES.iter().map(|phrase| {
            view! { <button type="button" class="quiet" on:click=move |_| said.update(|said| said.push_str(phrase))>{*phrase}</button> }
        });
        view! { <div class="phrases scripted">{buttons.collect_view()}</div> }
    });
    view! {
        <div class="stacked">
            <label class="required" for="decide-opinion">{label.clone()}</label>
            <textarea id="decide-opinion" name="opinion" rows="3" maxlength="500" data-focus="true"
                placeholder=format!("请输入{label}")
                prop:value=move || said.get() on:input=move |event| said.set(event_target_value(&event))>{start}</textarea>
            {phrases}
        </div>
    }
}

/// Fields that are filled with the decision (下达文号, 发函日期, 回函情况); a day is today unless another is said.
pub fn asked_fields(
    form: &'static Form,
    asks: &[String],
    needs: &[String],
    today: &str,
    // What references offer: `id\tlabel` a line under `key?`.
    labels: &BTreeMap<String, String>,
    values: RwSignal<BTreeMap<String, String>>,
) -> impl IntoView + use<> {
    let fields: Vec<&'static Field> = asks.iter().filter_map(|key| form.field(key)).collect();
    for field in fields.iter().filter(|field| matches!(field.initial, Initial::Today)) {
        values.update_untracked(|values| {
            values.entry(field.key.to_owned()).or_insert_with(|| today.to_owned());
        });
    }
    let inputs = fields.into_iter().map(|field| {
        let id = format!("decide-{}", field.key);
        let name = format!("value.{}", field.key);
        let start = values.with_untracked(|values| values.get(field.key).cloned().unwrap_or_default());
        let put = move |text: String| values.update(|values| {
            values.insert(field.key.to_owned(), text);
        });
        let is_needed = matches!(field.kind, Kind::Choice(_)) || needs.iter().any(|key| key == field.key);
        let input = match field.kind {
            Kind::Choice(list) => {
                let options = list.offered_with(&start).map(|code| {
                    let selected = code.code == start;
                    view! { <option value=code.code selected=selected>{code.label}</option> }
                });
                view! {
                    <select id=id.clone() name=name on:change=move |event| put(event_target_value(&event))>
                        <option value="">"请选择"</option>
                        {options.collect_view()}
                    </select>
                }
                .into_any()
            }
            Kind::Reference { .. } => {
                let offered = labels.get(&format!("{}?", field.key)).cloned().unwrap_or_default();
                let options: Vec<_> = offered
                    .lines()
                    .filter_map(|line| line.split_once('\t'))
                    .map(|(id, label)| view! { <option value=id.to_owned() selected=id == start>{label.to_owned()}</option> })
                    .collect();
                view! {
                    <select id=id.clone() name=name on:change=move |event| put(event_target_value(&event))>
                        <option value="">"请选择"</option>
                        {options}
                    </select>
                }
                .into_any()
            }
            Kind::LongText { max, .. } => {
                view! { <textarea id=id.clone() name=name rows="4" maxlength=max on:input=move |event| put(event_target_value(&event))>{start}</textarea> }.into_any()
            }
            kind => {
                let kind = if matches!(kind, Kind::Date { .. }) { "date" } else { "text" };
                view! { <input type=kind id=id.clone() name=name value=start autocomplete="off" on:input=move |event| put(event_target_value(&event))/> }.into_any()
            }
        };
        view! {
            <div class="stacked">
                <label for=id class:required=is_needed>{field.title}</label>
                {input}
            </div>
        }
    });
    inputs.collect_view()
}

/// Every field with what it says and room for a remark: the reviewer marks where to mend.
fn pin_fields(place: Place, opened: &Opened, pins: RwSignal<BTreeMap<String, String>>) -> impl IntoView + use<> {
    let values = Values::of(place.form(), &opened.draft);
    let placed = place.form().placed_by;
    let shown = place.form().fields();
    let shown = shown.filter(|field| !field.is_read_only() && field.key != placed && field.shows(&values));
    let mut lines = Vec::new();
    for field in shown {
        let text = said_by(opened, field, &values);
        lines.push(pin_line(field.key.to_owned(), field.title.to_owned(), text, pins));
        // Every file has room for a remark of its own.
        for file in opened.attachments.iter().filter(|file| file.field == field.key) {
            let place = file_place(field.key, &file.id);
            lines.push(pin_line(place, file.name.clone(), file.name.clone(), pins));
        }
    }
    view! {
        <section class="form-section">
            <h2>"标注需要修改的内容"</h2>
            <table class="grid pins"><thead><tr><th scope="col">"填报项"</th><th scope="col">"填报内容"</th><th scope="col">"标注"</th></tr></thead><tbody>{lines}</tbody></table>
        </section>
    }
}

fn pin_line(
    place: String,
    title: String,
    text: String,
    pins: RwSignal<BTreeMap<String, String>>,
) -> impl IntoView + use<> {
    let is_file = place.contains('/');
    let (name, label) = (format!("pin.{place}"), format!("标注 {title}"));
    let id = format!("pin-{}", place.replace('/', "-"));
    view! {
        <tr class:file=is_file>
            <th scope="row">{if is_file { "附件".to_owned() } else { title }}</th>
            <td>{text}</td>
            <td><input type="text" id=id name=name maxlength="500" autocomplete="off" aria-label=label placeholder="需要修改时填写"
                on:input=move |event| pins.update(|pins| { pins.insert(place.clone(), event_target_value(&event)); })/></td>
        </tr>
    }
}

fn said_by(opened: &Opened, field: &'static Field, values: &Values<'_>) -> String {
    match field.kind {
        Kind::Files(_) => {
            let of_slot = opened.attachments.iter().filter(|file| file.field == field.key);
            format!("{} 个文件", of_slot.count())
        }
        Kind::Division(_) | Kind::Divisions(_) | Kind::Reference { .. } => {
            opened.labels.get(field.key).cloned().unwrap_or_default()
        }
        _ => readable(field, values),
    }
}
