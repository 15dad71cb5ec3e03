// The player's own controls, for keyboard, touch and screen reader alike. They drive a plain <video> or <audio>; without this
// script that one shows the browser's controls. What a visitor chose, and how far they got, is kept on their device only.

const player = document.querySelector("[data-player]");
const controls = document.querySelector("[data-controls]");
const KEEP = "academy.player";
const SPEEDS = [0.75, 1, 1.25, 1.5, 1.75, 2];
const SKIP_SECONDS = 10;
// Who stopped within these seconds of the beginning or the end starts anew.
const EDGE_SECONDS = 15;
const MOST_PLACES = 50;

const part = (name) => controls.querySelector(`[data-${name}]`);
const act = (name) => controls.querySelector(`[data-act="${name}"]`);

function timecode(seconds) {
  const whole = Math.max(0, Math.floor(seconds || 0));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (number) => String(number).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

// Storage may be forbidden or full: then nothing is remembered, and all else works.
function kept() {
  try {
    return JSON.parse(localStorage.getItem(KEEP)) ?? {};
  } catch {
    return {};
  }
}

function keep(changes) {
  try {
    localStorage.setItem(KEEP, JSON.stringify({ ...kept(), ...changes }));
  } catch { /* see above */ }
}

const length = () => (Number.isFinite(player.duration) ? player.duration : Number(part("seek-bar").max));

function moveTo(seconds) {
  const go = () => { player.currentTime = Math.min(Math.max(seconds, 0), length()); };
  if (player.readyState >= HTMLMediaElement.HAVE_METADATA) return go();
  player.addEventListener("loadedmetadata", go, { once: true });
  player.load();
}

const toggle = () => (player.paused ? player.play().catch(() => {}) : player.pause());
const skip = (seconds) => moveTo(player.currentTime + seconds);

function setSpeed(speed) {
  player.playbackRate = speed;
  part("speed").value = String(speed);
  keep({ speed });
}

function changeSpeed(by) {
  const place = SPEEDS.indexOf(player.playbackRate);
  setSpeed(SPEEDS[Math.min(Math.max((place < 0 ? 1 : place) + by, 0), SPEEDS.length - 1)]);
}

function setVolume(volume, isMuted) {
  player.volume = volume;
  player.muted = isMuted;
}

const tracks = () => [...player.textTracks];

function showCaptions(number) {
  tracks().forEach((track, place) => { track.mode = String(place) === number ? "showing" : "disabled"; });
  part("captions").value = number;
  keep({ captions: number === "" ? "" : tracks()[Number(number)]?.language });
}

function toggleCaptions() {
  if (!part("captions") || !tracks().length) return;
  const isShown = tracks().some((track) => track.mode === "showing");
  showCaptions(isShown ? "" : "0");
}

function sizeCaptions(size) {
  player.dataset.cues = size;
  part("caption-size").value = size;
  keep({ captionSize: size });
}

function goFullscreen() {
  part("settings").close();
  if (document.fullscreenElement) document.exitFullscreen();
  // On iPhones only the video itself can fill the screen.
  else if (player.requestFullscreen) player.requestFullscreen().catch(() => {});
  else player.webkitEnterFullscreen?.();
}

function tell() {
  const [now, all] = [timecode(player.currentTime), timecode(length())];
  const bar = part("seek-bar");
  if (Number.isFinite(player.duration)) bar.max = String(player.duration);
  bar.value = String(player.currentTime);
  bar.setAttribute("aria-valuetext", `${now} of ${all}`);
  part("time").textContent = `${now} / ${all}`;
  act("play").textContent = player.paused ? "Play" : "Pause";
}

// ---- Where the visitor stopped

function rememberPlace() {
  const { places = {} } = kept();
  delete places[controls.dataset.key];
  const seconds = Math.floor(player.currentTime);
  if (seconds > EDGE_SECONDS && seconds < length() - EDGE_SECONDS) places[controls.dataset.key] = seconds;
  keep({ places: Object.fromEntries(Object.entries(places).slice(-MOST_PLACES)) });
}

function offerPlace() {
  const seconds = kept().places?.[controls.dataset.key];
  const ways = document.querySelector("[data-ways]");
  if (!seconds || !ways || new URL(location.href).searchParams.has("t")) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "quiet";
  button.dataset.resume = "";
  button.textContent = `Continue from ${timecode(seconds)}`;
  button.addEventListener("click", () => {
    moveTo(seconds);
    player.play().catch(() => {});
    button.remove();
    act("play").focus();
  });
  ways.prepend(button, " ");
}

function forget() {
  try {
    localStorage.removeItem(KEEP);
  } catch { /* nothing was kept */ }
  document.querySelector("[data-resume]")?.remove();
  part("forgotten").textContent = "Cleared.";
}

// ---- Wiring

const ACTS = {
  play: toggle,
  back: () => skip(-SKIP_SECONDS),
  forward: () => skip(SKIP_SECONDS),
  fullscreen: goFullscreen,
  settings: () => part("settings").showModal(),
  keys: () => {
    part("settings").close();
    part("keys").showModal();
  },
  forget,
};
const KEYS = {
  k: toggle,
  j: ACTS.back,
  l: ACTS.forward,
  "<": () => changeSpeed(-1),
  ">": () => changeSpeed(1),
  m: () => { player.muted = !player.muted; },
  c: toggleCaptions,
  f: () => player.localName === "video" && goFullscreen(),
  "?": ACTS.keys,
};

function onKey(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  // Letters belong to whoever types, and to lists that are searched by letter.
  if (event.target.closest("input:not([type=range], [type=checkbox]), select, textarea, [contenteditable], dialog[open]")) return;
  if (!part("keys-on").checked) return;
  const run = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!run) return;
  event.preventDefault();
  run();
}

