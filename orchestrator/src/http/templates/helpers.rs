//! What templates can call: messages, icons, numbers, times, assets. Nothing here reads files, requests or the clock.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock},
    time::Duration,
};

use handlebars::{
    Context, Handlebars, Helper, HelperDef, HelperResult, Output, RenderContext, RenderError,
    RenderErrorReason, ScopedJson,
};
use serde_json::Value as Json;

use super::Manifest;
use crate::{
    clock::Timestamp,
    locales::{self, Locale, Value},
};

/// The drawings of `web/icons.svg`: view box and content by name.
static ICONS: LazyLock<HashMap<&'static str, (&'static str, &'static str)>> = LazyLock::new(|| {
    let sprite = include_str!("../../../../web/icons.svg");
    sprite
        .split("<symbol ")
        .skip(1)
        .filter_map(|symbol| {
            let (head, rest) = symbol.split_once('>')?;
            let content = rest.split_once("</symbol>")?.0;
            Some((
                attribute(head, "id=\"")?,
                (attribute(head, "viewBox=\"")?, content),
            ))
        })
        .collect()
});

fn attribute<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.split_once(name)?
        .1
        .split_once('"')
        .map(|(value, _)| value)
}

/// Registers all helpers for a language.
pub(super) fn register(
    registry: &mut Handlebars<'static>,
    locale: Locale,
    manifest: &Arc<Manifest>,
) {
    computed(registry, "t", move |helper| message(locale, helper));
    registry.register_helper("icon", Box::new(icon));
    registry.register_helper("state", Box::new(state));
    // `{{script "src/app.ts"}}` and `{{#each (styles "src/app.ts")}}`: the addresses of an entry's script and styles.
    let scripts = Arc::clone(manifest);
    computed(registry, "script", move |helper| {
        Ok(Json::from(
            scripts.script(first(helper)).unwrap_or_default(),
        ))
    });
    let styles = Arc::clone(manifest);
    computed(registry, "styles", move |helper| {
        Ok(Json::from(styles.styles(first(helper))))
    });
    text(registry, "number", move |value| {
        Some(locales::number(locale, value.as_i64()?))
    });
    text(registry, "percent", move |value| {
        Some(locales::percent(locale, value.as_f64()?))
    });
    text(registry, "decimal", move |value| {
        Some(locales::decimal(locale, value.as_f64()?, 1))
    });
    text(registry, "date", move |value| {
        Some(locales::date(locale, Timestamp(value.as_i64()?).day()))
    });
    text(registry, "time", move |value| {
        Some(locales::time(Timestamp(value.as_i64()?)))
    });
    text(registry, "datetime", move |value| {
        Some(locales::date_time(locale, Timestamp(value.as_i64()?)))
    });
    text(registry, "clock", move |value| {
        Some(locales::clock(Duration::from_secs(seconds(value)?)))
    });
    text(registry, "length", move |value| {
        Some(locales::length(
            locale,
            Duration::from_secs(seconds(value)?),
        ))
    });
    text(registry, "ago", move |value| {
        Some(locales::ago(locale, Duration::from_secs(seconds(value)?)))
    });
    text(registry, "initials", move |value| {
        Some(initials(value.as_str()?))
    });
    text(registry, "pad", move |value| {
        Some(format!("{:02}", value.as_i64()?))
    });
}

fn seconds(value: &Json) -> Option<u64> {
    Some(u64::try_from(value.as_i64()?).unwrap_or(0))
}

/// A helper that gives a value, computed from how it was called.
struct Computed<F>(F);

impl<F> HelperDef for Computed<F>
where
    F: Fn(&Helper<'_>) -> Result<Json, RenderError> + Send + Sync,
{
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        self.0(helper).map(ScopedJson::Derived)
    }
}

