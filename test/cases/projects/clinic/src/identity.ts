import { defineAuth } from "covara/runtime";
import type { Env, User } from "../generated/env.js";

/** Identity for tests only: the caller says who it is. */
export default defineAuth<Env, User>((request) => {
  const [id, role] = (request.headers.get("X-Test-User") ?? "").split(" ");
  if (id === undefined || (role !== "vet" && role !== "keeper")) return null;
  return { id, role, nickname: null, rights: ["prescribe"], any: { from: "header" } };
});
