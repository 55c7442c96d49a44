//! The installation's signature: under a finished journal's head, and on what it hands to other installations.
//!
//! An Ed25519 key of the installation's own, kept beside its data; the signature is a compact JWS that any tool can
//! verify with the public key. It proves that the printed report and the stored chain are the same. What is signed for
//! others carries a type in its header, so that no signature can be shown for something else.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sha2::{Digest as _, Sha256};

use crate::{clock::Timestamp, ids::ExerciseId};

/// Where the key lies in its folder.
const KEY_FILE: &str = "journal.pk8";

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

/// The half of an installation's key that others know it by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey([u8; 32]);

impl PublicKey {
    /// Reads what [`Self::to_hex`] wrote; `None` where it is no such key.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Self> {
        let mut key = [0; 32];
        hex::decode_to_slice(text, &mut key).ok()?;
        Some(Self(key))
    }

    /// The key in hexadecimal.
    #[must_use]
    pub fn to_hex(&self) -> String {
        hex::encode(self.0)
    }

    /// What people compare by telephone: SHA-256 of the key, in hexadecimal.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        hex::encode(Sha256::digest(self.0))
    }

    /// What a signature of type `kind` by this key vouches for.
    ///
    /// # Errors
    /// A signature of another key, of another type, or none at all.
    pub fn verify<T: DeserializeOwned>(&self, kind: &str, token: &str) -> Result<T, SigningError> {
        let key = DecodingKey::from_ed_der(&self.0);
        let found = jsonwebtoken::decode(token, &key, &without_times())?;
        if found.header.typ.as_deref() != Some(kind) {
            let wrong = jsonwebtoken::errors::ErrorKind::InvalidToken;
            return Err(SigningError::Token(wrong.into()));
        }
        Ok(found.claims)
    }
}

/// Signs heads and verifies signatures with the installation's key.
#[derive(Clone)]
pub struct Signer {
    encoding: EncodingKey,
    decoding: DecodingKey,
    public: PublicKey,
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
        let path = folder.join(KEY_FILE);
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
        let public = pair.public_key().as_ref();
        Ok(Self {
            encoding: EncodingKey::from_ed_der(&document),
            decoding: DecodingKey::from_ed_der(public),
            public: PublicKey(
                public
                    .try_into()
                    .map_err(|_| SigningError::Key(path.clone()))?,
            ),
        })
    }

    /// Opens the key in `folder` where there is one; makes none.
    ///
    /// # Errors
    /// A file that cannot be read, or that holds something else.
    pub fn find(folder: &Path) -> Result<Option<Self>, SigningError> {
        if folder.join(KEY_FILE).exists() {
            Self::open(folder).map(Some)
        } else {
            Ok(None)
        }
    }

    /// The half of the key that others may know.
    #[must_use]
    pub const fn public_key(&self) -> &PublicKey {
        &self.public
    }

    /// Signs what goes to others, as of type `kind`. The same claims give the same signature.
    ///
    /// # Errors
    /// A key that cannot sign.
    pub fn sign_as<T: Serialize>(&self, kind: &str, claims: &T) -> Result<String, SigningError> {
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(kind.to_owned());
        Ok(jsonwebtoken::encode(&header, claims, &self.encoding)?)
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
        Ok(jsonwebtoken::decode(token, &self.decoding, &without_times())?.claims)
    }
}

/// Claims here have no term of their own.
fn without_times() -> Validation {
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation
}

/// Writes a new file that only its owner reads; a crash leaves the old state or the new one, never half a key.
fn create(folder: &Path, path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    // A file of its own: two processes that make the first key at once never write into one.
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    // A key that another process made in the meantime wins.
    match file.persist_noclobber(path) {
        Err(error) if error.error.kind() != std::io::ErrorKind::AlreadyExists => {
            return Err(error.error);
        }
        _ => {}
    }
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

    #[test]
    fn others_verify_by_the_public_key_and_only_as_what_it_was_signed() {
        let folder = tempfile::tempdir().expect("folder");
        assert!(Signer::find(folder.path()).expect("looks").is_none());
        let signer = Signer::open(folder.path()).expect("opens");
        let claims = serde_json::json!({ "digest": "ab" });
        let token = signer.sign_as("one", &claims).expect("signs");
        let key = PublicKey::from_hex(&signer.public_key().to_hex()).expect("a key");
        let verified: serde_json::Value = key.verify("one", &token).expect("holds");
        assert_eq!(verified, claims);
        assert!(key.verify::<serde_json::Value>("two", &token).is_err());
        let stranger = tempfile::tempdir().expect("folder");
        let stranger = Signer::open(stranger.path()).expect("opens");
        let held = stranger
            .public_key()
            .verify::<serde_json::Value>("one", &token);
        assert!(held.is_err());
        assert_eq!(PublicKey::from_hex("ab"), None);
    }
}
