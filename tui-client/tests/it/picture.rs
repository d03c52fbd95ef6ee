//! Renders the pictures of the README and compares them with the files, so that they always show the current version.
//! `PAPO_UPDATE_PICTURE=1 cargo test -p papo --test it picture` updates the files.

use std::fmt::Write;
use std::path::Path;

use papo_shared::model::{ConversationId, Emoji, Entry, EntryKind, GroupName, Message, Reaction, ReplyTo, Seq, Timestamp};
use papo_shared::protocol::{Entries, Event as ServerEvent, MemberPage, Reply, Request, TypingStarted};
use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr;

use crate::driver::{Driver, MINUTE, START, direct, entry, group, member, message, name};
use crate::stories::inbox::at_the_inbox;
use crate::stories::search::searching;

const CELL: (usize, usize) = (9, 20);
/// Columns and rows of the larger picture.
const SIZE: (u16, u16) = (100, 26);
const MARGIN: usize = 16;

/// The state of a typical chat.
fn a_chat() -> Driver {
    let mut bia = direct(1, "bia", 4, 2, 2);
    bia.latest = Some(message(4, "bia", 5, "vem buscar?"));
    let mut client = Driver::signed_in(SIZE.0, SIZE.1, vec![bia, group(2, "redes", 9, 6, 3), group(3, "café", 3, 3, 0)]);
    client.keys("3");
    client.type_text("redes");
    client.keys("Enter");
    let entries = vec![
        entry(1, "ana", -1500, EntryKind::GroupCreated { name: GroupName::parse("redes").unwrap() }),
        entry(2, "ana", -1500, EntryKind::MemberAdded { member: name("bia") }),
        entry(3, "ana", -1499, EntryKind::MemberAdded { member: name("caio") }),
        message(4, "bia", -1420, "alguém tem o capítulo 3? o meu pdf está cortado"),
        message(5, "caio", -1419, "tenho, mando à noite 👍"),
        with(
            message(6, "ana", 2, "bom dia! saiu o **gabarito**:\n- janela deslizante\n- 李 pergunta sobre `CRC-32`"),
            |message| {
                message.reactions = vec![reaction("👍", 2, false), reaction("🎉", 1, true)];
            },
        ),
        with(message(7, "bia", 3, "a segunda eu errei 😅"), |message| {
            message.reply_to = Some(ReplyTo { seq: Seq(6), author: name("ana") });
        }),
        message(8, "caio", 5, "a prova é na quinta ou na sexta?"),
        with(
            message(9, "bia", 6, "@ana quinta, às dez. quem quiser revisar antes, a sala 204 está livre na quarta à tarde"),
            |message| {
                message.mentions = vec![name("ana")];
                message.edited_at = Some(message_at(7));
            },
        ),
    ];
    client.answer(|request| match request {
        Request::History(asked) => {
            Some(Reply::Entries(Entries { conversation: asked.conversation, entries: entries.clone(), more: false }))
        }
        Request::ListMembers(asked) => Some(Reply::Members(MemberPage {
            conversation: asked.conversation,
            members: vec![member("ana", true), member("bia", true), member("caio", true)],
            next: None,
        })),
        _ => None,
    });
    client.tell(ServerEvent::TypingStarted(TypingStarted { conversation: ConversationId(2), username: name("caio") }));
    client.type_text("eu vou. levo café?");
    client
}

fn with(mut entry: Entry, change: impl FnOnce(&mut Message)) -> Entry {
    let EntryKind::Message(message) = &mut entry.kind else { panic!("no message") };
    change(message);
    entry
}

fn reaction(emoji: &str, count: u32, mine: bool) -> Reaction {
    Reaction { emoji: Emoji::parse(emoji).unwrap(), count, mine }
}

fn message_at(minutes: i64) -> Timestamp {
    Timestamp(START + minutes * MINUTE)
}

/// Renders the cells as SVG.
fn svg(buffer: &Buffer) -> String {
    let (columns, rows) = (usize::from(buffer.area.width), usize::from(buffer.area.height));
    let (width, height) = (columns * CELL.0 + 2 * MARGIN, rows * CELL.1 + 2 * MARGIN);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
         font-family=\"ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace\" font-size=\"15\">\n\
         <rect width=\"{width}\" height=\"{height}\" rx=\"8\" fill=\"#16181d\"/>\n"
    );
    for y in 0..buffer.area.height {
        let mut x = 0;
        while x < buffer.area.width {
            let cell = &buffer[(x, y)];
            let cells = cell.symbol().width().max(1);
            let (left, top) = (MARGIN + usize::from(x) * CELL.0, MARGIN + usize::from(y) * CELL.1);
            let (mut ink, mut paper) = (colour(cell.fg).unwrap_or("#d8dce4".into()), None);
            if cell.modifier.contains(Modifier::REVERSED) {
                paper = Some(std::mem::replace(&mut ink, "#16181d".into()));
            }
            if let Some(paper) = paper {
                writeln!(
                    svg,
                    "<rect x=\"{left}\" y=\"{top}\" width=\"{}\" height=\"{}\" fill=\"{paper}\"/>",
                    cells * CELL.0,
                    CELL.1
                )
                .unwrap();
            }
            // Box-drawing characters are rendered as lines, since fonts leave gaps between them.
            let line = match cell.symbol() {
                "│" => Some((left + CELL.0 / 2, top, 1, CELL.1)),
                "─" => Some((left, top + CELL.1 / 2, CELL.0, 1)),
                _ => None,
            };
            if let Some((x, y, w, h)) = line {
                writeln!(svg, "<rect x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" fill=\"{ink}\" opacity=\".55\"/>").unwrap();
            } else if cell.symbol() != " " {
                let weight = if cell.modifier.contains(Modifier::BOLD) { " font-weight=\"bold\"" } else { "" };
                let dim = if cell.modifier.contains(Modifier::DIM) { " opacity=\".55\"" } else { "" };
                let symbol = cell.symbol().replace('&', "&amp;").replace('<', "&lt;");
                writeln!(svg, "<text x=\"{left}\" y=\"{}\" fill=\"{ink}\"{weight}{dim}>{symbol}</text>", top + 15).unwrap();
            }
            x += u16::try_from(cells).unwrap();
        }
    }
    svg.push_str("</svg>\n");
    svg
}

/// The usual RGB value of a terminal colour; `None` for the default colour.
fn colour(colour: Color) -> Option<String> {
    let Color::Indexed(index @ 16..=231) = colour else { return None };
    let level = |step: u8| if step == 0 { 0 } else { 55 + 40 * step };
    let cube = index - 16;
    Some(format!("#{:02x}{:02x}{:02x}", level(cube / 36), level(cube / 6 % 6), level(cube % 6)))
}

#[track_caller]
fn check(picture: &str, client: &Driver) {
    let drawn = svg(&client.drawn());
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets").join(picture);
    if std::env::var_os("PAPO_UPDATE_PICTURE").is_some() {
        std::fs::write(&file, &drawn).unwrap();
    }
    let on_file = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(drawn == on_file, "the screen looks different by now: PAPO_UPDATE_PICTURE=1 cargo test -p papo --test it picture");
}

#[test]
fn the_picture_of_a_chat_is_current() {
    check("chat.svg", &a_chat());
}

#[test]
fn the_picture_of_the_inbox_is_current() {
    check("inbox.svg", &at_the_inbox(SIZE.0, 20));
}

#[test]
fn the_picture_of_a_search_is_current() {
    check("search.svg", &searching(SIZE.0, 20));
}
