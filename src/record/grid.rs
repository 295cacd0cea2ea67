//! The list-style table of manual 1.5(2): “+” at the top left adds a row, “-” in front of a row removes it, a
//! double-click puts the cursor into a cell. Tab, Enter and arrows move, cells pasted from Excel or WPS fill many, and
//! Ctrl+Z takes back. Without JavaScript it is a table of inputs with blank rows at the end.

use super::attachments::Attachments;
use super::editing::Editing;
use super::field_input::{Complaint, cell_text};
use crate::browser;
use crate::domain::code::CodeList;
use crate::domain::field::{Field, Grid, Kind};
use crate::domain::record::{DraftRow, Values, parts};
use crate::ui::popup::closes_by_itself;
use leptos::ev::{ClipboardEvent, KeyboardEvent};
use leptos::html::Details;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// Blank rows that a page without JavaScript shows to add rows.
const BLANK_ROWS: usize = 3;
/// Steps that Ctrl+Z can take back.
const UNDO_STEPS: usize = 50;
/// Years that a cell offers.
const YEARS: i64 = 14;

/// The rows of one grid with their undo.
#[derive(Clone, Copy)]
pub(super) struct Rows {
    /// The record.
    pub editing: Editing,
    /// The field with the grid.
    pub field: &'static Field,
    /// The grid.
    pub grid: &'static Grid,
    past: StoredValue<Vec<Vec<DraftRow>>>,
    /// Grows when rows come or go, so that the table is drawn anew; typing does not touch it.
    shape: RwSignal<usize>,
}

impl Rows {
    /// The rows of a grid of the record.
    pub fn new(editing: Editing, field: &'static Field, grid: &'static Grid) -> Self {
        Self {
            editing,
            field,
            grid,
            past: StoredValue::new(Vec::new()),
            shape: RwSignal::new(0),
        }
    }

    fn count(&self) -> usize {
        self.editing
            .draft
            .with_untracked(|draft| draft.rows(self.field.key).len())
    }

    fn text(&self, row: usize, column: &str) -> String {
        self.editing.draft.with(|draft| {
            draft
                .rows(self.field.key)
                .get(row)
                .and_then(|row| row.values.get(column))
                .cloned()
                .unwrap_or_default()
        })
    }

    /// Remembers the rows as they are, for Ctrl+Z.
    pub fn remember(&self) {
        let now = self
            .editing
            .draft
            .with_untracked(|draft| draft.rows(self.field.key).to_vec());
        self.past.update_value(|past| {
            if past.last() != Some(&now) {
                past.push(now);
            }
            if past.len() > UNDO_STEPS {
                past.remove(0);
            }
        });
    }

    fn change(&self, change: impl FnOnce(&mut Vec<DraftRow>)) {
        let key = self.field.key;
        self.editing
            .change(key, |draft| change(draft.grids.entry(key.to_owned()).or_default()));
        self.shape.update(|shape| *shape += 1);
    }

    /// Sets a cell.
    pub fn set(&self, row: usize, column: &'static str, text: String) {
        let key = self.field.key;
        self.editing.change(&format!("{key}.{row}.{column}"), |draft| {
            if let Some(row) = draft.grids.entry(key.to_owned()).or_default().get_mut(row) {
                row.values.insert(column.to_owned(), text);
            }
        });
    }

    fn add(&self) {
        self.remember();
        self.change(|rows| rows.push(DraftRow::default()));
        self.focus(self.count().saturating_sub(1), 0);
    }

    fn remove(&self, at: usize) {
        self.remember();
        self.change(|rows| {
            if at < rows.len() {
                rows.remove(at);
            }
        });
    }

    /// Goes back to the last state that differs from the present one.
    pub fn undo(&self) -> bool {
        let key = self.field.key;
        let now = self.editing.draft.with_untracked(|draft| draft.rows(key).to_vec());
        while let Some(before) = self.past.try_update_value(Vec::pop).flatten() {
            if before != now {
                self.change(|rows| *rows = before);
                return true;
            }
        }
        false
    }

    fn focus(&self, row: usize, column: usize) {
        let id = cell_id(self.field, row, self.grid.columns[column].key);
        // The row may be about to be drawn.
        leptos::task::spawn_local(async move {
            gloo_timers::future::TimeoutFuture::new(0).await;
            browser::focus_id(&id);
        });
    }

