//! Attachments of one slot: 上传附件 → choose → 上传 → 保存 the record (manual 3.1(1)); 预览, 下载, 删除 of one file.

use super::editing::Editing;
use crate::browser::{self, upload};
use crate::domain::attachment::{Attachment, FileType, Preview, Slot, readable_size};
use crate::domain::field::{Field, Kind};
use crate::domain::record::parts;
use crate::error::AppError;
use crate::ui::confirm::Confirm;
use crate::ui::icon::Icon;
use crate::ui::modal::Modal;
use crate::ui::toast::Toasts;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;

/// The confirmation that red heads and seals are off, remembered for the session (spec §4.4).
const RED_HEAD: &str = "red-head-confirmed";

/// A file that was chosen and not yet sent.
#[derive(Clone)]
struct Chosen {
    number: usize,
    name: String,
    size: i64,
    /// Percent sent, once it is on its way.
    sent: RwSignal<Option<u32>>,
    problem: RwSignal<Option<String>>,
}

/// The slot of a field.
#[component]
pub fn Attachments(field: &'static Field) -> impl IntoView {
    let editing = expect_context::<Editing>();
    let Kind::Files(slot) = field.kind else {
        return ().into_any();
    };
    let preview = RwSignal::new(None::<Attachment>);
    let listed = move || {
        let ids = editing.text(field.key);
        editing.files.with(|files| {
            parts(&ids)
                .filter_map(|id| files.iter().find(|file| file.id == id).cloned())
                .collect::<Vec<_>>()
        })
    };
    view! {
        <div class="attachments" id=format!("f-{}", field.key)>
            {(!editing.read_only).then(|| view! { <Upload field limits=slot/> })}
            {move || {
                let listed = listed();
                if listed.is_empty() {
                    return view! { <p class="muted none">"暂无附件"</p> }.into_any();
                }
                let lines = listed.into_iter().map(|file| line(editing, field, file, preview)).collect_view();
                view! { <ul class="files">{lines}</ul> }.into_any()
            }}
            {move || preview.get().map(|file| view! { <PreviewWindow file close=Callback::new(move |()| preview.set(None))/> })}
        </div>
    }
    .into_any()
}

fn line(
    editing: Editing,
    field: &'static Field,
    file: Attachment,
    preview: RwSignal<Option<Attachment>>,
) -> impl IntoView {
    let confirm = Confirm::expect();
    let (id, name) = (file.id.clone(), file.name.clone());
    let shown = file.clone();
    let can_preview = file.kind.preview() != Preview::None;
    let view_link = match file.kind.preview() {
        Preview::Image | Preview::Pdf => format!("/files/{id}/view"),
        _ => format!("/files/{id}"),
    };
    let download = format!("/files/{id}");
    let hidden = file.id.clone();
    view! {
        <li>
            <input type="hidden" name=field.key value=hidden/>
            <Icon name="file"/>
            <span class="file-name" title=name.clone()>{name.clone()}</span>
            <span class="muted">{readable_size(file.size)}</span>
            {can_preview.then(|| view! {
                <a href=view_link target="_blank" rel="noopener" role="button" aria-label=format!("预览 {name}") on:click=move |event| {
                    event.prevent_default();
                    preview.set(Some(shown.clone()));
                }>"预览"</a>
            })}
            <a href=download role="button" rel="external" download=name.clone() aria-label=format!("下载 {name}")>"下载"</a>
            {(!editing.read_only).then(|| {
                let (name, id) = (name.clone(), id.clone());
                let label = format!("删除 {name}");
                view! {
                    <button type="button" class="link danger" aria-label=label on:click=move |_| {
                        let id = id.clone();
                        confirm.ask("删除附件", format!("确定删除“{name}”吗？保存后生效。"), move || editing.remove_file(field.key, &id));
                    }>"删除"</button>
                }
            })}
        </li>
    }
}

/// The two steps of an upload: the button opens the panel.
#[component]
fn Upload(field: &'static Field, limits: Slot) -> impl IntoView {
    let editing = expect_context::<Editing>();
    let open = RwSignal::new(false);
    let key = field.key;
    let without_script = format!(
        "<noscript><input type=\"file\" name=\"~{key}\" multiple accept=\"{}\" aria-label=\"选择文件\"></noscript>",
        limits.accept()
    );
    view! {
        <div class="upload">
            <button
                type="button" id=format!("f-{key}-button") class="scripted"
                aria-expanded=move || open.get().to_string() on:click=move |_| open.update(|open| *open = !*open)
            >"上传附件"</button>
            <span class="reminder">"上传的文件需去掉红头和盖章"</span>
            <span class="help">{hint(limits, editing.opened.with_value(|opened| opened.megabytes))}</span>
            <span inner_html=without_script></span>
            {move || open.get().then(|| view! { <UploadPanel field limits/> })}
        </div>
    }
}

