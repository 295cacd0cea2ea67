//! A table whose rows a dictionary gives (spec S6.9b, S6.9c): amounts are typed, subtotals, shares and changes follow while
//! typing; what other tables and records say is offered with 采用.

use super::editing::Editing;
use super::field_input::{Complaint, origin_of_row};
use super::grid::{Rows, cell};
use crate::domain::field::{Field, Grid};
use crate::domain::form::Form;
use crate::domain::record::Draft;
use crate::domain::sheet::{Check, DerivedOf, ROW, RowOf, SCALE, Sheet, SheetRow, Tables, completed};
use crate::domain::value::format_scaled;
use leptos::prelude::*;

/// What the rows of one table share.
#[derive(Clone, Copy)]
struct Table {
    rows: Rows,
    form: &'static Form,
    sheet: &'static Sheet,
    /// The draft with everything worked out.
    whole: Memo<Draft>,
}

impl Table {
    fn key(&self) -> &'static str {
        self.rows.field.key
    }

    fn amount(&self, row: &'static SheetRow, column: &str) -> String {
        let amount = self
            .whole
            .with(|draft| Tables::of(self.form, draft).amount(self.key(), row.key, column));
        amount.map_or(String::new(), |amount| format_scaled(amount, SCALE))
    }

    fn derived(&self, row: &'static SheetRow, of: DerivedOf) -> String {
        let amount = self
            .whole
            .with(|draft| Tables::of(self.form, draft).derived(self.key(), row.key, of));
        amount.map_or(String::new(), |amount| format_scaled(amount, SCALE))
    }

    /// What could stand in a cell instead: the amount, where it is from, and what the button says.
    fn offer(&self, row: &'static SheetRow, column: &'static str) -> Option<(String, &'static str, String)> {
        let from_table = self
            .whole
            .with(|draft| Tables::of(self.form, draft).offer(self.key(), row, column));
        if let Some(amount) = from_table {
            let text = format_scaled(amount, SCALE);
            let button = format!("采用 {text}");
            return Some((text, "另一张表", button));
        }
        let known = row.known.filter(|_| self.sheet.amounts.first() == Some(&column))?;
        let place = format!("{}.{}", self.key(), row.key);
        let amount = self.rows.editing.told(&place, &known)?;
        let own = self
            .whole
            .with(|draft| Tables::of(self.form, draft).amount(self.key(), row.key, column));
        let agrees = own.is_some_and(|own| known.agrees(own, amount));
        (!agrees).then(|| (format_scaled(amount, SCALE), known.source, known.button(amount)))
    }
}

/// The table.
#[component]
pub fn SheetTable(field: &'static Field, grid: &'static Grid, sheet: &'static Sheet) -> impl IntoView {
    let editing = expect_context::<Editing>();
    let form = editing.form();
    let table = Table {
        rows: Rows::new(editing, field, grid),
        form,
        sheet,
        whole: Memo::new(move |_| editing.draft.with(|draft| completed(form, draft))),
    };
    let about = sheet.about.iter().map(|title| view! { <th scope="col">{*title}</th> });
    let columns = shown(grid).map(|(_, column)| {
        let required = sheet.required.contains(&column.key) && !editing.read_only;
        let behind = sheet
            .behind(column)
            .map(|derived| view! { <th scope="col" class="worked-out">{derived.title}</th> });
        view! { <th scope="col" class:required=required>{column.title}</th>{behind.collect_view()} }
    });
    let key = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "z" && (event.ctrl_key() || event.meta_key()) && table.rows.undo() {
            event.prevent_default();
        }
    };
    let fills = sheet.checks.iter().any(|check| matches!(check, Check::Balanced(..))) && !editing.read_only;
    let lines = rows_of(table)
        .iter()
        .enumerate()
        .map(|(position, row)| line(table, position, row));
    view! {
        <div class="grid-field sheet-field" class:read-only=editing.read_only id=format!("f-{}", field.key) tabindex=if editing.read_only { "0" } else { "-1" } role="group" aria-label=field.title>
            {fills.then(|| view! {
                <p class="scripted"><button type="button" on:click=move |_| fill_with_zero(table)>"空白处填 0"</button></p>
            })}
            <table class="grid fixed-rows" on:keydown=key>
                <thead><tr><th class="number" scope="col">"序号"</th>{about.collect_view()}{columns.collect_view()}</tr></thead>
                <tbody>{lines.collect_view()}</tbody>
            </table>
            <Complaint place=field.key.to_owned()/>
        </div>
    }
}

