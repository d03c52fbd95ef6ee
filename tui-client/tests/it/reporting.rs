//! A message is reported with a real client to a real server.

use crate::pty::AnaAndBia;

const ENTER: &str = "\r";
const UP: &str = "\x1b[A";
const ALT_R: &str = "\x1br";

#[test]
fn a_report_reaches_the_server_with_its_reason() {
    let people = AnaAndBia::new();
    let (mut ana, mut bia) = people.register();
    ana.press("2");
    ana.see("● bia");
    ana.enter("bia");
    ana.see("No messages yet.");
    ana.enter("compre agora");
    bia.see("1 unread");
    bia.press("2");
    bia.see("type part of a name");
    bia.press(ENTER);
    bia.see("compre agora");
    bia.press(UP);
    bia.see("r reply");
    bia.press(ALT_R);
    bia.see("Report this message of ana");
    bia.fill("spam");
    bia.press(ENTER);
    bia.see("Reported. The operator of the server can read");

    let file = people.home_of_ana.path().join(".local/share/papo/chat.db");
    let connection = rusqlite::Connection::open_with_flags(file, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let sql = "SELECT reporter.username, entry.body, report.reason FROM report
               JOIN account reporter ON reporter.id = report.reporter JOIN entry ON entry.id = report.entry";
    let row: [String; 3] = connection.query_row(sql, [], |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?])).unwrap();
    assert_eq!(row, ["bia", "compre agora", "spam"].map(str::to_owned));
}
