//! What is looked at, in the order in which one thing stands on another.

use std::{collections::BTreeSet, path::PathBuf, sync::Arc};

use super::{Report, Verdict, cluster, ranges};
use crate::{
    clock::SystemClock,
    config::{Config, EngineKind},
    environments::{
        DockerEngine, Engine, EngineError, Prober,
        engine::EngineInfo,
        isolation::{ProbeError, ProbeReport},
    },
    ids::InstallationId,
    images, locales,
    store::{self, Database},
};

/// Images that the platform itself needs.
const OWN_IMAGES: [&str; 2] = ["thaotruong/checker:1", "thaotruong/firewall:1"];
/// Targets named where the probe got out.
const REACHED_SHOWN: usize = 6;
/// Bytes of a gibibyte.
const GIBIBYTE: f64 = 1_073_741_824.0;

/// Looks at everything.
pub(super) async fn all(config: &Config, fix: bool, report: &mut Report) -> anyhow::Result<()> {
    let installation = database(config, report).await?;
    if config.engine == EngineKind::Kubernetes {
        return cluster::look(config, installation, report).await;
    }
    let engine = DockerEngine::new(&config.docker, installation);
    let Some(info) = engine_answers(&engine, "doctor-engine-remedy", report).await? else {
        ranges::look(config, &[], report)?;
        return Ok(());
    };
    runtime(
        &config.docker.runtime,
        &info,
        "doctor-runtime-remedy",
        report,
    )?;
    limits(&info, report)?;
    images(config, &engine, report).await?;
    tools(&engine, report).await?;
    let used = engine.subnets_in_use().await?;
    let labs = ranges::look(config, &used, report)?;
    let prober = Prober::new(
        &config.docker,
        installation,
        labs,
        config.listen.port(),
        Arc::new(SystemClock),
    );
    firewall(&prober, fix, report).await?;
    isolation(&prober, report).await
}

/// The installation that the database knows; a fixed one where there is no database yet.
async fn database(config: &Config, report: &mut Report) -> anyhow::Result<InstallationId> {
    let nobody = InstallationId(uuid::Uuid::nil());
    let url = config.database_url();
    report.begin("database");
    let file = url.strip_prefix("sqlite://").map(PathBuf::from);
    if file.is_some_and(|file| !file.exists()) {
        let arguments = [("url", url.as_str().into())];
        report.add(
            "database",
            Verdict::Warning,
            "doctor-database-fresh",
            &arguments,
            None,
        )?;
        return Ok(nobody);
    }
    match installation(&url).await {
        Ok(found) => {
            report.add(
                "database",
                Verdict::Good,
                "doctor-database-good",
                &[("url", shown(&url).into())],
                None,
            )?;
            Ok(found.unwrap_or(nobody))
        }
        Err(error) => {
            let detail = format!("{:#}", anyhow::Error::new(error));
            let arguments = [("url", shown(&url).into()), ("detail", detail.into())];
            let remedy = Some("doctor-database-remedy");
            report.add(
                "database",
                Verdict::Bad,
                "doctor-database-bad",
                &arguments,
                remedy,
            )?;
            Ok(nobody)
        }
    }
}

async fn installation(url: &str) -> Result<Option<InstallationId>, store::StoreError> {
    let database = Database::connect(url).await?;
    let mut connection = database.connection().await?;
    let found = store::settings::find(&mut connection, "installation").await?;
    drop(connection);
    database.close().await;
    Ok(found.and_then(|text| text.parse().ok()))
}

/// The installation that the database knows, or a fixed one where there is none.
pub(in crate::cli) async fn installation_of(config: &Config) -> InstallationId {
    let url = config.database_url();
    let file = url.strip_prefix("sqlite://").map(PathBuf::from);
    let found = match file {
        Some(file) if !file.exists() => None,
        _ => installation(&url).await.ok().flatten(),
    };
    found.unwrap_or(InstallationId(uuid::Uuid::nil()))
}

/// A URL without what stands between the scheme and the host: it may hold a password.
fn shown(url: &str) -> String {
    match (url.find("://"), url.rfind('@')) {
        (Some(scheme), Some(at)) if scheme < at => {
            format!(
                "{}{}",
                url.get(..scheme + 3).unwrap_or_default(),
                url.get(at + 1..).unwrap_or_default()
            )
        }
        _ => url.to_owned(),
    }
}

