import { Button } from 'react-aria-components';
import { Icon } from '../components/Icon.tsx';
import { Moment } from './Moment.tsx';
import { MoreMenu } from './MoreMenu.tsx';
import type { ChannelAction } from './queries.ts';
import type { Channel } from './types.ts';

interface ItemProps {
  readonly channel: Channel;
  readonly now: number;
  readonly mayChange: boolean;
  readonly onAct: (action: ChannelAction) => void;
}

interface ChannelsProps extends Omit<ItemProps, 'channel'> {
  readonly channels: readonly Channel[];
  readonly onAdd: () => void;
}

/** What came of the last try to deliver. */
function LastTry({ channel, now }: { readonly channel: Channel; readonly now: number }) {
  const { enabled, offReason, lastTryAt, lastError, lastStatus, waiting } = channel;
  if (!enabled) return <p className="muted">{offReason === null ? 'Off' : `Off: ${offReason}`}</p>;
  if (lastTryAt === null) {
    return <p className="muted">{waiting > 0 ? `${waiting} wait to be delivered` : 'Nothing sent yet'}</p>;
  }
  return (
    <p className={lastError === null ? 'muted' : 'event-problem'}>
      {lastError === null ? `Delivered (${lastStatus ?? 'ok'})` : `Failed: ${lastError}`},{' '}
      <Moment at={lastTryAt} now={now} />
      {waiting > 0 && `; ${waiting} wait for another try`}
    </p>
  );
}

function ChannelItem({ channel, now, mayChange, onAct }: ItemProps) {
  const { id, name, enabled } = channel;
  return (
    <li className="channel">
      <div className="channel-text">
        <h3>
          <bdi>{name}</bdi>
        </h3>
        <p className="channel-url muted">{channel.url}</p>
        <LastTry channel={channel} now={now} />
      </div>
      {mayChange && (
        <div className="rule-actions">
          <Button
            className="button button-small"
            aria-label={`Send a test to ${name}`}
            onPress={() => onAct({ id, action: 'test' })}
          >
            Send test
          </Button>
          <MoreMenu
            name={name}
            enabled={enabled}
            onSwitch={() => onAct({ id, action: enabled ? 'disable' : 'enable' })}
            onDelete={() => onAct({ id, action: 'delete' })}
          />
        </div>
      )}
    </li>
  );
}

/** The webhooks that are told, with what came of the last try. */
export function Channels({ channels, mayChange, onAdd, ...item }: ChannelsProps) {
  return (
    <section className="workflows" aria-labelledby="channels-title">
      <div className="list-head">
        <h2 id="channels-title">Webhooks</h2>
        {mayChange && (
          <Button className="button button-small" onPress={onAdd}>
            <Icon name="plus" />
            Add
          </Button>
        )}
      </div>
      {channels.length === 0 && (
        <p className="list-empty muted">
          Alerts are shown on this page. A webhook is told of them as well: each delivery is signed and tried again
          until it is taken.
        </p>
      )}
      <ul>
        {channels.map((channel) => (
          <ChannelItem key={channel.id} channel={channel} mayChange={mayChange} {...item} />
        ))}
      </ul>
    </section>
  );
}
