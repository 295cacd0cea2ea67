//! The record that is filled: the same on the server and, once its program is there, alive.

use super::topic;
use crate::domain::account::Account;
use crate::domain::form::Shape;
use crate::domain::record::Opened;
use crate::domain::verb::Verb;
use crate::forms::natural_village::PHONE;
use crate::record::Place;
use crate::record::dialog::HiddenFields;
use crate::record::editing::Editing;
use crate::record::form_view::FormBody;
use crate::ui::confirm::Confirm;
use crate::ui::toast::Toasts;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What a page hands to its program.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LiveData {
    /// Tab of [`PHONE`].
    pub tab: String,
    /// Who fills.
    pub viewer: Account,
    /// The record.
    pub opened: Opened,
    /// Whether to show at once what is wrong: a plain form came back.
    pub checked: bool,
}

/// The form of a record, 删除 and 保存 at its bottom (manual 8.5, picture).
#[component]
pub fn LiveForm(data: LiveData) -> impl IntoView {
    let tab = PHONE.tabs.iter().find(|tab| tab.key == data.tab)?;
    let place = Place { page: &PHONE, tab };
    let (toasts, confirm) = (Toasts::provide(), Confirm::provide());
    let mut opened = data.opened;
    // What the server has kept of an unsaved edit stands in the fields, on whatever phone.
    let kept = opened.kept.clone().map(|(at, draft)| {
        opened.draft = draft;
        at
    });
    let writes = [Verb::Edit, Verb::Create];
    let read_only = opened.locked.is_some() || !opened.verbs.iter().any(|verb| writes.contains(verb));
    let editing = Editing::new(place, data.viewer, opened.clone(), read_only, data.checked);
    provide_context(editing);
    if kept.is_some() {
        editing.dirty.set(true);
    }
    let said = RwSignal::new(kept.map(|at| format!("已恢复上次未保存的内容（{at}）")));
    let refused = RwSignal::new(String::new());
    let list = match tab.form.shape {
        Shape::Single => "/m".to_owned(),
        Shape::Records => topic(tab.key, &[]),
    };
    let posted_back = match tab.form.shape {
        Shape::Single => topic(tab.key, &[]),
        Shape::Records => list.clone(),
    };
    let unsent = list.clone();
    editing.waits_unsent(Callback::new(move |()| crate::browser::replace(&unsent)));
    // Only this browser knows what it kept itself, so this shows after the page is alive.
    Effect::new(move |_| {
        if read_only {
            return;
        }
        let before = editing.draft.get_untracked();
        if let Some(problem) = editing.resume() {
            refused.set(problem);
        }
        if editing.draft.with_untracked(|draft| *draft != before) {
            said.set(Some("已恢复上次未保存的内容".to_owned()));
        }
    });
    let saved = Callback::new(move |_| crate::browser::replace(&format!("{list}?notice=saved")));
    let may_delete = opened.verbs.contains(&Verb::Delete) && opened.locked.is_none() && opened.version > 0;
    let delete = topic(tab.key, &[("open", &opened.id), ("mode", "delete")]);
    Some(view! {
        <form
            method="post" action=format!("/records/{}", PHONE.key) enctype="multipart/form-data" novalidate class="phone-form"
            on:submit=move |event: SubmitEvent| {
                event.prevent_default();
                editing.save(toasts, saved);
            }
        >
            <HiddenFields place opened back=posted_back/>
            {move || (!refused.with(String::is_empty)).then(|| view! { <p class="notice stale" role="alert">{format!("上次提交没有成功：{}", refused.get())}</p> })}
            {move || said.get().map(|said| view! {
                <div class="notice kept" role="status">
                    <span>{said}</span>
                    <button type="button" class="quiet scripted" on:click=move |_| editing.drop_all()>"丢弃"</button>
                </div>
            })}
            <FormBody/>
            {(!read_only).then(|| view! {
                <div class="phone-actions">
                    {may_delete.then(|| view! { <a class="button danger" role="button" href=delete>"删除"</a> })}
                    <button type="submit" class="primary" disabled=move || editing.saving.get()>"保存"</button>
                </div>
            })}
        </form>
        {toasts.view()}
        {confirm.view()}
    })
}
