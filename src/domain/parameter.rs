//! Parameters (S9.3): what a deployment or a county sets while the product runs, with its bounds and its default in one
//! place. Only what was changed is stored.

use super::record::parts;
use super::region::{Level, Region};
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
    /// Codes of counties with commas between, `530113,530326`.
    Counties,
    /// Percent that is due by the end of a year, `2021:30,2022:70`; both ascend.
    DueByYear,
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

/// Percent of its villages that a county should have planned by the end of a year (manual 4.2(1), spec R-10a, Q-37, Q-43).
pub static PLAN_TARGETS: Parameter = Parameter {
    key: "plan_targets",
    title: "规划编制进度目标",
    kind: ParameterKind::DueByYear,
    initial: "2021:30,2022:70,2023:100",
    help: "各年底前累计完成规划编制的行政村比重(%)，如 2021:30,2022:70,2023:100；其后各年按最后一项",
    level: Level::Province,
    travels: true,
};

/// The years of 近期建设项目 (S6.7) and 项目资金 (S6.12). Not those of 年度计划: money flows for years after a plan (spec §8), and a
/// programme that begins anew must not shut the books of the one before.
pub static PROJECT_YEARS: Parameter = Parameter {
    key: "project_years",
    title: "项目年份区间",
    kind: ParameterKind::Years(2000, 2099, 60),
    initial: "2021-2035",
    help: "近期建设项目的实施年份、项目资金可选的年份",
    level: Level::Province,
    travels: true,
};

/// 乡村振兴重点帮扶县 (spec A8, R-96). Until somebody enters the official list: the national ones that the published list names
/// legibly.
pub static KEY_COUNTIES: Parameter = Parameter {
    key: "key_counties",
    title: "乡村振兴重点帮扶县",
    kind: ParameterKind::Counties,
    initial: "530113,530326,530381,530602,530621,530622,530623,530624,530625,530627,530628",
    help: "县(市、区)的 6 位代码，用逗号、空格或换行分隔；摸底调查按此名单填默认值并核对",
    level: Level::Province,
    travels: true,
};

