//! Workflows as data (spec §6): states, and who moves a record from one to the next. Only `server/workflow.rs` changes
//! a status.

use super::account::AccountKind;
use super::region::Level;
use super::verb::Verb;

/// A state machine.
pub struct Workflow {
    /// What the state is called: 审核状态, 审批状态.
    pub title: &'static str,
    /// Its states; a new record begins in the first.
    pub states: &'static [State],
    /// What moves a record.
    pub transitions: &'static [Transition],
    /// 保存 of a new record is this act at once (manual 5.2(3): 点击“保存”，即提交至乡级审核).
    pub registers: Option<&'static Transition>,
    /// 保存 of a record in a state that this act begins in is the act at once: what was returned needs no 提交 beside 保存
    /// (spec §9).
    pub mends: Option<&'static Transition>,
    /// The level of the records that go through it; those of other levels have no state.
    pub level: Option<Level>,
    /// What somebody has to heed although no review waits for it.
    pub heeds: &'static [Heed],
}

/// Records in a state that hold a code ask somebody to act (spec SM-3: 不同意 → the village replaces the member).
#[derive(Debug)]
pub struct Heed {
    /// The state.
    pub state: &'static str,
    /// The field and the code.
    pub holding: (&'static str, &'static [&'static str]),
    /// What is said of them.
    pub title: &'static str,
    /// Who acts.
    pub by: AccountKind,
    /// The acts.
    pub verbs: &'static [Verb],
}

/// A state, stored in the column `status`.
pub struct State {
    /// Stored.
    pub key: &'static str,
    /// Shown.
    pub title: &'static str,
    /// Colour of its tag; the text always stands beside it.
    pub tone: Tone,
    /// Whether the filler may change and delete the record.
    pub is_open: bool,
    /// Whether the record has passed: its content is what counts until another passes.
    pub is_final: bool,
    /// Whether the record has passed before: it cannot be deleted, only changed.
    pub is_kept: bool,
    /// Whether the record no longer counts: it takes nobody's place.
    pub is_over: bool,
    /// Whether it goes without saying: who fills the record is not told it.
    pub is_silent: bool,
}

/// Colours of a tag (ux 8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// Not yet begun.
    Grey,
    /// Waits for somebody.
    Blue,
    /// Half-way.
    Cyan,
    /// Passed.
    Green,
    /// Not yet what it should be.
    Amber,
    /// Returned.
    Red,
}

impl Tone {
    /// Class of the style sheet.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Grey => "tag grey",
            Self::Blue => "tag blue",
            Self::Cyan => "tag cyan",
            Self::Green => "tag green",
            Self::Amber => "tag amber",
            Self::Red => "tag red",
        }
    }
}

/// One way from a state to another.
pub struct Transition {
    /// States in which it is possible.
    pub from: &'static [&'static str],
    /// What is done: one verb leads to one state, whoever asks.
    pub verb: Verb,
    /// What the manual calls the button.
    pub button: &'static str,
    /// Whose button it is.
    pub by: AccountKind,
    /// The state after it.
    pub to: &'static str,
    /// What has to be said with it.
    pub opinion: Opinion,
    /// What that is called.
    pub opinion_title: &'static str,
    /// The kind of account above the record that it goes to next.
    pub receiver: Option<AccountKind>,
    /// What the choice of that account is called.
    pub receiver_title: &'static str,
    /// Fields of the form that may be filled with it ([`super::field::Field::by_review`]).
    pub asks: &'static [&'static str],
    /// Those of them that must be filled.
    pub needs: &'static [&'static str],
    /// Fields that an earlier act has filled and that say nothing any more after this one.
    pub clears: &'static [&'static str],
    /// What else happens with it.
    pub consequence: Option<&'static Consequence>,
    /// Whether it is for others than the account that has left the record (`security.md` A23).
    pub not_by_author: bool,
}

impl Transition {
    /// Not for the account that has left the record (`security.md` A23: nobody judges what they have submitted themselves).
    pub const fn not_by_author(mut self) -> Self {
        self.not_by_author = true;
        self
    }

    /// What whoever has left a record reads who tries to go this way with it.
    pub fn refusal_of_author(&self) -> String {
        format!("这是您的账号提交的，不能由您的账号{}，请由其他账号处理", self.button)
    }
}

/// An effect of a transition beyond the record itself; `server/consequence.rs` performs it.
pub enum Consequence {
    /// A record of another form comes into being beside it, with what that form copies from it.
    Register {
        /// Form key.
        form: &'static str,
        /// Its field that points here.
        reference: &'static str,
        /// Only for records that hold this code.
        holding: (&'static str, &'static str),
        /// The state in which it begins where that field is empty; else it begins as its workflow does.
        without: (&'static str, &'static str),
    },
    /// The record that points here goes.
    Remove {
        /// Form key.
        form: &'static str,
        /// Its field that points here.
        reference: &'static str,
    },
    /// The step that a field of the record names is reopened in its region, with all that come after it.
    Reopen {
        /// The field with the step's key.
        field: &'static str,
    },
    /// A field of the record that this one points at takes over what a field of this one says.
    Reflect {
        /// The field that points there.
        reference: &'static str,
        /// Their field and ours.
        field: (&'static str, &'static str),
    },
    /// The division that the record is (自然村名录), its account and what was told there follow.
    Division(Fate),
}

