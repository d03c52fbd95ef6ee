//! The steps of the random histories, and how histories are generated.

use proptest::prelude::*;

/// The people. The first two also have a direct conversation; the first owns the group.
pub(super) const PEOPLE: [&str; 3] = ["ana", "bia", "caio"];
pub(super) const EMOJI: [&str; 3] = ["👍", "🎉", "😂"];
/// Number of devices of each person.
pub(super) const DEVICES: usize = 2;
/// Keys that move through a conversation.
const MOVES: [&str; 8] = ["PgDn", "PgDn", "PgUp", "End", "End", "Home", "Alt-u", "Down"];

/// The conversation that a step concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    Direct,
    Group,
}

/// One step of a history. Steps that are impossible at their time, such as an edit by a former member, are skipped. `at`
/// counts back from the newest entry.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// Sends a message over a separate connection.
    Say {
        who: usize,
        target: Target,
        names: Option<usize>,
        reply: Option<u64>,
    },
    /// Types and sends a message on a device, in its open conversation.
    Type {
        who: usize,
        device: usize,
        names: Option<usize>,
    },
    Edit {
        who: usize,
        target: Target,
        at: u64,
        names: Option<usize>,
    },
    Delete {
        who: usize,
        target: Target,
        at: u64,
    },
    React {
        who: usize,
        target: Target,
        at: u64,
        emoji: usize,
        on: bool,
    },
    /// Many messages in a row.
    SayMuch {
        who: usize,
        target: Target,
        count: usize,
    },
    /// Adds and removes a reaction to one message alternately.
    ReactMuch {
        who: usize,
        target: Target,
        at: u64,
        count: usize,
    },
    /// Edits a person's newest messages, and deletes every third of them.
    EditSome {
        who: usize,
        target: Target,
        count: usize,
    },
    Add {
        who: usize,
        whom: usize,
    },
    Remove {
        who: usize,
        whom: usize,
    },
    Leave {
        who: usize,
    },
    Read {
        who: usize,
        target: Target,
        at: u64,
    },
    Unread {
        who: usize,
        target: Target,
        at: u64,
    },
    Dismiss {
        who: usize,
        target: Target,
        at: u64,
    },
    Open {
        who: usize,
        device: usize,
        target: Target,
    },
    Menu {
        who: usize,
        device: usize,
    },
    Cut {
        who: usize,
        device: usize,
    },
    Mend {
        who: usize,
        device: usize,
    },
    /// The terminal gains or loses the focus.
    Focus {
        who: usize,
        device: usize,
        focused: bool,
    },
    Press {
        who: usize,
        device: usize,
        key: &'static str,
    },
    /// Sets the wall clock of a device forward or back by this many days.
    SetClock {
        who: usize,
        device: usize,
        days: i64,
    },
    /// Resizes the window. A frame is drawn before the client receives the event.
    Resize {
        who: usize,
        device: usize,
        size: (u16, u16),
    },
}

/// One action, repeated while a person is away.
fn burst(target: Target, talks: usize, away: usize) -> impl Strategy<Value = Step> {
    let who = move || prop_oneof![4 => Just(talks), 1 => Just(away)];
    // Sometimes more changes than a client fetches before it jumps to the end of a conversation.
    let changes = prop_oneof![4 => 1..60_usize, 1 => 420..480_usize];
    prop_oneof![
        3 => (who(), 1..45_usize).prop_map(move |(who, count)| Step::SayMuch { who, target, count }),
        3 => (who(), 0..12_u64, changes).prop_map(move |(who, at, count)| Step::ReactMuch { who, target, at, count }),
        1 => (who(), 1..9_usize).prop_map(move |(who, count)| Step::EditSome { who, target, count }),
    ]
}

