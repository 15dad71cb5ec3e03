// Shows what a word of the field means where it is said: on hover, on focus and on a tap. Without this script the word is a link to
// the list of words on the same page, and a screen reader tells its meaning either way (aria-describedby).

const LINGER_MILLISECONDS = 250; // so that the pointer can move from the word onto the explanation

const box = document.createElement("div");
box.className = "term-box";
box.setAttribute("role", "tooltip");
box.hidden = true;

let shownFor = null;
let leaving = 0;

function show(term) {
  clearTimeout(leaving);
  const meaning = document.getElementById(term.dataset.term);
  if (!meaning || shownFor === term) return;
  shownFor = term;
  box.replaceChildren(...[...meaning.children].map((part) => {
    const line = document.createElement("p");
    line.textContent = part.textContent;
    if (part.localName === "dt") line.className = "term-box__name";
    return line;
  }));
  box.hidden = false;
  place();
}

// Puts the explanation below its word, or above it where there is no room.
function place() {
  const word = shownFor.getClientRects()[0];
  const width = Math.min(340, innerWidth - 24);
  box.style.width = `${width}px`;
  box.style.left = `${Math.max(12, Math.min(word.left, innerWidth - width - 12))}px`;
  const below = word.bottom + 6;
  box.style.top = `${below + box.offsetHeight > innerHeight ? Math.max(6, word.top - box.offsetHeight - 6) : below}px`;
}

// A browser tells of scrolling a moment later, also of the scrolling that brought the word under the pointer: so the explanation
// goes along with its word, and goes away when its word is out of sight.
function goAlong() {
  if (!shownFor) return;
  const word = shownFor.getClientRects()[0];
  const view = shownFor.closest("[data-transcript]")?.getBoundingClientRect() ?? { top: 0, bottom: innerHeight };
  const isInSight = word.bottom > Math.max(0, view.top) && word.top < Math.min(innerHeight, view.bottom);
  if (isInSight) place();
  else hide();
}

function hide() {
  clearTimeout(leaving);
  shownFor = null;
  box.hidden = true;
}

function leave() {
  clearTimeout(leaving);
  leaving = setTimeout(hide, LINGER_MILLISECONDS);
}

if (document.querySelector(".term")) {
  document.body.append(box);
  document.addEventListener("pointerover", (event) => {
    const term = event.target.closest?.(".term");
    if (term && event.pointerType === "mouse") show(term);
    else if (box.contains(event.target)) clearTimeout(leaving);
    else if (shownFor && document.activeElement !== shownFor) leave();
  });
  document.addEventListener("focusin", (event) => {
    const term = event.target.closest(".term");
    if (term?.matches(":focus-visible")) show(term);
    else hide();
  });
  document.addEventListener("focusout", hide);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && shownFor) hide();
  });
  // A tap has no hover: it shows the meaning here instead of leading away from the line that is being read.
  document.addEventListener("click", (event) => {
    const term = event.target.closest(".term");
    if (!term) return hide();
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    if (event.detail === 0 && shownFor === term) hide();
    else show(term);
  });
  addEventListener("scroll", goAlong, { passive: true, capture: true });
}
