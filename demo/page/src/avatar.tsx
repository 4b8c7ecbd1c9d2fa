/** The initials of a person, in a circle. */
import { nameOf, usePeople } from "./people.ts";

export function Avatar({ id }: { readonly id: string }) {
  const people = usePeople();
  return (
    <span className="avatar" title={nameOf(people, id)} aria-hidden="true">
      {people.get(id)?.initials ?? "·"}
    </span>
  );
}
