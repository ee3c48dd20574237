# Options that make no sense are errors, never ignored.
$ plan
err| error: the following required arguments were not provided:
err|   --filename <PATH>
err|
err| Usage: trueup plan --filename <PATH>
err|
err| For more information, try '--help'.
exit 1
$ plan -f x.yaml --knob zegoal.ids=string
err| error: the following required arguments were not provided:
err|   --sandbox
err|
err| Usage: trueup plan --filename <PATH> --sandbox --knob <KNOB>
err|
err| For more information, try '--help'.
exit 1
$ sandbox --knob zegoal.ids
err| error: `zegoal.ids` is no knob
err| hint: write system.name=value; `trueup sandbox --knob list` shows them all
exit 1
$ sandbox --knob zegoal.nope=1
err| error: there is no knob `nope`; the knobs are: envelope, processing_date, error_response, code, success_text, ids, flags, one_element_lists, one_element_lists_everywhere, layout, contact_vocabulary, contract_vocabulary, noti_location, noti_wins, lc_clean, trial_counts_from, notification_end_point, skip_lookup_reveals_terminated, look_up_case, unset_in_answers, section_missing, phones_as_numbers
exit 1
$ sandbox --knob zegoal.ids=nope
err| error: knob `ids` has no value `nope`; its values are: number, string
exit 1
$ sandbox --fault zegoal:SetLC=explode
err| error: `zegoal:SetLC=explode` is no fault: the kinds are drop-before, drop-after, timeout, timeout-after, stall, slow, 500, 500-after, 502, 502-after, 503, 503-after, 504, 504-after, 429, 429-date, 429-past, 429-skewed, 429-negative, 429-forever, limit, error-in-200, 401, 403, redirect, html, truncated, json-array, json-number, json-text, latin-1, utf-16, huge, gzip-bomb; write SYSTEM:OPERATION=KIND or SYSTEM:OPERATION=KIND#NTH
exit 1

