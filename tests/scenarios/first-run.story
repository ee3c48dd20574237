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
$ plan -f . --sandbox
$ apply -f . --sandbox --auto-approve
$ plan -f . --sandbox --detailed-exitcode
$ apply -f . --sandbox --auto-approve

# Without approval and without a terminal nothing is done.
replace acme.yaml: Postpaid => Prepaid
$ apply -f . --sandbox
$ plan -f . --sandbox --detailed-exitcode

# One field changed.
$ apply -f . --sandbox --auto-approve

# The name changed: the same record, because the key is the same.
replace acme.yaml: Acme OOD => Acme Trading OOD
$ plan -f . --sandbox
$ apply -f . --sandbox --auto-approve -q

# A bank account changed and a field cleared: masked, and shouted.
replace acme.yaml: BG80BNBG96611020345678 => DE89370400440532013000
replace acme.yaml:     validTo: 2050-01-01 =>     taxNumber: null
$ plan -f . --sandbox
$ apply -f . --sandbox --auto-approve

# A field left out is not managed any more, so nothing is to be done.
replace acme.yaml:     currency: EUR =>     billFormatCode: PDF
$ plan -f . --sandbox
