# The English texts of papo. A test checks that every language has the same keys.

tagline = the chat that never loses a message
too-small = papo needs a larger window
you = you

# The first line
link-hosting = hosting on this machine
link-connected = connected
link-connecting = connecting…
link-unreachable = no answer, trying again in { $seconds } s
link-closed = connection lost, trying again in { $seconds } s
link-silent = the server stopped responding, trying again in { $seconds } s
link-no-reply = the server does not answer, trying again in { $seconds } s
link-not-papo = not a papo server, trying again in { $seconds } s
link-no-tls = no encryption there, trying again in { $seconds } s
link-certificate-unknown = unknown certificate
link-certificate-changed = THE CERTIFICATE CHANGED
link-other-community = a different community, trying again in { $seconds } s
link-community-unproven = unproven identity
link-cannot-host = cannot host, trying again in { $seconds } s
link-hosted-server-failed = papo's server failed, restarting it in { $seconds } s
link-server-away = its server is offline, trying again in { $seconds } s
link-known-servers = known_servers cannot be used, trying again in { $seconds } s
link-unavailable = connected, but the server cannot load or store
link-waiting = ({ $count } waiting)
link-not-stored = ({ $count } waiting: server cannot save)
unread-total = { $count } unread

# Signing in
sign-in-title = Welcome
tab-sign-in = Sign in
tab-register = Register
label-username = Name
label-password = Password
label-password-again = Repeat password
label-invite = Invite
label-code = Code
label-keep-or-delete = keep or delete
label-stay = stay signed in on this device (Space)
sign-in-waiting = Signing in…
loading = Loading…
prompt-waiting = One moment…
problem-empty-field = This field is required.
problem-keep-or-delete = Type keep or delete.
problem-repeat-password = Repeat the password.
problem-passwords-differ = The passwords are different. Type the same one twice.
problem-not-connected = Not connected to the server. papo is trying again now; press Enter when the first line says “connected”.
problem-connection-lost = The connection was lost before the server replied. Nothing you typed is lost; try again.
problem-unavailable = The server cannot sign anyone in at present. papo tries again every few seconds; nothing you typed is lost.
problem-other-server = This is not the server you signed in to before. Your sign-in to that server is kept, and works again when it is back.
problem-server-replaced = A different server is running here now. Your sign-in to the previous one, and what you wrote there, are kept until it is back.
problem-sign-in-unreadable = Your saved sign-in cannot be read ({ $why }). Sign in with your password, or repair that file.
problem-signed-out-elsewhere = You were signed out here from another device. Sign in again to continue.
lost-unreachable = No answer from the server: { $why }. papo keeps trying.
lost-server-away = Nothing answers on port { $port } of this machine. The last server there was not hosted by papo, so papo leaves the port free for it and keeps trying. Press Enter to host a chat of your own there instead.
lost-known-servers = The file with the certificates you accepted cannot be used ({ $why }). Make it readable and writable for your user, or move it away; papo keeps trying.
cannot-host-address = papo cannot listen on { $address } ({ $why }). Start it on another port above 1023, for example with --port 23456.
cannot-host-data-in-use = Another papo is using the data of your chat in { $folder }. If it hosts on another port, start this one with the same --port; otherwise, papo keeps trying.
cannot-host-data-unusable = papo cannot use { $file } ({ $why }). Check that the disk has free space and that your user can write to the file and its folder; papo keeps trying.
cannot-host-data-newer = { $file } was written by a newer version of papo. Install that version, or a newer one.
cannot-host-data-missing = { $file } is missing, and this folder has had it. Move it back or restore a backup. To start an empty chat instead, delete { $file }.lock.
cannot-host-data-foreign = { $file } belongs to another program. Move it away, and papo creates a new one.
cannot-host-data-damaged = { $file } is damaged. Move it to a safe place and restore a backup there; without a backup, delete { $file }.lock, and papo starts an empty chat.
cannot-host-certificate = papo cannot use its certificate, { $file } ({ $why }). Move certificate.pem and key.pem out of that folder, and papo creates new ones.
cannot-host-system = The system cannot run a server ({ $why }). Close some programs; papo keeps trying.
lost-no-reply = The connection was accepted, but there was no reply. papo keeps trying; if this continues, check the address.
lost-not-papo = The program at that address is not a papo server. Check the address you gave with --server.
lost-no-tls = The server at that address does not use encryption ({ $why }). Check the address; for a server that really has no encryption, use --plaintext.
lost-certificate-unknown = The server's certificate is not from a known authority: { $shown }. Press Enter on the form to decide again whether to trust it.
lost-no-authorities = This system has no certificates of authorities, so papo cannot check who issued the server's certificate: { $shown }. Install them (many systems have them in a package named ca-certificates), or press Enter on the form to decide again whether to trust it.
lost-certificate-changed = The server's certificate has changed. Either its operator created a new one, or someone is intercepting the connection. Before: { $known }. Now: { $shown }. Ask the operator, by phone or another way, which fingerprint papo-server printed; if it is the new one, delete the line of the server's address in the file known_servers of papo's data folder (~/.local/share/papo) and start papo again.
lost-other-community = { $address } belongs to a different community than { $other }, so papo does not use it. List only addresses of one community with --server; papo keeps trying.
lost-community-unproven = { $address } says that it is a community you know, but nothing proves it. Press Enter on the form to decide whether it is.
lost-hosted-server-failed = Part of the server that papo hosts failed. papo restarts it; the cause is in papo's log.
lost-closed = The server closed the connection. papo keeps trying.
strength-0 = guessed instantly.
strength-1 = easy to guess.
strength-2 = fair.
strength-3 = good.
strength-4 = strong.
strength-few-words = Use a few unrelated words.
strength-no-need-for-symbols = Length helps more than symbols or digits.
strength-another-word = Add another word or two.
strength-capitals = Capital letters help little.
strength-reversed = Words spelled backwards are just as easy to guess.
strength-substitutions = Swapping letters for digits helps little.
strength-keyboard = Rows of keys are easy to guess.
strength-repeats = Avoid repeating words and characters.
strength-sequences = Avoid sequences such as abc or 123.
strength-dates = Avoid dates and years.

