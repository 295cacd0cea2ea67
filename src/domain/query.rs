//! What a list page asks for: the URL is the state (design §5).

use super::region::Region;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Page sizes on offer (ux 9).
pub const PAGE_SIZES: [i64; 3] = [20, 50, 100];

/// A list query, read from and written to the query string.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListQuery {
    /// Only records of this subtree.
    pub region: Option<Region>,
    /// Text looked for in the searched fields.
    pub text: String,
    /// Field key → code that the record must hold.
    pub filters: BTreeMap<String, String>,
    /// Only records of the account's own level (manual 3.2(5)).
    pub own_level: bool,
    /// Field key to sort by; empty means newest first. `-key` sorts downwards.
    pub sort: String,
    /// From 1.
    pub page: i64,
    /// Lines per page, one of [`PAGE_SIZES`].
    pub size: i64,
}

impl Default for ListQuery {
    fn default() -> Self {
        Self {
            region: None,
            text: String::new(),
            filters: BTreeMap::new(),
            own_level: false,
            sort: String::new(),
            page: 1,
            size: PAGE_SIZES[0],
        }
    }
}

/// Names of query parameters that are not filters.
const RESERVED: [&str; 16] = [
    "tab",
    "region",
    "text",
    "own_level",
    "sort",
    "page",
    "size",
    "open",
    "mode",
    "city",
    "county",
    "township",
    "notice",
    "checked",
    "problem",
    "opinion",
];

/// What a list is sorted by, and whether downwards: the name behind a `-`.
pub fn order_of(sort: &str) -> (&str, bool) {
    match sort.strip_prefix('-') {
        Some(key) => (key, true),
        None => (sort, false),
    }
}

impl ListQuery {
    /// Reads the parameters of a URL. Nonsense falls back to the default: an old link must still open.
    pub fn from_parameters<'a>(parameters: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut query = Self::default();
        for (name, value) in parameters {
            let value = value.trim();
            match name {
                "region" => query.region = Region::parse(value).or(query.region),
                // The cascade posts one parameter a level; the longest code is the choice.
                "city" | "county" | "township" | "village" => {
                    let deeper = |code: &Region| query.region.as_ref().is_none_or(|held| held.level() < code.level());
                    if let Some(code) = Region::parse(value).filter(deeper) {
                        query.region = Some(code);
                    }
                }
                "text" => query.text = value.chars().take(100).collect(),
                "own_level" => query.own_level = value == "1",
                "sort" => query.sort = value.to_owned(),
                "page" => query.page = value.parse().unwrap_or(1).clamp(1, 1_000_000),
                "size" => {
                    query.size = value
                        .parse()
                        .ok()
                        .filter(|size| PAGE_SIZES.contains(size))
                        .unwrap_or(20)
                }
                name if !RESERVED.contains(&name) && !value.is_empty() => {
                    query.filters.insert(name.to_owned(), value.to_owned());
                }
                _ => {}
            }
        }
        query
    }

    /// The parameters that say the same, without those that are at their default.
    pub fn parameters(&self) -> Vec<(String, String)> {
        let mut parameters = Vec::new();
        let mut put = |name: &str, value: String| parameters.push((name.to_owned(), value));
        if let Some(region) = &self.region {
            put("region", region.code().to_owned());
        }
        if !self.text.is_empty() {
            put("text", self.text.clone());
        }
        for (name, value) in &self.filters {
            put(name, value.clone());
        }
        if self.own_level {
            put("own_level", "1".to_owned());
        }
        if !self.sort.is_empty() {
            put("sort", self.sort.clone());
        }
        if self.page > 1 {
            put("page", self.page.to_string());
        }
        if self.size != PAGE_SIZES[0] {
            put("size", self.size.to_string());
        }
        parameters
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_survives_its_url() {
        let mut query = ListQuery {
            region: Region::parse("530102"),
            text: "动员".into(),
            page: 3,
            ..Default::default()
        };
        query.filters.insert("form".into(), "meeting".into());
        query.sort = "-held_on".into();
        let parameters = query.parameters();
        let back = ListQuery::from_parameters(parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        assert_eq!(back, query);
    }

    #[test]
    fn nonsense_falls_back() {
        let query = ListQuery::from_parameters([("page", "-4"), ("size", "7"), ("region", "99"), ("tab", "x")]);
        assert_eq!(query, ListQuery::default());
    }

    #[test]
    fn the_cascade_takes_the_lowest_choice() {
        let query = ListQuery::from_parameters([("township", "530102010"), ("city", "5301"), ("village", "")]);
        assert_eq!(query.region, Region::parse("530102010"));
    }
}
