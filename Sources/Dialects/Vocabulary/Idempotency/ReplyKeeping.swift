package import Engine

/// What a route does with an `Idempotency-Key`.
package enum ReplyKeeping: Sendable {
    /// Nothing: the request changes nothing, or can be sent again without harm.
    case none
    /// The answer is kept; the body, unpacked, is read before the handler runs and is at most `Limits.requestBytesMax`.
    case kept(by: BulkEngine)
    /// The answer is kept; the body is only looked at while the handler reads it. The handler must read it to its end.
    case keptWhileRead(by: BulkEngine)
    /// The key is refused; the text says what to do instead.
    case refused(String)
}
