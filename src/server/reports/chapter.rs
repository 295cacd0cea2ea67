//! What a chapter of a work report says (spec §12, 2 to 6): one human in one village.

use super::days;
use crate::api::reports::{Chapter, Entry, Outcome, Passage, Project, ReportOptions};
use crate::codes::{GROUP_KIND, GROUP_ROLE, WORK_LOG_STEP};
use crate::domain::form::Form;
use crate::domain::record::parts;
use crate::domain::region::Region;
use crate::domain::validate::shown;
use crate::error::AppError;
use crate::forms::planning::{filing, outcomes, projects};
use crate::forms::team::{candidates, roster};
use crate::forms::work_log;
use crate::server::db::records::{Stored, of_region};
use crate::server::db::reports::Human;
use crate::server::db::{self, Connection};
use crate::server::state::App;
use crate::server::{clock, results};
use crate::steps::PLANNING;
use std::collections::{BTreeMap, BTreeSet};

/// Records of one form in one village.
const MOST: i64 = 20_000;
/// Photos of one entry (spec §12, 4).
const MOST_PHOTOS: usize = 2;

/// What the reports of a village's people are made of.
pub struct Village {
    place: String,
    /// In the order of the report.
    logs: Vec<Stored>,
    outcomes: Vec<Stored>,
    projects: Vec<Stored>,
    humans: BTreeMap<String, Human>,
    hamlets: BTreeMap<String, String>,
    results: Vec<String>,
    position: String,
    approval: String,
}

impl Village {
    /// Reads what is known of a village.
    pub async fn read(app: &App, reader: &mut Connection, region: &Region) -> Result<Self, AppError> {
        let mut logs = of_region(&mut *reader, &work_log::FORM, region, MOST).await?;
        logs.sort_by(|one, other| place_in_report(one).cmp(&place_in_report(other)));
        let mut outcomes = of_region(&mut *reader, &outcomes::FORM, region, MOST).await?;
        outcomes.sort_by(|one, other| one.text("reported_on").cmp(other.text("reported_on")));
        let mut projects = of_region(&mut *reader, &projects::FORM, region, MOST).await?;
        projects.sort_by(|one, other| one.text("name").cmp(other.text("name")));
        let hamlets = match db::references::ReferenceTarget::find("natural_villages") {
            Some(target) => db::references::labels(&mut *reader, &target, std::slice::from_ref(region)).await?,
            None => Vec::new(),
        };
        let files = results::of_village(&mut *reader, region).await?;
        let done = db::completions::done_in(&mut *reader, region).await?;
        let current = PLANNING.iter().find(|step| !done.contains(step.key));
        let filed = db::records::find_single(&mut *reader, &filing::FORM, region).await?;
        Ok(Self {
            place: app.divisions.path(region),
            logs,
            outcomes,
            projects,
            humans: db::reports::humans(&mut *reader, region).await?,
            hamlets: hamlets.into_iter().collect(),
            results: files.into_iter().map(|file| file.file.attachment.name).collect(),
            position: current.map_or("全部完成", |step| step.title).to_owned(),
            approval: state(filed.as_ref()).to_owned(),
        })
    }

    /// The entries that name somebody, under whichever of its places in the groups; each once.
    pub fn logs_of(&self, human: &Human) -> impl Iterator<Item = &Stored> {
        self.logs.iter().filter(move |log| self.names(log, human))
    }

    /// From when to when each of them went.
    pub fn spans_of(&self, human: &Human) -> Vec<(String, String)> {
        self.logs_of(human).map(span).collect()
    }

    fn names(&self, record: &Stored, human: &Human) -> bool {
        parts(record.text("participants")).any(|id| self.humans.get(id) == Some(human))
    }

    /// What somebody has done here, who stands in these entries of 名单报审.
    pub async fn chapter(
        &self,
        reader: &mut Connection,
        human: &Human,
        entries: &[&Stored],
        options: ReportOptions,
    ) -> Result<Chapter, AppError> {
        let spans = self.spans_of(human);
        let first = spans.iter().map(|(begins, _)| begins.clone()).min();
        let last = spans.iter().map(|(_, ends)| ends.clone()).max();
        let photos = match options.photos {
            true => self.photos(&mut *reader, human).await?,
            false => BTreeMap::new(),
        };
        Ok(Chapter {
            place: self.place.clone(),
            basics: self.basics(&mut *reader, human, entries).await?,
            period: first.zip(last),
            days: days(spans),
            steps: self.steps_of(human),
            position: self.position.clone(),
            approval: self.approval.clone(),
            passages: self.passages(human, &photos, options.all_steps),
            outcomes: self.outcomes_of(human),
            projects: self.projects_of(human),
            results: self.results.clone(),
        })
    }

