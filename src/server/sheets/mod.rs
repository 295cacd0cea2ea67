//! Workbooks.

pub mod export;
