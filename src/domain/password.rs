//! What a password has to be. 等保 2.0 asks for classes of letters and for a change from time to time, OWASP ASVS forbids
//! both (`security.md`): a deployment chooses.

use serde::{Deserialize, Serialize};

/// The rules that a deployment has chosen (`password_policy`). All of them want eight letters and refuse what everybody tries
/// first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PasswordPolicy {
    /// Two classes of letters (spec §2.2).
    #[default]
    Spec,
    /// Three classes, ninety days, none of the last five (GB/T 22239-2019 第三级 8.1.4.1 a).
    Dengbao3,
    /// No classes, and no change as long as nobody has learnt it (ASVS 6.2.5, 6.2.10).
    Asvs,
}

impl PasswordPolicy {
    /// So many classes of letters (small, capital, digits, others) at least.
    pub const fn classes(self) -> usize {
        match self {
            Self::Spec => 2,
            Self::Dengbao3 => 3,
            Self::Asvs => 1,
        }
    }

    /// Days after which it has to be changed, if ever.
    pub const fn lasts_days(self) -> Option<i64> {
        match self {
            Self::Dengbao3 => Some(90),
            Self::Spec | Self::Asvs => None,
        }
    }

    /// A new one is none of so many last ones, the present one among them.
    pub const fn differs_from(self) -> usize {
        match self {
            Self::Dengbao3 => 5,
            Self::Spec | Self::Asvs => 1,
        }
    }

    /// What is said of one with too few classes of letters.
    pub const fn too_plain(self) -> &'static str {
        match self {
            Self::Spec | Self::Asvs => "密码须包含字母、数字、符号中的至少两类",
            Self::Dengbao3 => "密码须包含大写字母、小写字母、数字、符号中的至少三类",
        }
    }

    /// The rule, as it stands beside the box.
    pub const fn rule(self) -> &'static str {
        match self {
            Self::Spec => "至少 8 位，包含字母、数字、符号中的至少两类",
            Self::Dengbao3 => {
                "至少 8 位，包含大写字母、小写字母、数字、符号中的至少三类；90 天内须更换，不能与最近 5 次的密码相同"
            }
            Self::Asvs => "至少 8 位，可以是一句话，不能是常见密码",
        }
    }
}

/// What is said at a new password that was one of the last.
pub const REPEATED: &str = "新密码不能与最近 5 次使用过的密码相同";

/// What is said to whoever has had a password for too long.
pub const OVERDUE: &str = "密码已使用满 90 天，请修改密码。";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_read_says_the_numbers_that_hold() {
        let strict = PasswordPolicy::Dengbao3;
        let (days, last) = (strict.lasts_days().unwrap(), strict.differs_from());
        for said in [strict.rule(), OVERDUE] {
            assert!(said.contains(&format!("{days} 天")), "{said}");
        }
        for said in [strict.rule(), REPEATED] {
            assert!(said.contains(&format!("最近 {last} 次")), "{said}");
        }
        assert_eq!(PasswordPolicy::default(), PasswordPolicy::Spec);
    }
}
