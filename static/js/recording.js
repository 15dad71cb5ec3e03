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
const startsAt = Number(player?.getAttribute("src").split("#t=")[1] ?? NaN);

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
  url.searchParams.delete("find");
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
  if (box.bottom < 80 || box.top > innerHeight - 80) player.scrollIntoView({ block: "start", behavior: "instant" });
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

// Bring a cue into the middle of the transcript's own scroll; the page itself never moves.
function show(cue) {
  if (!hasOwnScroll()) return;
  const top = cue.getBoundingClientRect().top - transcript.getBoundingClientRect().top + transcript.scrollTop;
  transcript.scrollTop = top - transcript.clientHeight / 3;
  ownScrollTop = transcript.scrollTop;
}

function showCurrent() {
  if (current && isFollowing) show(current);
}

function mark(old, now) {
  if (old === now) return false;
  old?.removeAttribute("aria-current");
  now?.setAttribute("aria-current", "true");
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
  transcript.addEventListener("scroll", () => {
    // Only the reader moves it elsewhere than this script did.
    if (isFollowing && Math.abs(transcript.scrollTop - ownScrollTop) > 2) follow(false);
  }, { passive: true });
  followButton.addEventListener("click", () => follow(true));
  showCurrent();
}

function makeCopyable() {
  const button = document.querySelector("[data-copy]");
  const said = document.querySelector("[data-copied]");
  button?.addEventListener("click", async () => {
    const address = addressAt(player.currentTime >= 1 ? player.currentTime : null).href;
    try {
      await navigator.clipboard.writeText(address);
      said.textContent = "Copied.";
    } catch {
      said.textContent = address; // No clipboard here: shown, to be copied by hand.
    }
  });
}

function makeFindable() {
  const form = document.querySelector("[data-find]");
  const told = document.querySelector("[data-found]");
  const plain = (text) => text.toLowerCase().replace(/\s+/g, " ").trim();
  let found = [];
  let place = -1;
  let wanted = "";
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = plain(form.elements.find.value);
    if (text !== wanted) search(text);
    else if (found.length) place = (place + 1) % found.length;
    if (found.length) {
      follow(false);
      show(found[place]);
      if (!hasOwnScroll()) found[place].scrollIntoView({ block: "center", behavior: "instant" });
      told.textContent = `${place + 1} of ${found.length}. Press Find for the next.`;
    } else told.textContent = text ? `“${form.elements.find.value.trim()}” is not in this transcript.` : "";
  });
  function search(text) {
    for (const cue of found.length ? found : transcript.querySelectorAll(".found")) cue.classList.remove("found");
    found = text ? cues.filter((cue) => plain(cue.textContent).includes(text)) : [];
    for (const cue of found) cue.classList.add("found");
    wanted = text;
    place = 0;
  }
}

if (player) {
  makeSeekable();
  if (cues.length) makeLive();
  makeCopyable();
}
if (cues.length) makeFindable();
