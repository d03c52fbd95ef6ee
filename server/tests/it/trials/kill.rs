//! kill -9 of the real server in the middle of everything, again and again; everybody comes back and sends again what was not
//! acknowledged.
//!
//! This shows that nothing acknowledged waits in the process, and that sending again gives neither a loss nor a double. What the
//! disk itself keeps, a kill cannot show: that is what the power cuts are for.

use std::sync::Arc;

use futures_util::future::join;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::checker;
use super::history::{What, Witness, tokens};
use super::{kept, load, number};
use crate::binary::Running;

/// Kills where `PAPO_KILLS` does not say how many.
const KILLS: usize = 30;

/// Messages acknowledged between two kills, at most.
const ACKNOWLEDGED: usize = 100;

#[tokio::test]
async fn nothing_is_lost_or_doubled_by_kills_under_load() {
    let kills = number("PAPO_KILLS", KILLS);
    let dir = tempfile::tempdir().unwrap();
    // No moment needs to be told from another: whatever was acknowledged is to be there in the end.
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
            assert_eq!(player.unacknowledged(), 0, "{} has an answer for everything", player.name);
        }
    }
    running.kill();
    assert!(interrupted > kills, "the kills came while messages were on their way: {interrupted}");
    let history = witness.history();
    let memberships = history.iter().filter(|seen| matches!(seen.what, What::MembershipDone { .. })).count();
    assert!(memberships > kills, "people joined and left all the time: {memberships}");
    let faults = checker::check(&history, 0, &kept::read(dir.path(), &tokens(&history)).await);
    assert!(faults.is_empty(), "{faults:#?}");
}
