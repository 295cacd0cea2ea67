//! Who may do what: one pure function over the forms and steps (spec §2.3). The whole table is printed, committed and
//! compared in a test.

use super::account::AccountKind;
use super::audit::Log;
use super::duty::Duty;
use super::form::Form;
use super::region::Level;
use super::region::Relation;
use super::step::Step;
use super::verb::Verb;
use super::workflow::Transition;

/// Whether an account of this kind may do this with records of the form that lie so to its own region.
pub fn allows(kind: AccountKind, verb: Verb, form: &Form, relation: Relation) -> bool {
    let reads = form.is_read_by(kind);
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
    // How the work gets on is the business of those who do it.
    match verb {
        Verb::View if matches!(kind, AccountKind::Security | AccountKind::Audit) => false,
        Verb::View => matches!(relation, Relation::Own | Relation::Below),
        Verb::Complete | Verb::Reopen => {
            step.closers.contains(&kind) && matches!(relation, Relation::Own | Relation::Below)
        }
        // County and township urge their villages, the organization department for what it closes itself; city and province
        // urge counties (spec F-16). Whom it reaches is worked out when it is sent.
        Verb::Urge => {
            let urged = match kind {
                AccountKind::County | AccountKind::Township => Level::Village,
                AccountKind::CountyOrganization if step.closers.contains(&kind) => Level::Village,
                AccountKind::City | AccountKind::Province => Level::County,
                _ => return false,
            };
            step.level == urged && relation == Relation::Below
        }
        Verb::ReopenForOthers => step.reopeners.contains(&kind) && matches!(relation, Relation::Own | Relation::Below),
        _ => false,
    }
}

/// Whether accounts of this kind see the QR codes of the villages in their scope (spec §2.3: 二维码信息).
pub const fn sees_codes(kind: AccountKind) -> bool {
    use AccountKind::*;
    matches!(kind, Province | City | County | Township | Village | TechnicalUnit)
}

/// Whether accounts of this kind renew the QR codes of their villages, and open and close the registration (spec S8.1).
pub const fn changes_codes(kind: AccountKind) -> bool {
    matches!(kind, AccountKind::County | AccountKind::Village)
}

/// Whether accounts of this kind see ledgers (spec §2.3: 台账信息).
pub const fn sees_ledgers(kind: AccountKind) -> bool {
    use AccountKind::{Audit, NaturalVillage, Security, TechnicalUnit};
    !matches!(kind, Security | Audit | TechnicalUnit | NaturalVillage)
}

/// Whether an account of this kind has this duty towards an account of another kind that stands so to it (spec S9.1, §2.2):
/// the system administrator and the levels above make and disable accounts, the levels above help those below with their
/// passwords, and nobody has power over an administrator but the security administrator, who may end a session.
pub fn allows_duty(kind: AccountKind, duty: Duty, other: AccountKind, relation: Relation) -> bool {
    use AccountKind::{City, County, Province, Security, System, Township};
    if !matches!(relation, Relation::Own | Relation::Below) {
        return false;
    }
    let is_superior = matches!(kind, Province | City | County | Township) && !other.is_administrator();
    let is_plain = !other.is_administrator() && !other.belongs_to_record();
    match duty {
        Duty::See => matches!(kind, System | Security) || is_superior,
        Duty::SeeUse => kind == Security || is_superior,
        Duty::Create | Duty::Disable => {
            is_plain && (kind == System || relation == Relation::Below && makes(kind).contains(&other))
        }
        Duty::Reset => is_plain && (matches!(kind, System | Security) || is_superior && relation == Relation::Below),
        Duty::EndSessions | Duty::Unlock => kind == Security || kind == System && !other.is_administrator(),
    }
}

/// The kinds of account that one of this kind makes in the divisions below it (spec §2.1).
const fn makes(kind: AccountKind) -> &'static [AccountKind] {
    use AccountKind::{City, CityOrganization, County, CountyOrganization, Province, Township, Village};
    match kind {
        Province => &[City, CityOrganization, County, CountyOrganization],
        City => &[County, CountyOrganization],
        County => &[Township, Village],
        Township => &[Village],
        _ => &[],
    }
}

/// Whether accounts of this kind have the duty towards anybody.
pub fn has_duty(kind: AccountKind, duty: Duty) -> bool {
    let below = |other| allows_duty(kind, duty, other, Relation::Below);
    AccountKind::ALL.into_iter().any(below)
}

/// Whether accounts of this kind read a log (spec S9.6).
pub const fn reads_log(kind: AccountKind, log: Log) -> bool {
    match kind {
        AccountKind::Audit => true,
        AccountKind::Security => matches!(log, Log::SignIns | Log::Reveals),
        _ => false,
    }
}

/// Whether accounts of this kind take a log out as a file.
pub const fn exports_logs(kind: AccountKind) -> bool {
    matches!(kind, AccountKind::Audit)
}

/// Whether accounts of this kind see who may do what.
pub const fn sees_rights(kind: AccountKind) -> bool {
    matches!(kind, AccountKind::Security)
}

/// Whether accounts of this kind leave 投诉建议: everybody but the audit administrator, who changes nothing.
pub const fn complains(kind: AccountKind) -> bool {
    !matches!(kind, AccountKind::Audit)
}

/// Whether accounts of this kind change code lists and divisions, and see what was read in (spec §2.3, last line).
pub const fn governs(kind: AccountKind) -> bool {
    matches!(kind, AccountKind::System)
}

/// Whether accounts of this kind set parameters: the province's, or their county's own.
pub const fn sets_parameters(kind: AccountKind) -> bool {
    matches!(kind, AccountKind::System | AccountKind::County)
}

/// Why somebody looks at a whole number (`security.md` P02): chosen before it is shown, and written down with it.
pub const REVEAL_REASONS: [&str; 5] = ["联系本人", "核对信息", "办理发函", "上级核查", "处理投诉"];
