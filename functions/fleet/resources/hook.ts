import type { LifecycleHook } from '@aws-sdk/client-auto-scaling';
import type { Hook } from '../domain/reconcile/hooks';

/** A lifecycle hook, of what Auto Scaling says of it. */
export function toHook(hook: LifecycleHook): Hook {
  return {
    name: hook.LifecycleHookName ?? '',
    transition: hook.LifecycleTransition ?? 'nothing',
    defaultResult: hook.DefaultResult ?? 'none',
    heartbeatSeconds: hook.HeartbeatTimeout ?? 3600,
    globalSeconds: hook.GlobalTimeout ?? 0,
  };
}
