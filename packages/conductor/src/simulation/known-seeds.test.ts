import { testKnownSeeds } from './seeds.ts';

testKnownSeeds([
  [110, 'a handler that is stopped gives its place to another at the same moment'],
  [260, 'the items of a loop share an id in the events of its level'],
  [395, 'a node that fails in something that is being stopped is not committed'],
  [816, 'a loop that ran out of time and lets the run continue'],
  [956, 'a clock that jumps by half an hour'],
  [1538, 'a failure that says it is final, and a policy that tries it again'],
  [4536, 'a clock that is set back while tokens are waited for'],
]);
