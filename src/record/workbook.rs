//! The workbook of a page about a village (manual 6.2 导出实地调研模板, 6.9(7) 导出、导入): out as it is, in with a dry run.

use super::Place;
use crate::api::workbooks::WorkbookView;
use crate::browser::upload;
use crate::domain::account::AccountKind;
use crate::domain::form::Shape;
use crate::domain::page::Page;
use crate::domain::region::Region;
use crate::error::AppError;
use crate::ui::icon::Icon;
use crate::ui::modal::Modal;
use crate::ui::toast::Toasts;
use leptos::ev::DragEvent;
use leptos::html::Input;
use leptos::prelude::*;

/// Where a workbook comes from and goes to.
fn address(place: Place, region: &Region) -> String {
    let tab = if place.page.has_one_table() { place.tab.key } else { "" };
    format!("/workbooks/{}?tab={tab}&region={region}", place.page.key)
}

/// The buttons, where the page has a workbook or the tab further pages.
#[component]
pub fn WorkbookBar(place: Place, region: Region, kind: AccountKind, changed: Callback<()>) -> impl IntoView {
    let page: &'static Page = place.page;
    let shows = match page.has_one_table() {
        true => place.tab.in_workbook,
        false => page.tabs.iter().any(|tab| tab.in_workbook),
    };
    // A list has its links in its own toolbar.
    let is_record = place.form().shape == Shape::Single;
    let links: Vec<_> = place
        .tab
        .links
        .iter()
        .filter(|link| is_record && link.is_for(kind))
        .collect();
    if !shows && links.is_empty() {
        return None;
    }
    let links = links.into_iter().map(|link| {
        let address = format!("{}/{}?region={region}", link.address, page.key);
        view! { <a class="button" role="button" rel=link.is_file.then_some("external") href=address>{link.title}</a> }
    });
    let links = links.collect_view();
    let out = match page.has_one_table() {
        true => "导出".to_owned(),
        false => format!("导出{}模板", page.title),
    };
    let is_open = RwSignal::new(false);
    let target = address(place, &region);
    let import = (shows && page.imports_workbook(kind)).then(|| {
        let close = Callback::new(move |()| is_open.set(false));
        let plain = format!(
            "<noscript><form method=\"post\" enctype=\"multipart/form-data\" action=\"{}\" class=\"plain-import\">\
             <input type=\"hidden\" name=\"plain\" value=\"1\"><input type=\"file\" name=\"file\" accept=\".xlsx\" aria-label=\"选择文件\">\
             <button type=\"submit\">导入</button></form></noscript>",
            target.replace('&', "&amp;")
        );
        let to = target.clone();
        view! {
            <button type="button" class="scripted" on:click=move |_| is_open.set(true)>"导入"</button>
            <span inner_html=plain></span>
            {move || is_open.get().then(|| view! { <WorkbookDialog title=page.title target=to.clone() close changed/> })}
        }
    });
    Some(view! {
        <div class="workbook-bar">
            {shows.then(|| view! { <a class="button" role="button" rel="external" href=target>{out}</a> })}
            {import}
            {links}
        </div>
    })
}

