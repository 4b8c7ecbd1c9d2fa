/** `tsconfig.json`: strict, for the Worker, the generated code and the config. */
export const tsconfig = (): string => `{
  "compilerOptions": {
    "target": "es2023",
    "lib": ["es2024"],
    "module": "esnext",
    "moduleResolution": "bundler",
    "types": ["@cloudflare/workers-types"],
    "strict": true,
    "noUnusedLocals": true,
    "noUncheckedIndexedAccess": true,
    "exactOptionalPropertyTypes": true,
    "verbatimModuleSyntax": true,
    "isolatedModules": true,
    "skipLibCheck": true,
    "noEmit": true
  },
  "include": ["covara.config.ts", "src", "generated"]
}
`;
