//! Building: what has changed, in the order in which images stand on each other, by the engine's own builder.

use std::{
    collections::{BTreeSet, HashMap, VecDeque},
    time::Instant,
};

use bollard::{
    body_full,
    query_parameters::{BuildImageOptionsBuilder, PruneImagesOptionsBuilder},
};
use futures_util::StreamExt as _;

use super::{
    CONTENT, Event, Images, ImagesError, Watch, content_of, error,
    folder::{self, Source},
    lock, network, whole_name,
};

/// Lines of a build's output that are kept for whoever has to find out why it failed.
const LOG_LINES: usize = 60;
/// Characters of a line that are kept.
const LINE_LIMIT: usize = 400;

impl Images {
    /// Builds the images called `names` (all where there are none) and what they stand on, as far as anything of them
    /// has changed; where `anew`, everything, without the engine's memory of earlier steps.
    ///
    /// Dropping the future ends the build under way; its tag then names what it named before.
    ///
    /// # Errors
    /// What cannot be read, or the step that failed.
    pub async fn build(
        &self,
        names: &[String],
        anew: bool,
        watch: Watch<'_>,
    ) -> Result<(), ImagesError> {
        let wanted = wanted(folder::read(&self.sources)?, names)?;
        let _lock = lock::take(watch).await?;
        let mut network = None;
        for source in &wanted {
            let content = source.content(&self.ids(source).await?)?;
            let image = source.image();
            let built = self.inspect(&image).await?;
            if !anew && built.as_ref().and_then(content_of) == Some(content.as_str()) {
                watch(&Event::Unchanged { image: &image });
                continue;
            }
            let network = match (network, source.bases.first()) {
                (Some(known), _) => known,
                (None, None) => "default",
                (None, Some(base)) => {
                    *network.insert(network::of_builds(&self.docker, base).await?)
                }
            };
            self.build_one(source, &content, network, anew, watch)
                .await?;
            // At once, so that no more than one image's worth of what was replaced stands about.
            self.clear().await;
        }
        Ok(())
    }

    /// The hashes of the images that `source` stands on. Its parents are built by now; of others, one that is missing is
    /// asked of a registry.
    async fn ids(&self, source: &Source) -> Result<Vec<String>, ImagesError> {
        let mut ids = Vec::new();
        for base in &source.bases {
            if let Some(id) = self.id(base).await? {
                ids.push(id);
                continue;
            }
            let missing = |detail: String| ImagesError::Base {
                base: base.clone(),
                image: source.image(),
                detail,
            };
            self.fetch(base, None, &mut |_, _| {})
                .await
                .map_err(|error| missing(error::words(&error)))?;
            ids.push(self.id(base).await?.ok_or_else(|| missing(String::new()))?);
        }
        for parent in &source.parents {
            let image = whole_name(parent);
            let id = self.id(&image).await?;
            ids.push(id.ok_or(ImagesError::Unknown(image))?);
        }
        Ok(ids)
    }

    async fn build_one(
        &self,
        source: &Source,
        content: &str,
        network: &str,
        anew: bool,
        watch: Watch<'_>,
    ) -> Result<(), ImagesError> {
        let image = source.image();
        let options = BuildImageOptionsBuilder::default()
            .t(&image)
            .networkmode(network)
            .labels(&HashMap::from([(CONTENT, content)]))
            .nocache(anew)
            .rm(true)
            .forcerm(true)
            .build();
        let began = Instant::now();
        let body = body_full(source.pack()?.into());
        let mut output = self.docker.build_image(options, None, Some(body));
        let mut log = VecDeque::new();
        let mut step = String::new();
        let failed = |step: &str, detail: String, log: VecDeque<String>| ImagesError::Step {
            image: image.clone(),
            step: step.to_owned(),
            detail,
            log: log.into(),
        };
        while let Some(part) = output.next().await {
            let said = match part {
                Ok(part) => part.stream.or(part.status).unwrap_or_default(),
                Err(error) => return Err(failed(&step, error::words(&error), log)),
            };
            for line in lines(&said) {
                if let Some((number, steps, text)) = step_of(&line) {
                    step = format!("{number}/{steps}: {text}");
                    watch(&Event::Step {
                        image: &image,
                        step: number,
                        steps,
                        text,
                    });
                }
                log.push_back(line);
                if log.len() > LOG_LINES {
                    log.pop_front();
                }
            }
        }
        // An engine that goes away in between ends its answer without a word.
        match self.inspect(&image).await? {
            Some(built) if content_of(&built) == Some(content) => {
                watch(&Event::Built {
                    image: &image,
                    id: built.id.as_deref().unwrap_or_default(),
                    size: built
                        .size
                        .and_then(|size| size.try_into().ok())
                        .unwrap_or_default(),
                    seconds: began.elapsed().as_secs(),
                });
                Ok(())
            }
            _ => Err(failed(&step, "the engine broke off".to_owned(), log)),
        }
    }

    /// Takes away what builds and pushes replaced; what a container still uses stays.
    pub(super) async fn clear(&self) {
        let filters = HashMap::from([("dangling", vec!["true"]), ("label", vec![CONTENT])]);
        let options = PruneImagesOptionsBuilder::default()
            .filters(&filters)
            .build();
        // Only room on the disk; the next build tries again.
        let _ = self.docker.prune_images(Some(options)).await;
    }
}

/// Those of `sources` that `names` name and that these stand on; all where no name is given.
fn wanted(sources: Vec<Source>, names: &[String]) -> Result<Vec<Source>, ImagesError> {
    if let Some(unknown) = names.iter().find(|name| {
        !sources
            .iter()
            .any(|source| source.image() == whole_name(name))
    }) {
        return Err(ImagesError::Unknown(unknown.clone()));
    }
    let mut needed: BTreeSet<String> = BTreeSet::new();
    // Backwards: whatever stands on an image comes after it.
    for source in sources.iter().rev() {
        let asked = names.iter().any(|name| source.image() == whole_name(name));
        if names.is_empty() || asked || needed.contains(&source.name) {
            needed.insert(source.name.clone());
            needed.extend(source.parents.iter().cloned());
        }
    }
    Ok(sources
        .into_iter()
        .filter(|source| needed.contains(&source.name))
        .collect())
}

/// Lines of the builder's output, without what would speak to a terminal.
fn lines(said: &str) -> Vec<String> {
    said.split(['\n', '\r'])
        .map(|line| {
            line.chars()
                .filter(|c| !c.is_control())
                .take(LINE_LIMIT)
                .collect::<String>()
        })
        .filter(|line| !line.trim().is_empty())
        .collect()
}

/// Number, count and instruction where the builder says that a step begins: `Step 3/7 : RUN …`.
fn step_of(line: &str) -> Option<(usize, usize, &str)> {
    let (numbers, text) = line.strip_prefix("Step ")?.split_once(" : ")?;
    let (number, count) = numbers.split_once('/')?;
    Some((number.parse().ok()?, count.parse().ok()?, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_builder_s_words_are_understood() {
        assert_eq!(
            step_of("Step 3/7 : RUN set -eu; x"),
            Some((3, 7, "RUN set -eu; x"))
        );
        assert_eq!(step_of("Step aside : please"), None);
        assert_eq!(lines("\u{1b}[31ma\r\nb\n\n"), ["[31ma", "b"]);
    }
}