/// What the engine is, where it answers; `remedy` is what to do where it does not.
pub(super) async fn engine_answers(
    engine: &dyn Engine,
    remedy: &str,
    report: &mut Report,
) -> anyhow::Result<Option<EngineInfo>> {
    report.begin("engine");
    match engine.info().await {
        Ok(info) => {
            #[expect(clippy::cast_precision_loss, reason = "shown to people, in GiB")]
            let memory = locales::decimal(report.locale, info.memory as f64 / GIBIBYTE, 1);
            let cpus = usize::try_from(info.cpus).unwrap_or(usize::MAX);
            let arguments = [
                ("version", info.version.clone().into()),
                ("cpus", cpus.into()),
                ("memory", memory.into()),
            ];
            report.add(
                "engine",
                Verdict::Good,
                "doctor-engine-good",
                &arguments,
                None,
            )?;
            Ok(Some(info))
        }
        Err(error) => {
            let detail = match error {
                EngineError::Away(detail) => detail,
                other => other.to_string(),
            };
            report.add(
                "engine",
                Verdict::Bad,
                "doctor-engine-bad",
                &[("detail", detail.into())],
                Some(remedy),
            )?;
            Ok(None)
        }
    }
}

/// What runs machines: the one that is configured, where the engine knows it.
pub(super) fn runtime(
    configured: &str,
    info: &EngineInfo,
    remedy: &str,
    report: &mut Report,
) -> anyhow::Result<()> {
    let arguments = [("runtime", configured.into())];
    if info.unknown_runtime.is_some() {
        let (message, remedy) = ("doctor-runtime-bad", Some(remedy));
        report.add("runtime", Verdict::Bad, message, &arguments, remedy)
    } else if configured.is_empty() {
        report.add("runtime", Verdict::Good, "doctor-runtime-usual", &[], None)
    } else {
        report.add(
            "runtime",
            Verdict::Good,
            "doctor-runtime-good",
            &arguments,
            None,
        )
    }
}

fn limits(info: &EngineInfo, report: &mut Report) -> anyhow::Result<()> {
    if info.unlimited.is_empty() {
        report.add("limits", Verdict::Good, "doctor-limits-good", &[], None)?;
    } else {
        // Without a limit on swap alone, memory is still bounded where the host has no swap.
        let only_swap = info.unlimited.iter().all(|what| what == "swap");
        let verdict = if only_swap {
            Verdict::Warning
        } else {
            Verdict::Bad
        };
        let arguments = [("missing", info.unlimited.join(", ").into())];
        report.add(
            "limits",
            verdict,
            "doctor-limits-bad",
            &arguments,
            Some("doctor-limits-remedy"),
        )?;
    }
    let has = |feature: &str| info.security.iter().any(|found| found == feature);
    if has("seccomp") {
        report.add("seccomp", Verdict::Good, "doctor-seccomp-good", &[], None)?;
    } else {
        report.add(
            "seccomp",
            Verdict::Bad,
            "doctor-seccomp-bad",
            &[],
            Some("doctor-seccomp-remedy"),
        )?;
    }
    if has("userns") || has("rootless") {
        report.add("users", Verdict::Good, "doctor-users-good", &[], None)?;
    } else {
        report.add(
            "users",
            Verdict::Warning,
            "doctor-users-bad",
            &[],
            Some("doctor-users-remedy"),
        )?;
    }
    if info.disk_quota {
        report.add("disk", Verdict::Good, "doctor-disk-good", &[], None)
    } else {
        let arguments = [("storage", info.storage.as_str().into())];
        report.add(
            "disk",
            Verdict::Warning,
            "doctor-disk-bad",
            &arguments,
            Some("doctor-disk-remedy"),
        )
    }
}