# The menu
menu-directory = People and groups
menu-chat-with-person = Chat with someone
menu-chat-in-group = Chat in a group
menu-create-group = Create a group
menu-add-member = Add someone to a group
menu-quit = Quit
menu-recent = Recent

# The chat
side-users = Users
side-groups = Groups
list-no-users = No one else has registered yet.
list-no-groups = You are not in any group yet. Press Esc, then 4 to create one.
chat-choose-user = Choose someone with ↑↓ and Enter
chat-choose-group = Choose a group with ↑↓ and Enter
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
member-blocked = blocked
chat-blocked = you blocked this person; /unblock undoes it
notify-title = Notifications for { $name }
notify-all = All messages
notify-mentions = Only mentions and replies to you
notify-nothing-for = { $hours ->
    [one] Nothing for an hour
   *[other] Nothing for { $hours } hours
}
notify-nothing = Nothing until you unmute it
notify-is-mentions = mentions only
notify-is-mentions-until = mentions only until { $when }
notify-is-nothing = muted
notify-is-nothing-until = muted until { $when }
invites-title = Invites to { $group }
invites-none = No open invites. Press n to create one.
invitations-title = Invitations
invitations-none = No pending invitations.
invitations-pending = { $count ->
    [one] 1 invitation
   *[other] { $count } invitations
}
invites-told-once = This code is shown only once, and is on your clipboard. Anyone who has it can join with /join and the code.
invite-uses = { $count ->
    [one] for one person
   *[other] for { $count } people
}
invite-any-uses = for anyone
invite-until = until { $when }
invite-for-ever = no expiry
invite-by = by { $who }
role-owner = owner
role-admin = admin
typing-one = { $who } is typing…
typing-two = { $who } and { $other } are typing…
typing-many = { $who }, { $other } and { $count ->
    [one] 1 other
   *[other] { $count } others
} are typing…
# The name of every deleted account.
deleted-account = deleted account
composer-empty = Write a message, or / for a command
# In place of the empty composer of a conversation with a deleted account.
composer-closed = This account was deleted. You can only read here.
message-deleted = message deleted
message-expired = message expired
message-deleted-by-operator = deleted by the server's operator
message-deleted-by = message deleted by { $who }
message-edited = (edited)
quote-nothing = a message you cannot see
receipt-delivered = delivered
receipt-read = read
receipt-delivered-to = delivered to { $count }
receipt-read-by = read by { $count }
composer-editing = editing
messages-none = No messages yet.
messages-folded = from someone you blocked · Enter shows it
preview-folded = a message from someone you blocked
messages-loading = Loading messages…
messages-beginning-for-you = You see messages from when you joined.
messages-beginning = The conversation begins here.
messages-new = new
messages-unread-below = { $count } unread below
messages-more-below = End goes to the newest message
happened-created = { $who } created the group { $group }
happened-added = { $who } added { $whom }
happened-left = { $who } left
happened-left-to = { $who } left; { $whom } now owns the group
happened-removed = { $who } removed { $whom }
happened-joined = { $who } joined the group
happened-owner = { $who } made { $whom } the owner
happened-owner-by-operator = { $whom } now owns the group, by the server's operator
happened-admin = { $who } made { $whom } an admin
happened-member = { $who } removed { $whom } as admin
happened-topic = { $who } set the topic: { $topic }
happened-no-topic = { $who } removed the topic
happened-edited = { $who } edited a message
happened-deleted = { $who } deleted a message
happened-reacted = { $who } reacted with { $emoji }
happened-unreacted = { $who } removed their { $emoji } reaction
happened-renamed = { $who } renamed the group to { $group }
happened-private = { $who } made the group private
happened-listed = { $who } listed the group in the directory
happened-public = { $who } made the group public
happened-retention = { $who } set messages to be kept for { $count ->
    [one] { $count } day
   *[other] { $count } days
}
happened-no-retention = { $who } removed the limit on how long messages are kept
happened-unknown = { $who } did something that this version of papo does not recognize
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
device-unnamed = unnamed device
device-this = this device
device-connected = connected
device-last-used = last used { $when }
device-signed-in = signed in { $when }

