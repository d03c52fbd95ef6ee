//! Which node announces and stores a change of presence, so that it happens once although all nodes know of it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use tokio::time::Instant;

use super::network::NodeId;
use crate::domain::AccountId;
use crate::presence::Change;

/// How long a node remembers that an account went offline for which another one answers. That node may have died before it
/// announced it, which takes 15 seconds to notice.
const REMEMBERED: Duration = Duration::from_secs(30);

/// Determines the node that answers for each account: the lowest one that the account has had a session on since it came online,
/// or the lowest of all nodes if none of those is left.
///
/// This depends only on which sessions there were, not on the order in which nodes learned of them. A node that knows fewer
/// sessions of the account may answer as well, but never does none.
pub(super) struct Answerers {
    own: NodeId,
    /// Nodes that an account has had a session on since it came online, without those that are gone.
    by_account: HashMap<AccountId, BTreeSet<NodeId>>,
    /// Accounts that went offline, with the node that answers for it, and when.
    offline: BTreeMap<AccountId, (NodeId, Change, Instant)>,
}

/// What a node has to announce because the node that answered for it is gone.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Inherited {
    /// Accounts that may be online.
    pub(super) online: Vec<AccountId>,
    /// Accounts that went offline.
    pub(super) offline: Vec<Change>,
}

impl Answerers {
    pub(super) fn new(own: NodeId) -> Self {
        Self { own, by_account: HashMap::new(), offline: BTreeMap::new() }
    }

    /// A session of the account began on this node.
    pub(super) fn began(&mut self, account: AccountId, node: NodeId) {
        self.by_account.entry(account).or_default().insert(node);
        self.offline.remove(&account);
    }

    /// Whether this node answers for the account. `lowest` is the lowest of all nodes.
    pub(super) fn is_own(&self, account: AccountId, lowest: NodeId) -> bool {
        self.answerer(account, lowest) == self.own
    }

    fn answerer(&self, account: AccountId, lowest: NodeId) -> NodeId {
        self.by_account.get(&account).and_then(BTreeSet::first).copied().unwrap_or(lowest)
    }

    /// Takes note of a change, and returns whether this node announces it.
    pub(super) fn announces(&mut self, change: Change, lowest: NodeId, now: Instant) -> bool {
        let answerer = self.answerer(change.account, lowest);
        if change.gone_since.is_some() {
            self.by_account.remove(&change.account);
            if answerer != self.own {
                self.offline.insert(change.account, (answerer, change, now));
            }
        }
        answerer == self.own
    }

    /// A node is gone. `lowest_before` and `lowest` are the lowest of all nodes before and after that.
    pub(super) fn node_gone(&mut self, node: NodeId, lowest_before: NodeId, lowest: NodeId, now: Instant) -> Inherited {
        let mut inherited = Inherited::default();
        for (account, nodes) in &mut self.by_account {
            let before = nodes.first().copied().unwrap_or(lowest_before);
            nodes.remove(&node);
            if before == node && nodes.first().copied().unwrap_or(lowest) == self.own {
                inherited.online.push(*account);
            }
        }
        self.offline.retain(|_, (answerer, change, since)| {
            if *answerer == node {
                *answerer = lowest;
                if lowest == self.own {
                    inherited.offline.push(*change);
                }
            }
            *answerer != self.own && now.duration_since(*since) < REMEMBERED
        });
        inherited
    }

    /// Forgets accounts that went offline long ago.
    pub(super) fn forget_old(&mut self, now: Instant) {
        self.offline.retain(|_, (_, _, since)| now.duration_since(*since) < REMEMBERED);
    }
}

#[cfg(test)]
mod tests {
    use papo_shared::model::Timestamp;

    use super::{AccountId, Answerers, Change, Inherited, Instant, NodeId, REMEMBERED};

    const ANA: AccountId = AccountId(1);
    const A: NodeId = NodeId(1);
    const B: NodeId = NodeId(2);
    const C: NodeId = NodeId(3);
    const ONLINE: Change = Change { account: ANA, gone_since: None, away: false };
    const OFFLINE: Change = Change { account: ANA, gone_since: Some(Timestamp(1)), away: false };

    /// The nodes, each of which learned of these sessions in its own order.
    fn nodes(orders: [&[NodeId]; 3]) -> [Answerers; 3] {
        let mut nodes = [A, B, C].map(Answerers::new);
        for (node, order) in nodes.iter_mut().zip(orders) {
            order.iter().for_each(|session| node.began(ANA, *session));
        }
        nodes
    }

    fn announcing(nodes: &mut [Answerers], change: Change) -> Vec<bool> {
        nodes.iter_mut().map(|node| node.announces(change, A, Instant::now())).collect()
    }

    #[test]
    fn one_node_announces_each_change_whatever_the_order_of_the_sessions() {
        let mut nodes = nodes([&[C, B], &[B, C], &[C, B]]);
        assert_eq!(announcing(&mut nodes, ONLINE), [false, true, false]);
        assert_eq!(announcing(&mut nodes, OFFLINE), [false, true, false]);
        assert_eq!(announcing(&mut nodes, ONLINE), [true, false, false], "the lowest one, without any session");
    }

    #[test]
    fn the_next_node_inherits_what_a_node_that_is_gone_answered_for() {
        let mut nodes = nodes([&[B, C], &[B, C], &[B, C]]);
        let gone = |node: &mut Answerers| node.node_gone(B, A, A, Instant::now());
        assert_eq!(gone(&mut nodes[0]), Inherited::default());
        assert_eq!(gone(&mut nodes[2]), Inherited { online: vec![ANA], offline: Vec::new() });
        assert!(announcing(&mut nodes, OFFLINE)[2]);
    }

    #[test]
    fn the_lowest_node_inherits_accounts_without_sessions() {
        let mut nodes = nodes([&[B], &[B], &[B]]);
        assert_eq!(announcing(&mut nodes, OFFLINE), [false, true, false]);
        let gone = |node: &mut Answerers| node.node_gone(B, A, A, Instant::now());
        assert_eq!(gone(&mut nodes[0]), Inherited { online: Vec::new(), offline: vec![OFFLINE] });
        assert_eq!(gone(&mut nodes[2]), Inherited::default());
        assert_eq!(gone(&mut nodes[0]), Inherited::default(), "inherited once");
    }

    #[test]
    fn what_was_announced_long_ago_is_not_inherited() {
        let mut nodes = nodes([&[B], &[B], &[B]]);
        announcing(&mut nodes, OFFLINE);
        nodes[0].forget_old(Instant::now() + REMEMBERED);
        assert_eq!(nodes[0].node_gone(B, A, A, Instant::now()), Inherited::default());
    }

    #[test]
    fn an_account_that_returned_is_not_announced_as_offline() {
        let mut nodes = nodes([&[B], &[B], &[B]]);
        announcing(&mut nodes, OFFLINE);
        nodes[0].began(ANA, C);
        assert_eq!(nodes[0].node_gone(B, A, A, Instant::now()), Inherited::default());
    }
}
