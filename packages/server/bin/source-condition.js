// A hook of Node's module loader: our packages resolve to their TypeScript sources instead of their builds.
export function resolve(specifier, context, nextResolve) {
  return nextResolve(specifier, { ...context, conditions: [...context.conditions, '@flowprof/source'] });
}
