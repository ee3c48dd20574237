# Records that exist become manifests, and planning those shows no change: only
# that records without a key of ours are to be adopted.
write providers.yaml
| apiVersion: trueup.dev/v1alpha1
| kind: Provider
| metadata: { name: cove }
| spec:
|   cove:
|     partner: Sandbox Distribution (api@sandbox.example)
|     credentials: { username: { env: U }, password: { env: P } }
$ import -f providers.yaml --sandbox --out manifests
$ import -f providers.yaml --sandbox --out manifests
$ validate -f providers.yaml -f manifests --sandbox
# A part of it, in clear, to look at.
$ import -f providers.yaml --sandbox --select *lindgren --sensitive inline
# What a manifest describes is not written a second time.
write north.yaml
| # Ours since 2019.
| apiVersion: trueup.dev/v1alpha1
| kind: CovePartner
| metadata:
|   name: north
|   annotations: { trueup.dev/adopt: "12350" }
| spec:
|   name: "Reseller North"   # as in the contract
|   level: Reseller
|   childServiceTypes: [AllInclusive, SoftwareOnly]
|   company:
|     legalCompanyName: North B.V.   # from the chamber of commerce
$ import -f providers.yaml -f north.yaml --sandbox --select reseller*
# Once it is ours, what somebody else changed can be taken over, in place.
$ apply -f providers.yaml -f north.yaml --sandbox --auto-approve -q
replace north.yaml: "Reseller North" => "Reseller Nord"
replace north.yaml: [AllInclusive, SoftwareOnly] => [SoftwareOnly]
replace north.yaml: North B.V. => &company Nord B.V.
$ import -f providers.yaml -f north.yaml --sandbox --update
$ plan -f providers.yaml -f north.yaml --sandbox
