//! 模板下载 and 导入 (ux 16): choose or drop a workbook, see the dry run, then store it. On faults the own workbook comes back
//! with the bad cells marked.

use super::Place;
use crate::api::imports::{ImportView, Phase, import_status, start_import};
use crate::browser::upload;
use crate::error::AppError;
use crate::ui::icon::Icon;
use crate::ui::modal::Modal;
use crate::ui::toast::Toasts;
use gloo_timers::future::TimeoutFuture;
use leptos::ev::DragEvent;
use leptos::html::Input;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Milliseconds between two looks at an import under way.
const PULSE: u32 = 400;

fn address(place: Place, start: &str) -> String {
    match place.tab.key {
        "" => format!("{start}/{}", place.page.key),
        tab => format!("{start}/{}?tab={tab}", place.page.key),
    }
}

/// The two buttons.
#[component]
pub fn ImportButtons(place: Place, changed: Callback<()>) -> impl IntoView {
    let is_open = RwSignal::new(false);
    let close = Callback::new(move |()| is_open.set(false));
    // Without JavaScript: the same by a plain form.
    let plain = format!(
        "<noscript><form method=\"post\" enctype=\"multipart/form-data\" action=\"{}\" class=\"plain-import\">\
         <input type=\"hidden\" name=\"plain\" value=\"1\"><input type=\"file\" name=\"file\" accept=\".xlsx\" aria-label=\"选择文件\">\
         <button type=\"submit\">导入</button></form></noscript>",
        address(place, "/imports")
    );
    view! {
        <button type="button" class="scripted" on:click=move |_| is_open.set(true)>"导入"</button>
        <a class="button" role="button" rel="external" href=address(place, "/templates")>"模板下载"</a>
        <span inner_html=plain></span>
        {move || is_open.get().then(|| view! { <ImportDialog place close changed/> })}
    }
}

#[component]
fn ImportDialog(place: Place, close: Callback<()>, changed: Callback<()>) -> impl IntoView {
    let import = RwSignal::new(None::<ImportView>);
    let sent = RwSignal::new(None::<u32>);
    let close = Callback::new(move |()| {
        let stored = import.with_untracked(|import| import.as_ref().is_some_and(|view| view.stored > 0));
        close.run(());
        if stored {
            changed.run(());
        }
    });
    let body = move || match (import.get(), sent.get()) {
        (None, None) => view! { <Choose place import sent/> }.into_any(),
        (None, Some(percent)) => bar("正在上传", percent as usize, 100),
        (Some(view), _) => match view.phase {
            Phase::Reading => {
                follow(import, view.id);
                bar("正在读取", 0, 0)
            }
            Phase::Checking => {
                follow(import, view.id);
                bar("正在核对", view.done, view.total)
            }
            Phase::Storing => {
                follow(import, view.id);
                bar("正在导入", view.done, view.total)
            }
            Phase::Failed => view! { <p class="problem" role="alert">{view.problem}</p> }.into_any(),
            Phase::Checked | Phase::Done => view! { <Result view/> }.into_any(),
        },
    };
    let foot = move || {
        let view = import.get()?;
        let again = matches!(view.phase, Phase::Failed | Phase::Checked).then(|| {
            let restart = move |_| {
                sent.set(None);
                import.set(None);
            };
            view! { <button type="button" on:click=restart>"重新选择文件"</button> }
        });
        let go = (view.phase == Phase::Checked && view.ready > 0).then(|| view! { <Go view=view.clone() import/> });
        Some((go, again))
    };
    view! {
        <Modal title=format!("导入 {}", place.tab.title) close>
            <div class="modal-form">
                <div class="modal-body import" tabindex="0">{body}</div>
                <div class="modal-foot">
                    {foot}
                    <button type="button" on:click=move |_| close.run(())>"关闭"</button>
                </div>
            </div>
        </Modal>
    }
}

/// A drop area and a button for one workbook.
#[component]
fn Choose(place: Place, import: RwSignal<Option<ImportView>>, sent: RwSignal<Option<u32>>) -> impl IntoView {
    let toasts = Toasts::expect();
    let input = NodeRef::<Input>::new();
    let is_over = RwSignal::new(false);
    let send = move |file: web_sys::File| {
        if !file.name().to_lowercase().ends_with(".xlsx") {
            toasts.error("只能导入 xlsx 文件，请下载模板填写后另存为 xlsx");
            return;
        }
        sent.set(Some(0));
        upload::send_to(
            &address(place, "/imports"),
            &[],
            &file,
            move |percent| {
                let _ = sent.try_set(Some(percent));
            },
            move |answer: Result<ImportView, AppError>| match answer {
                Ok(view) => {
                    let _ = import.try_set(Some(view));
                }
                Err(error) => {
                    let _ = sent.try_set(None);
                    toasts.error(error.to_string());
                }
            },
        );
    };
    let chosen = move |_| {
        let file = input.get_untracked().and_then(|input| input.files()?.get(0));
        if let Some(file) = file {
            send(file);
        }
    };
    let dropped = move |event: DragEvent| {
        event.prevent_default();
        is_over.set(false);
        if let Some(file) = event.data_transfer().and_then(|data| data.files()?.get(0)) {
            send(file);
        }
    };
    view! {
        <label class="drop-area" class:over=move || is_over.get()
            on:dragover=move |event: DragEvent| { event.prevent_default(); is_over.set(true); }
            on:dragleave=move |_| is_over.set(false)
            on:drop=dropped
        >
            <Icon name="file"/>
            <span>"将填写好的 xlsx 文件拖到这里，或点击选择文件"</span>
            <input type="file" class="visually-hidden" accept=".xlsx" aria-label="选择文件" node_ref=input on:change=chosen/>
        </label>
        <p class="muted">"请先下载模板，按模板的列填写。导入前会先核对，有错误时不会导入任何内容。"</p>
        <p><a class="button" role="button" rel="external" href=address(place, "/templates")>"下载模板"</a></p>
    }
}

