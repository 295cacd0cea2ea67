//! Code lists of spec Appendix A.

pub mod administration;
pub mod organization;
pub mod people;
pub mod planning;
pub mod results;
pub mod survey;
pub mod training;

pub use administration::*;
pub use organization::*;
pub use people::*;
pub use planning::*;
pub use results::*;
pub use survey::*;
pub use training::*;

use crate::domain::code::CodeList;

/// Lists whose built-in options rules name one by one: they can be called otherwise, but not end. What a condition of a form
/// names is found by itself.
pub static NAMED_BY_RULES: &[&CodeList] = &[
    &PARTICIPATION,
    &GROUP_KIND,
    &GROUP_ROLE,
    &PERSON_SOURCE,
    &LOCAL_DUTY,
    &IN_POST,
    &LEADING_GROUP_ROLE,
    &LETTER_REPLY,
    &MEETING_KIND,
    &HAZARD_SCALE,
    &FACILITY_KIND,
    &ROAD_SURFACE,
    &EXISTING_PLAN,
];

/// Lists that stand for parts of the product itself, steps and forms: none can be added either.
pub static PARTS_OF_THE_PRODUCT: &[&CodeList] = &[&WORK_LOG_STEP, &MENDED_STEP, &SURVEY_CONTENT, &HAMLET_CONTENT];
