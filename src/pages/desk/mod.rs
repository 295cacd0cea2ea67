//! Everything behind the sign-in, for desks.

mod account;
mod accounts;
pub mod announcements;
mod batch;
mod codes;
mod frame;
mod home;
mod logs;
mod page;
mod paper;
mod planning;
mod profile;
mod progress;
mod rights;
mod totals;
mod units;

pub use account::{MissingAccounts, NewAccount, OneAccount};
pub use accounts::Accounts;
pub use announcements::{Announcements, OneAnnouncement};
pub use batch::Batch;
pub use codes::{Codes, Poster};
pub use frame::Frame;
pub use home::Home;
pub use logs::Logs;
pub use page::Page;
pub use paper::{ProjectTable, WorkReports};
pub use planning::{Planning, Village};
pub use profile::Profile;
pub use progress::Progress;
pub use rights::Rights;
pub use units::Units;
