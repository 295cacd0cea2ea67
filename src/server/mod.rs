//! Everything that only the server does.

pub mod attachments;
pub mod authorize;
pub mod batch;
pub mod clock;
pub mod command;
pub mod completions;
pub mod config;
pub mod consequence;
pub mod db;
pub mod divisions;
pub mod effects;
pub mod gates;
pub mod home;
pub mod http;
pub mod imports;
pub mod jobs;
pub mod letters;
pub mod password;
pub mod picker;
pub mod planning;
pub mod records;
pub mod reports;
pub mod results;
pub mod router;
pub mod seed;
pub mod session;
pub mod sheets;
pub mod state;
pub mod storage;
pub mod sub_accounts;
pub mod summaries;
pub mod throttle;
pub mod word;
pub mod workbooks;
pub mod workflow;

pub use state::{App, app};
