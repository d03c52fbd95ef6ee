//! How long sign-outs, suspensions and removals take on the slowest node.

use std::time::Duration;

use super::real_cluster::cluster::Cluster;
use super::real_cluster::community::register;
use super::real_cluster::connection::Connection;
use super::real_cluster::endings::Everywhere;
use super::real_cluster::record::quantile;

/// Endings of each kind without NATS. Each takes up to 35 s.
const WITHOUT_NATS: usize = 3;

pub(crate) async fn measure(mut cluster: Cluster, endings: usize) {
    println!("endings on all nodes");
    let mut owner = Connection::open(cluster.addresses()[0]).await.unwrap();
    register(&mut owner, "owner").await;
    let mut users = Vec::new();
    for number in 0..endings + WITHOUT_NATS {
        let [signed_out, suspended, mut removed] = [
            Everywhere::register(&cluster, &format!("signedout{number}")).await,
            Everywhere::register(&cluster, &format!("suspended{number}")).await,
            Everywhere::register(&cluster, &format!("removed{number}")).await,
        ];
        let group = removed.join_group_of(&mut owner).await;
        users.push((signed_out, suspended, removed, group));
    }
    let without_nats = users.split_off(endings);
    let mut times: [Vec<Duration>; 3] = Default::default();
    for (signed_out, suspended, mut removed, group) in users {
        times[0].push(signed_out.sign_out_elsewhere().await);
        times[1].push(suspended.suspend(&cluster).await);
        times[2].push(removed.is_removed_by(&mut owner, group).await);
    }
    print("with NATS", &mut times);
    cluster.nats.kill();
    for (signed_out, suspended, mut removed, group) in without_nats {
        // At the same time, since each waits for the next time at which its node asks PostgreSQL.
        let (signed_out, suspended, removed) =
            tokio::join!(signed_out.sign_out_elsewhere(), suspended.suspend(&cluster), removed.is_removed_by(&mut owner, group));
        for (times, time) in times.iter_mut().zip([signed_out, suspended, removed]) {
            times.push(time);
        }
    }
    print("without NATS", &mut times);
    cluster.check_nodes();
}

fn print(condition: &str, times: &mut [Vec<Duration>; 3]) {
    for (what, times) in ["sign-out elsewhere", "suspension", "removal from a group"].iter().zip(times) {
        let [p50, max] = [0.5, 1.0].map(|share| quantile(times, share));
        println!("  {condition}, {what}: {} times, p50 {p50:.1?}, max {max:.1?}", times.len());
        times.clear();
    }
}
