//! The terms in force: code lists and parameters that were changed while the product runs (S9.3, F-26). There is one
//! dictionary for the whole process, as there is one language: a label is asked for in every corner, and rules over typed
//! values judge by it in the browser as on the server. The server takes it from the store, the browser from the answers.
//! Where nothing was changed there is nothing to keep, and nothing travels.

use super::code::Code;
use super::parameter;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{PoisonError, RwLock};

/// What was changed. Empty where everything is as it was built in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// List key → all its options in order: code, label, whether it has ended.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub lists: BTreeMap<String, Vec<(String, String, bool)>>,
    /// Parameter key → value.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, String>,
}

struct InForce {
    terms: Terms,
    /// A list that was once in force is kept for the life of the process, so that options can be told apart by reference
    /// like those that were built in: they are small, and change a few times a year.
    lists: BTreeMap<String, &'static [Code]>,
}

static IN_FORCE: RwLock<InForce> = RwLock::new(InForce {
    terms: Terms {
        lists: BTreeMap::new(),
        parameters: BTreeMap::new(),
    },
    lists: BTreeMap::new(),
});

/// Whether this process takes its terms from the answers of another: a browser does.
static FOLLOWS: AtomicBool = AtomicBool::new(false);

/// From now on [`follow`] takes effect.
pub fn start_following() {
    FOLLOWS.store(true, Ordering::Relaxed);
}

/// Puts the terms of an answer in force in the browser. The server, which draws the same screens, has them from its store.
pub fn follow(terms: &Terms) {
    if FOLLOWS.load(Ordering::Relaxed) {
        install(terms);
    }
}

/// Puts terms in force.
pub fn install(terms: &Terms) {
    if IN_FORCE.read().unwrap_or_else(PoisonError::into_inner).terms == *terms {
        return;
    }
    let mut in_force = IN_FORCE.write().unwrap_or_else(PoisonError::into_inner);
    let before = std::mem::take(&mut in_force.lists);
    for (key, options) in &terms.lists {
        let same = in_force.terms.lists.get(key) == Some(options);
        let kept = before.get(key).copied().filter(|_| same);
        let codes = kept.unwrap_or_else(|| {
            let codes = options.iter().map(|(code, label, retired)| Code {
                code: code.clone().leak(),
                label: label.clone().leak(),
                retired: *retired,
            });
            codes.collect::<Vec<_>>().leak()
        });
        in_force.lists.insert(key.clone(), codes);
    }
    in_force.terms = terms.clone();
}

/// What is in force, for the answer that takes it to the browser.
pub fn in_force() -> Terms {
    let in_force = IN_FORCE.read().unwrap_or_else(PoisonError::into_inner);
    Terms {
        lists: in_force.terms.lists.clone(),
        parameters: {
            let travelling = |key: &str| parameter::find(key).is_some_and(|parameter| parameter.travels);
            let all = in_force.terms.parameters.iter();
            all.filter(|(key, _)| travelling(key))
                .map(|(key, value)| (key.clone(), value.clone()))
                .collect()
        },
    }
}

/// The options of a list that was changed.
pub(super) fn list(key: &str) -> Option<&'static [Code]> {
    let in_force = IN_FORCE.read().unwrap_or_else(PoisonError::into_inner);
    in_force.lists.get(key).copied()
}

/// A parameter that was changed.
pub(super) fn parameter(key: &str) -> Option<String> {
    let in_force = IN_FORCE.read().unwrap_or_else(PoisonError::into_inner);
    in_force.terms.parameters.get(key).cloned()
}
