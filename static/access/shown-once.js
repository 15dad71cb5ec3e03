// The page that shows a key or a secret once: a button copies it, another takes a key along to the explorer in this browser tab.
(() => {
  const copy = document.querySelector("[data-copy]");
  const secret = document.getElementById(copy.dataset.copy);
  const told = document.querySelector("[data-told]");
  // This page answers a form; loading it again must lead to where the secret belongs, and not make another one.
  history.replaceState(null, "", copy.dataset.then);
  copy.addEventListener("click", async () => {
    secret.select();
    try {
      await navigator.clipboard.writeText(secret.value);
      told.textContent = "Copied.";
    } catch {
      told.textContent = "Press Ctrl+C to copy.";
    }
  });
  document.querySelector("[data-explore]")?.addEventListener("click", (event) => {
    sessionStorage.setItem("academy-api-key", secret.value);
    location.assign(event.currentTarget.dataset.explore);
  });
})();