/// Choose, confirm, send. It is drawn in the browser only: what it holds are the browser's own files.
#[component]
fn UploadPanel(field: &'static Field, limits: Slot) -> impl IntoView {
    let editing = expect_context::<Editing>();
    let toasts = Toasts::expect();
    let agreed = RwSignal::new(browser::store::is_confirmed(RED_HEAD));
    let chosen = RwSignal::new(Vec::<Chosen>::new());
    let held = StoredValue::new_local(Vec::<(usize, web_sys::File)>::new());
    let next = StoredValue::new(0_usize);
    let queue = Queue {
        editing,
        field,
        chosen,
        held,
        toasts,
    };
    let take = move |files: Option<web_sys::FileList>| {
        let Some(files) = files else { return };
        for file in (0..files.length()).filter_map(|at| files.get(at)) {
            let number = next.get_value();
            next.set_value(number + 1);
            let problem = refusal(limits, &file.name(), file.size() as i64);
            let line = Chosen {
                number,
                name: file.name(),
                size: file.size() as i64,
                sent: RwSignal::new(None),
                problem: RwSignal::new(problem),
            };
            chosen.update(|chosen| chosen.push(line));
            held.update_value(|held| held.push((number, file)));
        }
    };
    let send = move |_| {
        if !agreed.get_untracked() {
            toasts.error("请先勾选“我已确认附件已去掉红头和盖章”");
            return;
        }
        browser::store::confirm(RED_HEAD);
        queue.send_next();
    };
    let picked = move |event: leptos::ev::Event| {
        let input = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok());
        if let Some(input) = input {
            take(input.files());
            input.set_value("");
        }
    };
    let dropped = move |event: leptos::ev::DragEvent| {
        event.prevent_default();
        take(event.data_transfer().and_then(|data| data.files()));
    };
    view! {
        <div class="drop" on:dragover=|event| event.prevent_default() on:drop=dropped>
            <label class="pick">
                <input type="file" multiple accept=limits.accept() aria-label="选择文件" on:change=picked/>
                <span>"点击选择文件，或将文件拖到这里"</span>
            </label>
            <ul class="chosen">
                <For each=move || chosen.get() key=|line| line.number let:line>
                    {chosen_line(line, chosen)}
                </For>
            </ul>
            <label class="tick agree">
                <input type="checkbox" prop:checked=move || agreed.get() on:change=move |event| agreed.set(event_target_checked(&event))/>
                "我已确认附件已去掉红头和盖章"
            </label>
            <button type="button" class="primary" disabled=move || chosen.with(Vec::is_empty) on:click=send>"上传"</button>
        </div>
    }
}

fn chosen_line(line: Chosen, chosen: RwSignal<Vec<Chosen>>) -> impl IntoView {
    let number = line.number;
    view! {
        <li class:wrong=move || line.problem.with(Option::is_some)>
            <span class="file-name" title=line.name.clone()>{line.name.clone()}</span>
            <span class="muted">{readable_size(line.size)}</span>
            {move || line.sent.get().map(|sent| view! { <progress max="100" value=sent></progress> })}
            {move || line.problem.get().map(|problem| view! { <span class="problem" role="alert">{problem}</span> })}
            <button
                type="button" class="link" aria-label=format!("移除 {}", line.name) disabled=move || line.sent.get().is_some()
                on:click=move |_| chosen.update(|chosen| chosen.retain(|line| line.number != number))
            >"移除"</button>
        </li>
    }
}

/// The files of a panel on their way, one after the other: a slow line is not shared out among them, and they keep the
/// order in which they were chosen (manual 3.3(5) numbers them by it).
#[derive(Clone, Copy)]
struct Queue {
    editing: Editing,
    field: &'static Field,
    chosen: RwSignal<Vec<Chosen>>,
    held: StoredValue<Vec<(usize, web_sys::File)>, LocalStorage>,
    toasts: Toasts,
}

impl Queue {
    /// Sends the first file that waits, unless one is on its way or the record was left meanwhile.
    fn send_next(self) {
        let Some(chosen) = self.chosen.try_get_untracked() else {
            return;
        };
        if chosen.iter().any(|line| line.sent.get_untracked().is_some()) {
            return;
        }
        let waiting = chosen.iter().find(|line| line.problem.with_untracked(Option::is_none));
        let file = waiting.and_then(|line| {
            let held = self.held.try_get_value()?;
            let (_, file) = held.into_iter().find(|(number, _)| *number == line.number)?;
            Some((line.clone(), file))
        });
        if let Some((line, file)) = file {
            self.send(line, &file);
        }
    }

