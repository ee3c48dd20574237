//! Which changes take which calls, and which differences are none. Pure.

use trueup::provider::{Action, Call, Intent, Refusal, Repeat, Settling, WriteDef};

pub(super) const CREATE: &str = "POST /customers";
pub(super) const PATCH: &str = "PATCH /customers/{id}";
pub(super) const CHANNELS: &str = "PUT /customers/{id}/channels";
pub(super) const DELETE: &str = "DELETE /customers/{id}";

const fn write(operation: &'static str, repeat: Repeat, why: &'static str) -> WriteDef {
    WriteDef {
        operation,
        purpose: None,
        case: "",
        repeat,
        why,
    }
}

/// Every call of the toy.
pub(super) static WRITES: [WriteDef; 4] = [
    write(CREATE, Repeat::AfterLookup, "codes are not unique"),
    write(PATCH, Repeat::Safe, "it sets values"),
    write(CHANNELS, Repeat::Safe, "it sets values"),
    write(DELETE, Repeat::AfterLookup, "what is gone may be kept"),
];

/// The calls of a change: one for the fields, one for the channels.
pub(super) fn calls(intent: &Intent<'_>) -> Result<Vec<Call>, Refusal> {
    let has_ended = intent.record.is_some_and(|record| record.ended.is_some());
    if intent.action == Action::End {
        let call = Call::new(DELETE, Repeat::AfterLookup);
        return Ok(if has_ended { Vec::new() } else { vec![call] });
    }
    if has_ended {
        return Err(Refusal {
            path: None,
            reason: "the record has ended, and the toy never brings one back".to_owned(),
        });
    }
    let (channels, fields): (Vec<_>, Vec<_>) = intent
        .fields
        .iter()
        .partition(|path| path.is_in("channels"));
    let mut calls = Vec::new();
    if intent.action == Action::Create {
        calls.push(Call::new(CREATE, Repeat::AfterLookup).with_fields(fields));
    } else if !fields.is_empty() {
        calls.push(Call::new(PATCH, Repeat::Safe).with_fields(fields));
    }
    if !channels.is_empty() {
        calls.push(Call::new(CHANNELS, Repeat::Safe).with_fields(channels));
    }
    Ok(calls)
}

/// The server may write addresses of mail in lower case.
pub(super) fn settle(settling: &mut Settling<'_>) {
    let path = super::kind().path("contact.email");
    let texts = (
        settling.desired.or_unset(path).text(),
        settling.live(path).text(),
    );
    if let (Some(wanted), Some(live)) = texts
        && wanted.eq_ignore_ascii_case(live)
    {
        settling.accept_live(path);
    }
}
