import { useRef, useState } from "preact/hooks";
import type { Device } from "../../api/types";
import { useHere } from "../../layout/project";
import { strings } from "../../strings.en";
import { Button } from "../../ui/Button";
import { TextField } from "../../ui/fields";
import { Icon } from "../../ui/Icon";
import { Card } from "../../ui/Page";
import { Problem } from "../../ui/states";
import { Time } from "../../ui/Time";
import { tell } from "../../ui/toasts";
import { above, below, fetchFile, list, putFile, TransferError, type FileEntry } from "./transfers";

const text = strings.remote.files;

/** What is in the folders of the device that its owner has opened to us; fetches files and puts them there. */
export function Files({ device }: { device: Device }) {
  const { stream } = useHere();
  const [path, setPath] = useState("/");
  const [shown, setShown] = useState<{ path: string; entries: FileEntry[] }>();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const upload = useRef<HTMLInputElement>(null);

  const doing = async (work: () => Promise<void>) => {
    setBusy(true);
    setProblem(undefined);
    try {
      await work();
    } catch (reason) {
      if (!(reason instanceof TransferError)) throw reason;
      setProblem(reason.message);
    } finally {
      setBusy(false);
    }
  };
  const show = (folder: string) =>
    doing(async () => {
      setPath(folder);
      setShown({ path: folder, entries: await list(stream.channels, device.id, folder) });
    });
  const download = ({ name }: FileEntry) =>
    doing(async () => save(await fetchFile(stream.channels, device.id, below(shown?.path ?? "/", name)), name));
  const put = (file: File) =>
    doing(async () => {
      const folder = shown?.path ?? path;
      await putFile(stream.channels, device.id, below(folder, file.name), file);
      tell(text.uploaded(file.name));
      setShown({ path: folder, entries: await list(stream.channels, device.id, folder) });
    });

  return (
    <Card title={text.title(device.name)} lead={text.lead}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void show(path);
        }}
      >
        <div class="form-line">
          <TextField label={text.folder} value={path} onValue={setPath} required pattern="/.*" autocomplete="off" spellcheck={false} />
          <Button type="submit" look="primary" icon="folder" busy={busy}>
            {text.show}
          </Button>
        </div>
      </form>
      <Problem text={problem} />
      {shown && (
        <>
          <div class="toolbar">
            <Button small icon="up" disabled={busy || shown.path === "/"} onClick={() => void show(above(shown.path))}>
              {text.up}
            </Button>
            <Button small icon="upload" disabled={busy || !isSecureContext} title={isSecureContext ? undefined : text.needsTls} onClick={() => upload.current?.click()}>
              {text.upload}
            </Button>
            <input
              ref={upload}
              type="file"
              hidden
              aria-label={text.upload}
              onChange={(event) => {
                const file = event.currentTarget.files?.[0];
                event.currentTarget.value = "";
                if (file) void put(file);
              }}
            />
          </div>
          <FileTable entries={shown.entries} busy={busy} onOpen={({ name }) => void show(below(shown.path, name))} onDownload={(entry) => void download(entry)} />
        </>
      )}
    </Card>
  );
}

function FileTable({ entries, busy, onOpen, onDownload }: {
  entries: FileEntry[];
  busy: boolean;
  onOpen: (entry: FileEntry) => void;
  onDownload: (entry: FileEntry) => void;
}) {
  if (entries.length === 0) return <p class="soft">{text.empty}</p>;
  return (
    <ul class="rows">
      {entries.map((entry) => (
        <li key={entry.name} class="row file">
          <Icon name={entry.type === "directory" ? "folder" : "audit"} />
          <div class="row-main">
            {entry.type === "directory" ? (
              <button type="button" class="file-folder mono" disabled={busy} onClick={() => onOpen(entry)}>
                {entry.name}
              </button>
            ) : (
              <span class="mono">{entry.name}</span>
            )}
            <p>
              {entry.type === "file" && `${SIZE.format(entry.size)} · `}
              {entry.mode} · {entry.owner} · <Time at={entry.modified} />
            </p>
          </div>
          {entry.type === "file" && (
            <Button small icon="download" disabled={busy} aria-label={text.downloadOf(entry.name)} onClick={() => onDownload(entry)}>
              {text.download}
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}

const SIZE = new Intl.NumberFormat("en", { style: "unit", unit: "byte", notation: "compact", unitDisplay: "narrow" });

function save(content: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
