//! Everything the update can ask of the world. The runtime performs them, in order.

use papo_shared::model::{ConversationId, Fingerprint, ServerId, Username};
use papo_shared::protocol::RequestFrame;

use crate::code::Code;
use crate::device_token::DeviceToken;
use crate::kept::Change;
use crate::link_target::LinkTarget;

/// Something to do to the world.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Send this line to the server; where there is no connection it is dropped, since the update asks again for
    /// everything that matters once there is one.
    Send(RequestFrame),
    /// Try to connect now instead of when the back-off says.
    Reconnect,
    /// Remember the server's certificate as the right one, and connect.
    Trust(Fingerprint),
    /// Connect to the server on this machine, and host one if none listens, whichever server was there last.
    HostHere,
    /// Look for a stored sign-in to this server.
    FindSignIn(ServerId),
    /// Store a sign-in to this server for the next start.
    StaySignedIn(ServerId, Username, DeviceToken),
    /// Remove the stored sign-in of this account. Without a user: stop offering this server the token of an older papo.
    ForgetSignIn(ServerId, Option<Username>),
    /// Find out what this machine keeps for an account of a server, and keep for it from now on.
    ReadKept(ServerId, Username),
    /// Keep these changes, all of them or none.
    Keep(Vec<Change>),
    /// Ring the bell.
    Bell,
    /// Name the terminal window.
    SetTitle(String),
    /// Put text on the clipboard (OSC 52).
    Copy(String),
    /// Open a link with what the person uses for it.
    Open(LinkTarget),
    /// Find out what is to be highlighted in this code.
    Highlight(Code),
    /// Give the terminal to the person's editor, with this draft of a conversation in a file.
    Edit(ConversationId, String),
    /// Paint every cell anew.
    Redraw,
    /// Give the terminal back and stop the process until it is continued. Never while it hosts a server.
    Suspend,
    /// Let the person's editor go on that has stopped itself, as Ctrl-Z does.
    ContinueEditor,
    /// End the program.
    Quit,
}
