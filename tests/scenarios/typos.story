# Three typos at once, all reported with their places.
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
|     acountName: Acme OOD
|     isBilled: maybe
|   billing:
|     validTo: 2050-13-01
$ validate -f all.yaml --sandbox
err| error[unknown-key]: `basic.acountName` is unknown
err|   --> all.yaml:14:5
err|    |
err| 14 |     acountName: …
err|    |     ^^^^^^^^^^
err|    |
err|    = hint: did you mean `accountName`?
err|
err| error[wrong-type]: `basic.isBilled` is `true` or `false`, and `maybe` is not
err|   --> all.yaml:15:15
err|    |
err| 15 |     isBilled: maybe
err|    |               ^^^^^
err|    |
err|    = hint: write `true` or `false`; `yes` and `on` are text since YAML 1.2
err|
err| error[wrong-date]: `billing.validTo` is a date, and `2050-13-01` is in no calendar
err|   --> all.yaml:17:14
err|    |
err| 17 |     validTo: 2050-13-01
err|    |              ^^^^^^^^^^
err|    |
err|    = hint: write `2050-01-31`, `2050-01-31 23:59:59` or `2050-01-31T23:59:59+03:00`
err|
err| 3 errors
exit 1
$ plan -f all.yaml --sandbox
err| error[unknown-key]: `basic.acountName` is unknown
err|   --> all.yaml:14:5
err|    |
err| 14 |     acountName: …
err|    |     ^^^^^^^^^^
err|    |
err|    = hint: did you mean `accountName`?
err|
err| error[wrong-type]: `basic.isBilled` is `true` or `false`, and `maybe` is not
err|   --> all.yaml:15:15
err|    |
err| 15 |     isBilled: maybe
err|    |               ^^^^^
err|    |
err|    = hint: write `true` or `false`; `yes` and `on` are text since YAML 1.2
err|
err| error[wrong-date]: `billing.validTo` is a date, and `2050-13-01` is in no calendar
err|   --> all.yaml:17:14
err|    |
err| 17 |     validTo: 2050-13-01
err|    |              ^^^^^^^^^^
err|    |
err|    = hint: write `2050-01-31`, `2050-01-31 23:59:59` or `2050-01-31T23:59:59+03:00`
err|
err| 3 errors
exit 1
$ validate -f all.yaml --sandbox -o json
out| [
out|   {
out|     "address": "ZegoalAccount/acme",
out|     "check": "unknown-key",
out|     "column": 5,
out|     "file": "all.yaml",
out|     "hint": "did you mean `accountName`?",
out|     "line": 14,
out|     "message": "`basic.acountName` is unknown",
out|     "severity": "error"
out|   },
out|   {
out|     "address": "ZegoalAccount/acme",
out|     "check": "wrong-type",
out|     "column": 15,
out|     "file": "all.yaml",
out|     "hint": "write `true` or `false`; `yes` and `on` are text since YAML 1.2",
out|     "line": 15,
out|     "message": "`basic.isBilled` is `true` or `false`, and `maybe` is not",
out|     "severity": "error"
out|   },
out|   {
out|     "address": "ZegoalAccount/acme",
out|     "check": "wrong-date",
out|     "column": 14,
out|     "file": "all.yaml",
out|     "hint": "write `2050-01-31`, `2050-01-31 23:59:59` or `2050-01-31T23:59:59+03:00`",
out|     "line": 17,
out|     "message": "`billing.validTo` is a date, and `2050-13-01` is in no calendar",
out|     "severity": "error"
out|   }
out| ]
exit 1

# An unknown reference, an unknown kind, an unknown apiVersion.
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
|     parent: { ref: acme-holdin }
| ---
| apiVersion: trueup.dev/v1alpha1
| kind: ZegoalAccount
| metadata: { name: acme-holding }
| spec:
|   basic: { accountName: Acme Holding }
| ---
| apiVersion: trueup.dev/v1alpha1
| kind: ZegoalAcount
| metadata: { name: other }
| spec: {}
| ---
| apiVersion: trueup.dev/v1
| kind: ZegoalAccount
| metadata: { name: another }
| spec: {}
$ validate -f all.yaml --sandbox
err| error[unknown-reference]: `basic.parent` refers to `ZegoalAccount/acme-holdin`, which no manifest declares
err|   --> all.yaml:15:5
err|    |
err| 15 |     parent: …
err|    |     ^^^^^^
err|    |
err|    = hint: did you mean `acme-holding`?; it may be in what could not be read (see the other findings)
err|
err| error[unknown-kind]: there is no kind `ZegoalAcount`
err|   --> all.yaml:24:7
err|    |
err| 24 | kind: ZegoalAcount
err|    |       ^^^^^^^^^^^^
err|    |
err|    = hint: did you mean `ZegoalAccount`?
err|
err| error[unknown-api-version]: there is no API version `trueup.dev/v1`
err|   --> all.yaml:28:13
err|    |
err| 28 | apiVersion: trueup.dev/v1
err|    |             ^^^^^^^^^^^^^
err|    |
err|    = hint: write `apiVersion: trueup.dev/v1alpha1`
err|
err| 3 errors
exit 1

# Literal credentials and missing variables.
write all.yaml
| apiVersion: trueup.dev/v1alpha1
| kind: Provider
| metadata: { name: zegoal }
| spec:
|   zegoal:
|     tenant: zegoal
|     credentials: { login: { env: MISSING }, password: hunter2-literal }
$ validate -f all.yaml
err| warning[missing-credential]: the environment variable `MISSING` is not set
err|  --> all.yaml:7:27
err|   |
err| 7 |     credentials: …{ env: MISSING } …
err|   |                   ^^^^^^^^^^^^^^^^
err|   |
err|   = hint: set it, for instance with `export MISSING=…`
err|
err| error[literal-credential]: the credential `zegoal.credentials.password` stands in the manifest
err|  --> all.yaml:7:45
err|   |
err| 7 |     credentials: …password: …
err|   |                   ^^^^^^^^
err|   |
err|   = hint: write `password: { env: NAME }` or `password: { file: path }`, and replace the credential: it may be known to others by now
err|
err| 1 error, 1 warning
exit 1

# Nothing at all.
remove all.yaml
$ validate -f .
err| error[no-manifests]: the folder `.` holds no manifest
err| --> .
err|  = hint: files ending in `.yaml`, `.yml` and `.json` are read; names that start with a dot are not
err|
err| 1 error
exit 1
$ validate -f nowhere.yaml
err| error[unreadable-file]: `nowhere.yaml` cannot be read: No such file or directory (os error 2)
err| --> nowhere.yaml
err|  = hint: check the path
err|
err| 1 error
exit 1
