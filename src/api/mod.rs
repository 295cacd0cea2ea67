//! Server functions: each finds its form, asks for a permit and makes one call. Every one is a public URL.

pub mod accounts;
pub mod administration;
pub mod announcements;
pub mod batch;
pub mod complaints;
pub mod consistency;
pub mod dictionary;
pub mod divisions;
pub mod home;
pub mod imports;
pub mod ledgers;
pub mod letters;
pub mod phone;
pub mod planning;
pub mod records;
pub mod registration;
pub mod reports;
pub mod search;
pub mod steps;
pub mod workbooks;
pub mod workflow;
