# The words of papo in English. Every key stands in each language's file; a test holds them together.

tagline = a chat that keeps what you said
too-small = papo needs a larger window
you = you

# The first line
link-hosting = hosting on this machine
link-connected = connected
link-connecting = connecting…
link-unreachable = no answer, trying again in { $seconds } s
link-closed = connection lost, trying again in { $seconds } s
link-silent = the server is silent, trying again in { $seconds } s
link-no-reply = the server does not answer, trying again in { $seconds } s
link-not-papo = not a papo server, trying again in { $seconds } s
link-no-tls = no encryption there, trying again in { $seconds } s
link-certificate-unknown = an unknown certificate
link-certificate-changed = THE CERTIFICATE CHANGED
link-cannot-host = cannot host, trying again in { $seconds } s
link-hosted-server-failed = papo's server failed, starting it again in { $seconds } s
link-server-away = its server is away, trying again in { $seconds } s
link-known-servers = a file cannot be used, trying again in { $seconds } s
link-waiting = ({ $count } waiting)
link-not-stored = ({ $count } waiting: server cannot store)
unread-total = { $count } unread

# Signing in
sign-in-title = Welcome
tab-sign-in = Sign in
tab-register = Register
label-username = Name
label-password = Password
label-password-again = Once more
label-invite = Invite
label-stay = stay signed in on this device (Space)
sign-in-waiting = Asking the server…
problem-empty-field = This is needed.
problem-passwords-differ = The two passwords differ. Type the same one twice.
problem-not-connected = Not connected to the server. It is tried again now; press Enter once the first line says connected.
problem-connection-lost = The connection was lost before the answer came. Nothing you typed is gone; try again.
problem-other-server = This is not the server you signed in to here before. Your sign-in to that one is kept, and works again when it is back.
problem-server-replaced = Another server answers here now. Your sign-in to the one before, and what you wrote there, are kept until it is back.
problem-sign-in-unreadable = Your stored sign-in cannot be read ({ $why }). Sign in with your password, or repair that file.
problem-signed-out-elsewhere = You were signed out here, from another device. Sign in again to go on.
lost-unreachable = Nobody answers there: { $why }. It is tried again by itself.
lost-server-away = Nothing answers on port { $port } of this machine. The server that was there last is not one that papo hosts, so papo leaves the port free for it and tries again by itself. To host a chat of your own there instead, press Enter.
lost-known-servers = The file of the certificates you accepted cannot be used ({ $why }). Make it readable and writable for your user, or move it away; papo tries again by itself.
cannot-host-address = papo cannot listen on { $address } ({ $why }). Start it on another port above 1023, for example with --port 23456.
cannot-host-data-in-use = Another papo uses your chat's data in { $folder }. If it hosts on another port, start this one with the same --port; otherwise papo tries again by itself.
cannot-host-data-unusable = papo cannot use { $file } ({ $why }). Check that the disk has room and that your user may write the file and its folder; papo tries again by itself.
cannot-host-data-newer = { $file } was written by a newer papo. Install that version, or a newer one.
cannot-host-data-foreign = { $file } belongs to another program. Move it away, and papo makes a new one.
cannot-host-data-damaged = { $file } is damaged. Move it to a safe place and put a backup there; without a backup papo begins an empty chat.
cannot-host-certificate = papo cannot use its certificate, { $file } ({ $why }). Move certificate.pem and key.pem out of that folder, and papo makes new ones.
cannot-host-system = The system cannot run a server ({ $why }). Close some programs; papo tries again by itself.
lost-no-reply = Something took the connection there and sent no answer. It is tried again by itself; if that goes on, check the address.
lost-not-papo = Something answers there that is no papo server. Check the address you gave with --server.
lost-no-tls = What answers there does not encrypt ({ $why }). Check the address; for a server that really has no encryption there is --plaintext.
lost-certificate-unknown = The server shows a certificate nobody vouches for: { $shown }. Press Enter on the form to be asked again whether to believe it.
lost-no-authorities = This system has no certificates of authorities, so papo cannot tell who issued the certificate of the server: { $shown }. Install them (many systems have them in a package named ca-certificates), or press Enter on the form to be asked again whether to believe it.
lost-certificate-changed = The server's certificate is not the one it had. Either its operator made a new one, or somebody stands between you and it. Before: { $known }. Now: { $shown }. Ask the operator, by another way than this, what papo-server printed; if it is the new one, delete the server's line in the file known_servers of papo's data folder (~/.local/share/papo) and start papo again.
lost-hosted-server-failed = A part of the server that papo hosts failed. papo starts the server again by itself; papo's log has the cause.
lost-closed = The server closed the connection. It is tried again by itself.
strength-0 = guessed at once.
strength-1 = easy to guess.
strength-2 = fair.
strength-3 = good.
strength-4 = strong.
strength-few-words = Use a few words that do not belong together.
strength-no-need-for-symbols = Length helps more than symbols or digits.
strength-another-word = Add another word or two.
strength-capitals = Capital letters help little.
strength-reversed = Words spelled backwards are as easy to guess.
strength-substitutions = Swapping letters for digits helps little.
strength-keyboard = Rows of keys are easy to guess.
strength-repeats = Avoid repeating words and characters.
strength-sequences = Avoid sequences as abc or 123.
strength-dates = Avoid dates and years.

