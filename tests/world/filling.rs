//! Records that nobody could object to, made from the declarations.

use super::{Actor, JPG, PDF};
use hometown::domain::account::AccountKind;
use hometown::domain::field::{Field, Kind};
use hometown::domain::form::{Form, Shape};
use hometown::domain::page::{Page, Tab};
use hometown::domain::record::{Draft, DraftRow};
use hometown::domain::sheet;
use hometown::forms;

const MOBILE: &str = "13812348000";
const LANDLINE: &str = "0871-65747100";
const IDENTITY: &str = "11010519491231002X";

/// Every number of a person in these records.
pub const NUMBERS: [&str; 3] = [MOBILE, LANDLINE, IDENTITY];

/// The account that fills a form in the tests, and the same kind in the next county.
pub fn fillers(kind: AccountKind) -> (&'static str, Option<&'static str>) {
    match kind {
        AccountKind::System => ("sys-01", None),
        AccountKind::City => ("530100-zr", None),
        AccountKind::County => ("530102-zr", Some("530103-zr")),
        AccountKind::CountyOrganization => ("530102-zz", Some("530103-zz")),
        AccountKind::Township => ("530102010", Some("530103001")),
        AccountKind::Village => ("530102010004", Some("530103001001")),
        other => panic!("no filler for {other:?}"),
    }
}

/// What makes a record valid where the kind of the field does not tell.
pub fn sample(form: &Form, field: &Field) -> String {
    match (form.key, field.key) {
        ("announcements", "ends_on") => return "2024-08-11".into(),
        ("founding_documents", "issued_on") => return "2021-06-01".into(),
        ("supplementary_documents", "issued_on") => return "2022-03-01".into(),
        ("natural_villages", "name") => return "马坡村".into(),
        ("baseline_survey", "village") => return "530102010004".into(),
        ("baseline_survey", "village_features") => return "basin,traffic_line".into(),
        ("annual_plan", "tasks") => return "1".into(),
        ("village_profile", "area") => return "1250000.5".into(),
        ("training", "ended_on") | ("work_log", "ended_on") => return String::new(),
        ("technical_units", "villages") => return "530102010004".into(),
        ("technical_units", "credit_code") => return "91350100M000100Y43".into(),
        ("technical_units", "leader_phone") => return LANDLINE.into(),
        ("technical_units", "due_on") => return "2024-08-11".into(),
        ("candidates", "asked_on") => return "2021-08-11".into(),
        ("economy", "total_income") => return "4".into(),
        ("population", "minors" | "adults" | "elders" | "men") => return "1".into(),
        ("population", "women") => return "2".into(),
        ("resolution", "published_from") => return "2021-07-01".into(),
        ("training", "cadres") => return "1".into(),
        ("training", "hours") => return "4".into(),
        _ => {}
    }
    match field.kind {
        Kind::Text { .. } => format!("{}示例", field.title),
        Kind::PersonName => "张三".into(),
        Kind::LongText { .. } => "第一行\n第二行".into(),
        Kind::Integer { min, .. } => (min + 3).to_string(),
        Kind::Decimal { min, scale, .. } => hometown::domain::value::format_scaled(min + 100, scale),
        Kind::Date { .. } => "2021-08-11".into(),
        Kind::Month => "2021-08".into(),
        Kind::Year(years) => years.bounds().0.to_string(),
        Kind::Choice(list) => list.codes()[0].code.into(),
        Kind::Choices(list) => list
            .codes()
            .iter()
            .take(2)
            .map(|code| code.code)
            .collect::<Vec<_>>()
            .join(","),
        Kind::Switch => "1".into(),
        Kind::Phone { .. } if field.office => "13800000000".into(),
        Kind::Phone { .. } => MOBILE.into(),
        Kind::IdNumber => IDENTITY.into(),
        _ => String::new(),
    }
}

/// What a new record of a tab is opened with: its own button where 登记 is not enough. The last one asks for no other record.
pub fn opening(tab: &'static Tab) -> String {
    match tab.creations.last() {
        _ if tab.form.shape == Shape::Single => "own".to_owned(),
        Some(button) => format!("new-{}", button.key),
        None => "new".to_owned(),
    }
}

