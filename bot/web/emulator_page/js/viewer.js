/** A picture enlarged over the whole page: once to fit, with another tap at its own size. */

import { byId } from "./dom.js";

/** Show the picture at `url` (an address of this server); `name` is its file name. */
export function showPicture({ url, name }) {
  const image = byId("viewer-image");
  image.src = url;
  image.alt = name;
  image.classList.remove("own-size");
  byId("viewer-name").textContent = name;
  byId("viewer-save").href = url;
  byId("viewer-save").download = name;
  byId("viewer").showModal();
}

byId("viewer-image").addEventListener("click", ({ target }) => target.classList.toggle("own-size"));
