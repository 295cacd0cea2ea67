//! What everybody sees, and what everybody may say.

pub mod announcements;
pub mod complaints;
pub mod policy_documents;
