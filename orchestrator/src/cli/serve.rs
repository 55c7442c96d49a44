//! `serve`: the range itself, until it is told to stop.

use std::{
    fs::{File, TryLockError},
    path::Path,
    sync::Arc,
    time::Duration,
};

use anyhow::Context;
use clap::Args;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tracing::info;

use super::{demo, platform::Platform};
use crate::{
    clock::{Clock, SystemClock},
    config::Config,
    http::{self, App, Services},
    random::{Random, SystemRandom},
    tasks::Tasks,
};

/// Options of `serve`.
#[derive(Args)]
pub(super) struct Serve {
    /// Tạo tỉnh mẫu và in mật khẩu · seed a fictional province and print its passwords
    #[arg(long)]
    demo: bool,
}

impl Serve {
    pub(super) async fn run(self, config: Config) -> anyhow::Result<u8> {
        std::fs::create_dir_all(&config.data).with_context(|| config.data.display().to_string())?;
        let _lock = lock(&config.data)?;
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let random: Arc<dyn Random> = Arc::new(SystemRandom);
        let tasks = Tasks::new();
        let platform = Platform::open(
            &config,
            &config.database_url(),
            &config.data.join("keys"),
            Arc::clone(&clock),
            Arc::clone(&random),
            &tasks,
        )
        .await?;
        let app = App::new(Services {
            db: platform.database.clone(),
            config: config.clone(),
            clock: Arc::clone(&clock),
            random,
            tasks: tasks.clone(),
            journal: platform.journal.clone(),
            environments: platform.environments.clone(),
            exercises: platform.exercises.clone(),
            rehearsals: platform.rehearsals.clone(),
        })?;
        if self.demo {
            demo::seed(&config, &platform, &app.accounts)
                .await
                .context("the demo province")?;
        }
        platform.start(&tasks);
        let stop = tasks.token();
        tasks.spawn("signals", async move {
            if let Err(error) = stop_signal().await {
                tracing::error!(%error, "signals cannot be received");
            }
            info!("stopping");
            stop.cancel();
        });
        tasks.spawn("clock", watch_clock(tasks.token()));
        let served = http::serve(app).await;
        tasks.drain().await;
        platform.database.close().await;
        served?;
        anyhow::ensure!(
            !tasks.is_broken(),
            "một phần của máy chủ đã hỏng, xem nhật ký · a part of the server broke, see its log"
        );
        Ok(super::FINE)
    }
}

/// How often the machine's clock is compared, and how far it may stand apart before that is said.
const COMPARE: Duration = Duration::from_mins(5);
const DRIFT: Duration = Duration::from_mins(1);

/// The server keeps the time with which it began; somebody should hear that the machine's own was set since.
async fn watch_clock(stop: CancellationToken) {
    while stop
        .run_until_cancelled(tokio::time::sleep(COMPARE))
        .await
        .is_some()
    {
        let drift = SystemClock.drift();
        if drift > DRIFT {
            tracing::warn!(
                seconds = drift.as_secs(),
                "the machine's clock was set since the start; restart when no exercise runs to take its time over"
            );
        }
    }
}

/// Keeps a second server off the data folder; the system lets go of the lock however this process ends.
pub(super) fn lock(folder: &Path) -> anyhow::Result<File> {
    let path = folder.join("lock");
    let file = File::create(&path).with_context(|| path.display().to_string())?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => anyhow::bail!(
            "thư mục dữ liệu {0} đang được một máy chủ khác sử dụng; hãy dừng máy chủ đó hoặc đặt THAOTRUONG_DATA khác · \
             another server uses the data folder {0}; stop it or set another THAOTRUONG_DATA",
            folder.display()
        ),
        Err(TryLockError::Error(error)) => Err(error).with_context(|| path.display().to_string()),
    }
}

async fn stop_signal() -> std::io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}
