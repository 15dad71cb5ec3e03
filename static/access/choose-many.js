// Choosers for the admin's forms. A native <select multiple> keeps the value (Wagtail's autosave and forms read it); this shows what
// is chosen as a list with buttons, and the rest in a combobox that follows the ARIA pattern: type, arrows, Enter, Escape.
(() => {
  const MOST_SHOWN = 50;
  const fold = (text) => text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  // What has the typed words whole comes before what only holds them: "17" means number 17 before number 117.
  const closeness = (text, typed, words) => {
    const own = fold(text).split(/\s+/);
    return 2 * fold(text).startsWith(typed) + words.every((word) => own.includes(word));
  };
  const make = (name, attributes = {}, text = "") => {
    const element = document.createElement(name);
    Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));
    element.textContent = text;
    return element;
  };

  class ChooseMany extends window.StimulusModule.Controller {
    static values = { createUrl: String, noun: { type: String, default: "item" } };

    connect() {
      this.element.querySelectorAll(":scope > :not(select)").forEach((old) => old.remove());
      this.select = this.element.querySelector("select");
      this.select.hidden = true;
      this.label = document.querySelector(`label[for="${this.select.id}"], label[for="${this.select.id}-search"]`);
      this.build();
      this.showChosen();
    }

    disconnect() {
      this.select.hidden = false;
      if (this.label) this.label.htmlFor = this.select.id;
    }

    get name() {
      return (this.label?.textContent ?? this.nounValue).replace(/\s*\*?\s*$/, "").trim();
    }

    build() {
      const id = this.select.id;
      this.chosen = make("ul", { class: "choose-many__chosen", "aria-label": `Chosen: ${this.name}` });
      this.input = make("input", {
        type: "text", id: `${id}-search`, role: "combobox", autocomplete: "off", "aria-autocomplete": "list",
        "aria-expanded": "false", "aria-controls": `${id}-list`, placeholder: `Search for a ${this.nounValue}`,
      });
      if (this.label) this.label.htmlFor = this.input.id;
      else this.input.setAttribute("aria-label", this.nounValue);
      for (const name of ["aria-describedby", "aria-invalid"])
        if (this.select.hasAttribute(name)) this.input.setAttribute(name, this.select.getAttribute(name));
      this.list = make("ul", { class: "choose-many__list", id: `${id}-list`, role: "listbox", "aria-label": this.name });
      this.list.hidden = true;
      this.told = make("div", { role: "status", class: "w-sr-only" });
      this.error = make("p", { role: "alert", class: "choose-many__error" });
      this.error.hidden = true;
      this.element.append(this.chosen, this.input, this.list, this.told, this.error);
      this.input.addEventListener("input", (event) => { event.stopPropagation(); this.open(); });
      // Only the select's own change is one of the form.
      this.input.addEventListener("change", (event) => event.stopPropagation());
      this.input.addEventListener("click", () => this.open());
      this.input.addEventListener("keydown", (event) => this.key(event));
      this.input.addEventListener("blur", () => this.close());
      // The box keeps the focus while somebody clicks into its list.
      this.list.addEventListener("mousedown", (event) => event.preventDefault());
      this.list.addEventListener("click", (event) => this.take(event.target.closest("[role=option]")));
      this.chosen.addEventListener("click", (event) => this.remove(event.target.closest("button")));
    }

    showChosen() {
      this.chosen.replaceChildren(
        ...[...this.select.selectedOptions].map((option) => {
          const item = make("li", {}, option.text);
          item.append(make("button", { type: "button", "data-value": option.value, "aria-label": `Remove ${option.text}` }, "×"));
          return item;
        }),
      );
    }

    open() {
      const typed = fold(this.input.value.trim());
      const words = typed.split(/\s+/);
      const free = [...this.select.options].filter((option) => !option.selected);
      const found = free.filter((option) => words.every((word) => fold(option.text).includes(word)));
      found.sort((left, right) => closeness(right.text, typed, words) - closeness(left.text, typed, words));
      const items = found.slice(0, MOST_SHOWN).map((option) => this.item(option.text, { "data-value": option.value }));
      const isThere = [...this.select.options].some((option) => fold(option.text) === typed);
      if (typed && this.createUrlValue && !isThere)
        items.push(this.item(`Create the ${this.nounValue} “${this.input.value.trim()}”`, { "data-create": "" }));
      if (found.length > MOST_SHOWN) items.push(this.item(`${found.length - MOST_SHOWN} more: type to narrow the list`, { "aria-disabled": "true" }));
      if (!items.length) items.push(this.item(typed ? "Nothing has this name" : "Everything is chosen", { "aria-disabled": "true" }));
      items.forEach((item, index) => { item.id = `${this.list.id}-${index}`; });
      this.list.replaceChildren(...items);
      // The bar with the buttons lies over the foot of the window: there the list opens upwards.
      const place = this.input.getBoundingClientRect();
      const opensUp = window.innerHeight - place.bottom < 360 && place.top > 360;
      this.list.style.insetBlockEnd = opensUp ? `${this.element.getBoundingClientRect().bottom - place.top}px` : "";
      this.list.hidden = false;
      this.input.setAttribute("aria-expanded", "true");
      this.mark(typed ? this.options[0] : null);
      this.told.textContent = `${found.length} found`;
    }

    item(text, attributes) {
      return make("li", { role: "option", "aria-selected": "false", ...attributes }, text);
    }

    get options() {
      return [...this.list.querySelectorAll("[role=option]:not([aria-disabled])")];
    }

    mark(item) {
      this.list.querySelectorAll("[aria-selected=true]").forEach((old) => old.setAttribute("aria-selected", "false"));
      this.marked = item ?? null;
      if (!item) { this.input.removeAttribute("aria-activedescendant"); return; }
      item.setAttribute("aria-selected", "true");
      item.scrollIntoView({ block: "nearest" });
      this.input.setAttribute("aria-activedescendant", item.id);
    }

    close() {
      this.list.hidden = true;
      this.input.setAttribute("aria-expanded", "false");
      this.mark(null);
    }

    key(event) {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) {
        event.preventDefault();
        if (this.list.hidden) { this.open(); if (this.marked) return; }
        const options = this.options;
        const at = options.indexOf(this.marked);
        if (options.length) this.mark(options[at < 0 ? (step > 0 ? 0 : options.length - 1) : (at + step + options.length) % options.length]);
      } else if (event.key === "Enter") {
        // Never the form's: half a name in this box is no wish to save.
        event.preventDefault();
        if (!this.list.hidden) this.take(this.marked);
      } else if (event.key === "Escape" && !this.list.hidden) {
        event.stopPropagation();
        this.close();
      }
    }

    async take(item) {
      if (!item || item.hasAttribute("aria-disabled")) return;
      if (item.hasAttribute("data-create")) { await this.create(this.input.value.trim()); return; }
      const option = [...this.select.options].find((candidate) => candidate.value === item.dataset.value);
      option.selected = true;
      this.changed(`${option.text} chosen`);
    }

    remove(button) {
      if (!button) return;
      const option = [...this.select.options].find((candidate) => candidate.value === button.dataset.value);
      option.selected = false;
      this.changed(`${option.text} removed`);
      this.input.focus();
    }

    changed(word) {
      this.input.value = "";
      this.close();
      this.showChosen();
      this.told.textContent = word;
      this.error.hidden = true;
      this.select.dispatchEvent(new Event("input", { bubbles: true }));
      this.select.dispatchEvent(new Event("change", { bubbles: true }));
    }

    async create(name) {
      this.close();
      let answer;
      try {
        const response = await fetch(this.createUrlValue, {
          method: "POST",
          headers: { [window.wagtailConfig.CSRF_HEADER_NAME]: window.wagtailConfig.CSRF_TOKEN },
          body: new URLSearchParams({ name }),
        });
        answer = await response.json();
      } catch {
        answer = { error: "The server did not answer. Try again." };
      }
      if (answer.error) {
        this.error.textContent = answer.error;
        this.error.hidden = false;
        return;
      }
      const known = [...this.select.options].find((option) => option.value === String(answer.value));
      if (known) known.selected = true;
      else this.select.add(new Option(answer.label, answer.value, true, true));
      this.changed(answer.told);
    }
  }

  // The list of organisations counts for one audience only, and is shown with it alone.
  class AudienceChoice extends window.StimulusModule.Controller {
    connect() { this.show(); }

    show() {
      const chosen = this.element.querySelector("input:checked")?.value === "chosen";
      const field = this.element.closest("form")?.querySelector("select[name$=audience_organisations]");
      const wrapper = field?.closest(".w-panel__wrapper") ?? field?.closest(".w-field__wrapper");
      if (wrapper) wrapper.hidden = !chosen;
    }
  }

  // "Change who sees it" in the status panel: opens the tab of the field and goes to it; without the field it is a plain link.
  class AudienceLink extends window.StimulusModule.Controller {
    go(event) {
      const field = document.querySelector("[data-edit-form] [name=audience]:checked, [data-edit-form] [name=audience]");
      if (!field) return;
      event.preventDefault();
      const tab = field.closest("[role=tabpanel]")?.getAttribute("aria-labelledby");
      if (tab) document.getElementById(tab).click();
      const toggle = field.closest("[data-panel]")?.querySelector("[data-panel-toggle]");
      if (toggle?.getAttribute("aria-expanded") === "false") toggle.click();
      field.scrollIntoView({ block: "center" });
      field.focus();
    }
  }

  const register = () => {
    if (window.academyChoosers) return;
    window.academyChoosers = true;
    window.wagtail.app.register("academy-choose-many", ChooseMany);
    window.wagtail.app.register("academy-audience", AudienceChoice);
    window.wagtail.app.register("academy-audience-link", AudienceLink);
  };
  if (window.wagtail?.app) register();
  else document.addEventListener("DOMContentLoaded", register);
})();
