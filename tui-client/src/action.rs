//! What a person can mean by a key. Imperative: what is asked, not what was pressed.

/// What is asked. Which key asks it where is the keymap's business; what it does is the update's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Leave the program.
    Quit,
    /// Leave the program if asked twice in a row: Ctrl-C is pressed by mistake too often to mean it.
    QuitIfAskedAgain,
    /// Stop the process and give the terminal back to the shell, until it is continued.
    Suspend,
    /// Paint everything anew.
    Redraw,
    /// Show or hide the keys.
    ToggleHelp,
    /// Close what lies over the screen.
    CloseOverlay,
    /// Go to the menu.
    OpenMenu,

    /// To the item, row or field above.
    Up,
    /// To the item, row or field below.
    Down,
    /// One page up.
    PageUp,
    /// One page down.
    PageDown,
    /// To the first item, or the oldest message there is.
    First,
    /// To the last item, or the newest message.
    Last,
    /// Take the selected item, or send the form.
    Confirm,
    /// Say yes to something that cannot be undone.
    SayYes,
    /// Switch between signing in and registering.
    SwitchForm,

    /// Choose the menu item with this number, from 1.
    MenuItem(u8),
    /// Switch between user and group chats.
    SwitchSide,
    /// Find a conversation, somebody, or something to do.
    Find,
    /// To the conversation before this one in the list.
    PreviousConversation,
    /// To the conversation after this one in the list.
    NextConversation,
    /// To the row of the list with this number, from 1.
    OpenRow(u8),
    /// To the next conversation with something unread, on either side.
    NextUnread,
    /// To the first message that was unread when one came in.
    FirstUnread,

    /// Search for messages.
    Search,
    /// Search everywhere, or in this conversation again.
    WidenSearch,
    /// Back to where one was before one went to what was found.
    GoBack,

    /// Show what is known of the server.
    ShowServer,
    /// Go to the list of one's devices.
    OpenDevices,
    /// Go to what waits for one's eyes.
    OpenInbox,
    /// Answer the selected message of the inbox.
    AnswerItem,
    /// The selected message of the inbox is done with.
    DismissItem,
    /// Show the inbox as it is now.
    RefreshInbox,
    /// Sign the selected device out, after a question.
    RevokeDevice,

    /// Give the keys to the list of the group's members.
    ShowMembers,
    /// Let the selected member run the group as well.
    MakeAdmin,
    /// Let the selected member run the group no longer.
    MakeMember,
    /// Give the group to the selected member, after a question.
    HandOver,
    /// Take the selected member out of the group, after a question.
    RemoveMember,

    /// Hear nothing from the selected member any more, after a question.
    BlockMember,
    /// Hear from the selected member again.
    UnblockMember,
    /// Show how others see one.
    ShowProfile,
    /// Add somebody to the group whose members are listed.
    AddToGroup,
    /// Show the invites to the group whose members are listed.
    ShowInvites,
    /// Make an invite to the group.
    NewInvite,
    /// Copy the code of the invite that was just made.
    CopyInvite,
    /// Make the selected invite good for nothing, after a question.
    RevokeInvite,
    /// Come into a group by an invite.
    JoinGroup,
    /// Choose what of the conversation calls for attention.
    ChooseNotify,

    /// Send what the composer holds.
    SendDraft,
    /// Take what is selected for the word being typed.
    Complete,
    /// Take it where it was chosen or begun to be typed, and else send.
    CompleteOrSend,
    /// Close the list for the word being typed.
    CloseCompletion,
    /// Send the long paste that was asked about.
    SendPaste,
    /// Send it as a block of code.
    SendPasteAsCode,
    /// Show it as text, to be changed.
    EditPaste,
    /// Write the message in one's own editor.
    OpenEditor,
    /// Begin a new line in the composer.
    NewLine,
    /// To the list of users or groups.
    FocusList,
    /// To the composer.
    FocusComposer,
    /// Show the selected message, though somebody said it who is blocked.
    Unfold,
    /// Answer the selected message.
    Reply,
    /// Give the selected message of one's own another text.
    EditMessage,
    /// Take the selected message of one's own back, after a question.
    DeleteMessage,
    /// Choose a reaction to the selected message.
    React,
    /// Take the usual reaction with this number, from 1.
    ReactWith(u8),
    /// Go to the message that the selected one answers.
    JumpToQuoted,
    /// Show what the selected message said before it was edited.
    ShowRevisions,
    /// Show who reacted to the selected message, and who has read it.
    ShowPeople,
    /// What is written is no answer, or no other text, any more.
    DropAnswer,
    /// Send the selected failed message again.
    Retry,
    /// Take the selected failed message back into the composer; where that is in use, give it up after a question.
    Discard,
    /// From the selected message on everything is unread again.
    MarkUnread,
    /// Copy the selected message.
    CopyMessage,
    /// Open a link in the selected message.
    OpenLink,
    /// Copy a link in the selected message.
    CopyLink,
    /// Copy a block of code in the selected message.
    CopyCode,
}
