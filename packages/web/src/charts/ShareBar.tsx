/** A part of a whole as a bar; the figure stands beside it. @param share from 0 to 1 */
export function ShareBar({ share }: { readonly share: number }) {
  const width = `${(Math.min(1, Math.max(0, share)) * 100).toFixed(2)}%`;
  return (
    <svg className="share-bar" aria-hidden="true" focusable="false">
      <rect className="share-bar-track" width="100%" height="100%" rx="2" />
      <rect className="share-bar-fill" width={width} height="100%" rx="2" />
    </svg>
  );
}
