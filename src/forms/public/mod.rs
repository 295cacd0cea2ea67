//! What everybody may read without signing in.

pub mod policy_documents;
