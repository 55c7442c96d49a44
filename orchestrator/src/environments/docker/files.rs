//! Files put into a node before it starts.
//!
//! The engine unpacks an archive into the container's own file system, so links inside it stay inside it. Folders that
//! are missing are made for root with usual permissions; folders that exist are left as they are.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use bollard::{
    Docker, body_full,
    query_parameters::{
        ContainerArchiveInfoOptionsBuilder, DownloadFromContainerOptionsBuilder,
        UploadToContainerOptionsBuilder,
    },
};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;
use tar::{Archive, Builder, EntryType, Header};

use crate::{
    environments::{failure::EngineError, names, progress::Stage},
    ids::EnvironmentId,
    scenarios::{NodeId, PlannedNode},
};

use super::connection::{refused, status};

/// Most bytes read of an image's lists of users and groups.
const LIST_LIMIT: usize = 1 << 20;
/// Permissions of folders that have to be made.
const FOLDER_MODE: u32 = 0o755;

/// Puts `node`'s files in place; doing it again changes nothing.
pub(super) async fn place(
    docker: &Docker,
    environment: EnvironmentId,
    node: &PlannedNode,
) -> Result<(), EngineError> {
    if node.files.is_empty() {
        return Ok(());
    }
    let container = names::container(environment, &node.id);
    let named = node
        .files
        .iter()
        .any(|file| file.owner.as_deref().is_some_and(is_named));
    let owners = if named {
        Owners::read(docker, &container, &node.id).await?
    } else {
        Owners::default()
    };
    let mut archive = Builder::new(Vec::new());
    for folder in missing_folders(docker, &container, node).await? {
        append(
            &mut archive,
            &folder,
            EntryType::Directory,
            FOLDER_MODE,
            (0, 0),
            &[],
        )
        .map_err(|e| bad(&e, &node.id))?;
    }
    for file in &node.files {
        let owner = match &file.owner {
            Some(owner) => owners.find(owner).ok_or_else(|| EngineError::Refused {
                stage: Stage::Create,
                node: Some(node.id.clone()),
                detail: format!("{}: the image knows no owner `{owner}`", file.path),
            })?,
            None => (0, 0),
        };
        append(
            &mut archive,
            &file.path,
            EntryType::Regular,
            file.mode,
            owner,
            &file.content,
        )
        .map_err(|error| bad(&error, &node.id))?;
    }
    let bytes = archive
        .into_inner()
        .map_err(|error| bad(&error, &node.id))?;
    upload(
        docker,
        &container,
        "/",
        bytes.into(),
        &node.id,
        Stage::Create,
    )
    .await
}

/// Unpacks `archive` into the folder `to` of a container.
pub(super) async fn upload(
    docker: &Docker,
    container: &str,
    to: &str,
    archive: Bytes,
    node: &NodeId,
    stage: Stage,
) -> Result<(), EngineError> {
    let options = UploadToContainerOptionsBuilder::default().path(to).build();
    docker
        .upload_to_container(container, Some(options), body_full(archive))
        .await
        .map_err(|error| refused(error, stage, Some(node)))
}

/// Packs `path` of a container, at most `limit` bytes.
pub(super) async fn download(
    docker: &Docker,
    container: &str,
    path: &str,
    limit: usize,
    node: &NodeId,
    stage: Stage,
) -> Result<Bytes, EngineError> {
    let options = DownloadFromContainerOptionsBuilder::default()
        .path(path)
        .build();
    let mut stream = std::pin::pin!(docker.download_from_container(container, Some(options)));
    let mut archive = BytesMut::new();
    while let Some(chunk) = stream.next().await {
        archive.extend_from_slice(&chunk.map_err(|error| refused(error, stage, Some(node)))?);
        if archive.len() > limit {
            return Err(EngineError::more_than(limit, node));
        }
    }
    Ok(archive.freeze())
}

fn append(
    archive: &mut Builder<Vec<u8>>,
    path: &str,
    kind: EntryType,
    mode: u32,
    (user, group): (u64, u64),
    content: &[u8],
) -> std::io::Result<()> {
    let mut header = Header::new_gnu();
    header.set_entry_type(kind);
    header.set_mode(mode);
    header.set_uid(user);
    header.set_gid(group);
    header.set_size(content.len() as u64);
    archive.append_data(&mut header, path.trim_start_matches('/'), content)
}

fn bad(error: &std::io::Error, node: &NodeId) -> EngineError {
    EngineError::Refused {
        stage: Stage::Create,
        node: Some(node.clone()),
        detail: error.to_string(),
    }
}

