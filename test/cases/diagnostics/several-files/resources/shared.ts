import { type Field, field } from "covara";

/** Adds the fields that every resource has. */
export function stamped<F extends Record<string, Field>>(own: F) {
  return { id: field.id(), createdAt: field.timestamp().createdAt().optional(), ...own };
}
