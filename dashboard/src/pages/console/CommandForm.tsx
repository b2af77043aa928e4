import { useState } from "preact/hooks";
import { http, url } from "../../api/http";
import type { Command, Definition, Device, Keyword } from "../../api/types";
import { useHere } from "../../layout/project";
import { strings } from "../../strings.en";
import { Button } from "../../ui/Button";
import { CopyButton } from "../../ui/CopyButton";
import { SelectField, TextField } from "../../ui/fields";
import { Problem } from "../../ui/states";
import { useAction } from "../../ui/useAction";
import { curl } from "./curl";
import { notNumbers, valuesAtFirst, valuesOfCall, type Entered, type Sort } from "./values";

const text = strings.console;

/** How long the command waits for a device that is away, in seconds; nothing is the platform's own default. */
type Patience = "" | "0" | "300" | "3600";

const PATIENCE: readonly (readonly [Patience, string])[] = [
  ["", text.patience.day],
  ["3600", text.patience.hour],
  ["300", text.patience.minutes],
  ["0", text.patience.now],
];

const SORTS: readonly (readonly [Sort, string])[] = [
  ["text", text.sorts.text],
  ["number", text.sorts.number],
  ["boolean", text.sorts.boolean],
];

/** A command's form, made from its definition. */
export function CommandForm({ definition, device, open, onSent }: {
  definition: Definition;
  device: Device;
  open: boolean;
  onSent: (command: Command) => void;
}) {
  const { project } = useHere();
  const [values, setValues] = useState(() => valuesAtFirst(definition));
  const [patience, setPatience] = useState<Patience>("");
  const path = `project/${project.id}/device/${device.id}/command`;
  const body = { cmd_type: definition.type, values: valuesOfCall(definition, values), ...(patience && { ttl: Number(patience) }) };
  const wrong = notNumbers(definition, values);
  const action = useAction(async () => onSent(await http.post<Command>(path, body)));

  return (
    <details class="command" open={open} name="command">
      <summary>
        <strong class="mono">{definition.type}</strong>
        <span class="clip soft small">{definition.description}</span>
      </summary>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (wrong.size === 0) void action.run();
        }}
      >
        {definition.keywords.map((keyword) => (
          <KeywordField
            key={keyword.name}
            keyword={keyword}
            entered={values[keyword.name] ?? { text: "", sort: "text" }}
            error={wrong.has(keyword.name) && values[keyword.name]?.text !== "" ? text.notNumber : undefined}
            onEntered={(entered) => setValues({ ...values, [keyword.name]: entered })}
          />
        ))}
        <SelectField label={text.patience.label} value={patience} options={PATIENCE} onValue={(value) => setPatience(value)} />
        <Problem text={action.error} />
        <div class="form-actions form-actions-start">
          <Button type="submit" look="primary" icon="send" busy={action.busy}>
            {text.send}
          </Button>
          <CopyButton text={curl(location.origin + url(path), body)} label={text.asCurl} small={false} />
        </div>
      </form>
    </details>
  );
}

function KeywordField({ keyword, entered, error, onEntered }: {
  keyword: Keyword;
  entered: Entered;
  error: string | undefined;
  onEntered: (entered: Entered) => void;
}) {
  switch (keyword.type) {
    case "FixedValue":
      return (
        <dl class="fixed">
          <dt class="form-legend">{keyword.name}</dt>
          <dd class="mono">{keyword.value}</dd>
        </dl>
      );
    case "MultipleChoice":
      return (
        <SelectField
          label={keyword.name}
          value={entered.text}
          options={keyword.values.map((value) => [value, value] as const)}
          onValue={(value) => onEntered({ ...entered, text: value })}
        />
      );
    case "FreeValue":
      return (
        <div class="free">
          {entered.sort === "boolean" ? (
            <SelectField
              label={keyword.name}
              value={entered.text === "true" ? "true" : "false"}
              options={[
                ["true", "true"],
                ["false", "false"],
              ]}
              onValue={(value) => onEntered({ ...entered, text: value })}
            />
          ) : (
            <TextField label={keyword.name} error={error} value={entered.text} onValue={(value) => onEntered({ ...entered, text: value })} autocomplete="off" />
          )}
          <SelectField label={text.sorts.label} value={entered.sort} options={SORTS} onValue={(sort) => onEntered({ ...entered, sort })} />
        </div>
      );
  }
}
