//! Plain axum routes, where bytes flow and where forms work without JavaScript.

pub mod account;
pub mod administration;
pub mod codes;
pub mod complaints;
pub mod exports;
pub mod files;
pub mod governance;
pub mod health;
pub mod home;
pub mod imports;
pub mod ledgers;
pub mod letters;
pub mod phone;
pub mod records;
pub mod reports;
pub mod results;
pub mod workbooks;

use crate::domain::query::ListQuery;
use crate::error::AppError;
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

pub use crate::record::encoded;

/// The same JSON body everywhere, with the status of the error.
impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let wait = match self {
            Self::TooMany(seconds) => Some(seconds),
            Self::Unavailable => Some(5),
            _ => None,
        };
        let mut response = (status, Json(self)).into_response();
        if let Some(seconds) = wait {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// What the parameters of an address ask of a list.
fn list_query(parameters: &[(String, String)]) -> ListQuery {
    ListQuery::from_parameters(parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())))
}

/// A path of our own, for redirects: never another host (`security.md` A50).
pub fn own_path(path: &str) -> Option<&str> {
    let plain =
        path.starts_with('/') && !path.starts_with("//") && !path.contains('\\') && !path.chars().any(char::is_control);
    plain.then_some(path)
}

#[cfg(test)]
mod tests {
    use super::own_path;

    #[test]
    fn a_redirect_stays_here() {
        assert_eq!(own_path("/desk/training?page=2"), Some("/desk/training?page=2"));
        for elsewhere in [
            "https://example.org",
            "//example.org",
            "/\\example.org",
            "javascript:alert(1)",
            "",
            "/a\nb",
        ] {
            assert_eq!(own_path(elsewhere), None, "{elsewhere}");
        }
    }
}