/// What becomes of a natural village with an act of SM-6.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Its account may sign in, and what it has told counts.
    Admitted,
    /// Its registration is void: its account is shut and what was told with it goes.
    Refused,
    /// Its account may not sign in, and what it has told does not count.
    ShutOut,
    /// What it has told moves to the natural village that a field names, as far as that has not told the same.
    MergedInto(&'static str),
}

/// What has to be said with a transition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Opinion {
    /// Nothing.
    None,
    /// 审核意见, filled with 同意 beforehand.
    Agreement,
    /// 打回意见, or the reason of a change: never empty.
    Compulsory,
}

impl Workflow {
    /// Where a new record begins.
    pub const fn initial(&self) -> &'static str {
        self.states[0].key
    }

    /// The state of that key.
    pub fn state(&self, key: &str) -> Option<&'static State> {
        self.states.iter().find(|state| state.key == key)
    }

    /// Whether a record in that state may be deleted by its filler; one without a state is under no review.
    pub fn may_go(&self, key: &str) -> bool {
        key.is_empty() || self.state(key).is_some_and(|state| state.is_open && !state.is_kept)
    }

    /// States in which a record no longer counts.
    pub fn over(&self) -> impl Iterator<Item = &'static str> {
        let states = self.states;
        states.iter().filter(|state| state.is_over).map(|state| state.key)
    }

    /// Whether a record in that state may be changed by its filler; one without a state is under no review.
    pub fn is_open(&self, key: &str) -> bool {
        key.is_empty() || self.state(key).is_some_and(|state| state.is_open)
    }

    /// Whether who fills a record in that state is not told it.
    pub fn is_silent(&self, key: &str) -> bool {
        self.state(key).is_some_and(|state| state.is_silent)
    }

    /// States in which a record waits for its filler because somebody has returned it.
    pub fn returned(&self) -> impl Iterator<Item = &'static str> {
        let (states, transitions) = (self.states, self.transitions);
        let leads = |key: &str| {
            let mut returns = transitions.iter().filter(|way| way.verb == Verb::Return);
            returns.any(|way| way.to == key)
        };
        let open = states.iter().filter(|state| state.is_open).map(|state| state.key);
        open.filter(move |key| leads(key))
    }

    /// The way that an account kind may take from a state with a verb.
    pub fn find(&self, status: &str, verb: Verb, kind: AccountKind) -> Option<&'static Transition> {
        self.offered(status, kind).find(|transition| transition.verb == verb)
    }

    /// Everything that an account kind may do with a record in that state.
    pub fn offered(&self, status: &str, kind: AccountKind) -> impl Iterator<Item = &'static Transition> {
        let transitions = self.transitions;
        let status = status.to_owned();
        transitions
            .iter()
            .filter(move |transition| transition.by == kind && transition.from.contains(&status.as_str()))
    }

    /// What an account kind can do with records in that state, when they wait for it.
    pub fn awaited(&self, status: &str, kind: AccountKind) -> Vec<&'static Transition> {
        let ways: Vec<_> = self.offered(status, kind).collect();
        match ways.iter().any(|way| way.verb.is_awaited()) {
            true => ways,
            false => Vec::new(),
        }
    }

    /// Whether records in that state wait for an account kind, but never for the account that has left them.
    pub fn waits_for_others(&self, status: &str, kind: AccountKind) -> bool {
        let ways = self.awaited(status, kind);
        !ways.is_empty() && ways.iter().all(|way| way.not_by_author)
    }

    /// The ways of a verb for an account kind, in any state: the buttons of a list.
    pub fn ways(&self, verb: Verb, kind: AccountKind) -> impl Iterator<Item = &'static Transition> {
        let transitions = self.transitions;
        transitions
            .iter()
            .filter(move |transition| transition.by == kind && transition.verb == verb)
    }

    /// Everything that is wrong with it as written; empty when it is sound.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for (position, transition) in self.transitions.iter().chain(self.mends).enumerate() {
            let name = format!("{:?} by {:?} to {}", transition.verb, transition.by, transition.to);
            for key in transition.from.iter().chain([&transition.to]) {
                if self.state(key).is_none() {
                    faults.push(format!("{name}: there is no state {key}"));
                }
            }
            let rivals = self.transitions.iter().take(position).filter(|other| {
                other.verb == transition.verb
                    && other.by == transition.by
                    && other.from.iter().any(|key| transition.from.contains(key))
            });
            if rivals.count() > 0 {
                faults.push(format!("{name}: two ways from one state"));
            }
        }
        for state in &self.states[1..] {
            if !self.transitions.iter().any(|transition| transition.to == state.key) {
                faults.push(format!("{} is never reached", state.key));
            }
        }
        faults
    }
}
