//! 是否完成: 是/否 at the top left of a page (spec §4.5). It asks before it changes, and names what is missing.

use crate::api::steps::set_switch;
use crate::domain::region::Region;
use crate::domain::step::SwitchView;
use crate::ui::confirm::Confirm;
use crate::ui::modal::Modal;
use crate::ui::toast::Toasts;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The switch whose list of what is missing is unfolded, or nothing. The page provides it, so that the list stays open when
/// everything in it is drawn anew.
#[derive(Clone, Copy, Default)]
pub struct Unfolded(RwSignal<String>);

impl Unfolded {
    fn is(&self, switch: &str) -> bool {
        self.0.with(|unfolded| unfolded == switch)
    }

    /// The list says late that it was unfolded: the page may have been left.
    fn set(&self, switch: &str, is_open: bool) {
        let was_open = self.0.try_with_untracked(|unfolded| unfolded == switch);
        if was_open == Some(!is_open) {
            self.0.set(if is_open { switch.to_owned() } else { String::new() });
        }
    }
}

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
    let unfolded = use_context::<Unfolded>().unwrap_or_default();
    let name = format!("{}/{}/{}", switch.step, switch.region, switch.year);
    let (own, told) = (name.clone(), name.clone());
    let key = switch.step.clone();
    let region = switch.region.clone();
    let year = switch.year.clone();
    let years = (!switch.years.is_empty()).then(|| year_choice(&switch, &back, go));
    let advice: Vec<String> = missing
        .iter()
        .filter(|missing| missing.is_advice)
        .map(|missing| missing.message.clone())
        .collect();
    let (advised, lacking) = (advice.len(), missing.len() - advice.len());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if lacking > 0 && !done {
            unfolded.set(&own, true);
            toasts.error(format!("还不能完成“{title}”，请先补充缺少的内容"));
            return;
        }
        let (key, year, region) = (key.clone(), year.clone(), region.clone());
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
            let (key, year, region) = (key.clone(), year.clone(), region.clone());
            spawn_local(async move {
                match set_switch(key, Some(region), year, !done, String::new()).await {
                    Ok(()) => toasts.success(if done { "已改为否" } else { "已完成" }),
                    Err(error) => toasts.error(error.to_string()),
                }
                let _ = changed.try_run(());
            });
        });
    };
    let has_list = !missing.is_empty();
    let summary = match lacking {
        0 => format!("完成前请核对 {advised} 项"),
        count => format!("完成前还需补充 {count} 项"),
    };
    let links = missing.into_iter().map(|missing| {
        let class = if missing.is_advice { "advice" } else { "" };
        let owes = (!missing.owes.is_empty()).then(|| view! { <span class="owes">{missing.owes}</span> });
        let step = (missing.step != title && !missing.step.is_empty()).then(|| format!("{}：", missing.step));
        view! { <li class=class><a href=missing.link rel="external">{step}{missing.message}</a>{owes}</li> }
    });
    let reopens = (switch.may_reopen && !switch.may_change).then(|| {
        let asked = RwSignal::new(false);
        let (key, region) = (switch.step.clone(), switch.region.clone());
        view! {
            <button type="button" class="scripted" on:click=move |_| asked.set(true)>"重新打开"</button>
            {move || asked.get().then(|| view! {
                <Reopen step=key.clone() title name="本村".to_owned() region=region.clone() close=Callback::new(move |()| asked.set(false)) changed/>
            })}
        }
    });
    view! {
        <div class="step-switch">
            <form method="post" action=format!("/switches/{}", switch.step) on:submit=submit>
                <input type="hidden" name="done" value=if done { "0" } else { "1" }/>
                <input type="hidden" name="year" value=switch.year.clone()/>
                <input type="hidden" name="region" value=switch.region.code().to_owned()/>
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
            {reopens}
            {switch.by.map(|by| view! { <span class="muted by">{by}</span> })}
            {has_list.then(|| view! {
                <details class="missing" open=move || unfolded.is(&name)
                    on:toggle=move |event| unfolded.set(&told, crate::browser::is_expanded(&event))>
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

/// 重新打开: asks for the reason.
#[component]
pub fn Reopen(
    /// Step key.
    step: String,
    title: &'static str,
    /// What the region is called.
    name: String,
    region: Region,
    close: Callback<()>,
    changed: Callback<()>,
) -> impl IntoView {
    let toasts = Toasts::expect();
    let (reason, problem) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if reason.get_untracked().trim().is_empty() {
            problem.set("请填写重新打开的原因".to_owned());
            return;
        }
        let (step, region) = (step.clone(), region.clone());
        spawn_local(async move {
            match set_switch(step, Some(region), String::new(), false, reason.get_untracked()).await {
                Ok(()) => {
                    toasts.success("已重新打开");
                    let _ = changed.try_run(());
                    let _ = close.try_run(());
                }
                Err(error) => {
                    let _ = problem.try_set(error.to_string());
                }
            }
        });
    };
    view! {
        <Modal title="重新打开" class="small" close>
            <form class="modal-form" on:submit=submit>
                <div class="modal-body">
                    <p>{format!("将 {} 的“{}”改为未完成，后面已完成的环节也一并改为未完成，可以继续修改。", name, title)}</p>
                    <div class="stacked">
                        <label class="required" for="reason">"原因"</label>
                        <textarea id="reason" rows="3" maxlength="500" prop:value=move || reason.get() on:input=move |event| reason.set(event_target_value(&event))></textarea>
                        {move || (!problem.get().is_empty()).then(|| view! { <p class="problem" role="alert">{problem.get()}</p> })}
                    </div>
                </div>
                <div class="modal-foot">
                    <button type="submit" class="primary">"确定"</button>
                    <button type="button" on:click=move |_| close.run(())>"取消"</button>
                </div>
            </form>
        </Modal>
    }
}
