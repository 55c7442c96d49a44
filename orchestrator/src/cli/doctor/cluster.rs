//! What is looked at where the engine is a Kubernetes cluster.

use std::sync::Arc;

use super::{
    Report, Verdict,
    checks::{engine_answers, report_isolation, runtime},
};
use crate::{
    clock::SystemClock,
    config::Config,
    environments::{ClusterProber, KubernetesEngine},
    ids::InstallationId,
};

/// Looks at the cluster: that it answers, what it cannot limit, whether machines' images can be had, and what gets out.
pub(super) async fn look(
    config: &Config,
    installation: InstallationId,
    report: &mut Report,
) -> anyhow::Result<()> {
    let engine = KubernetesEngine::new(&config.kubernetes, installation);
    let remedy = "doctor-cluster-remedy";
    let Some(info) = engine_answers(&engine, remedy, report).await? else {
        return Ok(());
    };
    let class = &config.kubernetes.runtime_class;
    runtime(class, &info, "doctor-cluster-runtime-remedy", report)?;
    let missing = [("missing", info.unlimited.join(", ").into())];
    let remedy = Some("doctor-cluster-limits-remedy");
    report.add(
        "limits",
        Verdict::Warning,
        "doctor-limits-bad",
        &missing,
        remedy,
    )?;
    if config.kubernetes.seccomp.is_empty() {
        let remedy = Some("doctor-cluster-seccomp-remedy");
        report.add(
            "seccomp",
            Verdict::Warning,
            "doctor-cluster-seccomp-usual",
            &[],
            remedy,
        )?;
    } else {
        let profile = [("profile", config.kubernetes.seccomp.as_str().into())];
        report.add(
            "seccomp",
            Verdict::Good,
            "doctor-cluster-seccomp-own",
            &profile,
            None,
        )?;
    }
    if config.kubernetes.registry.is_empty() {
        report.add(
            "images",
            Verdict::Warning,
            "doctor-cluster-images-local",
            &[],
            Some("doctor-cluster-images-remedy"),
        )?;
    } else {
        let registry = [("registry", config.kubernetes.registry.as_str().into())];
        report.add(
            "images",
            Verdict::Good,
            "doctor-cluster-images-registry",
            &registry,
            None,
        )?;
    }
    report.begin("isolation");
    let prober = ClusterProber::new(
        &config.kubernetes,
        installation,
        config.listen.port(),
        Arc::new(SystemClock),
    );
    // An administrator may decide to launch all the same: where it is open is worth knowing, not the end.
    report_isolation(
        prober.probe().await,
        Verdict::Warning,
        "doctor-cluster-isolation-remedy",
        report,
    )
}
