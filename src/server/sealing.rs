//! 身份证号 of who registered: asked for only where a deployment sets a key, and stored sealed (spec Q-15).

use super::db::internal;
use super::state::App;
use crate::error::AppError;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use rand::RngCore;

/// Bytes of the nonce, in front of what it seals.
const NONCE: usize = 24;

/// Whether 身份证号 is asked for.
pub fn is_on(app: &App) -> bool {
    !app.config.id_number_key.is_empty()
}

/// A key of 32 bytes as 64 hexadecimal digits.
pub fn key(text: &str) -> Option<[u8; 32]> {
    let bytes = bytes_of(text)?;
    bytes.try_into().ok()
}

/// Seals a number for a record: moved to another it does not open. Nothing where no key is set.
pub fn seal(secret: &str, record: &str, number: &str) -> Result<Option<String>, AppError> {
    let Some(key) = key(secret) else {
        return Ok(None);
    };
    Ok(Some(text_of(&sealed(&key, record, number.as_bytes())?)))
}

/// Seals content for whoever has this id and this key.
pub fn seal_bytes(secret: &str, id: &str, content: &[u8]) -> Result<Vec<u8>, AppError> {
    let key = key(secret).ok_or_else(|| internal(&"no key"))?;
    sealed(&key, id, content)
}

/// What was sealed.
pub fn open_bytes(secret: &str, id: &str, sealed: &[u8]) -> Result<Vec<u8>, AppError> {
    let key = key(secret).ok_or_else(|| internal(&"no key"))?;
    let (nonce, sealed) = sealed.split_at_checked(NONCE).ok_or(AppError::NotFound)?;
    let payload = Payload {
        msg: sealed,
        aad: id.as_bytes(),
    };
    let opened = XChaCha20Poly1305::new(&key.into()).decrypt(XNonce::from_slice(nonce), payload);
    opened.map_err(|error| internal(&error))
}

fn sealed(key: &[u8; 32], id: &str, content: &[u8]) -> Result<Vec<u8>, AppError> {
    let mut nonce = [0_u8; NONCE];
    rand::rng().fill_bytes(&mut nonce);
    let payload = Payload {
        msg: content,
        aad: id.as_bytes(),
    };
    let cipher = XChaCha20Poly1305::new(&(*key).into());
    let sealed = cipher
        .encrypt(XNonce::from_slice(&nonce), payload)
        .map_err(|error| internal(&error))?;
    Ok([&nonce[..], &sealed].concat())
}

/// Bytes from hexadecimal digits; nothing when they are none.
pub fn bytes_of(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.is_ascii() {
        return None;
    }
    let pairs = (0..text.len()).step_by(2);
    pairs.map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect()
}

/// Bytes as hexadecimal digits.
pub fn text_of(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        for half in [byte >> 4, byte & 15] {
            text.extend(char::from_digit(u32::from(half), 16));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    fn opened(secret: &str, record: &str, sealed: &str) -> Option<Vec<u8>> {
        let bytes = bytes_of(sealed)?;
        let (nonce, sealed) = bytes.split_at_checked(NONCE)?;
        let payload = Payload {
            msg: sealed,
            aad: record.as_bytes(),
        };
        let cipher = XChaCha20Poly1305::new(&key(secret)?.into());
        cipher.decrypt(XNonce::from_slice(nonce), payload).ok()
    }

    #[test]
    fn a_number_opens_for_its_own_record_and_key_alone() {
        let number = "53010219491231002X";
        let sealed = seal(SECRET, "one", number).unwrap().unwrap();
        assert!(!sealed.contains(number));
        assert_eq!(opened(SECRET, "one", &sealed).as_deref(), Some(number.as_bytes()));
        assert_eq!(opened(SECRET, "other", &sealed), None);
        assert_eq!(opened(&SECRET.replace('0', "1"), "one", &sealed), None);
        assert_ne!(
            seal(SECRET, "one", number).unwrap().unwrap(),
            sealed,
            "never twice the same"
        );
    }

    #[test]
    fn without_a_key_nothing_is_sealed() {
        assert_eq!(seal("", "one", "x").unwrap(), None);
        assert!(key("0011").is_none() && key(&"zz".repeat(32)).is_none());
    }
}
