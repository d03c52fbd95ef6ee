//! The form of the sign-in screen.

use papo_shared::model::{Username, password_strength};
use papo_shared::protocol::Registration;

use crate::clock::Moment;
use crate::state::phrase::Phrase;
use crate::state::text_input::TextInput;

/// The sign-in screen, with a form for signing in and one for registering. Both share the fields.
#[derive(Clone, Debug)]
pub struct SignInForm {
    /// Whether the user signs in or registers.
    pub form: Form,
    /// The field that receives the keys.
    pub focus: Field,
    /// The username, shared by both forms.
    pub username: TextInput,
    /// The password, shared by both forms.
    pub password: TextInput,
    /// The repeated password, when registering.
    pub repeated_password: TextInput,
    /// The invite, when registering on a server that requires one.
    pub invite: TextInput,
    /// The code of the second factor, when signing in to an account that has one.
    pub code: TextInput,
    /// Whether the server required a code for this username.
    pub requires_code: bool,
    /// Who may register, as last reported by the server.
    pub registration: Registration,
    /// Whether to stay signed in on this device.
    pub stay_signed_in: bool,
    /// The error of the last attempt, and the field beside which it is shown.
    pub problem: Option<(Field, Phrase)>,
    /// Whether the reply to a submitted form is outstanding.
    pub is_waiting: bool,
    /// Whether to submit the form once the connection is established.
    pub submit_when_connected: bool,
    /// When to submit the form again after the server could not reach its database. Editing the form cancels it.
    pub submit_again_at: Option<Moment>,
}

/// Which form is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Sign in with an existing account.
    SignIn,
    /// Register a new account.
    Register,
}

/// A field of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The two tabs at the top, which select the form.
    Tabs,
    /// The username, which cannot be changed after registering.
    Username,
    /// The password, shown as dots.
    Password,
    /// The repeated password, in the registration form only.
    RepeatedPassword,
    /// The invite, in the registration form of a server that requires one.
    Invite,
    /// The code of the second factor, in the sign-in form once the server required it.
    Code,
    /// Whether to stay signed in on this device.
    StaySignedIn,
}

impl SignInForm {
    /// Creates a form in which only `username` is filled in, if it is known.
    #[must_use]
    pub fn new(username: Option<&str>) -> Self {
        let mut name = TextInput::single_line();
        name.set(username.unwrap_or_default());
        Self {
            form: Form::SignIn,
            focus: if username.is_some() { Field::Password } else { Field::Username },
            username: name,
            password: TextInput::secret(),
            repeated_password: TextInput::secret(),
            invite: TextInput::single_line(),
            code: TextInput::single_line(),
            requires_code: false,
            registration: Registration::Open,
            stay_signed_in: false,
            problem: None,
            is_waiting: false,
            submit_when_connected: false,
            submit_again_at: None,
        }
    }

    /// The fields of the open form, from top to bottom.
    #[must_use]
    pub fn fields(&self) -> &'static [Field] {
        match (self.form, self.registration) {
            (Form::SignIn, _) if self.requires_code => {
                &[Field::Tabs, Field::Username, Field::Password, Field::Code, Field::StaySignedIn]
            }
            (Form::SignIn, _) => &[Field::Tabs, Field::Username, Field::Password, Field::StaySignedIn],
            (Form::Register, Registration::Invite) => {
                &[Field::Tabs, Field::Username, Field::Password, Field::RepeatedPassword, Field::Invite, Field::StaySignedIn]
            }
            (Form::Register, _) => &[Field::Tabs, Field::Username, Field::Password, Field::RepeatedPassword, Field::StaySignedIn],
        }
    }

    /// The text input of a field; `None` for the tabs and the check box.
    pub fn input(&mut self, field: Field) -> Option<&mut TextInput> {
        match field {
            Field::Tabs | Field::StaySignedIn => None,
            Field::Username => Some(&mut self.username),
            Field::Password => Some(&mut self.password),
            Field::RepeatedPassword => Some(&mut self.repeated_password),
            Field::Invite => Some(&mut self.invite),
            Field::Code => Some(&mut self.code),
        }
    }

    /// Switches to the other form and keeps the typed text.
    pub fn switch(&mut self) {
        self.form = match self.form {
            Form::SignIn => Form::Register,
            Form::Register => Form::SignIn,
        };
        self.problem = None;
        self.ensure_focused_field_exists();
    }

    /// Asks for a code and keeps the typed text. A code that was refused is discarded.
    pub fn require_code(&mut self) {
        self.requires_code = true;
        self.code.set("");
    }

    /// Stops asking for a code, because the username changed.
    pub fn forget_code(&mut self) {
        self.requires_code = false;
        self.code.set("");
    }

    /// Sets who may register, as reported by the server, and keeps the typed text.
    pub fn set_registration(&mut self, registration: Registration) {
        self.registration = registration;
        self.ensure_focused_field_exists();
    }

    fn ensure_focused_field_exists(&mut self) {
        if !self.fields().contains(&self.focus) {
            self.focus = Field::Password;
        }
    }

    /// Whether the registration form is open although the server accepts no registrations.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.form == Form::Register && self.registration == Registration::Closed
    }

    /// The strength of the password from 0 to 4, with advice. `None` unless a password is being chosen for a new account.
    #[must_use]
    pub fn strength(&self) -> Option<(u8, Option<Phrase>)> {
        if self.form != Form::Register || self.password.is_empty() {
            return None;
        }
        let name = Username::parse(&self.username.text()).map(String::from).unwrap_or_default();
        let (score, feedback) = password_strength(&self.password.text(), &name);
        let advice = feedback.and_then(|feedback| advice(&feedback));
        Some((score, advice))
    }
}

/// The first suggestion of the strength estimator, as a phrase of ours.
fn advice(feedback: &zxcvbn::feedback::Feedback) -> Option<Phrase> {
    use zxcvbn::feedback::Suggestion;
    let key = match feedback.suggestions().first()? {
        Suggestion::UseAFewWordsAvoidCommonPhrases => "strength-few-words",
        Suggestion::NoNeedForSymbolsDigitsOrUppercaseLetters => "strength-no-need-for-symbols",
        Suggestion::AddAnotherWordOrTwo => "strength-another-word",
        Suggestion::CapitalizationDoesntHelpVeryMuch | Suggestion::AllUppercaseIsAlmostAsEasyToGuessAsAllLowercase => {
            "strength-capitals"
        }
        Suggestion::ReversedWordsArentMuchHarderToGuess => "strength-reversed",
        Suggestion::PredictableSubstitutionsDontHelpVeryMuch => "strength-substitutions",
        Suggestion::UseALongerKeyboardPatternWithMoreTurns => "strength-keyboard",
        Suggestion::AvoidRepeatedWordsAndCharacters => "strength-repeats",
        Suggestion::AvoidSequences => "strength-sequences",
        Suggestion::AvoidRecentYears
        | Suggestion::AvoidYearsThatAreAssociatedWithYou
        | Suggestion::AvoidDatesAndYearsThatAreAssociatedWithYou => "strength-dates",
    };
    Some(Phrase::new(key))
}
