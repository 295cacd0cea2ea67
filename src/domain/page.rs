//! Pages of the menu: tabs over forms, as data.

use super::account::AccountKind;
use super::field::{Condition, Field, Shown};
use super::form::{Form, Section};
use super::permission::{allows, place_of_filling};
use super::region::{Level, Relation};
use super::step::Step;
use super::summary::Summary;
use super::verb::Verb;

/// A page of the menu.
pub struct Page {
    /// Name in the URL.
    pub key: &'static str,
    /// As the menu calls it.
    pub title: &'static str,
    /// The menu group it belongs to.
    pub group: &'static str,
    /// Its tabs; one alone shows no tab strip.
    pub tabs: &'static [Tab],
    /// The step of 规划编制 that it belongs to: the page is about one village, which the address names.
    pub step: Option<&'static Step>,
}

/// What most pages are.
pub const PAGE: Page = Page {
    key: "",
    title: "",
    group: "",
    tabs: &[],
    step: None,
};

/// A tab.
pub struct Tab {
    /// Name in the URL.
    pub key: &'static str,
    /// As the manual calls it.
    pub title: &'static str,
    /// The form behind it.
    pub form: &'static Form,
    /// Only records of regions at this level, when the form is filled at several (市级上传 │ 县级上传).
    pub level: Option<Level>,
    /// Whether the query bar offers 是否本级 (manual 3.2(5)).
    pub own_level_switch: bool,
    /// The step whose 是否完成 switch stands at its top left.
    pub switch: Option<&'static Step>,
    /// Account kinds that see this tab; empty means everybody who reads the form.
    pub kinds: &'static [AccountKind],
    /// A value that records of this tab hold (工作纪实: 所属环节), set at 登记 and filtered by.
    pub fixed: Option<(&'static str, &'static str)>,
    /// Only records in these states: the tab looks at records that another page registers (上报审核, 下达任务). Empty means all.
    pub states: &'static [&'static str],
    /// What may be done with records of a workflow here.
    pub verbs: &'static [Verb],
    /// 批量登记: a tab over a form that is never stored; its one grid, `rows`, has fields of this tab's form as columns, the
    /// first of which is [`Form::placed_by`].
    pub batch: Option<&'static Tab>,
    /// The step that 工作开展情况设置 sets for each region (spec §4.6).
    pub setup: Option<&'static Step>,
    /// The buttons that register a record, where 登记 is not enough.
    pub creations: &'static [Creation],
    /// Whether records can be read from a workbook (模板下载, 导入).
    pub imports: bool,
    /// Further pages about these records: address and button.
    pub links: &'static [Link],
    /// The tab of the strip that shows it together with others, one below the other; empty where it is a tab of its own.
    pub strip: &'static str,
    /// Records that can be taken over from rows of another form of the region.
    pub adopts: Option<&'static Adoption>,
    /// Whether it is a sheet of the workbook that its page gives out and takes in.
    pub in_workbook: bool,
    /// The sections of the form that it shows, where it does not show all of them.
    pub sections: &'static [&'static str],
    /// The columns of its list, where they are not those that the form lists.
    pub columns: &'static [&'static str],
    /// Whether its records are those of the one village that the page is about.
    pub inside: bool,
    /// Totals above the list (spec §9).
    pub summaries: &'static [&'static Summary],
    /// Whether it says which natural villages have told it, and which have not: 已填报 a / 自然村 b.
    pub coverage: bool,
}

/// A button that registers a record of one sort.
pub struct Creation {
    /// Name in the URL.
    pub key: &'static str,
    /// The button.
    pub title: &'static str,
    /// The question before it.
    pub prompt: &'static str,
    /// The value that makes the sort.
    pub sets: (&'static str, &'static str),
}

/// Records that come from the rows of another form's grid, so that nobody types them twice.
pub struct Adoption {
    /// The button.
    pub title: &'static str,
    /// The other form and its grid.
    pub from: (&'static str, &'static str),
    /// Their column and our field.
    pub fields: &'static [(&'static str, &'static str)],
    /// What every record starts with.
    pub sets: &'static [(&'static str, &'static str)],
    /// The field by which a record is known to be there already.
    pub same: &'static str,
}

