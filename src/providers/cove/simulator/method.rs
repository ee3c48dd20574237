//! The methods of the service, except `Login`, which needs no visa.

use super::{
    children,
    context::{Answer, Context},
    countries, create, lists, locations, modify, past, readers, remove, states, users,
};

/// The method that gives visas.
pub(super) const LOGIN: &str = "Login";

/// One method.
pub(super) struct Method {
    name: &'static str,
    /// Whether it could change anything.
    pub(super) write: bool,
    pub(super) handler: fn(&mut Context<'_>) -> Answer,
}

/// Names are case-sensitive.
pub(super) fn find(name: &str) -> Option<&'static Method> {
    METHODS.iter().find(|method| method.name == name)
}

/// The names of all methods, with the one that gives visas.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    let methods = METHODS.iter().map(|method| method.name);
    std::iter::once(LOGIN).chain(methods)
}

type Handler = fn(&mut Context<'_>) -> Answer;

const fn read(name: &'static str, handler: Handler) -> Method {
    Method {
        name,
        write: false,
        handler,
    }
}

const fn write(name: &'static str, handler: Handler) -> Method {
    Method {
        name,
        write: true,
        handler,
    }
}

const METHODS: &[Method] = &[
    write("AddPartner", create::add_partner),
    write("AddPartnerEx", create::add_partner_ex),
    write("ModifyPartner", modify::modify_partner),
    write("ChangePartnerState", states::change_partner_state),
    write("RemovePartner", remove::remove_partner),
    write(
        "SetAdvancedPartnerProperties",
        modify::set_advanced_partner_properties,
    ),
    write(
        "ModifyAutoDeploymentPartnerState",
        modify::modify_auto_deployment,
    ),
    write("RegeneratePartnerUid", modify::regenerate_partner_uid),
    read("GetPartnerInfoById", readers::get_partner_info_by_id),
    read("GetPartnerInfo", readers::get_partner_info),
    read("GetPartnerInfoByUid", readers::get_partner_info_by_uid),
    read("GetPartnerState", readers::get_partner_state),
    read(
        "GetAdvancedPartnerProperties",
        readers::get_advanced_partner_properties,
    ),
    read(
        "GetAutoDeploymentPartnerState",
        readers::get_auto_deployment,
    ),
    read(
        "IsAutoDeploymentAllowedForPartner",
        readers::is_auto_deployment_allowed,
    ),
    read("GetRootPartnerName", readers::get_root_partner_name),
    read("GetServerInfo", readers::get_server_info),
    read("EnumeratePartners", lists::enumerate_partners),
    read("EnumerateAncestorPartners", lists::enumerate_ancestors),
    read("EnumerateChildPartners", children::enumerate_child_partners),
    read("GetPartnerTree", children::get_partner_tree),
    read("EnumerateRemovedPartners", past::enumerate_removed_partners),
    read("GetPartnerInfoHistory", past::get_partner_info_history),
    read(
        "EnumeratePartnerStateTransitions",
        states::enumerate_transitions,
    ),
    read("EnumerateLocations", locations::enumerate),
    read("GetLocationInfo", locations::get),
    read("GetLocationInfoByName", locations::get_by_name),
    read("EnumerateCountries", countries::enumerate),
    read("GetCountryByIsoCode", countries::get_by_iso_code),
    read("GetCountryByName", countries::get_by_name),
    read(
        "GetCountryByIsoCodeOrName",
        countries::get_by_iso_code_or_name,
    ),
    read("EnumerateUsers", users::enumerate),
];
