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
$ plan -f all.yaml --sandbox --fault zegoal:GetAccountInfo=503#1
$ plan -f all.yaml --sandbox --fault zegoal:GetAccountInfo=429-forever
