//! `thaotruong scenario export`, `import` and `trust`: scenarios with their images in one signed file, for sites
//! without a network.
//!
//! What was done goes to standard output, how far it is to standard error. Whoever kills a command runs it again: no
//! effect here needs a hand that cleans up.

mod show;

use std::{io::Write as _, path::PathBuf, sync::Arc};

use anyhow::Context as _;
use clap::Args;

use super::{FINE, UNABLE, WRONG, faultless, print_json, problems};
use crate::{
    cli::printed::{err, out},
    config::{Config, EngineKind},
    images::{self, Event, Images, Opened, PortableError, TrustList},
    journal::{PublicKey, Signer},
    locales::{Locale, text},
    scenarios::{self, Bundle},
};

use show::Show;

/// What `scenario export` is asked.
pub(super) struct Export {
    /// Tên kịch bản, hoặc thư mục · name of a scenario, or its folder
    pub(super) scenario: PathBuf,
    /// Tệp gói sẽ ghi · the bundle to write
    pub(super) bundle: PathBuf,
    /// Không kèm ảnh của chính nền tảng · leave out the images that the platform itself runs
    pub(super) without_platform: bool,
    /// In JSON · print JSON
    pub(super) json: bool,
}

/// What `scenario import` is asked.
pub(super) struct Import {
    /// Tệp gói · the bundle
    pub(super) bundle: PathBuf,
    /// Tin khóa ký này cho riêng lần nhập này · trust this signer, this once
    pub(super) trust: Option<String>,
    /// Thay kịch bản và ảnh khác đang có · replace another scenario and other images that are there
    pub(super) replace: bool,
    /// Chỉ nhập kịch bản, không đụng đến ảnh · take the scenario alone and leave images as they are
    pub(super) without_images: bool,
    /// In JSON · print JSON
    pub(super) json: bool,
}

/// What `scenario trust` is asked.
#[derive(Args)]
#[command(
    after_help = "Mã thoát · exit code: 0 xong · done, 1 không phải dấu vân tay, hoặc không có trong danh sách · no fingerprint, or not on the list, 2 không đọc hay ghi được · it could not be read or written"
)]
pub(in crate::cli) struct Trust {
    /// Dấu vân tay của khóa cần tin; không ghi thì liệt kê · fingerprint of a key to trust; lists them where absent
    #[arg(value_name = "FINGERPRINT")]
    fingerprint: Option<String>,
    /// Của ai · whose it is
    #[arg(long, default_value = "")]
    note: String,
    /// Thôi tin · trust it no more
    #[arg(long, requires = "fingerprint")]
    remove: bool,
    /// In JSON · print JSON
    #[arg(long)]
    json: bool,
}

impl Export {
    pub(super) async fn run(&self, config: &Config, locale: Locale) -> anyhow::Result<u8> {
        let definition = match faultless(&self.scenario, config, self.json, locale)? {
            Ok(definition) => definition,
            Err(code) => return Ok(code),
        };
        let signer = Signer::open(&config.data.join("keys")).context("the signing key")?;
        let show = Show::new(locale)?;
        let done = async {
            let images = Images::open(config).await?;
            let export = images::Export {
                definition: &definition,
                file: &self.bundle,
                signer: &signer,
                platform: !self.without_platform,
            };
            let watch = |event: &Event<'_>| show.event(event);
            images.export(export, &watch, &show.meter()).await
        };
        let done = Box::pin(done).await;
        show.end();
        let exported = match done {
            Ok(exported) => exported,
            Err(error) => return failed(&error, self.json, locale),
        };
        if self.json {
            print_json(&exported)?;
            return Ok(FINE);
        }
        let values = [
            ("file", self.bundle.display().to_string().into()),
            ("scenario", exported.scenario.as_str().into()),
            ("version", exported.version.to_string().into()),
            ("images", exported.images.len().into()),
            ("size", show::megabytes(locale, exported.bytes).into()),
            ("signer", exported.signer.as_str().into()),
        ];
        let said = text(locale, "portable-exported", &values);
        writeln!(out(), "{said}")?;
        Ok(FINE)
    }
}

impl Import {
    pub(super) async fn run(&self, config: &Config, locale: Locale) -> anyhow::Result<u8> {
        if let Some(given) = &self.trust
            && TrustList::fingerprint(given).is_none()
        {
            let values = [("given", given.as_str().into())];
            return refused(&text(locale, "portable-no-fingerprint", &values), self.json);
        }
        let opened = match Opened::open(&self.bundle) {
            Ok(opened) => Arc::new(opened),
            Err(error) => return failed(&error, self.json, locale),
        };
        if !self.trusts(opened.signer(), config)? {
            let values = [
                ("signer", opened.signer().fingerprint().into()),
                ("scenario", opened.manifest().scenario.id.as_str().into()),
            ];
            let said = text(locale, "portable-untrusted", &values);
            return refused(&said, self.json);
        }
        let show = Show::new(locale)?;
        let done = Box::pin(self.take(&opened, config, &show, locale)).await;
        show.end();
        let imported = match done? {
            Ok(imported) => imported,
            Err(Taken::Problem(error)) => return failed(&error, self.json, locale),
            Err(Taken::Faulty(code)) => return Ok(code),
        };
        if self.json {
            print_json(&imported)?;
        } else {
            show::imported(&imported, locale)?;
        }
        Ok(FINE)
    }

