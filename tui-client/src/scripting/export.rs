//! `papo export`: everything one may see of a conversation.

use std::path::Path;

use papo_shared::model::Seq;

use super::context::ScriptContext;
use super::conversations::{address, page_after};
use super::failure::Failure;
use super::happened::{Happened, target};
use super::html::Html;
use super::output::{Output, STANDARD_STREAM};
use super::recipient::Recipient;
use super::session::Session;
use super::text::Style;
use super::{conversations, json};
use crate::cli::{ExportArgs, Format};

/// Writes it, page by page.
pub(super) async fn export(
    session: &mut Session,
    args: &ExportArgs,
    to: &Recipient,
    around: &ScriptContext,
) -> Result<(), Failure> {
    // First, since a place where nothing can be written needs no server to be known as one.
    let mut output = match args.output.as_deref() {
        Some(file) if file != Path::new(STANDARD_STREAM) => Output::file(file)?,
        _ => Output::Standard,
    };
    let summary = conversations::find(session, to).await?;
    let address = address(&summary);
    let style = Style { words: &around.words, zone: &around.zone, with_address: false };
    let mut html = Html::new(style, &address);
    let format = args.format();
    if format == Format::Html {
        output.write(&html.beginning()).await?;
    }
    let mut cursor = Seq(summary.first_seq.0.saturating_sub(1));
    let mut more = true;
    while more {
        let page = page_after(session, summary.conversation, cursor).await?;
        let mut written = String::new();
        for entry in &page.entries {
            let happened = Happened { conversation: summary.conversation, address: &address, entry, target: None };
            match format {
                // The log as it is.
                Format::Json => written.push_str(&json::entry(&happened)),
                // What changed a message is seen in the message.
                Format::Text | Format::Html if target(entry).is_some() => {}
                Format::Text => written.push_str(&style.entry(&happened)),
                Format::Html => written.push_str(&html.entry(entry)),
            }
        }
        output.write(&written).await?;
        cursor = page.entries.last().map_or(cursor, |last| last.seq);
        more = page.more;
    }
    if format == Format::Html {
        output.write(&html.end()).await?;
    }
    output.finish()
}
