// What each room may import, as docs/adr/0001 decides. The key is the folder, the value the folders of ours it may reach.
const MAY_IMPORT = {
  model: [],
  conductor: ['model'],
  store: ['model'],
  ingest: ['model'],
  server: ['model', 'conductor', 'store', 'ingest'],
  flame: ['model'],
  web: ['model', 'flame'],
};

const rooms = Object.keys(MAY_IMPORT);

/** The rooms a room may not import. The web app may take types from the server, and nothing else. */
const roomRules = rooms.map((room) => {
  const forbidden = rooms.filter((other) => other !== room && !MAY_IMPORT[room].includes(other));
  return {
    name: `room-${room}`,
    comment: `packages/${room} may import ${MAY_IMPORT[room].join(', ') || 'no other room'}`,
    severity: 'error',
    from: { path: `^packages/${room}/` },
    to: {
      path: `^packages/(${forbidden.join('|')})/`,
      ...(room === 'web' && { dependencyTypesNot: ['type-only'] }),
    },
  };
});

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...roomRules,
    {
      name: 'by-package-name',
      comment: 'another room is imported by its package name, never by a path',
      severity: 'error',
      from: { path: '^packages/([^/]+)/' },
      to: { path: '^packages/', pathNot: '^packages/$1/', dependencyTypesNot: ['aliased-workspace'] },
    },
    {
      name: 'no-cycle',
      comment: 'a cycle of imports has no first file to read',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'model-runs-in-a-browser',
      comment: 'the model and the renderer use nothing that only Node has',
      severity: 'error',
      from: { path: '^packages/(model|flame|web)/src', pathNot: '[.]test[.]tsx?$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'resolvable',
      comment: 'an import that leads nowhere',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'declared',
      comment: 'a package that is imported stands in the package.json of its room',
      severity: 'error',
      from: { path: '^packages/[^/]+/src', pathNot: '[.]test[.]tsx?$' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    combinedDependencies: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|public)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@flowprof/source', 'import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json', '.css'],
    },
  },
};
