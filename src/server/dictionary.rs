//! 字典与参数 (S9.3, F-26): the system administrator changes code lists and parameters while the product runs; a county sets
//! its own. Records keep what they hold: an option that has ended is still read, and no longer chosen.

use super::authorize::{Permit, to_govern, to_set_parameters};
use super::db::audits::{Change, Line};
use super::db::terms::Entry;
use super::db::{self, Connection};
use super::records::division_names;
use super::session::Signed;
use super::state::App;
use super::{clock, table_rows, terms};
use crate::api::dictionary::{DictionaryView, ImportLine, OptionChange, OptionLine, ParameterLine, SurveyImportsView};
use crate::codes::{NAMED_BY_RULES, PARTS_OF_THE_PRODUCT, TERRAIN, VILLAGE_FEATURE};
use crate::domain::account::AccountKind;
use crate::domain::audit::Act;
use crate::domain::code::CodeList;
use crate::domain::date::is_date;
use crate::domain::field::{Condition, Field, Initial, Kind, Required, Shown};
use crate::domain::page::address;
use crate::domain::parameter::{self, Parameter, ParameterKind};
use crate::domain::record::parts;
use crate::domain::region::{Level, Region};
use crate::error::AppError;
use crate::forms;

/// Characters of an option.
const MOST_LETTERS: usize = 40;
/// Options of a list.
const MOST_OPTIONS: usize = 300;
/// Imports on a page.
const IMPORTS: i64 = 20;

/// 字典与参数
pub async fn view(app: &App, signed: &Signed, asked: &str) -> Result<DictionaryView, AppError> {
    let permit = to_set_parameters(signed)?;
    let account = permit.account();
    let today = app.clock.today();
    let own = |parameter: &&&Parameter| parameter.level == account.region.level();
    let parameters = parameter::ALL.iter().filter(own).map(|parameter| {
        let content = terms::parameter(app, parameter, &account.region);
        let is_long = matches!(parameter.kind, ParameterKind::Counties);
        ParameterLine {
            key: parameter.key.to_owned(),
            title: parameter.title.to_owned(),
            help: parameter.help.to_owned(),
            named: match is_long {
                true => shown(app, parameter, &content),
                false => String::new(),
            },
            content,
            initial: shown(app, parameter, &terms::initial(app, parameter)),
            is_switch: matches!(parameter.kind, ParameterKind::Switch),
            is_long,
            unit: match parameter.kind {
                ParameterKind::Integer(_, _, unit) | ParameterKind::Hundredths(_, _, unit) => unit.to_owned(),
                _ => String::new(),
            },
        }
    });
    let mut view = DictionaryView {
        lists: Vec::new(),
        list: String::new(),
        title: String::new(),
        used_by: Vec::new(),
        options: Vec::new(),
        table: None,
        parameters: parameters.collect(),
        today: today.clone(),
    };
    if account.kind != AccountKind::System {
        return match asked.is_empty() {
            true => Ok(view),
            false => Err(AppError::NotFound),
        };
    }
    let entries = db::terms::entries(&mut *app.store.reader().await?).await?;
    for list in terms::lists() {
        let changed = entries.iter().any(|entry| entry.list == list.key);
        let offered = list.offered_with("").count();
        view.lists
            .push((list.key.to_owned(), list.title.to_owned(), offered, changed));
    }
    let rows = db::terms::table_rows(&mut *app.store.reader().await?).await?;
    for (_, sheet) in terms::sheets() {
        let changed = rows.iter().any(|row| row.sheet == sheet.key);
        let live = sheet.rows().len();
        view.lists
            .push((sheet.key.to_owned(), sheet.title.to_owned(), live, changed));
    }
    if asked.is_empty() {
        return Ok(view);
    }
    if let Some((form, sheet)) = terms::sheet(asked) {
        view.list = sheet.key.to_owned();
        view.title = sheet.title.to_owned();
        view.used_by = vec![form.title.to_owned()];
        view.table = Some(table_rows::view(form, sheet, &rows));
        return Ok(view);
    }
    let list = terms::list(asked).ok_or(AppError::NotFound)?;
    view.list = list.key.to_owned();
    view.title = list.title.to_owned();
    view.used_by = used_by(list);
    let options = terms::options(list, &entries).into_iter().map(|option| OptionLine {
        is_valid: terms::is_valid(&option, &today),
        kept: is_kept(list, &option.code),
        code: option.code,
        label: option.label,
        valid_from: option.valid_from,
        valid_to: option.valid_to.unwrap_or_default(),
    });
    view.options = options.collect();
    Ok(view)
}

