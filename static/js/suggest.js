// Makes the site's search box a combobox (WAI-ARIA pattern "list autocomplete with manual selection"): while somebody types,
// what may be meant is listed below. The focus stays in the box, Enter without a choice searches as ever, and without this
// script the box is a plain search box.

const WAIT_MILLISECONDS = 120; // from the last key to the question
const SHORTEST = 2;

for (const form of document.querySelectorAll("[data-suggest]")) makeCombobox(form, form.querySelector("input[name=q]"));

function makeCombobox(form, input) {
  const list = document.createElement("div");
  const said = document.createElement("p");
  const known = new Map(); // answers of this page, by what was typed
  let options = [];
  let active = -1;
  let waiting = 0;
  let asked = null;

  list.id = `${input.id}-suggestions`;
  list.className = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Suggestions");
  list.hidden = true;
  said.className = "visually-hidden";
  said.setAttribute("role", "status");
  form.append(list, said);
  const attributes = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id };
  for (const [name, value] of Object.entries(attributes)) input.setAttribute(name, value);

  const isOpen = () => !list.hidden;

  function close() {
    clearTimeout(waiting);
    asked?.abort();
    list.hidden = true;
    choose(-1);
    input.setAttribute("aria-expanded", "false");
  }

  function choose(place) {
    options[active]?.setAttribute("aria-selected", "false");
    active = place;
    const option = options[active];
    if (!option) return input.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  function show(groups) {
    options = [];
    list.replaceChildren(...groups.map((group, number) => groupElement(group, number)));
    active = -1;
    input.removeAttribute("aria-activedescendant");
    list.hidden = !options.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    said.textContent = options.length ? `${options.length} suggestion${options.length === 1 ? "" : "s"}, use the arrow keys.` : "";
  }

  function groupElement(group, number) {
    const element = document.createElement("div");
    const label = document.createElement("div");
    label.id = `${list.id}-group-${number}`;
    label.className = "suggestions__label";
    label.setAttribute("role", "presentation");
    label.textContent = group.label;
    element.setAttribute("role", "group");
    element.setAttribute("aria-labelledby", label.id);
    element.append(label, ...group.suggestions.map(optionElement));
    return element;
  }

  function optionElement(suggestion) {
    const option = document.createElement("div");
    const text = document.createElement("span");
    text.textContent = suggestion.text;
    option.id = `${list.id}-${options.length}`;
    option.className = "suggestions__option";
    option.dataset.url = suggestion.url;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    option.append(text);
    if (suggestion.detail) {
      const detail = document.createElement("span");
      detail.className = "muted";
      detail.textContent = suggestion.detail;
      option.append(" ", detail);
    }
    options.push(option);
    return option;
  }

  async function ask() {
    const typed = input.value.trim();
    if (typed.length < SHORTEST) return close();
    asked?.abort();
    asked = new AbortController();
    try {
      if (!known.has(typed)) {
        const answer = await fetch(`${form.dataset.suggest}?${new URLSearchParams({ q: typed })}`, { signal: asked.signal });
        if (!answer.ok) return close();
        known.set(typed, (await answer.json()).groups);
      }
      if (input.value.trim() === typed && document.activeElement === input) show(known.get(typed));
    } catch (error) {
      if (error.name !== "AbortError") close(); // The net is gone: the box stays a plain one.
    }
  }

  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, WAIT_MILLISECONDS);
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!isOpen()) return void ask();
      if (event.altKey) return event.key === "ArrowUp" ? close() : undefined;
      const step = event.key === "ArrowDown" ? 1 : -1;
      // One place more than there are options: the box itself.
      choose(((active + 1 + step + options.length + 1) % (options.length + 1)) - 1);
    } else if (event.key === "Escape" && isOpen()) {
      event.preventDefault();
      close();
    } else if (event.key === "Enter" && options[active] && isOpen()) {
      event.preventDefault();
      location.assign(options[active].dataset.url);
    } else if (event.key === "Tab") close();
    else if (["Home", "End", "ArrowLeft", "ArrowRight"].includes(event.key)) choose(-1); // These move in the text.
  });
  input.addEventListener("blur", close);
  form.addEventListener("submit", close);
  // Pressing an option must not take the focus out of the box.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) location.assign(option.dataset.url);
  });
}
