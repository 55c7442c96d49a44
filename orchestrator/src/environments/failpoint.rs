//! Places where a test kills the program, to prove that the next run takes up what this one left.
//!
//! Compiled to nothing in a release.

/// Dies here, as by `kill -9`, where `THAOTRUONG_CRASH_AT` names this point.
#[cfg(debug_assertions)]
pub fn reach(point: &str) {
    if std::env::var("THAOTRUONG_CRASH_AT").is_ok_and(|wanted| wanted == point) {
        tracing::warn!(point, "dying as told");
        std::process::abort();
    }
}

/// Dies here in a build for tests; does nothing in this one.
#[cfg(not(debug_assertions))]
pub fn reach(_point: &str) {}
