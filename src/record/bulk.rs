//! Bulks: a dry run (`120 可通过 / 3 不可` with the reasons), the opinion, then a job with progress that can be taken back for
//! ten minutes.

use super::Place;
use super::decide::asked_fields;
use crate::api::workflow::{JobView, bulk_status, plan_bulk, resume_bulk, start_bulk, undo_bulk};
use crate::domain::query::ListQuery;
use crate::domain::verb::Verb;
use crate::domain::workflow::Opinion;
use crate::error::AppError;
use crate::forms;
use crate::ui::modal::Modal;
use crate::ui::toast::Toasts;
use gloo_timers::future::TimeoutFuture;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::collections::BTreeMap;

/// Milliseconds between two looks at a job under way.
const PULSE: u32 = 700;

/// What a bulk is about: everything that the filter selects when `ids` is empty.
#[derive(Clone)]
pub struct Selection {
    /// Where.
    pub place: Place,
    /// The filter.
    pub query: ListQuery,
    /// Ticked records.
    pub ids: Vec<String>,
    /// What is done.
    pub verb: Verb,
    /// What the manual calls it.
    pub button: String,
}

/// The window of a bulk, from the dry run to its end.
#[component]
pub fn BulkDialog(selection: Selection, close: Callback<()>, changed: Callback<()>) -> impl IntoView {
    let job = RwSignal::new(None::<Result<JobView, AppError>>);
    let title = format!("批量{}", selection.button);
    // The list is read again when the window goes, not before: it would take the window with it.
    let close = Callback::new(move |()| {
        let acted = job.with_untracked(|job| matches!(job, Some(Ok(view)) if !view.is_planned));
        close.run(());
        if acted {
            changed.run(());
        }
    });
    spawn_local(async move {
        let Selection {
            place,
            query,
            ids,
            verb,
            ..
        } = selection;
        let (page, tab) = (place.page.key.to_owned(), place.tab.key.to_owned());
        let planned = plan_bulk(page, tab, query, ids, verb).await;
        let _ = job.try_set(Some(planned));
    });
    view! {
        <Modal title close>
            {move || match job.get() {
                None => view! { <div class="modal-body"><p class="loading">"正在核对…"</p></div> }.into_any(),
                Some(Err(error)) => view! { <div class="modal-body"><p class="problem" role="alert">{error.to_string()}</p></div> }.into_any(),
                Some(Ok(view)) if view.is_planned => view! { <Planned view job close/> }.into_any(),
                Some(Ok(view)) => view! { <Under view job close/> }.into_any(),
            }}
        </Modal>
    }
}

/// What the dry run found, and the opinion.
#[component]
fn Planned(view: JobView, job: RwSignal<Option<Result<JobView, AppError>>>, close: Callback<()>) -> impl IntoView {
    let toasts = Toasts::expect();
    let start = if view.opinion == Opinion::Agreement {
        "同意"
    } else {
        ""
    };
    let said = RwSignal::new(start.to_owned());
    let receiver = RwSignal::new(view.receivers.first().map_or(String::new(), |(id, _)| id.clone()));
    let (busy, problem) = (RwSignal::new(false), RwSignal::new(String::new()));
    let values = RwSignal::new(BTreeMap::new());
    let asks =
        forms::find(&view.form).map(|form| asked_fields(form, &view.asks, &[], &view.today, &BTreeMap::new(), values));
    let id = view.id.clone();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let (id, opinion, receiver) = (id.clone(), said.get_untracked(), receiver.get_untracked());
        spawn_local(async move {
            let answer = start_bulk(id, opinion, receiver, values.get_untracked()).await;
            if busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(view) => job.set(Some(Ok(view))),
                Err(error @ AppError::Invalid(_)) => problem.set(error.to_string()),
                Err(error) => toasts.error(error.to_string()),
            }
        });
    };
    let (ready, refused) = (view.ready, view.total - view.ready);
    let receivers = (!view.receivers.is_empty()).then(|| {
        let options = view.receivers.clone().into_iter();
        let options = options.map(|(id, name)| view! { <option value=id>{name}</option> });
        view! {
            <div class="stacked">
                <label class="required" for="bulk-receiver">{view.receiver_title.clone()}</label>
                <select id="bulk-receiver" on:change=move |event| receiver.set(event_target_value(&event))>{options.collect_view()}</select>
            </div>
        }
    });
    let opinion = (view.opinion != Opinion::None).then(|| {
        let label = view.opinion_title.clone();
        view! {
            <div class="stacked">
                <label class="required" for="bulk-opinion">{label.clone()}</label>
                <textarea id="bulk-opinion" rows="3" maxlength="500" data-focus="true" placeholder=format!("请输入{label}")
                    prop:value=move || said.get() on:input=move |event| said.set(event_target_value(&event))></textarea>
            </div>
        }
    });
    view! {
        <form class="modal-form" on:submit=submit novalidate>
            <div class="modal-body" tabindex="0">
                <p class="bulk-count"><b>{ready}</b>" 可通过 / "<b>{refused}</b>" 不可"</p>
                <LeftOut view=view.clone()/>
                {receivers}
                {opinion}
                {asks}
                {move || (!problem.with(String::is_empty)).then(|| view! { <p class="problem" role="alert">{problem.get()}</p> })}
            </div>
            <div class="modal-foot">
                <button type="submit" class="primary" disabled=move || busy.get() || ready == 0>"确定"</button>
                <button type="button" on:click=move |_| close.run(())>"取消"</button>
            </div>
        </form>
    }
}

