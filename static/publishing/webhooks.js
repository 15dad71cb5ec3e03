// The button beside a secret that is shown once: copy it.
(() => {
  const button = document.querySelector("[data-copy]");
  const secret = document.getElementById(button.dataset.copy);
  const told = document.querySelector("[data-told]");
  button.addEventListener("click", async () => {
    secret.select();
    try {
      await navigator.clipboard.writeText(secret.value);
      told.textContent = "Copied.";
    } catch {
      told.textContent = "Press Ctrl+C to copy.";
    }
  });
})();
