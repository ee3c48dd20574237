# A provider that is down: nothing is guessed, and the message says what to do.
set ZEGOAL_LOGIN=ops
set ZEGOAL_PASSWORD=canary-password
write all.yaml
| apiVersion: trueup.dev/v1alpha1
| kind: Provider
| metadata: { name: zegoal }
| spec:
|   zegoal:
|     baseUrl: http://127.0.0.1:9
|     tenant: zegoal
|     credentials: { login: { env: ZEGOAL_LOGIN }, password: { env: ZEGOAL_PASSWORD } }
|   limits: { attempts: 1 }
| ---
| apiVersion: trueup.dev/v1alpha1
| kind: ZegoalAccount
| metadata: { name: acme }
| spec:
|   basic: { accountName: Acme OOD }
$ plan -f all.yaml
out| Plan: 1 blocked
out| ! provider zegoal could not be read: GetTenantDict: POST
out|     http://127.0.0.1:9/ti_api/json/GetTenantDict: no connection: Connection
out|     refused (os error 111)
out|   hint: check that the provider is up and that the base URL of its Provider
out|         manifest is right
out|
out| ! blocked ZegoalAccount/acme  "Acme OOD"
out|
out| ! blocked ZegoalAccount/acme (at zegoal)
out|     all.yaml:11
out|     reason: provider zegoal could not be read
err| error: provider zegoal could not be read: GetTenantDict: POST http://127.0.0.1:9/ti_api/json/GetTenantDict: no connection: Connection refused (os error 111)
err| hint: check that the provider is up and that the base URL of its Provider manifest is right
exit 1
$ apply -f all.yaml --auto-approve
out| Plan: 1 blocked
out| ! provider zegoal could not be read: GetTenantDict: POST
out|     http://127.0.0.1:9/ti_api/json/GetTenantDict: no connection: Connection
out|     refused (os error 111)
out|   hint: check that the provider is up and that the base URL of its Provider
out|         manifest is right
out|
out| ! blocked ZegoalAccount/acme  "Acme OOD"
out|
out| ! blocked ZegoalAccount/acme (at zegoal)
out|     all.yaml:11
out|     reason: provider zegoal could not be read
out|
out| Applied: 1 blocked
err| error: provider zegoal could not be read: GetTenantDict: POST http://127.0.0.1:9/ti_api/json/GetTenantDict: no connection: Connection refused (os error 111)
err| hint: check that the provider is up and that the base URL of its Provider manifest is right
exit 1
