import type { UserComputed } from "../generated/computed.js";

const segments = new Intl.Segmenter();

/** The first character, as people count them, of the first and the last word of the name. */
export const initials: UserComputed["initials"] = ({ name }) => {
  const words = name.split(/\s+/).filter((word) => word !== "");
  return [words[0], words.length > 1 ? words.at(-1) : undefined]
    .map((word = "") => [...segments.segment(word)][0]?.segment ?? "")
    .join("")
    .toUpperCase();
};
