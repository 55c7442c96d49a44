//! To a registry and back: sent once, proven afterwards, refused in words that help.

use bollard::query_parameters::RemoveImageOptions;
use thaotruong::{
    images::{Event, Images, ImagesError},
    locales::Locale,
};

use crate::{
    folder::{Folder, Told, docker},
    registry::{ODD, RANGE, Registry, WRONG},
};

#[derive(Clone, Copy)]
enum Way {
    Push,
    Pull,
}

async fn send(
    folder: &Folder,
    registry: &Registry,
    credentials: String,
    way: Way,
) -> Result<Vec<String>, ImagesError> {
    let mut config = folder.config();
    config.kubernetes.registry = format!("{}/range", registry.address);
    config.kubernetes.registry_credentials = credentials;
    let images = Images::open(&config).await?;
    let told = Told::default();
    let watch = |event: &Event<'_>| told.hear(event);
    match way {
        Way::Push => images.push(&[], &watch).await?,
        Way::Pull => images.pull(&folder.names[..2], &watch).await?,
    }
    Ok(told.all())
}

#[tokio::test]
async fn what_the_registry_has_is_not_sent_again_and_what_it_lacks_comes_back() {
    let (mut folder, mut registry) = (Folder::new(), Registry::start());
    for name in folder.names.clone() {
        folder
            .names
            .push(format!("{}/range/{name}", registry.address));
    }
    folder.build().await.unwrap();
    let right = registry.credentials(RANGE);
    let push = send(&folder, &registry, right.clone(), Way::Push).await;
    assert_eq!(push.unwrap(), folder.both("pushed"));
    let push = send(&folder, &registry, right.clone(), Way::Push).await;
    assert_eq!(push.unwrap(), folder.both("present"));

    // A changed image goes, the other stays.
    folder.write("above", "file", "another");
    folder.build().await.unwrap();
    let push = send(&folder, &registry, right.clone(), Way::Push).await;
    let one_of_each = vec![
        format!("present {}", folder.below()),
        format!("pushed {}", folder.above()),
    ];
    assert_eq!(push.unwrap(), one_of_each);

    // A machine without sources, and without the images.
    let ids = [
        folder.id(folder.below()).await,
        folder.id(folder.above()).await,
    ];
    for name in folder.names.iter().rev() {
        docker()
            .await
            .remove_image(name, None::<RemoveImageOptions>, None)
            .await
            .unwrap();
    }
    assert_eq!(folder.id(folder.above()).await, None);
    let pull = send(&folder, &registry, right.clone(), Way::Pull).await;
    assert_eq!(pull.unwrap(), folder.both("pulled"));
    assert_eq!(
        [
            folder.id(folder.below()).await,
            folder.id(folder.above()).await
        ],
        ids
    );
    let pull = send(&folder, &registry, right.clone(), Way::Pull).await;
    assert_eq!(pull.unwrap(), folder.both("present"));

    registry.stop();
    let error = send(&folder, &registry, right, Way::Push)
        .await
        .unwrap_err();
    assert!(matches!(error, ImagesError::Registry { .. }), "{error:?}");
}

#[tokio::test]
async fn wrong_credentials_are_said_to_be_wrong() {
    let (mut folder, registry) = (Folder::new(), Registry::start());
    for name in folder.names.clone() {
        folder
            .names
            .push(format!("{}/range/{name}", registry.address));
    }
    folder.build().await.unwrap();
    for credentials in [registry.credentials(WRONG), registry.no_credentials()] {
        let error = send(&folder, &registry, credentials, Way::Push)
            .await
            .unwrap_err();
        assert!(
            matches!(error, ImagesError::Credentials { .. }),
            "{error:?}"
        );
        let said = error.say(Locale::Vi);
        assert!(
            said.contains(&registry.address) && said.contains("docker login"),
            "{said}"
        );
    }
    let missing = "/nonexistent/config.json".to_owned();
    let error = send(&folder, &registry, missing, Way::Push)
        .await
        .unwrap_err();
    assert!(matches!(error, ImagesError::Folder { .. }), "{error:?}");

    // A password whose letters need the last two digits of base64.
    let odd = registry.credentials(ODD);
    let error = send(&folder, &registry, odd, Way::Push).await.unwrap_err();
    assert!(matches!(error, ImagesError::Password(_)), "{error:?}");
}
