//! Generator of lines as a broken or hostile client might send them. Deterministic for a given seed.

use papo_shared::protocol::limits::MAX_LINE_BYTES;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, RngExt, SeedableRng};

/// Valid frames to be corrupted. None of them signs out or requires a password hash.
const FRAMES: &[&str] = &[
    r#"{"id":1,"type":"hello","protocol":1,"client":"example 1.0"}"#,
    r#"{"id":2,"type":"ping"}"#,
    r#"{"id":3,"type":"sign_in_with_token","token":"TUpxaB2YVg_0VQRQJIUxjhtsPm_yNhXqhhNI3MrltNQ"}"#,
    r#"{"id":4,"type":"list_users","query":"an","limit":1}"#,
    r#"{"id":5,"type":"watch_directory","watch":true}"#,
    r#"{"id":6,"type":"open_direct","username":"nobody"}"#,
    r#"{"id":7,"type":"create_group","name":"Redes"}"#,
    r#"{"id":8,"type":"add_member","conversation":7,"username":"nobody"}"#,
    r#"{"id":9,"type":"leave_group","conversation":7}"#,
    r#"{"id":10,"type":"rename_group","conversation":7,"name":"Redes 2"}"#,
    r#"{"id":11,"type":"list_conversations","after":1,"limit":2}"#,
    r#"{"id":12,"type":"get_conversation","conversation":1}"#,
    r#"{"id":13,"type":"list_groups","query":"re"}"#,
    r#"{"id":14,"type":"list_members","conversation":1}"#,
    r#"{"id":15,"type":"send_message","conversation":1,"client_id":"019a7c2e-5f00-7a10-8b1c-3d5e7f901234","text":"Oi!"}"#,
    r#"{"id":16,"type":"history","conversation":1,"after":0,"limit":1}"#,
    r#"{"id":17,"type":"mark_read","conversation":1,"seq":1}"#,
    r#"{"id":18,"type":"typing","conversation":1}"#,
    r#"{"id":19,"type":"search_messages","query":"oi \"bom dia\" from:ana in:#re after:2026-11","conversation":1,"limit":2,"before":9}"#,
    r#"{"id":19,"type":"set_profile","display_name":"Mallory","status":"aqui"}"#,
    r#"{"id":20,"type":"set_away","away":true}"#,
    r#"{"id":21,"type":"block","username":"nobody"}"#,
    r#"{"id":22,"type":"list_blocked","after":"ana","limit":2}"#,
    r#"{"id":23,"type":"remove_member","conversation":7,"username":"nobody"}"#,
    r#"{"id":24,"type":"set_role","conversation":7,"username":"nobody","role":"admin"}"#,
    r#"{"id":25,"type":"set_topic","conversation":7,"topic":"Provas"}"#,
    r#"{"id":26,"type":"set_notify","conversation":1,"level":"nothing","until":9}"#,
    r#"{"id":27,"type":"create_group_invite","conversation":7,"uses":1,"expires_in_s":1}"#,
    r#"{"id":28,"type":"list_group_invites","conversation":7}"#,
    r#"{"id":29,"type":"revoke_group_invite","conversation":7,"invite":1}"#,
    r#"{"id":30,"type":"join_group","code":"ABCD-EFGH-IJKL-MNOP"}"#,
    r#"{"id":19,"type":"send_message","conversation":1,"client_id":"019a7c2e-5f00-7a10-8b1c-3d5e7f901235","text":"@ana","reply_to":1}"#,
    r#"{"id":20,"type":"edit_message","conversation":1,"seq":1,"text":"Oi?"}"#,
    r#"{"id":21,"type":"delete_message","conversation":1,"seq":1}"#,
    r#"{"id":22,"type":"add_reaction","conversation":1,"seq":1,"emoji":"👍"}"#,
    r#"{"id":23,"type":"remove_reaction","conversation":1,"seq":1,"emoji":"👍"}"#,
    r#"{"id":24,"type":"list_revisions","conversation":1,"seq":1,"after":0,"limit":1}"#,
    r#"{"id":25,"type":"list_reactions","conversation":1,"seq":1,"after":0,"limit":1}"#,
    r#"{"id":26,"type":"mark_unread","conversation":1,"seq":1}"#,
    r#"{"id":27,"type":"list_inbox","limit":1}"#,
    r#"{"id":28,"type":"dismiss","conversation":1,"seq":1}"#,
    r#"{"id":29,"type":"mark_delivered","conversation":1,"seq":1}"#,
    r#"{"id":30,"type":"list_receipts","conversation":1,"after":"ana","limit":1}"#,
];

/// First lines of other protocols.
const STRANGERS: &[&str] = &[
    "GET / HTTP/1.1\r",
    "PRI * HTTP/2.0\r",
    "SSH-2.0-OpenSSH_9.6\r",
    "NICK ana\r",
    "<?xml version='1.0'?><stream:stream>",
    "EHLO example.org\r",
];

