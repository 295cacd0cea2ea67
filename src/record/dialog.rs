//! The record window: 新增 / 编辑 / 查看 / 删除 (spec §4.2). Its address is the state, so it opens without JavaScript too.

use super::Place;
use super::bulk::{BulkDialog, Selection};
use super::decide::DecideDialog;
use super::editing::Editing;
use super::form_view::FormBody;
use super::list::STATUS;
use crate::api::records::delete_record;
use crate::domain::account::Account;
use crate::domain::field::Shown;
use crate::domain::query::ListQuery;
use crate::domain::record::{Opened, Way};
use crate::domain::verb::Verb;
use crate::ui::confirm::Confirm;
use crate::ui::modal::Modal;
use crate::ui::toast::Toasts;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// What the window is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// 查看
    View,
    /// 新增
    New,
    /// 编辑
    Edit,
    /// 删除
    Delete,
    /// An act of the review
    Decide(Verb),
}

impl Mode {
    /// Reads `open` and `mode` of the address.
    pub fn of(open: &str, mode: &str) -> Self {
        match (open, mode) {
            (new, _) if new == "new" || new.starts_with("new-") => Self::New,
            (_, "edit") => Self::Edit,
            (_, "delete") => Self::Delete,
            (_, key) => Verb::from_key(key).map_or(Self::View, Self::Decide),
        }
    }
}

