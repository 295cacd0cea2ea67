//! 台账信息 (manual 7, spec §11): tables over forms, as data. `server/ledgers` computes them, `server/db/ledgers.rs` counts.

use super::account::AccountKind;
use super::page::Tab;
use super::region::Level;
use super::step::Step;

/// One ledger.
pub struct Ledger {
    /// Its number in spec §11.
    pub number: &'static str,
    /// Name in the URL.
    pub key: &'static str,
    /// Title of its tab.
    pub title: &'static str,
    /// The group of tabs that it stands in.
    pub group: &'static str,
    /// Who sees it, where not everybody who reads its forms does.
    pub kinds: &'static [AccountKind],
    /// What makes a line.
    pub rows: Rows,
    /// The columns behind the name of the line, group by group.
    pub columns: &'static [&'static [Column]],
    /// How a year narrows it.
    pub year: ByYear,
    /// The field with the day that 起 and 止 narrow, or empty.
    pub day: &'static str,
    /// The lists behind its numbers.
    pub details: &'static [Detail],
}

/// What most ledgers are.
pub const LEDGER: Ledger = Ledger {
    number: "",
    key: "",
    title: "",
    group: "",
    kinds: &[],
    rows: Rows::Divisions,
    columns: &[],
    year: ByYear::No,
    day: "",
    details: &[],
};

/// What makes a line.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Rows {
    /// A line for each division below the chosen one, what the chosen one says of itself, and 合计.
    Divisions,
    /// A line for each value of a field: `(form, field, heading)`.
    Values(&'static str, &'static str, &'static str),
    /// A line for each row of a table whose rows a dictionary gives: `(form, grid)`.
    Items(&'static str, &'static str),
    /// No table: only the lists.
    Lists,
}

/// How a year narrows a ledger.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum ByYear {
    /// Not at all.
    No,
    /// Records whose field says so.
    Field(&'static str),
    /// The same; the sum over several years means nothing, so without a choice it is the last one.
    Last(&'static str),
    /// Villages that the baseline survey puts into the plan of the year.
    Task,
}

/// One column.
#[derive(Clone, Copy)]
pub struct Column {
    /// Its name, unique in the ledger.
    pub key: &'static str,
    /// The heading that it shares with its neighbours, or empty.
    pub group: &'static str,
    /// Its heading, with the unit.
    pub title: &'static str,
    /// What it says.
    pub of: Of,
}

impl Column {
    /// Under a heading that it shares with its neighbours.
    pub const fn under(mut self, group: &'static str) -> Self {
        self.group = group;
        self
    }
}

/// A column.
pub const fn column(key: &'static str, title: &'static str, of: Of) -> Column {
    Column {
        key,
        group: "",
        title,
        of,
    }
}

/// What a column says of a line.
#[derive(Clone, Copy)]
pub enum Of {
    /// Divisions of a level within 纳入规划范围.
    Divisions(Level),
    /// Regions that have completed a step.
    Done(&'static Step),
    /// Villages that have completed all of these.
    DoneAll(&'static [&'static Step]),
    /// Records.
    Count(Records),
    /// Regions of a level that have such records.
    Places(Records, Level),
    /// Numbers of the records, added up.
    Sum(Records, &'static [&'static str]),
    /// A column for each code of a field: records, or a number of theirs added up where one is named.
    Each(Records, &'static str, &'static str),
    /// Divisions that records name in a field which no two may share: `(form, field, which of them)`.
    Named(&'static str, &'static str, Naming),
    /// Records that have a file in a slot.
    Filled(&'static str, &'static str),
    /// A number in the rows of a grid, added up: the grid is that of [`Rows::Items`].
    Cell(&'static str),
    /// Days since the one of these records that has waited longest was touched.
    Oldest(Records),
    /// Villages within 纳入规划范围 that have no such records.
    Lacking(Records),
    /// Natural villages within 纳入规划 that have records of one of these forms, or have said that there is none (无此项).
    Topic(&'static [&'static str]),
    /// Different values that the records hold in a field.
    Distinct(Records, &'static str),
    /// One of the texts that the records hold in a field.
    Said(&'static str, &'static str),
    /// One column in percent of another, two decimals.
    Share(&'static str, &'static str),
    /// A column for each code of a column that spreads over codes: in percent of another column, 100 at most.
    EachShare(&'static str, &'static str),
    /// One column divided by another, so many decimals.
    Quotient(&'static str, &'static str, u32),
    /// Columns, added up.
    Total(&'static [&'static str]),
    /// One column less another.
    Less(&'static str, &'static str),
}

