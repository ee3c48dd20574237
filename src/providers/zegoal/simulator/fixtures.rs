//! The accounts that every sandbox starts with. Their dates hang on the time
//! of the first call, so that the trial among them is a young one on any day.

use jiff::civil::DateTime;
use serde_json::{Map, Value, json};

use super::{
    api,
    call::Call,
    knobs::KNOBS,
    stamp,
    state::{Sequences, State},
};
use crate::simulator::KnobSettings;

/// The one tenant of the sandbox.
pub(super) const TENANT: &str = "zegoal";

/// The id of the account that the sample of `UpdateAccount` changes.
const SAMPLE_ACCOUNT_ID: u64 = 264;

/// Lays the fixtures out, unless that has been done.
pub(super) fn found(state: &mut State, now: DateTime) {
    if state.founded_at.is_some() {
        return;
    }
    state.founded_at = Some(now);
    let knobs = KnobSettings::defaults(&KNOBS);
    let mut hand = Hand {
        state,
        knobs: &knobs,
    };

    hand.at(1, 1);
    hand.full(stamp::days_later(now, -400));
    hand.at(2, 2);
    hand.trial(stamp::days_later(now, -5));
    // The terminated account's contract lies out of the way, because the
    // sample of `CreateAccount` shows contract 3 with account 4.
    hand.at(3, 203);
    hand.terminated(stamp::days_later(now, -300), stamp::days_later(now, -30));
    hand.at(SAMPLE_ACCOUNT_ID, SAMPLE_ACCOUNT_ID);
    hand.sample(stamp::days_later(now, -90));
    hand.at(4, 3);
}

/// Makes fixtures the way a client would.
struct Hand<'a> {
    state: &'a mut State,
    knobs: &'a KnobSettings,
}

impl Hand<'_> {
    /// Sets all sequences to `id`, but that of contracts.
    fn at(&mut self, id: u64, contract: u64) {
        // Three balances and no more than a few contacts belong to each.
        let balance = id * 3 - 2;
        self.state.next = Sequences {
            account: id,
            billing_profile: id,
            contract,
            contact: id,
            address: id,
            balance,
            sold_product: id,
            payment: id,
        };
    }

    fn call(&mut self, name: &str, body: Value, now: DateTime) {
        let api = api::find(&format!("/ti_api/json/{name}")).expect("fixtures use known APIs");
        let mut map = Map::new();
        map.insert("tenant".to_owned(), TENANT.into());
        if let Value::Object(rest) = body {
            map.extend(rest);
        }
        let call = Call {
            name: api.name,
            body: &map,
            knobs: self.knobs,
            now,
            zone: stamp::ZONE_NAME_DEFAULT,
            mark: "",
        };
        if let Err(failure) = (api.run)(self.state, &call) {
            unreachable!("the fixtures are valid: {failure:?}");
        }
    }

    /// An active account with everything filled in.
    fn full(&mut self, born: DateTime) {
        self.call("CreateAccount", full_account(), born);
        self.call(
            "UpdateAccount",
            json!({
                "account_id": 1,
                "basic": {
                    "type_of_business": "logistics",
                    "subscriber_type": "company",
                    "subscriber_group": "couriers",
                    "ownership": "private",
                },
                "bank_info": {
                    "bank_name": "Example Bank",
                    "bank_code": "EXMPBY2X",
                    "bank_account": "BY00EXMP00000000000000090001",
                    "company_name": "Lakeside Couriers LLC",
                    "company_tax_number": "190090001",
                },
            }),
            born,
        );
        self.set_state(1, "Active", born);
    }

    fn trial(&mut self, born: DateTime) {
        let basic = json!({"account_code": "90003", "account_name": "Pine Yard Repairs"});
        self.call("CreateAccount", json!({"basic": basic}), born);
    }

    fn terminated(&mut self, born: DateTime, ended: DateTime) {
        let basic = json!({
            "account_code": "90002",
            "account_name": "Old Mill Taxi",
            "lc_state": "Active",
        });
        self.call("CreateAccount", json!({"basic": basic}), born);
        self.set_state(3, "Terminated", ended);
    }

    /// The account of the `UpdateAccount` sample, which is still on trial
    /// after the sample's call.
    fn sample(&mut self, born: DateTime) {
        let basic = json!({
            "account_code": "Thu Jul 25 16:03:08 EEST 2019",
            "account_name": "regular",
        });
        self.call("CreateAccount", json!({"basic": basic}), born);
        self.set_state(SAMPLE_ACCOUNT_ID, "Trial", born);
    }

    fn set_state(&mut self, account_id: u64, status: &str, now: DateTime) {
        self.call(
            "SetLC",
            json!({"account_id": account_id, "lc_status": status, "clean": 1}),
            now,
        );
    }
}

/// The request that creates the account with everything filled in.
fn full_account() -> Value {
    json!({
        "basic": {
            "account_code": "90001",
            "account_name": "Lakeside Couriers",
            "account_type": "Postpaid",
            "account_category_code": "vip",
            "description": "Parcel delivery around Narach",
            "vip_code": "V1",
            "dealer_code": "D-1",
            "noti_channel": "e-mail",
            "noti_user_id": "billing@lakeside.example",
        },
        "billing": {
            "bill_cycle_id": 1,
            "bill_distribution_code": "e-mail",
            "bill_format_code": "PDF",
            "curr_code": "USD",
            "lang_code": "en",
            "invoice_template_code": "ENT",
            "tax_number": "190090001",
        },
        "contract": {
            "contract_number": "LC-90001",
            "contract_description": "Frame agreement",
        },
        "contact": {
            "company_title": "Lakeside Couriers LLC",
            "company_dept": "Accounts",
            "email": "accounts@lakeside.example",
            "mobile_phone": "375290090001",
            "work_phone": "+375 17 009 00 01",
        },
        "address": {
            "company_name": "Lakeside Couriers LLC",
            "country_code": "BY",
            "country": "Belarus",
            "postal_code": "222395",
            "state": "Minsk Region",
            "region": "Myadzyel",
            "city": "Narach",
            "street": "Lake Street",
            "house": "1",
            "extra_address_line": "office 9",
        },
    })
}
