/** Access and identity (14). */
import type { CatalogueEntry } from "./entry.ts";

export const access = {
  COV1401: {
    title: "Access not stated",
    cause:
      "Every resource says who may do what; there is no default that could be wrong without anyone noticing.",
    fix: "Add `access: ({ signedIn }) => ({ read: signedIn() })`, or `access: () => ({})` for a resource without routes.",
  },
  COV1402: {
    title: "Access function failed",
    cause: "The access function is called while generating, with the rule builder and nothing else.",
    fix: "Return an object of rules from it.",
  },
  COV1403: {
    title: "Unknown operation",
    cause:
      "Access of a resource is stated for read, create, update, delete, subscribe and readDeleted, and under `procedures` for each procedure; that of a channel for subscribe and publish.",
    fix: "Use one of these names.",
  },
  COV1404: {
    title: "Not a rule",
    cause: "The value of an operation is what one of the builder's functions returns.",
    fix: "Call one of public() signedIn() owner(field) role(name) any(…) all(…) nobody().",
  },
  COV1405: {
    title: "Owner field wrong",
    cause:
      "owner(field) compares the user's id with a field of the same resource: the id, a reference or a text.",
    fix: "Name such a field.",
  },
  COV1406: {
    title: "Identity needed",
    cause: "The rule or field depends on the signed-in user, and the config declares no `auth`.",
    fix: 'Add `auth: custom("./src/auth.ts", { user: {} })` to the config.',
  },
  COV1407: {
    title: "Unknown role",
    cause: "role(name) compares the user field `role`, an enum, with one of its members.",
    fix: "Declare `role: field.enum([…])` in auth's user with that member.",
  },
  COV1408: {
    title: "Operation out of reach",
    cause:
      "Update, delete and readDeleted are about rows that the caller may read, and nobody may read these.",
    fix: "State a rule for read, or remove the operation.",
  },
  COV1409: {
    title: "Anyone may write",
    cause: "The rule lets every caller write, without signing in.",
    fix: "Use signedIn() or owner(field) unless this is meant.",
  },
  COV1410: {
    title: "User field wrong",
    cause:
      "User fields describe what the auth module or a token tells: only their kind, optional() and enum members count.",
    fix: "Correct the field.",
  },
  COV1411: {
    title: "No deleted rows to read",
    cause: "`readDeleted` is about rows that are deleted and kept, and only `softDelete` keeps any.",
    fix: "Add `softDelete: true` to the resource, or remove the rule.",
  },
  COV1412: {
    title: "Condition wrong",
    cause:
      "where((row, user) => …) is called once, while generating: it compares stored fields of the row with constants, with each other, or with fields of the user.",
    fix: "Correct the comparison.",
  },
  COV1413: {
    title: "Rule through an unknown relation",
    cause:
      "through(relation, rule) follows a relation of the resource: one that a reference gives, or a declared one.",
    fix: "Name a relation.",
  },
  COV1414: {
    title: "Endless rule",
    cause:
      'through(relation, "read") stands for the related resource\'s read rule, and that leads back to where it started.',
    fix: "State the rule for the related row instead: `through(relation, (related) => …)`.",
  },
  COV1415: {
    title: "Rule that never holds",
    cause:
      "Its parts exclude each other, such as two roles at once, or one that is needed is nobody(); so its routes are not even there.",
    fix: "Correct the rule, or state nobody() where that is meant.",
  },
  COV1416: {
    title: "No such users",
    cause: "The users of the application are the rows of a resource, which auth names by its key.",
    fix: "Name a resource.",
  },
  COV1419: {
    title: "Ways of identification that do not go together",
    cause:
      "Of several ways the first whose credentials a request carries decides, and rules, hooks and routes see one kind of user.",
    fix: "Name each way once, and let all tell the same fields of the user.",
  },
  COV1418: {
    title: "Prefix of keys wrong",
    cause:
      "Every key begins with the prefix and an underscore, in a header that takes plain characters only.",
    fix: "Choose another prefix.",
  },
  COV1417: {
    title: "Token settings wrong",
    cause:
      "jwt(…) takes tokens of one issuer for one audience, signed with a published key or with a shared secret.",
    fix: "Correct the option.",
  },
  COV1420: {
    title: "Users that Better Auth cannot keep",
    cause:
      "Better Auth makes and changes the rows of the users by itself, in the fields that it knows, and requests must not change what it has verified.",
    fix: "Declare the field as the message says.",
  },
  COV1421: {
    title: "Settings of Better Auth wrong",
    cause:
      "betterAuth(…) names fields and resources of the config and a binding of the Worker, and answers below `/auth`.",
    fix: "Correct the option.",
  },
  COV1422: {
    title: "Better Auth not installed",
    cause: "Generated code imports the package better-auth, which belongs to your project.",
    fix: "Install it with `npm install better-auth`.",
  },
} as const satisfies Record<string, CatalogueEntry>;
