//! Who the engine is to a registry: from a file in the form that Docker's client keeps, where people have signed in
//! already, and that clusters take for their pull secrets.

use std::{collections::HashMap, path::PathBuf, process::Stdio};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bollard::auth::DockerCredentials;
use serde::Deserialize;
use tokio::{io::AsyncWriteExt as _, process::Command};

use super::ImagesError;

/// The key of Docker's own registry, which is named by no host.
const DOCKERS_OWN: &str = "https://index.docker.io/v1/";
/// The user name with which helpers hand out a token.
const TOKEN_USER: &str = "<token>";

/// Docker's `config.json`, as far as it is about registries.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct DockerConfig {
    auths: HashMap<String, Entry>,
    #[serde(rename = "credsStore")]
    store: String,
    #[serde(rename = "credHelpers")]
    helpers: HashMap<String, String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Entry {
    auth: String,
    identitytoken: Option<String>,
}

/// What a helper answers.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    username: String,
    secret: String,
}

/// The registry's host in an image's repository, as the client's file names it.
pub(super) fn registry_of(repository: &str) -> &str {
    match repository.split_once('/') {
        Some((host, _)) if host.contains(['.', ':']) || host == "localhost" => host,
        _ => DOCKERS_OWN,
    }
}

/// The credentials for `registry` in the file `configured`, else in the user's own; `None` where there are none.
pub(super) async fn of(
    registry: &str,
    configured: &str,
) -> Result<Option<DockerCredentials>, ImagesError> {
    let found = look_up(registry, configured).await?;
    if found.as_ref().is_some_and(|it| !can_be_carried(it)) {
        return Err(ImagesError::Password(registry.to_owned()));
    }
    Ok(found)
}

/// Whether the engine will understand them: its client writes them in the common alphabet of base64, the engine reads
/// the one for URLs, and the last two digits of these differ.
fn can_be_carried(credentials: &DockerCredentials) -> bool {
    serde_json::to_vec(credentials).is_ok_and(|json| !STANDARD.encode(json).contains(['+', '/']))
}

async fn look_up(
    registry: &str,
    configured: &str,
) -> Result<Option<DockerCredentials>, ImagesError> {
    let path = if configured.is_empty() {
        usual_place()
    } else {
        Some(PathBuf::from(configured))
    };
    let Some(path) = path else { return Ok(None) };
    let failed = |detail: String| ImagesError::Folder {
        path: path.display().to_string(),
        detail,
    };
    let text = match std::fs::read_to_string(&path) {
        // Only a file that somebody named must be there.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && configured.is_empty() => {
            return Ok(None);
        }
        text => text.map_err(|error| failed(error.to_string()))?,
    };
    let config: DockerConfig =
        serde_json::from_str(&text).map_err(|error| failed(error.to_string()))?;
    let helper = config.helpers.get(registry).unwrap_or(&config.store);
    if !helper.is_empty()
        && let Some(answer) = ask(helper, registry).await.map_err(failed)?
    {
        return Ok(Some(from_helper(registry, answer)));
    }
    let Some(entry) = config.auths.get(registry) else {
        return Ok(None);
    };
    read(registry, entry)
        .map(Some)
        .ok_or_else(|| failed(format!("auths.\"{registry}\".auth")))
}

/// Where Docker's client keeps its own.
fn usual_place() -> Option<PathBuf> {
    std::env::var_os("DOCKER_CONFIG")
        .map(PathBuf::from)
        .or_else(|| std::env::home_dir().map(|home| home.join(".docker")))
        .map(|folder| folder.join("config.json"))
}

fn read(registry: &str, entry: &Entry) -> Option<DockerCredentials> {
    let plain = String::from_utf8(STANDARD.decode(&entry.auth).ok()?).ok()?;
    let (user, password) = plain.split_once(':')?;
    Some(DockerCredentials {
        username: Some(user.to_owned()),
        password: Some(password.to_owned()),
        identitytoken: entry.identitytoken.clone(),
        serveraddress: Some(registry.to_owned()),
        ..DockerCredentials::default()
    })
}

fn from_helper(registry: &str, answer: Answer) -> DockerCredentials {
    let mut credentials = DockerCredentials {
        serveraddress: Some(registry.to_owned()),
        ..DockerCredentials::default()
    };
    if answer.username == TOKEN_USER {
        credentials.identitytoken = Some(answer.secret);
    } else {
        credentials.username = Some(answer.username);
        credentials.password = Some(answer.secret);
    }
    credentials
}

/// Asks one of Docker's helpers; `None` where it knows nothing of `registry`.
async fn ask(helper: &str, registry: &str) -> Result<Option<Answer>, String> {
    let program = format!("docker-credential-{helper}");
    let failed = |error: std::io::Error| format!("{program}: {error}");
    let mut child = Command::new(&program)
        .arg("get")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(failed)?;
    if let Some(mut input) = child.stdin.take() {
        input.write_all(registry.as_bytes()).await.map_err(failed)?;
    }
    let output = child.wait_with_output().await.map_err(failed)?;
    if !output.status.success() {
        return Ok(None);
    }
    serde_json::from_slice(&output.stdout)
        .map(Some)
        .map_err(|error| format!("{program}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_file_of_docker_s_client_is_understood() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.json");
        let place = path.to_str().unwrap();
        let auth = STANDARD.encode("range:kho:anh");
        std::fs::write(
            &path,
            format!(r#"{{"auths":{{"127.0.0.1:5000":{{"auth":"{auth}"}},"x":{{"auth":"?"}}}}}}"#),
        )
        .unwrap();
        let found = of("127.0.0.1:5000", place).await.unwrap().unwrap();
        assert_eq!(found.username.as_deref(), Some("range"));
        assert_eq!(found.password.as_deref(), Some("kho:anh"));
        let odd = DockerCredentials {
            password: Some("?????".to_owned()),
            ..found
        };
        assert!(!can_be_carried(&odd));
        assert_eq!(of("elsewhere:5000", place).await.unwrap(), None);
        assert!(of("x", place).await.is_err());
        assert!(of("x", "/nonexistent/config.json").await.is_err());
    }

    #[test]
    fn a_registry_is_what_stands_first_and_looks_like_a_host() {
        assert_eq!(
            registry_of("registry.example.vn/range/a"),
            "registry.example.vn"
        );
        assert_eq!(registry_of("localhost:5000/a"), "localhost:5000");
        assert_eq!(registry_of("library/debian"), DOCKERS_OWN);
        assert_eq!(registry_of("debian"), DOCKERS_OWN);
    }
}