# The menu
menu-directory = People and groups
menu-chat-with-somebody = Chat with somebody
menu-chat-in-group = Chat in a group
menu-create-group = Create a group
menu-add-member = Add somebody to a group
menu-quit = Quit
menu-lately = Lately

# The chat
side-users = Users
side-groups = Groups
list-no-users = Nobody else has registered yet.
list-no-groups = You are in no group yet. Esc, then 4, creates one.
chat-choose-user = ↑↓ choose somebody, Enter opens
chat-choose-group = ↑↓ choose a group, Enter opens
presence-online = online
presence-away = away
presence-offline = offline
presence-unknown = no connection
presence-offline-since = offline since { $when }
group-members = { $count ->
    [one] { $count } member
   *[other] { $count } members
}
members = Members
members-asking = Asking the server…
member-blocked = blocked
chat-blocked = you blocked them; /unblock ends it
notify-title = What calls you in { $name }?
notify-all = Every message
notify-mentions = Only what mentions you or answers you
notify-nothing-for = { $hours ->
    [one] Nothing, for an hour
   *[other] Nothing, for { $hours } hours
}
notify-nothing = Nothing, until you unmute it
notify-is-mentions = mentions only
notify-is-mentions-until = mentions only until { $when }
notify-is-nothing = muted
notify-is-nothing-until = muted until { $when }
invites-title = Invites to { $group }
invites-asking = Asking the server…
invites-none = No invite is open. n makes one.
invites-told-once = This code is shown this once, and is on your clipboard. Whoever has it comes in with /join and the code.
invite-uses = { $count ->
    [one] for one person
   *[other] for { $count } people
}
invite-any-uses = for anybody
invite-until = until { $when }
invite-for-ever = without end
invite-by = by { $who }
role-owner = owner
role-admin = admin
typing-one = { $who } is typing…
typing-two = { $who } and { $other } are typing…
typing-many = { $who }, { $other } and { $count ->
    [one] 1 other
   *[other] { $count } others
} are typing…
composer-empty = Write a message, or / for a command
message-deleted = message deleted
message-edited = (edited)
quote-nothing = a message you cannot see
receipt-delivered = delivered
receipt-read = read
receipt-delivered-to = delivered to { $count }
receipt-read-by = read by { $count }
composer-editing = editing
messages-none = Nothing was said here yet.
messages-folded = from somebody you blocked · Enter shows it
preview-folded = a message from somebody you blocked
messages-loading = Fetching the messages…
messages-beginning-for-you = You see it from when you were added.
messages-beginning = The conversation begins here.
messages-new = new
messages-unread-below = { $count } unread below
messages-more-below = End goes to the newest
happened-created = { $who } created the group { $group }
happened-added = { $who } added { $whom }
happened-left = { $who } left
happened-left-to = { $who } left; the group is { $whom }’s now
happened-removed = { $who } removed { $whom }
happened-joined = { $who } joined by an invite
happened-owner = { $who } gave the group to { $whom }
happened-admin = { $who } made { $whom } an admin
happened-member = { $who } made { $whom } a plain member
happened-topic = { $who } set the topic: { $topic }
happened-no-topic = { $who } took the topic away
happened-edited = { $who } edited a message
happened-deleted = { $who } deleted a message
happened-reacted = { $who } reacted with { $emoji }
happened-unreacted = { $who } took { $emoji } back
happened-renamed = { $who } named the group { $group }
happened-unknown = { $who } did something this version of papo does not know
day = { $weekday } { $day } { $month } { $year }
weekday-monday = Monday
weekday-tuesday = Tuesday
weekday-wednesday = Wednesday
weekday-thursday = Thursday
weekday-friday = Friday
weekday-saturday = Saturday
weekday-sunday = Sunday
month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December

