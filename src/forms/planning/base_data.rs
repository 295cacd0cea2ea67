//! 6.1 底图底数 (manual 6.1, spec S6.1): whether base map and base data have been claimed, and by whom.

use super::{ENDED, ENDS_AFTER_START, LEADER, SITUATION, STARTED};
use crate::codes::{BASE_DATA, CLAIM_MODE, COORDINATES};
use crate::domain::account::AccountKind::{TechnicalUnit, Village};
use crate::domain::attachment::{FileType::*, Slot};
use crate::domain::field::{choice, choices, date, files, person_name, phone, year};
use crate::domain::form::{Form, IN_STEP, section};
use crate::forms::readers::ABOVE_AND_TECHNICAL_UNITS;
use crate::steps;

/// The form.
pub static FORM: Form = Form {
    key: "base_data",
    title: "底图底数",
    fillers: &[Village, TechnicalUnit],
    readers: ABOVE_AND_TECHNICAL_UNITS,
    sections: &[
        section(
            "底图底数认领情况",
            &[
                choice("claim_mode", "认领方式", &CLAIM_MODE).required(),
                date("claimed_on", "认领日期").required(),
                person_name("claimed_by", "认领人").required(),
                phone("claimed_by_phone", "认领人电话").private(),
                choices("contents", "底图底数清单", &BASE_DATA).required(),
                choice("coordinates", "坐标系", &COORDINATES).initially("cgcs2000"),
                year("base_year", "底图底数年份", 2009, 2035).initially("2020"),
            ],
        ),
        section(
            "工作开展情况",
            &[
                STARTED,
                ENDED,
                LEADER,
                SITUATION,
                files("files", "上传附件", Slot::up_to(10, &[Pdf, Jpg]))
                    .help("只上传认领凭据。底图底数属涉密数据，不得上传到本系统"),
            ],
        ),
    ],
    rules: &[ENDS_AFTER_START],
    step: Some(&steps::BASE_DATA),
    ..IN_STEP
};