# The server
server-title = Server
server-address = Address
server-privacy = Connection
server-certificate = Certificate
server-version = Version
server-retention = Retention
server-sign-in = Sign-in
privacy-on-this-machine = does not leave this machine
privacy-plain = NOT ENCRYPTED: anyone on the network path can read everything
privacy-vouched = encrypted; certificate from a known authority
privacy-accepted = encrypted, with the certificate you accepted
sign-in-not-kept = not saved: papo asks for the password every time
sign-in-in-keyring = saved in the system's keyring
sign-in-in-file = saved in { $file }, which only you can read
sign-in-being-saved = Saving…

# Overlays
help-title = Keys and commands
help-here = here
help-elsewhere = elsewhere
help-commands = commands, typed as a message
completion-emoji = emoji
completion-people = people
completion-commands = commands
completion-groups = groups
paste-waiting = { $paste } · Enter to review
paste-too-long = { $paste } pasted: the limit is { $kib } KiB
paste-question = Send all of this to { $to }?
paste-amount = { $lines ->
    [one] { $lines } line, { $size }
   *[other] { $lines } lines, { $size }
}
size-bytes = { $count } bytes
size-kib = { $whole }.{ $tenth } KiB
picker-type = type part of a name
picker-nothing = No matches.
picker-nobody = There is no one else.
picker-blocked = Blocked people
picker-nobody-blocked = You have not blocked anyone.
picker-not-a-member = · not a member
picker-public = · public: press Enter to join
visibility-private = private
visibility-public = public
messages-kept = messages kept for { $count ->
    [one] { $count } day
   *[other] { $count } days
}
visibility-choose-private = private: only members find it
visibility-choose-listed = listed: everyone finds it
visibility-choose-public = public: everyone may join
picker-group-to-add-to = Add someone to which group?
picker-person-to-add = Add whom to { $group }? Esc when done
members-of = Members of { $group }
picker-anything = Find
picker-link-to-open = Open which link?
picker-link-to-copy = Copy which link?
picker-code-to-copy = Copy which code?

# Searching for messages.
search-here = Search { $conversation }
search-everywhere = Search all conversations
search-type = words to search for
search-filters = "a phrase"  from:name  in:#group  before:2026-11-01  after:  has:link
search-looking = searching…
search-nothing = Nothing found. Try fewer words, or Tab to search everywhere.
search-hits = { $count ->
    [one] 1 message, newest first
   *[other] { $count } messages, newest first
}
search-many = the newest { $count } messages; there may be more
search-offline = Not connected. The search runs when the connection is back.
picker-reaction = React; type a name for more
prompt-delete = Delete this message?
prompt-delete-of = Delete this message of { $whom }?
prompt-delete-of-explained = Everyone will see that you deleted it. No one can read it any more, not even its author. y deletes it, Esc keeps it.
prompt-delete-explained = Everyone will see that a message was deleted. No one can read it any more, not even you. y deletes it, Esc keeps it.
prompt-report = Report this message of { $whom }
prompt-report-explained = The operator of the server can then read the message. No one else learns of your report. Enter reports it, Esc cancels.
prompt-discard = Discard this unsent message?
prompt-discard-explained = It cannot go back into the input box, which has other text. y discards it for good, Esc keeps it.
prompt-block = Block { $whom }?
prompt-block-explained = You will not receive anything from them, and they are not told. /unblock undoes this. y blocks them, Esc cancels.
prompt-revoke-invite = Revoke this invite?
prompt-revoke-invite-explained = No one can join with its code any more. y revokes it, Esc keeps it.
letter-yes = y
problem-needs-letter = Only y confirms this; Esc cancels.
problem-not-that-letter = That was not y, so nothing was done. Close this with Esc, then try again.
sheet-revisions = Earlier versions
sheet-people = Message info
sheet-read-by = Read by { $count } of { $others }
sheet-delivered-to = Delivered, not read yet
sheet-no-reactions = No reactions.
prompt-rename = Rename { $group }
prompt-join = Join a group with an invite
prompt-join-explained = Type or paste the code that someone in the group gave you.
prompt-leave = Leave { $group }?
prompt-leave-explained = Only a member can add you again, and you will see only messages sent after that. y leaves, Esc stays.
prompt-leave-to = { $whom } will own the group. Only a member can add you again. y leaves, Esc stays.
prompt-leave-to-admin = The admin who has been in the group longest will own it. Only a member can add you again. y leaves, Esc stays.
prompt-leave-to-member = The member who has been in the group longest will own it; to choose another owner, use /owner NAME first. y leaves, Esc stays.
prompt-leave-to-nobody = You are its last member: no one can join it again, and its name stays taken. y leaves, Esc stays.
prompt-remove = Remove { $whom } from { $group }?
prompt-remove-explained = They will not see new messages there. Any member can add them again. y removes them, Esc cancels.
prompt-hand-over = Make { $whom } the owner of { $group }?
prompt-hand-over-explained = { $whom } will own the group, and you will be one of its admins; only { $whom } can give it back. y hands it over, Esc cancels.
prompt-topic = Topic of { $group }
prompt-topic-explained = Everyone sees it above the conversation. Leave it empty to remove the topic.
prompt-visibility = Visibility of { $group }
prompt-visibility-explained = Choose with ← and →.
prompt-retention = How long to keep messages of { $group }
prompt-retention-explained = Older messages are erased for everyone, also those that exist already. Leave it empty to keep them without a limit.
prompt-retention-within = Older messages are erased for everyone, also those that exist already. Leave it empty to keep them as long as this server does: { $count ->
    [one] { $count } day
   *[other] { $count } days
}.
problem-days = Type a number of days from 1 to { $max }, or nothing.
prompt-decline = Decline the invitation to { $group }?
prompt-decline-explained = They cannot invite you to this group again. You can still join with an invite code.
prompt-revoke = Sign out { $device }?
prompt-revoke-explained = Signing in on it again will need your password. y signs it out, Esc cancels.
prompt-revoke-this = Sign out here?
prompt-revoke-this-explained = This is the device you are using: you will need your password to sign in again. y signs out, Esc cancels.
prompt-password = Change your password
prompt-delete-account = Delete your account
prompt-delete-account-explained = This cannot be undone. You leave all groups, all your devices are signed out, and no one else can take your name. Type keep to leave your messages with the people you wrote to, under “deleted account”, or delete to delete them as well.
prompt-totp-enable = Turn on two-factor sign-in
prompt-totp-enable-explained = Signing in with your password will then also ask for a code of an authenticator app on your phone. Devices that are signed in stay so.
prompt-totp-confirm-explained =
    Add this secret to your authenticator app:
    { $secret }
    Or open this link on the device with the app:
    { $uri }
    Then enter the code that the app shows.
