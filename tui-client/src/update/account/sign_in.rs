//! The sign-in screen.

use crossterm::event::{KeyCode, KeyEvent};
use papo_shared::model::{ServerId, Username, check_password};
use papo_shared::protocol::{Refusal, Register, Request, SignIn, SignInWithToken, SignedIn};

use crate::action::Action;
use crate::device_token::{DeviceToken, Lookup, StoredSignIn, TokenLocation};
use crate::effect::Effect;
use crate::event::DisconnectReason;
use crate::state::account::credentials::Credentials;
use crate::state::account::sign_in::{Field, Form};
use crate::state::connection::link::Link;
use crate::state::connection::pending::Purpose;
use crate::state::overlays::prompt::{Prompt, Question};
use crate::state::phrase::Phrase;
use crate::state::refusals::{explain, name_problem, password_problem};
use crate::state::{Overlay, Screen, State};
use crate::update::requests::send_request;

pub(crate) fn move_focus(state: &mut State, action: Action) {
    let form = &mut state.sign_in;
    let fields = form.fields();
    let at = fields.iter().position(|field| *field == form.focus).unwrap_or(0);
    let to = match action {
        Action::Up => (at + fields.len() - 1) % fields.len(),
        _ => (at + 1) % fields.len(),
    };
    form.focus = fields[to];
}

pub(crate) fn type_key(state: &mut State, key: KeyEvent) {
    let form = &mut state.sign_in;
    let is_horizontal_arrow = matches!(key.code, KeyCode::Left | KeyCode::Right);
    let focus = form.focus;
    match form.input(focus) {
        // Left and Right move the cursor in a text, and switch forms if the field is empty or is not a text.
        Some(input) if !(is_horizontal_arrow && input.is_empty()) => {
            let changed = input.edit(key);
            form.problem.take_if(|_| changed);
            form.submit_again_at.take_if(|_| changed);
            if changed && focus == Field::Username {
                form.forget_code();
            }
        }
        None if focus == Field::StaySignedIn => form.stay_signed_in ^= key.code == KeyCode::Char(' '),
        _ if is_horizontal_arrow => form.switch(),
        _ => {}
    }
}

/// Submits the form, or focuses the first field that is empty.
pub(crate) fn submit(state: &mut State, effects: &mut Vec<Effect>) {
    if let Link::Lost { reason: DisconnectReason::ServerAway { port }, .. } = state.link {
        state.overlay = Some(Overlay::Prompt(Prompt::new(Question::HostHere { port })));
        effects.push(Effect::Reconnect);
        return;
    }
    let form = &mut state.sign_in;
    if form.is_waiting {
        return;
    }
    let empty = form.fields().iter().copied().find(|field| form.input(*field).is_some_and(|input| input.is_empty()));
    if let Some(empty) = empty {
        // Enter moves on to the empty field; pressed in the empty field itself, it shows a problem.
        if form.focus == empty {
            let problem = if empty == Field::RepeatedPassword { "problem-repeat-password" } else { "problem-empty-field" };
            form.problem = Some((empty, Phrase::new(problem)));
        }
        form.focus = empty;
        return;
    }
    if let Err((field, phrase)) = validate(state) {
        state.sign_in.focus = field;
        state.sign_in.problem = Some((field, phrase));
        return;
    }
    if state.link != Link::Greeted {
        return submit_later(state, effects);
    }
    let device = Some(state.device_name.clone());
    let form = &mut state.sign_in;
    form.is_waiting = true;
    form.problem = None;
    form.submit_again_at = None;
    let (username, password) = (form.username.text(), form.password.text());
    let invite = form.fields().contains(&Field::Invite).then(|| form.invite.text());
    let code = form.fields().contains(&Field::Code).then(|| form.code.text());
    let request = match form.form {
        Form::SignIn => Request::SignIn(SignIn { username, password, device, code }),
        Form::Register => Request::Register(Register { username, password, display_name: None, device, invite }),
    };
    send_request(state, Purpose::SignIn, request, effects);
}

/// Submits the form again once the wait for a server without its database is over.
pub(crate) fn submit_when_due(state: &mut State, effects: &mut Vec<Effect>) {
    let now = state.moment;
    if state.sign_in.submit_again_at.take_if(|at| *at <= now).is_some() && state.screen == Screen::SignIn {
        submit(state, effects);
    }
}

/// Submits the form once the server has replied to `hello`. If the last attempt to connect failed, it is only tried again.
fn submit_later(state: &mut State, effects: &mut Vec<Effect>) {
    // Closed: the server was reached, and ended the connection, for example after the user signed out.
    let has_failed = matches!(&state.link, Link::Lost { reason, .. } if *reason != DisconnectReason::Closed);
    state.sign_in.submit_when_connected = !has_failed;
    state.sign_in.problem = has_failed.then(|| (Field::Tabs, Phrase::new("problem-not-connected")));
    if !matches!(state.link, Link::Connecting | Link::Greeting) {
        effects.push(Effect::Reconnect);
    }
}

/// Finds problems that can be detected without the server.
fn validate(state: &State) -> Result<(), (Field, Phrase)> {
    let form = &state.sign_in;
    let username = Username::parse(&form.username.text());
    if form.form == Form::SignIn {
        return Ok(());
    }
    if form.is_closed() {
        return Err((Field::Tabs, explain(&Refusal::RegistrationClosed)));
    }
    let username = username.map_err(|problem| (Field::Username, name_problem(problem)))?;
    check_password(&form.password.text(), &username).map_err(|problem| (Field::Password, password_problem(problem)))?;
    if form.password.text() != form.repeated_password.text() {
        return Err((Field::RepeatedPassword, Phrase::new("problem-passwords-differ")));
    }
    Ok(())
}

