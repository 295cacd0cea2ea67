//! 基本信息 (manual chapter 2).

pub mod natural_villages;
pub mod personnel;
pub mod village_profile;
