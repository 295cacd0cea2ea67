//! What other records of a region tell about a number of this one (spec §10: W + 采用): an offer with its button, a warning
//! where the two differ, never a must.

use super::field::{Field, Kind};
use super::form::Form;
use super::record::{Draft, Values};
use super::rule::{StoreRule, StoreTest};
use super::sheet::{SCALE, Tables, completed, sheets};
use super::value::{format_scaled, grouped};

/// What the store knows of a field, or of a row of a table for its first amount.
#[derive(Clone, Copy)]
pub struct Known {
    /// Number in spec §10, or empty.
    pub rule: &'static str,
    /// Where from, as people read it.
    pub source: &'static str,
    /// What.
    pub of: KnownOf,
    /// It may be off by so many thousandths without a word.
    pub within: i64,
}

/// A number that other records of a region tell. What natural villages tell is a sum only once all of them have told it.
#[derive(Clone, Copy)]
pub enum KnownOf {
    /// A number of a form, added up over the region for the last year that anybody has told: `(form, field)`.
    Latest(&'static str, &'static str),
    /// The same for the year that a field of this record names: `(form, field, year field)`.
    OfYear(&'static str, &'static str, &'static str),
    /// A number in a grid of the region's record, added up: `(form, grid, column)`.
    OfGrid(&'static str, &'static str, &'static str),
    /// The same over the rows of the year that a field of this record names; nothing where no row is of that year.
    OfGridYear {
        /// Form, grid and column.
        of: (&'static str, &'static str, &'static str),
        /// Their column and our field with the year.
        year: (&'static str, &'static str),
    },
    /// A number of the region's record, divided: `(form, field, by)`.
    Divided(&'static str, &'static str, i64),
    /// How many records of a form the region has that hold these codes and are in one of these states, or in any.
    Count(
        &'static str,
        &'static [(&'static str, &'static str)],
        &'static [&'static str],
    ),
    /// How many rows a grid of the region's record has: `(form, grid)`; nothing while there is no record.
    Rows(&'static str, &'static str),
    /// A number of a form, added up over the region's own records: `(form, field)`.
    OfRecords(&'static str, &'static str),
    /// A number of a form that knows no years, added up over the region with all that lies in it: `(form, field)`.
    Within(&'static str, &'static str),
}

/// A number that is told in two places, neither of which is a field that knows of the other.
pub struct Comparison {
    /// What it belongs to.
    pub group: &'static str,
    /// What it is.
    pub title: &'static str,
    /// Who tells it.
    pub sides: [Side; 2],
}

/// One of the two who tell a number.
pub struct Side {
    /// Who, as people read it.
    pub source: &'static str,
    /// What.
    pub of: KnownOf,
    /// Page and tab of the menu where it stands.
    pub place: (&'static str, &'static str),
}

impl KnownOf {
    /// The field of this record that says which year it is about.
    pub const fn year_field(&self) -> Option<&'static str> {
        match self {
            Self::OfYear(.., year) | Self::OfGridYear { year: (_, year), .. } => Some(year),
            _ => None,
        }
    }

    /// Whether it waits until everybody has told it: that nothing is told yet means nothing.
    pub const fn waits_for_all(&self) -> bool {
        matches!(self, Self::Latest(..) | Self::OfYear(..) | Self::Within(..))
    }

    /// The form that tells it.
    pub const fn form(&self) -> &'static str {
        match self {
            Self::Latest(form, _)
            | Self::OfYear(form, ..)
            | Self::OfGrid(form, ..)
            | Self::OfGridYear { of: (form, ..), .. }
            | Self::Divided(form, ..)
            | Self::Count(form, ..)
            | Self::Rows(form, _)
            | Self::OfRecords(form, _)
            | Self::Within(form, _) => form,
        }
    }

    /// The field, column or grid of that form.
    pub const fn field(&self) -> &'static str {
        match self {
            Self::Latest(_, field)
            | Self::OfYear(_, field, _)
            | Self::OfGrid(_, _, field)
            | Self::OfGridYear { of: (_, _, field), .. }
            | Self::Divided(_, field, _)
            | Self::Rows(_, field)
            | Self::OfRecords(_, field)
            | Self::Within(_, field) => field,
            Self::Count(..) => "",
        }
    }
}

impl Known {
    /// Whether a number is so near to what is told that nothing has to be said; both in hundredths.
    pub fn agrees(&self, own: i64, told: i64) -> bool {
        (own - told).abs() * 1_000 <= told.abs() * self.within
    }

    /// What is said of a number that is off.
    pub fn complaint(&self, title: &str, own: i64, told: i64) -> Option<String> {
        let off = match self.within {
            0 => "不一致".to_owned(),
            within => format!("相差超过 {}%", format_scaled(within, 1)),
        };
        let told_text = grouped(&format_scaled(told, SCALE));
        (!self.agrees(own, told)).then(|| format!("{title}与{}（{told_text}）{off}，请核对", self.source))
    }

    /// What the button that takes it over says.
    pub fn button(&self, told: i64) -> String {
        let what = match self.of {
            KnownOf::Divided(..) => "采用 ",
            _ => "采用汇总数 ",
        };
        format!("{what}{}", grouped(&format_scaled(told, SCALE)))
    }
}