/// A draft with every field filled.
pub fn filled(form: &'static Form, start: &Draft) -> Draft {
    let mut draft = start.clone();
    for field in form.fields() {
        match field.kind {
            Kind::Grid(grid) => {
                let values = grid
                    .columns
                    .iter()
                    .map(|column| (column.key.to_owned(), sample(form, column)));
                draft.grids.insert(
                    field.key.into(),
                    vec![DraftRow {
                        id: String::new(),
                        values: values.collect(),
                    }],
                );
            }
            // A tab may have set it (所属环节).
            _ if !draft.text(field.key).is_empty() && !matches!(field.kind, Kind::Switch) => {}
            _ => draft.set(field.key, sample(form, field)),
        }
    }
    given(form, &draft)
}

/// Fills tables whose rows a dictionary gives, so that they agree.
fn given(form: &'static Form, draft: &Draft) -> Draft {
    if sheet::sheets(form).next().is_none() {
        return draft.clone();
    }
    let mut draft = draft.clone();
    for (field, _, _) in sheet::sheets(form) {
        draft.grids.remove(field.key);
    }
    let mut draft = sheet::completed(form, &draft);
    // What equals another row comes last: that row may be a sum.
    for follows in [false, true] {
        for (field, _, sheet) in sheet::sheets(form) {
            for (position, row) in sheet
                .rows_in(&draft)
                .iter()
                .enumerate()
                .filter(|(_, row)| row.is_typed())
            {
                for column in sheet.amounts {
                    let amount = match row.equals {
                        Some((place, _)) if follows => sheet::Tables::of(form, &draft).amount(place.0, place.1, column),
                        Some(_) => continue,
                        None if follows => continue,
                        None => Some(100),
                    };
                    let text = amount.map_or(String::new(), |amount| {
                        hometown::domain::value::format_scaled(amount, 2)
                    });
                    let rows = draft.grids.get_mut(field.key).unwrap();
                    rows[position].values.insert((*column).to_owned(), text);
                }
            }
        }
    }
    sheet::completed(form, &draft)
}

/// Makes the record that a form cannot do without, and points at it.
pub async fn point(world: &super::World, form: &'static Form, draft: &mut Draft) {
    let needs = form.fields().find(|field| {
        let to_hamlets = matches!(
            field.kind,
            Kind::Reference {
                to: "natural_villages",
                many: false
            }
        );
        to_hamlets && matches!(field.required, hometown::domain::field::Required::Yes)
    });
    let Some(field) = needs else { return };
    let village = world.actor(super::VILLAGE).await;
    let list = village.list("natural_villages", "").await.unwrap();
    let id = match list.lines.first() {
        Some(line) => line.id.clone(),
        None => {
            let blank = village.open("natural_villages", "", "new").await.unwrap();
            let draft = super::draft(&[("name", "马坡村"), ("planned", "1")]);
            let saved = village.save("natural_villages", &blank.id, 0, "hamlet", &draft).await;
            saved.unwrap().opened.id
        }
    };
    draft.set(field.key, id);
}

/// Uploads a file to every slot.
pub async fn attach(actor: &Actor<'_>, form: &'static Form, id: &str, draft: &mut Draft) {
    for (field, slot) in form.slots() {
        let is_pdf = slot.types.contains(&hometown::domain::attachment::FileType::Pdf);
        let (name, content) = if is_pdf {
            ("通知.pdf", PDF)
        } else {
            ("照片.JPEG", JPG)
        };
        let answer = actor.upload(form.key, id, field.key, name, content).await;
        assert_eq!(answer.status, 200, "{}: {}", form.key, answer.text());
        let file: hometown::domain::attachment::Attachment = answer.json();
        draft.set(field.key, file.id);
    }
}

/// Every tab with every account kind that fills it.
pub fn places() -> Vec<(&'static Page, &'static Tab, AccountKind)> {
    let tabs = forms::PAGES
        .iter()
        .flat_map(|page| page.tabs.iter().map(move |tab| (page, tab)));
    tabs.flat_map(|(page, tab)| {
        let kinds = tab
            .form
            .fillers
            .iter()
            .copied()
            .filter(|kind| tab.is_filled_by(*kind) && tab.is_seen_by(*kind))
            // Technical units, and what steps bring about: tests/planning.rs.
            .filter(|kind| *kind != AccountKind::TechnicalUnit && !tab.form.created_by_step)
            // The small groups need a natural village first: tests/team.rs.
            .filter(|_| tab.fixed != Some(("group_kind", "hamlet")));
        kinds.map(move |kind| (page, tab, kind))
    })
    .collect()
}
