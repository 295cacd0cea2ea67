//! 台账信息: one literal per ledger of spec §11, in its order.

pub mod overall;
mod planning;
mod preparation;
mod survey;
mod tasks;
mod team;

use crate::domain::ledger::Ledger;

/// All ledgers.
pub static ALL: &[&Ledger] = &[
    &overall::PROGRESS,
    &overall::STEPS,
    &overall::WAITING,
    &preparation::DOCUMENTS,
    &preparation::INSTITUTIONS,
    &preparation::STATION_STAFF,
    &preparation::MOBILIZATION,
    &preparation::TRAINING,
    &tasks::BASELINE_SURVEY,
    &tasks::VILLAGE_TYPES,
    &tasks::ANNUAL_PLANS,
    &team::CANDIDATES,
    &team::ROSTER,
    &team::GROUPS,
    &team::LETTERS,
    &team::TECHNICAL_UNITS,
    &team::PLANNING_COSTS,
    &planning::PROJECT_FUNDS,
    &planning::WORK_LOG,
    &planning::PARTICIPATION,
    &planning::RESULTS,
    &planning::COUNTY_REVIEW,
    &planning::REVIEWS,
    &planning::INDICATORS,
    &planning::LAND_USE,
    &planning::RESOLUTION,
    &planning::FILING,
    &survey::POPULATION,
    &survey::TELLING,
    &survey::FACILITIES,
    &survey::LAND_AND_BUILDINGS,
    &survey::HAZARDS,
    &survey::ECONOMY,
    &planning::OUTCOMES,
    &overall::ACCOUNTS,
];

/// The ledger of that key.
pub fn find(key: &str) -> Option<&'static Ledger> {
    ALL.iter().copied().find(|ledger| ledger.key == key)
}
