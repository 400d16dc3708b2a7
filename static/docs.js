/** Shows the OpenAPI document with Swagger UI, from this host alone. */
const { theme = window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light" } = document.documentElement.dataset;
document.documentElement.classList.toggle("dark-mode", theme === "dark");
const place = /** @type {HTMLElement} */ (document.getElementById("swagger"));
/** @type {any} */ (window).SwaggerUIBundle({ url: place.dataset.document, domNode: place, validatorUrl: null, deepLinking: true });
