import { useState } from "preact/hooks";
import { http } from "../../api/http";
import type { Definition, Keyword } from "../../api/types";
import { wireForm } from "../../messages/definitions";
import { strings } from "../../strings.en";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { ListField, SelectField, TextField } from "../../ui/fields";
import { JsonView } from "../../ui/JsonView";
import { Problem } from "../../ui/states";
import { tell } from "../../ui/toasts";
import { useAction } from "../../ui/useAction";
import { definitionOf, draftOf, problemsOf, withChange, withKeyword, withoutKeyword, type Draft, type KeywordDraft } from "./draft";

const text = strings.messages;
const KINDS: readonly (readonly [Keyword["type"], string])[] = [
  ["FreeValue", text.kinds.FreeValue],
  ["MultipleChoice", text.kinds.MultipleChoice],
  ["FixedValue", text.kinds.FixedValue],
];

interface DefinitionDialogProps {
  project: string;
  direction: Definition["direction"];
  /** The one to change; without it a new one is made. */
  definition: Definition | undefined;
  onClose: () => void;
  onSaved: () => void;
}

export function DefinitionDialog({ project, direction, definition, onClose, onSaved }: DefinitionDialogProps) {
  const [draft, setDraft] = useState<Draft>(() => draftOf(definition));
  const [complaining, setComplaining] = useState(false);
  const problems = problemsOf(draft);
  const problem = (field: string) => (complaining ? problems.get(field) : undefined);
  const action = useAction(async () => {
    const body = definitionOf(draft, direction);
    const path = `project/${project}/definitions`;
    await (definition ? http.put(`${path}/${definition.type}`, body) : http.post(path, body));
    onSaved();
    onClose();
    tell(text.saved(body.type));
  });

  return (
    <Dialog title={definition ? text.editOf(definition.type) : text[direction].add} wide onClose={onClose}>
      <form
        class="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setComplaining(true);
          if (problems.size === 0) void action.run();
        }}
      >
        <TextField
          label={text.type}
          hint={text.typeHint}
          error={problem("type")}
          value={draft.type}
          onValue={(type) => setDraft({ ...draft, type })}
          autocomplete="off"
          spellcheck={false}
          autofocus
        />
        <TextField label={text.description} value={draft.description} onValue={(description) => setDraft({ ...draft, description })} maxLength={1000} autocomplete="off" />
        <fieldset>
          <legend class="form-legend">{text.keywords}</legend>
          {draft.keywords.length === 0 && <p class="soft small">{text.noKeywords}</p>}
          {draft.keywords.map((keyword) => (
            <KeywordRow
              key={keyword.key}
              keyword={keyword}
              problem={problem}
              onChange={(change) => setDraft(withChange(draft, keyword.key, change))}
              onRemove={() => setDraft(withoutKeyword(draft, keyword.key))}
            />
          ))}
          <div>
            <Button small icon="add" onClick={() => setDraft(withKeyword(draft))}>
              {text.addKeyword}
            </Button>
          </div>
        </fieldset>
        <figure class="preview">
          <figcaption class="form-legend">{text.preview[direction]}</figcaption>
          <JsonView value={wireForm(definitionOf(draft, direction), text.words)} />
        </figure>
        <Problem text={action.error} />
        <div class="form-actions">
          <Button onClick={onClose}>{strings.common.cancel}</Button>
          <Button type="submit" look="primary" busy={action.busy}>
            {strings.common.save}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function KeywordRow({ keyword, problem, onChange, onRemove }: {
  keyword: KeywordDraft;
  problem: (field: string) => string | undefined;
  onChange: (change: Partial<KeywordDraft>) => void;
  onRemove: () => void;
}) {
  const { key, name, type, value, values } = keyword;
  return (
    <div class="keyword">
      <TextField label={text.keyword} error={problem(`${key} name`)} value={name} onValue={(next) => onChange({ name: next })} autocomplete="off" spellcheck={false} />
      <SelectField label={text.kind} value={type} options={KINDS} onValue={(next) => onChange({ type: next })} />
      {type === "FixedValue" && (
        <TextField label={text.value} error={problem(`${key} value`)} value={value} onValue={(next) => onChange({ value: next })} autocomplete="off" />
      )}
      {type === "MultipleChoice" && (
        <ListField label={text.choices} error={problem(`${key} value`)} values={values} onValues={(next) => onChange({ values: next })} />
      )}
      {type === "FreeValue" && <p class="keyword-free soft small">{text.freeHint}</p>}
      <Button look="quiet" icon="remove" aria-label={text.removeKeyword(name)} title={text.removeKeyword(name)} onClick={onRemove} />
    </div>
  );
}
