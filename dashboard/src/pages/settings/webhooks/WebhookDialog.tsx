import { useState } from "preact/hooks";
import type { Webhook } from "../../../api/types";
import { strings } from "../../../strings.en";
import { Button } from "../../../ui/Button";
import { Dialog } from "../../../ui/Dialog";
import { CheckField, SelectField, TextField } from "../../../ui/fields";
import { Problem } from "../../../ui/states";
import { useAction } from "../../../ui/useAction";
import { bodyOf, formOf, MOST_HEADERS, withHeader, type HeaderRow } from "./form";

const text = strings.webhooks;

const TYPES: readonly (readonly [Webhook["type"], string])[] = [
  ["user", text.types.user],
  ["iottly", text.types.iottly],
];

/** The form of a webhook, to add or to change one. */
export function WebhookDialog({ webhook, onClose, onSave }: {
  webhook?: Webhook;
  onClose: () => void;
  onSave: (body: ReturnType<typeof bodyOf>) => Promise<unknown>;
}) {
  const [form, setForm] = useState(() => formOf(webhook));
  const action = useAction(() => onSave(bodyOf(form)));
  const header = (key: number, change: Partial<HeaderRow>) =>
    setForm({ ...form, headers: form.headers.map((row) => (row.key === key ? { ...row, ...change } : row)) });
  return (
    <Dialog title={webhook ? text.edit(webhook.description) : text.add} wide onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void action.run();
        }}
      >
        <TextField label={text.description} value={form.description} onValue={(description) => setForm({ ...form, description })} required maxLength={200} autofocus autocomplete="off" />
        <TextField label={text.url} hint={text.urlHint} type="url" placeholder="https://" value={form.url} onValue={(url) => setForm({ ...form, url })} required autocomplete="off" />
        <div class="form-columns">
          <SelectField label={text.type} value={form.type} options={TYPES} onValue={(type) => setForm({ ...form, type })} />
          <TextField label={text.channel} hint={text.channelHint} value={form.channel} onValue={(channel) => setForm({ ...form, channel })} maxLength={255} autocomplete="off" />
        </div>
        <CheckField label={text.payloadOnly} hint={text.payloadOnlyHint} checked={form.payload_only} onChecked={(payload_only) => setForm({ ...form, payload_only })} />
        <fieldset>
          <legend class="form-legend">{text.headers}</legend>
          {form.headers.map((row) => (
            <div class="header-row" key={row.key}>
              <TextField label={text.headerName} value={row.name} onValue={(name) => header(row.key, { name, kept: false })} maxLength={100} autocomplete="off" />
              <TextField
                label={text.headerValue}
                value={row.value}
                placeholder={row.kept ? text.headerKept : ""}
                onValue={(value) => header(row.key, { value })}
                maxLength={1000}
                autocomplete="off"
              />
              <Button
                look="quiet"
                icon="remove"
                aria-label={text.removeHeader(row.name)}
                onClick={() => setForm({ ...form, headers: form.headers.filter(({ key }) => key !== row.key) })}
              />
            </div>
          ))}
          <div>
            <Button small icon="add" disabled={form.headers.length >= MOST_HEADERS} onClick={() => setForm(withHeader(form))}>
              {text.addHeader}
            </Button>
          </div>
        </fieldset>
        <Problem text={action.error} />
        <div class="form-actions">
          <Button onClick={onClose}>{strings.common.cancel}</Button>
          <Button type="submit" look="primary" busy={action.busy}>
            {webhook ? strings.common.save : text.add}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