/// The window for an opened record.
#[component]
pub fn RecordDialog(
    place: Place,
    viewer: Account,
    opened: Opened,
    mode: Mode,
    /// Whether to show at once what is wrong: a plain form came back.
    checked: bool,
    /// A message that came back with it.
    problem: String,
    /// The opinion that came back with it.
    opinion: String,
    /// The address of the list.
    list: String,
    /// Leaves the window.
    close: Callback<()>,
    /// Goes to another address.
    go: Callback<String>,
    /// The list has to be read again.
    changed: Callback<()>,
) -> impl IntoView {
    let viewer_kind = viewer.kind;
    let may_write = opened.locked.is_none();
    let mode = match mode {
        Mode::Edit if !opened.verbs.contains(&Verb::Edit) || !may_write => Mode::View,
        Mode::New if !may_write => Mode::View,
        Mode::Delete if !opened.verbs.contains(&Verb::Delete) || !may_write => Mode::View,
        mode => mode,
    };
    if mode == Mode::Delete {
        return view! { <DeleteDialog place opened list close changed/> }.into_any();
    }
    let way = match mode {
        Mode::Decide(verb) => opened.ways.iter().find(|way| way.verb == verb).cloned(),
        _ => None,
    };
    if let Some(way) = way {
        return view! { <DecideDialog place opened way opinion problem list close changed/> }.into_any();
    }
    let mode = if matches!(mode, Mode::Decide(_)) {
        Mode::View
    } else {
        mode
    };
    let read_only = mode == Mode::View;
    let can_edit = read_only && opened.verbs.contains(&Verb::Edit) && may_write;
    let edit_link = with(&list, &format!("open={}&mode=edit", opened.id));
    let editing = Editing::new(place, viewer, opened.clone(), read_only, checked);
    provide_context(editing);
    let (toasts, confirm) = (Toasts::expect(), Confirm::expect());
    let leave = Callback::new(move |()| {
        if editing.dirty.get_untracked() {
            confirm.ask(
                "还没有保存",
                "填写的内容还没有保存，确定关闭吗？",
                move || {
                    editing.forget();
                    close.run(());
                },
            );
        } else {
            close.run(());
        }
    });
    // 保存, or 提交 at once (manual 4.1(2)): then the window of the submission follows.
    let submits = RwSignal::new(false);
    let can_submit = !read_only
        && (mode != Mode::New
            || place
                .form()
                .workflow
                .is_some_and(|workflow| workflow.registers.is_none()))
        && place.form().workflow.is_some_and(|workflow| {
            place.tab.verbs.contains(&Verb::Submit) && workflow.ways(Verb::Submit, viewer_kind).next().is_some()
        });
    let (follow, after) = (list.clone(), go);
    let saved = Callback::new(move |opened: Opened| {
        changed.run(());
        if submits.get_untracked() {
            let id = opened.id;
            after.run(with(&follow, &format!("open={id}&mode={}", Verb::Submit.key())));
        } else {
            close.run(());
        }
    });
    let ways = opened.ways.clone();
    let way_buttons = {
        let (list, id) = (list.clone(), opened.id.clone());
        ways.into_iter().filter(move |_| read_only).map(move |way| {
            let class = if way.verb == Verb::Return {
                "button danger"
            } else {
                "button primary"
            };
            let address = with(&list, &format!("open={id}&mode={}", way.verb.key()));
            view! { <a class=class role="button" href=address>{way.button}</a> }
        })
    };
    let way_buttons = way_buttons.collect_view();
    let group = RwSignal::new(None::<Selection>);
    let group_button = opened.ways.iter().find(|way| read_only && way.for_group).map(|way| {
        let selection = group_of(place, &opened, way);
        view! { <button type="button" class="scripted" on:click=move |_| group.set(Some(selection.clone()))>{format!("整组{}", way.button)}</button> }
    });
    let ended = Callback::new(move |()| {
        group.set(None);
        changed.run(());
        close.run(());
    });
    let receiver = (mode == Mode::New && !opened.receivers.is_empty()).then(|| receiver_field(editing));
    guard(editing);
    let began = place
        .tab
        .creations
        .iter()
        .find(|creation| opened.draft.text(creation.sets.0) == creation.sets.1);
    let title = match (mode, began) {
        (Mode::New, Some(creation)) => creation.title.to_owned(),
        (Mode::New, None) => format!("新增 {}", place.tab.title),
        (Mode::Edit, _) => format!("编辑 {}", place.tab.title),
        _ => format!("查看 {}", place.tab.title),
    };
    view! {
        <Modal title class="wide" close=leave close_link=list.clone()>
            <form
                method="post" action=format!("/records/{}", place.page.key) enctype="multipart/form-data" novalidate
                class="modal-form"
                on:submit=move |event: SubmitEvent| {
                    event.prevent_default();
                    editing.save(toasts, saved);
                }
            >
                <HiddenFields place opened back=list.clone()/>
                <div class="modal-body" tabindex="0">
                    {(!problem.is_empty()).then(|| view! { <p class="notice stale" role="alert">{problem}</p> })}
                    <FormBody/>
                </div>
                <div class="modal-foot">
                    {receiver}
                    {(!read_only).then(|| view! {
                        <button type="submit" class="primary" disabled=move || editing.saving.get() on:click=move |_| submits.set(false)>"保存"</button>
                    })}
                    {can_submit.then(|| view! {
                        <button type="submit" name="~then" value="submit" disabled=move || editing.saving.get() on:click=move |_| submits.set(true)>"提交"</button>
                    })}
                    {way_buttons}
                    {group_button}
                    {can_edit.then(|| view! { <a class="button primary" role="button" href=edit_link>"编辑"</a> })}
                    <a class="button" role="button" href=list on:click=move |event| {
                        event.prevent_default();
                        leave.run(());
                    }>"关闭"</a>
                </div>
            </form>
        </Modal>
        {move || group.get().map(|selection| view! { <BulkDialog selection close=ended changed/> })}
    }
    .into_any()
}

/// Everything of the record's group that waits for the same.
fn group_of(place: Place, opened: &Opened, way: &Way) -> Selection {
    let mut query = ListQuery {
        region: Some(opened.region.clone()),
        ..ListQuery::default()
    };
    let fixed = place.tab.fixed.map_or("", |(key, _)| key);
    for key in place.form().grouped_by.iter().filter(|key| **key != fixed) {
        let held = opened.draft.text(key);
        if !held.is_empty() {
            query.filters.insert((*key).to_owned(), held.to_owned());
        }
    }
    if let Some(status) = &opened.status {
        query.filters.insert(STATUS.to_owned(), status.key.clone());
    }
    Selection {
        place,
        query,
        ids: Vec::new(),
        verb: way.verb,
        button: way.button.clone(),
    }
}

