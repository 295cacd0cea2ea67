//! The whole permission table as text: a change of rights is a readable difference.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use hometown::domain::account::AccountKind;
use hometown::domain::audit::Log;
use hometown::domain::duty::Duty;
use hometown::domain::permission::{
    allows, allows_duty, allows_step, allows_transition, changes_codes, complains, exports_logs, governs,
    place_of_filling, reads_log, sees_codes, sees_ledgers, sees_rights, sets_parameters,
};
use hometown::domain::region::Relation;
use hometown::domain::verb::Verb;
use hometown::{forms, steps};
use std::fmt::Write;

const RELATIONS: [(Relation, &str); 4] = [
    (Relation::Own, "own"),
    (Relation::Below, "below"),
    (Relation::Above, "above"),
    (Relation::Beside, "beside"),
];

fn table() -> String {
    let mut table = String::new();
    for form in forms::ALL {
        let _ = writeln!(table, "# {} {}", form.key, form.title);
        for verb in [
            Verb::View,
            Verb::Create,
            Verb::Edit,
            Verb::Delete,
            Verb::Export,
            Verb::Import,
        ] {
            lines(&mut table, verb, |kind, relation| allows(kind, verb, form, relation));
        }
        table.push('\n');
    }
    for form in forms::ALL {
        let Some(workflow) = form.workflow else { continue };
        let _ = writeln!(table, "# review {} {}", form.key, form.title);
        for state in workflow.states {
            let used = |verb: &Verb| *verb == Verb::Edit || workflow.transitions.iter().any(|way| way.verb == *verb);
            for verb in Verb::ALL.into_iter().filter(used) {
                let marks = AccountKind::ALL.into_iter().map(|kind| {
                    let may = match verb {
                        Verb::Edit => {
                            let goes_through = workflow.level.is_none_or(|level| level == kind.level());
                            state.is_open && form.fillers.contains(&kind) && goes_through
                        }
                        verb => workflow.find(state.key, verb, kind).is_some_and(|way| {
                            RELATIONS.iter().all(|(relation, _)| {
                                let within = matches!(relation, Relation::Own | Relation::Below);
                                allows_transition(kind, way, *relation) == within
                            })
                        }),
                    };
                    format!("{} {}", if may { "✔" } else { "✘" }, kind.key())
                });
                let marks = marks.collect::<Vec<_>>().join("  ");
                let _ = writeln!(table, "{:<18}{:<18}{marks}", state.key, verb.key());
            }
        }
        table.push('\n');
    }
    for step in steps::ALL.iter().chain(steps::PLANNING) {
        let _ = writeln!(table, "# step {} {}", step.key, step.title);
        for verb in [
            Verb::View,
            Verb::Complete,
            Verb::Reopen,
            Verb::ReopenForOthers,
            Verb::Urge,
        ] {
            lines(&mut table, verb, |kind, relation| {
                allows_step(kind, verb, step, relation)
            });
        }
        table.push('\n');
    }
    let mark = |may: bool, kind: AccountKind| format!("{} {}", if may { "✔" } else { "✘" }, kind.key());
    let _ = writeln!(table, "# duties of one account towards another");
    for duty in Duty::ALL {
        for other in AccountKind::ALL {
            for (relation, name) in RELATIONS {
                let marks = AccountKind::ALL.map(|kind| mark(allows_duty(kind, duty, other, relation), kind));
                // What nobody may is not said line by line.
                if marks.iter().any(|mark| mark.starts_with('✔')) {
                    let marks = marks.join("  ");
                    let _ = writeln!(table, "{:<14}{:<24}{:<8}{marks}", duty.key(), other.key(), name);
                }
            }
        }
    }
    let _ = writeln!(table, "\n# logs and what else is no form");
    for log in Log::ALL {
        let marks = AccountKind::ALL.map(|kind| mark(reads_log(kind, log), kind));
        let _ = writeln!(table, "{:<22}{}", log.key(), marks.join("  "));
    }
    for (what, may) in [
        ("export_logs", exports_logs as fn(AccountKind) -> bool),
        ("see_rights", sees_rights),
        ("complain", complains),
        ("see_codes", sees_codes),
        ("change_codes", changes_codes),
        ("see_planning", forms::sees_planning),
        ("see_ledgers", sees_ledgers),
        ("govern", governs),
        ("set_parameters", sets_parameters),
    ] {
        let marks = AccountKind::ALL.map(|kind| mark(may(kind), kind));
        let _ = writeln!(table, "{what:<22}{}", marks.join("  "));
    }
    table
}