    /// Fills cells from a table of tab-separated lines, as Excel and WPS put it into the clipboard.
    fn paste(&self, row: usize, column: usize, text: &str) {
        self.remember();
        let (columns, fixed) = (self.grid.columns, self.grid.fixed);
        self.change(|rows| {
            for (down, line) in text.trim_end_matches(['\r', '\n']).lines().enumerate() {
                while rows.len() <= row + down && !fixed {
                    rows.push(DraftRow::default());
                }
                if rows.len() <= row + down {
                    break;
                }
                for (right, cell) in line.split('\t').enumerate() {
                    let Some(target) = columns.get(column + right) else {
                        break;
                    };
                    if matches!(target.kind, Kind::Files(_)) {
                        continue;
                    }
                    rows[row + down]
                        .values
                        .insert(target.key.to_owned(), pasted(target, cell.trim()));
                }
            }
        });
        self.focus(row, column);
    }
}

/// What a pasted cell means: labels become codes.
fn pasted(column: &Field, cell: &str) -> String {
    let code = |list: &'static CodeList, label: &str| {
        let found = list.offered_with("").find(|code| code.label == label);
        found.map_or_else(|| label.to_owned(), |code| code.code.to_owned())
    };
    match column.kind {
        Kind::Switch => match cell {
            "是" | "√" | "✓" | "1" => "1".to_owned(),
            _ => "0".to_owned(),
        },
        Kind::Choices(list) => {
            let labels = cell
                .split(['、', ',', '，', ';', '；'])
                .map(str::trim)
                .filter(|label| !label.is_empty());
            labels.map(|label| code(list, label)).collect::<Vec<_>>().join(",")
        }
        Kind::Choice(list) => code(list, cell),
        _ => cell.to_owned(),
    }
}

fn cell_id(field: &Field, row: usize, column: &str) -> String {
    format!("f-{}-{row}-{column}", field.key)
}

/// The table.
#[component]
pub fn GridTable(field: &'static Field, grid: &'static Grid) -> impl IntoView {
    let editing = expect_context::<Editing>();
    let rows = Rows::new(editing, field, grid);
    // Something else may replace the rows: a restored draft, a fresh copy after a save.
    let count = Memo::new(move |_| editing.draft.with(|draft| draft.rows(field.key).len()));
    let head = grid.columns.iter().map(|column| {
        let required = matches!(column.required, crate::domain::field::Required::Yes);
        view! { <th scope="col" class:required=required && !editing.read_only>{column.head()}</th> }
    });
    let key = move |event: KeyboardEvent| {
        if event.key() == "z" && (event.ctrl_key() || event.meta_key()) && rows.undo() {
            event.prevent_default();
        }
    };
    view! {
        <div class="grid-field" class:read-only=editing.read_only id=format!("f-{}", field.key) tabindex=if editing.read_only { "0" } else { "-1" } role="group" aria-label=field.title>
            <table class="grid" on:keydown=key>
                <thead>
                    <tr>
                        {(!editing.read_only && !grid.fixed).then(|| view! {
                            <th class="handle">
                                <button type="button" class="add" aria-label=format!("增加一行 {}", field.title) title="增加一行" on:click=move |_| rows.add()>"+"</button>
                            </th>
                        })}
                        <th class="number" scope="col">"序号"</th>
                        {head.collect_view()}
                    </tr>
                </thead>
                <tbody>
                    {move || {
                        rows.shape.get();
                        let count = count.get();
                        let filled = (0..count).map(|row| grid_row(rows, row)).collect_view();
                        let none = (count == 0).then(|| view! {
                            <tr class="empty"><td colspan=grid.columns.len() + 2>
                                {if editing.read_only { "暂无数据" } else { "暂无数据，点击左上角“+”增加一行" }}
                            </td></tr>
                        });
                        (filled, none)
                    }}
                </tbody>
                {(!editing.read_only && !grid.fixed).then(|| view! { <tfoot class="blank-rows" inner_html=blank_rows(field, grid)></tfoot> })}
            </table>
            <Complaint place=field.key.to_owned()/>
        </div>
    }
}

fn grid_row(rows: Rows, row: usize) -> impl IntoView {
    let (editing, field) = (rows.editing, rows.field);
    let id = editing.draft.with_untracked(|draft| {
        draft
            .rows(field.key)
            .get(row)
            .map(|row| row.id.clone())
            .unwrap_or_default()
    });
    let cells = rows
        .grid
        .columns
        .iter()
        .enumerate()
        .map(|(position, column)| cell(rows, row, position, column, &format!("第{}行", row + 1), None))
        .collect_view();
    view! {
        <tr>
            {(!editing.read_only && !rows.grid.fixed).then(|| view! {
                <td class="handle">
                    <input type="hidden" name=format!("{}.{row}.~id", field.key) value=id/>
                    <button type="button" class="remove" aria-label=format!("删除第{}行 {}", row + 1, field.title) title="删除该行" on:click=move |_| rows.remove(row)>"−"</button>
                </td>
            })}
            <td class="number">{row + 1}</td>
            {cells}
        </tr>
    }
}

