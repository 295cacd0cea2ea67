//! Pages outside the desk: portal, public documents, sign-in, password.

mod change_password;
mod complaints;
mod not_found;
mod portal;
mod report;
mod second_factor;
mod sign_in;

pub use change_password::ChangePassword;
pub use complaints::Complaints;
pub use not_found::NotFound;
pub use portal::{Policies, Portal};
pub use report::{Check, Shared};
pub use second_factor::SecondFactor;
pub use sign_in::SignIn;
