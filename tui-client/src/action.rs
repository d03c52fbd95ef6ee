//! The actions that keys are bound to, named as requests. Deliberately absent: the keys themselves, which the keymap assigns.

/// A request of the user. The keymap binds keys to actions; `update` performs them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Exit the program.
    Quit,
    /// Exit the program on the second request in a row, because Ctrl-C is often pressed by mistake.
    QuitIfAskedAgain,
    /// Return the terminal to the shell and stop the process, as Ctrl-Z does elsewhere.
    Suspend,
    /// Repaint every cell, for a screen corrupted by other output.
    Redraw,
    /// Show or hide the help screen.
    ToggleHelp,
    /// Close the overlay on top of the screen.
    CloseOverlay,
    /// Open the menu screen.
    OpenMenu,

    /// Move to the item, row or field above.
    Up,
    /// Move to the item, row or field below.
    Down,
    /// Scroll or move up by one page.
    PageUp,
    /// Scroll or move down by one page.
    PageDown,
    /// Move to the first item, or to the oldest message of the conversation.
    First,
    /// Move to the last item, or to the newest message.
    Last,
    /// Accept the selected item, or submit the form.
    Confirm,
    /// Confirm an action that cannot be undone.
    SayYes,
    /// Switch between the sign-in and the registration form.
    SwitchForm,

    /// Choose the menu item with this number, counted from 1.
    MenuItem(u8),
    /// Switch between direct conversations and groups.
    SwitchSide,
    /// Open the palette, which finds conversations, people and commands by name.
    Find,
    /// Open the previous conversation of the list.
    PreviousConversation,
    /// Open the next conversation of the list.
    NextConversation,
    /// Open the conversation in this row of the list, counted from 1.
    OpenRow(u8),
    /// Open the next conversation with unread messages, direct or group.
    NextUnread,
    /// Move to the first message that was unread when the conversation was opened.
    FirstUnread,

    /// Open the message search.
    Search,
    /// Toggle the search between all conversations and the open one.
    WidenSearch,
    /// Return to the position before the jump to a search hit.
    GoBack,

    /// Show the server overlay: address, version, certificate.
    ShowServer,
    /// Open the list of the user's devices.
    OpenDevices,
    /// Open the inbox of mentions and replies.
    OpenInbox,
    /// Reply to the selected message of the inbox.
    ReplyToItem,
    /// Remove the selected message from the inbox.
    DismissItem,
    /// Fetch the inbox again.
    RefreshInbox,
    /// Sign out the selected device, after a confirmation.
    RevokeDevice,

    /// Move the keyboard focus to the list of the group's members.
    ShowMembers,
    /// Make the selected member an admin.
    MakeAdmin,
    /// Make the selected admin an ordinary member.
    MakeMember,
    /// Transfer ownership of the group to the selected member, after a confirmation.
    HandOver,
    /// Remove the selected member from the group, after a confirmation.
    RemoveMember,

    /// Block the selected member, after a confirmation.
    BlockMember,
    /// Unblock the selected member.
    UnblockMember,
    /// Show the user's own profile.
    ShowProfile,
    /// Add a user to the group whose members are listed.
    AddToGroup,
    /// Show the invites of the group whose members are listed.
    ShowInvites,
    /// Create an invite to the group.
    NewInvite,
    /// Copy the code of the invite created last. The server shows a code only once.
    CopyInvite,
    /// Copy the recovery codes that are shown.
    CopyRecoveryCodes,
    /// Revoke the selected invite, after a confirmation.
    RevokeInvite,
    /// Join a group with an invite code.
    JoinGroup,
    /// Show the pending invitations to groups.
    ShowInvitations,
    /// Decline the selected invitation, after a confirmation.
    DeclineInvitation,
    /// Choose the notification level of the conversation.
    ChooseNotify,

    /// Send the composer's text.
    SendDraft,
    /// Insert the selected completion.
    Complete,
    /// Insert the completion if the user selected it or typed part of it; otherwise send.
    CompleteOrSend,
    /// Close the completion list.
    CloseCompletion,
    /// Send the long paste that awaits a decision as text.
    SendPaste,
    /// Send that paste as a code block.
    SendPasteAsCode,
    /// Unfold that paste in the composer for editing.
    EditPaste,
    /// Edit the draft in the user's external editor.
    OpenEditor,
    /// Insert a line break into the draft.
    NewLine,
    /// Move the keyboard focus to the list of conversations.
    FocusList,
    /// Move the keyboard focus to the composer.
    FocusComposer,
    /// Show the selected message although its author is blocked.
    Unfold,
    /// Start a reply to the selected message.
    Reply,
    /// Edit the selected message, which is the user's own.
    EditMessage,
    /// Delete the selected message, which is the user's own, after a confirmation.
    DeleteMessage,
    /// Report the selected message, which is of another user, to the operator of the server; asks for a reason.
    ReportMessage,
    /// Open the reaction picker for the selected message.
    React,
    /// React with the common reaction of this number, counted from 1.
    ReactWith(u8),
    /// Jump to the message that the selected one replies to.
    JumpToQuoted,
    /// Show the earlier versions of the selected message.
    ShowRevisions,
    /// Show who reacted to the selected message, and who has read it.
    ShowPeople,
    /// Cancel the reply or the edit in progress.
    CancelReply,
    /// Send the selected failed message again.
    Retry,
    /// Move the selected failed message back into the composer; if that is in use, delete the message after a confirmation.
    Discard,
    /// Mark the conversation as unread from the selected message on.
    MarkUnread,
    /// Copy the selected message's text.
    CopyMessage,
    /// Copy the reference by which the operator of the server finds the selected message.
    CopyReference,
    /// Open a link in the selected message.
    OpenLink,
    /// Copy a link in the selected message.
    CopyLink,
    /// Copy a code block in the selected message.
    CopyCode,
}
