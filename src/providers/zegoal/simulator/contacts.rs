//! Contacts: three vocabularies for the same five things, and the calls that
//! add, change and delete them.

use serde_json::{Map, Value, json};

use super::{
    call::{Answer, Call},
    deletion,
    failure::Failure,
    fields::{self, Kind},
    state::{Account, Attributes, Contact, Sequence, State},
};

/// One thing about a contact, by its names in `CreateAccount`.
struct Spelling {
    /// The name in the parameter table.
    parameter: &'static str,
    /// The name in the response, and in a sample request.
    response: &'static str,
    /// The name under which it is stored, that of `AddContact`; the department
    /// has none there.
    stored: Option<&'static str>,
    kind: Kind,
}

static SPELLINGS: [Spelling; 5] = [
    Spelling {
        parameter: "contact_name",
        response: "company_title",
        stored: Some("contact_name"),
        kind: Kind::Text,
    },
    Spelling {
        parameter: "contact_dept",
        response: "company_dept",
        stored: None,
        kind: Kind::Text,
    },
    Spelling {
        parameter: "contact_email",
        response: "email",
        stored: Some("contact_email"),
        kind: Kind::Text,
    },
    Spelling {
        parameter: "contact_num",
        response: "mobile_phone",
        stored: Some("contact_mobile_num"),
        kind: Kind::Phone,
    },
    Spelling {
        parameter: "contact_desc",
        response: "work_phone",
        stored: Some("contact_desc"),
        kind: Kind::Phone,
    },
];

/// Reads the contact of `CreateAccount`: its attributes as they are stored,
/// and the department. Where both vocabularies are known and differ, the name
/// of the response wins, which is assumed.
///
/// # Errors
/// `validation failed` for a value of the wrong type.
pub(super) fn read_at_birth(
    call: &Call<'_>,
    sent: &Map<String, Value>,
) -> Result<(Attributes, String), Failure> {
    let vocabulary = call.knobs.get("contact_vocabulary");
    let mut attributes = Attributes::new();
    let mut department = String::new();
    for spelling in &SPELLINGS {
        let names = match vocabulary {
            "parameter_table" => [Some(spelling.parameter), None],
            "response_side" => [None, Some(spelling.response)],
            _ => [Some(spelling.parameter), Some(spelling.response)],
        };
        for name in names.into_iter().flatten() {
            let Some(value) = sent.get(name) else {
                continue;
            };
            let value = fields::convert(spelling.kind, value, call.now)
                .ok_or_else(|| Failure::validation(&format!("contact.{name}")))?;
            match spelling.stored {
                Some(stored) => {
                    attributes.insert(stored.to_owned(), value);
                }
                None => value
                    .as_str()
                    .unwrap_or_default()
                    .clone_into(&mut department),
            }
        }
    }
    Ok((attributes, department))
}

/// A contact under the names that the response of `CreateAccount` has.
pub(super) fn response_side(attributes: &Attributes, department: &str) -> Attributes {
    SPELLINGS
        .iter()
        .map(|spelling| {
            let value = match spelling.stored {
                Some(stored) => attributes.get(stored).cloned().unwrap_or_default(),
                None => department.into(),
            };
            (spelling.response.to_owned(), value)
        })
        .collect()
}

/// The contacts as `GetAccountInfo` shows them. The one born with the account
/// has both vocabularies.
pub(super) fn present(account: &Account) -> Value {
    account
        .contacts
        .iter()
        .map(|contact| {
            let mut attributes = with_id(contact);
            if let Some(department) = &contact.department {
                attributes.extend(response_side(&contact.attributes, department));
            }
            attributes
        })
        .collect()
}

/// `AddContact`.
pub(super) fn add_contact(state: &mut State, call: &Call<'_>) -> Result<Answer, Failure> {
    call.require_selector()?;
    call.require_in("contact", &["contact_name", "contact_mobile_num"])?;
    let selector = call.selector()?;
    // The page's prose has `true` for the default, its sample `false`.
    let skip_lookup = call.flag("skip_lookup_account", false)?;
    let sent = call.section("contact")?;
    let mut contact = fields::read("contact", &sent, &fields::CONTACT, call.now)?;
    fields::check("contact", &contact, &fields::CONTACT)?;
    fields::fill(&mut contact, &fields::CONTACT, call.now);
    let id = state.find(&selector, call.reach(&selector, skip_lookup), call.now)?;
    check_unique(state.account(id), &contact, None)?;

    let contact_id = state.take_id(Sequence::Contact);
    state.account_mut(id).contacts.push(Contact {
        id: contact_id,
        attributes: contact.clone(),
        department: None,
    });
    let mut response = call.response();
    response.insert("skip_lookup_account".to_owned(), skip_lookup.into());
    response.insert("flow_type".to_owned(), call.name.into());
    response.insert("account_id".to_owned(), id.into());
    response.insert("contact".to_owned(), contact.into());
    let mut answer = Answer::new(response);
    answer.zone_beside = true;
    Ok(answer)
}

