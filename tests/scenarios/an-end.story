# Records end because a manifest says so; a manifest that vanishes ends nothing.
write providers.yaml
| apiVersion: trueup.dev/v1alpha1
| kind: Provider
| metadata: { name: acronis }
| spec:
|   acronis:
|     baseUrl: https://eu2-cloud.acronis.com
|     credentials: { clientId: { env: ID }, clientSecret: { env: SECRET } }
write foobar.yaml
| apiVersion: trueup.dev/v1alpha1
| kind: AcronisCustomer
| metadata: { name: foobar }
| spec:
|   tenant:
|     name: Foobar
|     language: en
$ apply -f . --sandbox --auto-approve -q
out| Plan: 1 to create
out|
out| + create  AcronisCustomer/foobar  "Foobar"
out|
out| + create AcronisCustomer/foobar (at acronis)
out|     foobar.yaml:1
out| +   tenant.internalTag  "foobar"
out| +   tenant.language     "English"
out| +   tenant.name         "Foobar"
out|
out| acronis has 3 records that no manifest describes; nobody touches them
out|
out| Applied: 1 done
exit 0
replace foobar.yaml:     language: en =>     language: en\n  end: { on: 2999-01-01, reason: moves away }
$ plan -f . --sandbox
out| Plan: nothing to do, 1 in line
out|
out|   none    AcronisCustomer/foobar  "Foobar"
out|
out|   none AcronisCustomer/foobar (fd5faf04-17d9-45e9-866c-9bc85825a3fa at acronis)
out|     foobar.yaml:1
out|     note: ends on 2999-01-01: moves away
out|
out| acronis has 3 records that no manifest describes; nobody touches them
exit 0
replace foobar.yaml: 2999-01-01 => 2026-01-31
$ plan -f . --sandbox
out| Plan: 1 to end
out| ! 1 record ends
out|
out| - end     AcronisCustomer/foobar  "Foobar"
out|
out| - end AcronisCustomer/foobar (fd5faf04-17d9-45e9-866c-9bc85825a3fa at acronis)
out|     foobar.yaml:1
out|     reason: moves away
out|
out| acronis has 3 records that no manifest describes; nobody touches them
exit 0
$ apply -f . --sandbox --auto-approve
out| Plan: 1 to end
out| ! 1 record ends
out|
out| - end     AcronisCustomer/foobar  "Foobar"
out|
out| - end AcronisCustomer/foobar (fd5faf04-17d9-45e9-866c-9bc85825a3fa at acronis)
out|     foobar.yaml:1
out|     reason: moves away
out|
out| acronis has 3 records that no manifest describes; nobody touches them
out|
out| Applied: 1 done
err| done        end AcronisCustomer/foobar
exit 0
$ plan -f . --sandbox --detailed-exitcode
out| Plan: nothing to do, 1 in line
out|
out| acronis has 3 records that no manifest describes; nobody touches them
exit 0
remove foobar.yaml
$ plan -f . --sandbox
out| Plan: no resources
out|
out| acronis has 3 records that no manifest describes; nobody touches them
exit 0
