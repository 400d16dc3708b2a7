/** Puts the reader's own choice of light or dark in force before anything is painted. */
document.documentElement.classList.add("script");
try {
  const kept = localStorage.getItem("theme");
  if (kept === "light" || kept === "dark") document.documentElement.dataset.theme = kept;
} catch {
  // In a frame that may not store anything the system's choice holds.
}
