//! The power is cut under a load: whatever anybody was told before is there when the machine is started again.
//!
//! One load writes a journal of its disk; each cut is another image of that disk, opened by the real store.

use std::collections::BTreeSet;
use std::ffi::CStr;
use std::sync::Arc;

use papo_simulated_disk::{Disk, Image, Journal, Position, Replay};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::checker::{self, Fault, Kind};
use super::history::{Seen, What, Witness, tokens};
use super::{kept, load, number, server_on_a_disk};

/// Cuts that are tried at least, where `PAPO_POWER_CUTS` does not say how many.
const CUTS: usize = 2_000;

/// Loads that are run with a setting that loses, and the moments of each of which one is tried.
const CONTROL_LOADS: u64 = 4;
const CONTROL_STEP: usize = 10;

/// How often the power is cut a second time, while what the first cut left is opened.
const AGAIN: f64 = 0.25;

/// So that the log is folded into the file several times in each load, and not once in a thousand messages.
const PAGES_IN_LOG: &CStr = c"60";

/// What each person does in a load.
const STEPS: usize = 25;

/// What happened: on the disk, and to the people.
struct Load {
    journal: Journal,
    history: Vec<Seen>,
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
    /// Moments for cuts, in their order: right before and after each sync, and as many others, half of them right after
    /// somebody was told something.
    fn moments(&self, chance: &mut StdRng) -> Vec<Position> {
        let mut moments = self.journal.syncs();
        for _ in 0..moments.len() / 2 {
            moments.push(self.history[chance.random_range(0..self.history.len())].at);
            moments.push(chance.random_range(0..=self.journal.end()));
        }
        moments.sort_unstable();
        moments
    }

    /// What is wrong after a cut at each of these moments, and here and there after a second one, while what the first left was
    /// opened and closed again.
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

    /// What is wrong with this image, and what opening it did to the disk.
    async fn faults_of(&self, image: &Image, at: Position) -> (Vec<Fault>, Journal) {
        let folder = tempfile::tempdir().unwrap();
        image.write_to(folder.path()).unwrap();
        let disk = Disk::watch(folder.path()).unwrap();
        let kept = kept::read(folder.path(), &tokens(&self.history)).await;
        (checker::check(&self.history, at, &kept), disk.take_journal())
    }
}

#[tokio::test]
async fn nothing_that_was_acknowledged_is_lost_to_a_power_cut() {
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
        happened.extend(load.history.iter().map(|seen| seen.what.name()));
        if cuts >= wanted {
            break;
        }
    }
    assert_eq!(happened, BTreeSet::from(What::NAMES), "a load in which something never happens shows nothing about it");
}

/// The same loads and cuts with SQLite's own advice for a log, `synchronous = NORMAL`, under which a commit does not wait for
/// the disk. That they lose what was acknowledged is what shows that the trial above could see it.
#[tokio::test]
async fn without_the_sync_of_each_commit_most_loads_lose_something() {
    let mut lost = 0;
    for seed in 0..CONTROL_LOADS {
        let load = run_load(seed, |disk| disk.overrule(c"synchronous", c"1")).await;
        let mut chance = StdRng::seed_from_u64(seed);
        let moments = load.moments(&mut chance).into_iter().step_by(CONTROL_STEP);
        let cuts = load.cut(moments, &mut chance).await;
        let found: BTreeSet<Kind> = cuts.iter().flat_map(|(_, faults)| faults).map(|fault| fault.kind).collect();
        assert!(!found.contains(&Kind::Damaged), "it loses, but it does not break the file");
        lost += u64::from(found.contains(&Kind::Lost));
    }
    assert!(lost > CONTROL_LOADS / 2, "{lost} of {CONTROL_LOADS} loads");
}