    /// 基本情况 (spec §12, 2).
    async fn basics(
        &self,
        reader: &mut Connection,
        human: &Human,
        entries: &[&Stored],
    ) -> Result<Vec<(String, String)>, AppError> {
        // The place in the village's own group comes first.
        let Some(main) = entries.first() else {
            return Ok(Vec::new());
        };
        let candidate = db::records::find(&mut *reader, &candidates::FORM, main.text("person")).await?;
        let gender = candidate.map_or(String::new(), |found| said(&candidates::FORM, &found, "gender"));
        let mut passed = BTreeSet::new();
        for entry in entries {
            if let Some(decision) = db::decisions::last_passed(&mut *reader, &entry.id).await? {
                passed.insert(clock::shown(&decision.at));
            }
        }
        let ids: Vec<String> = entries.iter().map(|entry| entry.id.clone()).collect();
        let sent = db::reports::letters_sent(&mut *reader, &ids).await?;
        let of = |key: &str| said(&roster::FORM, main, key);
        let roles: Vec<String> = entries.iter().map(|entry| self.role(entry)).collect();
        let sent: BTreeSet<String> = sent.into_iter().collect();
        let pairs = [
            ("姓名", human.name.clone()),
            ("性别", gender),
            ("政治面貌", of("political_status")),
            ("所在单位(全称)", of("unit")),
            ("职务", of("duty")),
            ("职级", of("rank")),
            ("人员类别", of("category")),
            ("参与规划村庄", self.places(entries)),
            ("编制组角色", roles.join("；")),
            ("名单审核通过时间", joined(passed)),
            ("发函时间", joined(sent)),
        ];
        let pairs = pairs.into_iter();
        Ok(pairs.map(|(label, text)| (label.to_owned(), text)).collect())
    }

    /// The village, and the natural villages in whose small groups the person is.
    fn places(&self, entries: &[&Stored]) -> String {
        let hamlets: Vec<&str> = entries.iter().filter_map(|entry| self.hamlet(entry)).collect();
        match hamlets.is_empty() {
            true => self.place.clone(),
            false => format!("{} / {}", self.place, hamlets.join("、")),
        }
    }

    fn hamlet(&self, entry: &Stored) -> Option<&str> {
        self.hamlets.get(entry.text("hamlet")).map(String::as_str)
    }

    /// `行政村规划编制组 副组长`
    fn role(&self, entry: &Stored) -> String {
        let group = GROUP_KIND.label(entry.text("group_kind"));
        let hamlet = self.hamlet(entry).map_or(String::new(), |name| format!("（{name}）"));
        let role = GROUP_ROLE.label(entry.text("role"));
        let left = if entry.status == "left" { "（已调出）" } else { "" };
        format!("{group}{hamlet} {role}{left}")
    }

    fn steps_of(&self, human: &Human) -> Vec<String> {
        let taken: BTreeSet<&str> = self.logs_of(human).map(|log| log.text("step")).collect();
        let steps = PLANNING.iter().filter(|step| taken.contains(step.key));
        steps.map(|step| step.title.to_owned()).collect()
    }

    /// The entries by step; the list of 所属环节 is in the order of the steps.
    fn passages(&self, human: &Human, photos: &BTreeMap<String, Vec<String>>, all_steps: bool) -> Vec<Passage> {
        let mut passages = Vec::new();
        for step in WORK_LOG_STEP.codes() {
            let of_step = self.logs_of(human).filter(|log| log.text("step") == step.code);
            let entries: Vec<Entry> = of_step.map(|log| self.entry(log, human, photos)).collect();
            let is_shown = all_steps && PLANNING.iter().any(|one| one.key == step.code);
            if is_shown || !entries.is_empty() {
                let title = step.label.to_owned();
                passages.push(Passage { title, entries });
            }
        }
        passages
    }

    fn entry(&self, log: &Stored, human: &Human, photos: &BTreeMap<String, Vec<String>>) -> Entry {
        let (begins_on, ends_on) = span(log);
        Entry {
            begins_on,
            ends_on,
            title: log.text("title").to_owned(),
            summary: log.text("summary").to_owned(),
            place: log.text("place").to_owned(),
            companions: self.companions(log, human),
            photos: photos.get(&log.id).cloned().unwrap_or_default(),
        }
    }

    /// The other 参与人, each once, and 其他参与人员.
    fn companions(&self, log: &Stored, human: &Human) -> Vec<String> {
        let mut seen = BTreeSet::from([human]);
        let named = parts(log.text("participants")).filter_map(|id| self.humans.get(id));
        let named = named.filter(|other| seen.insert(other)).map(|other| other.name.clone());
        let mut companions: Vec<String> = named.collect();
        let others = log.text("other_participants").trim();
        companions.extend((!others.is_empty()).then(|| others.to_owned()));
        companions
    }

    fn outcomes_of(&self, human: &Human) -> Vec<Outcome> {
        let own = self.outcomes.iter().filter(|record| self.names(record, human));
        own.map(|record| {
            let of = |key: &str| said(&outcomes::FORM, record, key);
            Outcome {
                reported_on: of("reported_on"),
                kinds: of("kinds"),
                title: of("title"),
                text: of("outcome"),
                funds_won: of("funds_won"),
                projects_won: of("projects_won"),
            }
        })
        .collect()
    }

