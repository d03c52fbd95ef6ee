//! All requests of the protocol. A request that is added there and not here does not compile; one that is here must be
//! measured.

use papo_shared::protocol::Request;

macro_rules! requests {
    ($($name:ident $(($value:tt))?),* $(,)?) => {
        /// The name of a request.
        pub(crate) fn name(request: &Request) -> &'static str {
            match request {
                $(Request::$name $(($value))? => stringify!($name),)*
                Request::Unknown => "Unknown",
            }
        }

        /// The names of all requests.
        pub(crate) const NAMES: &[&str] = &[$(stringify!($name)),*];
    };
}

requests! {
    Hello(_), Ping, Pong,
    Register(_), SignIn(_), SignInWithToken(_), SignOut, ChangePassword(_),
    DeleteAccount(_), GetAccount(_), EnableTotp(_), ConfirmTotp(_), DisableTotp(_), ReplaceRecoveryCodes(_),
    ListDevices(_), RevokeDevice(_), SetProfile(_), SetAway(_),
    Block(_), Unblock(_), ListBlocked(_), ListUsers(_), WatchDirectory(_),
    OpenDirect(_), CreateGroup(_), AddMember(_), RemoveMember(_), SetRole(_), LeaveGroup(_), RenameGroup(_), SetTopic(_),
    SetVisibility(_), SetRetention(_), JoinPublicGroup(_), ListInvitations, AcceptInvitation(_), DeclineInvitation(_),
    SetNotify(_), CreateGroupInvite(_), ListGroupInvites(_), RevokeGroupInvite(_), JoinGroup(_),
    ListConversations(_), GetConversation(_), ListGroups(_), ListMembers(_),
    SendMessage(_), History(_), EditMessage(_), DeleteMessage(_), ReportMessage(_), AddReaction(_), RemoveReaction(_),
    ListRevisions(_), ListReactions(_), SearchMessages(_),
    MarkRead(_), MarkUnread(_), ListInbox(_), Dismiss(_), MarkDelivered(_), ListReceipts(_), Typing(_),
}