# The devices
devices-title = Where you are signed in
devices-asking = Asking the server…
device-unnamed = a device without a name
device-this = this device
device-connected = connected
device-last-used = last used { $when }
device-signed-in = signed in { $when }

# The server
server-title = The server
server-address = Address
server-privacy = Line
server-certificate = Certificate
server-version = Version
server-sign-in = Sign-in
privacy-on-this-machine = does not leave this machine
privacy-plain = NOT ENCRYPTED: whoever is on the way can read everything
privacy-vouched = encrypted; an authority vouches for the certificate
privacy-believed = encrypted, with the certificate you believed
sign-in-not-kept = not kept: the next start asks for the password
sign-in-in-keyring = kept in the system's keyring
sign-in-in-file = kept in { $file }, which only you can read

# Over the screen
help-title = Keys and commands
help-here = here
help-elsewhere = elsewhere
help-commands = commands, typed as a message
completion-emoji = emoji
completion-people = people
completion-commands = commands
completion-groups = groups
paste-waiting = { $paste } pasted, Enter asks
paste-too-long = { $paste } pasted: a message holds { $kib } KiB
paste-question = Send all of this to { $to }?
paste-amount = { $lines ->
    [one] { $lines } line, { $size }
   *[other] { $lines } lines, { $size }
}
size-bytes = { $count } bytes
size-kib = { $whole }.{ $tenth } KiB
picker-type = type part of a name
picker-nothing = Nothing matches.
picker-nobody = There is nobody else.
picker-blocked = Blocked: Enter unblocks
picker-nobody-blocked = You have blocked nobody.
picker-not-a-member = · you are not in it
picker-group-to-add-to = Add somebody to which group?
picker-somebody-to-add = Add whom to { $group }? Esc when done
members-of = Members of { $group }
picker-anything = Find
picker-link-to-open = Open which link?
picker-link-to-copy = Copy which link?
picker-code-to-copy = Copy which code?