/// Form and field of everything that offers a list.
fn used_by(list: &'static CodeList) -> Vec<String> {
    let offers =
        |field: &&'static Field| matches!(field.kind, Kind::Choice(own) | Kind::Choices(own) if own.key == list.key);
    let mut places = Vec::new();
    for form in forms::ALL {
        let columns = form.grids().flat_map(|(_, grid)| grid.columns);
        for field in form.fields().chain(columns).filter(offers) {
            let place = format!("{}·{}", form.title, field.title);
            if !places.contains(&place) {
                places.push(place);
            }
        }
    }
    places
}

/// Whether rules name an option, so that the product cannot do without it.
fn is_kept(list: &'static CodeList, code: &str) -> bool {
    let is_built_in = list.built_in.iter().any(|known| known.code == code);
    let named = |lists: &[&CodeList]| lists.iter().any(|known| known.key == list.key);
    is_built_in
        && (named(NAMED_BY_RULES)
            || named(PARTS_OF_THE_PRODUCT)
            || list.key == VILLAGE_FEATURE.key && TERRAIN.contains(&code)
            || forms::ALL.iter().any(|form| {
                let grids = form.grids().map(|(_, grid)| grid.columns.iter().collect::<Vec<_>>());
                let mut groups: Vec<Vec<&'static Field>> = grids.collect();
                groups.push(form.fields().collect());
                let held = groups.iter().any(|fields| is_named_in(fields, list, code));
                let marks = |(field, held): &(&'static str, &'static str)| {
                    *held == code && form.field(field).is_some_and(|field| offers(field, list))
                };
                let uniques = form.uniques.iter().flat_map(|unique| unique.holding);
                held || uniques
                    .chain(form.store_rules.iter().flat_map(|rule| rule.holding))
                    .any(marks)
            })
            || forms::tabs().any(|tab| {
                let sets = tab.creations.iter().map(|creation| creation.sets);
                let mut fixed = tab.fixed.into_iter().chain(sets);
                fixed.any(|(key, held)| held == code && tab.form.field(key).is_some_and(|field| offers(field, list)))
            }))
}

fn offers(field: &Field, list: &CodeList) -> bool {
    matches!(field.kind, Kind::Choice(own) | Kind::Choices(own) if own.key == list.key)
}

