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
out| Plan: 1 blocked
out|
out| ! blocked CovePartner/north  "Reseller North"
out|
out| ! blocked CovePartner/north (at cove)
out|     north.yaml:1
out|     reason: a record with this name but without our key exists: 12350
out|     hint: if it is the same customer, add the annotation trueup.dev/adopt:
out|           "12350"; if not, choose another name
out|
out| cove has 3 records that no manifest describes; nobody touches them
out|     12361 "Lindgren Dental Care", with the key `sandbox/lindgren`: an orphan, if
out|     its manifest has vanished
exit 0
$ apply -f . --sandbox --auto-approve
out| Plan: 1 blocked
out|
out| ! blocked CovePartner/north  "Reseller North"
out|
out| ! blocked CovePartner/north (at cove)
out|     north.yaml:1
out|     reason: a record with this name but without our key exists: 12350
out|     hint: if it is the same customer, add the annotation trueup.dev/adopt:
out|           "12350"; if not, choose another name
out|
out| cove has 3 records that no manifest describes; nobody touches them
out|     12361 "Lindgren Dental Care", with the key `sandbox/lindgren`: an orphan, if
out|     its manifest has vanished
out|
out| Applied: 1 blocked
exit 3
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
out| Plan: 1 to adopt
out|
out| ! adopt   CovePartner/north  "Reseller North"
out|
out| ! adopt CovePartner/north (12350 at cove)
out|     north.yaml:1
out| +   externalCode  (empty) → "north"
out|
out| cove has 2 records that no manifest describes; nobody touches them
out|     12361 "Lindgren Dental Care", with the key `sandbox/lindgren`: an orphan, if
out|     its manifest has vanished
exit 0
$ apply -f . --sandbox --auto-approve
out| Plan: 1 to adopt
out|
out| ! adopt   CovePartner/north  "Reseller North"
out|
out| ! adopt CovePartner/north (12350 at cove)
out|     north.yaml:1
out| +   externalCode  (empty) → "north"
out|
out| cove has 2 records that no manifest describes; nobody touches them
out|     12361 "Lindgren Dental Care", with the key `sandbox/lindgren`: an orphan, if
out|     its manifest has vanished
out|
out| Applied: 1 done
err| done        adopt CovePartner/north
exit 0
$ plan -f . --sandbox --detailed-exitcode
out| Plan: nothing to do, 1 in line
out|
out| cove has 2 records that no manifest describes; nobody touches them
out|     12361 "Lindgren Dental Care", with the key `sandbox/lindgren`: an orphan, if
out|     its manifest has vanished
exit 0
