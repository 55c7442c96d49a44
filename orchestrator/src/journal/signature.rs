//! The installation's signature under a finished journal's head.
//!
//! An Ed25519 key of the installation's own, kept beside its data; the signature is a compact JWS that any tool can
//! verify with the public key. It proves that the printed report and the stored chain are the same.

use std::{
    fs,
    io::Write,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

use crate::{clock::Timestamp, ids::ExerciseId};

/// What is signed: the last row of an exercise's chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeadClaims {
    /// The exercise.
    pub exercise: ExerciseId,
    /// Sequence of the last row.
    pub sequence: i64,
    /// Its hash.
    pub hash: String,
    /// When it was signed.
    pub signed_at: Timestamp,
}

/// Why the signing key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SigningError {
    /// The key file could not be read or written.
    #[error("key file {path}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file holds no Ed25519 key.
    #[error("key file {0} holds no Ed25519 key in PKCS#8")]
    Key(PathBuf),
    /// A signature could not be made or does not hold.
    #[error("signature")]
    Token(#[from] jsonwebtoken::errors::Error),
}

/// Signs heads and verifies signatures with the installation's key.
#[derive(Clone)]
pub struct Signer {
    encoding: EncodingKey,
    decoding: DecodingKey,
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Signer")
    }
}

impl Signer {
    /// Opens the key in `folder`, making it the first time.
    ///
    /// # Errors
    /// A file that cannot be read or written, or that holds something else.
    pub fn open(folder: &Path) -> Result<Self, SigningError> {
        let path = folder.join("journal.pk8");
        let file = |source| SigningError::File {
            path: path.clone(),
            source,
        };
        if !path.exists() {
            let pair = Ed25519KeyPair::generate().map_err(|_| SigningError::Key(path.clone()))?;
            let document = pair
                .to_pkcs8v1()
                .map_err(|_| SigningError::Key(path.clone()))?;
            create(folder, &path, document.as_ref()).map_err(file)?;
        }
        let document = fs::read(&path).map_err(file)?;
        let pair =
            Ed25519KeyPair::from_pkcs8(&document).map_err(|_| SigningError::Key(path.clone()))?;
        let public = pair.public_key().as_ref().to_vec();
        Ok(Self {
            encoding: EncodingKey::from_ed_der(&document),
            decoding: DecodingKey::from_ed_der(&public),
        })
    }

    /// Signs a head.
    ///
    /// # Errors
    /// A key that cannot sign.
    pub fn sign(&self, claims: &HeadClaims) -> Result<String, SigningError> {
        Ok(jsonwebtoken::encode(
            &Header::new(Algorithm::EdDSA),
            claims,
            &self.encoding,
        )?)
    }

    /// What a signature vouches for.
    ///
    /// # Errors
    /// A signature that is not this installation's.
    pub fn verify(&self, token: &str) -> Result<HeadClaims, SigningError> {
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        Ok(jsonwebtoken::decode(token, &self.decoding, &validation)?.claims)
    }
}

/// Writes a new file that only its owner reads; a crash leaves the old state or the new one, never half a key.
fn create(folder: &Path, path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    let draft = path.with_extension("draft");
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&draft)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    // A key that another process made in the meantime wins: linking fails where the name is taken.
    match fs::hard_link(&draft, path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    fs::remove_file(&draft)?;
    fs::File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_verifies_after_reopening_and_a_changed_one_does_not() {
        let folder = tempfile::tempdir().expect("folder");
        let claims = HeadClaims {
            exercise: ExerciseId::new(),
            sequence: 7,
            hash: "ab".into(),
            signed_at: Timestamp(1),
        };
        let token = Signer::open(folder.path())
            .expect("opens")
            .sign(&claims)
            .expect("signs");
        let again = Signer::open(folder.path()).expect("opens again");
        assert_eq!(again.verify(&token).expect("verifies"), claims);
        let forged = token.replacen("eyJ", "eyK", 2);
        assert!(again.verify(&forged).is_err());
    }
}
