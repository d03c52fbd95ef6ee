//! Formats a conversation as one HTML page without scripts and external resources.

use std::fmt::Write;

use papo_shared::model::{Entry, Message};

use super::output_entry::message;
use super::text::{Style, cleaned, reactions};

/// The style sheet, with a light and a dark colour scheme.
const STYLE_SHEET: &str = "
:root { color-scheme: light dark; --dim: #6b7280; --line: #d1d5db; --own: #1d4ed8; }
@media (prefers-color-scheme: dark) { :root { --dim: #9ca3af; --line: #374151; --own: #93c5fd; } }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 48rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; }
h2 { font-size: 0.9rem; font-weight: normal; color: var(--dim); text-align: center; border-top: 1px solid var(--line);
  margin: 2rem 0 1rem; padding-top: 0.5rem; }
article, p { margin: 0.4rem 0; }
article > b { color: var(--own); }
time, p, small { color: var(--dim); font-size: 0.85rem; }
div { white-space: pre-wrap; overflow-wrap: anywhere; }
:target { outline: 2px solid var(--own); outline-offset: 4px; }
";

/// Generates the page in pieces.
pub(super) struct Html<'a> {
    style: Style<'a>,
    title: &'a str,
    /// The date of the last entry, as written.
    day: Option<String>,
}

impl<'a> Html<'a> {
    pub(super) fn new(style: Style<'a>, title: &'a str) -> Self {
        Self { style, title, day: None }
    }

    /// Everything before the first entry.
    pub(super) fn beginning(&self) -> String {
        let (language, title) = (self.style.translations.get("language"), escaped(self.title));
        format!(
            "<!doctype html>\n<html lang=\"{language}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
             <meta name=\"viewport\" content=\"width=device-width\">\n\
             <title>{title}</title>\n<style>{STYLE_SHEET}</style>\n</head>\n<body>\n<h1>{title}</h1>\n"
        )
    }

    /// One entry, preceded by its date if that differs from the date of the previous one.
    pub(super) fn entry(&mut self, entry: &Entry) -> String {
        let mut html = String::new();
        let when = self.style.time(entry.at);
        let (day, clock) = when.split_once(' ').unwrap_or((&when, ""));
        if self.day.as_deref() != Some(day) {
            let _ = writeln!(html, "<h2>{day}</h2>");
            self.day = Some(day.to_owned());
        }
        let seq = entry.seq;
        let _ = match message(entry) {
            Some(message) if !message.deleted => {
                let (head, text) = (self.head(entry, message, clock), escaped(message.text.as_str()));
                let reactions = match message.reactions.as_slice() {
                    [] => String::new(),
                    _ => format!("<small>{}</small>", escaped(&reactions(message))),
                };
                writeln!(html, "<article id=\"m{seq}\">{head}<div dir=\"auto\">{text}</div>{reactions}</article>")
            }
            _ => writeln!(html, "<p id=\"m{seq}\"><time>{clock}</time> {}</p>", escaped(&self.style.describe_change(entry))),
        };
        html
    }

    /// Author, time, reply and edit mark of a message.
    fn head(&self, entry: &Entry, message: &Message, clock: &str) -> String {
        let mut head = format!("<b><bdi>{}</bdi></b> <time>{clock}</time>", escaped(entry.author.as_str()));
        if let Some(reply_to) = &message.reply_to {
            let _ = write!(head, " <a href=\"#m{}\">↳ <bdi>{}</bdi></a>", reply_to.seq, escaped(reply_to.author.as_str()));
        }
        if message.edited_at.is_some() {
            let _ = write!(head, " <small>({})</small>", escaped(&self.style.edited()));
        }
        head
    }

    /// Everything after the last entry.
    pub(super) fn end(&self) -> String {
        "</body>\n</html>\n".to_owned()
    }
}

/// Escapes text for an element or an attribute.
fn escaped(text: &str) -> String {
    let lines: Vec<_> = text.split('\n').map(cleaned).collect();
    let mut escaped = String::with_capacity(text.len());
    for c in lines.join("\n").chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use papo_shared::model::Entry;
    use serde_json::{Value, json};

    use super::Html;
    use crate::scripting::text::Style;
    use crate::translations::{Language, Translations};

    /// Checks the HTML of a message that is not the first of its day. `fields` are added to its JSON form.
    #[track_caller]
    fn check(fields: Value, expected: &str) {
        let mut message = json!({"seq": 5, "at": 0, "author": "bia", "kind": "message", "text": "oi"});
        message["client_id"] = "019a7c2e-5f00-7a10-8b1c-3d5e7f901234".into();
        message.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        let message: Entry = serde_json::from_value(message).unwrap();
        let (translations, zone) = (Translations::of(Language::En), TimeZone::UTC);
        let mut html = Html::new(Style { translations: &translations, zone: &zone, with_address: false }, "@bia");
        assert!(html.entry(&message).starts_with("<h2>1970-01-01</h2>\n"));
        assert_eq!(html.entry(&message), format!("{expected}\n"));
    }

    #[test]
    fn messages_are_formatted_in_their_current_state() {
        let head = "<article id=\"m5\"><b><bdi>bia</bdi></b> <time>00:00</time>";
        let end = "<div dir=\"auto\">oi</div></article>";
        check(json!({}), &format!("{head}{end}"));
        let link = "<a href=\"#m3\">↳ <bdi>ana</bdi></a>";
        check(json!({"reply_to": {"seq": 3, "author": "ana"}}), &format!("{head} {link}{end}"));
        check(json!({"edited_at": 1}), &format!("{head} <small>(edited)</small>{end}"));
        let reacted = "<div dir=\"auto\">oi</div><small>👍 2</small></article>";
        check(json!({"reactions": [{"emoji": "👍", "count": 2}]}), &format!("{head}{reacted}"));
        let gone = "<p id=\"m5\"><time>00:00</time> bia deleted this message</p>";
        check(json!({"deleted": true, "text": ""}), gone);
    }

    #[test]
    fn names_and_emoji_are_escaped() {
        let bad = "<b onclick='x'>\"&";
        let good = "&lt;b onclick=&#39;x&#39;&gt;&quot;&amp;";
        let fields = json!({"author": bad, "reply_to": {"seq": 3, "author": bad}, "reactions": [{"emoji": bad, "count": 1}]});
        let who = format!("<b><bdi>{good}</bdi></b> <time>00:00</time> <a href=\"#m3\">↳ <bdi>{good}</bdi></a>");
        // An overlong emoji is truncated when it is decoded.
        let emoji = "&lt;b onclick=&#39;x&#39;&gt;&quot;";
        let what = format!("<div dir=\"auto\">oi</div><small>{emoji} 1</small>");
        check(fields, &format!("<article id=\"m5\">{who}{what}</article>"));
    }
}
