//! Lists of 系统管理.

use crate::domain::code::{CodeList, code};

/// 范围 of an announcement (spec S9.5)
pub static ANNOUNCEMENT_REACH: CodeList = CodeList::flat(
    "announcement_reach",
    "范围",
    &[
        code("province", "全省"),
        code("cities", "指定州(市)"),
        code("counties", "指定县(市、区)"),
    ],
);