function restore() {
  const { speed, captions, captionSize, hasNoKeys } = kept();
  if (SPEEDS.includes(speed)) setSpeed(speed);
  part("keys-on").checked = !hasNoKeys;
  if (!part("captions")) return;
  if (captionSize) sizeCaptions(captionSize);
  const place = captions ? tracks().findIndex((track) => track.language === captions) : -1;
  if (place >= 0) showCaptions(String(place));
}

function listen() {
  controls.addEventListener("click", (event) => {
    const name = event.target.closest("[data-act]")?.dataset.act;
    if (name) ACTS[name]();
  });
  part("seek-bar").addEventListener("input", (event) => moveTo(Number(event.target.value)));
  // Arrow keys go by five seconds: by the range's own step they would hardly move.
  part("seek-bar").addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -5, ArrowDown: -5, ArrowRight: 5, ArrowUp: 5, PageDown: -60, PageUp: 60 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    skip(by);
  });
  part("speed").addEventListener("change", (event) => setSpeed(Number(event.target.value)));
  part("captions")?.addEventListener("change", (event) => showCaptions(event.target.value));
  part("caption-size")?.addEventListener("change", (event) => sizeCaptions(event.target.value));
  part("volume").addEventListener("input", (event) => setVolume(Number(event.target.value), false));
  part("keys-on").addEventListener("change", (event) => keep({ hasNoKeys: !event.target.checked }));
  for (const name of ["play", "pause", "timeupdate", "seeked", "loadedmetadata", "durationchange"]) player.addEventListener(name, tell);
  player.addEventListener("volumechange", () => { part("volume").value = player.muted ? "0" : String(player.volume); });
  player.addEventListener("click", () => player.localName === "video" && toggle());
  for (const name of ["pause", "seeked", "ended"]) player.addEventListener(name, rememberPlace);
  addEventListener("pagehide", () => player.currentTime && rememberPlace());
  document.addEventListener("keydown", onKey);
}

if (player && controls) {
  player.removeAttribute("controls");
  controls.classList.add("is-live");
  restore();
  offerPlace();
  listen();
  tell();
}

// Back to the results means the very page of results, at the place it was left: that is what the browser's own history does.
for (const link of document.querySelectorAll("[data-back]")) {
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || history.length < 2 || !document.referrer) return;
    const [from, to] = [new URL(document.referrer), new URL(link.href)];
    if (from.origin !== to.origin || from.pathname !== to.pathname || from.search !== to.search) return;
    event.preventDefault();
    history.back();
  });
}
