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
use crate::state::connection::pending::Asked;
use crate::state::overlays::prompt::{Prompt, Question};
use crate::state::phrase::Phrase;
use crate::state::refusals::{name_problem, password_problem, words};
use crate::state::{Overlay, State};
use crate::update::requests::ask;

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
    let sideways = matches!(key.code, KeyCode::Left | KeyCode::Right);
    let focus = form.focus;
    match form.input(focus) {
        // The arrows move in a text, and from form to form where there is none.
        Some(input) if !(sideways && input.is_empty()) => {
            let changed = input.edit(key);
            form.problem.take_if(|_| changed);
        }
        None if focus == Field::Stay => form.stay ^= key.code == KeyCode::Char(' '),
        _ if sideways => form.switch(),
        _ => {}
    }
}

/// Sends the form, or goes on to the first field that is still empty.
pub(crate) fn submit(state: &mut State, effects: &mut Vec<Effect>) {
    if let Link::Lost { why: DisconnectReason::ServerAway { port }, .. } = state.link {
        state.overlay = Some(Overlay::Prompt(Prompt::new(Question::HostHere { port })));
        effects.push(Effect::Reconnect);
        return;
    }
    let form = &mut state.sign_in;
    if form.waiting {
        return;
    }
    let empty = form.fields().iter().copied().find(|field| form.input(*field).is_some_and(|input| input.is_empty()));
    if let Some(empty) = empty {
        // Enter in a field leads on; Enter on the last one says what is missing.
        if form.focus == empty {
            let problem = if empty == Field::Again { "problem-repeat-password" } else { "problem-empty-field" };
            form.problem = Some((empty, Phrase::new(problem)));
        }
        form.focus = empty;
        return;
    }
    if let Err((field, phrase)) = check(state) {
        state.sign_in.focus = field;
        state.sign_in.problem = Some((field, phrase));
        return;
    }
    state.sign_in.eager = matches!(state.link, Link::Connecting | Link::Greeting);
    if state.sign_in.eager {
        state.sign_in.problem = None;
        return;
    }
    if state.link != Link::Greeted {
        state.sign_in.problem = Some((Field::Tabs, Phrase::new("problem-not-connected")));
        effects.push(Effect::Reconnect);
        return;
    }
    let device = Some(state.device_name.clone());
    let form = &mut state.sign_in;
    form.waiting = true;
    form.problem = None;
    let (username, password) = (form.username.text(), form.password.text());
    let invite = form.fields().contains(&Field::Invite).then(|| form.invite.text());
    let request = match form.form {
        Form::SignIn => Request::SignIn(SignIn { username, password, device }),
        Form::Register => Request::Register(Register { username, password, display_name: None, device, invite }),
    };
    ask(state, Asked::SignIn, request, effects);
}

/// What can be seen to be wrong without asking the server.
fn check(state: &State) -> Result<(), (Field, Phrase)> {
    let form = &state.sign_in;
    let username = Username::parse(&form.username.text());
    if form.form == Form::SignIn {
        return Ok(());
    }
    if form.is_closed() {
        return Err((Field::Tabs, words(&Refusal::RegistrationClosed)));
    }
    let username = username.map_err(|problem| (Field::Username, name_problem(problem)))?;
    check_password(&form.password.text(), &username).map_err(|problem| (Field::Password, password_problem(problem)))?;
    if form.password.text() != form.again.text() {
        return Err((Field::Again, Phrase::new("problem-passwords-differ")));
    }
    Ok(())
}

/// The server said hello: whoever was signed in to it is again, and a stored sign-in to it is looked for.
pub(crate) fn begin(state: &mut State, server: ServerId, effects: &mut Vec<Effect>) {
    if state.credentials.token.is_some() {
        return again(state, effects);
    }
    let is_first_time = state.looked_up.insert(server);
    if std::mem::take(&mut state.sign_in.eager) {
        submit(state, effects);
    } else if is_first_time {
        effects.push(Effect::FindSignIn(server));
    }
}

