//! Delivery between nodes at a fixed rate.

use std::time::{Duration, Instant};

use super::real_cluster::cluster::Cluster;
use super::real_cluster::community::Community;
use super::real_cluster::record::quantile;
use super::real_cluster::user::Habits;
use super::users::{begin, check};

/// 60 users who each send a message in this time make 1,000 messages per second.
const HABITS: Habits = Habits { pause: Duration::from_millis(60), moves: 0.0 };

/// Time after a change before the measurement begins, and the length of the measurement.
const WARM_UP: Duration = Duration::from_secs(5);
const DURATION: Duration = Duration::from_secs(20);

pub(crate) async fn measure(mut cluster: Cluster) {
    println!("delivery between nodes");
    let community = begin(&cluster, HABITS).await;
    measure_once(&community, "with NATS").await;
    cluster.nats.kill();
    measure_once(&community, "without NATS").await;
    cluster.nats.start_again().await;
    measure_once(&community, "with NATS again").await;
    check(cluster, community).await;
}

async fn measure_once(community: &Community, condition: &str) {
    tokio::time::sleep(WARM_UP).await;
    community.take_timings();
    let (before, began) = (community.acknowledged(), Instant::now());
    tokio::time::sleep(DURATION).await;
    let rate = (community.acknowledged() - before) as f64 / began.elapsed().as_secs_f64();
    let mut timings = community.take_timings();
    let [p50, p99, max] = [0.5, 0.99, 1.0].map(|share| quantile(&mut timings.deliveries, share));
    println!(
        "  {condition}: {rate:.0} messages/s, {} deliveries: p50 {p50:.1?}, p99 {p99:.1?}, max {max:.1?}; {} pages, {} repeated",
        timings.deliveries.len(),
        timings.pages,
        timings.repeated
    );
}
