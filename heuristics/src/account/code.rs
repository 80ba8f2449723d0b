//! Whether an account is a contract.

use trace_core::claim::Reason;
use trace_core::model::account::Address;
use trace_core::view::Answer;
use trace_core::view::account::AccountView;

/// Whether an account has code, or why that is not known.
pub(super) fn has_code(view: &dyn AccountView, address: &Address) -> Result<bool, Reason> {
    let code = match view.find_account(address) {
        Answer::Known(account) => view.is_contract(account),
        Answer::NotFetched => Answer::NotFetched,
        Answer::Unknown(why) => Answer::Unknown(why),
    };
    match code {
        Answer::Known(has_code) => Ok(has_code),
        Answer::NotFetched | Answer::Unknown(_) => Err(Reason::CodeUnknown),
    }
}
