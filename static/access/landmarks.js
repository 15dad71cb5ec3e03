// Wagtail gives both searches of a list page, the menu's and the list's own, the same role and no name: a screen reader cannot tell
// them apart.
document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("main form[role=search]:not([aria-label])").forEach((form) => form.setAttribute("aria-label", "This list"));
});
