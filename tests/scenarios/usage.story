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
err| error: `zegoal:SetLC=explode` is no fault: the kinds are drop-before, drop-after, 500, 500-after, 503, 429, 401, 403, html, truncated, redirect, slow; write SYSTEM:OPERATION=KIND or SYSTEM:OPERATION=KIND#NTH
exit 1

# What a field means.
$ explain zegoalaccount.billing.currency
$ explain covepartner.nmae
$ explain covpartner
