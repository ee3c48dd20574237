//! What the simulated tenant holds between calls.

use std::collections::BTreeMap;

use jiff::civil::DateTime;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    failure::Failure,
    lifecycle::{self, LifeCycleRow},
};

/// The attributes of one section, by their names on the wire.
pub(super) type Attributes = Map<String, Value>;

/// The state that hides an account from ordinary lookups.
pub(super) const TERMINATED: &str = "Terminated";

/// The whole tenant. Its times are local ones.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct State {
    /// Makes the generated texts of one sandbox differ from another's.
    pub(super) seed: u64,
    /// When the accounts that every sandbox starts with were laid out; absent
    /// before the first call, because their dates hang on its time.
    pub(super) founded_at: Option<DateTime>,
    /// The id that each sequence gives next.
    pub(super) next: Sequences,
    /// All accounts by `account_id`, terminated ones too.
    pub(super) accounts: BTreeMap<u64, Account>,
}

/// The next value of each sequence of ids. They are independent of each other:
/// the sample of `CreateAccount` has account 4 with contract 3.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sequences {
    pub(super) account: u64,
    pub(super) billing_profile: u64,
    pub(super) contract: u64,
    pub(super) contact: u64,
    pub(super) address: u64,
    pub(super) balance: u64,
    pub(super) sold_product: u64,
    pub(super) payment: u64,
}

/// Names one of the [`Sequences`].
#[derive(Debug, Clone, Copy)]
pub(super) enum Sequence {
    Account,
    BillingProfile,
    Contract,
    Contact,
    Address,
    Balance,
    SoldProduct,
    Payment,
}

/// One account with all that hangs on it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Account {
    pub(super) id: u64,
    /// Without `account_id`, `lc_state` and `lc_from`, which are computed.
    pub(super) basic: Attributes,
    pub(super) billing_profile_id: u64,
    pub(super) billing: Attributes,
    pub(super) bank_info: Attributes,
    /// In the order of their ids, as are the next two.
    pub(super) contacts: Vec<Contact>,
    pub(super) contracts: Vec<Part>,
    pub(super) addresses: Vec<Part>,
    /// In the order of their beginnings, without gaps.
    pub(super) life_cycle: Vec<LifeCycleRow>,
    pub(super) balances: Vec<Balance>,
    pub(super) sold_products: Vec<SoldProduct>,
    pub(super) payments: Vec<Payment>,
}

/// A contract or an address.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Part {
    pub(super) id: u64,
    pub(super) attributes: Attributes,
}

/// A contact. The attributes bear the names of `AddContact`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Contact {
    pub(super) id: u64,
    pub(super) attributes: Attributes,
    /// The department, which only the contact born with the account has.
    pub(super) department: Option<String>,
}

/// A balance, in units of its own.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Balance {
    pub(super) id: u64,
    pub(super) name: String,
    pub(super) value: Decimal,
}

/// The trial product, sold with every new account.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SoldProduct {
    pub(super) sold_product_id: u64,
    pub(super) sold_at: DateTime,
}

/// A booked payment.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Payment {
    pub(super) id: u64,
    pub(super) external_id: String,
    pub(super) amount: Decimal,
    pub(super) balance_name: String,
    pub(super) effective_at: DateTime,
}

/// How a request names an account. With more than one, the id wins, then the
/// code, then the name; that order is assumed.
#[derive(Debug, Clone, Default)]
pub(super) struct Selector {
    pub(super) id: Option<u64>,
    pub(super) code: Option<String>,
    pub(super) name: Option<String>,
    /// Whether code and name are found in any case.
    pub(super) in_any_case: bool,
}

/// Which accounts a lookup can see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// Those that are not terminated.
    Living,
    /// All.
    Any,
}

impl State {
    /// A tenant without accounts, whose fixtures are yet to be laid out.
    pub(super) fn new(seed: u64) -> Self {
        Self {
            seed,
            founded_at: None,
            next: Sequences::default(),
            accounts: BTreeMap::new(),
        }
    }

    /// Takes the next id of a sequence, skipping those in use.
    pub(super) fn take_id(&mut self, sequence: Sequence) -> u64 {
        let mut id = *self.next.of(sequence);
        while self
            .accounts
            .values()
            .any(|account| account.holds(sequence, id))
        {
            id += 1;
        }
        *self.next.of(sequence) = id + 1;
        id
    }