/// Values of types that no field expects.
const VALUES: &[&str] =
    &["null", "true", "-1", "1e999", "0.5", "18446744073709551616", "[]", "{}", r#""""#, r#""\ud800""#, r#"{"a":[1]}"#];

/// Ways to corrupt a line.
const WAYS: &[fn(&mut StdRng) -> Vec<u8>] = &[
    noise,
    truncated,
    byte_changed,
    byte_inserted,
    byte_removed,
    field_twice,
    value_replaced,
    nested,
    not_utf8,
    stranger,
    unknown_type,
    not_an_object,
];

/// An endless sequence of lines without terminators.
pub(crate) struct HostileLines {
    random: StdRng,
}

impl HostileLines {
    pub(crate) fn seeded(seed: u64) -> Self {
        Self { random: StdRng::seed_from_u64(seed) }
    }

    /// A line longer than every limit.
    pub(crate) fn too_long() -> Vec<u8> {
        vec![b'x'; MAX_LINE_BYTES + 1]
    }
}

impl Iterator for HostileLines {
    type Item = Vec<u8>;

    fn next(&mut self) -> Option<Vec<u8>> {
        let spoil = WAYS.choose(&mut self.random)?;
        let mut line = spoil(&mut self.random);
        // A newline would split the line, and this first byte would start a TLS handshake.
        for byte in &mut line {
            if matches!(byte, b'\n' | 0x16) {
                *byte = b' ';
            }
        }
        Some(line)
    }
}

fn frame(random: &mut StdRng) -> Vec<u8> {
    FRAMES.choose(random).map_or_else(Vec::new, |frame| frame.as_bytes().to_vec())
}

/// A random frame and a random position in it.
fn frame_and_place(random: &mut StdRng) -> (Vec<u8>, usize) {
    let frame = frame(random);
    let place = random.random_range(0..frame.len());
    (frame, place)
}

fn noise(random: &mut StdRng) -> Vec<u8> {
    let mut bytes = vec![0; random.random_range(1..200)];
    random.fill_bytes(&mut bytes);
    bytes
}

fn truncated(random: &mut StdRng) -> Vec<u8> {
    let (mut frame, place) = frame_and_place(random);
    frame.truncate(place.max(1));
    frame
}

fn byte_changed(random: &mut StdRng) -> Vec<u8> {
    let (mut frame, place) = frame_and_place(random);
    frame[place] ^= random.random_range(1..=255u8);
    frame
}

fn byte_inserted(random: &mut StdRng) -> Vec<u8> {
    let (mut frame, place) = frame_and_place(random);
    frame.insert(place, random.random());
    frame
}

fn byte_removed(random: &mut StdRng) -> Vec<u8> {
    let (mut frame, place) = frame_and_place(random);
    frame.remove(place);
    frame
}

fn field_twice(random: &mut StdRng) -> Vec<u8> {
    let (frame, _) = frame_and_place(random);
    let mut object: Vec<u8> = frame[..frame.len() - 1].to_vec();
    object.push(b',');
    object.extend_from_slice(&frame[1..]);
    object
}

fn value_replaced(random: &mut StdRng) -> Vec<u8> {
    let frame = String::from_utf8(frame(random)).unwrap();
    let mut fields: Vec<String> = frame[1..frame.len() - 1].split(',').map(str::to_owned).collect();
    let at = random.random_range(0..fields.len());
    let name = fields[at].split(':').next().unwrap().to_owned();
    fields[at] = format!("{name}:{}", VALUES.choose(random).unwrap());
    format!("{{{}}}", fields.join(",")).into_bytes()
}

fn nested(random: &mut StdRng) -> Vec<u8> {
    let open = ["[", "{\"a\":"].choose(random).unwrap();
    format!(r#"{{"id":1,"type":"ping","x":{}"#, open.repeat(random.random_range(100..1000))).into_bytes()
}

fn not_utf8(random: &mut StdRng) -> Vec<u8> {
    let (mut frame, place) = frame_and_place(random);
    frame.splice(place..place, [0xc3, 0x28]);
    frame
}

fn stranger(random: &mut StdRng) -> Vec<u8> {
    STRANGERS.choose(random).unwrap().as_bytes().to_vec()
}

fn unknown_type(random: &mut StdRng) -> Vec<u8> {
    format!(r#"{{"id":{},"type":"later_{}","x":[{{}}]}}"#, random.random::<u32>(), random.random::<u8>()).into_bytes()
}

fn not_an_object(random: &mut StdRng) -> Vec<u8> {
    VALUES.choose(random).unwrap().as_bytes().to_vec()
}
