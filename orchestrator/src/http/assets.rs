//! Scripts, styles and fonts from `web/dist`, and their hashed names.
//!
//! In a release they are part of the binary; a debug build reads them from the folder, so that a new bundle shows at once.

use std::collections::HashMap;

use axum::{
    extract::Path,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use rust_embed::RustEmbed;
use serde::Deserialize;

/// A name with a hash never changes its content: a year is as long as caches keep anything.
const FOREVER: &str = "public, max-age=31536000, immutable";

#[derive(RustEmbed)]
#[folder = "../web/dist"]
#[allow_missing = true]
struct Bundle;

/// One entry of the bundler's manifest.
#[derive(Clone, Debug, Deserialize)]
struct Chunk {
    file: String,
    #[serde(default)]
    css: Vec<String>,
}

/// Where the bundle's entries are.
#[derive(Clone, Debug, Default)]
pub(super) struct Manifest(HashMap<String, Chunk>);

impl Manifest {
    /// Reads the manifest; without a bundle pages work bare.
    pub(super) fn load() -> Self {
        let Some(file) = Bundle::get("manifest.json") else {
            tracing::warn!("web/dist is missing: run `npm run build` in web/");
            return Self::default();
        };
        Self(serde_json::from_slice(&file.data).unwrap_or_default())
    }

    /// The script of an entry such as `src/app.ts`.
    pub(super) fn script(&self, entry: &str) -> Option<String> {
        self.0.get(entry).map(|chunk| format!("/{}", chunk.file))
    }

    /// The styles that an entry brings along.
    pub(super) fn styles(&self, entry: &str) -> Vec<String> {
        let styles = self
            .0
            .get(entry)
            .map(|chunk| chunk.css.as_slice())
            .unwrap_or_default();
        styles.iter().map(|file| format!("/{file}")).collect()
    }
}

/// Answers with a file of the bundle.
pub(super) async fn serve(Path(path): Path<String>) -> Response {
    let Some(file) = Bundle::get(&format!("assets/{path}")) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static(media_type(&path)),
        ),
        (header::CACHE_CONTROL, HeaderValue::from_static(FOREVER)),
    ];
    (headers, file.data).into_response()
}

/// Answers with the sign that browsers show beside a page's title.
pub(super) async fn icon() -> Response {
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("image/svg+xml"),
        ),
        (
            header::CACHE_CONTROL,
            HeaderValue::from_static("public, max-age=86400"),
        ),
    ];
    (headers, include_str!("../../../web/icon.svg")).into_response()
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, kind)| kind) {
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "woff2" => "font/woff2",
        "svg" => "image/svg+xml",
        "json" => "application/json",
        "wasm" => "application/wasm",
        _ => "application/octet-stream",
    }
}
