//! 6.7 形成规划草案 (manual 6.7, spec S6.7): two maps, one text, one project table, one covenant. Files are named by R-60 to
//! R-67 when they are saved, never by hand.

use super::{ENDED, ENDS_AFTER_START, LEADER, PROJECT_KIND_FIELD, SITUATION, STARTED};
use crate::codes::BUILDING_NATURE;
use crate::domain::account::AccountKind::{TechnicalUnit, Village};
use crate::domain::attachment::{FileType::*, Naming, Slot};
use crate::domain::field::{Grid, choice, decimal, files, grid, text, year_of};
use crate::domain::form::{Form, IN_STEP, section};
use crate::domain::parameter::PROJECT_YEARS;
use crate::forms::readers::ABOVE_AND_TECHNICAL_UNITS;
use crate::steps;

/// Key of the project table among the fields: it prints the 一表 and fills 项目清单 (spec S6.12).
pub const PROJECTS: &str = "near_term_projects";

static NEAR_TERM_PROJECTS: Grid = Grid {
    row_title: "近期建设项目",
    columns: &[
        text("name", "项目名称", 100).required(),
        PROJECT_KIND_FIELD,
        choice("nature", "建设性质", &BUILDING_NATURE),
        text("place", "位置", 100).required(),
        text("size", "规模", 100),
        decimal("investment", "总投资(万元)", 14, 2).required(),
        text("funding", "资金来源", 100),
        year_of("build_year", "实施年份", &PROJECT_YEARS),
        text("responsible", "责任主体", 100),
    ],
    max_rows: 200,
    fixed: false,
    sheet: None,
    unique: &[],
    at_most: &[],
};

/// The form.
pub static FORM: Form = Form {
    key: "draft_plan",
    title: "形成规划草案",
    fillers: &[Village, TechnicalUnit],
    readers: ABOVE_AND_TECHNICAL_UNITS,
    sections: &[
        section("工作开展情况", &[STARTED, ENDED, LEADER, SITUATION]),
        section(
            "规划草案成果",
            &[
                files(
                    "village_map",
                    "上传两图 · 村域综合规划草案图",
                    Slot::between(1, 20, &[Jpg]).named(Naming::Region("村域综合规划草案图")),
                )
                .required()
                .help("jpg 图片，保存后自动命名为：〈村名〉村域综合规划草案图.jpg"),
                files(
                    "hamlet_maps",
                    "上传两图 · 自然村规划草案图",
                    Slot::between(1, 200, &[Jpg]).named(Naming::Subject("natural_villages", "自然村规划草案图")),
                )
                .required()
                .help("jpg 图片，每个自然村一张，选择自然村后自动命名为：〈自然村〉自然村规划草案图.jpg"),
                files(
                    "text",
                    "上传一书",
                    Slot::between(1, 1, &[Pdf]).named(Naming::Region("草案")),
                )
                .required()
                .help("规划文本草案，pdf，自动命名为：〈村名〉草案.pdf"),
                files(
                    "project_table",
                    "上传一表",
                    Slot::between(1, 1, &[Pdf]).named(Naming::Region("近期建设项目表")),
                )
                .required()
                .help("近期建设项目表，pdf，自动命名为：〈村名〉近期建设项目表.pdf"),
                files(
                    "covenant",
                    "上传一民约",
                    Slot::up_to(1, &[Pdf]).named(Naming::Region("村规民约")),
                )
                .help("村规民约，pdf，自动命名为：〈村名〉村规民约.pdf"),
                files(
                    "other_files",
                    "其他附件上传",
                    Slot::up_to(20, &[Pdf]).named(Naming::RegionAndNumber("相关资料")),
                )
                .help("相关资料，pdf，自动命名为：〈村名〉相关资料1.pdf"),
            ],
        ),
        section("近期建设项目", &[grid(PROJECTS, "近期建设项目", &NEAR_TERM_PROJECTS)]),
    ],
    rules: &[ENDS_AFTER_START],
    step: Some(&steps::DRAFT),
    ..IN_STEP
};
