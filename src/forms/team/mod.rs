//! 组建规划组 (manual 5): who works elsewhere, who joins the planning groups, the letters to their units, the technical units.

pub mod candidates;
pub mod letter_template;
pub mod official_letters;
pub mod roster;
pub mod technical_units;
