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
out| Plan: 2 to create
out| ! money: 3 fields in 2 records
out| ! lifecycle: 2 fields in 2 records
out|
out| + create  CovePartner/zeta   "Zeta Reselling"
out| + create  CovePartner/alpha  "Alpha Dental"
out|
out| + create CovePartner/zeta (at cove)
out|     all.yaml:19
out| +   childServiceTypes  [AllInclusive] [money]
out| +   externalCode       "zeta"
out| +   level              "Reseller"
out| +   name               "Zeta Reselling"
out| +   serviceType        "AllInclusive" [money]
out| +   state              "InProduction" [lifecycle]
out|
out| + create CovePartner/alpha (at cove)
out|     all.yaml:9
out| +   externalCode  "alpha"
out| +   level         "EndCustomer"
out| +   name          "Alpha Dental"
out| +   parent        (id of CovePartner/zeta, known after its creation)
out| +   serviceType   "AllInclusive" [money]
out| +   state         "InTrial" [lifecycle]
out|
out| cove has 3 records that no manifest describes; nobody touches them
out|     12361 "Lindgren Dental Care", with the key `sandbox/lindgren`: an orphan, if
out|     its manifest has vanished
exit 0
$ apply -f all.yaml --sandbox --auto-approve
out| Plan: 2 to create
out| ! money: 3 fields in 2 records
out| ! lifecycle: 2 fields in 2 records
out|
out| + create  CovePartner/zeta   "Zeta Reselling"
out| + create  CovePartner/alpha  "Alpha Dental"
out|
out| + create CovePartner/zeta (at cove)
out|     all.yaml:19
out| +   childServiceTypes  [AllInclusive] [money]
out| +   externalCode       "zeta"
out| +   level              "Reseller"
out| +   name               "Zeta Reselling"
out| +   serviceType        "AllInclusive" [money]
out| +   state              "InProduction" [lifecycle]
out|
out| + create CovePartner/alpha (at cove)
out|     all.yaml:9
out| +   externalCode  "alpha"
out| +   level         "EndCustomer"
out| +   name          "Alpha Dental"
out| +   parent        (id of CovePartner/zeta, known after its creation)
out| +   serviceType   "AllInclusive" [money]
out| +   state         "InTrial" [lifecycle]
out|
out| cove has 3 records that no manifest describes; nobody touches them
out|     12361 "Lindgren Dental Care", with the key `sandbox/lindgren`: an orphan, if
out|     its manifest has vanished
out|
out| Applied: 2 done
err| done        create CovePartner/zeta
err| done        create CovePartner/alpha
exit 0
$ plan -f all.yaml --sandbox -l region=south
out| Plan: nothing to do, 1 in line
out|
out| cove has 3 records that no manifest describes; nobody touches them
out|     12361 "Lindgren Dental Care", with the key `sandbox/lindgren`: an orphan, if
out|     its manifest has vanished
exit 0
$ plan -f all.yaml --sandbox -l region=north --detailed-exitcode
out| Plan: no resources
err| warning[empty-selection]: the selector selects no manifest
err|  |
err|  = hint: compare it with `metadata.labels` of the manifests
err|
err| 1 warning
exit 0

# Ended together: the child first.
replace all.yaml:   name: Alpha Dental =>   name: Alpha Dental
replace all.yaml:   state: InTrial =>   end: { on: 2026-01-31, reason: contract ended }
replace all.yaml:   childServiceTypes: [AllInclusive] =>   end: { on: 2026-01-31, reason: contract ended }
$ plan -f all.yaml --sandbox
out| Plan: 2 to end
out| ! 2 records end
out|
out| - end     CovePartner/alpha  "Alpha Dental"
out| - end     CovePartner/zeta   "Zeta Reselling"
out|
out| - end CovePartner/alpha (55807 at cove)
out|     all.yaml:9
out|     reason: contract ended
out|
out| - end CovePartner/zeta (55806 at cove)
out|     all.yaml:19
out|     reason: contract ended
out|
out| cove has 3 records that no manifest describes; nobody touches them
out|     12361 "Lindgren Dental Care", with the key `sandbox/lindgren`: an orphan, if
out|     its manifest has vanished
exit 0
$ apply -f all.yaml --sandbox --auto-approve
out| Plan: 2 to end
out| ! 2 records end
out|
out| - end     CovePartner/alpha  "Alpha Dental"
out| - end     CovePartner/zeta   "Zeta Reselling"
out|
out| - end CovePartner/alpha (55807 at cove)
out|     all.yaml:9
out|     reason: contract ended
out|
out| - end CovePartner/zeta (55806 at cove)
out|     all.yaml:19
out|     reason: contract ended
out|
out| cove has 3 records that no manifest describes; nobody touches them
out|     12361 "Lindgren Dental Care", with the key `sandbox/lindgren`: an orphan, if
out|     its manifest has vanished
out|
out| Applied: 2 done
err| done        end CovePartner/alpha
err| done        end CovePartner/zeta
exit 0
$ plan -f all.yaml --sandbox --detailed-exitcode
out| Plan: nothing to do, 2 in line
out|
out| cove has 3 records that no manifest describes; nobody touches them
out|     12361 "Lindgren Dental Care", with the key `sandbox/lindgren`: an orphan, if
out|     its manifest has vanished
exit 0