/// 审批人, at the bottom left (manual 5.2(3)): who a new record is submitted to.
fn receiver_field(editing: Editing) -> impl IntoView {
    let title = editing
        .form()
        .workflow
        .and_then(|workflow| workflow.registers)
        .map_or("", |registers| registers.receiver_title);
    let options = editing.opened.with_value(|opened| opened.receivers.clone()).into_iter();
    let options = options.map(|(id, name)| view! { <option value=id>{name}</option> });
    view! {
        <span class="foot-receiver">
            <label class="required" for="f-receiver">{title}</label>
            <select id="f-receiver" name="~receiver" on:change=move |event| {
                let receiver = event_target_value(&event);
                editing.change("receiver", |draft| draft.receiver = receiver);
            }>{options.collect_view()}</select>
        </span>
    }
}

/// What a plain form carries besides its fields. The tab comes first: it says which form this is.
#[component]
pub fn HiddenFields(place: Place, opened: Opened, back: String) -> impl IntoView {
    // What never shows and is known from the start: a browser without JavaScript has to send it.
    let set = place
        .form()
        .fields()
        .filter(|field| matches!(field.shown, Shown::Never));
    let set: Vec<_> = set
        .map(|field| view! { <input type="hidden" name=field.key value=opened.draft.text(field.key).to_owned()/> })
        .collect();
    view! {
        <input type="hidden" name="~tab" value=place.tab.key/>
        <input type="hidden" name="~id" value=opened.id/>
        <input type="hidden" name="~version" value=opened.version/>
        <input type="hidden" name="~key" value=opened.key/>
        <input type="hidden" name="~back" value=back/>
        <input type="hidden" name="~region" value=opened.draft.region.clone()/>
        {set}
    }
}

/// Closing the browser's tab with something unsaved asks first; going to another page keeps it here.
pub fn guard(editing: Editing) {
    let listener = window_event_listener(leptos::ev::beforeunload, move |event| {
        if editing.dirty.try_get_untracked() == Some(true) {
            editing.keep_rest();
            event.prevent_default();
            event.set_return_value("1");
        }
    });
    on_cleanup(move || {
        listener.remove();
        editing.keep_here();
    });
}

/// 确定删除“…”吗？
#[component]
fn DeleteDialog(
    place: Place,
    opened: Opened,
    list: String,
    close: Callback<()>,
    changed: Callback<()>,
) -> impl IntoView {
    let toasts = Toasts::expect();
    let form = place.form();
    let name = opened.draft.text(form.name_field).to_owned();
    let (id, version) = (opened.id.clone(), opened.version);
    let busy = RwSignal::new(false);
    let delete = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let id = id.clone();
        spawn_local(async move {
            match delete_record(form.key.to_owned(), id, version).await {
                Ok(()) => toasts.success("删除成功"),
                Err(error) => toasts.error(error.to_string()),
            }
            let _ = busy.try_set(false);
            let _ = changed.try_run(());
            let _ = close.try_run(());
        });
    };
    view! {
        <Modal title="删除" class="small" close close_link=list.clone()>
            <form method="post" action=format!("/records/{}/delete", place.page.key) on:submit=delete class="modal-form">
                <input type="hidden" name="tab" value=place.tab.key/>
                <input type="hidden" name="id" value=opened.id.clone()/>
                <input type="hidden" name="version" value=opened.version/>
                <input type="hidden" name="back" value=list.clone()/>
                <div class="modal-body">
                    <p class="question">{format!("确定删除“{name}”吗？该记录的所有附件将一并删除。")}</p>
                </div>
                <div class="modal-foot">
                    <button type="submit" class="danger" data-focus="true" disabled=move || busy.get()>"确定"</button>
                    <a class="button" role="button" href=list on:click=move |event| {
                        event.prevent_default();
                        close.run(());
                    }>"取消"</a>
                </div>
            </form>
        </Modal>
    }
}

/// An address with more parameters.
pub fn with(address: &str, parameters: &str) -> String {
    format!("{address}{}{parameters}", if address.contains('?') { '&' } else { '?' })
}
