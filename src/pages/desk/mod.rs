//! Everything behind the sign-in, for desks.

mod batch;
mod codes;
mod consistency;
mod frame;
mod home;
mod ledgers;
mod page;
mod paper;
mod planning;
mod profile;
mod progress;
mod search;
mod totals;
mod units;
mod urge;
mod waiting;

pub use batch::Batch;
pub use codes::{Codes, Poster};
pub use consistency::Consistency;
pub use frame::Frame;
pub use home::Home;
pub use ledgers::Ledgers;
pub use page::Page;
pub use paper::{PrintButton, ProjectTable, WorkReports, paper};
pub use planning::{Planning, Village};
pub use profile::Profile;
pub use progress::Progress;
pub use search::SearchPage;
pub use units::Units;
