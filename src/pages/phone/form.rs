//! The record that is filled: the same on the server and, once its program is there, alive.

use super::topic;
use crate::domain::account::Account;
use crate::domain::form::Shape;
use crate::domain::record::Opened;
use crate::domain::verb::Verb;
use crate::forms::natural_village::PHONE;
use crate::record::Place;
use crate::record::dialog::{HiddenFields, guard};
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
    let opened = data.opened;
    let writes = [Verb::Edit, Verb::Create];
    let read_only = opened.locked.is_some() || !opened.verbs.iter().any(|verb| writes.contains(verb));
    let editing = Editing::new(place, data.viewer, opened.clone(), read_only, data.checked);
    provide_context(editing);
    guard(editing);
    let list = match tab.form.shape {
        Shape::Single => "/m".to_owned(),
        Shape::Records => topic(tab.key, &[]),
    };
    let posted_back = match tab.form.shape {
        Shape::Single => topic(tab.key, &[]),
        Shape::Records => list.clone(),
    };
    let saved = Callback::new(move |_| {
        let question = if list.contains('?') { '&' } else { '?' };
        crate::browser::replace(&format!("{list}{question}notice=saved"));
    });
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
