import type { ComponentChildren } from "preact";
import { strings } from "../strings.en";
import type { ApiError } from "../api/http";
import { Button } from "./Button";
import { Icon, type IconName } from "./Icon";
import type { Query } from "./useQuery";

/** Lines where text will be, so that nothing jumps when it comes. */
export function Loading({ lines = 4 }: { lines?: number }) {
  return (
    <div class="loading" role="status" aria-label={strings.common.loading}>
      {Array.from({ length: lines }, (_, i) => (
        <span key={i} class="loading-line" />
      ))}
    </div>
  );
}

/** Nothing there yet: what would be, and how to make the first. */
export function Empty({ icon, title, children, action }: {
  icon: IconName;
  title: string;
  children?: ComponentChildren;
  action?: ComponentChildren;
}) {
  return (
    <div class="empty">
      <span class="empty-icon">
        <Icon name={icon} size={26} />
      </span>
      <h2>{title}</h2>
      {children && <p>{children}</p>}
      {action && <div class="empty-action">{action}</div>}
    </div>
  );
}

/** What could not be shown, why, and another try. */
export function Failure({ error, retry }: { error: ApiError; retry?: () => void }) {
  return (
    <div class="failure" role="alert">
      <Icon name={error.isUnreachable ? "offline" : "warning"} />
      <div>
        <p>{error.message}</p>
        {retry && (
          <Button small icon="refresh" onClick={retry}>
            {strings.common.tryAgain}
          </Button>
        )}
      </div>
    </div>
  );
}

/** The refusal of what a form has sent. */
export function Problem({ text }: { text: string | undefined }) {
  return (
    <div class="problem-place" aria-live="assertive">
      {text && (
        <p class="problem">
          <Icon name="warning" size={16} />
          <span>{text}</span>
        </p>
      )}
    </div>
  );
}

/** Shows what a query knows; what was known stays when asking again has failed. */
export function Shown<T>({ query, lines, children }: { query: Query<T>; lines?: number; children: (data: T) => ComponentChildren }) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.error) return <Failure error={query.error} retry={query.reload} />;
  return <Loading {...(lines !== undefined && { lines })} />;
}
