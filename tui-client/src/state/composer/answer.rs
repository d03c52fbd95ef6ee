//! What the composer is for besides saying something new: answering a message, or giving one of one's own another text.

use papo_shared::model::Seq;

use super::paste::Pasted;
use crate::local_data::{Draft, Edit};
use crate::state::conversations::conversation::{Conversation, Editing};

impl Conversation {
    /// Whether what is in the composer is more than something new.
    #[must_use]
    pub fn is_reply_or_edit(&self) -> bool {
        self.editing.is_some() || self.reply_to.is_some()
    }

    /// What is written here and not sent, to be kept.
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

    /// Takes a draft that was kept. Where something was written here before it arrived, that follows it.
    pub fn restore_draft(&mut self, draft: Draft) {
        if self.editing.is_some() {
            // The composer holds another message's text: what was kept waits with what was put aside.
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
        // It is kept as it is.
        self.composer.take_changed();
    }

    /// The composer is for another text of this message; what was in it is put aside.
    pub fn begin_edit(&mut self, seq: Seq, text: &str) {
        self.end_edit();
        self.editing = Some(Editing { seq, interrupted_draft: self.composer.take(), sent: None });
        self.pasted = None;
        self.composer.set(text);
    }

    /// What of it was pasted is not known any more: all of a long one is asked about.
    fn set_draft(&mut self, text: &str) {
        self.composer.set(text);
        self.pasted = Pasted::if_long(text);
    }

    /// What was being written before an edit comes back.
    pub fn end_edit(&mut self) {
        if let Some(editing) = self.editing.take() {
            self.set_draft(&editing.interrupted_draft);
        }
    }
}

/// Everything that a draft says, and what was written later below it.
fn joined(draft: Draft, later: &str) -> String {
    let parts = [draft.text, draft.edit.map(|edit| edit.text).unwrap_or_default(), later.to_owned()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
}
