import { useEffect, useState } from "preact/hooks";
import { go, place } from "../../router/router";
import { completeSetup, redeemLink, signIn, type Standing } from "../../session/session";
import { strings } from "../../strings.en";
import { Button } from "../../ui/Button";
import { TextField } from "../../ui/fields";
import { Logo } from "../../ui/Icon";
import { Problem } from "../../ui/states";
import { useAction } from "../../ui/useAction";

/** What who is not signed in sees, at whatever address: it is kept, and shown after signing in. */
export function Stranger({ now }: { now: Extract<Standing, { is: "setup" | "signed-out" }> }) {
  return (
    <main class="stranger">
      <section class="stranger-card">
        <Logo size={44} />
        {now.is === "setup" ? <Setup /> : <SignIn ended={now.ended} />}
      </section>
      <p class="stranger-foot">{strings.session.foot}</p>
    </main>
  );
}

function SignIn({ ended }: { ended: boolean }) {
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const action = useAction(signIn);
  const link = useSignInLink();
  useTitle(strings.session.signIn);
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        void action.run(name, password);
      }}
    >
      <h1>{strings.session.welcome}</h1>
      {ended && <p class="note">{strings.session.ended}</p>}
      <TextField label={strings.session.name} value={name} onValue={setName} autocomplete="username" autocapitalize="none" spellcheck={false} required autofocus />
      <TextField label={strings.session.password} type="password" value={password} onValue={setPassword} autocomplete="current-password" required />
      <Problem text={action.error ?? link.error} />
      <Button type="submit" look="primary" busy={action.busy || link.busy}>
        {strings.session.signIn}
      </Button>
    </form>
  );
}

/** `/sign-in#link=…` signs in by a link that is good once; what stands behind # never reaches a server's log. */
function useSignInLink() {
  const action = useAction(redeemLink);
  useEffect(() => {
    const given = new URLSearchParams(location.hash.slice(1));
    const link = given.get("link");
    if (place.value.path !== "/sign-in") return;
    const to = given.get("to") ?? "/projects";
    go(to.startsWith("/") && !to.startsWith("//") ? to : "/projects", { replace: true });
    if (link) void action.run(link);
    // Once, when the page appears.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);
  return action;
}

function Setup() {
  const [token, setToken] = useState("");
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const action = useAction(completeSetup);
  useTitle(strings.session.setup);
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        void action.run(token.trim(), name, password);
      }}
    >
      <h1>{strings.session.setupTitle}</h1>
      <p class="note">{strings.session.setupLead}</p>
      <TextField label={strings.session.setupToken} hint={strings.session.setupTokenHint} value={token} onValue={setToken} autocomplete="off" spellcheck={false} required autofocus />
      <TextField label={strings.session.name} value={name} onValue={setName} autocomplete="username" autocapitalize="none" spellcheck={false} required />
      <TextField
        label={strings.session.password}
        hint={strings.session.passwordHint}
        type="password"
        value={password}
        onValue={setPassword}
        autocomplete="new-password"
        minLength={10}
        required
      />
      <Problem text={action.error} />
      <Button type="submit" look="primary" busy={action.busy}>
        {strings.session.setup}
      </Button>
    </form>
  );
}

function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Iottly`;
  }, [title]);
}
