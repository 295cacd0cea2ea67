//! The domain: one literal per form, in the menu's order, and the menu itself.

pub mod basics;
pub mod menu;
pub mod natural_village;
pub mod planning;
pub mod preparation;
pub mod public;
pub(crate) mod readers;
pub mod tasks;
pub mod team;
pub mod work_log;

use crate::domain::form::Form;
pub use menu::{DIVISIONS, ENTRIES, Entry, PAGES, entries_for, page, pages_for, place_of, sees_planning, tabs};

/// All forms.
pub static ALL: &[&Form] = &[
    &basics::village_profile::FORM,
    &basics::personnel::FORM,
    &basics::natural_villages::FORM,
    &preparation::founding_documents::FORM,
    &preparation::supplementary_documents::FORM,
    &preparation::project_team::FORM,
    &preparation::leading_group::FORM,
    &preparation::liaison_stations::FORM,
    &preparation::liaison_staff::FORM,
    &preparation::mobilization::FORM,
    &preparation::training::FORM,
    &tasks::baseline_survey::FORM,
    &tasks::annual_plan::FORM,
    &team::candidates::FORM,
    &team::roster::FORM,
    &team::official_letters::FORM,
    &team::letter_template::FORM,
    &team::technical_units::FORM,
    &planning::base_data::FORM,
    &planning::survey::FORM,
    &planning::field_survey::natural_resources::FORM,
    &planning::field_survey::cultural_resources::FORM,
    &planning::field_survey::economy::FORM,
    &planning::field_survey::industries::FORM,
    &planning::field_survey::collective_assets::FORM,
    &planning::field_survey::roads::FORM,
    &planning::field_survey::facilities::FORM,
    &planning::field_survey::public_services::FORM,
    &planning::field_survey::hazards::FORM,
    &planning::analysis::FORM,
    &planning::spatial_plan::FORM,
    &planning::industry_plan::FORM,
    &planning::party_talent_plan::FORM,
    &planning::draft::FORM,
    &planning::standardization::FORM,
    &planning::review_papers::FORM,
    &planning::plan_tables::FORM,
    &planning::county_review::FORM,
    &planning::resolution::FORM,
    &planning::filing::FORM,
    &planning::project_funds::FORM,
    &planning::projects::FORM,
    &planning::outcomes::FORM,
    &natural_village::population::FORM,
    &natural_village::ethnic_groups::FORM,
    &natural_village::homesteads::FORM,
    &natural_village::vacant_land::FORM,
    &natural_village::buildings::FORM,
    &natural_village::collective_land::FORM,
    &natural_village::fire_safety::FORM,
    &natural_village::absences::FORM,
    &work_log::FORM,
    &public::policy_documents::FORM,
    &public::announcements::FORM,
    &public::complaints::FORM,
];

/// The form of that key.
pub fn find(key: &str) -> Option<&'static Form> {
    ALL.iter().copied().find(|form| form.key == key)
}
