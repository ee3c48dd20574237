# Three typos at once, all reported with their places.
write all.yaml
| apiVersion: trueup.dev/v1alpha1
| kind: Provider
| metadata: { name: zegoal }
| spec:
|   zegoal:
|     tenant: zegoal
|     credentials: { login: { env: L }, password: { env: P } }
| ---
| apiVersion: trueup.dev/v1alpha1
| kind: ZegoalAccount
| metadata: { name: acme }
| spec:
|   basic:
|     acountName: Acme OOD
|     isBilled: maybe
|   billing:
|     validTo: 2050-13-01
$ validate -f all.yaml --sandbox
$ plan -f all.yaml --sandbox
$ validate -f all.yaml --sandbox -o json

# An unknown reference, an unknown kind, an unknown apiVersion.
write all.yaml
| apiVersion: trueup.dev/v1alpha1
| kind: Provider
| metadata: { name: zegoal }
| spec:
|   zegoal:
|     tenant: zegoal
|     credentials: { login: { env: L }, password: { env: P } }
| ---
| apiVersion: trueup.dev/v1alpha1
| kind: ZegoalAccount
| metadata: { name: acme }
| spec:
|   basic:
|     accountName: Acme OOD
|     parent: { ref: acme-holdin }
| ---
| apiVersion: trueup.dev/v1alpha1
| kind: ZegoalAccount
| metadata: { name: acme-holding }
| spec:
|   basic: { accountName: Acme Holding }
| ---
| apiVersion: trueup.dev/v1alpha1
| kind: ZegoalAcount
| metadata: { name: other }
| spec: {}
| ---
| apiVersion: trueup.dev/v1
| kind: ZegoalAccount
| metadata: { name: another }
| spec: {}
$ validate -f all.yaml --sandbox

# Literal credentials and missing variables.
write all.yaml
| apiVersion: trueup.dev/v1alpha1
| kind: Provider
| metadata: { name: zegoal }
| spec:
|   zegoal:
|     tenant: zegoal
|     credentials: { login: { env: MISSING }, password: hunter2-literal }
$ validate -f all.yaml

# Nothing at all.
remove all.yaml
$ validate -f .
$ validate -f nowhere.yaml
