# A reference is shown by the name of its manifest, old and new.
write all.yaml
| apiVersion: trueup.dev/v1alpha1
| kind: Provider
| metadata: { name: zegoal }
| spec:
|   zegoal:
|     tenant: zegoal
|     credentials: { login: { env: L }, password: { env: P } }
|   limits: { concurrency: 1 }
| ---
| apiVersion: trueup.dev/v1alpha1
| kind: ZegoalAccount
| metadata: { name: holding-a }
| spec:
|   basic: { accountName: Holding A }
| ---
| apiVersion: trueup.dev/v1alpha1
| kind: ZegoalAccount
| metadata: { name: holding-b }
| spec:
|   basic: { accountName: Holding B }
| ---
| apiVersion: trueup.dev/v1alpha1
| kind: ZegoalAccount
| metadata: { name: shop }
| spec:
|   basic:
|     accountName: Shop
|     parent: { ref: holding-a }
$ apply -f all.yaml --sandbox --auto-approve -q
out| Plan: 3 to create
out|
out| + create  ZegoalAccount/holding-a  "Holding A"
out| + create  ZegoalAccount/holding-b  "Holding B"
out| + create  ZegoalAccount/shop       "Shop"
out|
out| + create ZegoalAccount/holding-a (at zegoal)
out|     all.yaml:10
out| +   basic.accountCode  "holding-a"
out| +   basic.accountName  "Holding A"
out|
out| + create ZegoalAccount/holding-b (at zegoal)
out|     all.yaml:16
out| +   basic.accountCode  "holding-b"
out| +   basic.accountName  "Holding B"
out|
out| + create ZegoalAccount/shop (at zegoal)
out|     all.yaml:22
out| +   basic.accountCode  "shop"
out| +   basic.accountName  "Shop"
out| +   basic.parent       (id of ZegoalAccount/holding-a, known after its creation)
out|
out| Applied: 3 done
exit 0
replace all.yaml: ref: holding-a => ref: holding-b
$ plan -f all.yaml --sandbox
out| Plan: 1 to update, 2 in line
out|
out| ! update  ZegoalAccount/shop  "Shop"
out|
out| ! update ZegoalAccount/shop (6 at zegoal)
out|     all.yaml:22
out| !   basic.parent  "ZegoalAccount/holding-a (4)" → "ZegoalAccount/holding-b (5)"
exit 0
$ apply -f all.yaml --sandbox --auto-approve -q
out| Plan: 1 to update, 2 in line
out|
out| ! update  ZegoalAccount/shop  "Shop"
out|
out| ! update ZegoalAccount/shop (6 at zegoal)
out|     all.yaml:22
out| !   basic.parent  "ZegoalAccount/holding-a (4)" → "ZegoalAccount/holding-b (5)"
out|
out| Applied: 1 done
exit 0
$ plan -f all.yaml --sandbox --detailed-exitcode
out| Plan: nothing to do, 3 in line
exit 0
