//! What has not changed is not built, and what is not complete has no name.

use std::time::Duration;

use bollard::query_parameters::ListContainersOptionsBuilder;
use thaotruong::images::{Event, ImagesError, State};
use tokio::sync::Notify;

use crate::folder::{Folder, docker};

#[tokio::test]
async fn only_what_has_changed_is_built() {
    let folder = Folder::new();
    assert_eq!(folder.build().await.unwrap(), folder.both("built"));
    assert_eq!(folder.build().await.unwrap(), folder.both("unchanged"));

    folder.write("above", "file", "another");
    let one_of_each = vec![
        format!("unchanged {}", folder.below()),
        format!("built {}", folder.above()),
    ];
    assert_eq!(folder.build().await.unwrap(), one_of_each);

    // What stands on a changed image changes with it.
    folder.write("below", "file", "another");
    assert_eq!(folder.build().await.unwrap(), folder.both("built"));
}

#[tokio::test]
async fn the_list_tells_how_each_stands_to_its_sources() {
    let folder = Folder::new();
    let images = folder.images().await;
    let states = async || -> Vec<(String, State)> {
        let listed = images.list().await.unwrap();
        let ours = listed
            .into_iter()
            .filter(|it| folder.names.contains(&it.image));
        ours.map(|it| (it.image, it.state)).collect()
    };
    let both = |state| {
        vec![
            (folder.below().to_owned(), state),
            (folder.above().to_owned(), state),
        ]
    };
    assert_eq!(states().await, both(State::Missing));
    folder.build().await.unwrap();
    assert_eq!(states().await, both(State::Current));
    folder.write("below", "file", "another");
    assert_eq!(states().await, both(State::Stale));

    let listed = images.list().await.unwrap();
    let above = listed.iter().find(|it| it.image == folder.above()).unwrap();
    assert_eq!(
        above.own_size,
        Some(32),
        "its one file, beyond what it stands on"
    );
    assert_eq!(above.size, Some(64));
    assert!(above.built.is_some() && above.content.is_some());
}

#[tokio::test]
async fn a_step_that_fails_is_named_and_the_tag_stays() {
    let folder = Folder::new();
    folder.build().await.unwrap();
    let before = folder.id(folder.above()).await;
    let broken = format!(
        "FROM {}\nCOPY --from=thaotruong/platform:1 /opt /opt\n\
         RUN [\"/opt/thaotruong/busybox\", \"sh\", \"-c\", \"echo so it goes; exit 3\"]\n",
        folder.below()
    );
    folder.write("above", "Dockerfile", &broken);
    let error = folder.build().await.unwrap_err();
    let ImagesError::Step {
        image, step, log, ..
    } = &error
    else {
        panic!("{error:?}");
    };
    assert_eq!(image, folder.above());
    assert!(step.starts_with("3/4: RUN "), "{step}");
    assert!(log.iter().any(|line| line == "so it goes"), "{log:?}");
    assert_eq!(folder.id(folder.above()).await, before);

    // And the next build is as if that had never been.
    folder.write(
        "above",
        "Dockerfile",
        &format!("FROM {}\nCOPY file /above\n", folder.below()),
    );
    assert_eq!(folder.build().await.unwrap(), folder.both("unchanged"));
}

#[tokio::test]
async fn an_interrupted_build_leaves_nothing() {
    let folder = Folder::new();
    folder.build().await.unwrap();
    let before = folder.id(folder.above()).await;
    let endless = format!(
        "FROM thaotruong/platform:1\nENV MARK={}\nRUN [\"/opt/thaotruong/busybox\", \"sleep\", \"3600\"]\n",
        folder.above()
    );
    folder.write("above", "Dockerfile", &endless);
    let begun = Notify::new();
    let watch = |event: &Event<'_>| {
        if matches!(event, Event::Step { step: 3, .. }) {
            begun.notify_one();
        }
    };
    let images = folder.images().await;
    tokio::select! {
        done = images.build(&[], false, &watch) => panic!("it ended: {done:?}"),
        () = begun.notified() => {}
    }
    // The engine ends and removes the container of the step under way.
    until(async || !sleeps(folder.above()).await).await;
    assert_eq!(folder.id(folder.above()).await, before);
}

/// Whether a container of a build sleeps for the image called `mark`.
async fn sleeps(mark: &str) -> bool {
    let docker = docker().await;
    let options = ListContainersOptionsBuilder::default().all(true).build();
    for container in docker.list_containers(Some(options)).await.unwrap() {
        let id = container.id.unwrap_or_default();
        // It may go in between.
        let Ok(found) = docker.inspect_container(&id, None).await else {
            continue;
        };
        let env = found
            .config
            .and_then(|config| config.env)
            .unwrap_or_default();
        if env.contains(&format!("MARK={mark}")) {
            return true;
        }
    }
    false
}

async fn until(holds: impl AsyncFn() -> bool) {
    for _ in 0..600 {
        if holds().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("it did not come about");
}
