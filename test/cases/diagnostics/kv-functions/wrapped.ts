const wrap = (run: () => number): (() => number) => run;

export const wrapped = wrap(() => 1);