#[component]
fn WorkbookDialog(title: &'static str, target: String, close: Callback<()>, changed: Callback<()>) -> impl IntoView {
    let toasts = Toasts::expect();
    let view = RwSignal::new(None::<WorkbookView>);
    // What was stored shows on the page behind once the window is closed.
    let stored = RwSignal::new(false);
    let close = Callback::new(move |()| {
        let stored = stored.get_untracked();
        close.run(());
        if stored {
            changed.run(());
        }
    });
    let busy = RwSignal::new(false);
    // The workbook is sent twice: to be tried, and to be stored.
    let input = NodeRef::<Input>::new();
    let chosen = move || input.get_untracked().and_then(|input| input.files()?.get(0));
    let send = Callback::new(move |stores: bool| {
        let Some(chosen) = chosen() else { return };
        busy.set(true);
        let fields: &[(&str, &str)] = if stores { &[("stores", "1")] } else { &[] };
        upload::send_to(
            &target,
            fields,
            &chosen,
            |_| {},
            move |answer: Result<WorkbookView, AppError>| {
                if busy.try_set(false).is_some() {
                    return;
                }
                match answer {
                    Ok(answer) => {
                        if answer.stored > 0 {
                            toasts.success(format!("导入成功 {} 条", answer.stored));
                            stored.set(true);
                        }
                        view.set(Some(answer));
                    }
                    Err(error) => toasts.error(error.to_string()),
                }
            },
        );
    });
    let take = Callback::new(move |()| {
        let Some(chosen) = chosen() else { return };
        if !chosen.name().to_lowercase().ends_with(".xlsx") {
            toasts.error("只能导入 xlsx 文件，请在导出的文件中填写");
            return;
        }
        send.run(false);
    });
    let ready = Memo::new(move |_| {
        view.with(|view| {
            let view = view
                .as_ref()
                .filter(|view| view.faults.is_empty() && view.stored == 0)?;
            let ready: usize = view.sheets.iter().map(|sheet| sheet.ready).sum();
            (ready > 0).then_some(ready)
        })
    });
    view! {
        <Modal title=format!("导入 {title}") close>
            <div class="modal-form">
                <div class="modal-body import" tabindex="0">
                    <input type="file" id="workbook" class="visually-hidden" accept=".xlsx" aria-label="选择文件" node_ref=input on:change=move |_| take.run(())/>
                    {move || match (busy.get(), view.get()) {
                        (true, _) => view! { <p role="status">"正在核对…"</p><progress aria-label="正在核对"></progress> }.into_any(),
                        (false, Some(view)) => view! { <Tried view/> }.into_any(),
                        (false, None) => view! { <Choose input take/> }.into_any(),
                    }}
                </div>
                <div class="modal-foot">
                    {move || ready.get().filter(|_| !busy.get()).map(|ready| view! {
                        <button type="button" class="primary" on:click=move |_| send.run(true)>{format!("确定导入 {ready} 条")}</button>
                    })}
                    {move || (view.with(Option::is_some) && !busy.get()).then(|| view! {
                        <button type="button" on:click=move |_| {
                            if let Some(input) = input.get_untracked() {
                                input.set_value("");
                            }
                            view.set(None);
                        }>"重新选择文件"</button>
                    })}
                    <button type="button" on:click=move |_| close.run(())>"关闭"</button>
                </div>
            </div>
        </Modal>
    }
}

/// A drop area and a button for one workbook.
#[component]
fn Choose(input: NodeRef<Input>, take: Callback<()>) -> impl IntoView {
    let is_over = RwSignal::new(false);
    let dropped = move |event: DragEvent| {
        event.prevent_default();
        is_over.set(false);
        let files = event.data_transfer().and_then(|data| data.files());
        if let (Some(files), Some(input)) = (files, input.get_untracked()) {
            input.set_files(Some(&files));
            take.run(());
        }
    };
    view! {
        <label for="workbook" class="drop-area" class:over=move || is_over.get()
            on:dragover=move |event: DragEvent| { event.prevent_default(); is_over.set(true); }
            on:dragleave=move |_| is_over.set(false)
            on:drop=dropped
        >
            <Icon name="file"/>
            <span>"将填写好的 xlsx 文件拖到这里，或点击选择文件"</span>
        </label>
        <p class="muted">"请在导出的文件中填写，不要改动工作表的名称和列名。导入前会先核对，有错误时不会导入任何内容。"</p>
    }
}

/// What the workbook brings, and what is wrong in it.
#[component]
fn Tried(view: WorkbookView) -> impl IntoView {
    let done = (view.stored > 0)
        .then(|| view! { <p class="notice done" role="status">{format!("导入成功 {} 条", view.stored)}</p> });
    let has_faults = !view.faults.is_empty();
    let sheets = view.sheets.into_iter().map(|sheet| {
        view! { <tr><th scope="row">{sheet.title}</th><td class="number">{sheet.ready}</td><td class="number">{sheet.known}</td></tr> }
    });
    let faults = view.faults.into_iter().map(|fault| {
        let row = if fault.row == 0 { String::new() } else { fault.row.to_string() };
        view! { <tr><td>{fault.sheet}</td><td class="number">{row}</td><td>{fault.column}</td><td>{fault.reason}</td></tr> }
    });
    view! {
        {done}
        {has_faults.then(|| view! {
            <p class="problem" role="alert">"以下内容有错误，没有导入。请修改后重新选择文件。"</p>
            <div class="table-scroll"><table class="grid">
                <thead><tr><th scope="col">"工作表"</th><th scope="col">"行"</th><th scope="col">"列"</th><th scope="col">"原因"</th></tr></thead>
                <tbody>{faults.collect_view()}</tbody>
            </table></div>
        })}
        <div class="table-scroll"><table class="grid">
            <thead><tr><th scope="col">"工作表"</th><th scope="col">"新增或更新"</th><th scope="col">"已存在"</th></tr></thead>
            <tbody>{sheets.collect_view()}</tbody>
        </table></div>
    }
}