fn lines(table: &mut String, verb: Verb, allows: impl Fn(AccountKind, Relation) -> bool) {
    for (relation, name) in RELATIONS {
        let marks: Vec<String> = AccountKind::ALL
            .into_iter()
            .map(|kind| format!("{} {}", if allows(kind, relation) { "✔" } else { "✘" }, kind.key()))
            .collect();
        let _ = writeln!(table, "{:<18}{:<8}{}", verb.key(), name, marks.join("  "));
    }
}

/// After a change that is meant: `UPDATE=1 cargo test --features ssr --test permissions`, then read the difference.
#[test]
fn the_permission_table_is_the_committed_one() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/permissions.txt");
    let table = table();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, &table).unwrap();
    }
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    for (line, (now, then)) in table.lines().zip(committed.lines()).enumerate() {
        assert_eq!(now, then, "line {}", line + 1);
    }
    assert_eq!(table.lines().count(), committed.lines().count());
}

#[test]
fn nobody_ever_acts_beside_or_above() {
    for form in forms::ALL {
        for kind in AccountKind::ALL {
            for verb in [Verb::Create, Verb::Edit, Verb::Delete] {
                let elsewhere = match place_of_filling(kind, form) {
                    Relation::Below => Relation::Own,
                    _ => Relation::Below,
                };
                for relation in [elsewhere, Relation::Above, Relation::Beside] {
                    assert!(
                        !allows(kind, verb, form, relation),
                        "{} {kind:?} {verb:?} {relation:?}",
                        form.key
                    );
                }
            }
            assert!(
                !allows(kind, Verb::View, form, Relation::Beside),
                "{} {kind:?}",
                form.key
            );
        }
    }
}

/// 三员分立 (`security.md` G07): each of the three has what the other two have not, and the audit administrator has nothing that
/// changes anything.
#[test]
fn the_three_administrators_share_no_power() {
    let changes = [Verb::Create, Verb::Edit, Verb::Delete, Verb::Import];
    for form in forms::ALL {
        for (relation, _) in RELATIONS {
            for kind in [AccountKind::Security, AccountKind::Audit] {
                assert!(!allows(kind, Verb::View, form, relation), "{} {kind:?}", form.key);
                assert!(
                    !changes.iter().any(|verb| allows(kind, *verb, form, relation)),
                    "{}",
                    form.key
                );
            }
            // Business data: only what the system administrator imports.
            let own = ["policy_documents", "announcements", "complaints"].contains(&form.key);
            let reads = allows(AccountKind::System, Verb::View, form, relation);
            assert!(!reads || own || form.system_imports, "{}", form.key);
        }
        let ways = form.workflow.map_or(&[][..], |workflow| workflow.transitions);
        for way in ways {
            assert!(
                !matches!(way.by, AccountKind::Security | AccountKind::Audit),
                "{}",
                form.key
            );
        }
    }
    for step in steps::ALL.iter().chain(steps::PLANNING) {
        for verb in [Verb::View, Verb::Complete, Verb::Reopen, Verb::ReopenForOthers] {
            for kind in [AccountKind::Security, AccountKind::Audit] {
                assert!(!allows_step(kind, verb, step, Relation::Below), "{} {kind:?}", step.key);
            }
        }
    }
    for duty in Duty::ALL {
        for other in AccountKind::ALL {
            for (relation, _) in RELATIONS {
                assert!(!allows_duty(AccountKind::Audit, duty, other, relation), "{duty:?}");
                // Whoever could give an administrator a password would be that administrator.
                let is_power = matches!(duty, Duty::Create | Duty::Disable | Duty::Reset);
                if is_power && other.is_administrator() {
                    let may = AccountKind::ALL
                        .iter()
                        .any(|kind| allows_duty(*kind, duty, other, relation));
                    assert!(!may, "{duty:?} {other:?}");
                }
            }
        }
    }
    for log in Log::ALL {
        assert!(!reads_log(AccountKind::System, log) && reads_log(AccountKind::Audit, log));
    }
}
