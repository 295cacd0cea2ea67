//! 共 N 条 · page size · pages · 前往 _ 页 (ux 9). Plain links and one GET form.

use leptos::prelude::*;

/// The pages of a list. `link` gives the address of a page with a size.
#[component]
pub fn Pager(
    /// Lines on all pages.
    total: i64,
    /// The page that is shown, from 1.
    page: i64,
    /// Lines per page.
    size: i64,
    /// Sizes on offer.
    sizes: &'static [i64],
    /// Address of `(page, size)`.
    link: Callback<(i64, i64), String>,
    /// Goes there.
    go: Callback<String>,
) -> impl IntoView {
    let last = ((total + size - 1) / size).max(1);
    let arrow = |label: &'static str, text: &'static str, target: i64, enabled: bool| {
        if enabled {
            view! { <a class="page" aria-label=label href=link.run((target, size))>{text}</a> }.into_any()
        } else {
            view! { <span class="page disabled" aria-hidden="true">{text}</span> }.into_any()
        }
    };
    let numbers = shown_pages(page, last)
        .into_iter()
        .map(|number| match number {
            None => view! { <span class="gap">"…"</span> }.into_any(),
            Some(number) if number == page => {
                view! { <span class="page current" aria-current="page">{number}</span> }.into_any()
            }
            Some(number) => view! { <a class="page" href=link.run((number, size))>{number}</a> }.into_any(),
        })
        .collect_view();
    view! {
        <nav class="pager" aria-label="分页">
            <span class="total">{format!("共 {total} 条")}</span>
            <select aria-label="每页条数" on:change=move |event| {
                if let Ok(size) = event_target_value(&event).parse() {
                    go.run(link.run((1, size)));
                }
            }>
                {sizes.iter().map(|option| view! {
                    <option value=*option selected=*option == size>{format!("{option} 条/页")}</option>
                }).collect_view()}
            </select>
            {arrow("上一页", "‹", page - 1, page > 1)}
            {numbers}
            {arrow("下一页", "›", page + 1, page < last)}
            <label class="jump">"前往"
                <input type="number" min="1" max=last value=page aria-label="前往页" on:change=move |event| {
                    if let Ok(target) = event_target_value(&event).parse::<i64>() {
                        go.run(link.run((target.clamp(1, last), size)));
                    }
                }/>
            "页"</label>
        </nav>
    }
}

/// First, last, and two around the current one; `None` is a gap.
fn shown_pages(page: i64, last: i64) -> Vec<Option<i64>> {
    let mut shown = Vec::new();
    for number in 1..=last {
        if number == 1 || number == last || (number - page).abs() <= 2 {
            if let Some(Some(before)) = shown.last().copied()
                && number - before > 1
            {
                shown.push(None);
            }
            shown.push(Some(number));
        } else if number > page + 2 && number < last && last - page > 4 {
            shown.push(None);
            shown.push(Some(last));
            break;
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::shown_pages;

    #[test]
    fn far_pages_are_left_out() {
        assert_eq!(shown_pages(1, 1), [Some(1)]);
        assert_eq!(shown_pages(1, 9), [Some(1), Some(2), Some(3), None, Some(9)]);
        assert_eq!(
            shown_pages(5, 9),
            [
                Some(1),
                None,
                Some(3),
                Some(4),
                Some(5),
                Some(6),
                Some(7),
                None,
                Some(9)
            ]
        );
        assert_eq!(shown_pages(500, 745).len(), 9);
    }
}
