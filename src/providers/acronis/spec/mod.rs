//! The manifest of a customer: the one declaration of every field.

mod billing;
mod contact;
mod pricing;
mod tenant;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    model::Kind,
    provider::{Complaints, Spec},
};

use self::{billing::Billing, pricing::Pricing, tenant::Tenant};

/// An Acronis customer: its tenant, what it is priced as, and its billing
/// information.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(crate) struct AcronisCustomer {
    /// The tenant, in Account Management.
    pub(crate) tenant: Tenant,
    /// The pricing mode of the tenant, in Account Management.
    pub(crate) pricing: Pricing,
    /// The billing information, in Advanced Automation.
    pub(crate) billing: Billing,
}

impl Spec for AcronisCustomer {
    const KIND: Kind = "AcronisCustomer";

    fn check(&self, complaints: &mut Complaints) {
        let Self {
            tenant,
            pricing: _,
            billing,
        } = self;
        tenant.check(complaints);
        billing.check(complaints);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::customer;
    use crate::{
        model::{Severity, field::Class, field_map::ValueType},
        provider::Complaint,
    };

    fn complaints(spec: &Value) -> Vec<Complaint> {
        customer().check(spec).expect("the spec fits")
    }

    #[test]
    fn the_vendors_own_page_can_be_written() {
        let spec = json!({
            "tenant": {
                "name": "Foobar", "language": "en",
                "contact": {
                    "address1": "24", "address2": "Esenni motivi",
                    "email": "foo.bar@example.com", "phone": "083 2222 588",
                    "zipcode": "1330", "city": "Sofia", "country": "Bulgaria",
                },
            },
            "billing": {
                "name": "New Customer", "taxExempt": true, "language": "English",
                "country": "Bulgaria", "bankAccount": "AL35202111090000000001234567",
                "vatNumber": "A23456789B", "trialAccount": false, "daysOffPerYear": 15,
                "timeRegistrationRoundupTime": 10, "paymentTerms": 14,
                "loginUserName": "foo.bar@example.com", "subtotalsOnInvoice": false,
                "directDebit": false, "sendInvoiceByEmail": false, "houseNo": "24",
                "street": "Esenni motivi", "zipcode": "1330", "city": "Sofia",
                "phoneNumber": "083 2222 588", "email": "foo.bar@example.com",
            },
        });
        assert!(complaints(&spec).is_empty());
    }

    #[test]
    fn a_tax_does_not_go_with_an_exemption() {
        let found = complaints(&json!({ "billing": { "taxExempt": true, "tax": "VAT" } }));
        assert_eq!(found[0].path, "billing.tax");
        assert_eq!(found[0].severity, Severity::Error);
        for fine in [
            json!({ "billing": { "taxExempt": true, "tax": null } }),
            json!({ "billing": { "taxExempt": false, "tax": "VAT" } }),
        ] {
            assert!(complaints(&fine).is_empty());
        }
    }

    #[test]
    fn a_bank_account_that_looks_like_an_iban_must_pass_its_check() {
        let found = |account: &str| complaints(&json!({ "billing": { "bankAccount": account } }));
        let wrong = found("AL36202111090000000001234567");
        assert_eq!(wrong[0].path, "billing.bankAccount");
        assert_eq!(wrong[0].severity, Severity::Warning);
        assert!(!wrong[0].message.contains("2021"));
        for fine in [
            "AL35202111090000000001234567",
            "AL35 2021 1109 0000 0000 0123 4567",
            "12-3456-78",
        ] {
            assert!(found(fine).is_empty(), "{fine}");
        }
    }

    #[test]
    fn a_contact_has_at_least_one_type() {
        let found = complaints(&json!({ "tenant": { "contact": { "types": [] } } }));
        assert_eq!(found[0].path, "tenant.contact.types");
        let fine = json!({ "tenant": { "contact": { "types": ["legal"] } } });
        assert!(complaints(&fine).is_empty());
    }

    #[test]
    fn dangerous_fields_have_their_class() {
        for (path, class) in [
            ("billing.bankAccount", Class::Bank),
            ("billing.vatNumber", Class::Tax),
            ("billing.tax", Class::Tax),
            ("billing.taxExempt", Class::Tax),
            ("billing.paymentTerms", Class::Money),
            ("billing.directDebit", Class::Money),
            ("billing.trialAccount", Class::Money),
            ("billing.consolidateBilling", Class::Money),
            ("billing.defaultBillingEntity", Class::Money),
            ("billing.daysOffPerYear", Class::Money),
            ("billing.timeRegistrationRoundupTime", Class::Money),
            ("billing.subtotalsOnInvoice", Class::Money),
            ("billing.sendInvoiceByEmail", Class::Money),
            ("pricing.currency", Class::Money),
            ("pricing.mode", Class::Lifecycle),
            ("tenant.enabled", Class::Lifecycle),
            ("tenant.internalTag", Class::Identity),
            ("billing.parentCustomer", Class::Identity),
            ("tenant.contact.phone", Class::Contact),
        ] {
            let facts = customer().fields().facts(path).expect("declared");
            assert_eq!(facts.class, class, "{path}");
        }
    }

    #[test]
    fn every_field_is_described_and_on_the_wire() {
        for facts in customer().fields().iter() {
            assert!(!facts.description.is_empty(), "{}", facts.path);
            assert!(facts.wire.is_some(), "{}", facts.path);
            if facts.lookup.is_some() {
                assert_eq!(facts.value_type, ValueType::Text, "{}", facts.path);
            }
        }
    }
}
