//! Markdown of scenarios and white cell as markup: no raw HTML, no pictures, links only to the web.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd, html};

/// The markup of a text, safe to stand in a page.
pub(super) fn markup(text: &str) -> String {
    let parser = Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH);
    let safe = parser.filter_map(|event| match event {
        // What an author typed as HTML is shown as typed.
        Event::Html(text) | Event::InlineHtml(text) => Some(Event::Text(text)),
        Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => None,
        Event::Start(Tag::Link {
            dest_url,
            link_type,
            title,
            id,
        }) => {
            let fine = ["https://", "http://", "mailto:"]
                .iter()
                .any(|scheme| dest_url.starts_with(scheme));
            let dest_url = if fine { dest_url } else { "#".into() };
            Some(Event::Start(Tag::Link {
                link_type,
                dest_url,
                title,
                id,
            }))
        }
        other => Some(other),
    });
    let mut out = String::new();
    html::push_html(&mut out, safe);
    out
}

/// Words of a person as markup: escaped, each line a line.
pub(super) fn plain(text: &str) -> String {
    let paragraphs = text.split("\n\n").map(|part| {
        let lines: Vec<String> = part.lines().map(handlebars::html_escape).collect();
        format!("<p>{}</p>", lines.join("<br>"))
    });
    paragraphs.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_active_comes_through() {
        let text = "**đậm** <script>alert(1)</script> [x](javascript:alert(1)) ![p](https://evil.example/p.png)";
        let html = markup(text);
        assert!(html.contains("<strong>đậm</strong>"));
        assert!(
            !html.contains("<script") && !html.contains("javascript:") && !html.contains("<img"),
            "{html}"
        );
        assert_eq!(plain("a <b>\nc"), "<p>a &lt;b&gt;<br>c</p>");
    }
}
