import type { Command, Device } from "../../api/types";
import { useHere } from "../../layout/project";
import { useDefinitions } from "../../messages/definitions";
import { addressOf } from "../../routes";
import { strings } from "../../strings.en";
import { ButtonLink } from "../../ui/Button";
import { Card } from "../../ui/Page";
import { Empty, Shown } from "../../ui/states";
import { CommandForm } from "./CommandForm";

const text = strings.console;

/** A form for each command that the project has defined. */
export function CommandForms({ device, onSent }: { device: Device; onSent: (command: Command) => void }) {
  const { project } = useHere();
  const definitions = useDefinitions(project.id);
  const messages = addressOf("/projects/:project/messages", project.id);
  return (
    <Card title={text.commands}>
      <Shown query={definitions}>
        {(answer) => {
          const commands = answer.definitions.filter(({ direction }) => direction === "command");
          return commands.length === 0 ? (
            <Empty icon="message" title={text.noCommands} action={<ButtonLink to={messages}>{text.define}</ButtonLink>}>
              {text.noCommandsWhy}
            </Empty>
          ) : (
            <div class="commands">
              {commands.map((definition, i) => (
                // A changed definition gets a form of its own.
                <CommandForm key={JSON.stringify(definition)} definition={definition} device={device} open={i === 0} onSent={onSent} />
              ))}
            </div>
          );
        }}
      </Shown>
    </Card>
  );
}