/// The way to a further page.
pub struct Link {
    /// Its address; the list's query is added.
    pub address: &'static str,
    /// The button.
    pub title: &'static str,
    /// Who sees it.
    pub kinds: &'static [AccountKind],
    /// Whether it answers with a file.
    pub is_file: bool,
}

impl Link {
    /// Whether accounts of this kind see it.
    pub fn is_for(&self, kind: AccountKind) -> bool {
        self.kinds.is_empty() || self.kinds.contains(&kind)
    }
}

/// A tab over a form, nothing special.
pub const fn tab(key: &'static str, title: &'static str, form: &'static Form) -> Tab {
    Tab {
        key,
        title,
        form,
        level: None,
        own_level_switch: false,
        switch: None,
        kinds: &[],
        fixed: None,
        states: &[],
        verbs: &[],
        batch: None,
        setup: None,
        creations: &[],
        imports: false,
        links: &[],
        strip: "",
        adopts: None,
        in_workbook: false,
        sections: &[],
        columns: &[],
        inside: false,
        summaries: &[],
        coverage: false,
    }
}

impl Tab {
    /// Only records of regions at this level.
    pub const fn at(mut self, level: Level) -> Self {
        self.level = Some(level);
        self
    }

    /// With the 是否本级 switch.
    pub const fn with_own_level_switch(mut self) -> Self {
        self.own_level_switch = true;
        self
    }

    /// With a 是否完成 switch.
    pub const fn with_switch(mut self, step: &'static Step) -> Self {
        self.switch = Some(step);
        self
    }

    /// Seen by these kinds only.
    pub const fn seen_by(mut self, kinds: &'static [AccountKind]) -> Self {
        self.kinds = kinds;
        self
    }

    /// Records hold this value.
    pub const fn fixed(mut self, field: &'static str, value: &'static str) -> Self {
        self.fixed = Some((field, value));
        self
    }

    /// What may be done with records of a workflow here.
    pub const fn acting(mut self, verbs: &'static [Verb]) -> Self {
        self.verbs = verbs;
        self
    }

