//! A record as a form: kept draft, stale notice, sections, 操作记录. The same in the dialog and on a page of its own.

use super::editing::Editing;
use super::field_input::FieldInput;
use crate::domain::field::Kind;
use crate::domain::form::Shape;
use crate::domain::problem::Severity;
use crate::domain::record::field_of;
use crate::error::Stale;
use leptos::prelude::*;

/// Everything between the title and the buttons.
#[component]
pub fn FormBody() -> impl IntoView {
    let editing = expect_context::<Editing>();
    let history = editing.opened.with_value(|opened| opened.history.clone());
    let locked = editing.opened.with_value(|opened| opened.locked.clone());
    view! {
        {locked.map(|why| view! { <p class="notice locked">{why}</p> })}
        <KeptNotice/>
        {move || editing.stale.get().map(|stale| view! { <StaleNotice stale/> })}
        <StatusLine/>
        <PinNotice/>
        <ReviewNotice/>
        <Sections/>
        <Reasons/>
        <section class="form-section history">
            <h2>"操作记录"</h2>
            {if history.is_empty() {
                view! { <p class="muted none">"暂无数据"</p> }.into_any()
            } else {
                view! { <ol>{history.into_iter().map(|line| view! { <li>{line}</li> }).collect_view()}</ol> }.into_any()
            }}
        </section>
    }
}

/// The fields, section by section.
#[component]
pub fn Sections() -> impl IntoView {
    let editing = expect_context::<Editing>();
    let places = editing.opened.with_value(|opened| opened.places.clone());
    let tab = editing.place.tab;
    let all: Vec<_> = editing
        .form()
        .sections
        .iter()
        .filter(|section| tab.shows(section))
        .collect();
    // Several sections of a record are tabs; a page of its own shows them one below the other.
    let is_tabbed = all.len() > 1 && editing.form().shape == Shape::Records;
    let strip = is_tabbed.then(|| view! { <SectionTabs/> });
    let sections = all.iter().enumerate().map(|(position, section)| {
        let only_grid = section.fields.iter().all(|field| matches!(field.kind, Kind::Grid(_)));
        // A page about a village says above everything which one.
        let is_said = tab.inside && editing.form().complete_later;
        let places = (position == 0 && !only_grid && !is_said).then(|| place_fields(places.clone()));
        let fields = section
            .fields
            .iter()
            .map(|field| view! { <FieldInput field/> })
            .collect_view();
        view! {
            <section class="form-section" class:folded=move || is_tabbed && editing.section.get() != position>
                <h2>{section.title}</h2>
                <div class="fields">{places}{fields}</div>
            </section>
        }
    });
    view! {
        {strip}
        {sections.collect_view()}
    }
}

/// The sections of a record as tabs. Without JavaScript the style sheet shows them all.
#[component]
fn SectionTabs() -> impl IntoView {
    let editing = expect_context::<Editing>();
    let tabs = editing.form().sections.iter().enumerate().map(|(position, section)| {
        let current = move || (editing.section.get() == position).then_some("true");
        view! {
            <button type="button" aria-current=current on:click=move |_| editing.section.set(position)>{section.title}</button>
        }
    });
    view! { <div class="tabs scripted" role="group" aria-label="分组">{tabs.collect_view()}</div> }
}

/// 州(市), 县(市、区) and so on: filled by the account, never typed.
fn place_fields(places: Vec<(String, String)>) -> impl IntoView {
    places
        .into_iter()
        .map(|(label, name)| {
            view! {
                <div class="field">
                    <span class="label">{label}</span>
                    <div class="control"><div class="box"><span class="value">{name}</span></div></div>
                </div>
            }
        })
        .collect_view()
}

/// 上次未提交的内容: offered, never forced.
#[component]
fn KeptNotice() -> impl IntoView {
    let editing = expect_context::<Editing>();
    let offered = RwSignal::new(None);
    // Only the browser knows what it kept itself, so this shows after the page is alive.
    Effect::new(move |_| {
        if !editing.read_only && !editing.dirty.get_untracked() {
            offered.set(editing.kept());
        }
    });
    move || {
        offered.get().map(|(at, draft)| {
            view! {
                <div class="notice kept" role="status">
                    <span>{format!("有上次未保存的内容（{at}）")}</span>
                    <button type="button" class="primary" on:click=move |_| {
                        editing.restore(draft.clone());
                        offered.set(None);
                    }>"恢复"</button>
                    <button type="button" on:click=move |_| {
                        editing.forget();
                        offered.set(None);
                    }>"丢弃"</button>
                </div>
            }
        })
    }
}

