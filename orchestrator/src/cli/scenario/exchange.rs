//! `thaotruong scenario import` and `export`: with other systems, and with other sites of one's own.

use std::path::PathBuf;

use clap::{Args, builder::PossibleValuesParser};

use super::{bundle, export, import};
use crate::{
    config::Config,
    locales::Locale,
    scenarios::{export::Target, import::Format},
};

/// What `scenario import` is asked.
#[derive(Args)]
#[command(
    after_help = "Mã thoát · exit code: 0 đã nhập, không có lỗi, hoặc đã có sẵn · taken in, no errors, or there already, 1 đã viết, còn lỗi phải sửa, hoặc từ chối gói · written, errors left to mend, or the bundle is refused, 2 không nhập được hoặc thư mục đã có · it could not be imported, or the folder exists"
)]
pub(in crate::cli) struct Import {
    /// Thư mục, tệp hoặc tệp zip của hệ thống khác · folder, file or zip file of another system
    #[arg(
        value_name = "PATH",
        required_unless_present = "bundle",
        conflicts_with = "bundle"
    )]
    path: Option<PathBuf>,
    /// Định dạng; mặc định nhận ra từ các tệp · format; recognised from the files where absent
    #[arg(long, value_name = "FORMAT", requires = "path", value_parser = PossibleValuesParser::new(Format::ALL.map(Format::name)))]
    from: Option<String>,
    /// Tên kịch bản; mặc định lấy từ nguồn · the scenario's name; made from the source where absent
    #[arg(long, value_name = "NAME", requires = "path")]
    id: Option<String>,
    /// Ảnh máy của nguồn và ảnh máy dùng thay · an image of the source and the one to use in its place
    #[arg(long = "image", value_name = "SOURCE=IMAGE", requires = "path", value_parser = import::image)]
    images: Vec<(String, String)>,
    /// Thư mục chứa, thay cho thư mục kịch bản đã cấu hình · parent folder, in place of the configured one
    #[arg(long, value_name = "FOLDER", requires = "path")]
    into: Option<PathBuf>,
    /// Tệp gói đã ký, kèm ảnh máy · a signed bundle with its images
    #[arg(long, value_name = "FILE")]
    bundle: Option<PathBuf>,
    /// Tin khóa ký này cho riêng lần nhập này · trust this signer, this once
    #[arg(long, value_name = "FINGERPRINT", requires = "bundle")]
    trust: Option<String>,
    /// Thay kịch bản và ảnh khác đang có · replace another scenario and other images that are there
    #[arg(long, requires = "bundle")]
    replace: bool,
    /// Chỉ nhập kịch bản, không đụng đến ảnh · take the scenario alone and leave images as they are
    #[arg(long, requires = "bundle")]
    without_images: bool,
    /// In JSON · print JSON
    #[arg(long)]
    json: bool,
}

/// What `scenario export` is asked.
#[derive(Args)]
#[command(
    after_help = "Mã thoát · exit code: 0 đã viết · written, 1 kịch bản có lỗi hoặc ảnh không đóng gói được · the scenario has errors or an image cannot be packed, 2 không viết được, thư mục đã có hoặc thiếu ảnh · it could not be written, the folder exists or an image is missing"
)]
pub(in crate::cli) struct Export {
    /// Tên kịch bản hoặc thư mục · the scenario's name or folder
    #[arg(value_name = "NAME")]
    scenario: PathBuf,
    /// Định dạng của hệ thống khác · another system's format
    #[arg(long, value_name = "FORMAT", required_unless_present = "bundle", conflicts_with = "bundle", requires = "into", value_parser = PossibleValuesParser::new(Target::ALL.map(Target::name)))]
    to: Option<String>,
    /// Thư mục mới để viết vào · the new folder to write
    #[arg(long, value_name = "PATH", requires = "to")]
    into: Option<PathBuf>,
    /// Tệp gói sẽ ghi, kèm ảnh máy · the bundle to write, with its images
    #[arg(long, value_name = "FILE")]
    bundle: Option<PathBuf>,
    /// Không kèm ảnh của chính nền tảng · leave out the images that the platform itself runs
    #[arg(long, requires = "bundle")]
    without_platform: bool,
    /// In JSON · print JSON
    #[arg(long)]
    json: bool,
}

impl Import {
    /// Imports; the configuration is read only where it is needed.
    pub(super) async fn run(
        self,
        load: impl Fn() -> anyhow::Result<Config>,
        locale: Locale,
    ) -> anyhow::Result<u8> {
        if let Some(bundle) = self.bundle {
            let taking = bundle::Import {
                bundle,
                trust: self.trust,
                replace: self.replace,
                without_images: self.without_images,
                json: self.json,
            };
            return Box::pin(taking.run(&load()?, locale)).await;
        }
        let foreign = import::Import {
            path: self.path.unwrap_or_default(),
            from: self.from,
            id: self.id,
            images: self.images,
            into: self.into,
            json: self.json,
        };
        foreign.run(|| Ok(load()?.scenarios), locale)
    }
}

impl Export {
    pub(super) async fn run(self, config: &Config, locale: Locale) -> anyhow::Result<u8> {
        if let Some(bundle) = self.bundle {
            let packing = bundle::Export {
                scenario: self.scenario,
                bundle,
                without_platform: self.without_platform,
                json: self.json,
            };
            return Box::pin(packing.run(config, locale)).await;
        }
        let foreign = export::Export {
            scenario: self.scenario,
            to: self.to.unwrap_or_default(),
            into: self.into.unwrap_or_default(),
            json: self.json,
        };
        foreign.run(config, locale)
    }
}
