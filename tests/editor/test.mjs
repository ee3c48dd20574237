// Starts the language server that editors use for YAML, opens manifests in it
// and asserts on what a user would see: completion, hover, and squiggles.
//
//   npm ci --ignore-scripts && npm test

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..", "..");

// The server starts in about a second; on a busy machine in ten.
const ANSWER_MILLISECONDS_MAX = 30_000;
const WHOLE_RUN_MILLISECONDS_MAX = 120_000;

const failAt = setTimeout(() => {
  console.error(`no end after ${WHOLE_RUN_MILLISECONDS_MAX} ms`);
  process.exit(1);
}, WHOLE_RUN_MILLISECONDS_MAX);

/** A language server on the other end of a pipe. */
class Server {
  #child = spawn(process.execPath, [
    join(here, "node_modules", "yaml-language-server", "bin", "yaml-language-server"),
    "--stdio",
  ], { stdio: ["pipe", "pipe", "inherit"] });
  #buffer = Buffer.alloc(0);
  #number = 0;
  #answers = new Map();
  #diagnostics = new Map();

  constructor() {
    this.#child.stdout.on("data", (bytes) => this.#take(bytes));
  }

  #take(bytes) {
    this.#buffer = Buffer.concat([this.#buffer, bytes]);
    for (;;) {
      const end = this.#buffer.indexOf("\r\n\r\n");
      if (end < 0) return;
      const length = Number(/Content-Length: (\d+)/i.exec(this.#buffer.toString("ascii", 0, end))[1]);
      if (this.#buffer.length < end + 4 + length) return;
      const text = this.#buffer.toString("utf8", end + 4, end + 4 + length);
      this.#buffer = this.#buffer.subarray(end + 4 + length);
      this.#hear(JSON.parse(text));
    }
  }

  #hear(message) {
    if (message.method === "textDocument/publishDiagnostics") {
      const { uri, diagnostics } = message.params;
      this.#diagnostics.get(uri)?.(diagnostics);
    } else if (message.method === "workspace/configuration") {
      // No settings: what the `$schema` line of the manifest says is enough.
      this.#send({ id: message.id, result: message.params.items.map(() => null) });
    } else if (message.method && message.id !== undefined) {
      this.#send({ id: message.id, result: null });
    } else if (this.#answers.has(message.id)) {
      this.#answers.get(message.id)(message);
      this.#answers.delete(message.id);
    }
  }

  #send(message) {
    const text = JSON.stringify({ jsonrpc: "2.0", ...message });
    this.#child.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  }

  #within(what, start) {
    return new Promise((resolve, reject) => {
      const late = setTimeout(
        () => reject(new Error(`${what}: no answer after ${ANSWER_MILLISECONDS_MAX} ms`)),
        ANSWER_MILLISECONDS_MAX,
      );
      start((value) => {
        clearTimeout(late);
        resolve(value);
      });
    });
  }

  async ask(method, params) {
    const id = ++this.#number;
    const answer = await this.#within(method, (resolve) => {
      this.#answers.set(id, resolve);
      this.#send({ id, method, params });
    });
    assert.equal(answer.error, undefined, `${method}: ${JSON.stringify(answer.error)}`);
    return answer.result;
  }

  tell(method, params) {
    this.#send({ method, params });
  }

  /** Opens a text as a file of this repository, and waits for what is wrong. */
  async open(path, text) {
    const uri = pathToFileURL(join(root, path)).href;
    const diagnostics = await this.#within(`diagnostics of ${path}`, (resolve) => {
      this.#diagnostics.set(uri, resolve);
      this.tell("textDocument/didOpen", {
        textDocument: { uri, languageId: "yaml", version: 1, text },
      });
    });
    return { uri, diagnostics };
  }

  async close() {
    await this.ask("shutdown", null);
    this.tell("exit");
    this.#child.kill();
  }
}

/** The place of the end of `needle`. */
function after(text, needle) {
  const at = text.indexOf(needle);
  assert.ok(at >= 0, `the text has no ${JSON.stringify(needle)}`);
  const lines = text.slice(0, at + needle.length).split("\n");
  return { line: lines.length - 1, character: lines.at(-1).length };
}