/// A person leaves a device, many messages arrive, and the person returns, opens the conversation and continues to read.
fn absence() -> impl Strategy<Value = Vec<Step>> {
    let people = prop_oneof![
        prop::sample::select(vec![(Target::Direct, 0, 1), (Target::Direct, 1, 0)]),
        (0..PEOPLE.len(), 1..PEOPLE.len()).prop_map(|(away, next)| (Target::Group, (away + next) % PEOPLE.len(), away)),
    ];
    let happens = people.prop_flat_map(|(target, talks, away)| {
        let first = (30..45_usize).prop_map(move |count| Step::SayMuch { who: talks, target, count });
        (Just((target, away)), first, prop::collection::vec(burst(target, talks, away), 1..5))
    });
    let moves = prop::collection::vec(prop::sample::select(&MOVES[..]), 0..7);
    (0..DEVICES, 0..3_usize, happens, moves).prop_map(|(device, how, ((target, who), first, bursts), moves)| {
        let (goes, comes) = match how {
            0 => (Step::Cut { who, device }, Step::Mend { who, device }),
            1 => (Step::Menu { who, device }, Step::Menu { who, device }),
            _ => (Step::Focus { who, device, focused: false }, Step::Focus { who, device, focused: true }),
        };
        let mut steps = vec![goes, first];
        steps.extend(bursts);
        steps.extend([comes, Step::Open { who, device, target }]);
        steps.extend(moves.into_iter().map(|key| Step::Press { who, device, key }));
        steps
    })
}

/// A random history of up to 40 steps and absences.
pub(super) fn history() -> impl Strategy<Value = Vec<Step>> {
    let act = prop_oneof![8 => step().prop_map(|step| vec![step]), 1 => absence()];
    prop::collection::vec(act, 1..40).prop_map(|acts| acts.concat())
}

fn step() -> impl Strategy<Value = Step> {
    let who = || 0..PEOPLE.len();
    let device = || 0..DEVICES;
    let target = || prop_oneof![1 => Just(Target::Direct), 2 => Just(Target::Group)];
    let names = || prop::option::weighted(0.3, who());
    let at = || 0..12_u64;
    prop_oneof![
        6 => (who(), target(), names(), prop::option::weighted(0.3, at()))
            .prop_map(|(who, target, names, reply)| Step::Say { who, target, names, reply }),
        4 => (who(), device(), names()).prop_map(|(who, device, names)| Step::Type { who, device, names }),
        4 => (who(), target(), at(), names()).prop_map(|(who, target, at, names)| Step::Edit { who, target, at, names }),
        2 => (who(), target(), at()).prop_map(|(who, target, at)| Step::Delete { who, target, at }),
        4 => (who(), target(), at(), 0..EMOJI.len(), prop::bool::weighted(0.7))
            .prop_map(|(who, target, at, emoji, on)| Step::React { who, target, at, emoji, on }),
        2 => (who(), who()).prop_map(|(who, whom)| Step::Add { who, whom }),
        1 => (who(), who()).prop_map(|(who, whom)| Step::Remove { who, whom }),
        1 => who().prop_map(|who| Step::Leave { who }),
        2 => (who(), target(), at()).prop_map(|(who, target, at)| Step::Read { who, target, at }),
        1 => (who(), target(), at()).prop_map(|(who, target, at)| Step::Unread { who, target, at }),
        1 => (who(), target(), at()).prop_map(|(who, target, at)| Step::Dismiss { who, target, at }),
        3 => (who(), device(), target()).prop_map(|(who, device, target)| Step::Open { who, device, target }),
        1 => (who(), device()).prop_map(|(who, device)| Step::Menu { who, device }),
        2 => (who(), device()).prop_map(|(who, device)| Step::Cut { who, device }),
        3 => (who(), device()).prop_map(|(who, device)| Step::Mend { who, device }),
        1 => (who(), device(), any::<bool>()).prop_map(|(who, device, focused)| Step::Focus { who, device, focused }),
        3 => (who(), device(), prop::sample::select(&MOVES[..])).prop_map(|(who, device, key)| Step::Press { who, device, key }),
        2 => (who(), device(), -400..400_i64).prop_map(|(who, device, days)| Step::SetClock { who, device, days }),
        4 => (who(), device(), (0..130_u16, 0..45_u16)).prop_map(|(who, device, size)| Step::Resize { who, device, size }),
    ]
}
