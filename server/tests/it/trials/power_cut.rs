//! Power cuts under load: everything observed before the cut is there after a restart.
//!
//! Each load records a journal of its disk; each cut is a different image of that disk, opened by the real store.

use std::collections::BTreeSet;
use std::ffi::CStr;
use std::sync::Arc;

use papo_simulated_disk::{Disk, Image, Journal, Position, Replay};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::checker::{self, Fault, Kind};
use super::history::{Observation, Observed, Witness, tokens};
use super::{load, number, server_on_a_disk, stored_state};

/// Minimum number of cuts unless `PAPO_POWER_CUTS` is set.
const CUTS: usize = 2_000;

/// Number of control loads, run with a setting that loses data, and the interval of positions tried in each.
const CONTROL_LOADS: u64 = 4;
const CONTROL_STEP: usize = 10;

/// Probability of a second power cut while the image left by the first is opened.
const AGAIN: f64 = 0.25;

/// Small enough that the write-ahead log is folded into the file several times per load, instead of once in a thousand messages.
const PAGES_IN_LOG: &CStr = c"60";

/// Actions of each player per load.
const STEPS: usize = 25;

/// The journal of the disk, and the history of the players.
struct Load {
    journal: Journal,
    history: Vec<Observation>,
}

async fn run_load(seed: u64, prepare: impl Fn(&Disk)) -> Load {
    let (mut server, disk) = server_on_a_disk(|disk| {
        disk.overrule(c"wal_autocheckpoint", PAGES_IN_LOG);
        prepare(disk);
    })
    .await;
    let position = disk.clone();
    let witness = Arc::new(Witness::new(move || position.position()));
    let mut players = load::gather(server.address(), &witness, seed).await.unwrap();
    load::play(&mut players, STEPS, true).await;
    server.stop().await;
    Load { journal: disk.take_journal(), history: witness.history() }
}

impl Load {
    /// Positions for power cuts, in order: directly before and after each sync, and as many others, half of them
    /// directly after an observation.
    fn moments(&self, chance: &mut StdRng) -> Vec<Position> {
        let mut moments = self.journal.syncs();
        for _ in 0..moments.len() / 2 {
            moments.push(self.history[chance.random_range(0..self.history.len())].at);
            moments.push(chance.random_range(0..=self.journal.end()));
        }
        moments.sort_unstable();
        moments
    }

    /// The faults after a cut at each of these positions, and sometimes after a second one while the image left by
    /// the first is opened and closed.
    async fn cut(&self, moments: impl Iterator<Item = Position>, chance: &mut StdRng) -> Vec<(Position, Vec<Fault>)> {
        let mut replay = Replay::new(&self.journal, chance.random());
        let mut found = Vec::new();
        for at in moments {
            let (faults, recovery) = self.faults_of(&replay.cut(at), at).await;
            found.push((at, faults));
            if chance.random_bool(AGAIN) {
                let again = Replay::new(&recovery, chance.random()).cut(chance.random_range(0..=recovery.end()));
                found.push((at, self.faults_of(&again, at).await.0));
            }
        }
        found
    }

    /// The faults in this image, and the journal of opening it.
    async fn faults_of(&self, image: &Image, at: Position) -> (Vec<Fault>, Journal) {
        let folder = tempfile::tempdir().unwrap();
        image.write_to(folder.path()).unwrap();
        let disk = Disk::watch(folder.path()).unwrap();
        let stored_state = stored_state::read(folder.path(), &tokens(&self.history)).await;
        (checker::check(&self.history, at, &stored_state), disk.take_journal())
    }
}

#[tokio::test]
async fn power_cuts_lose_nothing_acknowledged() {
    let wanted = number("PAPO_POWER_CUTS", CUTS);
    let mut cuts = 0;
    let mut happened = BTreeSet::new();
    for seed in 0.. {
        let load = run_load(seed, |_| {}).await;
        let mut chance = StdRng::seed_from_u64(seed);
        let moments = load.moments(&mut chance);
        for (at, faults) in load.cut(moments.into_iter(), &mut chance).await {
            assert!(faults.is_empty(), "load {seed}, cut at {at} of {}: {faults:#?}", load.journal.end());
            cuts += 1;
        }
        happened.extend(load.history.iter().map(|observation| observation.what.name()));
        if cuts >= wanted {
            break;
        }
    }
    assert_eq!(happened, BTreeSet::from(Observed::NAMES), "every kind of observation must occur in the loads");
}

/// Control: the same loads and cuts with `synchronous = NORMAL`, SQLite's recommendation for a write-ahead log, under which a
/// commit does not wait for the disk. It loses acknowledged data, which shows that the trial above can detect a loss.
#[tokio::test]
async fn without_a_sync_per_commit_most_loads_lose_data() {
    let mut lost = 0;
    for seed in 0..CONTROL_LOADS {
        let load = run_load(seed, |disk| disk.overrule(c"synchronous", c"1")).await;
        let mut chance = StdRng::seed_from_u64(seed);
        let moments = load.moments(&mut chance).into_iter().step_by(CONTROL_STEP);
        let cuts = load.cut(moments, &mut chance).await;
        let found: BTreeSet<Kind> = cuts.iter().flat_map(|(_, faults)| faults).map(|fault| fault.kind).collect();
        assert!(!found.contains(&Kind::Damaged), "data may be lost, but the file must not be damaged");
        lost += u64::from(found.contains(&Kind::Lost));
    }
    assert!(lost > CONTROL_LOADS / 2, "{lost} of {CONTROL_LOADS} loads");
}