/// `UpdateContact`: changes those attributes that were sent.
pub(super) fn update_contact(state: &mut State, call: &Call<'_>) -> Result<Answer, Failure> {
    call.require_selector()?;
    call.require(&["contact"])?;
    let list = call.objects("contact")?;
    if list.is_empty() || list.iter().any(|sent| !sent.contains_key("contact_id")) {
        return Err(Failure::incomplete());
    }
    let selector = call.selector()?;
    let skip_lookup = call.flag("skip_lookup_account", true)?;
    let skip_lookup_contact = call.flag("skip_lookup_contact", false)?;
    let mut changes = Vec::with_capacity(list.len());
    for sent in list {
        let contact_id =
            fields::number(&sent["contact_id"]).ok_or_else(|| Failure::validation("contact.id"))?;
        let attributes = fields::read("contact", sent, &fields::CONTACT, call.now)?;
        changes.push((contact_id, attributes));
    }
    for (_, attributes) in &changes {
        fields::check("contact", attributes, &fields::CONTACT)?;
    }
    let id = state.find(&selector, call.reach(&selector, skip_lookup), call.now)?;

    // A copy is changed first, so that a later element's error undoes all.
    let mut account = state.account(id).clone();
    let mut echo = Vec::with_capacity(changes.len());
    for (contact_id, attributes) in changes {
        let place = account
            .contacts
            .iter()
            .position(|contact| contact.id == contact_id);
        if let Some(place) = place {
            let mut wanted = account.contacts[place].attributes.clone();
            wanted.extend(attributes.clone());
            check_unique(&account, &wanted, Some(contact_id))?;
            account.contacts[place].attributes = wanted;
        } else if !skip_lookup_contact {
            return Err(Failure::text("contacts not found"));
        }
        let mut attributes = attributes;
        attributes.insert("contact_id".to_owned(), contact_id.into());
        echo.push(attributes);
    }
    *state.account_mut(id) = account;

    let mut response = call.response();
    response.insert("skip_lookup_account".to_owned(), skip_lookup.into());
    response.insert("skip_lookup_contact".to_owned(), skip_lookup_contact.into());
    response.insert("flow_type".to_owned(), call.name.into());
    response.insert("account_id".to_owned(), id.into());
    response.insert("contact".to_owned(), echo.into());
    call.name_zone(&mut response);
    Ok(Answer::new(response))
}

/// `DeleteAccountContacts`.
pub(super) fn delete_account_contacts(
    state: &mut State,
    call: &Call<'_>,
) -> Result<Answer, Failure> {
    let (id, ids) = deletion::read(state, call, "contacts", "contact_id", |account| {
        account.contacts.iter().map(|contact| contact.id).collect()
    })?;
    let account = state.account_mut(id);
    let deleted: Value = account
        .contacts
        .extract_if(.., |contact| ids.contains(&contact.id))
        .map(|contact| with_id(&contact))
        .collect();
    Ok(Answer::new(json!({"deleted_contacts": deleted})))
}

fn with_id(contact: &Contact) -> Attributes {
    let mut attributes = contact.attributes.clone();
    attributes.insert("contact_id".to_owned(), contact.id.into());
    attributes
}

/// The pair of number and name must be unique (page `api-addcontact`); that it
/// must be so within one account only, and the text, are assumed.
fn check_unique(account: &Account, wanted: &Attributes, own: Option<u64>) -> Result<(), Failure> {
    let clash = account
        .contacts
        .iter()
        .filter(|contact| Some(contact.id) != own)
        .any(|contact| {
            ["contact_mobile_num", "contact_name"]
                .iter()
                .all(|name| plain(contact.attributes.get(*name)) == plain(wanted.get(*name)))
        });
    if clash {
        let number = plain(wanted.get("contact_mobile_num"));
        let name = plain(wanted.get("contact_name"));
        return Err(Failure::text(&format!(
            "Contact with number [{number}] and name [{name}] already exists."
        )));
    }
    Ok(())
}

/// A text, or a number by its digits.
fn plain(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
        None => String::new(),
    }
}
