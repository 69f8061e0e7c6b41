/** A membership that is tried out: a user joins or leaves one group directly. */
export interface MembershipChange {
  readonly kind: 'joined' | 'left';
  readonly groupId: string;
}