prompt-totp-disable = Turn off two-factor sign-in
prompt-totp-disable-explained = { $count ->
        [0] Two-factor sign-in is on, and no recovery codes are left: /recovery creates new ones. To turn it off, enter your password and a code.
        [one] Two-factor sign-in is on, and one recovery code is left: /recovery creates new ones. To turn it off, enter your password and a code.
       *[other] Two-factor sign-in is on, and { $count } recovery codes are left: /recovery creates new ones. To turn it off, enter your password and a code.
    }
prompt-recovery = New recovery codes
prompt-recovery-explained = Your earlier recovery codes stop working. Enter your password, and a code of your app or a recovery code.
recovery-title = Your recovery codes
recovery-explained = Each signs you in once without your app. They are shown only now: keep them in a safe place that is not your phone.
prompt-profile = How others see you
prompt-profile-explained = Your username does not change. The status says what you are up to; leave it empty to remove it.
prompt-certificate = Do you trust this server?
prompt-certificate-explained = This is your first connection to it, and its certificate is not from a known authority. Compare this with what papo-server printed when it started, by phone or another way: { $fingerprint }
prompt-certificate-of-explained = This is your first connection to { $address }, and its certificate is not from a known authority. Compare this with what papo-server printed when it started, by phone or another way: { $fingerprint }
prompt-community = Is this the community you know?
prompt-community-explained = { $address } says that it is the community you know from { $known }, but nothing proves it. If it is not, its operator could read your messages and sign in as you. Type yes only if your operator told you about this address.
prompt-community-of-sign-in-explained = { $address } says that it is a community you are signed in to, but nothing proves it. If it is not, its operator could read your messages and sign in as you. Type yes only if your operator told you about this address.
prompt-host-here = Host a chat here?
prompt-host-here-explained = Another server last used port { $port }. While papo hosts there, that server cannot start, and its people and messages are not in the chat that papo hosts.
label-type-yes = Type yes
problem-type-yes = Type yes if they are the same. Press Esc if not, or if you cannot tell.
problem-type-yes-to-confirm = Type yes if you know that it is. Press Esc if not, or if you cannot tell.
problem-type-yes-to-host = Type yes to host here, or press Esc.
label-group-name = Name
label-reply = Reply
label-display-name = Name
label-status = Status
label-reason = Reason (optional)
label-topic = Topic
label-visibility = Visibility
label-days = Days
label-current-password = Current password
label-new-password = New password

