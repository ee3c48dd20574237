//! The account itself.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::model::{
    Sensitive,
    field::{Class, DateTime, Field, Filled, Reference, wire},
};

/// The account itself: its names, its type, its place and its state.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(crate) struct Basic {
    /// The id that Zegoal gave the account.
    #[schemars(transform = wire("basic.account_id").class(Class::Identity).computed())]
    pub(crate) account_id: Filled<i64>,

    /// The external code of the account, by which it is found; unique within
    /// the tenant, terminated accounts included. Compared exactly.
    #[schemars(transform = wire("basic.account_code").class(Class::Identity))]
    pub(crate) account_code: Filled<String>,

    /// The name of the account. It has to be unique within the tenant too (1
    /// Sprint Examples page).
    #[schemars(transform = wire("basic.account_name").class(Class::Identity).create_needs())]
    pub(crate) account_name: Filled<String>,

    /// How the account pays. The server checks it against a list of its own
    /// (`CreateAccount` page).
    #[schemars(transform = wire("basic.account_type").default_value("Prepaid").class(Class::Money).known(&["Prepaid", "Postpaid"]))]
    pub(crate) account_type: Filled<String>,

    /// The category of the account: a value of the tenant's dictionary
    /// `acct_cat_code_id` (`CreateAccount` page).
    #[schemars(transform = wire("basic.account_category_code").default_value("regular").class(Class::Money).lookup("acct_cat_code_id").known(&["regular"]))]
    pub(crate) account_category_code: Filled<String>,

    /// Free text.
    #[schemars(transform = wire("basic.description"))]
    pub(crate) description: Field<String>,

    /// The VIP code.
    #[schemars(transform = wire("basic.vip_code").class(Class::Identity))]
    pub(crate) vip_code: Field<String>,

    /// The state in the account's life cycle. A new account is in `Trial`, and
    /// unless the state is changed Zegoal suspends it after 15 days and
    /// terminates it after 60 (Use Case List page); so `Trial` here means: make
    /// it so, and then let it run. `Active` and `Suspended` mean: for good,
    /// without anything scheduled after it. `Terminated` is reached by `end`;
    /// writing another state revives a terminated account. Tenants may have
    /// further states, whose schedules are left alone. After `import` the text
    /// may also name what is scheduled, as in `Active (then Suspended on
    /// 2030-01-01)`; that leaves the schedule alone.
    #[schemars(transform = wire("basic.lc_state").default_value("Trial").class(Class::Lifecycle).known(&["Trial", "Active", "Suspended"]))]
    pub(crate) lc_state: Filled<String>,

    /// When the state of `lcState` begins. It belongs to the move into that
    /// state and is sent with it; it is never compared on its own. Now unless
    /// given.
    #[schemars(transform = wire("basic.lc_from").class(Class::Lifecycle).write_only())]
    pub(crate) lc_from: Filled<DateTime>,

    /// Whether the account pays itself (`CreateAccount` page).
    #[schemars(transform = wire("basic.payment_responsible").default_value(true).class(Class::Money))]
    pub(crate) payment_responsible: Filled<bool>,

    /// The account above this one: `{ ref: name }` or an account id. `null` or
    /// `0` means none.
    #[schemars(transform = wire("basic.parent_id").class(Class::Identity).reference("ZegoalAccount"))]
    pub(crate) parent: Field<Reference>,

    /// Whether invoices are made for the account (`CreateAccount` page).
    #[schemars(transform = wire("basic.is_billed").default_value(true).class(Class::Money))]
    pub(crate) is_billed: Filled<bool>,

    /// The code of the dealer.
    #[schemars(transform = wire("basic.dealer_code").class(Class::Identity))]
    pub(crate) dealer_code: Field<String>,

    /// How notifications are sent. `e-mail` and `email` count as the same
    /// (`CreateAccount` page).
    #[schemars(transform = wire("basic.noti_channel").default_value("tech_noti").class(Class::Contact).known(&["tech_noti", "SMS", "e-mail", "Viber"]))]
    pub(crate) noti_channel: Filled<String>,

    /// Where notifications are sent, such as the URL that takes them for
    /// `tech_noti`. For the other channels it is the address or the telephone of
    /// a person, so it is never shown. If it is empty and the channel is
    /// `tech_noti`, Zegoal fills in the tenant's own end point, and that counts
    /// as empty (`UpdateAccount` page).
    #[schemars(transform = wire("basic.noti_user_id").class(Class::Contact))]
    pub(crate) noti_user_id: Field<Sensitive>,

    /// The type of business. Only in a sample of the `UpdateAccount` page: it is
    /// sent, and compared only where Zegoal returns it.
    #[schemars(transform = wire("basic.type_of_business"))]
    pub(crate) type_of_business: Field<String>,

    /// The type of subscriber. Only in a sample of the `UpdateAccount` page: it
    /// is sent, and compared only where Zegoal returns it.
    #[schemars(transform = wire("basic.subscriber_type"))]
    pub(crate) subscriber_type: Field<String>,

    /// The group of subscribers. Only in a sample of the `UpdateAccount` page:
    /// it is sent, and compared only where Zegoal returns it.
    #[schemars(transform = wire("basic.subscriber_group"))]
    pub(crate) subscriber_group: Field<String>,

    /// The ownership. Only in a sample of the `UpdateAccount` page: it is sent,
    /// and compared only where Zegoal returns it.
    #[schemars(transform = wire("basic.ownership"))]
    pub(crate) ownership: Field<String>,
}
