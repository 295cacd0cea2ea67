//! Phones that show the codes of 两步验证.

use super::{Actor, NOW, On, World};
use hometown::api::accounts::{SecondFactorState, SecondFactorView};
use serde_json::json;

const KEY: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

/// A deployment that has it, and in which counties cannot do without.
pub async fn with_second_factor(on: On) -> World {
    World::with_settings(on, |config| {
        config.second_factor_key = KEY.to_owned();
        config.second_factor_kinds = vec!["county".to_owned()];
    })
    .await
}

/// A phone that has scanned the code of the page.
pub struct Phone(pub totp_rs::Totp);

impl Phone {
    pub async fn of(actor: &Actor<'_>) -> Self {
        let view: SecondFactorView = actor.call("second_factor", json!({})).await.unwrap();
        let SecondFactorState::Bind { secret, picture } = view.state else {
            panic!("nothing to bind: {view:?}")
        };
        assert!(picture.contains("<svg"));
        let secret = totp_rs::Secret::try_from_base32(secret.replace(' ', "")).unwrap();
        Self(
            totp_rs::Builder::new()
                .with_secret(secret)
                .with_account_name("phone")
                .build()
                .unwrap(),
        )
    }

    /// What it shows so many half minutes after the clock of the tests.
    pub fn shows(&self, steps: i64) -> String {
        let now = NOW.parse::<jiff::Timestamp>().unwrap().as_second();
        self.0.generate(u64::try_from(now + 30 * steps).unwrap()).to_string()
    }
}
