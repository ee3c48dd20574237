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
replace foobar.yaml:     language: en =>     language: en\n  end: { on: 2999-01-01, reason: moves away }
$ plan -f . --sandbox
replace foobar.yaml: 2999-01-01 => 2026-01-31
$ plan -f . --sandbox
$ apply -f . --sandbox --auto-approve
$ plan -f . --sandbox --detailed-exitcode
remove foobar.yaml
$ plan -f . --sandbox