/// What somebody else changed while this was typed.
#[component]
fn StaleNotice(stale: Stale) -> impl IntoView {
    let changes = stale.changes.into_iter().map(|(field, value)| {
        let value = if value.is_empty() {
            "（空）".to_owned()
        } else {
            value
        };
        view! { <li><b>{field}</b>"："{value}</li> }
    });
    view! {
        <div class="notice stale" role="alert">
            <p>{stale.by}"。您填写的内容没有丢失，与对方不同的地方有："</p>
            <ul>{changes.collect_view()}</ul>
            <p>"核对后再次点击“保存”，将以您填写的内容为准。"</p>
        </div>
    }
}

/// 审核状态, where the record goes through a review; who fills it is not told what goes without saying.
#[component]
fn StatusLine() -> impl IntoView {
    let editing = expect_context::<Editing>();
    let status = editing.opened.with_value(|opened| opened.status.clone());
    let workflow = editing.form().workflow?;
    let status = status.filter(|status| editing.read_only || !workflow.is_silent(&status.key));
    status.map(|status| {
        let title = workflow.title;
        view! { <p class="status-line"><span class="muted">{format!("{title}：")}</span><span class=status.tone.class()>{status.title}</span></p> }
    })
}

/// Why it was returned, and what the reviewers have marked as a list: each line leads to its field.
#[component]
fn PinNotice() -> impl IntoView {
    let editing = expect_context::<Editing>();
    let (returned, pins) = editing
        .opened
        .with_value(|opened| (opened.returned.clone(), opened.pins.clone()));
    let first = pins.first().map(|pin| pin.by.clone());
    let said = returned.or_else(|| first.clone())?;
    // Where saving is all that it takes there is no 提交.
    let mends = editing.form().workflow.is_some_and(|workflow| workflow.mends.is_some());
    let then = if mends { "保存" } else { "提交" };
    let asked = match first {
        Some(_) => format!("{}。请逐项修改或答复后再{then}：", said.trim_end_matches('。')),
        None => said,
    };
    let lines = pins.into_iter().map(|pin| {
        let (place, state) = (format!("f-{}", field_of(&pin.place)), if pin.changed { "（已修改）" } else { "" });
        view! {
            <li><a href=format!("#{place}") rel="external">{pin.label}</a>"："{pin.remark}<span class="muted">{state}</span></li>
        }
    });
    let lines: Vec<_> = lines.collect();
    Some(view! {
        <div class="notice stale pins" role="note">
            <p>{asked}</p>
            {(!lines.is_empty()).then(|| view! { <ul>{lines}</ul> })}
        </div>
    })
}

/// What changed since this level last judged the record, field by field and file by file.
#[component]
fn ReviewNotice() -> impl IntoView {
    let editing = expect_context::<Editing>();
    let review = editing.opened.with_value(|opened| opened.review.clone())?;
    let none = review.changes.is_empty();
    let lines = review.changes.into_iter().map(|(label, before, now)| {
        let shown = |text: String| if text.is_empty() { "（空）".to_owned() } else { text };
        view! { <tr><th scope="row">{label}</th><td>{shown(before)}</td><td>{shown(now)}</td></tr> }
    });
    Some(view! {
        <section class="notice review" aria-label="上次审核后的修改">
            <p>{review.before}</p>
            {if none {
                view! { <p>"上次审核后内容没有变化。"</p> }.into_any()
            } else {
                view! {
                    <table class="grid"><thead><tr><th scope="col">"修改项"</th><th scope="col">"上次审核时"</th><th scope="col">"现在"</th></tr></thead><tbody>{lines.collect_view()}</tbody></table>
                }.into_any()
            }}
        </section>
    })
}

/// Rules that may be gone against with a reason (spec §10: W with reason).
#[component]
fn Reasons() -> impl IntoView {
    let editing = expect_context::<Editing>();
    let asked = Memo::new(move |_| {
        let due = editing.all_due();
        due.into_iter()
            .filter(|problem| problem.severity == Severity::NeedsReason)
            .collect::<Vec<_>>()
    });
    move || {
        let fields = asked.get().into_iter().filter_map(|problem| {
            let rule = problem.rule?;
            let (id, typed) = (format!("reason-{rule}"), rule.clone());
            Some(view! {
                <div class="field wide">
                    <label class="label required" for=id.clone()>"仍要保存的理由"</label>
                    <div class="control">
                        <input type="text" id=id maxlength="200"
                            prop:value=move || editing.draft.with(|draft| draft.reasons.get(&rule).cloned().unwrap_or_default())
                            on:input=move |event| {
                                let text = event_target_value(&event);
                                editing.change("", |draft| { draft.reasons.insert(typed.clone(), text); });
                            }/>
                        <p class="help">{problem.message}</p>
                    </div>
                </div>
            })
        });
        fields.collect_view()
    }
}
