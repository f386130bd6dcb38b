/// Sent down the pipeline when a handler begins to read a body: the moment for `100 Continue`.
struct BodyWanted: Sendable {}
