//! An address that is not ours.

use leptos::prelude::*;
use leptos_meta::Title;

/// 404
#[component]
pub fn NotFound() -> impl IntoView {
    view! {
        <Title text="没有找到页面"/>
        <main class="entrance">
            <div class="entrance-card">
                <h1>"没有找到页面"</h1>
                <p class="muted">"地址可能已经改变，或者输入有误。"</p>
                <p><a class="button primary" role="button" href="/">"返回首页"</a></p>
            </div>
        </main>
    }
}
