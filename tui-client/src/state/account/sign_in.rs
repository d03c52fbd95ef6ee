//! The sign-in screen.

use papo_shared::model::{Username, password_strength};
use papo_shared::protocol::Registration;

use crate::state::phrase::Phrase;
use crate::state::text_input::TextInput;

/// The sign-in screen: one form for those who have an account and one for those who want one.
#[derive(Clone, Debug)]
pub struct SignInForm {
    /// Which form.
    pub form: Form,
    /// Where the keys go.
    pub focus: Field,
    /// The name; kept from one form to the other.
    pub username: TextInput,
    /// The password.
    pub password: TextInput,
    /// The password once more, when registering.
    pub again: TextInput,
    /// The invite, when registering where it takes one.
    pub invite: TextInput,
    /// Who may register, as the server said last.
    pub registration: Registration,
    /// Whether to stay signed in on this device.
    pub stay: bool,
    /// What was wrong, beside the field it is about.
    pub problem: Option<(Field, Phrase)>,
    /// Whether the server is being asked.
    pub waiting: bool,
    /// Whether it is to be asked as soon as there is a connection.
    pub submit_when_connected: bool,
}

/// Which form is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// For who has an account.
    SignIn,
    /// For who wants one.
    Register,
}

/// A field of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The two tabs at the top.
    Tabs,
    /// The name.
    Username,
    /// The password.
    Password,
    /// The password once more.
    Again,
    /// The invite.
    Invite,
    /// Whether to stay signed in on this device.
    Stay,
}

impl SignInForm {
    /// An empty form; with the name filled in where it is known already.
    #[must_use]
    pub fn new(username: Option<&str>) -> Self {
        let mut name = TextInput::single_line();
        name.set(username.unwrap_or_default());
        Self {
            form: Form::SignIn,
            focus: if username.is_some() { Field::Password } else { Field::Username },
            username: name,
            password: TextInput::secret(),
            again: TextInput::secret(),
            invite: TextInput::single_line(),
            registration: Registration::Open,
            stay: false,
            problem: None,
            waiting: false,
            submit_when_connected: false,
        }
    }

    /// The fields of the open form, from top to bottom.
    #[must_use]
    pub fn fields(&self) -> &'static [Field] {
        match (self.form, self.registration) {
            (Form::SignIn, _) => &[Field::Tabs, Field::Username, Field::Password, Field::Stay],
            (Form::Register, Registration::Invite) => {
                &[Field::Tabs, Field::Username, Field::Password, Field::Again, Field::Invite, Field::Stay]
            }
            (Form::Register, _) => &[Field::Tabs, Field::Username, Field::Password, Field::Again, Field::Stay],
        }
    }

    /// The text of a field.
    pub fn input(&mut self, field: Field) -> Option<&mut TextInput> {
        match field {
            Field::Tabs | Field::Stay => None,
            Field::Username => Some(&mut self.username),
            Field::Password => Some(&mut self.password),
            Field::Again => Some(&mut self.again),
            Field::Invite => Some(&mut self.invite),
        }
    }

    /// The other form; what was typed stays.
    pub fn switch(&mut self) {
        self.form = match self.form {
            Form::SignIn => Form::Register,
            Form::Register => Form::SignIn,
        };
        self.problem = None;
        self.focus_on_what_is_there();
    }

    /// The server says who may register; what was typed stays.
    pub fn set_registration(&mut self, registration: Registration) {
        self.registration = registration;
        self.focus_on_what_is_there();
    }

    fn focus_on_what_is_there(&mut self) {
        if !self.fields().contains(&self.focus) {
            self.focus = Field::Password;
        }
    }

    /// Whether the open form is of no use here.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.form == Form::Register && self.registration == Registration::Closed
    }

    /// How good the password is, while registering and once there is one: from 0 to 4, with advice.
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

/// The first piece of advice, in our own words.
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
