//! 6.2 实地调研 (manual 6.2, spec S6.2): what the village fills itself, and what its natural villages add on the phone.

pub mod collective_assets;
pub mod cultural_resources;
pub mod economy;
pub mod facilities;
pub mod hazards;
pub mod industries;
pub mod natural_resources;
pub mod public_services;
pub mod roads;
