//! The users of a measurement, and the check that they lost nothing.

use super::real_cluster::checker;
use super::real_cluster::cluster::Cluster;
use super::real_cluster::community::Community;
use super::real_cluster::user::Habits;

/// 60 users, in pairs and in this many groups of 10.
const GROUPS: usize = 6;

/// Users who begin to talk.
pub(crate) async fn begin(cluster: &Cluster, habits: Habits) -> Community {
    let mut community = Community::gather(cluster.addresses(), GROUPS, habits, 0).await;
    community.settle().await;
    community.talk();
    community
}

/// Lets everyone catch up, and compares what they have with what is stored.
pub(crate) async fn check(mut cluster: Cluster, mut community: Community) {
    let settled = community.settle().await;
    let (records, messages) = (community.records(), community.acknowledged());
    community.finish().await;
    cluster.check_nodes();
    let faults = checker::check(&records, &checker::read(&cluster.postgres.address()).await);
    assert!(faults.is_empty(), "{faults:#?}");
    println!("  {messages} messages, none lost, duplicated or missing; the last ones arrived within {settled:.1?}");
}
