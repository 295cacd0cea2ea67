//! Permits. Every write takes one, only this file makes them, and a forgotten check does not compile.

use super::db::records::Stored;
use super::session::{Contract, Signed};
use crate::domain::account::{Account, AccountKind};
use crate::domain::audit::Log;
use crate::domain::duty::Duty;
use crate::domain::form::Form;
use crate::domain::permission::{
    allows, allows_duty, allows_step, allows_transition, changes_codes, exports_logs, governs, has_duty,
    place_of_filling, reads_log, sees_codes, sees_rights, sets_parameters,
};
use crate::domain::record::parts;
use crate::domain::region::{Level, Region, Relation};
use crate::domain::step::Step;
use crate::domain::verb::Verb;
use crate::domain::workflow::Transition;
use crate::error::AppError;

/// Proof that an account may do something in a part of the tree.
#[derive(Debug, Clone)]
pub struct Permit {
    account: Account,
    address: String,
    scope: Region,
    contract: Option<Contract>,
}

impl Permit {
    /// Who acts.
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// From where, for the log.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// What a technical unit sees of it: the villages of its contract.
    pub fn contract(&self) -> Option<&Contract> {
        self.contract.as_ref()
    }

    /// Whose records those are that it writes: another account's, when it imports for that.
    pub fn organ(&self, form: &Form) -> &'static str {
        match form.fillers.contains(&self.account.kind) {
            true => self.account.kind.organ(),
            false => form.fillers.first().map_or("", |filler| filler.organ()),
        }
    }

    /// Whether a village lies in what it sees.
    pub fn sees(&self, village: &Region) -> bool {
        match &self.contract {
            Some(contract) => contract.villages.contains(village),
            None => self.account.region.contains(village),
        }
    }

    /// Whether it may change the QR code of a village that it sees.
    pub fn may_change(&self, village: &Region) -> bool {
        changes_codes(self.account.kind) && self.sees(village)
    }

    /// Where: for reading the subtree that is visible, for writing the one region.
    pub fn scope(&self) -> &Region {
        &self.scope
    }
}

fn permit(signed: &Signed, account: &Account, scope: &Region) -> Permit {
    Permit {
        account: account.clone(),
        address: signed.address.clone(),
        contract: signed.contract.clone(),
        scope: scope.clone(),
    }
}