# Notices in the last line
notice-quit-again = Press Ctrl-C again to quit; Ctrl-Q also quits.
notice-quit-loses = { $count ->
    [one] Press again to quit; 1 message is not sent yet and would be lost.
   *[other] Press again to quit; { $count } messages are not sent yet and would be lost.
}
notice-server-replaced = This server has different data now. What was here belongs to the old data.
notice-community-recognized = This is the community you know from { $known }.
notice-not-stored = The server could not save the message. papo keeps trying.
notice-kept-until-available = The server cannot store messages now. Yours are kept and sent when it can.
notice-not-kept = Drafts and unsent messages cannot be saved on this machine: { $why }
notice-kept-again = Drafts and unsent messages are saved on this machine again.
notice-quit-unsent = { $count ->
    [one] Press again to quit; 1 message is not sent yet and will be sent next time.
   *[other] Press again to quit; { $count } messages are not sent yet and will be sent next time.
}
notice-paste-too-long = The paste is over { $kib } KiB and was not inserted. Paste it in parts.
notice-burst-not-sent = Pasted text is not sent automatically; press Enter to send it.
notice-burst-not-submitted = Enter arrived with other text and did nothing; press it again.
notice-nowhere-to-type = There is no input box here, so nothing was pasted.
notice-help-after-this = Close this with Esc first; then F1 shows the keys.
notice-needs-connection = That needs a connection. Try again when it is back.
notice-not-your-group = You are not in { $group }. Any of its members can add you.
notice-unknown-command = Unknown command { $command }. /help lists all; // starts a message with a slash.
notice-unknown-command-near = Unknown command { $command }. Did you mean { $near }? // starts a message.
notice-editor-not-found = Editor { $command } not found: set VISUAL or EDITOR to yours.
notice-editor-failed = { $command } failed ({ $why }). Your draft is unchanged.
notice-editor-failed-saved = { $file } has what your editor saved before it failed.
notice-editor-too-long = Your text is in { $file }: it is too long to be inserted here.
notice-editor-no-file = The editor could not be started: { $why }.
notice-editor-conversation-gone = You are no longer in that conversation. Your text is on your clipboard.
notice-nothing-failed = This message did not fail.
notice-no-message = Select a message first, with ↑.
notice-is-deleted = That message is deleted.
notice-conversation-closed = This account was deleted, so you cannot write to it.
notice-not-a-reply = This message is not a reply.
notice-message-not-there = You cannot see that message here.
notice-edit-empty = The message is empty now. To delete it: Esc, then ↑ and d.
notice-copied = Message copied.
notice-reference-copied = Reference copied: { $reference }. The server's operator can find the message with it.
notice-profile = Saved. This is how others see you now.
notice-away = You are away until you type /back.
notice-back = You are back.
notice-not-away = You were not away.
notice-blocked = { $who } is blocked. They are not told.
notice-unblocked = { $who } is no longer blocked.
notice-invite-copied = The code is on your clipboard: { $code }
notice-no-invite-code = A code is shown only once, when it is created. n creates another.
notice-invite-revoked = That invite no longer works.
notice-invite-how = { $typed } is not a number of people (1 to { $max }) or a time. Example: /invite 5 2d
notice-no-time = { $typed } is not a time. Use 45m, 8h, 2d, 1w or forever.
notice-code-copied = { $lines ->
    [one] Code copied: { $lines } line.
   *[other] Code copied: { $lines } lines.
}
notice-link-copied = Copied: { $link }
notice-link-copied-instead = It cannot be opened from here, so it was copied: { $link }
notice-link-opened = Opening { $link }
notice-no-link = There is no link in this message.
notice-no-code = There is no code block in this message.
notice-reply-sent = Reply sent.
notice-marked-unread = Marked as unread from here on.
notice-not-sent-yet = This message is not sent yet.
notice-summary = { $unread } unread in { $conversations ->
    [one] one conversation
   *[other] { $conversations } conversations
} · Alt-A goes there
notice-summary-for-you = { $unread } unread in { $conversations ->
    [one] one conversation
   *[other] { $conversations } conversations
}, { $mentions } for you · Alt-I shows them
notice-member-added = Added.
notice-reported = Reported. The operator of the server can read the message now.
notice-report-own = You can only report messages of others.
notice-invited = Invited. They become a member when they accept.
notice-invitation-declined = Declined.
notice-left-group = You are no longer in { $group }.
notice-removed = { $who } removed you from { $group }.
notice-removed-kept = { $who } removed you from { $group }. Your unsent text is kept.
notice-role-already = { $who } already has that role.
notice-kept-in-keyring = Your sign-in is saved in the system's keyring.
notice-kept-in-file = Your sign-in is saved in { $file }, which only you can read.
notice-kept-nowhere = Your sign-in could not be saved ({ $why }). You will need your password again.
notice-hosts-no-pause = papo hosts this chat and cannot be suspended. Open another terminal, or quit.
notice-device-revoked = That device is signed out.
notice-account-deleted = The account is deleted.
notice-totp-disabled = Two-factor sign-in is off.
notice-recovery-codes-copied = Recovery codes copied.
notice-password-changed = Password changed; your other devices are signed out.
notice-no-conversation = There is no conversation here yet.
notice-choose-conversation = Choose a conversation first: Enter opens the highlighted one.
notice-conversation-ready = The conversation with { $name } is ready: Ctrl-K goes there.
notice-no-row = The list has no row { $number }.
notice-nothing-unread = No unread messages.
notice-nothing-new-here = No unread messages here.
notice-unread-above = { $count ->
    [one] { $count } unread message above: Alt-U goes to it, End again marks it as read.
   *[other] { $count } unread messages above: Alt-U goes there, End again marks them as read.
}

