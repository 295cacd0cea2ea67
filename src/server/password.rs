//! Passwords: argon2id off the async runtime with bounded concurrency, first passwords, and the rules that the deployment has
//! chosen (domain/password.rs).

use super::db::{self, Connection, accounts::Stored, internal};
use super::session::{Signed, hash as sha256};
use super::state::App;
use crate::api::accounts::PasswordView;
use crate::domain::account::Account;
use crate::domain::password::{PasswordPolicy, REPEATED};
use crate::error::AppError;
use argon2::password_hash::rand_core::OsRng;
use argon2::password_hash::{Output, ParamsString, Salt, SaltString};
use argon2::{Algorithm, Argon2, Block, Params, PasswordHash, Version};
use rand::seq::IndexedRandom;
use std::collections::HashSet;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use tokio::sync::Semaphore;

/// At most so many hashes at once: each takes 19 MiB.
const AT_ONCE: usize = 2;
/// Prefix of a first password's hash. Such a password has 80 random bits and is good for one use and a few days, so a
/// slow hash would add nothing; hashing sixteen thousand of them slowly would take minutes.
const FIRST: &str = "first$";
/// Letters of a first password: nothing that looks like something else.
const LETTERS: &[u8] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZa";

/// Hashes and verifies.
#[derive(Clone)]
pub struct Hasher {
    turns: Arc<Semaphore>,
    /// Working memory of those who have no turn: taken anew for each hash, it would stay with the allocator.
    memory: Arc<Mutex<Vec<Vec<Block>>>>,
    /// Verified when there is no such account, so that the answer takes as long as for one that exists (A07).
    nobody: Arc<str>,
}

fn argon2() -> Argon2<'static> {
    // OWASP's second recommendation: 19 MiB, two passes, one lane.
    let params = Params::new(19 * 1_024, 2, 1, None).unwrap_or_default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// Hashes on the calling thread; for commands, which have no runtime to spare.
pub fn hash_now(password: &str) -> Result<String, AppError> {
    hash_in(password, &mut Vec::new())
}

fn hash_in(password: &str, memory: &mut Vec<Block>) -> Result<String, AppError> {
    let (argon2, salt) = (argon2(), SaltString::generate(&mut OsRng));
    let output = output(&argon2, password, salt.as_salt(), memory).map_err(|error| internal(&error))?;
    let params = ParamsString::try_from(argon2.params()).map_err(|error| internal(&error))?;
    let hash = PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params,
        salt: Some(salt.as_salt()),
        hash: Some(output),
    };
    Ok(hash.to_string())
}

/// The hash itself, in working memory that is kept.
fn output(
    argon2: &Argon2<'_>,
    password: &str,
    salt: Salt<'_>,
    memory: &mut Vec<Block>,
) -> Result<Output, argon2::password_hash::Error> {
    memory.resize(argon2.params().block_count().max(memory.len()), Block::default());
    let mut bytes = [0; Salt::MAX_LENGTH];
    let salt = salt.decode_b64(&mut bytes)?;
    Output::init_with(Params::DEFAULT_OUTPUT_LEN, |out| {
        Ok(argon2.hash_password_into_with_memory(password.as_bytes(), salt, out, &mut memory[..])?)
    })
}

/// Whether a password gives the hash that is written there, by the parameters that are written there.
fn fits(password: &str, stored: &str, memory: &mut Vec<Block>) -> Result<bool, argon2::password_hash::Error> {
    let stored = PasswordHash::new(stored)?;
    let (Some(salt), Some(hash)) = (stored.salt, stored.hash) else {
        return Ok(false);
    };
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::try_from(&stored)?);
    // The comparison takes the same time wherever the two differ.
    Ok(output(&argon2, password, salt, memory)? == hash)
}

fn verify_in(password: &str, stored: &str, memory: &mut Vec<Block>) -> bool {
    if let Some(rest) = stored.strip_prefix(FIRST) {
        return rest
            .split_once('$')
            .is_some_and(|(salt, hash)| sha256(&format!("{salt}{password}")) == hash);
    }
    fits(password, stored, memory).unwrap_or(false)
}

