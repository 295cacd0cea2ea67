//! Code lists of spec Appendix A.

pub mod organization;
pub mod people;
pub mod survey;
pub mod training;

pub use organization::*;
pub use people::*;
pub use survey::*;
pub use training::*;
