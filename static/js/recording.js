// Makes the transcript of a recording live: it follows the player, and a click on its words moves the player. Without this
// script the page is whole: every time stamp is a link that opens the recording at that second.

const player = document.querySelector("[data-player]");
const transcript = document.querySelector("[data-transcript]");
const cues = transcript ? [...transcript.querySelectorAll("span[data-start]")] : [];
const starts = cues.map((cue) => Number(cue.dataset.start));
const chapters = [...document.querySelectorAll("[data-chapters] a[data-seek]")];
const chapterStarts = chapters.map((chapter) => Number(chapter.dataset.seek));
const followButton = document.querySelector("[data-follow]");
// The second in the page's address, if any: a whole second stands for all that begins within it.
const startsAt = Number(player?.getAttribute("src").split("#t=")[1]?.split(",")[0] ?? NaN);

let current = null; // the cue that is spoken
let isFollowing = true; // whether the transcript scrolls with the player
let ownScrollTop = 0; // where this script last scrolled the transcript to

// The place of the last number in `sorted` that is not above `value`, or -1.
function placeAt(sorted, value) {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

// The address of this page at a second; null gives the address without one.
function addressAt(seconds) {
  const url = new URL(location.href);
  if (seconds === null) url.searchParams.delete("t");
  else url.searchParams.set("t", String(Math.floor(seconds)));
  url.hash = "";
  return url;
}

function seek(seconds) {
  const go = () => {
    player.currentTime = seconds;
    player.play().catch(() => {}); // The reader's settings may forbid it: then the player stands at the second, ready.
  };
  if (player.readyState >= HTMLMediaElement.HAVE_METADATA) go();
  else {
    player.addEventListener("loadedmetadata", go, { once: true });
    player.load();
  }
  history.replaceState(null, "", addressAt(seconds));
  const box = player.getBoundingClientRect();
  // Sound has no picture to bring into view: its bar tells what it does.
  if (player.localName === "video" && (box.bottom < 80 || box.top > innerHeight - 80)) player.scrollIntoView({ block: "start", behavior: "instant" });
}

function makeSeekable() {
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const link = event.target.closest("a[data-seek]");
    if (link) {
      event.preventDefault();
      follow(true);
      seek(Number(link.dataset.seek));
      return;
    }
    if (event.target.closest("a, button")) return;
    const cue = event.target.closest("span[data-start]");
    // Somebody who marks words to copy them does not want to jump.
    if (cue && transcript?.contains(cue) && getSelection().isCollapsed) {
      follow(true);
      seek(Number(cue.dataset.start));
    }
  });
}

function follow(isWanted) {
  isFollowing = isWanted;
  followButton?.classList.toggle("is-offered", !isWanted && hasOwnScroll());
  if (isWanted) showCurrent();
}

function hasOwnScroll() {
  return transcript !== null && transcript.scrollHeight > transcript.clientHeight + 1 && getComputedStyle(transcript).overflowY === "auto";
}

// Bring a cue near the top of the transcript's own scroll; the page itself never moves.
function show(cue) {
  if (!hasOwnScroll()) return;
  const top = cue.getBoundingClientRect().top - transcript.getBoundingClientRect().top + transcript.scrollTop;
  transcript.scrollTop = top - Math.min(transcript.clientHeight / 3, 48);
  ownScrollTop = transcript.scrollTop;
}

// Bring a cue into view below the player, which may stand over the page while it is read.
function bringIntoView(cue) {
  show(cue);
  const frame = player?.closest(".recording__player");
  const isOver = frame && getComputedStyle(frame).position === "sticky";
  const top = isOver ? frame.offsetHeight + 16 : 16;
  const box = cue.getBoundingClientRect();
  if (box.top < (isOver ? top : 0) || box.bottom > innerHeight) scrollBy(0, box.top - top);
}

// Who arrives at a moment sees the player and the words together, wherever the browser went for the words alone.
function arrive(line) {
  scrollTo(0, 0);
  bringIntoView(line);
}

