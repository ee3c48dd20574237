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
$ apply -f all.yaml --auto-approve
