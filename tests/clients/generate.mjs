// Does what the partner's own `graphql-codegen` does with the documentation's codegen.ts: the same plugins, the same documents.
// The command-line tool itself is left out: it would bring hundreds of packages for loading the three files that are read here.
import { codegen } from "@graphql-codegen/core";
import * as typedDocumentNode from "@graphql-codegen/typed-document-node";
import * as typescriptOperations from "@graphql-codegen/typescript-operations";
import { buildSchema, parse } from "graphql";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const PLUGINS = { "typescript-operations": typescriptOperations, "typed-document-node": typedDocumentNode };
const folder = resolve(process.argv[2]);
const { default: config } = await import(pathToFileURL(join(folder, "codegen.js")));
const [path, { plugins }] = Object.entries(config.generates)[0];
const text = await (await fetch(config.schema)).text();
const queries = join(folder, dirname(config.documents));
const documents = readdirSync(queries)
  .filter((name) => name.endsWith(".graphql"))
  .map((name) => ({ location: name, document: parse(readFileSync(join(queries, name), "utf8")) }));
const schema = buildSchema(text);
const made = await codegen({
  filename: path,
  schema: parse(text),
  schemaAst: schema,
  documents,
  config: config.config ?? {},
  plugins: plugins.map((name) => ({ [name]: {} })),
  pluginMap: PLUGINS,
});
mkdirSync(dirname(join(folder, path)), { recursive: true });
writeFileSync(join(folder, path), made);
