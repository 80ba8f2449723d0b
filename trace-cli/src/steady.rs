//! One state of a chain for the whole of an answer.

use crate::failure::Failure;
use crate::talk::Talk;

/// How often work begins anew because the chain was reorganised under it.
const ATTEMPTS: u32 = 3;

/// Something asked about a chain that may be reorganised meanwhile.
pub(crate) trait Held {
    /// Whether what was told so far is of one state of the chain. If it is not, it is forgotten,
    /// and the work must be done again.
    ///
    /// # Errors
    /// When the source does not answer.
    async fn held(&mut self, talk: Talk) -> Result<bool, Failure>;
}

/// Does work over one state of a chain, anew where the chain was reorganised under it. A source
/// contradicts itself where its chain changed between two of its replies.
///
/// # Errors
/// When the work fails and the chain is still what it was, or it changed each time.
pub(crate) async fn steadily<A: Held, T>(
    access: &mut A,
    talk: Talk,
    mut work: impl AsyncFnMut(&mut A) -> Result<T, Failure>,
) -> Result<T, Failure> {
    for _ in 0..ATTEMPTS {
        let result = work(access).await;
        if let Err(failure) = &result
            && !matches!(failure, Failure::Source(_))
        {
            return result;
        }
        match access.held(talk).await {
            Ok(true) => return result,
            Ok(false) => talk.say("the chain was reorganised meanwhile: beginning anew"),
            // The first failure says more.
            Err(failure) => return result.and(Err(failure)),
        }
    }
    let what = "the chain was reorganised each time it was followed; try again later";
    Err(Failure::Asked(what.to_owned()))
}
