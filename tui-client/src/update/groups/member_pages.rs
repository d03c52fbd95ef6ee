//! Fetching the members of a group, page by page.

use papo_shared::model::ConversationId;
use papo_shared::protocol::{ListMembers, MemberPage, Request};

use crate::effect::Effect;
use crate::state::State;
use crate::state::connection::pending::Purpose;
use crate::update::requests::send_request;

/// Requests the members of a group if they are unknown.
pub(crate) fn fetch_if_unknown(state: &mut State, id: ConversationId, effects: &mut Vec<Effect>) {
    let is_unknown =
        state.account.conversations.get(&id).is_some_and(|group| group.group_name().is_some() && group.members.is_none());
    if is_unknown && state.link.is_live() && !state.pending.contains(&Purpose::Members(id)) {
        let request = ListMembers { conversation: id, after: None, limit: None };
        send_request(state, Purpose::Members(id), Request::ListMembers(request), effects);
    }
}

/// Takes a page of members, in name order, and requests the next one.
pub(crate) fn take_page(state: &mut State, id: ConversationId, page: MemberPage, effects: &mut Vec<Effect>) {
    if let Some(conversation) = state.account.conversations.get_mut(&id) {
        let members = page.members.iter().map(|member| (member.person.username.clone(), member.role));
        conversation.members.get_or_insert_default().learn(members);
    }
    state.account.people.learn(page.members.into_iter().map(|member| member.person));
    if page.next.is_some() {
        let request = ListMembers { conversation: id, after: page.next, limit: None };
        send_request(state, Purpose::Members(id), Request::ListMembers(request), effects);
    }
}
