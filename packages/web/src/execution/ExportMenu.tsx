import { Button, Menu, MenuItem, MenuTrigger, Popover, Text } from 'react-aria-components';
import { useExport } from '../api/queries.ts';
import type { Execution } from '../api/types.ts';
import { Icon } from '../components/Icon.tsx';
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
      <MenuTrigger>
        <Button className="button button-small" isDisabled={workspace === undefined || save.isPending}>
          <Icon name={save.isPending ? 'running' : 'download'} />
          {save.isPending ? 'Exporting' : 'Export'}
        </Button>
        <Popover className="popover" placement="bottom end">
          <Menu className="menu" aria-label="Save as" onAction={(format) => save.mutate(String(format))}>
            {EXPORT_CHOICES.map(({ format, label, use }) => (
              <MenuItem key={format} id={format} className="menu-item" textValue={label}>
                <Text slot="label">{label}</Text>
                <Text slot="description" className="muted">
                  {use}
                </Text>
              </MenuItem>
            ))}
          </Menu>
        </Popover>
      </MenuTrigger>
    </>
  );
}
