/// Ends a body that comes in too slowly.
struct SlowSender: Error {}
