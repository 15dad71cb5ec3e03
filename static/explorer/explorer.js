// Puts GraphiQL on the page and a key before its requests. The key lives in this browser tab only and goes nowhere but to the API.
const { React, ReactDOM, GraphiQL } = window;
const read = (id) => JSON.parse(document.getElementById(id).textContent);
const byId = (id) => document.getElementById(id);
const { endpoint } = read("addresses");
const examples = read("examples");
const KEY = "academy-api-key";

// --- Who asks

const key = () => sessionStorage.getItem(KEY) ?? "";

async function send(body, headers = {}) {
  const authorization = key() ? { Authorization: `Bearer ${key()}` } : {};
  return fetch(endpoint, {
    method: "POST",
    credentials: "omit",
    headers: { "Content-Type": "application/json", Accept: "application/graphql-response+json, application/json;q=0.9", ...authorization, ...headers },
    body: JSON.stringify(body),
  });
}

async function tellReader() {
  const reader = byId("reader");
  byId("forget").hidden = !key();
  try {
    const response = await send({ query: "{ viewer { kind organisation { name } } }" });
    const { data, errors } = await response.json();
    const organisation = data?.viewer?.organisation?.name;
    reader.textContent = organisation ? `You read as ${organisation}.` : data ? "You read as the public." : errors[0].message;
    reader.dataset.state = data ? "good" : "bad";
  } catch {
    reader.textContent = "The API does not answer.";
    reader.dataset.state = "bad";
  }
}

byId("key-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const field = byId("key");
  const text = field.value.trim();
  // No header could carry other signs: the browser would refuse to send any request.
  if (text && !/^[\x21-\x7e]+$/.test(text)) {
    byId("reader").textContent = "This is no key.";
    byId("reader").dataset.state = "bad";
    field.select();
    return;
  }
  if (text) sessionStorage.setItem(KEY, text);
  field.value = "";
  tellReader();
});
byId("forget").addEventListener("click", () => {
  sessionStorage.removeItem(KEY);
  tellReader();
  byId("key").focus();
});

// --- What is asked

async function fetcher(parameters, options) {
  const begun = performance.now();
  const response = await send(parameters, options?.headers);
  const answer = await response.json();
  if (parameters.operationName === "IntrospectionQuery") return answer;
  const facts = [`HTTP ${response.status}`, `${Math.round(performance.now() - begun)} ms`];
  const cost = answer.extensions?.cost;
  if (cost !== undefined) facts.push(`cost ${Number(typeof cost === "object" ? cost.requested ?? cost.cost : cost).toLocaleString("en-GB")}`);
  byId("facts").textContent = facts.join(" · ");
  return answer;
}

// Tabs and history last as long as the browser tab: desks are shared.
const storage = {
  getItem: (name) => sessionStorage.getItem(name),
  setItem: (name, value) => sessionStorage.setItem(name, value),
  removeItem: (name) => sessionStorage.removeItem(name),
  get length() { return sessionStorage.length; },
  clear() { for (const name of Object.keys(sessionStorage)) if (name.startsWith("graphiql:")) sessionStorage.removeItem(name); },
};

let editors;
function Watch() {
  editors = GraphiQL.React.useEditorContext();
  return null;
}

byId("example").addEventListener("change", (event) => {
  const example = examples.find((one) => one.name === event.target.value);
  event.target.value = "";
  if (!example || !editors?.queryEditor) return;
  const written = editors.queryEditor.getValue().trim();
  const isOwn = written && !examples.some((one) => one.query.trim() === written);
  if (isOwn) editors.addTab();
  // A new tab fills the editors first; what the reader wrote stays in its own.
  setTimeout(() => {
    editors.queryEditor.setValue(example.query);
    editors.variableEditor?.setValue(example.variables && JSON.stringify(JSON.parse(example.variables), null, 2));
    editors.queryEditor.focus();
  }, 50);
});

ReactDOM.createRoot(byId("explorer")).render(
  React.createElement(
    GraphiQL,
    {
      fetcher,
      storage,
      defaultQuery: examples[0].query,
      defaultEditorToolsVisibility: "variables",
      inputValueDeprecation: true,
      schemaDescription: true,
      shouldPersistHeaders: false,
      isHeadersEditorEnabled: true,
    },
    React.createElement(GraphiQL.Logo, null, null),
    React.createElement(GraphiQL.Footer, null, React.createElement(Watch)),
  ),
);
tellReader();