/// Registers a helper that gives a value.
fn computed(
    registry: &mut Handlebars<'static>,
    name: &'static str,
    compute: impl Fn(&Helper<'_>) -> Result<Json, RenderError> + Send + Sync + 'static,
) {
    registry.register_helper(name, Box::new(Computed(compute)));
}

/// Registers a helper of one value that gives text; nothing gives a dash.
fn text(
    registry: &mut Handlebars<'static>,
    name: &'static str,
    format: impl Fn(&Json) -> Option<String> + Send + Sync + 'static,
) {
    computed(registry, name, move |helper| {
        let value = helper
            .param(0)
            .ok_or(RenderErrorReason::ParamNotFoundForIndex(name, 0))?
            .value();
        if value.is_null() {
            return Ok(Json::from("–"));
        }
        let formatted = format(value);
        let formatted = formatted
            .ok_or_else(|| RenderErrorReason::Other(format!("{name} cannot show {value}")))?;
        Ok(Json::from(formatted))
    });
}

/// The first argument as text; empty where there is none.
fn first<'a>(helper: &'a Helper<'_>) -> &'a str {
    let value = helper.param(0).and_then(|name| name.value().as_str());
    value.unwrap_or_default()
}

/// `{{t "message-id" name=value}}`
fn message(locale: Locale, helper: &Helper<'_>) -> Result<Json, RenderError> {
    let id = helper
        .param(0)
        .and_then(|id| id.value().as_str())
        .ok_or(RenderErrorReason::ParamNotFoundForIndex("t", 0))?;
    let arguments: Vec<(&str, Value<'_>)> = helper
        .hash()
        .iter()
        .map(|(name, value)| {
            let value = match value.value() {
                Json::Number(number) => Value::Number(number.as_f64().unwrap_or_default()),
                Json::String(text) => Value::from(text.as_str()),
                Json::Null => Value::from("–"),
                other => Value::from(other.to_string()),
            };
            (*name, value)
        })
        .collect();
    Ok(Json::from(locales::text(locale, id, &arguments)))
}

/// `{{icon "flag"}}`: the drawing itself, so that styles reach its parts. Icons stand beside words, never for them.
fn icon(
    helper: &Helper<'_>,
    _: &Handlebars<'_>,
    _: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> HelperResult {
    let name = first(helper);
    let (view, content) = ICONS
        .get(name)
        .ok_or_else(|| RenderErrorReason::Other(format!("there is no icon `{name}`")))?;
    // Attributes give the size where styles do not reach: within another drawing.
    let class = if name == "brand" {
        "mark-brand"
    } else {
        "icon\" width=\"16\" height=\"16"
    };
    out.write(&format!(
        "<svg class=\"{class}\" viewBox=\"{view}\" aria-hidden=\"true\">{content}</svg>"
    ))?;
    Ok(())
}

/// `{{state page.environment}}`: shape, word and colour of a state, always together.
fn state(
    helper: &Helper<'_>,
    _: &Handlebars<'_>,
    _: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> HelperResult {
    let state = helper.param(0).map(handlebars::PathAndJson::value);
    let field = |name: &str| {
        state
            .and_then(|state| state.get(name))
            .and_then(Json::as_str)
            .unwrap_or_default()
    };
    let (kind, word) = (field("kind"), handlebars::html_escape(field("text")));
    let name = format!("s-{kind}");
    let (view, content) = ICONS
        .get(name.as_str())
        .ok_or_else(|| RenderErrorReason::Other(format!("there is no state `{kind}`")))?;
    let class = helper
        .hash_get("class")
        .and_then(|class| class.value().as_str())
        .unwrap_or("state");
    out.write(&format!(
        "<span class=\"{class}\" data-state=\"{kind}\"><svg class=\"icon\" viewBox=\"{view}\" \
         aria-hidden=\"true\">{content}</svg>{word}</span>"
    ))?;
    Ok(())
}

/// The first letters of the given name's and the family name's last words: `Nguyễn Thị An` gives `NA`.
fn initials(name: &str) -> String {
    let mut words = name.split_whitespace();
    let first = words.next().and_then(|word| word.chars().next());
    let last = words.next_back().and_then(|word| word.chars().next());
    first
        .into_iter()
        .chain(last)
        .flat_map(char::to_uppercase)
        .collect()
}