impl Hasher {
    /// A hasher.
    pub fn new() -> Result<Self, AppError> {
        Ok(Self {
            turns: Arc::new(Semaphore::new(AT_ONCE)),
            memory: Arc::default(),
            nobody: hash_now("nobody")?.into(),
        })
    }

    /// The hash of a password.
    pub async fn hash(&self, password: String) -> Result<String, AppError> {
        self.in_turn(move |memory| hash_in(&password, memory)).await?
    }

    /// Whether the password fits. `None` costs as much and never fits.
    pub async fn verify(&self, password: String, stored: Option<String>) -> Result<bool, AppError> {
        let nobody = Arc::clone(&self.nobody);
        self.in_turn(move |memory| match stored {
            // First passwords cost little to check; whoever measures must not learn which accounts still have one.
            Some(stored) if stored.starts_with(FIRST) => {
                verify_in(&password, &nobody, memory);
                verify_in(&password, &stored, memory)
            }
            Some(stored) => verify_in(&password, &stored, memory),
            None => {
                verify_in(&password, &nobody, memory);
                false
            }
        })
        .await
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Vec<Block>) -> T + Send + 'static,
    ) -> Result<T, AppError> {
        let _turn = self.turns.acquire().await.map_err(|error| internal(&error))?;
        let spare = Arc::clone(&self.memory);
        let worked = tokio::task::spawn_blocking(move || {
            let take = || spare.lock().unwrap_or_else(PoisonError::into_inner);
            let mut memory = take().pop().unwrap_or_default();
            let result = work(&mut memory);
            take().push(memory);
            result
        });
        worked.await.map_err(|error| internal(&error))
    }
}

/// The first password of every natural village, printed in a public manual (manual 8.2).
pub const PUBLISHED: &str = "yngb2021";

/// The hash of [`PUBLISHED`].
pub fn published_password() -> String {
    first_hash(PUBLISHED)
}

fn first_hash(password: &str) -> String {
    let salt = super::session::new_token();
    let hash = sha256(&format!("{salt}{password}"));
    format!("{FIRST}{salt}${hash}")
}

/// A random first password, four groups of four, and its hash.
pub fn first_password() -> (String, String) {
    let mut random = rand::rng();
    let mut password = String::new();
    for position in 0..16 {
        if position > 0 && position % 4 == 0 {
            password.push('-');
        }
        password.push(char::from(*LETTERS.choose(&mut random).unwrap_or(&b'2')));
    }
    let hash = first_hash(&password);
    (password, hash)
}

static REFUSED: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    include_str!("../../data/refused_passwords.txt")
        .lines()
        .map(str::trim)
        .collect()
});

/// What is wrong with a new password by itself (spec §2.2, `security.md` A01, A02), if anything.
pub fn fault(password: &str, account: &Account, policy: PasswordPolicy) -> Option<&'static str> {
    if password.chars().count() < 8 {
        return Some("密码至少 8 位");
    }
    if password.chars().count() > 128 {
        return Some("密码最多 128 位");
    }
    let class = |of: fn(char) -> bool| usize::from(password.chars().any(of));
    let classes = class(|letter| letter.is_ascii_lowercase())
        + class(|letter| letter.is_ascii_uppercase())
        + class(|letter| letter.is_ascii_digit())
        + class(|letter| !letter.is_ascii_alphanumeric());
    if classes < policy.classes() {
        return Some(policy.too_plain());
    }
    let plain = password.to_lowercase();
    let own = [
        Some(&account.login_key),
        Some(&account.name),
        account.person_phone.as_ref(),
        account.person_name.as_ref(),
    ];
    let names_it = own.into_iter().flatten().any(|word| plain == word.to_lowercase());
    if REFUSED.contains(plain.as_str()) || names_it {
        return Some("该密码过于常见，容易被猜到，请换一个");
    }
    None
}

/// What is wrong with a new password that the account has had before, if anything. The present one is not looked at.
pub async fn repeated(app: &App, account: &Account, new: &str) -> Result<Option<&'static str>, AppError> {
    let former = app.config.password_policy.differs_from().saturating_sub(1);
    if former == 0 {
        return Ok(None);
    }
    let hashes = db::accounts::former_passwords(&mut *app.store.reader().await?, &account.id, former).await?;
    for hash in hashes {
        if app.hasher.verify(new.to_owned(), Some(hash)).await? {
            return Ok(Some(REPEATED));
        }
    }
    Ok(None)
}

