//! What a `ZegoalAccount` manifest can say: the one place where the fields of
//! an account are declared.

mod address;
mod bank_info;
mod basic;
mod billing;
mod contact;
mod contract;

use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::Deserialize;

use self::{
    address::Address, bank_info::BankInfo, basic::Basic, billing::Billing, contact::Contact,
    contract::Contract,
};
use super::{ACCOUNT, life_cycle};
use crate::{
    model::{
        Kind, Severity,
        field::{DateTime, Filled},
    },
    provider::{Complaints, Spec, codec, iban},
};

/// An account of Zegoal with its billing profile, bank details, contract,
/// contact and address.
///
/// Of several contracts, contacts or addresses of one account, the manifest is
/// about the one that was made with the account; the others are left alone.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(crate) struct ZegoalAccount {
    /// The account itself.
    pub(crate) basic: Basic,
    /// The billing profile.
    pub(crate) billing: Billing,
    /// The bank details.
    pub(crate) bank_info: BankInfo,
    /// The contract.
    pub(crate) contract: Contract,
    /// The contact person or company.
    pub(crate) contact: Contact,
    /// The postal address.
    pub(crate) address: Address,
}

impl Spec for ZegoalAccount {
    const KIND: Kind = ACCOUNT;

    fn check(&self, complaints: &mut Complaints) {
        self.check_life_cycle(complaints);
        check_order(
            complaints,
            "billing.validTo",
            &self.billing.valid_from,
            &self.billing.valid_to,
        );
        check_order(
            complaints,
            "contract.contractValidTo",
            &self.contract.contract_valid_from,
            &self.contract.contract_valid_to,
        );
        iban::check(
            &self.bank_info.bank_account,
            "zegoal-iban",
            "bankInfo.bankAccount",
            complaints,
        );
    }
}

impl ZegoalAccount {
    fn check_life_cycle(&self, complaints: &mut Complaints) {
        let state = self.basic.lc_state.set();
        if state.is_some_and(|state| state == life_cycle::TERMINATED) {
            complaints.warning(
                "zegoal-terminated",
                "basic.lcState",
                "`Terminated` only matches an account that has ended already; it does not end one",
                "to end the account write `end: { on: …, reason: … }`",
            );
        }
        if self.basic.lc_from.set().is_some() && state.is_none() {
            complaints.of_absence(
                Severity::Warning,
                "zegoal-lc-from-alone",
                "basic.lcFrom",
                "without `basic.lcState` this date counts only when the account is created",
                "write `basic.lcState` beside it, or leave it out",
            );
        }
    }
}

/// Complains about a period that ends before it begins.
fn check_order(
    complaints: &mut Complaints,
    path: &'static str,
    from: &Filled<DateTime>,
    to: &Filled<DateTime>,
) {
    // Dates with and without an offset may stand side by side; that they are
    // some hours apart does not matter for what can only be a slip.
    let stamp = |date: &Filled<DateTime>| {
        date.set()
            .and_then(|date| codec::date_time(&date.0, &TimeZone::UTC))
    };
    if let (Some(from), Some(to)) = (stamp(from), stamp(to))
        && from > to
    {
        complaints.error(
            "zegoal-period",
            path,
            format!("the period ends on {to}, before it begins on {from}"),
            "swap the two dates",
        );
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::{model::Severity, providers::zegoal::kind};

    fn complaints(spec: &Value) -> Vec<(&'static str, &'static str, Severity)> {
        let complaints = kind().check(spec).expect("the spec fits");
        complaints
            .into_iter()
            .map(|complaint| (complaint.check, complaint.path, complaint.severity))
            .collect()
    }

    #[test]
    fn a_bank_account_that_looks_like_an_iban_must_pass_its_check() {
        let found = |account: &str| complaints(&json!({ "bankInfo": { "bankAccount": account } }));
        assert_eq!(
            found("BG80BNBG96611020345679"),
            [("zegoal-iban", "bankInfo.bankAccount", Severity::Warning)]
        );
        for fine in ["BG80BNBG96611020345678", "007"] {
            assert!(found(fine).is_empty(), "{fine}");
        }
    }

    #[test]
    fn a_period_must_not_end_before_it_begins() {
        for (section, from, to) in [
            ("billing", "validFrom", "validTo"),
            ("contract", "contractValidFrom", "contractValidTo"),
        ] {
            let path = if section == "billing" {
                "billing.validTo"
            } else {
                "contract.contractValidTo"
            };
            let wrong = json!({ section: { from: "2050-01-01", to: "2024-05-02 00:00:00" } });
            assert_eq!(
                complaints(&wrong),
                [("zegoal-period", path, Severity::Error)]
            );
            let right = json!({ section: { from: "2024-05-02", to: "2050-01-01" } });
            assert_eq!(complaints(&right), []);
        }
    }

    #[test]
    fn ending_by_state_is_pointed_out() {
        assert_eq!(
            complaints(&json!({ "basic": { "lcState": "Terminated" } })),
            [("zegoal-terminated", "basic.lcState", Severity::Warning)]
        );
        assert_eq!(complaints(&json!({ "basic": { "lcState": "Active" } })), []);
    }

    #[test]
    fn a_start_without_a_state_is_pointed_out() {
        assert_eq!(
            complaints(&json!({ "basic": { "lcFrom": "2024-05-02" } })),
            [("zegoal-lc-from-alone", "basic.lcFrom", Severity::Warning)]
        );
        let both = json!({ "basic": { "lcFrom": "2024-05-02", "lcState": "Active" } });
        assert_eq!(complaints(&both), []);
    }

    #[test]
    fn the_accounts_of_the_vendors_pages_can_be_written() {
        for spec in [
            json!({ "basic": {
                "accountCode": "10001",
                "accountName": "New Account",
                "accountType": "Postpaid",
                "description": "Account created from API (test)",
            } }),
            json!({ "bankInfo": {
                "bankAccount": "007",
                "companyTaxNumber": "007",
                "bankCode": "007",
                "bankName": "007",
                "companyName": "007",
            } }),
        ] {
            assert_eq!(complaints(&spec), []);
        }
    }
}
