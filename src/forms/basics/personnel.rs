//! 2.2 人员信息 (manual 2.2, spec S2.2)

use crate::codes::{PERSON_CATEGORY, POLITICAL_STATUS, RANK, RESIDENT_ROLE};
use crate::domain::account::AccountKind::Village;
use crate::domain::field::{Grid, choice, grid, person_name, phone, text};
use crate::domain::form::{Form, SINGLE, section};
use crate::forms::readers::ABOVE_AND_TECHNICAL_UNITS;

static PARTY_SECRETARIES: Grid = Grid {
    row_title: "村党组织书记",
    columns: &[
        person_name("name", "姓名").required(),
        phone("phone", "联系电话").required().private(),
    ],
    max_rows: 10,
    fixed: false,
    sheet: None,
    unique: &[],
    at_most: &[],
};

static RESIDENT_TEAM: Grid = Grid {
    row_title: "第一书记、驻村队员",
    columns: &[
        person_name("name", "姓名").required(),
        text("unit", "单位", 100),
        text("duty", "职务", 50),
        choice("rank", "职级", &RANK),
        choice("political_status", "政治面貌", &POLITICAL_STATUS),
        phone("phone", "联系电话").private(),
        choice("category", "人员类别", &PERSON_CATEGORY),
        choice("role", "身份", &RESIDENT_ROLE),
    ],
    max_rows: 50,
    fixed: false,
    sheet: None,
    unique: &[],
    at_most: &[("role", "first_secretary", 1, "在任的第一书记只能有一名")],
};

/// The form.
pub static FORM: Form = Form {
    key: "personnel",
    title: "人员信息",
    fillers: &[Village],
    readers: ABOVE_AND_TECHNICAL_UNITS,
    sections: &[
        section(
            "村党组织书记",
            &[grid("party_secretaries", "村党组织书记", &PARTY_SECRETARIES)],
        ),
        section(
            "第一书记、驻村队员",
            &[grid("resident_team", "第一书记、驻村队员", &RESIDENT_TEAM)],
        ),
    ],
    ..SINGLE
};
