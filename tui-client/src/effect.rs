//! The side effects that `update` requests. The runtime performs them in order.

use papo_shared::model::{ConversationId, Fingerprint, ServerId, Username};
use papo_shared::protocol::RequestFrame;

use crate::code::Code;
use crate::device_token::DeviceToken;
use crate::link_target::LinkTarget;
use crate::local_data::LocalChange;

/// A side effect, performed by the runtime after each call of `update`.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Send a request. Without a connection it is dropped, because `update` repeats everything that matters after reconnecting.
    Send(RequestFrame),
    /// Try to connect now instead of when the back-off says.
    Reconnect,
    /// Store this fingerprint as trusted for the server, and connect.
    Trust(Fingerprint),
    /// Store that the server in question belongs to this community, and connect.
    ConfirmCommunity(ServerId),
    /// Connect to the local server, or host one if none listens, even if the port last belonged to another server.
    HostHere,
    /// Look up the stored sign-in for this server.
    FindSignIn(ServerId),
    /// Store a sign-in for the next start.
    StoreSignIn(ServerId, Username, DeviceToken),
    /// Remove the stored sign-in of this account. Without a user, stop offering this server a token stored by an older papo,
    /// which did not record the server.
    RemoveSignIn(ServerId, Option<Username>),
    /// Load the local data of an account. Later [`Effect::SaveLocalData`] effects are stored for this account.
    LoadLocalData(ServerId, Username),
    /// Store these changes, all of them or none.
    SaveLocalData(Vec<LocalChange>),
    /// Ring the terminal bell.
    Bell,
    /// Set the title of the terminal window.
    SetTitle(String),
    /// Copy text to the clipboard (OSC 52).
    Copy(String),
    /// Open a link in the user's browser or mail program.
    Open(LinkTarget),
    /// Compute the syntax tokens of this code block.
    Highlight(Code),
    /// Open a conversation's draft in the user's editor, which takes over the terminal.
    Edit(ConversationId, String),
    /// Repaint every cell, even unchanged ones.
    Redraw,
    /// Restore the terminal and stop the process until SIGCONT. Ignored while this process hosts a server.
    Suspend,
    /// Continue the user's editor after it stopped itself (Ctrl-Z).
    ContinueEditor,
    /// Exit the program after shutting down the connection and the stores.
    Quit,
}
