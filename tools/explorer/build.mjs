// Copies the explorer's parts from npm into static/explorer/vendor, the same bytes each time: no bundler, no minifier of our own.
// Fonts inside the style sheet (370 of its 410 kB) are left out: the page uses the system's, as the rest of the site does.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";

const modules = new URL("node_modules/", import.meta.url);
const target = new URL(process.argv[2] ?? "../../static/explorer/vendor/", import.meta.url);
const withoutMap = (text) => text.replace(/\s*\/[/*]# sourceMappingURL=\S+(\s*\*\/)?\s*$/, "\n");
const withoutFonts = (text) => withoutMap(text).replace(/@font-face\s*\{[^}]*\}/g, "");
const parts = [
  ["react", "umd/react.production.min.js", "react.js", withoutMap],
  ["react-dom", "umd/react-dom.production.min.js", "react-dom.js", withoutMap],
  ["graphiql", "graphiql.min.js", "graphiql.js", withoutMap],
  ["graphiql", "graphiql.min.css", "graphiql.css", withoutFonts],
];

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
const sums = [];
const licences = [];
for (const [name, from, to, change] of parts) {
  const text = change(readFileSync(new URL(`${name}/${from}`, modules), "utf8"));
  writeFileSync(new URL(to, target), text);
  sums.push(`${createHash("sha256").update(text).digest("hex")}  ${to}`);
}
// The bundle holds these, each under the MIT licence or one like it.
const packages = JSON.parse(readFileSync(new URL("package-lock.json", import.meta.url), "utf8")).packages;
for (const [path, { version, license, dev }] of Object.entries(packages)) {
  if (path && !dev && !path.includes("/@types/")) licences.push(`${path.replace(/^.*node_modules\//, "")} ${version}: ${license}`);
}
for (const name of ["graphiql", "react"]) licences.push("", `${name}`, "", readFileSync(new URL(`${name}/LICENSE`, modules), "utf8").trim());
writeFileSync(new URL("LICENCES.txt", target), licences.join("\n") + "\n");
writeFileSync(new URL("SHA256SUMS", target), sums.join("\n") + "\n");
