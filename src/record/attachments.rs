//! Attachments of one slot: 上传附件 → choose → 上传 → 保存 the record (manual 3.1(1)); 预览, 下载, 删除 of one file. Natural
//! villages send from a phone over a weak network: their photos wait in it (`browser/photos.rs`).

use super::editing::Editing;
use crate::browser::{self, photos, picture, upload};
use crate::domain::attachment::{Attachment, FileType, Naming, Preview, Slot, readable_size};
use crate::domain::field::{Field, Kind};
use crate::domain::form::grid_slot;
use crate::domain::naming::named_in;
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

/// Numbers of converted pictures begin here, far behind those of the files that they are made of.
const CONVERTED: usize = 1_000_000;

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

impl Chosen {
    fn new(number: usize, file: &web_sys::File, problem: Option<String>) -> Self {
        Self {
            number,
            name: file.name(),
            size: file.size() as i64,
            sent: RwSignal::new(None),
            problem: RwSignal::new(problem),
        }
    }
}

/// Where the ids of a slot's files are kept: in a field, or in a cell of a grid.
#[derive(Clone, Copy)]
pub struct Holder {
    editing: Editing,
    field: &'static Field,
    /// The grid and the row, for a cell.
    row: Option<(&'static Field, usize)>,
}

impl Holder {
    /// The name of the slot on the server.
    fn slot(&self) -> String {
        match self.row {
            Some((grid, _)) => grid_slot(grid.key, self.field.key),
            None => self.field.key.to_owned(),
        }
    }

    /// The name of the input, and the place of its problems.
    fn place(&self) -> String {
        match self.row {
            Some((grid, row)) => format!("{}.{row}.{}", grid.key, self.field.key),
            None => self.field.key.to_owned(),
        }
    }

    fn id(&self) -> String {
        format!("f-{}", self.place().replace('.', "-"))
    }

    fn ids(&self) -> String {
        match self.row {
            Some((grid, row)) => self.editing.draft.with(|draft| {
                let row = draft.rows(grid.key).get(row);
                row.and_then(|row| row.values.get(self.field.key))
                    .cloned()
                    .unwrap_or_default()
            }),
            None => self.editing.text(self.field.key),
        }
    }

    fn change(&self, change: impl FnOnce(&str) -> String) {
        match self.row {
            Some((grid, row)) => self.editing.change(&self.place(), |draft| {
                if let Some(row) = draft.grids.entry(grid.key.to_owned()).or_default().get_mut(row) {
                    let held = row.values.get(self.field.key).map_or("", String::as_str);
                    let joined = change(held);
                    row.values.insert(self.field.key.to_owned(), joined);
                }
            }),
            None => self.editing.change(self.field.key, |draft| {
                let joined = change(draft.text(self.field.key));
                draft.set(self.field.key, joined);
            }),
        }
    }

    fn add(&self, file: Attachment) {
        let id = file.id.clone();
        match self.row {
            Some(_) => {
                self.change(|held| if held.is_empty() { id } else { format!("{held},{id}") });
                self.editing.files.update(|files| files.push(file));
            }
            None => self.editing.add_file(self.field.key, file),
        }
    }

