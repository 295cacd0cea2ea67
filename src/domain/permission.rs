//! Who may do what: one pure function over the forms and steps (spec §2.3). The whole table is printed, committed and
//! compared in a test.

use super::account::AccountKind;
use super::form::Form;
use super::region::Level;
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
        Verb::Create | Verb::Delete if form.created_by_step => false,
        Verb::Create | Verb::Edit | Verb::Delete => fills && relation == place_of_filling(kind, form),
        Verb::Import => kind == AccountKind::System && form.system_imports && relation == Relation::Below,
        _ => false,
    }
}

/// Where an account of this kind registers records of a form that it fills: in its own region, or in those below.
pub fn place_of_filling(kind: AccountKind, form: &Form) -> Relation {
    // A technical unit has the villages of its contract for its own.
    let own = match kind {
        AccountKind::TechnicalUnit => Level::Village,
        kind => kind.level(),
    };
    match (form.placed_by.is_empty(), form.level) {
        (true, None) => Relation::Own,
        (true, Some(level)) if level == own => Relation::Own,
        _ => Relation::Below,
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

/// Whether accounts of this kind see the QR codes of the villages in their scope (spec §2.3: 二维码信息).
pub const fn sees_codes(kind: AccountKind) -> bool {
    use AccountKind::*;
    matches!(
        kind,
        System | Province | City | County | Township | Village | TechnicalUnit
    )
}

/// Whether accounts of this kind renew the QR codes of their villages, and open and close the registration (spec S8.1).
pub const fn changes_codes(kind: AccountKind) -> bool {
    matches!(kind, AccountKind::County | AccountKind::Village)
}

/// Whether accounts of this kind change code lists and divisions, and see what was read in (spec §2.3, last line).
pub const fn governs(kind: AccountKind) -> bool {
    matches!(kind, AccountKind::System)
}

/// Whether accounts of this kind set parameters: the province's, or their county's own.
pub const fn sets_parameters(kind: AccountKind) -> bool {
    matches!(kind, AccountKind::System | AccountKind::County)
}
