import { useState } from "preact/hooks";
import { http } from "../../api/http";
import type { Session } from "../../api/types";
import { me } from "../../session/session";
import { strings } from "../../strings.en";
import { Button } from "../../ui/Button";
import { TextField } from "../../ui/fields";
import { Card, Page } from "../../ui/Page";
import { Problem, Shown } from "../../ui/states";
import { Time } from "../../ui/Time";
import { tell, tellProblem } from "../../ui/toasts";
import { useAction } from "../../ui/useAction";
import { useQuery } from "../../ui/useQuery";
import { browserOf } from "./browserOf";

const text = strings.account;

/** One's own password and sessions. */
export function Account() {
  const { user, administrator } = me.value;
  return (
    <Page title={user} lead={administrator ? text.administrator : text.user}>
      <PasswordCard />
      <SessionsCard />
    </Page>
  );
}

function PasswordCard() {
  const [old, setOld] = useState("");
  const [next, setNext] = useState("");
  const action = useAction(async () => {
    await http.put("session/password", { old_password: old, new_password: next });
    setOld("");
    setNext("");
    tell(text.passwordChanged);
  });
  return (
    <Card title={text.password} lead={text.passwordLead}>
      <form
        class="form form-narrow"
        onSubmit={(event) => {
          event.preventDefault();
          void action.run();
        }}
      >
        <input type="text" name="username" autocomplete="username" value={me.value.user} readOnly hidden />
        <TextField label={text.oldPassword} type="password" autocomplete="current-password" value={old} onValue={setOld} required />
        <TextField
          label={text.newPassword}
          hint={strings.session.passwordHint}
          type="password"
          autocomplete="new-password"
          minLength={10}
          value={next}
          onValue={setNext}
          required
        />
        <Problem text={action.error} />
        <div class="form-actions form-actions-start">
          <Button type="submit" look="primary" busy={action.busy}>
            {text.changePassword}
          </Button>
        </div>
      </form>
    </Card>
  );
}

function SessionsCard() {
  const query = useQuery("sessions", (signal) => http.get<{ sessions: Session[] }>("sessions", {}, signal));
  const end = async (session: Session) => {
    await http.delete(`sessions/${session.id}`);
    query.reload();
    tell(text.sessionEnded);
  };
  return (
    <Card title={text.sessions} lead={text.sessionsLead}>
      <Shown query={query} lines={2}>
        {({ sessions }) => (
          <ul class="rows">
            {sessions.map((session) => (
              <li key={session.id} class="row">
                <div class="row-main">
                  <strong>
                    {browserOf(session.client)} {session.current && <span class="badge badge-good">{text.thisOne}</span>}
                  </strong>
                  <p>
                    {session.address} · {text.used} <Time at={session.last_used} /> · {text.begun} <Time at={session.created} />
                  </p>
                </div>
                {!session.current && (
                  <Button small onClick={() => void end(session).catch(tellProblem)}>
                    {text.endSession}
                  </Button>
                )}
              </li>
            ))}
          </ul>
        )}
      </Shown>
    </Card>
  );
}