/// Starts signing in after the server's welcome: with the token in use if there is one, otherwise with a stored
/// sign-in, which is looked up once per server.
pub(crate) fn start(state: &mut State, server: ServerId, effects: &mut Vec<Effect>) {
    if state.credentials.token.is_some() {
        return sign_in_again(state, effects);
    }
    let is_first_time = state.servers_looked_up.insert(server);
    if std::mem::take(&mut state.sign_in.submit_when_connected) {
        submit(state, effects);
    } else if is_first_time {
        effects.push(Effect::FindSignIn(server));
    }
}

/// Takes the result of the lookup of stored sign-ins. If the user is signing in by hand by then, it is ignored.
pub(crate) fn take_stored(state: &mut State, server: ServerId, found: Result<Lookup, String>, effects: &mut Vec<Effect>) {
    if state.server_id != Some(server)
        || state.signed_in_as.is_some()
        || state.credentials.token.is_some()
        || state.sign_in.is_waiting
    {
        return;
    }
    match found {
        Ok(Lookup::Found(stored)) => {
            let StoredSignIn { username, token, token_location, is_default, .. } = stored;
            state.credentials = Credentials {
                token: Some(token),
                user: username,
                stays_signed_in: true,
                token_location: Some(token_location),
                is_default,
            };
            if state.link == Link::Greeted {
                sign_in_again(state, effects);
            }
        }
        // If the server was replaced while a user was signed in, a more detailed problem is shown already.
        Ok(Lookup::OtherServer) => {
            state.sign_in.problem.get_or_insert_with(|| (Field::Tabs, Phrase::new("problem-other-server")));
        }
        Ok(Lookup::Nothing) => {}
        Err(error) => state.sign_in.problem = Some((Field::Tabs, Phrase::new("problem-sign-in-unreadable").text("why", error))),
    }
}

/// Stores the accepted sign-in if the user asked for it, or if it was stored so that only a start with a username finds it.
pub(crate) fn store(state: &mut State, signed_in: &SignedIn, effects: &mut Vec<Effect>) {
    let Some(server) = state.server_id else { return };
    let is_stored_otherwise = state.credentials.stays_signed_in && !state.credentials.is_default;
    if state.sign_in.stay_signed_in || is_stored_otherwise {
        let (username, token) = (signed_in.you.username.clone(), DeviceToken(signed_in.token.clone()));
        effects.push(Effect::StoreSignIn(server, username, token));
        state.credentials.stays_signed_in = true;
        state.credentials.is_default = true;
    }
}

/// Forgets the credentials, and removes this account's stored sign-in. Another account may have one on this machine, which stays.
pub(crate) fn forget(state: &mut State, effects: &mut Vec<Effect>) {
    let credentials = std::mem::take(&mut state.credentials);
    if credentials.stays_signed_in
        && let Some(server) = state.server_id
    {
        effects.push(Effect::RemoveSignIn(server, credentials.user));
    }
}

/// Discards a sign-in of another account than the one named on the command line, and reconnects so that the user is asked
/// to sign in. Tokens stored by older versions do not name their account. Returns whether the sign-in was discarded.
pub(crate) fn reject_other_account(state: &mut State, you: &Username, effects: &mut Vec<Effect>) -> bool {
    let is_wanted = state.wanted_user.as_ref().is_none_or(|wanted| wanted == you);
    if is_wanted || state.credentials.token.is_none() || state.signed_in_as.is_some() {
        return false;
    }
    // The stored token is not removed.
    state.credentials = Credentials::default();
    state.sign_in.is_waiting = false;
    effects.push(Effect::Reconnect);
    true
}

/// Sets the credentials of the previous server aside when another server answers at the same address: they are never
/// sent to the new one, and are used again when the previous one is back.
pub(crate) fn change_server(state: &mut State, before: ServerId, now: ServerId) {
    let previous = std::mem::take(&mut state.credentials);
    if previous.token.is_some() {
        state.other_sign_ins.insert(before, previous);
    }
    if let Some(credentials) = state.other_sign_ins.remove(&now) {
        state.credentials = credentials;
    }
}

/// Reports where the token was stored, or why it was not.
pub(crate) fn report_token_location(state: &mut State, token_location: TokenLocation) {
    state.show_status(match &token_location {
        TokenLocation::Keyring => Phrase::new("notice-kept-in-keyring"),
        TokenLocation::File(file) => Phrase::new("notice-kept-in-file").text("file", file.display()),
        TokenLocation::NotStored(why) => Phrase::new("notice-kept-nowhere").text("why", why),
    });
    // If the user has signed out meanwhile, the stored token is removed next.
    if state.credentials.token.is_some() {
        state.credentials.stays_signed_in = !matches!(token_location, TokenLocation::NotStored(_));
        state.credentials.token_location = Some(token_location);
    }
}

/// Signs in with the token of an earlier sign-in, without user input.
pub(crate) fn sign_in_again(state: &mut State, effects: &mut Vec<Effect>) {
    state.sign_in_again_at = None;
    if let Some(DeviceToken(token)) = &state.credentials.token {
        let request = SignInWithToken { token: token.clone() };
        state.sign_in.is_waiting = true;
        send_request(state, Purpose::SignInAgain, Request::SignInWithToken(request), effects);
    }
}
