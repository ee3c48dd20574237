# A parent and its children in one run, in any order of files.
write all.yaml
| apiVersion: trueup.dev/v1alpha1
| kind: Provider
| metadata: { name: cove }
| spec:
|   cove:
|     partner: Sandbox Distribution (api@sandbox.example)
|     credentials: { username: { env: U }, password: { env: P } }
| ---
| apiVersion: trueup.dev/v1alpha1
| kind: CovePartner
| metadata: { name: alpha, labels: { region: south } }
| spec:
|   name: Alpha Dental
|   parent: { ref: zeta }
|   level: EndCustomer
|   serviceType: AllInclusive
|   state: InTrial
| ---
| apiVersion: trueup.dev/v1alpha1
| kind: CovePartner
| metadata: { name: zeta }
| spec:
|   name: Zeta Reselling
|   level: Reseller
|   serviceType: AllInclusive
|   state: InProduction
|   childServiceTypes: [AllInclusive]
$ plan -f all.yaml --sandbox
$ apply -f all.yaml --sandbox --auto-approve
$ plan -f all.yaml --sandbox -l region=south
$ plan -f all.yaml --sandbox -l region=north --detailed-exitcode

# Ended together: the child first.
replace all.yaml:   name: Alpha Dental =>   name: Alpha Dental
replace all.yaml:   state: InTrial =>   end: { on: 2026-01-31, reason: contract ended }
replace all.yaml:   childServiceTypes: [AllInclusive] =>   end: { on: 2026-01-31, reason: contract ended }
$ plan -f all.yaml --sandbox
$ apply -f all.yaml --sandbox --auto-approve
$ plan -f all.yaml --sandbox --detailed-exitcode
