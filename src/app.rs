//! The page shell and the routes.

use crate::browser::early;
use crate::pages::{desk, entrance, phone};
use crate::ui::{confirm::Confirm, toast::Toasts};
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::{HashedStylesheet, MetaTags, Title, provide_meta_context};
use leptos_router::components::{Outlet, ParentRoute, Route, Router, Routes};
use leptos_router::{SsrMode, path};

/// What the page that is drawn is, where it is one for phones: its program waits until the page can be used.
#[derive(Debug, Clone, Copy)]
pub struct OnPhone {
    /// Whether its type is big (spec F-04).
    pub is_big: bool,
}

/// The document around every page.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let phone = use_context::<OnPhone>();
    let (defer, big) = (phone.is_some(), phone.filter(|phone| phone.is_big).map(|_| "big"));
    view! {
        <!DOCTYPE html>
        <html lang="zh-CN" class=big>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <link rel="icon" href="/favicon.ico" sizes="32x32"/>
                <link rel="icon" href="/icon.svg" type="image/svg+xml"/>
                <link rel="apple-touch-icon" href="/apple-touch-icon.png"/>
                <script nonce=use_nonce()>{early::SCRIPT}</script>
                <HashedStylesheet id="style" options=options.clone()/>
                <HydrationScripts options defer/>
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}

/// The whole application.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    let toasts = Toasts::provide();
    let confirm = Confirm::provide();
    view! {
        <Title formatter=|title: String| if title.is_empty() { "干部规划家乡行动".to_owned() } else { format!("{title} - 干部规划家乡行动") }/>
        <Router>
            <Routes fallback=entrance::NotFound>
                <Route path=path!("/") view=entrance::Portal ssr=SsrMode::Async/>
                <Route path=path!("/policies") view=entrance::Policies ssr=SsrMode::Async/>
                <Route path=path!("/login") view=entrance::SignIn ssr=SsrMode::Async/>
                <Route path=path!("/complaints") view=entrance::Complaints ssr=SsrMode::Async/>
                <Route path=path!("/password") view=entrance::ChangePassword ssr=SsrMode::Async/>
                <Route path=path!("/second_factor") view=entrance::SecondFactor ssr=SsrMode::Async/>
                <Route path=path!("/reports/check") view=entrance::Check ssr=SsrMode::Async/>
                <Route path=path!("/r/:token") view=entrance::Shared ssr=SsrMode::Async/>
                <Route path=path!("/q") view=phone::NoDoor ssr=SsrMode::Async/>
                <Route path=path!("/q/:token") view=phone::Door ssr=SsrMode::Async/>
                <Route path=path!("/m") view=phone::Home ssr=SsrMode::Async/>
                <Route path=path!("/m/profile") view=phone::Profile ssr=SsrMode::Async/>
                <Route path=path!("/m/:tab") view=phone::Topic ssr=SsrMode::Async/>
                <ParentRoute path=path!("") view=Desk ssr=SsrMode::Async>
                    <Route path=path!("/home") view=desk::Home/>
                    <Route path=path!("/profile") view=desk::Profile/>
                    <Route path=path!("/desk/:page") view=desk::Page/>
                    <Route path=path!("/batch/:page") view=desk::Batch/>
                    <Route path=path!("/progress/:step") view=desk::Progress/>
                    <Route path=path!("/units/:page") view=desk::Units/>
                    <Route path=path!("/project_table/:page") view=desk::ProjectTable/>
                    <Route path=path!("/work_reports/:page") view=desk::WorkReports/>
                    <Route path=path!("/ledgers") view=desk::Ledgers/>
                    <Route path=path!("/ledgers/:key") view=desk::Ledgers/>
                    <Route path=path!("/codes") view=desk::Codes/>
                    <Route path=path!("/codes/:region") view=desk::Poster/>
                    <Route path=path!("/search") view=desk::SearchPage/>
                    <Route path=path!("/consistency/:region") view=desk::Consistency/>
                    <Route path=path!("/accounts") view=desk::Accounts/>
                    <Route path=path!("/accounts/new") view=desk::NewAccount/>
                    <Route path=path!("/accounts/missing") view=desk::MissingAccounts/>
                    <Route path=path!("/accounts/:id") view=desk::OneAccount/>
                    <Route path=path!("/logs") view=desk::Logs/>
                    <Route path=path!("/rights") view=desk::Rights/>
                    <Route path=path!("/announcements") view=desk::AllAnnouncements/>
                    <Route path=path!("/announcements/:id") view=desk::OneAnnouncement/>
                    <Route path=path!("/dictionaries") view=desk::Dictionaries/>
                    <Route path=path!("/parameters") view=desk::ParametersPage/>
                    <Route path=path!("/divisions") view=desk::Divisions/>
                    <Route path=path!("/divisions/:region") view=desk::Division/>
                    <Route path=path!("/survey_imports") view=desk::SurveyImports/>
                    <Route path=path!("/planning") view=desk::Planning/>
                    <Route path=path!("/planning/:region") view=desk::Village/>
                </ParentRoute>
            </Routes>
        </Router>
        {toasts.view()}
        {confirm.view()}
    }
}

/// Everything behind the sign-in stands in the desk's frame.
#[component]
fn Desk() -> impl IntoView {
    view! {
        <desk::Frame>
            <Outlet/>
        </desk::Frame>
    }
}
