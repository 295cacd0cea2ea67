//! Parameters (S9.3): what a deployment or a county sets while the product runs, with its bounds and its default in one
//! place. Only what was changed is stored.

use super::region::Level;
use super::terms;
use super::value::{NumberFault, format_scaled, half_width, parse_scaled};

/// One parameter.
#[derive(Debug)]
pub struct Parameter {
    /// Name in the store.
    pub key: &'static str,
    /// What it is called on the screen.
    pub title: &'static str,
    /// What it holds.
    pub kind: ParameterKind,
    /// What holds while nobody has changed it; empty where the settings of the deployment say it.
    pub initial: &'static str,
    /// What it is for.
    pub help: &'static str,
    /// Whose it is: the province's, which the system administrator sets, or each county's own.
    pub level: Level,
    /// Whether the browser judges by it too, so that it travels with the answers.
    pub travels: bool,
}

/// What a parameter holds.
#[derive(Debug, Clone, Copy)]
pub enum ParameterKind {
    /// Digits, so many at least and at most.
    Digits(usize, usize),
    /// A whole number with its unit.
    Integer(i64, i64, &'static str),
    /// A decimal of two digits, its bounds in hundredths, with its unit.
    Hundredths(i64, i64, &'static str),
    /// Years from and to, `2016-2020`, within bounds and so many at the most.
    Years(i64, i64, i64),
    /// 是/否.
    Switch,
}

/// 服务QQ群号 on the sign-in page (manual 1.3, spec Q-39).
pub static QQ_GROUP: Parameter = Parameter {
    key: "qq_group",
    title: "QQ群号",
    kind: ParameterKind::Digits(5, 12),
    initial: "",
    help: "登录页底部显示的服务QQ群号",
    level: Level::Province,
    travels: false,
};

/// The years of 人口状况 (spec ).
pub static POPULATION_YEARS: Parameter = Parameter {
    key: "population_years",
    title: "人口年份区间",
    kind: ParameterKind::Years(2000, 2050, 15),
    initial: "2016-2020",
    help: "自然村填报“各年人口情况”的年份，如 2021-2025；已填年份的数据保留",
    level: Level::Province,
    travels: true,
};

/// The years of 年度计划 (spec Q-43).
pub static PLAN_YEARS: Parameter = Parameter {
    key: "plan_years",
    title: "年度计划区间",
    kind: ParameterKind::Years(2000, 2099, 60),
    initial: "2021-2050",
    help: "摸底调查、制定计划可选的年度",
    level: Level::Province,
    travels: true,
};

/// By how much areas may differ that should be equal (spec ).
pub static AREA_TOLERANCE: Parameter = Parameter {
    key: "area_tolerance",
    title: "面积容差",
    kind: ParameterKind::Hundredths(0, 100, "公顷"),
    initial: "0.01",
    help: "核心数据指标表、结构调整表校验平衡时允许的误差",
    level: Level::Province,
    travels: true,
};

/// Days that a plan is published at least.
pub static PUBLIC_DAYS: Parameter = Parameter {
    key: "public_days",
    title: "公示天数",
    kind: ParameterKind::Integer(1, 365, "日"),
    initial: "30",
    help: "村民决议的公示时间少于这个天数时提醒",
    level: Level::Province,
    travels: true,
};

/// The largest picture.
pub static IMAGE_MEGABYTES: Parameter = Parameter {
    key: "image_megabytes",
    title: "单张图片上限",
    kind: ParameterKind::Integer(1, 100, "MB"),
    initial: "",
    help: "上传图片的大小上限",
    level: Level::Province,
    travels: false,
};

/// The largest other file.
pub static FILE_MEGABYTES: Parameter = Parameter {
    key: "file_megabytes",
    title: "单个文件上限",
    kind: ParameterKind::Integer(1, 500, "MB"),
    initial: "",
    help: "上传其他文件的大小上限",
    level: Level::Province,
    travels: false,
};

/// All files of a record together.
pub static RECORD_MEGABYTES: Parameter = Parameter {
    key: "record_megabytes",
    title: "单条记录附件上限",
    kind: ParameterKind::Integer(1, MOST_RECORD_MEGABYTES, "MB"),
    initial: "",
    help: "一条记录全部附件合计的大小上限",
    level: Level::Province,
    travels: false,
};

/// What the router lets through for a record, whatever the parameter says.
pub const MOST_RECORD_MEGABYTES: i64 = 500;

/// Whether natural villages of a county are active as soon as they have registered.
pub static CONFIRMED_AT_ONCE: Parameter = Parameter {
    key: "confirmed_at_once",
    title: "自然村注册免确认",
    kind: ParameterKind::Switch,
    initial: "0",
    help: "为“是”时，本县自然村扫码注册后无需行政村确认，填报内容立即计入汇总",
    level: Level::County,
    travels: false,
};

/// All parameters, in the order of the page.
pub static ALL: &[&Parameter] = &[
    &QQ_GROUP,
    &POPULATION_YEARS,
    &PLAN_YEARS,
    &AREA_TOLERANCE,
    &PUBLIC_DAYS,
    &IMAGE_MEGABYTES,
    &FILE_MEGABYTES,
    &RECORD_MEGABYTES,
    &CONFIRMED_AT_ONCE,
];

/// The parameter of that key.
pub fn find(key: &str) -> Option<&'static Parameter> {
    ALL.iter().copied().find(|parameter| parameter.key == key)
}

impl Parameter {
    /// What was typed, as it is stored, or what is wrong with it.
    pub fn check(&self, typed: &str) -> Result<String, String> {
        let typed = half_width(typed.trim());
        match self.kind {
            ParameterKind::Digits(least, most) => {
                let fits = (least..=most).contains(&typed.len()) && typed.bytes().all(|byte| byte.is_ascii_digit());
                if fits {
                    Ok(typed)
                } else {
                    Err(format!("请输入 {least}–{most} 位数字"))
                }
            }
            ParameterKind::Integer(least, most, unit) => number(&typed, 0, least, most, unit),
            ParameterKind::Hundredths(least, most, unit) => number(&typed, 2, least, most, unit),
            ParameterKind::Years(least, most, longest) => {
                let Some((from, to)) = years_of(&typed) else {
                    return Err("请按 2021-2025 的样子填写起止年份".to_owned());
                };
                if from > to {
                    return Err("起始年份不能晚于截止年份".to_owned());
                }
                if from < least || to > most {
                    return Err(format!("年份应在 {least}–{most} 之间"));
                }
                if to - from >= longest {
                    return Err(format!("最多 {longest} 个年份"));
                }
                Ok(format!("{from}-{to}"))
            }
            ParameterKind::Switch => match typed.as_str() {
                "1" | "是" => Ok("1".to_owned()),
                "0" | "否" => Ok("0".to_owned()),
                _ => Err("请选择是或否".to_owned()),
            },
        }
    }

