//! One question at a time, over everything else (ux 12).

use super::modal::Modal;
use leptos::prelude::*;

#[derive(Clone)]
struct Question {
    title: String,
    text: String,
    yes: Callback<()>,
}

/// Asks before something is done. Take it from the context.
#[derive(Clone, Copy)]
pub struct Confirm {
    asked: RwSignal<Option<Question>>,
}

impl Confirm {
    /// Makes it and puts it into the context.
    pub fn provide() -> Self {
        let confirm = Self {
            asked: RwSignal::new(None),
        };
        provide_context(confirm);
        confirm
    }

    /// From the context.
    pub fn expect() -> Self {
        expect_context()
    }

    /// Asks, and does it on 确定.
    pub fn ask(&self, title: impl Into<String>, text: impl Into<String>, yes: impl Fn() + Send + Sync + 'static) {
        let yes = Callback::new(move |()| yes());
        self.asked.set(Some(Question {
            title: title.into(),
            text: text.into(),
            yes,
        }));
    }

    /// The question.
    pub fn view(self) -> impl IntoView {
        let asked = self.asked;
        let close = Callback::new(move |()| asked.set(None));
        move || {
            asked.get().map(|question| {
                let yes = question.yes;
                view! {
                    <Modal title=question.title class="small" close>
                        <div class="modal-body"><p class="question">{question.text}</p></div>
                        <div class="modal-foot">
                            <button type="button" class="primary" data-focus="true" on:click=move |_| {
                                close.run(());
                                yes.run(());
                            }>"确定"</button>
                            <button type="button" on:click=move |_| close.run(())>"取消"</button>
                        </div>
                    </Modal>
                }
            })
        }
    }
}
