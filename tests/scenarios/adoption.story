# A record with our name but without our key is never taken over silently.
write providers.yaml
| apiVersion: trueup.dev/v1alpha1
| kind: Provider
| metadata: { name: cove }
| spec:
|   cove:
|     partner: Sandbox Distribution (api@sandbox.example)
|     credentials: { username: { env: U }, password: { env: P } }
write north.yaml
| apiVersion: trueup.dev/v1alpha1
| kind: CovePartner
| metadata:
|   name: north
| spec:
|   name: Reseller North
|   level: Reseller
$ plan -f . --sandbox
$ apply -f . --sandbox --auto-approve
write north.yaml
| apiVersion: trueup.dev/v1alpha1
| kind: CovePartner
| metadata:
|   name: north
|   annotations: { trueup.dev/adopt: "12350" }
| spec:
|   name: Reseller North
|   level: Reseller
$ plan -f . --sandbox
$ apply -f . --sandbox --auto-approve
$ plan -f . --sandbox --detailed-exitcode
