//! Users talk while nodes, PostgreSQL and NATS end and start again, in random order.

use std::time::Duration;

use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};

use super::real_cluster::checker;
use super::real_cluster::cluster::Cluster;
use super::real_cluster::community::Community;
use super::real_cluster::nats::Permission;
use super::real_cluster::record::quantile;
use super::real_cluster::user::Habits;
use super::{number, report, start};

/// 60 users, in pairs and in this many groups of 10.
const GROUPS: usize = 6;

const HABITS: Habits = Habits { pause: Duration::from_millis(400), moves: 0.01 };

/// Number of outages of each kind unless the environment says otherwise.
const OUTAGES: usize = 2;

/// Duration of the outage in which NATS drops everything.
const SILENT_SECONDS: usize = 5;

/// Maximum number of messages acknowledged between two outages.
const ACKNOWLEDGED: usize = 100;

/// Longest outage of PostgreSQL.
const LONGEST_OUTAGE_MS: u64 = 1_500;

/// Probability that everyone must catch up before NATS starts again.
const SETTLED_WITHOUT_NATS: f64 = 0.3;

/// After this many outages, everyone must catch up before the next one.
const OUTAGES_BETWEEN_RESTS: usize = 5;

#[derive(Clone, Copy, Debug)]
enum Outage {
    /// A node is killed, and starts again later.
    NodeKill,
    PostgresStop,
    NatsKill,
    /// NATS is frozen, and then delivers late.
    NatsFreeze,
    /// NATS drops everything while its connections stay.
    NatsSilence,
    /// All nodes are stopped and started, one after the other.
    RollingRestart,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn outages_neither_lose_nor_duplicate_messages() {
    let Some((_turn, mut cluster)) = start().await else { return };
    let seed = number("PAPO_CLUSTER_SEED", rand::random::<u32>() as usize) as u64;
    let mut chance = StdRng::seed_from_u64(seed);
    let mut outages = Vec::new();
    for (variable, outage) in [
        ("PAPO_CLUSTER_NODE_KILLS", Outage::NodeKill),
        ("PAPO_CLUSTER_POSTGRES_STOPS", Outage::PostgresStop),
        ("PAPO_CLUSTER_NATS_KILLS", Outage::NatsKill),
        ("PAPO_CLUSTER_NATS_FREEZES", Outage::NatsFreeze),
        ("PAPO_CLUSTER_NATS_SILENCES", Outage::NatsSilence),
        ("PAPO_CLUSTER_ROLLING_RESTARTS", Outage::RollingRestart),
    ] {
        let otherwise = if matches!(outage, Outage::NatsSilence | Outage::RollingRestart) { 1 } else { OUTAGES };
        outages.extend(vec![outage; number(variable, otherwise)]);
    }
    outages.shuffle(&mut chance);
    report(&format!("cluster trial with PAPO_CLUSTER_SEED={seed}, {} outages", outages.len()));
    let mut community = Community::gather(cluster.addresses(), GROUPS, HABITS, seed).await;
    community.settle().await;
    community.talk();
    for (number, outage) in outages.iter().enumerate() {
        community.acknowledges(chance.random_range(1..=ACKNOWLEDGED)).await;
        happen(*outage, &mut cluster, &mut community, &mut chance).await;
        cluster.check_nodes();
        if number % OUTAGES_BETWEEN_RESTS == OUTAGES_BETWEEN_RESTS - 1 {
            let settled = community.settle().await;
            report(&format!("after {} outages, the last of them {outage:?}: settled in {settled:?}", number + 1));
            community.talk();
        }
    }
    community.acknowledges(ACKNOWLEDGED).await;
    let settled = community.settle().await;
    let mut timings = community.take_timings();
    report(&format!(
        "{} messages; settled in {settled:?}; interruptions p50 {:?}, p99 {:?}; deliveries p50 {:?}, p99 {:?}; longest silence {:?}; {} \
         pages, {} repeated",
        community.acknowledged(),
        quantile(&mut timings.interruptions, 0.5),
        quantile(&mut timings.interruptions, 0.99),
        quantile(&mut timings.deliveries, 0.5),
        quantile(&mut timings.deliveries, 0.99),
        timings.longest_silence,
        timings.pages,
        timings.repeated,
    ));
    let records = community.records();
    community.finish().await;
    cluster.check_nodes();
    for node in &mut cluster.nodes {
        node.stop();
    }
    let faults = checker::check(&records, &checker::read(&cluster.postgres.address()).await);
    assert!(faults.is_empty(), "seed {seed}: {faults:#?}");
}

async fn happen(outage: Outage, cluster: &mut Cluster, community: &mut Community, chance: &mut StdRng) {
    let until = chance.random_range(1..=ACKNOWLEDGED);
    match outage {
        Outage::NodeKill => {
            let node = chance.random_range(0..cluster.nodes.len());
            cluster.nodes[node].kill();
            community.acknowledges(until).await;
            tokio::task::block_in_place(|| cluster.nodes[node].start());
        }
        Outage::PostgresStop => {
            cluster.postgres.stop_immediately();
            tokio::time::sleep(Duration::from_millis(chance.random_range(0..LONGEST_OUTAGE_MS))).await;
            cluster.postgres.start_again().await;
        }
        Outage::NatsKill => {
            cluster.nats.kill();
            community.acknowledges(until).await;
            if chance.random_bool(SETTLED_WITHOUT_NATS) {
                settle_and_talk(community).await;
            }
            cluster.nats.start_again().await;
        }
        Outage::NatsFreeze => {
            cluster.nats.freeze();
            community.acknowledges(until).await;
            cluster.nats.thaw();
        }
        Outage::NatsSilence => {
            cluster.nats.permit(Permission::OnlySubscribe);
            let silent = number("PAPO_CLUSTER_SILENT_SECONDS", SILENT_SECONDS) as u64;
            tokio::time::sleep(Duration::from_secs(silent)).await;
            community.acknowledges(until).await;
            settle_and_talk(community).await;
            cluster.nats.permit(Permission::Everything);
        }
        Outage::RollingRestart => {
            for node in &mut cluster.nodes {
                tokio::task::block_in_place(|| {
                    node.stop();
                    node.start();
                });
                community.acknowledges(until).await;
            }
        }
    }
}

/// Without NATS too, everyone gets everything.
async fn settle_and_talk(community: &mut Community) {
    let settled = community.settle().await;
    report(&format!("without NATS: settled in {settled:?}"));
    community.talk();
}
