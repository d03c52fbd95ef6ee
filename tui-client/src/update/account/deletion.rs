//! Deleting the user's own account.

use papo_shared::protocol::{AccountDetails, DeleteAccount, GetAccount, Request};

use crate::effect::Effect;
use crate::local_data::LocalChange;
use crate::state::account::sign_in::{Field, SignInForm};
use crate::state::connection::pending::Purpose;
use crate::state::overlays::prompt::{Prompt, Question};
use crate::state::phrase::Phrase;
use crate::state::{Overlay, Screen, State};
use crate::update::account::sign_in;
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
/// `choice` is none of the words that the form asks for.
pub(crate) fn build_request(password: String, code: Option<String>, choice: &str) -> Result<Request, Phrase> {
    // Accepted in every language, whichever one the interface uses.
    let erase_messages = match choice.trim().to_lowercase().as_str() {
        "keep" | "manter" => false,
        "delete" | "apagar" => true,
        _ => return Err(Phrase::new("problem-keep-or-delete")),
    };
    Ok(Request::DeleteAccount(DeleteAccount { password, code, erase_messages }))
}

/// Forgets the account after it was deleted, here or elsewhere: its sign-in, its drafts and unsent messages, and everything in
/// memory. Shows the sign-in screen.
pub(crate) fn finish(state: &mut State, effects: &mut Vec<Effect>) {
    if state.signed_in_as.take().is_none() {
        return;
    }
    effects.push(Effect::SaveLocalData(vec![LocalChange::AllRemoved]));
    sign_in::forget(state, effects);
    state.forget_account();
    let registration = state.sign_in.registration;
    state.sign_in = SignInForm { registration, ..SignInForm::new(None) };
    show_screen(state, Screen::SignIn);
    state.sign_in.problem = Some((Field::Tabs, Phrase::new("notice-account-deleted")));
}
