//! `papo export`: writes everything the user may see of a conversation.

use std::path::Path;

use papo_shared::model::Seq;

use super::context::ScriptContext;
use super::conversations::{address, page_after};
use super::failure::Failure;
use super::html::Html;
use super::output::{Output, STANDARD_STREAM};
use super::output_entry::OutputEntry;
use super::recipient::Recipient;
use super::session::Session;
use super::text::Style;
use super::{conversations, json};
use crate::cli::{ExportArgs, Format};
use crate::state::conversations::changes::target;

/// Writes the conversation page by page.
pub(super) async fn export(
    session: &mut Session,
    args: &ExportArgs,
    to: &Recipient,
    context: &ScriptContext,
) -> Result<(), Failure> {
    // First, so that an unusable output file is reported before any request.
    let mut output = match args.output.as_deref() {
        Some(file) if file != Path::new(STANDARD_STREAM) => Output::file(file)?,
        _ => Output::Standard,
    };
    let summary = conversations::find(session, to).await?;
    let address = address(&summary);
    let style = Style { translations: &context.translations, zone: &context.zone, with_address: false };
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
            let entry_output = OutputEntry { conversation: summary.conversation, address: &address, entry, target: None };
            match format {
                // JSON contains every entry of the log.
                Format::Json => written.push_str(&json::entry(&entry_output)),
                // Changes of a message are visible in the message itself.
                Format::Text | Format::Html if target(entry).is_some() => {}
                Format::Text => written.push_str(&style.entry(&entry_output)),
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