# The server's refusals
refused-wrong-credentials = Wrong name or password.
refused-second-factor-required = Enter the code of your authenticator app, or a recovery code.
refused-wrong-code = Wrong code, or one that was used before. Wait for the next code of your app.
refused-totp-already-enabled = Two-factor sign-in is already on.
refused-totp-not-enabled = Two-factor sign-in is not on.
refused-username-taken = This name is taken. Choose another, or sign in if it is yours.
refused-username-too-alike = This looks like someone else's name. Choose another.
refused-registration-closed = Registration is closed on this server. Ask its operator for an account.
refused-invite-needed = Registering on this server requires an invite. Ask its operator for one.
refused-invite-invalid = This invite is invalid or has expired. Check it, or ask for another.
refused-username-characters = A name can have letters and digits, with . _ - between them.
refused-username-mixed-scripts = A name can't mix letters that look alike, such as Latin and Cyrillic ones.
refused-name-reserved = This name is reserved, because it could mislead others. Choose another.
refused-name-characters = This name is not allowed.
refused-name-too-long = At most { $max } characters.
refused-password-too-short = At least { $min } characters.
refused-password-too-long = At most { $max } bytes.
refused-password-is-username = Can't be your name.
refused-password-too-weak = Too easy to guess. A few unrelated words are strong and easy to remember.
refused-account-suspended = This account is suspended. Ask the server's operator.
refused-token-unknown = You are signed out on this device. Sign in again.
refused-no-such-device = That device is already signed out.
refused-no-such-user = No one has that name.
refused-that-is-you = That is you.
refused-account-deleted = This account was deleted.
refused-unblock-first = You have blocked this person. Unblock them first.
refused-too-many-blocked = You have already blocked { $max } people. Unblock one first.
refused-not-allowed = You do not have permission to do that here.
refused-no-such-member = This person is not a member.
refused-topic-too-long = A topic can have at most { $max } characters.
refused-status-too-long = A status can have at most { $max } characters.
refused-too-many-invites = The group already has { $max } invites. Revoke one first.
refused-no-such-invitation = This invitation no longer exists.
refused-invitation-declined = They declined an invitation to this group. An invite code still works.
refused-invitations-full = They already have { $max } pending invitations. Send them an invite code instead.
refused-too-many-invitations = { $max } of your invitations are pending. Send an invite code instead.
refused-not-public = This group is not public.
refused-not-a-member = You are not a member.
refused-not-a-group = That works only in a group.
refused-already-a-member = This person is already a member.
refused-group-name-taken = This group name is taken. Choose another.
refused-group-name-too-alike = This looks like the name of another group. Choose another.
refused-group-full = The group is full: it has { $max } members.
refused-too-many-conversations = One of you is already in { $max } conversations, which is the limit.
refused-text-empty = The message has no visible text.
refused-text-too-long = The message is too long (at most { $kib } KiB). Send it in parts.
refused-no-such-message = That message does not exist or was deleted.
refused-not-yours = Only the author of a message can change it.
refused-too-many-edits = This message was edited { $max } times, and cannot be edited again.
refused-emoji-invalid = A reaction must be one emoji.
refused-too-many-reactions = The message already has { $max } different reactions. Choose one of them.
refused-reactions-full = The message already has { $max } reactions, and cannot get more.
refused-reason-too-long = A reason can have at most { $max } characters.
refused-too-many-reports = The operator has not handled { $max } of your reports yet. Try again when some have been handled.
refused-query-empty = Type something to search for.
refused-query-too-long = A search can have at most { $max } characters.
refused-query-too-many = A search can have at most { $max } words and filters.
refused-query-date = Write a day as 2026-11-01 or a month as 2026-11.
refused-query-has = “has:” works only as has:link.
refused-query-other = The server does not support this search.
refused-quota-reached = You reached this server's daily limit ({ $messages } messages or { $mib } MiB). Try again in { $hours } h.
refused-storage-low = The server's disk is nearly full. It only stores messages of up to { $kib } KiB. Tell its operator.
refused-busy = The server is busy. Try again in { $seconds } s.
refused-failed = The server could not do that. Try again.
refused-unavailable = The server cannot load or store anything at present. Try again in a moment.
refused-outcome-unknown = The server failed, but the change may have been made. Check before you try again.
refused-tls-required = The server requires an encrypted connection. Start papo without --plaintext.
refused-address-banned = The operator of this server banned your network, for another { $hours } h.
refused-unsupported-protocol = This papo and the server have incompatible versions. Update the older one.
refused-other = The server refused the request.