/// Folders above `node`'s files that its container lacks, outermost first.
async fn missing_folders(
    docker: &Docker,
    container: &str,
    node: &PlannedNode,
) -> Result<BTreeSet<String>, EngineError> {
    let mut known = HashMap::from([(String::new(), true)]);
    for file in &node.files {
        let mut folder = file.path.as_str();
        while let Some((parent, _)) = folder.rsplit_once('/') {
            if known.contains_key(parent) {
                break;
            }
            let options = ContainerArchiveInfoOptionsBuilder::default()
                .path(parent)
                .build();
            let exists = match docker
                .get_container_archive_info(container, Some(options))
                .await
            {
                Ok(_) => true,
                Err(error) if status(&error) == Some(404) => false,
                Err(error) => return Err(refused(error, Stage::Create, Some(&node.id))),
            };
            known.insert(parent.to_owned(), exists);
            if exists {
                break;
            }
            folder = parent;
        }
    }
    Ok(known
        .into_iter()
        .filter(|(_, exists)| !exists)
        .map(|(path, _)| path)
        .collect())
}

/// Whether an owner is written with names, which only the image can tell the numbers of.
fn is_named(owner: &str) -> bool {
    owner.split(':').any(|part| part.parse::<u32>().is_err())
}

/// An image's users and groups.
#[derive(Default)]
struct Owners {
    users: BTreeMap<String, (u64, u64)>,
    groups: BTreeMap<String, u64>,
}

impl Owners {
    async fn read(docker: &Docker, container: &str, node: &NodeId) -> Result<Self, EngineError> {
        let passwd = read_file(docker, container, "/etc/passwd", node).await?;
        let group = read_file(docker, container, "/etc/group", node).await?;
        Ok(Self::parse(&passwd, &group))
    }

    fn parse(passwd: &str, group: &str) -> Self {
        let fields = |line: &str| line.split(':').map(str::to_owned).collect::<Vec<_>>();
        let mut owners = Self::default();
        for line in passwd.lines().map(fields) {
            if let [name, _, user, group, ..] = line.as_slice()
                && let (Ok(user), Ok(group)) = (user.parse(), group.parse())
            {
                owners.users.insert(name.clone(), (user, group));
            }
        }
        for line in group.lines().map(fields) {
            if let [name, _, group, ..] = line.as_slice()
                && let Ok(group) = group.parse()
            {
                owners.groups.insert(name.clone(), group);
            }
        }
        owners
    }

    /// The numbers of `user:group`; a user alone brings its own group.
    fn find(&self, owner: &str) -> Option<(u64, u64)> {
        let (user, group) = owner
            .split_once(':')
            .map_or((owner, None), |(user, group)| (user, Some(group)));
        let (user, own) = user
            .parse()
            .map(|number| (number, number))
            .ok()
            .or_else(|| self.users.get(user).copied())?;
        let group = match group {
            Some(group) => group
                .parse()
                .ok()
                .or_else(|| self.groups.get(group).copied())?,
            None => own,
        };
        Some((user, group))
    }
}

/// The text of a file; empty where there is none.
async fn read_file(
    docker: &Docker,
    container: &str,
    path: &str,
    node: &NodeId,
) -> Result<String, EngineError> {
    let archive = match download(docker, container, path, LIST_LIMIT, node, Stage::Create).await {
        Ok(archive) => archive,
        Err(EngineError::Refused { .. }) => return Ok(String::new()),
        Err(error) => return Err(error),
    };
    let mut text = Vec::new();
    let mut archive = Archive::new(archive.as_ref());
    if let Some(entry) = archive.entries().map_err(|error| bad(&error, node))?.next() {
        let mut entry = entry.map_err(|error| bad(&error, node))?;
        std::io::Read::read_to_end(&mut entry, &mut text).map_err(|error| bad(&error, node))?;
    }
    Ok(String::from_utf8_lossy(&text).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owners_are_found_by_name_and_number() {
        let owners = Owners::parse(
            "root:x:0:0:root:/root:/bin/sh\nwww-data:x:33:33::/var/www:/bin/false\nanalyst:x:1000:1001::/:/bin/sh\n",
            "root:x:0:\nadm:x:4:analyst\n",
        );
        assert_eq!(owners.find("www-data"), Some((33, 33)));
        assert_eq!(owners.find("analyst"), Some((1000, 1001)));
        assert_eq!(owners.find("analyst:adm"), Some((1000, 4)));
        assert_eq!(owners.find("1000:adm"), Some((1000, 4)));
        assert_eq!(owners.find("7"), Some((7, 7)));
        assert_eq!(owners.find("nobody"), None);
        assert!(is_named("root:0") && !is_named("0:0"));
    }
}
