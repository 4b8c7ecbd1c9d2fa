/**
 * Every problem that covara reports, by code. The ranges: 10 loading, 11 names, 12 fields and references,
 * 13 relations and indexes, 14 access and auth, 15 options, 16 key-value stores, 20 migrations, 21 channels, 30 the output folder.
 * `README.md` beside this file documents each with an example, and a test keeps the two together.
 */

/** What is said of a code wherever it is raised; a diagnostic may carry a more precise fix. */
export interface CatalogueEntry {
  readonly title: string;
  readonly cause: string;
  readonly fix: string;
}

export const catalogue = {
  COV1001: {
    title: "Config not found",
    cause: "There is no readable file at the path of the config.",
    fix: "Run covara in the folder of covara.config.ts, or name the file with --config.",
  },
  COV1002: {
    title: "Config cannot be parsed",
    cause: "The config, or a file that it imports, is not valid TypeScript.",
    fix: "Correct the syntax at the marked place.",
  },
  COV1003: {
    title: "Import not found",
    cause: "The config imports a file or package that cannot be resolved from its folder.",
    fix: "Correct the path, or install the package.",
  },
  COV1004: {
    title: "Config threw an error",
    cause: "The config is a program, and running it ended with an exception.",
    fix: "Correct the statement at the marked place; the config must not depend on the request or the network.",
  },
  COV1005: {
    title: "No config exported",
    cause: "The config's default export is not what defineConfig() returns.",
    fix: "Write `export default defineConfig({ … })`.",
  },
  COV1006: {
    title: "Module not found",
    cause: "The config names a module by its path, and there is no such file.",
    fix: "Create the file, or correct the path; it is relative to the folder of the config.",
  },
  COV1007: {
    title: "Module has no default export",
    cause: "Generated code imports the default export of the named module.",
    fix: "Export the function with `export default`.",
  },
  COV1008: {
    title: "Folder of the config not writable",
    cause: "The bundled config is written beside it for a moment, so that its imports resolve as usual.",
    fix: "Make the folder writable for the user who runs covara.",
  },
  COV1009: {
    title: "Key repeated",
    cause: "The later of two equal keys replaces the earlier one, which is lost.",
    fix: "Rename or remove one of them.",
  },

  COV1101: {
    title: "Name not usable",
    cause:
      "Names become URLs, SQL names, file names and TypeScript identifiers, and must be fit for all four.",
    fix: "Use a letter followed by letters, digits or underscores, 60 characters at most.",
  },
  COV1102: {
    title: "Names collide",
    cause: "Two names are different in the config but equal once they are converted.",
    fix: "Rename one of them.",
  },
  COV1103: {
    title: "Table name reserved",
    cause: "SQLite, D1 and covara keep tables of their own under these prefixes.",
    fix: "Choose another table name with `table`.",
  },
  COV1104: {
    title: "Former name wrong",
    cause: "`renamedFrom` names what the thing was called before, which is gone now.",
    fix: "Name the former name, or remove `renamedFrom` once every database is migrated.",
  },

  COV1201: {
    title: "Id field missing or misplaced",
    cause: "A resource has exactly one id field, and it is called `id`.",
    fix: "Declare `id: field.id()`.",
  },
  COV1202: {
    title: "Reference to an unknown resource",
    cause: "A reference names a resource that the config does not declare.",
    fix: "Name one of the declared resources.",
  },
  COV1203: {
    title: "Option does not apply",
    cause: "The option has no meaning for this kind of field, or contradicts another option of the field.",
    fix: "Remove one of the options.",
  },
  COV1204: {
    title: "Limit wrong",
    cause:
      "`min` and `max` must be finite numbers with min not above max; whole numbers for text lengths and integers.",
    fix: "Correct the limits.",
  },
  COV1205: {
    title: "Default not allowed by the field",
    cause: "The default is not a value that the field itself would accept.",
    fix: "Correct the default or the limits of the field.",
  },
  COV1206: {
    title: "Nobody can set the field",
    cause: "The field is required, has no default, and requests may not carry it.",
    fix: "Give it a default, make it optional(), set it in a `beforeCreate` hook, or leave the rows to server code: no rule for create.",
  },
  COV1207: {
    title: "Regular expression not usable",
    cause: "The pattern does not compile, or its flags carry state from one value to the next.",
    fix: "Correct the pattern; the flags i, m, s, u and v are allowed.",
  },
  COV1208: {
    title: "Enum members wrong",
    cause: "An enum has at least one member, and its members are distinct texts that are not empty.",
    fix: "Correct the list of members.",
  },
  COV1209: {
    title: "Reference cannot be set to null",
    cause: 'onDelete: "set null" needs a field that may be null.',
    fix: "Make the field optional(), or choose another onDelete.",
  },
  COV1210: {
    title: "Too many fields",
    cause: "D1 allows 100 parameters in a statement: one for each field, and some for the access rules.",
    fix: "Move fields to a resource of their own, or into a json field.",
  },
  COV1211: {
    title: "Field kind used twice",
    cause: "A row has one version.",
    fix: "Keep one of the fields.",
  },
  COV1212: {
    title: "Required references form a cycle",
    cause: "Each row needs another row to exist first, so the first one can never be created.",
    fix: "Make one of the references optional().",
  },
  COV1213: {
    title: "Type is not JSON that can be checked",
    cause:
      "The type argument of json<T>() is read from the source, without the type checker, and says what values may be.",
    fix: "Use string, number, boolean, null, literals, arrays, tuples, unions, Record<string, T>, object types, interfaces and type aliases.",
  },
  COV1214: {
    title: "Type not found",
    cause:
      "Names in the type argument of json<T>() lead to types of the same file or of files imported by a relative path.",
    fix: "Declare the type, or correct its import.",
  },
  COV1215: {
    title: "Type includes null",
    cause: "Null stands for a value that is not there, so a JSON value as a whole cannot be null.",
    fix: "Remove null from the type; a field of a resource may be optional() instead.",
  },
  COV1216: {
    title: "Field in the way of deletedAt",
    cause:
      "`softDelete` adds the field `deletedAt` with the column `deleted_at`, which nothing but a delete sets.",
    fix: "Remove the field, or give it another name. The rows keep what they have in a column `deleted_at`.",
  },

  COV1301: {
    title: "Relation to an unknown resource",
    cause: "A relation names a resource that the config does not declare.",
    fix: "Name one of the declared resources.",
  },
  COV1302: {
    title: "Relation without a reference",
    cause: "A relation follows a reference field, and there is no such field between the two resources.",
    fix: "Declare a reference field, or name the right one with `by` or `to`.",
  },
  COV1303: {
    title: "Relation ambiguous",
    cause: "More than one reference field fits the relation.",
    fix: "Name the field with `by` or `to`.",
  },
  COV1304: {
    title: "Relation name taken",
    cause: "Fields and relations of a resource share one space of names.",
    fix: "Rename one of them; `{ belongsTo: …, by: … }` gives a reference's relation another name.",
  },
  COV1305: {
    title: "hasOne over a reference that is not unique",
    cause: "Without a unique reference there may be many rows at the other end.",
    fix: "Add unique() to the reference, or declare hasMany.",
  },
  COV1306: {
    title: "Index over an unknown field",
    cause: "An index names a field that the resource does not declare.",
    fix: "Name one of the resource's fields.",
  },
  COV1307: {
    title: "Index not usable",
    cause: "An index lists one or more fields that can be compared, each once.",
    fix: "Correct the list of fields.",
  },
  COV1308: {
    title: "Index declared twice",
    cause: "Another index of the resource covers the same columns in the same order.",
    fix: "Remove it.",
  },
  COV1309: {
    title: "Search in an unknown field",
    cause: "`search` names a field that the resource does not declare.",
    fix: "Name one of the resource's text and enum fields.",
  },
  COV1310: {
    title: "Search not usable",
    cause: "`search` lists one or more text and enum fields that are not hidden, each once.",
    fix: "Correct the list of fields.",
  },
  COV1312: {
    title: "Relation that nobody can include",
    cause:
      "A relation from many to many shows a row only where the caller may also read the row that joins the two, and nobody may.",
    fix: "State who may `read` the joining resource, or remove the relation.",
  },

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
    cause: "Access is stated for read, create, update and delete, and under `procedures` for each procedure.",
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

  COV1501: {
    title: "Unknown option",
    cause: "The config has a key that covara does not know, and ignoring it could hide a mistake.",
    fix: "Remove or correct the key.",
  },
  COV1502: {
    title: "Wrong type",
    cause: "The value is not of the type that the option takes.",
    fix: "Give a value of the right type.",
  },
  COV1503: {
    title: "Value not allowed",
    cause: "The value has the right type but is outside what the option allows.",
    fix: "Correct the value.",
  },
  COV1504: {
    title: "Origin wrong",
    cause: "CORS compares origins exactly: scheme, host and port, without a path.",
    fix: "Write each origin as `https://app.example.com`.",
  },
  COV1505: {
    title: "Setting owned by covara",
    cause: "The generated wrangler.toml sets this key itself.",
    fix: "Remove it from `wrangler`.",
  },
  COV1506: {
    title: "Value has no TOML form",
    cause: "What `wrangler` holds is written to wrangler.toml, which knows no null and only finite numbers.",
    fix: "Remove the value.",
  },
  COV1507: {
    title: "Environment name not usable",
    cause: "The name becomes a section of wrangler.toml and part of the Worker's name.",
    fix: "Use lower-case letters, digits and dashes.",
  },

  COV1601: {
    title: "Store name reserved",
    cause: "`kv(env)` has members of its own beside the stores.",
    fix: "Choose another name.",
  },
  COV1602: {
    title: "Duration wrong",
    cause: "A duration is a whole number and its unit: ms, s, m, h or d.",
    fix: 'Write it as `"250ms"`, `"60s"`, `"5m"`, `"12h"` or `"7d"`.',
  },
  COV1603: {
    title: "Sharding wrong",
    cause: "A store is in one object, spread over a fixed number of them, or has one for each tag.",
    fix: "Correct `shards`, `shardBy` or `reshardFrom`.",
  },
  COV1604: {
    title: "Prefix taken",
    cause: "Stores of one object are told apart by their prefixes alone.",
    fix: "Give one of them another `prefix`.",
  },
  COV1605: {
    title: "Object sharded in two ways",
    cause: "Stores that name the same object lie beside each other, so their keys must be spread alike.",
    fix: "Give one of them another `name`, or both the same sharding.",
  },
  COV1606: {
    title: "Field not fit for a store",
    cause: "What a store holds has no table, no row and no owner, so only kinds and checks of values count.",
    fix: "Remove what does not apply.",
  },
  COV1607: {
    title: "Size out of range",
    cause: "The number is not one that the store can keep to.",
    fix: "Correct the number.",
  },
  COV1608: {
    title: "Functions module unusable",
    cause:
      "Generated code imports the functions that the module exports, so it must be readable and export some.",
    fix: "Export functions from it, or remove `functions`.",
  },
  COV1609: {
    title: "Export is no function",
    cause: "Everything that a functions module exports can be called in the object, under its name.",
    fix: "Export functions only.",
  },
  COV1610: {
    title: "Function not synchronous",
    cause: "A function is one transaction of its object, which cannot wait for anything in between.",
    fix: "Make it an ordinary function: commands of `tx` reply at once. Do what takes time before calling it.",
  },
  COV1611: {
    title: "Function named like a command",
    cause: "Functions and commands are called on the same store.",
    fix: "Rename the function.",
  },
  COV1612: {
    title: "Function without a key",
    cause: "The key, the second parameter, decides which object of a sharded store runs the function.",
    fix: "Take the key: `function submit(tx, key, …)`.",
  },
  COV1613: {
    title: "Store loses sight of its data",
    cause: "Stored data stays where it was written, under the structure, object and prefix of that time.",
    fix: "Take the change back, or run `covara gen --allow-destructive` to go on without the data.",
  },
  COV1614: {
    title: "Sharding changed",
    cause: "With another number of objects, keys belong to other objects than those that hold them.",
    fix: "Say with `reshardFrom` how many objects hold the data so far.",
  },
  COV1615: {
    title: "All stored data would be deleted",
    cause: "Without a store the Durable Object class goes, and with it all objects and what they hold.",
    fix: "Keep a store, or run `covara gen --allow-destructive`.",
  },

  COV1701: {
    title: "Module not readable",
    cause:
      "What a module of hooks, procedures or computed fields exports decides what is generated, and it cannot be read.",
    fix: "Correct the module.",
  },
  COV1702: {
    title: "Not a hook",
    cause:
      "What runs around writes are the exports beforeCreate, beforeUpdate, beforeDelete, afterCreate, afterUpdate, afterDelete and guard.",
    fix: "Use one of these names; do not export it, or move it to another module, if it is something else.",
  },
  COV1703: {
    title: "Export of the wrong kind",
    cause: "Hooks and procedures are functions, which may be async; a guard is an object of functions.",
    fix: "Export a function under that name.",
  },
  COV1704: {
    title: "Too many parameters",
    cause: "The function declares parameters that it is never called with.",
    fix: "Remove them; the last argument carries everything else that there is to know.",
  },
  COV1705: {
    title: "No procedures",
    cause: "A module of procedures is named, and nothing says which there are.",
    fix: "Declare them, or remove the module.",
  },
  COV1706: {
    title: "Procedure name taken",
    cause:
      "A procedure is an export of its module, a path, a property of `access` and a call of the client, under one name.",
    fix: "Choose another name.",
  },
  COV1707: {
    title: "Procedure without a rule",
    cause:
      "Every procedure says who may call it; there is no default that could be wrong without anyone noticing.",
    fix: "Add its rule to `procedures` in what `access` returns.",
  },
  COV1708: {
    title: "Procedures and module differ",
    cause: "The module of procedures exports each declared procedure under its name, and nothing else.",
    fix: "Declare it, or do not export it.",
  },
  COV1709: {
    title: "Field not fit for a procedure",
    cause:
      "What a procedure takes and gives has no table, no row and no owner, so only kinds and checks of values count.",
    fix: "Remove what does not apply.",
  },
  COV1710: {
    title: "Rule needs a row",
    cause: "A procedure of the resource as a whole is about no row, so nobody can own it.",
    fix: "Use signedIn() or role(…), or declare the procedure under `row`.",
  },

  COV1801: {
    title: "Field that cannot be computed",
    cause:
      "A computed field has no column, and no request sets it: it is a plain value, which may be optional.",
    fix: "Remove what does not apply.",
  },
  COV1802: {
    title: "Expression names no stored field",
    cause:
      "In the expression of a computed field, `{name}` stands for a field of the same resource that is stored.",
    fix: "Name a stored field.",
  },
  COV1803: {
    title: "Expression not usable",
    cause:
      "The expression is put into many statements, between other conditions. It can look at the fields of its own row, call functions, and nothing else.",
    fix: "Write one SQL expression over the row's own fields.",
  },
  COV1804: {
    title: "Module of computed fields",
    cause:
      "Fields that are `.computed()` without SQL are made by functions of the module that the resource names as `computed`.",
    fix: "Declare both, or neither.",
  },
  COV1805: {
    title: "Computed fields and module differ",
    cause:
      "The module exports a function under the name of each field, which takes the row and gives the value.",
    fix: "Export it under that name.",
  },
  COV1806: {
    title: "Expression refused by SQLite",
    cause: "SQLite cannot prepare a statement with the expression, so every read of the resource would fail.",
    fix: "Correct the expression.",
  },
  COV1807: {
    title: "Expression can be null",
    cause:
      "The field is not optional, but its expression gives null where an optional field that it looks at is null.",
    fix: "Make it `.optional()`, or say with `ifnull(…, …)` what it is then.",
  },

  COV1901: {
    title: "Nobody may subscribe",
    cause:
      "Changes are streamed to those who may read the row and to whom the rule for subscribe applies, and that is nobody.",
    fix: "State a rule for read, or remove `live`.",
  },
  COV1902: {
    title: "Field cannot divide subscribers up",
    cause:
      "`live: { by }` names a field that the filters of subscriptions can fix: a stored one that is not hidden, of kind id, ref, text, enum, integer or boolean.",
    fix: "Name such a field, or write `live: true`.",
  },
  COV1903: {
    title: "Rule too far away for live",
    cause:
      "Every relation on the way of a rule is a table whose changes each subscriber has to follow, and five in a row is the most.",
    fix: "Keep what the rule needs nearer to the row, such as the id of its owner in a field of its own.",
  },
  COV1904: {
    title: "Nothing to subscribe to",
    cause: "`subscribe` is about changes that are streamed, and only those of `live` resources are.",
    fix: "Add `live: true` to the resource, or remove the rule.",
  },
  COV1905: {
    title: "All streams would end",
    cause:
      "Without a live resource the Durable Object class goes, and old Workers, which still run for minutes, cannot stream any more.",
    fix: "Keep a resource live, or run `covara gen --allow-destructive`.",
  },

  COV2001: {
    title: "Snapshot missing",
    cause: "The next migration is taken from the snapshot beside the migrations, and it is not there.",
    fix: "Restore `migrations/snapshot.json` from version control.",
  },
  COV2002: {
    title: "Snapshot unreadable",
    cause: "The snapshot beside the migrations was edited by hand, cut off, or merged with conflicts.",
    fix: "Restore `migrations/snapshot.json` from version control, then run `covara gen` again.",
  },
  COV2003: {
    title: "Snapshot from a newer covara",
    cause: "The snapshot beside the migrations has a format that this version does not know.",
    fix: "Update covara to the version that wrote it.",
  },
  COV2004: {
    title: "Migrations missing",
    cause: "There is a snapshot, but no migration that leads to it, so a new database could not be set up.",
    fix: "Restore the migrations from version control; to start over with an empty history, delete the snapshot too.",
  },
  COV2005: {
    title: "New required field without a value",
    cause: "Rows that exist need a value for a required field, and the config names none.",
    fix: "Give the field a `.default(…)`, which those rows get, or make it `.optional()`; where the table is empty, run `covara gen --allow-destructive`.",
  },
  COV2006: {
    title: "Field becomes required without a value",
    cause: "Rows that have no value yet need one when an optional field becomes required.",
    fix: "Give the field a `.default(…)`, which those rows get; or set it in every row, then run `covara gen --allow-destructive`.",
  },
  COV2007: {
    title: "Rename of something unknown",
    cause: "A rename names a table or field that the last migration does not have.",
    fix: "Correct the old name, or remove the rename.",
  },
  COV2008: {
    title: "Rename ambiguous",
    cause: "A rename cannot be followed, because its old name is still in use or its new name is taken.",
    fix: "Remove the rename if it has been applied, or make the change in two migrations.",
  },
  COV2009: {
    title: "Change loses data",
    cause: "The migration needs a statement after which data is gone.",
    fix: "Declare a rename if it is one, keep the data, or run `covara gen --allow-destructive`.",
  },
  COV2010: {
    title: "No conversion",
    cause: "A field changed to a kind that its values cannot be converted to without guessing.",
    fix: "Add a field of the new kind beside the old one, fill it in a migration of your own, and drop the old one later.",
  },
  COV2011: {
    title: "Primary key changed",
    cause: "SQLite cannot change the primary key of a table that exists.",
    fix: "Keep the id, under its old name; or make a new resource.",
  },
  COV2012: {
    title: "Table name differs in case",
    cause: "SQLite takes table names that differ only in case for the same name.",
    fix: "Write the table name as the last migration has it.",
  },
  COV2013: {
    title: "Migration name unusable",
    cause:
      "The name given with --name becomes part of a file name, which holds letters, digits and underscores.",
    fix: "Give a name such as `--name add_due_dates`.",
  },
  COV2014: {
    title: "Unique on rows that exist",
    cause:
      "The migration adds a unique index to a table that exists, which fails where two rows share a value.",
    fix: "Find the duplicates with the statement shown, and make them differ before the migration is applied.",
  },
  COV2015: {
    title: "Deleted rows would come back",
    cause:
      "Without `softDelete` nothing tells deleted rows from others, and their values may be taken by now.",
    fix: "Delete them for good before the migration is applied, and run `covara gen --allow-destructive`.",
  },
  COV2101: {
    title: "Channel name taken",
    cause: "Every channel has a path of its own below `channels`, and a property of `channels(env)`.",
    fix: "Rename one of the two.",
  },
  COV2102: {
    title: "Field not fit for a channel",
    cause:
      "A message has no table and no row, only values, and besides its fields a number `seq` and a time `at`. Parameters are part of a path and of an object's name.",
    fix: "Remove what does not apply.",
  },
  COV2103: {
    title: "Option of a channel out of range",
    cause: "Each room keeps its newest messages in a Durable Object of its own.",
    fix: "Give a whole number from 1 to 10,000.",
  },
  COV2104: {
    title: "Patterns without parameters",
    cause: "A channel without parameters is one room, so there are no others to listen to.",
    fix: "Remove `patterns`.",
  },

  COV3001: {
    title: "Generated file edited",
    cause: "The file's content is neither what covara last wrote nor what it would write now.",
    fix: "Move the change to the config or to a module of your own, then run `covara gen --force`.",
  },
  COV3002: {
    title: "File in the way",
    cause: "A file lies where an output file belongs, and the manifest does not list it as generated.",
    fix: "Move it elsewhere, or choose another folder with `--out`; `covara gen --force` overwrites it.",
  },
  COV3003: {
    title: "Path not writable safely",
    cause:
      "Output goes to plain files inside the output folder; links and other kinds of entries are left alone.",
    fix: "Remove what is in the way, or choose another folder with `--out`.",
  },
  COV3004: {
    title: "Migration edited",
    cause: "Databases that have run a migration do not run it again, so an edit reaches some and not others.",
    fix: "Restore the migration and write a further one.",
  },
  COV3005: {
    title: "Migration missing",
    cause: "Migrations are history: new databases run all of them in order.",
    fix: "Restore it from version control, or delete the whole migrations folder to start over.",
  },
  COV3006: {
    title: "Manifest not readable",
    cause: "The manifest tells generated files from others, and nothing is overwritten without it.",
    fix: "Restore it from version control, or run `covara gen --force`.",
  },
  COV3007: {
    title: "Generated file missing",
    cause: "The config gives a file that is not on disk.",
    fix: "Run `covara gen` and commit what it changes.",
  },
  COV3008: {
    title: "Generated file stale",
    cause: "The file is what an earlier config, or an earlier covara, gave.",
    fix: "Run `covara gen` and commit what it changes.",
  },
  COV3009: {
    title: "Generated file left over",
    cause: "The file was generated from an earlier config, and nothing uses it any more.",
    fix: "Run `covara gen` and commit what it changes.",
  },
  COV3010: {
    title: "Output folder not accessible",
    cause: "The operating system refused to read or write a file in the output folder.",
    fix: "Check the permissions and the free space, then run covara again: it continues where it stopped.",
  },
  COV3011: {
    title: "Edited file kept",
    cause: "The file is no longer generated, and files that were edited by hand are never deleted.",
    fix: "Delete it if you do not need it.",
  },
  COV3012: {
    title: "wrangler.toml not readable",
    cause: "The ids that wrangler.toml holds, such as database_id, are taken over from the file on disk.",
    fix: "Correct the file (a merge may have left it in conflict), or delete it if its ids are not needed.",
  },
  COV3013: {
    title: "Migration withdrawn",
    cause: "The local database refused the new migration, mostly because rows break a rule that it adds.",
    fix: "Change the config; or correct the rows, or stop covara and delete `.wrangler` in the output folder to begin without any, and save the config again.",
  },
  COV3014: {
    title: "Module missing",
    cause:
      "The config names a module of hooks, procedures or computed fields that is not there, and a check writes nothing.",
    fix: "Run `covara gen`, which starts it, and commit it with the rest.",
  },
} as const satisfies Record<string, CatalogueEntry>;

/** A code of the catalogue. */
export type Code = keyof typeof catalogue;
