import { Button } from 'react-aria-components';
import { Link } from 'react-router';
import { Icon } from '../components/Icon.tsx';

interface ConflictProps {
  /** The version that the changes were made from, and the newest. */
  readonly from: number;
  readonly newest: number;
  readonly versionsPath: string;
  readonly onTakeTheirs: () => void;
  readonly onKeepMine: () => void;
}

/** Says that somebody else has saved meanwhile, with the ways out. */
export function Conflict({ from, newest, versionsPath, onTakeTheirs, onKeepMine }: ConflictProps) {
  return (
    <div className="banner banner-warning" role="alert">
      <Icon name="warning" />
      <span>
        <strong>Somebody else saved version {newest} meanwhile.</strong> Your changes were made from version {from}.
        Nothing is lost: theirs stays in the list of versions whatever you do.
      </span>
      <Link className="button button-small" to={versionsPath}>
        See what they changed
      </Link>
      <Button className="button button-small" onPress={onTakeTheirs}>
        Drop mine, take theirs
      </Button>
      <Button className="button button-small" onPress={onKeepMine}>
        Keep mine, save after theirs
      </Button>
    </div>
  );
}
