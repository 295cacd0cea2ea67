//! 是否完成: 是/否 at the top left of a page (spec §4.5). It asks before it changes, and names what is missing.

use crate::api::steps::set_switch;
use crate::domain::step::SwitchView;
use crate::ui::confirm::Confirm;
use crate::ui::toast::Toasts;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The switch of a page. `back` is the address of the page.
#[component]
pub fn StepSwitch(
    switch: SwitchView,
    title: &'static str,
    back: String,
    /// Goes to another address, where the page has a switch for each year.
    go: Callback<String>,
    changed: Callback<()>,
) -> impl IntoView {
    let (toasts, confirm) = (Toasts::expect(), Confirm::expect());
    let done = switch.done;
    let missing = switch.missing.clone();
    let is_open = RwSignal::new(false);
    let key = switch.step.clone();
    let year = switch.year.clone();
    let years = (!switch.years.is_empty()).then(|| year_choice(&switch, &back, go));
    let lacks = missing.iter().any(|missing| !missing.is_advice);
    let advice: Vec<String> = missing
        .iter()
        .filter(|missing| missing.is_advice)
        .map(|missing| missing.message.clone())
        .collect();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if lacks && !done {
            is_open.set(true);
            toasts.error(format!("还不能完成“{title}”，请先补充缺少的内容"));
            return;
        }
        let (key, year) = (key.clone(), year.clone());
        let named = if year.is_empty() {
            title.to_owned()
        } else {
            format!("{year}年{title}")
        };
        let text = if done {
            format!("确定将“{named}”的“是否完成”改为否吗？改为否后可以继续修改。")
        } else if advice.is_empty() {
            format!("确定“{named}”已完成吗？完成后内容不能再修改。")
        } else {
            format!(
                "请注意：{}。仍要完成“{named}”吗？完成后内容不能再修改。",
                advice.join("；")
            )
        };
        confirm.ask("是否完成", text, move || {
            let (key, year) = (key.clone(), year.clone());
            spawn_local(async move {
                match set_switch(key, None, year, !done, String::new()).await {
                    Ok(()) => toasts.success(if done { "已改为否" } else { "已完成" }),
                    Err(error) => toasts.error(error.to_string()),
                }
                changed.run(());
            });
        });
    };
    let count = missing.len();
    let summary = if lacks {
        format!("完成前还需补充 {count} 项")
    } else {
        format!("完成前请核对 {count} 项")
    };
    let links = missing
        .into_iter()
        .map(|missing| view! { <li><a href=missing.link>{missing.message}</a></li> });
    view! {
        <div class="step-switch">
            <form method="post" action=format!("/switches/{}", switch.step) on:submit=submit>
                <input type="hidden" name="done" value=if done { "0" } else { "1" }/>
                <input type="hidden" name="year" value=switch.year.clone()/>
                <input type="hidden" name="back" value=back/>
                {years}
                <span class="switch-label">"是否完成:"</span>
                <button
                    type="submit" role="switch" class="switch-button" class:on=done
                    aria-checked=if done { "true" } else { "false" } aria-label="是否完成"
                    disabled=!switch.may_change
                >
                    <span class="knob"></span>
                </button>
                <span class="switch-state">{if done { "是" } else { "否" }}</span>
            </form>
            {switch.by.map(|by| view! { <span class="muted by">{by}</span> })}
            {(count > 0).then(|| view! {
                <details class="missing" open=move || is_open.get()>
                    <summary>{summary.clone()}</summary>
                    <ul>{links.collect_view()}</ul>
                </details>
            })}
        </div>
    }
}

/// The year whose switch shows: choosing another asks for its list.
fn year_choice(switch: &SwitchView, back: &str, go: Callback<String>) -> impl IntoView + use<> {
    let path = back.split('?').next().unwrap_or_default().to_owned();
    let tab = back
        .split(['?', '&'])
        .find(|part| part.starts_with("tab="))
        .map(str::to_owned);
    let chosen = switch.year.clone();
    let options = switch.years.clone().into_iter().map(move |year| {
        let selected = year == chosen;
        view! { <option value=year.clone() selected=selected>{year.clone()}</option> }
    });
    view! {
        <select class="scripted year" aria-label="年度" on:change=move |event| {
            let tab = tab.as_ref().map_or(String::new(), |tab| format!("{tab}&"));
            go.run(format!("{path}?{tab}year={}", event_target_value(&event)));
        }>{options.collect_view()}</select>
    }
}