function showCurrent() {
  if (current && isFollowing) show(current);
}

function mark(old, now) {
  if (old === now) return false;
  old?.removeAttribute("aria-current");
  now?.setAttribute("aria-current", "true");
  // A plain span is nothing to assistive technology: the spoken line is told as marked text, and can be given the focus.
  if (old?.localName === "span") old.removeAttribute("role");
  if (now?.localName === "span") {
    now.setAttribute("role", "mark");
    now.tabIndex = -1;
  }
  return true;
}

// The second by which the spoken cue is looked up while the player stands at `seconds`.
function readAt(seconds) {
  const isAtStart = Number.isInteger(startsAt) && seconds > startsAt - 0.05 && seconds < startsAt + 1;
  return isAtStart ? startsAt + 0.999 : seconds + 0.05;
}

function makeLive() {
  transcript.closest(".transcript").classList.add("is-live");
  current = transcript.querySelector("[aria-current]");
  let chapter = null;
  const update = () => {
    if (player.readyState < HTMLMediaElement.HAVE_METADATA) return;
    const seconds = readAt(player.currentTime);
    const isUntouched = player.paused && player.currentTime === 0;
    const cue = isUntouched ? null : (cues[placeAt(starts, seconds)] ?? null);
    const nextChapter = isUntouched ? null : (chapters[placeAt(chapterStarts, seconds)] ?? null);
    if (mark(chapter, nextChapter)) chapter = nextChapter;
    if (mark(current, cue)) {
      current = cue;
      showCurrent();
    }
  };
  for (const event of ["timeupdate", "seeking", "seeked", "play"]) player.addEventListener(event, update);
  // Only what the reader does ends the following: a browser that goes to the line in the address scrolls as well.
  let touchedAt = -Infinity;
  for (const event of ["wheel", "touchmove", "pointerdown", "keydown"])
    transcript.addEventListener(event, () => { touchedAt = performance.now(); }, { passive: true });
  transcript.addEventListener("scroll", () => {
    const isReaders = performance.now() - touchedAt < 1500;
    if (isFollowing && isReaders && Math.abs(transcript.scrollTop - ownScrollTop) > 2) follow(false);
  }, { passive: true });
  followButton.addEventListener("click", () => follow(true));
  showCurrent();
}

function makeCopyable() {
  const button = document.querySelector("[data-copy]");
  const said = document.querySelector("[data-copied]");
  button?.addEventListener("click", async () => {
    const url = addressAt(player.currentTime >= 1 ? player.currentTime : null);
    url.searchParams.delete("q");
    const address = url.href;
    try {
      await navigator.clipboard.writeText(address);
      said.textContent = "Copied.";
    } catch {
      said.textContent = address; // No clipboard here: shown, to be copied by hand.
    }
  });
}

