//! What an environment costs the program itself: ten thousand beside one thousand, over the engine in memory, whose calls
//! take as long as those of a real one took when they were measured alone.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use thaotruong::{
    environments::{MemoryEngine, Phase, memory::Operation},
    tasks::Tasks,
};

use crate::{
    report::{Goal, Table},
    site::Site,
};

const FEW: usize = 1_000;
const MANY: usize = 10_000;
/// As many engines' worth at once as ten thousand environments need.
const AT_ONCE: usize = 256;
/// How long nothing happens while the cost of keeping all is measured: longer than the time between two full listings.
const QUIET: Duration = Duration::from_secs(31);

/// Measured on Docker 20.10 with two processors.
const DELAYS: [(Operation, Duration); 5] = [
    (Operation::Network, Duration::from_millis(40)),
    (Operation::Create, Duration::from_millis(30)),
    (Operation::Start, Duration::from_millis(204)),
    (Operation::Observe, Duration::from_millis(3)),
    (Operation::Destroy, Duration::from_millis(300)),
];

struct Cost {
    made: Duration,
    made_processor: Duration,
    kept_processor: Duration,
    gone: Duration,
}

pub async fn measure(table: &mut Table) {
    let few = run(FEW).await;
    let many = run(MANY).await;
    let goal = Goal::AtMost(1.2);
    table.time(
        "one of 10,000 made (engine in memory), beside one of 1,000",
        goal,
        many.made,
        few.made,
    );
    table.time(
        "processor time of that",
        goal,
        many.made_processor,
        few.made_processor,
    );
    table.time(
        "processor time to keep one of 10,000 for 30 s",
        goal,
        many.kept_processor,
        few.kept_processor,
    );
    table.time("one of 10,000 taken away", goal, many.gone, few.gone);
}

async fn run(count: usize) -> Cost {
    let folder = tempfile::tempdir().expect("a folder");
    let tasks = Tasks::new();
    let engine = Arc::new(MemoryEngine::new());
    for (operation, delay) in DELAYS {
        engine.set_delay_of(operation, delay);
    }
    let site = Site::open(
        folder.path(),
        engine,
        &["desk", "portal"],
        AT_ONCE,
        "10.0.0.0/8",
    )
    .await;
    site.want(count).await;
    let each = u32::try_from(count).unwrap_or(u32::MAX);
    let (began, used) = (Instant::now(), processor());
    site.environments.start(&tasks);
    site.until_all(Phase::Ready).await;
    let (made, made_processor) = (
        began.elapsed() / each,
        processor().saturating_sub(used) / each,
    );
    let used = processor();
    tokio::time::sleep(QUIET).await;
    let kept_processor = processor().saturating_sub(used) / each;
    let began = Instant::now();
    site.let_go().await;
    site.until_all(Phase::Gone).await;
    let gone = began.elapsed() / each;
    tasks.drain().await;
    Cost {
        made,
        made_processor,
        kept_processor,
        gone,
    }
}

/// Processor time that this process has used, from the system's account in hundredths of a second.
fn processor() -> Duration {
    let text = std::fs::read_to_string("/proc/self/stat").expect("the system's account");
    // The name, in parentheses, may hold anything; user and system time are the 12th and 13th words after it.
    let (_, rest) = text.rsplit_once(')').expect("a name");
    let words = rest.split_whitespace().skip(11).take(2);
    let hundredths: u64 = words.filter_map(|word| word.parse::<u64>().ok()).sum();
    Duration::from_millis(hundredths * 10)
}
