import { Icon } from '../components/Icon.tsx';

/** Says that some executions are missing in what is shown, as long as they are. */
export function Incomplete({ count }: { readonly count: number }) {
  if (count === 0) return null;
  return (
    <div className="banner">
      <Icon name="running" />
      <output>
        {count} more {count === 1 ? 'execution is' : 'executions are'} being read and will be counted soon. Those whose
        trace cannot be read stay left out.
      </output>
    </div>
  );
}