/// Why records were left out: by reason, and singly.
#[component]
fn LeftOut(view: JobView) -> impl IntoView {
    if view.reasons.is_empty() {
        return ().into_any();
    }
    let reasons = view.reasons.into_iter();
    let reasons = reasons.map(|(why, count)| view! { <li>{format!("{why}：{count} 条")}</li> });
    let lines = view.left_out.into_iter();
    let lines = lines.map(|(name, why)| view! { <tr><td>{name}</td><td>{why}</td></tr> });
    view! {
        <ul class="reasons">{reasons.collect_view()}</ul>
        <details class="left-out"><summary>"查看明细"</summary>
            <table class="grid"><thead><tr><th scope="col">"记录"</th><th scope="col">"原因"</th></tr></thead><tbody>{lines.collect_view()}</tbody></table>
        </details>
    }
    .into_any()
}

/// A job under way or at its end.
#[component]
fn Under(view: JobView, job: RwSignal<Option<Result<JobView, AppError>>>, close: Callback<()>) -> impl IntoView {
    if view.is_running {
        let id = view.id.clone();
        spawn_local(async move {
            // A look that fails says nothing about the job.
            while job.try_get_untracked().is_some() {
                TimeoutFuture::new(PULSE).await;
                match bulk_status(id.clone()).await {
                    Err(AppError::Unavailable | AppError::Internal(_)) => {}
                    next => {
                        let _ = job.try_set(Some(next));
                        return;
                    }
                }
            }
        });
    }
    let finished = view.done + view.failed;
    let text = stands(&view);
    let (done, all) = (finished, view.ready.max(1));
    let resume = view
        .is_stopped
        .then(|| view! { <ResumeButton id=view.id.clone() job/> });
    let undo = view.may_undo.then(|| view! { <UndoButton id=view.id.clone() job/> });
    view! {
        <div class="modal-form">
            <div class="modal-body">
                <p role="status">{text}</p>
                <progress max=all value=done aria-label="进度"></progress>
                <LeftOut view=view/>
            </div>
            <div class="modal-foot">
                {resume}
                {undo}
                <button type="button" class="primary" on:click=move |_| close.run(())>"关闭"</button>
            </div>
        </div>
    }
}

/// How a job stands.
fn stands(view: &JobView) -> String {
    let finished = view.done + view.failed;
    if view.is_stopped {
        return format!("因系统故障中断，已处理 {finished} / {}，可以继续", view.ready);
    }
    match (view.is_running, view.is_undone) {
        (true, _) => format!("正在处理 {finished} / {}", view.ready),
        (_, true) => "已撤销".to_owned(),
        _ => format!("已完成：成功 {} 条，失败 {} 条", view.done, view.failed),
    }
}

#[component]
fn ResumeButton(id: String, job: RwSignal<Option<Result<JobView, AppError>>>) -> impl IntoView {
    let toasts = Toasts::expect();
    let resume = move |_| {
        let id = id.clone();
        spawn_local(async move {
            match resume_bulk(id).await {
                Ok(view) => {
                    let _ = job.try_set(Some(Ok(view)));
                }
                Err(error) => toasts.error(error.to_string()),
            }
        });
    };
    view! { <button type="button" on:click=resume>"继续"</button> }
}

#[component]
fn UndoButton(id: String, job: RwSignal<Option<Result<JobView, AppError>>>) -> impl IntoView {
    let toasts = Toasts::expect();
    let undo = move |_| {
        let id = id.clone();
        spawn_local(async move {
            match undo_bulk(id).await {
                Ok(view) => {
                    let _ = job.try_set(Some(Ok(view)));
                }
                Err(error) => toasts.error(error.to_string()),
            }
        });
    };
    view! { <button type="button" class="danger" on:click=undo>"撤销本次操作"</button> }
}

/// Above the list: the last bulk, while it runs or can be taken back.
#[component]
pub fn LastJob(view: JobView, changed: Callback<()>) -> impl IntoView {
    let title = format!("批量{}", view.button);
    let job = RwSignal::new(Some(Ok(view)));
    let is_open = RwSignal::new(false);
    let line = move || {
        let view = job.get()?.ok()?;
        let text = format!("批量{}{}", view.button, stands(&view));
        Some(view! {
            <div class="notice kept">
                <span>{text}</span>
                <button type="button" on:click=move |_| is_open.set(true)>"查看结果"</button>
            </div>
        })
    };
    let close = Callback::new(move |()| {
        is_open.set(false);
        changed.run(());
    });
    view! {
        {line}
        {move || is_open.get().then(|| view! {
            <Modal title=title.clone() close>
                {move || job.get().and_then(Result::ok).map(|view| view! { <Under view job close/> })}
            </Modal>
        })}
    }
}
