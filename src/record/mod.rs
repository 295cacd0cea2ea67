//! Everything generic about records, written once.

pub mod attachments;
pub mod bulk;
pub mod decide;
pub mod dialog;
pub mod editing;
pub mod field_input;
pub mod form_view;
pub mod grid;
pub mod import;
pub mod list;
pub mod outbox;
pub mod query_bar;
pub mod region_pick;
pub mod sheet;
pub mod switch;
pub mod workbook;

use crate::domain::form::Form;
use crate::domain::page::{Page, Tab};
use crate::domain::query::ListQuery;

/// The place on the desk that a component belongs to.
#[derive(Clone, Copy)]
pub struct Place {
    /// Page of the menu.
    pub page: &'static Page,
    /// Tab of the page.
    pub tab: &'static Tab,
}

impl Place {
    /// The form of the tab.
    pub fn form(&self) -> &'static Form {
        self.tab.form
    }

    /// The query of the tab as it is opened first: of the same village, where the page is about one.
    pub fn plain(&self, query: &ListQuery) -> ListQuery {
        ListQuery {
            region: query.region.clone().filter(|_| self.tab.inside),
            ..ListQuery::default()
        }
    }

    /// The address of the list with a query and further parameters: the URL is the state (design §5).
    pub fn address(&self, query: &ListQuery, more: &[(&str, &str)]) -> String {
        let mut parameters = Vec::new();
        if !self.tab.key.is_empty() {
            parameters.push(format!("tab={}", self.tab.key));
        }
        parameters.extend(
            query
                .parameters()
                .iter()
                .map(|(name, value)| format!("{name}={}", encoded(value))),
        );
        parameters.extend(more.iter().map(|(name, value)| format!("{name}={}", encoded(value))));
        let question = if parameters.is_empty() { "" } else { "?" };
        format!("/desk/{}{question}{}", self.page.key, parameters.join("&"))
    }
}

/// Percent-encodes everything but letters, digits and `-._`.
pub fn encoded(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' => result.push(char::from(byte)),
            _ => result.push_str(&format!("%{byte:02X}")),
        }
    }
    result
}