# Searching for messages.
search-here = Search { $conversation }
search-everywhere = Search all conversations
search-type = words to look for
search-filters = "a phrase"  from:name  in:#group  before:2026-11-01  after:  has:link
search-looking = looking…
search-nothing = Nothing found. Try fewer words, or Tab to look everywhere.
search-hits = { $count ->
    [one] 1 message, the newest first
   *[other] { $count } messages, the newest first
}
search-many = the newest { $count } messages, and there may be more
search-offline = There is no connection. What you typed is searched for when it is back.
picker-reaction = React; type a name for more
prompt-delete = Delete this message?
prompt-delete-explained = Everybody will see that there was one, and nobody what it said; not even you. y deletes it, Esc keeps it.
prompt-discard = Give up this unsent message?
prompt-discard-explained = It cannot go back into the input box, where another text is. y gives it up for good, Esc keeps it.
prompt-block = Block { $whom }?
prompt-block-explained = You hear nothing from them any more, and they are not told. /unblock undoes it. y blocks them, Esc does not.
prompt-revoke-invite = Revoke this invite?
prompt-revoke-invite-explained = Nobody can join with its code any more. y revokes it, Esc keeps it.
letter-yes = y
problem-needs-letter = Only y confirms this; Esc cancels.
problem-not-that-letter = That was not y, so nothing was done. Esc closes this; then you can ask again.
sheet-revisions = What it said
sheet-people = Who
sheet-read-by = Read by { $count } of { $others }
sheet-delivered-to = Delivered, not read yet
sheet-no-reactions = Nobody reacted.
prompt-rename = Another name for { $group }
prompt-join = Join a group by an invite
prompt-join-explained = Type or paste the code that somebody of the group gave you.
prompt-leave = Leave { $group }?
prompt-leave-explained = Only a member can bring you back, and you will see what is said from then on. y leaves, Esc stays.
prompt-leave-to = The group will be { $whom }’s. Only a member can bring you back. y leaves, Esc stays.
prompt-leave-to-admin = The group will be that of the admin who has been in it longest. Only a member can bring you back. y leaves, Esc stays.
prompt-leave-to-member = The group will be that of the member who has been in it longest; to choose another, hand it over first with /owner NAME. y leaves, Esc stays.
prompt-leave-to-nobody = You are its last member: nobody can come back to it, and its name stays taken. y leaves, Esc stays.
prompt-remove = Remove { $whom } from { $group }?
prompt-remove-explained = They see nothing more that is said there. Any member can add them again. y removes them, Esc lets them stay.
prompt-hand-over = Give { $group } to { $whom }?
prompt-hand-over-explained = { $whom } owns the group from then on, and you are one of its admins; only { $whom } can give it back. y hands it over, Esc keeps it.
prompt-topic = What is { $group } about?
prompt-topic-explained = It stands over the conversation for everybody. Nothing takes it away.
prompt-revoke = Sign out { $device }?
prompt-revoke-explained = Whoever has it must know your password to come back. y signs it out, Esc leaves it.
prompt-revoke-this = Sign out here?
prompt-revoke-this-explained = This is the device in front of you: you will be asked for your password. y signs it out, Esc stays.
prompt-password = Change your password
prompt-profile = How others see you
prompt-profile-explained = Your username stays as it is. The status is what you are up to; an empty one takes it away.
prompt-certificate = Do you know this server?
prompt-certificate-explained = It is the first time here, and no authority vouches for its certificate. Compare this with what papo-server printed when it started, by phone or another way: { $fingerprint }
prompt-host-here = Host a chat here?
prompt-host-here-explained = Another server was on port { $port } last. While papo hosts there, that server cannot start, and its people and messages are not in the chat that papo hosts.
label-type-yes = Type yes
problem-type-yes = Type yes if they are the same. Esc if not, or if you cannot tell.
label-group-name = Name
label-answer = Answer
label-display-name = Name
label-status = Status
label-topic = Topic
label-current-password = Current password
label-new-password = New password