    /// Whether bundles of this signer are taken.
    fn trusts(&self, signer: &PublicKey, config: &Config) -> anyhow::Result<bool> {
        let fingerprint = signer.fingerprint();
        let once = self.trust.as_deref().and_then(TrustList::fingerprint);
        if once.as_ref() == Some(&fingerprint) || TrustList::new(&config.data).has(&fingerprint) {
            return Ok(true);
        }
        let own = Signer::find(&config.data.join("keys")).context("the signing key")?;
        Ok(own.is_some_and(|own| own.public_key() == signer))
    }

    async fn take(
        &self,
        opened: &Arc<Opened>,
        config: &Config,
        show: &Show,
        locale: Locale,
    ) -> anyhow::Result<Result<images::Imported, Taken>> {
        let (whole, meter) = (Arc::clone(opened), show.meter());
        let files = match tokio::task::spawn_blocking(move || whole.verify(&meter)).await? {
            Ok(files) => files,
            Err(error) => return Ok(Err(Taken::Problem(error))),
        };
        let mut checked = scenarios::check(Bundle::from_files(files.clone())?);
        let Some(definition) = checked.definition.take() else {
            show.end();
            problems::show(&mut err(), &self.bundle, &checked, locale)?;
            return Ok(Err(Taken::Faulty(WRONG)));
        };
        let images = if self.without_images {
            None
        } else {
            match Images::open(config).await {
                Ok(images) => Some(images),
                Err(error) => return Ok(Err(Taken::Problem(error.into()))),
            }
        };
        let import = images::Import {
            opened: Arc::clone(opened),
            files: &files,
            definition: &definition,
            scenarios: &config.scenarios,
            images: images.as_ref(),
            push: config.engine == EngineKind::Kubernetes,
            replace: self.replace,
        };
        let watch = |event: &Event<'_>| show.event(event);
        let imported = import.run(&watch, &show.meter()).await;
        Ok(imported.map_err(Taken::Problem))
    }
}

/// Why a bundle was not taken in.
enum Taken {
    Problem(PortableError),
    /// Its scenario has errors, which were said.
    Faulty(u8),
}

impl Trust {
    pub(super) fn run(&self, config: &Config, locale: Locale) -> anyhow::Result<u8> {
        let list = TrustList::new(&config.data);
        if let Some(given) = &self.fingerprint {
            let Some(fingerprint) = TrustList::fingerprint(given) else {
                let values = [("given", given.as_str().into())];
                return refused(&text(locale, "portable-no-fingerprint", &values), self.json);
            };
            let changed = if self.remove {
                list.remove(&fingerprint)
            } else {
                list.add(&fingerprint, &self.note).map(|()| true)
            };
            match changed {
                Ok(true) => {}
                Ok(false) => {
                    let values = [("signer", fingerprint.into())];
                    return refused(&text(locale, "portable-not-trusted", &values), self.json);
                }
                Err(error) => return failed(&error, self.json, locale),
            }
        }
        let trusted = match list.all() {
            Ok(trusted) => trusted,
            Err(error) => return failed(&error, self.json, locale),
        };
        // A list is looked at without making anything: the first export makes the key.
        let own = Signer::find(&config.data.join("keys")).context("the signing key")?;
        let own = own.map(|own| own.public_key().fingerprint());
        if self.json {
            print_json(&serde_json::json!({ "own": own, "trusted": trusted }))?;
            return Ok(FINE);
        }
        let mut out = out();
        let said = match own {
            Some(own) => text(locale, "portable-own-key", &[("signer", own.into())]),
            None => text(locale, "portable-no-own-key", &[]),
        };
        writeln!(out, "{said}")?;
        for key in trusted {
            writeln!(out, "{}  {}", key.fingerprint, key.note)?;
        }
        Ok(FINE)
    }
}

/// Says why something came to nothing.
fn failed(error: &PortableError, json: bool, locale: Locale) -> anyhow::Result<u8> {
    let said = error.say(locale);
    if error.is_refusal() {
        return refused(&said, json);
    }
    writeln!(err(), "{said}")?;
    Ok(UNABLE)
}

/// Says why what was looked at is not taken.
fn refused(said: &str, json: bool) -> anyhow::Result<u8> {
    if json {
        print_json(&serde_json::json!({ "refused": said }))?;
    } else {
        writeln!(err(), "{said}")?;
    }
    Ok(WRONG)
}
