//! A field as data: what it is called, what it holds, when it must be filled, where it shows.

use super::attachment::Slot;
use super::code::CodeList;
use super::known::{Home, Known, KnownOf};
use super::parameter::Parameter;
use super::record::Values;
use super::region::Level;
use super::sheet::Sheet;

/// One field of a form. Built by the functions below and their chained settings; see any file in `forms/`.
#[derive(Clone, Copy)]
pub struct Field {
    /// Column name and name of the input.
    pub key: &'static str,
    /// Label, exactly as in the manual.
    pub title: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Whether it must be filled.
    pub required: Required,
    /// Whether it shows at all; a hidden field holds nothing.
    pub shown: Shown,
    /// Unit behind the box (万元, 人, 平方米).
    pub unit: &'static str,
    /// A hint under the box.
    pub help: &'static str,
    /// What an empty record starts with.
    pub initial: Initial,
    /// A column of the list.
    pub listed: bool,
    /// Found by the text box of the query bar.
    pub searched: bool,
    /// A filter of its own in the query bar.
    pub filtered: bool,
    /// Takes the whole width of the dialog.
    pub wide: bool,
    /// The heading of its column in lists and exports where the label is too long, or empty.
    pub heading: &'static str,
    /// What the server offers for it while it is empty.
    pub suggestion: Option<Suggestion>,
    /// Filled with a decision of the review and not in the form.
    pub reviewed: bool,
    /// What people also call it in the workbooks that they send.
    pub also: &'static [&'static str],
    /// Shown as `138****8000` above the township; showing it is an act of its own (security P01).
    pub private: bool,
    /// A number that people are to call and not somebody's own: it shows whole everywhere (spec S3.3c, S3.3d).
    pub office: bool,
    /// Taken from a field of the record that a reference of this form points at: `(reference, their field)`. Where the
    /// reference shows, the field is not typed.
    pub copied: Option<(&'static str, &'static str)>,
    /// Which records a reference offers.
    pub choosing: Option<&'static Choosing>,
    /// A reference that makes a new record for each record that is chosen (名单报审: 选择人员).
    pub spreads: bool,
    /// A division that one record of the form names cannot be named by another (spec R-36). Held by a table of its own.
    pub exclusive: bool,
    /// A number that can be offered while it is typed around: what is left of a sum (spec R-37).
    pub offer: Option<fn(&Values<'_>) -> Option<i64>>,
    /// What other records of the region tell of it: offered with 采用, and a warning where it is off (spec R-12).
    pub known: Option<Known>,
}

/// Which records a reference offers.
pub struct Choosing {
    /// Codes that they must hold.
    pub matching: &'static [(&'static str, &'static str)],
    /// States in one of which they must be; none when any will do.
    pub states: &'static [&'static str],
    /// Left out are those that another record of the referring form points at, with the same values in these fields.
    pub once_among: &'static [&'static str],
}