/// Not found, because it lies out of the account's sight; the log says what was tried.
fn out_of_sight(
    signed: &Signed,
    what: &str,
    region: Option<&Region>,
    record: Option<(&'static str, &str)>,
) -> AppError {
    signed.refused(format!("{what}（不在权限范围内）"), region, record);
    AppError::NotFound
}

/// In sight, but not for this account; the log says what was tried.
fn forbidden(signed: &Signed, what: String, region: Option<&Region>, record: Option<(&'static str, &str)>) -> AppError {
    let why = format!("您的账号不能{what}");
    signed.refused(what, region, record);
    AppError::Forbidden(why)
}

/// How a record lies to an account: by the tree, or for a technical unit by its contract.
fn relation_of(signed: &Signed, account: &Account, form: &'static Form, region: &Region, record: &str) -> Relation {
    let Some(contract) = &signed.contract else {
        return Relation::of(&account.region, region);
    };
    // Forms about several divisions lie with the county: a unit sees its own contract and no other.
    let is_own = form.naming().is_some() && contract.record == record;
    let is_below = contract.villages.iter().any(|village| village.contains(region));
    match (is_own, is_below) {
        (true, _) => Relation::Own,
        (_, true) if form.fillers.contains(&AccountKind::TechnicalUnit) => Relation::Own,
        (_, true) => Relation::Below,
        _ => Relation::Beside,
    }
}

/// May the account look at records of this form? The permit's scope is its own subtree.
pub fn to_read(signed: &Signed, form: &Form) -> Result<Permit, AppError> {
    let account = signed.ready()?;
    if !allows(account.kind, Verb::View, form, Relation::Own) {
        return Err(out_of_sight(signed, &format!("查看{}", form.title), None, None));
    }
    Ok(permit(signed, account, &account.region))
}

/// What an account that works at a desk may look through: its own subtree, form by form as it reads them.
pub fn to_search(signed: &Signed) -> Result<Permit, AppError> {
    let account = signed.ready()?;
    if account.kind == AccountKind::NaturalVillage {
        return Err(AppError::NotFound);
    }
    Ok(permit(signed, account, &account.region))
}

/// May the account do this with a record of the form in that region? Out of sight is *not found*; in sight but not
/// allowed is *forbidden*.
pub fn to_act(
    signed: &Signed,
    verb: Verb,
    form: &'static Form,
    region: &Region,
    organ: &str,
    record: &str,
) -> Result<Permit, AppError> {
    let account = signed.ready()?;
    let relation = relation_of(signed, account, form, region, record);
    let about = Some((form.key, record));
    if !allows(account.kind, Verb::View, form, relation) {
        let what = format!("{}{}", verb.title(), form.title);
        return Err(out_of_sight(signed, &what, Some(region), about));
    }
    let own_organ = matches!(verb, Verb::View | Verb::Import) || organ == account.kind.organ();
    if !own_organ || !allows(account.kind, verb, form, relation) {
        return Err(forbidden(
            signed,
            format!("{}该记录", verb.title()),
            Some(region),
            about,
        ));
    }
    Ok(permit(signed, account, region))
}

/// May the account look at this record? What is about several divisions is read by each of them, too.
pub fn to_see(signed: &Signed, form: &'static Form, record: &Stored) -> Result<Permit, AppError> {
    let own = &signed.ready()?.region;
    let named = form.naming().map_or("", |field| record.text(field.key));
    let about = parts(named)
        .filter_map(Region::parse)
        .find(|region| record.region != *own && record.region.contains(own) && own.contains(region));
    let region = about.as_ref().unwrap_or(&record.region);
    to_act(signed, Verb::View, form, region, &record.organ, &record.id)
}

/// May the account register records of this form at all? Where a record belongs is asked by [`to_create`].
pub fn to_begin(signed: &Signed, form: &Form) -> Result<Permit, AppError> {
    let account = signed.ready()?;
    let own = place_of_filling(account.kind, form);
    let what = Verb::Create.title();
    if !allows(account.kind, Verb::View, form, Relation::Own) {
        return Err(out_of_sight(signed, &format!("{what}{}", form.title), None, None));
    }
    if !allows(account.kind, Verb::Create, form, own) {
        return Err(forbidden(signed, format!("{what}该记录"), None, Some((form.key, ""))));
    }
    Ok(permit(signed, account, &account.region))
}

/// May the account register a record of this form in that region?
pub fn to_create(signed: &Signed, form: &'static Form, region: &Region) -> Result<Permit, AppError> {
    to_act(signed, Verb::Create, form, region, signed.ready()?.kind.organ(), "")
}

/// What the account may do with a record in that state, for its buttons.
pub fn verbs(account: &Account, form: &'static Form, region: &Region, organ: &str, status: &str) -> Vec<Verb> {
    // What a technical unit has before it are the villages of its contract.
    let fills_as_unit = account.kind == AccountKind::TechnicalUnit && form.fillers.contains(&account.kind);
    let relation = match Relation::of(&account.region, region) {
        _ if fills_as_unit => Relation::Own,
        // It is about a division of the account's own.
        Relation::Above if form.naming().is_some() => Relation::Below,
        relation => relation,
    };
    let is_open = form.workflow.is_none_or(|workflow| workflow.is_open(status));
    let may_go = form.workflow.is_none_or(|workflow| workflow.may_go(status));
    [Verb::View, Verb::Edit, Verb::Delete]
        .into_iter()
        .filter(|verb| *verb != Verb::Delete || may_go)
        .filter(|verb| *verb == Verb::View || is_open && organ == account.kind.organ())
        .filter(|verb| allows(account.kind, *verb, form, relation))
        .collect()
}

/// May the account go this way with a record of the form? Out of sight is *not found*.
pub fn to_decide(
    signed: &Signed,
    form: &'static Form,
    transition: &Transition,
    record: &Stored,
) -> Result<Permit, AppError> {
    let account = signed.ready()?;
    let region = &record.region;
    let relation = relation_of(signed, account, form, region, &record.id);
    let about = Some((form.key, record.id.as_str()));
    if !allows(account.kind, Verb::View, form, relation) {
        let what = format!("{}{}", transition.button, form.title);
        return Err(out_of_sight(signed, &what, Some(region), about));
    }
    if !allows_transition(account.kind, transition, relation) {
        return Err(forbidden(
            signed,
            format!("{}该记录", transition.button),
            Some(region),
            about,
        ));
    }
    if is_for_others(transition, account, record) {
        let what = format!("{}本账号提交的{}", transition.button, form.title);
        signed.refused(what, Some(region), about);
        return Err(AppError::Forbidden(transition.refusal_of_author()));
    }
    Ok(permit(signed, account, region))
}

/// Whether an act is for others, because the account has left the record itself (`security.md` A23).
pub fn is_for_others(transition: &Transition, account: &Account, record: &Stored) -> bool {
    transition.not_by_author && record.is_by(&account.id)
}

/// May the account set a step for the regions below it (工作开展情况设置)? The permit's scope is its own subtree.
pub fn to_set_below(signed: &Signed, step: &Step) -> Result<Permit, AppError> {
    let account = signed.ready()?;
    if !sets_below(account, step) {
        return Err(out_of_sight(signed, &format!("设置“{}”", step.title), None, None));
    }
    Ok(permit(signed, account, &account.region))
}

/// Whether the account sets a step for the regions below it.
pub fn sets_below(account: &Account, step: &Step) -> bool {
    account.region.level() < step.level && allows_step(account.kind, Verb::Complete, step, Relation::Below)
}

/// May the account move the switch of a step in that region?
pub fn to_move_switch(signed: &Signed, verb: Verb, step: &Step, region: &Region) -> Result<Permit, AppError> {
    let account = signed.ready()?;
    let relation = Relation::of(&account.region, region);
    let what = format!("{}“{}”", verb.title(), step.title);
    if region.level() != step.level || !allows_step(account.kind, Verb::View, step, relation) {
        return Err(out_of_sight(signed, &what, Some(region), None));
    }
    if !allows_step(account.kind, verb, step, relation) {
        return Err(forbidden(signed, what, Some(region), None));
    }
    Ok(permit(signed, account, region))
}

/// May the account change what the product knows: code lists, divisions (spec §2.3, last line)?
pub fn to_govern(signed: &Signed) -> Result<Permit, AppError> {
    let account = signed.ready()?;
    match governs(account.kind) {
        true => Ok(permit(signed, account, &account.region)),
        false => Err(out_of_sight(signed, "管理字典与行政区划", None, None)),
    }
}

/// May the account set parameters: those of the province, or its county's own? The permit's scope is whose they are.
pub fn to_set_parameters(signed: &Signed) -> Result<Permit, AppError> {
    let account = signed.ready()?;
    match sets_parameters(account.kind) {
        true => Ok(permit(signed, account, &account.region)),
        false => Err(out_of_sight(signed, "设置参数", None, None)),
    }
}

/// May the account look at QR codes? The permit's scope is its own subtree.
pub fn to_read_codes(signed: &Signed) -> Result<Permit, AppError> {
    let account = signed.ready()?;
    if !sees_codes(account.kind) {
        return Err(out_of_sight(signed, "查看二维码信息", None, None));
    }
    Ok(permit(signed, account, &account.region))
}

/// May the account change the QR code of that village?
pub fn to_change_code(signed: &Signed, village: &Region) -> Result<Permit, AppError> {
    let permit = to_read_codes(signed)?;
    let what = "修改该村的二维码".to_owned();
    if village.level() != Level::Village || !permit.sees(village) {
        return Err(out_of_sight(signed, &what, Some(village), None));
    }
    if !permit.may_change(village) {
        return Err(forbidden(signed, what, Some(village), None));
    }
    Ok(Permit {
        scope: village.clone(),
        ..permit
    })
}

/// May the account have this duty at all (账号管理)? The permit's scope is its own subtree.
pub fn to_administer(signed: &Signed, duty: Duty) -> Result<Permit, AppError> {
    let account = signed.ready()?;
    if !has_duty(account.kind, duty) {
        return Err(out_of_sight(signed, &format!("{}账号", duty.title()), None, None));
    }
    Ok(permit(signed, account, &account.region))
}

/// May the account do this for that other account? One that it does not see is not found.
pub fn to_administer_one(signed: &Signed, duty: Duty, other: &Account) -> Result<Permit, AppError> {
    let account = signed.ready()?;
    let relation = Relation::of(&account.region, &other.region);
    let what = format!("{}账号“{}”", duty.title(), other.login_key);
    if !allows_duty(account.kind, Duty::See, other.kind, relation) {
        return Err(out_of_sight(signed, &what, Some(&other.region), None));
    }
    if !allows_duty(account.kind, duty, other.kind, relation) {
        return Err(forbidden(signed, what, Some(&other.region), None));
    }
    Ok(permit(signed, account, &other.region))
}

/// What the account can do for that other account, for its buttons.
pub fn duties(account: &Account, other: &Account) -> Vec<Duty> {
    let relation = Relation::of(&account.region, &other.region);
    let allowed = |duty: &Duty| allows_duty(account.kind, *duty, other.kind, relation);
    Duty::ALL.into_iter().filter(allowed).collect()
}

/// May the account read this log?
pub fn to_read_log(signed: &Signed, log: Log) -> Result<Permit, AppError> {
    let account = signed.ready()?;
    if !reads_log(account.kind, log) {
        return Err(out_of_sight(signed, &format!("查看{}", log.title()), None, None));
    }
    Ok(permit(signed, account, &account.region))
}

/// May the account take this log out as a file?
pub fn to_export_log(signed: &Signed, log: Log) -> Result<Permit, AppError> {
    let permit = to_read_log(signed, log)?;
    if !exports_logs(permit.account.kind) {
        return Err(forbidden(signed, format!("导出{}", log.title()), None, None));
    }
    Ok(permit)
}

/// May the account see who may do what?
pub fn to_see_rights(signed: &Signed) -> Result<Permit, AppError> {
    let account = signed.ready()?;
    if !sees_rights(account.kind) {
        return Err(out_of_sight(signed, "查看权限总览", None, None));
    }
    Ok(permit(signed, account, &account.region))
}
