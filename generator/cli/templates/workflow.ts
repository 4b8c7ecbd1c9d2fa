/** `.github/workflows/check.yml`: the generated files are up to date and everything type-checks. */
export const workflow = (): string => `name: Check
on:
  push:
    branches: [main]
  pull_request:
permissions:
  contents: read
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - uses: actions/setup-node@v5
        with:
          node-version: 24
          cache: npm
      - run: npm ci
      - run: npx covara gen --check
      - run: npx tsc
`;
