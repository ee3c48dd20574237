# What comes from outside of a manifest may be a secret, whatever the field is:
# a pull request must not be able to print it.
set TOKEN=the-token-of-the-pipeline
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
|     description: { env: TOKEN }
$ plan -f all.yaml --sandbox
out| Plan: 1 to create
out|
out| + create  ZegoalAccount/acme  "Acme OOD"
out|
out| + create ZegoalAccount/acme (at zegoal)
out|     all.yaml:9
out| +   basic.accountCode  "acme"
out| +   basic.accountName  "Acme OOD"
out| +   basic.description  ••••
exit 0
$ plan -f all.yaml --sandbox -o markdown
out| <!-- trueup plan -->
out| ### Plan: 1 to create
out|
out| **Resources**
out|
out| ```diff
out| + create  ZegoalAccount/acme  "Acme OOD"
out| ```
out|
out| <details><summary>+ create <code>ZegoalAccount/acme &quot;Acme OOD&quot;</code></summary>
out|
out| ```diff
out|     at zegoal
out|     all.yaml:9
out| +   basic.accountCode  "acme"
out| +   basic.accountName  "Acme OOD"
out| +   basic.description  ••••
out| ```
out|
out| </details>
exit 0
$ apply -f all.yaml --sandbox --auto-approve -q
out| Plan: 1 to create
out|
out| + create  ZegoalAccount/acme  "Acme OOD"
out|
out| + create ZegoalAccount/acme (at zegoal)
out|     all.yaml:9
out| +   basic.accountCode  "acme"
out| +   basic.accountName  "Acme OOD"
out| +   basic.description  ••••
out|
out| Applied: 1 done
exit 0
$ plan -f all.yaml --sandbox --detailed-exitcode
out| Plan: nothing to do, 1 in line
exit 0

# Not through a look-up's error either, nor as a name.
replace all.yaml:     description: { env: TOKEN } =>     description: plain\n  billing: { currency: { env: TOKEN } }
$ plan -f all.yaml --sandbox
out| Plan: 1 blocked
out|
out| ! blocked ZegoalAccount/acme  "Acme OOD"
out|
out| ! blocked ZegoalAccount/acme (at zegoal)
out|     all.yaml:16
out|     reason: billing.currency: the value from outside is in no curr_codes table
out|     hint: check the variable or file that it comes from
exit 0
replace all.yaml:     accountName: Acme OOD =>     accountName: { env: TOKEN }
$ validate -f all.yaml --sandbox
err| error[hidden-name]: `basic.accountName` is shown in every plan, and cannot come from outside
err|   --> all.yaml:11:19
err|    |
err| 11 | metadata: …acme …
err|    |            ^^^^
err|    |
err|    = hint: write it into the manifest
err|
err| 1 error
exit 1
