// Shows what our server fetched from the academy; opened without that server, it shows the answer in recorded.js.
const byId = (id) => document.getElementById(id);

function item({ url, title }, facts, summary) {
  const line = document.createElement("li");
  const link = document.createElement("a");
  link.href = url;
  link.textContent = title;
  const words = document.createElement("p");
  words.textContent = [facts, summary].filter(Boolean).join(" – ");
  line.append(link, words);
  return line;
}

function when({ startsAt, timeZone }) {
  if (!startsAt) return "date to be announced";
  const style = { dateStyle: "full", timeStyle: "short", timeZone };
  return new Intl.DateTimeFormat("en-GB", style).format(new Date(startsAt));
}

function nothingPlanned() {
  const line = document.createElement("li");
  line.textContent = "Nothing is planned at the moment.";
  return line;
}

const minutes = ({ durationSeconds }) => (durationSeconds ? `${Math.max(1, Math.round(durationSeconds / 60))} min` : "");

function show({ sessions, recordings }, state) {
  byId("state").textContent = state;
  const planned = sessions.nodes.map((one) => item(one, when(one), one.summary));
  byId("session-list").replaceChildren(...(planned.length ? planned : [nothingPlanned()]));
  byId("recording-list").replaceChildren(...recordings.nodes.map((one) => item(one, minutes(one), one.summary)));
}

async function begin() {
  try {
    const response = await fetch("academy.json");
    if (!response.ok) throw new Error(`${response.status}`);
    show(await response.json(), "Fresh from the academy.");
  } catch {
    show(window.recorded, "The academy cannot be reached; this is what it last said.");
  }
}

begin();
