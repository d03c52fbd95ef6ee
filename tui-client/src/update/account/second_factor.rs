//! Turning the second factor on and off, and its recovery codes.

use papo_shared::model::text::clean_line;
use papo_shared::protocol::{AccountDetails, GetAccount, RecoveryCodes, Request, TotpSecret};

use crate::effect::Effect;
use crate::state::connection::pending::Purpose;
use crate::state::overlays::prompt::{Prompt, Question};
use crate::state::phrase::Phrase;
use crate::state::{Overlay, State};
use crate::update::overlays::prompt;
use crate::update::requests::{CommandOutcome, send_if_live};
use crate::update::screen::open_overlay;

/// Runs `/2fa`: asks the server whether the second factor is on, which decides the form to open.
pub(crate) fn run_command(state: &mut State, effects: &mut Vec<Effect>) -> CommandOutcome {
    send_if_live(state, effects, Purpose::SecondFactor, Request::GetAccount(GetAccount {}))
}

/// Runs `/recovery`: opens the form for new recovery codes.
pub(crate) fn replace_recovery_codes(state: &mut State) {
    open_overlay(state, Overlay::Prompt(Prompt::new(Question::ReplaceRecoveryCodes)));
}

/// Opens the form that changes the second factor. A form that was opened meanwhile is not replaced.
pub(crate) fn take_account(state: &mut State, account: &AccountDetails) {
    if state.overlay.is_some() {
        return;
    }
    let question = if account.totp {
        Question::DisableTotp { recovery_codes_left: account.recovery_codes_left }
    } else {
        Question::EnableTotp
    };
    open_overlay(state, Overlay::Prompt(Prompt::new(question)));
}

/// Shows the secret for the authenticator app, and asks for its first code.
pub(crate) fn take_secret(state: &mut State, TotpSecret { secret, uri }: &TotpSecret) {
    if is_open(state, &Question::EnableTotp) {
        let secret = TotpSecret { secret: clean_line(secret), uri: clean_line(uri) };
        open_overlay(state, Overlay::Prompt(Prompt::new(Question::ConfirmTotp(secret))));
    }
}

/// Shows new recovery codes, in place of the form that requested them.
pub(crate) fn take_recovery_codes(state: &mut State, RecoveryCodes { codes }: &RecoveryCodes) {
    let codes = codes.iter().map(|code| clean_line(code)).collect();
    open_overlay(state, Overlay::RecoveryCodes(RecoveryCodes { codes }));
}

/// Closes the form after the second factor was turned off.
pub(crate) fn finish_disabling(state: &mut State) {
    prompt::close_if_waiting(state);
    state.show_status(Phrase::new("notice-totp-disabled"));
}

pub(crate) fn copy_recovery_codes(state: &mut State, effects: &mut Vec<Effect>) {
    if let Some(Overlay::RecoveryCodes(RecoveryCodes { codes })) = &state.overlay {
        effects.push(Effect::Copy(codes.join("\n")));
        state.show_status(Phrase::new("notice-recovery-codes-copied"));
    }
}

/// Whether a prompt with this question waits for a reply.
fn is_open(state: &State, question: &Question) -> bool {
    matches!(&state.overlay, Some(Overlay::Prompt(prompt)) if prompt.is_waiting && prompt.question == *question)
}