/// Whether a field of a group starts with the option, or another one shows by it.
fn is_named_in(fields: &[&'static Field], list: &CodeList, code: &str) -> bool {
    let by = |condition: Condition| {
        let (Condition::Is(key, codes) | Condition::IsNot(key, codes)) = condition;
        let field = fields.iter().find(|field| field.key == key);
        codes.contains(&code) && field.is_some_and(|field| offers(field, list))
    };
    fields.iter().any(|field| {
        let starts = matches!(field.initial, Initial::Text(text) if text == code) && offers(field, list);
        let shows = matches!(field.shown, Shown::When(condition) if by(condition));
        let needs = matches!(field.required, Required::When(condition) if by(condition));
        starts || shows || needs
    })
}

/// A label as it is stored.
fn label_of(typed: &str) -> Result<String, AppError> {
    let label = typed.trim();
    let letters = label.chars().count();
    // Labels stand in workbooks and in markup, and several are told apart by 、 and commas.
    let fits = |letter: char| {
        !letter.is_control()
            && !matches!(
                letter,
                '<' | '>' | '&' | '"' | '\'' | ',' | '，' | '、' | ';' | '；' | '\\'
            )
    };
    if !(1..=MOST_LETTERS).contains(&letters) || !label.chars().all(fits) || label.starts_with(['=', '+', '-', '@']) {
        return Err(AppError::at(
            "label",
            format!("请输入 1–{MOST_LETTERS} 个字的名称，不含顿号、逗号、引号和尖括号"),
        ));
    }
    Ok(label.to_owned())
}

fn day_of(app: &App, place: &str, typed: &str) -> Result<String, AppError> {
    match typed.trim() {
        "" => Ok(app.clock.today()),
        day if is_date(day) => Ok(day.to_owned()),
        _ => Err(AppError::at(place, "请选择日期")),
    }
}

/// Changes a list.
pub async fn change(app: &App, signed: &Signed, key: &str, change: &OptionChange) -> Result<(), AppError> {
    let permit = to_govern(signed)?;
    let list = terms::list(key).ok_or(AppError::NotFound)?;
    let mut tx = app.store.begin_in_turn("terms").await?;
    let mut options = terms::options(list, &db::terms::entries(&mut tx).await?);
    let before = options.clone();
    let at = |options: &[Entry], code: &str| {
        let position = options.iter().position(|option| option.code == code);
        position.ok_or(AppError::NotFound)
    };
    let said = match change {
        OptionChange::Add { label, valid_from } => {
            let label = free(&options, label_of(label)?, "")?;
            let day = day_of(app, "valid_from", valid_from)?;
            if PARTS_OF_THE_PRODUCT.iter().any(|fixed| fixed.key == list.key) {
                return Err(AppError::Conflict(
                    "该列表对应系统的环节或表格，不能新增选项".to_owned(),
                ));
            }
            let new = new_option(list, &options, label, day)?;
            let said = format!("新增“{}”，自 {} 起", new.label, new.valid_from);
            options.push(new);
            said
        }
        OptionChange::Rename { code, label, keeps } => {
            let at = at(&options, code)?;
            let label = free(&options, label_of(label)?, code)?;
            let old = options[at].label.clone();
            if *keeps {
                not_kept(list, code)?;
                let mut new = new_option(list, &options, label, app.clock.today())?;
                new.position = options[at].position;
                options[at].valid_to = Some(app.clock.today());
                let said = format!("“{old}”换用“{}”，已填记录保留原名称", new.label);
                options.insert(at + 1, new);
                said
            } else {
                options[at].label = label;
                format!("“{old}”更名为“{}”", options[at].label)
            }
        }
        OptionChange::End { code, valid_to } => {
            let at = at(&options, code)?;
            not_kept(list, code)?;
            let day = day_of(app, "valid_to", valid_to)?;
            if day < options[at].valid_from {
                return Err(AppError::at("valid_to", "停用日期不能早于启用日期"));
            }
            let left = options.iter().enumerate();
            let left = left.filter(|(position, option)| *position != at && terms::is_valid(option, &day));
            if left.count() == 0 {
                return Err(AppError::Conflict("至少保留一个可选项".to_owned()));
            }
            options[at].valid_to = Some(day.clone());
            format!("“{}”自 {day} 起停用", options[at].label)
        }
        OptionChange::Revive { code } => {
            let at = at(&options, code)?;
            options[at].valid_to = None;
            format!("“{}”恢复启用", options[at].label)
        }
        OptionChange::Shift { code, up } => {
            let at = at(&options, code)?;
            let other = match up {
                true => at.checked_sub(1),
                false => Some(at + 1).filter(|other| *other < options.len()),
            };
            let Some(other) = other else { return Ok(()) };
            options.swap(at, other);
            format!("“{}”{}移", options[other].label, if *up { "上" } else { "下" })
        }
    };
    if options.len() > MOST_OPTIONS {
        return Err(AppError::Conflict(format!("一个列表最多 {MOST_OPTIONS} 个选项")));
    }
    for (position, option) in options.iter_mut().enumerate() {
        option.position = 10 * (position as i64 + 1);
    }
    for option in options.iter().filter(|option| !before.contains(option)) {
        db::terms::put(&mut tx, option).await?;
    }
    let names = |options: &[Entry]| {
        let valid = options
            .iter()
            .filter(|option| terms::is_valid(option, &app.clock.today()));
        valid.map(|option| option.label.as_str()).collect::<Vec<_>>().join("、")
    };
    let changes = [Change {
        field: list.title.to_owned(),
        old: names(&before),
        new: names(&options),
    }];
    let opinion = format!("{}：{said}", list.title);
    note(app, &mut tx, &permit, Act::ChangeOption, &opinion, &changes).await?;
    db::terms::touch(&mut tx, "terms").await?;
    tx.commit().await?;
    terms::reload(app).await
}

fn not_kept(list: &'static CodeList, code: &str) -> Result<(), AppError> {
    match is_kept(list, code) {
        true => Err(AppError::Conflict(
            "系统的校验规则用到该选项，只能更正名称，不能停用".to_owned(),
        )),
        false => Ok(()),
    }
}

/// A label that no other option has.
fn free(options: &[Entry], label: String, own: &str) -> Result<String, AppError> {
    let other = options
        .iter()
        .find(|option| option.label == label && option.code != own);
    match other {
        Some(other) if other.valid_to.is_some() => Err(AppError::at("label", "该名称已停用，可直接恢复启用")),
        Some(_) => Err(AppError::at("label", "列表中已有该名称")),
        None => Ok(label),
    }
}

/// An option that was not there, with a code that was never given.
fn new_option(list: &CodeList, options: &[Entry], label: String, day: String) -> Result<Entry, AppError> {
    let mut numbers = 1..;
    let code = numbers
        .find_map(|number: usize| {
            let code = format!("x{number}");
            options.iter().all(|option| option.code != code).then_some(code)
        })
        .ok_or(AppError::NotFound)?;
    Ok(Entry {
        list: list.key.to_owned(),
        code,
        label,
        position: i64::MAX,
        valid_from: day,
        valid_to: None,
    })
}

/// Notes a change of the dictionary in the log.
pub(super) async fn note(
    app: &App,
    tx: &mut Connection,
    permit: &Permit,
    act: Act,
    opinion: &str,
    changes: &[Change],
) -> Result<(), AppError> {
    let line = Line {
        account: Some(permit.account()),
        act,
        region: Some(permit.scope()),
        record: None,
        step: None,
        opinion,
        changes,
        address: permit.address(),
        now: &app.clock.now(),
    };
    Ok(db::audits::write(tx, &line).await?)
}

/// Sets a parameter of the province, or of the account's county; empty for its default.
pub async fn set_parameter(app: &App, signed: &Signed, key: &str, typed: &str) -> Result<(), AppError> {
    let permit = to_set_parameters(signed)?;
    let region = permit.account().region.clone();
    let parameter = parameter::find(key).ok_or(AppError::NotFound)?;
    if parameter.level != region.level() {
        return Err(AppError::NotFound);
    }
    let old = terms::parameter(app, parameter, &region);
    let initial = terms::initial(app, parameter);
    let new = match typed.trim() {
        "" => initial.clone(),
        typed => checked(app, parameter, typed).map_err(|message| AppError::at(key, message))?,
    };
    if old == new {
        return Ok(());
    }
    let mut tx = app.store.begin_in_turn("terms").await?;
    let stored = (new != initial).then_some(new.as_str());
    db::terms::set_parameter(&mut tx, parameter.key, &region, stored).await?;
    let (old, new) = (shown(app, parameter, &old), shown(app, parameter, &new));
    let opinion = format!("{}：{old} → {new}", parameter.title);
    let changes = [Change {
        field: parameter.title.to_owned(),
        old,
        new,
    }];
    note(app, &mut tx, &permit, Act::SetParameter, &opinion, &changes).await?;
    db::terms::touch(&mut tx, "terms").await?;
    tx.commit().await?;
    terms::reload(app).await
}

/// What was typed for a parameter, as it is stored: a county has to be one that there is.
fn checked(app: &App, parameter: &Parameter, typed: &str) -> Result<String, String> {
    let text = parameter.check(typed)?;
    let is_known = |code: &str| Region::parse(code).is_some_and(|region| app.divisions.find(&region).is_some());
    let unknown = match parameter.kind {
        ParameterKind::Counties => parts(&text).find(|code| !is_known(code)).map(str::to_owned),
        _ => None,
    };
    match unknown {
        Some(code) => Err(format!("没有代码为 {code} 的县(市、区)")),
        None => Ok(text),
    }
}

/// A value of a parameter as people read it: counties by their names.
fn shown(app: &App, parameter: &Parameter, text: &str) -> String {
    match parameter.kind {
        ParameterKind::Counties => division_names(app, text),
        _ => parameter.shown(text),
    }
}

/// 实地调研导入: what was read in, and the villages that a text finds.
pub async fn imports(app: &App, signed: &Signed, text: &str, page: i64) -> Result<SurveyImportsView, AppError> {
    to_govern(signed)?;
    let mut reader = app.store.reader().await?;
    let (stored, total) = db::workbook_imports::list(&mut reader, (page.max(1) - 1) * IMPORTS, IMPORTS).await?;
    let lines = stored.into_iter().map(|line| {
        let page = forms::page(&line.page);
        ImportLine {
            place: Region::parse(&line.region).map_or(String::new(), |region| app.divisions.path(&region)),
            page: page.map_or(String::new(), |page| page.title.to_owned()),
            file: line.file,
            outcome: line.outcome,
            stored: line.stored,
            at: clock::shown(&line.at),
            by: line.by,
            address: address(&line.page, "", &format!("region={}", line.region)),
        }
    });
    let lines = lines.collect();
    let found = app
        .divisions
        .search(&Region::province(), Some(Level::Village), text, 20);
    let villages = found
        .iter()
        .map(|village| (village.region.clone(), app.divisions.path(&village.region)));
    Ok(SurveyImportsView {
        lines,
        total,
        villages: villages.collect(),
    })
}
