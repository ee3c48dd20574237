//! Places in the tree: parents made in the same run, moves, levels, names, and
//! how many requests all that takes.

use serde_json::{Value, json};
use trueup::{apply::Verdict, model::Leaf, provider::Action};

use super::bench::{
    CUSTOMER, FIRST_NEW, RESELLER, ROOT, Stranger, adopting, bent, change, counts, larkfield,
    outcome, params, partner, quiet, refuse, settle, shown, spec, world,
};

fn reseller(name: &str, members: &Value) -> Value {
    let mut spec = spec(&json!({
        "name": format!("{name} Resellers"), "level": "Reseller", "state": "InProduction",
    }));
    for (member, value) in members.as_object().expect("members") {
        spec[member] = value.clone();
    }
    partner(name, &spec)
}

fn below(parent: &str) -> Value {
    larkfield(&json!({ "parent": { "ref": parent } }))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_parent_is_made_before_its_child_whatever_the_order_of_manifests() {
    for first in [0, 1] {
        let world = world(&[]).await;
        let mut manifests = vec![reseller("quayside", &json!({})), below("quayside")];
        manifests.rotate_left(first);
        settle(&world, &manifests).await;
        let adds = params(&world, "AddPartner");
        assert_eq!(adds[0]["partnerInfo"]["Name"], "quayside Resellers");
        assert_eq!(adds[1]["partnerInfo"]["ParentId"], FIRST_NEW);
    }
}

/// Three levels in one run, and a parent whose key is not its name.
#[tokio::test(flavor = "multi_thread")]
async fn a_whole_branch_is_made_in_one_run() {
    let world = world(&[]).await;
    let quayside = reseller("quayside", &json!({ "externalCode": "psa/77" }));
    let north = partner(
        "north",
        &spec(&json!({ "name": "North", "level": "Site", "parent": { "ref": "larkfield" } })),
    );
    settle(&world, &[north, below("quayside"), quayside]).await;
    let stranger = Stranger(&world);
    assert_eq!(stranger.by_id(FIRST_NEW + 2)["ParentId"], FIRST_NEW + 1);
    assert_eq!(stranger.by_id(FIRST_NEW + 1)["ParentId"], FIRST_NEW);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_child_of_a_parent_that_fails_is_skipped() {
    let world = world(&[]).await;
    let taken = reseller("quayside", &json!({ "name": "Elsewhere Trading" }));
    let desired = world.desired(&[taken, below("quayside")]);
    let (_, receipt) = world.apply(&desired).await;
    let verdicts: Vec<Verdict> = receipt
        .outcomes
        .iter()
        .map(|outcome| outcome.verdict)
        .collect();
    assert_eq!(verdicts, [Verdict::Failed, Verdict::Skipped]);
    assert_eq!(params(&world, "AddPartner").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_moves_to_a_parent_made_in_the_same_run_and_back() {
    let world = world(&[]).await;
    let stranger = Stranger(&world);
    settle(&world, &[larkfield(&json!({}))]).await;
    let quayside = reseller("quayside", &json!({}));
    settle(&world, &[below("quayside"), quayside.clone()]).await;
    assert_eq!(stranger.by_id(FIRST_NEW)["ParentId"], FIRST_NEW + 1);
    let back = larkfield(&json!({ "parent": ROOT.to_string() }));
    settle(&world, &[back, quayside]).await;
    assert_eq!(stranger.by_id(FIRST_NEW)["ParentId"], ROOT);
    // The same number in another spelling is no other parent.
    let spelt = larkfield(&json!({ "parent": format!("0{ROOT}") }));
    quiet(&world, &world.desired(&[spelt])).await;
    let moves = params(&world, "ModifyPartner");
    let sent: Vec<&Value> = moves.iter().map(|call| &call["partnerInfo"]).collect();
    assert_eq!(
        sent,
        [
            &json!({ "Id": FIRST_NEW, "ParentId": FIRST_NEW + 1 }),
            &json!({ "Id": FIRST_NEW, "ParentId": ROOT }),
        ]
    );
    // A parent that nobody names is not ours.
    quiet(&world, &world.desired(&[larkfield(&json!({}))])).await;
}

/// A parent goes after its child has moved to a new one.
#[tokio::test(flavor = "multi_thread")]
async fn a_parent_ends_after_its_child_has_moved_away() {
    let world = world(&[]).await;
    let merged = |members: &Value| reseller("a-merged", members);
    settle(&world, &[merged(&json!({})), below("a-merged")]).await;
    let end = json!({ "end": { "on": "2026-11-01", "reason": "merged" } });
    let quayside = reseller("quayside", &json!({}));
    settle(&world, &[merged(&end), below("quayside"), quayside]).await;
    assert_eq!(
        Stranger(&world).by_id(FIRST_NEW + 1)["ParentId"],
        FIRST_NEW + 2
    );
}

/// What was above comes to lie below: the one that goes up moves first.
#[tokio::test(flavor = "multi_thread")]
async fn parent_and_child_change_places() {
    let world = world(&[]).await;
    let at = |name: &str, level: &str, parent: Value| {
        reseller(name, &json!({ "level": level, "parent": parent }))
    };
    let root = || json!(ROOT.to_string());
    settle(
        &world,
        &[
            at("one", "SubDistributor", root()),
            at("two", "Reseller", json!({ "ref": "one" })),
        ],
    )
    .await;
    settle(
        &world,
        &[
            at("one", "Reseller", json!({ "ref": "two" })),
            at("two", "SubDistributor", root()),
        ],
    )
    .await;
    let stranger = Stranger(&world);
    assert_eq!(stranger.by_id(FIRST_NEW)["ParentId"], FIRST_NEW + 1);
    assert_eq!(stranger.by_id(FIRST_NEW + 1)["ParentId"], ROOT);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_move_that_would_lose_values_is_refused_and_nothing_is_forced() {
    let world = world(&[]).await;
    let manifest = partner(
        "lindgren",
        &json!({ "externalCode": "sandbox/lindgren", "parent": ROOT.to_string() }),
    );
    let outcome = outcome(&world, manifest).await;
    assert_eq!(outcome.verdict, Verdict::Failed);
    assert!(
        outcome
            .reason
            .unwrap_or_default()
            .contains("Custom column values will be lost")
    );
    assert!(outcome.hint.unwrap_or_default().contains("custom columns"));
    let calls = params(&world, "ModifyPartner");
    assert_eq!(calls.len(), 1);
    assert_eq!(calls[0]["forceRemoveCustomColumnValuesInOldScope"], false);
    assert_eq!(Stranger(&world).by_id(CUSTOMER)["ParentId"], RESELLER);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_is_not_moved_below_itself() {
    let world = world(&[]).await;
    settle(&world, &[reseller("quayside", &json!({}))]).await;
    let own = reseller("quayside", &json!({ "parent": FIRST_NEW.to_string() }));
    let seen = change(&world, own).await;
    assert_eq!(
        seen.reason.as_deref(),
        Some("a customer cannot be its own parent")
    );
    // Below its own child: the service says so.
    let child = larkfield(&json!({ "parent": FIRST_NEW.to_string() }));
    settle(&world, &[child]).await;
    let below_child = reseller(
        "quayside",
        &json!({ "parent": (FIRST_NEW + 1).to_string(), "level": "Site" }),
    );
    let outcome = outcome(&world, below_child).await;
    assert!(
        outcome
            .reason
            .unwrap_or_default()
            .contains("can't be moved below itself")
    );
}

/// The rule is "lower than the parent", one sample breaks it: the service
/// decides about an equal level, and only a higher one is refused here.
#[tokio::test(flavor = "multi_thread")]
async fn an_equal_level_is_left_to_the_service_and_a_higher_one_is_not() {
    let under_north = |level: &str| {
        reseller(
            "quayside",
            &json!({ "level": level, "parent": RESELLER.to_string() }),
        )
    };
    let strict = world(&[]).await;
    let refused = outcome(&strict, under_north("Reseller")).await;
    assert_eq!(refused.verdict, Verdict::Failed);
    assert!(
        refused
            .reason
            .unwrap_or_default()
            .contains("must be lower than the level")
    );
    let lenient = world(&[("level_rule", "equal_allowed")]).await;
    settle(&lenient, &[under_north("Reseller")]).await;
    settle(&lenient, &[under_north("EndCustomer")]).await;
    let seen = change(&lenient, under_north("Reseller")).await;
    assert_eq!(seen.action, Action::Update);
    assert!(
        seen.notes[0].contains("is that of the parent"),
        "{:?}",
        seen.notes
    );
    let seen = change(&lenient, under_north("SubDistributor")).await;
    assert_eq!(seen.action, Action::Blocked);
    assert!(
        seen.reason
            .unwrap_or_default()
            .contains("higher than that of the parent")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn levels_that_are_not_offered_are_never_written() {
    let world = world(&[]).await;
    let seen = change(
        &world,
        reseller("quayside", &json!({ "level": "ServiceOrganization" })),
    )
    .await;
    assert_eq!(seen.action, Action::Blocked);
    for level in ["Root", "SubRoot"] {
        let manifest = reseller("quayside", &json!({ "level": level }));
        let (_, findings) = world.read(&[manifest]);
        assert!(
            findings
                .iter()
                .any(|finding| finding.check == "level-of-the-vendor")
        );
    }
}

/// The name belongs to a customer that no read of ours can see.
#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_somebody_unseen_has_is_told_and_not_tried_again() {
    for name in ["Elsewhere Trading", "elsewhere TRADING"] {
        let world = world(&[]).await;
        let outcome = outcome(&world, larkfield(&json!({ "name": name }))).await;
        assert_eq!(outcome.verdict, Verdict::Failed);
        assert!(
            outcome
                .reason
                .unwrap_or_default()
                .contains("taken: Partner with the same name")
        );
        let hint = outcome.hint.unwrap_or_default();
        assert!(
            hint.contains("a customer that this account cannot see may have it"),
            "{hint}"
        );
        assert_eq!(params(&world, "AddPartner").len(), 1);
    }
}

/// Names are unique, and a record of ours that is to be renamed has this one.
#[tokio::test(flavor = "multi_thread")]
async fn a_name_is_taken_after_it_was_given_up() {
    let world = world(&[]).await;
    let named = |key: &str, name: &str| partner(key, &spec(&json!({ "name": name })));
    settle(&world, &[named("x", "One")]).await;
    settle(&world, &[named("a", "one"), named("x", "Two")]).await;
    settle(&world, &[named("a", "Two"), named("x", "Three")]).await;
    let exchanged = world.desired(&[named("a", "Three"), named("x", "Two")]);
    let (planned, receipt) = world.apply(&exchanged).await;
    assert_eq!(planned.plan.counts.blocked, 2, "{}", shown(&planned));
    assert!(receipt.outcomes.is_empty());
    // An end comes last, so its name is free in the next run.
    let mut ends = spec(&json!({ "name": "Three" }));
    ends["end"] = json!({ "on": "2026-11-01", "reason": "replaced" });
    let replaced = world.desired(&[named("a", "Two"), named("b", "Three"), partner("x", &ends)]);
    let (planned, receipt) = world.apply(&replaced).await;
    assert!(receipt.counts.failed == 0 && receipt.outcomes.len() == 1);
    assert!(
        shown(&planned).contains("CovePartner/x has this name until it ends"),
        "{}",
        shown(&planned)
    );
    let (planned, receipt) = world.apply(&replaced).await;
    assert!(receipt.counts.all_done(), "{}{receipt:#?}", shown(&planned));
    quiet(&world, &replaced).await;
}

/// A customer of the same name without our key is never taken over silently.
#[tokio::test(flavor = "multi_thread")]
async fn a_namesake_blocks_until_a_manifest_adopts_it() {
    let world = world(&[]).await;
    let manifest = larkfield(&json!({ "name": "Reseller North", "level": "Reseller" }));
    let seen = change(&world, manifest).await;
    assert_eq!(seen.action, Action::Blocked);
    assert!(
        seen.hint
            .unwrap_or_default()
            .contains("trueup.dev/adopt: \"12350\"")
    );
    let manifest = adopting(
        partner("north", &json!({ "name": "Reseller North" })),
        RESELLER,
    );
    let seen = change(&world, manifest.clone()).await;
    assert_eq!(seen.action, Action::Adopt);
    settle(&world, &[manifest]).await;
    // Two customers with one key block it.
    Stranger(&world).call(
        "ModifyPartner",
        &json!({ "partnerInfo": { "Id": CUSTOMER, "ExternalCode": "north" } }),
    );
    let seen = change(&world, partner("north", &json!({ "name": "X" }))).await;
    assert!(
        seen.reason
            .unwrap_or_default()
            .contains("2 records have the key `north`")
    );
}

fn site(name: &str, parent: &Value) -> Value {
    partner(
        "north",
        &spec(&json!({ "name": name, "level": "Site", "parent": parent })),
    )
}

/// One sample leaves sites out of a recursive listing. A site that is there is
/// found all the same: below its parent, or by name where the parent's key is
/// not its name, or it is to be moved.
#[tokio::test(flavor = "multi_thread")]
async fn a_site_that_a_listing_leaves_out_is_not_made_twice() {
    let world = world(&[("tree_shape", "omits_sites"), ("name_scope", "per_parent")]).await;
    let coded = |code: &str| larkfield(&json!({ "externalCode": code }));
    let to = |name: &str| json!({ "ref": name });
    settle(
        &world,
        &[coded("larkfield"), site("North", &to("larkfield"))],
    )
    .await;
    // Renamed below a known parent; then the parent's key changes; then a move.
    settle(
        &world,
        &[coded("larkfield"), site("New North", &to("larkfield"))],
    )
    .await;
    let adopted = adopting(coded("psa/77"), FIRST_NEW);
    settle(&world, &[adopted, site("New North", &to("larkfield"))]).await;
    settle(
        &world,
        &[coded("psa/77"), site("New North", &to("larkfield"))],
    )
    .await;
    settle(&world, &[site("New North", &json!(CUSTOMER.to_string()))]).await;
    assert_eq!(
        params(&world, "AddPartner").len(),
        2,
        "{:?}",
        counts(&world)
    );
    assert_eq!(Stranger(&world).namesakes("New North"), 1);
}

/// A site is found whatever of it a manifest changes at once: its name and its
/// place, its name and its level, or its name alone without a word of its place.
#[tokio::test(flavor = "multi_thread")]
async fn a_site_that_a_listing_leaves_out_is_found_wherever_it_is_wanted() {
    let lowfield = partner("lowfield", &spec(&json!({ "name": "Lowfield" })));
    let parents = [larkfield(&json!({})), lowfield];
    for changed in [
        json!({ "name": "Lowfield North", "level": "Site", "parent": { "ref": "lowfield" } }),
        json!({ "name": "Northern", "level": "EndCustomer" }),
        json!({ "name": "Lf North", "level": "Site" }),
    ] {
        let world = world(&[("tree_shape", "omits_sites")]).await;
        let [one, other] = parents.clone();
        let north = site("Larkfield North", &json!({ "ref": "larkfield" }));
        settle(&world, &[one.clone(), other.clone(), north]).await;
        let changed = [one, other, partner("north", &spec(&changed))];
        let (planned, _) = world.plan(&world.desired(&changed)).await;
        assert_eq!(planned.plan.counts.create, 0, "{}", shown(&planned));
        world.apply(&world.desired(&changed)).await;
        assert_eq!(params(&world, "AddPartner").len(), 3);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_that_cannot_be_told_from_others_is_not_made() {
    let world = bent(|asked, answer| {
        if asked["method"] == "GetPartnerInfo" {
            refuse(answer, 1804, "Multiple entities found.");
        }
    })
    .await;
    world
        .running
        .set_knob("tree_shape", "omits_sites")
        .expect("a knob");
    let seen = change(&world, site("North", &json!(CUSTOMER.to_string()))).await;
    assert_eq!(seen.action, Action::Blocked);
    let reason = seen.reason.unwrap_or_default();
    assert!(
        reason.contains("proves nothing: GetPartnerInfo `North`: Multiple"),
        "{reason}"
    );
}

/// A plan for many customers is one login, one listing, one look-up of each
/// table, one read of the root, and one of each customer.
#[tokio::test(flavor = "multi_thread")]
async fn a_plan_sends_one_read_for_each_customer_and_one_of_everything_else() {
    const MANY: usize = 25;
    let world = world(&[]).await;
    let many: Vec<Value> = (0..MANY)
        .map(|at| {
            let members = json!({
                "name": format!("P {at}"),
                "location": "18",
                "deviceCountry": "NL",
                "company": { "postAddress": { "country": "Netherlands" } },
            });
            partner(&format!("p{at}"), &spec(&members))
        })
        .collect();
    settle(&world, &many).await;
    world.running.clear_log();
    let desired = world.desired(&many);
    let planned = quiet(&world, &desired).await;
    assert_eq!(planned.plan.counts.none, MANY, "{}", shown(&planned));
    let once = |method: &str| (method.to_owned(), 1);
    assert_eq!(
        counts(&world),
        [
            once("EnumerateCountries"),
            once("EnumerateLocations"),
            once("EnumeratePartners"),
            ("GetPartnerInfoById".to_owned(), MANY + 1),
            once("Login"),
        ]
    );
}

/// Nobody listed, nothing wanted but new customers: no read of each.
#[tokio::test(flavor = "multi_thread")]
async fn a_plan_of_new_customers_reads_none_of_them() {
    let world = world(&[]).await;
    let many: Vec<Value> = (0..25)
        .map(|at| {
            partner(
                &format!("p{at}"),
                &spec(&json!({ "name": format!("P {at}") })),
            )
        })
        .collect();
    let (planned, observed) = world.plan(&world.desired(&many)).await;
    assert_eq!(planned.plan.counts.create, 25);
    let reads = [
        ("EnumeratePartners", 1),
        ("GetPartnerInfoById", 1),
        ("Login", 1),
    ];
    let sent = counts(&world);
    let sent: Vec<(&str, usize)> = sent.iter().map(|(name, n)| (name.as_str(), *n)).collect();
    assert_eq!(sent, reads);
    let view = observed.providers.values().next().expect("a provider");
    assert_eq!(view.as_ref().expect("it is read").account, ROOT.to_string());
}

/// A parent that does not exist yet has no id; until it has, nothing is known of
/// its level, and nothing is refused for it.
#[tokio::test(flavor = "multi_thread")]
async fn a_parent_to_be_is_a_reference_until_it_is_there() {
    let world = world(&[]).await;
    let desired = world.desired(&[reseller("quayside", &json!({})), below("quayside")]);
    let (planned, _) = world.plan(&desired).await;
    let (address, work) = planned
        .work
        .iter()
        .find(|(address, _)| &*address.name == "larkfield")
        .expect("work");
    let parent = work.desired.at("parent").expect("a parent");
    assert!(matches!(parent, Leaf::Reference(target) if &*target.name == "quayside"));
    let change = planned
        .plan
        .changes
        .iter()
        .find(|change| change.address == *address);
    let needs = &change.expect("a change").depends_on;
    assert_eq!(needs.len(), 1);
    assert_eq!(&*needs[0].name, "quayside");
    assert!(shown(&planned).contains("parent"), "{}", shown(&planned));
}