/// Which divisions that a record names count.
#[derive(Clone, Copy)]
pub enum Naming {
    /// All.
    All,
    /// Those that have completed a step.
    Done(&'static Step),
    /// Those with a record of a form in one of these states.
    In(&'static str, &'static [&'static str]),
}

/// Records that a column is about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Records {
    /// Their form.
    pub form: &'static str,
    /// Fields and the codes of which they hold one.
    pub holding: &'static [(&'static str, &'static [&'static str])],
    /// A field that holds something else than a code, or nothing.
    pub except: Option<(&'static str, &'static str)>,
    /// The states of which they are in one; empty means all.
    pub states: &'static [&'static str],
    /// A number of theirs, and how large it is at least.
    pub least: Option<(&'static str, i64)>,
    /// Whether only those of the last year of 人口年份区间 count.
    pub last_year: bool,
    /// Whether those of the years before the chosen one count too.
    pub so_far: bool,
}

/// All records of a form.
pub const fn of(form: &'static str) -> Records {
    Records {
        form,
        holding: &[],
        except: None,
        states: &[],
        least: None,
        last_year: false,
        so_far: false,
    }
}

impl Records {
    /// Those that hold one of the codes in each of the fields.
    pub const fn holding(mut self, holding: &'static [(&'static str, &'static [&'static str])]) -> Self {
        self.holding = holding;
        self
    }

    /// Those whose field does not hold the code.
    pub const fn except(mut self, field: &'static str, code: &'static str) -> Self {
        self.except = Some((field, code));
        self
    }

    /// Those with a number of at least so much.
    pub const fn from(mut self, field: &'static str, least: i64) -> Self {
        self.least = Some((field, least));
        self
    }

    /// Those of the last year of 人口年份区间.
    pub const fn of_last_year(mut self) -> Self {
        self.last_year = true;
        self
    }

    /// Those of the chosen year and of all before it.
    pub const fn so_far(mut self) -> Self {
        self.so_far = true;
        self
    }

    /// Those in one of these states.
    pub const fn among(mut self, states: &'static [&'static str]) -> Self {
        self.states = states;
        self
    }
}

/// A list behind the numbers.
#[derive(Clone, Copy)]
pub struct Detail {
    /// Name in the URL.
    pub key: &'static str,
    /// Title of its tab.
    pub title: &'static str,
    /// What it lists.
    pub of: DetailOf,
}

/// What a list holds.
#[derive(Clone, Copy)]
pub enum DetailOf {
    /// Records of a form, with the columns of the tab, and what is worked out for each.
    Records(&'static Tab, &'static [Fact]),
    /// Villages within 纳入规划范围.
    Villages(&'static [VillageFact]),
    /// What each village says in the rows of a table whose rows a dictionary gives: `(tab over its form, grid)`.
    Items(&'static Tab, &'static str),
    /// The same, added up for each division below the chosen one.
    ItemsByDivision(&'static Tab, &'static str),
    /// Accounts.
    Accounts,
}

/// What is worked out for a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fact {
    /// When it was submitted last.
    SubmittedOn,
    /// When it passed its last review, and what that is called.
    PassedOn(&'static str),
    /// How often it was returned.
    Returns,
    /// Days from the first submission to the passing.
    DaysTaken,
    /// On how many days it hung out.
    PublishedDays,
    /// Whether a letter went out about the person.
    LetterSent,
    /// How often the person took part in what 工作纪实 tells.
    Participations,
    /// On how many days.
    ParticipationDays,
    /// In which steps.
    ParticipationSteps,
    /// When last.
    LastParticipation,
    /// The way to the work report of the person.
    WorkReport,
    /// At which level it was registered.
    Level,
    /// The same for all records of the list: heading and text.
    Text(&'static str, &'static str),
    /// What the plans of the county so far set out to do, in percent of its villages.
    CumulatedShare,
    /// Whether the three age groups make the registered population.
    AgesChecked,
    /// Whether the village has filled 两表.
    TablesFilled,
    /// The opinions and the evaluation that the county has uploaded.
    ReviewPapers,
    /// Since when the natural village has an account.
    RegisteredOn,
    /// How many of the topics the natural village has told.
    TopicsTold,
    /// When it told something last.
    LastTold,
}

impl Fact {
    /// Its heading.
    pub const fn title(self) -> &'static str {
        match self {
            Self::SubmittedOn => "提交时间",
            Self::PassedOn(title) => title,
            Self::Returns => "打回次数",
            Self::DaysTaken => "用时(天)",
            Self::PublishedDays => "公示天数",
            Self::LetterSent => "是否发函",
            Self::Participations => "参与次数",
            Self::ParticipationDays => "参与天数",
            Self::ParticipationSteps => "涉及环节",
            Self::LastParticipation => "最近参与日期",
            Self::WorkReport => "工作报告",
            Self::Level => "层级",
            Self::Text(title, _) => title,
            Self::CumulatedShare => "累计比重(%)",
            Self::AgesChecked => "校验结果",
            Self::TablesFilled => "两表完成",
            Self::ReviewPapers => "意见/评价表",
            Self::RegisteredOn => "注册时间",
            Self::TopicsTold => "已填报",
            Self::LastTold => "最近更新",
        }
    }

