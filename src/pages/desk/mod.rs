//! Everything behind the sign-in, for desks.

mod batch;
mod codes;
mod dictionaries;
mod divisions;
mod frame;
mod home;
mod page;
mod paper;
mod planning;
mod profile;
mod progress;
mod survey_imports;
mod totals;
mod units;

pub use batch::Batch;
pub use codes::{Codes, Poster};
pub use dictionaries::{Dictionaries, ParametersPage};
pub use divisions::{Division, Divisions};
pub use frame::Frame;
pub use home::Home;
pub use page::Page;
pub use paper::{ProjectTable, WorkReports};
pub use planning::{Planning, Village};
pub use profile::Profile;
pub use progress::Progress;
pub use survey_imports::SurveyImports;
pub use units::Units;