// The server searches the transcript (it knows word forms, the glossary and spelling); its answer takes the place of the old
// one without a new page, so that the recording plays on. Should that fail, the form is sent as it is without this script.
function makeFindable() {
  const form = document.querySelector("[data-find]");
  const found = document.querySelector("[data-found]");
  const told = document.querySelector("[data-find-told]");
  const timeline = document.querySelector("[data-timeline]");
  let wanted = form.elements.q.value.trim();
  let place = -1;

  function step(by) {
    const places = [...found.querySelectorAll("[data-place]")];
    if (!places.length) return;
    place = place < 0 && by < 0 ? places.length - 1 : (place + by + places.length) % places.length;
    const seconds = Number(places[place].dataset.seek);
    for (const link of places) link.classList.toggle("is-here", link === places[place]);
    const cue = cues[placeAt(starts, seconds)];
    for (const one of transcript.querySelectorAll(".is-here")) one.classList.remove("is-here");
    cue?.classList.add("is-here");
    follow(false);
    if (cue) bringIntoView(cue);
    found.querySelector("[data-step-told]").textContent = `${place + 1} of ${places.length}`;
    told.textContent = `${place + 1} of ${places.length}: ${cue?.textContent ?? ""}`;
  }

  async function search(text) {
    const url = new URL(location.href);
    const asked = new FormData(form);
    asked.set("q", text);
    for (const [name, value] of asked) url.searchParams.set(name, value);
    if (!text) url.searchParams.delete("q");
    url.hash = "";
    const answer = await fetch(url, { headers: { Accept: "text/html" } });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const words = fresh.querySelectorAll("[data-transcript] span[data-start]");
    if (words.length !== cues.length) throw new Error("the transcript has changed");
    cues.forEach((cue, number) => {
      cue.replaceChildren(...words[number].childNodes);
      cue.classList.toggle("found", words[number].classList.contains("found"));
    });
    found.replaceChildren(...fresh.querySelector("[data-found]").childNodes);
    timeline?.replaceChildren(...fresh.querySelector("[data-timeline]").childNodes);
    history.replaceState(null, "", url);
    wanted = text;
    place = -1;
    step(1);
    told.textContent = found.querySelector("p")?.textContent ?? "";
    makeOneStop(found.querySelector(".places"));
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = form.elements.q.value.trim();
    if (text === wanted) step(1);
    else search(text).catch(() => form.submit());
  });
  found.addEventListener("click", (event) => {
    const button = event.target.closest("[data-step]");
    if (button) step(Number(button.dataset.step));
  });
  // Who came to find words sees the first of them; who came for a second stays there.
  if (wanted && hasOwnScroll() && !new URL(location.href).searchParams.has("t")) step(1);
}

// A list of many links is one stop of the Tab key; the arrow keys move within it. `lines` are what up and down go by.
function makeOneStop(list, lines = "a") {
  if (!list) return;
  const links = () => [...list.querySelectorAll("a[href]")];
  const enter = (link) => {
    for (const other of list.querySelectorAll('a[tabindex="0"]')) other.tabIndex = -1;
    link.tabIndex = 0;
  };
  for (const link of links()) link.tabIndex = -1;
  const here = list.querySelector("[aria-current]")?.closest("p")?.querySelector(lines);
  const first = here ?? links()[0];
  if (first) first.tabIndex = 0;
  list.addEventListener("focusin", (event) => { if (event.target.matches("a[href]")) enter(event.target); });
  list.addEventListener("keydown", (event) => {
    const from = event.target.closest("a[href], [tabindex]");
    if (!from || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const isByLine = event.key === "ArrowUp" || event.key === "ArrowDown";
    const stops = isByLine ? links().filter((link) => link.matches(lines)) : links();
    const before = stops.filter((link) => link.compareDocumentPosition(from) & Node.DOCUMENT_POSITION_FOLLOWING);
    const after = stops.filter((link) => link.compareDocumentPosition(from) & Node.DOCUMENT_POSITION_PRECEDING);
    const to = {
      ArrowDown: after[0], ArrowRight: after[0], ArrowUp: before.at(-1), ArrowLeft: before.at(-1), Home: stops[0], End: stops.at(-1),
    };
    if (!(event.key in to)) return;
    event.preventDefault();
    to[event.key]?.focus({ preventScroll: true });
    to[event.key]?.scrollIntoView({ block: "nearest", behavior: "instant" });
  });
}

// From "Go to the words" the focus goes to the line itself: a screen reader reads on from there.
function makeWordsReachable() {
  document.querySelector("[data-to-words]")?.addEventListener("click", (event) => {
    const line = document.getElementById("at");
    if (!line) return;
    event.preventDefault();
    bringIntoView(line);
    line.focus({ preventScroll: true });
  });
}

if (player) {
  makeSeekable();
  if (cues.length) makeLive();
  makeCopyable();
}
if (cues.length) {
  transcript.removeAttribute("tabindex");
  makeOneStop(transcript, "a.time, h3 a");
  makeOneStop(document.querySelector("[data-found] .places"));
  makeFindable();
  makeWordsReachable();
  // The browser went to the line before its box had its own scroll: only now both can be seen together.
  const line = document.getElementById("at");
  if (line) requestAnimationFrame(() => arrive(line));
}
