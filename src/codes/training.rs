//! Lists about training.

use crate::domain::code::{CodeList, code};

/// S3.5 培训方式
pub static TRAINING_METHOD: CodeList = CodeList::flat(
    "training_method",
    "培训方式",
    &[
        code("offline", "线下集中"),
        code("online", "线上"),
        code("mixed", "线上线下结合"),
        code("on_site", "现场观摩"),
    ],
);

/// S3.5 培训对象
pub static TRAINING_AUDIENCE: CodeList = CodeList::flat(
    "training_audience",
    "培训对象",
    &[
        code("cadres", "回乡干部"),
        code("township", "乡镇干部"),
        code("village", "村组干部"),
        code("resident_team", "驻村队员"),
        code("technical_unit", "技术单位人员"),
        code("liaison", "联络员"),
        code("representatives", "村民代表"),
        code("other", "其他"),
    ],
);