    fn projects_of(&self, human: &Human) -> Vec<Project> {
        let leads = |record: &&Stored| self.humans.get(record.text("cadre")) == Some(human);
        let own = self.projects.iter().filter(leads);
        own.map(|record| {
            let of = |key: &str| said(&projects::FORM, record, key);
            Project {
                name: of("name"),
                kind: of("kind"),
                investment: of("investment"),
                funded: of("funded"),
                state: of("state"),
            }
        })
        .collect()
    }

    /// The first pictures of each entry that names somebody: entry → attachments.
    async fn photos(&self, reader: &mut Connection, human: &Human) -> Result<BTreeMap<String, Vec<String>>, AppError> {
        let logs: Vec<String> = self.logs_of(human).map(|log| log.id.clone()).collect();
        let mut photos: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for file in db::attachments::kept_of(reader, &logs).await? {
            let of_entry = photos.entry(file.record).or_default();
            if file.attachment.kind.is_image() && of_entry.len() < MOST_PHOTOS {
                of_entry.push(file.attachment.id);
            }
        }
        Ok(photos)
    }
}

/// By step, then by date.
fn place_in_report(log: &Stored) -> (usize, &str, &str) {
    (step_number(log.text("step")), log.text("held_on"), &log.id)
}

fn step_number(step: &str) -> usize {
    let position = WORK_LOG_STEP.codes().iter().position(|code| code.code == step);
    position.unwrap_or(WORK_LOG_STEP.codes().len())
}

/// From 开展日期 to 结束日期, which is left empty where there is one day.
fn span(log: &Stored) -> (String, String) {
    let (begins, ends) = (log.text("held_on"), log.text("ended_on"));
    (begins.to_owned(), begins.max(ends).to_owned())
}

/// 审批状态: the record of 审批备案 comes with the villagers' resolution.
fn state(filed: Option<&Stored>) -> &'static str {
    let workflow = filing::FORM.workflow;
    let state = filed.and_then(|filed| workflow.and_then(|workflow| workflow.state(&filed.status)));
    state.map_or("未报审", |state| state.title)
}

/// What is said of several places in groups, in order.
fn joined(texts: BTreeSet<String>) -> String {
    texts.into_iter().collect::<Vec<_>>().join("；")
}

/// What a record says in a field, as people read it.
fn said(form: &'static Form, record: &Stored, key: &str) -> String {
    let field = form.field(key);
    let value = field.and_then(|field| Some(shown(field, record.values.get(field.key)?)));
    value.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::value::Value;

    fn log(id: &str, step: &str, held_on: &str, ended_on: &str, participants: &str) -> Stored {
        let texts = [
            ("step", step),
            ("held_on", held_on),
            ("ended_on", ended_on),
            ("participants", participants),
        ];
        let texts = texts.into_iter().filter(|(_, text)| !text.is_empty());
        Stored {
            id: id.to_owned(),
            region: Region::province(),
            organ: String::new(),
            status: String::new(),
            version: 1,
            saved_as: String::new(),
            attachment_count: 0,
            created_by: String::new(),
            created_name: String::new(),
            created_at: String::new(),
            values: texts.map(|(key, text)| (key, Value::Text(text.to_owned()))).collect(),
        }
    }

    fn human(name: &str) -> Human {
        Human {
            name: name.to_owned(),
            phone: "13812348000".to_owned(),
        }
    }

    #[test]
    fn the_list_of_steps_is_in_the_order_of_the_steps() {
        let numbers: Vec<usize> = PLANNING.iter().map(|step| step_number(step.key)).collect();
        assert!(numbers.is_sorted() && numbers[12] < WORK_LOG_STEP.codes().len());
    }

    #[test]
    fn entries_stand_by_step_and_inside_a_step_by_date() {
        let mut logs = [
            log("1", "analysis", "2021-06-01", "", ""),
            log("2", "base_data", "2023-05-01", "", ""),
            log("3", "base_data", "2023-04-01", "", ""),
            log("4", "institutions", "2023-06-01", "", ""),
        ];
        logs.sort_by(|one, other| place_in_report(one).cmp(&place_in_report(other)));
        assert_eq!(logs.each_ref().map(|log| log.id.as_str()), ["4", "3", "2", "1"]);
    }

    #[test]
    fn somebody_in_two_groups_stands_in_an_entry_once() {
        let village = Village {
            place: String::new(),
            logs: vec![
                log("1", "base_data", "2023-04-01", "2023-04-03", "a,b,c,d"),
                log("2", "base_data", "2023-04-05", "", "c"),
            ],
            outcomes: Vec::new(),
            projects: Vec::new(),
            humans: [("a", "张三"), ("b", "张三"), ("c", "李四"), ("d", "李四")]
                .map(|(id, name)| (id.to_owned(), human(name)))
                .into(),
            hamlets: BTreeMap::new(),
            results: Vec::new(),
            position: String::new(),
            approval: String::new(),
        };
        let passages = village.passages(&human("张三"), &BTreeMap::new(), false);
        assert_eq!((passages.len(), passages[0].entries.len()), (1, 1));
        assert_eq!(passages[0].entries[0].companions, ["李四"]);
        assert_eq!(passages[0].entries[0].ends_on, "2023-04-03");
        assert_eq!(village.passages(&human("张三"), &BTreeMap::new(), true).len(), 13);
    }
}
