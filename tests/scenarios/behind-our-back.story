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
$ apply -f providers.yaml -f theirs --sandbox --auto-approve -q
$ plan -f providers.yaml -f ours --sandbox
$ apply -f providers.yaml -f ours --sandbox --auto-approve -q
$ plan -f providers.yaml -f theirs --sandbox
