//! What is wrong with a draft, and where.

use serde::{Deserialize, Serialize};

/// How much a problem weighs (spec §10: E and W).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Blocks saving.
    Error,
    /// Blocks saving until the filler gives a reason, which is kept with the record's history.
    NeedsReason,
    /// Informs.
    Warning,
}

/// One problem at one place. The place is a field key (`title`), a grid cell (`groups.2.name`, rows counted from 0) or
/// empty for the whole form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Field key, grid cell or empty.
    pub place: String,
    /// Whether it blocks.
    pub severity: Severity,
    /// The rule's number in spec §10, when it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// What the user reads.
    pub message: String,
}

impl Problem {
    /// A blocking problem without a rule number.
    pub fn error(place: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            place: place.into(),
            severity: Severity::Error,
            rule: None,
            message: message.into(),
        }
    }

    /// Whether the record cannot be saved with this problem, whatever reason is given.
    pub fn blocks(&self) -> bool {
        self.severity == Severity::Error
    }
}