/// The stored sign-ins to this server were looked through. A person who began to sign in by hand meanwhile goes on with that.
pub(crate) fn looked_up(state: &mut State, server: ServerId, found: Result<Lookup, String>, effects: &mut Vec<Effect>) {
    if state.server_id != Some(server)
        || state.signed_in_as.is_some()
        || state.credentials.token.is_some()
        || state.sign_in.waiting
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
                again(state, effects);
            }
        }
        // A server that was replaced while somebody was signed in was reported in more detail already.
        Ok(Lookup::OtherServer) => {
            state.sign_in.problem.get_or_insert_with(|| (Field::Tabs, Phrase::new("problem-other-server")));
        }
        Ok(Lookup::Nothing) => {}
        Err(why) => state.sign_in.problem = Some((Field::Tabs, Phrase::new("problem-sign-in-unreadable").text("why", why))),
    }
}

/// Stores the sign-in that the server accepted, if the person asked for it or it was stored in another way before.
pub(crate) fn keep(state: &mut State, signed_in: &SignedIn, effects: &mut Vec<Effect>) {
    let Some(server) = state.server_id else { return };
    let is_stored_otherwise = state.credentials.stays_signed_in && !state.credentials.is_default;
    if state.sign_in.stay || is_stored_otherwise {
        let (username, token) = (signed_in.you.username.clone(), DeviceToken(signed_in.token.clone()));
        effects.push(Effect::StoreSignIn(server, username, token));
        state.credentials.stays_signed_in = true;
        state.credentials.is_default = true;
    }
}

/// Whether the token of an older papo, which does not say whose it is, signed in somebody else than the command line names. Then
/// the person is asked to sign in, on a new connection.
pub(crate) fn turn_away(state: &mut State, you: &Username, effects: &mut Vec<Effect>) -> bool {
    let is_wanted = state.wanted_user.as_ref().is_none_or(|wanted| wanted == you);
    if is_wanted || state.credentials.token.is_none() || state.signed_in_as.is_some() {
        return false;
    }
    // What is stored stays stored.
    state.credentials = Credentials::default();
    state.sign_in.waiting = false;
    effects.push(Effect::Reconnect);
    true
}

/// Another server answers at this address: the sign-in to the one before is not offered to it, and serves again when that one
/// is back.
pub(crate) fn change_server(state: &mut State, before: ServerId, now: ServerId) {
    let aside = std::mem::take(&mut state.credentials);
    if aside.token.is_some() {
        state.other_sign_ins.insert(before, aside);
    }
    if let Some(credentials) = state.other_sign_ins.remove(&now) {
        state.credentials = credentials;
    }
}

/// Where it is kept can be seen, and that it is not cannot be missed.
pub(crate) fn kept(state: &mut State, token_location: TokenLocation) {
    state.say(match &token_location {
        TokenLocation::Keyring => Phrase::new("notice-kept-in-keyring"),
        TokenLocation::File(file) => Phrase::new("notice-kept-in-file").text("file", file.display()),
        TokenLocation::NotStored(why) => Phrase::new("notice-kept-nowhere").text("why", why),
    });
    // Who signed out meanwhile has it forgotten next.
    if state.credentials.token.is_some() {
        state.credentials.stays_signed_in = !matches!(token_location, TokenLocation::NotStored(_));
        state.credentials.token_location = Some(token_location);
    }
}

/// Signs in without asking the person, where they were signed in before the connection was lost.
pub(crate) fn again(state: &mut State, effects: &mut Vec<Effect>) {
    state.sign_in_again_at = None;
    if let Some(DeviceToken(token)) = &state.credentials.token {
        let request = SignInWithToken { token: token.clone() };
        state.sign_in.waiting = true;
        ask(state, Asked::SignInAgain, Request::SignInWithToken(request), effects);
    }
}