const HEAD = `# yaml-language-server: $schema=../../schemas/trueup.schema.json
apiVersion: trueup.dev/v1alpha1
`;

const server = new Server();
await server.ask("initialize", {
  processId: process.pid,
  rootUri: pathToFileURL(root).href,
  capabilities: {
    workspace: { configuration: true },
    textDocument: {
      completion: { completionItem: { documentationFormat: ["markdown"] } },
      hover: { contentFormat: ["markdown"] },
      publishDiagnostics: {},
    },
  },
});
server.tell("initialized", {});

let passed = 0;
async function test(name, run) {
  try {
    await run();
    passed += 1;
    console.log(`ok ${name}`);
  } catch (error) {
    console.error(`failed ${name}\n${error.stack}`);
    process.exitCode = 1;
  }
}

for (const path of [
  "manifests/providers.yaml",
  "manifests/acronis/harbour.yaml",
  "manifests/cove/aegean.yaml",
  "manifests/zegoal/acme.yaml",
]) {
  await test(`${path} has nothing wrong with it`, async () => {
    const { diagnostics } = await server.open(path, readFileSync(join(root, path), "utf8"));
    assert.deepEqual(diagnostics, []);
  });
}

await test("completion lists the fields of the kind", async () => {
  const text = `${HEAD}kind: ZegoalAccount
metadata:
  name: acme
spec:
  billing:
    currency: EUR
    \n`;
  const { uri } = await server.open("manifests/zegoal/completion.yaml", text);
  const list = await server.ask("textDocument/completion", {
    textDocument: { uri },
    position: after(text, "EUR\n    "),
  });
  const labels = list.items.map((item) => item.label);
  for (const field of ["taxNumber", "validTo", "billCycleId"]) {
    assert.ok(labels.includes(field), `${field} is not among ${labels}`);
  }
  assert.ok(!labels.includes("currency"), "what is written is not offered again");
  assert.ok(!labels.includes("billingProfileId"), "what the provider makes is not offered");
});

await test("hover tells the meaning, the unit and the name on the wire", async () => {
  const text = `${HEAD}kind: AcronisCustomer
metadata:
  name: acme
spec:
  billing:
    paymentTerms: 14
`;
  const { uri, diagnostics } = await server.open("manifests/acronis/hover.yaml", text);
  assert.deepEqual(diagnostics, []);
  const hover = await server.ask("textDocument/hover", {
    textDocument: { uri },
    position: after(text, "paymentTer"),
  });
  const said = JSON.stringify(hover?.contents ?? "");
  for (const part of [/days/i, /Wire name/]) assert.match(said, part);
});

await test("an unknown key is flagged where it stands", async () => {
  const text = `${HEAD}kind: ZegoalAccount
metadata:
  name: acme
spec:
  basic:
    acountName: Acme
`;
  const { diagnostics } = await server.open("manifests/zegoal/unknown-key.yaml", text);
  assert.equal(diagnostics.length, 1, JSON.stringify(diagnostics));
  assert.match(diagnostics[0].message, /acountName/);
  assert.equal(diagnostics[0].range.start.line, 7);
});

await test("a value that is not in the list is flagged", async () => {
  const text = `${HEAD}kind: CovePartner
metadata:
  name: acme
spec:
  name: Acme
  serviceType: Everything
`;
  const { diagnostics } = await server.open("manifests/cove/wrong-value.yaml", text);
  assert.ok(diagnostics.length >= 1);
  assert.ok(diagnostics.every((one) => one.range.start.line === 7), JSON.stringify(diagnostics));
  assert.match(diagnostics.map((one) => one.message).join("\n"), /AllInclusive/);
});

await test("a kind that there is not is flagged", async () => {
  const text = `${HEAD}kind: CovePartners
metadata:
  name: acme
spec: {}
`;
  const { diagnostics } = await server.open("manifests/cove/wrong-kind.yaml", text);
  assert.match(diagnostics.map((one) => one.message).join("\n"), /CovePartner/);
});

await server.close();
clearTimeout(failAt);
console.log(`${passed} passed, ${process.exitCode ? "some" : 0} failed`);
