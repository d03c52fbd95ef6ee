//! The composer's draft, which may be a new message, a reply, or an edit of an own message.

use papo_shared::model::Seq;

use super::paste::Pasted;
use crate::local_data::{Draft, Edit};
use crate::state::conversations::conversation::{Conversation, MessageEdit};

impl Conversation {
    /// Whether the composer contains a reply or an edit, not a message of its own.
    #[must_use]
    pub fn is_reply_or_edit(&self) -> bool {
        self.editing.is_some() || self.reply_to.is_some()
    }

    /// The unsent text of this conversation, to be saved.
    #[must_use]
    pub fn draft(&self) -> Draft {
        let typed = self.composer.text();
        match &self.editing {
            None => Draft { text: typed, reply_to: self.reply_to, edit: None },
            Some(editing) => Draft {
                text: editing.interrupted_draft.clone(),
                reply_to: self.reply_to,
                edit: Some(Edit { seq: editing.seq, text: typed }),
            },
        }
    }

    /// Restores a saved draft. Text that was typed before the draft was loaded follows it.
    pub fn restore_draft(&mut self, draft: Draft) {
        if self.editing.is_some() {
            // The composer contains an edit, so the saved draft joins the draft that the edit interrupted.
            if let Some(editing) = &mut self.editing {
                editing.interrupted_draft = joined(draft, &editing.interrupted_draft);
            }
            return;
        }
        if !self.composer.is_empty() || self.reply_to.is_some() {
            let text = joined(draft, &self.composer.text());
            self.set_draft(&text);
            return;
        }
        self.reply_to = draft.reply_to;
        self.set_draft(&draft.text);
        if let Some(Edit { seq, text }) = draft.edit {
            self.begin_edit(seq, &text);
        }
        // The draft on disk is already the same.
        self.composer.take_changed();
    }

    /// Starts editing an own message. The draft in the composer is set aside until the edit ends.
    pub fn begin_edit(&mut self, seq: Seq, text: &str) {
        self.end_edit();
        self.editing = Some(MessageEdit { seq, interrupted_draft: self.composer.take(), sent: None });
        self.pasted = None;
        self.composer.set(text);
    }

    /// Replaces the draft. It is unknown which part of it was pasted, so a long draft is confirmed as a whole.
    fn set_draft(&mut self, text: &str) {
        self.composer.set(text);
        self.pasted = Pasted::if_long(text);
    }

    /// Ends an edit and restores the draft that it interrupted.
    pub fn end_edit(&mut self) {
        if let Some(editing) = self.editing.take() {
            self.set_draft(&editing.interrupted_draft);
        }
    }
}

/// Joins the texts of a draft and the text typed later, each on lines of its own.
fn joined(draft: Draft, later: &str) -> String {
    let parts = [draft.text, draft.edit.map(|edit| edit.text).unwrap_or_default(), later.to_owned()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
}
