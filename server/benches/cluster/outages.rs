//! What users notice of a node that dies, and of a rolling restart.

use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::real_cluster::cluster::Cluster;
use super::real_cluster::community::Community;
use super::real_cluster::record::{Timings, quantile};
use super::real_cluster::user::Habits;
use super::users::{begin, check};

/// Users move sometimes, so that a restarted node has users again.
const HABITS: Habits = Habits { pause: Duration::from_millis(400), moves: 0.02 };

/// Time in which all users of a dead node return.
const RETURN: Duration = Duration::from_secs(8);

pub(crate) async fn measure_kills(mut cluster: Cluster, kills: usize) {
    println!("{kills} kills of a node");
    let mut chance = StdRng::seed_from_u64(0);
    let community = talk(&cluster).await;
    for _ in 0..kills {
        let node = chance.random_range(0..cluster.nodes.len());
        cluster.nodes[node].kill();
        tokio::time::sleep(RETURN).await;
        tokio::task::block_in_place(|| cluster.nodes[node].start());
        // Its new users.
        tokio::time::sleep(RETURN).await;
    }
    print(community.take_timings());
    check(cluster, community).await;
}

pub(crate) async fn measure_restarts(mut cluster: Cluster, restarts: usize) {
    println!("{restarts} rolling restarts");
    let community = talk(&cluster).await;
    for _ in 0..restarts {
        for node in &mut cluster.nodes {
            tokio::task::block_in_place(|| {
                node.stop();
                node.start();
            });
            tokio::time::sleep(RETURN).await;
        }
    }
    print(community.take_timings());
    check(cluster, community).await;
}

async fn talk(cluster: &Cluster) -> Community {
    let community = begin(cluster, HABITS).await;
    tokio::time::sleep(RETURN).await;
    community.take_timings();
    community
}

fn print(mut timings: Timings) {
    let [p50, p99, max] = [0.5, 0.99, 1.0].map(|share| quantile(&mut timings.interruptions, share));
    let interruptions = timings.interruptions.len();
    println!("  {interruptions} users lost their node and talked again: p50 {p50:.1?}, p99 {p99:.1?}, max {max:.1?}");
    println!("  longest silence of a client: {:.1?}", timings.longest_silence);
}