# A word in the last line
notice-quit-again = Ctrl-C once more quits, as Ctrl-Q does.
notice-quit-loses = { $count ->
    [one] A message is not sent yet and would be lost. Quit again to quit anyway.
   *[other] { $count } messages are not sent yet and would be lost. Quit again to quit anyway.
}
notice-server-replaced = This server has other data than before. What was here belongs to the old ones.
notice-not-stored = The server could not store the message. It waits here and is sent again.
notice-not-kept = Drafts and unsent messages cannot be kept on this machine: { $why }
notice-kept-again = Drafts and unsent messages are kept on this machine again.
notice-quit-unsent = { $count ->
    [one] A message is not sent yet; it goes out when you come back. Quit again to quit.
   *[other] { $count } messages not sent yet; they go out when you come back. Quit again to quit.
}
notice-paste-too-long = That is more than { $kib } KiB and was not pasted. Paste it in parts.
notice-burst-not-sent = Pasted text is not sent by itself; press Enter to send it.
notice-burst-not-submitted = Enter came together with the text and did nothing; press it again.
notice-nowhere-to-type = There is nowhere to type here, so nothing was pasted.
notice-help-after-this = Esc closes this first, then F1 shows the keys.
notice-needs-connection = That needs the connection, which is lost. Try again once it is back.
notice-not-your-group = You are not in { $group }. Any of its members can add you.
notice-unknown-command = There is no command { $command }. /help shows all; // begins a message.
notice-unknown-command-near = There is no command { $command }; { $near } is near. // begins a message.
notice-editor-not-found = There is no editor { $command }: set VISUAL or EDITOR to yours.
notice-editor-failed = { $command } failed ({ $why }). Your draft is as it was.
notice-editor-failed-saved = { $file } has what your editor saved before it failed.
notice-editor-too-long = { $file } has what you wrote: too much to come here.
notice-editor-no-file = No editor could be started: { $why }.
notice-editor-conversation-gone = You are not in that conversation any more. What you wrote is on your clipboard.
notice-nothing-failed = This message did not fail.
notice-no-message = Select a message first, with ↑.
notice-is-deleted = That message is deleted.
notice-answers-nothing = This message answers no other one.
notice-message-not-there = That message is not one you can see here.
notice-edit-empty = There is nothing left of it. To delete the message: Esc, then ↑ and d.
notice-copied = The message is copied.
notice-profile = That is how others see you now.
notice-away = You are away until you say /back.
notice-back = You are back.
notice-not-away = You were not away.
notice-blocked = { $who } is blocked. They are not told.
notice-unblocked = { $who } is not blocked any more.
notice-invite-copied = The code is on your clipboard: { $code }
notice-no-invite-code = A code is shown once, when it is made. n makes another.
notice-invite-revoked = That invite is good for nothing now.
notice-invite-how = { $typed } is no number of people (1 to { $max }) or time. Example: /invite 5 2d
notice-no-time = { $typed } is no time. Say 45m, 8h, 2d, 1w or forever.
notice-code-copied = { $lines ->
    [one] The code is copied: { $lines } line.
   *[other] The code is copied: { $lines } lines.
}
notice-link-copied = Copied: { $link }
notice-link-copied-instead = It cannot be opened from here, so it is copied: { $link }
notice-link-opened = Opening { $link }
notice-no-link = There is no link in this message.
notice-no-code = There is no block of code in this message.
notice-answered = Answered.
notice-marked-unread = Unread again from here on.
notice-not-sent-yet = This message is still on its way.
notice-summary = { $unread } unread in { $conversations ->
    [one] one conversation
   *[other] { $conversations } conversations
} · Alt-A goes there
notice-summary-for-you = { $unread } unread in { $conversations ->
    [one] one conversation
   *[other] { $conversations } conversations
}, { $mentions } for you · Alt-I shows them
notice-member-added = Added.
notice-left-group = You are no longer in { $group }.
notice-removed = { $who } removed you from { $group }.
notice-removed-kept = { $who } removed you from { $group }. What you had not sent is kept.
notice-role-already = { $who } has that role already.
notice-kept-in-keyring = Your sign-in is kept in the system's keyring.
notice-kept-in-file = Your sign-in is kept in { $file }, which only you can read.
notice-kept-nowhere = Your sign-in could not be kept ({ $why }). You will be asked again.
notice-hosts-no-pause = papo hosts this chat: a pause would freeze it. Open another terminal, or quit.
notice-device-revoked = That device is signed out.
notice-password-changed = The password is changed; your other devices are signed out.
notice-no-conversation = There is no conversation here yet.
notice-choose-conversation = Choose a conversation first: Enter opens the highlighted one.
notice-conversation-ready = The conversation with { $name } is ready: Ctrl-K goes there.
notice-no-row = The list has no row { $number }.
notice-nothing-unread = Nothing is unread.
notice-nothing-new-here = Nothing was unread here.
notice-unread-above = { $count ->
    [one] { $count } unread message above: Alt-U goes to it, End again marks it as read.
   *[other] { $count } unread messages above: Alt-U goes there, End again marks them as read.
}

