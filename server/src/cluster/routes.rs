//! Which nodes have sessions of which accounts.

use rustc_hash::{FxHashMap, FxHashSet};

use super::network::NodeId;
use crate::bus::Recipients;
use crate::domain::AccountId;

/// The other nodes that an account has sessions on, with their number.
#[derive(Default)]
pub(super) struct Routes {
    by_account: FxHashMap<AccountId, Vec<(NodeId, usize)>>,
}

impl Routes {
    pub(super) fn add(&mut self, account: AccountId, node: NodeId) {
        let nodes = self.by_account.entry(account).or_default();
        match nodes.iter_mut().find(|(known, _)| *known == node) {
            Some((_, sessions)) => *sessions += 1,
            None => nodes.push((node, 1)),
        }
    }

    pub(super) fn remove(&mut self, account: AccountId, node: NodeId) {
        let Some(nodes) = self.by_account.get_mut(&account) else { return };
        nodes.iter_mut().filter(|(known, _)| *known == node).for_each(|(_, sessions)| *sessions -= 1);
        nodes.retain(|(_, sessions)| *sessions > 0);
        if nodes.is_empty() {
            self.by_account.remove(&account);
        }
    }

    /// The nodes, of these, that an event for these recipients is sent to.
    pub(super) fn nodes_of(&self, to: &Recipients, all: impl Iterator<Item = NodeId>) -> FxHashSet<NodeId> {
        let (Recipients::Accounts(accounts) | Recipients::AccountsNotWatching(accounts)) = to else {
            // Sessions begin and stop watching often, so the nodes do not tell each other.
            return all.collect();
        };
        let all = all.count();
        let mut found = FxHashSet::default();
        for (node, _) in accounts.iter().filter_map(|account| self.by_account.get(account)).flatten() {
            found.insert(*node);
            if found.len() == all {
                break;
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::{AccountId, NodeId, Recipients, Routes};

    const OAK: NodeId = NodeId(1);
    const ELM: NodeId = NodeId(2);

    #[track_caller]
    fn check(routes: &Routes, accounts: &[u32], expected: &[NodeId]) {
        let accounts = accounts.iter().copied().map(AccountId).collect();
        let mut nodes: Vec<_> = routes.nodes_of(&Recipients::Accounts(accounts), [OAK, ELM].into_iter()).into_iter().collect();
        nodes.sort_unstable();
        assert_eq!(nodes, expected);
    }

    #[test]
    fn events_go_to_the_nodes_with_sessions_of_their_recipients() {
        let mut routes = Routes::default();
        for (account, node) in [(1, OAK), (1, OAK), (1, ELM), (2, ELM)] {
            routes.add(AccountId(account), node);
        }
        check(&routes, &[1], &[OAK, ELM]);
        check(&routes, &[2, 3], &[ELM]);
        check(&routes, &[3], &[]);
        routes.remove(AccountId(1), OAK);
        check(&routes, &[1], &[OAK, ELM]);
        routes.remove(AccountId(1), OAK);
        check(&routes, &[1], &[ELM]);
        routes.remove(AccountId(1), OAK);
        routes.remove(AccountId(3), OAK);
        routes.remove(AccountId(1), ELM);
        check(&routes, &[1], &[]);
        assert_eq!(routes.nodes_of(&Recipients::Watchers, [OAK, ELM].into_iter()).len(), 2);
    }
}