/// What the server knows and the filler may change.
#[derive(Clone, Copy)]
pub enum Suggestion {
    /// This text; `{region}` is the region's short name, `{other}` the text of another field, without which there is
    /// nothing to offer.
    Text(&'static str),
    /// How many divisions of this level within 纳入规划范围 lie below the region.
    DivisionsBelow(Level),
    /// How many related records there are.
    Count(&'static Related),
    /// The next number of the county and year, `530102-2022-0001` (备案编号).
    NextNumber,
    /// The day, once the condition holds.
    TodayWhen(Condition),
    /// What the region's records of another form say: the form, its field, and the code that they hold.
    Listed(&'static str, &'static str, (&'static str, &'static str)),
}

impl Suggestion {
    /// Whether what is offered changes with that field.
    pub fn depends_on(&self, key: &str) -> bool {
        match self {
            Self::Text(pattern) => pattern.contains(&format!("{{{key}}}")),
            Self::DivisionsBelow(_) | Self::Listed(..) | Self::NextNumber => false,
            Self::Count(related) => related.same.1 == key,
            Self::TodayWhen(condition) => condition.field() == key,
        }
    }

    /// Where what is offered is filled; nothing where it is made of the record itself, of the day or by counting on.
    pub const fn home(&self) -> Option<Home> {
        match self {
            Self::DivisionsBelow(_) => Some(Home::Divisions),
            Self::Count(related) => Some(Home::Form(related.form)),
            Self::Listed(form, ..) => Some(Home::Form(form)),
            Self::Text(_) | Self::NextNumber | Self::TodayWhen(_) => None,
        }
    }
}

/// What the years up to a record's own have brought together (R-10a).
pub struct Cumulation {
    /// The field that is added up.
    pub part: &'static str,
    /// The field of the record that it is a share of.
    pub whole: &'static str,
    /// The field with the year.
    pub year: &'static str,
    /// The parameter that says how many percent are due by the end of a year.
    pub targets: &'static Parameter,
}

impl Cumulation {
    /// Percent that should be reached by a year.
    pub fn target(&self, year: i64) -> i64 {
        self.targets.due(year)
    }
}

/// Records of another form in the record's region.
pub struct Related {
    /// Form key.
    pub form: &'static str,
    /// Their field and ours that hold the same value.
    pub same: (&'static str, &'static str),
    /// Their field and a code: those do not count.
    pub except: (&'static str, &'static str),
}

/// When a field must be filled.
#[derive(Clone, Copy)]
pub enum Required {
    /// May stay empty.
    No,
    /// `*` or `(*)` in the spec.
    Yes,
    /// `c` in the spec.
    When(Condition),
}

/// When a field shows.
#[derive(Clone, Copy)]
pub enum Shown {
    /// Always.
    Always,
    /// Only then.
    When(Condition),
    /// Never: it says where a record belongs, and its tab or its window says the same.
    Never,
}

/// A condition on another field of the same form.
#[derive(Clone, Copy)]
pub enum Condition {
    /// The field holds one of these codes.
    Is(&'static str, &'static [&'static str]),
    /// The field holds something, but none of these codes.
    IsNot(&'static str, &'static [&'static str]),
}

impl Condition {
    /// The field that it looks at.
    pub const fn field(&self) -> &'static str {
        match self {
            Self::Is(field, _) | Self::IsNot(field, _) => field,
        }
    }

    /// Whether it holds for these values.
    pub fn holds(&self, values: &Values<'_>) -> bool {
        match self {
            Self::Is(field, codes) => codes.contains(&values.text(field)),
            Self::IsNot(field, codes) => !values.text(field).is_empty() && !codes.contains(&values.text(field)),
        }
    }
}

/// What an empty record starts with.
#[derive(Clone, Copy)]
pub enum Initial {
    /// Nothing.
    Empty,
    /// This text.
    Text(&'static str),
    /// The day.
    Today,
    /// The name of the account.
    AccountName,
    /// The name of the first uploaded file without its extension (spec S3.1).
    FileName,
    /// 是 when the account's region is one of those that a parameter lists.
    OnIn(&'static Parameter),
}

/// What a field holds. Every kind of the whole spec is here; a form never needs code of its own.
#[derive(Clone, Copy)]
pub enum Kind {
    /// One line of at most so many characters.
    Text {
        /// Characters.
        max: usize,
        /// Characters, when filled.
        min: usize,
    },
    /// The name of a person.
    PersonName,
    /// Several lines.
    LongText {
        /// Characters.
        max: usize,
        /// Characters, when filled.
        min: usize,
    },
    /// A whole number.
    Integer {
        /// Smallest.
        min: i64,
        /// Largest.
        max: i64,
    },
    /// An exact decimal, stored times 10^scale.
    Decimal {
        /// Decimals kept.
        scale: u32,
        /// Smallest, scaled.
        min: i64,
        /// Largest, scaled.
        max: i64,
    },
    /// A day.
    Date {
        /// The earliest day that makes sense, or empty.
        from: &'static str,
        /// most dates cannot lie in the future.
        until_today: bool,
    },
    /// A month, `2021-08`.
    Month,
    /// A year.
    Year(Years),
    /// One code of a list.
    Choice(&'static CodeList),
    /// Several codes of a list.
    Choices(&'static CodeList),
    /// 是/否.
    Switch,
    ///
    Phone {
        /// Whether a landline will do.
        landline: bool,
    },
    ///
    IdNumber,
    /// One division of that level inside the account's scope.
    Division(Level),
    /// Several divisions of that level inside the account's scope.
    Divisions(Level),
    /// Records of another form in the same region: a natural village, a person, a villager group.
    Reference {
        /// Form key, or `form.grid`.
        to: &'static str,
        /// Several may be picked.
        many: bool,
    },
    /// Attachments.
    Files(Slot),
    /// Computed from other fields, never typed.
    Computed {
        /// Decimals shown.
        scale: u32,
        /// The arithmetic, on scaled numbers.
        of: fn(&Values<'_>) -> Option<i64>,
    },
    /// Read from a record of another form about the same region (F-01: every fact has one home). Not stored here.
    Mirror {
        /// Form key.
        form: &'static str,
        /// Its field.
        field: &'static str,
    },
    /// Filled from the account that registers the record.
    OfAccount(AccountFact),
    /// The list of related records, each with the way to it. Not stored here.
    Related(&'static Related),
    /// Files and records of other forms that this one is about, each with the way to it (报审成果). Not stored here.
    Results,
    /// The how-manieth record of its region this is; the server counts.
    Ordinal,
    /// How far the records of a region have come together by a year, against a target. Not stored here.
    Cumulated(&'static Cumulation),
    /// Child rows: the list-style table of manual 1.5(2).
    Grid(&'static Grid),
}

/// Which years a field takes.
#[derive(Clone, Copy)]
pub enum Years {
    /// From and to.
    Within(i64, i64),
    /// Those that a parameter opens at the time.
    Of(&'static Parameter),
}

impl Years {
    /// The first and the last.
    pub fn bounds(self) -> (i64, i64) {
        match self {
            Self::Within(from, to) => (from, to),
            Self::Of(parameter) => parameter.years(),
        }
    }
}

/// What a record takes from the account that registers it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum AccountFact {
    /// 填报层级
    Level,
    /// 填报单位
    Name,
}

/// A list-style table inside a form.
pub struct Grid {
    /// What a row is called in messages, e.g. 村(居)民小组.
    pub row_title: &'static str,
    /// Columns; any kind but files and grids.
    pub columns: &'static [Field],
    /// Rows at the most.
    pub max_rows: usize,
    /// Whether the rows are given and none comes or goes.
    pub fixed: bool,
    /// The dictionary that gives its rows, and what is worked out from them (spec S6.9b, S6.9c).
    pub sheet: Option<&'static Sheet>,
    /// Columns whose value may occur only once.
    pub unique: &'static [&'static str],
    /// `(column, code, most, message)`: at most so many rows may hold this code.
    pub at_most: &'static [(&'static str, &'static str, usize, &'static str)],
}

const fn field(key: &'static str, title: &'static str, kind: Kind) -> Field {
    Field {
        key,
        title,
        kind,
        required: Required::No,
        shown: Shown::Always,
        unit: "",
        help: "",
        initial: Initial::Empty,
        listed: false,
        searched: false,
        filtered: false,
        wide: false,
        heading: "",
        suggestion: None,
        reviewed: false,
        also: &[],
        private: false,
        office: false,
        copied: None,
        choosing: None,
        spreads: false,
        exclusive: false,
        offer: None,
        known: None,
    }
}

/// One line of text.
pub const fn text(key: &'static str, title: &'static str, max: usize) -> Field {
    field(key, title, Kind::Text { max, min: 0 })
}

/// A person's name.
pub const fn person_name(key: &'static str, title: &'static str) -> Field {
    field(key, title, Kind::PersonName)
}

/// Several lines of text, over the whole width.
pub const fn long_text(key: &'static str, title: &'static str, max: usize) -> Field {
    field(key, title, Kind::LongText { max, min: 0 }).wide()
}

/// A whole number, not negative unless [`Field::range`] says otherwise.
pub const fn integer(key: &'static str, title: &'static str) -> Field {
    field(
        key,
        title,
        Kind::Integer {
            min: 0,
            max: 999_999_999,
        },
    )
}

/// An exact decimal with so many decimals, not negative, below 10^(precision − scale).
pub const fn decimal(key: &'static str, title: &'static str, precision: u32, scale: u32) -> Field {
    field(
        key,
        title,
        Kind::Decimal {
            scale,
            min: 0,
            max: 10_i64.pow(precision) - 1,
        },
    )
}

/// A day that is not in the future.
pub const fn date(key: &'static str, title: &'static str) -> Field {
    field(
        key,
        title,
        Kind::Date {
            from: "",
            until_today: true,
        },
    )
}

/// A day that may lie in the future.
pub const fn planned_date(key: &'static str, title: &'static str) -> Field {
    field(
        key,
        title,
        Kind::Date {
            from: "",
            until_today: false,
        },
    )
}

/// A month.
pub const fn month(key: &'static str, title: &'static str) -> Field {
    field(key, title, Kind::Month)
}

/// A year.
pub const fn year(key: &'static str, title: &'static str, from: i64, to: i64) -> Field {
    field(key, title, Kind::Year(Years::Within(from, to)))
}

/// A year of those that a parameter opens.
pub const fn year_of(key: &'static str, title: &'static str, parameter: &'static Parameter) -> Field {
    field(key, title, Kind::Year(Years::Of(parameter)))
}

/// One code of a list.
pub const fn choice(key: &'static str, title: &'static str, list: &'static CodeList) -> Field {
    field(key, title, Kind::Choice(list))
}

/// Several codes of a list.
pub const fn choices(key: &'static str, title: &'static str, list: &'static CodeList) -> Field {
    field(key, title, Kind::Choices(list)).wide()
}

/// 是/否; starts as 否.
pub const fn switch(key: &'static str, title: &'static str) -> Field {
    field(key, title, Kind::Switch).initially("0")
}

/// A mobile number.
pub const fn phone(key: &'static str, title: &'static str) -> Field {
    field(key, title, Kind::Phone { landline: false })
}

/// A mobile or landline number.
pub const fn phone_or_landline(key: &'static str, title: &'static str) -> Field {
    field(key, title, Kind::Phone { landline: true })
}

/// An ID number.
pub const fn id_number(key: &'static str, title: &'static str) -> Field {
    field(key, title, Kind::IdNumber)
}

/// One division of a level.
pub const fn division(key: &'static str, title: &'static str, level: Level) -> Field {
    field(key, title, Kind::Division(level))
}

/// Several divisions of a level.
pub const fn divisions(key: &'static str, title: &'static str, level: Level) -> Field {
    field(key, title, Kind::Divisions(level)).wide()
}

/// One record of another form in the same region.
pub const fn reference(key: &'static str, title: &'static str, to: &'static str) -> Field {
    field(key, title, Kind::Reference { to, many: false })
}

/// Several records of another form in the same region.
pub const fn references(key: &'static str, title: &'static str, to: &'static str) -> Field {
    field(key, title, Kind::Reference { to, many: true }).wide()
}

/// An attachment slot, over the whole width.
pub const fn files(key: &'static str, title: &'static str, slot: Slot) -> Field {
    field(key, title, Kind::Files(slot)).wide()
}

/// A computed number.
pub const fn computed(key: &'static str, title: &'static str, scale: u32, of: fn(&Values<'_>) -> Option<i64>) -> Field {
    field(key, title, Kind::Computed { scale, of })
}

/// A value that lives in another form.
pub const fn mirror(key: &'static str, title: &'static str, form: &'static str, source: &'static str) -> Field {
    field(key, title, Kind::Mirror { form, field: source })
}

/// A fact of the account.
pub const fn of_account(key: &'static str, title: &'static str, fact: AccountFact) -> Field {
    field(key, title, Kind::OfAccount(fact))
}

/// The list of related records.
pub const fn related(key: &'static str, title: &'static str, to: &'static Related) -> Field {
    field(key, title, Kind::Related(to)).wide()
}

/// What other steps have brought about.
pub const fn results(key: &'static str, title: &'static str) -> Field {
    field(key, title, Kind::Results).wide()
}

/// The number of a record within its region.
pub const fn ordinal(key: &'static str, title: &'static str) -> Field {
    field(key, title, Kind::Ordinal)
}

/// How far the years have come together.
pub const fn cumulated(key: &'static str, title: &'static str, of: &'static Cumulation) -> Field {
    field(key, title, Kind::Cumulated(of))
}

/// Child rows.
pub const fn grid(key: &'static str, title: &'static str, rows: &'static Grid) -> Field {
    field(key, title, Kind::Grid(rows)).wide()
}

impl Field {
    /// Must be filled.
    pub const fn required(mut self) -> Self {
        self.required = Required::Yes;
        self
    }

    /// Must be filled when the condition holds.
    pub const fn required_when(mut self, condition: Condition) -> Self {
        self.required = Required::When(condition);
        self
    }

    /// Shows only when the condition holds.
    pub const fn shown_when(mut self, condition: Condition) -> Self {
        self.shown = Shown::When(condition);
        self
    }

    /// Unit behind the box.
    pub const fn unit(mut self, unit: &'static str) -> Self {
        self.unit = unit;
        self
    }

    /// Hint under the box.
    pub const fn help(mut self, help: &'static str) -> Self {
        self.help = help;
        self
    }

    /// What an empty record starts with.
    pub const fn initially(mut self, text: &'static str) -> Self {
        self.initial = Initial::Text(text);
        self
    }

    /// Starts with something that is not a constant.
    pub const fn initial(mut self, initial: Initial) -> Self {
        self.initial = initial;
        self
    }

    /// At least so many characters, when filled.
    pub const fn at_least(mut self, least: usize) -> Self {
        self.kind = match self.kind {
            Kind::Text { max, .. } => Kind::Text { max, min: least },
            Kind::LongText { max, .. } => Kind::LongText { max, min: least },
            other => other,
        };
        self
    }

    /// Bounds of a number; for decimals in whole units.
    pub const fn range(mut self, least: i64, most: i64) -> Self {
        self.kind = match self.kind {
            Kind::Integer { .. } => Kind::Integer { min: least, max: most },
            Kind::Decimal { scale, .. } => Kind::Decimal {
                scale,
                min: least * 10_i64.pow(scale),
                max: most * 10_i64.pow(scale),
            },
            other => other,
        };
        self
    }

    /// A decimal or whole number that must be greater than zero.
    pub const fn positive(mut self) -> Self {
        self.kind = match self.kind {
            Kind::Integer { max, .. } => Kind::Integer { min: 1, max },
            Kind::Decimal { scale, max, .. } => Kind::Decimal { scale, min: 1, max },
            other => other,
        };
        self
    }

    /// The earliest day that makes sense.
    pub const fn not_before(mut self, day: &'static str) -> Self {
        if let Kind::Date { until_today, .. } = self.kind {
            self.kind = Kind::Date { from: day, until_today };
        }
        self
    }

    /// A column of the list.
    pub const fn listed(mut self) -> Self {
        self.listed = true;
        self
    }

    /// Found by the query bar's text box.
    pub const fn searched(mut self) -> Self {
        self.searched = true;
        self
    }

    /// A filter of its own in the query bar.
    pub const fn filtered(mut self) -> Self {
        self.filtered = true;
        self
    }

    /// The whole width of the dialog.
    pub const fn wide(mut self) -> Self {
        self.wide = true;
        self
    }

    /// A shorter heading for lists and exports.
    pub const fn headed(mut self, heading: &'static str) -> Self {
        self.heading = heading;
        self
    }

    /// What the server offers while it is empty.
    pub const fn suggested(mut self, suggestion: Suggestion) -> Self {
        self.suggestion = Some(suggestion);
        self
    }

    /// Filled with a decision of the review.
    pub const fn by_review(mut self) -> Self {
        self.reviewed = true;
        self
    }

    /// Other titles of its column in a workbook.
    pub const fn also(mut self, titles: &'static [&'static str]) -> Self {
        self.also = titles;
        self
    }

    /// Shown in part above the township.
    pub const fn private(mut self) -> Self {
        self.private = true;
        self
    }

    /// The number of an office. Whoever declares a number says whose it is: this or [`Field::private`] (security G21).
    pub const fn of_office(mut self) -> Self {
        self.office = true;
        self
    }

    /// Never in the form.
    pub const fn hidden(mut self) -> Self {
        self.shown = Shown::Never;
        self
    }

    /// Taken from a field of the record that a reference points at.
    pub const fn copied(mut self, reference: &'static str, field: &'static str) -> Self {
        self.copied = Some((reference, field));
        self
    }

    /// Only these records are offered.
    pub const fn choosing(mut self, choosing: &'static Choosing) -> Self {
        self.choosing = Some(choosing);
        self
    }

    /// A new record for each that is chosen.
    pub const fn spreading(mut self) -> Self {
        self.spreads = true;
        self.wide = true;
        self
    }

    /// No two records name the same division.
    pub const fn exclusive(mut self) -> Self {
        self.exclusive = true;
        self
    }

    /// A number that is offered beside the box.
    pub const fn offering(mut self, offer: fn(&Values<'_>) -> Option<i64>) -> Self {
        self.offer = Some(offer);
        self
    }

    /// Told by other records of the region, where it may be off by so many thousandths.
    pub const fn known(mut self, rule: &'static str, source: &'static str, of: KnownOf, within: i64) -> Self {
        self.known = Some(Known {
            rule,
            source,
            of,
            within,
        });
        self
    }

    /// The heading of its column.
    pub const fn head(&self) -> &'static str {
        if self.heading.is_empty() {
            self.title
        } else {
            self.heading
        }
    }

    /// Whether the value has a column of its own in the form's table.
    pub const fn is_stored(&self) -> bool {
        !matches!(
            self.kind,
            Kind::Mirror { .. }
                | Kind::Grid(_)
                | Kind::Files(_)
                | Kind::Related(_)
                | Kind::Results
                | Kind::Cumulated(_)
        )
    }

    /// Whether it is a number by which people are called or known: whoever declares one says whose it is.
    pub const fn is_personal_number(&self) -> bool {
        matches!(self.kind, Kind::Phone { .. } | Kind::IdNumber)
    }

    /// Whether it is a table with a column of which only a part is shown above the township.
    pub fn has_private_columns(&self) -> bool {
        match self.kind {
            Kind::Grid(grid) => grid.columns.iter().any(|column| column.private),
            _ => false,
        }
    }

    /// Whether the user never types it.
    pub const fn is_read_only(&self) -> bool {
        self.reviewed
            || matches!(
                self.kind,
                Kind::Mirror { .. }
                    | Kind::Computed { .. }
                    | Kind::OfAccount(_)
                    | Kind::Related(_)
                    | Kind::Results
                    | Kind::Ordinal
                    | Kind::Cumulated(_)
            )
    }

    /// Whether the column is a number in the store.
    pub const fn is_number(&self) -> bool {
        matches!(
            self.kind,
            Kind::Integer { .. }
                | Kind::Decimal { .. }
                | Kind::Computed { .. }
                | Kind::Switch
                | Kind::Year(_)
                | Kind::Ordinal
        )
    }

    /// Whether it shows for these values.
    pub fn shows(&self, values: &Values<'_>) -> bool {
        match self.shown {
            Shown::Always => true,
            Shown::When(condition) => condition.holds(values),
            Shown::Never => false,
        }
    }

    /// Whether it holds something for these values: what does not show is empty, but for what never shows.
    pub fn holds(&self, values: &Values<'_>) -> bool {
        matches!(self.shown, Shown::Never) || self.shows(values)
    }

    /// Whether its value is taken from another record, for these values.
    pub fn is_copied(&self, values: &Values<'_>) -> bool {
        let Some((reference, _)) = self.copied else {
            return false;
        };
        let field = values.fields.iter().find(|field| field.key == reference);
        field.is_some_and(|field| field.holds(values))
    }

    /// Whether it must be filled for these values.
    pub fn must_be_filled(&self, values: &Values<'_>) -> bool {
        match self.required {
            Required::No => false,
            Required::Yes => true,
            Required::When(condition) => condition.holds(values),
        }
    }
}
