import { useState } from "preact/hooks";
import { http } from "../../api/http";
import type { Definition } from "../../api/types";
import { useHere } from "../../layout/project";
import { definitionsChanged, useDefinitions, wireForm } from "../../messages/definitions";
import { addressOf } from "../../routes";
import { strings } from "../../strings.en";
import { Button, ButtonLink } from "../../ui/Button";
import { JsonView } from "../../ui/JsonView";
import { Card, Page } from "../../ui/Page";
import { Empty, Shown } from "../../ui/states";
import { tell, tellProblem } from "../../ui/toasts";
import { DefinitionDialog } from "./DefinitionDialog";

const text = strings.messages;

type Editing = { definition: Definition | undefined; direction: Definition["direction"] } | undefined;

/** The named commands and events of the project. */
export function Definitions() {
  const { project, may } = useHere();
  const query = useDefinitions(project.id);
  const [editing, setEditing] = useState<Editing>();
  const path = `project/${project.id}/definitions`;

  const changed = () => {
    query.reload();
    definitionsChanged(project.id);
  };
  const remove = async (definition: Definition) => {
    await http.delete(`${path}/${definition.type}`);
    changed();
    tell(text.removed(definition.type), async () => {
      await http.post(path, definition);
      changed();
    });
  };

  return (
    <Page title={text.title} lead={text.lead}>
      <Shown query={query}>
        {({ definitions }) =>
          (["command", "event"] as const).map((direction) => (
            <Group
              key={direction}
              direction={direction}
              definitions={definitions.filter((definition) => definition.direction === direction)}
              mayChange={may("manage")}
              onAdd={() => setEditing({ definition: undefined, direction })}
              onEdit={(definition) => setEditing({ definition, direction })}
              onRemove={(definition) => void remove(definition).catch(tellProblem)}
              consoleAddress={addressOf("/projects/:project/console", project.id)}
            />
          ))
        }
      </Shown>
      {editing && (
        <DefinitionDialog
          project={project.id}
          direction={editing.direction}
          definition={editing.definition}
          onClose={() => setEditing(undefined)}
          onSaved={changed}
        />
      )}
    </Page>
  );
}

interface GroupProps {
  direction: Definition["direction"];
  definitions: Definition[];
  mayChange: boolean;
  consoleAddress: string;
  onAdd: () => void;
  onEdit: (definition: Definition) => void;
  onRemove: (definition: Definition) => void;
}

function Group({ direction, definitions, mayChange, consoleAddress, onAdd, onEdit, onRemove }: GroupProps) {
  const words = text[direction];
  const add = mayChange && (
    <Button icon="add" onClick={onAdd} look={definitions.length === 0 ? "primary" : "plain"}>
      {words.add}
    </Button>
  );
  return (
    <Card
      title={words.title}
      lead={words.lead}
      actions={
        definitions.length > 0 && (
          <>
            {direction === "command" && (
              <ButtonLink to={consoleAddress} icon="console" look="quiet">
                {text.toConsole}
              </ButtonLink>
            )}
            {add}
          </>
        )
      }
    >
      {definitions.length === 0 ? (
        <Empty icon="message" title={words.none} action={add}>
          {words.noneWhy}
        </Empty>
      ) : (
        <ul class="rows">
          {definitions.map((definition) => (
            <li key={definition.type} class="row">
              <div class="row-main definition">
                <div>
                  <strong class="mono">{definition.type}</strong>
                  <p>{definition.description}</p>
                </div>
                <JsonView value={wireForm(definition, text.words)} />
              </div>
              {mayChange && (
                <div class="row-actions">
                  <Button small icon="edit" aria-label={text.editOf(definition.type)} onClick={() => onEdit(definition)}>
                    {strings.common.edit}
                  </Button>
                  <Button small look="quiet" icon="remove" aria-label={text.removeOf(definition.type)} title={text.removeOf(definition.type)} onClick={() => onRemove(definition)} />
                </div>
              )}
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