# The server's refusals
refused-wrong-credentials = Wrong name or password.
refused-username-taken = Somebody has this name. Choose another, or sign in if it is yours.
refused-username-too-alike = That looks like the name of somebody here. Choose another.
refused-registration-closed = Nobody can register on this server. Ask whoever runs it for an account.
refused-invite-needed = Registering on this server takes an invite. Ask whoever runs it for one.
refused-invite-invalid = This invite is not good, or no longer. Check it, or ask for another.
refused-username-characters = A name has letters and digits, and . _ - between them.
refused-name-characters = This cannot be a name.
refused-name-too-long = At most { $max } characters.
refused-password-too-short = At least { $min } characters.
refused-password-too-long = At most { $max } bytes.
refused-password-is-username = Not your own name.
refused-password-too-weak = Too easy to guess. A few words that do not belong together are strong and easy to remember.
refused-account-suspended = This account is suspended. Ask whoever runs the server.
refused-token-unknown = You are signed out on this device. Sign in again.
refused-no-such-device = That device is signed out already.
refused-no-such-user = Nobody has that name.
refused-that-is-you = That is you.
refused-unblock-first = You have blocked them. Unblock them first.
refused-too-many-blocked = You have blocked { $max } people already. Unblock one first.
refused-not-allowed = Only those who run this group may do that.
refused-no-such-member = They are not a member.
refused-topic-too-long = A topic has at most { $max } characters.
refused-status-too-long = A status has at most { $max } characters.
refused-too-many-invites = The group has { $max } invites already. Revoke one first.
refused-not-a-member = You are not a member there.
refused-not-a-group = That works in a group only.
refused-already-a-member = They are a member already.
refused-group-name-taken = A group has this name. Choose another.
refused-group-full = The group is full: it has { $max } members.
refused-too-many-conversations = Nobody can be in more than { $max } conversations, and one of you is.
refused-text-empty = There is nothing to see in that message.
refused-text-too-long = That is longer than a message can be ({ $kib } KiB). Send it in parts.
refused-no-such-message = That message is not there, or was taken back.
refused-not-yours = Only who wrote a message can change it.
refused-too-many-edits = A message can be edited { $max } times, and this one was.
refused-emoji-invalid = A reaction is one emoji.
refused-too-many-reactions = The message has { $max } different reactions already. Choose one of them.
refused-query-empty = There is nothing in it to search for.
refused-query-too-long = A search has at most { $max } characters.
refused-query-too-many = A search has at most { $max } words and filters.
refused-query-date = Write a day as 2026-11-01, a month as 2026-11.
refused-query-has = The one thing to ask for with “has:” is has:link.
refused-query-other = The server cannot search for that.
refused-busy = The server is busy. Try again in { $seconds } s.
refused-failed = The server could not do it. Try again.
refused-outcome-unknown = The server failed, but the change may have been made. Check before you try again.
refused-tls-required = The server wants an encrypted connection. Start papo without --plaintext.
refused-unsupported-protocol = This papo and the server speak different versions. Update the older one.
refused-other = The server refused it.