fn bar(text: &'static str, done: usize, total: usize) -> AnyView {
    let count = if total > 0 {
        format!("{text} {done} / {total}")
    } else {
        format!("{text}…")
    };
    view! {
        <p role="status">{count}</p>
        <progress max=total.max(1) value=(total > 0).then_some(done) aria-label=text></progress>
    }
    .into_any()
}

fn follow(import: RwSignal<Option<ImportView>>, id: String) {
    spawn_local(async move {
        TimeoutFuture::new(PULSE).await;
        let next = import_status(id.clone()).await;
        // Another file may have been chosen meanwhile.
        if import.try_with_untracked(|now| now.as_ref().is_some_and(|view| view.id == id)) != Some(true) {
            return;
        }
        import.update(|now| match (next, now) {
            (Ok(next), now) => *now = Some(next),
            (Err(AppError::NotFound), Some(view)) => {
                view.phase = Phase::Failed;
                view.problem = "导入已中断，请重新选择文件".to_owned();
            }
            // The network will be back.
            (Err(_), _) => {}
        });
    });
}

/// What the dry run found, or what was stored.
#[component]
fn Result(view: ImportView) -> impl IntoView {
    let done = (view.phase == Phase::Done)
        .then(|| view! { <p class="notice done" role="status">{format!("导入成功 {} 条", view.stored)}</p> });
    let known = (view.known > 0)
        .then(|| view! { <p class="muted">{format!("其中 {} 行与已登记的内容相同，不再重复导入。", view.known)}</p> });
    let ignored = (!view.ignored.is_empty())
        .then(|| view! { <p class="muted">{format!("以下列未读取：{}", view.ignored.join("、"))}</p> });
    let marked = format!("/imports/{}/marked", view.id);
    let more = view.refused > 0 && view.faults.len() >= 200;
    let lines = view.faults.into_iter();
    let lines = lines.map(
        |(row, column, reason)| view! { <tr><td class="number">{row}</td><td>{column}</td><td>{reason}</td></tr> },
    );
    let faults = (view.refused > 0).then(|| {
        view! {
            <p><a class="button primary" role="button" rel="external" href=marked>"下载标注后的文件"</a></p>
            <p class="muted">"有错误的单元格已标红并附说明，“未通过的行”工作表中只有这些行。修改后可重新导入该文件。"</p>
            <div class="table-scroll"><table class="grid"><thead><tr><th scope="col">"行"</th><th scope="col">"列"</th><th scope="col">"原因"</th></tr></thead><tbody>{lines.collect_view()}</tbody></table></div>
            {more.then(|| view! { <p class="muted">"只列出前 200 处，全部错误见标注后的文件。"</p> })}
        }
    });
    view! {
        {done}
        <p class="import-count" role="status">
            {format!("工作表“{}”：", view.sheet)}
            "总行数 "<b>{view.rows}</b>" / 成功 "<b>{view.ready + view.known}</b>" / 失败 "<b>{view.refused}</b>
        </p>
        {known}
        {ignored}
        {faults}
    }
}

/// Stores everything, or on purpose only what is sound.
#[component]
fn Go(view: ImportView, import: RwSignal<Option<ImportView>>) -> impl IntoView {
    let toasts = Toasts::expect();
    let busy = RwSignal::new(false);
    let title = if view.refused == 0 {
        format!("确定导入 {} 条", view.ready)
    } else {
        format!("只导入正确的 {} 条", view.ready)
    };
    let class = if view.refused == 0 { "primary" } else { "" };
    let go = move |_| {
        let id = view.id.clone();
        busy.set(true);
        spawn_local(async move {
            let answer = start_import(id).await;
            if busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(view) => import.set(Some(view)),
                Err(error) => toasts.error(error.to_string()),
            }
        });
    };
    view! { <button type="button" class=class disabled=move || busy.get() on:click=go>{title}</button> }
}
