//! What natural villages have told, added up (spec §9): who is still missing, and the tables.

use crate::domain::summary::{Coverage, SummaryTable, TotalsView};
use crate::domain::workflow::Tone;
use leptos::prelude::*;

/// Names that show without being unfolded.
const FEW: usize = 8;

/// Coverage and tables above the list of a tab.
#[component]
pub fn Totals(totals: TotalsView) -> impl IntoView {
    let frozen = totals.frozen_at.map(|at| {
        let more = if totals.has_changed {
            "此后自然村的填报有变化，如需采用请县级账号重新打开本环节。"
        } else {
            ""
        };
        view! { <p class="notice locked">{format!("本环节已完成，以下为 {at} 的汇总结果。{more}")}</p> }
    });
    view! {
        <section class="totals" aria-label="汇总">
            {frozen}
            {totals.coverage.map(coverage_line)}
            {(!totals.returned.is_empty()).then(|| returned_line(&totals.returned))}
            {totals.tables.into_iter().map(table).collect_view()}
        </section>
    }
}

fn coverage_line(coverage: Coverage) -> impl IntoView {
    let missing = coverage.missing;
    let text = format!("已填报 {} / 自然村 {}", coverage.told, coverage.all);
    let names = match missing.len() {
        0 => None,
        count if count <= FEW => {
            Some(view! { <span class="muted">{format!("未填报：{}", missing.join("、"))}</span> }.into_any())
        }
        count => Some(
            view! {
                <details class="related"><summary>{format!("未填报 {count} 个")}</summary><p>{missing.join("、")}</p></details>
            }
            .into_any(),
        ),
    };
    view! { <p class="coverage"><b>{text}</b>{names}</p> }
}

/// What waits for natural villages; it counts on as it is until it is mended.
fn returned_line(returned: &[(String, i64)]) -> impl IntoView + use<> {
    let records: i64 = returned.iter().map(|(_, records)| records).sum();
    let names = returned.iter().map(|(name, records)| format!("{name} {records} 条"));
    let names = names.collect::<Vec<_>>().join("、");
    view! { <p class="coverage"><span class=Tone::Red.class()>{format!("已退回 {records} 条")}</span><span class="muted">{format!("等待修改：{names}")}</span></p> }
}

fn table(table: SummaryTable) -> impl IntoView {
    let is_empty = table.lines.is_empty();
    let heads = table
        .columns
        .iter()
        .map(|title| view! { <th scope="col">{title.clone()}</th> })
        .collect_view();
    let last = table.lines.len().saturating_sub(1);
    let has_total = table.has_total;
    let width = table.columns.len();
    let lines = table.lines.into_iter().enumerate().map(move |(position, line)| {
        let mut cells = line.into_iter();
        let head = cells.next().unwrap_or_default();
        let cells = cells
            .map(|cell| view! { <td class="amount">{cell}</td> })
            .collect_view();
        view! { <tr class:total=has_total && position == last><th scope="row">{head}</th>{cells}</tr> }
    });
    view! {
        <div class="table-scroll" tabindex="0" role="region" aria-label=table.title.clone()>
            <table class="summary">
                <caption>{table.title.clone()}</caption>
                <thead><tr>{heads}</tr></thead>
                <tbody>
                    {lines.collect_view()}
                    {is_empty.then(|| view! { <tr class="empty"><td colspan=width>"暂无数据"</td></tr> })}
                </tbody>
            </table>
        </div>
    }
}
