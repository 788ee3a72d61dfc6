import { useEffect, useRef, useState } from 'react';
import { Button, Form, Input, Label, TextField } from 'react-aria-components';
import { useHasCredential } from '../api/credential.ts';
import { ApiError } from '../api/errors.ts';
import { useSignIn } from '../api/queries.ts';
import { Icon } from '../components/Icon.tsx';
import { useTitle } from './useTitle.ts';

/** Why signing in did not work, for whoever pasted the key. */
function failure(error: Error): string {
  const isRefused = error instanceof ApiError && error.code === 'unauthorized';
  return isRefused ? 'This key does not count here: it is mistyped, revoked or expired.' : error.message;
}

/** In place of every page while the server does not know who is asking. */
export function SignIn() {
  useTitle('Sign in');
  const signIn = useSignIn();
  const hadKey = useHasCredential();
  const [key, setKey] = useState('');
  const text = key.trim();
  const field = useRef<HTMLInputElement>(null);
  // There is nothing else to do here.
  useEffect(() => field.current?.focus(), []);
  return (
    <div className="sign-in">
      <Form
        className="sign-in-card"
        // What is said of a key that was refused must not keep another from being sent.
        validationBehavior="aria"
        onSubmit={(event) => {
          event.preventDefault();
          if (text !== '') signIn.mutate(text);
        }}
      >
        <span className="sign-in-icon">
          <Icon name="key" />
        </span>
        <h1>Sign in</h1>
        <p>
          {hadKey
            ? 'Your key does not count any more. Paste another one to go on.'
            : 'This server asks who you are. Paste an API key of your workspace.'}
        </p>
        <TextField className="field" type="password" value={key} onChange={setKey} isInvalid={signIn.error !== null}>
          <Label>API key</Label>
          <Input ref={field} className="sign-in-input" placeholder="fp_…" autoComplete="off" spellCheck={false} />
        </TextField>
        {signIn.error && (
          <p className="inline-error" role="alert">
            {failure(signIn.error)}
          </p>
        )}
        <Button className="button button-primary" type="submit" isDisabled={text === '' || signIn.isPending}>
          {signIn.isPending ? 'Signing in' : 'Sign in'}
        </Button>
        <p className="sign-in-note">
          The key stays in this tab, and is forgotten when you close it or sign out. Whoever runs the server makes one
          with:
        </p>
        <pre className="command">flowprof keys create --name &quot;my browser&quot; --scopes read</pre>
      </Form>
    </div>
  );
}
