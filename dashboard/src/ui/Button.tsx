import type { ComponentChildren, JSX } from "preact";
import { Link } from "../router/Link";
import { Icon, type IconName } from "./Icon";

type Look = "primary" | "plain" | "quiet" | "danger";

type ButtonProps = Omit<JSX.IntrinsicElements["button"], "icon" | "size"> & {
  look?: Look;
  icon?: IconName;
  busy?: boolean;
  small?: boolean;
  children?: ComponentChildren;
};

export function Button({ look = "plain", icon, busy = false, small = false, children, disabled, ...rest }: ButtonProps) {
  return (
    <button type="button" {...rest} class={classOf(look, small, !children)} disabled={disabled === true || busy} aria-busy={busy}>
      {icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

/** An action that is a place to go to. */
export function ButtonLink({ to, look = "plain", icon, children }: { to: string; look?: Look; icon?: IconName; children: ComponentChildren }) {
  return (
    <Link to={to} class={classOf(look, false, false)}>
      {icon && <Icon name={icon} />}
      {children}
    </Link>
  );
}

function classOf(look: Look, small: boolean, iconOnly: boolean): string {
  return `button button-${look}${small ? " button-small" : ""}${iconOnly ? " button-icon" : ""}`;
}