    /// Whether it is a number.
    pub const fn is_number(self) -> bool {
        matches!(
            self,
            Self::Returns
                | Self::DaysTaken
                | Self::PublishedDays
                | Self::Participations
                | Self::ParticipationDays
                | Self::CumulatedShare
        )
    }
}

/// What is said of a village.
#[derive(Clone, Copy)]
pub enum VillageFact {
    /// 年度计划
    Year,
    /// 当前环节
    Current,
    /// 停留天数: since the step before was completed.
    Waiting,
    /// Each of these steps: 是否完成, and 完成时间.
    Steps(&'static [&'static Step]),
    /// 技术单位
    Unit,
    /// 组长
    Leader,
    /// 组长电话
    LeaderPhone,
    /// Whether a file is there: `(form, slot, heading)`.
    File(&'static str, &'static str, &'static str),
    /// Files of a slot against natural villages: `(form, slot, heading)`.
    FilesOfHamlets(&'static str, &'static str, &'static str),
    /// All results in one archive.
    Archive,
}

impl VillageFact {
    /// The name by which villages are sorted, or empty where they are not.
    pub const fn sort(self) -> &'static str {
        match self {
            Self::Year => "year",
            Self::Current => "current",
            Self::Waiting => "waiting",
            Self::Unit => "unit",
            Self::Leader => "leader",
            _ => "",
        }
    }
}

impl Ledger {
    /// Its columns, one after the other.
    pub fn all_columns(&self) -> impl Iterator<Item = &'static Column> {
        self.columns.iter().flat_map(|group| group.iter())
    }

    /// The list of that name.
    pub fn detail(&self, key: &str) -> Option<&'static Detail> {
        self.details.iter().find(|detail| detail.key == key)
    }

    /// The list of records of a form.
    pub fn list_of(&self, form: &str) -> Option<&'static Detail> {
        self.details
            .iter()
            .find(|detail| matches!(detail.of, DetailOf::Records(tab, _) if tab.form.key == form))
    }

    /// The forms that it reads.
    pub fn forms(&self) -> Vec<&'static str> {
        let mut forms: Vec<&'static str> = self.all_columns().filter_map(|column| column.of.form()).collect();
        for detail in self.details {
            if let DetailOf::Records(tab, _) | DetailOf::Items(tab, _) | DetailOf::ItemsByDivision(tab, _) = detail.of {
                forms.push(tab.form.key);
            }
        }
        forms.sort_unstable();
        forms.dedup();
        forms
    }
}

impl Of {
    /// The form that it reads.
    pub const fn form(&self) -> Option<&'static str> {
        match self {
            Self::Count(records)
            | Self::Lacking(records)
            | Self::Distinct(records, _)
            | Self::Places(records, _)
            | Self::Sum(records, _)
            | Self::Each(records, ..)
            | Self::Oldest(records) => Some(records.form),
            Self::Named(form, ..) | Self::Filled(form, _) | Self::Said(form, _) => Some(form),
            Self::Topic(forms) => forms.first().copied(),
            _ => None,
        }
    }

    /// Whether it follows from other columns.
    pub const fn is_derived(&self) -> bool {
        matches!(
            self,
            Self::Share(..) | Self::EachShare(..) | Self::Quotient(..) | Self::Total(_) | Self::Less(..)
        )
    }
}
