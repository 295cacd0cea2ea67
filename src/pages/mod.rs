//! Pages: composition only.

pub mod desk;
pub mod entrance;
pub mod phone;