    /// The id of the account that `selector` names and `reach` can see.
    ///
    /// # Errors
    /// `Account is not found`.
    pub(super) fn find(
        &self,
        selector: &Selector,
        reach: Reach,
        now: DateTime,
    ) -> Result<u64, Failure> {
        let mut accounts = self.accounts.values();
        let account = if let Some(id) = selector.id {
            self.accounts.get(&id)
        } else if let Some(code) = &selector.code {
            accounts.find(|account| selector.fits(code, account.text("account_code")))
        } else {
            let name = selector.name.as_deref().unwrap_or_default();
            accounts.find(|account| selector.fits(name, account.text("account_name")))
        };
        account
            .filter(|account| reach == Reach::Any || account.current_state(now) != TERMINATED)
            .map(|account| account.id)
            .ok_or_else(Failure::unknown_account)
    }

    /// The account with this id, which a lookup has found before.
    pub(super) fn account(&self, id: u64) -> &Account {
        self.accounts
            .get(&id)
            .expect("the lookup found the account")
    }

    /// The account with this id, which a lookup has found before.
    pub(super) fn account_mut(&mut self, id: u64) -> &mut Account {
        self.accounts
            .get_mut(&id)
            .expect("the lookup found the account")
    }

    /// Whether code and name are free for the account `own`, or for a new one.
    /// Each must be unique by itself, compared exactly, terminated accounts
    /// included; the pages only say that the pair clashes, so this is assumed.
    ///
    /// # Errors
    /// `Account with code [..] and name [..] already exists.`
    pub(super) fn check_unique(
        &self,
        code: &str,
        name: &str,
        own: Option<u64>,
    ) -> Result<(), Failure> {
        let clash = self
            .accounts
            .values()
            .filter(|account| Some(account.id) != own)
            .any(|account| {
                account.text("account_code") == code || account.text("account_name") == name
            });
        if clash {
            Err(Failure::account_exists(code, name))
        } else {
            Ok(())
        }
    }
}

impl Selector {
    fn fits(&self, wanted: &str, own: &str) -> bool {
        own == wanted || (self.in_any_case && own.to_lowercase() == wanted.to_lowercase())
    }
}

impl Sequences {
    fn of(&mut self, sequence: Sequence) -> &mut u64 {
        match sequence {
            Sequence::Account => &mut self.account,
            Sequence::BillingProfile => &mut self.billing_profile,
            Sequence::Contract => &mut self.contract,
            Sequence::Contact => &mut self.contact,
            Sequence::Address => &mut self.address,
            Sequence::Balance => &mut self.balance,
            Sequence::SoldProduct => &mut self.sold_product,
            Sequence::Payment => &mut self.payment,
        }
    }
}

impl Account {
    /// A text attribute of `basic`; empty when it has none.
    pub(super) fn text(&self, name: &str) -> &str {
        self.basic
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// The state at this time; empty for an account without any row.
    pub(super) fn current_state(&self, now: DateTime) -> &str {
        lifecycle::current(&self.life_cycle, now).map_or("", |row| row.status.as_str())
    }

    /// Puts `account_id`, `account_code` and `account_name` into an answer,
    /// as most calls do.
    pub(super) fn echo(&self, response: &mut Attributes) {
        response.insert("account_id".to_owned(), self.id.into());
        for name in ["account_code", "account_name"] {
            response.insert(name.to_owned(), self.text(name).into());
        }
    }

    fn holds(&self, sequence: Sequence, id: u64) -> bool {
        match sequence {
            Sequence::Account => self.id == id,
            Sequence::BillingProfile => self.billing_profile_id == id,
            Sequence::Contract => self.contracts.iter().any(|part| part.id == id),
            Sequence::Contact => self.contacts.iter().any(|part| part.id == id),
            Sequence::Address => self.addresses.iter().any(|part| part.id == id),
            Sequence::Balance => self.balances.iter().any(|part| part.id == id),
            Sequence::SoldProduct => self
                .sold_products
                .iter()
                .any(|part| part.sold_product_id == id),
            Sequence::Payment => self.payments.iter().any(|part| part.id == id),
        }
    }
}