# The keys, in full for the help
key-send = send the message
key-complete = insert the suggestion: :emoji, @name, #group, /command
key-complete-or-send = insert a suggestion you chose or typed; otherwise send
key-send-paste = send it unchanged (a long paste)
key-send-paste-as-code = send it as a code block (a long paste)
key-edit-paste = review and edit it (a long paste)
key-keep-paste = leave it in the input box (a long paste)
key-editor = write the message in your own editor (VISUAL or EDITOR)
key-new-line = new line; \ and then Enter works too
key-open = open the conversation
key-retry = on a failed message: send it again
key-discard = on a failed message: discard it
key-reply = reply to the selected message
key-react = react to it with an emoji, or remove your reaction
key-jump-to-quoted = go to the message it replies to
key-edit = edit a message of yours
key-delete = delete a message of yours or, as admin, of a member
key-report = report a message to the operator of the server
key-people = who reacted and who has read it
key-revisions = its earlier versions
key-react-with = 1 to 6: react with that emoji
key-cancel-reply = cancel the reply or the edit
key-copy = copy the selected message
key-copy-reference = copy the selected message's reference, for the server's operator
key-open-link = open a link in the selected message
key-copy-link = copy a link in the selected message
key-copy-code = copy a code block in the selected message
key-write = write
key-unfold = on a message from someone you blocked: show it
key-switch-side = switch between user and group chats
key-to-list = go to the list
key-members = the members of the group
key-talk-with-member = chat with the selected member
key-make-admin = make the selected member an admin
key-make-member = remove the selected member as admin
key-hand-over = make the selected member the owner
key-remove-member = remove the selected member
key-block = block the selected member
key-unblock = unblock the selected member
key-profile = how others see you: your name and status
key-add-to-group = add someone to the group
key-invites = invites to the group (admins only)
key-new-invite = create an invite
key-copy-invite = copy the code that was just created
key-copy-recovery-codes = copy the recovery codes
key-revoke-invite = revoke the selected invite
key-notify = notifications for this conversation
key-join-group = join a group with an invite
key-invitations = invitations to groups
key-accept-invitation = accept the selected invitation
key-decline-invitation = decline the selected invitation
key-confirm = next field, then send the form
key-next-field = next field
key-switch-form = sign in or register
key-select-message = select a message: to reply, react, edit, copy
key-up = up: list, menu, messages
key-down = down: list, menu, messages
key-choose = choose
key-say-yes = confirm something that cannot be undone
key-menu-item = 1 to 6: choose in the menu
key-page-up = page up; older messages load as you reach them
key-page-down = page down
key-oldest = go to the oldest loaded message
key-newest = go to the newest message
key-first = go to the first
key-last = go to the last
key-inbox = inbox: mentions, replies, direct messages
key-open-item = go to the message
key-reply-item = reply from here
key-dismiss-item = mark done
key-refresh-inbox = show new items
key-mark-unread = mark as unread, from this message on
key-devices = where you are signed in
key-server = the server and its certificate
key-revoke-device = sign the selected device out
key-close = close
key-menu = back to the menu
key-help = show these keys
key-redraw = redraw the screen
key-suspend = suspend papo; fg in the shell resumes it
key-quit = quit
key-find = find conversations, people and actions
key-search = search for messages
key-go-to-found = go to the message
key-widen-search = search everywhere, or only here
key-go-back = go back to where you were before the search
key-next-unread = go to the next unread conversation
key-first-unread = go to the first unread message
key-previous-conversation = go to the conversation above
key-next-conversation = go to the conversation below
key-open-row = Alt-1 to Alt-9: open that row of the list
command-menu = back to the menu
command-help = show these keys
command-search = search for messages
command-members = members of the group
command-add = add someone to the group
command-remove = remove someone from the group
command-admin = make someone an admin of the group
command-member = remove someone as admin
command-owner = make someone the owner of the group
command-topic = set the topic of the group
command-visibility = change who finds and joins the group
command-retention = change how long messages are kept
command-rename = rename the group
command-invite = create an invite code; 5 2d: 5 people, 2 days
command-invites = the invites to the group
command-join = join a group with an invite
command-mute = mute this conversation: 1h, 8h, 1d, forever
command-mentions = notify me about mentions only
command-unmute = notify me about every message
command-leave = leave the group
command-editor = write the message in your own editor
command-name = change the name that others see
command-status = set your status
command-away = be shown as away, with a status if you like
command-back = be shown as back
command-block = block someone
command-unblock = unblock someone
command-blocked = people you have blocked
command-password = change your password
command-deleteaccount = delete your account
command-2fa = two-factor sign-in
command-recovery = new recovery codes
command-inbox = open your inbox
command-devices = where you are signed in
command-server = the server and its certificate
command-signout = sign out on this device
command-quit = quit

