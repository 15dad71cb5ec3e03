// Tells the academy which place in the results was opened: the words and the place, nothing about the visitor.
const list = document.querySelector("ol.cards[data-query]");

if (list && navigator.sendBeacon) {
  const note = (event) => {
    const link = event.target.closest("a[href]");
    const item = link?.closest("ol.cards > li");
    if (!item || (event.type === "auxclick" && event.button !== 1)) return;
    const rank = list.start + [...list.children].indexOf(item);
    if (rank > 100) return;
    const body = new FormData();
    body.set("q", list.dataset.query);
    body.set("rank", rank);
    navigator.sendBeacon(list.dataset.clickUrl, body);
  };
  list.addEventListener("click", note);
  list.addEventListener("auxclick", note);
}
