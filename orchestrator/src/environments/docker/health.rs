//! Health checks as a Docker Engine knows them: a scenario's, else the image's.

use std::time::Duration;

use bollard::{Docker, models::HealthConfig};

use crate::{
    environments::{
        bring_up::{self, SLOW},
        failure::EngineError,
        progress::Stage,
    },
    scenarios::{Healthcheck, PlannedNode},
};

use super::connection::{refused, status};

/// What an engine takes where an image names no times.
const USUAL_INTERVAL: Duration = Duration::from_secs(30);
const USUAL_RETRIES: i64 = 3;

/// The health check of `node`: the scenario's, else the image's, else none.
pub(super) async fn of(
    docker: &Docker,
    node: &PlannedNode,
) -> Result<Option<Healthcheck>, EngineError> {
    let check = match &node.healthcheck {
        Some(check) => Some(check.clone()),
        None => match docker.inspect_image(&node.image).await {
            Ok(image) => image
                .config
                .and_then(|config| config.healthcheck)
                .map(from_image),
            Err(error) if status(&error) == Some(404) => None,
            Err(error) => return Err(refused(error, Stage::Create, Some(&node.id))),
        },
    };
    Ok(check.filter(|check| bring_up::command(check).is_some()))
}

/// What the engine is told: the same check at a slow pace, or expressly none.
pub(super) fn for_engine(check: Option<&Healthcheck>) -> HealthConfig {
    let nanoseconds = |time: Duration| i64::try_from(time.as_nanos()).ok();
    match check {
        None => HealthConfig {
            test: Some(vec!["NONE".to_owned()]),
            ..HealthConfig::default()
        },
        Some(check) => HealthConfig {
            test: Some(check.test.clone()),
            interval: nanoseconds(check.interval.max(SLOW)),
            timeout: nanoseconds(check.timeout),
            retries: Some(check.retries),
            start_period: nanoseconds(check.start_period),
            start_interval: None,
        },
    }
}

fn from_image(config: HealthConfig) -> Healthcheck {
    let time = |nanoseconds: Option<i64>| {
        nanoseconds
            .and_then(|n| u64::try_from(n).ok())
            .filter(|n| *n > 0)
            .map(Duration::from_nanos)
    };
    Healthcheck {
        test: config.test.unwrap_or_default(),
        interval: time(config.interval).unwrap_or(USUAL_INTERVAL),
        timeout: time(config.timeout).unwrap_or(USUAL_INTERVAL),
        retries: config
            .retries
            .filter(|count| *count > 0)
            .unwrap_or(USUAL_RETRIES),
        start_period: time(config.start_period).unwrap_or_default(),
    }
}
