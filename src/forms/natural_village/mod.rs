//! What natural villages fill on the phone (manual chapter 8, spec N1–N7). 道路, 基础设施 and 公共服务设施 are forms of
//! 实地调研 that they share.

pub mod absences;
pub mod buildings;
pub mod collective_land;
pub mod ethnic_groups;
pub mod fire_safety;
pub mod homesteads;
pub mod population;
pub mod vacant_land;