    /// A stored value as people read it.
    pub fn shown(&self, text: &str) -> String {
        match self.kind {
            ParameterKind::Switch => if text == "1" { "是" } else { "否" }.to_owned(),
            ParameterKind::Integer(_, _, unit) | ParameterKind::Hundredths(_, _, unit) => format!("{text} {unit}"),
            ParameterKind::Digits(..) | ParameterKind::Years(..) => text.to_owned(),
        }
    }

    /// What is in force in this process, of a parameter of the province that travels.
    pub fn text(&self) -> String {
        terms::parameter(self.key).unwrap_or_else(|| self.initial.to_owned())
    }

    /// As a number, scaled where it is a decimal.
    pub fn number(&self) -> i64 {
        let scale = match self.kind {
            ParameterKind::Hundredths(..) => 2,
            _ => 0,
        };
        parse_scaled(&self.text(), scale).unwrap_or_default()
    }

    /// As years from and to.
    pub fn years(&self) -> (i64, i64) {
        years_of(&self.text()).unwrap_or_default()
    }
}

/// A title that names the years of 人口状况, as they are at the time.
pub fn dated(title: &str) -> String {
    match title.strip_prefix(POPULATION_YEARS.initial) {
        Some(rest) => format!("{}{rest}", POPULATION_YEARS.text()),
        None => title.to_owned(),
    }
}

fn number(typed: &str, scale: u32, least: i64, most: i64, unit: &str) -> Result<String, String> {
    let value = parse_scaled(typed, scale).map_err(|fault| match fault {
        NumberFault::TooPrecise if scale > 0 => format!("最多保留 {scale} 位小数"),
        _ if scale == 0 => "请输入整数".to_owned(),
        _ => "请输入数字".to_owned(),
    })?;
    if !(least..=most).contains(&value) {
        let (least, most) = (format_scaled(least, scale), format_scaled(most, scale));
        return Err(format!("请输入 {least}–{most} 之间的数（{unit}）"));
    }
    Ok(format_scaled(value, scale))
}

fn years_of(text: &str) -> Option<(i64, i64)> {
    let plain = text.replace(['–', '—', '－', '~', '至'], "-").replace('年', "");
    let (from, to) = plain.split_once('-')?;
    let year = |text: &str| Some(text.trim()).filter(|text| text.len() == 4)?.parse().ok();
    Some((year(from)?, year(to)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_is_within_its_own_bounds() {
        for parameter in ALL.iter().filter(|parameter| !parameter.initial.is_empty()) {
            assert_eq!(
                parameter.check(parameter.initial).as_deref(),
                Ok(parameter.initial),
                "{}",
                parameter.key
            );
        }
    }

    #[test]
    fn what_lies_outside_is_refused() {
        for (parameter, bad) in [
            (&QQ_GROUP, "12a45"),
            (&QQ_GROUP, "123"),
            (&POPULATION_YEARS, "2021"),
            (&POPULATION_YEARS, "2025-2021"),
            (&POPULATION_YEARS, "1900-1910"),
            (&POPULATION_YEARS, "2000-2040"),
            (&AREA_TOLERANCE, "1.01"),
            (&AREA_TOLERANCE, "0.001"),
            (&PUBLIC_DAYS, "0"),
            (&PUBLIC_DAYS, "三十"),
            (&CONFIRMED_AT_ONCE, "也许"),
        ] {
            assert!(parameter.check(bad).is_err(), "{} {bad}", parameter.key);
        }
        assert_eq!(POPULATION_YEARS.check(" 2021年至2025年 ").as_deref(), Ok("2021-2025"));
        assert_eq!(AREA_TOLERANCE.check("0.5").as_deref(), Ok("0.5"));
    }
}
