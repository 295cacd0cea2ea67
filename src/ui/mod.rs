//! Widgets that know nothing of the domain.

pub mod confirm;
pub mod icon;
pub mod modal;
pub mod pager;
pub mod popup;
pub mod toast;