/// Whether 规划编制 begins only after what the manual would have before it (spec §7, Q-19).
pub static PLANNING_PRECONDITION: Parameter = Parameter {
    key: "planning_precondition",
    title: "规划编制前置条件",
    kind: ParameterKind::Switch,
    initial: "0",
    help: "为“是”时，下达任务、名单报审、确定技术单位均完成后，“底图底数”才能设为完成；为“否”时只提示",
    level: Level::Province,
    travels: false,
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
    &PLAN_TARGETS,
    &PROJECT_YEARS,
    &KEY_COUNTIES,
    &PLANNING_PRECONDITION,
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
            ParameterKind::Counties => counties(&typed),
            ParameterKind::DueByYear => due_by_year(&typed),
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
            ParameterKind::DueByYear => {
                let due = due_of(text).unwrap_or_default();
                let years: Vec<String> = due
                    .iter()
                    .map(|(year, percent)| format!("{year}年底 {percent}%"))
                    .collect();
                years.join("，")
            }
            ParameterKind::Counties => text.replace(',', "、"),
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

    /// Whether a county is one of those that it lists.
    pub fn lists(&self, county: &str) -> bool {
        let text = self.text();
        parts(&text).any(|code| code == county)
    }

    /// Percent that is due by the end of a year: what the last entry up to it says, nothing before the first.
    pub fn due(&self, year: i64) -> i64 {
        let due = due_of(&self.text()).unwrap_or_default();
        let last = due.iter().rev().find(|(from, _)| *from <= year);
        last.map_or(0, |(_, percent)| *percent)
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

/// What people put between the entries of a list.
const BETWEEN: [char; 4] = [',', ';', '、', '\n'];

/// Codes of counties, whatever stands between them, each once and in order.
fn counties(typed: &str) -> Result<String, String> {
    let between = |letter: char| letter.is_whitespace() || BETWEEN.contains(&letter);
    let mut codes: Vec<&str> = typed.split(between).filter(|code| !code.is_empty()).collect();
    let is_county = |code: &str| Region::parse(code).is_some_and(|region| region.level() == Level::County);
    if let Some(wrong) = codes.iter().find(|code| !is_county(code)) {
        let wrong: String = wrong.chars().take(20).collect();
        return Err(format!("“{wrong}”不是以 53 开头的 6 位县(市、区)代码"));
    }
    if codes.is_empty() {
        return Err("请填写县(市、区)代码".to_owned());
    }
    codes.sort_unstable();
    codes.dedup();
    Ok(codes.join(","))
}

fn due_by_year(typed: &str) -> Result<String, String> {
    let Some(due) = due_of(typed).filter(|due| !due.is_empty()) else {
        return Err("请按 2021:30,2022:70,2023:100 的样子填写各年底的目标".to_owned());
    };
    let fits = |(year, percent): &(i64, i64)| (2_000..=2_099).contains(year) && (1..=100).contains(percent);
    if !due.iter().all(fits) {
        return Err("年份应在 2000–2099 之间，比重应在 1–100 之间".to_owned());
    }
    if due
        .windows(2)
        .any(|pair| pair[0].0 >= pair[1].0 || pair[0].1 >= pair[1].1)
    {
        return Err("年份和比重都应从小到大".to_owned());
    }
    let pairs: Vec<String> = due.iter().map(|(year, percent)| format!("{year}:{percent}")).collect();
    Ok(pairs.join(","))
}

/// Year and percent, as often as they stand there.
fn due_of(text: &str) -> Option<Vec<(i64, i64)>> {
    let pairs = text.split(BETWEEN).map(str::trim).filter(|pair| !pair.is_empty());
    let pairs = pairs.map(|pair| {
        let (year, percent) = pair.split_once(':')?;
        let number = |text: &str, unit: char| text.trim().trim_end_matches(unit).trim().parse::<i64>().ok();
        Some((number(year, '年')?, number(percent, '%')?))
    });
    pairs.collect()
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
            (&KEY_COUNTIES, "530100"),
            (&KEY_COUNTIES, "530102, 440103"),
            (&KEY_COUNTIES, "53010"),
            (&KEY_COUNTIES, "五华区"),
            (&KEY_COUNTIES, "，"),
            (&PLAN_TARGETS, "2021"),
            (&PLAN_TARGETS, "2021:30,2021:70"),
            (&PLAN_TARGETS, "2022:70,2021:30"),
            (&PLAN_TARGETS, "2021:70,2022:30"),
            (&PLAN_TARGETS, "2021:130"),
            (&PLAN_TARGETS, "21:30"),
        ] {
            assert!(parameter.check(bad).is_err(), "{} {bad}", parameter.key);
        }
        assert_eq!(POPULATION_YEARS.check(" 2021年至2025年 ").as_deref(), Ok("2021-2025"));
        assert_eq!(AREA_TOLERANCE.check("0.5").as_deref(), Ok("0.5"));
        assert_eq!(
            KEY_COUNTIES.check("530103，530102\n530103 530111").as_deref(),
            Ok("530102,530103,530111")
        );
        assert_eq!(
            PLAN_TARGETS.check("2026年：40％、2027: 100%").as_deref(),
            Ok("2026:40,2027:100")
        );
    }

    #[test]
    fn what_is_due_stays_due_after_the_last_year_that_is_named() {
        for (year, percent) in [(2020, 0), (2021, 30), (2022, 70), (2023, 100), (2030, 100)] {
            assert_eq!(PLAN_TARGETS.due(year), percent, "{year}");
        }
        assert_eq!(
            PLAN_TARGETS.shown(PLAN_TARGETS.initial),
            "2021年底 30%，2022年底 70%，2023年底 100%"
        );
        assert!(KEY_COUNTIES.lists("530113") && !KEY_COUNTIES.lists("530102"));
    }
}
