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
err| error: there is no knob `nope`; the knobs are: envelope, processing_date, error_response, code, success_text, ids, flags, one_element_lists, one_element_lists_everywhere, layout, contact_vocabulary, contract_vocabulary, noti_location, noti_wins, lc_clean, trial_counts_from, notification_end_point, skip_lookup_reveals_terminated, unset_in_answers, section_missing, phones_as_numbers
exit 1
$ sandbox --knob zegoal.ids=nope
err| error: knob `ids` has no value `nope`; its values are: number, string
exit 1
$ sandbox --fault zegoal:SetLC=explode
err| error: `zegoal:SetLC=explode` is no fault: the kinds are drop-before, drop-after, timeout, timeout-after, stall, slow, 500, 500-after, 502, 502-after, 503, 503-after, 504, 504-after, 429, 429-date, 429-past, 429-skewed, 429-negative, 429-forever, limit, error-in-200, 401, 403, redirect, html, truncated, json-array, json-number, json-text, latin-1, utf-16, huge, gzip-bomb; write SYSTEM:OPERATION=KIND or SYSTEM:OPERATION=KIND#NTH
exit 1

# What a field means.
$ explain zegoalaccount.billing.currency
out| ZegoalAccount.billing.currency
out|
out|   The currency: a value of the tenant's dictionary `curr_codes`. `BYN` unless
out|   given (`CreateAccount` page).
out|
out|   type        text
out|   known       `BYN`, `USD`, `UAH` and `RUB`
out|   look-up     a name, alias or id of the provider's curr_codes table
out|   class       money
out|   null        refused: the provider has no way to hold nothing here
out|   wire name   billing.curr_code
exit 0
# Case and the plural do not count, and the start of a kind is enough.
$ explain cove-partners.level
$ explain zegoal.billing.taxNumber
$ explain provider.limits
$ explain provider.limits.attempts
$ explain zegoal.spec.end
$ explain zegoal.billing.billingProfileId
$ explain covepartner.nmae
err| error: `CovePartner` has no field `nmae`
err| hint: did you mean `name`?
exit 1
$ explain covpartner
err| error: there is no kind `covpartner`
err| hint: did you mean `CovePartner`?
exit 1
$ explain zegoal.currency
$ explain zegoal.billing.currency.code
$ explain acronis.billing.currencyy

# A repository to start with, once.
$ init --ci none --system zegoal new
$ validate --without-values -f new/manifests
$ init --ci none --system zegoal new