    /// Takes a file out of the slot; it is removed for good by the next save.
    fn remove(&self, id: &str) {
        self.change(|held| parts(held).filter(|part| *part != id).collect::<Vec<_>>().join(","));
    }
}

/// The slot of a field.
#[component]
pub fn Attachments(
    field: &'static Field,
    /// The grid and the row, for a cell.
    #[prop(optional)]
    row: Option<(&'static Field, usize)>,
) -> impl IntoView {
    let editing = expect_context::<Editing>();
    let Kind::Files(slot) = field.kind else {
        return ().into_any();
    };
    let holder = Holder { editing, field, row };
    let preview = RwSignal::new(None::<Attachment>);
    let listed = move || {
        let ids = holder.ids();
        editing.files.with(|files| {
            parts(&ids)
                .filter_map(|id| files.iter().find(|file| file.id == id).cloned())
                .collect::<Vec<_>>()
        })
    };
    view! {
        <div class="attachments" id=holder.id()>
            {(!editing.read_only).then(|| view! { <Upload holder limits=slot/> })}
            {move || {
                let listed = listed();
                if listed.is_empty() && row.is_some() {
                    return ().into_any();
                }
                if listed.is_empty() {
                    return view! { <p class="muted none">"暂无附件"</p> }.into_any();
                }
                let lines = listed.into_iter().map(|file| line(holder, slot, file, preview)).collect_view();
                view! { <ul class="files">{lines}</ul> }.into_any()
            }}
            {move || preview.get().map(|file| view! { <PreviewWindow file close=Callback::new(move |()| preview.set(None))/> })}
        </div>
    }
    .into_any()
}

fn line(holder: Holder, slot: Slot, file: Attachment, preview: RwSignal<Option<Attachment>>) -> impl IntoView {
    let editing = holder.editing;
    let confirm = Confirm::expect();
    let subject = subject(holder, slot, &file);
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
            <input type="hidden" name=holder.place() value=hidden/>
            <Icon name="file"/>
            <span class="file-name" title=name.clone()>{name.clone()}</span>
            <span class="muted">{readable_size(file.size)}</span>
            {subject}
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
                        confirm.ask("删除附件", format!("确定删除“{name}”吗？保存后生效。"), move || holder.remove(&id));
                    }>"删除"</button>
                }
            })}
        </li>
    }
}

/// The record that a file is about, where files of the slot are about one each: what its name tells is offered, the
/// filler may say otherwise.
fn subject(holder: Holder, slot: Slot, file: &Attachment) -> Option<AnyView> {
    let Naming::Subject(..) = slot.naming else {
        return None;
    };
    let editing = holder.editing;
    let known = editing
        .opened
        .with_value(|opened| opened.labels.get(&format!("{}?", holder.field.key)).cloned())
        .unwrap_or_default();
    let options: Vec<(String, String)> = known
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .map(|(id, name)| (id.to_owned(), name.to_owned()))
        .collect();
    let id = file.id.clone();
    let held = editing.draft.with_untracked(|draft| draft.subjects.get(&id).cloned());
    let names = options.iter().map(|(id, name)| (id.as_str(), name.as_str()));
    let told = named_in(&file.name, names).map(str::to_owned);
    let chosen = held.filter(|held| !held.is_empty()).or(told).unwrap_or_default();
    if editing.read_only {
        let name = options.into_iter().find(|(id, _)| *id == chosen).map(|(_, name)| name);
        return name.map(|name| view! { <span class="tag grey">{name}</span> }.into_any());
    }
    let shown = options.into_iter().map(|(code, name)| {
        let selected = code == chosen;
        view! { <option value=code selected=selected>{name}</option> }
    });
    let label = format!("自然村 {}", file.name);
    let name = format!("~subject.{id}");
    Some(
        view! {
            <select class="subject" name=name aria-label=label on:change=move |event| {
                let chosen = event_target_value(&event);
                editing.change(holder.field.key, |draft| { draft.subjects.insert(id.clone(), chosen); });
            }>
                <option value="">"请选择自然村"</option>
                {shown.collect_view()}
            </select>
        }
        .into_any(),
    )
}

/// The two steps of an upload: the button opens the panel. A photo is one step.
#[component]
fn Upload(holder: Holder, limits: Slot) -> impl IntoView {
    if holder.editing.is_on_phone() && limits.is_for_photos() {
        return view! { <Photos holder limits/> }.into_any();
    }
    let open = RwSignal::new(false);
    let title = holder.row.map(|(_, row)| format!("上传附件 第{}行", row + 1));
    view! {
        <div class="upload">
            <button
                type="button" id=format!("{}-button", holder.id()) class="scripted" aria-label=title
                aria-expanded=move || open.get().to_string() on:click=move |_| open.update(|open| *open = !*open)
            >"上传附件"</button>
            {holder.row.is_none().then(|| view! {
                <span class="reminder">"上传的文件需去掉红头和盖章"</span>
                {hint(holder, limits)}
            })}
            <span inner_html=without_script(holder, &limits.accept())></span>
            {move || open.get().then(|| view! { <UploadPanel holder limits/> })}
        </div>
    }
    .into_any()
}