async fn images(config: &Config, engine: &DockerEngine, report: &mut Report) -> anyhow::Result<()> {
    report.begin("images");
    let mut wanted: BTreeSet<String> = OWN_IMAGES.map(str::to_owned).into();
    wanted.insert(config.docker.platform_image.clone());
    let used = images::used(&config.scenarios);
    wanted.extend(used.images.into_keys());
    for folder in used.unreadable {
        let arguments = [("path", folder.display().to_string().into())];
        report.add(
            "images",
            Verdict::Warning,
            "doctor-scenario-bad",
            &arguments,
            Some("doctor-scenario-remedy"),
        )?;
    }
    let wanted: Vec<String> = wanted.into_iter().collect();
    let missing = engine.images_missing(&wanted).await?;
    if missing.is_empty() {
        report.add(
            "images",
            Verdict::Good,
            "doctor-images-good",
            &[("count", wanted.len().into())],
            None,
        )
    } else {
        let arguments = [("missing", missing.join(", ").into())];
        report.add(
            "images",
            Verdict::Bad,
            "doctor-images-bad",
            &arguments,
            Some("doctor-images-remedy"),
        )
    }
}

async fn tools(engine: &DockerEngine, report: &mut Report) -> anyhow::Result<()> {
    report.begin("tools");
    match engine.tools_volume().await {
        Ok(volume) => report.add(
            "tools",
            Verdict::Good,
            "doctor-tools-good",
            &[("volume", volume.into())],
            None,
        ),
        Err(error) => {
            let arguments = [("detail", error.to_string().into())];
            report.add(
                "tools",
                Verdict::Bad,
                "doctor-tools-bad",
                &arguments,
                Some("doctor-images-remedy"),
            )
        }
    }
}

async fn firewall(prober: &Prober, fix: bool, report: &mut Report) -> anyhow::Result<()> {
    report.begin("firewall");
    let before = prober.firewall().stands().await;
    let tried = if fix && before != Ok(true) {
        Some(prober.secure().await)
    } else {
        None
    };
    let now = if tried.is_some() {
        prober.firewall().stands().await
    } else {
        before
    };
    let remedy = Some("doctor-firewall-remedy");
    match (now, tried) {
        (Ok(true), None) => {
            report.add("firewall", Verdict::Good, "doctor-firewall-good", &[], None)
        }
        (Ok(true), Some(_)) => report.add(
            "firewall",
            Verdict::Fixed,
            "doctor-firewall-good",
            &[],
            None,
        ),
        (_, Some(Err(error))) | (Err(error), _) => {
            let arguments = [("detail", error.to_string().into())];
            report.add(
                "firewall",
                Verdict::Bad,
                "doctor-firewall-unknown",
                &arguments,
                remedy,
            )
        }
        (Ok(false), _) => report.add(
            "firewall",
            Verdict::Bad,
            "doctor-firewall-absent",
            &[],
            remedy,
        ),
    }
}

async fn isolation(prober: &Prober, report: &mut Report) -> anyhow::Result<()> {
    report.begin("isolation");
    report_isolation(
        prober.probe().await,
        Verdict::Bad,
        "doctor-isolation-remedy",
        report,
    )
}

/// Tells what the probe found; `open` is how bad it is where something was reached.
pub(super) fn report_isolation(
    found: Result<ProbeReport, ProbeError>,
    open: Verdict,
    remedy: &str,
    report: &mut Report,
) -> anyhow::Result<()> {
    let remedy = Some(remedy);
    match found {
        Ok(found) if found.reached.is_empty() => {
            let arguments = [("count", found.tried.len().into())];
            report.add(
                "isolation",
                Verdict::Good,
                "doctor-isolation-good",
                &arguments,
                None,
            )
        }
        Ok(found) => {
            let arguments = [("reached", some(&found.reached).into())];
            report.add(
                "isolation",
                open,
                "doctor-isolation-bad",
                &arguments,
                remedy,
            )
        }
        Err(error) => {
            let arguments = [("detail", error.to_string().into())];
            report.add(
                "isolation",
                Verdict::Bad,
                "doctor-isolation-unknown",
                &arguments,
                remedy,
            )
        }
    }
}

/// The first few of many: a host with a hundred gateways is open at each of them.
fn some(reached: &[String]) -> String {
    let shown = reached
        .get(..REACHED_SHOWN.min(reached.len()))
        .unwrap_or_default()
        .join(", ");
    match reached.len().saturating_sub(REACHED_SHOWN) {
        0 => shown,
        more => format!("{shown}, … (+{more})"),
    }
}