# What a field means.
$ explain zegoalaccount.billing.currency
out| KIND:    ZegoalAccount
out| VERSION: trueup.dev/v1alpha1
out| SYSTEM:  Zegoal
out| FIELD:   billing.currency <text>
out|
out| DESCRIPTION:
out|     The currency: a value of the tenant's dictionary `curr_codes`
out|     (`CreateAccount` page).
out|
out| FACTS:
out|     type        text
out|     default     "BYN"
out|     known       `BYN`, `USD`, `UAH` and `RUB`
out|     look-up     a name, alias or id of the provider's curr_codes table
out|     class       money
out|     null        refused: the provider has no way to hold nothing here
out|     wire name   billing.curr_code
exit 0
# Case and the plural do not count, and the start of a kind is enough.
$ explain cove-partners.level
out| KIND:    CovePartner
out| VERSION: trueup.dev/v1alpha1
out| SYSTEM:  N-able Cove
out| FIELD:   level <text>
out|
out| DESCRIPTION:
out|     The level in the tree; lower than that of the parent (N-able, adding
out|     customers). `Root` and `SubRoot` belong to the vendor, `ServiceOrganization`
out|     is made by another product: these three are never written.
out|
out| FACTS:
out|     type        text
out|     known       `Distributor`, `SubDistributor`, `Reseller`, `EndCustomer` and
out|                 `Site`
out|     class       identity
out|     required    nothing can be made without it
out|     null        refused: the provider has no way to hold nothing here
out|     wire name   Level
exit 0
$ explain zegoal.billing.taxNumber
out| KIND:    ZegoalAccount
out| VERSION: trueup.dev/v1alpha1
out| SYSTEM:  Zegoal
out| FIELD:   billing.taxNumber <text>
out|
out| DESCRIPTION:
out|     The personal number of the tax payer.
out|
out| FACTS:
out|     type        text
out|     class       tax
out|     sensitive   at most the last four characters are ever shown
out|     null        clears the field
out|     wire name   billing.tax_number
exit 0
$ explain provider.limits
out| KIND:    Provider
out| VERSION: trueup.dev/v1alpha1
out| FIELD:   limits <section>
out|
out| DESCRIPTION:
out|     The limits within which the provider is used.
out|
out| FIELDS:
out|   attempts  <whole number>
out|       Attempts at a call that may be repeated, the first one included.
out|   concurrency  <whole number>
out|       Requests in flight at once.
out|   requestsPerSecond  <number>
out|       Requests per second, over all calls.
out|   timeoutSeconds  <whole number>
out|       Seconds until an answer must be there in full.
exit 0
$ explain provider.limits.attempts
out| KIND:    Provider
out| VERSION: trueup.dev/v1alpha1
out| FIELD:   limits.attempts <whole number>
out|
out| DESCRIPTION:
out|     Attempts at a call that may be repeated, the first one included.
out|
out| FACTS:
out|     type        whole number
out|     default     4
out|     range       from 1 to 10
exit 0
$ explain zegoal.spec.end
out| KIND:    ZegoalAccount
out| VERSION: trueup.dev/v1alpha1
out| SYSTEM:  Zegoal
out| FIELD:   end <section>
out|
out| DESCRIPTION:
out|     That the record is to end. Nothing ends without it.
out|
out| FIELDS:
out|   on  <text> -required-
out|       The first day on which the record has ended.
out|   reason  <text> -required-
out|       Why; passed on to the provider where it takes a reason.
exit 0
$ explain zegoal.billing.billingProfileId
out| KIND:    ZegoalAccount
out| VERSION: trueup.dev/v1alpha1
out| SYSTEM:  Zegoal
out| FIELD:   billing.billingProfileId <whole number>
out|
out| DESCRIPTION:
out|     The id that Zegoal gave the billing profile.
out|
out| FACTS:
out|     type        whole number
out|     class       identity
out|     computed    made by the provider; cannot be written
out|     wire name   billing.billing_profile_id
exit 0
$ explain covepartner.nmae
err| error: `CovePartner` has no field `nmae`
err| hint: did you mean `name`?
exit 1
$ explain covpartner
err| error: there is no kind `covpartner`
err| hint: did you mean `CovePartner`?
exit 1
$ explain zegoal.currency
err| error: `ZegoalAccount` has no field `currency`
err| hint: did you mean `ZegoalAccount.billing.currency`?
exit 1
$ explain zegoal.billing.currency.code
err| error: `ZegoalAccount.billing.currency` is a field, and has none itself
err| hint: leave out what follows it
exit 1
$ explain acronis.billing.currencyy
err| error: `AcronisCustomer.billing` has no field `currencyy`
err| hint: leave it out: that lists the 69 fields
exit 1

# A repository to start with, once.
$ init --ci none --system zegoal new
out| .gitignore
out| README.md
out| examples/zegoal.yaml
out| manifests/policy.yaml
out| manifests/providers/zegoal.yaml
out| schemas/acroniscustomer.schema.json
out| schemas/covepartner.schema.json
out| schemas/plan.schema.json
out| schemas/policy.schema.json
out| schemas/provider.schema.json
out| schemas/receipt.schema.json
out| schemas/saved-plan.schema.json
out| schemas/trueup.schema.json
out| schemas/zegoalaccount.schema.json
err| Written. Now try:
err|   trueup plan --sandbox -f new/manifests -f new/examples
exit 0
$ validate --without-values -f new/manifests
out| Valid, apart from values from outside
exit 0
$ init --ci none --system zegoal new
err| error: nothing was written: 14 files in new would be overwritten
err| hint: move them away, or start in another folder
err|   .gitignore
err|   README.md
err|   examples/zegoal.yaml
err|   manifests/policy.yaml
err|   manifests/providers/zegoal.yaml
err|   schemas/acroniscustomer.schema.json
err|   schemas/covepartner.schema.json
err|   schemas/plan.schema.json
err|   schemas/policy.schema.json
err|   schemas/provider.schema.json
err|   schemas/receipt.schema.json
err|   schemas/saved-plan.schema.json
err|   schemas/trueup.schema.json
err|   schemas/zegoalaccount.schema.json
exit 1
