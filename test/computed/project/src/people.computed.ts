import type { PersonComputed } from "../../../.tmp/computed/computed.js";

export const initials: PersonComputed["initials"] = ({ name }) =>
  name
    .split(" ")
    .map((word) => word.slice(0, 1))
    .join("");
