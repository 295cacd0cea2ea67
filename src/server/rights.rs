//! 权限总览: the permission table of the program itself, in Chinese, for the security administrator.

use super::authorize::to_see_rights;
use super::session::Signed;
use crate::api::administration::{RightsTable, RightsView};
use crate::domain::account::AccountKind;
use crate::domain::audit::Log;
use crate::domain::duty::Duty;
use crate::domain::page::Tab;
use crate::domain::permission::{
    allows, allows_duty, changes_codes, complains, exports_logs, governs, has_duty, place_of_filling, reads_log,
    sees_codes, sees_ledgers, sees_rights, sets_parameters,
};
use crate::domain::region::Relation;
use crate::domain::verb::Verb;
use crate::error::AppError;
use crate::{forms, steps};

/// The whole table.
pub fn overview(signed: &Signed) -> Result<RightsView, AppError> {
    to_see_rights(signed)?;
    let mut tables: Vec<RightsTable> = Vec::new();
    for page in forms::PAGES {
        let lines = page.tabs.iter().filter(|tab| tab.states.is_empty()).map(|tab| {
            let title = match page.tabs.len() {
                1 => page.title.to_owned(),
                _ => format!("{} · {}", page.title, tab.title),
            };
            let marks = AccountKind::ALL.map(|kind| match tab.is_seen_by(kind) {
                true => of_tab(tab, kind),
                false => "–".to_owned(),
            });
            (title, marks.to_vec())
        });
        let lines: Vec<_> = lines.collect();
        match tables.last_mut().filter(|table| table.title == page.group) {
            Some(table) => table.lines.extend(lines),
            None => tables.push(RightsTable {
                title: page.group.to_owned(),
                lines,
            }),
        }
    }
    let switches = steps::ALL.iter().chain(steps::PLANNING).map(|step| {
        let marks = AccountKind::ALL.map(|kind| {
            let mut words = Vec::new();
            if step.closers.contains(&kind) {
                words.push("设置");
            }
            if step.reopeners.contains(&kind) {
                words.push("重新打开");
            }
            joined(&words)
        });
        (step.title.to_owned(), marks.to_vec())
    });
    tables.push(RightsTable {
        title: "是否完成".to_owned(),
        lines: switches.collect(),
    });
    tables.push(RightsTable {
        title: "其他功能".to_owned(),
        lines: others(),
    });
    Ok(RightsView {
        kinds: AccountKind::ALL.map(|kind| kind.title().to_owned()).to_vec(),
        tables,
    })
}

/// 登记 and 编辑 of own records, 审批 of others', or 查看.
fn of_tab(tab: &'static Tab, kind: AccountKind) -> String {
    let form = tab.form;
    let own = place_of_filling(kind, form);
    let mut words = Vec::new();
    let fills = allows(kind, Verb::Create, form, own) || allows(kind, Verb::Edit, form, own);
    if fills && tab.is_filled_by(kind) {
        words.push("填报");
    }
    let transitions = form.workflow.map_or(&[][..], |workflow| workflow.transitions);
    let reviews = |verb: Verb| {
        matches!(
            verb,
            Verb::Approve | Verb::Return | Verb::File | Verb::TakeUp | Verb::Answer
        )
    };
    if transitions.iter().any(|way| way.by == kind && reviews(way.verb)) {
        words.push("审核");
    }
    if allows(kind, Verb::Import, form, Relation::Below) {
        words.push("导入");
    }
    if words.is_empty() && allows(kind, Verb::View, form, Relation::Own) {
        words.push("查看");
    }
    joined(&words)
}

fn joined(words: &[&str]) -> String {
    match words.is_empty() {
        true => "–".to_owned(),
        false => words.join("、"),
    }
}

/// What is no form: accounts, logs, codes, what governs the forms, and what is counted from them.
fn others() -> Vec<(String, Vec<String>)> {
    let mark = |title: &str, allowed: &dyn Fn(AccountKind) -> bool| {
        let marks = AccountKind::ALL.map(|kind| if allowed(kind) { "✔" } else { "–" }.to_owned());
        (title.to_owned(), marks.to_vec())
    };
    let mut lines: Vec<(String, Vec<String>)> = Duty::ALL
        .into_iter()
        .map(|duty| {
            let title = format!("账号管理 · {}", duty.title());
            mark(&title, &|kind| has_duty(kind, duty))
        })
        .collect();
    lines.push(mark("账号管理 · 管理员账号下线", &|kind| {
        allows_duty(kind, Duty::EndSessions, AccountKind::System, Relation::Own)
    }));
    for log in Log::ALL {
        lines.push(mark(log.title(), &|kind| reads_log(kind, log)));
    }
    lines.push(mark("导出日志文件", &exports_logs));
    lines.push(mark("权限总览", &sees_rights));
    lines.push(mark("行政区划、字典、实地调研导入", &governs));
    lines.push(mark("参数", &sets_parameters));
    lines.push(mark("台账信息", &sees_ledgers));
    lines.push(mark("二维码信息 · 查看", &sees_codes));
    lines.push(mark("二维码信息 · 更换、开放注册", &changes_codes));
    lines.push(mark("提交投诉建议", &complains));
    lines
}
