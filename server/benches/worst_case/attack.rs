//! What the worst requests cost everyone else: the acknowledgements of a well-behaved pair, alone and while 64 sessions
//! send such requests as fast as their limits allow.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use papo_shared::model::ClientId;
use papo_shared::protocol::{OpenDirect, Reply, Request, SendMessage};
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};

use crate::cases::{self, Attack};
use crate::database::{Sizes, token, username};
use crate::figures::milliseconds;
use crate::real_server::{Connection, ServerProcess, quantile};

const SESSIONS: usize = 64;
/// The first attacker. Each session has an account of its own, which is a member of the large groups.
const FIRST_ATTACKER: usize = 100;
const PAIR: [usize; 2] = [900, 901];
/// Pause between two messages of the pair.
const PAUSE: Duration = Duration::from_millis(20);
const DURATION: Duration = Duration::from_secs(10);

pub(crate) async fn measure(server: ServerProcess, sizes: &Sizes) {
    report("a pair alone", pair(&server).await);
    for attack in cases::attacks(sizes) {
        let stop = Arc::new(AtomicBool::new(false));
        let answered = Arc::new(AtomicUsize::new(0));
        let mut attackers = JoinSet::new();
        for attacker in FIRST_ATTACKER..FIRST_ATTACKER + SESSIONS {
            let mut connection = Connection::open(server.address, None).await;
            connection.sign_in(token(attacker, 0)).await;
            attackers.spawn(repeat(connection, attack.clone(), stop.clone(), answered.clone()));
        }
        let times = pair(&server).await;
        let answered = answered.load(Ordering::Relaxed) as f64 / DURATION.as_secs_f64();
        stop.store(true, Ordering::Relaxed);
        while attackers.join_next().await.is_some() {}
        report(&format!("with 64 sessions: {}, {answered:.0}/s", attack.about), times);
    }
}

async fn repeat(mut connection: Connection, attack: Attack, stop: Arc<AtomicBool>, answered: Arc<AtomicUsize>) {
    let mut pause = interval(attack.pause);
    pause.set_missed_tick_behavior(MissedTickBehavior::Skip);
    for run in 0.. {
        pause.tick().await;
        if stop.load(Ordering::Relaxed) {
            return;
        }
        connection.ask((attack.request)(run)).await;
        answered.fetch_add(1, Ordering::Relaxed);
    }
}

/// The acknowledgement times of two users who send each other messages in turn.
async fn pair(server: &ServerProcess) -> Vec<Duration> {
    let mut pair = Vec::new();
    for account in PAIR {
        let mut connection = Connection::open(server.address, None).await;
        connection.sign_in(token(account, 0)).await;
        pair.push(connection);
    }
    let Reply::Conversation(direct) = pair[0].ask(Request::OpenDirect(OpenDirect { username: username(PAIR[1]) })).await else {
        panic!("no direct conversation")
    };
    let mut pause = interval(PAUSE);
    pause.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut times, began) = (Vec::new(), Instant::now());
    while began.elapsed() < DURATION {
        for connection in &mut pair {
            pause.tick().await;
            let sent = Instant::now();
            let (client_id, text) = (ClientId::new(), "bom dia".to_owned());
            let message = SendMessage { conversation: direct.conversation, client_id, text, reply_to: None };
            let reply = connection.ask(Request::SendMessage(message)).await;
            assert!(matches!(reply, Reply::MessageStored(_)), "{reply:?}");
            times.push(sent.elapsed());
        }
    }
    times
}

fn report(about: &str, mut times: Vec<Duration>) {
    let (p50, p99) = (quantile(&mut times, 0.5), quantile(&mut times, 0.99));
    println!("{about:60} {:9.2} {:9.2}", milliseconds(p50), milliseconds(p99));
}