/// The rows that the record is filled by: they stay while its window is open.
fn rows_of(table: Table) -> &'static [SheetRow] {
    table
        .rows
        .editing
        .draft
        .with_untracked(|draft| table.sheet.rows_in(draft))
}

/// The columns that show, with their positions.
fn shown(grid: &'static Grid) -> impl Iterator<Item = (usize, &'static Field)> {
    grid.columns.iter().enumerate().filter(|(_, column)| column.key != ROW)
}

fn line(table: Table, position: usize, row: &'static SheetRow) -> impl IntoView {
    let is_total = matches!(row.of, RowOf::Sum(_));
    let editing = table.rows.editing;
    let mut about = row.about.iter();
    let title = about.next().copied().unwrap_or_default();
    let required = row.required && row.is_typed() && !editing.read_only;
    let rest = about.map(|text| view! { <td class="about">{*text}</td> });
    let cells = shown(table.rows.grid).map(|(at, column)| {
        let is_amount = table.sheet.amounts.contains(&column.key);
        let own = if is_amount && (!row.is_typed() || editing.read_only) {
            view! {
                <td class="amount worked-out">
                    <output>{move || table.amount(row, column.key)}</output>
                    {(!editing.read_only).then(|| hint(table, position, row, column))}
                </td>
            }
            .into_any()
        } else if is_amount {
            let below = (!editing.read_only).then(|| hint(table, position, row, column).into_any());
            cell(table.rows, position, at, column, title, below)
        } else {
            cell(table.rows, position, at, column, title, None)
        };
        let behind = table.sheet.behind(column).map(|derived| {
            let of = derived.of;
            view! { <td class="amount worked-out"><output>{move || table.derived(row, of)}</output></td> }
        });
        view! { {own}{behind.collect_view()} }
    });
    view! {
        <tr class:total=is_total>
            <td class="number">{position + 1}</td>
            <th scope="row" class:required=required>
                {title}
                {origin_of_row(editing, &format!("{}.{}", table.key(), row.key))}
                {(!editing.read_only).then(|| view! {
                    <input type="hidden" name=format!("{}.{position}.{ROW}", table.key()) value=row.key/>
                })}
            </th>
            {rest.collect_view()}
            {cells.collect_view()}
        </tr>
    }
}

/// What else could stand there, and 采用.
fn hint(table: Table, position: usize, row: &'static SheetRow, column: &'static Field) -> impl IntoView {
    let offered = Memo::new(move |_| table.offer(row, column.key));
    move || {
        let (text, source, button) = offered.get()?;
        let adopt = row.is_typed().then(|| {
            let taken = text.clone();
            let label = format!("{button} 作为{}的{}", row.title(), column.title);
            view! {
                <button type="button" class="link scripted" aria-label=label on:click=move |_| {
                    table.rows.remember();
                    table.rows.set(position, column.key, taken.clone());
                }>{button}</button>
            }
        });
        Some(view! { <p class="help offer">{format!("{source}为 {text} ")}{adopt}</p> })
    }
}

/// Land that a village does not have is nought.
fn fill_with_zero(table: Table) {
    table.rows.remember();
    let key = table.key();
    for (position, row) in rows_of(table).iter().enumerate().filter(|(_, row)| row.is_typed()) {
        for column in table.sheet.required.iter().copied() {
            let is_empty = table.rows.editing.draft.with_untracked(|draft| {
                let typed = draft.rows(key).get(position).and_then(|typed| typed.values.get(column));
                typed.is_none_or(|text| text.trim().is_empty())
            });
            if is_empty && row.required {
                table.rows.set(position, column, "0".to_owned());
            }
        }
    }
}