fn without_script(holder: Holder, accept: &str) -> String {
    let key = holder.place();
    format!(
        "<noscript><input type=\"file\" name=\"~{key}\" multiple accept=\"{accept}\" aria-label=\"选择文件\"></noscript>"
    )
}

/// Whatever a phone calls a picture: its camera is offered beside its album.
const PICTURES: &str = "image/*";

/// Photos of a natural village: whatever is chosen is kept by the browser until the server has it. The input is there
/// before the program is, and goes with the plain form until then.
#[component]
fn Photos(holder: Holder, limits: Slot) -> impl IntoView {
    let toasts = Toasts::expect();
    let editing = holder.editing;
    let input = NodeRef::<leptos::html::Input>::new();
    let list = NodeRef::<leptos::html::Ul>::new();
    let heard = move |said: String| match serde_json::from_str::<(Option<i64>, Attachment)>(&said) {
        // The draft is kept with the photo: its record has the same id when the page is opened again.
        Err(_) => holder.change(str::to_owned),
        Ok((Some(version), attachment)) => editing.follow(holder.field.key, version, attachment),
        // The same photo chosen again is the attachment that is there.
        Ok((None, attachment)) if parts(&untrack(|| holder.ids())).any(|id| id == attachment.id) => {
            toasts.warning(format!("{} 已经上传过", attachment.name));
        }
        Ok((None, attachment)) => {
            toasts.success(format!("{} 已上传，保存后生效", attachment.name));
            holder.add(attachment);
            // It is no longer kept as a photo when this returns: the draft that names it must be.
            editing.keep_here();
        }
    };
    Effect::new(move |_| {
        let (Some(input), Some(list)) = (input.get(), list.get()) else {
            return;
        };
        let (form, tab) = (editing.form(), editing.place.tab);
        editing.opened.with_value(|opened| {
            let slot = photos::Slot {
                form: form.key,
                tab: tab.key,
                title: tab.title,
                record: &opened.id,
                field: holder.field.key,
            };
            photos::show(&slot, &input, &list, heard);
        });
    });
    view! {
        <div class="upload">
            <label class="pick scripted">
                <input
                    type="file" id=format!("{}-button", holder.id()) name=format!("~{}", holder.place()) multiple
                    accept=PICTURES aria-label="选择照片" node_ref=input
                />
                <span>"点击拍照或选择照片"</span>
            </label>
            {hint(holder, limits)}
            <span inner_html=without_script(holder, PICTURES)></span>
            <ul class="chosen photos" node_ref=list></ul>
        </div>
    }
}

/// Choose, confirm, send. It is drawn in the browser only: what it holds are the browser's own files.
#[component]
fn UploadPanel(holder: Holder, limits: Slot) -> impl IntoView {
    let toasts = Toasts::expect();
    let agreed = RwSignal::new(browser::store::is_confirmed(RED_HEAD));
    let queue = Queue::new(holder, limits);
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
            queue.take(input.files());
            input.set_value("");
        }
    };
    let dropped = move |event: leptos::ev::DragEvent| {
        event.prevent_default();
        queue.take(event.data_transfer().and_then(|data| data.files()));
    };
    view! {
        <div class="drop" on:dragover=|event| event.prevent_default() on:drop=dropped>
            <label class="pick">
                <input type="file" multiple accept=limits.accept() aria-label="选择文件" on:change=picked/>
                <span>"点击选择文件，或将文件拖到这里"</span>
            </label>
            <ul class="chosen">{queue.lines()}</ul>
            <label class="tick agree">
                <input type="checkbox" prop:checked=move || agreed.get() on:change=move |event| agreed.set(event_target_checked(&event))/>
                "我已确认附件已去掉红头和盖章"
            </label>
            <button type="button" class="primary" disabled=move || queue.chosen.with(Vec::is_empty) on:click=send>"上传"</button>
        </div>
    }
}

