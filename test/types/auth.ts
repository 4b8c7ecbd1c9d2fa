/** Users from a resource: each misuse under `@ts-expect-error` must not compile; the comment names the error. */
import { apiKey, d1, defineConfig, field, jwt, session } from "../../schema/index.ts";

const users = {
  id: field.id(),
  name: field.text(),
  role: field.enum(["member", "admin"]).default("member"),
  orgId: field.ref("orgs"),
  version: field.version(),
  initials: field.text().computed("upper({name})"),
};
const orgs = { id: field.id(), name: field.text() };

defineConfig({
  name: "session",
  database: d1(),
  auth: session({ users: "users", ttl: "8h", data: { device: field.text() } }),
  resources: {
    users: {
      fields: users,
      access: ({ role, where, owner }) => ({
        read: where((row, user) => row.orgId.eq(user.orgId).or(row.role.eq(user.role))),
        create: role("admin"),
        // @ts-expect-error '"boss"' is not assignable to '"member" | "admin"'
        update: role("boss"),
        // @ts-expect-error '"name2"' is no field that holds a user's id
        delete: owner("name2"),
      }),
    },
    orgs: {
      fields: orgs,
      access: ({ where }) => ({
        read: where((row, user) => row.id.eq(user.orgId)),
        // @ts-expect-error Property 'orgld' does not exist on the user
        update: where((row, user) => row.id.eq(user.orgld)),
        // @ts-expect-error Property 'version' says nothing about a user
        delete: where((row, user) => row.id.eq(user.version)),
        // @ts-expect-error Property 'initials' is not stored
        create: where((row, user) => row.id.eq(user.initials)),
      }),
    },
  },
});

defineConfig({
  name: "wrong",
  database: d1(),
  // @ts-expect-error '"usres"' is not assignable to '"users" | "orgs"'. Did you mean '"users"'?
  auth: session({ users: "usres" }),
  resources: {
    users: { fields: users, access: ({ signedIn }) => ({ read: signedIn() }) },
    orgs: { fields: orgs, access: ({ signedIn }) => ({ read: signedIn() }) },
  },
});

defineConfig({
  name: "roleless",
  database: d1(),
  auth: session({ users: "orgs" }),
  resources: {
    users: {
      fields: users,
      // @ts-expect-error Property 'role' does not exist: orgs have none
      access: ({ role }) => ({ read: role("admin") }),
    },
    orgs: { fields: orgs, access: ({ signedIn }) => ({ read: signedIn() }) },
  },
});

// @ts-expect-error '"7 days"' is not a duration
session({ users: "users", ttl: "7 days" });
// @ts-expect-error 'users' is missing
session({});

defineConfig({
  name: "claims",
  database: d1(),
  auth: jwt({
    jwks: "https://login.example.com/jwks.json",
    issuer: "https://login.example.com",
    audience: "api",
    algorithms: ["ES256"],
    user: { role: field.enum(["member", "admin"]), orgId: field.text() },
    claims: { role: "https://example.com/role" },
  }),
  resources: {
    orgs: {
      fields: orgs,
      access: ({ role, where }) => ({
        read: where((row, user) => row.id.eq(user.orgId)),
        create: role("admin"),
        // @ts-expect-error '"boss"' is not assignable to '"member" | "admin"'
        update: role("boss"),
      }),
    },
  },
});

defineConfig({
  name: "rows",
  database: d1(),
  auth: jwt({ secret: "JWT_SECRET", issuer: "a", audience: "b", users: "users" }),
  resources: {
    users: { fields: users, access: ({ role }) => ({ read: role("admin") }) },
    orgs: { fields: orgs, access: ({ where }) => ({ read: where((row, user) => row.id.eq(user.orgId)) }) },
  },
});

defineConfig({
  name: "wrong",
  database: d1(),
  // @ts-expect-error '"usres"' is not assignable to '"orgs"'
  auth: jwt({ jwks: "https://a.example", issuer: "a", audience: "b", users: "usres" }),
  resources: { orgs: { fields: orgs, access: ({ signedIn }) => ({ read: signedIn() }) } },
});

// @ts-expect-error the issuer is missing
jwt({ jwks: "https://login.example.com/jwks.json", audience: "api" });
// @ts-expect-error the audience is missing
jwt({ secret: "JWT_SECRET", issuer: "a" });
// @ts-expect-error keys or a secret are missing
jwt({ issuer: "a", audience: "b" });
// @ts-expect-error keys and a secret exclude each other: nobody can sign with a public key
jwt({ jwks: "https://a.example", issuer: "a", audience: "b", secret: "JWT_SECRET" });
// @ts-expect-error no secret is checked with RS256
jwt({ secret: "JWT_SECRET", issuer: "a", audience: "b", algorithms: ["RS256"] });
// @ts-expect-error '"none"' is no algorithm
jwt({ jwks: "https://a.example", issuer: "a", audience: "b", algorithms: ["none"] });
// @ts-expect-error '"HS256"' is none of those for public keys
jwt({ jwks: "https://a.example", issuer: "a", audience: "b", algorithms: ["HS256"] });
const named = {
  jwks: "https://a.example",
  issuer: "a",
  audience: "b",
  user: { role: field.text() },
} as const;
jwt({ ...named, claims: { role: "https://example.com/role" } });
// @ts-expect-error 'rol' is no field of the user
jwt({ ...named, claims: { rol: "r" } });
// @ts-expect-error users are rows, or what the claims say
jwt({ jwks: "https://a.example", issuer: "a", audience: "b", users: "users", user: { role: field.text() } });

defineConfig({
  name: "keys",
  database: d1(),
  auth: apiKey({ users: "users", prefix: "acme" }),
  resources: {
    users: { fields: users, access: ({ role }) => ({ read: role("admin") }) },
    // @ts-expect-error '"boss"' is not assignable to '"member" | "admin"'
    orgs: { fields: orgs, access: ({ role }) => ({ read: role("boss") }) },
  },
});
// @ts-expect-error 'prefix' is missing
apiKey({ users: "users" });

defineConfig({
  name: "several",
  database: d1(),
  auth: [
    session({ users: "users", ttl: "8h" }),
    jwt({ jwks: "https://a.example", issuer: "a", audience: "b", users: "users", algorithms: ["ES256"] }),
    apiKey({ users: "users", prefix: "acme" }),
  ],
  resources: {
    users: {
      fields: users,
      access: ({ role, where }) => ({
        read: where((row, user) => row.orgId.eq(user.orgId)),
        // @ts-expect-error '"boss"' is not assignable to '"member" | "admin"'
        update: role("boss"),
      }),
    },
    orgs: { fields: orgs, access: ({ role }) => ({ read: role("admin") }) },
  },
});
defineConfig({
  name: "wrong",
  database: d1(),
  // @ts-expect-error '"usres"' is not assignable to '"users"'
  auth: [session({ users: "users" }), apiKey({ users: "usres", prefix: "acme" })],
  resources: { users: { fields: orgs, access: ({ signedIn }) => ({ read: signedIn() }) } },
});
// @ts-expect-error at least one way
defineConfig({ name: "none", database: d1(), auth: [] });
