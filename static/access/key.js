// The two buttons beside a key that is shown once: copy it, or take it along to the explorer in this browser tab.
(() => {
  const key = document.getElementById("key-text");
  const told = document.querySelector("[data-told]");
  document.querySelector("[data-copy]").addEventListener("click", async () => {
    key.select();
    try {
      await navigator.clipboard.writeText(key.value);
      told.textContent = "Copied.";
    } catch {
      told.textContent = "Press Ctrl+C to copy.";
    }
  });
  document.querySelector("[data-explore]").addEventListener("click", (event) => {
    sessionStorage.setItem("academy-api-key", key.value);
    location.assign(event.currentTarget.dataset.explore);
  });
})();
