//! Deleting the user's own account.

use papo_shared::protocol::{AccountDetails, DeleteAccount, GetAccount, Request};

use crate::effect::Effect;
use crate::local_data::LocalChange;
use crate::state::account::sign_in::{Field, SignInForm};
use crate::state::connection::pending::Purpose;
use crate::state::overlays::prompt::{Prompt, Question};
use crate::state::phrase::Phrase;
use crate::state::{Overlay, Screen, State};
use crate::update::requests::{CommandOutcome, send_if_live};
use crate::update::screen::{open_overlay, show_screen};

/// Runs `/deleteaccount`: asks the server whether a code will be required, and then opens the form.
pub(crate) fn run_command(state: &mut State, effects: &mut Vec<Effect>) -> CommandOutcome {
    send_if_live(state, effects, Purpose::BeforeDeletion, Request::GetAccount(GetAccount {}))
}

/// Opens the form. A form that was opened meanwhile is not replaced.
pub(crate) fn take_account(state: &mut State, account: &AccountDetails) {
    if state.overlay.is_none() {
        open_overlay(state, Overlay::Prompt(Prompt::new(Question::DeleteAccount { requires_code: account.totp })));
    }
}

/// The request of the filled form.
///
/// # Errors
/// The last field has none of the words that it asks for.
pub(crate) fn build_request(fields: &[String]) -> Result<Request, Phrase> {
    let (Some(password), Some(choice)) = (fields.first(), fields.last()) else { return Err(wrong_word()) };
    let code = fields.get(1).filter(|_| fields.len() > 2).cloned();
    // Accepted in every language, whichever one the interface uses.
    let erase_messages = match choice.trim().to_lowercase().as_str() {
        "keep" | "manter" => false,
        "delete" | "apagar" => true,
        _ => return Err(wrong_word()),
    };
    Ok(Request::DeleteAccount(DeleteAccount { password: password.clone(), code, erase_messages }))
}

fn wrong_word() -> Phrase {
    Phrase::new("problem-keep-or-delete")
}

/// Forgets the account after it was deleted, here or elsewhere: its sign-in, its drafts and unsent messages, and everything in
/// memory. Shows the sign-in screen.
pub(crate) fn finish(state: &mut State, effects: &mut Vec<Effect>) {
    if state.signed_in_as.take().is_none() {
        return;
    }
    effects.push(Effect::SaveLocalData(vec![LocalChange::AllRemoved]));
    let credentials = std::mem::take(&mut state.credentials);
    if credentials.stays_signed_in
        && let Some(server) = state.server_id
    {
        effects.push(Effect::RemoveSignIn(server, credentials.user));
    }
    state.forget_account();
    let registration = state.sign_in.registration;
    state.sign_in = SignInForm { registration, ..SignInForm::new(None) };
    show_screen(state, Screen::SignIn);
    state.sign_in.problem = Some((Field::Tabs, Phrase::new("notice-account-deleted")));
}
