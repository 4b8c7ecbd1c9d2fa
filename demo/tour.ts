import { people } from "./seed.ts";

/** One line of the tour: what it shows, the command, and the status that it answers. */
export interface Stop {
  readonly title: string;
  readonly command: string;
  readonly status: number;
}

/** The tour of the demo as curl lines that work as they are, in this order. */
export function tour(base: string): Stop[] {
  const [ann, bob] = people;
  const api = `${base}/api`;
  const as = ({ token }: { readonly token: string }): string => `-H 'Authorization: Bearer ${token}'`;
  const json = (body: unknown): string => `-H 'Content-Type: application/json' -d '${JSON.stringify(body)}'`;
  const id = "0b5a1c7e-1111-4222-8333-444455556666";
  return [
    { title: "Nobody may list todos without an identity: 401", status: 401, command: `curl -s ${api}/todos` },
    { title: "Who may sign in, in this demo", status: 200, command: `curl -s ${api}/people` },
    { title: "Who Bob is", status: 200, command: `curl -s ${as(bob)} ${api}/me` },
    {
      title: "Bob's most urgent todos, three fields of each",
      status: 200,
      command: `curl -s ${as(bob)} '${api}/todos?orderBy=-priority,dueAt&limit=3&select=id,title,dueAt'`,
    },
    {
      title: "A filter: what is urgent, not done, and has a date",
      status: 200,
      command: `curl -s ${as(bob)} '${api}/todos?filter=priority=ge=2;done==false;dueAt!=null&limit=3&select=id,title,dueAt'`,
    },
    {
      title: "A search: all words, the last one perhaps unfinished, with what was found marked",
      status: 200,
      command: `curl -s ${as(bob)} '${api}/todos/search?q=release+no&highlight=true&limit=2'`,
    },
    {
      title: "Lists with their owners, and with the most urgent todos of each that Bob may see",
      status: 200,
      command: `curl -s ${as(bob)} '${api}/lists?limit=3&select=name&include=owner(select:name),todos(limit:2;select:title,priority;filter:done==false;orderBy:-priority)'`,
    },
    {
      title: "How many there are: Bob sees his own, an admin all",
      status: 200,
      command: `curl -s ${as(bob)} ${api}/todos/count; curl -s ${as(ann)} ${api}/todos/count`,
    },
    {
      title: "A new todo, with an id of our own",
      status: 201,
      command: `curl -s ${as(bob)} ${json({ id, title: "Try Covara", priority: 3 })} ${api}/todos`,
    },
    {
      title: "The same id again: 409",
      status: 409,
      command: `curl -s ${as(bob)} ${json({ id, title: "Again" })} ${api}/todos`,
    },
    {
      title: "Less urgent",
      status: 200,
      command: `curl -s -X PATCH ${as(bob)} ${json({ priority: 2 })} ${api}/todos/${id}`,
    },
    {
      title: "Done, by a procedure that leaves a note and counts a point",
      status: 200,
      command: `curl -s ${as(bob)} ${json({ note: "That was quick" })} ${api}/todos/${id}/complete`,
    },
    {
      title: "An admin may read it, but not change it: 403",
      status: 403,
      command: `curl -s -X PATCH ${as(ann)} ${json({ done: false })} ${api}/todos/${id}`,
    },
    {
      title: "Every mistake in one answer: 400",
      status: 400,
      command: `curl -s ${as(bob)} ${json({ title: "", priority: 9, ownerId: "me" })} ${api}/todos`,
    },
    {
      title: "A counter: this page was visited",
      status: 200,
      command: `curl -s -X POST ${api}/board/visits/home`,
    },
    {
      title: "A leaderboard: Bob scores 12, then 7, and keeps his best",
      status: 200,
      command: [12, 7]
        .map((score) => `curl -s ${as(bob)} ${json({ score })} ${api}/board/sprint/scores`)
        .join("; "),
    },
    {
      title: "The leaders, and who played last",
      status: 200,
      command: `curl -s ${api}/board/sprint/leaders`,
    },
    {
      title: "Presence: who has been here in the last minute",
      status: 200,
      command: `curl -s -X POST ${as(ann)} ${api}/board/sprint/presence; curl -s -X POST ${as(bob)} ${api}/board/sprint/presence`,
    },
    {
      title: "Two articles go into Bob's cart: 204",
      status: 204,
      command: `curl -s -X PUT ${as(bob)} ${json({ quantity: 2 })} ${api}/board/cart/mug`,
    },
    {
      title: "What is in it",
      status: 200,
      command: `curl -s ${as(bob)} ${api}/board/cart`,
    },
    { title: "Gone: 204", status: 204, command: `curl -s -X DELETE ${as(bob)} ${api}/todos/${id}` },
  ];
}
