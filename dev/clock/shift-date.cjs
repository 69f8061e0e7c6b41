/**
 * Preload (`node --require`) for a child process that follows the stack's clock: replaces the global `Date` by one that
 * is ahead of the machine by an offset. The offset comes from ROLECALL_CLOCK_OFFSET at the start and from the IPC message
 * `{ type: 'clock', offset, id }` later, which is answered by `{ type: 'clockAcknowledged', id }`.
 *
 * Timers (`setTimeout`) stay on machine time. Whoever must wake up at a shifted time listens to `process.on('clock')`.
 */
'use strict';

const MachineDate = Date;
let offset = Number(process.env.ROLECALL_CLOCK_OFFSET ?? 0);
const now = () => MachineDate.now() + offset;

// A function, not a class, since `Date()` without `new` is legal and some libraries write it.
function ShiftedDate(...args) {
  if (new.target === undefined) return new MachineDate(now()).toString();
  const target = new.target === ShiftedDate ? MachineDate : new.target;
  return Reflect.construct(MachineDate, args.length === 0 ? [now()] : args, target);
}
Object.setPrototypeOf(ShiftedDate, MachineDate);
ShiftedDate.prototype = MachineDate.prototype;
ShiftedDate.prototype.constructor = ShiftedDate;
ShiftedDate.now = now;
globalThis.Date = ShiftedDate;

process.on('message', (message) => {
  if (message?.type !== 'clock') return;
  offset = message.offset;
  process.emit('clock', offset);
  process.send?.({ type: 'clockAcknowledged', id: message.id });
});
