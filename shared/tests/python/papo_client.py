#!/usr/bin/env python3
"""A small papo client, written from PROTOCOL.md alone with nothing but the standard library.

By hand:    python3 papo_client.py HOST:PORT NAME PASSWORD PEER
            registers NAME, or signs in if the account exists, then sends each typed line to PEER and shows
            incoming messages.
As a test:  python3 papo_client.py --self-test HOST:PORT
            registers random users and exchanges messages; exits with 0 if the server follows the protocol, else with 1.
"""

import json
import secrets
import select
import socket
import sys
import time
import unicodedata
import uuid

PATIENCE_SECONDS = 20
MAX_LINE_BYTES = 65536


class Refused(Exception):
    """The server refused a request. `code` is stable."""

    def __init__(self, frame):
        super().__init__("%(code)s" % frame)
        self.frame = frame
        self.code = frame["code"]


class Closed(Exception):
    """The connection is closed."""


def shown(text):
    """Text from the server without characters that could control a terminal."""
    return "".join(c for c in text if c == "\n" or unicodedata.category(c) not in ("Cc", "Cf"))


class Connection:
    """A connection: sends requests, and separates replies from events."""

    def __init__(self, address):
        host, _, port = address.rpartition(":")
        self.socket = socket.create_connection((host.strip("[]"), int(port)), timeout=PATIENCE_SECONDS)
        self.received = b""
        self.next_id = 1
        self.events = []  # events received while waiting for a reply
        self.welcome = self.ask("hello", protocol=1, client="papo_client.py 1.0")

    def close(self):
        self.socket.close()

    def write(self, frame):
        # The longest message fits in a line with ensure_ascii as well.
        line = json.dumps(frame, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
        self.socket.sendall(line + b"\n")

    def send_request(self, kind, **fields):
        """Sends a request and returns its id without waiting for the reply."""
        request_id, self.next_id = self.next_id, self.next_id + 1
        self.write({"id": request_id, "type": kind, **fields})
        return request_id

    def ask(self, kind, **fields):
        """Sends a request and waits for its reply; events received meanwhile are kept."""
        return self.reply_to(self.send_request(kind, **fields))

    def reply_to(self, request_id):
        while True:
            frame = self.read()
            if frame.get("id") == request_id:
                if frame["type"] == "refused":
                    raise Refused(frame)
                return frame
            self.keep(frame)

    def keep(self, frame):
        if "id" in frame:
            raise AssertionError("an unexpected reply: %r" % frame)
        if frame["type"] == "ping":
            self.write({"type": "pong"})
        elif frame["type"] == "goodbye":
            raise Closed(frame["reason"])
        else:
            self.events.append(frame)

    def read(self):
        """Waits for the next frame of any kind."""
        while b"\n" not in self.received:
            piece = self.socket.recv(65536)
            if not piece:
                raise Closed("the server closed the connection")
            self.received += piece
        line, _, self.received = self.received.partition(b"\n")
        assert len(line) <= MAX_LINE_BYTES, "a line of %d bytes" % len(line)
        return json.loads(line.decode("utf-8"))

    def event(self, wanted):
        """Waits for the first event for which `wanted` holds. Other events are kept."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        looked_at = 0
        while True:
            for index in range(looked_at, len(self.events)):
                if wanted(self.events[index]):
                    return self.events.pop(index)
            looked_at = len(self.events)
            assert time.monotonic() < deadline, "an expected event did not arrive; received: %r" % self.events
            self.keep(self.read())

    def all_pages(self, kind, rows, **fields):
        """Every row of a list, page by page."""
        found = []
        while True:
            page = self.ask(kind, **fields)
            found += page[rows]
            if page.get("next") is None:
                return found
            fields["after"] = page["next"]

    def history_after(self, conversation, cursor, limit=50):
        """Every entry above a cursor: resuming, filling a hole and catching up."""
        found = []
        while True:
            page = self.ask("history", conversation=conversation, after=cursor, limit=limit)
            found += page["entries"]
            if not page["more"]:
                return found
            cursor = found[-1]["seq"]

    def send(self, conversation, text, client_id=None):
        client_id = client_id or new_client_id()
        return self.ask("send_message", conversation=conversation, client_id=client_id, text=text)


def new_client_id():
    """A UUID of version 7: 48 bits of milliseconds, then randomness."""
    value = (int(time.time() * 1000) << 80) | secrets.randbits(80)
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    value = (value & ~(0x3 << 62)) | (0x2 << 62)
    return str(uuid.UUID(int=value))


def register_or_sign_in(connection, name, password):
    try:
        return connection.ask("register", username=name, password=password)
    except Refused as refused:
        if refused.code != "username_taken":
            raise
    return connection.ask("sign_in", username=name, password=password)


# By hand


def line_of(entry):
    if entry["kind"] == "message":
        return "%s: %s" % (shown(entry["author"]), shown(entry["text"]))
    return "* %s: %s" % (shown(entry["author"]), shown(entry["kind"]).replace("_", " "))


def talk(address, name, password, peer):
    connection = Connection(address)
    me = register_or_sign_in(connection, name, password)["you"]["username"]
    conversation = connection.ask("open_direct", username=peer)
    number = conversation["conversation"]
    page = connection.ask("history", conversation=number, limit=20)
    for entry in page["entries"]:
        print(line_of(entry))
    print("-- you are %s, talking to %s; an empty line or Ctrl-D ends --" % (me, shown(conversation["peer"]["username"])))
    cursor = conversation["last_seq"]
    while True:
        while connection.events:
            event = connection.events.pop(0)
            if event["type"] == "entry_posted" and event["conversation"] == number:
                # Also what is missing in between, after events were lost.
                for entry in connection.history_after(number, cursor):
                    cursor = entry["seq"]
                    if entry["author"] != me:
                        print(line_of(entry))
                connection.ask("mark_read", conversation=number, seq=cursor)
        if b"\n" not in connection.received:
            ready, _, _ = select.select([connection.socket, sys.stdin], [], [])
            if sys.stdin in ready:
                typed = sys.stdin.readline()
                if not typed.strip():
                    break
                try:
                    print("   (stored as %d)" % connection.send(number, typed)["seq"])
                except Refused as refused:
                    print("   (not sent: %s)" % refused)
                continue
        connection.keep(connection.read())
    connection.close()


# As a test


def check(what, got, expected):
    assert got == expected, "%s: expected %r, got %r" % (what, expected, got)
    print("ok  %s" % what)


def check_refused(what, code, ask):
    try:
        got = ask()
    except Refused as refused:
        return check(what, refused.code, code)
    raise AssertionError("%s: expected a refusal, got %r" % (what, got))


def texts(entries):
    return [(entry["seq"], entry["author"], entry.get("text", entry["kind"])) for entry in entries]


def posted(conversation, seq):
    return lambda event: (
        event["type"] == "entry_posted" and event["conversation"] == conversation and event["entry"]["seq"] == seq
    )


def self_test(address):
    tag = secrets.token_hex(4)
    ana_name, bia_name = "ana-" + tag, "bia-" + tag
    password = secrets.token_urlsafe(12)

    first = Connection(address)
    check("the server speaks version 1", first.welcome["protocol"], 1)
    check_refused("nothing before sign-in", "sign_in_first", lambda: first.ask("list_users"))
    entered = first.ask("register", username=ana_name.upper(), password=password, display_name="Ana", device="self-test")
    check("the username is mapped to lower case", entered["you"]["username"], ana_name)
    ana = first
    bia = Connection(address)
    bia_token = bia.ask("register", username=bia_name, password=password)["token"]
    check_refused("a name is given once", "username_taken", lambda: Connection(address).ask("register", username=ana_name, password=password))

    # Direct messages, both ways.
    direct = ana.ask("open_direct", username=bia_name)
    number = direct["conversation"]
    check("a new conversation is empty", (direct["kind"], direct["last_seq"], direct["unread"]), ("direct", 0, 0))
    client_id = new_client_id()
    stored = ana.send(number, "Oi, Bia! 🦜", client_id)
    check("the first message has number 1", (stored["seq"], stored["client_id"]), (1, client_id))
    check("sent again, it is the same message", ana.send(number, "Oi, Bia! 🦜", client_id), {**stored, "id": ana.next_id - 1})
    check_refused("its id cannot carry another text", "client_id_reused", lambda: ana.send(number, "other", client_id))
    heard = bia.event(posted(number, 1))["entry"]
    check("the other user receives it", (heard["author"], heard["text"], heard["client_id"]), (ana_name, "Oi, Bia! 🦜", client_id))
    check("it is unread for the recipient", bia.ask("get_conversation", conversation=number)["unread"], 1)
    check("and not for its author", ana.ask("get_conversation", conversation=number)["unread"], 0)
    check("the reply has number 2", bia.send(number, "Oi!\r\nTudo bem?\x1b[2J")["seq"], 2)
    check("it arrives cleaned", ana.event(posted(number, 2))["entry"]["text"], "Oi!\nTudo bem?[2J")
    cursor = bia.ask("mark_read", conversation=number, seq=2)
    check("marked entries are not unread", (cursor["read_seq"], cursor["unread"], cursor["last_seq"]), (2, 0, 2))
    bia.ask("typing", conversation=number)
    check("typing is announced", ana.event(lambda event: event["type"] == "typing_started")["username"], bia_name)

    # A group.
    group = ana.ask("create_group", name="#Group " + tag)
    room = group["conversation"]
    check("the creator of a group is its first member", (group["name"], group["members"], group["last_seq"]), ("Group " + tag, 1, 1))
    check_refused("other users cannot write", "not_a_member", lambda: bia.send(room, "hello?"))
    check_refused("nor read", "not_a_member", lambda: bia.ask("history", conversation=room))
    check("a message before other members join", ana.send(room, "nobody here?")["seq"], 2)
    check("adding a member", ana.ask("add_member", conversation=room, username=bia_name)["type"], "done")
    check("the new member is notified", bia.event(posted(room, 3))["entry"]["member"], bia_name)
    check("a message to the group", ana.send(room, "welcome")["seq"], 4)
    check("arrives at the member", bia.event(posted(room, 4))["entry"]["text"], "welcome")
    seen = bia.history_after(room, 0)
    check("a member sees the log from their first entry on", texts(seen), [(3, ana_name, "member_added"), (4, ana_name, "welcome")])

    # Messages sent while a user is offline.
    bia.close()
    for text in ("are you there?", "well, later then"):
        ana.send(number, text)
    ana.send(room, "the meeting is at nine")
    bia = Connection(address)
    check("the token signs in again", bia.ask("sign_in_with_token", token=bia_token)["token"], bia_token)
    rows = {row["conversation"]: row for row in bia.all_pages("list_conversations", "conversations", limit=1)}
    check("both conversations are there, page by page", sorted(rows), sorted([number, room]))
    check("with what is unread", (rows[number]["unread"], rows[number]["last_seq"]), (2, 4))
    check("in the group as well", (rows[room]["unread"], rows[room]["last_seq"], rows[room]["first_seq"]), (2, 5, 3))
    missed = bia.history_after(number, 2, limit=1)
    check("the missed messages arrive once and in order", texts(missed), [(3, ana_name, "are you there?"), (4, ana_name, "well, later then")])
    missed = bia.history_after(room, 4)
    check("for the group too", texts(missed), [(5, ana_name, "the meeting is at nine")])

    # Many at once, without waiting.
    requests = [ana.send_request("send_message", conversation=number, client_id=new_client_id(), text="n%d" % n) for n in range(50)]
    check("many messages are numbered in order", [ana.reply_to(request)["seq"] for request in requests], list(range(5, 55)))
    heard = [bia.event(posted(number, seq))["entry"]["text"] for seq in range(5, 55)]
    check("and received in order", heard, ["n%d" % n for n in range(50)])
    long = "語" * (bia.welcome["limits"]["max_message_bytes"] // 3)
    check("the longest message is accepted", ana.send(number, long)["seq"], 55)
    check("and received completely", bia.event(posted(number, 55))["entry"]["text"], long)
    check_refused("a longer one is not", "text_too_long", lambda: ana.send(number, long + "語"))

    # Leaving, and the end.
    check("leaving the group", bia.ask("leave_group", conversation=room)["type"], "done")
    check("is announced", ana.event(posted(room, 6))["entry"]["kind"], "member_left")
    check_refused("and ends access to it", "not_a_member", lambda: bia.ask("history", conversation=room))
    names = [row["username"] for row in ana.all_pages("list_users", "users", query=tag, limit=1)]
    check("the directory has both, page by page", names, [ana_name, bia_name])
    ana.socket.sendall(b"this is no frame\n")
    check("an invalid frame is refused", ana.event(lambda event: event["type"] == "refused")["code"], "not_json")
    check("and the connection stays open", ana.ask("ping")["type"], "pong")
    check("signing out", bia.ask("sign_out")["type"], "done")
    try:
        bia.keep(bia.read())
        raise AssertionError("no goodbye was received")
    except Closed as closed:
        check("is followed by a goodbye", str(closed), "signed_out")
    again = Connection(address)
    check_refused("and the token is invalid", "token_unknown", lambda: again.ask("sign_in_with_token", token=bia_token))
    check("the password still signs in", again.ask("sign_in", username=bia_name, password=password)["you"]["username"], bia_name)
    print("all is as PROTOCOL.md says")


def main(arguments):
    try:
        if len(arguments) == 2 and arguments[0] == "--self-test":
            self_test(arguments[1])
        elif len(arguments) == 4:
            talk(*arguments)
        else:
            print(__doc__.strip(), file=sys.stderr)
            return 2
    except (AssertionError, Refused, Closed, OSError, KeyError, ValueError) as error:
        print("FAILED  %s: %s" % (type(error).__name__, error), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