    fn send(self, line: Chosen, file: &web_sys::File) {
        let record = self.editing.opened.with_value(|opened| opened.id.clone());
        let target = [
            ("form", self.editing.form().key),
            ("record", record.as_str()),
            ("field", self.field.key),
        ];
        line.sent.set(Some(0));
        self.editing.uploads.update(|uploads| *uploads += 1);
        let (sent, problem, number) = (line.sent, line.problem, line.number);
        upload::send_to(
            "/files",
            &target,
            file,
            move |percent| {
                let _ = sent.try_set(Some(percent));
            },
            move |result: Result<Attachment, AppError>| {
                if self.editing.is_gone() {
                    return;
                }
                self.editing.uploads.update(|uploads| *uploads -= 1);
                match result {
                    Ok(attachment) => {
                        self.toasts.success(format!("{} 已上传，保存后生效", attachment.name));
                        self.editing.add_file(self.field.key, attachment);
                        let _ = self
                            .chosen
                            .try_update(|chosen| chosen.retain(|line| line.number != number));
                    }
                    Err(error) => {
                        let _ = sent.try_set(None);
                        let _ = problem.try_set(Some(error.to_string()));
                    }
                }
                self.send_next();
            },
        );
    }
}

fn hint(slot: Slot, (image, other): (u64, u64)) -> String {
    let types: Vec<&str> = slot.types.iter().map(|kind| kind.extension()).collect();
    let has = |image: bool| slot.types.iter().any(|kind| kind.is_image() == image);
    let size = match (has(true), has(false)) {
        (true, true) => format!("图片不超过 {image} MB，其他不超过 {other} MB"),
        (true, false) => format!("不超过 {image} MB"),
        _ => format!("不超过 {other} MB"),
    };
    format!("支持 {}，最多 {} 个，{size}", types.join("、"), slot.most)
}

/// What can be told before sending; the server looks again, and at the content.
fn refusal(slot: Slot, name: &str, size: i64) -> Option<String> {
    if size == 0 {
        return Some("文件是空的".to_owned());
    }
    match FileType::of_name(name) {
        Some(kind) if slot.types.contains(&kind) => None,
        _ => {
            let types: Vec<&str> = slot.types.iter().map(|kind| kind.extension()).collect();
            Some(format!("只能上传 {} 格式的文件", types.join("、")))
        }
    }
}

/// A file over the page, closed with × at the top right (manual 1.5(4)).
#[component]
fn PreviewWindow(file: Attachment, close: Callback<()>) -> impl IntoView {
    let address = format!("/files/{}/view", file.id);
    let content = match file.kind.preview() {
        Preview::Image => view! { <img class="preview" src=address alt=file.name.clone()/> }.into_any(),
        Preview::Pdf => view! { <iframe class="preview" src=address title=file.name.clone()></iframe> }.into_any(),
        Preview::Table => view! { <TablePreview id=file.id.clone()/> }.into_any(),
        Preview::None => view! { <p>"该类型的文件不能预览，请下载后查看"</p> }.into_any(),
    };
    view! {
        <Modal title=format!("预览 {}", file.name) class="wide" close>
            <div class="modal-body preview-body" tabindex="0">{content}</div>
        </Modal>
    }
}

/// The first sheet of a workbook as a table.
#[component]
fn TablePreview(id: String) -> impl IntoView {
    let rows = RwSignal::new(None::<Result<Vec<Vec<String>>, String>>);
    spawn_local(async move {
        let text = browser::fetch_text(&format!("/files/{id}/table")).await;
        let read = text.ok().and_then(|text| serde_json::from_str(&text).ok());
        let _ = rows.try_set(Some(read.ok_or_else(|| "这个表格不能预览，请下载后查看".to_owned())));
    });
    move || match rows.get() {
        None => view! { <p class="muted">"正在读取…"</p> }.into_any(),
        Some(Err(problem)) => view! { <p class="problem">{problem}</p> }.into_any(),
        Some(Ok(rows)) => {
            let lines = rows
                .into_iter()
                .map(|row| view! { <tr>{row.into_iter().map(|cell| view! { <td>{cell}</td> }).collect_view()}</tr> })
                .collect_view();
            view! { <div class="table-scroll"><table class="sheet"><tbody>{lines}</tbody></table></div> }.into_any()
        }
    }
}
