//! The domain: one literal per form, in the menu's order, and the menu itself.

pub mod basics;
pub mod menu;
pub mod preparation;
pub mod public;
mod readers;
pub mod tasks;
pub mod team;
pub mod work_log;

use crate::domain::form::Form;
pub use menu::{PAGES, page, pages_for, place_of};

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
    &work_log::FORM,
    &public::policy_documents::FORM,
];

/// The form of that key.
pub fn find(key: &str) -> Option<&'static Form> {
    ALL.iter().copied().find(|form| form.key == key)
}
