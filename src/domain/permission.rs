//! Who may do what: one pure function over the forms and steps (spec §2.3). The whole table is printed, committed and
//! compared in a test.

use super::account::AccountKind;
use super::form::Form;
use super::region::Relation;
use super::step::Step;
use super::verb::Verb;
use super::workflow::Transition;

/// Whether an account of this kind may do this with records of the form that lie so to its own region.
pub fn allows(kind: AccountKind, verb: Verb, form: &Form, relation: Relation) -> bool {
    let reads = form.fillers.contains(&kind) || form.readers.contains(&kind);
    let fills = form.fillers.contains(&kind) && !form.comes_by_itself;
    match verb {
        Verb::View => {
            reads
                && match relation {
                    Relation::Own | Relation::Below => true,
                    Relation::Above => form.read_from_below,
                    Relation::Beside => false,
                }
        }
        Verb::Export => reads && matches!(relation, Relation::Own | Relation::Below),
        Verb::Create | Verb::Edit | Verb::Delete if form.placed_by.is_empty() => fills && relation == Relation::Own,
        Verb::Create | Verb::Edit | Verb::Delete => fills && relation == Relation::Below,
        _ => false,
    }
}

/// Whether an account of this kind may go this way with a record that lies so to its own region.
pub fn allows_transition(kind: AccountKind, transition: &Transition, relation: Relation) -> bool {
    transition.by == kind && matches!(relation, Relation::Own | Relation::Below)
}

/// Whether an account of this kind may move the switch of a step in a region that lies so to its own.
pub fn allows_step(kind: AccountKind, verb: Verb, step: &Step, relation: Relation) -> bool {
    match verb {
        Verb::View => matches!(relation, Relation::Own | Relation::Below),
        Verb::Complete | Verb::Reopen => {
            step.closers.contains(&kind) && matches!(relation, Relation::Own | Relation::Below)
        }
        Verb::ReopenForOthers => step.reopeners.contains(&kind) && matches!(relation, Relation::Own | Relation::Below),
        _ => false,
    }
}
