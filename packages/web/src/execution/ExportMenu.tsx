import { useExport } from '../api/queries.ts';
import type { Execution } from '../api/types.ts';
import { Icon } from '../components/Icon.tsx';
import { ActionMenu, MenuButton } from '../components/MenuButton.tsx';
import { EXPORT_CHOICES } from './exports.ts';

interface ExportMenuProps {
  readonly workspace: string | undefined;
  readonly execution: Execution;
}

/** Saves the execution as a file, in any format that the server writes. */
export function ExportMenu({ workspace, execution }: ExportMenuProps) {
  const save = useExport(workspace, execution.id);
  return (
    <>
      {save.error && (
        <span className="inline-error" role="alert">
          {save.error.message}
        </span>
      )}
      <MenuButton
        className="button button-small"
        isDisabled={workspace === undefined || save.isPending}
        renderMenu={(open) => (
          <ActionMenu
            open={open}
            label="Save as"
            actions={EXPORT_CHOICES.map(({ format, label, use }) => ({ id: format, label, description: use }))}
            onAction={(format) => save.mutate(format)}
          />
        )}
      >
        <Icon name={save.isPending ? 'running' : 'download'} />
        {save.isPending ? 'Exporting' : 'Export'}
      </MenuButton>
    </>
  );
}
