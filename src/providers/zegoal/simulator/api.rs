//! The APIs that the simulated tenant answers. There is no call that lists or
//! searches accounts, because no page shows one.

use super::{
    addresses,
    call::{Answer, Call},
    contacts, contracts, create, dictionaries,
    failure::Failure,
    info, life_calls, money, products,
    state::State,
    update,
};

/// Where every API lives; its name follows.
const PATH_PREFIX: &str = "/ti_api/json/";

/// One API.
pub(super) struct Api {
    pub(super) name: &'static str,
    /// Carries a call out, or changes nothing and says why.
    pub(super) run: fn(&mut State, &Call<'_>) -> Result<Answer, Failure>,
    /// The text that the pages show on success.
    pub(super) success_text: &'static str,
    pub(super) oddity: Oddity,
}

/// In what an API's envelope differs from the common one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Oddity {
    None,
    /// `processing_date` carries the offset.
    Offset,
    /// The same, and `processing_result.template` is `ok`.
    OffsetAndTemplate,
    /// An error carries the offset and the string `false` as its response.
    OddErrors,
}

const fn api(name: &'static str, run: fn(&mut State, &Call<'_>) -> Result<Answer, Failure>) -> Api {
    Api {
        name,
        run,
        success_text: "success",
        oddity: Oddity::None,
    }
}

/// All of them.
static APIS: [Api; 18] = [
    Api {
        success_text: "Account created successfully",
        oddity: Oddity::Offset,
        ..api("CreateAccount", create::create_account)
    },
    api("UpdateAccount", update::update_account),
    api("GetAccountInfo", info::get_account_info),
    api("SetLC", life_calls::set_lc),
    Api {
        oddity: Oddity::OffsetAndTemplate,
        ..api("ApplyLCTemplate", life_calls::apply_lc_template)
    },
    api("AddContact", contacts::add_contact),
    api("UpdateContact", contacts::update_contact),
    api("DeleteAccountContacts", contacts::delete_account_contacts),
    api("AddContract", contracts::add_contract),
    api("UpdateContract", contracts::update_contract),
    api(
        "DeleteAccountContracts",
        contracts::delete_account_contracts,
    ),
    api("AddAddress", addresses::add_address),
    api("UpdateAddress", addresses::update_address),
    Api {
        success_text: "Dictionary is received.",
        ..api("GetTenantDict", dictionaries::get_tenant_dict)
    },
    api("GetAccountProducts", products::get_account_products),
    api("CheckBalance", money::check_balance),
    Api {
        oddity: Oddity::OddErrors,
        ..api("AddPayment", money::add_payment)
    },
    api("GetAccountPayments", money::get_account_payments),
];

/// The API that a path names.
pub(super) fn find(path: &str) -> Option<&'static Api> {
    let name = path.strip_prefix(PATH_PREFIX)?;
    APIS.iter().find(|api| api.name == name)
}

/// The names of all APIs.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    APIS.iter().map(|api| api.name)
}

/// Whether a call of that name could change anything.
pub(super) fn is_write(path: &str) -> bool {
    let name = path.strip_prefix(PATH_PREFIX).unwrap_or_default();
    !name.starts_with("Get") && name != "CheckBalance"
}
