//! Server functions: each finds its form, asks for a permit and makes one call. Every one is a public URL.

pub mod accounts;
pub mod batch;
pub mod dictionary;
pub mod divisions;
pub mod home;
pub mod imports;
pub mod letters;
pub mod phone;
pub mod planning;
pub mod records;
pub mod registration;
pub mod reports;
pub mod steps;
pub mod workbooks;
pub mod workflow;
