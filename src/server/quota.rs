//! How much one account may do in a while (`security.md` A31): so much that nobody who works meets it, and little enough that no
//! program runs the system down. Each process counts for itself: it guards its own two cores.

use super::session::Signed;
use super::state::App;
use crate::error::AppError;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    /// 保存, 删除, what a review decides, switches and imports: whatever writes.
    Save,
    /// A file that is announced or sent.
    Upload,
    /// A workbook, a paper or an archive.
    Export,
}

impl Kind {
    /// What a request is, where it is counted at all.
    fn of(method: &Method, path: &str) -> Option<Self> {
        let lies_in = |folder: &str| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
        match *method {
            Method::POST if path == "/files" || path == "/files/pieces" => Some(Self::Upload),
            Method::POST if PLAIN_FORMS.into_iter().any(lies_in) || FUNCTIONS.contains(&path) => Some(Self::Save),
            Method::GET if FOLDERS.into_iter().any(lies_in) || ENDINGS.iter().any(|ending| path.ends_with(ending)) => {
                Some(Self::Export)
            }
            _ => None,
        }
    }

    /// For how many seconds it counts.
    const fn window(self) -> i64 {
        match self {
            Self::Save => 60,
            Self::Upload => 24 * 3_600,
            Self::Export => 3_600,
        }
    }

    /// How often within that; 0 for as often as somebody likes.
    fn most(self, app: &App) -> u32 {
        match self {
            Self::Save => app.config.saves_per_minute,
            Self::Upload => app.config.uploads_per_day,
            Self::Export => app.config.exports_per_hour,
        }
    }
}

/// Server functions that change records or switches, one or many at once.
const FUNCTIONS: [&str; 13] = [
    "/api/save_record",
    "/api/delete_record",
    "/api/decide",
    "/api/save_batch",
    "/api/plan_bulk",
    "/api/start_bulk",
    "/api/undo_bulk",
    "/api/resume_bulk",
    "/api/start_import",
    "/api/adopt",
    "/api/take_over",
    "/api/set_switch",
    "/api/set_all_switches",
];
/// Where plain forms do the same, and workbooks come in.
const PLAIN_FORMS: [&str; 5] = ["/records", "/switches", "/imports", "/workbooks", "/consistency"];
/// Where exports lie that have no name of their own.
const FOLDERS: [&str; 7] = [
    "/exports",
    "/letters",
    "/results",
    "/lists",
    "/reports",
    "/workbooks",
    "/templates",
];
/// How the others end.
const ENDINGS: [&str; 6] = [".xlsx", ".docx", ".zip", "/export", "/export-all", "/marked"];

/// Accounts that are remembered before those whose time is over are forgotten.
const MOST_REMEMBERED: usize = 20_000;

/// What was done lately: when the window of an account began, and how often since.
#[derive(Debug, Default)]
pub struct Quotas(Mutex<HashMap<(String, Kind), (i64, u32)>>);

impl Quotas {
    /// Takes one turn; the seconds to wait where there is none left.
    fn take(&self, account: &str, kind: Kind, most: u32, now: i64) -> Result<(), u64> {
        let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if turns.len() >= MOST_REMEMBERED {
            turns.retain(|(_, kind), (begun, _)| now - *begun < kind.window());
        }
        let turn = turns.entry((account.to_owned(), kind)).or_insert((now, 0));
        if now - turn.0 >= kind.window() {
            *turn = (now, 0);
        }
        if turn.1 >= most {
            return Err((kind.window() - (now - turn.0)).max(1).unsigned_abs());
        }
        turn.1 += 1;
        Ok(())
    }
}

/// Layer: refuses what is too much, before anything is done for it.
pub async fn watch(State(app): State<App>, request: Request, next: Next) -> Response {
    let account = request
        .extensions()
        .get::<Signed>()
        .and_then(|signed| signed.account().ok());
    let kind = Kind::of(request.method(), request.uri().path());
    if let (Some(account), Some(kind)) = (account, kind) {
        let most = kind.most(&app);
        let now = app.clock.instant().as_second();
        if most > 0
            && let Err(seconds) = app.quotas.take(&account.id, kind, most, now)
        {
            tracing::warn!(account = account.login_key, ?kind, "more than the quota");
            return refused(&request, AppError::TooMany(seconds));
        }
    }
    next.run(request).await
}

/// A browser that was sent there shows a sentence, a program gets what it gets of every error.
fn refused(request: &Request, error: AppError) -> Response {
    let accepts = request.headers().get(header::ACCEPT);
    let is_page = accepts
        .and_then(|accepts| accepts.to_str().ok())
        .is_some_and(|accepts| accepts.contains("text/html"));
    let text = error.to_string();
    let mut response = error.into_response();
    if is_page {
        let (mut parts, _) = response.into_parts();
        let plain = HeaderValue::from_static("text/plain; charset=utf-8");
        parts.headers.insert(header::CONTENT_TYPE, plain);
        parts.headers.remove(header::CONTENT_LENGTH);
        response = Response::from_parts(parts, text.into());
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_come_back_with_the_next_window() {
        let quotas = Quotas::default();
        let take = |account: &str, now: i64| quotas.take(account, Kind::Save, 2, now);
        assert_eq!(
            (take("a", 100), take("a", 159), take("a", 159)),
            (Ok(()), Ok(()), Err(1))
        );
        assert_eq!(take("b", 159), Ok(()), "each has its own");
        assert_eq!(quotas.take("a", Kind::Export, 1, 159), Ok(()), "and each kind");
        assert_eq!(
            (take("a", 160), take("a", 161), take("a", 161)),
            (Ok(()), Ok(()), Err(59))
        );
    }

    #[test]
    fn what_takes_something_out_is_counted_and_reading_is_not() {
        let of = |method: &str, path: &str| Kind::of(&method.parse().unwrap(), path);
        for path in [
            "/exports/training",
            "/ledgers/progress/export-all",
            "/ledgers/progress/brief.docx",
            "/accounts/export.xlsx",
            "/codes/530102010/all.zip",
            "/workbooks/field_survey",
            "/templates/candidates",
            "/imports/0190a5b2/marked",
            "/reports/530102010004",
        ] {
            assert_eq!(of("GET", path), Some(Kind::Export), "{path}");
        }
        assert_eq!(of("POST", "/files/pieces"), Some(Kind::Upload));
        assert_eq!(
            of("PUT", "/files/pieces/1"),
            None,
            "a file is one file however many pieces it has"
        );
        for path in [
            "/desk/training",
            "/ledgers/progress",
            "/records",
            "/exported",
            "/files/1",
            "/consistency/530102010004",
        ] {
            assert_eq!(of("GET", path), None, "{path}");
        }
    }

    #[test]
    fn whatever_writes_is_a_save_by_every_way() {
        let of = |path: &str| Kind::of(&Method::POST, path);
        for path in [
            "/api/save_record",
            "/api/delete_record",
            "/api/decide",
            "/api/save_batch",
            "/api/start_bulk",
            "/api/start_import",
            "/api/adopt",
            "/api/take_over",
            "/api/set_switch",
            "/api/set_all_switches",
            "/records/training",
            "/records/training/delete",
            "/switches/training",
            "/switches/training/all",
            "/imports/candidates",
            "/workbooks/field_survey",
            "/consistency/530102010004",
        ] {
            assert_eq!(of(path), Some(Kind::Save), "{path}");
        }
        // What is typed is kept and everything is read, however often.
        for path in ["/api/keep_draft", "/api/consistency", "/api/import_status", "/login"] {
            assert_eq!(of(path), None, "{path}");
        }
    }
}