# The keys, in a word or two for the last line
hint-select-message = reply, edit
hint-send = send
hint-complete = insert
hint-send-as-code = as code
hint-edit = edit
hint-new-line = new line
hint-open = open
hint-retry = retry
hint-discard = discard
hint-reply = reply
hint-react = react
hint-jump-to-quoted = go to original
hint-delete = delete
hint-report = report
hint-people = info
hint-revisions = history
hint-react-with = react
hint-cancel = cancel
hint-copy = copy
hint-continue = continue
hint-turn-on = turn on
hint-delete-account = delete the account
hint-turn-off = turn off
hint-open-link = open link
hint-copy-link = copy link
hint-copy-code = copy code
hint-switch-side = users/groups
hint-talk = chat
hint-unfold = show it
hint-make-admin = make admin
hint-make-member = remove admin
hint-hand-over = hand over
hint-remove-member = remove
hint-block = block
hint-unblock = unblock
hint-profile = profile
hint-invites = invites
hint-new-invite = new
hint-revoke-invite = revoke
hint-join-group = join by code
hint-confirm = continue
hint-create = create
hint-save = save
hint-join = join
hint-accept = accept
hint-decline = decline
hint-leave = leave
hint-host = host
hint-add = add
hint-next-field = next field
hint-switch-form = sign in/register
hint-choose = choose
hint-say-yes = yes
hint-inbox = inbox
hint-dismiss = mark done
hint-mark-unread = mark unread
hint-devices = devices
hint-server = server
hint-revoke-device = sign out
hint-close = close
hint-menu = menu
hint-help = keys
hint-page-down = next page
hint-page-up = previous page
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
script-deleted-by-operator = the operator of the server deleted this message of { $who }
script-expired = this message of { $who } expired
script-no-such-group = You are in no group named { $group }.
script-not-signed-in = No one is signed in to { $server } on this machine. Open papo, sign in, and tick “stay signed in on this device”.
script-user-not-signed-in = { $user } is not signed in to { $server } on this machine. Open papo --user { $user }, sign in, and tick “stay signed in on this device”.
script-other-server = A different server than before answers at { $server }. Open papo and sign in to it; the sign-in to the previous one is kept.
script-sign-in-unreadable = The sign-in to { $server } cannot be read: { $why }
script-keyring-silent = The system's keyring, which may have the sign-in to { $server }, does not answer. Unlock it and try again.
script-other-user = { $you } is signed in on this machine, not { $user }.
script-no-server = No answer from { $server }: { $why }
script-no-server-here = No server is running on this machine at port { $port }. Open papo, which hosts one, or choose a server with --server.
script-line-lost = The connection to { $server } was lost and did not come back in time.
script-trying-again = The connection was lost. papo keeps trying, and no message will be missing.
script-no-reply = { $server } accepted the connection but did not reply.
script-not-papo = The program at { $server } is not a papo server.
script-no-tls = { $server } does not use encryption ({ $why }). For a server that really has no encryption, use --plaintext.
script-certificate-unknown = The certificate of { $server } was never accepted on this machine: { $shown }. Open papo --server { $server } once, compare it with what papo-server printed, and accept it. Nothing was sent.
script-community-unproven = { $server } says that it is a community you know, but nothing proves it. Open papo --server { $server } once and decide whether it is, or list its address together with the one you know. Nothing was sent.
script-no-authorities = This system has no certificates of authorities, so papo cannot check who issued the certificate of { $server }: { $shown }. Install them (many systems have them in a package named ca-certificates), or open papo --server { $server } once, compare it with what papo-server printed, and accept it. Nothing was sent.
script-not-known-to-be-sent = The connection was lost before the server confirmed the message. It may have arrived: check before you send it again.
script-cannot-read = Standard input cannot be read: { $why }
script-not-utf8 = Standard input is not text in UTF-8. Nothing was sent.
script-cannot-write = The output cannot be written: { $why }
script-not-marked = { $count ->
    [one] Nothing was marked as read: 1 older unread message was not printed.
   *[other] Nothing was marked as read: { $count } older unread messages were not printed.
}
script-symlink = { $file } is a symbolic link. Name the file it points to, or another one.
script-file-exists = { $file } exists already, and was not replaced. Name another file.
script-mine-no-html = Your own data is written as text or JSON: choose --format text or --format json.
script-mine-progress = { $done } of { $all } conversations, { $entries } of your entries
mine-account = Account
mine-created = created { $when }
mine-totp = two-factor sign-in is on
mine-devices = Devices
mine-device = { $name } · signed in { $since } · last used { $used }
mine-blocked = Blocked users
mine-conversations = Conversations
mine-entries = What you wrote and did
script-not-a-file = { $file } is not a file, so it was not replaced.

# The inbox
inbox-title = Inbox
inbox-empty = Your inbox is empty.
inbox-behind = new items · r shows them
inbox-more = more below
inbox-mention = mentioned you
inbox-reply = replied to you
inbox-direct = wrote to you
prompt-reply = Reply to { $whom }
