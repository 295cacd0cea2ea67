//! Code lists of spec Appendix A.

pub mod organization;
pub mod people;
pub mod training;

pub use organization::*;
pub use people::*;
pub use training::*;