    /// A look at records in these states, which another page registers.
    pub const fn looking_at(mut self, states: &'static [&'static str]) -> Self {
        self.states = states;
        self
    }

    /// With 批量登记.
    pub const fn with_batch(mut self, batch: &'static Tab) -> Self {
        self.batch = Some(batch);
        self
    }

    /// With 工作开展情况设置.
    pub const fn with_setup(mut self, step: &'static Step) -> Self {
        self.setup = Some(step);
        self
    }

    /// With buttons of its own instead of 登记.
    pub const fn registering(mut self, creations: &'static [Creation]) -> Self {
        self.creations = creations;
        self
    }

    /// With 模板下载 and 导入.
    pub const fn with_import(mut self) -> Self {
        self.imports = true;
        self
    }

    /// Shown under that title in the strip, together with its neighbours of the same title.
    pub const fn under(mut self, strip: &'static str) -> Self {
        self.strip = strip;
        self
    }

    /// Begun from rows of another form.
    pub const fn adopting(mut self, adoption: &'static Adoption) -> Self {
        self.adopts = Some(adoption);
        self
    }

    /// A sheet of the page's workbook.
    pub const fn in_workbook(mut self) -> Self {
        self.in_workbook = true;
        self
    }

    /// Only these sections of the form.
    pub const fn showing(mut self, sections: &'static [&'static str]) -> Self {
        self.sections = sections;
        self
    }

    /// With these columns in its list.
    pub const fn listing(mut self, columns: &'static [&'static str]) -> Self {
        self.columns = columns;
        self
    }

    /// Whether it shows a section of its form.
    pub fn shows(&self, section: &Section) -> bool {
        self.sections.is_empty() || self.sections.contains(&section.title)
    }

    /// About the one village of the page.
    pub const fn inside(mut self) -> Self {
        self.inside = true;
        self
    }

    /// With totals above the list.
    pub const fn with_summaries(mut self, summaries: &'static [&'static Summary]) -> Self {
        self.summaries = summaries;
        self
    }

    /// With the natural villages that have told it.
    pub const fn with_coverage(mut self) -> Self {
        self.coverage = true;
        self
    }

    /// Whether its list says which natural village a line is about.
    pub fn tells_hamlets(&self) -> bool {
        self.inside && self.form.fillers.contains(&AccountKind::NaturalVillage)
    }

    /// What the columns are called that say where a line of its list belongs.
    pub fn place_titles(&'static self) -> Vec<&'static str> {
        if self.tells_hamlets() {
            let village_too = self.form.fillers.contains(&AccountKind::Village);
            return vec![if village_too { "范围" } else { "自然村" }];
        }
        let lowest = self.lowest_level();
        let levels = Level::ALL.into_iter();
        levels
            .filter(|level| *level > Level::Province && *level <= lowest)
            .map(Level::title)
            .collect()
    }

    /// What the strip calls it.
    pub const fn strip_title(&self) -> &'static str {
        if self.strip.is_empty() { self.title } else { self.strip }
    }

    /// With further pages.
    pub const fn with_links(mut self, links: &'static [Link]) -> Self {
        self.links = links;
        self
    }

    /// Columns of its list: what records of this tab never hold is left out.
    pub fn listed(&'static self) -> impl Iterator<Item = &'static Field> {
        let own = self.columns.iter().filter_map(|key| self.form.field(key));
        let listed = self.form.listed().filter(|_| self.columns.is_empty());
        own.chain(listed).filter(|field| match (field.shown, self.fixed) {
            (Shown::When(Condition::Is(key, codes)), Some((fixed, value))) if key == fixed => codes.contains(&value),
            _ => true,
        })
    }

    /// Whether its list says of each line whether the step is 是 there: where a line stands for its region.
    pub fn shows_done(&self) -> bool {
        self.setup.is_some() && self.form.one_per_region
    }

    /// The button of that name.
    pub fn creation(&self, key: &str) -> Option<&'static Creation> {
        self.creations.iter().find(|creation| creation.key == key)
    }

    /// Whether an account of this kind sees the tab.
    pub fn is_seen_by(&self, kind: AccountKind) -> bool {
        self.form.is_read_by(kind) && (self.kinds.is_empty() || self.kinds.contains(&kind))
    }

    /// Whether an account of this kind registers records here.
    pub fn is_filled_by(&self, kind: AccountKind) -> bool {
        // Inside a village the village itself fills, with its technical unit, but for what a level above fills there.
        let own = matches!(kind, AccountKind::Village | AccountKind::TechnicalUnit);
        let belongs = !self.inside || own || place_of_filling(kind, self.form) == Relation::Below;
        self.states.is_empty()
            && belongs
            && !self.form.comes_by_itself
            && self.form.fillers.contains(&kind)
            && self.level.is_none_or(|level| level == kind.level())
    }

    /// The lowest level of records here: how many division columns the list has.
    pub fn lowest_level(&'static self) -> Level {
        if self.inside {
            return Level::Province;
        }
        self.level.unwrap_or_else(|| self.form.lowest_level())
    }
}

/// The address of a page's tab with further parameters.
pub fn address(page: &str, tab: &str, rest: &str) -> String {
    match (tab.is_empty(), rest.is_empty()) {
        (true, true) => format!("/desk/{page}"),
        (true, false) => format!("/desk/{page}?{rest}"),
        (false, true) => format!("/desk/{page}?tab={tab}"),
        (false, false) => format!("/desk/{page}?tab={tab}&{rest}"),
    }
}

impl Page {
    /// Whether its workbook goes out tab by tab: they are tables of one record.
    pub fn has_one_table(&self) -> bool {
        let mut forms = self.tabs.iter().filter(|tab| tab.in_workbook).map(|tab| tab.form.key);
        let first = forms.next();
        forms.all(|form| Some(form) == first)
    }

    /// Whether an account of this kind reads workbooks into it.
    pub fn imports_workbook(&self, kind: AccountKind) -> bool {
        let mut tabs = self.tabs.iter().filter(|tab| tab.in_workbook);
        tabs.any(|tab| tab.is_filled_by(kind) || allows(kind, Verb::Import, tab.form, Relation::Below))
    }

    /// The tabs that an account of this kind sees.
    pub fn tabs_for(&'static self, kind: AccountKind) -> impl Iterator<Item = &'static Tab> {
        self.tabs.iter().filter(move |tab| tab.is_seen_by(kind))
    }
}
