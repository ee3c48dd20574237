# A newcomer plans, applies, and has nothing left to do.
write providers.yaml
| apiVersion: trueup.dev/v1alpha1
| kind: Provider
| metadata: { name: zegoal-prod }
| spec:
|   zegoal:
|     tenant: zegoal
|     credentials: { login: { env: ZEGOAL_LOGIN }, password: { env: ZEGOAL_PASSWORD } }
write acme.yaml
| apiVersion: trueup.dev/v1alpha1
| kind: ZegoalAccount
| metadata:
|   name: acme
| spec:
|   basic:
|     accountName: Acme OOD
|     accountType: Postpaid
|   billing:
|     currency: EUR
|     validTo: 2050-01-01
|   bankInfo:
|     bankAccount: BG80BNBG96611020345678
$ validate -f . --sandbox
out| Valid: 1 resource, 1 provider
exit 0
$ plan -f . --sandbox
out| Plan: 1 to create
out| ! bank: 1 field in 1 record
out| ! money: 3 fields in 1 record
out|
out| + create  ZegoalAccount/acme  "Acme OOD"
out|
out| + create ZegoalAccount/acme (at zegoal-prod)
out|     acme.yaml:1
out| +   bankInfo.bankAccount  ••••5678 [bank]
out| +   basic.accountCode     "acme"
out| +   basic.accountName     "Acme OOD"
out| +   basic.accountType     "Postpaid" [money]
out| +   billing.currency      "EUR" [money]
out| +   billing.validTo       "2050-01-01 00:00:00" [money]
exit 0
$ apply -f . --sandbox --auto-approve
out| Plan: 1 to create
out| ! bank: 1 field in 1 record
out| ! money: 3 fields in 1 record
out|
out| + create  ZegoalAccount/acme  "Acme OOD"
out|
out| + create ZegoalAccount/acme (at zegoal-prod)
out|     acme.yaml:1
out| +   bankInfo.bankAccount  ••••5678 [bank]
out| +   basic.accountCode     "acme"
out| +   basic.accountName     "Acme OOD"
out| +   basic.accountType     "Postpaid" [money]
out| +   billing.currency      "EUR" [money]
out| +   billing.validTo       "2050-01-01 00:00:00" [money]
out|
out| Applied: 1 done
err| done        create ZegoalAccount/acme
exit 0
$ plan -f . --sandbox --detailed-exitcode
out| Plan: nothing to do, 1 in line
exit 0
$ apply -f . --sandbox --auto-approve
out| Plan: nothing to do, 1 in line
out|
out| Applied: nothing to do
exit 0

# Without approval and without a terminal nothing is done.
replace acme.yaml: Postpaid => Prepaid
$ apply -f . --sandbox
out| Plan: 1 to update
out| ! money: 1 field in 1 record
out|
out| ! update  ZegoalAccount/acme  "Acme OOD"
out|
out| ! update ZegoalAccount/acme (4 at zegoal-prod)
out|     acme.yaml:1
out| !   basic.accountType  "Postpaid" → "Prepaid" [money]
err| error: there is no terminal to ask on
err| hint: look at the plan, then run again with --auto-approve
exit 1
$ plan -f . --sandbox --detailed-exitcode
out| Plan: 1 to update
out| ! money: 1 field in 1 record
out|
out| ! update  ZegoalAccount/acme  "Acme OOD"
out|
out| ! update ZegoalAccount/acme (4 at zegoal-prod)
out|     acme.yaml:1
out| !   basic.accountType  "Postpaid" → "Prepaid" [money]
exit 2

# One field changed.
$ apply -f . --sandbox --auto-approve
out| Plan: 1 to update
out| ! money: 1 field in 1 record
out|
out| ! update  ZegoalAccount/acme  "Acme OOD"
out|
out| ! update ZegoalAccount/acme (4 at zegoal-prod)
out|     acme.yaml:1
out| !   basic.accountType  "Postpaid" → "Prepaid" [money]
out|
out| Applied: 1 done
err| done        update ZegoalAccount/acme
exit 0

# The name changed: the same record, because the key is the same.
replace acme.yaml: Acme OOD => Acme Trading OOD
$ plan -f . --sandbox
out| Plan: 1 to update
out|
out| ! update  ZegoalAccount/acme  "Acme OOD"
out|
out| ! update ZegoalAccount/acme (4 at zegoal-prod)
out|     acme.yaml:1
out| !   basic.accountName  "Acme OOD" → "Acme Trading OOD"
exit 0
$ apply -f . --sandbox --auto-approve -q
out| Plan: 1 to update
out|
out| ! update  ZegoalAccount/acme  "Acme OOD"
out|
out| ! update ZegoalAccount/acme (4 at zegoal-prod)
out|     acme.yaml:1
out| !   basic.accountName  "Acme OOD" → "Acme Trading OOD"
out|
out| Applied: 1 done
exit 0

# A bank account changed and a field cleared: masked, and shouted.
replace acme.yaml: BG80BNBG96611020345678 => DE89370400440532013000
replace acme.yaml:     validTo: 2050-01-01 =>     taxNumber: null
$ plan -f . --sandbox
out| Plan: 1 to update
out| ! bank: 1 field in 1 record
out|
out| ! update  ZegoalAccount/acme  "Acme Trading OOD"
out|
out| ! update ZegoalAccount/acme (4 at zegoal-prod)
out|     acme.yaml:1
out| !   bankInfo.bankAccount  ••••5678 → ••••3000 [bank]
exit 0
$ apply -f . --sandbox --auto-approve
out| Plan: 1 to update
out| ! bank: 1 field in 1 record
out|
out| ! update  ZegoalAccount/acme  "Acme Trading OOD"
out|
out| ! update ZegoalAccount/acme (4 at zegoal-prod)
out|     acme.yaml:1
out| !   bankInfo.bankAccount  ••••5678 → ••••3000 [bank]
out|
out| Applied: 1 done
err| done        update ZegoalAccount/acme
exit 0

# A field left out is not managed any more, so nothing is to be done.
replace acme.yaml:     currency: EUR =>     billFormatCode: PDF
$ plan -f . --sandbox
out| Plan: nothing to do, 1 in line
exit 0
