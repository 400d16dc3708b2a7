/** Puts the reader's own choice of light or dark in force before anything is painted. */
const kept = localStorage.getItem("theme");
if (kept === "light" || kept === "dark") document.documentElement.dataset.theme = kept;
document.documentElement.classList.add("script");