# The keys, in full for the help
key-send = send the message
key-complete = take the selected suggestion: :emoji, @name, #group, /command
key-complete-or-send = take the suggestion you chose or began to type; else send
key-send-paste = send it as it is (a long paste)
key-send-paste-as-code = send it as a block of code (a long paste)
key-edit-paste = look at it and change it (a long paste)
key-keep-paste = not now, it stays in the input box (a long paste)
key-editor = write the message in your own editor (VISUAL or EDITOR)
key-new-line = new line; so does ending a line with \ and Enter
key-open = open the conversation
key-retry = on a failed message: send it again
key-discard = on a failed message: take it back
key-reply = answer the selected message
key-react = react to it with an emoji, or take that back
key-jump-to-quoted = to the message it answers
key-edit = give a message of yours another text
key-delete = delete a message of yours
key-people = who reacted, who has read it
key-revisions = what it said before
key-react-with = 1 to 6: react with that one
key-drop-answer = not answer, or not edit, after all
key-copy = copy the selected message
key-open-link = open a link in the selected message
key-copy-link = copy a link in the selected message
key-copy-code = copy a block of code in the selected message
key-write = write
key-unfold = on a message from somebody you blocked: show it
key-switch-side = switch between user and group chats
key-to-list = to the list
key-members = the members of the group
key-talk-with-member = chat with the selected member
key-make-admin = make the selected member an admin
key-make-member = make an admin a plain member
key-hand-over = give the selected member the group
key-remove-member = remove the selected member
key-block = hear nothing from the selected member
key-unblock = hear from the selected member again
key-profile = how others see you: your name and status
key-add-to-group = add somebody to the group
key-invites = as an admin: the invites to the group
key-new-invite = make an invite
key-copy-invite = copy the code that was just made
key-revoke-invite = make the selected invite good for nothing
key-notify = what of this conversation calls you, or mute it
key-join-group = join a group by an invite
key-confirm = next field, then send the form
key-next-field = next field
key-switch-form = sign in or register
key-select-message = choose a message: to answer, react, edit, copy
key-up = up: list, menu, messages
key-down = down: list, menu, messages
key-choose = choose
key-say-yes = yes, before something that cannot be undone
key-menu-item = 1 to 6: choose in the menu
key-page-up = a page up; older messages load as you reach them
key-page-down = a page down
key-oldest = to the oldest message that is here
key-newest = to the newest message
key-first = to the first
key-last = to the last
key-inbox = what is for you: mentions, answers, direct messages
key-open-item = go to where it was said
key-answer-item = answer it from here
key-dismiss-item = it is done with
key-refresh-inbox = show what came meanwhile
key-mark-unread = unread again, from this message on
key-devices = where you are signed in
key-server = the server and its certificate
key-revoke-device = sign the selected device out
key-close = close
key-menu = back to the menu
key-help = show these keys
key-redraw = draw the screen anew
key-suspend = stop papo, until fg in the shell
key-quit = quit
key-find = find conversations, people, things to do
key-search = search for messages
key-go-to-found = go to the message
key-widen-search = search everywhere, or only here
key-go-back = back to where you were before the search
key-next-unread = to the next unread conversation
key-first-unread = to the first unread message
key-previous-conversation = to the conversation above
key-next-conversation = to the conversation below
key-open-row = Alt-1 to Alt-9: open that row of the list
command-menu = back to the menu
command-help = show these keys
command-search = search for messages
command-members = who is in the group
command-add = add somebody to the group
command-remove = remove somebody from the group
command-admin = make somebody an admin of the group
command-member = make an admin a plain member
command-owner = give the group to somebody
command-topic = say what the group is about
command-rename = give the group another name
command-invite = make a code to join by; 5 2d: 5 people, 2 days
command-invites = the invites to the group
command-join = join a group by an invite
command-mute = mute this conversation: 1h, 8h, 1d, forever
command-mentions = be called by what mentions you only
command-unmute = be called by every message again
command-leave = leave the group
command-editor = write the message in your own editor
command-name = how others see your name
command-status = say what you are up to
command-away = be away, with a status if you like
command-back = be back
command-block = hear nothing from somebody
command-unblock = hear from somebody again
command-blocked = whom you have blocked
command-password = change your password
command-inbox = what is for you
command-devices = where you are signed in
command-server = the server and its certificate
command-signout = sign out on this device
command-quit = quit

