# Somebody changes a record that the manifest describes, and a field that it
# does not.
write providers.yaml
| apiVersion: trueup.dev/v1alpha1
| kind: Provider
| metadata: { name: zegoal }
| spec:
|   zegoal:
|     tenant: zegoal
|     credentials: { login: { env: L }, password: { env: P } }
write ours/acme.yaml
| apiVersion: trueup.dev/v1alpha1
| kind: ZegoalAccount
| metadata: { name: acme }
| spec:
|   basic: { accountName: Acme OOD }
|   billing: { currency: EUR }
write theirs/acme.yaml
| apiVersion: trueup.dev/v1alpha1
| kind: ZegoalAccount
| metadata: { name: acme }
| spec:
|   basic: { description: changed by hand }
|   billing: { currency: USD }
$ apply -f providers.yaml -f ours --sandbox --auto-approve -q
out| Plan: 1 to create
out| ! money: 1 field in 1 record
out|
out| + create  ZegoalAccount/acme  "Acme OOD"
out|
out| + create ZegoalAccount/acme (at zegoal)
out|     ours/acme.yaml:1
out| +   basic.accountCode  "acme"
out| +   basic.accountName  "Acme OOD"
out| +   billing.currency   "EUR" [money]
out|
out| Applied: 1 done
exit 0
$ apply -f providers.yaml -f theirs --sandbox --auto-approve -q
out| Plan: 1 to update
out| ! money: 1 field in 1 record
out|
out| ! update  ZegoalAccount/acme  "Acme OOD"
out|
out| ! update ZegoalAccount/acme (4 at zegoal)
out|     theirs/acme.yaml:1
out| +   basic.description  (empty) → "changed by hand"
out| !   billing.currency   "EUR" → "USD" [money]
out|
out| Applied: 1 done
exit 0
$ plan -f providers.yaml -f ours --sandbox
out| Plan: 1 to update
out| ! money: 1 field in 1 record
out|
out| ! update  ZegoalAccount/acme  "Acme OOD"
out|
out| ! update ZegoalAccount/acme (4 at zegoal)
out|     ours/acme.yaml:1
out| !   billing.currency  "USD" → "EUR" [money]
exit 0
$ apply -f providers.yaml -f ours --sandbox --auto-approve -q
out| Plan: 1 to update
out| ! money: 1 field in 1 record
out|
out| ! update  ZegoalAccount/acme  "Acme OOD"
out|
out| ! update ZegoalAccount/acme (4 at zegoal)
out|     ours/acme.yaml:1
out| !   billing.currency  "USD" → "EUR" [money]
out|
out| Applied: 1 done
exit 0
$ plan -f providers.yaml -f theirs --sandbox
out| Plan: 1 to update
out| ! money: 1 field in 1 record
out|
out| ! update  ZegoalAccount/acme  "Acme OOD"
out|
out| ! update ZegoalAccount/acme (4 at zegoal)
out|     theirs/acme.yaml:1
out| !   billing.currency  "EUR" → "USD" [money]
exit 0
