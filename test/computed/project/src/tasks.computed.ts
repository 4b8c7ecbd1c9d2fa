import type { TaskComputed } from "../../../.tmp/computed/computed.js";

/** Looks at stored fields and at computed ones. */
export const headline: TaskComputed["headline"] = ({ shout, labels, done, ...others }) => {
  if (shout.startsWith("FAIL")) throw new Error("headline failed");
  if ("headline" in others || "words" in others) throw new Error("saw what other functions made");
  return `${done ? "done" : "open"} ${shout} ${labels.join("+")}`;
};

export const words: TaskComputed["words"] = ({ title }) => title.split(" ");

export const remark: TaskComputed["remark"] = ({ priority }) => (priority > 0 ? "urgent" : null);