fn chosen_line(line: Chosen, queue: Queue) -> impl IntoView {
    let (number, limits) = (line.number, queue.limits);
    // A drawing that is a PNG can become what the slot takes.
    let is_png = FileType::of_name(&line.name) == Some(FileType::Png);
    let converts = is_png && limits.types.contains(&FileType::Jpg) && !limits.types.contains(&FileType::Png);
    let convert = converts.then(|| {
        let name = line.name.clone();
        view! {
            <button type="button" class="link" aria-label=format!("转换为 jpg {name}") on:click=move |_| queue.convert(number)>"转换为 jpg"</button>
        }
    });
    view! {
        <li class:wrong=move || line.problem.with(Option::is_some)>
            <span class="file-name" title=line.name.clone()>{line.name.clone()}</span>
            <span class="muted">{readable_size(line.size)}</span>
            {move || line.sent.get().map(|sent| view! { <progress max="100" value=sent></progress> })}
            {move || line.problem.get().map(|problem| view! { <span class="problem" role="alert">{problem}</span> })}
            {convert}
            <button
                type="button" class="link" aria-label=format!("移除 {}", line.name)
                disabled=move || line.sent.get().is_some() on:click=move |_| queue.forget(number)
            >"移除"</button>
        </li>
    }
}

/// The files of a panel on their way, one after the other: a slow line is not shared out among them, and they keep the
/// order in which they were chosen (manual 3.3(5) numbers them by it).
#[derive(Clone, Copy)]
struct Queue {
    editing: Editing,
    holder: Holder,
    limits: Slot,
    chosen: RwSignal<Vec<Chosen>>,
    held: StoredValue<Vec<(usize, web_sys::File)>, LocalStorage>,
    next: StoredValue<usize>,
    toasts: Toasts,
}

impl Queue {
    fn new(holder: Holder, limits: Slot) -> Self {
        Self {
            editing: holder.editing,
            holder,
            limits,
            chosen: RwSignal::new(Vec::new()),
            held: StoredValue::new_local(Vec::new()),
            next: StoredValue::new(0),
            toasts: Toasts::expect(),
        }
    }

    /// Every file that was chosen.
    fn lines(self) -> impl IntoView {
        let chosen = self.chosen;
        view! {
            <For each=move || chosen.get() key=|line| line.number let:line>
                {chosen_line(line, self)}
            </For>
        }
    }

    fn take(self, files: Option<web_sys::FileList>) {
        let Some(files) = files else { return };
        for file in (0..files.length()).filter_map(|at| files.get(at)) {
            let number = self.next.get_value();
            self.next.set_value(number + 1);
            let problem = refusal(self.limits, &file);
            self.chosen
                .update(|chosen| chosen.push(Chosen::new(number, &file, problem)));
            self.held.update_value(|held| held.push((number, file)));
        }
    }

    /// Takes a file out.
    fn forget(self, number: usize) {
        self.chosen.update(|chosen| chosen.retain(|line| line.number != number));
        self.held.update_value(|held| held.retain(|(held, _)| *held != number));
    }

    /// Whether the record is still filled and the file still chosen.
    fn is_wanted(self, number: usize) -> bool {
        let is_chosen = |chosen: &Vec<Chosen>| chosen.iter().any(|line| line.number == number);
        !self.editing.is_gone() && self.chosen.try_with_untracked(is_chosen) == Some(true)
    }

    fn file(self, number: usize) -> Option<web_sys::File> {
        let held = self.held.try_get_value().unwrap_or_default();
        held.into_iter().find(|(held, _)| *held == number).map(|(_, file)| file)
    }

