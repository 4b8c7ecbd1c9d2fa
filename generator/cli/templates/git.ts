/** `.gitignore`. */
export const gitignore = (): string => `node_modules/
.wrangler/
.dev.vars*
.env*
`;

/**
 * `.gitattributes`: generated files are not merged but generated again; migrations are history and merge like any other
 * file.
 */
export const gitattributes = (): string => `generated/** text eol=lf -merge linguist-generated
generated/migrations/** merge linguist-generated
`;