# The keys, in a word or two for the last line
hint-select-message = answer, edit
hint-send = send
hint-complete = take
hint-send-as-code = as code
hint-edit = edit
hint-new-line = new line
hint-open = open
hint-retry = again
hint-discard = take back
hint-reply = answer
hint-react = react
hint-jump-to-quoted = to the quoted
hint-delete = delete
hint-people = who
hint-revisions = history
hint-react-with = react
hint-drop-answer = drop this
hint-copy = copy
hint-open-link = open link
hint-copy-link = copy link
hint-copy-code = copy code
hint-switch-side = users/groups
hint-talk = chat
hint-unfold = show it
hint-make-admin = make admin
hint-make-member = make plain member
hint-hand-over = hand over
hint-remove-member = remove
hint-block = block
hint-unblock = unblock
hint-profile = profile
hint-invites = invites
hint-new-invite = new
hint-revoke-invite = revoke
hint-join-group = join by code
hint-confirm = go on
hint-next-field = next field
hint-switch-form = sign in/register
hint-choose = choose
hint-say-yes = yes
hint-inbox = inbox
hint-answer = answer
hint-dismiss = done
hint-mark-unread = unread
hint-devices = devices
hint-server = server
hint-revoke-device = sign out
hint-close = close
hint-menu = menu
hint-help = keys
hint-page-down = further
hint-page-up = back
hint-quit = quit
hint-find = find
hint-search = search
hint-go-to-found = go there
hint-widen-search = here/everywhere
hint-go-back = back
hint-next-unread = unread

# For scripts and pipes
language = en
script-edited = edited
script-deleted = { $who } deleted this message
script-no-such-group = You are in no group named { $group }.
script-not-signed-in = Nobody is signed in to { $server } on this machine. Open papo, sign in, and tick “stay signed in on this device”.
script-user-not-signed-in = { $user } is not signed in to { $server } on this machine. Open papo --user { $user }, sign in, and tick “stay signed in on this device”.
script-other-server = Another server than before answers at { $server }. Open papo and sign in to it; the sign-in to the one before is kept.
script-sign-in-unreadable = The sign-in to { $server } cannot be read: { $why }
script-keyring-silent = The system's keyring, which may keep the sign-in to { $server }, does not answer. Unlock it and try again.
script-somebody-else = { $you } is signed in on this machine, not { $user }.
script-no-server = No answer from { $server }: { $why }
script-no-server-here = No server listens on this machine, at port { $port }. Open papo, which hosts one, or say which server with --server.
script-line-lost = The connection to { $server } was lost, and did not come back in time.
script-trying-again = The connection was lost. It is tried again, and nothing is left out.
script-no-reply = What listens at { $server } took the connection and sent no answer.
script-not-papo = What answers at { $server } is no papo server.
script-no-tls = What answers at { $server } does not encrypt ({ $why }). For a server that really has no encryption there is --plaintext.
script-certificate-unknown = The certificate of { $server } was never accepted on this machine: { $shown }. Open papo --server { $server } once, compare it with what papo-server printed, and say yes. Nothing was sent.
script-no-authorities = This system has no certificates of authorities, so papo cannot tell who issued the certificate of { $server }: { $shown }. Install them (many systems have them in a package named ca-certificates), or open papo --server { $server } once, compare it with what papo-server printed, and say yes. Nothing was sent.
script-not-known-to-be-sent = The connection was lost before the server said that it has the message. It may have it: look before you send it again.
script-cannot-read = Standard input cannot be read: { $why }
script-not-utf8 = Standard input is not text in UTF-8. Nothing was sent.
script-cannot-write = The output cannot be written: { $why }
script-not-marked = { $count ->
    [one] Nothing was marked as read: 1 older unread message was not printed.
   *[other] Nothing was marked as read: { $count } older unread messages were not printed.
}
script-symlink = { $file } is a symbolic link. Name the file that it leads to, or another one.
script-not-a-file = { $file } is not a file, and none is put in its place.

# The inbox
inbox-title = For you
inbox-asking = Asking the server…
inbox-empty = Nothing waits for you.
inbox-behind = something new came · r shows it
inbox-more = there is more below
inbox-mention = names you
inbox-reply = answers you
inbox-direct = wrote to you
prompt-answer = Reply to { $whom }
