import { useEffect, useState } from 'react';
import { useNavigate } from 'react-router';
import { Icon } from '../components/Icon.tsx';
import { takeDropped } from './dropped.ts';

function hasFiles({ dataTransfer }: DragEvent): boolean {
  return dataTransfer?.types.includes('Files') === true;
}

async function upload(workspace: string, files: readonly File[]): Promise<void> {
  const { uploader } = await import('./uploader.ts');
  uploader.add(workspace, files);
}

/** Takes files that are dropped anywhere on the page; shows that it would while some are held over it. */
export function DropAnywhere({ workspace }: { readonly workspace: string }) {
  const navigate = useNavigate();
  const [over, setOver] = useState(false);
  useEffect(() => {
    // Entering a child comes before leaving its parent: the two are counted.
    let depth = 0;
    const enter = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      depth++;
      setOver(true);
    };
    const leave = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      depth = Math.max(0, depth - 1);
      if (depth === 0) setOver(false);
    };
    const hover = (event: DragEvent) => {
      if (hasFiles(event)) event.preventDefault();
    };
    const drop = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      depth = 0;
      setOver(false);
      void navigate('/import');
      void takeDropped(event.dataTransfer, (files) => void upload(workspace, files));
    };
    window.addEventListener('dragenter', enter);
    window.addEventListener('dragleave', leave);
    window.addEventListener('dragover', hover);
    window.addEventListener('drop', drop);
    return () => {
      window.removeEventListener('dragenter', enter);
      window.removeEventListener('dragleave', leave);
      window.removeEventListener('dragover', hover);
      window.removeEventListener('drop', drop);
    };
  }, [navigate, workspace]);
  if (!over) return null;
  return (
    <div className="drop-anywhere" aria-hidden="true">
      <Icon name="upload" />
      Drop to import
    </div>
  );
}