    /// Puts the picture as a JPEG into the place of the PNG that was chosen.
    fn convert(self, number: usize) {
        spawn_local(async move {
            let Some(file) = self.file(number) else { return };
            let made = picture::to_jpg(&file, &picture::jpg_name(&file.name())).await;
            if self.editing.is_gone() {
                return;
            }
            let Some(made) = made else {
                self.toasts.error("图片无法读取，请另存为 jpg 后上传");
                return;
            };
            // Another number: the line is drawn anew.
            let line = Chosen::new(number + CONVERTED, &made, refusal(self.limits, &made));
            self.held.update_value(|held| held.push((line.number, made)));
            self.chosen.update(|chosen| {
                if let Some(old) = chosen.iter_mut().find(|old| old.number == number) {
                    *old = line;
                }
            });
        });
    }

    /// Sends the first file that waits, unless one is on its way or the record was left meanwhile.
    fn send_next(self) {
        let Some(chosen) = self.chosen.try_get_untracked() else {
            return;
        };
        if chosen.iter().any(|line| line.sent.get_untracked().is_some()) {
            return;
        }
        let waiting = chosen
            .into_iter()
            .find(|line| line.problem.with_untracked(Option::is_none));
        let file = waiting.as_ref().and_then(|line| self.file(line.number));
        if let (Some(line), Some(file)) = (waiting, file) {
            line.sent.set(Some(0));
            self.editing.uploads.update(|uploads| *uploads += 1);
            self.send(line, &file);
        }
    }

    fn send(self, line: Chosen, file: &web_sys::File) {
        let record = self.editing.opened.with_value(|opened| opened.id.clone());
        let slot = self.holder.slot();
        let target = [
            ("form", self.editing.form().key),
            ("record", record.as_str()),
            ("field", slot.as_str()),
        ];
        let sent = line.sent;
        upload::send_to(
            "/files",
            &target,
            file,
            move |percent| {
                let _ = sent.try_set(Some(percent));
            },
            move |result: Result<Attachment, AppError>| self.arrived(&line, result.map_err(|error| error.to_string())),
        );
    }

    /// What became of a file. One that was removed meanwhile is no longer counted.
    fn arrived(self, line: &Chosen, result: Result<Attachment, String>) {
        if !self.is_wanted(line.number) {
            return;
        }
        self.editing.uploads.update(|uploads| *uploads -= 1);
        match result {
            Ok(attachment) => {
                self.forget(line.number);
                // The same photo chosen again is the attachment that is there.
                if parts(&untrack(|| self.holder.ids())).any(|id| id == attachment.id) {
                    self.toasts.warning(format!("{} 已经上传过", attachment.name));
                } else {
                    self.toasts.success(format!("{} 已上传，保存后生效", attachment.name));
                    self.holder.add(attachment);
                }
            }
            Err(problem) => {
                let _ = line.sent.try_set(None);
                let _ = line.problem.try_set(Some(problem));
            }
        }
        self.send_next();
    }
}

/// What the slot takes.
fn hint(holder: Holder, slot: Slot) -> impl IntoView {
    let (image, other) = holder.editing.opened.with_value(|opened| opened.megabytes);
    let types: Vec<&str> = slot.types.iter().map(|kind| kind.extension()).collect();
    let has = |image: bool| slot.types.iter().any(|kind| kind.is_image() == image);
    let size = match (has(true), has(false)) {
        (true, true) => format!("图片不超过 {image} MB，其他不超过 {other} MB"),
        (true, false) => format!("不超过 {image} MB"),
        _ => format!("不超过 {other} MB"),
    };
    let hint = format!("支持 {}，最多 {} 个，{size}", types.join("、"), slot.most);
    view! { <span class="help">{hint}</span> }
}

/// What can be told before sending; the server looks again, and at the content.
fn refusal(slot: Slot, file: &web_sys::File) -> Option<String> {
    if file.size() == 0.0 {
        return Some("文件是空的".to_owned());
    }
    match FileType::of_name(&file.name()) {
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
