//! What comes next for a user whose client asked.

use crate::error::{Error, PromptFault};
use crate::types::{AuthorizationRequest, Prompt, Session, Subject, Timestamp};

/// Who is there, and what became of the request so far.
#[derive(Clone, Copy, Debug)]
pub struct Visit<'a> {
    /// Who is signed in, with the name by which the client knows them.
    pub session: Option<(&'a Session, &'a Subject)>,
    /// Whether they proved who they are for this request.
    pub fresh: bool,
    /// Whether they chose, for this request, to go on as who they are.
    pub chosen: bool,
    /// Whether they have to say whether the client may, also if it does not want them to.
    pub must_consent: bool,
    /// The moment.
    pub now: Timestamp,
}

/// What comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The user has to prove who they are; whether somebody is signed in already.
    SignIn {
        /// Somebody is, and has to do it again.
        again: bool,
    },
    /// The user has to choose as whom to go on.
    Choose,
    /// The user has to say whether the client may.
    Consent,
    /// The client gets its code.
    Grant,
}

/// Decides (OpenID Connect Core §3.1.2.3, §3.1.2.4).
///
/// # Errors
/// What the client is told instead: [`Error::Prompt`] where somebody would have to be asked and must
/// not be, or is somebody else than was hinted at; [`Error::UnmetAuthentication`].
pub fn next_step(asked: &AuthorizationRequest, visit: Visit<'_>) -> Result<Step, Error> {
    let silent = asked.prompt.contains(&Prompt::None);
    let ask = |step, fault| if silent { Err(Error::Prompt(fault)) } else { Ok(step) };
    let wants = |prompt| asked.prompt.contains(&prompt);
    let Some((session, known_as)) = visit.session else {
        return ask(Step::SignIn { again: false }, PromptFault::Login);
    };
    let stale = asked.max_age.is_some_and(|age| visit.now >= session.proof.at.plus(age));
    // What the user just did is recent enough, also for `max_age=0`.
    if !visit.fresh && (wants(Prompt::Login) || stale) {
        return ask(Step::SignIn { again: true }, PromptFault::Login);
    }
    if wants(Prompt::SelectAccount) && !visit.chosen && !visit.fresh {
        return ask(Step::Choose, PromptFault::Account);
    }
    if asked.hinted.as_ref().is_some_and(|hinted| hinted != known_as) {
        // AZ-33: somebody else is signed in. Whoever signed in for this request is who they are.
        return match visit.fresh {
            true => Err(PromptFault::Login.into()),
            false => ask(Step::SignIn { again: true }, PromptFault::Login),
        };
    }
    let classes = asked.claims.as_ref().map(|claims| &claims.essential_acr[..]).unwrap_or_default();
    if !classes.is_empty() && !session.proof.class.as_ref().is_some_and(|own| classes.contains(own))
    {
        // LG-15, OpenID Connect Core §5.5.1.1
        return match visit.fresh || silent {
            true => Err(Error::UnmetAuthentication),
            false => Ok(Step::SignIn { again: true }),
        };
    }
    match visit.must_consent || wants(Prompt::Consent) {
        true => ask(Step::Consent, PromptFault::Consent),
        false => Ok(Step::Grant),
    }
}
