//! A registry of Debian's, on a loopback port: engines take those without TLS.

use std::{
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

/// Password files' lines for `range` with `kho-anh`, and for `odd` with `a?b>c~d??>>~~`.
const PEOPLE: &str = "range:$2y$04$kzm5WkkPJLnvpx398Gg3P.aww9vrhjJZlummNtytlYcrtV56OKvPO\n\
    odd:$2y$04$r011/WyY63e0L9dzyJf7Au/HSuoP8.6oVkJpEcS9tGpJQTUuqb5.e\n";
/// User and password as Docker's client keeps them.
pub const RANGE: &str = "cmFuZ2U6a2hvLWFuaA==";
pub const ODD: &str = "b2RkOmE/Yj5jfmQ/Pz4+fn4=";
pub const WRONG: &str = "cmFuZ2U6d3Jvbmc=";

/// A registry that runs.
pub struct Registry {
    child: Child,
    folder: tempfile::TempDir,
    /// Host and port.
    pub address: String,
}

impl Registry {
    pub fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = free.local_addr().unwrap().to_string();
        drop(free);
        let people = folder.path().join("people");
        std::fs::write(&people, PEOPLE).unwrap();
        let config = serde_json::json!({
            "version": "0.1",
            "log": { "level": "error" },
            "storage": { "filesystem": { "rootdirectory": folder.path().join("store") } },
            "http": { "addr": address },
            "auth": { "htpasswd": { "realm": "range", "path": people } },
        });
        let file = folder.path().join("config.yml");
        // JSON is YAML.
        std::fs::write(&file, config.to_string()).unwrap();
        let child = Command::new("docker-registry")
            .arg("serve")
            .arg(&file)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("Debian's package docker-registry");
        let registry = Self {
            child,
            folder,
            address,
        };
        while TcpStream::connect(&registry.address).is_err() {
            thread::sleep(Duration::from_millis(20));
        }
        registry
    }

    /// A file with credentials for it, such as `docker login` writes.
    pub fn credentials(&self, auth: &str) -> String {
        let config = serde_json::json!({ "auths": { &self.address: { "auth": auth } } });
        let file = self.folder.path().join("config.json");
        std::fs::write(&file, config.to_string()).unwrap();
        path(&file)
    }

    /// A file without any.
    pub fn no_credentials(&self) -> String {
        let file = self.folder.path().join("empty.json");
        std::fs::write(&file, "{}").unwrap();
        path(&file)
    }

    pub fn stop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        self.stop();
    }
}

fn path(file: &Path) -> String {
    file.to_str().unwrap().to_owned()
}
