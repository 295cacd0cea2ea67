//! 4 规划任务

pub mod annual_plan;
pub mod baseline_survey;
