//! 工作准备 (manual chapter 3).

pub mod founding_documents;
pub mod leading_group;
pub mod liaison_staff;
pub mod liaison_stations;
pub mod mobilization;
pub mod project_team;
pub mod supplementary_documents;
pub mod training;