/// One cell. `named` tells its row from the others; `below` stands under the box.
pub(super) fn cell(
    rows: Rows,
    row: usize,
    position: usize,
    column: &'static Field,
    named: &str,
    below: Option<AnyView>,
) -> AnyView {
    let (editing, key) = (rows.editing, column.key);
    if editing.read_only && matches!(column.kind, Kind::Files(_)) {
        return view! { <td class="file-cell"><Attachments field=column row=(rows.field, row)/></td> }.into_any();
    }
    if editing.read_only {
        return view! { <td>{move || cell_text(column, &rows.text(row, key))}</td> }.into_any();
    }
    let place = format!("{}.{row}.{key}", rows.field.key);
    let (touched, wrong) = (place.clone(), place.clone());
    let id = cell_id(rows.field, row, key);
    let label = format!("{} {named}", column.title);
    let start = editing.draft.with_untracked(|draft| {
        draft
            .rows(rows.field.key)
            .get(row)
            .and_then(|row| row.values.get(key))
            .cloned()
            .unwrap_or_default()
    });
    let invalid = move || editing.problem(&wrong).map(|_| "true");
    let blur = move |_| editing.touch(&touched);
    let keys = move |event: KeyboardEvent| move_by_key(rows, row, position, &event);
    // What does not show for the other cells of the row cannot be filled either.
    let idle = move || {
        editing.draft.with(|draft| {
            let texts = draft
                .rows(rows.field.key)
                .get(row)
                .map(|row| row.values.clone())
                .unwrap_or_default();
            let fields = rows.grid.columns.iter().collect();
            !column.shows(&Values { fields, texts: &texts })
        })
    };
    let choose = move |event| {
        rows.remember();
        rows.set(row, key, event_target_value(&event));
    };
    let input = match column.kind {
        Kind::Division(_) => {
            let name = editing.opened.with_value(|opened| opened.labels.get(&format!("{key}.{start}")).cloned());
            view! { <span class="cell-text">{name}</span><input type="hidden" name=place.clone() value=start/> }.into_any()
        }
        Kind::Files(_) => {
            return view! { <td class="file-cell"><Attachments field=column row=(rows.field, row)/><Complaint place/></td> }.into_any();
        }
        Kind::Switch | Kind::Year(_) => {
            let options: Vec<(String, String)> = match column.kind {
                Kind::Year(years) => {
                    let (from, to) = years.bounds();
                    (from..=to.min(from + YEARS)).map(|year| (year.to_string(), year.to_string())).collect()
                }
                _ => vec![("0".to_owned(), "否".to_owned()), ("1".to_owned(), "是".to_owned())],
            };
            let blank = matches!(column.kind, Kind::Year(_)).then(|| view! { <option value=""></option> });
            let options = options.into_iter().map(|(code, label)| {
                let selected = code == start;
                view! { <option value=code selected=selected>{label}</option> }
            });
            view! {
                <select id=id name=place.clone() aria-label=label aria-invalid=invalid prop:value=move || rows.text(row, key) on:change=choose on:blur=blur>
                    {blank}
                    {options.collect_view()}
                </select>
            }
            .into_any()
        }
        Kind::Choices(list) => {
            let boxes = list.offered_with(&start).map(|code| {
                let held = move || rows.text(row, key);
                let toggle = move |event| {
                    rows.remember();
                    let mut codes: Vec<String> = parts(&held()).filter(|part| *part != code.code).map(str::to_owned).collect();
                    if event_target_checked(&event) {
                        codes.push(code.code.to_owned());
                    }
                    rows.set(row, key, codes.join(","));
                };
                view! {
                    <label class="tick"><input type="checkbox" prop:checked=move || parts(&held()).any(|part| part == code.code) on:change=toggle/>{code.label}</label>
                }
            });
            let chosen = move || {
                let held = rows.text(row, key);
                let labels: Vec<String> = parts(&held).map(|code| list.label(code)).collect();
                if labels.is_empty() { "请选择".to_owned() } else { labels.join("、") }
            };
            let popup = NodeRef::<Details>::new();
            closes_by_itself(popup, || {});
            view! {
                <details class="cell-choices" node_ref=popup>
                    <summary id=id aria-label=label aria-invalid=invalid class:idle=idle>{chosen}</summary>
                    <div class="popup">{boxes.collect_view()}</div>
                </details>
                <input type="hidden" name=place.clone() prop:value=move || rows.text(row, key) value=start/>
            }
            .into_any()
        }
        Kind::Choice(list) => {
            let options = list.offered_with(&start).map(|code| {
                let selected = code.code == start;
                view! { <option value=code.code selected=selected>{code.label}</option> }
            });
            view! {
                <select id=id name=place.clone() aria-label=label aria-invalid=invalid prop:value=move || rows.text(row, key)
                    on:change=choose on:blur=blur disabled=idle>
                    <option value=""></option>
                    {options.collect_view()}
                </select>
            }
            .into_any()
        }
        _ => view! {
            <input type="text" id=id name=place.clone() aria-label=label aria-invalid=invalid value=start autocomplete="off"
                inputmode=matches!(column.kind, Kind::Phone { .. }).then_some("tel")
                prop:value=move || rows.text(row, key)
                on:focus=move |_| rows.remember()
                on:input=move |event| rows.set(row, key, event_target_value(&event))
                on:blur=blur on:keydown=keys
            />
        }
        .into_any(),
    };
    // On the cell, not the control: a select takes what is pasted too.
    view! { <td on:paste=move |event| paste(rows, row, position, &event)>{input}<Complaint place/>{below}</td> }
        .into_any()
}

