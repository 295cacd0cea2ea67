//! Nouns and rules. Pure Rust: no leptos, no sqlx, no clock, no `cfg`. The same code runs in the browser and on the
//! server, so both always come to the same verdict.

pub mod account;
pub mod attachment;
pub mod audit;
pub mod code;
pub mod date;
pub mod duty;
pub mod field;
pub mod form;
pub mod gate;
pub mod known;
pub mod ledger;
pub mod naming;
pub mod page;
pub mod parameter;
pub mod password;
pub mod permission;
pub mod phone;
pub mod problem;
pub mod query;
pub mod record;
pub mod region;
pub mod rule;
pub mod sheet;
pub mod soundness;
pub mod step;
pub mod summary;
pub mod terms;
pub mod validate;
pub mod value;
pub mod verb;
pub mod workflow;
