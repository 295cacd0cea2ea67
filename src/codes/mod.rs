//! Code lists of spec Appendix A.

pub mod administration;
pub mod organization;
pub mod people;
pub mod planning;
pub mod results;
pub mod survey;
pub mod training;

pub use administration::*;
pub use organization::*;
pub use people::*;
pub use planning::*;
pub use results::*;
pub use survey::*;
pub use training::*;
