//! What the server offers for fields that the filler may change (spec S4.2: pre-filled counts).

use crate::domain::field::Suggestion;
use crate::domain::form::Form;
use crate::domain::record::{Draft, Values};
use crate::domain::region::{Level, Region};
use crate::error::AppError;
use crate::server::db::{self, Connection};
use crate::server::state::App;

/// Field key and text of everything that can be offered for a draft of a region.
pub async fn suggest(
    app: &App,
    connection: &mut Connection,
    form: &'static Form,
    region: &Region,
    draft: &Draft,
) -> Result<Vec<(String, String)>, AppError> {
    let mut offered = Vec::new();
    let values = Values::of(form, draft);
    for field in form.fields().filter(|field| !field.is_copied(&values)) {
        let text = match field.suggestion {
            None => continue,
            Some(Suggestion::Text(pattern)) => filled(pattern, &app.divisions.short(region), draft),
            Some(Suggestion::DivisionsBelow(level)) => {
                let below = app.divisions.below(region, level);
                Some(below.filter(|division| division.planned).count().to_string())
            }
            Some(Suggestion::Count(related)) => match draft.text(related.same.1).trim().parse() {
                Ok(value) => Some(
                    db::rules::count_related(&mut *connection, related, region, value)
                        .await?
                        .to_string(),
                ),
                Err(_) => None,
            },
            Some(Suggestion::Listed(form, name, (key, code))) => {
                let names = match crate::forms::find(form) {
                    Some(form) => db::rules::named(&mut *connection, form, name, (key, code), region).await?,
                    None => Vec::new(),
                };
                Some(names.join("、")).filter(|text| !text.is_empty())
            }
            Some(Suggestion::NextNumber) => match region.at(Level::County) {
                Some(county) => {
                    let begin = format!("{county}-{}-", app.clock.today().chars().take(4).collect::<String>());
                    let last = db::planning::last_number(&mut *connection, form, field.key, &county, &begin).await?;
                    Some(format!("{begin}{:04}", last + 1))
                }
                None => None,
            },
            Some(Suggestion::TodayWhen(condition)) => condition.holds(&values).then(|| app.clock.today()),
        };
        offered.extend(text.map(|text| (field.key.to_owned(), text)));
    }
    Ok(offered)
}

/// A pattern with its `{field}`s filled; nothing while one of them is empty.
fn filled(pattern: &str, region: &str, draft: &Draft) -> Option<String> {
    let mut text = String::new();
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, tail) = after.split_once('}')?;
        let value = if name == "region" {
            region
        } else {
            draft.text(name).trim()
        };
        if value.is_empty() {
            return None;
        }
        text.push_str(before);
        text.push_str(value);
        rest = tail;
    }
    text.push_str(rest);
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_waits_for_its_fields() {
        let mut draft = Draft::default();
        assert_eq!(filled("{region}{year}年计划", "五华区", &draft), None);
        draft.set("year", "2022");
        assert_eq!(
            filled("{region}{year}年计划", "五华区", &draft).as_deref(),
            Some("五华区2022年计划")
        );
    }
}
