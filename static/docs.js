/** Shows the OpenAPI document with Swagger UI, from this host alone. */
const place = /** @type {HTMLElement} */ (document.getElementById("swagger"));
/** @type {any} */ (window).SwaggerUIBundle({ url: place.dataset.document, domNode: place, validatorUrl: null, deepLinking: true });
