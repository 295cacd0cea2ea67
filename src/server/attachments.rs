use crate::error::AppError; use crate::domain::{form::Form, record::Draft}; use super::{db::Connection, authorize::Permit};
pub async fn settle(_: &mut Connection, _: &'static Form, _: &str, _: &Draft, _: &Permit, _: &str) -> Result<i64, AppError> { Ok(0) }
pub async fn first_name(_: &mut Connection, _: &'static Form, _: &str, _: &str, _: &Draft) -> Result<Option<String>, AppError> { Ok(None) }
pub async fn stage(_: &super::App, _: &super::session::Signed, _: &'static Form, _: &str, _: &str, _: &str, _: &[u8]) -> Result<crate::domain::attachment::Attachment, AppError> { Err(AppError::NotFound) }
