//! The button 催办 (spec F-16).

use crate::api::home::urge;
use crate::domain::region::Region;
use crate::ui::toast::Toasts;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Reminds whoever can act next in a region.
#[component]
pub fn Urge(
    step: String,
    region: Region,
    /// The region's name, for who cannot see the line.
    name: String,
    /// The page.
    back: String,
    changed: Callback<()>,
) -> impl IntoView {
    let toasts = Toasts::expect();
    let waits = RwSignal::new(false);
    let (action, code) = (format!("/reminders/{step}"), region.code().to_owned());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if waits.get_untracked() {
            return;
        }
        waits.set(true);
        let (step, region) = (step.clone(), region.clone());
        spawn_local(async move {
            match urge(step, region).await {
                Ok(names) => toasts.success(format!("已催办{names}")),
                Err(error) => toasts.error(error.to_string()),
            }
            // Whoever has left the page meanwhile needs neither.
            let _ = waits.try_set(false);
            let _ = changed.try_run(());
        });
    };
    view! {
        <form method="post" action=action class="urge" on:submit=submit>
            <input type="hidden" name="region" value=code/>
            <input type="hidden" name="back" value=back/>
            <button type="submit" class="link" aria-label=format!("催办 {name}") disabled=move || waits.get()>"催办"</button>
        </form>
    }
}
