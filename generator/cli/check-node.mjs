// Runs before anything else, on whatever Node there is, so it keeps to old syntax.
var [major, minor] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 12)) {
  console.error(
    "Covara needs Node 22.12 or newer, and this is Node " +
      process.versions.node +
      ".\nIn this repository `npm ci` installs a Node 24 that npm scripts use;\nit is missing when packages were installed with --ignore-scripts.",
  );
  process.exit(1);
}
