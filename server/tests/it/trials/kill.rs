//! Kills the real server repeatedly under load with SIGKILL; all clients reconnect and send unacknowledged messages
//! again.
//!
//! Shows that no acknowledged data waits in the process, and that sending again neither loses nor duplicates
//! messages. A kill cannot show what the disk itself retains; the power cuts do that.

use std::sync::Arc;

use futures_util::future::join;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::checker;
use super::history::{Observed, Witness, tokens};
use super::{load, number, stored_state};
use crate::binary::Running;

/// Number of kills unless `PAPO_KILLS` is set.
const KILLS: usize = 30;

/// Maximum number of messages acknowledged between two kills.
const ACKNOWLEDGED: usize = 100;

#[tokio::test]
async fn kills_under_load_neither_lose_nor_duplicate_messages() {
    let kills = number("PAPO_KILLS", KILLS);
    let dir = tempfile::tempdir().unwrap();
    // Positions need not be distinguished: everything acknowledged must be there at the end.
    let witness = Arc::new(Witness::new(|| 0));
    let mut chance = StdRng::seed_from_u64(0);
    let mut running = Running::start(dir.path());
    let mut players = load::gather(running.address, &witness, 0).await.unwrap();
    let mut interrupted = 0;
    for _ in 0..kills {
        let enough = witness.acknowledged() + chance.random_range(1..=ACKNOWLEDGED);
        let killed = async {
            witness.has_acknowledged(enough).await;
            running.kill();
        };
        join(load::play(&mut players, usize::MAX, false), killed).await;
        interrupted += players.iter().map(|player| player.unacknowledged()).sum::<usize>();
        running = Running::start(dir.path());
        for player in &mut players {
            player.come_back(running.address).await.unwrap();
            assert_eq!(player.unacknowledged(), 0, "{} has unacknowledged messages", player.name);
        }
    }
    running.kill();
    assert!(interrupted > kills, "too few kills interrupted messages in flight: {interrupted}");
    let history = witness.history();
    let memberships = history.iter().filter(|observation| matches!(observation.what, Observed::MembershipDone { .. })).count();
    assert!(memberships > kills, "too few membership changes: {memberships}");
    let faults = checker::check(&history, 0, &stored_state::read(dir.path(), &tokens(&history)).await);
    assert!(faults.is_empty(), "{faults:#?}");
}