/// Everything that is known of a form: the place, a field or a row of a table, and what.
pub fn all(form: &'static Form) -> impl Iterator<Item = (String, &'static Known)> {
    let of_fields = form
        .fields()
        .filter_map(|field| Some((field.key.to_owned(), field.known.as_ref()?)));
    let of_rows = sheets(form).flat_map(|(field, _, sheet)| {
        let known = sheet.rows().iter().filter_map(|row| Some((row, row.known.as_ref()?)));
        known.map(|(row, known)| (format!("{}.{}", field.key, row.key), known))
    });
    of_fields.chain(of_rows)
}

/// A number of a form that is at most what others tell: the rule, the field and what.
pub type Bound = (&'static StoreRule, &'static str, KnownOf);

/// Every number of a form that is at most what others tell.
pub fn bounds(form: &'static Form) -> impl Iterator<Item = Bound> {
    form.store_rules.iter().filter_map(|rule| match &rule.test {
        StoreTest::AtMostKnown(field, of) => Some((rule, *field, *of)),
        _ => None,
    })
}

/// A number of a record that others tell too.
pub struct OwnNumber {
    /// Where it stands.
    pub place: String,
    /// What it is called.
    pub title: &'static str,
    /// In hundredths.
    pub number: i64,
    /// What is known of it.
    pub known: &'static Known,
}

/// The filled numbers of a draft that others tell too; a sum only once its table is filled.
pub fn own_numbers(form: &'static Form, draft: &Draft) -> Vec<OwnNumber> {
    let values = Values::of(form, draft);
    let of_fields = form.fields().filter_map(|field| {
        Some(OwnNumber {
            place: field.key.to_owned(),
            title: field.title,
            number: hundredths(field, values.number(field.key)?),
            known: field.known.as_ref()?,
        })
    });
    let mut numbers: Vec<OwnNumber> = of_fields.collect();
    if form.tables.is_some() {
        let whole = completed(form, draft);
        let tables = Tables::of(form, &whole);
        for (field, _, sheet) in sheets(form) {
            let Some(column) = sheet.amounts.first() else { continue };
            let rows = sheet.rows_in(&whole).iter().enumerate().filter_map(|(position, row)| {
                Some(OwnNumber {
                    place: format!("{}.{position}.{column}", field.key),
                    title: row.title(),
                    number: tables.settled_amount(field.key, row.key, column)?,
                    known: row.known.as_ref()?,
                })
            });
            numbers.extend(rows);
        }
    }
    numbers
}

/// Where the content of a field is filled when that is not the field itself (F-01: every fact has one home).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Home {
    /// In records of the form with this key; its own, where other records of the same form tell it.
    Form(&'static str),
    /// Among the divisions themselves (行政区划).
    Divisions,
}

/// Where the content of a field comes from; nothing where it is typed here, or made of what stands here.
pub fn home(form: &'static Form, field: &Field) -> Option<Home> {
    let of_copy = || {
        let (reference, _) = field.copied?;
        match form.field(reference)?.kind {
            Kind::Reference { to, .. } => to.split('.').next().map(Home::Form),
            _ => None,
        }
    };
    match field.kind {
        Kind::Mirror { form, .. } => Some(Home::Form(form)),
        Kind::Related(related) => Some(Home::Form(related.form)),
        // The years before are records of this form.
        Kind::Cumulated(_) => Some(Home::Form(form.key)),
        _ => of_copy().or_else(|| field.suggestion.and_then(|suggestion| suggestion.home())),
    }
}

/// The name under which travels where the content of a field comes from: `screen\taddress` (F-01).
pub fn origin(place: &str) -> String {
    format!("{place}@")
}

/// The name under which what is told at a place travels to the browser.
pub fn label(place: &str) -> String {
    format!("{place}=")
}

/// A number of a field in hundredths, as everything that is told.
pub fn hundredths(field: &Field, number: i64) -> i64 {
    match field.kind {
        Kind::Decimal { scale, .. } | Kind::Computed { scale, .. } if scale > SCALE => {
            number / 10_i64.pow(scale - SCALE)
        }
        Kind::Decimal { scale, .. } | Kind::Computed { scale, .. } => number * 10_i64.pow(SCALE - scale),
        _ => number * 10_i64.pow(SCALE),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::field::{decimal, integer};

    const NEAR: Known = Known {
        rule: "R-12",
        source: "各自然村合计",
        of: KnownOf::Latest("population", "registered"),
        within: 50,
    };

    #[test]
    fn what_is_off_says_both_numbers() {
        assert_eq!(NEAR.complaint("人口", 105_000, 100_000), None);
        assert_eq!(
            NEAR.complaint("人口", 105_100, 100_000).as_deref(),
            Some("人口与各自然村合计（1,000）相差超过 5%，请核对")
        );
        let exact = Known { within: 0, ..NEAR };
        assert_eq!(
            exact.complaint("人口", 1, 0).as_deref(),
            Some("人口与各自然村合计（0）不一致，请核对")
        );
    }

    #[test]
    fn the_button_names_the_number() {
        assert_eq!(NEAR.button(123_400), "采用汇总数 1,234");
        let area = Known {
            of: KnownOf::Divided("village_profile", "area", 10_000),
            ..NEAR
        };
        assert_eq!(area.button(12_550), "采用 125.5");
    }

    #[test]
    fn numbers_of_all_scales_are_compared_as_one() {
        assert_eq!(hundredths(&integer("a", "a"), 3), 300);
        assert_eq!(hundredths(&decimal("a", "a", 9, 1), 35), 350);
        assert_eq!(hundredths(&decimal("a", "a", 9, 4), 12_345), 123);
    }
}
