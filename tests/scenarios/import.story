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
err| Read 5 records at cove.
err| CovePartner 12345 "Sandbox Distribution (api@sandbox.example)": left out: it is the customer that our own login belongs to
err| CovePartner 12346 "001 - Recycle Bin": left out: it was made by another product of the vendor
err| CovePartner/lindgren-dental-care-harbour: the record 12362 has no key of ours; plan shows `adopt`, and apply writes the key
err| CovePartner/reseller-north: the record 12350 has no key of ours; plan shows `adopt`, and apply writes the key
err| Wrote 3 manifests to manifests.
err| They take sensitive values from 5 variables, which nothing sets yet (--env-file FILE writes the values):
err|   TRUEUP_COVE_SANDBOX_LINDGREN_BANK_ACCOUNT_NUMBER
err|   TRUEUP_COVE_SANDBOX_LINDGREN_FAX_NUMBER
err|   TRUEUP_COVE_SANDBOX_LINDGREN_PHONE_NUMBER
err|   TRUEUP_COVE_SANDBOX_LINDGREN_VAT_NUMBER
err|   TRUEUP_COVE_SANDBOX_LINDGREN_MAIL_FROM
exit 0
$ import -f providers.yaml --sandbox --out manifests
err| Read 5 records at cove.
err| CovePartner 12345 "Sandbox Distribution (api@sandbox.example)": left out: it is the customer that our own login belongs to
err| CovePartner 12346 "001 - Recycle Bin": left out: it was made by another product of the vendor
err| CovePartner/lindgren-dental-care-harbour: the record 12362 has no key of ours; plan shows `adopt`, and apply writes the key
err| CovePartner/reseller-north: the record 12350 has no key of ours; plan shows `adopt`, and apply writes the key
err| error: manifests/CovePartner/lindgren-dental-care-harbour.yaml is there already, and 2 more; nothing was written
err| hint: give the manifests that are there with -f, so that their records are left out, or choose another place
exit 1
# A part of it, in clear, to look at.
$ import -f providers.yaml --sandbox --select *lindgren --sensitive inline
out| # yaml-language-server: $schema=schemas/trueup.schema.json
out| # N-able Cove 12361 "Lindgren Dental Care"
out| apiVersion: trueup.dev/v1alpha1
out| kind: CovePartner
out| metadata:
out|   name: sandbox-lindgren
out| spec:
out|   externalCode: sandbox/lindgren
out|   name: Lindgren Dental Care
out|   flags: [UnsubscribedFromTrialNotifications]
out|   level: EndCustomer
out|   location: Sandbox South-East Europe
out|   mailFrom: "backup@reseller-north.example"
out|   mailingOption: IncludeOnlyRoot
out|   parent: "12350"
out|   serviceType: AllInclusive
out|   state: InProduction
out|   advancedPartnerProperties:
out|     regionId: 8
out|     responsibleUserId: 20411
out|   company:
out|     bankAccountNumber: NL95BANK0000000000
out|     billingContactPersonId: 7001
out|     chamberOfCommerceNumber: "00000000"
out|     faxNumber: "+31 20 000 0001"
out|     legalCompanyName: Lindgren Dental Care B.V.
out|     phoneNumber: "+31 20 000 0000"
out|     vatNumber: NL000000000B01
out|     websiteAddress: www.lindgren-dental.example
out|     postAddress:
out|       address: Example Quay 4
out|       city: Amsterdam
out|       country: Netherlands
out|       district: Centrum
out|       state: Noord-Holland
out|       zipCode: "1011 AB"
err| Read 1 record at cove.
err| Wrote 1 manifest.
exit 0
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
err| Read 1 record at cove.
err| CovePartner 12350 "Reseller North": already described by CovePartner/north
err| There is nothing to import.
exit 0
# Once it is ours, what somebody else changed can be taken over, in place.
$ apply -f providers.yaml -f north.yaml --sandbox --auto-approve -q
out| Plan: 1 to adopt
out|
out| ! adopt   CovePartner/north  "Reseller North"
out|
out| ! adopt CovePartner/north (12350 at cove)
out|     north.yaml:2
out| +   company.legalCompanyName  (empty) → "North B.V."
out| +   externalCode              (empty) → "north"
out|
out| cove has 2 records that no manifest describes; nobody touches them
out|     12361 "Lindgren Dental Care", with the key `sandbox/lindgren`: an orphan, if
out|     its manifest has vanished
out|
out| Applied: 1 done
exit 0
replace north.yaml: "Reseller North" => "Reseller Nord"
replace north.yaml: [AllInclusive, SoftwareOnly] => [SoftwareOnly]
replace north.yaml: North B.V. => &company Nord B.V.
$ import -f providers.yaml -f north.yaml --sandbox --update
err| CovePartner/north: `company.legalCompanyName` differs and stays: it is shared by an anchor, an alias or a tag; edit it by hand
err| --- north.yaml
err| +++ north.yaml
err| @@ -7,5 +7,5 @@
err|  spec:
err| -  name: "Reseller Nord"   # as in the contract
err| +  name: "Reseller North"   # as in the contract
err|    level: Reseller
err| -  childServiceTypes: [SoftwareOnly]
err| +  childServiceTypes: [AllInclusive, SoftwareOnly]
err|    company:
err| Edited 2 fields in 1 file.
exit 0
$ plan -f providers.yaml -f north.yaml --sandbox
out| Plan: 1 to update
out|
out| ! update  CovePartner/north  "Reseller North"
out|
out| ! update CovePartner/north (12350 at cove)
out|     north.yaml:2
out| !   company.legalCompanyName  "North B.V." → "Nord B.V."
out|
out| cove has 2 records that no manifest describes; nobody touches them
out|     12361 "Lindgren Dental Care", with the key `sandbox/lindgren`: an orphan, if
out|     its manifest has vanished
exit 0
