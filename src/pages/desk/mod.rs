//! Everything behind the sign-in, for desks.

mod batch;
mod frame;
mod home;
mod page;
mod profile;
mod progress;
mod units;

pub use batch::Batch;
pub use frame::Frame;
pub use home::Home;
pub use page::Page;
pub use profile::Profile;
pub use progress::Progress;
pub use units::Units;
