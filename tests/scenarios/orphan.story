# A manifest that vanishes ends nothing: its record is reported.
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
|   tenant: { name: Foobar, language: en }
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
remove foobar.yaml
$ plan -f . --sandbox
out| Plan: no resources
out|
out| acronis has 4 records that no manifest describes; nobody touches them
out|     fd5faf04-17d9-45e9-866c-9bc85825a3fa "Foobar", with the key `foobar`: an
out|     orphan, if its manifest has vanished
exit 0
$ apply -f . --sandbox --auto-approve
out| Plan: no resources
out|
out| acronis has 4 records that no manifest describes; nobody touches them
out|     fd5faf04-17d9-45e9-866c-9bc85825a3fa "Foobar", with the key `foobar`: an
out|     orphan, if its manifest has vanished
out|
out| Applied: nothing to do
exit 0
