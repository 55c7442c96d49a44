//! Pages: each has one typed context and one render function; handlers beside them fill the context from the services.

pub mod account;
pub mod home;
pub mod preferences;
pub mod sign_in;

mod frame;

use axum::response::Html;
use serde::Serialize;

pub use frame::Frame;

use super::{App, AppError, Visitor};

/// What a template sees: the frame around every page, and the page itself.
#[derive(Serialize)]
struct View<'a, P> {
    frame: &'a Frame,
    page: &'a P,
}

/// Renders `template` for `visitor`; `place` is the entry of the navigation that it belongs to.
pub(super) fn render<P: Serialize>(
    app: &App,
    visitor: &Visitor,
    template: &str,
    place: &str,
    page: &P,
) -> Result<Html<String>, AppError> {
    let frame = Frame::new(visitor, place);
    Ok(Html(app.templates.render(
        visitor.locale,
        template,
        &View {
            frame: &frame,
            page,
        },
    )?))
}