/// Remembers the password that is about to be replaced, as far as it may not come back; where nothing is to be remembered
/// any more, what was is forgotten.
pub async fn remember(app: &App, connection: &mut Connection, account: &str) -> Result<(), AppError> {
    let former = app.config.password_policy.differs_from().saturating_sub(1);
    Ok(db::accounts::keep_password(connection, account, former).await?)
}

/// Whether an account has had its password for too long. One that was handed out runs out by itself.
pub fn is_overdue(app: &App, stored: &Stored) -> bool {
    let days = app.config.password_policy.lasts_days();
    let is_old = |days: i64| stored.password_since <= app.clock.after(-days * 24 * 3_600);
    !stored.account.must_change && days.is_some_and(is_old)
}

/// An account as it signs in: with a password that it has had for too long it comes as far as with a first one (A04).
pub fn judged(app: &App, mut stored: Stored) -> Stored {
    let is_overdue = is_overdue(app, &stored);
    stored.account.must_change |= is_overdue;
    stored
}

/// 修改密码
pub async fn page(app: &App, signed: &Signed) -> Result<PasswordView, AppError> {
    let account = signed.account()?;
    let stored = db::accounts::by_id(&mut *app.store.reader().await?, &account.id).await?;
    Ok(PasswordView {
        account: account.clone(),
        policy: app.config.password_policy,
        is_overdue: stored.is_some_and(|stored| is_overdue(app, &stored)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::account::AccountKind;
    use crate::domain::region::Region;

    fn account() -> Account {
        Account {
            id: String::new(),
            login_key: "530102-zr".into(),
            kind: AccountKind::County,
            region: Region::parse("530102").unwrap(),
            name: "五华区自然资源局".into(),
            must_change: true,
            person_name: None,
            person_phone: Some("13812348000".into()),
        }
    }

    #[test]
    fn weak_and_published_passwords_are_refused() {
        for weak in [
            "Ab1!",
            "abcdefgh",
            "12345678",
            "yngb2021",
            "Yngb@2021",
            "530102-ZR",
            "13812348000",
            "password1",
        ] {
            assert!(fault(weak, &account(), PasswordPolicy::Spec).is_some(), "{weak}");
        }
    }

    #[test]
    fn a_deployment_chooses_how_plain_a_password_may_be() {
        use PasswordPolicy::{Asvs, Dengbao3, Spec};
        for (password, fits) in [
            ("gualou terrace", [true, false, true]),
            ("gualouterrace", [false, false, true]),
            ("Gualou terrace", [true, true, true]),
            ("gualou1terrace", [true, false, true]),
            ("short", [false, false, false]),
            ("12345678", [false, false, false]),
            ("yngb2021", [false, false, false]),
        ] {
            let judged = [Spec, Dengbao3, Asvs].map(|policy| fault(password, &account(), policy).is_none());
            assert_eq!(judged, fits, "{password}");
        }
    }

    #[test]
    fn long_and_unusual_passwords_are_taken_as_they_are() {
        for good in ["jia xiang 规划😀", "Tr4ctor-On-Terrace", &"a1".repeat(32)] {
            assert_eq!(fault(good, &account(), PasswordPolicy::Spec), None, "{good}");
        }
    }

    #[test]
    fn a_first_password_fits_its_hash_alone() {
        let (password, hash) = first_password();
        assert!(verify_in(&password, &hash, &mut Vec::new()));
        assert!(!verify_in("2222-2222-2222-2222", &hash, &mut Vec::new()));
        assert_ne!(first_password().0, password);
    }

    #[test]
    fn passwords_are_not_cut_or_folded() {
        let long = "长".repeat(30);
        let hash = hash_now(&long).unwrap();
        assert!(verify_in(&long, &hash, &mut Vec::new()));
        assert!(!verify_in(&"长".repeat(29), &hash, &mut Vec::new()));
        assert!(!verify_in("ABC", &hash_now("abc").unwrap(), &mut Vec::new()));
    }
}
