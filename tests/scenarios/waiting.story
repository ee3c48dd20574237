# A provider that is busy: what is waited for, and why, is said while it is
# waited for.
write all.yaml
| apiVersion: trueup.dev/v1alpha1
| kind: Provider
| metadata: { name: zegoal-prod }
| spec:
|   zegoal:
|     tenant: zegoal
|     credentials: { login: { env: ZEGOAL_LOGIN }, password: { env: ZEGOAL_PASSWORD } }
| ---
| apiVersion: trueup.dev/v1alpha1
| kind: ZegoalAccount
| metadata: { name: acme }
| spec:
|   basic: { accountName: Acme OOD }
$ plan -f all.yaml --sandbox --fault zegoal:GetAccountInfo=429#1
out| Plan: 1 to create
out|
out| + create  ZegoalAccount/acme  "Acme OOD"
out|
out| + create ZegoalAccount/acme (at zegoal-prod)
out|     all.yaml:9
out| +   basic.accountCode  "acme"
out| +   basic.accountName  "Acme OOD"
err| zegoal-prod asked to wait 1 s (429)
exit 0
$ plan -f all.yaml --sandbox --fault zegoal:GetAccountInfo=503#1
out| Plan: 1 to create
out|
out| + create  ZegoalAccount/acme  "Acme OOD"
out|
out| + create ZegoalAccount/acme (at zegoal-prod)
out|     all.yaml:9
out| +   basic.accountCode  "acme"
out| +   basic.accountName  "Acme OOD"
err| zegoal-prod: GetAccountInfo is tried again in 1 s (503)
exit 0
