//! The records of a topic, and the one that is filled (manual 8.4, 8.5). The address says which: `?open=new`,
//! `?open=〈id〉`, `?open=〈id〉&mode=delete`.

use super::{DATA, Failed, Frame, HOST, LiveData, LiveForm, given, topic};
use crate::api::accounts::who;
use crate::api::records::{DeskView, desk_page, open_record};
use crate::domain::form::Shape;
use crate::domain::page::Tab;
use crate::domain::parameter::dated;
use crate::domain::query::ListQuery;
use crate::domain::record::{Line, Opened};
use crate::error::AppError;
use crate::forms::natural_village::PHONE;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

/// More records of one sort than a natural village has.
const MOST: i64 = 200;

/// `/m/:tab`
#[component]
pub fn Topic() -> impl IntoView {
    let key = use_params_map().with_untracked(|parameters| parameters.get("tab").unwrap_or_default());
    let Some(tab) = PHONE.tabs.iter().find(|tab| tab.key == key) else {
        return view! { <Failed error=AppError::NotFound/> }.into_any();
    };
    let (open, mode) = (given("open"), given("mode"));
    // A form with one record is filled at once; after its refusal the page comes back the same way.
    let open = match tab.form.shape {
        Shape::Single if open.is_empty() => "own".to_owned(),
        _ => open,
    };
    view! {
        <Suspense>
            {
                let (open, mode) = (open.clone(), mode.clone());
                Suspend::new(async move {
                    let shown = match (open.as_str(), mode.as_str()) {
                        ("", _) => records(tab).await,
                        (id, "delete") => question(tab, id.to_owned()).await,
                        (id, _) => record(tab, id.to_owned()).await,
                    };
                    shown.unwrap_or_else(|error| view! { <Failed error/> }.into_any())
                })
            }
        </Suspense>
    }
    .into_any()
}

async fn records(tab: &'static Tab) -> Result<AnyView, AppError> {
    let query = ListQuery {
        size: MOST,
        ..ListQuery::default()
    };
    let page = desk_page(PHONE.key.to_owned(), tab.key.to_owned(), query).await?;
    Ok(view! { <Cards tab page/> }.into_any())
}

#[component]
fn Cards(tab: &'static Tab, page: DeskView) -> impl IntoView {
    let columns: Vec<&'static str> = tab.form.listed().map(|field| field.title).collect();
    let is_empty = page.lines.is_empty();
    let cards = page
        .lines
        .into_iter()
        .map(|line| card(tab, &columns, line))
        .collect_view();
    let add = topic(tab.key, &[("open", "new")]);
    view! {
        <Frame title=dated(tab.title) back=back_to(tab)>
            {page.locked.map(|why| view! { <p class="notice locked">{why}</p> })}
            {page.may_create.then(|| view! { <a class="button primary large" role="button" href=add rel="external">"登记"</a> })}
            {cards}
            {is_empty.then(|| view! { <p class="muted none">"暂无数据"</p> })}
        </Frame>
    }
}

/// One record: touching it anywhere opens it (manual 8.5).
fn card(tab: &'static Tab, columns: &[&'static str], line: Line) -> impl IntoView + use<> {
    let address = topic(tab.key, &[("open", &line.id)]);
    let lines = columns.iter().zip(line.cells).filter(|(_, text)| !text.is_empty());
    let lines: Vec<_> = lines
        .map(|(title, text)| view! { <div><dt>{*title}</dt><dd>{text}</dd></div> })
        .collect();
    let is_silent = |key: &str| tab.form.workflow.is_some_and(|workflow| workflow.is_silent(key));
    let status = line.status.filter(|status| !is_silent(&status.key));
    let status = status.map(|status| view! { <span class=status.tone.class()>{status.title}</span> });
    let said =
        (!line.said.is_empty()).then(|| view! { <div class="said"><dt>"退回原因"</dt><dd>{line.said}</dd></div> });
    view! { <a class="record-card" href=address rel="external"><dl>{lines}{said}</dl>{status}</a> }
}

/// Where a topic was opened from.
fn back_to(tab: &Tab) -> String {
    match tab.strip {
        "" => "/m".to_owned(),
        strip => format!("/m?topic={}", crate::record::encoded(strip)),
    }
}

async fn record(tab: &'static Tab, id: String) -> Result<AnyView, AppError> {
    let opened = open_record(PHONE.key.to_owned(), tab.key.to_owned(), id, None).await?;
    let viewer = who().await?;
    let checked = !given("checked").is_empty();
    let title = match (tab.form.shape, opened.version) {
        (Shape::Single, _) => dated(tab.title),
        (_, 0) => format!("登记 {}", dated(tab.title)),
        _ => format!("编辑 {}", dated(tab.title)),
    };
    let back = match tab.form.shape {
        Shape::Single => back_to(tab),
        Shape::Records => topic(tab.key, &[]),
    };
    let problem = given("problem");
    let (form, named) = (tab.form.key, name_of(tab, &opened));
    let data = LiveData {
        tab: tab.key.to_owned(),
        viewer,
        opened,
        checked,
    };
    // Inside a script nothing but its end tag has a meaning.
    let text = serde_json::to_string(&data).unwrap_or_default().replace("</", "<\\/");
    let shown = view! {
        <Frame title back>
            {(!problem.is_empty()).then(|| view! { <p class="notice stale" role="alert">{problem}</p> })}
            <div id=HOST data-form=form data-name=named><LiveForm data/></div>
            <script type="application/json" id=DATA inner_html=text></script>
        </Frame>
    };
    Ok(shown.into_any())
}

async fn question(tab: &'static Tab, id: String) -> Result<AnyView, AppError> {
    let opened = open_record(PHONE.key.to_owned(), tab.key.to_owned(), id, None).await?;
    Ok(view! { <Question tab opened/> }.into_any())
}

/// What a record is called in a question.
fn name_of(tab: &Tab, opened: &Opened) -> String {
    match tab.form.name_field {
        "" => tab.title.to_owned(),
        field => opened.draft.text(field).to_owned(),
    }
}

/// 删除 asks first.
#[component]
fn Question(tab: &'static Tab, opened: Opened) -> impl IntoView {
    let back = topic(tab.key, &[("open", &opened.id)]);
    let named = name_of(tab, &opened);
    view! {
        <Frame title=format!("删除 {}", tab.title) back>
            <p class="question">{format!("确定删除“{named}”吗？照片将一并删除。")}</p>
            <form method="post" action=format!("/records/{}/delete", PHONE.key)>
                <input type="hidden" name="tab" value=tab.key/>
                <input type="hidden" name="id" value=opened.id.clone()/>
                <input type="hidden" name="version" value=opened.version/>
                <input type="hidden" name="back" value=topic(tab.key, &[])/>
                <button type="submit" class="danger large">"确定"</button>
            </form>
        </Frame>
    }
}