fn paste(rows: Rows, row: usize, column: usize, event: &ClipboardEvent) {
    let text = event
        .clipboard_data()
        .and_then(|data| data.get_data("text/plain").ok())
        .unwrap_or_default();
    let is_select = matches!(
        rows.grid.columns[column].kind,
        Kind::Choice(_) | Kind::Choices(_) | Kind::Switch | Kind::Year(_)
    );
    if is_select || text.contains('\t') || text.trim_end().contains('\n') {
        event.prevent_default();
        rows.paste(row, column, &text);
    }
}

/// Enter and the arrows up and down move between rows; left and right at the end of the text move between columns.
fn move_by_key(rows: Rows, row: usize, column: usize, event: &KeyboardEvent) {
    let last = rows.count().saturating_sub(1);
    let input = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok());
    let caret = input
        .as_ref()
        .and_then(|input| input.selection_start().ok().flatten())
        .unwrap_or(0);
    let length = input
        .as_ref()
        .map_or(0, |input| input.value().encode_utf16().count() as u32);
    let target = match event.key().as_str() {
        "Enter" if row == last => {
            event.prevent_default();
            rows.add();
            return;
        }
        "Enter" | "ArrowDown" if row < last => (row + 1, column),
        "ArrowUp" if row > 0 => (row - 1, column),
        "ArrowLeft" if column > 0 && caret == 0 => (row, column - 1),
        "ArrowRight" if column + 1 < rows.grid.columns.len() && caret == length => (row, column + 1),
        _ => return,
    };
    event.prevent_default();
    rows.focus(target.0, target.1);
}

/// Rows for browsers without JavaScript, numbered far behind the others; the style sheet hides them from all others
/// (a `noscript` is not allowed inside a table).
fn blank_rows(field: &Field, grid: &Grid) -> String {
    let mut html = String::new();
    for blank in 0..BLANK_ROWS {
        let row = 100_000 + blank;
        html.push_str("<tr><td></td><td></td>");
        for column in grid.columns {
            if matches!(column.kind, Kind::Files(_)) {
                html.push_str("<td></td>");
                continue;
            }
            let name = format!("{}.{row}.{}", field.key, column.key);
            let label = format!("{} 新增第{}行", column.title, blank + 1);
            match column.kind {
                Kind::Choice(list) => {
                    let options: String = list
                        .offered_with("")
                        .map(|code| format!("<option value=\"{}\">{}</option>", code.code, code.label))
                        .collect();
                    html.push_str(&format!("<td><select name=\"{name}\" aria-label=\"{label}\"><option value=\"\"></option>{options}</select></td>"));
                }
                _ => html.push_str(&format!(
                    "<td><input type=\"text\" name=\"{name}\" aria-label=\"{label}\"></td>"
                )),
            }
        }
        html.push_str("</tr>");
    }
    html
}
