//! Password hashes: argon2id with 19 MiB, on as many threads at once as there are cores.
//!
//! Memory stays bounded however many sign in at once: whoever finds no free place waits, and past [`QUEUE`] is asked to
//! come again. An unknown account is checked against a hash of its own, so that it takes as long as a known one.

use std::sync::Arc;

use argon2::{
    Argon2,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};
use tokio::sync::Semaphore;

use super::AccountError;
use crate::random::{Random, bytes};

/// How many may wait for a free place; at 75 hashes a second the last one waits a good ten seconds.
const QUEUE: usize = 1_000;

/// Hashes and checks passwords.
#[derive(Debug)]
pub(super) struct Passwords {
    places: Arc<Semaphore>,
    queue: Semaphore,
    nobody: String,
}

impl Passwords {
    /// A pool with a place a core.
    pub(super) fn new(random: &dyn Random) -> Result<Self, AccountError> {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get);
        let nobody = hash(&bytes::<16>(random), &bytes::<32>(random))?;
        Ok(Self {
            places: Arc::new(Semaphore::new(cores)),
            queue: Semaphore::new(QUEUE),
            nobody,
        })
    }

    /// A hash of `password` with a fresh salt.
    pub(super) async fn hash(
        &self,
        password: &str,
        random: &dyn Random,
    ) -> Result<String, AccountError> {
        let (salt, password) = (bytes::<16>(random), password.to_owned());
        self.run(move || hash(&salt, password.as_bytes())).await?
    }

    /// Whether `password` belongs to `stored`; without a stored hash the same work leads to no.
    pub(super) async fn verify(
        &self,
        password: &str,
        stored: Option<&str>,
    ) -> Result<bool, AccountError> {
        let known = stored.is_some();
        let (stored, password) = (
            stored.unwrap_or(&self.nobody).to_owned(),
            password.to_owned(),
        );
        let right = self
            .run(move || {
                let stored = PasswordHash::new(&stored)
                    .map_err(|error| AccountError::Hash(error.to_string()))?;
                Ok::<_, AccountError>(
                    Argon2::default()
                        .verify_password(password.as_bytes(), &stored)
                        .is_ok(),
                )
            })
            .await??;
        Ok(known && right)
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, AccountError> {
        let _waiting = self.queue.try_acquire().map_err(|_| AccountError::Busy)?;
        let place = Arc::clone(&self.places)
            .acquire_owned()
            .await
            .map_err(|_| AccountError::Busy)?;
        tokio::task::spawn_blocking(move || {
            let _place = place;
            work()
        })
        .await
        .map_err(|error| AccountError::Hash(error.to_string()))
    }
}

fn hash(salt: &[u8], password: &[u8]) -> Result<String, AccountError> {
    let hash = Argon2::default().hash_password_with_salt(password, salt);
    hash.map(|hash| hash.to_string())
        .map_err(|error| AccountError::Hash(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SeededRandom;

    #[tokio::test]
    async fn a_password_opens_its_own_hash_only() {
        let random = SeededRandom::new(1);
        let passwords = Passwords::new(&random).expect("pool");
        let stored = passwords.hash("Mật khẩu dài", &random).await.expect("hash");
        assert!(
            stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{stored}"
        );
        assert!(
            passwords
                .verify("Mật khẩu dài", Some(&stored))
                .await
                .expect("verify")
        );
        assert!(
            !passwords
                .verify("mật khẩu dài", Some(&stored))
                .await
                .expect("verify")
        );
        assert!(
            !passwords
                .verify("Mật khẩu dài", None)
                .await
                .expect("verify")
        );
    }
}
