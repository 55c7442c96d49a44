//! Shells that were made before anybody wanted them.

use std::collections::BTreeMap;

use thaotruong::{
    environments::Readying as _,
    scenarios::{self, Bundle, BundleFile, Definition},
};
use thaotruong_tests::scenario;

use super::*;

/// A scenario whose only machine is the workstation of these tests.
fn definition() -> Definition {
    let files = scenario::machines("one", &["workstation"], |_| "image: 'x:1'".to_owned());
    let files = files.map(|(path, text)| {
        let bytes = text.into_bytes();
        (path.to_owned(), BundleFile { bytes, mode: 0o644 })
    });
    let checked = scenarios::check(Bundle::from_files(BTreeMap::from(files)).unwrap());
    checked.definition.unwrap()
}

both_engines! {
async fn a_prepared_shell_waits_with_its_prompt_and_is_had_once(kind: Kind) {
    let ground = Ground::new(kind, "root").await;
    let (terminals, tasks) = ground.server();
    let environment = ground.plan.environment;
    terminals.ready(environment, 1, &definition()).await;
    let holders = "ls -d /dev/shm/.tt-* | wc -l";
    assert_eq!(ground.sh(holders).await.trim(), "1");
    ground.lab.engine.suspend(environment).await.unwrap();
    ground.lab.engine.resume(environment).await.unwrap();

    let mut first = Window::open(&terminals, &ground.access, Wish::default()).await;
    first.until("# ").await;
    assert_eq!(ground.sh(holders).await.trim(), "1", "nothing was made for the first");
    first.say("echo $((6*7)) $USER\n");
    first.until("42 root").await;
    let mut second = Window::open(&terminals, &ground.access, Wish::default()).await;
    second.say("echo $((7*7))\n");
    second.until("49").await;
    assert_ne!(first.session, second.session);
    assert_eq!(ground.sh(holders).await.trim(), "2");
    drop((first, second));

    // One that ended before somebody came is not handed out.
    terminals.ready(environment, 1, &definition()).await;
    ground.sh("/opt/thaotruong/busybox pkill -9 dtach; sleep 0.5").await;
    let mut third = Window::open(&terminals, &ground.access, Wish::default()).await;
    third.say("echo $((8*8))\n");
    third.until("64").await;
    drop(third);
    tasks.drain().await;
    ground.lab.down(&ground.plan).await;
}
}
